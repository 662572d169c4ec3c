//! What the crate knows of the course: the tasks of each notebook, their points and their hints.
//!
//! All of it stands in `course/`, from which `cargo lab course build` makes the notebooks; its
//! README explains the format. Only the lines needed here are read.

/// The exercise notebooks in learning order.
const SOURCES: [(&str, &str); 11] = [
    ("03_shapes", include_str!("../course/03_shapes.md")),
    ("04_architecture", include_str!("../course/04_architecture.md")),
    ("05_activations", include_str!("../course/05_activations.md")),
    ("06_training_settings", include_str!("../course/06_training_settings.md")),
    ("07_find_the_mistake", include_str!("../course/07_find_the_mistake.md")),
    ("08_overfitting", include_str!("../course/08_overfitting.md")),
    ("09_fashion_mnist", include_str!("../course/09_fashion_mnist.md")),
    ("10_tables", include_str!("../course/10_tables.md")),
    ("11_text", include_str!("../course/11_text.md")),
    ("12_convolution", include_str!("../course/12_convolution.md")),
    ("13_training_loop", include_str!("../course/13_training_loop.md")),
];

/// One notebook of the course.
pub(crate) struct Notebook {
    /// Its name, such as `03_shapes`.
    pub(crate) name: &'static str,
    source: &'static str,
}

/// One task of a notebook.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Task {
    /// Its name, such as `flatten`; no other task of the course has it.
    pub(crate) name: &'static str,
    /// What it is worth.
    pub(crate) points: usize,
}

/// All notebooks that have tasks.
pub(crate) fn notebooks() -> impl Iterator<Item = Notebook> {
    SOURCES.iter().map(|&(name, source)| Notebook { name, source })
}

/// The notebook with this task, and the task.
pub(crate) fn find(task: &str) -> Option<(Notebook, Task)> {
    notebooks().find_map(|notebook| {
        let found = notebook.tasks().find(|known| known.name == task)?;
        Some((notebook, found))
    })
}

impl Notebook {
    /// Its tasks, in order.
    pub(crate) fn tasks(&self) -> impl Iterator<Item = Task> + use<> {
        self.source.lines().filter_map(|line| {
            let (name, points) = line.strip_prefix("```rust task ")?.split_once(" points=")?;
            Some(Task { name, points: points.trim().parse().ok()? })
        })
    }

    /// The hints for a task in one language (`en` or `de`), in order.
    pub(crate) fn hints(&self, task: &str, language: &str) -> Vec<String> {
        let opening = format!("```hint {task} {language}");
        let mut hints = Vec::new();
        let mut lines = self.source.lines();
        while lines.any(|line| line.trim_end() == opening) {
            let hint: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            hints.push(hint.join("\n"));
        }
        hints
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_task_has_its_own_name_and_hints_in_both_languages() {
        let mut names = BTreeSet::new();
        for notebook in notebooks() {
            for task in notebook.tasks() {
                assert!(names.insert(task.name), "two tasks are called {}", task.name);
                assert!((1..=4).contains(&task.points), "{}: {} points", task.name, task.points);
                let [english, german] =
                    ["en", "de"].map(|language| notebook.hints(task.name, language));
                assert!((2..=4).contains(&english.len()), "{}: {english:?}", task.name);
                assert_eq!(english.len(), german.len(), "{}", task.name);
                assert!(english.iter().chain(&german).all(|hint| !hint.trim().is_empty()));
            }
        }
        assert!(!names.is_empty());
    }

    #[test]
    fn hints_are_read_in_order() {
        let source = "text\n```hint a en\none\nline\n```\n```hint a de\neins\n```\n```hint b en\nx\n```\n```hint a en\ntwo\n```\n";
        let notebook = Notebook { name: "test", source };
        assert_eq!(notebook.hints("a", "en"), ["one\nline", "two"]);
        assert_eq!(notebook.hints("a", "de"), ["eins"]);
        assert_eq!(notebook.hints("b", "en"), ["x"]);
        assert!(notebook.hints("c", "en").is_empty());
    }
}
