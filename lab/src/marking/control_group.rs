//! A control group of the system's own for one kernel, where the system offers one (cgroup v2): it also
//! counts what the system holds for the processes, such as sockets and files in memory, and ends a flood
//! of processes at once. Where there is none, [`crate::marking::watch`] alone has an eye on them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::marking::limits::Limits;

/// Where control groups are found, on systems with version 2.
const GROUPS: &str = "/sys/fs/cgroup";

/// One group, which is removed with this value.
pub(crate) struct ControlGroup {
    folder: PathBuf,
}

impl ControlGroup {
    /// A new group with these limits, if this process may make one.
    pub(crate) fn new(limits: &Limits) -> Option<Self> {
        let own = fs::read_to_string("/proc/self/cgroup").ok()?;
        Self::around(Path::new(GROUPS), own_group(&own)?, limits)
    }

    /// In the nearest group around the own one in which that is possible: a group that has processes
    /// itself hands out nothing, and most of them belong to somebody else.
    fn around(groups: &Path, own: &Path, limits: &Limits) -> Option<Self> {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("zunder-{}-{number}", std::process::id());
        own.ancestors().find_map(|around| {
            let folder = groups.join(around).join(&name);
            fs::create_dir(&folder).ok()?;
            let group = Self { folder };
            group.limit(limits).is_ok().then_some(group) // else it is removed again
        })
    }

    fn limit(&self, limits: &Limits) -> std::io::Result<()> {
        let threads = limits.processes * Limits::THREADS_EACH;
        self.set("memory.max", &limits.memory_bytes().to_string())?;
        self.set("pids.max", &threads.to_string())?;
        self.set("memory.oom.group", "1")?; // one reason for the end of all, not a kernel without its parts
        let _ = self.set("memory.swap.max", "0"); // not there on a system without swap
        Ok(())
    }

    /// The file is never made: what is no control group stays as it was.
    fn set(&self, name: &str, value: &str) -> std::io::Result<()> {
        use std::io::Write;
        let mut file = fs::OpenOptions::new().write(true).open(self.folder.join(name))?;
        file.write_all(value.as_bytes())
    }

    /// Where it is, for the process that enters it.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the system ended its processes because they wanted too much memory.
    pub(crate) fn ran_out_of_memory(&self) -> bool {
        let events = fs::read_to_string(self.folder.join("memory.events")).unwrap_or_default();
        events.lines().any(|line| line.starts_with("oom_kill ") && !line.ends_with(" 0"))
    }

    /// Ends all its processes, however fast they grow.
    pub(crate) fn end_all(&self) {
        let _ = self.set("cgroup.kill", "1");
    }

    /// Ends all its processes and removes it.
    pub(crate) fn remove(&self) {
        self.end_all();
        // Its processes are gone in a moment, and it cannot be removed before.
        for _ in 0..100 {
            if fs::remove_dir(&self.folder).is_ok() || !self.folder.exists() {
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for ControlGroup {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Puts this process into a group, with all that it starts from now on.
pub(crate) fn enter(folder: &Path) -> std::io::Result<()> {
    fs::write(folder.join("cgroup.procs"), "0")
}

/// The group of version 2 in what the system says of a process, from the top of all groups.
fn own_group(said: &str) -> Option<&Path> {
    let path = said.lines().find_map(|line| line.strip_prefix("0::/"))?;
    Some(Path::new(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::not_tested::not_offered;
    use std::process::{Command, Stdio};

    const LIMITS: Limits =
        Limits { cell_seconds: 1, total_seconds: 1, memory: 50, processes: 4, output: 1 };

    #[test]
    fn the_own_group_is_read() {
        let said = "4:memory:/old\n0::/user.slice/user-1000.slice/session-2.scope\n";
        let own = Path::new("user.slice/user-1000.slice/session-2.scope");
        assert_eq!(own_group(said), Some(own));
        assert_eq!(own_group("0::/\n"), Some(Path::new("")));
        assert_eq!(own_group("4:memory:/old\n"), None);
    }

    #[test]
    fn what_is_no_control_group_stays_as_it_was() {
        let groups = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(groups.path().join("a/b")).expect("a folder");
        assert!(ControlGroup::around(groups.path(), Path::new("a/b"), &LIMITS).is_none());
        assert_eq!(fs::read_dir(groups.path()).expect("it is there").count(), 1);
        assert_eq!(fs::read_dir(groups.path().join("a/b")).expect("it is there").count(), 0);
    }

    /// Only where the system offers one; elsewhere it says so.
    #[test]
    fn too_much_memory_ends_all_of_a_group_and_says_so() {
        let Some(group) = ControlGroup::new(&LIMITS) else {
            not_offered("the control group", "this system offers none to this user");
            return;
        };
        let folder = group.folder().to_owned();
        let enters = format!("echo 0 > '{}/cgroup.procs'", folder.display());
        let ended = |script: &str| {
            let mut shell = Command::new("sh");
            shell.args(["-c", &format!("{enters}; {script}")]).stderr(Stdio::null());
            shell.output().expect("there is a shell")
        };
        assert_eq!(ended("echo fine").stdout, b"fine\n");
        assert!(!group.ran_out_of_memory());
        // `tail` keeps the last line, and this one never ends.
        assert!(!ended("tail /dev/zero").status.success());
        assert!(group.ran_out_of_memory());
        let sleeper = format!("{enters}; sleep 1000 & sleep 1000");
        let mut sleeper = Command::new("sh").args(["-c", &sleeper]).spawn().expect("a shell");
        let inside = || fs::read_to_string(folder.join("cgroup.procs")).unwrap_or_default();
        while inside().lines().count() < 2 {
            assert!(sleeper.try_wait().expect("it is a child").is_none(), "it never entered");
            thread::sleep(Duration::from_millis(10));
        }
        drop(group);
        assert!(!sleeper.wait().expect("it ends").success());
        assert!(!folder.exists(), "the group went with its processes");
    }
}
