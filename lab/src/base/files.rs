//! Small helpers for files: whole-file writes, locks, hard-linked copies, sizes.

use std::collections::HashSet;
use std::fs::{self, DirEntry, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::base::failure::{Explain, Result, fail};
use crate::base::spoken::spoken;

/// Creates a folder and its parents.
pub(crate) fn create_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)
        .explain(|| spoken!("create the folder {}", "den Ordner {} anzulegen", folder.display()))
}

/// Creates a folder that only its owner may look into.
pub(crate) fn create_private_folder(folder: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let create = || {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
    };
    create()
        .explain(|| spoken!("create the folder {}", "den Ordner {} anzulegen", folder.display()))
}

/// The same for a folder that is new; what somebody has opened to others stays so.
pub(crate) fn private_unless_there(folder: &Path) -> Result<()> {
    if folder.is_dir() { Ok(()) } else { create_private_folder(folder) }
}

/// Writes a file in one go: a reader sees the old content or the new, never half of it.
pub(crate) fn write(file: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    write_with_mode(file, content.as_ref(), 0o666)
}

/// Writes a file that only its owner may read.
pub(crate) fn write_private(file: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    write_with_mode(file, content.as_ref(), 0o600)
}

/// Writes a file that can be run.
pub(crate) fn write_program(file: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    write_with_mode(file, content.as_ref(), 0o777)
}

/// The user's umask takes away from `mode` as usual.
fn write_with_mode(file: &Path, content: &[u8], mode: u32) -> Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    create_folder(folder)?;
    let write = || {
        let mut beside = tempfile::Builder::new()
            .prefix(".new-")
            .permissions(fs::Permissions::from_mode(mode))
            .tempfile_in(folder)?;
        io::Write::write_all(&mut beside, content)?;
        beside.persist(file).map_err(|error| error.error)?;
        Ok::<_, io::Error>(())
    };
    write().explain(|| spoken!("write {}", "{} zu schreiben", file.display()))
}

/// What is in a file.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).explain(|| spoken!("read {}", "{} zu lesen", file.display()))
}

/// What is in a file of text.
pub(crate) fn read_text(file: &Path) -> Result<String> {
    fs::read_to_string(file).explain(|| spoken!("read {}", "{} zu lesen", file.display()))
}

/// What is in a folder.
pub(crate) fn entries(folder: &Path) -> Result<impl Iterator<Item = DirEntry>> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    entries
        .map(Vec::into_iter)
        .explain(|| spoken!("list {}", "den Ordner {} zu lesen", folder.display()))
}

/// Removes a file.
pub(crate) fn remove(file: &Path) -> Result<()> {
    fs::remove_file(file).explain(|| spoken!("remove {}", "{} zu entfernen", file.display()))
}

/// Removes a folder and all in it; one that is not there is fine.
pub(crate) fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed.explain(|| spoken!("remove {}", "{} zu entfernen", folder.display())),
    }
}

/// The SHA-256 of a text or of bytes, as hexadecimal digits.
pub(crate) fn hash(content: impl AsRef<[u8]>) -> String {
    hex(Sha256::digest(content))
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The SHA-256 of a file; a file that is not there has an own value.
pub(crate) fn hash_file(file: &Path) -> String {
    fs::read(file).map_or_else(|_| "missing".to_owned(), hash)
}

/// The real path of a folder that may not be there yet, and that of what is there of it.
pub(crate) fn real_path(folder: &Path) -> Result<(PathBuf, PathBuf)> {
    let folder = std::path::absolute(folder)
        .explain(|| spoken!("find the folder", "den Ordner zu finden"))?;
    let there =
        folder.ancestors().find_map(|above| above.canonicalize().ok().map(|real| (above, real)));
    let Some((above, real)) = there else {
        fail!("there is no {}", "{} gibt es nicht", folder.display())
    };
    // Joined with nothing, a path would end in a slash.
    let rest = folder.strip_prefix(above).unwrap_or(&folder);
    Ok((real.components().chain(rest.components()).collect(), real))
}

/// All files below a folder with this ending.
pub(crate) fn with_ending(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in entries(folder)? {
        let path = entry.path();
        if path.is_dir() {
            found.extend(with_ending(&path, ending)?);
        } else if path.extension().is_some_and(|own| own == ending) {
            found.push(path);
        }
    }
    Ok(found)
}

/// Opens a lock file. The lock itself is taken with the methods of [`File`], and the system
/// drops it when the process ends in whatever way. Whoever can open it can keep it, so only those can who may
/// write into its folder.
pub(crate) fn lock_file(file: &Path) -> Result<File> {
    let folder = file.parent().unwrap_or(Path::new("."));
    create_folder(folder)?;
    let open = || {
        let others = folder.metadata()?.mode() & 0o022;
        let mode = 0o600 | others | others << 1;
        let lock = File::options().create(true).read(true).append(true).mode(mode).open(file)?;
        let now = lock.metadata()?.mode() & 0o777;
        if now & mode != now {
            // Made by an earlier version; if it is another user's, it stays as it is.
            let _ = lock.set_permissions(fs::Permissions::from_mode(now & mode));
        }
        Ok::<_, io::Error>(lock)
    };
    open().explain(|| spoken!("open the lock {}", "die Sperre {} zu öffnen", file.display()))
}

/// Waits until nobody else holds this lock; `waiting` is told if that takes a while. Whoever held it may have removed
/// the file: then it is another one that keeps others out.
pub(crate) fn lock_exclusively(file: &Path, waiting: impl FnOnce()) -> Result<File> {
    let mut waiting = Some(waiting);
    loop {
        let lock = lock_file(file)?;
        if lock.try_lock().is_err() {
            if let Some(waiting) = waiting.take() {
                waiting();
            }
            lock.lock().explain(|| spoken!("lock {}", "{} zu sperren", file.display()))?;
        }
        let number = |data: fs::Metadata| (data.dev(), data.ino());
        if lock.metadata().map(number).ok() == file.metadata().map(number).ok() {
            return Ok(lock);
        }
    }
}

/// A copy of `from` that costs neither time nor space where the file system has hard links, for good: it
/// stays what it is whatever becomes of `from`.
pub(crate) fn link_or_copy(from: &Path, to: &Path) -> Result<()> {
    match fs::hard_link(from, to) {
        // It may be the same file, which a copy would empty.
        Err(problem) if problem.kind() != ErrorKind::AlreadyExists => copy(from, to),
        linked => linked.explain(|| {
            spoken!(
                "link {} to {}",
                "den Verweis {1} auf {0} anzulegen",
                from.display(),
                to.display()
            )
        }),
    }
}

/// The same of a file of another user, to whom Linux lets nobody make hard links: a symbolic link, where
/// this user cannot write through it.
pub(crate) fn share(from: &Path, to: &Path) -> Result<()> {
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    if is_writable(from) {
        return link_or_copy(from, to);
    }
    std::os::unix::fs::symlink(from, to).explain(|| {
        spoken!("link {} to {}", "den Verweis {1} auf {0} anzulegen", from.display(), to.display())
    })
}

/// Whether this user may write there.
pub(crate) fn is_writable(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok()
}

/// A copy with the time of the original, which is what cargo compares.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    let copy = || {
        fs::copy(from, to)?;
        let time = fs::metadata(from)?.modified()?;
        File::options().write(true).open(to)?.set_modified(time)
    };
    copy().explain(|| {
        spoken!("copy {} to {}", "{} nach {} zu kopieren", from.display(), to.display())
    })
}

/// Copies a folder. Files for which `may_link` holds are hard-linked, and folders are named by a symbolic link.
pub(crate) fn copy_tree(from: &Path, to: &Path, may_link: fn(&Path) -> bool) -> Result<()> {
    create_folder(to)?;
    for entry in entries(from)? {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry
            .file_type()
            .explain(|| spoken!("look at {}", "nach {} zu sehen", source.display()))?;
        if kind.is_dir() && may_link(&source) {
            std::os::unix::fs::symlink(&source, &target)
                .explain(|| spoken!("link {}", "den Verweis {} anzulegen", target.display()))?;
        } else if kind.is_dir() {
            copy_tree(&source, &target, may_link)?;
        } else if may_link(&source) {
            share(&source, &target)?;
        } else {
            copy(&source, &target)?;
        }
    }
    Ok(())
}

/// The bytes that a user may still write to the disk of a folder.
pub(crate) fn free_bytes(folder: &Path) -> Result<u64> {
    let system = rustix::fs::statvfs(folder)
        .explain(|| spoken!("look at the disk", "nach dem Platz auf der Platte zu sehen"))?;
    Ok(system.f_bavail * system.f_frsize)
}

/// The bytes that a folder takes on the disk; a file with several names in it counts once.
pub(crate) fn disk_use(path: &Path) -> u64 {
    fn add(path: &Path, seen: &mut HashSet<(u64, u64)>) -> u64 {
        let Ok(data) = path.symlink_metadata() else { return 0 };
        if !data.is_dir() {
            return if seen.insert((data.dev(), data.ino())) { data.blocks() * 512 } else { 0 };
        }
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        entries.map(|entry| add(&entry.path(), seen)).sum()
    }
    add(path, &mut HashSet::new())
}

/// A size for people.
pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}

#[cfg(test)]
mod tests;
