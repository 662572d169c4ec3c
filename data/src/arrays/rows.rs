//! Parts of an array: one number, some rows, some columns.

use std::ops::Range;

use ndarray::{ArcArray, Axis, IxDyn, Slice};

use crate::arrays::array::{Array, Values};
use crate::arrays::dtype::DType;
use crate::base::array_problem::ArrayProblem;
use crate::base::error::{Error, Result};
use crate::base::memory::check_shape;
use crate::base::phrase::phrase;
use crate::base::shape::Shape;

impl Array {
    /// One number, at a position such as `[row, column]`.
    ///
    /// # Errors
    ///
    /// When the array has no such position.
    pub fn get<const N: usize>(&self, index: [usize; N]) -> Result<f32> {
        let position = IxDyn(&index);
        let value = match &self.values {
            Values::UInt8(array) => array.get(position).map(|&value| f32::from(value)),
            Values::Int64(array) => array.get(position).map(|&value| value as f32),
            Values::Float32(array) => array.get(position).copied(),
        };
        value.ok_or_else(|| {
            let shape = self.shape();
            if N != shape.num_dims() {
                return ArrayProblem::WrongPlaces { index: format!("{index:?}"), places: N, shape }
                    .into();
            }
            let index = phrase!("position {index:?}", "Position {index:?}");
            ArrayProblem::OutOfRange { index, shape }.into()
        })
    }

    /// One sample: the row with this number, without the first dimension.
    ///
    /// # Errors
    ///
    /// When there is no such row.
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
        if shape.num_dims() == 0 || range.start > range.end || range.end > num_rows(&shape) {
            let index = phrase!("rows {range:?}", "Zeilen {range:?}");
            return Err(ArrayProblem::OutOfRange { index, shape }.into());
        }
        let slice = Slice::from(range);
        Ok(self.map_layout(
            |array| array.slice_axis(Axis(0), slice).to_shared(),
            |array| array.slice_axis(Axis(0), slice).to_shared(),
            |array| array.slice_axis(Axis(0), slice).to_shared(),
        ))
    }

    /// The samples with these numbers, in this order.
    ///
    /// # Errors
    ///
    /// When there is no such row, or when they take more memory than there is.
    pub fn select(&self, rows: &[usize]) -> Result<Array> {
        let shape = self.shape();
        if shape.num_dims() == 0 {
            let index = phrase!("row", "eine Zeile");
            return Err(ArrayProblem::OutOfRange { index, shape }.into());
        }
        if let Some(&row) = rows.iter().find(|&&row| row >= num_rows(&shape)) {
            return Err(no_row(row, shape));
        }
        let lengths = [&[rows.len()], shape.of_sample().dims()].concat();
        check_shape(&Shape::from(lengths.as_slice()), self.bytes_each())?;
        Ok(self.map_layout(
            |array| array.select(Axis(0), rows).into_shared(),
            |array| array.select(Axis(0), rows).into_shared(),
            |array| array.select(Axis(0), rows).into_shared(),
        ))
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
        let shape = self.shape();
        let [_, available] = *shape.dims() else {
            let operation = phrase!("choosing columns", "die Auswahl von Spalten");
            let expected =
                phrase!("a table of shape (n, columns)", "eine Tabelle der Form (n, Spalten)");
            return Err(Error::wrong_dimensions(operation, expected, shape));
        };
        if let Some(column) = columns.iter().find(|&&column| column >= available) {
            let expected = phrase!(
                "below the number of columns: counting starts at 0",
                "nur eine Nummer unter der Anzahl der Spalten: Gezählt wird ab 0"
            );
            return Err(Error::bad_setting(phrase!("the column", "die Spalte"), column, expected));
        }
        check_shape(&Shape::from([self.len(), columns.len()]), self.bytes_each())?;
        Ok(self.map_layout(
            |array| standard_layout(array.select(Axis(1), columns)),
            |array| standard_layout(array.select(Axis(1), columns)),
            |array| standard_layout(array.select(Axis(1), columns)),
        ))
    }

    /// How many bytes each number takes.
    fn bytes_each(&self) -> usize {
        match self.dtype() {
            DType::UInt8 => 1,
            DType::Float32 => 4,
            DType::Int64 => 8,
        }
    }

    fn map_layout(
        &self,
        uint8: impl Fn(&ArcArray<u8, IxDyn>) -> ArcArray<u8, IxDyn>,
        int64: impl Fn(&ArcArray<i64, IxDyn>) -> ArcArray<i64, IxDyn>,
        float32: impl Fn(&ArcArray<f32, IxDyn>) -> ArcArray<f32, IxDyn>,
    ) -> Array {
        let values = match &self.values {
            Values::UInt8(array) => Values::UInt8(uint8(array)),
            Values::Int64(array) => Values::Int64(int64(array)),
            Values::Float32(array) => Values::Float32(float32(array)),
        };
        values.into_array()
    }
}

/// How many rows there are: a single number has none.
fn num_rows(shape: &Shape) -> usize {
    if shape.num_dims() == 0 { 0 } else { shape.first() }
}

fn no_row(row: usize, shape: Shape) -> Error {
    ArrayProblem::OutOfRange { index: phrase!("row {row}", "Zeile {row}"), shape }.into()
}

/// Row after row without gaps: choosing columns leaves them in another order.
fn standard_layout<T: Clone>(array: ndarray::Array<T, IxDyn>) -> ArcArray<T, IxDyn> {
    array.as_standard_layout().into_owned().into_shared()
}
