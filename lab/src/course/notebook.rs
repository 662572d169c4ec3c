//! Makes a notebook of a source: for learners, with solutions, or for teachers.

use serde_json::{Value, json};

use crate::base::language::Language;
use crate::course::comments;
use crate::course::minutes;
use crate::course::source::{Part, Source, Task};
use crate::kernel::spec;

/// For whom a notebook is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Edition {
    /// With empty tasks.
    Learner,
    /// With solutions and why they are right.
    Solved,
    /// With solutions, points and hidden checks, as nbgrader wants its sources.
    Teacher,
}

/// Makes the notebook.
pub(crate) fn make(source: &Source, language: Language, edition: Edition) -> Value {
    let mut cells: Vec<Value> = source
        .parts
        .iter()
        .enumerate()
        .flat_map(|(number, part)| cells(number, part, language, edition))
        .collect();
    cells.iter_mut().for_each(|cell| translate_comments(cell, source, language));
    add_head(&mut cells, &minutes::head(source, language));
    let kernel = spec::spec_of(language.code());
    json!({
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": kernel.display_name, "language": "rust", "name": kernel.name},
            "language_info": {
                "codemirror_mode": "rust",
                "file_extension": ".rs",
                "mimetype": "text/rust",
                "name": "rust",
                "pygments_lexer": "rust",
            },
            "zunder": {"language": language.code(), "notebook": source.name},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    })
}

/// Code cells have their comments in the language of the reader.
fn translate_comments(cell: &mut Value, source: &Source, language: Language) {
    let translated = |code: &str| comments::in_language(code, &source.comments, language);
    if cell["cell_type"] == "code" {
        cell["source"] = json!(lines(&translated(&text_of(&cell["source"]))));
    }
    if let Some(starter) = cell["metadata"]["zunder"]["starter"].as_str().map(translated) {
        cell["metadata"]["zunder"]["starter"] = json!(starter);
    }
}

/// The first text ends with how long the notebook takes.
fn add_head(cells: &mut [Value], head: &str) {
    if let Some(first) = cells.iter_mut().find(|cell| cell["cell_type"] == "markdown") {
        let text = format!("{}\n\n{head}", text_of(&first["source"]));
        first["source"] = json!(lines(&text));
    }
}

/// Jupyter keeps texts as one piece or as a list of lines.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().unwrap_or_default().to_owned(),
    }
}

fn cells(number: usize, part: &Part, language: Language, edition: Edition) -> Vec<Value> {
    match part {
        Part::Text(texts) => vec![text(&format!("text-{number:02}"), texts.get(language))],
        Part::Code(code) => {
            let code = for_folder_of(language, code);
            vec![self::code(&format!("code-{number:02}"), &code, json!({}))]
        }
        Part::Task(task) => match edition {
            Edition::Learner => learner(task),
            Edition::Solved => solved(task, language),
            Edition::Teacher => teacher(task),
        },
    }
}

/// The first cell names the crate by its folder; German notebooks lie one folder deeper.
fn for_folder_of(language: Language, code: &str) -> String {
    let is_deeper = language == Language::German;
    if is_deeper { code.replace("{ path = \"..", "{ path = \"../..") } else { code.to_owned() }
}

fn learner(task: &Task) -> Vec<Value> {
    let mut cells = vec![
        code(&id("task", task), &task.starter, json!({"nbgrader": answer(task)})),
        code(&id("check", task), &task.check, json!({"nbgrader": graded(task)})),
    ];
    cells.extend(aids(task));
    cells
}

fn solved(task: &Task, language: Language) -> Vec<Value> {
    vec![
        text(&id("why", task), task.explanation.get(language)),
        code(&id("task", task), &task.solution, json!({})),
        code(&id("check", task), &task.check, json!({})),
    ]
}

/// nbgrader strips hidden tests, and its settings put the starter in the place of the solution.
fn teacher(task: &Task) -> Vec<Value> {
    let check = match task.hidden.as_str() {
        "" => task.check.clone(),
        hidden => {
            format!("{}\n// BEGIN HIDDEN TESTS\n{hidden}\n// END HIDDEN TESTS", task.check)
        }
    };
    let metadata = json!({"nbgrader": answer(task), "zunder": {"starter": task.starter}});
    let mut cells = vec![
        code(&id("task", task), &task.solution, metadata),
        code(&id("check", task), &check, json!({"nbgrader": graded(task)})),
    ];
    cells.extend(aids(task));
    cells
}

/// A hint, and what to go on with. Commented out, so that running all cells gives nothing away. A test has none.
fn aids(task: &Task) -> Vec<Value> {
    if task.is_exam {
        return Vec::new();
    }
    let commented =
        |text: &str| text.lines().map(|line| format!("// {line}")).collect::<Vec<_>>().join("\n");
    let mut cells =
        vec![code(&id("hint", task), &format!("// hint(\"{}\")", task.name), json!({}))];
    if !task.given.is_empty() {
        cells.push(code(&id("given", task), &commented(&task.given), json!({})));
    }
    cells
}

/// What nbgrader knows of a cell that the learner fills in.
fn answer(task: &Task) -> Value {
    json!({
        "grade": false, "grade_id": task.name, "locked": false,
        "schema_version": 3, "solution": true, "task": false,
    })
}

/// What nbgrader knows of a check.
fn graded(task: &Task) -> Value {
    json!({
        "grade": true, "grade_id": format!("check_{}", task.name), "locked": true,
        "points": task.points, "schema_version": 3, "solution": false, "task": false,
    })
}

fn id(kind: &str, task: &Task) -> String {
    format!("{kind}-{}", task.name)
}

fn text(id: &str, source: &str) -> Value {
    json!({"cell_type": "markdown", "id": id, "metadata": {}, "source": lines(source)})
}

fn code(id: &str, source: &str, metadata: Value) -> Value {
    json!({
        "cell_type": "code", "execution_count": null, "id": id, "metadata": metadata,
        "outputs": [], "source": lines(source),
    })
}

/// As Jupyter keeps a text: a list of lines with their ends.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::source::Texts;

    fn source() -> Source {
        let task = Task {
            name: "flatten".into(),
            points: 2,
            starter: "let x_flat = x.clone(); // change this".into(),
            check: "check::flatten(&x_flat)".into(),
            hidden: ".and(|| x_flat.len() == 7)".into(),
            solution: "let x_flat = x.reshape([7, 4])?;".into(),
            given: "let x_flat = given::x_flat()?;\nx_flat".into(),
            ..Task::default()
        };
        let parts = vec![Part::Task(Box::new(task))];
        let comments = vec![Texts::of("change this", "ersetze das")];
        Source { name: "03_shapes".into(), parts, comments, ..Source::default() }
    }

    #[test]
    fn learners_see_neither_solution_nor_hidden_check() {
        let notebook = make(&source(), Language::German, Edition::Learner);
        let text = notebook.to_string();
        assert!(
            text.contains("x.clone(); // ersetze das") && text.contains("check::flatten(&x_flat)")
        );
        assert!(text.contains("// hint(\\\"flatten\\\")"), "{text}");
        let given = json!(["// let x_flat = given::x_flat()?;\n", "// x_flat"]);
        assert_eq!(notebook["cells"][3]["source"], given);
        assert!(!text.contains("reshape") && !text.contains("== 7"), "{text}");
        assert_eq!(notebook["metadata"]["kernelspec"]["name"], "zunder-de");
        assert_eq!(notebook["cells"][1]["metadata"]["nbgrader"]["points"], 2);
        assert_eq!(notebook["cells"][0]["metadata"]["nbgrader"]["solution"], true);
    }

    #[test]
    fn a_task_of_a_test_has_no_hint_in_any_edition() {
        let mut source = source();
        let Part::Task(task) = &mut source.parts[0] else { panic!() };
        task.is_exam = true;
        for edition in [Edition::Learner, Edition::Teacher] {
            let notebook = make(&source, Language::English, edition);
            assert_eq!(notebook["cells"].as_array().map(Vec::len), Some(2), "{notebook}");
        }
    }

    #[test]
    fn teachers_get_all_and_the_starter_beside() {
        let notebook = make(&source(), Language::English, Edition::Teacher);
        let check = notebook["cells"][1]["source"].to_string();
        assert!(check.contains("BEGIN HIDDEN TESTS") && check.contains("== 7"), "{check}");
        let starter = &notebook["cells"][0]["metadata"]["zunder"]["starter"];
        assert_eq!(starter, "let x_flat = x.clone(); // change this");
    }

    #[test]
    fn lines_are_kept_as_jupyter_does() {
        assert_eq!(lines("a\n\nb"), ["a\n", "\n", "b"]);
    }
}
