//! What is run to find out whether the checks say what they should.

use serde_json::{Value, json};

use crate::course::source::{Part, Source, Task};

/// For each notebook the steps of one kernel: given cells, and each task untouched, answered
/// wrongly, and solved.
pub(crate) fn plan(sources: &[Source]) -> Value {
    let notebook = |source: &Source| {
        let steps: Vec<Value> = source.parts.iter().flat_map(steps).collect();
        json!({"name": source.name, "steps": steps})
    };
    json!(sources.iter().map(notebook).collect::<Vec<Value>>())
}

fn steps(part: &Part) -> Vec<Value> {
    match part {
        Part::Text(_) => Vec::new(),
        Part::Code(code) => vec![json!({"kind": "given", "code": code})],
        Part::Task(task) => trials(task),
    }
}

fn trials(task: &Task) -> Vec<Value> {
    let step = |kind: &str, code: &str, check: &str| {
        json!({
            "kind": kind, "task": task.name, "points": task.points, "code": code, "check": check,
        })
    };
    let hidden = format!("{}\n{}", task.check, task.hidden);
    let wrong = task.wrong.iter().map(|code| step("wrong", code, &hidden));
    std::iter::once(step("untouched", &task.starter, &task.check))
        .chain(wrong)
        .chain([step("solution", &task.solution, &task.check), step("hidden", "", &hidden)])
        .collect()
}
