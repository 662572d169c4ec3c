//! The kernel and the notebooks for real, as one program.
//!
//! These tests set up what is missing, as `cargo lab` does, so the first run takes minutes.

mod any_folder;
mod book;
mod chapter;
mod common;
mod course;
mod data;
mod installed;
mod kernel;
mod marking;
#[path = "../src/base/not_tested.rs"]
mod not_tested;
mod playground;
mod training;
mod tutorial;
