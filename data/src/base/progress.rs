//! What a learner reads while data is fetched, read or taken apart: whole lines, not too many.

use std::io::{self, Write};
use std::time::Duration;

use crate::base::clock::Instant;
use crate::base::error::Result;
use crate::base::interrupt::Watch;
use crate::base::numbers::thousands;
use crate::base::phrase::{Phrase, told};
use crate::base::training_problem::TrainingProblem;

/// The time between two lines on how far a work has come.
const PAUSE: Duration = Duration::from_secs(2);

/// Lines about a running work, and whether it is to stop.
pub(crate) struct Progress<'a> {
    write: Box<dyn FnMut(&str) + 'a>,
    stop: Box<dyn Fn() -> bool + 'a>,
    last: Instant,
    pause: Duration,
}

impl<'a> Progress<'a> {
    pub(crate) fn new(write: impl FnMut(&str) + 'a) -> Self {
        let (write, stop) = (Box::new(write), Box::new(|| false));
        Progress { write, stop, last: Instant::now(), pause: PAUSE }
    }

    /// Each line is written, however soon it comes: for tests, which measure no time.
    #[cfg(test)]
    pub(crate) fn without_pause(self) -> Self {
        Progress { pause: Duration::ZERO, ..self }
    }

    /// Stops the work when `stop` says so.
    pub(crate) fn until(self, stop: impl Fn() -> bool + 'a) -> Self {
        Progress { stop: Box::new(stop), ..self }
    }

    /// On stdout. A notebook shows only whole lines, so each is written at once with its end.
    /// The stop button stops the work.
    pub(crate) fn on_stdout() -> Progress<'static> {
        let watch = Watch::begin();
        let write = |line: &str| {
            // Nobody may be reading any more; that is no reason to stop.
            let _ = io::stdout().lock().write_all(format!("{line}\n").as_bytes());
        };
        Progress::new(write).until(move || watch.is_asked_first())
    }

    /// Whether the work is to stop.
    pub(crate) fn is_stopped(&self) -> bool {
        (self.stop)()
    }

    /// An error when the work is to stop: `what` names it, such as `reading the texts`.
    pub(crate) fn check(&self, what: impl FnOnce() -> Phrase) -> Result<()> {
        if self.is_stopped() {
            return Err(TrainingProblem::Stopped { what: what() }.into());
        }
        Ok(())
    }

    /// Writes a line.
    pub(crate) fn say(&mut self, line: &str) {
        self.last = Instant::now();
        (self.write)(line);
    }

    /// Writes a line if the last one was written some time ago.
    pub(crate) fn tick(&mut self, line: impl FnOnce() -> String) {
        if self.last.elapsed() >= self.pause {
            self.say(&line());
        }
    }

    /// Writes in the same way how many of all are done: `what` is such as `texts read`.
    pub(crate) fn tick_of(&mut self, done: usize, all: usize, what: &str) {
        self.tick(|| {
            let (done, all) = (thousands(done), thousands(all));
            told!("{done} of {all} {what}", "{done} von {all} {what}")
        });
    }
}
