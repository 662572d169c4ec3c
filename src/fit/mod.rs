//! The sixth step: training, and what is said and drawn meanwhile. Uses `compile`.

pub(crate) mod settings;
pub(crate) mod samples;
pub(crate) mod means;
pub(crate) mod note;
pub(crate) mod german_note;
pub(crate) mod history;
pub(crate) mod curves;
pub(crate) mod live;
pub(crate) mod diagnosis;
pub(crate) mod lines;
pub(crate) mod notices;
pub(crate) mod fit;
