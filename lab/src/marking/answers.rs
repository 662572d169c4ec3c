//! Which cells answer a task, wherever they stand: a learner writes and runs cells in any order.

use std::collections::HashSet;

use crate::base::tokens::{defined, is_code, is_same, words};
use crate::course::source::Task;
use crate::marking::match_cells::Teachers;

/// A cell, or a part of one.
pub(crate) struct Piece {
    /// The teacher's cell that it is.
    pub(crate) part: Option<usize>,
    pub(crate) source: String,
    /// The task that it answers though it stands in the cell of something else.
    pub(crate) answers: Option<String>,
}

/// What an answer to a task looks like.
pub(crate) struct Wanted<'a> {
    parts: &'a [Teachers<'a>],
    task: &'a Task,
    /// The number of its check among the teacher's cells; its own cell stands before it.
    check: usize,
    /// The names that every answer defines; none where the task does not say so.
    names: Vec<String>,
    /// Those of tasks that want all of these and more: a cell that defines them is an answer to one of those.
    larger: Vec<Vec<String>>,
}

impl<'a> Wanted<'a> {
    pub(crate) fn by(parts: &'a [Teachers<'a>], check: usize, task: &'a Task) -> Self {
        let names = names(task);
        let others = parts.iter().filter_map(|part| match part {
            Teachers::Task(other) => Some(self::names(other)),
            Teachers::Given { .. } | Teachers::Check(_) => None,
        });
        let is_larger = |other: &Vec<String>| other.len() > names.len() && has_all(other, &names);
        let larger = others.filter(is_larger).collect();
        Self { parts, task, check, names, larger }
    }

    /// Whether a cell is an answer. What calls the course's own solution is none: it stands there to go on with.
    pub(crate) fn is_in(&self, piece: &Piece) -> bool {
        let is_answer = match piece.part {
            Some(part) => part + 1 == self.check && !is_same(&self.task.starter, &piece.source),
            None => {
                piece.answers.as_ref() == Some(&self.task.name) || self.is_defined_in(&piece.source)
            }
        };
        is_answer && !self.calls_given(&piece.source)
    }

    /// Whether any cell may hold an answer where the task's own is gone: otherwise its check would look at what other
    /// tasks have made of the same names.
    pub(crate) fn may_be_answered(&self, pieces: &[Piece]) -> bool {
        self.names.is_empty()
            || pieces.iter().any(|piece| self.is_in(piece) || self.may_be_merged_with(piece))
    }

    /// Whether a cell of something else may hold an answer that has no cell of its own, or a part of it.
    fn may_be_merged_with(&self, piece: &Piece) -> bool {
        let mentions_one = || {
            let there = words(&piece.source);
            self.names.iter().any(|name| there.contains(name))
        };
        let may_be = match piece.part.map(|part| &self.parts[part]) {
            None => mentions_one(),
            Some(Teachers::Check(_)) => false,
            Some(given @ Teachers::Given { .. }) => {
                !is_same(given.source(), &piece.source) && mentions_one()
            }
            // Tasks use the same names: it must define what both of them want.
            Some(Teachers::Task(other)) => {
                let mut there = defined(&piece.source);
                for name in names(other) {
                    let place = there.iter().position(|one| *one == name);
                    place.map(|place| there.swap_remove(place));
                }
                has_all(&there, &self.names)
            }
        };
        may_be && !self.calls_given(&piece.source)
    }

    /// The answers that a check behind `check` would look at: the first and the last one, since a later cell may
    /// have made something else of the same names.
    pub(crate) fn behind(&self, pieces: &[Piece], check: usize) -> Vec<usize> {
        let is_there = pieces.iter().any(|piece| {
            piece.part == Some(self.check - 1) || piece.answers.as_ref() == Some(&self.task.name)
        });
        let is_one = |place: &usize| {
            let piece = &pieces[*place];
            self.is_in(piece) || !is_there && self.may_be_merged_with(piece)
        };
        let mut late = (check + 1..pieces.len()).filter(is_one);
        let first = late.next().or_else(|| self.completed(pieces, check));
        first.into_iter().chain(late.next_back()).collect()
    }

    /// The learner's own cell behind `check` with which all names are there that the task's cell has begun to define.
    fn completed(&self, pieces: &[Piece], check: usize) -> Option<usize> {
        let own = pieces[..check].iter().rfind(|piece| piece.part == Some(self.check - 1))?;
        let mut there = defined(&own.source);
        let begins = |names: &[String]| self.names.iter().any(|name| names.contains(name));
        if !begins(&there) || has_all(&there, &self.names) || self.calls_given(&own.source) {
            return None;
        }
        for (place, piece) in pieces.iter().enumerate().skip(check + 1) {
            let names = defined(&piece.source);
            if piece.part.is_none() && begins(&names) && !self.calls_given(&piece.source) {
                there.extend(names);
                if has_all(&there, &self.names) {
                    let is_of_larger = self.larger.iter().any(|names| has_all(&there, names));
                    return Some(place).filter(|_| !is_of_larger);
                }
            }
        }
        None
    }

    /// A learner's own cell above that of the task, which was left as it was and takes the answer's place.
    pub(crate) fn above_untouched(&self, pieces: &[Piece]) -> Option<usize> {
        let is_untouched = |piece: &Piece| {
            piece.part == Some(self.check - 1) && is_same(&self.task.starter, &piece.source)
        };
        let own = pieces.iter().position(is_untouched).filter(|_| is_code(&self.task.starter))?;
        pieces[..own].iter().rposition(|piece| piece.part.is_none() && self.is_in(piece))
    }

    /// Whether a check may look at what the course's own solution says: a cell before one of them calls it, and is not
    /// the one that is given for that; or the last cell before it that defines what is asked for calls it, or takes
    /// what such a call has passed on.
    pub(crate) fn is_given(&self, pieces: &[Piece]) -> bool {
        let given = defined(&self.task.given);
        let mut passed_on = HashSet::new();
        let (mut is_called, mut is_taken) = (false, false);
        pieces.iter().any(|piece| {
            if piece.part == Some(self.check) {
                return is_called || is_taken;
            }
            let names = defined(&piece.source);
            let calls = self.calls_given(&piece.source) && !self.is_of_another(piece, &names);
            is_called |= calls && !has_all(&names, &given);
            let takes = calls || takes(&piece.source, &names, &passed_on);
            if piece.part == Some(self.check - 1) || self.is_defined_in(&piece.source) {
                is_taken = takes;
            }
            for name in names {
                if takes {
                    passed_on.insert(name)
                } else {
                    passed_on.remove(&name)
                };
            }
            false
        })
    }

    fn is_defined_in(&self, source: &str) -> bool {
        let there = defined(source);
        let has = |names: &Vec<String>| has_all(&there, names);
        !self.names.is_empty() && has(&self.names) && !self.larger.iter().any(has)
    }

    /// Whether a cell that defines these names is what another task gives to go on with: it may call the same.
    fn is_of_another(&self, piece: &Piece, names: &[String]) -> bool {
        self.parts.iter().any(|part| match part {
            Teachers::Task(other) if other.name != self.task.name && !other.given.is_empty() => {
                has_all(names, &defined(&other.given)) && calls_same(&other.given, &piece.source)
            }
            _ => false,
        })
    }

    fn calls_given(&self, source: &str) -> bool {
        calls_same(&self.task.given, source)
    }
}

/// Whether a cell calls a solution of the course that the given code calls.
fn calls_same(given: &str, source: &str) -> bool {
    let there = words(source);
    words(given)
        .windows(4)
        .any(|call| call[..3] == ["given", ":", ":"] && there.windows(4).any(|own| own == call))
}

/// The names that an answer to this task defines.
fn names(task: &Task) -> Vec<String> {
    let begun = defined(&task.starter);
    if !begun.is_empty() {
        return begun;
    }
    // An empty cell to begin with: what the check asks for, and the solution defines.
    let asked = words(&task.check);
    defined(&task.solution).into_iter().filter(|name| asked.contains(name)).collect()
}

/// Whether a cell that defines these names uses one that was passed on; one that it defines itself, as in `let x = x`.
fn takes(source: &str, names: &[String], passed_on: &HashSet<String>) -> bool {
    let words = if passed_on.is_empty() { Vec::new() } else { words(source) };
    words.iter().any(|word| passed_on.contains(word) && !names.contains(word))
        || words.windows(3).any(|w| passed_on.contains(&w[0]) && w[1] == "=" && w[2] == w[0])
}

fn has_all(there: &[String], wanted: &[String]) -> bool {
    wanted.iter().all(|name| there.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(name: &str, starter: &str) -> Task {
        Task { name: name.into(), starter: starter.into(), ..Task::default() }
    }

    fn piece(part: Option<usize>, source: &str) -> Piece {
        Piece { part, source: source.into(), answers: None }
    }

    const FIRST: &str = "let x = 0; let model = x;";
    const SECOND: &str = "let order = 0; let x = order; let model = x;";

    #[test]
    fn the_rest_of_an_answer_behind_its_check_completes_it() {
        let task = task("split", "let a = 0; let b = 0; let c = 0;");
        let parts = [Teachers::Task(&task), Teachers::Check(&task)];
        let wanted = Wanted::by(&parts, 1, &task);
        let behind = |own: &str, rest: &[&str]| {
            let mut pieces = vec![piece(Some(0), own), piece(Some(1), "check::split(&a, &b, &c)")];
            pieces.extend(rest.iter().map(|source| piece(None, source)));
            wanted.behind(&pieces, 1).first().copied()
        };
        assert_eq!(behind("let a = 1;", &["let b = 2;", "let x = 1;", "let c = a;"]), Some(4));
        assert_eq!(behind("let a = 1;", &["let b = 2;"]), None);
        // What was whole is not completed, and what was not begun neither.
        assert_eq!(behind("let a = 1; let b = 2; let c = 3;", &["let b = 2;"]), None);
        assert_eq!(behind("let x = 1;", &["let a = 1; let b = 2;", "let c = 2;"]), None);
    }

    /// All tasks of exercise 07 are about `x` and `model`.
    #[test]
    fn what_answers_another_task_of_the_same_names_is_no_answer() {
        let tasks = [task("first", FIRST), task("second", SECOND)];
        let [first, second] = &tasks;
        let parts = [first, second].map(|task| [Teachers::Task(task), Teachers::Check(task)]);
        let parts: Vec<Teachers> = parts.into_iter().flatten().collect();
        let [first, second] =
            [(1, first), (3, second)].map(|(check, task)| Wanted::by(&parts, check, task));
        let own = piece(None, "let order = 1; let x = order; let model = x;");
        assert!(second.is_in(&own) && !first.is_in(&own));
        assert!(first.is_in(&piece(None, "let x = 1; let model = x;")));

        // The cell of the first task alone, with more than it asks for, and merged with the second one.
        let more = [piece(Some(0), "let order = 1; let x = order; let model = x;")];
        assert!(!second.may_be_answered(&more));
        let merged = [piece(Some(0), &format!("{FIRST}\n{SECOND}"))];
        assert!(second.may_be_answered(&merged));
        assert!(second.may_be_answered(&[piece(None, "model.fit(&x);")]));
    }
}
