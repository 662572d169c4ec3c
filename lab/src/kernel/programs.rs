//! The programs of a toolchain as a kernel finds them on `PATH`: they stand before the real ones, know what these
//! would answer, and spare them what takes time and is not needed.

use std::path::{Path, PathBuf};

use crate::base::failure::Result;
use crate::base::files;
use crate::base::tools;
use crate::kernel::questions;
use crate::kernel::shell::quoted_path;
use crate::kernel::without_cargo;

/// Their folder in a template.
pub(crate) fn folder(template: &Path) -> PathBuf {
    template.join("programs")
}

/// The toolchain with which cells are compiled, as a script says it.
pub(crate) struct Toolchain {
    /// Its folder.
    pub(crate) folder: String,
    /// Its cargo.
    pub(crate) cargo: String,
    /// The system for which it compiles.
    pub(crate) host: String,
}

impl Toolchain {
    /// The user's, in this folder. Some systems have cargo elsewhere.
    pub(crate) fn of_user(sysroot: &Path, host: &str) -> Self {
        let beside = sysroot.join("bin/cargo");
        let cargo = Some(beside.clone()).filter(|cargo| tools::is_program(cargo));
        let cargo = cargo.or_else(|| tools::find_program("cargo")).unwrap_or(beside);
        let folder = quoted_path(sysroot);
        Self { folder, cargo: quoted_path(&cargo), host: host.to_owned() }
    }

    /// That of an installation, which the scripts find wherever the installation is.
    pub(crate) fn of_installation(host: &str) -> Self {
        let [folder, cargo] = ["${here%/*/*}/toolchain", "$toolchain/bin/cargo"].map(str::to_owned);
        Self { folder, cargo, host: host.to_owned() }
    }
}

/// A learner who asks for what a stand-in is not made for gets the program that comes after it on `PATH`.
fn next(program: &str) -> String {
    format!(
        "case $PATH in\n    \"${{0%/*}}:\"*)\n        PATH=${{PATH#*:}}\n        \
         exec {program} \"$@\"\n        ;;\nesac\n"
    )
}

/// Behind `:offline 0`, evcxr looks a crate up without `--offline`, but its settings for cargo say otherwise until it
/// has compiled a cell. In marking there is no network, whatever it says.
const ONLINE: &str = r#"if [ "$*" = "metadata --format-version=1" ]; then
    export CARGO_NET_OFFLINE="${CARGO_NET_OFFLINE:-false}"
fi
"#;

/// Writes them.
pub(crate) fn write(template: &Path, toolchain: &Toolchain) -> Result<()> {
    let Toolchain { folder: place, cargo, .. } = toolchain;
    let beginning = format!("#!/bin/sh\nhere=${{0%/*/*}}\ntoolchain={place}\n");
    let rustc =
        format!("{beginning}{}exec \"$toolchain/bin/rustc\" \"$@\"\n", questions::answering());
    // What asks no network needs none of the system's certificates, whose reading takes as long as all else.
    let cargo = format!(
        "{beginning}case $1 in\n    +*)\n{next}        ;;\nesac\n{as_before}\
         case \" $* \" in\n    \
         *\" --offline \"* | *\" locate-project \"* | *\" config get \"* | \" --version \")\n        \
         export SSL_CERT_FILE=/dev/null SSL_CERT_DIR=/dev/null\n        ;;\nesac\n\
         {ONLINE}exec {cargo} \"$@\"\n",
        next = next("cargo"),
        as_before = without_cargo::compile_as_before(),
    );
    // evcxr asks `rustup` for the compiler, whatever toolchain the user has.
    let rustup = format!(
        "#!/bin/sh\ncase \"$*\" in\n    \"which cargo\" | \"which rustc\")\n        \
         echo \"${{0%/*}}/$2\"\n        exit\n        ;;\nesac\n{}exit 1\n",
        next("rustup")
    );
    for (name, script) in [("rustc", rustc), ("cargo", cargo), ("rustup", rustup)] {
        files::write_program(&folder(template).join(name), script)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use crate::base::failure::Explain;

    use super::*;

    /// What a stand-in prints, with programs after it on `PATH` that say their names.
    fn said(program: &str, arguments: &[&str]) -> Result<String> {
        let folder = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let [toolchain, after, template] =
            ["tool chain/bin", "after", "template"].map(|name| folder.path().join(name));
        let speaks = |name: &str| format!("#!/bin/sh\necho {name} $* ${{SSL_CERT_FILE-all}}\n");
        for name in ["rustc", "cargo"] {
            files::write_program(&toolchain.join(name), speaks(name))?;
        }
        for name in ["cargo", "rustup"] {
            files::write_program(&after.join(name), speaks(&format!("next {name}")))?;
        }
        let toolchain = toolchain.parent().unwrap_or(&toolchain);
        write(&template, &Toolchain::of_user(toolchain, "host"))?;
        let stand_ins = super::folder(&template);
        let path = format!("{}:{}:/usr/bin:/bin", stand_ins.display(), after.display());
        let mut command = Command::new(stand_ins.join(program));
        let said =
            tools::read(command.args(arguments).env("PATH", path).env_remove("SSL_CERT_FILE"))?;
        Ok(said.replace(&stand_ins.display().to_string(), "@"))
    }

    #[test]
    fn the_toolchain_s_own_programs_do_the_work() -> Result<()> {
        assert_eq!(said("rustc", &["a.rs"])?, "rustc a.rs all");
        assert_eq!(said("cargo", &["build"])?, "cargo build all", "it may ask the network");
        assert_eq!(said("cargo", &["--offline", "build"])?, "cargo --offline build /dev/null");
        Ok(())
    }

    #[test]
    fn rustup_names_them_and_does_all_else_as_ever() -> Result<()> {
        assert_eq!(said("rustup", &["which", "cargo"])?, "@/cargo");
        assert_eq!(said("rustup", &["which", "rustc"])?, "@/rustc");
        assert_eq!(said("rustup", &["show"])?, "next rustup show all");
        assert_eq!(said("cargo", &["+nightly", "build"])?, "next cargo +nightly build all");
        Ok(())
    }
}
