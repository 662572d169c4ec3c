//! The checks of `course/09_fashion_mnist.md`.
