//! The page of the class, for the teacher: who has what, which task went badly and why, and what
//! deserves a look.

use std::collections::HashMap;

use maud::{Markup, html};

use crate::base::language::Language;
use crate::base::spoken::seconds;
use crate::marking::mark::{Finding, Mark};
use crate::marking::page::{page, points};
use crate::marking::visible::visible;

/// How many reasons are told for each task.
const REASONS: usize = 3;

/// The page; `files` are the reports', in the order of `marks`.
pub(crate) fn class_page(marks: &[&Mark], files: &[String]) -> String {
    let language = language(marks);
    let say = |english: &'static str, german: &'static str| language.either(english, german);
    let mut exercises: Vec<&str> =
        marks.iter().map(|mark| mark.hand_in.exercise.as_str()).collect();
    exercises.sort_unstable();
    exercises.dedup();
    let body = html! {
        @for exercise in exercises {
            @let of_exercise: Vec<(&Mark, &String)> = marks
                .iter()
                .copied()
                .zip(files)
                .filter(|(mark, _)| mark.hand_in.exercise == exercise)
                .collect();
            h2 { @if exercise.is_empty() { (say("No notebook", "Kein Notebook")) } (visible(exercise)) }
            (learners(language, &of_exercise))
            (tasks(language, &of_exercise))
        }
        @let odd: Vec<(&Mark, &String)> =
            marks.iter().copied().zip(files).filter(|(mark, _)| !mark.remarks.is_empty()).collect();
        @if !odd.is_empty() {
            h2 { (say("Remarks", "Anmerkungen")) }
            (remarks(language, &odd))
        }
        p {
            (say("The same as a table: ", "Dasselbe als Tabelle: "))
            a href="marks.csv" { "marks.csv" } ", " a href="marks.de.csv" { "marks.de.csv" }
        }
    };
    page(language, say("Marks", "Bewertung"), &body)
}

/// That of most hand-ins.
fn language(marks: &[&Mark]) -> Language {
    let german = marks.iter().filter(|mark| mark.hand_in.language == Language::German).count();
    if 2 * german > marks.len() { Language::German } else { Language::English }
}

fn learners(language: Language, marks: &[(&Mark, &String)]) -> Markup {
    let say = |english: &'static str, german: &'static str| language.either(english, german);
    let names = task_names(marks);
    html! {
        table {
            tr {
                th { (say("Learner", "Name")) }
                th { (say("Points", "Punkte")) }
                @for name in &names { th { (visible(name)) } }
                th { (say("Time", "Zeit")) }
                th { (say("What happened", "Was geschah")) }
                th { (say("Remarks", "Anmerkungen")) }
            }
            @for (mark, file) in marks {
                tr {
                    td { a href=(visible(file)) { (visible(&mark.hand_in.learner)) } }
                    td {
                        (points(mark))
                        @if let Some(of) = mark.of_points() { " / " (of) }
                        @if let Some(percent) = mark.percent().filter(|_| mark.is_marked()) {
                            " (" (percent) " %)"
                        }
                    }
                    @for name in &names {
                        @let task = mark.tasks.iter().find(|task| task.name == **name);
                        @if let Some(task) = task.filter(|_| mark.is_marked()) {
                            td class=(if task.points == task.of { "all" } else { "none" }) {
                                (task.points)
                            }
                        } @else {
                            td {}
                        }
                    }
                    td { @if mark.seconds > 0.0 { (format!("{:.0} s", mark.seconds)) } }
                    td { (visible(&mark.status.reason(language))) }
                    td { @if !mark.remarks.is_empty() { (mark.remarks.len()) } }
                }
            }
        }
    }
}

/// The tasks of an exercise, the one that went worst first. What was not run says nothing about them.
fn tasks(language: Language, marks: &[(&Mark, &String)]) -> Markup {
    let say = |english: &'static str, german: &'static str| language.either(english, german);
    let marks: Vec<_> = marks.iter().copied().filter(|(mark, _)| mark.was_run()).collect();
    let mut rows: Vec<TaskRow> =
        task_names(&marks).iter().map(|name| TaskRow::of(name, &marks)).collect();
    rows.sort_by(|a, b| (a.solved * b.all).cmp(&(b.solved * a.all)));
    html! {
        @if !rows.is_empty() {
            h3 { (say("Tasks, the hardest first", "Aufgaben, die schwerste zuerst")) }
            table {
                tr {
                    th { (say("Task", "Aufgabe")) }
                    th { (say("Solved", "Gelöst")) }
                    th { (say("Time on average", "Zeit im Mittel")) }
                    th { (say("Most frequent reasons", "Häufigste Gründe")) }
                }
                @for row in rows {
                    tr {
                        td { (visible(row.name)) }
                        td { (row.solved) " / " (row.all) }
                        td { (seconds(row.seconds).get(language)) }
                        td {
                            @for (reason, count) in row.reasons(language) {
                                div { (count) " \u{d7} " (visible(&reason)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What all hand-ins came to in one task.
struct TaskRow<'a> {
    name: &'a str,
    solved: usize,
    all: usize,
    seconds: f64,
    wrong: Vec<&'a Finding>,
}

impl<'a> TaskRow<'a> {
    fn of(name: &'a str, marks: &[(&'a Mark, &String)]) -> Self {
        let tasks = marks.iter().flat_map(|(mark, _)| &mark.tasks);
        let tasks: Vec<_> = tasks.filter(|task| task.name == name).collect();
        let solved = tasks.iter().filter(|task| task.points == task.of).count();
        let seconds: f64 = tasks.iter().map(|task| task.seconds).sum();
        Self {
            name,
            solved,
            all: tasks.len(),
            seconds: seconds / tasks.len().max(1) as f64,
            wrong: tasks.iter().filter(|t| t.points < t.of).map(|task| &task.finding).collect(),
        }
    }

    /// The most frequent ones, with how often they came.
    fn reasons(&self, language: Language) -> Vec<(String, usize)> {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for finding in &self.wrong {
            let sentence = finding.sentence(language);
            // Without the mark and the name of the task, which all of them have.
            let reason = sentence.split_once(": ").filter(|_| sentence.starts_with('\u{2718}'));
            let reason = reason.map_or(sentence.as_str(), |(_, reason)| reason).to_owned();
            *counts.entry(reason).or_default() += 1;
        }
        let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts.truncate(REASONS);
        counts
    }
}

fn task_names<'a>(marks: &[(&'a Mark, &String)]) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for task in marks.iter().flat_map(|(mark, _)| &mark.tasks) {
        if !names.contains(&task.name.as_str()) {
            names.push(&task.name);
        }
    }
    names
}

fn remarks(language: Language, marks: &[(&Mark, &String)]) -> Markup {
    html! {
        @for (mark, file) in marks {
            p {
                a href=(visible(file)) { (visible(&mark.hand_in.learner)) ": " (visible(&mark.hand_in.exercise)) }
            }
            ul {
                @for remark in &mark.remarks {
                    li class=(if remark.is_suspicion() { "none" } else { "" }) {
                        (visible(&remark.sentence(language)))
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::spoken::spoken;
    use crate::marking::hand_in::HandIn;
    use crate::marking::mark::{Status, TaskMark};
    use crate::marking::remark::Remark;

    fn mark(learner: &str, language: Language, points: [usize; 2], reason: &str) -> Mark {
        let hand_in = HandIn {
            learner: learner.into(),
            file: "x.ipynb".into(),
            exercise: "03_shapes".into(),
            language,
            says_language: true,
            cells: Ok(Vec::new()),
            remarks: Vec::new(),
        };
        let mut mark = Mark::without_run(hand_in, None, Status::Ran);
        let names = ["easy", "hard"];
        let task = |(name, points): (&str, usize)| TaskMark {
            name: name.into(),
            points,
            of: 2,
            finding: Finding::Verdict(format!("\u{2718} {name}: not yet: {reason}")),
            seconds: 1.5,
        };
        mark.tasks = names.into_iter().zip(points).map(task).collect();
        mark.remarks = vec![Remark::Unusual("<unsafe>".into())];
        mark
    }

    #[test]
    fn what_was_not_run_makes_no_task_harder() {
        let english = Language::English;
        let mut cut_off = mark("bob", english, [0, 0], "");
        cut_off.status = Status::Unreadable(spoken!("it is cut off", ""));
        let mut failed = mark("cem", english, [0, 0], "");
        failed.status = Status::NotMarked(spoken!("no room", "kein Platz"));
        let reasons = Language::ALL.map(|language| failed.status.reason(language));
        assert_eq!(reasons[0], "It could not be marked: no room.");
        assert_eq!(reasons[1], "Es konnte nicht bewertet werden: Kein Platz.");
        let marks = [mark("anna", english, [2, 0], "rows"), cut_off, failed];
        let page = class_page(&marks.each_ref(), &["a".into(), "b".into(), "c".into()]);
        assert!(page.contains("<td>easy</td><td>1 / 1</td>"), "{page}");
        assert!(page.contains("<td>hard</td><td>0 / 1</td>"), "{page}");
        assert!(page.contains("<td>\u{2013} / 4</td><td></td><td></td>"), "{page}");
    }

    #[test]
    fn the_class_is_seen_at_a_glance() {
        let german = Language::German;
        let marks = [
            mark("<eve>", german, [2, 0], "rows"),
            mark("bob", german, [2, 0], "rows"),
            mark("cem", Language::English, [0, 0], "columns"),
        ];
        let page = class_page(&marks.each_ref(), &["<a>".into(), "b".into(), "c".into()]);
        assert!(
            page.contains("<html lang=\"de\">") && page.contains("2 \u{d7} not yet: rows"),
            "{page}"
        );
        let [hard, easy] =
            ["<td>hard</td><td>0 / 3</td><td>1,5 s</td>", "<td>easy</td><td>2 / 3</td>"]
                .map(|row| page.find(row).unwrap_or_else(|| panic!("{row}: {page}")));
        assert!(hard < easy, "the hardest comes first");
        assert!(page.contains("&lt;unsafe&gt;"), "a teacher sees all remarks: {page}");
        for tag in ["<eve>", "<a>", "<unsafe>"] {
            assert!(!page.contains(tag), "{tag}: {page}");
        }
    }
}
