//! Fetches a package of Debian or Ubuntu that holds the files, and takes them out without
//! installing it: no administrator is needed.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;

use crate::base::data_problem::SourceProblem;
use crate::base::error::Result;
use crate::load::cache::{self, KeepError};
use crate::load::dataset::DataFile;
use crate::load::progress::Progress;

/// apt-get is ended when it takes longer.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// A package that holds the files compressed (`.gz`).
pub(crate) struct DebianPackage {
    name: &'static str,
    /// The folder in the package that holds the files.
    folder: &'static str,
    apt_get: &'static str,
    longest: Duration,
}

impl DebianPackage {
    pub(super) const fn new(name: &'static str, folder: &'static str) -> Self {
        DebianPackage { name, folder, apt_get: "apt-get", longest: LONGEST }
    }

    #[cfg(test)]
    pub(super) const fn with_client(self, apt_get: &'static str, longest: Duration) -> Self {
        DebianPackage { apt_get, longest, ..self }
    }

    /// Fetches the package, takes the wanted files out and strikes off each one that was there.
    ///
    /// It does not matter if this is another system, without apt-get.
    pub(super) fn fetch(
        &self,
        folder: &Path,
        wanted: &mut Vec<&DataFile>,
        progress: &mut Progress,
    ) -> Result<(), KeepError> {
        let place = cache::unfinished_folder(folder)?;
        let log = place.path().join("apt.log");
        let mut command = Command::new(self.apt_get);
        command
            .args(["download", "--quiet", self.name])
            .current_dir(place.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).map_err(KeepError::Disk)?);
        let apt_get = match command.spawn() {
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
            started => started.map_err(|e| failed(&e))?,
        };
        progress.say(&format!("  {self}"));
        let is_done = self.wait(apt_get, progress)?;
        match package_in(place.path())? {
            Some(package) if is_done => self.unpack(&package, folder, wanted, progress)?,
            _ => return Err(apt_problem(&fs::read_to_string(log).unwrap_or_default())),
        }
        match wanted.first() {
            None => Ok(()),
            Some(file) => Err(SourceProblem::NotInPackage { file: file.name }.into()),
        }
    }

    /// Whether it ended well.
    fn wait(&self, apt_get: Child, progress: &mut Progress) -> Result<bool, KeepError> {
        let mut apt_get = EndedWhenDropped(apt_get);
        let start = Instant::now();
        loop {
            let ended = apt_get.0.try_wait().map_err(|e| failed(&e))?;
            if progress.is_stopped() {
                return Err(KeepError::Stopped); // its signal ends apt-get, too
            }
            if let Some(status) = ended {
                return Ok(status.success());
            }
            if start.elapsed() > self.longest {
                let seconds = self.longest.as_secs();
                let reason = format!("apt-get took longer than {seconds} s");
                return Err(SourceProblem::NoAnswer { reason }.into());
            }
            thread::sleep(Duration::from_millis(20));
            progress.tick(|| format!("  apt-get: {} s", start.elapsed().as_secs()));
        }
    }

    fn unpack(
        &self,
        package: &Path,
        folder: &Path,
        wanted: &mut Vec<&DataFile>,
        progress: &mut Progress,
    ) -> Result<(), KeepError> {
        let mut command = Command::new("dpkg-deb");
        command.arg("--fsys-tarfile").arg(package).stdin(Stdio::null());
        let command = command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut dpkg = EndedWhenDropped(command.spawn().map_err(|e| failed(&e))?);
        let Some(stdout) = dpkg.0.stdout.take() else { return Ok(()) };
        let mut archive = tar::Archive::new(stdout);
        for entry in archive.entries().map_err(|e| failed(&e))? {
            let entry = entry.map_err(|e| failed(&e))?;
            let path = entry.path().map_err(|e| failed(&e))?.into_owned();
            let is_it = |file: &&DataFile| {
                let inside = Path::new(self.folder).join(format!("{}.gz", file.name));
                path.strip_prefix(".").unwrap_or(&path) == inside
            };
            if let Some(position) = wanted.iter().position(is_it) {
                cache::keep(folder, wanted[position], GzDecoder::new(entry), progress)?;
                wanted.remove(position);
            }
        }
        Ok(())
    }
}

impl fmt::Display for DebianPackage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "apt-get download {}", self.name)
    }
}

/// A program that must not outlive its work, however that ends.
struct EndedWhenDropped(Child);

impl Drop for EndedWhenDropped {
    fn drop(&mut self) {
        // It may have ended by itself: that is all right too.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn package_in(place: &Path) -> Result<Option<PathBuf>, KeepError> {
    let entries = fs::read_dir(place).map_err(KeepError::Disk)?.flatten();
    let mut paths = entries.map(|entry| entry.path());
    Ok(paths.find(|path| path.extension().is_some_and(|extension| extension == "deb")))
}

fn failed(error: &io::Error) -> KeepError {
    SourceProblem::NoAnswer { reason: error.to_string() }.into()
}

/// A full disk is not apt-get's fault; otherwise its first line with an error says what happened.
fn apt_problem(said: &str) -> KeepError {
    if said.contains("No space left") {
        return KeepError::Disk(io::Error::from(ErrorKind::StorageFull));
    }
    let reason = said.lines().find_map(|line| line.strip_prefix("E: ")).unwrap_or("apt-get failed");
    SourceProblem::NoAnswer { reason: reason.to_owned() }.into()
}
