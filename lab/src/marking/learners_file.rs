//! Files that come from learners, who may still write where they lie.

use std::fs::File;
use std::io::Result;
use std::path::{Component, Path};

use rustix::fs::{Mode, OFlags, open as open_folder, openat};
use rustix::io::Errno;

/// Opens a file below `folder`, which no learner can put elsewhere; None where it is anything else, or a folder on the
/// way to it is. A link could lead to what is not the learner's, and may take the place of a file or of a folder
/// between a look at it and its opening: so each is opened inside the one before.
pub(crate) fn open(folder: &Path, file: &Path) -> Result<Option<File>> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC;
    let mut place = open_folder(folder, flags | OFlags::DIRECTORY, Mode::empty())?;
    let Ok(inside) = file.strip_prefix(folder) else { return Ok(None) };
    let mut parts = inside.components().peekable();
    while let Some(part) = parts.next() {
        let Component::Normal(name) = part else { return Ok(None) };
        let kind = if parts.peek().is_some() { OFlags::DIRECTORY } else { OFlags::NONBLOCK };
        place = match openat(&place, name, flags | OFlags::NOFOLLOW | kind, Mode::empty()) {
            Ok(next) => next,
            Err(Errno::LOOP | Errno::NOTDIR) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
    }
    let file = File::from(place);
    Ok(file.metadata()?.is_file().then_some(file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn only_what_is_a_file_is_opened() {
        let folder = tempfile::tempdir().expect("a folder");
        let [file, link] = ["file", "link"].map(|name| folder.path().join(name));
        std::fs::write(&file, "a").expect("a file");
        symlink(&file, &link).expect("a link");
        let open = |file: &Path| open(folder.path(), file);
        assert!(open(&file).is_ok_and(|file| file.is_some()));
        for other in [&link, folder.path(), Path::new("/etc/passwd"), &folder.path().join("..")] {
            assert!(open(other).is_ok_and(|file| file.is_none()), "{}", other.display());
        }
        assert!(open(&folder.path().join("nothing")).is_err());
    }

    #[test]
    fn no_link_in_the_place_of_a_folder_leads_elsewhere() {
        let [class, teacher] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
        std::fs::write(teacher.path().join("table.csv"), "secret").expect("a file");
        let [anna, data] = ["anna", "anna/data"].map(|name| class.path().join(name));
        std::fs::create_dir_all(&data).expect("a folder");
        std::fs::write(data.join("table.csv"), "own").expect("a file");
        let is_opened = || open(class.path(), &data.join("table.csv")).map(|file| file.is_some());
        assert!(is_opened().is_ok_and(|is| is));
        std::fs::remove_dir_all(&data).expect("it is there");
        symlink(teacher.path(), &data).expect("a link");
        assert!(is_opened().is_ok_and(|is| !is));
        std::fs::create_dir(teacher.path().join("data")).expect("a folder");
        std::fs::write(teacher.path().join("data/table.csv"), "secret").expect("a file");
        std::fs::remove_dir_all(&anna).expect("it is there");
        symlink(teacher.path(), &anna).expect("a link");
        assert!(is_opened().is_ok_and(|is| !is));
    }
}
