//! The integration tests, as one program: each one more would be linked to Burn for many seconds.

#![allow(clippy::unwrap_used)] // a test that cannot go on may stop

mod bad_files;
mod callbacks;
mod cells;
mod compiler_errors;
mod convolution;
mod data;
mod diagnosis;
mod evaluation;
mod german;
mod house;
mod keras;
mod own_data;
mod photo;
#[cfg(unix)]
mod no_file;
mod one_voice;
mod pictures;
mod training;
mod python;
mod saving;
mod tables;
mod text;
