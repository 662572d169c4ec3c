//! Numbers in rows and columns: what the variables of a notebook hold. Uses `base`.

pub(crate) mod dtype;
pub mod sparse_rows;
pub(crate) mod facts;
pub(crate) mod array;
pub(crate) mod equality;
pub(crate) mod reshape;
pub(crate) mod rows;
pub mod statistics;
pub(crate) mod arithmetic;
pub mod class_numbers;
