//! `marks.csv`: one row for each hand-in.

use crate::course::language::Language;
use crate::marking::mark::Mark;

/// The whole table. The columns behind `remarks` are the tasks of all exercises that were met,
/// empty where a hand-in's exercise has no such task.
pub(crate) fn csv(marks: &[&Mark]) -> String {
    let mut tasks: Vec<&str> = Vec::new();
    for task in marks.iter().flat_map(|mark| &mark.tasks) {
        if !tasks.contains(&task.name.as_str()) {
            tasks.push(&task.name);
        }
    }
    let mut head: Vec<String> = [
        "learner", "notebook", "language", "points", "of", "percent", "status", "reason", "remarks",
    ]
    .map(str::to_owned)
    .to_vec();
    head.extend(tasks.iter().map(|task| (*task).to_owned()));
    let mut text = line(&head);
    for mark in marks {
        text += &line(&row(mark, &tasks));
    }
    text
}

fn row(mark: &Mark, tasks: &[&str]) -> Vec<String> {
    let number = |number: Option<usize>| number.map_or_else(String::new, |n| n.to_string());
    let remarks: Vec<String> =
        mark.remarks.iter().map(|remark| remark.sentence(Language::English)).collect();
    let mut row = vec![
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
    let points =
        |name: &&str| number(mark.tasks.iter().find(|t| t.name == *name).map(|t| t.points));
    row.extend(tasks.iter().map(points));
    row
}

fn line(fields: &[String]) -> String {
    let fields: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
    fields.join(",") + "\n"
}

/// As RFC 4180 says. What a spreadsheet would take for a formula gets an apostrophe: learners
/// choose the names of their folders.
fn quoted(field: &str) -> String {
    let is_formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let field = format!("{}{field}", if is_formula { "'" } else { "" });
    match field.contains([',', '"', '\n', '\r', ';', '\'']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => field,
    }
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
            mark("eve \"e\", b", &[], Status::UnknownExercise("x".into())),
        ];
        let text = csv(&marks.each_ref());
        let expected = "learner,notebook,language,points,of,percent,status,reason,remarks,one,two,three\n\
            anna,03_shapes,de,2,3,67,ran,,,2,0,\n\
            \"'=1+1\",03_shapes,de,1,3,33,ran,,,,,1\n\
            \"eve \"\"e\"\", b\",03_shapes,de,0,,,unknown exercise,The course has no such exercise: x.,,,,\n";
        assert_eq!(text, expected);
    }
}
