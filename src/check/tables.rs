//! The checks of `course/10_tables.md`.
