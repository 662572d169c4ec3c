//! Writing files whole or not at all, and opening what is a file.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use crate::base::error::{Error, Result};
use crate::base::language::either;

/// Opens a file for reading. What is none is refused before it is opened: to open a named pipe is to
/// wait for somebody who writes, and a device may never end.
pub fn open_file(path: &Path) -> io::Result<File> {
    let kind = fs::metadata(path)?.file_type();
    if kind.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    if !kind.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, NoFile));
    }
    File::open(path)
}

/// Stands for a pipe, a socket or a device.
#[derive(Debug)]
struct NoFile;

impl fmt::Display for NoFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(either(
            "it is no file, but a pipe or a device",
            "das ist keine Datei, sondern eine Pipe oder ein Gerät",
        ))
    }
}

impl std::error::Error for NoFile {}

/// Writes a file beside its place and moves it there, so that it is never half there: where that
/// fails, a file that was there before stays as it was.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    write_whole_with(path, |file| file.write_all(bytes))
}

/// The same for what is written piece by piece.
pub fn write_whole_with(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".zunder-");
    #[cfg(unix)]
    {
        // As other new files: readable for whom the user lets read.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let write = || {
        let mut file = builder.tempfile_in(folder)?;
        write(file.as_file_mut())?;
        // Some disks say only now that they are full.
        file.as_file().sync_all()?;
        file.persist(path).map_err(|problem| problem.error)?;
        Ok(())
    };
    write().map_err(|error| Error::cannot_write(path, &error))
}
