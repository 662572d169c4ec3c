//! The sixth step: training, and what is said and drawn meanwhile. Uses `compile`.

pub(crate) mod note;
pub(crate) mod note_sentence;
pub(crate) mod history;
pub(crate) mod callback;
pub(crate) mod monitor;
pub(crate) mod early_stopping;
pub(crate) mod reduce_lr_on_plateau;
pub(crate) mod csv_logger;
pub(crate) mod settings;
pub(crate) mod samples;
pub(crate) mod means;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod curves;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod live;
pub(crate) mod training_run;
pub(crate) mod scaling;
pub(crate) mod last_layer;
pub(crate) mod before_training;
pub(crate) mod after_training;
pub(crate) mod lines;
pub(crate) mod notices;
pub(crate) mod fit;
