//! How a program that fetches comes to its end, with all that it has started.

use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

/// Ctrl-C, a terminal that is closed and the like, which do not reach the group of a program that fetches.
#[derive(Default)]
pub(super) struct Interrupt {
    pub(super) came: Arc<AtomicBool>,
    /// Whether it ends this program at once, as ever.
    pub(super) is_fatal: Arc<AtomicBool>,
}

impl Interrupt {
    /// From now on somebody looks whether it came.
    pub(super) fn awaited() -> &'static Self {
        static ONE: LazyLock<Interrupt> = LazyLock::new(|| {
            let one = Interrupt::default();
            // Where it cannot be listened to, all is as ever.
            for signal in [SIGINT, SIGTERM, SIGHUP] {
                let _ = flag::register_conditional_default(signal, Arc::clone(&one.is_fatal))
                    .and_then(|_| flag::register(signal, Arc::clone(&one.came)));
            }
            one
        });
        ONE.is_fatal.store(false, Ordering::SeqCst);
        &ONE
    }
}

/// A program that must not outlive its work, however that ends, with all that it has started in its group.
pub(super) struct EndedWhenDropped(pub(super) Child);

impl Drop for EndedWhenDropped {
    fn drop(&mut self) {
        // It may have ended by itself: that is all right too.
        if let Ok(None) = self.0.try_wait() {
            let _ = kill_process_group(Pid::from_child(&self.0), Signal::KILL);
        }
        let _ = self.0.wait();
    }
}
