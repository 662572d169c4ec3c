//! What `cargo lab setup` makes, `doctor` looks at and `clean` removes; the data sets. Uses `base` and
//! `kernel`.

pub(crate) mod package;
pub(crate) mod data;
pub(crate) mod steps;
pub(crate) mod evcxr;
pub(crate) mod setup;
pub(crate) mod clean;
pub(crate) mod doctor;
