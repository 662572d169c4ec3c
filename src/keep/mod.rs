//! Models in files: save, load, weights from other frameworks. Uses `compile`.

pub(crate) mod weights_file;
pub(crate) mod saving;
