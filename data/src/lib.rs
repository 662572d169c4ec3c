//! The first half of Zunder: arrays, data sets, pictures, and all that prepares data for a network.
//!
//! Nothing here computes with a network; only the sentences about what is wrong with one stand
//! here, as all mistakes are of one type, [`Error`]. The crate `zunder` stands on this one, holds
//! the other half, and offers all of this under its own name: a notebook says `use
//! zunder::prelude::*;` and needs no more.
//!
//! The source has one folder for each step of the tutorial, listed here in the order in which data
//! flows; a folder uses only those above it, and within a folder a file only those above it in its
//! `mod.rs`. The other half goes on in the same way. `tests/house.rs` holds both.
//!
//! The hidden modules are the inside of one library in two crates: public for `zunder`, and for nobody else.
#![cfg_attr(
    target_family = "wasm",
    allow(dead_code, unused_imports, reason = "a web page has no files")
)]

/// What everything else is made of.
#[doc(hidden)]
pub mod base;
pub mod words;
/// Numbers in rows and columns: the variables of a notebook.
#[doc(hidden)]
pub mod arrays;
/// Step 1: load.
mod load;
/// Step 2: look. All pictures are drawn here, also those of the later steps.
pub mod plot;
/// Step 3: prepare.
mod prepare;
/// Steps 1 to 3 for data of one's own.
mod own_data;

#[cfg(test)]
mod for_tests;
#[cfg(test)]
mod german_tests;

pub use arrays::arithmetic::Scalar;
pub use arrays::array::{Array, Element};
pub use arrays::dtype::DType;
pub use arrays::reshape::{IntoNewShape, Length, NewShape};
pub use base::error::{Error, Result};
#[doc(hidden)] // for the kernel
pub use base::interrupt::cell_begins;
pub use base::set_language::language;
pub use base::shape::{IntoShape, Shape};
#[doc(hidden)]
pub use base::show::{EvcxrDisplay, OwnDisplay};
pub use load::cache::data_folder;
pub use load::{fashion_mnist, languages, mnist, penguins};
pub use own_data::images::{
    ColorMode, Grayscale, ImageDataset, Images, Rgb, image_dataset_from_directory,
};
pub use own_data::read_csv::Csv;
pub use own_data::save_img::save_img;
pub use own_data::table::Table;
pub use own_data::texts::{TextDataset, text_dataset_from_directory};
pub use plot::figure::Figure;
pub use prepare::normalization::Normalization;
pub use prepare::photo;
pub use prepare::text_vectorization::{Split, TextVectorization, TextVectorizer, Whitespace};
#[doc(hidden)]
pub use prepare::to_categorical::one_hot;
pub use prepare::to_categorical::to_categorical;
pub use prepare::train_test_split::train_test_split;
