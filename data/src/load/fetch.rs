//! Brings the files of a data set: from this machine if they are there, else from its sources.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;

use crate::base::data_problem::DataProblem;
use crate::base::error::Result;
use crate::base::file_problem::system_says;
use crate::base::files::open_if_there;
use crate::base::language::either;
use crate::base::numbers::size;
use crate::base::phrase::{Phrase, phrase, told};
use crate::base::progress::Progress;
use crate::load::cache::{self, KeepError, State};
use crate::load::dataset::{DataFile, Dataset, Source};
use crate::load::download;

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
    let _lock = cache::lock(dataset.name, folder, progress).map_err(cannot_keep)?;

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

    let mut failures = Failures { all: Vec::new(), progress };
    // What was put there by hand comes first.
    fetch_from_folder(folder, folder, &mut wanted, &mut failures).map_err(cannot_keep)?;
    for source in dataset.sources {
        if wanted.is_empty() || failures.progress.is_stopped() {
            break;
        }
        let outcome = match source {
            Source::Folder(path) => {
                fetch_from_folder(Path::new(path), folder, &mut wanted, &mut failures)
            }
            Source::Mirror(mirror) => {
                let outcome = download::fetch(mirror, folder, &mut wanted, failures.progress);
                failures.note(outcome, mirror.host())
            }
        };
        outcome.map_err(cannot_keep)?;
    }
    let Failures { all: failures, progress } = failures;
    if !wanted.is_empty() {
        let dataset = dataset.name;
        progress.check(|| phrase!("fetching {dataset}", "das Laden von {dataset}"))?;
        return Err(DataProblem::NotFetched {
            dataset,
            folder: folder.to_owned(),
            missing: wanted.iter().map(|file| file.name).collect(),
            damaged,
            failures,
        }
        .into());
    }
    let (name, folder) = (dataset.name, folder.display());
    progress.say(&told!(
        "{name} is complete and checked: from now on it is read from {folder}",
        "{name} ist vollständig und geprüft: Ab jetzt wird es aus {folder} gelesen"
    ));
    Ok(())
}

fn announce(
    dataset: &Dataset,
    folder: &Path,
    damaged: &[(PathBuf, Phrase)],
    progress: &mut Progress,
) {
    for (path, damage) in damaged {
        let path = path.display();
        progress.say(&told!(
            "{path} is damaged ({damage}): fetching it anew",
            "{path} ist beschädigt ({damage}) und wird neu geladen"
        ));
    }
    if damaged.is_empty() {
        let (name, folder, size) = (dataset.name, folder.display(), size(dataset.num_bytes()));
        progress.say(&told!(
            "{name} is fetched once, into {folder} ({size})",
            "{name} wird einmal geladen, nach {folder} ({size})"
        ));
    }
}

/// What the sources answered that failed.
struct Failures<'a, 'b> {
    all: Vec<Phrase>,
    progress: &'a mut Progress<'b>,
}

impl Failures<'_, '_> {
    /// A source that fails is noted, and the next one is asked; a disk that fails ends the work.
    fn note(&mut self, outcome: Result<(), KeepError>, source: &str) -> io::Result<()> {
        match outcome {
            Ok(()) => Ok(()),
            Err(KeepError::Disk(error)) => Err(error),
            Err(KeepError::Stopped) => Ok(()), // `fetch` sees to it
            Err(KeepError::Source(problem)) => {
                let failure = phrase!("{source}: {problem}", "{source}: {problem}");
                self.progress.say(&format!("  {failure}"));
                self.all.push(failure);
                Ok(())
            }
        }
    }
}

/// Unpacks those of the wanted files that lie in a folder as `.gz`. One that is damaged does not keep
/// the others from being unpacked.
fn fetch_from_folder(
    from: &Path,
    folder: &Path,
    wanted: &mut Vec<&DataFile>,
    failures: &mut Failures,
) -> io::Result<()> {
    for file in wanted.clone() {
        if failures.progress.is_stopped() {
            return Ok(());
        }
        let outcome = unpack(from, folder, file, failures.progress);
        if matches!(outcome, Ok(true)) {
            wanted.retain(|other| other.name != file.name);
        }
        failures.note(outcome.map(|_| ()), &from.display().to_string())?;
    }
    Ok(())
}

/// Whether the file was there.
fn unpack(
    from: &Path,
    folder: &Path,
    file: &DataFile,
    progress: &mut Progress,
) -> Result<bool, KeepError> {
    let opened = open_if_there(&from.join(format!("{}.gz", file.name)));
    let cannot_read = |e: io::Error| KeepError::Source(cache::broken_off(file.name, &e));
    let Some(compressed) = opened.map_err(cannot_read)? else { return Ok(false) };
    let unpacking = either("unpacking it from", "wird ausgepackt aus");
    progress.say(&format!("  {}.gz: {unpacking} {}", file.name, from.display()));
    cache::keep(folder, file, GzDecoder::new(compressed), progress)?;
    Ok(true)
}
