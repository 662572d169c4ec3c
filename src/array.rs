//! `Array`: numbers in rows, columns and more dimensions; what the variables of a notebook hold.

use std::fmt;
use std::ops::{Add, Div, Mul, Range, Sub};

use ndarray::{ArcArray, Axis, IxDyn, Slice};

use crate::error::{Error, Result};
use crate::language::either;
use crate::shape::{IntoShape, Shape};

/// The type of the numbers in an [`Array`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DType {
    /// Whole numbers from 0 to 255: the grey values of pixels, class numbers.
    UInt8,
    /// Whole numbers, also negative.
    Int64,
    /// Numbers with a fraction, about seven digits: what a network computes with.
    Float32,
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            DType::UInt8 => "uint8",
            DType::Int64 => "int64",
            DType::Float32 => "float32",
        })
    }
}

/// Numbers in any number of dimensions, with a [`Shape`] and a [`DType`].
///
/// It plays the part of NumPy's `ndarray` and is built on the Rust crate of that name. Copies are
/// cheap: `clone` and `reshape` share the numbers. The first dimension counts the samples.
///
/// Arithmetic with a number gives `float32`, so that pixels scale as in NumPy:
///
/// ```
/// use zunder::prelude::*;
///
/// # fn main() -> zunder::Result<()> {
/// let pixels = Array::from([[0u8, 51], [102, 255]]);
/// let scaled = &pixels / 255.0;
/// assert_eq!(scaled, Array::from([[0.0, 0.2], [0.4, 1.0]]));
/// assert_eq!(scaled.reshape([4])?.shape(), [4]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq)]
pub struct Array {
    values: Values,
}

/// The numbers; always in row-major order without gaps, so that rows are slices.
#[derive(Clone, PartialEq)]
enum Values {
    UInt8(ArcArray<u8, IxDyn>),
    Int64(ArcArray<i64, IxDyn>),
    Float32(ArcArray<f32, IxDyn>),
}

/// Runs the same expression for each type of number.
macro_rules! for_each_dtype {
    ($values:expr, $array:ident => $result:expr) => {
        match $values {
            Values::UInt8($array) => $result,
            Values::Int64($array) => $result,
            Values::Float32($array) => $result,
        }
    };
}

impl Array {
    /// An array of the given shape from its values, row after row.
    ///
    /// # Errors
    ///
    /// [`Error::WrongNumberOfValues`] when the values do not fill the shape.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let x = Array::new([2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0])?;
    /// assert_eq!(x.get([1, 0])?, 4.0);
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn new<T: Element>(shape: impl IntoShape, values: Vec<T>) -> Result<Array> {
        let shape = shape.into_shape();
        if shape.num_values() != values.len() {
            return Err(Error::WrongNumberOfValues { shape, values: values.len() });
        }
        Ok(T::into_array(values).with_shape(&shape))
    }

    /// An array full of zeros (`float32`).
    pub fn zeros(shape: impl IntoShape) -> Array {
        Array { values: Values::Float32(ArcArray::zeros(IxDyn(shape.into_shape().dims()))) }
    }

    /// The lengths along the dimensions.
    pub fn shape(&self) -> Shape {
        for_each_dtype!(&self.values, array => Shape::from(array.shape()))
    }

    /// The type of the numbers.
    pub fn dtype(&self) -> DType {
        match self.values {
            Values::UInt8(_) => DType::UInt8,
            Values::Int64(_) => DType::Int64,
            Values::Float32(_) => DType::Float32,
        }
    }

    /// The number of samples: the length of the first dimension.
    pub fn len(&self) -> usize {
        self.shape().first()
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The same numbers in the same order with another shape.
    ///
    /// One length may be -1: it is then worked out from the others, as in NumPy. The numbers are
    /// shared, not copied.
    ///
    /// # Errors
    ///
    /// [`Error::CannotReshape`] when the new shape holds another number of values.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let images = Array::zeros([100, 28, 28]);
    /// assert_eq!(images.reshape([100, 784])?.shape(), [100, 784]);
    /// assert_eq!(images.reshape([-1, 784])?.shape(), [100, 784]);
    /// assert_eq!(images.reshape((100, 784))?.shape(), [100, 784]); // as Python writes it
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn reshape(&self, shape: impl IntoNewShape) -> Result<Array> {
        let from = self.shape();
        let shape = shape.into_new_shape().resolve(&from)?;
        Ok(self.clone().with_shape(&shape))
    }

    /// One number, at a position such as `[row, column]`.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] when the array has no such position.
    pub fn get<const N: usize>(&self, index: [usize; N]) -> Result<f32> {
        let position = IxDyn(&index);
        let value = match &self.values {
            Values::UInt8(array) => array.get(position).map(|&value| f32::from(value)),
            Values::Int64(array) => array.get(position).map(|&value| value as f32),
            Values::Float32(array) => array.get(position).copied(),
        };
        value.ok_or_else(|| Error::OutOfRange {
            index: format!("{} {index:?}", either("position", "Position")),
            shape: self.shape(),
        })
    }

    /// One sample: the row with this number, without the first dimension.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] when there is no such row.
    pub fn row(&self, index: usize) -> Result<Array> {
        let sample = self.shape().of_sample();
        Ok(self.rows(index..index + 1)?.with_shape(&sample))
    }

    /// The samples of a range, such as `0..10`.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] when the range reaches past the last row.
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
        if shape.num_dims() == 0 || range.start > range.end || range.end > shape.first() {
            return Err(Error::OutOfRange {
                index: format!("{} {}..{}", either("rows", "Zeilen"), range.start, range.end),
                shape,
            });
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
    /// [`Error::OutOfRange`] when there is no such row.
    pub fn select(&self, rows: &[usize]) -> Result<Array> {
        let shape = self.shape();
        let available = if shape.num_dims() == 0 { 0 } else { shape.first() };
        if let Some(row) = rows.iter().find(|&&row| row >= available) {
            let index = format!("{} {row}", either("row", "Zeile"));
            return Err(Error::OutOfRange { index, shape });
        }
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
    /// [`Error::BadSetting`] when there is no such column, [`Error::WrongDimensions`] when the array
    /// is no table.
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
            return Err(Error::WrongDimensions {
                operation: either("choosing columns", "die Auswahl von Spalten"),
                expected: either(
                    "a table of shape (n, columns)",
                    "eine Tabelle der Form (n, Spalten)",
                ),
                got: shape,
            });
        };
        if let Some(column) = columns.iter().find(|&&column| column >= available) {
            return Err(Error::BadSetting {
                setting: either("the column", "die Spalte"),
                value: column.to_string(),
                expected: either(
                    "below the number of columns: counting starts at 0",
                    "nur eine Nummer unter der Anzahl der Spalten: Gezählt wird ab 0",
                ),
            });
        }
        Ok(self.map_layout(
            |array| standard_layout(array.select(Axis(1), columns)),
            |array| standard_layout(array.select(Axis(1), columns)),
            |array| standard_layout(array.select(Axis(1), columns)),
        ))
    }

    /// All numbers, row after row, as `float32`.
    pub fn to_vec(&self) -> Vec<f32> {
        match &self.values {
            Values::UInt8(array) => array.iter().map(|&value| f32::from(value)).collect(),
            Values::Int64(array) => array.iter().map(|&value| value as f32).collect(),
            Values::Float32(array) => array.iter().copied().collect(),
        }
    }

    /// The same numbers as `float32`.
    pub fn to_float(&self) -> Array {
        match &self.values {
            Values::Float32(_) => self.clone(),
            _ => self.map(|value| value),
        }
    }

    /// The smallest number; NaN for an empty array.
    pub fn min(&self) -> f32 {
        self.fold(f32::NAN, f32::min)
    }

    /// The largest number; NaN for an empty array.
    pub fn max(&self) -> f32 {
        self.fold(f32::NAN, f32::max)
    }

    /// The sum of all numbers.
    pub fn sum(&self) -> f32 {
        for_each_dtype!(&self.values, array => array.iter().map(|&v| v as f64).sum::<f64>() as f32)
    }

    /// The mean of all numbers; NaN for an empty array.
    pub fn mean(&self) -> f32 {
        let total =
            for_each_dtype!(&self.values, array => array.iter().map(|&v| v as f64).sum::<f64>());
        (total / self.shape().num_values() as f64) as f32
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
        let values = self.to_vec();
        let count = values.len() as f64;
        let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / count;
        let squares = values.iter().map(|&value| (f64::from(value) - mean).powi(2));
        (squares.sum::<f64>() / count).sqrt() as f32
    }

    /// For each sample, the position of its largest number: the class that a network votes for.
    ///
    /// The first one counts where several are equally large. The result is `int64` with the shape
    /// of this array without its last dimension.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let probabilities = Array::from([[0.1, 0.7, 0.2], [0.5, 0.2, 0.3]]);
    /// assert_eq!(probabilities.argmax(), Array::from([1, 0]));
    /// ```
    pub fn argmax(&self) -> Array {
        let shape = self.shape();
        let (classes, outer) = match shape.dims().split_last() {
            Some((&classes, outer)) => (classes, outer),
            None => (1, shape.dims()),
        };
        let values = self.to_vec();
        let winners = values.chunks(classes.max(1)).map(|row| position_of_largest(row) as i64);
        Element::into_array(winners.collect()).with_shape(&Shape::from(outer))
    }

    /// The numbers as a slice, where they are `float32` already.
    pub(crate) fn as_f32_slice(&self) -> Option<&[f32]> {
        match &self.values {
            Values::Float32(array) => array.as_slice(),
            _ => None,
        }
    }

    /// Only for a shape that holds as many values: callers check.
    pub(crate) fn with_shape(self, shape: &Shape) -> Array {
        let dims = IxDyn(shape.dims());
        let same_size = "the shape holds as many values, and they lie without gaps";
        let values = match self.values {
            Values::UInt8(array) => {
                Values::UInt8(array.into_shape_with_order(dims).expect(same_size))
            }
            Values::Int64(array) => {
                Values::Int64(array.into_shape_with_order(dims).expect(same_size))
            }
            Values::Float32(array) => {
                Values::Float32(array.into_shape_with_order(dims).expect(same_size))
            }
        };
        Array { values }
    }

    /// Applies `f` to every number and gives `float32`.
    pub(crate) fn map(&self, f: impl Fn(f32) -> f32) -> Array {
        let array = match &self.values {
            Values::UInt8(array) => array.map(|&value| f(f32::from(value))),
            Values::Int64(array) => array.map(|&value| f(value as f32)),
            Values::Float32(array) => array.map(|&value| f(value)),
        };
        Array { values: Values::Float32(array.into_shared()) }
    }

    #[allow(clippy::unnecessary_cast)] // needed for two of the three types
    fn fold(&self, start: f32, f: impl Fn(f32, f32) -> f32) -> f32 {
        for_each_dtype!(&self.values, array => array.iter().fold(start, |a, &v| f(a, v as f32)))
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
        Array { values }
    }
}

/// Row after row without gaps: choosing columns leaves them in another order.
fn standard_layout<T: Clone>(array: ndarray::Array<T, IxDyn>) -> ArcArray<T, IxDyn> {
    array.as_standard_layout().into_owned().into_shared()
}

/// The position of the largest number of a row, the first one where several are equal.
pub(crate) fn position_of_largest(row: &[f32]) -> usize {
    let mut best = 0;
    for (position, &value) in row.iter().enumerate() {
        if value > row[best] {
            best = position;
        }
    }
    best
}

/// A type of number that an [`Array`] can be made of.
#[diagnostic::on_unimplemented(
    message = "an Array cannot hold `{Self}`",
    label = "an Array holds numbers; give each class a number: 0, 1, 2, ..."
)]
pub trait Element: Copy {
    /// Wraps the values as a one-dimensional array.
    fn into_array(values: Vec<Self>) -> Array;
}

macro_rules! element {
    ($type:ty, $variant:ident, $values:ident => $converted:expr) => {
        impl Element for $type {
            fn into_array($values: Vec<Self>) -> Array {
                let length = $values.len();
                let array = ArcArray::from_shape_vec(IxDyn(&[length]), $converted);
                Array { values: Values::$variant(array.expect("one dimension fits its length")) }
            }
        }
    };
}

element!(u8, UInt8, values => values);
element!(i64, Int64, values => values);
element!(i32, Int64, values => values.into_iter().map(i64::from).collect());
element!(usize, Int64, values => values.into_iter().map(|value| value as i64).collect());
element!(f32, Float32, values => values);
element!(f64, Float32, values => values.into_iter().map(|value| value as f32).collect());

impl<T: Element> From<Vec<T>> for Array {
    fn from(values: Vec<T>) -> Self {
        T::into_array(values)
    }
}

impl<T: Element, const N: usize> From<[T; N]> for Array {
    fn from(values: [T; N]) -> Self {
        T::into_array(values.to_vec())
    }
}

impl<T: Element, const R: usize, const C: usize> From<[[T; C]; R]> for Array {
    fn from(rows: [[T; C]; R]) -> Self {
        T::into_array(rows.concat()).with_shape(&Shape::from([R, C]))
    }
}

/// The shape that [`Array::reshape`] is asked for: lengths, of which one may be -1.
pub struct NewShape(Vec<i64>);

impl NewShape {
    fn resolve(self, from: &Shape) -> Result<Shape> {
        let cannot =
            |asked| Error::CannotReshape { from: from.clone(), to: Shape::text_of(&self.0), asked };
        let known = self.0.iter().filter(|&&length| length != -1);
        let product = known.clone().try_fold(1usize, |product, &length| {
            usize::try_from(length).ok().and_then(|length| product.checked_mul(length))
        });
        let product = product.ok_or_else(|| cannot(None))?;
        let values = from.num_values();
        let unknown = match self.0.len() - known.count() {
            0 if product == values => 0,
            0 => return Err(cannot(Some(product))),
            1 if product > 0 && values.is_multiple_of(product) => values / product,
            _ => return Err(cannot(None)),
        };
        let lengths = self.0.iter().map(|&length| usize::try_from(length).unwrap_or(unknown));
        Ok(Shape::from(lengths.collect::<Vec<_>>().as_slice()))
    }
}

/// What [`Array::reshape`] takes: lengths in brackets, such as `[60_000, 784]` or `[-1, 784]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a shape",
    label = "write the lengths in square brackets, such as `[60_000, 784]`"
)]
pub trait IntoNewShape {
    /// The shape that is asked for.
    fn into_new_shape(self) -> NewShape;
}

impl<L: Length, const N: usize> IntoNewShape for [L; N] {
    fn into_new_shape(self) -> NewShape {
        NewShape(self.map(L::to_i64).to_vec())
    }
}

/// As Python writes it: `(60_000, 784)`.
impl<A: Length, B: Length> IntoNewShape for (A, B) {
    fn into_new_shape(self) -> NewShape {
        NewShape(vec![self.0.to_i64(), self.1.to_i64()])
    }
}

/// As Python writes it: `(60_000, 28, 28)`.
impl<A: Length, B: Length, C: Length> IntoNewShape for (A, B, C) {
    fn into_new_shape(self) -> NewShape {
        NewShape(vec![self.0.to_i64(), self.1.to_i64(), self.2.to_i64()])
    }
}

impl IntoNewShape for Shape {
    fn into_new_shape(self) -> NewShape {
        self.dims().into_new_shape()
    }
}

impl IntoNewShape for &[usize] {
    fn into_new_shape(self) -> NewShape {
        NewShape(self.iter().map(|&length| length.to_i64()).collect())
    }
}

/// A whole number of values along one dimension; -1 leaves it open.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a length",
    label = "lengths are whole numbers: write `784`, not `784.0`"
)]
pub trait Length: Copy {
    /// The length, the largest number there is where it is larger.
    fn to_i64(self) -> i64;
}

macro_rules! length {
    ($($type:ty),*) => {$(
        impl Length for $type {
            fn to_i64(self) -> i64 {
                i64::try_from(self).unwrap_or(i64::MAX)
            }
        }
    )*};
}

length!(i32, i64, isize, usize);

/// A plain number, with a fraction or without: `255.0` or `255`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a plain number",
    label = "write a number, such as `255.0` or `0.001`"
)]
pub trait Scalar: Copy {
    /// The number as `float64`.
    fn to_f64(self) -> f64;
}

macro_rules! scalar {
    ($($type:ty),*) => {$(
        impl Scalar for $type {
            fn to_f64(self) -> f64 {
                self as f64
            }
        }
    )*};
}

scalar!(u8, i32, i64, usize, f32, f64);

/// `array op number` and `&array op number`, for every type of number.
macro_rules! arithmetic {
    ($trait:ident, $method:ident, $with_number:ident, $op:tt) => {
        impl<S: Scalar> $trait<S> for &Array {
            type Output = Array;
            fn $method(self, number: S) -> Array {
                self.$with_number(number.to_f64() as f32)
            }
        }
        impl<S: Scalar> $trait<S> for Array {
            type Output = Array;
            fn $method(self, number: S) -> Array {
                self.$with_number(number.to_f64() as f32)
            }
        }
        impl Array {
            // Not generic, so that it is compiled here at full speed and not in a notebook cell.
            fn $with_number(&self, number: f32) -> Array {
                self.map(|value| value $op number)
            }
        }
    };
}

arithmetic!(Add, add, add_number, +);
arithmetic!(Sub, sub, subtract_number, -);
arithmetic!(Mul, mul, multiply_by_number, *);
arithmetic!(Div, div, divide_by_number, /);

/// Shape and type, then the numbers, the middle left out where there are many.
impl fmt::Display for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} {}, {}",
            either("Array of shape", "Array der Form (shape)"),
            self.shape(),
            self.dtype()
        )?;
        for_each_dtype!(&self.values, array => write!(f, "{array}"))
    }
}

/// The same as `Display`.
impl fmt::Debug for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Array {
    /// Shows the array when it ends a notebook cell.
    pub fn evcxr_display(&self) {
        println!("{self}");
    }
}
