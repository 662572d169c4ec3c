//! The part of a Rust toolchain that cells take: the compiler, cargo, the compiled standard library and
//! the linker, a third of the whole.

use std::fs;
use std::path::Path;

use crate::base::failure::{Explain, Result, fail};
use crate::base::files;

/// Libraries that rustc names at each link, and where the system has them. A system that is not made for
/// compiling lacks the files by which a linker finds them, so these stand in for them.
const SYSTEM_LIBRARIES: [(&str, &str); 3] =
    [("libc.so", "libc.so.6"), ("libm.so", "libm.so.6"), ("libgcc_s.so", "libgcc_s.so.1")];

/// Those that are empty since they became parts of glibc.
const EMPTY: [&str; 4] = ["libpthread.a", "libutil.a", "librt.a", "libdl.a"];

/// evcxr asks `rustup` for the compiler. This one, which stands first on `PATH`, names the installation's,
/// whatever Rust the user has.
const RUSTUP: &str = "#!/bin/sh\n[ \"$1\" = which ] && echo \"${0%/*}/$2\"\n";

/// Copies it. With `whole`, also the standard library's sources.
pub(crate) fn copy(sysroot: &Path, host: &str, whole: bool, to: &Path) -> Result<()> {
    let loader = loader(host)?;
    for program in ["rustc", "cargo"] {
        copy_file(&sysroot.join("bin").join(program), &to.join("bin").join(program))?;
    }
    files::write_program(&to.join("bin/rustup"), RUSTUP)?;
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
    for (name, library) in SYSTEM_LIBRARIES {
        let besides =
            if name == "libc.so" { format!(" AS_NEEDED({loader})") } else { String::new() };
        files::write(&to.join("link").join(name), format!("INPUT({library}{besides})\n"))?;
    }
    for name in EMPTY {
        files::write(&to.join("link").join(name), "!<arch>\n")?;
    }
    Ok(())
}

/// The program of the system that loads programs.
fn loader(host: &str) -> Result<&'static str> {
    match host {
        "x86_64-unknown-linux-gnu" => Ok("ld-linux-x86-64.so.2"),
        "aarch64-unknown-linux-gnu" => Ok("ld-linux-aarch64.so.1"),
        _ => fail!(
            "an installation can be made on Linux with glibc, for x86_64 and aarch64, not for {host}: \
             there each user takes a checkout (`cargo lab`)"
        ),
    }
}

fn copy_file(from: &Path, to: &Path) -> Result<()> {
    files::create_folder(to.parent().unwrap_or(to))?;
    files::copy(from, to)
}

/// The files of a folder, without the folders in it.
fn copy_files(from: &Path, to: &Path, is_wanted: fn(&str) -> bool) -> Result<()> {
    for entry in fs::read_dir(from).explain(|| format!("list {}", from.display()))?.flatten() {
        let name = entry.file_name();
        if entry.path().is_file() && is_wanted(&name.to_string_lossy()) {
            copy_file(&entry.path(), &to.join(name))?;
        }
    }
    Ok(())
}
