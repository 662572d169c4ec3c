//! The checks of the exercises, one file for each notebook. Each looks at what a learner made and
//! says pass or fail, and why.
//!
//! They name the likely mistake and never the answer, and they cannot panic. The sentences stand
//! beside the tasks in `course/NN_name.md`.

mod basics;
mod shapes;
mod architecture;
mod activations;
mod learning;
mod training_settings;
mod from_memory;
mod mistakes;
mod overfitting;
mod fashion;
mod tables;
mod how_much;
mod text;
mod text_with_order;
mod convolution;
mod training_loop;
mod own_project;
#[cfg(test)]
mod tests;

pub use crate::overview::progress;
pub use {
    activations::*, architecture::*, basics::*, convolution::*, fashion::*, from_memory::*,
    how_much::*, learning::*, mistakes::*, overfitting::*, own_project::*, shapes::*, tables::*,
    text::*, text_with_order::*, training_loop::*, training_settings::*,
};
