//! `cargo lab uninstall`: removes an installation, and nothing else.

use std::fs;
use std::path::{Path, PathBuf};

use crate::base::failure::{Explain, Result, fail};
use crate::base::installation::Installation;
use crate::base::layout::{INSTALLATION, Layout};
use crate::base::spoken::{spoken, tell};
use crate::base::{files, running};
use crate::install::claim::{self, BEGUN};
use crate::kernel::spec;

/// All that an installation has at its top, in the order in which it goes.
pub(crate) const CONTENT: [&str; 12] = [
    "data",
    "docs",
    "kernel",
    "notebooks",
    "python",
    "scripts",
    "share",
    "toolchain",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "bin",        // with the program that is called once more where this was interrupted
    INSTALLATION, // last: without it nobody knows what it was
];

/// Removes the installation in this folder: of an installation its own, else the usual one.
pub(crate) fn run(layout: &Layout, prefix: Option<PathBuf>) -> Result<()> {
    let own = || if layout.is_sealed() { layout.root().to_owned() } else { "/opt/zunder".into() };
    let prefix = prefix.unwrap_or_else(own);
    let prefix = find(&prefix)?;
    if !files::is_writable(&prefix) {
        fail!(
            "{} belongs to somebody else: run this as them (`sudo`)",
            "{} gehört jemand anderem: Ruf das als diese Person auf (`sudo`)",
            prefix.display()
        );
    }
    nothing_runs(&prefix)?;
    // What its own kernels left for this user; others have theirs in their cache folders.
    files::remove_folder(Layout::installed(&prefix)?.own())?;
    let size = files::megabytes(files::disk_use(&prefix));
    remove_content(&prefix)?;
    tell!("removed {size}, {}", "entfernt: {size}, {}", prefix.display());
    tell!(
        "kept what users made: their notebooks in ~/zunder, their progress, ~/.cache/zunder",
        "geblieben ist, was Benutzer gemacht haben: ihre Notebooks in ~/zunder, ihr Fortschritt, ~/.cache/zunder"
    );
    Ok(())
}

/// The real path of this folder, in which there is an installation, or what is left of one: nobody finished it, or what it
/// says about itself was cut off.
fn find(prefix: &Path) -> Result<PathBuf> {
    let has = |name: &str| prefix.join(name).exists();
    if !has(INSTALLATION) && !has(BEGUN) {
        fail!(
            "nothing is installed in {}: name the folder of the installation with --prefix",
            "in {} ist nichts installiert: Nenn den Ordner der Installation mit --prefix",
            prefix.display()
        );
    }
    if !has(INSTALLATION) {
        claim::nobody_installs(prefix)?; // else it may be the one who asks for this
    }
    Installation::find(prefix)?;
    prefix.canonicalize().explain(|| spoken!("find {}", "{} zu finden", prefix.display()))
}

/// Removes what belongs to an installation, and the folder if nothing else is in it; nothing where it is in use. Jupyter
/// lists its kernels no longer.
pub(crate) fn remove_content(prefix: &Path) -> Result<()> {
    nothing_runs(prefix)?;
    if let Ok(Some(installation)) = Installation::find(prefix) {
        installation.jupyter.iter().try_for_each(|jupyter| spec::remove(jupyter, prefix))?;
    }
    for name in CONTENT {
        let path = prefix.join(name);
        if path.is_dir() {
            files::remove_folder(&path)?;
        } else if path.symlink_metadata().is_ok() {
            files::remove(&path)?;
        }
    }
    claim::remove_abandoned(prefix)?;
    let _ = fs::remove_dir(prefix); // what else is there stays
    Ok(())
}

/// Ends with a sentence where programs of the installation run, whoever runs them.
pub(crate) fn nothing_runs(prefix: &Path) -> Result<()> {
    let running = running::programs_of(prefix);
    if running > 0 {
        fail!(
            "programs of {} are running ({running}): close the notebooks that use it first",
            "Programme aus {} laufen noch ({running}): Schließ zuerst die Notebooks, die sie benutzen",
            prefix.display()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_in_use_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let prefix = folder.path().canonicalize().expect("it is there");
        files::create_folder(&prefix.join("bin")).expect("a folder");
        assert!(nothing_runs(&prefix).is_ok());
        let (refusal, removed) =
            running::while_in_use(&prefix, || (nothing_runs(&prefix), remove_content(&prefix)));
        assert!(removed.is_err() && prefix.join("bin").is_dir(), "what runs is left alone");
        let refusal = refusal.expect_err("it runs").to_string();
        assert!(refusal.contains("are running (1)"), "{refusal}");
        assert!(nothing_runs(&prefix).is_ok());
        assert!(remove_content(&prefix).is_ok() && !prefix.exists());
    }

    /// Another one in its place may be listed elsewhere.
    #[test]
    fn with_what_is_installed_its_kernels_go_from_the_list() -> Result<()> {
        let folder = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let (prefix, jupyter) = (folder.path().join("opt"), folder.path().join("share/jupyter"));
        let mut installation = Installation::new("host".into(), "rustc".into(), "key".into());
        installation.jupyter.push(jupyter.clone());
        installation.write(&prefix)?;
        files::write(&prefix.join(BEGUN), "killed")?;
        spec::write(&jupyter, &prefix.join("bin/zunder-kernel"))?;
        remove_content(&prefix)?;
        assert!(!prefix.exists(), "nothing is left");
        assert_eq!(files::with_ending(&jupyter, "json")?, Vec::<PathBuf>::new());
        Ok(())
    }

    #[test]
    fn an_uninstall_that_was_interrupted_can_be_called_again() {
        assert_eq!(CONTENT.last_chunk(), Some(&["bin", INSTALLATION]));
    }

    #[test]
    fn what_a_failed_installation_left_can_be_removed() -> Result<()> {
        let folder = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        for (name, text) in [(BEGUN, "4000000 1"), (INSTALLATION, "{\"format\": 1, \"ver")] {
            let prefix = folder.path().join(name);
            files::write(&prefix.join(name), text)?;
            files::write(&prefix.join("toolchain/bin/rustc"), "half of it")?;
            remove_content(&find(&prefix)?)?;
            assert!(!prefix.exists(), "{name}");
        }
        let newer = folder.path().join("newer");
        files::write(&newer.join(INSTALLATION), "{\"format\": 99}")?;
        assert!(find(&newer).is_err(), "nobody knows here what belongs to it");
        let begun = folder.path().join("begun");
        let _claim = claim::Claim::on(&begun)?;
        assert!(!cfg!(target_os = "linux") || find(&begun).is_err(), "somebody is at work");
        Ok(())
    }

    #[test]
    fn where_nothing_is_installed_that_is_said() {
        let folder = tempfile::tempdir().expect("a folder");
        for place in [folder.path().to_owned(), folder.path().join("nosuch")] {
            let refusal = find(&place).expect_err("nothing is there").to_string();
            assert!(refusal.starts_with("nothing is installed in"), "{refusal}");
        }
    }
}
