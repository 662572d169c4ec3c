//! Files that come from learners, who may still write where they lie.

use std::fs::File;
use std::io::Result;
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

/// Opens a file; None where it is anything else. A link could lead to what is not the learner's, and may take the
/// place of a file between a look at it and its opening.
pub(crate) fn open(file: &Path) -> Result<Option<File>> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = match rustix::fs::open(file, flags, Mode::empty()) {
        Ok(file) => File::from(file),
        Err(Errno::LOOP) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    Ok(file.metadata()?.is_file().then_some(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_a_file_is_opened() {
        let folder = tempfile::tempdir().expect("a folder");
        let [file, link] = ["file", "link"].map(|name| folder.path().join(name));
        std::fs::write(&file, "a").expect("a file");
        std::os::unix::fs::symlink(&file, &link).expect("a link");
        assert!(open(&file).is_ok_and(|file| file.is_some()));
        for other in [&link, folder.path()] {
            assert!(open(other).is_ok_and(|file| file.is_none()), "{}", other.display());
        }
        assert!(open(&folder.path().join("nothing")).is_err());
    }
}
