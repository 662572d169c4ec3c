//! A folder with a folder for each class.

use std::fs;
use std::path::{Path, PathBuf};

use rand::seq::SliceRandom;

use crate::base::chance::random_numbers;
use crate::base::error::{Error, Result};
use crate::base::lines::cut;
use crate::base::notes::say_note;
use crate::base::phrase::{Phrase, phrase};
use crate::base::progress::Progress;
use crate::base::table_problem::TableProblem;

/// Folders within folders beyond this depth are not looked into.
const DEEPEST: usize = 20;

/// The files of a folder, each with the number of its class.
pub(super) struct ClassFolder {
    /// The names of the folders within, in the order of the alphabet.
    pub(super) class_names: Vec<String>,
    pub(super) files: Vec<(PathBuf, usize)>,
    /// Those of each class that are too many, for where one of them cannot be read.
    pub(super) reserves: Vec<std::vec::IntoIter<PathBuf>>,
    /// How many lie beside the folders of the classes.
    pub(super) beside: usize,
}

impl ClassFolder {
    /// Looks into a folder for files of which `is_meant` holds, at most so many of each class.
    pub(super) fn open(
        folder: &Path,
        max_per_class: usize,
        kind: Phrase,
        is_meant: &dyn Fn(&Path) -> bool,
        progress: &Progress<'_>,
    ) -> Result<Self> {
        let problem = |path: &Path, reason| -> Error {
            TableProblem::File { path: path.to_owned(), reason }.into()
        };
        let (classes, beside): (Vec<_>, Vec<_>) =
            sorted(folder)?.into_iter().partition(|path| path.is_dir());
        if classes.is_empty() {
            let reason = phrase!(
                "there are no folders in it, but each class needs one, such as cats and dogs, with its files inside",
                "darin sind keine Ordner, jede Klasse braucht aber einen, etwa katzen und hunde, mit ihren Dateien"
            );
            return Err(problem(folder, reason));
        }
        let (mut files, mut reserves) = (Vec::new(), Vec::new());
        split_note(&classes)?.into_iter().for_each(say_note);
        for (class, path) in classes.iter().enumerate() {
            let mut found = Vec::new();
            collect(path, is_meant, DEEPEST, progress, &mut found)?;
            if found.is_empty() {
                let reason = phrase!(
                    "there are no {kind} in this folder: put those of the class there, or take the folder away",
                    "in diesem Ordner sind keine {kind}: Leg die der Klasse hinein, oder nimm den Ordner weg"
                );
                return Err(problem(path, reason));
            }
            let mut found = found.into_iter();
            files.extend(found.by_ref().take(max_per_class).map(|path| (path, class)));
            reserves.push(found);
        }
        Ok(ClassFolder {
            class_names: classes.iter().map(|path| name(path)).collect(),
            files,
            reserves,
            beside: beside.iter().filter(|path| is_meant(path)).count(),
        })
    }

    /// Mixes the files: sorted by class, the last fifth would be of one class only.
    pub(super) fn shuffle(&mut self, seed: u64) {
        self.files.shuffle(&mut random_numbers(Some(seed)));
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// What to say where the folders look like those of training and test, each with the classes inside.
fn split_note(parts: &[PathBuf]) -> Result<Option<Phrase>> {
    let inside = |part: &PathBuf| -> Result<Option<Vec<String>>> {
        let folders = sorted(part)?;
        // Many pictures are not looked at one by one: the first tells what the others are.
        let is_of_classes = folders.len() > 1 && folders.iter().all(|path| path.is_dir());
        Ok(is_of_classes.then(|| folders.iter().map(|path| name(path)).collect()))
    };
    let [first, rest @ ..] = parts else { return Ok(None) };
    let Some(classes) = inside(first)?.filter(|_| !rest.is_empty()) else { return Ok(None) };
    for part in rest {
        if inside(part)?.as_ref() != Some(&classes) {
            return Ok(None);
        }
    }
    let names = |names: Vec<String>| cut(&names.join(", "), 60);
    let (classes, parts) = (names(classes), names(parts.iter().map(|path| name(path)).collect()));
    let first = cut(&first.display().to_string(), 60);
    Ok(Some(phrase!(
        "the classes are called {parts}, and each of these folders holds the folders {classes}: if those are \
         the classes, read one folder at a time, such as {first}",
        "die Klassen heißen {parts}, und in jedem dieser Ordner liegen die Ordner {classes}: Sind das die \
         Klassen, lies einen Ordner nach dem anderen, etwa {first}"
    )))
}

/// What lies in a folder, in the order of the alphabet, without what is hidden.
fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let cannot_read = |error: std::io::Error| Error::cannot_read(folder, &error);
    let entries = fs::read_dir(folder).map_err(cannot_read)?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<PathBuf> = paths.collect::<std::io::Result<_>>().map_err(cannot_read)?;
    paths.retain(|path| !is_hidden(&name(path)));
    paths.sort();
    Ok(paths)
}

/// What systems and programs put there themselves: a Mac does so when it packs a folder, a Synology when it
/// makes pictures smaller.
fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || ["__MACOSX", "@eaDir"].contains(&name)
}

/// Folders behind links within a class are not followed, as in Keras: they may lead in a circle. Somebody
/// may have named a whole disk: the stop button ends the walk.
fn collect(
    folder: &Path,
    is_meant: &dyn Fn(&Path) -> bool,
    depth: usize,
    progress: &Progress<'_>,
    found: &mut Vec<PathBuf>,
) -> Result<()> {
    progress.check(|| phrase!("looking through the folders", "das Durchsehen der Ordner"))?;
    for path in sorted(folder)? {
        let is_folder = fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir());
        if is_folder && depth > 0 {
            collect(&path, is_meant, depth - 1, progress, found)?;
        } else if !path.is_dir() && is_meant(&path) {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_programs_make_are_no_classes() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["cats", ".DS_Store", "__MACOSX", "@eaDir"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        assert_eq!(sorted(folder.path()).unwrap(), [folder.path().join("cats")]);
    }

    #[test]
    fn folders_of_training_and_test_are_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let make = |inside: &[&str]| {
            inside
                .iter()
                .for_each(|inside| fs::create_dir_all(folder.path().join(inside)).unwrap());
            split_note(&sorted(folder.path()).unwrap()).unwrap().map(|note| note.to_string())
        };
        assert_eq!(make(&["test/cats", "test/dogs"]), None);
        let note = make(&["train/cats", "train/dogs"]).unwrap();
        assert!(note.starts_with("the classes are called test, train, and each of"), "{note}");
        assert!(note.contains("the folders cats, dogs:"), "{note}");
        assert_eq!(make(&["valid/birds", "valid/cats"]), None);
    }
}
