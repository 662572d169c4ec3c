//! The course: one source for each notebook in `course/`, and all notebooks that are made of it. Uses
//! `base`, `kernel`, `setup` and `notebooks`.

pub(crate) mod source;
pub(crate) mod map;
pub(crate) mod comments;
pub(crate) mod minutes;
pub(crate) mod notebook;
pub(crate) mod tasks;
pub(crate) mod put_aside;
pub(crate) mod trial;
pub(crate) mod course;
