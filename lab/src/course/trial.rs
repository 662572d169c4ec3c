//! What is run to find out whether the checks say what they should.

use serde_json::{Value, json};

use crate::course::source::{Part, Source, Task};

/// For each notebook the steps of one kernel: given cells, and each task untouched, answered
/// wrongly and in several right ways, and solved.
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
        Part::Code(code) => vec![json!({"kind": "cell", "code": code})],
        Part::Task(task) => trials(task),
    }
}

fn trials(task: &Task) -> Vec<Value> {
    let check = format!("{}\n{}", task.check, task.hidden);
    let step = |kind: &str, code: &str| {
        json!({
            "kind": kind, "task": task.name, "points": task.points, "code": code, "check": check,
        })
    };
    let all = |kind: &str, codes: &[String]| -> Vec<Value> {
        codes.iter().map(|code| step(kind, code)).collect()
    };
    let given: &[String] =
        if task.given.is_empty() { &[] } else { std::slice::from_ref(&task.given) };
    [
        all("impossible", &task.impossible),
        vec![step("untouched", &task.starter)],
        all("wrong", &task.wrong),
        all("right", &task.right),
        all("given", given),
        vec![step("solution", &task.solution)],
    ]
    .concat()
}
