//! What a test is told below its cell.

use std::cell::RefCell;

use crate::base::phrase::Phrase;

thread_local! {
    static SAID: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

pub(super) fn keep(note: &Phrase) {
    SAID.with_borrow_mut(|said| said.push(note.to_string()));
}

/// The notes of a work, each in a line.
pub(crate) fn notes_of<T>(work: impl FnOnce() -> T) -> String {
    SAID.take();
    work();
    SAID.take().join("\n")
}
