//! The private folder of a hand-in: how much lies in it, and how it goes away, whatever was made there.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::base::failure::{Result, fail};
use crate::base::plain;

/// What lies in a folder.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Content {
    /// Bytes on the disk; a file with several names counts once.
    pub(crate) bytes: u64,
    /// Files and folders.
    pub(crate) entries: u64,
    /// Something lies deeper than any path can name, and could not be counted.
    pub(crate) is_too_deep: bool,
}

/// Looks at all that lies in a folder. One folder is open at a time, however deep they lie in each
/// other: a learner decides about that.
pub(crate) fn content(folder: &Path) -> Content {
    use std::os::unix::fs::MetadataExt;
    let mut content = Content::default();
    let mut seen = HashSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(problem) => {
                content.is_too_deep |= problem.raw_os_error() == Some(NAME_TOO_LONG);
                continue;
            }
        };
        for entry in entries.flatten() {
            content.entries += 1;
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            match entry.metadata() {
                Ok(_) if is_folder => folders.push(entry.path()),
                Ok(data) if seen.insert((data.dev(), data.ino())) => {
                    content.bytes += data.blocks() * 512;
                }
                _ => {}
            }
        }
    }
    content
}

/// `ENAMETOOLONG`, which std has no stable name for.
const NAME_TOO_LONG: i32 = rustix::io::Errno::NAMETOOLONG.raw_os_error();

/// Removes a folder once all programs that wrote into it are ended. std's own way keeps a file open
/// for each level and stops at folders that may not be read; what is left then is `rm`'s part.
pub(crate) fn remove(folder: &Path) -> Result<()> {
    for _ in 0..20 {
        if fs::remove_dir_all(folder).is_ok() || is_gone(folder) {
            return Ok(());
        }
        let quietly = |program: &str, options: &[&str]| {
            let mut command = Command::new(program);
            command.args(options).arg("--").arg(folder);
            let _ =
                command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        };
        quietly("chmod", &["-R", "u+rwx"]);
        quietly("rm", &["-rf"]);
        if is_gone(folder) {
            return Ok(());
        }
        // A process that has just been killed may still have a file open where that counts.
        std::thread::sleep(Duration::from_millis(100));
    }
    fail!(
        "the folder {} could not be removed",
        "der Ordner {} ließ sich nicht entfernen",
        folder.display()
    )
}

fn is_gone(folder: &Path) -> bool {
    matches!(folder.symlink_metadata(), Err(problem) if problem.kind() == std::io::ErrorKind::NotFound)
}

/// A new folder that only this user may enter.
pub(crate) fn create() -> std::io::Result<PathBuf> {
    let place = plain::temporary_folder(); // the kernel works there
    tempfile::Builder::new().prefix("zunder-mark-").tempdir_in(place)?.keep().canonicalize()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::DirBuilderExt;

    /// Folders in folders, made from inside, so that no path is too long to make them.
    fn dig(folder: &Path, depth: usize) {
        use rustix::fs::{Mode, OFlags, mkdirat, openat};
        let mut inside = rustix::fd::OwnedFd::from(fs::File::open(folder).expect("a folder"));
        for _ in 0..depth {
            mkdirat(&inside, "a", Mode::RWXU).expect("a folder");
            inside = openat(&inside, "a", OFlags::DIRECTORY, Mode::empty()).expect("a folder");
        }
    }

    #[test]
    fn no_folder_is_too_deep_to_be_counted_and_removed() {
        let folder = create().expect("a folder");
        dig(&folder, 1_100);
        fs::write(folder.join("a/file"), [7; 10_000]).expect("a file");
        fs::hard_link(folder.join("a/file"), folder.join("a/link")).expect("a link");
        let found = content(&folder);
        assert_eq!((found.entries, found.is_too_deep), (1_102, false));
        assert!((10_000..50_000).contains(&found.bytes), "{found:?}");
        let deep = folder.join("b");
        fs::create_dir(&deep).expect("a folder");
        dig(&deep, 4_000);
        assert!(content(&folder).is_too_deep);
        remove(&folder).expect("it can be removed");
        assert!(!folder.exists());
    }

    #[test]
    fn a_folder_that_may_not_be_read_is_removed() {
        let folder = create().expect("a folder");
        let closed = folder.join("closed");
        fs::DirBuilder::new().mode(0o700).create(&closed).expect("a folder");
        fs::write(closed.join("file"), "x").expect("a file");
        fs::set_permissions(&closed, std::os::unix::fs::PermissionsExt::from_mode(0o300))
            .expect("rights");
        remove(&folder).expect("it can be removed");
        assert!(!folder.exists());
    }
}
