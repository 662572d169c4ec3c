//! The Python with JupyterLab: the project's own environment, or an activated conda one.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::base::failure::{Explain, Failure, Result, fail};
use crate::base::files;
use crate::base::installation::{self, Installation};
use crate::base::layout::Layout;
use crate::base::spoken::spoken;
use crate::base::tools;

/// A Python that has JupyterLab.
#[derive(Clone, Debug)]
pub(crate) struct Python {
    program: PathBuf,
    jupyter_data: PathBuf,
}

impl Python {
    /// The activated conda environment if it has JupyterLab and evcxr, else the project's own.
    pub(crate) fn find(layout: &Layout) -> Result<Self> {
        if let Some(conda) = Self::conda(layout) {
            return Ok(conda);
        }
        if layout.is_sealed() {
            return Self::of_installation(layout.root());
        }
        let program = layout.venv().join("bin/python");
        if !tools::is_program(&program) {
            fail!(
                "the Python environment is missing: run `cargo lab setup`",
                "die Python-Umgebung fehlt: Ruf `cargo lab setup` auf"
            );
        }
        Ok(Self { program, jupyter_data: layout.venv().join("share/jupyter") })
    }

    /// That of an installation, unless it is one for a hub with a JupyterLab of its own.
    fn of_installation(root: &Path) -> Result<Self> {
        let program = root.join("python/bin/python");
        if !has_pip(&program) {
            if Installation::read(root)?.python.is_some() {
                return Err(installation::damaged(root));
            }
            fail!(
                "the installation in {} has no JupyterLab: start your own",
                "die Installation in {} hat kein JupyterLab: Starte dein eigenes",
                root.display()
            );
        }
        Ok(Self { program, jupyter_data: root.join("share/jupyter") })
    }

    /// The activated conda environment, if it is made for this (see `environment.yml`).
    pub(crate) fn conda(layout: &Layout) -> Option<Self> {
        if layout.is_sealed() {
            return None;
        }
        let bin = PathBuf::from(env::var_os("CONDA_PREFIX")?).join("bin");
        let has = |name: &str| tools::is_program(&bin.join(name));
        (has("python") && has("jupyter-lab") && has("evcxr_jupyter")).then(|| Self {
            program: bin.join("python"),
            // Not in the environment itself, which other checkouts may share.
            jupyter_data: layout.state().join("jupyter"),
        })
    }

    /// The folder where Jupyter looks for kernels.
    pub(crate) fn jupyter_data(&self) -> &Path {
        &self.jupyter_data
    }

    /// A command that runs one of this package's scripts.
    pub(crate) fn script(&self, script: &Path) -> Command {
        let mut command = self.command();
        command.arg(script);
        command
    }

    /// JupyterLab itself, told where the kernel is. Not `-m`: with that, a learner's `random.py` in the folder where one
    /// stands would be taken for Python's own.
    pub(crate) fn jupyter_lab(&self) -> Command {
        self.script(&self.program.with_file_name("jupyter-lab"))
    }

    /// The interpreter, told where the kernel is.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        let mut path = vec![self.jupyter_data.clone()];
        path.extend(env::var_os("JUPYTER_PATH").iter().flat_map(env::split_paths));
        if let Ok(joined) = env::join_paths(path) {
            command.env("JUPYTER_PATH", joined);
        }
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("JUPYTER_PLATFORM_DIRS", "1");
        command
    }
}

/// A Python environment made here, from a file of pinned packages.
pub(crate) struct Environment {
    folder: PathBuf,
    requirements: PathBuf,
}

impl Environment {
    /// The one with JupyterLab.
    pub(crate) fn jupyter(layout: &Layout) -> Self {
        Self { folder: layout.venv(), requirements: layout.root().join("lab/requirements.txt") }
    }

    /// The one that drives a browser. Its own, so that a learner's has only what it needs.
    pub(crate) fn browser(layout: &Layout) -> Self {
        let requirements = layout.root().join("lab/requirements-browser.txt");
        Self { folder: layout.state().join("browser-venv"), requirements }
    }

    /// The one with nbgrader, for tests, and for `course mark --nbgrader` where the teacher's Python has none.
    pub(crate) fn grader(layout: &Layout) -> Self {
        let requirements = layout.root().join("lab/requirements-grader.txt");
        Self { folder: layout.state().join("grader-venv"), requirements }
    }

    /// Its interpreter.
    pub(crate) fn program(&self) -> PathBuf {
        self.folder.join("bin/python")
    }

    /// Written when the environment is complete, with what went into it.
    fn stamp(&self) -> PathBuf {
        self.folder.join("zunder-complete")
    }

    /// Whether the environment is there, complete, and made from the present requirements.
    pub(crate) fn is_ready(&self) -> bool {
        let wanted = files::hash_file(&self.requirements);
        std::fs::read_to_string(self.stamp()).is_ok_and(|made| made == wanted)
            && has_pip(&self.program())
    }

    /// Installs it unless it is there. Of several who need it at once, one installs it.
    pub(crate) fn install_if_missing(&self) -> Result<()> {
        let _lock = files::lock_exclusively(&self.folder.with_extension("lock"), || ())?;
        if self.is_ready() { Ok(()) } else { self.install() }
    }

    /// Makes the environment and installs the pinned packages.
    pub(crate) fn install(&self) -> Result<()> {
        let system = find_system_python()?;
        // Kernels may run from it, and pip mends what differs; only one whose pip does not run is made anew.
        let mut pip = isolated(&self.program());
        if tools::read(pip.args(["-m", "pip", "--version"])).is_err() {
            files::remove_folder(&self.folder)?;
            let mut venv = isolated(&system);
            if let Err(error) = tools::read(venv.args(["-m", "venv"]).arg(&self.folder)) {
                files::remove_folder(&self.folder)?;
                fail!(
                    "cannot make a Python environment: install Python's venv module (on Debian and Ubuntu: \
                     `sudo apt install python3-venv`) and run this again ({error})",
                    "eine Python-Umgebung lässt sich nicht anlegen: Installier das Modul venv von Python (auf \
                     Debian und Ubuntu: `sudo apt install python3-venv`) und ruf das noch einmal auf ({error})"
                );
            }
        }
        let mut pip = isolated(&self.program());
        pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--no-input"]);
        pip.args(["--require-hashes", "--requirement"]).arg(&self.requirements);
        tools::run(&mut pip).map_err(|error| {
            Failure::new(spoken!(
                "cannot install the Python packages: check the network and run this again ({error})",
                "die Python-Pakete lassen sich nicht installieren: Sieh nach dem Netz und ruf das noch einmal auf \
                 ({error})"
            ))
        })?;
        files::write(&self.stamp(), files::hash_file(&self.requirements))
    }
}

/// Whether this interpreter has the packages that were installed for it: it is a link, which dangles when the Python
/// behind it is uninstalled, and leads to another when that is renewed.
fn has_pip(program: &Path) -> bool {
    tools::read(isolated(program).args(["-c", "import pip"])).is_ok()
}

/// Python that takes no file for a part of itself because it lies where one stands, as `-m` and `-c` let it do.
fn isolated(program: &Path) -> Command {
    let mut python = Command::new(program);
    python.arg("-I");
    python
}

/// A Python of at least 3.10; for this one, too, the lists of packages have versions that it can run.
pub(crate) fn find_system_python() -> Result<PathBuf> {
    let names =
        ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];
    let programs = names.iter().filter_map(|name| tools::find_program(name));
    let mut good = programs.filter(|program| {
        tools::read(
            Command::new(program).args(["-c", "import sys; print(sys.version_info >= (3, 10))"]),
        )
        .is_ok_and(|answer| answer == "True")
    });
    good.next().ok_or_else(|| {
        Failure::new(spoken!(
            "Python 3.10 or newer is missing: install it (on Debian and Ubuntu: \
             `sudo apt install python3 python3-venv`) and run `cargo lab` again",
            "Python 3.10 oder neuer fehlt: Installier es (auf Debian und Ubuntu: \
             `sudo apt install python3 python3-venv`) und ruf `cargo lab` noch einmal auf"
        ))
    })
}

/// The version of one installed package.
pub(crate) fn package_version(python: &Python, package: &str) -> Result<String> {
    let code = format!("import importlib.metadata as m; print(m.version('{package}'))");
    tools::read(isolated(&python.program).args(["-c", &code])).explain(|| {
        spoken!("find the Python package {package}", "das Python-Paket {package} zu finden")
    })
}

#[cfg(test)]
mod tests;
