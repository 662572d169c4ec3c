//! Parts of an array: one number, some rows, some columns.

use std::ops::Range;

use ndarray::{ArcArray, Axis, IxDyn, Slice};

use crate::arrays::array::{Array, Values, for_each_dtype, map_values};
use crate::arrays::dtype::DType;
use crate::base::array_problem::ArrayProblem;
use crate::base::error::{Error, Result};
use crate::base::memory::check_shape;
use crate::base::notes::say_if_rounded;
use crate::base::phrase::{Phrase, phrase};
use crate::base::shape::Shape;

impl Array {
    /// One number as `float32`, at a position such as `[row, column]`. Prints a line that begins
    /// with `Note:` where it is a whole number too large to be exact.
    ///
    /// # Errors
    ///
    /// When the array has no such position.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let x = Array::from([[1, 2, 3], [4, 5, 6]]);
    /// assert_eq!(x.get([1, 0])?, 4.0);
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn get<const N: usize>(&self, index: [usize; N]) -> Result<f32> {
        if let Values::Int64(array) = &self.values {
            array.get(IxDyn(&index)).copied().into_iter().for_each(say_if_rounded);
        }
        #[allow(clippy::unnecessary_cast)] // needed for two of the three types
        let value = for_each_dtype!(&self.values, array => {
            array.get(IxDyn(&index)).map(|&value| value as f32)
        });
        value.ok_or_else(|| {
            let shape = self.shape();
            if N != shape.num_dims() {
                return ArrayProblem::WrongPlaces { index: format!("{index:?}"), places: N, shape }
                    .into();
            }
            let missing = phrase!("is no position {index:?}", "Position {index:?}");
            ArrayProblem::OutOfRange { missing, is_table: false, shape }.into()
        })
    }

    /// One sample: the row with this number.
    ///
    /// # Shapes
    ///
    /// From `(n, ...)` to `(...)`: the first dimension is gone.
    ///
    /// # Errors
    ///
    /// When there is no such row.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let x = Array::from([[1, 2, 3], [4, 5, 6]]);
    /// assert_eq!(x.row(1)?, Array::from([4, 5, 6]));
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn row(&self, index: usize) -> Result<Array> {
        let shape = self.shape();
        if index >= num_rows(&shape) {
            return Err(no_row(index, shape));
        }
        Ok(self.rows(index..index + 1)?.with_shape(&shape.of_sample()))
    }

    /// The samples of a range, such as `0..10`.
    ///
    /// # Errors
    ///
    /// When the range reaches past the last row.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let x = Array::from([1, 2, 3, 4]);
    /// assert_eq!(x.rows(1..3)?, Array::from([2, 3]));
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn rows(&self, range: Range<usize>) -> Result<Array> {
        let shape = self.shape();
        check_rows(&range, shape, false)?;
        if range.len() < self.len() / 2 {
            // Copied, so that a few rows do not keep all the others in memory.
            let part = Slice::from(range);
            return Ok(
                map_values!(&self.values, array => array.slice_axis(Axis(0), part).to_shared()),
            );
        }
        let mut values = self.values.clone(); // shares the numbers, and whole rows lie without gaps
        for_each_dtype!(&mut values, array => array.slice_axis_inplace(Axis(0), range.into()));
        Ok(values.into_array())
    }

    /// The samples with these numbers, in this order.
    ///
    /// # Shapes
    ///
    /// From `(n, ...)` to `(rows.len(), ...)`.
    ///
    /// # Errors
    ///
    /// When there is no such row, or when they take more memory than there is.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let x = Array::from([10, 20, 30]);
    /// assert_eq!(x.select(&[2, 0])?, Array::from([30, 10]));
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn select(&self, rows: &[usize]) -> Result<Array> {
        let shape = self.shape();
        if shape.num_dims() == 0 {
            let missing = phrase!("is no row", "eine Zeile");
            return Err(ArrayProblem::OutOfRange { missing, is_table: false, shape }.into());
        }
        if let Some(&row) = rows.iter().find(|&&row| row >= num_rows(&shape)) {
            return Err(no_row(row, shape));
        }
        let lengths = [&[rows.len()], shape.of_sample().dims()].concat();
        check_shape(&Shape::from(lengths.as_slice()), self.bytes_each())?;
        Ok(map_values!(&self.values, array => array.select(Axis(0), rows).into_shared()))
    }

    /// One column of a table: the number at this place in each row.
    ///
    /// NumPy's `x[:, index]`.
    ///
    /// # Shapes
    ///
    /// From `(n, columns)` to `(n,)`.
    ///
    /// # Errors
    ///
    /// When there is no such column, or the array is no table.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let x = Array::from([[1, 10], [2, 20], [3, 30]]);
    /// assert_eq!(x.column(1)?, Array::from([10, 20, 30]));
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn column(&self, index: usize) -> Result<Array> {
        Ok(self.select_columns(&[index])?.with_shape(&Shape::from([self.len()])))
    }

    /// The columns of a table with these numbers, in this order.
    ///
    /// NumPy's `x[:, [0, 2]]`.
    ///
    /// # Shapes
    ///
    /// From `(n, columns)` to `(n, columns.len())`.
    ///
    /// # Errors
    ///
    /// As [`column`](Self::column).
    pub fn select_columns(&self, columns: &[usize]) -> Result<Array> {
        let operation = phrase!("choosing columns", "die Auswahl von Spalten");
        let available = num_columns(&self.shape(), operation)?;
        if let Some(column) = columns.iter().find(|&&column| column >= available) {
            let setting = phrase!("the column", "die Spalte");
            return Err(Error::bad_setting(setting, column, one_of_columns(available)));
        }
        check_shape(&Shape::from([self.len(), columns.len()]), self.bytes_each())?;
        Ok(map_values!(&self.values, array => standard_layout(array.select(Axis(1), columns))))
    }

    /// How many bytes each number takes.
    fn bytes_each(&self) -> usize {
        match self.dtype() {
            DType::UInt8 => 1,
            DType::Float32 => 4,
            DType::Int64 => 8,
        }
    }
}

/// How many rows there are: a single number has none.
fn num_rows(shape: &Shape) -> usize {
    if shape.num_dims() == 0 { 0 } else { shape.first() }
}

/// How many columns a table has; other arrays are refused.
pub(crate) fn num_columns(shape: &Shape, operation: impl Into<Phrase>) -> Result<usize> {
    let [_, columns] = *shape.dims() else {
        let expected =
            phrase!("a table of shape (n, columns)", "eine Tabelle der Form (n, Spalten)");
        return Err(Error::wrong_shape(operation, expected, shape.clone(), true));
    };
    Ok(columns)
}

/// Checks a range of rows, of an array or of a table.
pub(crate) fn check_rows(range: &Range<usize>, shape: Shape, is_table: bool) -> Result<()> {
    let Range { start, end } = *range;
    if start > end {
        return Err(ArrayProblem::BackwardRange { start, end }.into());
    }
    if shape.num_dims() == 0 || end > num_rows(&shape) {
        let missing = phrase!("are no rows {range:?}", "Zeilen {range:?}");
        return Err(ArrayProblem::OutOfRange { missing, is_table, shape }.into());
    }
    Ok(())
}

fn no_row(row: usize, shape: Shape) -> Error {
    let missing = phrase!("is no row {row}", "Zeile {row}");
    ArrayProblem::OutOfRange { missing, is_table: false, shape }.into()
}

/// Which numbers the columns of a table have.
fn one_of_columns(available: usize) -> Phrase {
    match available {
        0 => phrase!(
            "one that is there: the table has no columns",
            "nur eine, die es gibt: Die Tabelle hat keine Spalten"
        ),
        1 => phrase!("0: there is 1 column", "nur 0: Es gibt 1 Spalte"),
        _ => phrase!(
            "below {available}: there are {available} columns, 0 to {last}",
            "nur eine Nummer unter {available}: Es gibt {available} Spalten, 0 bis {last}",
            last = available - 1
        ),
    }
}

/// Row after row without gaps: choosing columns leaves them in another order.
fn standard_layout<T: Clone>(array: ndarray::Array<T, IxDyn>) -> ArcArray<T, IxDyn> {
    array.as_standard_layout().into_owned().into_shared()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::in_german;

    #[test]
    fn most_of_the_rows_share_their_numbers_and_a_few_are_a_copy() {
        let x = Array::from([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]);
        let start = |x: &Array| x.as_f32_slice().unwrap().as_ptr();
        let (most, few) = (x.rows(1..4).unwrap(), x.rows(1..2).unwrap());
        assert_eq!(
            (most.to_vec(), few.to_vec()),
            (vec![3.0, 4.0, 5.0, 6.0, 7.0, 8.0], vec![3.0, 4.0])
        );
        let third = start(&x).wrapping_add(2);
        assert!(start(&most) == third && start(&few) != third);
    }

    #[test]
    fn rows_and_columns_that_are_not_there_are_named() {
        let x = Array::zeros([4, 3]);
        let said = |array: Result<Array>| array.unwrap_err().to_string();
        assert_eq!(
            said(x.rows(Range { start: 3, end: 1 })),
            "the range 3..1 ends before it begins: write the smaller number first, 1..3"
        );
        let many = "there are no rows 3..5 in an array of shape (4, 3): counting starts at 0";
        assert!(said(x.rows(3..5)).starts_with(many), "{}", said(x.rows(3..5)));
        assert!(said(x.row(4)).starts_with("there is no row 4 in"), "{}", said(x.row(4)));
        let column = "the column is 5, but must be below 3: there are 3 columns, 0 to 2";
        assert_eq!(said(x.column(5)), column);
        let german = in_german(|| said(x.select_columns(&[3])));
        let column =
            "die Spalte ist 3, erlaubt ist nur eine Nummer unter 3: Es gibt 3 Spalten, 0 bis 2";
        assert_eq!(german, column);
        let single = "the column is 1, but must be 0: there is 1 column";
        assert_eq!(said(Array::zeros([4, 1]).column(1)), single);
        let none = "the column is 2, but must be one that is there: the table has no columns";
        assert_eq!(said(Array::zeros([4, 0]).column(2)), none);
    }
}
