//! How much of each notebook is done.

use std::fmt;

use zunder::words::either;

use crate::progress::Progress;
use crate::tasks::{Notebook, Task, course};

/// Stands for a task that was solved with its solution at hand.
const SHOWN: char = '\u{25a3}';

/// How much of each notebook is done: `check::progress()`.
#[must_use = "end the cell with it, without a semicolon"]
#[derive(Clone, PartialEq)]
pub struct Overview {
    /// Each notebook with how many of its tasks are done and a square for each task.
    rows: Vec<(&'static str, usize, String)>,
    /// That what was kept could not be read.
    notice: Option<String>,
}

/// How many tasks of each notebook were solved, on this machine and by this user.
pub fn progress() -> Overview {
    let progress = Progress::load();
    let row = |notebook: &'static Notebook| {
        let square =
            |task: &Task| match (progress.has_done(&task.name), progress.has_shown(&task.name)) {
                (true, false) => '\u{25a0}',
                (true, true) => SHOWN,
                (false, _) => '\u{25a1}',
            };
        let squares = notebook.tasks.iter().map(square).collect();
        (notebook.name.as_str(), count(notebook, &progress).0, squares)
    };
    let rows = course().notebooks.iter().map(row).collect();
    Overview { rows, notice: progress.notice() }
}

/// How many tasks of a notebook are done, and how many there are.
pub(crate) fn count(notebook: &Notebook, progress: &Progress) -> (usize, usize) {
    let done = notebook.tasks.iter().filter(|task| progress.has_done(&task.name)).count();
    (done, notebook.tasks.len())
}

impl fmt::Display for Overview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, done, squares) in &self.rows {
            let all = squares.chars().count();
            writeln!(f, "{name:<24} {done:>2} {} {all:<2}  {squares}", either("of", "von"))?;
        }
        if self.rows.iter().any(|(_, _, squares)| squares.contains(SHOWN)) {
            let with_help =
                either("solved, its solution was shown", "gelöst, die Lösung wurde gezeigt");
            writeln!(f, "{SHOWN}  {with_help}")?;
        }
        self.notice.iter().try_for_each(|notice| writeln!(f, "{notice}"))
    }
}

/// As `Display`: this is what the end of a notebook cell shows.
impl fmt::Debug for Overview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
