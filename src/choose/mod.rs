//! What `compile` is given: a loss, an optimizer, metrics, with their formulas. Uses `define`.

pub(crate) mod losses;
pub(crate) mod optimizers;
pub(crate) mod metrics;
