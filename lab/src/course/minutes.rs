//! How long a notebook takes: the sum of what its parts take. `course/README.md` has the rule.

use crate::base::language::Language;
use crate::base::spoken::say;
use crate::course::source::{Part, Source, Task};

/// What somebody reads in a minute who thinks along.
const WORDS: usize = 100;

/// Reading, running what is given, and guessing.
pub(crate) fn reading(source: &Source) -> usize {
    let texts = source.texts(Language::English);
    let (words, guesses) = texts.fold((0, 0), |(words, guesses), text| {
        (words + text.split_whitespace().count(), guesses + text.matches("**Guess first").count())
    });
    let given = source.parts.iter().filter(|part| matches!(part, Part::Code(_))).count();
    words / WORDS + given + guesses
}

/// All tasks together.
pub(crate) fn tasks(source: &Source) -> usize {
    source.tasks().map(|task: &Task| task.minutes).sum()
}

/// The whole notebook.
fn all(source: &Source) -> usize {
    about(reading(source) + tasks(source))
}

/// What stands in the head of the notebook.
pub(crate) fn head(source: &Source, language: Language) -> String {
    let (all, tasks) = (all(source), about(tasks(source)));
    match (language, tasks) {
        (Language::English, 0) => format!("*Time: about {all} minutes.*"),
        (Language::English, _) => {
            format!("*Time: about {all} minutes, {tasks} of them for the tasks.*")
        }
        (Language::German, 0) => format!("*Zeit: etwa {all} Minuten.*"),
        (Language::German, _) => {
            format!("*Zeit: etwa {all} Minuten, davon {tasks} für die Aufgaben.*")
        }
    }
}

/// Nobody plans by single minutes.
fn about(minutes: usize) -> usize {
    (minutes + 2) / 5 * 5
}

/// All notebooks with their tasks, for those who plan.
pub(crate) fn table(sources: &[Source]) -> String {
    let row = |name: &str, reading: usize, tasks: usize| {
        format!("{name:<26} {reading:>7} {tasks:>8} {:>7}\n", reading + tasks)
    };
    let heads = ["minutes", "reading", "tasks", "all"];
    let [what, read, tried, sum] = say(heads, ["Minuten", "Lesen", "Aufgaben", "alles"]);
    let mut table = format!("{what:<26} {read:>7} {tried:>8} {sum:>7}\n");
    for source in sources {
        table += &row(&source.name, reading(source), tasks(source));
        for task in source.tasks() {
            table += &format!("    {:<30} {:>8}\n", task.name, task.minutes);
        }
    }
    let sum = |of: fn(&Source) -> usize| sources.iter().map(of).sum();
    table + &row(say("together", "zusammen"), sum(reading), sum(tasks))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::base::layout::Layout;
    use crate::course::course::sources;
    use crate::course::source::Texts;

    /// In both languages, in learning order.
    #[test]
    fn the_lesson_plan_says_of_each_notebook_what_its_head_says() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
        let sources = sources(&Layout::at(root)).expect("the course");
        let heads: Vec<String> =
            sources.iter().map(|source| format!("{} {}", source.name, all(source))).collect();
        for page in ["docs/lesson-plan.md", "docs/lehrplan.de.md"] {
            let text = std::fs::read_to_string(root.join(page)).expect("it is there");
            let row = |line: &str| {
                let (name, rest) =
                    line.strip_prefix("| `")?.strip_suffix(" |")?.split_once("` | ")?;
                let minutes = rest.rsplit(' ').next()?.parse::<usize>().ok()?;
                Some(format!("{name} {minutes}"))
            };
            assert_eq!(text.lines().filter_map(row).collect::<Vec<_>>(), heads, "{page}");
        }
    }

    #[test]
    fn reading_and_tasks_add_up() {
        let text = "word ".repeat(300) + "**Guess first:** how many?";
        let task = Task { name: "one".into(), minutes: 7, ..Task::default() };
        let parts = vec![
            Part::Text(Texts::of(&text, "kurz")),
            Part::Code("let a = 1;".into()),
            Part::Task(Box::new(task)),
        ];
        let source = Source { name: "01_x".into(), parts, ..Source::default() };
        assert_eq!((reading(&source), tasks(&source)), (3 + 1 + 1, 7));
        let heads = Language::ALL.map(|language| head(&source, language));
        assert_eq!(heads[0], "*Time: about 10 minutes, 5 of them for the tasks.*");
        assert_eq!(heads[1], "*Zeit: etwa 10 Minuten, davon 5 für die Aufgaben.*");
        let table = table(&[source]);
        let last = table.lines().last().expect("the sum");
        assert_eq!(last.split_whitespace().collect::<Vec<_>>(), ["together", "5", "7", "12"]);
    }
}
