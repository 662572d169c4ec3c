//! Steps that are told, with their number and how long they took.

use std::time::Instant;

use crate::base::failure::{Failure, Result};
use crate::base::spoken::{self, say, spoken, tell};

/// Whether to be silent about steps that were done before.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Verbosity {
    /// Every step gets its line.
    All,
    /// Only what takes time is mentioned.
    News,
}

/// A step that takes longer, in seconds, is worth a line even where all goes without words.
const LONG: f64 = 5.0;

/// The steps of some work.
pub(crate) struct Steps {
    number: usize,
    all: usize,
    verbosity: Verbosity,
    /// Those that were done, with their seconds.
    took: Vec<(String, f64)>,
}

impl Steps {
    /// So many.
    pub(crate) fn new(all: usize, verbosity: Verbosity) -> Self {
        Self { number: 0, all, verbosity, took: Vec::new() }
    }

    /// Runs one step unless it is `done`. Steps that cost nothing when there is nothing to do
    /// (cargo finds out by itself) are never called done.
    pub(crate) fn step<T: Default>(
        &mut self,
        what: &str,
        length: &str,
        done: bool,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        if done {
            self.pass(what, say("there", "vorhanden"));
            return Ok(T::default());
        }
        let label = self.label(what);
        if self.verbosity == Verbosity::All {
            let length = if length.is_empty() { String::new() } else { format!(" ({length})") };
            println!("{label}{length} ...");
        }
        let start = Instant::now();
        let result = work()
            .map_err(|error| Failure::new(spoken!("{label}: {error}", "{label}: {error}")))?;
        let seconds = start.elapsed().as_secs_f64();
        self.took.push((what.to_owned(), seconds));
        if self.verbosity == Verbosity::All || seconds > LONG {
            let took = spoken::seconds(seconds);
            tell!("{label}: done in {took}", "{label}: fertig nach {took}");
        }
        Ok(result)
    }

    /// Passes over a step, and says why.
    pub(crate) fn pass(&mut self, what: &str, why: &str) {
        let label = self.label(what);
        if self.verbosity == Verbosity::All {
            println!("{label}: {why}");
        }
    }

    /// The next step's name, with its number.
    fn label(&mut self, what: &str) -> String {
        self.number += 1;
        format!("[{}/{}] {what}", self.number, self.all)
    }

    /// Two steps that became one.
    pub(crate) fn one_less(&mut self) {
        self.all -= 1;
    }

    /// Whether any step took its time.
    pub(crate) fn were_long(&self) -> bool {
        self.took.iter().any(|(_, seconds)| *seconds > LONG)
    }

    /// What each step took, one line for each that took a second; nothing where none was long.
    pub(crate) fn table(&self) -> String {
        let worth = self.took.iter().filter(|(_, seconds)| self.were_long() && *seconds >= 1.0);
        worth.map(|(what, took)| format!("{:>10}  {what}\n", spoken::seconds(*took))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_what_took_its_time() {
        let mut steps = Steps::new(3, Verbosity::News);
        let seen = steps.step("at once", "", false, || Ok(7)).ok();
        let skipped = steps.step("done before", "", true, || Ok(8)).ok();
        assert_eq!((seen, skipped), (Some(7), Some(0)));
        assert_eq!((steps.took.len(), steps.table().as_str()), (1, ""));
        steps.took.extend([("Burn".to_owned(), 714.96), ("data".to_owned(), 1.04)]);
        assert_eq!(steps.table(), "   715.0 s  Burn\n     1.0 s  data\n");
    }

    #[test]
    fn a_step_that_fails_is_named() {
        let mut steps = Steps::new(2, Verbosity::News);
        let failed = steps.step("Burn", "", false, || Err::<(), _>(Failure::new("no disk")));
        assert_eq!(failed.expect_err("it failed").to_string(), "[1/2] Burn: no disk");
    }
}
