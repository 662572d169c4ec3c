//! An array and a number: `+`, `-`, `*`, `/`.

use std::ops::{Add, Div, Mul, Sub};

use crate::arrays::array::{Array, Values, to_float32};

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

scalar!(u8, i32, i64, usize, f64);

impl Scalar for f32 {
    /// The number that was typed, so that `0.2_f32` is the same share as `0.2`.
    fn to_f64(self) -> f64 {
        self.to_string().parse().unwrap_or(self.into())
    }
}

/// `array op number` and `&array op number`, for every type of number.
macro_rules! arithmetic {
    ($trait:ident, $method:ident, $with_number:ident, $op:tt) => {
        impl<S: Scalar> $trait<S> for &Array {
            type Output = Array;
            fn $method(self, number: S) -> Array {
                $with_number(self, number.to_f64())
            }
        }
        impl<S: Scalar> $trait<S> for Array {
            type Output = Array;
            fn $method(self, number: S) -> Array {
                $with_number(&self, number.to_f64())
            }
        }
        // Not generic, so that it is compiled here at full speed and not in a notebook cell.
        fn $with_number(array: &Array, number: f64) -> Array {
            let rounded = to_float32(&[number])[0];
            if let Values::Int64(numbers) = &array.values {
                array.check_float_copy();
                // Large whole numbers are rounded only behind it: 1,700,000,001 - 1,700,000,000 is 1.
                let numbers = numbers.map(|&value| (value as f64 $op number) as f32);
                return Values::Float32(numbers.into_shared()).into_array();
            }
            array.map(|value| value $op rounded)
        }
    };
}

arithmetic!(Add, add, add_number, +);
arithmetic!(Sub, sub, subtract_number, -);
arithmetic!(Mul, mul, multiply_by_number, *);
arithmetic!(Div, div, divide_by_number, /);
