//! The kernelspecs by which Jupyter knows the kernels, and the program that they name.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::base::failure::{Explain, Result};
use crate::base::files;
use crate::base::layout::Layout;
use crate::base::python::Python;
use crate::base::spoken::spoken;

/// A kernel as Jupyter knows it. They differ in the language of the crate's messages only.
pub(crate) struct Spec {
    /// Its name in a notebook's metadata.
    pub name: &'static str,
    /// Its name in JupyterLab.
    pub display_name: &'static str,
    /// What `ZUNDER_LANGUAGE` says.
    language: &'static str,
}

/// All kernels; the first one is the usual.
pub(crate) const SPECS: [Spec; 2] = [
    Spec { name: "zunder", display_name: "Rust (Zunder)", language: "en" },
    Spec { name: "zunder-de", display_name: "Rust (Zunder, Deutsch)", language: "de" },
];

/// The kernel that speaks this language.
pub(crate) fn spec_of(language: &str) -> &'static Spec {
    SPECS.iter().find(|spec| spec.language == language).unwrap_or(&SPECS[0])
}

/// Installs the kernelspecs and the copy of this program that they name. A copy, since cargo may
/// replace the original while kernels run.
pub(crate) fn install(layout: &Layout, python: &Python) -> Result<()> {
    let program = layout.kernel_program();
    copy_this_program(&program)?;
    write(python.jupyter_data(), &program)
}

/// Copies this program unless that is what is there.
pub(crate) fn copy_this_program(to: &Path) -> Result<()> {
    let own = std::fs::read(own_program()?)
        .explain(|| spoken!("read this program", "dieses Programm zu lesen"))?;
    if files::hash(&own) != files::hash_file(to) {
        files::write_program(to, &own)?;
    }
    Ok(())
}

/// Writes all kernelspecs, which name this program, into a folder of Jupyter's.
pub(crate) fn write(jupyter: &Path, program: &Path) -> Result<()> {
    for spec in &SPECS {
        let text = text(program, spec);
        let file = file(jupyter, spec);
        if std::fs::read_to_string(&file).ok().as_deref() != Some(text.as_str()) {
            files::write(&file, text)?;
        }
    }
    Ok(())
}

/// Removes those kernelspecs from a folder of Jupyter's that name a program in this folder.
pub(crate) fn remove(jupyter: &Path, of: &Path) -> Result<()> {
    for spec in &SPECS {
        let file = file(jupyter, spec);
        if named_program(&file).is_some_and(|program| program.starts_with(of)) {
            files::remove_folder(file.parent().unwrap_or(&file))?;
        }
    }
    Ok(())
}

/// The program that a kernelspec names.
fn named_program(file: &Path) -> Option<PathBuf> {
    let spec: Value = serde_json::from_slice(&std::fs::read(file).ok()?).ok()?;
    spec["argv"][0].as_str().map(PathBuf::from)
}

/// The program finds by its own place what it belongs to: Jupyter would replace a `$` in a variable.
fn text(program: &Path, spec: &Spec) -> String {
    // English is what is spoken anyway, unless a person chose otherwise for the whole machine.
    let is_usual = spec.language == SPECS[0].language;
    let environment = if is_usual { json!({}) } else { json!({"ZUNDER_LANGUAGE": spec.language}) };
    let content = json!({
        "argv": [program, "kernel", "{connection_file}"],
        "display_name": spec.display_name,
        "language": "rust",
        "interrupt_mode": "signal",
        "env": environment,
        "metadata": {"debugger": false},
    });
    format!("{content:#}\n")
}

/// Where a kernelspec is in a folder of Jupyter's.
pub(crate) fn file(jupyter: &Path, spec: &Spec) -> PathBuf {
    jupyter.join("kernels").join(spec.name).join("kernel.json")
}

/// This program's file, readable even when cargo has replaced it since the start.
fn own_program() -> Result<PathBuf> {
    let linux = PathBuf::from("/proc/self/exe");
    if linux.exists() {
        return Ok(linux);
    }
    std::env::current_exe().explain(|| spoken!("find this program", "dieses Programm zu finden"))
}
