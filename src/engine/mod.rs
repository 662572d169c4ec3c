//! What computes: forward, backward, step. An engine of our own for the CPU, and Burn for any
//! device. Uses `define` and `choose`.

#[cfg(feature = "burn")]
pub(crate) mod tensor;
pub(crate) mod random;
pub(crate) mod parameters;
pub(crate) mod steps;
pub(crate) mod rows;
pub(crate) mod simd;
pub(crate) mod needs;
pub(crate) mod products;
pub(crate) mod activations;
pub(crate) mod room;
pub(crate) mod weights;
pub(crate) mod windows;
pub(crate) mod convolution;
pub(crate) mod pooling;
pub(crate) mod layer;
pub(crate) mod engine;
pub(crate) mod fast_network;
#[cfg(feature = "burn")]
pub(crate) mod burn_network;
pub(crate) mod choose_engine;

#[cfg(test)]
mod fixtures;
