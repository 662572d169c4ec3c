//! What can be counted of all numbers: the largest, the mean, the class of each row.

use crate::arrays::array::{Array, Values, for_each_dtype};
use crate::arrays::sparse_rows::SparseRows;
use crate::base::error::Error;
use crate::base::memory::refuse;
use crate::base::notes::say_if_rounded;
use crate::base::phrase::phrase;
use crate::base::shape::Shape;

/// A whole number as `float32`, with a note where that is another one; NaN for none.
fn whole(number: Option<i64>) -> f32 {
    number.inspect(|&number| say_if_rounded(number)).map_or(f32::NAN, |number| number as f32)
}

impl Array {
    /// The smallest number as `float32`; NaN for an empty array, and as in NumPy where one of them
    /// is NaN. Prints a line that begins with `Note:` where it is a whole number too large to be
    /// exact.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// assert_eq!(Array::from([[3, 1], [2, 4]]).min(), 1.0);
    /// ```
    pub fn min(&self) -> f32 {
        if let Values::Int64(array) = &self.values {
            return whole(array.iter().min().copied());
        }
        self.fold(|least, value| value < least)
    }

    /// The largest number, as [`min`](Self::min) gives the smallest.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// assert_eq!(Array::from([[3, 1], [2, 4]]).max(), 4.0);
    /// ```
    pub fn max(&self) -> f32 {
        if let Values::Int64(array) = &self.values {
            return whole(array.iter().max().copied());
        }
        self.fold(|largest, value| value > largest)
    }

    /// The sum of all numbers as `float32`; 0 for an empty array, NaN where one of them is NaN.
    /// Prints a line that begins with `Note:` where it is a whole number too large to be exact.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// assert_eq!(Array::from([[3, 1], [2, 4]]).sum(), 10.0);
    /// ```
    pub fn sum(&self) -> f32 {
        if let Values::Int64(array) = &self.values {
            let sum: i128 = array.iter().copied().map(i128::from).sum();
            return i64::try_from(sum).map_or(sum as f32, |sum| whole(Some(sum)));
        }
        // Of no numbers it would be -0.
        for_each_dtype!(&self.values, array => {
            array.iter().fold(0.0, |sum, &value| sum + value as f64) as f32
        })
    }

    /// The mean of all numbers; NaN for an empty array, and where one of them is NaN.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// assert_eq!(Array::from([[3, 1], [2, 4]]).mean(), 2.5);
    /// ```
    pub fn mean(&self) -> f32 {
        self.mean_of(|value| value) as f32
    }

    /// The standard deviation of all numbers: how far they lie from their mean, typically. NaN for
    /// an empty array.
    ///
    /// `sqrt(mean((x - mean)^2))`, as NumPy's `std` (of the whole population).
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// assert_eq!(Array::from([1, 5, 1, 5]).std(), 2.0);
    /// ```
    pub fn std(&self) -> f32 {
        let mean = self.mean_of(|value| value);
        self.mean_of(|value| (value - mean).powi(2)).sqrt() as f32
    }

    /// For each sample, the position of its largest number: the class that a network votes for.
    ///
    /// The first one counts where several are equally large, and as in NumPy the first NaN before
    /// all numbers. The result is `int64` with the shape of this array without its last dimension.
    ///
    /// # Panics
    ///
    /// With a sentence when the rows are empty: no number is the largest of none. And when an array of
    /// two or more dimensions has rows of a single number: the answer would be 0, whatever they say.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let probabilities = Array::from([[0.1, 0.7, 0.2], [0.5, 0.2, 0.3]]);
    /// assert_eq!(probabilities.argmax(), Array::from([1, 0]));
    /// ```
    pub fn argmax(&self) -> Array {
        let shape = self.shape();
        let (&classes, outer) = shape.dims().split_last().unwrap_or((&1, &[]));
        let least = if outer.is_empty() { 1 } else { 2 };
        if classes < least && Shape::from(outer).num_values() > 0 {
            let expected = if classes == 0 {
                phrase!("at least one number for each row", "für jede Zeile mindestens eine Zahl")
            } else {
                phrase!(
                    "at least two numbers for each row (ask of a single one whether it is above 0.5)",
                    "für jede Zeile mindestens zwei Zahlen (frag bei einer einzigen, ob sie über 0,5 liegt)"
                )
            };
            refuse(&Error::wrong_shape("argmax", expected, shape, false));
        }
        // Large whole numbers that differ may be the same as float32: each type is compared as it is.
        let winners: Vec<usize> = for_each_dtype!(&self.values, array => {
            let numbers = array.as_slice().expect("rows lie without gaps");
            numbers.chunks(classes.max(1)).map(winner).collect()
        });
        Array::from(winners).with_shape(&Shape::from(outer))
    }

    fn mean_of(&self, f: impl Fn(f64) -> f64) -> f64 {
        let values = &self.values;
        let sum: f64 = for_each_dtype!(values, array => array.iter().map(|&v| f(v as f64)).sum());
        sum / self.shape().num_values() as f64
    }

    /// The number that wins against all others, NaN against every number.
    #[allow(clippy::unnecessary_cast)] // needed for two of the three types
    fn fold(&self, wins: impl Fn(f32, f32) -> bool) -> f32 {
        for_each_dtype!(&self.values, array => {
            let numbers = array.iter().map(|&value| value as f32);
            // Nothing wins against NaN, which is neither smaller nor larger.
            let is_better = |best, value: f32| value.is_nan() || wins(best, value);
            let better = |best, value| if is_better(best, value) { value } else { best };
            numbers.reduce(better).unwrap_or(f32::NAN)
        })
    }
}

impl Array {
    /// The size of the number that is farthest from 0, of `float32` numbers; infinite or NaN if any
    /// of them is.
    #[doc(hidden)]
    pub fn largest_size(&self) -> f32 {
        let numbers = self.as_f32_slice().unwrap_or(&[]);
        // Without the sign, bits are in the order of the numbers that they stand for; then come
        // infinity and what is no number. And whole numbers are compared in vectors.
        let bits = || numbers.iter().fold(0, |largest, n| n.abs().to_bits().max(largest));
        *self.facts.largest_size.get_or_init(|| f32::from_bits(bits()))
    }

    /// The rows without their zeros, if there is something to gain; made once and then kept.
    #[doc(hidden)]
    pub fn sparse_rows(&self) -> Option<&SparseRows> {
        let (numbers, row_len) = (self.as_f32_slice()?, self.shape().of_sample().num_values());
        self.facts.sparse_rows.get_or_init(|| SparseRows::of(numbers, row_len)).as_ref()
    }

    /// The same if they have been made already.
    #[doc(hidden)]
    pub fn known_sparse_rows(&self) -> Option<&SparseRows> {
        self.facts.sparse_rows.get()?.as_ref()
    }
}

/// The position of the first NaN of a row, which alone cannot be compared with itself, or else of the largest number.
fn winner<T: PartialOrd + Copy>(row: &[T]) -> usize {
    let nan = row.iter().position(|value| value.partial_cmp(value).is_none());
    nan.unwrap_or_else(|| position_of_largest(row))
}

/// The position of the largest number of a row, the first one where several are equal.
pub fn position_of_largest<T: PartialOrd + Copy>(row: &[T]) -> usize {
    let Some(mut largest) = row.first().copied() else { return 0 };
    let mut best = 0;
    for (position, &value) in row.iter().enumerate() {
        let is_larger = value > largest;
        best = if is_larger { position } else { best };
        largest = if is_larger { value } else { largest };
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As float32 these are one and the same number.
    #[test]
    fn whole_numbers_are_compared_before_they_are_rounded() {
        let times =
            Array::from(vec![1_700_000_000i64, 1_700_000_010, 1_700_000_020, 1_700_000_030]);
        assert_eq!(times.std(), 11.180_34);
        assert_eq!(times.argmax(), Array::from(vec![3i64]).with_shape(&Shape::from([])));
        let equal = Array::from(vec![3i64, 1_700_000_000, 1_700_000_000]);
        assert_eq!(equal.argmax().to_vec(), [1.0]);
    }

    #[test]
    fn whole_numbers_are_added_before_they_are_rounded() {
        let three = Array::from(vec![16_777_217i64; 3]);
        assert_eq!(three.sum(), 50_331_651i64 as f32);
        assert_eq!((three.min(), three.max()), (16_777_216.0, 16_777_216.0)); // each with a note
        assert!(Array::from(Vec::<i64>::new()).max().is_nan());
        assert!(Array::from(Vec::<f64>::new()).sum().is_sign_positive());
        assert_eq!(Array::from(vec![i64::MAX; 2]).sum(), 2.0 * i64::MAX as f32);
    }
}
