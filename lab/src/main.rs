//! The program behind `cargo lab`: it sets up what the notebooks need, opens JupyterLab, runs
//! notebooks headless, and starts the Rust kernel in seconds where evcxr alone takes minutes.

#[cfg(not(unix))]
compile_error!(
    "cargo lab runs on Linux and macOS. On Windows, use it inside WSL (https://learn.microsoft.com/windows/wsl)."
);

mod clones;
mod failure;
mod files;
mod kernel;
mod layout;
mod library;
mod python;
mod setup;
mod template;
mod tools;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::{Failure, Result, fail};
use crate::layout::Layout;
use crate::setup::Report;

/// Opens the notebooks in JupyterLab; sets up what is missing first.
#[derive(Parser)]
#[command(name = "cargo lab", bin_name = "cargo lab", version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Task>,
    /// Start JupyterLab without opening a browser
    #[arg(long)]
    no_browser: bool,
}

#[derive(Subcommand)]
enum Task {
    /// Only set up, do not start JupyterLab
    Setup,
    /// Run a notebook from top to bottom without a browser
    Run {
        /// The notebook
        notebook: PathBuf,
        /// Where the executed notebook and its page go
        #[arg(long, default_value = ".zunder/executed")]
        output: PathBuf,
        /// Seconds that one cell may take
        #[arg(long, default_value_t = 900)]
        timeout: u32,
    },
    /// Become a kernel (Jupyter calls this)
    #[command(hide = true)]
    Kernel {
        /// Jupyter's connection file
        connection: PathBuf,
    },
    /// Remove a kernel's folder once the kernel is gone
    #[command(hide = true)]
    Reap {
        /// The folder
        folder: PathBuf,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    let layout = Layout::find()?;
    match arguments.command {
        None => fail!("not yet"),
        Some(Task::Setup) => setup::run(&layout, Report::All).map(drop),
        Some(Task::Run { notebook, output, timeout }) => {
            run_notebook(&layout, &notebook, &output, timeout)
        }
        Some(Task::Kernel { connection }) => kernel::launch(&layout, &connection),
        Some(Task::Reap { folder }) => clones::reap(&folder),
    }
}

fn run_notebook(layout: &Layout, notebook: &Path, output: &Path, timeout: u32) -> Result<()> {
    if !notebook.is_file() {
        fail!("there is no notebook {}", notebook.display());
    }
    let python = setup::run(layout, Report::News)?;
    let mut script = python.script(&layout.script("run_notebook.py"));
    script.arg(notebook).arg(layout.root().join(output)).args(["--timeout", &timeout.to_string()]);
    tools::run(&mut script)
        .map_err(|_| Failure::new(format!("{} did not run to its end", notebook.display())))
}
