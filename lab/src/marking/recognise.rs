//! Which exercise a notebook is, and in which language, where it does not say so itself.

use crate::base::tokens::is_same;
use crate::course::language::Language;
use crate::course::source::{Part, Source};
use crate::marking::hand_in::{Cell, HandIn};

/// The exercise of a hand-in: what it says, what its file is named after, or what its cells are.
pub(crate) fn exercise<'a>(hand_in: &HandIn, sources: &'a [Source]) -> Option<&'a Source> {
    let known = |name: &str| sources.iter().find(|source| source.name == name);
    // A second download is called "03_shapes (1)".
    let stem = hand_in.exercise.split([' ', '(']).next().unwrap_or_default();
    let named = known(&hand_in.exercise).or_else(|| known(stem));
    let cells = hand_in.cells.as_deref().unwrap_or_default();
    let by_cells = || {
        let with_tasks = sources.iter().filter(|source| source.tasks().next().is_some());
        let best = with_tasks.max_by_key(|source| count_tasks(source, cells))?;
        // One name alone may be chance.
        (count_tasks(best, cells) > 1).then_some(best)
    };
    named.or_else(by_cells)
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
    let is_german = |cell: &Cell| {
        source.parts.iter().any(|part| match part {
            Part::Text(texts) => is_same(texts.get(Language::German), &cell.source),
            Part::Code(_) | Part::Task(_) => false,
        })
    };
    if texts.into_iter().any(is_german) { Language::German } else { hand_in.language }
}
