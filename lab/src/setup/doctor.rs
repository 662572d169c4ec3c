//! Says what is there and what is missing.

use std::fmt::Display;
use std::path::Path;
use std::process::Command;

use crate::base::failure::{Failure, Result, fail};
use crate::base::installation::{self, Installation};
use crate::base::layout::Layout;
use crate::base::python::{Environment, Python};
use crate::base::spoken::{Spoken, count, say, spoken, tell};
use crate::base::{files, python, tools};
use crate::kernel::template::Template;
use crate::kernel::{copies, spec, waiting};
use crate::setup::{clean, setup};

/// Prints the report; fails when something is missing.
pub(crate) fn run(layout: &Layout) -> Result<()> {
    let mut report = Report { missing: 0 };
    if layout.is_sealed() {
        return report.installation(layout);
    }
    tell!("The repository is {}", "Das Repository ist {}", layout.root().display());
    report.programs(layout);
    report.python(layout);
    report.kernel(layout);
    report.files(layout);
    if report.missing > 0 {
        let missing = report.missing;
        return Err(Failure::new(Spoken::new(
            format!(
                "{} missing: `cargo lab setup` makes what it can",
                count(missing, "thing is", "things are")
            ),
            format!("oben steht {missing}-mal FEHLT: `cargo lab setup` macht, was es kann"),
        )));
    }
    tell!("\nAll is there.", "\nAlles ist da.");
    Ok(())
}

struct Report {
    missing: usize,
}

impl Report {
    fn line(&mut self, what: &str, found: Result<String>) {
        let (mark, text) = match found {
            Ok(text) => ("ok     ", text),
            Err(failure) => {
                self.missing += 1;
                (say("MISSING", "FEHLT  "), failure.to_string())
            }
        };
        println!("  {mark}  {what:22} {text}");
    }

    /// What a user may want to know of an installation.
    fn installation(&mut self, layout: &Layout) -> Result<()> {
        let root = layout.root();
        let installation = Installation::read(root)?;
        tell!(
            "This is an installation for all users, {}",
            "Das ist eine Installation für alle Benutzer, {}",
            root.display()
        );
        println!("\nKernel");
        self.line(say("version", "Version"), Ok(installation.version));
        self.line(say("compiler", "Compiler"), Ok(installation.rustc));
        self.line(
            say("warm template", "warmer Kernel"),
            Template::installed(layout).map(|template| template.key()),
        );
        let python = match installation.python {
            None => Ok(say("not part of it", "gehört nicht dazu").to_owned()),
            Some(_) => Python::find(layout)
                .and_then(|python| python::package_version(&python, "jupyterlab")),
        };
        self.line("JupyterLab", python);
        self.place(layout);
        println!("  {:7}  {:22} {}", "", say("running", "laufen"), copies::count_alive(layout));
        tell!("\nFiles", "\nDateien");
        for (what, folder) in [
            (say("data", "Daten"), layout.data()),
            (say("kernels", "Kernel"), Some(layout.own().to_owned())),
        ] {
            if let Some(folder) = folder {
                let size = files::megabytes(files::disk_use(&folder));
                println!("  {size:>8}  {what:22} {}", folder.display());
            }
        }
        if self.missing > 0 {
            return Err(installation::damaged(root));
        }
        Ok(())
    }

    /// Where kernels run.
    fn place(&mut self, layout: &Layout) {
        let own = layout.own();
        let why = if layout.is_sealed() || own.starts_with(layout.state()) {
            ""
        } else {
            say(
                " (chosen, or since the repository's path has blanks or special characters)",
                " (so gewählt, oder weil im Pfad des Repositorys Leerzeichen oder Sonderzeichen sind)",
            )
        };
        self.line(say("kernels run in", "Kernel laufen in"), Ok(format!("{}{why}", own.display())));
    }

    fn programs(&mut self, layout: &Layout) {
        println!("\nRust");
        for program in ["rustc", "cargo"] {
            self.line(program, version(program, layout.root()));
        }
        if tools::find_program("rustc").is_some() {
            let source = setup::has_rust_source(layout);
            self.line(
                "rust-src",
                there(
                    source.then(|| {
                        say("the standard library's source", "der Quelltext der Standardbibliothek")
                    }),
                    "`rustup component add rust-src`",
                ),
            );
        }
        let linker = tools::find_program("cc"); // the name by which rustc calls it
        self.line(
            say("linker", "Linker"),
            there(
                linker.as_deref().map(Path::display),
                say(
                    "a C compiler (on Debian: `sudo apt install build-essential`)",
                    "einem C-Compiler (auf Debian: `sudo apt install build-essential`)",
                ),
            ),
        );
        self.line(
            "evcxr_jupyter",
            there(tools::find_evcxr().as_deref().map(Path::display), "`cargo lab setup`"),
        );
    }

    fn python(&mut self, layout: &Layout) {
        println!("\nPython");
        let system = python::find_system_python().map(|path| path.display().to_string());
        self.line(say("system", "System"), system);
        let environment = say("environment", "Umgebung");
        match Python::conda(layout) {
            Some(_) => {
                let conda = say("the activated conda environment", "die aktivierte conda-Umgebung");
                self.line(environment, Ok(conda.to_owned()));
            }
            None => {
                let ready = Environment::jupyter(layout).is_ready();
                self.line(environment, there(ready.then_some(".zunder/venv"), "`cargo lab setup`"));
            }
        }
        let lab =
            Python::find(layout).and_then(|python| python::package_version(&python, "jupyterlab"));
        self.line("JupyterLab", lab);
        let text = if tools::has_browser() {
            say("there", "vorhanden")
        } else {
            say(
                "not there; `cargo test` and `cargo lab browser` need it",
                "nicht da; `cargo test` und `cargo lab browser` brauchen sie",
            )
        };
        println!("  {:7}  {:22} {text}", "", say("browser and driver", "Browser und Treiber"));
    }

    fn kernel(&mut self, layout: &Layout) {
        println!("\nKernel");
        self.template(layout);
        self.place(layout);
        for spec in &spec::SPECS {
            let file = Python::find(layout).map(|python| spec::file(python.jupyter_data(), spec));
            self.line(
                spec.display_name,
                file.and_then(|file| {
                    there(file.is_file().then(|| file.display()), "`cargo lab setup`")
                }),
            );
        }
        say_what_runs(layout);
    }

    /// What the kernel starts from, and how much of the standard library it reads.
    fn template(&mut self, layout: &Layout) {
        let current = Template::current(layout);
        let reads = current.as_ref().ok().and_then(Option::as_ref).map(|template| {
            template.why_whole_library().map_or_else(
                || spoken!("cut to what notebooks meet", "gekürzt auf das, was Notebooks brauchen"),
                |why| {
                    spoken!(
                        "whole, which takes twice as long at each start: {why}",
                        "ganz, was jeden Start doppelt so lang macht: {why}"
                    )
                },
            )
        });
        let warm = current.and_then(|template| {
            there(
                template.map(|template| template.key()),
                say(
                    "`cargo lab setup` (missing or out of date)",
                    "`cargo lab setup` (er fehlt oder ist veraltet)",
                ),
            )
        });
        self.line(say("warm template", "warmer Kernel"), warm);
        if let Some(reads) = reads {
            println!("  {:7}  {:22} {reads}", "", say("standard library", "Standardbibliothek"));
        }
    }

    fn files(&mut self, layout: &Layout) {
        tell!("\nFiles", "\nDateien");
        let folders = clean::folders(layout).into_iter().chain(clean::data_folders(layout));
        for (what, folder) in folders {
            if folder.exists() {
                let size = files::megabytes(files::disk_use(&folder));
                println!("  {size:>8}  {what:22} {}", layout.shorten(&folder));
            }
        }
        tell!(
            "  (Hard links shared by several of these are counted in each.)",
            "  (Dateien mit mehreren Namen (hard links) zählen bei jedem mit.)"
        );
    }
}

fn say_what_runs(layout: &Layout) {
    let waits = usize::from(waiting::is_there(layout));
    // It may begin to wait between the two looks.
    let alive = copies::count_alive(layout).saturating_sub(waits);
    let running = count(alive, say("kernel", "Kernel"), say("kernels", "Kernel"));
    println!("  {:7}  {:22} {running}", "", say("running", "laufen"));
    let waiting = match (waits, waiting::is_wanted()) {
        (1, _) => say(
            "a kernel, ready for the next notebook or restart",
            "ein Kernel, bereit für das nächste Notebook oder einen Neustart",
        ),
        (_, true) => say(
            "none now; one will, while a notebook is open",
            "jetzt keiner; einer wird warten, solange ein Notebook offen ist",
        ),
        (_, false) => say(
            "none: switched off, on a hub, or too little memory (docs/kernel.md)",
            "keiner: abgeschaltet, auf einem Hub, oder zu wenig Speicher (docs/kernel.de.md)",
        ),
    };
    println!("  {:7}  {:22} {waiting}", "", say("waiting", "wartet"));
}

/// What a program of Rust says of itself, asked in this folder.
fn version(program: &str, folder: &Path) -> Result<String> {
    if tools::find_program(program).is_none() {
        return Err(Failure::new(setup::get_rust()));
    }
    tools::read(Command::new(program).arg("--version").current_dir(folder))
}

fn there(what: Option<impl Display>, mend: &str) -> Result<String> {
    match what {
        Some(what) => Ok(what.to_string()),
        None => fail!("mend it with {mend}", "behebe das mit {mend}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beside_a_missing_compiler_stands_where_to_get_it() {
        let here = Path::new(".");
        let said = version("no-such-rustc", here).map_err(|failure| failure.to_string());
        assert_eq!(said, Err(setup::get_rust().to_string()));
        assert!(version("cargo", here).is_ok_and(|said| said.starts_with("cargo ")));
    }
}
