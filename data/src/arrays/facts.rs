//! What is found out about the numbers of an array when it is needed, and then kept with them.

use std::sync::OnceLock;

use crate::arrays::sparse_rows::SparseRows;

#[derive(Default)]
pub(super) struct Facts {
    pub(super) largest_size: OnceLock<f32>,
    /// None where there is nothing to gain by leaving the zeros out.
    pub(super) sparse_rows: OnceLock<Option<SparseRows>>,
}
