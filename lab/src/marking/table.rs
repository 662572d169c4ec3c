//! `marks.csv` and `marks.de.csv`: one row for each hand-in.
//!
//! An English spreadsheet separates at commas, a German one at semicolons, and both take letters for
//! those of another century unless the file begins with a byte order mark.

use crate::base::failure::{Explain, Result};
use crate::base::language::Language;
use crate::base::spoken::spoken;
use crate::marking::mark::Mark;
use crate::marking::visible::one_line;

/// The files, and what separates their columns.
pub(crate) const FILES: [(&str, u8); 2] = [("marks.csv", b','), ("marks.de.csv", b';')];

/// The whole table. The columns behind `remarks` are the tasks of all exercises that were met,
/// empty where a hand-in's exercise has no such task.
pub(crate) fn csv(marks: &[&Mark], separator: u8) -> Result<Vec<u8>> {
    let mut tasks: Vec<&str> = Vec::new();
    for task in marks.iter().flat_map(|mark| &mark.tasks) {
        if !tasks.contains(&task.name.as_str()) {
            tasks.push(&task.name);
        }
    }
    let head = [
        "learner", "notebook", "language", "points", "of", "percent", "status", "reason", "remarks",
    ];
    let mut table = csv::WriterBuilder::new()
        .delimiter(separator)
        .quote_style(csv::QuoteStyle::NonNumeric)
        .from_writer("\u{feff}".as_bytes().to_vec());
    let written = table.write_record(head.iter().chain(&tasks));
    let rows = marks.iter().map(|mark| row(mark, &tasks));
    written
        .and_then(|()| {
            rows.map(|row| row.map(harmless)).try_for_each(|row| table.write_record(row))
        })
        .explain(|| {
            spoken!("write the table of marks", "die Tabelle der Ergebnisse zu schreiben")
        })?;
    table
        .into_inner()
        .explain(|| spoken!("write the table of marks", "die Tabelle der Ergebnisse zu schreiben"))
}

fn row<'a>(mark: &'a Mark, tasks: &'a [&str]) -> impl Iterator<Item = String> + 'a {
    let number = |number: Option<usize>| number.map_or_else(String::new, |n| n.to_string());
    // A 0 would be taken for what it is worth.
    let counted = |points: usize| Some(points).filter(|_| mark.is_marked());
    let remarks: Vec<String> =
        mark.remarks.iter().map(|remark| remark.sentence(Language::English)).collect();
    let row = [
        as_text(&mark.hand_in.learner),
        mark.hand_in.exercise.clone(),
        mark.hand_in.language.code().to_owned(),
        number(counted(mark.points())),
        number(mark.of_points()),
        number(mark.percent().and_then(counted)),
        mark.status.word().to_owned(),
        mark.status.reason(Language::English),
        remarks.join(" "),
    ];
    let points = move |name: &&str| {
        let task = mark.tasks.iter().find(|task| task.name == *name);
        number(task.and_then(|task| counted(task.points)))
    };
    row.into_iter().chain(tasks.iter().map(points))
}

/// A name that a spreadsheet would take for a number, a date or a truth value gets an apostrophe: `007` stays 007.
fn as_text(name: &str) -> String {
    let is_of_number = |c: char| c.is_ascii_digit() || ".,:/-+eE% ".contains(c);
    let is_number = name.contains(|c: char| c.is_ascii_digit()) && name.chars().all(is_of_number);
    let is_truth =
        ["true", "false", "wahr", "falsch"].contains(&name.trim().to_lowercase().as_str());
    if is_number || is_truth { format!("'{name}") } else { name.to_owned() }
}

/// What a spreadsheet would take for a formula gets an apostrophe, also behind what another
/// spreadsheet takes for the end of a cell: learners choose the names of their folders. A field has one
/// line, without what would turn the text around it, and without what a terminal obeys.
fn harmless(field: String) -> String {
    const SEPARATORS: [char; 3] = [',', ';', '|'];
    let mut harmless = String::new();
    let mut is_start = true;
    for c in one_line(&field).chars() {
        let begins_formula =
            matches!(c, '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}');
        if is_start && begins_formula {
            harmless.push('\'');
        }
        harmless.push(c);
        is_start = SEPARATORS.contains(&c) || (is_start && (c.is_whitespace() || c == '"'));
    }
    harmless
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marking::hand_in::HandIn;
    use crate::marking::limits::Stop;
    use crate::marking::mark::{Finding, Status, TaskMark};

    fn mark(learner: &str, tasks: &[(&str, usize, usize)], status: Status) -> Mark {
        let hand_in = HandIn {
            learner: learner.into(),
            file: "x.ipynb".into(),
            exercise: "03_shapes".into(),
            language: Language::German,
            says_language: true,
            cells: Ok(Vec::new()),
            remarks: Vec::new(),
        };
        let mut mark = Mark::without_run(hand_in, None, status);
        let task = |&(name, points, of): &(&str, usize, usize)| TaskMark {
            name: name.into(),
            points,
            of,
            finding: Finding::NotReached,
            seconds: 0.0,
        };
        mark.tasks = tasks.iter().map(task).collect();
        mark
    }

    #[test]
    fn every_task_of_every_exercise_has_its_column() {
        let marks = [
            mark("j\u{fc}rgen", &[("one", 2, 2), ("two", 0, 1)], Status::Ran),
            mark("=1+1", &[("three", 1, 3)], Status::Ran),
            mark("eve \"e\", b;=1", &[], Status::UnknownExercise("x".into())),
            mark("kim", &[("one", 0, 2)], Status::Stopped(Stop::Abandoned)), // not 0: nobody knows
        ];
        let text = |separator| {
            let bytes = csv(&marks.each_ref(), separator).expect("a vector takes it");
            String::from_utf8(bytes).expect("text")
        };
        let expected = [
            "\u{feff}\"learner\",\"notebook\",\"language\",\"points\",\"of\",\"percent\",\"status\",\"reason\",\"remarks\",\"one\",\"two\",\"three\"",
            "\"j\u{fc}rgen\",\"03_shapes\",\"de\",2,3,67,\"ran\",\"\",\"\",2,0,\"\"",
            r#""'=1+1","03_shapes","de",1,3,33,"ran","","","","",1"#,
            r#""eve ""e"", b;'=1","03_shapes","de",0,"","","unknown exercise","The course has no exercise of this name with something to mark: x.","","","","""#,
            r#""kim","03_shapes","de","",2,"","not marked","Marking was broken off.","","","","""#,
        ];
        assert_eq!(text(b',').lines().collect::<Vec<_>>(), expected);
        let german = text(b';');
        assert!(german.starts_with("\u{feff}\"learner\";\"notebook\""), "{german}");
        assert!(german.contains("\"03_shapes\";\"de\";2;3;67;"), "{german}");
    }

    #[test]
    fn names_stay_as_they_are_in_a_spreadsheet() {
        for name in ["007", "1E5", "3/4", "10-2", "12.3.", "TRUE", "wahr"] {
            assert_eq!(as_text(name), format!("'{name}"));
        }
        assert_eq!(["anna", "3b", "Room 5", ""].map(as_text), ["anna", "3b", "Room 5", ""]);
    }

    /// As a spreadsheet does it that splits at another sign, and knows nothing of quotes in the middle.
    #[test]
    fn no_cell_is_a_formula_for_any_spreadsheet() {
        for name in [
            "=1",
            " =1",
            "+1",
            "-1",
            "@x",
            "a;=1",
            "a,=cmd|'/C calc'!A0",
            "a\t=1",
            "a\n=1",
            "\"=1\"",
            "x;\" =1",
            "a|=1",
            "\u{ff1d}1",
        ] {
            let safe = harmless(name.to_owned());
            for cell in safe.split([',', ';', '\t', '\n', '\r', '|']) {
                let cell = cell.trim_start_matches(|c: char| c.is_whitespace() || c == '"');
                let is_formula = cell.starts_with(['=', '+', '-', '@', '\u{ff1d}']);
                assert!(!is_formula, "{name}: {safe}");
            }
        }
        assert_eq!(harmless("anna-b: a=1".into()), "anna-b: a=1");
        assert_eq!(harmless("a\u{1b}[2J\u{202e}b".into()), "a\u{fffd}[2J\u{fffd}b");
    }
}
