//! Preparing labels: from class numbers to one-hot rows.

use crate::arrays::array::Array;
use crate::arrays::class_numbers::{check_class_numbers_for, class_numbers};
use crate::base::error::{Error, Result};
use crate::base::memory::{bytes_of, check};
use crate::base::shape::Shape;
use crate::base::too_large::Large;

/// Turns class numbers into one-hot rows: 5 becomes `[0, 0, 0, 0, 0, 1, 0, 0, 0, 0]`.
///
/// A network with ten outputs puts out ten numbers for each sample; `CategoricalCrossentropy`
/// compares them with ten numbers of which the right class is 1 and all others are 0. The same as
/// [`keras.utils.to_categorical`](https://keras.io/api/utils/python_utils/#to_categorical-function).
///
/// # Shapes
///
/// `y`: `(n,)` or `(n, 1)`, class numbers from 0 to `num_classes` - 1. Result: `(n, num_classes)`,
/// `float32`.
///
/// # Errors
///
/// When `y` has more than one number for each sample (is it one-hot already?), when a label is no
/// class number, or when `num_classes` is 0 or so large that the rows would not fit into memory.
///
/// ```
/// use zunder::prelude::*;
///
/// let y = to_categorical(&Array::from([2, 0]), 3)?;
/// assert_eq!(y, Array::from([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]));
/// # Ok::<(), zunder::Error>(())
/// ```
pub fn to_categorical(y: &Array, num_classes: usize) -> Result<Array> {
    Error::check_at_least_one("num_classes", num_classes)?;
    check_class_numbers_for("to_categorical", &y.shape())?;
    let bytes = bytes_of(&[y.len().max(1), num_classes, size_of::<f32>()]);
    check(bytes, || Large::Rows { num_classes, labels: y.len() })?;
    one_hot(y, num_classes)
}

/// The rows, once it is known that there is room for them.
pub fn one_hot(y: &Array, num_classes: usize) -> Result<Array> {
    let classes = class_numbers(y, num_classes)?;
    let mut rows = vec![0.0f32; classes.len() * num_classes];
    for (row, class) in rows.chunks_mut(num_classes).zip(&classes) {
        row[*class] = 1.0;
    }
    Ok(Array::from(rows).with_shape(&Shape::from([classes.len(), num_classes])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_class_is_no_plural() {
        let problem = to_categorical(&Array::from([0, 2]), 1).unwrap_err().to_string();
        assert!(problem.starts_with("label 2 in row 1 is not 0, the only class:"), "{problem}");
    }

    #[test]
    fn a_label_is_named_as_it_was_written() {
        for (label, named) in
            [(Array::from([0.1]), "label 0.1 in"), (Array::from([20_240_103]), "label 20240103 in")]
        {
            let problem = to_categorical(&label, 3).unwrap_err().to_string();
            assert!(problem.starts_with(named), "{problem}");
        }
    }

    #[test]
    fn what_is_no_class_number_is_said_of_to_categorical() {
        let problem = to_categorical(&Array::zeros([4, 3]), 3).unwrap_err();
        assert_eq!(
            problem.to_string(),
            "to_categorical expects class numbers of shape (n,), but y has shape (4, 3): are they \
             one-hot already, or is it x?"
        );
    }
}
