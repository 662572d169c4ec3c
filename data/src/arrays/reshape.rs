//! `reshape`: the same numbers in another shape.

use crate::arrays::array::Array;
use crate::base::array_problem::ArrayProblem;
use crate::base::error::{Error, Result};
use crate::base::memory::check_shape;
use crate::base::shape::Shape;

impl Array {
    /// The same numbers in the same order with another shape.
    ///
    /// One length may be -1: it is then worked out from the others, as in NumPy. The numbers are
    /// shared, not copied.
    ///
    /// # Errors
    ///
    /// When the new shape holds another number of values, or when no array can have it.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let images = Array::zeros([100, 28, 28]);
    /// assert_eq!(images.reshape([100, 784])?.shape(), [100, 784]);
    /// assert_eq!(images.reshape([-1, 784])?.shape(), [100, 784]);
    /// assert_eq!(images.reshape((100, 784))?.shape(), [100, 784]); // as Python writes it
    /// assert_eq!(images.reshape((-1,))?.shape(), [78_400]);
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn reshape(&self, shape: impl IntoNewShape) -> Result<Array> {
        let from = self.shape();
        let shape = shape.into_new_shape().resolve(&from)?;
        check_shape(&shape, 1)?; // beside a length of 0 the others may be any numbers
        Ok(self.clone().with_shape(&shape))
    }
}

/// The shape that [`Array::reshape`] is asked for: lengths, of which one may be -1.
pub struct NewShape(Vec<i128>);

impl NewShape {
    fn resolve(self, from: &Shape) -> Result<Shape> {
        let cannot = |asked| {
            let (from, to) = (from.clone(), Shape::text_of(&self.0));
            Error::from(ArrayProblem::CannotReshape { from, to, asked })
        };
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
        NewShape(self.map(L::to_i128).to_vec())
    }
}

/// As Python writes it: `(784,)`.
impl<A: Length> IntoNewShape for (A,) {
    fn into_new_shape(self) -> NewShape {
        NewShape(vec![self.0.to_i128()])
    }
}

/// As Python writes it: `(60_000, 784)`.
impl<A: Length, B: Length> IntoNewShape for (A, B) {
    fn into_new_shape(self) -> NewShape {
        NewShape(vec![self.0.to_i128(), self.1.to_i128()])
    }
}

/// As Python writes it: `(60_000, 28, 28)`.
impl<A: Length, B: Length, C: Length> IntoNewShape for (A, B, C) {
    fn into_new_shape(self) -> NewShape {
        NewShape(vec![self.0.to_i128(), self.1.to_i128(), self.2.to_i128()])
    }
}

impl IntoNewShape for Shape {
    fn into_new_shape(self) -> NewShape {
        self.dims().into_new_shape()
    }
}

impl IntoNewShape for &[usize] {
    fn into_new_shape(self) -> NewShape {
        NewShape(self.iter().map(|&length| length.to_i128()).collect())
    }
}

/// A whole number of values along one dimension; -1 leaves it open.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a length",
    label = "lengths are whole numbers: write `784`, not `784.0`"
)]
pub trait Length: Copy {
    /// The length, or -1.
    fn to_i128(self) -> i128;
}

macro_rules! length {
    ($($type:ty),*) => {$(
        impl Length for $type {
            fn to_i128(self) -> i128 {
                self as i128
            }
        }
    )*};
}

length!(i32, i64, isize, usize);
