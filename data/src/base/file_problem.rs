//! What can be wrong with a file: it cannot be read or written, or is not what it should be.
//!
//! Over 300 lines: what helps stands beside what is wrong, each in both languages.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::base::lines::cut;
use crate::base::phrase::{Phrase, phrase, told};
use crate::base::weights_problem::WeightsProblem;

/// A file that cannot be used.
#[derive(Clone)]
pub enum FileProblem {
    /// A file or folder cannot be written.
    CannotWrite {
        path: PathBuf,
        /// What the system says, and the way out.
        reason: Phrase,
    },
    /// A file or folder cannot be read.
    CannotRead {
        path: PathBuf,
        /// What the system says, and the way out.
        reason: Phrase,
    },
    /// A file of weights is not what it should be.
    CannotLoad { path: PathBuf, problem: WeightsProblem },
    /// A file is not a picture that can be read.
    NotAPicture {
        path: PathBuf,
        /// What is wrong with it, and the way out.
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
    /// Nothing does, and the picture is black nearly everywhere.
    TooDark { path: PathBuf },
    /// What stands out on a picture is the edge of the paper.
    EdgeOfPaper { path: PathBuf },
    /// More than one digit is on a picture.
    SeveralDigits { path: PathBuf },
    /// A picture cannot be drawn.
    CannotDraw {
        /// What the drawing library says.
        reason: String,
    },
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            FileProblem::CannotWrite { path, reason } => told!(
                "cannot write {path}: {reason}",
                "{path} lässt sich nicht schreiben: {reason}",
                path = shown(path)
            ),
            FileProblem::CannotRead { path, reason } => told!(
                "cannot read {path}: {reason}",
                "{path} lässt sich nicht lesen: {reason}",
                path = shown(path)
            ),
            FileProblem::CannotLoad { path, problem } => told!(
                "cannot load {path}: {problem}",
                "{path} lässt sich nicht laden: {problem}",
                path = shown(path)
            ),
            FileProblem::NotAPicture { path, reason } => told!(
                "{path} is not a picture that can be read: {reason}",
                "{path} ist kein Bild, das sich lesen lässt: {reason}",
                path = shown(path)
            ),
            FileProblem::PictureTooLarge { path, width, height, most } => told!(
                "{path} has {width} x {height} pixels, at most {millions} million are read: \
                 make it smaller first, 1000 pixels along each side are plenty",
                "{path} hat {width} x {height} Pixel, gelesen werden höchstens {millions} \
                 Millionen: Verkleinere das Bild zuerst, 1\u{202f}000 Pixel auf jeder Seite sind reichlich",
                path = shown(path),
                millions = most / 1_000_000
            ),
            FileProblem::NoInk { path } => told!(
                "no digit stands out from the paper in {path}: write it large with a dark pen, \
                 and take the photo in even light, with nothing but the paper in the picture",
                "in {path} hebt sich keine Ziffer vom Papier ab: Schreib sie groß mit einem \
                 dunklen Stift, und fotografiere sie bei gleichmäßigem Licht, mit nur dem Papier im Bild",
                path = shown(path)
            ),
            FileProblem::TooDark { path } => told!(
                "{path} is nearly black, also where it is brightest: take the photo in more light, or, where a \
                 program has saved it with 16 bits, multiply the values first, so that white is 65,535",
                "{path} ist fast schwarz, auch an der hellsten Stelle: Fotografiere bei mehr Licht, oder \
                 multipliziere, wenn ein Programm es mit 16 Bit gespeichert hat, vorher die Werte, sodass weiß \
                 65\u{202f}535 ist",
                path = shown(path)
            ),
            FileProblem::EdgeOfPaper { path } => told!(
                "in {path} no digit stands out, but the edge of the paper: cut the photo to the paper, \
                 and leave some room around the digit",
                "in {path} hebt sich keine Ziffer ab, sondern der Rand des Papiers: Schneide das Foto \
                 auf das Papier zu, und lass um die Ziffer etwas Platz",
                path = shown(path)
            ),
            FileProblem::SeveralDigits { path } => told!(
                "in {path} several digits stand side by side: cut the photo to one of them",
                "in {path} stehen mehrere Ziffern nebeneinander: Schneide das Foto auf eine davon zu",
                path = shown(path)
            ),
            FileProblem::CannotDraw { reason } => {
                told!("cannot draw: {reason}", "das lässt sich nicht zeichnen: {reason}")
            }
        })
    }
}

/// A path as it was written, with marks around one that would not be seen, and not endless.
pub(crate) fn shown(path: &Path) -> String {
    let text = cut(&path.display().to_string(), 300);
    if text.is_empty() { "\"\"".to_owned() } else { text }
}

/// Why a file cannot be read, and the way out.
pub(crate) fn why_unread(path: &Path, error: &io::Error) -> Phrase {
    let remedy = other_path(path).unwrap_or_else(|| match error.kind() {
        ErrorKind::NotFound | ErrorKind::InvalidFilename | ErrorKind::InvalidInput => {
            phrase!("check the name and the folder", "prüfe den Namen und den Ordner")
        }
        ErrorKind::PermissionDenied => phrase!(
            "ask its owner for the right to read, or choose a file of your own",
            "bitte den Besitzer um das Recht zu lesen, oder nimm eine eigene Datei"
        ),
        kind => way_out(kind).unwrap_or(phrase!(
            "copy it to another folder, and read it there",
            "kopiere sie in einen anderen Ordner, und lies sie dort"
        )),
    });
    phrase!("{0}; {remedy}", "{0}; {remedy}", system_says(error))
}

/// Why a file cannot be written, and the way out.
pub(crate) fn why_unwritten(path: &Path, error: &io::Error) -> Phrase {
    let remedy = match error.kind() {
        ErrorKind::NotFound => match other_path(path).or_else(|| no_folder(path)) {
            Some(reason) => return reason,
            None => phrase!("choose another folder", "wähle einen anderen Ordner"),
        },
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => phrase!(
            "delete there what you no longer need, or choose a folder on another disk",
            "lösche dort, was du nicht mehr brauchst, oder wähle einen Ordner auf einem anderen Datenträger"
        ),
        ErrorKind::ReadOnlyFilesystem => phrase!(
            "choose a folder on another disk",
            "wähle einen Ordner auf einem anderen Datenträger"
        ),
        ErrorKind::InvalidFilename | ErrorKind::InvalidInput => {
            phrase!("choose another name", "wähle einen anderen Namen")
        }
        kind => way_out(kind).unwrap_or(phrase!(
            "choose another name, or a folder that you may write to",
            "wähle einen anderen Namen oder einen Ordner, in den du schreiben darfst"
        )),
    };
    phrase!("{0}; {remedy}", "{0}; {remedy}", system_says(error))
}

/// What helps for reading as well as for writing.
fn way_out(kind: ErrorKind) -> Option<Phrase> {
    Some(match kind {
        ErrorKind::IsADirectory => {
            phrase!("write the name of a file behind it", "schreib den Namen einer Datei dahinter")
        }
        ErrorKind::NotADirectory => phrase!(
            "check which part of the path is a file",
            "prüfe, welcher Teil des Pfads eine Datei ist"
        ),
        ErrorKind::NotSeekable => {
            phrase!("write the path of a file", "schreib den Pfad einer Datei")
        }
        ErrorKind::ResourceBusy => phrase!("close that program", "schließe dieses Programm"),
        _ => return None,
    })
}

/// The folder that a path names; none where it is the name of a file alone.
pub(crate) fn folder_of(path: &Path) -> Option<&Path> {
    path.parent().filter(|folder| !folder.as_os_str().is_empty())
}

/// Where nothing can be written as there is no folder.
fn no_folder(path: &Path) -> Option<Phrase> {
    let folder = folder_of(path).filter(|folder| !folder.exists())?;
    let (name, code) = (folder.display(), folder.display().to_string());
    Some(phrase!(
        "there is no folder {name}: make it first, std::fs::create_dir_all({code:?})?",
        "den Ordner {name} gibt es nicht: Leg ihn zuerst an, std::fs::create_dir_all({code:?})?"
    ))
}

/// What a path means elsewhere, but not here.
fn other_path(path: &Path) -> Option<Phrase> {
    let text = path.display().to_string();
    let small = text.to_lowercase();
    if ["http://", "https://", "ftp://"].iter().any(|way| small.starts_with(way)) {
        return Some(phrase!(
            "that is an address of the web; download the file first, and write the path at which it is then",
            "das ist eine Adresse im Web; lade die Datei zuerst herunter, und schreib den Pfad, unter \
             dem sie dann liegt"
        ));
    }
    if text.is_empty() {
        return Some(phrase!("the name of the file is missing", "der Name der Datei fehlt"));
    }
    if text == "~" || text.starts_with("~/") {
        return Some(phrase!(
            "~ is not understood here, write the whole path",
            "~ wird hier nicht verstanden, schreib den ganzen Pfad"
        ));
    }
    windows_path(path)
}

/// What a path of Windows is called here. To Linux it is the name of one file.
pub(crate) fn windows_path(path: &Path) -> Option<Phrase> {
    let text = path.display().to_string();
    let turned = text.replace('\\', "/");
    if let Some((drive, rest)) = turned.split_once(':')
        && drive.len() == 1
        && rest.starts_with('/')
    {
        let there = format!("/mnt/{}{rest}", drive.to_lowercase());
        return Some(phrase!(
            "that is a path of Windows; in WSL it is {there}",
            "das ist ein Pfad von Windows; in WSL heißt er {there}"
        ));
    }
    if text.starts_with("\\\\") {
        return Some(phrase!(
            "that is a path of Windows; write the one that `pwd` shows in that folder in WSL",
            "das ist ein Pfad von Windows; schreib den, den `pwd` in WSL in diesem Ordner zeigt"
        ));
    }
    let name = path.file_name()?.to_string_lossy();
    name.contains('\\').then(|| {
        phrase!(
            "\\ divides no folders here, write {turned}",
            "\\ trennt hier keine Ordner, schreib {turned}"
        )
    })
}

/// What the system says; in German in our own words, as it speaks English.
pub(crate) fn system_says(error: &io::Error) -> Phrase {
    let german = match error.kind() {
        ErrorKind::NotFound => "Datei oder Ordner nicht gefunden",
        ErrorKind::PermissionDenied => "keine Berechtigung",
        ErrorKind::StorageFull => "der Datenträger ist voll",
        ErrorKind::ReadOnlyFilesystem => "der Datenträger ist schreibgeschützt",
        ErrorKind::IsADirectory => "das ist ein Ordner",
        ErrorKind::NotADirectory => "ein Teil des Pfads ist kein Ordner",
        ErrorKind::InvalidFilename => "der Name ist zu lang oder enthält unerlaubte Zeichen",
        ErrorKind::QuotaExceeded => "mehr Platz steht dir dort nicht zu",
        ErrorKind::FileTooLarge => "die Datei wäre zu groß",
        ErrorKind::ResourceBusy => "ein anderes Programm benutzt es gerade",
        ErrorKind::NotSeekable => {
            return phrase!(
                "it is no file, but a pipe or a device",
                "das ist keine Datei, sondern eine Pipe oder ein Gerät"
            );
        }
        ErrorKind::ConnectionRefused => "die Verbindung wurde abgelehnt",
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
            "die Verbindung wurde unterbrochen"
        }
        ErrorKind::TimedOut => "es kam zu lange keine Antwort",
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
            "das Netzwerk ist nicht erreichbar"
        }
        // There is no kind for it.
        _ if error.to_string().contains("lookup") => {
            "der Name ist im Netzwerk nicht bekannt; vielleicht fehlt das Internet"
        }
        ErrorKind::InvalidInput => "der Name enthält unerlaubte Zeichen",
        ErrorKind::UnexpectedEof => "der Rest fehlt",
        ErrorKind::InvalidData => "die Daten sind beschädigt",
        _ => match error.raw_os_error() {
            Some(code) => return phrase!("{error}", "Fehler {code} des Systems"),
            None => "das System nennt keinen bekannten Grund",
        },
    };
    phrase!("{error}", "{german}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::error::Error;

    #[test]
    fn a_path_that_means_something_elsewhere_is_explained() {
        let error = io::Error::from(ErrorKind::NotFound);
        for (path, part) in [
            ("https://example.org/data.csv", "an address of the web; download the file first"),
            ("HTTP://example.org/data.csv", "an address of the web; download the file first"),
            ("~/data.csv", "; ~ is not understood here, write the whole path"),
            ("C:\\data.csv", "; that is a path of Windows; in WSL it is /mnt/c/data.csv"),
            ("..\\data\\a.csv", "; \\ divides no folders here, write ../data/a.csv"),
            ("\\\\wsl$\\Ubuntu\\home\\a.csv", "; that is a path of Windows; write the one that"),
            ("", "cannot read \"\": entity not found; the name of the file is missing"),
            ("data.csv", "; check the name and the folder"),
        ] {
            let sentence = Error::cannot_read(Path::new(path), &error).to_string();
            assert!(sentence.contains(part), "{sentence}");
        }
    }

    #[test]
    fn each_kind_of_error_has_its_way_out_and_no_english_in_german() {
        let path = Path::new("data.csv");
        for (kind, unread, unwritten) in [
            (ErrorKind::PermissionDenied, "ask its owner", "choose another name, or a folder"),
            (
                ErrorKind::StorageFull,
                "copy it to another folder",
                "delete there what you no longer",
            ),
            (ErrorKind::ReadOnlyFilesystem, "copy it", "choose a folder on another disk"),
            (ErrorKind::IsADirectory, "write the name of a file", "write the name of a file"),
            (
                ErrorKind::NotADirectory,
                "check which part",
                "check which part of the path is a file",
            ),
            (ErrorKind::InvalidFilename, "check the name", "choose another name"),
            (ErrorKind::InvalidInput, "check the name", "choose another name"),
            (ErrorKind::NotSeekable, "write the path of a file", "write the path of a file"),
            (ErrorKind::NotFound, "check the name and the folder", "choose another folder"),
            (ErrorKind::Other, "copy it to another folder", "choose another name, or a folder"),
        ] {
            let error = io::Error::new(kind, "the system is out of sorts");
            for (sentence, way_out) in [
                (Error::cannot_read(path, &error), unread),
                (Error::cannot_write(path, &error), unwritten),
            ] {
                let (english, german) = crate::for_tests::twins(&sentence);
                assert!(english.contains(&format!("; {way_out}")), "{kind:?}: {english}");
                crate::for_tests::assert_german(&german);
            }
        }
    }
}
