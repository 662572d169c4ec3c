//! The checks of `course/12_convolution.md`.
