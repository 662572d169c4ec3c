//! Writing files whole or not at all, and opening what is a file.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use crate::base::error::{Error, Result};
use crate::base::file_problem::{FileProblem, folder_of, windows_path};
use crate::base::memory::check;
use crate::base::phrase::{Phrase, phrase};
use crate::base::too_large::Large;

/// Opens a file for reading. What is none is refused before it is opened: to open a named pipe is to
/// wait for somebody who writes, and a device may never end.
pub fn open_file(path: &Path) -> io::Result<File> {
    check_is_file(&fs::metadata(path)?)?;
    File::open(path)
}

/// The same where it need not be there. Where a folder on the way is a file, it is not there either: the attempt
/// to write into that tells.
pub(crate) fn open_if_there(path: &Path) -> io::Result<Option<File>> {
    match open_file(path) {
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        opened => opened.map(Some),
    }
}

fn check_is_file(found: &fs::Metadata) -> io::Result<()> {
    match found {
        found if found.is_dir() => Err(ErrorKind::IsADirectory.into()),
        found if !found.is_file() => Err(ErrorKind::NotSeekable.into()),
        _ => Ok(()),
    }
}

/// All bytes of a file, if the memory holds them; `remedy` says what to do where it does not.
pub(crate) fn read_whole(path: &Path, remedy: Phrase) -> Result<Vec<u8>> {
    let cannot_read = |error: io::Error| Error::cannot_read(path, &error);
    let file = open_file(path).map_err(cannot_read)?;
    let length = file.metadata().map_err(cannot_read)?.len();
    check(Some(length), || Large::File { path: path.display().to_string(), remedy })?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes).map_err(cannot_read)?;
    Ok(bytes)
}

/// Refuses to write at a path of Windows: elsewhere it would be the name of a file in a folder that nobody
/// has meant.
pub fn check_place(path: &Path) -> Result<()> {
    match windows_path(path).filter(|_| !cfg!(windows)) {
        Some(reason) => Err(FileProblem::CannotWrite { path: path.to_owned(), reason }.into()),
        None => Ok(()),
    }
}

/// Whether a name ends in one of these, in large or small letters.
pub fn ends_in(path: &Path, endings: &str) -> bool {
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    endings.split(' ').any(|known| ending == known)
}

/// Refuses to write a model under a name by which others would take it for one of Keras, PyTorch or ONNX, or that is the
/// name of a picture, a table or a text: one that is there would be gone.
pub fn check_name_of_model(path: &Path) -> Result<()> {
    let foreign =
        "keras h5 hdf5 pt pth onnx png jpg jpeg svg csv tsv txt md ipynb rs toml json pdf";
    if !ends_in(path, foreign) {
        return Ok(());
    }
    let expected = phrase!(
        "one that ends in .safetensors: so models are saved here, and Python reads that as well",
        "einer, der auf .safetensors endet: So werden Modelle hier gespeichert, und auch Python liest das"
    );
    Err(Error::bad_file_name(path, expected))
}

/// Says before a long work that a file cannot be written there: its folder is none, or the path is that
/// of a folder, a pipe or a device.
pub fn check_folder_of(path: &Path) -> Result<()> {
    check_place(path)?;
    let cannot = |problem: io::Error| Err(Error::cannot_write(path, &problem));
    if let Some(Err(problem)) = fs::metadata(path).ok().as_ref().map(check_is_file) {
        return cannot(problem);
    }
    match folder_of(path).map(fs::metadata) {
        Some(Err(problem)) => cannot(problem),
        Some(Ok(found)) if !found.is_dir() => cannot(io::ErrorKind::NotADirectory.into()),
        _ => Ok(()),
    }
}

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
    check_place(path)?;
    let cannot = |problem: io::Error| Error::cannot_write(path, &problem);
    if let Ok(found) = fs::metadata(path) {
        // A pipe or a device would be gone, with a file in its place.
        check_is_file(&found).map_err(cannot)?;
        if found.permissions().readonly() {
            return Err(cannot(ErrorKind::PermissionDenied.into()));
        }
    }
    let whole = fs::canonicalize(path); // through a link
    let path = whole.as_deref().unwrap_or(path);
    let folder = folder_of(path).unwrap_or(Path::new("."));
    let write = || {
        // Its error names a file that nobody has asked for.
        let mut file =
            unfinished(folder, ".zunder-").map_err(|error| io::Error::from(error.kind()))?;
        write(file.as_file_mut())?;
        // Some disks say only now that they are full.
        file.as_file().sync_all()?;
        file.persist(path).map_err(|problem| problem.error)?;
        Ok(())
    };
    write().map_err(cannot)
}

/// A file that gets its name when it is whole. As other new ones it is readable for whom the user lets read.
pub(crate) fn unfinished(folder: &Path, prefix: &str) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::in_german;

    #[test]
    fn what_cannot_be_written_says_why_and_names_no_other_file() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().join("nix").display().to_string();
        let (path, blocked) = (format!("{name}/a.svg"), folder.path().join("file"));
        fs::write(&blocked, "").unwrap();
        let said = |path: &Path| write_whole(path, b"").unwrap_err();
        let missing = said(Path::new(&path));
        assert_eq!(
            missing.to_string(),
            format!(
                "cannot write {path}: there is no folder {name}: make it first, \
                 std::fs::create_dir_all({name:?})?"
            )
        );
        assert!(in_german(|| missing.to_string()).contains("gibt es nicht: Leg ihn zuerst an"));
        let tilde = said(Path::new("~/nix/a.svg")).to_string();
        let whole = "~ is not understood here, write the whole path";
        assert_eq!(tilde, format!("cannot write ~/nix/a.svg: {whole}"));
        for (path, there) in [
            ("C:\\temp\\a.svg", "that is a path of Windows; in WSL it is /mnt/c/temp/a.svg"),
            ("temp\\a.svg", "\\ divides no folders here, write temp/a.svg"),
        ] {
            let refused = said(Path::new(path)).to_string();
            assert_eq!(refused, format!("cannot write {path}: {there}"));
        }
        let long = said(Path::new(&"a".repeat(5_000))).to_string();
        assert!(long.starts_with("cannot write aaa") && long.len() < 500, "{long}");
        let unnamed = said(Path::new("")).to_string();
        assert_eq!(unnamed, "cannot write \"\": the name of the file is missing");
        let blocked = said(&blocked.join("a.svg")).to_string();
        let way_out = "not a directory; check which part of the path is a file";
        assert!(blocked.ends_with(way_out) && !blocked.contains(".zunder-"), "{blocked}");
        // A folder that has the name of the file is there.
        let taken = said(folder.path()).to_string();
        assert!(taken.ends_with("is a directory; write the name of a file behind it"), "{taken}");
        for place in [folder.path().to_owned(), folder.path().join("file/a.svg")] {
            assert_eq!(check_folder_of(&place).unwrap_err().to_string(), said(&place).to_string());
        }
        check_folder_of(&folder.path().join("new.svg")).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_and_protected_files_too() {
        let folder = tempfile::tempdir().unwrap();
        let [file, link] = ["file", "link"].map(|name| folder.path().join(name));
        write_whole(&file, b"one").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_whole(&link, b"two").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"two");
        let mut protected = fs::metadata(&file).unwrap().permissions();
        protected.set_readonly(true);
        fs::set_permissions(&file, protected).unwrap();
        let refused = write_whole(&file, b"three").unwrap_err().to_string();
        let way_out = "permission denied; choose another name, or a folder that you may write to";
        assert!(refused.ends_with(way_out), "{refused}");
        assert_eq!(fs::read(&file).unwrap(), b"two");
        // Nobody reads from the pipe: to open it would be to wait for ever.
        let pipe = folder.path().join("pipe");
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RWXU).unwrap();
        let no_file = "it is no file, but a pipe or a device; write the path of a file";
        let unread = read_whole(&pipe, "".into()).map(drop);
        for refused in [write_whole(&pipe, b"four"), check_folder_of(&pipe), unread] {
            let refused = refused.unwrap_err().to_string();
            assert!(refused.ends_with(no_file), "{refused}");
        }
        assert!(!fs::metadata(&pipe).unwrap().is_file());
    }
}
