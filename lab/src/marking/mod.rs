//! `cargo lab course mark`: runs what learners handed in, each confined, and says what it is worth. Uses
//! all folders.

pub(crate) mod limits;
pub(crate) mod processes;
#[cfg(target_os = "linux")]
pub(crate) mod calls;
#[cfg(target_os = "linux")]
pub(crate) mod landlock;
pub(crate) mod confine;
pub(crate) mod client;
pub(crate) mod cell_run;
pub(crate) mod hand_in;
pub(crate) mod secret_check;
pub(crate) mod compose;
pub(crate) mod watch;
pub(crate) mod supervisor;
pub(crate) mod mark;
pub(crate) mod page;
pub(crate) mod table;
pub(crate) mod marker;
