//! Set-up, step by step. Each step is skipped when it is done.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::base::failure::{Failure, Result, fail};
use crate::base::files;
use crate::base::layout::Layout;
use crate::base::python::{Environment, Python};
use crate::base::spoken::{Spoken, say, seconds, spoken, tell};
use crate::base::tools;
use crate::base::watched::{self, Board};
use crate::kernel::library::{self, Library};
use crate::kernel::spec;
use crate::kernel::template::{self, Template};
use crate::setup::steps::Steps;
pub(crate) use crate::setup::steps::Verbosity;
use crate::setup::{data, evcxr};

/// To compile both at once takes so many kilobytes of free memory.
const MEMORY_FOR_BOTH: u64 = 6_000_000;

/// What to do where there is no compiler. A terminal that was open before the installation does not find it.
pub(crate) fn get_rust() -> Spoken {
    spoken!(
        "install Rust from https://rustup.rs, or open a new terminal if it was just installed",
        "installier Rust von https://rustup.rs, oder öffne ein neues Terminal, wenn es eben erst installiert wurde"
    )
}

/// Does what is missing, and returns the Python to go on with. In an installation nothing is.
pub(crate) fn run(layout: &Layout, verbosity: Verbosity) -> Result<Python> {
    if layout.is_sealed() {
        return Python::find(layout);
    }
    check_rust(|program| tools::find_program(program).is_some())?;
    let _lock = files::lock_exclusively(&layout.state().join("lock"), || {
        tell!(
            "Another `cargo lab` is setting things up: waiting for it.",
            "Ein anderes `cargo lab` richtet gerade ein: Danach geht es hier weiter."
        );
    })?;
    let start = Instant::now();
    let mut steps = Steps::new(8, verbosity);
    let what = say("Rust's standard library as source", "Rusts Standardbibliothek als Quelltext");
    steps.step(what, "", has_rust_source(layout), || add_rust_source(layout))?;
    let environment = Environment::jupyter(layout);
    let ready = Python::conda(layout).is_some() || environment.is_ready();
    let what = say("Python with JupyterLab", "Python mit JupyterLab");
    let length = say("about a minute", "etwa eine Minute");
    steps.step(what, length, ready, || environment.install())?;
    let python = Python::find(layout)?;
    let libraries = compile(layout, &mut steps)?;
    let what = say("MNIST, the data", "MNIST, die Daten");
    steps.step(what, "", false, || data::bring(layout, &data::MNIST))?;
    let fashion = &data::FASHION_MNIST;
    let is_there = layout.data().is_some_and(|around| data::is_whole(&around.join(fashion.folder)));
    let failed = layout.state().join("fashion-mnist-not-fetched");
    add_fashion_mnist(&mut steps, is_there, &failed, || data::bring(layout, fashion))?;
    let warm = Template::current(layout)?.is_some();
    let what = say("warm kernel", "warmer Kernel");
    let length = say("1 to 2 minutes", "1 bis 2 Minuten");
    steps.step(what, length, warm, || template::ensure(layout, &python, libraries).map(drop))?;
    let what = say("kernel in JupyterLab", "Kernel in JupyterLab");
    steps.step(what, "", false, || spec::install(layout, &python))?;
    if verbosity == Verbosity::All || steps.were_long() {
        print!("{}", steps.table());
        let took = seconds(start.elapsed().as_secs_f64());
        tell!("Set-up done in {took}.", "Eingerichtet in {took}.");
    }
    Ok(python)
}

/// Ends with a sentence where there is no Rust at all: whatever is missing next would only mislead.
fn check_rust(is_there: impl Fn(&str) -> bool) -> Result<()> {
    let Some(missing) = ["rustc", "cargo"].into_iter().find(|program| !is_there(program)) else {
        return Ok(());
    };
    let mend = get_rust();
    fail!("{missing} is not there: {mend}", "{missing} ist nicht da: {mend}")
}

/// The two long builds: side by side where there are cores and memory for both, else one after the other.
fn compile(layout: &Layout, steps: &mut Steps) -> Result<Option<Vec<Library>>> {
    let length = say(
        "about 10 minutes on two cores, once; `cargo test` uses the same build",
        "auf zwei Kernen etwa 10 Minuten, einmal; `cargo test` benutzt dasselbe",
    );
    let evcxr = say("evcxr_jupyter, the Rust kernel", "evcxr_jupyter, der Rust-Kernel");
    let burn = say("Burn and the crates", "Burn und die Crates");
    let board = Board::new();
    let build = || library::build_on(layout.root(), &board).map(Some);
    let is_there = tools::find_evcxr().is_some() || evcxr::fetch();
    if is_there || !can_build_both() {
        steps.step(evcxr, evcxr::length(), is_there, || evcxr::compile(&board))?;
        return steps.step(burn, length, false, build);
    }
    steps.one_less();
    let both = say(format!("{evcxr}; beside it {burn}"), format!("{evcxr}; daneben {burn}"));
    steps.step(&both, length, false, || {
        let (evcxr, libraries) = watched::both(|| evcxr::compile(&board), build);
        evcxr.and(libraries)
    })
}

/// Whether two builds at once take less time than one after the other.
fn can_build_both() -> bool {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    cores > 2 && tools::free_memory().is_none_or(|free| free >= MEMORY_FOR_BOTH)
}

/// rust-analyzer, inside the kernel, reads the standard library's sources to know its types.
pub(crate) fn has_rust_source(layout: &Layout) -> bool {
    tools::sysroot(layout.root())
        .is_ok_and(|root| root.join("lib/rustlib/src/rust/library").is_dir())
}

fn add_rust_source(layout: &Layout) -> Result<()> {
    if tools::find_program("rustup").is_none() {
        fail!(
            "the sources of Rust's standard library are missing: install the package rust-src of your Rust (with \
             rustup: `rustup component add rust-src`)",
            "die Quelltexte der Standardbibliothek von Rust fehlen: Installier das Paket rust-src deines Rust (mit \
             rustup: `rustup component add rust-src`)"
        );
    }
    tools::run(
        Command::new("rustup").args(["component", "add", "rust-src"]).current_dir(layout.root()),
    )
    .map_err(|error| {
        Failure::new(spoken!(
            "cannot add rust-src: check the network and run `cargo lab` again ({error})",
            "rust-src lässt sich nicht ergänzen: Sieh nach dem Netz und ruf `cargo lab` noch einmal auf ({error})"
        ))
    })
}

/// Goes on without it where it cannot be fetched, which a file then says: a school without a network should not wait
/// for it each time.
fn add_fashion_mnist(
    steps: &mut Steps,
    is_there: bool,
    failed: &Path,
    bring: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let what = say("Fashion-MNIST, for exercise 09", "Fashion-MNIST, für Übung 09");
    if !is_there && failed.is_file() {
        let why = "not fetched; `cargo lab data` tries it again";
        steps.pass(what, say(why, "nicht geholt; `cargo lab data` versucht es noch einmal"));
        return Ok(());
    }
    steps.step(what, "", is_there, || {
        bring().or_else(|problem| {
            let needs = say("only exercise 09 needs it", "nur Übung 09 braucht es");
            println!("{problem}; {needs}");
            files::write(failed, "")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_rust_nothing_else_is_asked_for() {
        assert!(check_rust(|_| true).is_ok());
        for missing in ["rustc", "cargo"] {
            let refusal = check_rust(|program| program != missing).expect_err("it is missing");
            let said = refusal.to_string();
            assert!(said.starts_with(missing) && said.contains("https://rustup.rs"), "{said}");
        }
    }

    #[test]
    fn what_could_not_be_fetched_is_not_tried_each_time_but_after_an_interruption() -> Result<()> {
        let folder = tempfile::tempdir().expect("a folder");
        let failed = folder.path().join("failed");
        let mut tries = 0;
        let mut add = |is_there, outcome: Result<()>| {
            let mut steps = Steps::new(1, Verbosity::News);
            let bring = || {
                tries += 1;
                outcome
            };
            add_fashion_mnist(&mut steps, is_there, &failed, bring)?;
            Ok(tries)
        };
        assert_eq!(add(false, Ok(()))?, 1);
        assert_eq!(add(false, Err(Failure::new("no network")))?, 2);
        assert_eq!(add(false, Ok(()))?, 2, "it is not tried again");
        assert_eq!(add(true, Ok(()))?, 2, "it is there");
        files::remove(&failed)?;
        assert_eq!(add(false, Ok(()))?, 3);
        Ok(())
    }
}
