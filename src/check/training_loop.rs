//! The checks of `course/13_training_loop.md`.
