//! The report on a hand-in, made to be handed back: in the learner's language, without hidden parts
//! of checks, and without what is the teacher's business alone.
//!
//! Everything that comes from a learner is written as text. No page holds a script, and the
//! policy at its top has the browser run none.
//!
//! Over 300 lines: with a test that takes a hand-in all the way to its page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::base::language::Language;
use crate::base::spoken::seconds;
use crate::marking::cell_run::CellRun;
use crate::marking::compose::Step;
use crate::marking::hand_in::HandIn;
use crate::marking::mark::Mark;
use crate::marking::visible::visible;

const STYLE: &str = "body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}\
table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.3em .7em;text-align:left}\
pre{background:#f5f5f5;padding:.7em;overflow-x:auto;white-space:pre-wrap;margin:.3em 0}\
pre.output{background:none;border-left:3px solid #ccc}pre.errors{background:#fff0ee}\
.all{color:#1a7f37}.none{color:#b35900}section{margin:1.2em 0}small{color:#666}";

/// More of a cell's code than this is not shown, in bytes.
const LONGEST_CODE: usize = 20_000;

/// More cells than this are not shown.
const MOST_CELLS: usize = 300;

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

pub(crate) fn page(language: Language, title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width";
                title { (visible(title)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (visible(title)) }
                (body)
            }
        }
    };
    page.into_string()
}

/// The report on one hand-in, in its language.
pub(crate) fn report(mark: &Mark) -> String {
    let language = mark.hand_in.language;
    let say = |english: &'static str, german: &'static str| language.either(english, german);
    let body = html! {
        @if let Some(of) = mark.of_points() {
            p { b { (points(mark)) " / " (of) " " (say("points", "Punkte")) } }
        }
        @let reason = mark.status.reason(language);
        @if !reason.is_empty() {
            p.none { (visible(&reason)) }
        }
        @if !mark.tasks.is_empty() && mark.is_marked() {
            (points_of_tasks(mark))
        }
        @let remarks: Vec<_> = mark.remarks.iter().filter(|it| !it.is_suspicion()).collect();
        @if !remarks.is_empty() {
            h2 { (say("Remarks", "Anmerkungen")) }
            ul {
                @for remark in remarks {
                    li { (visible(&remark.sentence(language))) }
                }
            }
        }
        @if !mark.steps.is_empty() {
            h2 { (say("Code and output", "Code und Ausgabe")) }
        }
        @for (number, step) in mark.steps.iter().enumerate().take(MOST_CELLS) {
            (cell(language, number + 1, step, mark.cells.get(number)))
        }
        @if mark.steps.len() > MOST_CELLS {
            p { (say("Further cells are left out.", "Weitere Zellen sind weggelassen.")) }
        }
    };
    page(language, &format!("{}: {}", mark.hand_in.learner, mark.hand_in.exercise), &body)
}

/// All points, or a dash where nobody knows them.
pub(crate) fn points(mark: &Mark) -> String {
    if mark.is_marked() { mark.points().to_string() } else { "\u{2013}".to_owned() }
}

fn points_of_tasks(mark: &Mark) -> Markup {
    let language = mark.hand_in.language;
    let say = |english: &'static str, german: &'static str| language.either(english, german);
    html! {
        table {
            tr {
                th { (say("Task", "Aufgabe")) }
                th { (say("Points", "Punkte")) }
                th { (say("The check says", "Die Prüfung sagt")) }
            }
            @for task in &mark.tasks {
                tr {
                    td { (visible(&task.name)) }
                    td class=(if task.points == task.of { "all" } else { "none" }) {
                        (task.points) " / " (task.of)
                    }
                    td { (visible(&task.finding.sentence(language))) }
                }
            }
        }
    }
}

fn cell(language: Language, number: usize, step: &Step, run: Option<&CellRun>) -> Markup {
    let say = |english: &'static str, german: &'static str| language.either(english, german);
    let of = match (&step.answers, &step.checks) {
        (Some(task), _) => format!(" \u{b7} {} {task}", say("task", "Aufgabe")),
        (_, Some(task)) => format!(" \u{b7} {} {task}", say("check", "Prüfung")),
        _ => String::new(),
    };
    let time = |run: &CellRun| format!(" \u{b7} {}", seconds(run.seconds).get(language));
    html! {
        section {
            small { (number) (visible(&of)) (run.map(time).unwrap_or_default()) }
            @let end = step.shown.floor_char_boundary(LONGEST_CODE);
            pre { (visible(&step.shown[..end])) @if end < step.shown.len() { " \u{2026}" } }
            @if let Some(run) = run {
                (output(language, run, step.checks.is_some()))
            } @else {
                small { (say("Not reached.", "Nicht erreicht.")) }
            }
        }
    }
}

fn output(language: Language, run: &CellRun, is_check: bool) -> Markup {
    let say = |english: &'static str, german: &'static str| language.either(english, german);
    let notes = [
        (run.is_cut, say("The output was cut here.", "Die Ausgabe ist hier gekürzt.")),
        (run.has_picture, say("(a picture)", "(ein Bild)")),
        (
            run.was_interrupted,
            say("Interrupted: it took too long.", "Unterbrochen: Das dauerte zu lange."),
        ),
    ];
    let ended = run.ended.map(|stop| stop.reason(language)).unwrap_or_default();
    html! {
        @let verdict = run.verdicts.last().filter(|_| is_check).map_or("", String::as_str);
        @for (class, output) in [("output", run.output.as_str()), ("output", verdict), ("errors", &run.errors)] {
            @if !output.trim().is_empty() {
                pre class=(class) { (visible(output.trim_end())) }
            }
        }
        @for (_, note) in notes.into_iter().filter(|(holds, _)| *holds) {
            small { (note) " " }
        }
        small { (ended) }
    }
}

/// A name for a report's file that is safe on every system, and new.
pub(crate) fn file_name(hand_in: &HandIn, taken: &[String]) -> String {
    let stem = hand_in.file.file_stem().unwrap_or_default().to_string_lossy();
    let name = if Some(&*stem) == hand_in.learner.rsplit('/').next() {
        hand_in.learner.clone()
    } else {
        format!("{}-{stem}", hand_in.learner)
    };
    let safe = |c: char| if c.is_alphanumeric() || "-_".contains(c) { c } else { '-' };
    let name: String = name.chars().map(safe).take(80).collect();
    // File systems count bytes, and a letter may have four.
    let name = &name[..name.floor_char_boundary(150)];
    let names = std::iter::once(format!("reports/{name}.html"))
        .chain((2..).map(|number| format!("reports/{name}-{number}.html")));
    // Not all file systems tell capital letters from small ones.
    let is_new =
        |name: &String| !taken.iter().any(|other| other.to_lowercase() == name.to_lowercase());
    names.into_iter().find(is_new).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::course::notebook::{Edition, make};
    use crate::course::source::{Part, Source, Task};
    use crate::marking::cell_run::CheckResult;
    use crate::marking::compose::compose;
    use crate::marking::hand_in::read;
    use crate::marking::limits::Stop;
    use crate::marking::mark::{Finding, Status, TaskMark};
    use crate::marking::remark::Remark;
    use crate::marking::supervisor::Outcome;

    fn mark(learner: &str) -> Mark {
        let hand_in = HandIn {
            learner: learner.into(),
            file: "03_shapes.ipynb".into(),
            exercise: "<b>".into(),
            language: Language::German,
            says_language: true,
            cells: Ok(Vec::new()),
            remarks: Vec::new(),
        };
        let mut mark = Mark::without_run(hand_in, None, Status::UnknownExercise("<i>".into()));
        let step = Step {
            shown: "<script>alert(1)</script>".into(),
            answers: Some("\"onclick='x'".into()),
            ..Step::default()
        };
        let run = CellRun {
            output: "</pre><img src=x onerror=alert(1)>".into(),
            errors: "a < b".into(),
            ..CellRun::default()
        };
        (mark.steps, mark.cells) = (vec![step], vec![run]);
        mark
    }

    #[test]
    fn nothing_of_a_learner_is_markup() {
        let page = report(&mark("<eve>"));
        for tag in ["<script", "<img", "<eve>", "<b>0", "<i>", "\"onclick"] {
            assert!(!page.contains(tag), "{tag}: {page}");
        }
        assert!(report(&mark("eve")).contains("\u{b7} 0,0 s"), "as Germans write it");
        assert!(report(&mark("eve")).contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        assert!(report(&mark("a\u{0}\u{202e}\rb")).contains("a\u{fffd}\u{fffd}\u{fffd}b"));
    }

    #[test]
    fn no_page_runs_or_loads_anything() {
        let policy = r#"<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">"#;
        let page = report(&mark("eve"));
        // Before anything of a learner, so that it holds for all of it.
        let position = page.find(policy).expect("the policy");
        assert!(position < page.find("<title>").expect("the title"), "{page}");
    }

    #[test]
    fn suspicions_are_not_handed_back() {
        let mut mark = mark("eve");
        mark.remarks =
            vec![Remark::Unusual("global_asm".into()), Remark::TaskMissing("flatten".into())];
        let page = report(&mark);
        assert!(page.contains("flatten") && !page.contains("global_asm"), "{page}");
    }

    /// Every cell prints all that is run, and a thread speaks as the check does, behind it.
    #[test]
    fn no_hidden_part_comes_back_from_hand_in_to_page() {
        const HIDDEN: &str = ".and(|| double(7_654.0) == 15_308.0)";
        let task = Task {
            name: "double".into(),
            points: 2,
            starter: "let double = 0;".into(),
            check: "check::double(&double)".into(),
            hidden: HIDDEN.into(),
            ..Task::default()
        };
        let parts = vec![Part::Task(Box::new(task))];
        let source = Source { name: "01_test".into(), parts, ..Source::default() };
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("01_test.ipynb");
        let notebook = make(&source, Language::German, Edition::Learner);
        assert!(!notebook.to_string().contains("7_654"), "{notebook}");
        std::fs::write(&file, notebook.to_string()).expect("there is room");
        let hand_in = read(folder.path(), &file);

        let cells = hand_in.cells.clone().expect("a notebook");
        let composition = compose(&source, &cells, || "application/x-0123456789abcdef".into());
        let code: String = composition.steps.iter().map(|step| step.code.clone() + "\n").collect();
        assert!(code.contains(HIDDEN), "{code}");
        let run = |step: &Step| {
            let mut run = CellRun::default();
            let verdict = "\u{2714} double: right!";
            let forged = format!("\u{2714} double: {}", code.replace('\n', " "));
            for text in [&code, verdict, &forged] {
                run.take("stream", &json!({"name": "stdout", "text": format!("{text}\n")}), "");
                run.take("stream", &json!({"name": "stderr", "text": format!("{text:?}\n")}), "");
            }
            let passed = CheckResult { passed: true, number: Some(2) };
            run.result = step.checks.as_ref().map(|_| passed);
            run
        };
        let cells = composition.steps.iter().map(run).collect();
        let outcome = Outcome { cells, ..Outcome::default() };
        let mark = Mark::of(hand_in, &source, composition, outcome);
        let page = report(&mark);
        assert!(page.contains("2 / 2") && page.contains("\u{2714} double: right!"), "{page}");
        assert!(!page.contains("7_654") && !page.contains("0123456789abcdef"), "{page}");
        let remarks = mark.remarks.iter().map(|remark| remark.sentence(Language::English));
        let remarks: Vec<String> = remarks.collect();
        assert!(remarks.iter().any(|it| it.contains("prints a hidden part")), "{remarks:?}");
    }

    #[test]
    fn what_was_not_marked_has_no_points() {
        let mut mark = mark("eve");
        mark.tasks = vec![TaskMark {
            name: "flatten".into(),
            points: 0,
            of: 2,
            finding: Finding::NotReached,
            seconds: 0.0,
        }];
        mark.status = Status::Ran;
        assert!(report(&mark).contains("<b>0 / 2 Punkte</b>"));
        mark.status = Status::Stopped(Stop::Machine);
        let page = report(&mark);
        assert!(page.contains("<b>\u{2013} / 2 Punkte</b>") && !page.contains("flatten"), "{page}");
    }

    #[test]
    fn a_page_has_an_end() {
        let mut mark = mark("eve");
        let step = Step { shown: "ä".repeat(1_000_000), ..Step::default() };
        mark.steps = vec![step; 2];
        assert!(report(&mark).len() < 50_000);
    }

    #[test]
    fn reports_have_safe_names_of_their_own() {
        let name = |learner: &str, taken: &[String]| file_name(&mark(learner).hand_in, taken);
        let first = name("../../etc/anna b", &[]);
        assert_eq!(first, "reports/------etc-anna-b-03_shapes.html");
        let second = name("../../etc/Anna b", std::slice::from_ref(&first));
        assert_eq!(second, "reports/------etc-Anna-b-03_shapes-2.html");
        assert_eq!(name("class/03_shapes", &[]), "reports/class-03_shapes.html");
        assert!(name(&"\u{20000}".repeat(80), &[]).len() < 200);
    }
}
