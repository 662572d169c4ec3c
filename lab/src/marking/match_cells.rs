//! Which of the teacher's cells a learner's cell is: by its name, else by its text, else by what it
//! does, since some programs give cells new names, and learners touch what is given.

use crate::base::tokens::{defined, find, is_code, is_same, share, words};
use crate::course::source::{Part, Source, Task};
use crate::marking::hand_in::Cell;

/// A code cell of the teacher's notebook.
pub(crate) enum Teachers<'a> {
    Given { id: String, source: &'a str },
    Task(&'a Task),
    Check(&'a Task),
}

impl Teachers<'_> {
    pub(crate) fn source(&self) -> &str {
        match self {
            Teachers::Given { source, .. } => source,
            Teachers::Task(task) => &task.starter,
            Teachers::Check(task) => &task.check,
        }
    }

    /// What people call it: a given cell by its first line, since nobody sees the names of cells.
    pub(crate) fn name(&self) -> String {
        match self {
            Teachers::Given { source, .. } => first_line(source),
            Teachers::Task(task) => task.name.clone(),
            Teachers::Check(task) => format!("check_{}", task.name),
        }
    }

    fn is_given(&self) -> bool {
        matches!(self, Teachers::Given { .. })
    }

    /// Whether a cell bears this cell's name.
    pub(crate) fn names(&self, cell: &Cell) -> bool {
        match self {
            Teachers::Given { id, .. } => cell.id == *id && cell.grade_id.is_empty(),
            Teachers::Task(task) => {
                cell.grade_id == task.name || cell.id == format!("task-{}", task.name)
            }
            Teachers::Check(task) => {
                cell.grade_id == format!("check_{}", task.name)
                    || cell.id == format!("check-{}", task.name)
            }
        }
    }

    /// Whether a cell without a name does what this one does, though not in the same words.
    fn is_like(&self, cell: &Cell) -> bool {
        let own = self.source();
        let names = defined(own);
        let there = defined(&cell.source);
        let defines_all = !names.is_empty() && names.iter().all(|name| there.contains(name));
        match self {
            _ if cell.is_text && !begins_as_code(&cell.source) => false,
            Teachers::Given { .. } => defines_all || share(own, &cell.source) >= 0.6,
            Teachers::Task(_) => defines_all,
            Teachers::Check(task) => {
                let call = words(&format!("check::{}(", task.name));
                words(&cell.source).windows(call.len()).any(|there| there == call)
            }
        }
    }
}

fn first_line(source: &str) -> String {
    const LONGEST: usize = 60;
    let line = source.lines().map(str::trim).find(|line| is_code(line)).unwrap_or_default();
    let start: String = line.chars().take(LONGEST).collect();
    let end = if start.len() < line.len() { "\u{2026}" } else { "" };
    format!("`{start}{end}`")
}

fn begins_as_code(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    let begins = ["let", "fn", "use", "struct", "enum", "const", "static", "//", ":dep"];
    begins.contains(&first) || first.starts_with("check::")
}

/// The code cells of the teacher's notebook, in order.
pub(crate) fn parts(source: &Source) -> Vec<Teachers<'_>> {
    let part = |(number, part): (usize, &'_ Part)| match part {
        Part::Code(_) | Part::Task(_) => vec![number],
        Part::Text(_) => Vec::new(),
    };
    let numbers = source.parts.iter().enumerate().flat_map(part);
    let part = |number: usize| match &source.parts[number] {
        // Only a comment, or nothing: a place for the learner's own, which may look like anything.
        Part::Code(source) if !is_code(source) => Vec::new(),
        Part::Code(source) => vec![Teachers::Given { id: format!("code-{number:02}"), source }],
        Part::Task(task) => vec![Teachers::Task(task), Teachers::Check(task)],
        Part::Text(_) => Vec::new(),
    };
    numbers.flat_map(part).collect()
}

/// Which of the teacher's cells are there.
pub(crate) struct Found {
    /// For each cell of the learner's the teacher's cell that it is.
    pub(crate) cells: Vec<Option<usize>>,
    /// Given cells that stand inside another cell, merged with it.
    pub(crate) inside: Vec<usize>,
}

impl Found {
    pub(crate) fn has(&self, part: usize) -> bool {
        self.cells.contains(&Some(part)) || self.inside.contains(&part)
    }
}

/// Recognises the learner's cells.
pub(crate) fn which(parts: &[Teachers], cells: &[Cell]) -> Found {
    let mut found = Found { cells: vec![None; cells.len()], inside: Vec::new() };
    for (number, cell) in cells.iter().enumerate() {
        let part = by_name(parts, cell).or_else(|| same_text(parts, cell));
        // A second cell with the text of a given one is the learner's own.
        let is_second = part.is_some_and(|part| parts[part].is_given() && found.has(part));
        found.cells[number] = part.filter(|_| !is_second);
    }
    for (number, part) in parts.iter().enumerate() {
        let is_free = |place: &usize| found.cells[*place].is_none();
        if !found.has(number) {
            let mut free = (0..cells.len()).filter(is_free);
            if let Some(place) = free.find(|place| part.is_like(&cells[*place])) {
                found.cells[place] = Some(number);
            }
        }
    }
    for (number, part) in parts.iter().enumerate().filter(|(_, part)| part.is_given()) {
        let is_held = || {
            let mut all = cells.iter().zip(&found.cells).filter(|(cell, _)| !cell.is_text);
            all.any(|(cell, own)| holds(cell, own.map(|own| &parts[own]), part))
        };
        if !found.has(number) && (is_held() || is_spread(parts, number, cells)) {
            found.inside.push(number);
        }
    }
    found
}

/// Whether a given cell stands in this one, whole or nearly so, besides what the cell is itself: given cells are much
/// alike.
fn holds(cell: &Cell, own: Option<&Teachers>, given: &Teachers) -> bool {
    let there = defined(&cell.source);
    let defines_all = || defined(given.source()).iter().all(|name| there.contains(name));
    let own = own.map_or("", Teachers::source);
    let is_whole = find(&cell.source, given.source()).is_some();
    is_whole && find(own, given.source()).is_none()
        || defines_all() && share(given.source(), &without(&cell.source, own)) >= 0.8
}

/// The words of a text less those of another one.
fn without(text: &str, other: &str) -> String {
    let mut others = words(other);
    let is_kept = |word: &String| {
        let place = others.iter().position(|other| other == word);
        place.map(|place| others.swap_remove(place)).is_none()
    };
    words(text).into_iter().filter(is_kept).collect::<Vec<String>>().join(" ")
}

/// Whether a given cell was split or written anew: what it defines, and no other of the teacher's cells, the
/// learner's cells define together. To run it once more could scale what is scaled already.
fn is_spread(parts: &[Teachers], number: usize, cells: &[Cell]) -> bool {
    let others = parts.iter().enumerate().filter(|(other, _)| *other != number);
    let elsewhere: Vec<String> = others.flat_map(|(_, part)| defined(part.source())).collect();
    let own = defined(parts[number].source());
    let mut alone = own.iter().filter(|name| !elsewhere.contains(name)).peekable();
    let there: Vec<String> =
        cells.iter().filter(|cell| !cell.is_text).flat_map(|cell| defined(&cell.source)).collect();
    alone.peek().is_some() && alone.all(|name| there.contains(name))
}

/// By its name. Numbers of given cells differ from edition to edition: the text must agree with them.
fn by_name(parts: &[Teachers], cell: &Cell) -> Option<usize> {
    let place = parts.iter().position(|part| part.names(cell))?;
    let part = &parts[place];
    let is_it = !part.is_given() || part.is_like(cell) || share(part.source(), &cell.source) >= 0.3;
    is_it.then_some(place)
}

/// By its code; a cell without any, as a task may begin with, is like every other.
fn same_text(parts: &[Teachers], cell: &Cell) -> Option<usize> {
    let is_it = |part: &Teachers| is_code(part.source()) && is_same(part.source(), &cell.source);
    parts.iter().position(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_without_code_is_no_task_that_begins_without_code() {
        let empty =
            Task { name: "own_load".into(), starter: "// your code".into(), ..Task::default() };
        let parts = [Teachers::Task(&empty)];
        let cell = |id: &str, source: &str| Cell {
            id: id.into(),
            source: source.into(),
            ..Cell::default()
        };
        let hint = cell("hint-own_load", "// hint(\"own_load\")");
        let task = cell("task-own_load", "let x = 1;");
        assert_eq!(which(&parts, &[hint, task]).cells, [None, Some(0)]);
    }

    #[test]
    fn a_given_cell_is_called_by_its_first_line_of_code() {
        let given = |source| Teachers::Given { id: "code-01".into(), source }.name();
        assert_eq!(given("// the data\n\n  let x = 1; // one\nlet y = 2;"), "`let x = 1; // one`");
        assert_eq!(given(&"ä".repeat(70)), format!("`{}…`", "ä".repeat(60)));
    }

    #[test]
    fn a_given_cell_is_not_there_because_another_one_is_like_it() {
        let cell = |source: &str| Cell { source: source.into(), ..Cell::default() };
        let given = |id: &str, source| Teachers::Given { id: id.into(), source };
        let train = "fn train(x: &Array, y: &Array) -> Model { network.compile(Adam, Accuracy); model.fit(x, y) }";
        let other = "fn other(x: &Array, y: &Array) -> Model { network.compile(Adam, Accuracy); model.fit(x, y) }";
        let print = "println!(\"{}\", model.fit(x, y));";
        let prints = "println!(\"{}\", model.fit(x, y)); println!(\"{}\", model.fit(y, x));";
        let parts = [
            given("code-01", train),
            given("code-02", other),
            given("code-03", print),
            given("code-04", prints),
        ];
        let found = which(&parts, &[cell(other), cell(prints)]);
        assert_eq!([0, 1, 2, 3].map(|part| found.has(part)), [false, true, false, true]);
        // Touched a little, and merged with another one.
        let merged = format!("{other}\n{}", train.replace("Adam", "Sgd"));
        assert!(which(&parts, &[cell(&merged)]).has(0));
    }

    #[test]
    fn a_given_cell_that_was_split_or_written_anew_is_there() {
        let cell = |source: &str| Cell { source: source.into(), ..Cell::default() };
        let given = |id: &str, source| Teachers::Given { id: id.into(), source };
        let parts = [
            given("code-01", "let (x, y) = load()?;"),
            given(
                "code-02",
                "let x = x.reshape([6, 4])? / 255.0;\nlet labels = to_categorical(&y, 3)?;",
            ),
        ];
        let load = "let (x, y) = load()?;";
        let split = [
            cell(load),
            cell("let x = x.reshape([6, 4])?;"),
            cell("let x = x / 255;"),
            cell("let labels = to_categorical(&y, 3)?;"),
        ];
        assert!(which(&parts, &split).has(1));
        let merged = [cell("let (x, y) = load()?; let (x, labels) = prepare(x, &y)?;")];
        assert!(which(&parts, &merged).has(1));
        let missing = [cell(load), cell("let x = x.reshape([6, 4])?;")];
        assert!(!which(&parts, &missing).has(1));
    }
}
