//! The fifth step: a model of a description. Uses `engine`.

pub(crate) mod scale;
pub(crate) mod seen;
pub(crate) mod model;
pub(crate) mod compile;
