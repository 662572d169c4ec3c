//! What can be wrong with a file: it cannot be read or written, or is not what it should be.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::base::phrase::{Phrase, phrase, say};
use crate::base::weights_problem::WeightsProblem;

/// A file that cannot be used.
#[derive(Clone)]
pub enum FileProblem {
    /// A file or folder cannot be written.
    CannotWrite {
        path: PathBuf,
        /// What the system says.
        reason: Phrase,
    },
    /// A file cannot be read.
    CannotRead {
        path: PathBuf,
        /// What the system says.
        reason: Phrase,
    },
    /// A file of weights is not what it should be.
    CannotLoad { path: PathBuf, problem: WeightsProblem },
    /// A file is not a picture that can be read.
    NotAPicture {
        path: PathBuf,
        /// What the reader says.
        reason: Phrase,
    },
    /// A picture has too many pixels.
    PictureTooLarge {
        path: PathBuf,
        width: u32,
        height: u32,
        /// How many pixels are read at most.
        most: u64,
    },
    /// Nothing on a picture stands out from the paper.
    NoInk { path: PathBuf },
    /// A picture cannot be drawn.
    CannotDraw {
        /// What the drawing library says.
        reason: String,
    },
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileProblem::CannotWrite { path, reason } => say!(
                f,
                "cannot write {path}: {reason}; choose a folder that you may write to and that has \
                 room",
                "{path} lässt sich nicht schreiben: {reason}; wähle einen Ordner, in den du \
                 schreiben darfst und in dem Platz ist",
                path = path.display()
            ),
            FileProblem::CannotRead { path, reason } => say!(
                f,
                "cannot read {path}: {reason}; {remedy}",
                "{path} lässt sich nicht lesen: {reason}; {remedy}",
                path = path.display(),
                remedy = where_to_look(path)
            ),
            FileProblem::CannotLoad { path, problem } => say!(
                f,
                "cannot load {path}: {problem}",
                "{path} lässt sich nicht laden: {problem}",
                path = path.display()
            ),
            FileProblem::NotAPicture { path, reason } => say!(
                f,
                "{path} is not a picture that can be read ({reason}): save it as PNG or JPEG",
                "{path} ist kein Bild, das sich lesen lässt ({reason}): Speichere es als PNG oder \
                 JPEG",
                path = path.display()
            ),
            FileProblem::PictureTooLarge { path, width, height, most } => say!(
                f,
                "{path} has {width} x {height} pixels, at most {millions} million are read: \
                 make it smaller first, 1000 pixels along each side are plenty",
                "{path} hat {width} x {height} Pixel, gelesen werden höchstens {millions} \
                 Millionen: Verkleinere das Bild zuerst, 1000 Pixel auf jeder Seite sind reichlich",
                path = path.display(),
                millions = most / 1_000_000
            ),
            FileProblem::NoInk { path } => say!(
                f,
                "no digit stands out from the paper in {path}: write it large with a dark pen, \
                 and take the photo in even light",
                "in {path} hebt sich keine Ziffer vom Papier ab: Schreib sie groß mit einem \
                 dunklen Stift, und fotografiere sie bei gleichmäßigem Licht",
                path = path.display()
            ),
            FileProblem::CannotDraw { reason } => {
                say!(f, "cannot draw: {reason}", "das lässt sich nicht zeichnen: {reason}")
            }
        }
    }
}

/// Where a file may be that was not found.
fn where_to_look(path: &Path) -> Phrase {
    let text = path.display().to_string();
    if let Some((drive, rest)) = text.split_once(':')
        && drive.len() == 1
        && rest.starts_with(['/', '\\'])
    {
        let there = format!("/mnt/{}{}", drive.to_lowercase(), rest.replace('\\', "/"));
        return phrase!(
            "that is a path of Windows; in WSL it is {there}",
            "das ist ein Pfad von Windows; in WSL heißt er {there}"
        );
    }
    phrase!("check the name and the folder", "prüfe den Namen und den Ordner")
}

/// What the system says, in German where it is one of the usual things.
pub(crate) fn system_says(error: &io::Error) -> Phrase {
    match error.kind() {
        ErrorKind::NotFound => phrase!("{error}", "Datei oder Ordner nicht gefunden"),
        ErrorKind::PermissionDenied => phrase!("{error}", "keine Berechtigung"),
        ErrorKind::StorageFull => phrase!("{error}", "der Datenträger ist voll"),
        ErrorKind::ReadOnlyFilesystem => {
            phrase!("{error}", "der Datenträger ist schreibgeschützt")
        }
        ErrorKind::IsADirectory => phrase!("{error}", "das ist ein Ordner"),
        ErrorKind::NotADirectory => phrase!("{error}", "ein Teil des Pfads ist kein Ordner"),
        _ => Phrase::of(error),
    }
}
