//! `cargo lab course mark`: runs what learners handed in, each confined, and says what it is worth. Uses
//! `base`, `kernel`, `setup`, `notebooks` and `course`.

pub(crate) mod limits;
pub(crate) mod processes;
pub(crate) mod control_group;
pub(crate) mod private_folder;
#[cfg(target_os = "linux")]
pub(crate) mod calls;
#[cfg(target_os = "linux")]
pub(crate) mod landlock;
pub(crate) mod confine;
pub(crate) mod client;
pub(crate) mod hearing;
pub(crate) mod learners_file;
pub(crate) mod visible;
pub(crate) mod remark;
pub(crate) mod unusual;
pub(crate) mod hand_in;
pub(crate) mod collect;
pub(crate) mod recognise;
pub(crate) mod secret_check;
pub(crate) mod match_cells;
pub(crate) mod answers;
pub(crate) mod compose;
pub(crate) mod cell_run;
pub(crate) mod watch;
pub(crate) mod session;
pub(crate) mod supervisor;
pub(crate) mod hidden_part;
pub(crate) mod mark;
pub(crate) mod page;
pub(crate) mod class_page;
pub(crate) mod table;
pub(crate) mod nbgrader;
pub(crate) mod sample_class;
pub(crate) mod marker;
