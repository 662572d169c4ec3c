//! `Array`: numbers in rows, columns and more dimensions; what the variables of a notebook hold.

use std::fmt;
use std::sync::Arc;

use ndarray::{ArcArray, IxDyn};

use crate::arrays::dtype::DType;
use crate::arrays::facts::Facts;
use crate::base::array_problem::ArrayProblem;
use crate::base::error::Result;
use crate::base::memory::{check_shape, refuse};
use crate::base::notes::{is_rounded, say_if_rounded, say_too_large_for_float};
use crate::base::phrase::told;
use crate::base::shape::{IntoShape, Shape};

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
#[derive(Clone)]
pub struct Array {
    pub(super) values: Values,
    /// Copies share what is found out about their numbers.
    pub(super) facts: Arc<Facts>,
}

/// The numbers; always in row-major order without gaps, so that rows are slices.
#[derive(Clone, PartialEq)]
pub(super) enum Values {
    UInt8(ArcArray<u8, IxDyn>),
    Int64(ArcArray<i64, IxDyn>),
    Float32(ArcArray<f32, IxDyn>),
}

impl Values {
    pub(super) fn into_array(self) -> Array {
        Array { values: self, facts: Arc::default() }
    }
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
pub(super) use for_each_dtype;

/// The same, where it gives numbers of the same type again: an array of them.
macro_rules! map_values {
    ($values:expr, $array:ident => $result:expr) => {
        match $values {
            Values::UInt8($array) => Values::UInt8($result),
            Values::Int64($array) => Values::Int64($result),
            Values::Float32($array) => Values::Float32($result),
        }
        .into_array()
    };
}
pub(super) use map_values;

impl Array {
    /// An array of the given shape from its values, row after row.
    ///
    /// # Errors
    ///
    /// When the values do not fill the shape, or when no array can have it.
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
        let needed = shape.checked_num_values();
        if needed.is_some_and(|needed| needed != values.len()) {
            return Err(ArrayProblem::WrongNumberOfValues { shape, values: values.len() }.into());
        }
        // More values than can be counted are too many; and beside a length of 0 the others may be any numbers.
        check_shape(&shape, 1)?;
        Ok(T::into_array(values).with_shape(&shape))
    }

    /// An array full of zeros (`float32`).
    ///
    /// # Panics
    ///
    /// With one sentence when it would take more memory than there is.
    pub fn zeros(shape: impl IntoShape) -> Array {
        Array::zeros_of(&shape.into_shape()).unwrap_or_else(|error| refuse(&error))
    }

    fn zeros_of(shape: &Shape) -> Result<Array> {
        check_shape(shape, size_of::<f32>())?;
        Ok(Values::Float32(ArcArray::zeros(IxDyn(shape.dims()))).into_array())
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

    /// All numbers, row after row, as `float32`: whole numbers are exact up to 16,777,216.
    #[allow(clippy::unnecessary_cast)] // needed for two of the three types
    pub fn to_vec(&self) -> Vec<f32> {
        self.check_float_copy();
        for_each_dtype!(&self.values, array => array.iter().map(|&value| value as f32).collect())
    }

    /// The same numbers as `float32`; a note names the first one that becomes another.
    pub fn to_float(&self) -> Array {
        match &self.values {
            Values::Float32(_) => self.clone(),
            Values::Int64(array) => {
                array.iter().copied().filter(|n| is_rounded(*n)).take(1).for_each(say_if_rounded);
                self.map(|value| value)
            }
            _ => self.map(|value| value),
        }
    }

    /// The numbers as a slice, where they are `float32` already.
    #[doc(hidden)]
    pub fn as_f32_slice(&self) -> Option<&[f32]> {
        match &self.values {
            Values::Float32(array) => array.as_slice(),
            _ => None,
        }
    }

    /// Only for a shape that holds as many values: callers check.
    #[doc(hidden)]
    pub fn with_shape(self, shape: &Shape) -> Array {
        let same_size = "the shape holds as many values, and they lie without gaps";
        map_values!(self.values, array => {
            array.into_shape_with_order(IxDyn(shape.dims())).expect(same_size)
        })
    }

    /// Grey values take four times as much memory as `float32`: the copy may be what is too large.
    pub(super) fn check_float_copy(&self) {
        check_shape(&self.shape(), size_of::<f32>()).unwrap_or_else(|error| refuse(&error));
    }

    /// Applies a function to every number: an array of the same shape, `float32`.
    ///
    /// # Panics
    ///
    /// With one sentence when it would take more memory than there is.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let x = Array::from([1.0, 4.0, 9.0]);
    /// assert_eq!(x.map(f32::sqrt), Array::from([1.0, 2.0, 3.0]));
    /// ```
    pub fn map(&self, f: impl Fn(f32) -> f32) -> Array {
        self.check_float_copy();
        #[allow(clippy::unnecessary_cast)] // needed for two of the three types
        let array = for_each_dtype!(&self.values, array => array.map(|&value| f(value as f32)));
        Values::Float32(array.into_shared()).into_array()
    }
}

/// A type of number that an [`Array`] can be made of.
///
/// Fractions are kept as `float32`. Those above 3.4e38 become infinite, with a line that begins with
/// `Note:`, and `fit` refuses them. A `usize` above the largest `int64` ends the cell with a sentence.
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
                Values::$variant(array.expect("one dimension fits its length")).into_array()
            }
        }
    };
}

element!(u8, UInt8, values => values);
element!(i64, Int64, values => values);
element!(i32, Int64, values => values.into_iter().map(i64::from).collect());
element!(usize, Int64, values => values.into_iter().map(whole_number).collect());
element!(f32, Float32, values => values);
element!(f64, Float32, values => to_float32(&values));

/// There is no `Result` to say it in, and any other number in its place would be wrong in silence.
fn whole_number(number: usize) -> i64 {
    i64::try_from(number)
        .unwrap_or_else(|_| refuse(&ArrayProblem::NumberTooLarge { number }.into()))
}

/// As NumPy, with its warning: what is too large becomes infinite.
pub(super) fn to_float32(values: &[f64]) -> Vec<f32> {
    let numbers: Vec<f32> = values.iter().map(|&value| value as f32).collect();
    let is_lost = |(value, number): &(&f64, &f32)| value.is_finite() && number.is_infinite();
    if let Some((&value, _)) = values.iter().zip(&numbers).find(is_lost) {
        say_too_large_for_float(value);
    }
    numbers
}

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

/// Shape and type, then the numbers, the middle left out where there are many. `{:.2}` writes two digits of each.
impl fmt::Display for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shape, dtype) = (self.shape(), self.dtype());
        let head =
            told!("Array of shape {shape}, {dtype}", "Array der Form (shape) {shape}, {dtype}");
        writeln!(f, "{head}")?;
        for_each_dtype!(&self.values, array => fmt::Display::fmt(array, f))
    }
}

crate::base::phrase::debug_as_display!(Array);

impl Array {
    /// Shows the array when it ends a notebook cell.
    pub fn evcxr_display(&self) {
        println!("{self}");
    }
}
