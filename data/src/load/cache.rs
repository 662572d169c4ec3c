//! The folder on this machine that keeps data sets, and files that are right or not there at all.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::base::data_problem::DataProblem;
use crate::base::error::{Error, Result};
use crate::base::file_problem::system_says;
use crate::base::files::{open_if_there, unfinished};
use crate::base::language::either;
use crate::base::numbers::{grouped, size};
use crate::base::phrase::{Phrase, phrase, told};
use crate::base::progress::Progress;
use crate::load::dataset::DataFile;

/// The beginning of the names of files that are not complete yet.
const UNFINISHED: &str = ".fetching-";

/// The folder that data sets are kept in.
///
/// It is the one that the environment variable `ZUNDER_DATA` names, else `zunder` in the user's
/// cache folder (`~/.cache/zunder` on Linux). The folders of data sets in it can be deleted at any
/// time: what is needed is fetched again, where there is a network. In `kernels` kernels may run.
///
/// # Errors
///
/// When the system names no cache folder and `ZUNDER_DATA` is not set, or when a file stands in its
/// place.
pub fn data_folder() -> Result<PathBuf> {
    let chosen = std::env::var_os("ZUNDER_DATA").filter(|value| !value.is_empty());
    let folder = match chosen {
        Some(folder) => PathBuf::from(folder),
        None => dirs::cache_dir().ok_or(DataProblem::NoFolder)?.join("zunder"),
    };
    if folder.is_file() {
        return Err(DataProblem::FolderIsFile { path: folder }.into());
    }
    Ok(folder)
}

/// What is there of a file.
pub(super) enum State {
    Good,
    Missing,
    /// How it differs from what it must be.
    Damaged(Phrase),
}

/// Reads a whole file and compares it with what it must be.
pub(super) fn check(folder: &Path, file: &DataFile) -> Result<State> {
    let path = folder.join(file.name);
    let cannot_read = |error: io::Error| Error::cannot_read(&path, &error);
    let Some(mut opened) = open_if_there(&path).map_err(cannot_read)? else {
        return Ok(State::Missing);
    };
    let mut comparison = Comparison::with(file);
    let mut buffer = vec![0; 256 * 1024];
    while !comparison.is_too_long() {
        match opened.read(&mut buffer).map_err(cannot_read)? {
            0 => break,
            length => comparison.add(&buffer[..length]),
        }
    }
    Ok(comparison.finish().map_or_else(State::Damaged, |()| State::Good))
}

/// Why a file could not be kept.
pub(super) enum KeepError {
    /// What came is wrong: another source may do better.
    Source(Phrase),
    /// It cannot be written: no other source can help.
    Disk(io::Error),
    /// The learner has stopped it.
    Stopped,
}

/// Writes what `reader` gives into the folder, if it is the file.
///
/// It is written under another name and renamed when it is complete and right, so that nobody ever
/// sees a part of it. No more is read than the file must hold, whatever comes.
pub(super) fn keep(
    folder: &Path,
    file: &DataFile,
    mut reader: impl Read,
    progress: &mut Progress,
) -> Result<(), KeepError> {
    // Others may read it: a classroom can share one folder.
    let mut unfinished = unfinished(folder, UNFINISHED).map_err(KeepError::Disk)?;
    let mut comparison = Comparison::with(file);
    let mut buffer = vec![0; 64 * 1024];
    while !comparison.is_too_long() {
        if progress.is_stopped() {
            return Err(KeepError::Stopped);
        }
        let length = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => length,
            Err(e) if e.kind() == ErrorKind::Interrupted => continue,
            Err(e) => return Err(KeepError::Source(reading_problem(file.name, &e))),
        };
        comparison.add(&buffer[..length]);
        unfinished.write_all(&buffer[..length]).map_err(KeepError::Disk)?;
        progress.tick(|| {
            let percent = comparison.num_bytes * 100 / file.num_bytes.max(1);
            let of = either("of", "von");
            format!("  {}: {percent} % {of} {}", file.name, size(file.num_bytes))
        });
    }
    comparison.finish().map_err(|damage| {
        let name = file.name;
        KeepError::Source(phrase!(
            "{name} has the wrong content: {damage}",
            "die Datei {name} hat den falschen Inhalt: {damage}"
        ))
    })?;
    match unfinished.persist(folder.join(file.name)) {
        Ok(_) => Ok(()),
        // Windows refuses while another process reads the file that this one put there.
        Err(_) if matches!(check(folder, file), Ok(State::Good)) => Ok(()),
        Err(e) => Err(KeepError::Disk(e.error)),
    }
}

fn reading_problem(file: &str, error: &io::Error) -> Phrase {
    match error.kind() {
        ErrorKind::InvalidInput | ErrorKind::InvalidData => phrase!(
            "it sent something else than {file} ({error}), perhaps the login page of a network",
            "es kam etwas anderes als {file} (kein gzip), vielleicht die Anmeldeseite eines Netzwerks"
        ),
        _ => broken_off(file, error),
    }
}

/// A source that stopped in the middle of a file.
pub(super) fn broken_off(file: &str, error: &io::Error) -> Phrase {
    let reason = system_says(error);
    phrase!("it broke off in {file} ({reason})", "Abbruch mitten in {file} ({reason})")
}

/// Compares bytes, as they come, with what a file must be.
struct Comparison<'a> {
    file: &'a DataFile,
    num_bytes: u64,
    magic: Vec<u8>,
    sha256: Sha256,
}

impl<'a> Comparison<'a> {
    fn with(file: &'a DataFile) -> Self {
        Comparison { file, num_bytes: 0, magic: Vec::new(), sha256: Sha256::new() }
    }

    fn add(&mut self, bytes: &[u8]) {
        let missing = 4 - self.magic.len();
        self.magic.extend(bytes.iter().take(missing));
        self.num_bytes += bytes.len() as u64;
        self.sha256.update(bytes);
    }

    fn is_too_long(&self) -> bool {
        self.num_bytes > self.file.num_bytes
    }

    /// How they differ from it, if they do.
    fn finish(self) -> Result<(), Phrase> {
        let (got, expected) = (self.num_bytes, self.file.num_bytes);
        if got > expected {
            return Err(phrase!(
                "it holds more than the {expected} bytes expected",
                "sie enthält mehr als die erwarteten {expected} Bytes",
                expected = grouped(expected)
            ));
        }
        if got < expected {
            return Err(phrase!(
                "it holds {got} bytes instead of {expected}",
                "sie enthält {got} statt {expected} Bytes",
                got = grouped(got),
                expected = grouped(expected)
            ));
        }
        let (got, expected) = (self.magic, self.file.magic);
        if got != expected {
            return Err(phrase!(
                "it starts with the bytes {got:02x?} instead of {expected:02x?}, so it holds something else",
                "sie beginnt mit den Bytes {got:02x?} statt {expected:02x?}, enthält also etwas anderes"
            ));
        }
        let digest = self.sha256.finalize();
        let got: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let expected = self.file.sha256;
        if got != expected {
            return Err(phrase!(
                "its SHA-256 is {got} instead of {expected}",
                "ihre SHA-256 ist {got} statt {expected}"
            ));
        }
        Ok(())
    }
}

/// The right to fetch a data set, which one process has at a time, so that it is fetched once: it lasts as
/// long as the file is open. Waits while another process has it. The system gives it back when a process ends.
pub(super) fn lock(dataset: &str, folder: &Path, progress: &mut Progress) -> io::Result<File> {
    let path = folder.join(".lock");
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    let mut is_told = false;
    loop {
        match file.try_lock() {
            Ok(()) => {
                remove_unfinished(folder);
                return Ok(file);
            }
            // Some network drives know no locks. Renaming keeps the files whole even so.
            Err(TryLockError::Error(_)) => return Ok(file),
            Err(TryLockError::WouldBlock) if is_told => {}
            Err(TryLockError::WouldBlock) => {
                progress.say(&told!(
                    "{dataset} is being fetched by another program: waiting",
                    "{dataset} wird gerade von einem anderen Programm geladen: warten"
                ));
                is_told = true;
            }
        }
        // Whoever has pressed stop goes on, and is told so at the first look.
        if progress.is_stopped() {
            return Ok(file);
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// Removes what an interrupted process left behind.
fn remove_unfinished(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            // What cannot be removed does no harm, and the next writing will tell why.
            let _ = fs::remove_file(entry.path()).or_else(|_| fs::remove_dir_all(entry.path()));
        }
    }
}
