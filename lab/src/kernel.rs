//! The launcher that Jupyter starts in place of evcxr, and the kernelspec that says so.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::json;

use crate::clones::Clone;
use crate::failure::{Explain, Failure, Result};
use crate::files;
use crate::layout::Layout;
use crate::python::Python;
use crate::relay;
use crate::template::{self, Template};
use crate::tools;

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

/// Becomes a kernel: makes a private copy of the template and runs evcxr in this very process,
/// so that Jupyter's signals reach it directly. Returns only if that fails.
pub(crate) fn launch(layout: &Layout, connection: &Path) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let (template, clone) = clone_current(layout)?;
    // Before the lock is handed over, which the relay must not inherit.
    let behind_relay = relay::start(layout, connection, clone.folder())?;
    clone.keep_until_the_end(layout)?;
    let mut command = ignoring_interrupts(&template::evcxr()?);
    command.arg("--control_file").arg(behind_relay.as_deref().unwrap_or(connection));
    command.stdout(Stdio::null()); // evcxr's own notes; what cells print goes another way
    set_environment(&mut command, layout, &template, clone.folder());
    command.env("ZUNDER_KERNEL", "1"); // the crate then listens for the stop button
    if behind_relay.is_some() {
        command.env("ZUNDER_LIVE", "1"); // and shows the curves of a running training
    }
    Err(Failure::new(format!("cannot start the kernel: {}", command.exec())))
}

fn clone_current(layout: &Layout) -> Result<(Template, Clone)> {
    with_current(layout, Clone::new)
}

/// The template of this moment, and what keeps it from being removed.
pub(crate) fn reserve_template(layout: &Layout) -> Result<(Template, Clone)> {
    with_current(layout, Clone::empty)
}

fn with_current(
    layout: &Layout,
    clone: fn(&Layout, &Template) -> Result<Clone>,
) -> Result<(Template, Clone)> {
    for _ in 0..3 {
        let lock = files::lock_file(&template::lock_path(layout))?;
        lock.lock_shared().explain(|| "lock the templates".to_owned())?;
        if let Some(template) = Template::current(layout)? {
            let clone = clone(layout, &template)?;
            return Ok((template, clone));
        }
        drop(lock);
        eprintln!("zunder: the crate or the compiler changed, so the kernel is prepared anew");
        template::ensure(layout, &Python::find(layout)?, None)?;
    }
    Err(Failure::new(
        "the sources change while the kernel starts: start it again when they are saved",
    ))
}

/// evcxr must not die of the interrupt that asks `fit` to stop: the crate's own handler, in
/// the process that runs the cells, deals with it. What a program ignores stays ignored in the
/// programs that it starts, until one of them sets a handler.
pub(crate) fn ignoring_interrupts(program: &Path) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "trap '' INT; exec \"$0\" \"$@\""]).arg(program);
    command
}

/// The environment of evcxr. `tree` is the template's own tree or a copy of it.
pub(crate) fn set_environment(
    command: &mut Command,
    layout: &Layout,
    template: &Template,
    tree: &Path,
) {
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(is_of_another_build) {
            command.env_remove(&name);
        }
    }
    command
        .env("EVCXR_TMPDIR", tree.join("ctx"))
        .env("EVCXR_CONFIG_DIR", template.config())
        .env("RUSTC_WRAPPER", template.rustc())
        .env("ZUNDER_ROOT", layout.root());
}

/// Variables that cargo sets for the programs it runs, or that would change how cells compile.
fn is_of_another_build(name: &str) -> bool {
    const STARTS: [&str; 3] = ["CARGO_PROFILE_", "CARGO_BUILD_", "EVCXR_"];
    const NAMES: [&str; 4] =
        ["CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR", "RUSTFLAGS", "RUSTC_WORKSPACE_WRAPPER"];
    tools::is_set_by_cargo(name)
        || NAMES.contains(&name)
        || STARTS.iter().any(|start| name.starts_with(start))
}

/// Installs the kernelspec and the copy of this program that it runs. A copy, since cargo may
/// replace the original while kernels run.
pub(crate) fn install(layout: &Layout, python: &Python) -> Result<()> {
    let program = program(layout);
    let own = std::fs::read(own_program()?).explain(|| "read this program".to_owned())?;
    if files::hash(&own) != files::hash_file(&program) {
        files::write_program(&program, &own)?;
    }
    for spec in &SPECS {
        write_spec(layout, python, &program, spec)?;
    }
    Ok(())
}

fn write_spec(layout: &Layout, python: &Python, program: &Path, spec: &Spec) -> Result<()> {
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

/// The copy of this program that kernels run.
pub(crate) fn program(layout: &Layout) -> PathBuf {
    layout.bin().join("zunder-kernel")
}

/// This program's file, readable even when cargo has replaced it since the start.
fn own_program() -> Result<PathBuf> {
    let linux = PathBuf::from("/proc/self/exe");
    if linux.exists() {
        return Ok(linux);
    }
    std::env::current_exe().explain(|| "find this program".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_of_another_build_stays_outside() {
        for name in ["CARGO_MANIFEST_DIR", "CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS", "EVCXR_TMPDIR"] {
            assert!(is_of_another_build(name), "{name}");
        }
        for name in ["CARGO_HOME", "CARGO_NET_OFFLINE", "RUSTUP_TOOLCHAIN", "PATH", "ZUNDER_DATA"] {
            assert!(!is_of_another_build(name), "{name}");
        }
    }
}
