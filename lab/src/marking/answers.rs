//! Which cells answer a task, wherever they stand: a learner writes and runs cells in any order.

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
    task: &'a Task,
    /// The number of its check among the teacher's cells; its own cell stands before it.
    check: usize,
    /// The names that every answer defines; none where the task does not say so.
    names: Vec<String>,
    /// Those of them that no other of the teacher's cells defines.
    own_names: Vec<String>,
}

impl<'a> Wanted<'a> {
    pub(crate) fn by(parts: &[Teachers], check: usize, task: &'a Task) -> Self {
        let mut names = defined(&task.starter);
        if names.is_empty() {
            // An empty cell to begin with: what the check asks for, and the solution defines.
            let asked = words(&task.check);
            names = defined(&task.solution);
            names.retain(|name| asked.contains(name));
        }
        let others = parts.iter().enumerate().filter(|(number, _)| number + 1 != check);
        let elsewhere: Vec<String> = others.flat_map(|(_, part)| defined(part.source())).collect();
        let own_names = names.iter().filter(|name| !elsewhere.contains(name)).cloned().collect();
        Self { task, check, names, own_names }
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
    pub(crate) fn may_be_answered(&self, parts: &[Teachers], pieces: &[Piece]) -> bool {
        let may_be_it = |piece: &Piece| match piece.part.map(|part| &parts[part]) {
            None => piece.answers.as_ref() == Some(&self.task.name) || self.is_mentioned_in(piece),
            Some(Teachers::Check(_)) => false,
            Some(given @ Teachers::Given { .. }) => {
                !is_same(given.source(), &piece.source) && self.is_mentioned_in(piece)
            }
            Some(Teachers::Task(_)) => self.may_be_merged_with(piece),
        };
        self.names.is_empty() || pieces.iter().any(may_be_it)
    }

    fn is_mentioned_in(&self, piece: &Piece) -> bool {
        let there = words(&piece.source);
        self.names.iter().any(|name| there.contains(name))
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
        let first = late.next();
        first.into_iter().chain(late.next_back()).collect()
    }

    /// A learner's own cell above that of the task, which was left as it was and takes the answer's place.
    pub(crate) fn above_untouched(&self, pieces: &[Piece]) -> Option<usize> {
        let is_untouched = |piece: &Piece| {
            piece.part == Some(self.check - 1) && is_same(&self.task.starter, &piece.source)
        };
        let own = pieces.iter().position(is_untouched).filter(|_| is_code(&self.task.starter))?;
        pieces[..own].iter().rposition(|piece| piece.part.is_none() && self.is_in(piece))
    }

    /// Whether a check looks at what the course's own solution says: the last cell before one of them that
    /// defines what is asked for calls it.
    pub(crate) fn is_given(&self, pieces: &[Piece]) -> bool {
        let mut checks = pieces.iter().enumerate().filter(|(_, p)| p.part == Some(self.check));
        checks.any(|(check, _)| {
            let mut before = pieces[..check].iter().rev();
            let defines = |piece: &&Piece| {
                piece.part == Some(self.check - 1) || self.is_defined_in(&piece.source)
            };
            before.find(defines).is_some_and(|piece| self.calls_given(&piece.source))
        })
    }

    fn is_defined_in(&self, source: &str) -> bool {
        let there = defined(source);
        !self.names.is_empty() && self.names.iter().all(|name| there.contains(name))
    }

    /// Whether the cell of another task, or a cell of the learner's, holds a part of an answer that has no cell.
    fn may_be_merged_with(&self, piece: &Piece) -> bool {
        let there = defined(&piece.source);
        self.own_names.iter().any(|name| there.contains(name)) && !self.calls_given(&piece.source)
    }

    fn calls_given(&self, source: &str) -> bool {
        let there = words(source);
        words(&self.task.given)
            .windows(4)
            .any(|call| call[..3] == ["given", ":", ":"] && there.windows(4).any(|own| own == call))
    }
}
