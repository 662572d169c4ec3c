//! The program behind `cargo lab`: it sets up what the notebooks need, opens JupyterLab, runs
//! notebooks headless, and starts the Rust kernel in seconds where evcxr alone takes minutes.
//!
//! Over 300 lines: all commands stand in one list.

#[cfg(not(unix))]
compile_error!(
    "cargo lab runs on Linux and macOS. On Windows, use it inside WSL (https://learn.microsoft.com/windows/wsl)."
);

// From the ground up: a folder uses only those above it. `tests/house.rs` holds that.
mod base;
mod printing;
mod kernel;
mod setup;
mod install;
mod notebooks;
mod course;
mod marking;
mod chapter;
mod book;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::base::failure::Result;
use crate::base::layout::Layout;
use crate::book::make;
use crate::chapter::chapter as first_chapter;
use crate::course::course as courses;
use crate::install::install as installer;
use crate::install::{pack, uninstall};
use crate::kernel::{compiler_errors, copies, launch, relay, waiting};
use crate::marking::{confine, marker, supervisor};
use crate::notebooks::find::name_of;
use crate::notebooks::numbers::at_least_one;
use crate::notebooks::run as notebook;
use crate::notebooks::{jupyter, own};
use crate::setup::setup::{self as set_up, Verbosity};
use crate::setup::{clean, data, doctor};

/// Opens the notebooks in JupyterLab; sets up what is missing first.
#[derive(Parser)]
#[command(name = "cargo lab", bin_name = "cargo lab", version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Start JupyterLab without opening a browser
    #[arg(long)]
    no_browser: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Only set up, do not start JupyterLab
    Setup,
    /// Fetch the data sets, also where only packages of npm and Debian can be reached
    Data {
        /// Only this one
        #[arg(value_parser = data::ALL.map(|data| data.folder))]
        name: Option<String>,
    },
    /// Run a notebook from top to bottom without a browser
    Run {
        /// The notebook: its file, or the name of one of the course, such as 03_shapes
        notebook: PathBuf,
        /// Where the executed notebook and its page go
        #[arg(long, default_value = ".zunder/executed")]
        output: PathBuf,
        /// Seconds that one cell may take
        #[arg(long, default_value_t = 900, value_parser = at_least_one::<u32>)]
        timeout: u32,
    },
    /// Say what is there, what is missing, and where it is
    Doctor,
    /// Install for all users of this machine
    Install(installer::Options),
    /// Write one file with which machines without a network install it
    Pack(pack::Options),
    /// Bring the notebooks of an installation that are not in ~/zunder yet; what is there stays
    Notebooks,
    /// Remove an installation for all users
    Uninstall {
        /// Its folder
        #[arg(long)]
        prefix: Option<PathBuf>,
    },
    /// Remove everything that was set up here
    Clean {
        /// Remove the downloaded data too
        #[arg(long)]
        data: bool,
    },
    /// Measure start, latency and memory of the kernel
    Measure {
        /// The notebook to measure with
        #[arg(default_value = jupyter::FIRST_NOTEBOOK)]
        notebook: PathBuf,
        /// Fail when a figure is above its limit
        #[arg(long)]
        check: bool,
        /// Measure so many kernels at once instead, as in a class
        #[arg(long, conflicts_with = "check", value_parser = at_least_one::<usize>)]
        kernels: Option<usize>,
    },
    /// Run a notebook in JupyterLab in a real browser, and take pictures
    Browser {
        /// The notebook
        #[arg(default_value = jupyter::FIRST_NOTEBOOK)]
        notebook: PathBuf,
        /// Where the pictures go
        #[arg(long, default_value = ".zunder/browser")]
        output: PathBuf,
        /// Seconds that all cells together may take
        #[arg(long, default_value_t = 900, value_parser = at_least_one::<u32>)]
        timeout: u32,
        /// What is done in the browser
        #[arg(long, default_value = "browser_run.py", hide = true)]
        script: String,
    },
    /// Make the book: all notebooks executed, as pages to read and to print
    Book(make::Options),
    /// Make the chapter that trains in a browser
    Chapter {
        /// Where it goes
        #[arg(long, default_value = ".zunder/chapter")]
        output: PathBuf,
        /// Try it in a real browser, and take pictures
        #[arg(long)]
        check: bool,
    },
    /// The exercises: make the notebooks, try the checks
    #[command(subcommand)]
    Course(CourseCommand),
    #[command(flatten)]
    OfKernel(KernelCommand),
}

/// What takes the repository. The others work in an installation too.
const OF_CHECKOUT: [&str; 9] =
    ["setup", "data", "clean", "browser", "book", "chapter", "course", "install", "pack"];

/// Kernels and markers call these, no person types them.
#[derive(Subcommand)]
enum KernelCommand {
    /// Become a kernel (Jupyter calls this)
    #[command(hide = true)]
    Kernel {
        /// Jupyter's connection file
        connection: PathBuf,
    },
    /// Start a kernel that waits for the next notebook, and stay with it
    #[command(hide = true)]
    Hold,
    /// Stand between Jupyter and a kernel
    #[command(hide = true)]
    Relay {
        /// evcxr's connection file
        inside: PathBuf,
        /// Jupyter's connection file
        outside: PathBuf,
        /// The process of the server for which the kernel runs
        server: Option<i32>,
    },
    /// Run one notebook that was handed in
    #[command(hide = true)]
    MarkOne,
    /// Become a kernel that is confined
    #[command(hide = true)]
    Confined {
        /// How, as JSON
        confinement: String,
    },
    /// Change what the compiler says of a cell, so that evcxr understands it
    #[command(hide = true)]
    CompilerErrors,
    /// Remove a kernel's folder once the kernel is gone
    #[command(hide = true)]
    Reap {
        /// The folder
        folder: PathBuf,
    },
}

#[derive(Subcommand)]
enum CourseCommand {
    /// Make the notebooks of learners and teachers from course/
    Build {
        /// Only say whether the committed notebooks are as they should be
        #[arg(long)]
        check: bool,
    },
    /// Say how long each notebook and each task takes, by estimate
    Minutes,
    /// Try every check on right and wrong answers, in the real kernel
    Test {
        /// Only these exercises, such as 03_shapes
        #[arg(value_parser = name_of)]
        names: Vec<String>,
        /// How many kernels run at once
        #[arg(long, default_value_t = 2, value_parser = at_least_one::<usize>)]
        jobs: usize,
    },
    /// Take an exercise through nbgrader, and look at what it counts
    #[command(hide = true)]
    Nbgrader {
        /// The exercise, such as 03_shapes
        #[arg(value_parser = name_of)]
        name: String,
    },
    /// Mark the notebooks that learners handed in
    Mark(marker::Options),
    /// Write a class of solved hand-ins with slips, to try marking with
    SampleClass {
        /// Where the hand-ins go
        folder: PathBuf,
        /// The exercise
        #[arg(long, default_value = "03_shapes", value_parser = name_of)]
        exercise: String,
        /// How many learners
        #[arg(long, default_value_t = 30, value_parser = at_least_one::<usize>)]
        learners: usize,
    },
}

fn main() -> ExitCode {
    let matches = arguments(called_as_in_an_installation()).get_matches();
    let of_checkout = matches.subcommand_name().is_some_and(|name| OF_CHECKOUT.contains(&name));
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match arguments.command {
        Some(Command::OfKernel(command)) => printing::end(run_for_kernel(command)),
        command => printing::with_output(|| run(command, arguments.no_browser, of_checkout)),
    }
}

/// There it has another name.
fn called_as_in_an_installation() -> bool {
    let program = std::env::args_os().next().map(PathBuf::from);
    program.is_some_and(|program| program.file_name() == Some("zunder".as_ref()))
}

/// An installation shows what it can do.
fn arguments(is_installation: bool) -> clap::Command {
    let arguments = Arguments::command();
    if !is_installation {
        return arguments;
    }
    let arguments =
        arguments.name("zunder").bin_name("zunder").about("Opens the notebooks in JupyterLab");
    arguments.mut_subcommands(|command| {
        let is_hidden = command.is_hide_set() || OF_CHECKOUT.contains(&command.get_name());
        command.hide(is_hidden)
    })
}

fn run_for_kernel(command: KernelCommand) -> Result<()> {
    let layout = Layout::find();
    match command {
        KernelCommand::Kernel { connection } => launch::launch(layout, &connection),
        KernelCommand::Relay { inside, outside, server } => {
            relay::run(&layout?, &inside, &outside, server)
        }
        KernelCommand::MarkOne => supervisor::run(&layout?.kernel_program()),
        KernelCommand::Confined { confinement } => confine::become_kernel(&layout?, &confinement),
        KernelCommand::Hold => waiting::hold(&layout?, launch::copy_current),
        KernelCommand::CompilerErrors => compiler_errors::run(),
        KernelCommand::Reap { folder } => copies::reap(&folder),
    }
}

fn run(command: Option<Command>, no_browser: bool, of_checkout: bool) -> Result<()> {
    let layout = Layout::find()?;
    if of_checkout {
        layout.must_be_checkout()?;
    }
    match command {
        None => jupyter::start(&layout, &set_up::run(&layout, Verbosity::All)?, no_browser),
        Some(Command::Setup) => set_up::run(&layout, Verbosity::All).map(drop),
        Some(Command::Data { name }) => data::run(&layout, name.as_deref()),
        Some(Command::Run { notebook, output, timeout }) => {
            notebook::run(&layout, &notebook, &output, timeout)
        }
        Some(Command::Doctor) => doctor::run(&layout),
        Some(Command::Install(options)) => {
            installer::run(&layout, &options, &courses::for_learners(&layout)?)
        }
        Some(Command::Notebooks) => own::run(&layout),
        Some(Command::Pack(options)) => {
            pack::run(&layout, &options, &courses::for_learners(&layout)?)
        }
        Some(Command::Uninstall { prefix }) => uninstall::run(&layout, prefix),
        Some(Command::Clean { data: with_data }) => clean::run(&layout, with_data),
        Some(Command::Measure { notebook, kernels: Some(kernels), .. }) => {
            notebook::measure_together(&layout, &notebook, kernels)
        }
        Some(Command::Measure { notebook, check, .. }) => {
            notebook::measure(&layout, &notebook, check)
        }
        Some(Command::Browser { notebook, output, timeout, script }) => {
            notebook::browse(&layout, &notebook, &output, timeout, &script)
        }
        Some(Command::Book(options)) => make::run(&layout, &options),
        Some(Command::Chapter { output, check }) => {
            first_chapter::run(&layout, &notebook::in_repository(&layout, &output), check)
        }
        Some(Command::Course(command)) => run_course(&layout, command),
        Some(Command::OfKernel(command)) => run_for_kernel(command),
    }
}

fn run_course(layout: &Layout, command: CourseCommand) -> Result<()> {
    match command {
        CourseCommand::Build { check } => courses::build(layout, check),
        CourseCommand::Minutes => courses::print_minutes(layout),
        CourseCommand::Test { names, jobs } => courses::test(layout, &names, jobs),
        CourseCommand::Mark(options) => marker::run(layout, &options),
        CourseCommand::SampleClass { folder, exercise, learners } => {
            marker::sample(layout, &folder, &exercise, learners)
        }
        CourseCommand::Nbgrader { name } => courses::check_nbgrader(layout, &name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installation_shows_what_it_can_do() {
        let help = |is_installation| arguments(is_installation).render_help().to_string();
        let (all, few) = (help(false), help(true));
        for name in OF_CHECKOUT {
            assert!(all.contains(&format!("\n  {name} ")), "{name}");
            assert!(!few.contains(&format!("\n  {name} ")), "{name}");
        }
        assert!(few.contains("Usage: zunder [") && few.contains("\n  uninstall "), "{few}");
        assert!(!few.contains("\n  relay "), "{few}");
    }
}
