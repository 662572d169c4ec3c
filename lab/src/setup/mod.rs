//! What `cargo lab setup` makes, `doctor` looks at and `clean` removes.

pub(crate) mod setup;
pub(crate) mod doctor;
pub(crate) mod clean;
