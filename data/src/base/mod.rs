//! What everything else is made of: cells and their relay, shapes, words, errors, files, the stop
//! button. Uses nothing else of the crate.

#[cfg(unix)]
pub(crate) mod cells;
pub mod chance;
pub mod clock;
pub(crate) mod thread_value;
pub mod language;
pub(crate) mod lines;
pub mod numbers;
pub mod phrase;
pub(crate) mod shape;
pub mod too_large;
pub mod array_problem;
pub mod sample_problem;
pub mod network_problem;
pub mod training_problem;
pub mod weights_problem;
pub mod file_problem;
pub(crate) mod data_problem;
pub(crate) mod table_problem;
pub(crate) mod error;
pub mod notes;
pub(crate) mod show;
pub(crate) mod set_language;
pub mod memory;
pub mod files;
pub mod interrupt;
pub(crate) mod progress;
