//! The part of the course that learners may see: tasks with points and hints, and the sentences of
//! the checks. `cargo lab course build` writes it, the answers packed.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;
use serde::Deserialize;
use zunder::words::is_german;

/// Everything that the course has for its checks and hints.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Course {
    /// The notebooks that have tasks, in learning order.
    pub(crate) notebooks: Vec<Notebook>,
    /// By their key, such as `flatten.not_joined`.
    pub(crate) sentences: BTreeMap<String, Texts<String>>,
}

/// One notebook of the course.
#[derive(Debug, Deserialize)]
pub(crate) struct Notebook {
    /// Its name, such as `03_shapes`.
    pub(crate) name: String,
    /// Its tasks, as they follow each other.
    pub(crate) tasks: Vec<Task>,
}

/// One task of a notebook.
#[derive(Debug, Deserialize)]
pub(crate) struct Task {
    /// Its name, such as `flatten`; no other task of the course has it.
    pub(crate) name: String,
    /// What it is worth.
    pub(crate) points: usize,
    /// The first one asked for first. A task of a test has none.
    pub(crate) hints: Option<Texts<Vec<String>>>,
    /// Its solution, packed so that nobody stumbles over it; not that of a test.
    answer: Option<String>,
}

/// A solution, and why it is right.
#[derive(Debug, Deserialize)]
pub(crate) struct Answer {
    /// The code of the cell.
    pub(crate) solution: String,
    /// The first paragraph is for those who have solved the task.
    pub(crate) why: Texts<String>,
}

impl Task {
    /// The solution, unpacked.
    pub(crate) fn answer(&self) -> Option<Answer> {
        let packed = STANDARD.decode(self.answer.as_ref()?).ok()?;
        serde_json::from_reader(DeflateDecoder::new(packed.as_slice())).ok() // a test reads all
    }
}

/// The same in both languages.
#[derive(Debug, Deserialize)]
pub(crate) struct Texts<T> {
    en: T,
    de: T,
}

impl<T> Texts<T> {
    /// The one in the chosen language.
    pub(crate) fn chosen(&self) -> &T {
        if is_german() { &self.de } else { &self.en }
    }
}

/// The course, read once.
pub(crate) fn course() -> &'static Course {
    static COURSE: OnceLock<Course> = OnceLock::new();
    // A test reads the same bytes, so they are not damaged.
    COURSE.get_or_init(|| serde_json::from_str(include_str!("tasks.json")).unwrap_or_default())
}

/// The notebook with this task, and the task.
pub(crate) fn find(task: &str) -> Option<(&'static Notebook, &'static Task)> {
    course().notebooks.iter().find_map(|notebook| {
        let found = notebook.tasks.iter().find(|known| known.name == task)?;
        Some((notebook, found))
    })
}

/// Of the tasks whose names hold these letters, or are held by them, in any case, the most similar one.
pub(crate) fn like(name: &str) -> Option<&'static str> {
    let name = name.trim().to_lowercase();
    let tasks = course().notebooks.iter().flat_map(|notebook| &notebook.tasks);
    let is_like = |task: &&Task| task.name.contains(&name) || name.contains(&task.name);
    let like = tasks.filter(|task| name.len() > 2 && is_like(task));
    like.min_by_key(|task| task.name.len().abs_diff(name.len())).map(|task| task.name.as_str())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_task_has_its_own_name_and_hints_in_both_languages() {
        let mut names = BTreeSet::new();
        for task in course().notebooks.iter().flat_map(|notebook| &notebook.tasks) {
            assert!(names.insert(&task.name), "two tasks are called {}", task.name);
            assert!((1..=4).contains(&task.points), "{}: {} points", task.name, task.points);
            let Some(Texts { en, de }) = &task.hints else { continue };
            assert!((2..=4).contains(&en.len()), "{}: {en:?}", task.name);
            assert_eq!(en.len(), de.len(), "{}", task.name);
            assert!(en.iter().chain(de).all(|hint| !hint.trim().is_empty()), "{}", task.name);
            let answer = task.answer().expect("it can be unpacked");
            let Texts { en, de } = &answer.why;
            assert!(answer.solution.len() > 10 && en.len() > 30 && de.len() > 30, "{answer:?}");
        }
        assert!(names.len() > 60, "only {} tasks were read", names.len());
    }
}
