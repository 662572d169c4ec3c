//! JupyterLab for an installation: a copy of the checkout's Python environment, which names folders in few
//! places, on a Python of the system that all users can run.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::base::failure::{Explain, Result, fail};
use crate::base::files;
use crate::base::layout::Layout;
use crate::base::python::Python;
use crate::base::spoken::spoken;
use crate::base::tools;
use crate::kernel::spec;

/// Copies the environment to its place, and returns Python's minor version, such as `3.11`.
pub(crate) fn copy(layout: &Layout, python: &Python, to: &Path) -> Result<String> {
    if Python::conda(layout).is_some() {
        fail!(
            "a conda environment cannot be copied: deactivate it and run `cargo lab setup`, or leave JupyterLab \
             out (--kernel-only)",
            "eine conda-Umgebung lässt sich nicht kopieren: Deaktivier sie und ruf `cargo lab setup` auf, oder \
             lass JupyterLab weg (--kernel-only)"
        );
    }
    let code = "import sys; print(*sys.version_info[:2], sep='.'); print(sys._base_executable)";
    let said = tools::read(python.command().args(["-c", code]))?;
    let (version, base) = said.split_once('\n').unwrap_or((&said, ""));
    let base = base_for_all(version, Path::new(base))?;
    let from = layout.venv();
    let packages = Path::new("lib").join(format!("python{version}/site-packages"));
    files::copy_tree(&from.join(&packages), &to.join(&packages), |_| false)?;
    for name in ["share", "etc"] {
        if from.join(name).is_dir() {
            files::copy_tree(&from.join(name), &to.join(name), |_| false)?;
        }
    }
    spec::remove(&to.join("share/jupyter"), &layout.bin())?;
    copy_scripts(&from, to)?;
    let home = base.parent().unwrap_or(&base).display();
    let settings =
        format!("home = {home}\ninclude-system-site-packages = false\nversion = {version}\n");
    files::write(&to.join("pyvenv.cfg"), settings)?;
    let link = |from: &Path, name: &str| {
        std::os::unix::fs::symlink(from, to.join("bin").join(name)).explain(|| {
            spoken!("link {name} to {}", "den Verweis {name} auf {} anzulegen", from.display())
        })
    };
    link(&base, "python3")?;
    link(Path::new("python3"), "python")?;
    Ok(version.to_owned())
}

/// The programs, which name their Python in their text.
fn copy_scripts(from: &Path, to: &Path) -> Result<()> {
    let (old, new) = (from.display().to_string(), to.display().to_string());
    let bin = from.join("bin");
    for file in files::entries(&bin)? {
        let (path, name) = (file.path(), file.file_name());
        // Python itself is a link, and what is no text has no place in it.
        let is_file = file.file_type().is_ok_and(|kind| kind.is_file());
        let Some(text) = fs::read_to_string(&path).ok().filter(|_| is_file) else { continue };
        if text.starts_with("#!") {
            files::write_program(&to.join("bin").join(name), text.replace(&old, &new))?;
        }
    }
    Ok(())
}

/// A Python of this version that is not in somebody's home folder.
fn base_for_all(version: &str, own: &Path) -> Result<PathBuf> {
    let name = format!("python{version}");
    let mut places = vec![own.to_owned()];
    places.extend(["/usr/bin", "/usr/local/bin"].map(|folder| Path::new(folder).join(&name)));
    let found = places.iter().filter(|place| tools::is_program(place) && is_open(place));
    let runs = |place: &&PathBuf| {
        let code = "import sys; print(*sys.version_info[:2], sep='.')";
        tools::read(Command::new(place).args(["-I", "-c", code])).is_ok_and(|said| said == version)
    };
    let mut good = found.filter(runs);
    match good.next() {
        Some(place) => Ok(place.clone()),
        None => fail!(
            "other users cannot run {}, and this machine has no other Python {version}: install {name}, or remove \
             .zunder/venv and run `cargo lab setup` with the system's Python first on PATH, or leave JupyterLab \
             out (--kernel-only)",
            "andere Benutzer können {} nicht ausführen, und dieser Rechner hat kein anderes Python {version}: \
             Installier {name}, oder entfern .zunder/venv und ruf `cargo lab setup` auf, mit dem Python des \
             Systems vorn in PATH, oder lass JupyterLab weg (--kernel-only)",
            own.display()
        ),
    }
}

/// Whether every user can get at a file.
pub(crate) fn is_open(file: &Path) -> bool {
    let Ok(real) = file.canonicalize() else { return false };
    let lets = |path: &Path, bits: u32| {
        path.metadata().is_ok_and(|data| data.permissions().mode() & bits == bits)
    };
    lets(&real, 0o005) && real.ancestors().skip(1).all(|folder| lets(folder, 0o001))
}
