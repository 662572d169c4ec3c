//! What a learner has done so far: kept in one file of this user, so that it survives the kernel.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zunder::Error;
use zunder::words::told;

/// The file, where it shall be another one than the user's own.
const VARIABLE: &str = "ZUNDER_PROGRESS";

/// The tasks done, the hints seen, and the tasks whose solution was shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Progress {
    done: BTreeSet<String>,
    hints: BTreeMap<String, usize>,
    shown: BTreeSet<String>,
    /// Where a file lies that nobody can make sense of.
    #[serde(skip)]
    aside: Option<PathBuf>,
}

/// Why nothing could be kept, as a sentence.
type Result<T> = std::result::Result<T, String>;

impl Progress {
    /// What is kept. A file that is missing or damaged counts as a fresh start; a damaged one is named
    /// in the notice and stays where it is.
    pub(crate) fn load() -> Progress {
        file().map(|file| Progress::of(&file)).unwrap_or_default()
    }

    fn of(file: &Path) -> Progress {
        let anew = || Progress { aside: Some(file.to_owned()), ..Progress::default() };
        Progress::read(file).map_or_else(|_| anew(), Option::unwrap_or_default)
    }

    /// What the file says: nothing where there is none, an error where it makes no sense.
    fn read(file: &Path) -> io::Result<Option<Progress>> {
        match fs::read(file) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
            Err(problem) if problem.kind() == ErrorKind::NotFound => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    /// Whether this task was solved once.
    pub(crate) fn has_done(&self, task: &str) -> bool {
        self.done.contains(task)
    }

    /// Keeps that a task is done.
    pub(crate) fn keep_done(task: &str) -> Result<Progress> {
        change(|progress| {
            progress.done.insert(task.to_owned());
        })
    }

    /// Whether its solution was shown once.
    pub(crate) fn has_shown(&self, task: &str) -> bool {
        self.shown.contains(task)
    }

    /// Keeps that one more hint was seen, of so many, or the solution behind the last one. Says how
    /// many hints were seen by now.
    pub(crate) fn keep_hint(task: &str, of: usize) -> Result<(usize, Progress)> {
        let progress = change(|progress| progress.see_hint(task, of))?;
        Ok((progress.hints.get(task).copied().unwrap_or(1), progress))
    }

    fn see_hint(&mut self, task: &str, of: usize) {
        let seen = self.hints.entry(task.to_owned()).or_default();
        if *seen >= of {
            self.shown.insert(task.to_owned());
        }
        *seen = (*seen + 1).min(of);
    }

    /// A line about a file that could not be read, if there is one.
    pub(crate) fn notice(&self) -> Option<String> {
        let aside = self.aside.as_ref()?.display();
        Some(told!(
            "(Your progress could not be read, so it begins anew; the old file is {aside}.)",
            "(Dein Fortschritt war nicht lesbar und beginnt von vorn; die alte Datei liegt unter {aside}.)"
        ))
    }
}

/// Reads, changes and writes the file, while no other kernel does.
fn change(change: impl FnOnce(&mut Progress)) -> Result<Progress> {
    let file = file()?;
    change_file(&file, change).map_err(|problem| Error::cannot_write(&file, &problem).to_string())
}

fn change_file(file: &Path, change: impl FnOnce(&mut Progress)) -> io::Result<Progress> {
    let folder = file.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder)?;
    let lock = File::create(file.with_extension("lock"))?;
    lock.lock()?;
    let (before, aside) = match Progress::read(file) {
        Ok(progress) => (progress.unwrap_or_default(), None),
        Err(problem) if is_damage(&problem) => (Progress::default(), Some(put_aside(file)?)),
        Err(problem) => return Err(problem),
    };
    let mut progress = Progress { aside, ..before.clone() };
    change(&mut progress);
    if progress != before {
        let mut whole = tempfile::NamedTempFile::new_in(folder)?;
        whole.write_all(serde_json::json!(progress).to_string().as_bytes())?;
        whole.as_file().sync_all()?; // some disks say only now that they are full
        whole.persist(file)?;
    }
    Ok(progress)
}

/// Whether a file could be read, but is not what this version writes.
fn is_damage(problem: &io::Error) -> bool {
    [ErrorKind::InvalidData, ErrorKind::UnexpectedEof].contains(&problem.kind())
}

/// Keeps a file beside its place, under a name that is still free.
fn put_aside(file: &Path) -> io::Result<PathBuf> {
    let mut names = (1..).map(|number| file.with_extension(format!("unreadable-{number}.json")));
    let free = names.find(|name| !name.exists());
    let aside = free.ok_or_else(|| io::Error::from(ErrorKind::AlreadyExists))?;
    fs::rename(file, &aside)?;
    Ok(aside)
}

fn file() -> Result<PathBuf> {
    if let Some(file) = std::env::var_os(VARIABLE).filter(|file| !file.is_empty()) {
        return Ok(PathBuf::from(file));
    }
    let folder = dirs::data_local_dir().ok_or_else(|| {
        told!(
            "this system names no folder for it; set {VARIABLE} to a file",
            "dieses System nennt keinen Ordner dafür; setz {VARIABLE} auf eine Datei"
        )
    })?;
    Ok(folder.join("zunder/progress.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn solve(file: &Path, task: &str) -> io::Result<Progress> {
        change_file(file, |progress| {
            progress.done.insert(task.to_owned());
        })
    }

    #[test]
    fn what_was_done_is_found_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("deep/progress.json");
        solve(&file, "flatten").expect("it is kept");
        let progress = solve(&file, "one_hot").expect("it is kept");
        assert!(progress.has_done("flatten") && progress.has_done("one_hot"));
        assert_eq!(progress.notice(), None);
        assert_eq!(Progress::read(&file).expect("it is there"), Some(progress));
    }

    #[test]
    fn a_shown_solution_is_remembered() {
        let mut progress = Progress::default();
        for (hints, shown) in [(1, false), (2, false), (2, true), (2, true)] {
            progress.see_hint("flatten", 2);
            assert_eq!((progress.hints["flatten"], progress.has_shown("flatten")), (hints, shown));
        }
        let before: Progress = serde_json::from_str("{\"hints\": {\"a\": 1}}").expect("it is read");
        assert!(!before.has_shown("a"));
    }

    #[test]
    fn a_file_that_makes_no_sense_is_put_aside_and_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("progress.json");
        for (number, damaged) in
            ["{\"done\": 7}", "not JSON", "{\"done\": [", ""].iter().enumerate()
        {
            fs::write(&file, damaged).expect("it can be written");
            let seen = Progress::of(&file).notice().expect("it is said before, too");
            assert!(seen.contains(&file.display().to_string()), "{seen}");
            let progress = solve(&file, "flatten").expect("it is kept");
            let aside = folder.path().join(format!("progress.unreadable-{}.json", number + 1));
            assert_eq!(fs::read_to_string(&aside).expect("it was put aside"), *damaged);
            let notice = progress.notice().expect("it is said");
            assert!(notice.contains(&aside.display().to_string()), "{notice}");
            let again = solve(&file, "one_hot").expect("it is kept");
            assert!(again.has_done("flatten") && again.notice().is_none());
            assert_eq!(Progress::of(&file).notice(), None);
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("progress.json");
        fs::create_dir(&file).expect("a folder in its place");
        assert!(solve(&file, "flatten").is_err());
        assert!(file.is_dir());
    }
}
