//! `cargo lab uninstall`: removes an installation, and nothing else.

use std::fs;
use std::path::{Path, PathBuf};

use crate::base::failure::{Explain, Result, fail};
use crate::base::files;
use crate::base::installation::Installation;
use crate::base::layout::{INSTALLATION, Layout};
use crate::kernel::spec;

/// In a folder that is being installed into, so that a second try knows it.
pub(crate) const BEGUN: &str = ".zunder-is-being-installed";

/// All that an installation has at its top.
pub(crate) const CONTENT: [&str; 12] = [
    "bin",
    "data",
    "kernel",
    "notebooks",
    "python",
    "scripts",
    "share",
    "toolchain",
    BEGUN,
    "LICENSE-APACHE",
    "LICENSE-MIT",
    INSTALLATION, // last: without it nobody knows what it was
];

/// Removes the installation in this folder: of an installation its own, else the usual one.
pub(crate) fn run(layout: &Layout, prefix: Option<PathBuf>) -> Result<()> {
    let own = || if layout.is_sealed() { layout.root().to_owned() } else { "/opt/zunder".into() };
    let prefix = prefix.unwrap_or_else(own);
    let (prefix, installation) = find(&prefix)?;
    if !files::is_writable(&prefix) {
        fail!("{} belongs to somebody else: run this as them (`sudo`)", prefix.display());
    }
    nothing_runs(&prefix)?;
    for jupyter in &installation.jupyter {
        spec::remove(jupyter, &prefix)?;
    }
    // What its own kernels left for this user; others have theirs in their cache folders.
    files::remove_folder(Layout::installed(&prefix)?.own())?;
    let size = files::megabytes(files::disk_use(&prefix));
    remove_content(&prefix)?;
    println!("removed {size}, {}", prefix.display());
    println!("kept what users made: their notebooks in ~/zunder, their progress, ~/.cache/zunder");
    Ok(())
}

/// The installation in this folder, and the folder's real path.
fn find(prefix: &Path) -> Result<(PathBuf, Installation)> {
    if !prefix.join(INSTALLATION).exists() {
        fail!(
            "nothing is installed in {}: name the folder of the installation with --prefix",
            prefix.display()
        );
    }
    let prefix = prefix.canonicalize().explain(|| format!("find {}", prefix.display()))?;
    let installation = Installation::read(&prefix)?;
    Ok((prefix, installation))
}

/// Removes what belongs to an installation, and the folder if nothing else is in it.
pub(crate) fn remove_content(prefix: &Path) -> Result<()> {
    for name in CONTENT {
        let path = prefix.join(name);
        if path.is_dir() {
            files::remove_folder(&path)?;
        } else if path.symlink_metadata().is_ok() {
            fs::remove_file(&path).explain(|| format!("remove {}", path.display()))?;
        }
    }
    let _ = fs::remove_dir(prefix); // what else is there stays
    Ok(())
}

/// Ends with a sentence where programs of the installation run, whoever runs them.
pub(crate) fn nothing_runs(prefix: &Path) -> Result<()> {
    let own = std::process::id().to_string();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let others = processes.filter(|process| process.file_name().to_string_lossy() != own.as_str());
    let runs = others.filter(|process| {
        fs::read_link(process.path().join("exe")).is_ok_and(|program| program.starts_with(prefix))
    });
    let running = runs.count();
    if running > 0 {
        fail!(
            "{running} programs of {} are running: close the notebooks that use it first",
            prefix.display()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nothing_is_installed_that_is_said() {
        let folder = tempfile::tempdir().expect("a folder");
        for place in [folder.path().to_owned(), folder.path().join("nosuch")] {
            let refusal = find(&place).expect_err("nothing is there").to_string();
            assert!(refusal.starts_with("nothing is installed in"), "{refusal}");
        }
    }
}
