//! `marks.csv`: one row for each hand-in.

use crate::base::failure::{Explain, Result};
use crate::course::language::Language;
use crate::marking::mark::Mark;

/// The whole table. The columns behind `remarks` are the tasks of all exercises that were met,
/// empty where a hand-in's exercise has no such task.
pub(crate) fn csv(marks: &[&Mark]) -> Result<Vec<u8>> {
    let mut tasks: Vec<&str> = Vec::new();
    for task in marks.iter().flat_map(|mark| &mark.tasks) {
        if !tasks.contains(&task.name.as_str()) {
            tasks.push(&task.name);
        }
    }
    let head = [
        "learner", "notebook", "language", "points", "of", "percent", "status", "reason", "remarks",
    ];
    // Quoted even where only some spreadsheets need it: German ones split at semicolons.
    let mut table =
        csv::WriterBuilder::new().quote_style(csv::QuoteStyle::NonNumeric).from_writer(Vec::new());
    let written = table.write_record(head.iter().chain(&tasks));
    let rows = marks.iter().map(|mark| row(mark, &tasks));
    written
        .and_then(|()| {
            rows.map(|row| row.map(harmless)).try_for_each(|row| table.write_record(row))
        })
        .explain(|| "write the table of marks".to_owned())?;
    table.into_inner().explain(|| "write the table of marks".to_owned())
}

fn row<'a>(mark: &'a Mark, tasks: &'a [&str]) -> impl Iterator<Item = String> + 'a {
    let number = |number: Option<usize>| number.map_or_else(String::new, |n| n.to_string());
    let remarks: Vec<String> =
        mark.remarks.iter().map(|remark| remark.sentence(Language::English)).collect();
    let row = [
        mark.hand_in.learner.clone(),
        mark.hand_in.exercise.clone(),
        mark.hand_in.language.code().to_owned(),
        mark.points().to_string(),
        number(mark.of_points()),
        number(mark.percent()),
        mark.status.word().to_owned(),
        mark.status.reason(Language::English),
        remarks.join(" "),
    ];
    let points = move |name: &&str| {
        number(mark.tasks.iter().find(|task| task.name == *name).map(|task| task.points))
    };
    row.into_iter().chain(tasks.iter().map(points))
}

/// What a spreadsheet would take for a formula gets an apostrophe: learners choose the names of
/// their folders.
fn harmless(field: String) -> String {
    let is_formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula { format!("'{field}") } else { field }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marking::hand_in::HandIn;
    use crate::marking::mark::{Finding, Status, TaskMark};

    fn mark(learner: &str, tasks: &[(&str, usize, usize)], status: Status) -> Mark {
        let hand_in = HandIn {
            learner: learner.into(),
            file: "x.ipynb".into(),
            exercise: "03_shapes".into(),
            language: Language::German,
            cells: Ok(Vec::new()),
        };
        let mut mark = Mark::without_run(hand_in, None, status);
        let task = |&(name, points, of): &(&str, usize, usize)| TaskMark {
            name: name.into(),
            points,
            of,
            finding: Finding::NotReached,
        };
        mark.tasks = tasks.iter().map(task).collect();
        mark
    }

    #[test]
    fn every_task_of_every_exercise_has_its_column() {
        let marks = [
            mark("anna", &[("one", 2, 2), ("two", 0, 1)], Status::Ran),
            mark("=1+1", &[("three", 1, 3)], Status::Ran),
            mark("eve \"e\", b;=1", &[], Status::UnknownExercise("x".into())),
        ];
        let text = String::from_utf8(csv(&marks.each_ref()).expect("a vector takes it"));
        let expected = [
            r#""learner","notebook","language","points","of","percent","status","reason","remarks","one","two","three""#,
            r#""anna","03_shapes","de",2,3,67,"ran","","",2,0,"""#,
            r#""'=1+1","03_shapes","de",1,3,33,"ran","","","","",1"#,
            r#""eve ""e"", b;=1","03_shapes","de",0,"","","unknown exercise","The course has no such exercise: x.","","","","""#,
        ];
        assert_eq!(text.expect("text").lines().collect::<Vec<_>>(), expected);
    }
}
