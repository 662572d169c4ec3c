//! Writing files whole or not at all.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use crate::base::error::{Error, Result};

/// Writes a file beside its place and moves it there, so that it is never half there: where that
/// fails, a file that was there before stays as it was.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    write_whole_with(path, |file| file.write_all(bytes))
}

/// The same for what is written piece by piece.
pub(crate) fn write_whole_with(
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
