//! The checks of `course/05_activations.md`.
