//! What everything else is made of: shapes, words, errors, files, the stop button. Uses nothing else of the crate.

pub(crate) mod language;
pub(crate) mod numbers;
pub(crate) mod lines;
pub(crate) mod shape;
pub(crate) mod data_problem;
pub(crate) mod weights_problem;
pub(crate) mod error;
pub(crate) mod german;
pub(crate) mod files;
pub(crate) mod interrupt;
