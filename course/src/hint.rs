//! Hints: one more at each call.

use std::fmt;

use zunder::OwnDisplay;
use zunder::words::{either, in_short_lines};

use crate::progress::Progress;
use crate::sentences::brief;
use crate::tasks;

/// The hints for a task so far.
#[must_use = "end the cell with it, without a semicolon"]
#[derive(Clone, Debug, PartialEq)]
pub struct Hint {
    text: String,
    _own_display: OwnDisplay,
}

/// Gives a hint for a task, and one more at each call: `hint("flatten")`.
pub fn hint(task: &str) -> Hint {
    let Some((_, task)) = tasks::find(task) else {
        let task = brief(&task);
        let text = either(
            format!("There is no task {task}: the name stands in the check below the task."),
            format!(
                "Die Aufgabe {task} gibt es nicht: Den Namen findest du in der Prüfung darunter."
            ),
        );
        return Hint { text, _own_display: OwnDisplay::default() };
    };
    let hints = task.hints.chosen();
    // Where nothing can be kept, all of them are better than none.
    let (seen, notice) = match Progress::keep_hint(&task.name, hints.len()) {
        Ok((seen, progress)) => (seen, progress.notice()),
        Err(_) => (hints.len(), None),
    };
    let numbered = hints.iter().take(seen).enumerate().map(|(index, hint)| {
        let (number, all) = (index + 1, hints.len());
        either(format!("Hint {number} of {all}: "), format!("Tipp {number} von {all}: ")) + hint
    });
    let text = numbered.chain(notice).collect::<Vec<_>>().join("\n");
    Hint { text, _own_display: OwnDisplay::default() }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Hint {
    /// Shows the hints when they end a notebook cell.
    pub fn evcxr_display(&self) {
        println!("{}", in_short_lines(&self.text));
    }
}
