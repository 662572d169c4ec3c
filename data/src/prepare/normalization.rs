//! Preparing tables: columns of different units made comparable.

use crate::arrays::array::Array;
use crate::arrays::rows::num_columns;
use crate::base::error::{Error, Result};
use crate::base::memory::check_shape;
use crate::base::notes::say_note;
use crate::base::phrase::phrase;
use crate::base::sample_problem::SampleProblem;

/// Makes the columns of a table comparable: each gets mean 0 and standard deviation 1.
///
/// A network adds up what comes in, so a column in grams (thousands) drowns one in millimetres
/// (tens). `adapt` takes mean and variance of each column from the training data; `apply` uses
/// these same numbers for every table: the training data, the test data, a new sample. Adapting to
/// the test data, too, would let the exam leak into the training.
///
/// `(x - mean) / max(sqrt(variance), 1e-7)` for each column, with the variance of the whole
/// population, as Keras's layer
/// [`Normalization`](https://keras.io/api/layers/preprocessing_layers/numerical/normalization/)
/// computes it. Other than in Keras it is no layer: apply it to the data that `fit`, `evaluate` and
/// `predict` get. A column in which all numbers are the same has no spread to measure by, and is divided
/// by 1, as scikit-learn's
/// [`StandardScaler`](https://scikit-learn.org/stable/modules/generated/sklearn.preprocessing.StandardScaler.html)
/// does it: by 1e-7, as in Keras, a pixel that was always black would become millions once it is not.
///
/// ```
/// use zunder::prelude::*;
///
/// let x_train = Array::from([[1.0, 1000.0], [3.0, 3000.0]]);
/// let normalization = Normalization::adapt(&x_train)?;
/// assert_eq!(normalization.mean(), Array::from([2.0, 2000.0]));
/// assert_eq!(normalization.apply(&x_train)?, Array::from([[-1.0, -1.0], [1.0, 1.0]]));
/// assert_eq!(normalization.apply(&Array::from([[5.0, 2000.0]]))?, Array::from([[3.0, 0.0]]));
/// # Ok::<(), zunder::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Normalization {
    means: Vec<f64>,
    variances: Vec<f64>,
}

impl Normalization {
    /// Learns mean and variance of each column.
    ///
    /// Prints a line that begins with `Note:` where there is only one row: it is its own mean, and becomes 0.
    ///
    /// # Shapes
    ///
    /// `x`: `(n, columns)`, the training data.
    ///
    /// # Errors
    ///
    /// When it is no table, has no rows or no columns, or when a value is missing (NaN) or
    /// infinite.
    pub fn adapt(x: &Array) -> Result<Self> {
        let num_columns = num_columns(&x.shape(), "Normalization::adapt")?;
        if x.is_empty() || num_columns == 0 {
            return Err(Error::no_data("x"));
        }
        check_shape(&x.shape(), size_of::<f64>())?;
        let values: Vec<f64> = x.exact().collect();
        if let Some(position) = values.iter().position(|value| !value.is_finite()) {
            let (row, value) = (position / num_columns, values[position] as f32);
            return Err(SampleProblem::NotFinite { what: "x".into(), row, value }.into());
        }
        let of_column = |column: usize| {
            let numbers = values.iter().skip(column).step_by(num_columns);
            let mean = numbers.clone().sum::<f64>() / x.len() as f64;
            let squares: f64 = numbers.clone().map(|number| (number - mean).powi(2)).sum();
            // The mean of equal numbers is rounded, and leaves a variance that is none.
            let is_constant = numbers.clone().all(|number| *number == values[column]);
            (mean, if is_constant { 0.0 } else { squares / x.len() as f64 })
        };
        let (means, variances) = (0..num_columns).map(of_column).unzip();
        if x.len() == 1 {
            say_note(phrase!(
                "one row has no spread, so that Normalization makes each of its numbers 0: adapt to the training \
                 data, and apply that to a new row",
                "eine einzelne Zeile hat keine Streuung, darum macht Normalization aus jeder ihrer Zahlen 0: Nimm \
                 adapt mit den Trainingsdaten, und wende das mit apply auf eine neue Zeile an"
            ));
        }
        Ok(Normalization { means, variances })
    }

    /// The table with each column made comparable by the numbers that `adapt` took.
    ///
    /// # Shapes
    ///
    /// `x`: `(n, columns)` with as many columns as in `adapt`. Result: the same shape, `float32`.
    ///
    /// # Errors
    ///
    /// When it is no table or has another number of columns, or when the result would take more memory than
    /// there is.
    pub fn apply(&self, x: &Array) -> Result<Array> {
        let operation = "Normalization::apply";
        if num_columns(&x.shape(), operation)? != self.means.len() {
            let expected = phrase!(
                "a table with as many columns as `adapt` saw",
                "eine Tabelle mit so vielen Spalten, wie `adapt` gesehen hat"
            );
            return Err(Error::wrong_shape(operation, expected, x.shape(), false));
        }
        check_shape(&x.shape(), size_of::<f64>() + size_of::<f32>())?;
        let columns: Vec<(f64, f64)> = (self.means.iter().copied())
            .zip(self.variances.iter().map(|variance| deviation(*variance)))
            .collect();
        let values = x.exact().zip(columns.iter().cycle());
        let scaled = values.map(|(value, (mean, deviation))| (value - mean) / deviation);
        Ok(Array::from(scaled.collect::<Vec<f64>>()).with_shape(&x.shape()))
    }

    /// The mean of each column: `(columns,)`.
    pub fn mean(&self) -> Array {
        Array::from(self.means.clone())
    }

    /// The variance of each column, the square of its standard deviation: `(columns,)`.
    pub fn variance(&self) -> Array {
        Array::from(self.variances.clone())
    }
}

/// What a column is divided by.
fn deviation(variance: f64) -> f64 {
    if variance == 0.0 { 1.0 } else { variance.sqrt().max(1e-7) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::memory::for_tests::with_memory;

    #[test]
    fn what_does_not_fit_into_memory_is_refused() {
        let x = Array::zeros([1_000, 10]);
        let normalization = Normalization::adapt(&x).expect("it is a table");
        let apply = || with_memory(119_999, || normalization.apply(&x)).map(drop);
        let refused = apply().expect_err("120 KB are needed").to_string();
        assert!(refused.starts_with("an array of shape (1000, 10) takes 120 KB"), "{refused}");
    }

    /// As float32 these times are one and the same number.
    #[test]
    fn large_whole_numbers_are_told_apart() {
        let times = Array::from([[1_700_000_000_i64], [1_700_000_020]]);
        let normalization = Normalization::adapt(&times).expect("it is a table");
        assert_eq!(normalization.apply(&times).expect("the same").to_vec(), [-1.0, 1.0]);
    }
}
