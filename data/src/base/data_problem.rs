//! What can be wrong with a data set: its files, its folder, and the places that it comes from.

use std::fmt;
use std::path::PathBuf;

use crate::base::numbers::{grouped, size};
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
        /// Those of them that are there, but not what they should be.
        damaged: Vec<(PathBuf, Corruption)>,
        /// What each source answered.
        failures: Vec<SourceFailure>,
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
                let damage = |(path, damage): &(PathBuf, Corruption)| {
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

/// How a file differs from what it should be.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Corruption {
    /// It is cut off, or another file.
    TooShort { expected: u64, got: u64 },
    /// It holds more than it should.
    TooLong { expected: u64 },
    /// The first four bytes, which say what a file holds, are others.
    WrongMagic { expected: [u8; 4], got: [u8; 4] },
    /// Length and beginning are right, but not every byte is. In hexadecimal digits.
    WrongSha256 { expected: &'static str, got: String },
}

impl fmt::Display for Corruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Corruption::TooShort { expected, got } => told!(
                "it holds {got} bytes instead of {expected}",
                "sie enthält {got} statt {expected} Bytes",
                got = grouped(*got),
                expected = grouped(*expected)
            ),
            Corruption::TooLong { expected } => told!(
                "it holds more than the {expected} bytes expected",
                "sie enthält mehr als die erwarteten {expected} Bytes",
                expected = grouped(*expected)
            ),
            Corruption::WrongMagic { expected, got } => told!(
                "it starts with the bytes {got:02x?} instead of {expected:02x?}, so it holds something else",
                "sie beginnt mit den Bytes {got:02x?} statt {expected:02x?}, enthält also etwas anderes"
            ),
            Corruption::WrongSha256 { expected, got } => told!(
                "its SHA-256 is {got} instead of {expected}",
                "ihre SHA-256 ist {got} statt {expected}"
            ),
        })
    }
}

/// A place that did not give a data set.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SourceFailure {
    /// Such as the host of a mirror.
    pub(crate) source: String,
    pub(crate) problem: SourceProblem,
}

impl fmt::Display for SourceFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.source, self.problem)
    }
}

/// What went wrong with a place that data is fetched from. A reason is what the system or the server
/// says.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum SourceProblem {
    /// It cannot be reached.
    NoAnswer { reason: Phrase },
    /// It answered, but refused.
    Status { status: u16 },
    /// It stopped in the middle of a file.
    BrokenOff { file: &'static str, reason: Phrase },
    /// It sent something that is no compressed file.
    NotTheFile { file: &'static str, reason: Phrase },
    /// It sent a file with other contents.
    WrongContent { file: &'static str, damage: Corruption },
}

impl fmt::Display for SourceProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            SourceProblem::NoAnswer { reason } => {
                told!("no answer ({reason})", "keine Antwort ({reason})")
            }
            SourceProblem::Status { status } => {
                told!("it answered with HTTP status {status}", "Antwort mit HTTP-Status {status}")
            }
            SourceProblem::BrokenOff { file, reason } => {
                told!("it broke off in {file} ({reason})", "Abbruch mitten in {file} ({reason})")
            }
            SourceProblem::NotTheFile { file, reason } => told!(
                "it sent something else than {file} ({reason}), perhaps the login page of a network",
                "es kam etwas anderes als {file} ({reason}), vielleicht die Anmeldeseite eines Netzwerks"
            ),
            SourceProblem::WrongContent { file, damage } => told!(
                "{file} has the wrong content: {damage}",
                "die Datei {file} hat den falschen Inhalt: {damage}"
            ),
        })
    }
}
