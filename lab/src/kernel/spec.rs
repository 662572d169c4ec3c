//! The kernelspecs by which Jupyter knows the kernels, and the program that they name.

use std::path::PathBuf;

use serde_json::json;

use crate::base::failure::{Explain, Result};
use crate::base::files;
use crate::base::layout::Layout;
use crate::base::python::Python;

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

/// Installs the kernelspec and the copy of this program that it runs. A copy, since cargo may
/// replace the original while kernels run.
pub(crate) fn install(layout: &Layout, python: &Python) -> Result<()> {
    let program = layout.kernel_program();
    let own = std::fs::read(own_program()?).explain(|| "read this program".to_owned())?;
    if files::hash(&own) != files::hash_file(&program) {
        files::write_program(&program, &own)?;
    }
    for spec in &SPECS {
        write_spec(layout, python, &program, spec)?;
    }
    Ok(())
}

fn write_spec(
    layout: &Layout,
    python: &Python,
    program: &std::path::Path,
    spec: &Spec,
) -> Result<()> {
    let mut environment = json!({"ZUNDER_ROOT": layout.root()});
    // English is what is spoken anyway, unless a person chose otherwise for the whole machine.
    if spec.language != SPECS[0].language {
        environment["ZUNDER_LANGUAGE"] = json!(spec.language);
    }
    let content = json!({
        "argv": [program, "kernel", "{connection_file}"],
        "display_name": spec.display_name,
        "language": "rust",
        "interrupt_mode": "signal",
        "env": environment,
        "metadata": {"debugger": false},
    });
    let file = spec_file(python, spec);
    let text = format!("{content:#}\n");
    if std::fs::read_to_string(&file).ok().as_deref() != Some(text.as_str()) {
        files::write(&file, text)?;
    }
    Ok(())
}

/// Where a kernelspec is.
pub(crate) fn spec_file(python: &Python, spec: &Spec) -> PathBuf {
    python.jupyter_data().join("kernels").join(spec.name).join("kernel.json")
}

/// This program's file, readable even when cargo has replaced it since the start.
fn own_program() -> Result<PathBuf> {
    let linux = PathBuf::from("/proc/self/exe");
    if linux.exists() {
        return Ok(linux);
    }
    std::env::current_exe().explain(|| "find this program".to_owned())
}
