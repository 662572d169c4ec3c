//! The checks of the exercises: each looks at what a learner made and says pass or fail, and why.
//!
//! Every task of a notebook in `course/` has a check cell that calls one of these functions. They
//! name the likely mistake and never the answer, and they cannot panic:
//!
//! ```
//! use zunder::prelude::*;
//!
//! let x_flat = Array::zeros([60_000, 28, 28]);
//! let verdict = check::flatten(&x_flat);
//! assert!(!verdict.is_pass());
//! assert!(verdict.to_string().contains("flatten"));
//! ```

// Core first; then one file for each notebook.
mod digits;
mod accuracy;
mod shapes;
mod architecture;
mod activations;
mod training_settings;
mod mistakes;
mod overfitting;
mod fashion;
mod tables;
mod text;
mod convolution;
mod training_loop;

use std::fmt;
use std::panic::{self, AssertUnwindSafe};

use crate::base::error::{Error, Result};
use crate::base::language::either;
use crate::base::lines::in_short_lines;
use crate::course;
use crate::progress::Progress;

pub use {
    activations::*, architecture::*, convolution::*, fashion::*, mistakes::*, overfitting::*,
    shapes::*, tables::*, text::*, training_loop::*, training_settings::*,
};

/// What a check came to: pass, or fail with the reason.
///
/// At the end of a notebook cell it prints that, keeps a solved task in the user's progress, and
/// returns the points as `text/plain`, which is what nbgrader counts.
#[must_use = "end the cell with it, without a semicolon"]
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    task: &'static str,
    finding: Finding,
}

/// What a check found: nothing wrong, or the reason in the chosen language.
type Finding = Result<(), String>;

/// Looks at a task with `look`. A panic in it, for example in a learner's function, is a fail.
fn judge(task: &'static str, look: impl FnOnce() -> Finding) -> Verdict {
    Verdict { task, finding: without_panic(look).unwrap_or_else(panicked) }
}

/// The finding that something is wrong, in both languages.
fn wrong<T>(english: impl Into<String>, german: impl Into<String>) -> Result<T, String> {
    Err(either(english.into(), german.into()))
}

fn panicked() -> Finding {
    wrong(
        "your code panicked while it was checked; run it once by itself, and the message says where",
        "dein Code ist bei der Prüfung abgestürzt (panic); führe ihn einmal allein aus, dann sagt dir \
         die Meldung, wo",
    )
}

/// Runs something that may panic, without the panic's own message.
fn without_panic<T>(run: impl FnOnce() -> T) -> Option<T> {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    panic::set_hook(usual);
    result.ok()
}

impl Verdict {
    /// Whether the task is solved.
    pub fn is_pass(&self) -> bool {
        self.finding.is_ok()
    }

    /// Asks for something more: the hidden check in a teacher's notebook.
    pub fn and(mut self, also: impl FnOnce() -> bool) -> Verdict {
        if self.is_pass() && without_panic(also) != Some(true) {
            self.finding = wrong(
                "the first look was fine, but a further check was not passed: your solution does not \
                 hold for other data yet",
                "auf den ersten Blick stimmt alles, aber eine weitere Prüfung schlägt fehl: Deine \
                 Lösung soll auch für andere Daten richtig sein",
            );
        }
        self
    }

    /// The points that the task is worth, and how many of them this verdict gives.
    fn points(&self) -> (usize, usize) {
        let worth = course::find(self.task).map_or(1, |(_, task)| task.points);
        (if self.is_pass() { worth } else { 0 }, worth)
    }

    /// Shows the verdict when it ends a notebook cell, and keeps a pass in the user's progress.
    pub fn evcxr_display(&self) {
        let kept = match self.is_pass() {
            true => Progress::keep_done(self.task),
            false => Ok(Progress::load()),
        };
        println!("{}", in_short_lines(&self.to_string()));
        match kept {
            Ok(progress) => println!("{}", so_far(self, &progress)),
            Err(problem) => println!("{}", not_kept(&problem)),
        }
        let (points, of) = self.points();
        let colour = if self.is_pass() { "#1a7f37" } else { "#b35900" };
        let words =
            either(format!("{points} of {of} points"), format!("{points} von {of} Punkten"));
        println!(
            "EVCXR_BEGIN_CONTENT text/html\n<b style=\"color: {colour}\">{words}</b>\nEVCXR_END_CONTENT\n\
             EVCXR_BEGIN_CONTENT text/plain\n{points}\nEVCXR_END_CONTENT"
        );
    }
}

/// One line: a mark, the task, and what is wrong.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let task = self.task;
        match &self.finding {
            Ok(()) => write!(f, "\u{2714} {task}: {}", either("right!", "richtig!")),
            Err(reason) => {
                let end = if reason.ends_with(['?', '!', '.']) { "" } else { "." };
                write!(f, "\u{2718} {task}: {}: {reason}{end}", either("not yet", "noch nicht"))
            }
        }
    }
}

/// `4 of 7 tasks of this notebook done.`
fn so_far(verdict: &Verdict, progress: &Progress) -> String {
    let Some((notebook, _)) = course::find(verdict.task) else { return String::new() };
    let (done, all) = count(&notebook, progress);
    match verdict.is_pass() && done == all {
        true => either(
            format!("All {all} tasks of this notebook done. Well done!"),
            format!("Du hast alle {all} Aufgaben dieses Notebooks gelöst. Gut gemacht!"),
        ),
        false => either(
            format!("{done} of {all} tasks of this notebook done."),
            format!("{done} von {all} Aufgaben dieses Notebooks gelöst."),
        ),
    }
}

fn count(notebook: &course::Notebook, progress: &Progress) -> (usize, usize) {
    let tasks: Vec<_> = notebook.tasks().collect();
    (tasks.iter().filter(|task| progress.has_done(task.name)).count(), tasks.len())
}

fn not_kept(problem: &Error) -> String {
    either(
        format!("(Your progress could not be kept: {problem}.)"),
        format!("(Dein Fortschritt konnte nicht gespeichert werden: {problem}.)"),
    )
}

/// How much of each notebook is done: `check::progress()`.
#[must_use = "end the cell with it, without a semicolon"]
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    rows: Vec<(&'static str, usize, usize)>,
}

/// How many tasks of each notebook were solved, on this machine and by this user.
pub fn progress() -> Overview {
    let progress = Progress::load();
    let row = |notebook: course::Notebook| {
        let (done, all) = count(&notebook, &progress);
        (notebook.name, done, all)
    };
    Overview { rows: course::notebooks().map(row).collect() }
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

/// The hints for a task so far.
#[must_use = "end the cell with it, without a semicolon"]
#[derive(Clone, Debug, PartialEq)]
pub struct Hint {
    text: String,
}

/// Gives a hint for a task, and one more at each call: `hint("flatten")`.
pub fn hint(task: &str) -> Hint {
    let Some((notebook, task)) = course::find(task) else {
        let text = either(
            format!("There is no task {task:?}: the name stands in the check below the task."),
            format!(
                "Die Aufgabe {task:?} gibt es nicht: Den Namen findest du in der Prüfung darunter."
            ),
        );
        return Hint { text };
    };
    let hints = notebook.hints(task.name, either("en", "de"));
    // Where nothing can be kept, all of them are better than none.
    let seen = Progress::keep_hint(task.name, hints.len()).unwrap_or(hints.len());
    let lines = hints.iter().take(seen).enumerate().map(|(index, hint)| {
        let (number, all) = (index + 1, hints.len());
        either(format!("Hint {number} of {all}: "), format!("Tipp {number} von {all}: ")) + hint
    });
    Hint { text: lines.collect::<Vec<_>>().join("\n") }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Hint {
    /// Shows the hints when they end a notebook cell.
    pub fn evcxr_display(&self) {
        println!("{}", in_short_lines(&self.to_string()));
    }
}
