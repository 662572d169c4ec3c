//! Pictures: all that the crate draws, from arrays and plain numbers. What the network sees, what
//! it answers, where it errs, what it learned.
//!
//! No file here knows a network or a model: later steps hand over what is to be drawn. Uses
//! `arrays`.

#[doc(hidden)]
pub mod canvas;
pub(crate) mod figure;
#[doc(hidden)]
pub mod tiles;
pub(crate) mod checks;
pub(crate) mod samples;
pub(crate) mod mistakes;
pub(crate) mod prediction;
pub(crate) mod weights;
#[doc(hidden)]
pub mod axis;
#[cfg(not(target_family = "wasm"))]
#[doc(hidden)]
pub mod curves;
#[doc(hidden)]
pub mod diagram;
#[doc(hidden)]
pub mod heat_map;
pub(crate) mod functions;
pub(crate) mod label_and_answer;
pub(crate) mod convolution;
#[doc(hidden)]
pub mod regions;
pub(crate) mod embedding;

pub use convolution::convolution;
pub use embedding::embedding;
pub use functions::functions;
pub use label_and_answer::label_and_answer;
pub use mistakes::{mistakes, named_mistakes};
pub use prediction::{TrueLabel, prediction};
pub use samples::{named_samples, samples};
pub use weights::weights;
