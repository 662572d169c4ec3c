//! Which programs of a folder run: what is in use is not removed.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// How many processes run a program below this folder, whoever runs them. None where the system has no /proc.
pub(crate) fn programs_of(folder: &Path) -> usize {
    let Ok(folder) = folder.canonicalize() else { return 0 };
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    // This one is there under further names, too: `self` and `thread-self`.
    let number = |process: &fs::DirEntry| process.file_name().to_str()?.parse::<u32>().ok();
    let others =
        processes.filter(|process| number(process).is_some_and(|n| n != std::process::id()));
    others.filter(|process| is_program_of(&process.path(), &folder)).count()
}

/// Whether a process runs a program below this folder. Which file it is, Linux tells only its owner and root; by which
/// name it was called, everybody.
fn is_program_of(process: &Path, folder: &Path) -> bool {
    let file = fs::read_link(process.join("exe")).ok();
    let arguments = fs::read(process.join("cmdline")).unwrap_or_default();
    let name = arguments.split(|byte| *byte == 0).next().map(OsStr::from_bytes);
    // Of the name only its folder: Python's is a link, which leads elsewhere.
    let of_name = name.map(Path::new).filter(|name| name.is_absolute()).and_then(Path::parent);
    let of_name = of_name.and_then(|folder| folder.canonicalize().ok());
    [file, of_name].into_iter().flatten().any(|path| path.starts_with(folder))
}

/// What comes of this while a program below this folder, which has `bin/`, runs.
#[cfg(all(test, target_os = "linux"))]
pub(crate) fn while_in_use<T>(folder: &Path, act: impl FnOnce() -> T) -> T {
    use std::os::unix::process::CommandExt;
    use std::process::{Command, Stdio};
    let mut reader = Command::new("cat"); // waits for its input
    reader.arg0(folder.join("bin/evcxr_jupyter")).stdin(Stdio::piped());
    let mut reader = reader.spawn().expect("cat is there");
    let done = act();
    drop(reader.stdin.take());
    reader.wait().expect("it ends with its input");
    done
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// All that is known of another user's.
    #[test]
    fn a_program_is_known_by_the_name_by_which_it_was_called() {
        let folder = tempfile::tempdir().expect("a folder");
        let [bin, link] = ["bin", "link"].map(|name| folder.path().join(name));
        fs::create_dir(&bin).expect("a folder");
        std::os::unix::fs::symlink(folder.path(), &link).expect("a link");
        assert_eq!(programs_of(folder.path()), 0);
        let counts = while_in_use(folder.path(), || [&bin, &link].map(|it| programs_of(it)));
        assert_eq!(counts, [1, 1]);
        assert_eq!([programs_of(&bin), programs_of(&folder.path().join("gone"))], [0, 0]);
    }

    #[test]
    fn the_program_that_asks_does_not_count() {
        let own = std::env::current_exe().expect("it runs");
        // What another test starts is this program too, for a moment.
        assert!((0..100).any(|_| programs_of(&own) == 0));
    }
}
