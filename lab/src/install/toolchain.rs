//! The part of a Rust toolchain that cells take: the compiler, cargo, the compiled standard library and
//! the linker, a third of the whole.

use std::path::Path;

use crate::base::failure::{Result, fail};
use crate::base::files;
use crate::kernel::linking;

/// Copies it. With `whole`, also the standard library's sources.
pub(crate) fn copy(sysroot: &Path, host: &str, whole: bool, to: &Path) -> Result<()> {
    if linking::loader(host).is_none() {
        fail!(
            "an installation can be made on Linux with glibc, for x86_64 and aarch64, not for {host}: there each \
             user takes a checkout (`cargo lab`)",
            "eine Installation gibt es auf Linux mit glibc, für x86_64 und aarch64, nicht für {host}: Dort nimmt \
             jeder Benutzer einen Checkout (`cargo lab`)"
        );
    }
    for program in ["rustc", "cargo"] {
        copy_file(&sysroot.join("bin").join(program), &to.join("bin").join(program))?;
    }
    copy_files(&sysroot.join("lib"), &to.join("lib"), |_| true)?;
    let target = Path::new("lib/rustlib").join(host);
    // What else is there finds mistakes in programs while they run, and is only for that.
    let is_library = |name: &str| !name.starts_with("librustc-");
    copy_files(&sysroot.join(&target).join("lib"), &to.join(&target).join("lib"), is_library)?;
    let linker = target.join("bin/rust-lld");
    copy_file(&sysroot.join(&linker), &to.join(&linker))?;
    if whole {
        let sources = "lib/rustlib/src/rust/library";
        files::copy_tree(&sysroot.join(sources), &to.join(sources), |_| false)?;
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> Result<()> {
    files::create_folder(to.parent().unwrap_or(to))?;
    files::copy(from, to)
}

/// The files of a folder, without the folders in it.
fn copy_files(from: &Path, to: &Path, is_wanted: fn(&str) -> bool) -> Result<()> {
    for entry in files::entries(from)? {
        let name = entry.file_name();
        if entry.path().is_file() && is_wanted(&name.to_string_lossy()) {
            copy_file(&entry.path(), &to.join(name))?;
        }
    }
    Ok(())
}
