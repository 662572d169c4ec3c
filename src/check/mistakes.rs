//! The checks of `course/07_find_the_mistake.md`.
