//! Running notebooks without a person: headless, measured, and in a browser.

use std::path::{Path, PathBuf};

use crate::base::failure::{Result, fail};
use crate::base::files;
use crate::base::layout::Layout;
use crate::base::python::Environment;
use crate::base::spoken::spoken;
use crate::base::tools;
use crate::notebooks::find::find;
use crate::notebooks::jupyter::{self, Saving};
use crate::setup::setup::{self, Verbosity};

/// Runs a notebook headless; fails when one of its cells does.
pub(crate) fn run(layout: &Layout, notebook: &Path, output: &Path, timeout: u32) -> Result<()> {
    let notebook = find(layout, notebook)?;
    let output = place_for(&in_repository(layout, output))?;
    refuse_itself(&notebook, &output)?;
    let python = setup::run(layout, Verbosity::News)?;
    let mut script = python.script(&layout.script("run_notebook.py"));
    script.arg(&notebook).arg(output);
    script.args(["--timeout", &timeout.to_string()]);
    tools::run_or(
        &mut script,
        spoken!("{} did not run to its end", "{} lief nicht bis zum Ende", notebook.display()),
    )
}

/// Measures the kernel with a notebook's cells.
pub(crate) fn measure(layout: &Layout, notebook: &Path, check: bool) -> Result<()> {
    let notebook = find(layout, notebook)?;
    let python = setup::run(layout, Verbosity::News)?;
    let mut script = python.script(&layout.script("measure.py"));
    script.arg(&notebook);
    if check {
        script.arg("--check");
    }
    tools::run_or(
        &mut script,
        spoken!(
            "the kernel is slower or bigger than it should be, or a cell failed; see above",
            "der Kernel ist langsamer oder größer, als er sein soll, oder eine Zelle ist gescheitert; siehe oben"
        ),
    )
}

/// Measures several kernels at once, each with all of a notebook's cells.
pub(crate) fn measure_together(layout: &Layout, notebook: &Path, kernels: usize) -> Result<()> {
    let notebook = find(layout, notebook)?;
    let python = setup::run(layout, Verbosity::News)?;
    let mut script = python.script(&layout.script("measure_together.py"));
    script.arg(&notebook).args(["--kernels", &kernels.to_string()]);
    tools::run_or(
        &mut script,
        spoken!(
            "not every kernel finished the notebook; see above",
            "nicht jeder Kernel kam bis zum Ende des Notebooks; siehe oben"
        ),
    )
}

/// Runs a notebook in JupyterLab in a browser.
pub(crate) fn browse(
    layout: &Layout,
    notebook: &Path,
    output: &Path,
    timeout: u32,
    script: &str,
) -> Result<()> {
    let notebook = find(layout, notebook)?;
    let Ok(inside) = notebook.strip_prefix(layout.root()) else {
        fail!(
            "{} is outside the repository, which is all that JupyterLab shows",
            "{} liegt außerhalb des Repositorys, und mehr als dieses zeigt JupyterLab nicht",
            notebook.display()
        );
    };
    let environment = browser(layout)?;
    let python = setup::run(layout, Verbosity::News)?;
    let lab = jupyter::command(layout, layout.root(), &python, Saving::Never)?;
    let steps = layout.script(script);
    let mut script = std::process::Command::new(environment.program());
    script.arg(steps).arg(inside).arg(in_repository(layout, output));
    script.arg(timeout.to_string()).arg(lab.get_program()).args(lab.get_args());
    for (name, value) in lab.get_envs() {
        if let Some(value) = value {
            script.env(name, value);
        }
    }
    script.current_dir(layout.root());
    tools::run_or(
        &mut script,
        spoken!(
            "the notebook did not run cleanly in the browser; see above",
            "das Notebook lief im Browser nicht ohne Fehler; siehe oben"
        ),
    )
}

/// The Python whose scripts drive a browser.
pub(crate) fn browser(layout: &Layout) -> Result<Environment> {
    if !tools::has_browser() {
        fail!(
            "the browser check needs Chromium and its driver: install them (on Debian: \
             `sudo apt install chromium chromium-driver`)",
            "die Probe im Browser braucht Chromium und seinen Treiber: Installier beide (auf Debian: \
             `sudo apt install chromium chromium-driver`)"
        );
    }
    let environment = Environment::browser(layout);
    environment.install_if_missing()?;
    Ok(environment)
}

/// A folder into which the results can go. Found before the work: a notebook may take minutes, a class hours.
pub(crate) fn place_for(output: &Path) -> Result<PathBuf> {
    files::create_folder(output)?;
    if !files::is_writable(output) {
        fail!(
            "you may not write into {}: name another place with --output",
            "in {} darfst du nicht schreiben: Nenn mit --output eine andere Stelle",
            output.display()
        );
    }
    Ok(output.to_owned())
}

/// Ends with a sentence where the executed notebook would take the place of this one, whose path is the real one: what
/// somebody has saved in it would be lost.
fn refuse_itself(notebook: &Path, output: &Path) -> Result<()> {
    let executed = output.join(notebook.file_name().unwrap_or_default());
    if executed.canonicalize().is_ok_and(|executed| executed == notebook) {
        fail!(
            "the executed notebook would take the place of {} itself: name another folder with --output",
            "das ausgeführte Notebook käme an die Stelle von {} selbst: Nenn mit --output einen anderen Ordner",
            notebook.display()
        );
    }
    Ok(())
}

/// Default folders are below the repository; what a person types is below where they stand.
pub(crate) fn in_repository(layout: &Layout, output: &Path) -> PathBuf {
    output.strip_prefix(".zunder").map_or(output.to_owned(), |inside| layout.state().join(inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nothing_can_be_written_is_said_before_a_notebook_is_run() {
        let folder = tempfile::tempdir().expect("a folder");
        let inside = folder.path().join("new/executed");
        assert_eq!(place_for(&inside).ok().as_deref(), Some(inside.as_path()));
        let file = folder.path().join("file");
        files::write(&file, "").expect("there is room");
        assert!(place_for(&file).is_err() && place_for(&file.join("inside")).is_err());
    }

    #[test]
    fn no_notebook_is_written_over_by_its_own_run() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path().canonicalize().expect("it is there");
        let (notebook, link) = (folder.join("mine.ipynb"), folder.join("link"));
        files::write(&notebook, "").expect("there is room");
        files::write(&folder.join("out/mine.ipynb"), "of an earlier run").expect("there is room");
        std::os::unix::fs::symlink(&folder, &link).expect("a link");
        for itself in [&folder, &folder.join("out/.."), &link] {
            let refusal = refuse_itself(&notebook, itself).expect_err("it would be lost");
            assert!(refusal.to_string().contains("another folder with --output"), "{refusal}");
        }
        assert!(refuse_itself(&notebook, &folder.join("out")).is_ok());
    }
}
