//! The checks of `course/06_training_settings.md`.
