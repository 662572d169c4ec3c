//! The folder of an installation belongs to one who installs at a time: `cargo lab install`, or the installer of a pack,
//! which does the same in `installer.sh`.

use std::fs::{self, File};
use std::io::{ErrorKind, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::base::failure::{Explain, Result, fail};
use crate::base::files;
use crate::base::spoken::spoken;

/// In a folder that is being installed into: the number of the process that does it, and when that began, since numbers
/// come again. It stays where that process was killed, and a second try knows the folder by it.
pub(crate) const BEGUN: &str = ".zunder-is-being-installed";

/// A folder that nobody else installs into.
pub(crate) struct Claim(PathBuf);

impl Claim {
    /// Claims this folder; of two who try at once, one gets it.
    pub(crate) fn on(prefix: &Path) -> Result<Self> {
        files::create_folder(prefix)?;
        let file = prefix.join(BEGUN);
        let claimed = match File::create_new(&file) {
            Ok(mut mark) => mark.write_all(own_name().as_bytes()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                nobody_installs(prefix)?;
                take_over(&file)
            }
            Err(error) => Err(error),
        };
        // Somebody else may have been faster.
        if claimed.as_ref().is_err_and(|error| error.kind() == ErrorKind::AlreadyExists) {
            nobody_installs(prefix)?;
        }
        claimed.explain(|| spoken!("write {}", "{} zu schreiben", file.display()))?;
        Ok(Self(file))
    }

    /// All is there.
    pub(crate) fn end(self) -> Result<()> {
        files::remove(&self.0)
    }
}

/// Takes the folder over from one that was killed. Of two who do so at once, the second finds the first one's name: the
/// file stays the same one, and is written under a lock.
fn take_over(file: &Path) -> std::io::Result<()> {
    let mut mark = File::options().read(true).write(true).open(file)?;
    mark.lock()?;
    let own = own_name();
    if !is_at_work(std::io::read_to_string(&mark)?.trim()) {
        mark.rewind()?;
        mark.write_all(own.as_bytes())?;
        mark.set_len(own.len() as u64)?;
        // Meanwhile the folder may have become somebody else's, with a file of their own.
        if fs::read_to_string(file)? == own {
            return Ok(());
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Ends with a sentence where somebody is installing.
pub(crate) fn nobody_installs(prefix: &Path) -> Result<()> {
    if let Some(owner) = owner_at_work(prefix) {
        let process = owner.split(' ').next().unwrap_or_default();
        fail!(
            "somebody is installing into {} just now (process {process}): wait until that is done",
            "in {} wird gerade installiert (Prozess {process}): Warte, bis das fertig ist",
            prefix.display()
        );
    }
    Ok(())
}

/// Removes what one has left who was killed. One who is at work is asking for it, and goes on.
pub(crate) fn remove_abandoned(prefix: &Path) -> Result<()> {
    let file = prefix.join(BEGUN);
    let is_abandoned = file.exists() && owner_at_work(prefix).is_none();
    if is_abandoned { files::remove(&file) } else { Ok(()) }
}

fn owner_at_work(prefix: &Path) -> Option<String> {
    let read = || fs::read_to_string(prefix.join(BEGUN)).ok();
    let mut owner = read()?;
    if owner.is_empty() {
        std::thread::sleep(Duration::from_secs(1)); // it may have been made just now
        owner = read()?;
    }
    Some(owner.trim().to_owned()).filter(|owner| is_at_work(owner))
}

/// What this process writes into a folder that it claims.
fn own_name() -> String {
    let number = std::process::id();
    start_of(number).map_or_else(|| format!("{number}"), |start| format!("{number} {start}"))
}

/// Whether the process that wrote this still runs. An earlier version wrote its number only.
fn is_at_work(owner: &str) -> bool {
    let (number, start) = owner.split_once(' ').unwrap_or((owner, ""));
    let now = number.parse().ok().and_then(start_of);
    now.is_some_and(|now| start.is_empty() || now == start)
}

/// When a process began, in the system's own count; none where it does not run, or there is no /proc.
fn start_of(process: u32) -> Option<String> {
    let said = fs::read(format!("/proc/{process}/stat")).ok()?;
    let said = String::from_utf8_lossy(&said);
    // Behind the program's name, in which anything may be.
    let (_, rest) = said.rsplit_once(") ")?;
    rest.split(' ').nth(19).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn of_two_who_install_at_once_one_gets_the_folder() -> Result<()> {
        let folder = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let prefix = folder.path().join("opt");
        let claim = Claim::on(&prefix)?;
        let refusal = Claim::on(&prefix).err().expect("it is claimed").to_string();
        assert!(refusal.starts_with("somebody is installing into"), "{refusal}");
        claim.end()?;
        Claim::on(&prefix)?; // and it is killed
        files::write(&prefix.join(BEGUN), format!("{} 1", std::process::id()))?;
        Claim::on(&prefix)?.end()?;
        assert!(fs::read_dir(&prefix).is_ok_and(|mut left| left.next().is_none()));
        Ok(())
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn of_two_who_take_over_from_one_that_was_killed_one_gets_the_folder() -> Result<()> {
        let folder = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let start = std::sync::Barrier::new(4);
        for _ in 0..50 {
            files::write(&folder.path().join(BEGUN), "4000000 1")?;
            let claims = std::thread::scope(|scope| {
                let claim = || {
                    start.wait();
                    Claim::on(folder.path()).is_ok()
                };
                let all: Vec<_> = (0..4).map(|_| scope.spawn(claim)).collect();
                all.into_iter().filter_map(|one| one.join().ok().filter(|got| *got)).count()
            });
            assert_eq!(claims, 1);
        }
        Ok(())
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_number_that_came_again_is_somebody_else() {
        let own = own_name();
        let number = std::process::id().to_string();
        assert!(own.starts_with(&format!("{number} ")) && is_at_work(&own), "{own}");
        assert!(is_at_work(&number), "as an earlier version wrote it");
        let others = [format!("{own}0"), u32::MAX.to_string(), String::new(), "half".to_owned()];
        assert_eq!(others.iter().find(|owner| is_at_work(owner)), None);
    }
}
