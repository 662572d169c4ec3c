//! Running notebooks without a person: headless, measured, and in a browser.

use std::path::{Path, PathBuf};

use crate::base::failure::{Explain, Failure, Result, fail};
use crate::base::files;
use crate::base::layout::Layout;
use crate::base::python::Environment;
use crate::base::tools;
use crate::notebooks::jupyter::{self, Saving};
use crate::setup::setup::{self, Verbosity};

/// Runs a notebook headless; fails when one of its cells does.
pub(crate) fn run(layout: &Layout, notebook: &Path, output: &Path, timeout: u32) -> Result<()> {
    let notebook = existing(notebook)?;
    let python = setup::run(layout, Verbosity::News)?;
    let mut script = python.script(&layout.script("run_notebook.py"));
    script.arg(&notebook).arg(in_repository(layout, output));
    script.args(["--timeout", &timeout.to_string()]);
    tools::run(&mut script)
        .map_err(|_| Failure::new(format!("{} did not run to its end", notebook.display())))
}

/// Measures the kernel with a notebook's cells.
pub(crate) fn measure(layout: &Layout, notebook: &Path, check: bool) -> Result<()> {
    let notebook = existing(notebook)?;
    let python = setup::run(layout, Verbosity::News)?;
    let mut script = python.script(&layout.script("measure.py"));
    script.arg(&notebook);
    if check {
        script.arg("--check");
    }
    tools::run(&mut script).map_err(|_| {
        Failure::new(
            "the kernel is slower or bigger than it should be, or a cell failed; see above",
        )
    })
}

/// Measures several kernels at once, each with all of a notebook's cells.
pub(crate) fn measure_together(layout: &Layout, notebook: &Path, kernels: usize) -> Result<()> {
    let notebook = existing(notebook)?;
    let python = setup::run(layout, Verbosity::News)?;
    let mut script = python.script(&layout.script("measure_together.py"));
    script.arg(&notebook).args(["--kernels", &kernels.to_string()]);
    tools::run(&mut script)
        .map_err(|_| Failure::new("not every kernel finished the notebook; see above"))
}

/// Runs a notebook in JupyterLab in a browser.
pub(crate) fn browse(
    layout: &Layout,
    notebook: &Path,
    output: &Path,
    timeout: u32,
    script: &str,
) -> Result<()> {
    let notebook = existing(notebook)?;
    let Ok(inside) = notebook.strip_prefix(layout.root()) else {
        fail!(
            "{} is outside the repository, which is all that JupyterLab shows",
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
    tools::run(&mut script)
        .map_err(|_| Failure::new("the notebook did not run cleanly in the browser; see above"))
}

/// The Python whose scripts drive a browser.
pub(crate) fn browser(layout: &Layout) -> Result<Environment> {
    if tools::find_program("chromedriver").is_none() {
        fail!(
            "the browser check needs Chromium and its driver: install them (on Debian: `sudo apt install chromium chromium-driver`)"
        );
    }
    let environment = Environment::browser(layout);
    let _lock = files::lock_exclusively(&layout.state().join("browser-lock"), || ())?;
    if !environment.is_ready() {
        environment.install()?;
    }
    Ok(environment)
}

fn existing(notebook: &Path) -> Result<PathBuf> {
    if !notebook.is_file() {
        fail!("there is no notebook {}", notebook.display());
    }
    notebook.canonicalize().explain(|| format!("find {}", notebook.display()))
}

/// Default folders are below the repository; what a person types is below where they stand.
pub(crate) fn in_repository(layout: &Layout, output: &Path) -> PathBuf {
    output.strip_prefix(".zunder").map_or(output.to_owned(), |inside| layout.state().join(inside))
}
