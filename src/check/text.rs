//! The checks of `course/11_text.md`.
