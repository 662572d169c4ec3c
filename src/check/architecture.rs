//! The checks of `course/04_architecture.md`.
