//! The processes that a kernel started, and theirs: counted, measured, ended.
//!
//! This process adopts orphans (it is their "subreaper"), so that nothing gets out of sight by
//! cutting itself loose from its parent.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, wait};

use crate::base::tools;

/// All processes that descend from this one.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Family {
    pub(crate) members: Vec<u32>,
    pub(crate) threads: usize,
    /// Bytes of memory in use.
    pub(crate) memory: u64,
}

/// One process as the system tells it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Process {
    id: u32,
    parent: u32,
    threads: usize,
    memory: u64,
}

/// Makes this process adopt orphans; none where the system does not know that.
pub(crate) fn adopt_orphans() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

/// Looks at the processes that descend from this one. None when that cannot be seen: it is not the
/// same as that there are none.
pub(crate) fn family() -> Option<Family> {
    Some(descendants(&all()?, std::process::id()))
}

/// The threads of all processes of this machine.
pub(crate) fn all_threads() -> usize {
    all().unwrap_or_default().iter().map(|process| process.threads).sum()
}

fn descendants(all: &[Process], root: u32) -> Family {
    let mut children: HashMap<u32, Vec<&Process>> = HashMap::new();
    for process in all {
        children.entry(process.parent).or_default().push(process);
    }
    let mut family = Family::default();
    let mut parents = vec![root];
    while let Some(parent) = parents.pop() {
        // Removed, so that no tangle of parents is walked twice.
        for process in children.remove(&parent).unwrap_or_default() {
            family.members.push(process.id);
            family.threads += process.threads;
            family.memory += process.memory;
            parents.push(process.id);
        }
    }
    family
}

/// Takes note of members that ended; whether `kernel` was one of them.
pub(crate) fn bury(kernel: Pid) -> bool {
    let mut kernel_ended = false;
    while let Ok(Some((id, _))) = wait(WaitOptions::NOHANG) {
        kernel_ended |= id == kernel;
    }
    kernel_ended
}

/// Ends the whole family, however fast it grows meanwhile. False when some would not go.
pub(crate) fn end_all(kernel: Pid) -> bool {
    end_until_none(|| {
        bury(kernel);
        Some(family()?.members)
    })
}

/// Ends what was started with this private folder in its environment or its arguments: what is left of a kernel whose
/// supervisor was killed, and with it the one who could tell its family. False when some would not go.
#[cfg(target_os = "linux")]
pub(crate) fn end_all_of(folder: &Path) -> bool {
    use std::os::unix::ffi::OsStrExt;
    let folder = [folder.as_os_str().as_bytes(), b"/"].concat();
    let has_it = |id: &u32| {
        ["environ", "cmdline"].iter().any(|file| {
            let said = std::fs::read(format!("/proc/{id}/{file}")).unwrap_or_default();
            said.windows(folder.len()).any(|part| part == folder)
        })
    };
    end_until_none(|| Some(all()?.iter().map(|process| process.id).filter(has_it).collect()))
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn end_all_of(_: &Path) -> bool {
    true
}

/// Ends all these, until there are none. False when some would not go.
fn end_until_none(members: impl Fn() -> Option<Vec<u32>>) -> bool {
    let start = Instant::now();
    loop {
        // A stopped process starts no others, and nothing can catch or ignore either signal.
        for signal in [Signal::STOP, Signal::KILL] {
            for id in members().unwrap_or_default() {
                if let Some(id) = i32::try_from(id).ok().and_then(Pid::from_raw) {
                    let _ = kill_process(id, signal); // it may be gone already
                }
            }
        }
        if members().is_some_and(|members| members.is_empty()) {
            return true;
        }
        if start.elapsed() > Duration::from_secs(20) {
            return false;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[cfg(target_os = "linux")]
fn all() -> Option<Vec<Process>> {
    let page = rustix::param::page_size() as u64;
    let entries = std::fs::read_dir("/proc").ok()?.flatten();
    let ids: Vec<u32> =
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    let process = |id: &u32| {
        let stat = std::fs::read(format!("/proc/{id}/stat")).ok()?;
        parse(*id, &String::from_utf8_lossy(&stat), page)
    };
    let all: Vec<Process> = ids.iter().filter_map(process).collect();
    // This one is always there: without it nothing could be read.
    let own = std::process::id();
    all.iter().any(|process| process.id == own).then_some(all)
}

/// Bytes of files that have no name any more and that a process of these still has open: they take
/// room on the disk, and no look into a folder finds them.
#[cfg(target_os = "linux")]
pub(crate) fn nameless_files(members: &[u32]) -> u64 {
    use std::os::unix::fs::MetadataExt;
    let mut seen = std::collections::HashSet::new();
    let open = members
        .iter()
        .flat_map(|id| std::fs::read_dir(format!("/proc/{id}/fd")).into_iter().flatten().flatten());
    let files = open.filter_map(|entry| {
        let link = std::fs::read_link(entry.path()).ok()?;
        let is_nameless = link.to_string_lossy().ends_with(" (deleted)");
        is_nameless.then(|| std::fs::metadata(entry.path()).ok())?
    });
    let new = files.filter(|data| data.is_file() && seen.insert((data.dev(), data.ino())));
    new.map(|data| data.blocks() * 512).sum()
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn nameless_files(_: &[u32]) -> u64 {
    0
}

/// Reads `/proc/ID/stat`, see proc(5). The second field, the name, may hold anything.
#[cfg(target_os = "linux")]
fn parse(id: u32, stat: &str, page: u64) -> Option<Process> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some(Process {
        id,
        parent: fields.get(1)?.parse().ok()?,
        threads: fields.get(17)?.parse().ok()?,
        memory: fields.get(21)?.parse::<u64>().ok()? * page,
    })
}

#[cfg(not(target_os = "linux"))]
fn all() -> Option<Vec<Process>> {
    let mut ps = std::process::Command::new("ps");
    let text = crate::base::tools::read(ps.args(["-A", "-o", "pid=,ppid=,rss="])).ok()?;
    let process = |line: &str| {
        let mut fields = line.split_whitespace().map(|field| field.parse::<u64>().ok());
        let (id, parent, kilobytes) = (fields.next()??, fields.next()??, fields.next()??);
        let (id, parent) = (u32::try_from(id).ok()?, u32::try_from(parent).ok()?);
        Some(Process { id, parent, threads: 1, memory: kilobytes * 1024 })
    };
    Some(text.lines().filter_map(process).collect())
}

/// Whether the machine itself is about to run out of memory.
pub(crate) fn memory_is_short() -> bool {
    tools::free_memory().is_some_and(|kilobytes| kilobytes < 200_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descendants_of_descendants_are_counted_and_strangers_are_not() {
        let process = |id, parent| Process { id, parent, threads: 2, memory: 10 };
        let all = [process(2, 1), process(3, 2), process(4, 3), process(5, 1), process(6, 6)];
        let family = descendants(&all, 2);
        assert_eq!(family, Family { members: vec![3, 4], threads: 4, memory: 20 });
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn any_name_of_a_process_is_read() {
        let stat = "42 (a) b) 7 (c) S 41 42 42 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 5 0 100 1000 3 9";
        let process = Process { id: 42, parent: 41, threads: 5, memory: 3 * 4096 };
        assert_eq!(parse(42, stat, 4096), Some(process));
        let all = all().expect("/proc can be read");
        assert!(all.iter().any(|process| process.id == std::process::id() && process.memory > 0));
    }

    /// It stands for a cell that never ends, and for what it has started.
    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_killed_supervisor_has_left_running_is_ended() {
        use std::process::Command;
        let folder = tempfile::tempdir().expect("a folder");
        let cell = |home: &Path| {
            let mut shell = Command::new("sh");
            shell.args(["-c", "sleep 1000 & wait"]).env("HOME", home.join("home"));
            shell.spawn().expect("there is a shell")
        };
        let (mut left, mut other) = (cell(folder.path()), cell(Path::new("/nosuch")));
        let children_of = |id: u32| descendants(&all().expect("/proc"), id).members;
        while children_of(left.id()).is_empty() || children_of(other.id()).is_empty() {}
        let sleeper = children_of(left.id())[0];
        assert!(end_all_of(folder.path()));
        let mut has_ended = || {
            std::thread::sleep(Duration::from_millis(5));
            left.try_wait().expect("it is a child").is_some()
        };
        assert!((0..100).any(|_| has_ended()), "it still runs");
        // Nobody may have asked yet how it ended.
        let said = std::fs::read(format!("/proc/{sleeper}/cmdline"));
        assert!(
            said.is_ok_and(|said| said.is_empty())
                || !all().expect("/proc").iter().any(|p| p.id == sleeper)
        );
        let others = children_of(other.id());
        assert_eq!((other.try_wait().expect("it is a child"), others.len()), (None, 1));
        for id in others.into_iter().chain([other.id()]) {
            let id = Pid::from_raw(id.cast_signed()).expect("a number");
            let _ = kill_process(id, Signal::KILL);
        }
        let _ = other.wait();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn files_without_a_name_are_counted() {
        use std::io::Write;
        let mut file = tempfile::tempfile().expect("a file without a name");
        file.write_all(&[7; 3_000_000]).expect("it can be written");
        file.sync_all().expect("it can be written");
        assert!(nameless_files(&[std::process::id()]) >= 3_000_000);
        assert_eq!(nameless_files(&[]), 0);
    }
}
