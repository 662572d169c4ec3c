//! Removes everything that was made here.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::base::failure::{Explain, Result, fail};
use crate::base::layout::Layout;
use crate::base::spoken::{say, spoken, tell};
use crate::base::{files, running};
use crate::kernel::{copies, waiting};
use crate::setup::data;

/// What set-up makes, with a name for people.
pub(crate) fn folders(layout: &Layout) -> Vec<(&'static str, PathBuf)> {
    vec![
        ("JupyterLab", layout.venv()),
        (say("browser check", "Probe im Browser"), layout.state().join("browser-venv")),
        (say("warm template", "warmer Kernel"), layout.templates()),
        (say("running kernels", "laufende Kernel"), layout.copies()),
        (say("waiting kernel", "wartender Kernel"), layout.waiting()),
        (say("cargo's home in kernels", "cargo-Ordner der Kernel"), layout.cargo_home()),
        (say("a pack cut short", "abgebrochenes Paket"), packing(layout)),
        (say("executed notebooks", "ausgeführte Notebooks"), layout.state().join("executed")),
        (say("notebooks of the book", "Notebooks des Buchs"), layout.state().join("book-executed")),
        (say("the book", "das Buch"), layout.state().join("book")),
        (say("pictures", "Bilder"), layout.state().join("browser")),
        (say("compiled for browsers", "für Browser kompiliert"), browser_build(layout)),
    ]
}

/// Where `cargo lab pack` makes what it packs: beside the kernels, where the path is plain.
pub(crate) fn packing(layout: &Layout) -> PathBuf {
    layout.own().join("pack")
}

/// Where the engine is compiled that trains in a page.
pub(crate) fn browser_build(layout: &Layout) -> PathBuf {
    layout.state().join("browser-build")
}

/// Held while an installation or a pack is made: one at a time, and no `clean` meanwhile.
pub(crate) fn hold_for_installing(layout: &Layout) -> Result<File> {
    files::lock_exclusively(&layout.state().join("install.lock"), || {
        tell!(
            "Another `cargo lab` is at work: waiting for it.",
            "Ein anderes `cargo lab` ist gerade am Werk: Danach geht es hier weiter."
        );
    })
}

/// The folders of the data sets. Only these: the folder around them may be the learner's own.
pub(crate) fn data_folders(layout: &Layout) -> Vec<(&'static str, PathBuf)> {
    let around = layout.data();
    data::ALL.iter().filter_map(|set| Some((set.name, around.as_ref()?.join(set.folder)))).collect()
}

/// Removes what set-up made in the repository, and the data if asked.
pub(crate) fn run(layout: &Layout, with_data: bool) -> Result<()> {
    let _making = hold_for_installing(layout)?;
    let _lock = files::lock_exclusively(&layout.state().join("lock"), || {
        tell!(
            "A `cargo lab` is setting things up: waiting for it.",
            "Ein `cargo lab` richtet gerade ein: Danach geht es hier weiter."
        );
    })?;
    waiting::end(layout);
    if copies::sweep_and_count(layout)? > 0 {
        fail!(
            "a kernel is running: close JupyterLab first",
            "ein Kernel läuft: Schließ zuerst JupyterLab"
        );
    }
    jupyter_is_closed(layout)?;
    let mut doomed = folders(layout);
    if with_data {
        doomed.extend(data_folders(layout));
    }
    for (what, folder) in doomed.into_iter().filter(|(_, folder)| folder.exists()) {
        let size = files::megabytes(files::disk_use(&folder));
        files::remove_folder(&folder)?;
        tell!(
            "removed {size:>8}  {what:20} {}",
            "entfernt  {size:>8}  {what:20} {}",
            layout.shorten(&folder)
        );
    }
    let kept = remove_all_but_a_class_s(&layout.state())?;
    remove_if_empty(layout.own())?; // it may lie elsewhere
    say_what_stays(layout, &kept);
    Ok(())
}

/// It may be open without a kernel.
fn jupyter_is_closed(layout: &Layout) -> Result<()> {
    if running::programs_of(&layout.venv()) > 0 {
        fail!(
            "JupyterLab is running: close it first, with Ctrl-C twice where it was started",
            "JupyterLab läuft: Schließ es zuerst, mit zweimal Strg-C dort, wo es gestartet wurde"
        );
    }
    Ok(())
}

fn say_what_stays(layout: &Layout, of_a_class: &[PathBuf]) {
    for (what, folder) in data_folders(layout).into_iter().filter(|(_, folder)| folder.exists()) {
        tell!(
            "kept {what} in {}: `cargo lab clean --data` removes it",
            "geblieben: {what} in {}; `cargo lab clean --data` entfernt es",
            folder.display()
        );
    }
    for folder in of_a_class {
        tell!(
            "kept the work of a class or of a teacher, in {}: remove it yourself",
            "geblieben: die Arbeit einer Klasse oder Lehrkraft, in {}; entfern sie selbst",
            layout.shorten(folder)
        );
    }
    tell!(
        "kept cargo's build: `cargo clean` removes it",
        "geblieben: was cargo kompiliert hat; `cargo clean` entfernt es"
    );
    tell!(
        "kept evcxr_jupyter: `cargo uninstall evcxr_jupyter` removes it",
        "geblieben: evcxr_jupyter; `cargo uninstall evcxr_jupyter` entfernt es"
    );
}

/// The marks, what nbgrader keeps of a class, and what a teacher has changed: no command makes them again.
fn is_a_class_s(path: &Path) -> bool {
    let has_a_class = |course: PathBuf| {
        ["submitted", "autograded", "feedback", "gradebook.db", "changed"]
            .iter()
            .any(|name| course.join(name).exists())
    };
    path.ends_with("marks") || has_marks(path) || inside(&path.join("teacher")).any(has_a_class)
}

/// Whether marks are there, in whatever folder they were wanted.
fn has_marks(path: &Path) -> bool {
    if path.is_dir() {
        return !path.is_symlink() && inside(path).any(|path| has_marks(&path));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("marks") && name.ends_with(".csv")
}

fn inside(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path())
}

/// Removes the folder but for these parts, which it returns.
fn remove_all_but_a_class_s(state: &Path) -> Result<Vec<PathBuf>> {
    let all = files::entries(state)?.map(|entry| entry.path());
    let (kept, mut doomed): (Vec<PathBuf>, Vec<PathBuf>) = all.partition(|path| is_a_class_s(path));
    // Without its lock, another set-up begins.
    doomed.sort_by_key(|path| path.ends_with("lock"));
    for path in doomed {
        if path.is_dir() {
            files::remove_folder(&path)?;
        } else {
            files::remove(&path)?;
        }
    }
    remove_if_empty(state)?;
    Ok(kept)
}

/// Another set-up may have begun in it; and a link to it is somebody's own.
fn remove_if_empty(folder: &Path) -> Result<()> {
    use ErrorKind::{DirectoryNotEmpty, NotADirectory, NotFound};
    match std::fs::remove_dir(folder) {
        Err(error) if [DirectoryNotEmpty, NotADirectory, NotFound].contains(&error.kind()) => {
            Ok(())
        }
        removed => removed.explain(|| spoken!("remove {}", "{} zu entfernen", folder.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn nothing_is_removed_under_an_open_jupyterlab() {
        let folder = tempfile::tempdir().expect("a folder");
        let layout = Layout::at(folder.path());
        files::create_folder(&layout.venv().join("bin")).expect("a folder");
        let refusal = running::while_in_use(&layout.venv(), || run(&layout, false));
        let refusal = refusal.expect_err("it is open").to_string();
        assert!(refusal.starts_with("JupyterLab is running"), "{refusal}");
        assert!(layout.venv().exists() && run(&layout, false).is_ok() && !layout.venv().exists());
    }

    #[test]
    fn marks_and_gradebooks_stay() -> Result<()> {
        let around = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let state = around.path().join(".zunder");
        for file in ["venv/python", "lock", "course/teacher/de/source/03.ipynb"] {
            files::write(&state.join(file), "")?;
        }
        assert_eq!(remove_all_but_a_class_s(&state)?, Vec::<PathBuf>::new());
        assert!(!state.exists());

        for name in [
            "course/teacher/de/gradebook.db",
            "course/teacher/en/changed/03_shapes-old.ipynb",
            "marks/.lock",
            "marks-7b/marks.csv",
            "7c/first/marks.de.csv",
        ] {
            let kept = state.join(name);
            for file in [&kept, &state.join("venv/python"), &state.join("lock")] {
                files::write(file, "")?;
            }
            assert_eq!(remove_all_but_a_class_s(&state)?.len(), 1, "{name}");
            assert!(kept.is_file() && !state.join("lock").exists() && !state.join("venv").exists());
            files::remove_folder(&state)?;
        }
        Ok(())
    }
}
