//! The crate's own engine as WebAssembly.

use std::path::Path;

use crate::base::failure::{Failure, Result};
use crate::base::files;
use crate::base::layout::Layout;
use crate::base::spoken::{spoken, tell};
use crate::base::tools;
use crate::setup::clean;

const TARGET: &str = "wasm32-unknown-unknown";

/// Compiles it, or finds that nothing has changed, and gives the program.
pub(crate) fn build(layout: &Layout) -> Result<Vec<u8>> {
    let folder = clean::browser_build(layout);
    let mut cargo = tools::cargo(layout.root());
    cargo.args(["build", "--profile", "browser", "--quiet", "--target", TARGET, "--manifest-path"]);
    cargo.arg(layout.root().join("browser/Cargo.toml")).arg("--target-dir").arg(&folder);
    // Four numbers at once; every browser has had these instructions since 2023.
    cargo.env("RUSTFLAGS", "-C target-feature=+simd128");
    let library = tools::sysroot(layout.root())?.join("lib/rustlib");
    if !library.join(TARGET).is_dir() {
        from_sources(&mut cargo, &library)?;
    }
    tools::run(&mut cargo)?;
    let program = folder.join(TARGET).join("browser/zunder_browser.wasm");
    files::read(&program)
}

/// Has the standard library compiled as well, where the compiler has it only for this machine. Cargo lets only
/// its own developers do so, and those who say this variable.
fn from_sources(cargo: &mut std::process::Command, library: &Path) -> Result<()> {
    if !library.join("src/rust/library/std").is_dir() {
        return Err(Failure::new(spoken!(
            "the compiler cannot compile for the browser: run `rustup target add {TARGET}`, or where that cannot \
             be fetched `rustup component add rust-src`",
            "der Compiler kann nicht für den Browser kompilieren: Ruf `rustup target add {TARGET}` auf, oder \
             `rustup component add rust-src`, wo sich das nicht holen lässt"
        )));
    }
    tell!(
        "the standard library is compiled for the browser as well, which takes a minute, once",
        "auch die Standardbibliothek wird für den Browser kompiliert; das dauert eine Minute, einmal"
    );
    cargo.args(["-Z", "build-std=std,panic_abort"]).env("RUSTC_BOOTSTRAP", "1");
    Ok(())
}
