//! The Python with JupyterLab: the project's own environment, or an activated conda one.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::base::failure::{Explain, Failure, Result, fail};
use crate::base::files;
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
        if !tools::is_program(&program) {
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
        // The interpreter is a link, which dangles when the Python behind it is uninstalled.
        tools::is_program(&self.program())
            && std::fs::read_to_string(self.stamp()).is_ok_and(|made| made == wanted)
    }

    /// Installs it unless it is there. Of several who need it at once, one installs it.
    pub(crate) fn install_if_missing(&self) -> Result<()> {
        let _lock = files::lock_exclusively(&self.folder.with_extension("lock"), || ())?;
        if self.is_ready() { Ok(()) } else { self.install() }
    }

    /// Makes the environment and installs the pinned packages.
    pub(crate) fn install(&self) -> Result<()> {
        let system = find_system_python()?;
        // Kernels may run from it, and pip mends what differs; only a broken one is made anew.
        if !tools::is_program(&self.program()) {
            files::remove_folder(&self.folder)?;
            let made = tools::read(Command::new(&system).args(["-m", "venv"]).arg(&self.folder));
            if let Err(error) = made {
                files::remove_folder(&self.folder)?;
                fail!(
                    "cannot make a Python environment: install Python's venv module (on Debian and Ubuntu: \
                     `sudo apt install python3-venv`) and run this again ({error})",
                    "eine Python-Umgebung lässt sich nicht anlegen: Installier das Modul venv von Python (auf \
                     Debian und Ubuntu: `sudo apt install python3-venv`) und ruf das noch einmal auf ({error})"
                );
            }
        }
        let mut pip = Command::new(self.program());
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
    tools::read(python.command().args(["-c", &code])).explain(|| {
        spoken!("find the Python package {package}", "das Python-Paket {package} zu finden")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_pinned_by_their_content_and_for_the_oldest_python() {
        for (list, text) in [
            ("requirements.txt", include_str!("../../requirements.txt")),
            ("requirements-browser.txt", include_str!("../../requirements-browser.txt")),
            ("requirements-grader.txt", include_str!("../../requirements-grader.txt")),
            ("requirements-hub.txt", include_str!("../../requirements-hub.txt")),
        ] {
            assert!(
                text.contains("--python-version 3.10 --generate-hashes"),
                "{list}: made otherwise"
            );
            let packages: Vec<&str> = text.split("\n").filter(|line| line.contains("==")).collect();
            assert!(!packages.is_empty(), "{list} is empty");
            let is_hashed =
                |package: &str| text.contains(&format!("{package}\n    --hash=sha256:"));
            let bare: Vec<&&str> = packages.iter().filter(|package| !is_hashed(package)).collect();
            assert!(bare.is_empty(), "{list}: without a hash: {bare:?}");
        }
    }

    #[test]
    fn whoever_needs_what_another_installs_waits_for_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let requirements = folder.path().join("requirements.txt");
        files::write(&requirements, "").expect("there is room");
        let environment = Environment { folder: folder.path().join("venv"), requirements };
        let lock = files::lock_exclusively(&folder.path().join("venv.lock"), || ());
        let lock = lock.expect("nobody else has it");
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| environment.install_if_missing());
            let made = "made by the other one";
            files::write_program(&environment.program(), made).expect("there is room");
            let stamp = files::hash_file(&environment.requirements);
            files::write(&environment.stamp(), stamp).expect("there is room");
            drop(lock);
            assert!(waits.join().is_ok_and(|went| went.is_ok()));
            let left = std::fs::read_to_string(environment.program());
            assert_eq!(left.ok().as_deref(), Some(made));
        });
        assert!(!environment.folder.join("pyvenv.cfg").exists(), "it was made twice");
    }
}
