//! Numbers in rows and columns: what the variables of a notebook hold. Uses `base`.

pub(crate) mod dtype;
pub(crate) mod sparse_rows;
pub(crate) mod facts;
pub(crate) mod array;
pub(crate) mod reshape;
pub(crate) mod rows;
pub(crate) mod statistics;
pub(crate) mod arithmetic;
pub(crate) mod class_numbers;
#[cfg(feature = "burn")]
pub(crate) mod tensor;
