//! Set-up, step by step. Each step is skipped when it is done.

use std::process::Command;
use std::time::Instant;

use crate::base::failure::{Failure, Result, fail};
use crate::base::files;
use crate::base::layout::Layout;
use crate::base::python::{Environment, Python};
use crate::base::tools;
use crate::kernel::library::{self, Library};
use crate::kernel::spec;
use crate::kernel::template::{self, Template};
use crate::setup::data;

/// Whether to be silent about steps that were done before.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Verbosity {
    /// Every step gets its line.
    All,
    /// Only what takes time is mentioned.
    News,
}

/// Does what is missing, and returns the Python to go on with. In an installation nothing is.
pub(crate) fn run(layout: &Layout, verbosity: Verbosity) -> Result<Python> {
    if layout.is_sealed() {
        return Python::find(layout);
    }
    let _lock = files::lock_exclusively(&layout.state().join("lock"), || {
        println!("Another `cargo lab` is setting things up: waiting for it.");
    })?;
    let start = Instant::now();
    let mut steps = Steps::new(8, verbosity);
    steps.step("Rust's standard library as source", "", has_rust_source(layout), || {
        add_rust_source(layout)
    })?;
    let environment = Environment::jupyter(layout);
    let conda = Python::conda(layout);
    let ready = conda.is_some() || environment.is_ready();
    steps.step("Python with JupyterLab", "about a minute", ready, || environment.install())?;
    let python = Python::find(layout)?;
    let evcxr = tools::find_evcxr().is_some();
    steps.step("evcxr_jupyter, the Rust kernel", "about 10 minutes, once", evcxr, install_evcxr)?;
    let libraries = steps.step(
        "Burn and the crates",
        "about 10 minutes the first time, shared with `cargo test`",
        false,
        || library::build(layout.root()).map(Some),
    )?;
    steps.step("MNIST, the data", "", false, || data::bring(layout, &data::MNIST))?;
    steps.step("Fashion-MNIST, for exercise 09", "", was_tried(layout), || {
        data::bring(layout, &data::FASHION_MNIST).or_else(|problem| {
            println!("{problem}; only exercise 09 needs it");
            Ok(())
        })
    })?;
    let warm = Template::current(layout)?.is_some();
    steps.step("warm kernel", "half a minute", warm, || {
        prepare_template(layout, &python, libraries)
    })?;
    steps.step("kernel in JupyterLab", "", false, || spec::install(layout, &python))?;
    if verbosity == Verbosity::All || steps.news {
        println!("Set-up done in {:.1} s.", start.elapsed().as_secs_f64());
    }
    Ok(python)
}

/// Steps that are told, with their number and how long they took.
pub(crate) struct Steps {
    number: usize,
    all: usize,
    verbosity: Verbosity,
    news: bool,
}

impl Steps {
    /// So many.
    pub(crate) fn new(all: usize, verbosity: Verbosity) -> Self {
        Self { number: 0, all, verbosity, news: false }
    }

    /// Runs one step unless it is `done`. Steps that cost nothing when there is nothing to do
    /// (cargo finds out by itself) are never called done.
    pub(crate) fn step<T: Default>(
        &mut self,
        what: &str,
        length: &str,
        done: bool,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        self.number += 1;
        let label = format!("[{}/{}] {what}", self.number, self.all);
        if done {
            if self.verbosity == Verbosity::All {
                println!("{label}: there");
            }
            return Ok(T::default());
        }
        if self.verbosity == Verbosity::All {
            let length = if length.is_empty() { String::new() } else { format!(" ({length})") };
            println!("{label}{length} ...");
        }
        let start = Instant::now();
        let result = work().map_err(|error| Failure::new(format!("{label}: {error}")))?;
        let seconds = start.elapsed().as_secs_f64();
        if self.verbosity == Verbosity::All || seconds > 5.0 {
            self.news = true;
            println!("{label}: done in {seconds:.1} s");
        }
        Ok(result)
    }
}

/// rust-analyzer, inside the kernel, reads the standard library's sources to know its types.
pub(crate) fn has_rust_source(layout: &Layout) -> bool {
    tools::sysroot(layout.root())
        .is_ok_and(|root| root.join("lib/rustlib/src/rust/library").is_dir())
}

fn add_rust_source(layout: &Layout) -> Result<()> {
    if tools::find_program("rustup").is_none() {
        fail!(
            "the sources of Rust's standard library are missing: install the package rust-src of your Rust (with rustup: `rustup component add rust-src`)"
        );
    }
    tools::run(
        Command::new("rustup").args(["component", "add", "rust-src"]).current_dir(layout.root()),
    )
    .map_err(|error| {
        Failure::new(format!(
            "cannot add rust-src: check the network and run `cargo lab` again ({error})"
        ))
    })
}

fn install_evcxr() -> Result<()> {
    let package = format!("evcxr_jupyter@{}", tools::EVCXR_VERSION);
    if tools::find_program("cargo-binstall").is_some() {
        let mut binstall = Command::new("cargo");
        if tools::run(binstall.args(["binstall", "--no-confirm", &package])).is_ok() {
            return Ok(());
        }
        println!("cargo binstall could not do it, so it is compiled now.");
    }
    let mut install = Command::new("cargo");
    install.args(["install", "--locked", &package]).current_dir(std::env::temp_dir());
    tools::run(&mut install).map_err(|error| {
        Failure::new(format!("cannot install evcxr_jupyter: mend what cargo says above and run `cargo lab` again ({error})"))
    })
}

/// Whether it was tried to bring Fashion-MNIST: its folder is there, be it empty. A school without a
/// network should not wait for it each time.
fn was_tried(layout: &Layout) -> bool {
    layout.data().is_none_or(|around| around.join(data::FASHION_MNIST.folder).is_dir())
}

fn prepare_template(
    layout: &Layout,
    python: &Python,
    libraries: Option<Vec<Library>>,
) -> Result<()> {
    template::ensure(layout, python, libraries).map(drop)
}
