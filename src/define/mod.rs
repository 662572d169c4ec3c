//! The fourth step: a network as a description, without any number computed. Uses `plot` for its
//! diagram.

pub(crate) mod activation;
pub(crate) mod settings;
pub(crate) mod regularizer;
pub(crate) mod dense;
pub(crate) mod window;
pub(crate) mod convolution;
pub(crate) mod flatten;
pub(crate) mod normalize_batch;
pub(crate) mod embedding;
pub(crate) mod layers;
pub(crate) mod sequential;
pub(crate) mod summary;
pub(crate) mod diagram;
