//! `cargo lab install`, `pack` and `uninstall`: one installation for all users of a machine, or for machines
//! without a network. Uses `base`, `kernel` and `setup`.

pub(crate) mod glibc;
pub(crate) mod toolchain;
pub(crate) mod metadata;
pub(crate) mod environment;
pub(crate) mod claim;
pub(crate) mod uninstall;
pub(crate) mod place;
pub(crate) mod content;
pub(crate) mod install;
pub(crate) mod pack;
