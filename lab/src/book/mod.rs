//! The book: all notebooks, executed, as pages to read and to print, in both languages. Nothing in it is loaded
//! from anywhere else, so it is read from a folder as it is. Uses `base`, `kernel`, `setup`, `notebooks`,
//! `course` and `chapter`.

pub(crate) mod highlight;
pub(crate) mod places;
pub(crate) mod text;
pub(crate) mod glossary;
pub(crate) mod output;
pub(crate) mod chapter;
pub(crate) mod search;
pub(crate) mod page;
pub(crate) mod front;
pub(crate) mod executed;
pub(crate) mod make;
