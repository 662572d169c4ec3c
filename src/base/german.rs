//! The German twins of the sentences that [`Error`](crate::Error) and [`Note`](crate::Note) say.
//!
//! They stand apart from the English ones so that each file stays short. Every `match` here names
//! all variants: whoever adds one is asked for its German sentence by the compiler.

mod data_problem;
mod error;
mod weights_problem;
