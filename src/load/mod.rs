//! The first step: data sets, found on this machine or fetched once, checked, and parsed. Uses
//! `arrays`. It starts no programs: what a web server does not give, `cargo lab data` brings.

pub(crate) mod progress;
pub(crate) mod dataset;
pub(crate) mod cache;
pub(crate) mod download;
pub(crate) mod fetch;
pub(crate) mod parse;
pub mod mnist;
pub mod fashion_mnist;
pub mod penguins;
pub mod languages;
#[cfg(test)]
mod tests;
