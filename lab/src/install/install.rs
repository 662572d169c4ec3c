//! `cargo lab install`: one installation for all users of a machine.
//!
//! It is a copy of what set-up has made in the checkout, with the compiler, in one folder that needs
//! nothing of the checkout, and to which nobody has to write: see `Layout`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::json;

use crate::base::failure::{Explain, Result};
use crate::base::installation::Installation;
use crate::base::language::Language;
use crate::base::layout::Layout;
use crate::base::python::Python;
use crate::base::spoken::{say, spoken, tell};
use crate::base::{files, tools};
use crate::install::{environment, glibc, metadata, place, toolchain, uninstall};
use crate::kernel::library::{self, Library};
use crate::kernel::programs::Toolchain;
use crate::kernel::template::{self, Template};
use crate::kernel::{launch, spec};
use crate::setup::setup::{self, Verbosity};
use crate::setup::steps::Steps;
use crate::setup::{clean, data};

/// The scripts for `zunder run` and the like.
const SCRIPTS: [&str; 4] =
    ["run_notebook.py", "kernel_session.py", "measure.py", "measure_together.py"];

/// What can be chosen.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The folder for it
    #[arg(long, default_value = "/opt/zunder")]
    pub(crate) prefix: PathBuf,
    /// Where JupyterLab and hubs look for kernels besides: a folder with share/jupyter in it
    #[arg(long, default_value = "/usr/local")]
    jupyter: PathBuf,
    /// Only the kernel, for a hub that has its own JupyterLab
    #[arg(long)]
    pub(crate) kernel_only: bool,
}

/// Installs, tries a cell, and has Jupyter list the kernels.
pub(crate) fn run(
    layout: &Layout,
    options: &Options,
    notebooks: &[(PathBuf, String)],
) -> Result<()> {
    let start = Instant::now();
    let prefix = place::check(layout, &options.prefix)?;
    let jupyter = place::kernels_of(&options.jupyter)?;
    let _one_at_a_time = clean::hold_for_installing(layout)?;
    let python = setup::run(layout, Verbosity::All)?;
    tell!("\nInstalling into {}", "\nInstalliert wird in {}", prefix.display());
    let mut steps = Steps::new(8, Verbosity::All);
    let from = Source { layout, python: &python, notebooks, kernel_only: options.kernel_only };
    let mut installation = fill(&from, &prefix, &mut steps)?;
    steps.step(
        say("a first cell, to try it", "eine erste Zelle, zum Ausprobieren"),
        say("10 to 30 s", "10 bis 30 s"),
        false,
        || try_it(layout, &python, &prefix),
    )?;
    match spec::write(&jupyter, &prefix.join("bin/zunder-kernel")) {
        Ok(()) => installation.jupyter.push(jupyter),
        Err(problem) => tell!(
            "{problem}\nJupyter lists the kernel where JUPYTER_PATH={} is set",
            "{problem}\nJupyter zeigt den Kernel dort, wo JUPYTER_PATH={} gesetzt ist",
            prefix.join("share/jupyter").display()
        ),
    }
    installation.write(&prefix)?;
    open_to_all(&prefix)?;
    tell!(
        "\nInstalled {} in {:.0} s.",
        "\n{} installiert in {:.0} s.",
        files::megabytes(files::disk_use(&prefix)),
        start.elapsed().as_secs_f64()
    );
    let above = prefix.parent().unwrap_or(&prefix);
    if !environment::is_open(&prefix) {
        tell!(
            "Other users cannot get at it: a folder above {} is closed.",
            "Andere Benutzer kommen nicht daran: Ein Ordner über {} ist geschlossen.",
            above.display()
        );
    }
    if installation.python.is_some() {
        tell!(
            "Each user starts it with {}",
            "Jeder Benutzer startet es mit {}",
            prefix.join("bin/zunder").display()
        );
    }
    tell!(
        "To remove it: {} uninstall",
        "Zum Entfernen: {} uninstall",
        prefix.join("bin/zunder").display()
    );
    Ok(())
}

/// What an installation is made of.
pub(crate) struct Source<'a> {
    /// A checkout that is set up.
    pub(crate) layout: &'a Layout,
    pub(crate) python: &'a Python,
    /// The notebooks for learners: where in the checkout they belong, and their text.
    pub(crate) notebooks: &'a [(PathBuf, String)],
    pub(crate) kernel_only: bool,
}

/// Makes all of it but what lies outside.
pub(crate) fn fill(from: &Source, prefix: &Path, steps: &mut Steps) -> Result<Installation> {
    let &Source { layout, python, notebooks, kernel_only } = from;
    uninstall::remove_content(prefix)?;
    files::create_folder(prefix)?;
    files::write(&prefix.join(uninstall::BEGUN), std::process::id().to_string())?;
    let host = tools::host(layout.root())?;
    let version = tools::rustc_version(layout.root())?;
    let version = version.lines().next().unwrap_or_default().to_owned();
    let (template, reserved) = launch::reserve_template(layout)?;
    let whole = template.why_whole_library().is_some();
    steps.step(say("the compiler", "der Compiler"), say("seconds", "Sekunden"), false, || {
        toolchain::copy(&tools::sysroot(layout.root())?, &host, whole, &prefix.join("toolchain"))
    })?;
    steps.step(say("the Rust kernel", "der Rust-Kernel"), "", false, || {
        copy_programs(layout, prefix)
    })?;
    steps.step(
        say("the warm kernel", "der warme Kernel"),
        say("seconds", "Sekunden"),
        false,
        || {
            let libraries = library::build(layout.root())?;
            copy_template(&template, &host, &libraries, prefix)
        },
    )?;
    let mut installation = Installation::new(host, version, template.key());
    reserved.remove()?;
    steps.step(say("the data", "die Daten"), "", false, || {
        layout.data().map_or(Ok(()), |around| copy_data(&around, prefix))
    })?;
    installation.python = steps.step(
        say("Python with JupyterLab", "Python mit JupyterLab"),
        if kernel_only { say("left out", "weggelassen") } else { say("seconds", "Sekunden") },
        false,
        || {
            if kernel_only {
                return Ok(None);
            }
            environment::copy(layout, python, &prefix.join("python")).map(Some)
        },
    )?;
    steps.step(say("notebooks and scripts", "Notebooks und Skripte"), "", false, || {
        write_notebooks(layout, notebooks, prefix)?;
        SCRIPTS.iter().try_for_each(|name| {
            files::create_folder(&prefix.join("scripts"))?;
            files::copy(&layout.script(name), &prefix.join("scripts").join(name))
        })
    })?;
    steps.step(say("kernels for Jupyter", "Kernel für Jupyter"), "", false, || {
        spec::write(&prefix.join("share/jupyter"), &prefix.join("bin/zunder-kernel"))
    })?;
    let mut programs = files::with_ending(&prefix.join("kernel"), "so")?;
    programs.extend(["zunder-kernel", "evcxr_jupyter"].map(|name| prefix.join("bin").join(name)));
    installation.glibc = glibc::needed(&programs)?;
    installation.write(prefix)?;
    fs::remove_file(prefix.join(uninstall::BEGUN))
        .explain(|| spoken!("finish", "fertig zu werden"))?;
    open_to_all(prefix)?;
    Ok(installation)
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

/// What learners open, with the picture beside it. What lies there in the checkout somebody may have worked on: it is
/// not handed out.
fn write_notebooks(layout: &Layout, notebooks: &[(PathBuf, String)], prefix: &Path) -> Result<()> {
    for (file, text) in notebooks {
        files::write(&prefix.join(file), text)?;
    }
    for folder in Language::ALL.map(Language::folder) {
        let picture = Path::new(folder).join("my_digit.png");
        if layout.root().join(&picture).is_file() {
            files::copy(&layout.root().join(&picture), &prefix.join(&picture))?;
        }
    }
    Ok(())
}

/// Runs a cell with the installed kernel.
fn try_it(layout: &Layout, python: &Python, prefix: &Path) -> Result<()> {
    let folder =
        tempfile::tempdir().explain(|| spoken!("make a folder", "einen Ordner anzulegen"))?;
    let notebook = folder.path().join("try.ipynb");
    let cell = json!({"cell_type": "code", "id": "try", "metadata": {}, "outputs": [], "execution_count": null,
                      "source": "use zunder::prelude::*;"});
    let content = json!({"cells": [cell], "metadata": {"kernelspec": {"name": "zunder", "display_name": ""}},
                         "nbformat": 4, "nbformat_minor": 5});
    files::write(&notebook, content.to_string())?;
    let mut script = python.script(&layout.script("run_notebook.py"));
    script.arg(&notebook).arg(folder.path().join("out"));
    script.env("JUPYTER_PATH", prefix.join("share/jupyter")).env("ZUNDER_WAITING_KERNEL", "0");
    tools::run(&mut script)
}

/// Everybody may read, and nobody else may write.
fn open_to_all(path: &Path) -> Result<()> {
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
        let made = ["notebooks/03_shapes.ipynb", "notebooks/de/03_shapes.ipynb"];
        let made = made.map(|file| (PathBuf::from(file), "as it was made".to_owned()));
        write_notebooks(&Layout::at(&root), &made, &prefix)?;
        let mut all = files::with_ending(&prefix, "ipynb")?;
        all.sort();
        assert_eq!(all, made.map(|(file, _)| prefix.join(file)));
        assert_eq!(files::read_text(&all[0])?, "as it was made");
        assert!(prefix.join("notebooks/de/my_digit.png").is_file());
        Ok(())
    }
}
