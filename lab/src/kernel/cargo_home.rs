//! cargo's home inside kernels: one of their own, so that no kernel waits at its start until another cargo,
//! which has the packages locked for a build or a download, is done.
//!
//! The user's settings hold there too (a mirror, a proxy); what is downloaded is kept apart.

use std::fs;
use std::path::Path;

use crate::base::failure::{Explain, Result};
use crate::base::files;
use crate::base::spoken::spoken;
use crate::base::tools;

const SETTINGS: [&str; 3] = ["config.toml", "config", "credentials.toml"];

/// Makes the folder, with links to the user's settings.
pub(crate) fn prepare(home: &Path) -> Result<()> {
    files::create_folder(home)?;
    let Some(users) = tools::cargo_home().filter(|users| users != home) else { return Ok(()) };
    for name in SETTINGS {
        link(&users.join(name), &home.join(name)).explain(|| {
            spoken!(
                "link cargo's {name} into {}",
                "in {} den Verweis auf {name} von cargo anzulegen",
                home.display()
            )
        })?;
    }
    Ok(())
}

/// Another kernel may do the same at this moment.
fn link(from: &Path, to: &Path) -> std::io::Result<()> {
    let is_there = from.is_file();
    if fs::read_link(to).ok().as_deref() == is_there.then_some(from) {
        return Ok(());
    }
    match fs::remove_file(to) {
        Err(problem) if problem.kind() != std::io::ErrorKind::NotFound => return Err(problem),
        _ if !is_there => return Ok(()),
        _ => {}
    }
    match std::os::unix::fs::symlink(from, to) {
        Err(problem) if problem.kind() != std::io::ErrorKind::AlreadyExists => Err(problem),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_settings_come_and_go() -> Result<()> {
        let around = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let (users, own) = (around.path().join("users/config.toml"), around.path().join("own"));
        files::create_folder(&own)?;
        let own = own.join("config.toml");
        let says = || {
            link(&users, &own).explain(|| "link".to_owned())?;
            Ok::<_, crate::base::failure::Failure>(fs::read_to_string(&own).ok())
        };
        assert_eq!(says()?, None);
        files::write(&users, "[net]")?;
        assert_eq!(says()?.as_deref(), Some("[net]"));
        files::write(&users, "[http]")?;
        assert_eq!(says()?.as_deref(), Some("[http]"));
        fs::remove_file(&users).explain(|| "remove it".to_owned())?;
        assert_eq!(says()?, None);
        assert!(own.symlink_metadata().is_err(), "a link to nothing is left");
        Ok(())
    }
}
