//! Keeps an eye on what a kernel and all that it started take, and ends them when it is too much.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Pid;

use crate::base::files;
use crate::marking::confine::Confinement;
use crate::marking::limits::{Limits, Stop};
use crate::marking::processes;

/// How often the processes are looked at; less often where there are so many that it takes long.
const OFTEN: Duration = Duration::from_millis(40);

/// How often files are looked at.
const SELDOM: Duration = Duration::from_secs(1);

/// What is left on the disk for others, in bytes.
const DISK: u64 = 300_000_000;

/// The eye on one kernel.
pub(crate) struct Watch {
    kernel: Pid,
    limits: Limits,
    folder: PathBuf,
    stop: Mutex<Option<Stop>>,
    memory: AtomicU64,
    processes: AtomicUsize,
    kernel_ended: AtomicBool,
    is_over: AtomicBool,
}

impl Watch {
    /// Begins to watch.
    pub(crate) fn start(kernel: Pid, confinement: &Confinement) -> Arc<Self> {
        let watch = Arc::new(Self {
            kernel,
            limits: confinement.limits,
            folder: confinement.folder.clone(),
            stop: Mutex::new(None),
            memory: AtomicU64::new(0),
            processes: AtomicUsize::new(0),
            kernel_ended: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
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
            processes::end_all(self.kernel);
        }
    }

    /// The kernel hung up. If that is because it was ended, the reason is there in a moment.
    pub(crate) fn kernel_is_gone(&self) {
        thread::sleep(Duration::from_millis(100));
        self.stop(Stop::Died);
    }

    /// Bytes of memory and processes at most.
    pub(crate) fn most(&self) -> (u64, usize) {
        (self.memory.load(Ordering::Relaxed), self.processes.load(Ordering::Relaxed))
    }

    /// Ends the kernel and stops watching. False when some processes would not go.
    pub(crate) fn end(&self) -> bool {
        self.is_over.store(true, Ordering::Relaxed);
        processes::end_all(self.kernel)
    }

    fn look_at_family(&self) {
        while !self.is_over.load(Ordering::Relaxed) {
            let start = Instant::now();
            if processes::bury(self.kernel) {
                self.kernel_ended.store(true, Ordering::Relaxed);
            }
            let family = processes::family();
            self.memory.fetch_max(family.memory, Ordering::Relaxed);
            self.processes.fetch_max(family.members.len(), Ordering::Relaxed);
            let threads = self.limits.processes * Limits::THREADS_EACH;
            if family.members.len() > self.limits.processes || family.threads > threads {
                self.stop(Stop::Processes);
            } else if family.memory > self.limits.memory_bytes() {
                self.stop(Stop::Memory);
            } else if processes::memory_is_short() {
                self.stop(Stop::Machine);
            } else if self.kernel_ended.load(Ordering::Relaxed) {
                self.stop(Stop::Died);
            }
            thread::sleep(OFTEN.max(10 * start.elapsed()));
        }
    }

    fn look_at_files(&self) {
        let before = files::disk_use(&self.folder);
        while !self.is_over.load(Ordering::Relaxed) {
            let start = Instant::now();
            if files::disk_use(&self.folder) > before + Limits::FOLDER {
                self.stop(Stop::Files);
            }
            let free = rustix::fs::statvfs(&self.folder);
            if free.is_ok_and(|disk| disk.f_bavail * disk.f_frsize < DISK) {
                self.stop(Stop::Machine);
            }
            let end = Instant::now() + SELDOM.max(10 * start.elapsed());
            while Instant::now() < end && !self.is_over.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(50));
            }
        }
    }
}
