//! Samples that lie somewhere among others, in any order: nothing is copied to shuffle or to split.

use std::ops::Range;

use zunder_data::arrays::sparse_rows::SparseRows;

/// Some of the rows of an array.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    numbers: &'a [f32],
    columns: usize,
    /// The same rows without their zeros, where that is worth while.
    sparse: Option<&'a SparseRows>,
    first: usize,
    len: usize,
    /// Which rows, counted from `first`, in which order; all of them if none.
    order: Option<&'a [usize]>,
}

impl<'a> Rows<'a> {
    /// All rows of `columns` numbers each.
    #[inline(always)]
    pub(crate) fn all(numbers: &'a [f32], columns: usize) -> Self {
        let len = numbers.len() / columns.max(1);
        Rows { numbers, columns, sparse: None, first: 0, len, order: None }
    }

    pub(crate) fn with_sparse(self, sparse: Option<&'a SparseRows>) -> Self {
        Rows { sparse, ..self }
    }

    /// The rows with these numbers.
    pub(crate) fn of(self, order: &'a [usize]) -> Self {
        Rows { order: Some(order), len: order.len(), ..self }
    }

    /// Those of them from one number to another.
    pub(crate) fn part(self, range: Range<usize>) -> Self {
        let len = range.len();
        match self.order {
            Some(order) => Rows { order: Some(&order[range]), len, ..self },
            None => Rows { first: self.first + range.start, len, ..self },
        }
    }

    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// How many numbers a row has.
    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    #[inline(always)]
    pub(crate) fn row(&self, index: usize) -> &'a [f32] {
        let start = self.position(index) * self.columns;
        &self.numbers[start..start + self.columns]
    }

    pub(crate) fn sparse(&self) -> Option<&'a SparseRows> {
        self.sparse
    }

    /// Writes all rows down, one after another.
    pub(crate) fn gather(&self, numbers: &mut Vec<f32>) {
        numbers.clear();
        (0..self.len).for_each(|index| numbers.extend_from_slice(self.row(index)));
    }

    /// Where a row stands in the array.
    #[inline(always)]
    pub(crate) fn position(&self, index: usize) -> usize {
        self.first + self.order.map_or(index, |order| order[index])
    }
}
