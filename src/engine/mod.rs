//! What computes: forward, backward, step. Two engines of our own for the CPU, and Burn for the
//! rest. Uses `define` and `choose`.

pub(crate) mod random;
pub(crate) mod parameters;
pub(crate) mod steps;
pub(crate) mod kernels;
pub(crate) mod needs;
pub(crate) mod dense_network;
pub(crate) mod picture_network;
pub(crate) mod burn_network;
pub(crate) mod network;

#[cfg(test)]
mod fixtures;
