//! What is found out about the numbers of an array when it is needed, and then kept with them.

use std::sync::OnceLock;

use crate::arrays::sparse_rows::SparseRows;

#[derive(Default)]
pub(super) struct Facts {
    largest_size: OnceLock<f32>,
    sparse_rows: OnceLock<Option<SparseRows>>,
}

impl Facts {
    /// The size of the number that is farthest from 0; infinite or NaN if any number is.
    pub(super) fn largest_size(&self, numbers: &[f32]) -> f32 {
        // Without the sign, bits are in the order of the numbers that they stand for; then come
        // infinity and what is no number. And whole numbers are compared in vectors.
        let bits = || numbers.iter().fold(0, |largest, n| n.abs().to_bits().max(largest));
        *self.largest_size.get_or_init(|| f32::from_bits(bits()))
    }

    /// The rows without their zeros, if there is something to gain.
    pub(super) fn sparse_rows(&self, numbers: &[f32], row_len: usize) -> Option<&SparseRows> {
        self.sparse_rows.get_or_init(|| SparseRows::of(numbers, row_len)).as_ref()
    }

    /// The same if they have been made already.
    pub(super) fn known_sparse_rows(&self) -> Option<&SparseRows> {
        self.sparse_rows.get()?.as_ref()
    }
}
