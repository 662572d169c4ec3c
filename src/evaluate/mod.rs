//! The last step: how good the model is on data that it has not seen. Uses `fit`.

pub(crate) mod evaluate;
pub(crate) mod predict;
pub(crate) mod confusion_matrix;
pub(crate) mod regions;
pub(crate) mod classification_report;
