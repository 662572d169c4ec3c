//! The first step: data sets, found on this machine or fetched once, checked, and parsed. Uses
//! `arrays`. It starts no programs: what a web server does not give, `cargo lab data` brings.

pub(crate) mod dataset;
pub(crate) mod cache;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod download;
#[cfg(target_family = "wasm")]
pub(crate) mod no_download;
#[cfg(target_family = "wasm")]
use no_download as download;
pub(crate) mod fetch;
pub(crate) mod parse;
pub mod mnist;
pub mod fashion_mnist;
pub mod penguins;
pub mod languages;
#[cfg(test)]
mod tests;
