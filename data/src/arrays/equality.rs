//! When two arrays are equal.

use crate::arrays::array::{Array, Values, for_each_dtype};

/// Equal shapes and numbers, of whatever type: `argmax` gives `int64`, and labels are `uint8`.
impl PartialEq for Array {
    fn eq(&self, other: &Self) -> bool {
        match (&self.values, &other.values) {
            (Values::Float32(one), Values::Float32(two)) => one == two,
            (Values::UInt8(one), Values::UInt8(two)) => one == two,
            (Values::Int64(one), Values::Int64(two)) => one == two,
            _ => self.shape() == other.shape() && self.exact().eq(other.exact()),
        }
    }
}

impl Array {
    /// The numbers as `float64`, which holds whole ones up to 2^53.
    pub(crate) fn exact(&self) -> Box<dyn Iterator<Item = f64> + '_> {
        for_each_dtype!(&self.values, array => Box::new(array.iter().map(|&value| value as f64)))
    }
}
