//! What everything else here is made of: failures, files, where things are, the programs that are called.
//! Uses nothing else of this program.

pub(crate) mod language;
pub(crate) mod spoken;
pub(crate) mod failure;
#[cfg(test)]
pub(crate) mod not_tested;
pub(crate) mod colours;
pub(crate) mod tokens;
pub(crate) mod files;
pub(crate) mod running;
pub(crate) mod set_by_cargo;
pub(crate) mod tools;
pub(crate) mod progress;
pub(crate) mod watched;
pub(crate) mod plain;
pub(crate) mod layout;
pub(crate) mod installation;
pub(crate) mod python;
pub(crate) mod ports;
