//! How much of each notebook is done.

use std::fmt;

use zunder::OwnDisplay;
use zunder::words::either;

use crate::progress::Progress;
use crate::tasks::{Notebook, course};

/// How much of each notebook is done: `check::progress()`.
#[must_use = "end the cell with it, without a semicolon"]
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    rows: Vec<(&'static str, usize, usize)>,
    _own_display: OwnDisplay,
}

/// How many tasks of each notebook were solved, on this machine and by this user.
pub fn progress() -> Overview {
    let progress = Progress::load();
    let row = |notebook: &'static Notebook| {
        let (done, all) = count(notebook, &progress);
        (notebook.name.as_str(), done, all)
    };
    let rows = course().notebooks.iter().map(row).collect();
    Overview { rows, _own_display: OwnDisplay::default() }
}

/// How many tasks of a notebook are done, and how many there are.
pub(crate) fn count(notebook: &Notebook, progress: &Progress) -> (usize, usize) {
    let done = notebook.tasks.iter().filter(|task| progress.has_done(&task.name)).count();
    (done, notebook.tasks.len())
}

impl fmt::Display for Overview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, done, all) in &self.rows {
            let bar = "\u{25a0}".repeat(*done) + &"\u{25a1}".repeat(all - done);
            writeln!(f, "{name:<24} {done:>2} {} {all:<2}  {bar}", either("of", "von"))?;
        }
        Ok(())
    }
}

impl Overview {
    /// Shows the table when it ends a notebook cell.
    pub fn evcxr_display(&self) {
        print!("{self}");
    }
}
