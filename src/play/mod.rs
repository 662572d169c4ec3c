//! A page on which a learner draws a digit and the network reads it. Uses `compile`.

pub(crate) mod playground;
