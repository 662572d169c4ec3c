//! A folder with a folder for each class.

use std::fs;
use std::path::{Path, PathBuf};

use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use crate::base::error::{Error, Result};
use crate::base::phrase::{Phrase, phrase};
use crate::base::table_problem::TableProblem;
use crate::load::progress::Progress;

/// Folders within folders beyond this depth are not looked into.
const DEEPEST: usize = 20;

/// The files of a folder, each with the number of its class.
pub(super) struct ClassFolder {
    /// The names of the folders within, in the order of the alphabet.
    pub(super) class_names: Vec<String>,
    pub(super) files: Vec<(PathBuf, usize)>,
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
        let classes: Vec<PathBuf> =
            sorted(folder)?.into_iter().filter(|path| path.is_dir()).collect();
        if classes.is_empty() {
            let reason = phrase!(
                "there are no folders in it, but each class needs one, such as cats and dogs, with its \
                 files inside",
                "darin sind keine Ordner, jede Klasse braucht aber einen, etwa katzen und hunde, mit \
                 ihren Dateien"
            );
            return Err(problem(folder, reason));
        }
        let mut files = Vec::new();
        for (class, path) in classes.iter().enumerate() {
            let mut found = Vec::new();
            collect(path, is_meant, DEEPEST, progress, &mut found)?;
            if found.is_empty() {
                let reason = phrase!(
                    "there are no {kind} in this folder: put those of the class there, or take the \
                     folder away",
                    "in diesem Ordner sind keine {kind}: Leg die der Klasse hinein, oder nimm den \
                     Ordner weg"
                );
                return Err(problem(path, reason));
            }
            files.extend(found.into_iter().take(max_per_class).map(|path| (path, class)));
        }
        let name =
            |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(ClassFolder { class_names: classes.iter().map(name).collect(), files })
    }

    /// Mixes the files: sorted by class, the last fifth would be of one class only.
    pub(super) fn shuffle(&mut self, seed: u64) {
        self.files.shuffle(&mut StdRng::seed_from_u64(seed));
    }
}

/// What lies in a folder, in the order of the alphabet, without what is hidden.
fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let cannot_read = |error: std::io::Error| Error::cannot_read(folder, &error);
    let entries = fs::read_dir(folder).map_err(cannot_read)?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<PathBuf> = paths.collect::<std::io::Result<_>>().map_err(cannot_read)?;
    let is_hidden = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
    };
    paths.retain(|path| !is_hidden(path));
    paths.sort();
    Ok(paths)
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

/// The ending of a file in small letters: `jpg`.
pub(super) fn ending(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}
