//! When two arrays are equal.

use crate::arrays::array::{Array, Values, for_each_dtype};

/// Equal shapes and numbers, of whatever type: `argmax` gives `int64`, and labels are `uint8`.
impl PartialEq for Array {
    fn eq(&self, other: &Self) -> bool {
        if self.dtype() == other.dtype() {
            return self.values == other.values;
        }
        self.shape() == other.shape() && self.parts().eq(other.parts())
    }
}

impl Array {
    /// The whole part of each number, and its fraction: no number is rounded.
    fn parts(&self) -> Box<dyn Iterator<Item = (i128, f64)> + '_> {
        match &self.values {
            Values::Int64(array) => Box::new(array.iter().map(|&whole| (whole.into(), 0.0))),
            _ => Box::new(self.exact().map(|number| (number as i128, number.fract()))),
        }
    }

    /// The numbers as `float64`, which holds whole ones up to 2^53.
    pub(crate) fn exact(&self) -> Box<dyn Iterator<Item = f64> + '_> {
        for_each_dtype!(&self.values, array => Box::new(array.iter().map(|&value| value as f64)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::notes::is_rounded;

    #[test]
    fn large_whole_numbers_are_not_rounded_before_they_are_compared() {
        let power = 2_f32.powi(53);
        let [equal, other] = [0, 1].map(|more| Array::from([(1_i64 << 53) + more]));
        assert!(Array::from([power]) == equal && Array::from([power]) != other);
        for (whole, number) in [(1, 1.5), (1, f32::NAN), (i64::MAX, f32::INFINITY), (-1, -1.5)] {
            assert!(Array::from([whole]) != Array::from([number]), "{whole}");
        }
        assert!(is_rounded(i64::MAX) && is_rounded((1 << 53) + 1) && !is_rounded(i64::MIN));
    }
}
