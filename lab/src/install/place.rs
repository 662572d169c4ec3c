//! The folders of an installation: which may be its place, and where Jupyter lists its kernels.

use std::fs;
use std::path::{Path, PathBuf};

use crate::base::failure::{Explain, Result, fail};
use crate::base::layout::{INSTALLATION, Layout, learners_folder};
use crate::base::spoken::spoken;
use crate::base::{files, plain};
use crate::install::claim::{self, BEGUN};
use crate::install::uninstall::{CONTENT, nothing_runs};

/// The folder in which Jupyter lists kernels, in full: the one who uninstalls is elsewhere.
pub(crate) fn kernels_of(jupyter: &Path) -> Result<PathBuf> {
    std::path::absolute(jupyter.join("share/jupyter"))
        .explain(|| spoken!("find the folder", "den Ordner zu finden"))
}

/// Whether this may be the place, before anything is written.
pub(crate) fn check(layout: &Layout, prefix: &Path) -> Result<PathBuf> {
    let (prefix, real) = files::real_path(prefix)?;
    path_will_do(layout, &prefix)?;
    folder_is_free(&prefix)?;
    if !files::is_writable(&real) {
        fail!(
            "you may not write into {}: choose another folder (--prefix), or make a pack and install it with \
             `cargo lab pack zunder.sh` and `sudo sh zunder.sh`",
            "in {} darfst du nicht schreiben: Wähl einen anderen Ordner (--prefix), oder mach ein Paket und \
             installier es mit `cargo lab pack zunder.sh` und `sudo sh zunder.sh`",
            real.display()
        );
    }
    there_is_room(files::free_bytes(&real)? + taken(&prefix), &real)?;
    Ok(prefix)
}

fn path_will_do(layout: &Layout, prefix: &Path) -> Result<()> {
    let learners = std::env::home_dir().map(|home| files::real_path(&learners_folder(&home)));
    if learners.is_some_and(|learners| learners.is_ok_and(|(folder, _)| folder == *prefix)) {
        fail!(
            "in {} the notebooks of this user have their place: choose another folder for the installation, such \
             as ~/.local/zunder (--prefix)",
            "in {} haben die Notebooks dieses Benutzers ihren Platz: Wähl für die Installation einen anderen \
             Ordner, etwa ~/.local/zunder (--prefix)",
            prefix.display()
        );
    }
    if !plain::is_plain(prefix) {
        fail!(
            "the kernel cannot be installed in {}: choose a folder without blanks and special characters in its \
             path (--prefix)",
            "in {} lässt sich der Kernel nicht installieren: Wähl einen Ordner, in dessen Pfad keine Leerzeichen, \
             Umlaute und Sonderzeichen sind (--prefix)",
            prefix.display()
        );
    }
    if prefix.starts_with(layout.root()) || layout.root().starts_with(prefix) {
        fail!(
            "{} and the repository lie in each other: choose another folder",
            "{} und das Repository liegen ineinander: Wähl einen anderen Ordner",
            prefix.display()
        );
    }
    Ok(())
}

/// Whether nothing is there but an installation that nobody uses.
fn folder_is_free(prefix: &Path) -> Result<()> {
    let is_own = [INSTALLATION, BEGUN].iter().any(|name| prefix.join(name).is_file());
    let is_empty = || fs::read_dir(prefix).map_or(true, |mut entries| entries.next().is_none());
    if !is_own && !is_empty() {
        fail!(
            "{} holds other things: choose another folder (--prefix)",
            "in {} liegt schon anderes: Wähl einen anderen Ordner (--prefix)",
            prefix.display()
        );
    }
    claim::nobody_installs(prefix)?;
    nothing_runs(prefix)
}

/// The bytes of an installation that is there: it goes before another one is made in its place.
fn taken(prefix: &Path) -> u64 {
    CONTENT.iter().map(|name| files::disk_use(&prefix.join(name))).sum()
}

fn there_is_room(free: u64, folder: &Path) -> Result<()> {
    const NEEDED: u64 = 2_000_000_000;
    if free < NEEDED {
        let (free, needed) = (files::megabytes(free), files::megabytes(NEEDED));
        fail!(
            "the disk of {} has {free} free, and {needed} are needed: make room",
            "auf der Platte von {} sind {free} frei, gebraucht werden {needed}: Schaff Platz",
            folder.display()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_the_notebooks_of_learners_is_no_place_for_an_installation() {
        let checkout = tempfile::tempdir().expect("a folder");
        let home = std::env::home_dir().expect("there is a home folder");
        let refusal = check(&Layout::at(checkout.path()), &learners_folder(&home));
        let refusal = refusal.expect_err("it would be uninstalled with their work");
        assert!(
            refusal.spoken().german().contains("Wähl für die Installation einen anderen Ordner")
        );
        let refusal = refusal.to_string();
        assert!(refusal.contains("choose another folder"), "{refusal}");
        assert!(refusal.contains("~/.local/zunder"), "{refusal}");
    }

    /// A pack's installer, say.
    #[cfg(target_os = "linux")]
    #[test]
    fn where_somebody_installs_is_no_place_for_another() {
        let folder = plain::temporary_folder();
        let folder = tempfile::tempdir_in(folder).expect("a folder");
        let claim = claim::Claim::on(folder.path()).expect("nobody installs");
        let layout = Layout::at(Path::new("/nosuch"));
        let refusal = check(&layout, folder.path()).expect_err("somebody installs").to_string();
        assert!(refusal.starts_with("somebody is installing into"), "{refusal}");
        claim.end().expect("it is there");
        assert!(folder_is_free(folder.path()).is_ok());
    }

    #[test]
    fn an_update_counts_the_room_that_the_old_one_takes() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["data/old", "mine"] {
            files::write(&folder.path().join(name), vec![1; 100_000]).expect("there is room");
        }
        assert!((100_000..200_000).contains(&taken(folder.path())));
        assert!(there_is_room(2_000_000_000, folder.path()).is_ok());
        let refusal = there_is_room(5_000_000, folder.path()).expect_err("it is full").to_string();
        assert!(refusal.contains("has 5 MB free"), "{refusal}");
    }

    #[test]
    fn a_relative_folder_is_written_down_in_full() {
        let here = std::env::current_dir().expect("there is one");
        assert_eq!(kernels_of(Path::new("x")).ok(), Some(here.join("x/share/jupyter")));
        let real = here.canonicalize().expect("it is there");
        let found = files::real_path(Path::new("nosuch/x")).ok();
        assert_eq!(found, Some((real.join("nosuch/x"), real.clone())));
        assert_eq!(files::real_path(Path::new(".")).ok(), Some((real.clone(), real)));
    }
}
