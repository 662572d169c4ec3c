//! The checks of `course/08_overfitting.md`.
