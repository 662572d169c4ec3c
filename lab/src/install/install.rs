//! `cargo lab install`: one installation for all users of a machine.
//!
//! It is a copy of what set-up has made in the checkout, with the compiler, in one folder that needs
//! nothing of the checkout, and to which nobody has to write: see `Layout`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::json;

use crate::base::failure::{Explain, Result};
use crate::base::installation::Installation;
use crate::base::layout::Layout;
use crate::base::python::Python;
use crate::base::spoken::{say, spoken, tell};
use crate::base::{files, tools};
use crate::install::claim::Claim;
use crate::install::content::{self, Source};
use crate::install::{environment, place};
use crate::kernel::spec;
use crate::setup::clean;
use crate::setup::setup::{self, Verbosity};
use crate::setup::steps::Steps;

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
    let claim = Claim::on(&prefix)?;
    let mut installation = content::fill(&from, &prefix, &mut steps)?;
    steps.step(
        say("a first cell, to try it", "eine erste Zelle, zum Ausprobieren"),
        say("10 to 30 s", "10 bis 30 s"),
        false,
        || try_it(layout, &python, &prefix),
    )?;
    list_kernels(&mut installation, jupyter, &prefix);
    installation.write(&prefix)?;
    claim.end()?;
    content::open_to_all(&prefix)?;
    tell!(
        "\nInstalled {} in {:.0} s.",
        "\n{} installiert in {:.0} s.",
        files::megabytes(files::disk_use(&prefix)),
        start.elapsed().as_secs_f64()
    );
    say_how_to_use(&installation, &prefix);
    Ok(())
}

/// Has Jupyter list the kernels, where this user may write there.
fn list_kernels(installation: &mut Installation, jupyter: PathBuf, prefix: &Path) {
    match spec::write(&jupyter, &prefix.join("bin/zunder-kernel")) {
        Ok(()) => installation.jupyter.push(jupyter),
        Err(problem) => tell!(
            "{problem}\nJupyter lists the kernel where JUPYTER_PATH={} is set",
            "{problem}\nJupyter zeigt den Kernel dort, wo JUPYTER_PATH={} gesetzt ist",
            prefix.join("share/jupyter").display()
        ),
    }
}

fn say_how_to_use(installation: &Installation, prefix: &Path) {
    let above = prefix.parent().unwrap_or(prefix);
    let program = prefix.join("bin/zunder");
    let program = program.display();
    if !environment::is_open(prefix) {
        tell!(
            "Other users cannot get at it: a folder above {} is closed.",
            "Andere Benutzer kommen nicht daran: Ein Ordner über {} ist geschlossen.",
            above.display()
        );
    }
    if installation.python.is_some() {
        tell!("Each user starts it with {program}", "Jeder Benutzer startet es mit {program}");
    }
    tell!("To remove it: {program} uninstall", "Zum Entfernen: {program} uninstall");
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
