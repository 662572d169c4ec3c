//! The third step: from what was loaded to what a network takes. Uses `arrays`, and `load` for a
//! type.

pub(crate) mod to_categorical;
pub(crate) mod train_test_split;
pub(crate) mod normalization;
pub(crate) mod text_vectorization;
pub(crate) mod grey;
pub(crate) mod picture;
pub mod photo;
