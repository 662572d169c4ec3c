//! Models in files: save, load, weights from other frameworks. Uses `engine`, `compile` and `fit`.

pub(crate) mod weights_file;
pub(crate) mod saving;
pub(crate) mod model_checkpoint;
#[cfg(feature = "burn")]
pub(crate) mod burn_module;
