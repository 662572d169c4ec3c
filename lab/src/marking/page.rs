//! The reports: a page for each hand-in, and one that leads to them.
//!
//! Everything that comes from a learner is written as text. No page holds a script, and the
//! policy at its top has the browser run none.

use std::fmt::Write;

use crate::course::language::Language;
use crate::marking::cell_run::CellRun;
use crate::marking::compose::Step;
use crate::marking::mark::{Mark, either};

const STYLE: &str = "body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}\
table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.3em .7em;text-align:left}\
pre{background:#f5f5f5;padding:.7em;overflow-x:auto;white-space:pre-wrap;margin:.3em 0}\
pre.output{background:none;border-left:3px solid #ccc}pre.errors{background:#fff0ee}\
.all{color:#1a7f37}.none{color:#b35900}section{margin:1.2em 0}small{color:#666}";

fn page(language: Language, title: &str, body: &str) -> String {
    let (language, title) = (language.code(), escaped(title));
    format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n<h1>{title}</h1>\n{body}</html>\n"
    )
}

/// The report on one hand-in, in its language.
pub(crate) fn report(mark: &Mark) -> String {
    let language = mark.hand_in.language;
    let say = |english: &'static str, german: &'static str| either(language, english, german);
    let mut body = String::new();
    let total = either(language, "points", "Punkte");
    if let Some(of) = mark.of_points() {
        let _ = writeln!(body, "<p><b>{} / {of} {total}</b></p>", mark.points());
    }
    for sentence in std::iter::once(mark.status.reason(language)).filter(|s| !s.is_empty()) {
        let _ = writeln!(body, "<p class=\"none\">{}</p>", escaped(&sentence));
    }
    if !mark.tasks.is_empty() {
        let (task, check) = (say("Task", "Aufgabe"), say("The check says", "Die Prüfung sagt"));
        let points = say("Points", "Punkte");
        let _ = writeln!(body, "<table>\n<tr><th>{task}<th>{points}<th>{check}");
        for task in &mark.tasks {
            let class = if task.points == task.of { "all" } else { "none" };
            let _ = writeln!(
                body,
                "<tr><td>{}<td class=\"{class}\">{} / {}<td>{}",
                escaped(&task.name),
                task.points,
                task.of,
                escaped(&task.finding.sentence(language))
            );
        }
        body.push_str("</table>\n");
    }
    if !mark.remarks.is_empty() {
        let _ = writeln!(body, "<h2>{}</h2>\n<ul>", say("Remarks", "Anmerkungen"));
        for remark in &mark.remarks {
            let _ = writeln!(body, "<li>{}", escaped(&remark.sentence(language)));
        }
        body.push_str("</ul>\n");
    }
    if !mark.steps.is_empty() {
        let _ = writeln!(body, "<h2>{}</h2>", say("Code and output", "Code und Ausgabe"));
    }
    for (number, step) in mark.steps.iter().enumerate() {
        body.push_str(&cell(language, number + 1, step, mark.cells.get(number)));
    }
    page(language, &format!("{}: {}", mark.hand_in.learner, mark.hand_in.exercise), &body)
}

fn cell(language: Language, number: usize, step: &Step, run: Option<&CellRun>) -> String {
    let say = |english: &'static str, german: &'static str| either(language, english, german);
    let of = match (&step.answers, &step.checks) {
        (Some(task), _) => format!(" &middot; {} {}", say("task", "Aufgabe"), escaped(task)),
        (_, Some(task)) => format!(" &middot; {} {}", say("check", "Prüfung"), escaped(task)),
        _ => String::new(),
    };
    let seconds = run.map_or_else(String::new, |run| format!(" &middot; {:.1} s", run.seconds));
    let mut text = format!(
        "<section><small>{number}{of}{seconds}</small>\n<pre>{}</pre>\n",
        escaped(&step.shown)
    );
    let Some(run) = run else {
        return text
            + &format!("<small>{}</small></section>\n", say("Not reached.", "Nicht erreicht."));
    };
    for (class, output) in [("output", &run.output), ("errors", &run.errors)] {
        if !output.trim().is_empty() {
            let _ = writeln!(text, "<pre class=\"{class}\">{}</pre>", escaped(output.trim_end()));
        }
    }
    let notes = [
        (run.is_cut, say("The output was cut here.", "Die Ausgabe ist hier gekürzt.")),
        (run.has_picture, say("(a picture)", "(ein Bild)")),
        (
            run.was_interrupted,
            say("Interrupted: it took too long.", "Unterbrochen: Das dauerte zu lange."),
        ),
    ];
    for (_, note) in notes.into_iter().filter(|(holds, _)| *holds) {
        let _ = writeln!(text, "<small>{note}</small>");
    }
    text + "</section>\n"
}

/// The page that leads to the reports; `files` are theirs, in the order of `marks`.
pub(crate) fn index(marks: &[&Mark], files: &[String]) -> String {
    let mut body = String::from(
        "<table>\n<tr><th>Learner<th>Exercise<th>Points<th>Percent<th>What happened<th>Remarks\n",
    );
    for (mark, file) in marks.iter().zip(files) {
        let of = mark.of_points().map_or_else(String::new, |of| format!(" / {of}"));
        let percent = mark.percent().map_or_else(String::new, |percent| format!("{percent} %"));
        let _ = writeln!(
            body,
            "<tr><td><a href=\"{}\">{}</a><td>{}<td>{}{of}<td>{percent}<td>{}<td>{}",
            escaped(file),
            escaped(&mark.hand_in.learner),
            escaped(&mark.hand_in.exercise),
            mark.points(),
            escaped(&mark.status.reason(Language::English)),
            if mark.remarks.is_empty() { String::new() } else { mark.remarks.len().to_string() },
        );
    }
    body.push_str("</table>\n<p>The same as a table: <a href=\"marks.csv\">marks.csv</a></p>\n");
    page(Language::English, "Marks", &body)
}

/// A name for a report's file that is safe on every system, and new.
pub(crate) fn file_name(mark: &Mark, taken: &[String]) -> String {
    let stem = mark.hand_in.file.file_stem().unwrap_or_default().to_string_lossy();
    let name = match *stem == mark.hand_in.learner {
        true => stem.into_owned(),
        false => format!("{}-{stem}", mark.hand_in.learner),
    };
    let safe = |c: char| if c.is_alphanumeric() || "-_".contains(c) { c } else { '-' };
    let name: String = name.chars().map(safe).take(80).collect();
    let names = std::iter::once(format!("reports/{name}.html"))
        .chain((2..).map(|number| format!("reports/{name}-{number}.html")));
    // Not all file systems tell capital letters from small ones.
    let is_new =
        |name: &String| !taken.iter().any(|other| other.to_lowercase() == name.to_lowercase());
    names.into_iter().find(is_new).unwrap_or_default()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // Would end the page for some readers, or hide what follows.
            '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{202a}'..='\u{202e}' => {
                escaped.push('\u{fffd}');
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marking::hand_in::HandIn;
    use crate::marking::mark::Status;

    fn mark(learner: &str) -> Mark {
        let hand_in = HandIn {
            learner: learner.into(),
            file: "03_shapes.ipynb".into(),
            exercise: "<b>".into(),
            language: Language::German,
            cells: Ok(Vec::new()),
        };
        let mut mark = Mark::without_run(hand_in, None, Status::UnknownExercise("<i>".into()));
        let step = Step {
            shown: "<script>alert(1)</script>".into(),
            code: String::new(),
            checks: None,
            answers: Some("\"onclick='x'".into()),
            secret: String::new(),
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
        for page in [report(&mark("<eve>")), index(&[&mark("<eve>")], &["<file>".into()])] {
            for tag in ["<script", "<img", "<eve>", "<b>0", "<i>", "<file>", "onclick='"] {
                assert!(!page.contains(tag), "{tag}: {page}");
            }
        }
        assert!(report(&mark("eve")).contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    }

    #[test]
    fn reports_have_safe_names_of_their_own() {
        let first = file_name(&mark("../../etc/anna b"), &[]);
        assert_eq!(first, "reports/------etc-anna-b-03_shapes.html");
        let second = file_name(&mark("../../etc/Anna b"), std::slice::from_ref(&first));
        assert_eq!(second, "reports/------etc-Anna-b-03_shapes-2.html");
    }
}
