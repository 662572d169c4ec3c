//! What a check came to.

use std::fmt;

use zunder::OwnDisplay;
use zunder::words::{either, in_even_lines, in_short_lines, told};

use crate::overview::count;
use crate::panics::{caught, without_panic};
use crate::progress::Progress;
use crate::sentences::plain;
use crate::tasks;

/// What a check came to: pass, or fail with the reason.
///
/// At the end of a notebook cell it prints that, keeps a solved task in the user's progress, and
/// returns the points as `text/plain`, which is what nbgrader counts.
#[must_use = "end the cell with it, without a semicolon"]
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    task: &'static str,
    is_pass: bool,
    /// What is said. Its parts were put into the language of that moment, so it stays in it.
    line: String,
    _own_display: OwnDisplay,
    /// Why it is right, for those who have solved it.
    why: Option<String>,
}

/// What a check found: nothing wrong, or the reason in the chosen language.
pub(crate) type Finding = Result<(), String>;

/// Looks at a task with `look`. A panic in it, for example in a learner's function, is a fail.
pub(crate) fn judge(task: &'static str, look: impl FnOnce() -> Finding) -> Verdict {
    Verdict::new(task, caught(look).unwrap_or_else(|words| panicked(&words)))
}

fn panicked(words: &str) -> Finding {
    let words = if words.is_empty() { either("without a word", "ohne ein Wort") } else { words };
    // Which inputs the learner should try.
    let (inputs, german) = if words.contains("index") {
        ("shorter and longer lists", "kürzeren und längeren Listen")
    } else if words.contains("Operation:") {
        ("tensors of other shapes too", "Tensoren anderer Form")
    } else {
        ("the smallest and the largest values too", "den kleinsten und den größten Werten")
    };
    Err(told!(
        "your code panicked while it was checked ({words}); run it once by itself, with {inputs}, and the \
         message says where",
        "dein Code ist bei der Prüfung abgestürzt (panic: {words}); führe ihn einmal allein aus, auch mit \
         {german}, dann sagt dir die Meldung, wo"
    ))
}

impl Verdict {
    fn new(task: &'static str, finding: Finding) -> Self {
        let is_pass = finding.is_ok();
        let line = match finding {
            Ok(()) => format!("\u{2714} {task}: {}", either("right!", "richtig!")),
            Err(reason) => {
                let end = if reason.ends_with(['?', '!', '.']) { "" } else { "." };
                format!("\u{2718} {task}: {}: {reason}{end}", either("not yet", "noch nicht"))
            }
        };
        let answer = tasks::find(task).filter(|_| is_pass).and_then(|(_, task)| task.answer());
        let why = answer.map(|answer| plain(answer.why.chosen()));
        let why = why.and_then(|why| Some(why.lines().next()?.to_owned()));
        Verdict { task, is_pass, line, why, _own_display: OwnDisplay::default() }
    }

    /// Whether the task is solved.
    pub fn is_pass(&self) -> bool {
        self.is_pass
    }

    /// Asks for something more: the hidden check in a teacher's notebook.
    pub fn and(self, also: impl FnOnce() -> bool) -> Verdict {
        if !self.is_pass || without_panic(also) == Some(true) {
            return self;
        }
        let reason = either(
            "the first look was fine, but a further check was not passed: your solution does not \
             hold for other data yet",
            "auf den ersten Blick stimmt alles, aber eine weitere Prüfung schlägt fehl: Deine \
             Lösung soll auch für andere Daten richtig sein",
        );
        Verdict::new(self.task, Err(reason.to_owned()))
    }

    /// The points that the task is worth, and how many of them this verdict gives.
    fn points(&self) -> (usize, usize) {
        let worth = tasks::find(self.task).map_or(1, |(_, task)| task.points);
        (if self.is_pass { worth } else { 0 }, worth)
    }

    /// Shows the verdict when it ends a notebook cell, and keeps a pass in the user's progress.
    pub fn evcxr_display(&self) {
        let kept = if self.is_pass { Progress::keep_done(self.task) } else { Ok(Progress::load()) };
        println!("{}", in_short_lines(&self.line));
        self.why.iter().for_each(|why| println!("{}", in_even_lines(why)));
        match kept {
            Ok(progress) => {
                println!("{}", so_far(self, &progress));
                shown_line(self, &progress).iter().for_each(|line| println!("{line}"));
                progress.notice().iter().for_each(|notice| println!("{notice}"));
            }
            Err(problem) => println!("{}", not_kept(&problem)),
        }
        let (points, of) = self.points();
        let colour = if self.is_pass { "#1a7f37" } else { "#b35900" };
        let word = if of == 1 { either("point", "Punkt") } else { either("points", "Punkten") };
        let words = told!("{points} of {of} {word}", "{points} von {of} {word}");
        println!(
            "EVCXR_BEGIN_CONTENT text/html\n<b style=\"color: {colour}\">{words}</b>\nEVCXR_END_CONTENT\n\
             EVCXR_BEGIN_CONTENT text/plain\n{points}\nEVCXR_END_CONTENT"
        );
    }
}

/// One line: a mark, the task, and what is wrong.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

/// `4 of 7 tasks of this notebook done.`
fn so_far(verdict: &Verdict, progress: &Progress) -> String {
    let Some((notebook, _)) = tasks::find(verdict.task) else { return String::new() };
    let (done, all) = count(notebook, progress);
    if verdict.is_pass && done == all {
        told!(
            "All {all} tasks of this notebook done. Well done!",
            "Du hast alle {all} Aufgaben dieses Notebooks gelöst. Gut gemacht!"
        )
    } else if !verdict.is_pass && progress.has_done(verdict.task) {
        either(
            "You have solved this task before: that counts.",
            "Diese Aufgabe hast du schon einmal gelöst: Das zählt.",
        )
        .to_owned()
    } else {
        told!(
            "{done} of {all} tasks of this notebook done.",
            "{done} von {all} Aufgaben dieses Notebooks gelöst."
        )
    }
}

/// A pass whose solution was shown says so: that stays in the notebook, and a teacher's table shows it.
fn shown_line(verdict: &Verdict, progress: &Progress) -> Option<String> {
    let task = verdict.task;
    (verdict.is_pass && progress.has_shown(task)).then(|| {
        told!("(The solution of {task} was shown.)", "(Die Lösung von {task} wurde gezeigt.)")
    })
}

fn not_kept(problem: &str) -> String {
    told!(
        "(Your progress could not be kept: {problem}.)",
        "(Dein Fortschritt konnte nicht gespeichert werden: {problem}.)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use zunder::words::in_german;

    #[test]
    fn a_verdict_stays_in_the_language_that_it_was_made_in() {
        let german = in_german(|| judge("flatten", || Err("Warum?".to_owned())));
        assert_eq!(german.to_string(), "\u{2718} flatten: noch nicht: Warum?");
        assert!(in_german(|| judge("flatten", || panic!("oh"))).to_string().contains("abgestürzt"));
        let silent = || judge("flatten", || panic!("")).to_string();
        assert!(silent().contains("while it was checked (without a word); run"), "{}", silent());
        assert!(in_german(silent).contains("(panic: ohne ein Wort); führe"));
    }

    #[test]
    fn a_further_check_can_only_take_a_pass_away() {
        let pass = || judge("flatten", || Ok(()));
        assert!(pass().and(|| true).is_pass());
        assert!(!pass().and(|| false).is_pass());
        assert!(!pass().and(|| panic!("oh")).is_pass());
        let fail = judge("flatten", || Err("why".to_owned()));
        assert_eq!(fail.clone().and(|| true), fail);
    }

    #[test]
    fn a_pass_behind_a_shown_solution_says_so() {
        let shown: Progress =
            serde_json::from_str("{\"shown\": [\"flatten\"]}").expect("it is read");
        let pass = judge("flatten", || Ok(()));
        let line = shown_line(&pass, &shown);
        assert_eq!(line.as_deref(), Some("(The solution of flatten was shown.)"));
        assert_eq!(shown_line(&pass, &Progress::default()), None);
        let fail = judge("flatten", || Err("why".to_owned()));
        assert_eq!(shown_line(&fail, &shown), None);
    }

    #[test]
    fn a_pass_says_why() {
        let why = judge("flatten", || Ok(())).why.expect("it is explained");
        assert!(why.contains("784"), "{why}");
        assert_eq!(judge("flatten", || Err("why".to_owned())).why, None);
    }

    #[test]
    fn points_are_those_of_the_course() {
        assert_eq!(judge("flatten", || Ok(())).points(), (2, 2));
        assert_eq!(judge("flatten", || Err("why".to_owned())).points(), (0, 2));
    }
}
