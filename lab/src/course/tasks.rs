//! The part of the course that is compiled into a learner's library: tasks with points and hints,
//! and the sentences of the checks. No hidden check; a solution and why it is right only packed, so
//! that nobody finds them by searching for a word; of a test no hints and no solution at all.

use std::collections::BTreeMap;
use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::{Map, Value, json};

use crate::base::failure::{Explain, Result, fail};
use crate::base::language::Language;
use crate::base::spoken::spoken;
use crate::course::source::{Source, Task, Texts};

/// Of all notebooks with tasks, and the sentences that they share.
pub(crate) fn of(sources: &[Source], shared: &Source) -> Result<Value> {
    let mut places = BTreeMap::new();
    for (source, task) in sources.iter().flat_map(|source| source.tasks().map(move |t| (source, t)))
    {
        if let Some(other) = places.insert(&task.name, &source.name) {
            fail!("{other} and {} in course/ both have the task {}", source.name, task.name);
        }
    }
    let with_tasks = sources.iter().filter(|source| source.tasks().next().is_some());
    let notebooks = with_tasks.map(notebook).collect::<Result<Vec<Value>>>()?;
    let mut sentences = Map::new();
    for (key, texts) in sources.iter().chain([shared]).flat_map(|source| &source.sentences) {
        let [en, de] = Language::ALL.map(|language| texts.get(language));
        if sentences.insert(key.clone(), json!({"en": en, "de": de})).is_some() {
            fail!("two notebooks in course/ have the sentence {key}");
        }
    }
    Ok(json!({"notebooks": notebooks, "sentences": sentences}))
}

fn notebook(source: &Source) -> Result<Value> {
    let tasks = source.tasks().map(task).collect::<Result<Vec<Value>>>()?;
    Ok(json!({"name": source.name, "tasks": tasks}))
}

fn task(task: &Task) -> Result<Value> {
    if task.is_exam {
        return Ok(json!({"name": task.name, "points": task.points}));
    }
    let hints = |language: Language| -> Vec<&str> {
        task.hints.iter().map(|hint: &Texts| hint.get(language)).collect()
    };
    let [en, de] = Language::ALL.map(hints);
    let [why_en, why_de] = Language::ALL.map(|language| task.explanation.get(language));
    let answer = json!({"solution": task.solution, "why": {"en": why_en, "de": why_de}});
    let answer = packed(&answer)
        .explain(|| spoken!("pack the solution of {}", "die Lösung von {} zu packen", task.name))?;
    let hints = json!({"en": en, "de": de});
    Ok(json!({"name": task.name, "points": task.points, "hints": hints, "answer": answer}))
}

fn packed(value: &Value) -> std::io::Result<String> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(value.to_string().as_bytes())?;
    Ok(STANDARD.encode(encoder.finish()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, key: &str) -> Source {
        let sentences = vec![(key.to_owned(), Texts::default())];
        let task = Task {
            name: "flatten".into(),
            points: 2,
            hidden: "hidden".into(),
            solution: "solution".into(),
            wrong: vec!["wrong".into()],
            ..Task::default()
        };
        let parts = vec![crate::course::source::Part::Task(Box::new(task))];
        Source { name: name.into(), parts, sentences, ..Source::default() }
    }

    #[test]
    fn no_answer_can_be_read_in_it() {
        let value = of(&[source("03_shapes", "a.b")], &source("sentences", "c.d")).expect("fine");
        assert_eq!(value["notebooks"][0]["tasks"][0]["points"], 2);
        assert!(
            value["sentences"]["a.b"]["de"].is_string() && value["sentences"]["c.d"].is_object()
        );
        let text = value.to_string();
        assert!(
            !["hidden", "solution", "wrong"].iter().any(|secret| text.contains(secret)),
            "{text}"
        );
    }

    /// Nothing else is known of it, so nothing packed either.
    #[test]
    fn nothing_that_helps_with_a_test_is_in_it() {
        let known = |is_exam| {
            let mut source = source("19_mean", "my_mean.rows");
            let crate::course::source::Part::Task(task) = &mut source.parts[0] else { panic!() };
            task.is_exam = is_exam;
            task.hints = vec![Texts::of("Add them.", "Addiere."); 2];
            task.explanation = Texts::of("A mean.", "Ein Mittel.");
            let mut value = of(&[source], &Source::default()).expect("it is right");
            assert!(value["sentences"]["my_mean.rows"].is_object());
            value["notebooks"][0]["tasks"][0].take()
        };
        assert_eq!(known(true), json!({"name": "flatten", "points": 2}));
        let names = |task: &Value| task.as_object().expect("a task").keys().cloned().collect();
        let names: Vec<String> = names(&known(false));
        assert_eq!(names, ["answer", "hints", "name", "points"]);
    }

    #[test]
    fn a_name_belongs_to_one_task() {
        let sources = [source("03_shapes", "a.b"), source("04_architecture", "c.d")];
        let problem = of(&sources, &Source::default()).expect_err("it is there twice").to_string();
        assert!(
            problem.contains("03_shapes and 04_architecture in course/ both have the task flatten"),
            "{problem}"
        );
    }

    #[test]
    fn a_key_belongs_to_one_sentence() {
        let problem = of(&[source("03_shapes", "a.b")], &source("sentences", "a.b"));
        assert!(problem.expect_err("it is there twice").to_string().contains("a.b"));
    }
}
