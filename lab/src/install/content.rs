//! What an installation holds, made of a checkout that is set up.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::base::failure::{Explain, Result};
use crate::base::installation::Installation;
use crate::base::language::Language;
use crate::base::layout::Layout;
use crate::base::python::Python;
use crate::base::spoken::{say, spoken, tell};
use crate::base::{files, tools};
use crate::install::{environment, glibc, metadata, toolchain, uninstall};
use crate::kernel::library::{self, Library};
use crate::kernel::programs::Toolchain;
use crate::kernel::template::{self, Template};
use crate::kernel::{launch, spec};
use crate::setup::data;
use crate::setup::steps::Steps;

/// The scripts for `zunder run` and the like.
const SCRIPTS: [&str; 4] =
    ["run_notebook.py", "kernel_session.py", "measure.py", "measure_together.py"];

/// What the compiler says and how to mend it, to which the notebooks link.
const PAGES: [&str; 2] = ["docs/compiler-errors.md", "docs/compiler-errors.de.md"];

/// What an installation is made of.
pub(crate) struct Source<'a> {
    /// A checkout that is set up.
    pub(crate) layout: &'a Layout,
    pub(crate) python: &'a Python,
    /// The notebooks for learners: where in the checkout they belong, and their text.
    pub(crate) notebooks: &'a [(PathBuf, String)],
    pub(crate) kernel_only: bool,
}

/// Makes all of it but what lies outside, in a folder that is claimed.
pub(crate) fn fill(from: &Source, prefix: &Path, steps: &mut Steps) -> Result<Installation> {
    let layout = from.layout;
    uninstall::remove_content(prefix)?;
    let mut installation = copy_compiled(layout, prefix, steps)?;
    steps.step(say("the data", "die Daten"), "", false, || {
        layout.data().map_or(Ok(()), |around| copy_data(&around, prefix))
    })?;
    installation.python = copy_python(from, prefix, steps)?;
    steps.step(say("notebooks and scripts", "Notebooks und Skripte"), "", false, || {
        write_notebooks(layout, from.notebooks, prefix)?;
        copy_scripts(layout, &prefix.join("scripts"))
    })?;
    steps.step(say("kernels for Jupyter", "Kernel für Jupyter"), "", false, || {
        spec::write(&prefix.join("share/jupyter"), &prefix.join("bin/zunder-kernel"))
    })?;
    installation.glibc = needed_glibc(prefix)?;
    installation.write(prefix)?;
    open_to_all(prefix)?;
    Ok(installation)
}

/// The compiler, the kernel, and what is compiled with them: they belong together.
fn copy_compiled(layout: &Layout, prefix: &Path, steps: &mut Steps) -> Result<Installation> {
    let host = tools::host(layout.root())?;
    let version = tools::rustc_version(layout.root())?;
    let version = version.lines().next().unwrap_or_default().to_owned();
    let (template, reserved) = launch::reserve_template(layout)?;
    let whole = template.why_whole_library().is_some();
    let seconds = say("seconds", "Sekunden");
    steps.step(say("the compiler", "der Compiler"), seconds, false, || {
        toolchain::copy(&tools::sysroot(layout.root())?, &host, whole, &prefix.join("toolchain"))
    })?;
    steps.step(say("the Rust kernel", "der Rust-Kernel"), "", false, || {
        copy_programs(layout, prefix)
    })?;
    steps.step(say("the warm kernel", "der warme Kernel"), seconds, false, || {
        let libraries = library::build(layout.root())?;
        copy_template(&template, &host, &libraries, prefix)
    })?;
    reserved.remove()?;
    Ok(Installation::new(host, version, template.key()))
}

fn copy_programs(layout: &Layout, prefix: &Path) -> Result<()> {
    let bin = prefix.join("bin");
    spec::copy_this_program(&bin.join("zunder-kernel"))?;
    let evcxr = template::evcxr(layout)?;
    files::copy(&evcxr, &bin.join("evcxr_jupyter"))?;
    std::os::unix::fs::symlink("zunder-kernel", bin.join("zunder"))
        .explain(|| spoken!("link the program", "den Verweis auf das Programm anzulegen"))
}

/// The template, with the installation's compiler behind its wrapper.
fn copy_template(
    template: &Template,
    host: &str,
    libraries: &[Library],
    prefix: &Path,
) -> Result<()> {
    let to = prefix.join("kernel").join(template.key());
    files::copy_tree(template.folder(), &to, |_| false)?;
    template::write_programs(&to, &Toolchain::of_installation(host), libraries)?;
    let crates = to.join("crates");
    for entry in files::entries(&crates)? {
        let path = entry.path();
        let archive = files::read(&path)?;
        if let Some(cut) = metadata::only(&archive) {
            files::write(&path, cut)?;
        }
    }
    Ok(())
}

/// JupyterLab, unless it is left out. Returns Python's minor version.
fn copy_python(from: &Source, prefix: &Path, steps: &mut Steps) -> Result<Option<String>> {
    let what = say("Python with JupyterLab", "Python mit JupyterLab");
    if from.kernel_only {
        return steps.step(what, say("left out", "weggelassen"), false, || Ok(None));
    }
    steps.step(what, say("seconds", "Sekunden"), false, || {
        environment::copy(from.layout, from.python, &prefix.join("python")).map(Some)
    })
}

/// The data sets that are whole, and a word on those that are not.
fn copy_data(around: &Path, prefix: &Path) -> Result<()> {
    for set in &data::ALL {
        let (from, to) = (around.join(set.folder), prefix.join("data").join(set.folder));
        if data::is_whole(&from) {
            files::copy_tree(&from, &to, |_| false)?;
        } else {
            tell!(
                "{} is not whole in {}, so it is left out: `cargo lab data` brings it",
                "{} ist in {} nicht vollständig, darum bleibt es weg: `cargo lab data` bringt es",
                set.name,
                around.display()
            );
        }
    }
    Ok(())
}

/// What learners open, with the pages that it links to and the picture beside it. What lies there in the checkout
/// somebody may have worked on: it is not handed out.
fn write_notebooks(layout: &Layout, notebooks: &[(PathBuf, String)], prefix: &Path) -> Result<()> {
    for (file, text) in notebooks {
        files::write(&prefix.join(file), text)?;
    }
    for page in PAGES {
        files::write(&prefix.join(page), files::read(&layout.root().join(page))?)?;
    }
    for folder in Language::ALL.map(Language::folder) {
        let picture = Path::new(folder).join("my_digit.png");
        if layout.root().join(&picture).is_file() {
            files::copy(&layout.root().join(&picture), &prefix.join(&picture))?;
        }
    }
    Ok(())
}

fn copy_scripts(layout: &Layout, to: &Path) -> Result<()> {
    files::create_folder(to)?;
    SCRIPTS.iter().try_for_each(|name| files::copy(&layout.script(name), &to.join(name)))
}

/// The lowest version of glibc with which all programs run that cells take.
fn needed_glibc(prefix: &Path) -> Result<String> {
    let mut programs = files::with_ending(&prefix.join("kernel"), "so")?;
    programs.extend(["zunder-kernel", "evcxr_jupyter"].map(|name| prefix.join("bin").join(name)));
    glibc::needed(&programs)
}

/// Everybody may read, and nobody else may write.
pub(crate) fn open_to_all(path: &Path) -> Result<()> {
    let data = path
        .symlink_metadata()
        .explain(|| spoken!("look at {}", "nach {} zu sehen", path.display()))?;
    if data.is_symlink() {
        return Ok(());
    }
    let mode = data.permissions().mode();
    let can_run = data.is_dir() || mode & 0o111 != 0;
    let wanted = if can_run { 0o755 } else { 0o644 };
    if mode & 0o7777 != wanted {
        fs::set_permissions(path, fs::Permissions::from_mode(wanted)).explain(|| {
            spoken!("open {} to all users", "{} für alle Benutzer zu öffnen", path.display())
        })?;
    }
    if data.is_dir() {
        for entry in files::entries(path)? {
            open_to_all(&entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_set_that_is_not_whole_is_not_installed() -> Result<()> {
        let around = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let (data, prefix) = (around.path().join("data"), around.path().join("installed"));
        for name in ["mnist/a", "mnist/b", "mnist/c", "mnist/d", "fashion-mnist/.lock"] {
            files::write(&data.join(name), "")?;
        }
        copy_data(&data, &prefix)?;
        assert!(prefix.join("data/mnist/d").is_file());
        assert!(!prefix.join("data/fashion-mnist").exists());
        Ok(())
    }

    #[test]
    fn what_somebody_has_done_in_the_notebooks_is_not_handed_out() -> Result<()> {
        let around = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let (root, prefix) = (around.path().join("root"), around.path().join("installed"));
        for name in ["03_shapes.ipynb", "Untitled.ipynb", "my_digit.png", "de/my_digit.png"] {
            files::write(&root.join("notebooks").join(name), "mine")?;
        }
        for page in PAGES {
            files::write(&root.join(page), "of the compiler")?;
        }
        let made = ["notebooks/03_shapes.ipynb", "notebooks/de/03_shapes.ipynb"];
        let made = made.map(|file| (PathBuf::from(file), "as it was made".to_owned()));
        write_notebooks(&Layout::at(&root), &made, &prefix)?;
        let mut all = files::with_ending(&prefix, "ipynb")?;
        all.sort();
        assert_eq!(all, made.map(|(file, _)| prefix.join(file)));
        assert_eq!(files::read_text(&all[0])?, "as it was made");
        for file in PAGES.iter().chain(&["notebooks/my_digit.png", "notebooks/de/my_digit.png"]) {
            assert!(prefix.join(file).is_file(), "{file} is missing");
        }
        Ok(())
    }
}
