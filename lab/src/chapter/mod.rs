//! The book's first chapter: a page that trains in the reader's browser, with the crate's own engine. Uses
//! `base`, `setup` and `notebooks`.

pub(crate) mod engine;
pub(crate) mod pictures;
pub(crate) mod words;
pub(crate) mod page;
pub(crate) mod chapter;
