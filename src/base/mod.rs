//! What everything else is made of: shapes, words, errors, files, the stop button. Uses nothing else of the crate.

#[cfg(unix)]
pub(crate) mod cells;
pub(crate) mod chance;
pub(crate) mod clock;
pub(crate) mod language;
pub(crate) mod lines;
pub(crate) mod numbers;
pub(crate) mod phrase;
pub(crate) mod shape;
pub(crate) mod too_large;
pub(crate) mod array_problem;
pub(crate) mod sample_problem;
pub(crate) mod network_problem;
pub(crate) mod training_problem;
pub(crate) mod weights_problem;
pub(crate) mod file_problem;
pub(crate) mod data_problem;
pub(crate) mod table_problem;
pub(crate) mod error;
pub(crate) mod show;
pub(crate) mod set_language;
pub(crate) mod memory;
pub(crate) mod files;
pub(crate) mod interrupt;
