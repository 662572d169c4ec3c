//! What can be wrong with a data set: its files, its folder, and the places that it comes from.

use std::fmt;
use std::path::PathBuf;

use crate::base::numbers::size;
use crate::base::phrase::{Phrase, told};

/// A data set that cannot be loaded.
#[derive(Clone)]
pub(crate) enum DataProblem {
    /// It could not be fetched from anywhere.
    NotFetched {
        /// Such as `MNIST`.
        dataset: &'static str,
        /// Where the files were to go.
        folder: PathBuf,
        /// The files that are still needed.
        missing: Vec<&'static str>,
        /// Those of them that are there, but not what they should be, and how they differ from it.
        damaged: Vec<(PathBuf, Phrase)>,
        /// What each source answered, with its name.
        failures: Vec<Phrase>,
    },
    /// It cannot be written to its folder: no right to write, no room.
    CannotKeep {
        /// Such as `MNIST`.
        dataset: &'static str,
        folder: PathBuf,
        /// The room that the whole data set needs.
        bytes: u64,
        /// What the system says.
        reason: Phrase,
    },
    /// `ZUNDER_DATA`, or the cache folder itself, is a file.
    FolderIsFile { path: PathBuf },
    /// The system names no cache folder for this user.
    NoFolder,
}

impl fmt::Display for DataProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            DataProblem::NotFetched { dataset, folder, missing, damaged, failures } => {
                let damage = |(path, damage): &(PathBuf, Phrase)| {
                    let path = path.display();
                    told!("{path} is damaged ({damage}); ", "{path} ist beschädigt ({damage}); ")
                };
                let damaged: String = damaged.iter().map(damage).collect();
                let failures: String =
                    failures.iter().map(|failure| format!("{failure}; ")).collect();
                told!(
                    "{damaged}{dataset} could not be fetched: {failures}connect to the internet and try again, or \
                     run `cargo lab data` in a terminal, which knows another way, or put {files} (or the same with \
                     .gz) into {folder}",
                    "{damaged}{dataset} konnte nicht geladen werden: {failures}verbinde den Rechner mit dem Internet \
                     und versuche es noch einmal, oder ruf in einem Terminal `cargo lab data` auf, das einen anderen \
                     Weg kennt, oder leg {files} (auch mit der Endung .gz) in den Ordner {folder}",
                    files = missing.join(", "),
                    folder = folder.display()
                )
            }
            DataProblem::CannotKeep { dataset, folder, bytes, reason } => told!(
                "cannot keep {dataset} in {folder}: {reason}; it needs {size} there and the right to write: make \
                 room, or set the environment variable ZUNDER_DATA to another folder",
                "{dataset} kann nicht in {folder} gespeichert werden: {reason}; dort sind \
                 {size} Platz und das Recht zu schreiben nötig: Schaff Platz, oder setz \
                 die Umgebungsvariable ZUNDER_DATA auf einen anderen Ordner",
                folder = folder.display(),
                size = size(*bytes)
            ),
            DataProblem::FolderIsFile { path } => told!(
                "data sets are kept in a folder, but {path} is a file: set the environment \
                 variable ZUNDER_DATA to a folder",
                "Datensätze liegen in einem Ordner, {path} ist aber eine Datei: Setz die \
                 Umgebungsvariable ZUNDER_DATA auf einen Ordner",
                path = path.display()
            ),
            DataProblem::NoFolder => told!(
                "this system names no cache folder to keep data sets in: set the environment \
                 variable ZUNDER_DATA to a folder",
                "dieses System nennt keinen Ordner, in dem Datensätze liegen können: Setz die \
                 Umgebungsvariable ZUNDER_DATA auf einen Ordner"
            ),
        })
    }
}
