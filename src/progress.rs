//! What a learner has done so far: kept in one file of this user, so that it survives the kernel.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::data_problem::DataProblem;
use crate::base::error::{Error, Result};
use crate::base::files::write_whole;

/// The file, where it shall be another one than the user's own.
const VARIABLE: &str = "ZUNDER_PROGRESS";

/// The tasks done and the hints seen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Progress {
    done: BTreeSet<String>,
    hints: BTreeMap<String, usize>,
}

impl Progress {
    /// What is kept. A file that is missing or damaged counts as a fresh start.
    pub(crate) fn load() -> Progress {
        file().map(|file| Progress::read(&file)).unwrap_or_default()
    }

    fn read(file: &Path) -> Progress {
        let text = fs::read_to_string(file).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
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

    /// Keeps that one more hint was seen, of so many, and says how many that are now.
    pub(crate) fn keep_hint(task: &str, of: usize) -> Result<usize> {
        let progress = change(|progress| {
            let seen = progress.hints.entry(task.to_owned()).or_default();
            *seen = (*seen + 1).min(of);
        })?;
        Ok(progress.hints.get(task).copied().unwrap_or(1))
    }
}

/// Reads, changes and writes the file, while no other kernel does.
fn change(change: impl FnOnce(&mut Progress)) -> Result<Progress> {
    let file = file()?;
    let cannot = |error: std::io::Error| Error::cannot_write(&file, &error);
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(cannot)?;
    }
    let lock = File::create(file.with_extension("lock")).map_err(cannot)?;
    lock.lock().map_err(cannot)?;
    let mut progress = Progress::read(&file);
    let before = progress.clone();
    change(&mut progress);
    if progress != before {
        write_whole(&file, serde_json::json!(progress).to_string().as_bytes())?;
    }
    Ok(progress)
}

fn file() -> Result<PathBuf> {
    match std::env::var_os(VARIABLE).filter(|file| !file.is_empty()) {
        Some(file) => Ok(PathBuf::from(file)),
        None => {
            let folder = dirs::data_local_dir().ok_or(DataProblem::NoFolder)?;
            Ok(folder.join("zunder/progress.json"))
        }
    }
}
