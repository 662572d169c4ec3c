//! Which exercise a notebook is, and in which language, where it does not say so itself.

use crate::base::language::Language;
use crate::base::spoken::spoken;
use crate::base::tokens::is_same;
use crate::course::source::Source;
use crate::marking::hand_in::{Cell, HandIn};
use crate::marking::remark::Remark;

/// The exercise of a hand-in: what it says, what its file is named after, or what its cells are. The
/// cells decide where none of them is a task of the exercise that is named.
pub(crate) fn exercise<'a>(hand_in: &HandIn, sources: &'a [Source]) -> Option<&'a Source> {
    let named = named(hand_in, sources);
    let cells = hand_in.cells.as_deref().unwrap_or_default();
    let by_cells = || {
        let with_tasks = sources.iter().filter(|source| source.tasks().next().is_some());
        let best = with_tasks.max_by_key(|source| count_tasks(source, cells))?;
        // One name alone may be chance.
        (count_tasks(best, cells) > 1).then_some(best)
    };
    match named {
        Some(named) if count_tasks(named, cells) == 0 => by_cells().or(Some(named)),
        Some(named) => Some(named),
        None => by_cells(),
    }
}

/// The remark about a hand-in that names another exercise of the course than the one that it is.
pub(crate) fn other_name(hand_in: &HandIn, source: &Source, sources: &[Source]) -> Option<Remark> {
    let named = named(hand_in, sources).filter(|named| named.name != source.name)?;
    let (named, own) = (&named.name, &source.name);
    Some(Remark::Read(spoken!(
        "The notebook says it is {named}, its cells are those of {own}: it was marked as {own}.",
        "Das Notebook nennt sich {named}, seine Zellen sind die von {own}: \
         Bewertet wurde es als {own}."
    )))
}

fn named<'a>(hand_in: &HandIn, sources: &'a [Source]) -> Option<&'a Source> {
    let known = |name: &str| sources.iter().find(|source| source.name == name);
    // A second download is called "03_shapes (1)".
    let stem = hand_in.exercise.split([' ', '(']).next().unwrap_or_default();
    known(&hand_in.exercise).or_else(|| known(stem))
}

/// How many tasks of this exercise have their name in a cell.
fn count_tasks(source: &Source, cells: &[Cell]) -> usize {
    let has = |name: &str| {
        let check = format!("check::{name}(");
        cells.iter().any(|cell| {
            cell.grade_id == name
                || cell.id == format!("task-{name}")
                || cell.source.contains(&check)
        })
    };
    source.tasks().filter(|task| has(&task.name)).count()
}

/// The language that a hand-in says, or that its texts are in.
pub(crate) fn language(hand_in: &HandIn, source: &Source) -> Language {
    if hand_in.says_language {
        return hand_in.language;
    }
    let texts = hand_in.cells.as_deref().unwrap_or_default().iter().filter(|cell| cell.is_text);
    let is_german =
        |cell: &Cell| source.texts(Language::German).any(|text| is_same(text, &cell.source));
    if texts.into_iter().any(is_german) { Language::German } else { hand_in.language }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::source::{Part, Task};

    fn source(name: &str, tasks: [&str; 2]) -> Source {
        let task = |name: &str| Part::Task(Box::new(Task { name: name.into(), ..Task::default() }));
        Source { name: name.into(), parts: tasks.map(task).into(), ..Source::default() }
    }

    fn hand_in(exercise: &str, tasks: &[&str]) -> HandIn {
        let cell = |name: &&str| Cell { id: format!("task-{name}"), ..Cell::default() };
        HandIn {
            learner: "anna".into(),
            file: "x.ipynb".into(),
            exercise: exercise.into(),
            language: Language::English,
            says_language: true,
            cells: Ok(tasks.iter().map(cell).collect()),
            remarks: Vec::new(),
        }
    }

    #[test]
    fn cells_decide_where_none_is_of_the_exercise_that_is_named() {
        let sources = [source("03_shapes", ["a", "b"]), source("04_architecture", ["c", "d"])];
        let recognised = |named: &str, tasks: &[&str]| {
            let hand_in = hand_in(named, tasks);
            let source = exercise(&hand_in, &sources)?;
            let remark = other_name(&hand_in, source, &sources);
            Some((source.name.as_str(), remark.map(|remark| remark.sentence(Language::English))))
        };
        assert_eq!(
            recognised("04_architecture (1)", &["c", "a", "b"]),
            Some(("04_architecture", None))
        );
        assert_eq!(recognised("04_architecture", &["a"]), Some(("04_architecture", None)));
        assert_eq!(recognised("homework", &["a", "b"]), Some(("03_shapes", None)));
        assert_eq!(recognised("homework", &["a"]), None);
        let (name, remark) = recognised("04_architecture", &["a", "b"]).expect("it is known");
        assert_eq!(name, "03_shapes");
        let remark = remark.expect("it is pointed out");
        assert!(
            remark.contains("04_architecture") && remark.ends_with("marked as 03_shapes."),
            "{remark}"
        );
    }
}
