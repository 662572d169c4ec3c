//! The Rust kernel: its warm template, the private copy of each, the relay between Jupyter and evcxr.
//! Uses `base`.

pub(crate) mod library;
pub(crate) mod linking;
pub(crate) mod shim;
pub(crate) mod strip;
pub(crate) mod bodies;
pub(crate) mod std_sources;
pub(crate) mod cargo_home;
pub(crate) mod copies;
pub(crate) mod template;
pub(crate) mod zmtp;
pub(crate) mod prepared;
pub(crate) mod message;
pub(crate) mod printed;
pub(crate) mod sentences;
pub(crate) mod clients;
pub(crate) mod stage;
pub(crate) mod keys;
pub(crate) mod waiting;
pub(crate) mod relay;
pub(crate) mod unable;
pub(crate) mod spec;
pub(crate) mod launch;
