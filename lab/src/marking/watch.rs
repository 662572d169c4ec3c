//! Keeps an eye on what a kernel and all that it started take, and ends them when it is too much.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Pid;

use crate::marking::confine::Confinement;
use crate::marking::control_group::ControlGroup;
use crate::marking::limits::{Limits, Stop};
use crate::marking::private_folder::{self, Content};
use crate::marking::processes;

/// How often the processes are looked at; less often where there are so many that it takes long.
const OFTEN: Duration = Duration::from_millis(40);

/// How often files are looked at.
const SELDOM: Duration = Duration::from_secs(1);

/// What is left on the disk for others, in bytes and in files.
const DISK: u64 = 300_000_000;
const DISK_FILES: u64 = 5_000;

/// After so long without a look at the processes nothing is known about them any more.
const BLIND: Duration = Duration::from_secs(5);

/// The eye on one kernel.
pub(crate) struct Watch {
    kernel: Pid,
    group: Option<ControlGroup>,
    limits: Limits,
    folder: PathBuf,
    stop: Mutex<Option<Stop>>,
    kernel_ended: AtomicBool,
    is_over: AtomicBool,
    /// Set when nobody waits for what comes of this any more.
    is_abandoned: Arc<AtomicBool>,
}

impl Watch {
    /// Begins to watch.
    pub(crate) fn start(
        kernel: Pid,
        group: Option<ControlGroup>,
        confinement: &Confinement,
        is_abandoned: &Arc<AtomicBool>,
    ) -> Arc<Self> {
        let watch = Arc::new(Self {
            kernel,
            group,
            limits: confinement.limits,
            folder: confinement.folder.clone(),
            stop: Mutex::new(None),
            kernel_ended: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
            is_abandoned: Arc::clone(is_abandoned),
        });
        let (family, files) = (Arc::clone(&watch), Arc::clone(&watch));
        thread::spawn(move || family.look_at_family());
        thread::spawn(move || files.look_at_files());
        watch
    }

    /// Why the kernel was ended, if it was.
    pub(crate) fn stopped(&self) -> Option<Stop> {
        *self.stop.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the kernel for this reason, unless there was one before.
    pub(crate) fn stop(&self, reason: Stop) {
        let mut stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
        if stop.is_none() {
            *stop = Some(reason);
            drop(stop);
            self.end_all();
        }
    }

    fn end_all(&self) -> bool {
        if let Some(group) = &self.group {
            group.end_all();
        }
        processes::end_all(self.kernel)
    }

    /// The kernel hung up. If that is because it was ended, the reason is there in a moment.
    pub(crate) fn kernel_is_gone(&self) {
        thread::sleep(Duration::from_millis(100));
        self.stop(if self.ran_out_of_memory() { Stop::Memory } else { Stop::Died });
    }

    /// Ends the kernel and stops watching. False when some processes would not go.
    pub(crate) fn end(&self) -> bool {
        self.is_over.store(true, Ordering::Relaxed);
        let are_gone = self.end_all();
        if let Some(group) = &self.group {
            group.remove(); // now: the eyes still hold it when this process ends
        }
        are_gone
    }

    fn look_at_family(&self) {
        let mut seen = Instant::now();
        while !self.is_over.load(Ordering::Relaxed) {
            let start = Instant::now();
            if processes::bury(self.kernel) {
                self.kernel_ended.store(true, Ordering::Relaxed);
            }
            if let Some(family) = processes::family() {
                seen = Instant::now();
                self.judge(&family);
            } else if seen.elapsed() > BLIND {
                self.stop(Stop::Machine);
            }
            if self.is_abandoned.load(Ordering::Relaxed) {
                self.stop(Stop::Abandoned);
            }
            thread::sleep(OFTEN.max(10 * start.elapsed()));
        }
    }

    fn judge(&self, family: &processes::Family) {
        let threads = self.limits.processes * Limits::THREADS_EACH;
        if family.members.len() > self.limits.processes || family.threads > threads {
            self.stop(Stop::Processes);
        } else if family.memory > self.limits.memory_bytes() || self.ran_out_of_memory() {
            self.stop(Stop::Memory);
        } else if processes::memory_is_short() {
            self.stop(shortage(family.memory, self.limits.memory_bytes()));
        } else if self.kernel_ended.load(Ordering::Relaxed) {
            self.stop(Stop::Died);
        }
    }

    fn ran_out_of_memory(&self) -> bool {
        self.group.as_ref().is_some_and(ControlGroup::ran_out_of_memory)
    }

    fn look_at_files(&self) {
        let before = private_folder::content(&self.folder);
        while !self.is_over.load(Ordering::Relaxed) {
            let start = Instant::now();
            let now = self.content();
            if is_too_much(&now, &before) {
                self.stop(Stop::Files);
            }
            let free = rustix::fs::statvfs(&self.folder);
            if free.is_ok_and(|disk| is_full(&disk)) {
                self.stop(shortage(now.bytes.saturating_sub(before.bytes), Limits::FOLDER));
            }
            let end = Instant::now() + SELDOM.max(10 * start.elapsed());
            while Instant::now() < end && !self.is_over.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(50));
            }
        }
    }

    fn content(&self) -> Content {
        let now = private_folder::content(&self.folder);
        let members = processes::family().unwrap_or_default().members;
        Content { bytes: now.bytes + processes::nameless_files(&members), ..now }
    }
}

fn is_too_much(now: &Content, before: &Content) -> bool {
    let is_large = now.bytes > before.bytes + Limits::FOLDER;
    is_large || now.entries > before.entries + Limits::FILES || now.is_too_deep
}

/// Whose fault it is that the machine is short of something: who has less than half of what it may take has not caused
/// it.
fn shortage(taken: u64, most: u64) -> Stop {
    if taken > most / 2 { Stop::Machine } else { Stop::Neighbours }
}

/// Some file systems do not count their files: those say that there are none at all.
fn is_full(disk: &rustix::fs::StatVfs) -> bool {
    let lacks_files = disk.f_files > 0 && disk.f_favail < DISK_FILES;
    disk.f_bavail * disk.f_frsize < DISK || lacks_files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_little_has_not_caused_a_shortage() {
        assert_eq!(shortage(2_900, 3_000), Stop::Machine);
        assert_eq!(shortage(200, 3_000), Stop::Neighbours);
    }
}
