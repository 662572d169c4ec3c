//! Hints: one more at each call, and in the end the solution.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use zunder::words::{either, in_even_lines, in_short_lines, told};

use crate::progress::Progress;
use crate::sentences::{brief, plain};
use crate::tasks::{self, Answer, Task, Texts};

/// The hints for a task so far.
#[must_use = "end the cell with it, without a semicolon"]
#[derive(Clone, PartialEq)]
pub struct Hint {
    text: String,
}

/// Gives a hint for a task, and one more at each call: `hint("flatten")`. A call behind the last one
/// shows the solution. A task of a test has neither.
pub fn hint(task: &str) -> Hint {
    let text = match tasks::find(task) {
        Some((_, task)) => of(task),
        None => in_short_lines(&unknown(task)),
    };
    Hint { text }
}

/// The hints so far and one more, or the solution behind the last one.
fn of(task: &Task) -> String {
    let name = &task.name;
    let Some(hints) = task.hints.as_ref().map(Texts::chosen) else {
        return in_short_lines(&told!(
            "The task {name} belongs to a test: there are no hints for it.",
            "Die Aufgabe {name} gehört zu einem Test: Für sie gibt es keine Tipps."
        ));
    };
    let (seen, is_shown, progress) = match Progress::keep_hint(name, hints.len()) {
        Ok((seen, progress)) => (seen, progress.has_shown(name), progress),
        // Where nothing can be kept, all of them are better than none.
        Err(_) => (hints.len(), is_asked_again(name), Progress::default()),
    };
    let numbered = hints.iter().take(seen).enumerate().map(|(index, hint)| {
        let (number, all) = (index + 1, hints.len());
        let head = told!("Hint {number} of {all}", "Tipp {number} von {all}");
        in_short_lines(&format!("{head}: {}", plain(hint)))
    });
    let solution = (seen == hints.len()).then(|| offered(task, is_shown));
    let lines = numbered.chain(solution).chain(progress.notice());
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether this kernel has given the hints for a task before: for learners whose progress cannot be kept.
fn is_asked_again(task: &str) -> bool {
    static ASKED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    !ASKED.lock().unwrap_or_else(PoisonError::into_inner).insert(task.to_owned())
}

/// There is no such task; perhaps the name of one was only begun.
fn unknown(task: &str) -> String {
    let named = brief(&task);
    if let Some(meant) = tasks::like(task) {
        return told!(
            "There is no task {named}; do you mean hint(\"{meant}\")?",
            "Die Aufgabe {named} gibt es nicht. Meinst du hint(\"{meant}\")?"
        );
    }
    told!(
        "There is no task {named}: the name stands in the check below the task.",
        "Die Aufgabe {named} gibt es nicht: Den Namen findest du in der Prüfung darunter."
    )
}

/// The solution and why it is right, or that it can be had.
fn offered(task: &Task, is_shown: bool) -> String {
    match task.answer().filter(|_| is_shown) {
        None => in_even_lines(either(
            "That was the last hint. Still stuck? Run this cell once more, and it shows a solution.",
            "Das war der letzte Tipp. Du hängst noch fest? Führe diese Zelle noch einmal aus, dann zeigt \
             sie dir eine Lösung.",
        )),
        Some(Answer { solution, why }) => {
            let name = &task.name;
            let head = told!("Solution of {name}:", "Lösung von {name}:");
            let why = in_even_lines(&plain(why.chosen()));
            format!("{head}\n\n{solution}\n\n{why}")
        }
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// As `Display`: this is what the end of a notebook cell shows.
impl fmt::Debug for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_only_begun_is_understood() {
        assert_eq!(unknown("Flat"), "There is no task \"Flat\"; do you mean hint(\"flatten\")?");
        assert!(unknown("zzz").ends_with("in the check below the task."), "{}", unknown("zzz"));
        assert!(unknown("").ends_with("in the check below the task."));
        let german = zunder::words::in_german(|| unknown("flatten!"));
        assert_eq!(german, "Die Aufgabe \"flatten!\" gibt es nicht. Meinst du hint(\"flatten\")?");
    }

    /// As `cargo lab course build` writes a task with the word `exam`.
    #[test]
    fn a_task_of_a_test_has_neither_hints_nor_a_solution() {
        let task = "{\"name\": \"my_mean\", \"points\": 2}";
        let task: Task = serde_json::from_str(task).expect("it is read");
        let said = "The task my_mean belongs to a test: there are no hints for it.";
        assert_eq!([(); 4].map(|()| of(&task)), [said; 4]);
        let german = zunder::words::in_german(|| of(&task));
        assert_eq!(
            german,
            "Die Aufgabe my_mean gehört zu einem Test: Für sie gibt es keine Tipps."
        );
        assert!(task.answer().is_none());
    }

    #[test]
    fn a_name_that_is_right_but_for_capitals_and_blanks_is_understood_as_it_is() {
        for task in tasks::course().notebooks.iter().flat_map(|notebook| &notebook.tasks) {
            let typed = format!(" {} ", task.name.to_uppercase());
            assert!(task.name.len() < 3 || tasks::like(&typed) == Some(&task.name), "{typed}");
        }
    }

    #[test]
    fn where_nothing_can_be_kept_the_second_call_shows_the_solution() {
        assert_eq!([(); 3].map(|()| is_asked_again("flatten")), [false, true, true]);
        assert!(!is_asked_again("shapes"));
    }

    #[test]
    fn the_solution_is_offered_and_then_shown() {
        let (_, task) = tasks::find("flatten").expect("it is there");
        let offer = offered(task, false);
        assert!(offer.contains("once more") && !offer.contains("reshape"), "{offer}");
        let solution = zunder::words::in_german(|| offered(task, true));
        assert!(solution.starts_with("Lösung von flatten:\n\nlet x_flat"), "{solution}");
        let in_one_line = solution.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(in_one_line.contains("Kein Wert ändert sich"), "{solution}");
    }

    #[test]
    fn a_solution_stays_as_it_is_and_its_explanation_is_broken_evenly() {
        let (mut solutions, mut broken) = (0, 0);
        for task in tasks::course().notebooks.iter().flat_map(|notebook| &notebook.tasks) {
            let Some(answer) = task.answer() else { continue };
            let shown = offered(task, true);
            let why = plain(answer.why.chosen());
            let (_, end) = shown.split_once(&answer.solution).expect("its lines are not broken");
            assert_eq!(
                end.split_whitespace().collect::<Vec<_>>(),
                why.split_whitespace().collect::<Vec<_>>()
            );
            let hanging =
                end.lines().find(|line| line.starts_with(' ') || line.chars().count() > 90);
            assert_eq!(hanging, None, "{}", task.name);
            solutions += 1;
            broken += usize::from(end.trim().lines().count() > why.lines().count());
        }
        assert!(solutions > 90 && broken > 60, "{solutions} {broken}");
    }
}
