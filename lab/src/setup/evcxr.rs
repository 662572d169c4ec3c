//! evcxr_jupyter, the Rust kernel: fetched or compiled, once for all checkouts of a user.

use std::path::Path;
use std::process::Command;

use crate::base::failure::Result;
use crate::base::progress::Work;
use crate::base::spoken::{say, tell};
use crate::base::tools::{self, EVCXR_VERSION};
use crate::base::watched::{self, Board};

/// What its build consists of: rust-analyzer, by which it knows the types of variables. The seconds are those of a
/// machine that had other things to do; `cargo install --timings` says them for yours.
const WORK: Work = Work {
    heavy: &[
        ("ra_ap_hir_ty", 469.0),
        ("ra_ap_ide_assists", 288.0),
        ("ra_ap_hir_def", 211.0),
        ("ra_ap_ide", 174.0),
        ("ra_ap_hir", 110.0),
        ("ra_ap_ide_completion", 110.0),
        ("ra_ap_ide_db", 104.0),
        ("ra_ap_intern", 87.0),
        ("ra_ap_project_model", 79.0),
        ("ra_ap_ide_diagnostics", 74.0),
        ("evcxr", 62.0),
        ("ra_ap_syntax", 60.0),
        ("zeromq", 51.0),
        ("evcxr_jupyter", 51.0),
        ("tokio", 48.0),
        ("ra_ap_hir_expand", 38.0),
        ("ra_ap_ide_ssr", 37.0),
        ("syn", 33.0),
        ("ra_ap_base_db", 29.0),
        ("pulldown-cmark", 27.0),
        ("salsa", 24.0),
        ("cargo_metadata", 21.0),
    ],
    light: 2.4,
    crates: 273,
};

fn package() -> String {
    format!("evcxr_jupyter@{EVCXR_VERSION}")
}

/// Fetches it ready made, where there is a program for that. Returns whether it is there then.
pub(crate) fn fetch() -> bool {
    if tools::find_program("cargo-binstall").is_none() {
        return false;
    }
    let mut binstall = Command::new("cargo");
    let is_there = tools::run(binstall.args(["binstall", "--no-confirm", &package()])).is_ok();
    if !is_there {
        tell!(
            "cargo binstall could not do it, so it is compiled now.",
            "cargo binstall konnte es nicht, darum wird es jetzt kompiliert."
        );
    }
    is_there
}

/// How long that takes, for a person who waits.
pub(crate) fn length() -> &'static str {
    say("about 10 minutes on two cores, once", "auf zwei Kernen etwa 10 Minuten, einmal")
}

/// Compiles it.
pub(crate) fn compile(board: &Board) -> Result<()> {
    watched::run(install(), "evcxr_jupyter", WORK, board).map(drop)
}

/// In a folder with nothing above it: cargo and rustup do what files there say, and below the folder for temporary
/// files every user can put some.
fn install() -> Command {
    let mut install = tools::cargo(Path::new("/"));
    install.args(["install", "--locked", "--message-format=json-render-diagnostics", &package()]);
    install
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn nobody_else_chooses_the_compiler() {
        let install = install();
        let folder = install.get_current_dir().expect("it has a folder of its own");
        for above in folder.ancestors() {
            let mode = above.metadata().expect("it is there").permissions().mode();
            assert_eq!(mode & 0o002, 0, "everybody may write into {}", above.display());
        }
    }
}
