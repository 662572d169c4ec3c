//! Landlock, the part of Linux with which a process gives up rights for good, and for all that it
//! starts: <https://docs.kernel.org/userspace-api/landlock.html>.
//!
//! Three system calls, written out: the crate for them switches a feature on in a crate below
//! Burn, and cargo would then build Burn twice.
#![allow(unsafe_code)] // system calls that no safe library wraps

use std::fs::File;
use std::io::{Error, Result};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The first version that can forbid to empty a file (Linux 6.2). Before it, a learner's code
/// could truncate what it may not write.
pub(crate) const NEEDED: i64 = 3;

/// Rights to files, of `linux/landlock.h`.
pub(crate) mod right {
    pub(crate) const EXECUTE: u64 = 1;
    pub(crate) const WRITE_FILE: u64 = 1 << 1;
    pub(crate) const READ_FILE: u64 = 1 << 2;
    pub(crate) const READ_FOLDER: u64 = 1 << 3;
    const REMOVE_FOLDER: u64 = 1 << 4;
    const REMOVE_FILE: u64 = 1 << 5;
    const MAKE_FOLDER: u64 = 1 << 7;
    const MAKE_FILE: u64 = 1 << 8;
    const MAKE_SOCKET: u64 = 1 << 9;
    const MAKE_PIPE: u64 = 1 << 10;
    const MAKE_LINK: u64 = 1 << 12;
    /// To link or rename from one folder to another.
    const REFER: u64 = 1 << 13;
    const TRUNCATE: u64 = 1 << 14;

    /// All rights to files that version 3 knows; what is not granted is forbidden.
    pub(super) const ALL: u64 = (1 << 15) - 1;
    pub(crate) const READ: u64 = EXECUTE | READ_FILE | READ_FOLDER;
    /// Everything but devices.
    pub(crate) const WRITE: u64 = READ
        | WRITE_FILE
        | REMOVE_FOLDER
        | REMOVE_FILE
        | MAKE_FOLDER
        | MAKE_FILE
        | MAKE_SOCKET
        | MAKE_PIPE
        | MAKE_LINK
        | REFER
        | TRUNCATE;
    /// What can be granted for a file that is no folder.
    pub(super) const OF_FILES: u64 = EXECUTE | READ_FILE | WRITE_FILE | TRUNCATE;
}

const CONNECT_TCP: u64 = 1 << 1;
const SCOPE_ABSTRACT_SOCKETS: u64 = 1;
const SCOPE_SIGNALS: u64 = 1 << 1;

#[repr(C)]
struct RulesetAttributes {
    files: u64,
    network: u64,
    scopes: u64,
}

#[repr(C, packed)]
struct PathAttributes {
    rights: u64,
    folder: i32,
}

/// The version that this system has: 0 where there is none.
pub(crate) fn version() -> i64 {
    const ASK_VERSION: u32 = 1;
    let nothing = std::ptr::null::<RulesetAttributes>();
    // SAFETY: with this flag the call reads no memory.
    unsafe { libc::syscall(libc::SYS_landlock_create_ruleset, nothing, 0usize, ASK_VERSION) }.max(0)
}

/// What a process may still do once it is confined.
pub(crate) struct Ruleset {
    handle: OwnedFd,
}

impl Ruleset {
    /// Allows nothing yet: no file, and, where the system can forbid that, no outgoing connection
    /// and no signal to a process outside.
    pub(crate) fn new() -> Result<Self> {
        let version = version();
        let attributes = RulesetAttributes {
            files: right::ALL,
            network: if version >= 4 { CONNECT_TCP } else { 0 },
            scopes: if version >= 6 { SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS } else { 0 },
        };
        // Older systems know only the first fields, and want the others to be absent or zero.
        let size = size_of::<RulesetAttributes>();
        // SAFETY: the attributes live through the call, and `size` is theirs.
        let handle = unsafe {
            libc::syscall(libc::SYS_landlock_create_ruleset, &raw const attributes, size, 0u32)
        };
        let handle = i32::try_from(handle).map_err(Error::other)?;
        if handle < 0 {
            return Err(Error::last_os_error());
        }
        // SAFETY: the system has just opened this for us, and nobody else has it.
        Ok(Self { handle: unsafe { OwnedFd::from_raw_fd(handle) } })
    }

    /// Allows `rights` to a file, or to a folder and all below; what is not there is passed over.
    pub(crate) fn allow(&self, path: &Path, rights: u64) -> Result<()> {
        let Ok(file) = File::options().read(true).custom_flags(libc::O_PATH).open(path) else {
            return Ok(());
        };
        let is_folder = file.metadata()?.is_dir();
        let rights = if is_folder { rights } else { rights & right::OF_FILES };
        let attributes = PathAttributes { rights, folder: file.as_raw_fd() };
        const BELOW_PATH: i32 = 1;
        // SAFETY: the attributes and both handles live through the call.
        let result = unsafe {
            let ruleset = self.handle.as_raw_fd();
            let attributes = &raw const attributes;
            libc::syscall(libc::SYS_landlock_add_rule, ruleset, BELOW_PATH, attributes, 0u32)
        };
        if result == 0 { Ok(()) } else { Err(Error::last_os_error()) }
    }

    /// From now on this thread, and all that it starts, has only the rights that were allowed.
    pub(crate) fn enforce(self) -> Result<()> {
        // SAFETY: neither call reads memory of ours.
        let result = unsafe {
            match libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) {
                0 => libc::syscall(libc::SYS_landlock_restrict_self, self.handle.as_raw_fd(), 0u32),
                failed => i64::from(failed),
            }
        };
        if result == 0 { Ok(()) } else { Err(Error::last_os_error()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In a thread of its own, which alone is confined.
    #[test]
    fn what_is_not_allowed_is_forbidden() {
        if version() < NEEDED {
            eprintln!("this system cannot confine a program: nothing was tested");
            return;
        }
        let (own, other) =
            (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let (inside, outside) = (own.path().to_owned(), other.path().join("file"));
        std::fs::write(&outside, "kept").expect("a file");
        let kept = outside.clone();
        let confined = std::thread::spawn(move || -> Result<()> {
            let rules = Ruleset::new()?;
            rules.allow(&inside, right::WRITE)?;
            rules.allow(Path::new("/no/such/path"), right::READ)?;
            rules.enforce()?;
            std::fs::write(inside.join("file"), "written")?;
            std::fs::rename(inside.join("file"), inside.join("renamed"))?;
            assert!(std::fs::read(&outside).is_err());
            assert!(std::fs::write(&outside, "").is_err());
            assert!(std::fs::remove_file(&outside).is_err());
            assert!(std::fs::hard_link(&outside, inside.join("link")).is_err());
            Ok(())
        });
        confined.join().expect("no panic").expect("no error");
        assert_eq!(std::fs::read_to_string(kept).expect("the file"), "kept");
    }
}
