//! Shapes: how many values an array holds along each dimension.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::phrase::write_word;

/// The lengths of an array along its dimensions, such as `(60000, 28, 28)`.
///
/// It prints as in NumPy, with a comma behind a single length: `(10,)`.
///
/// ```
/// use zunder::Shape;
///
/// let shape = Shape::from([60_000, 28, 28]);
/// assert_eq!(shape.to_string(), "(60000, 28, 28)");
/// assert_eq!(shape.num_values(), 47_040_000);
/// assert_eq!(shape, [60_000, 28, 28]);
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Shape(Vec<usize>);

impl Shape {
    /// The lengths, first dimension first.
    pub fn dims(&self) -> &[usize] {
        &self.0
    }

    /// The number of dimensions: 3 for `(60000, 28, 28)`.
    pub fn num_dims(&self) -> usize {
        self.0.len()
    }

    /// The number of values that an array of this shape holds: the product of all lengths.
    pub fn num_values(&self) -> usize {
        // Saturating: a file may describe a network of any size.
        self.checked_num_values().unwrap_or(usize::MAX)
    }

    /// The number of values, none where it is too large to be counted.
    #[doc(hidden)]
    pub fn checked_num_values(&self) -> Option<usize> {
        if self.0.contains(&0) {
            return Some(0);
        }
        self.0.iter().try_fold(1, |product: usize, &length| product.checked_mul(length))
    }

    /// The length of the first dimension: the number of samples (1 for a single number).
    pub fn first(&self) -> usize {
        self.0.first().copied().unwrap_or(1)
    }

    /// How many lengths are not 1: a grey picture has two, whatever stands around them.
    pub(crate) fn num_sides(&self) -> usize {
        self.0.iter().filter(|&&length| length != 1).count()
    }

    /// The length of the last dimension (1 for a single number).
    #[doc(hidden)]
    pub fn last(&self) -> usize {
        self.0.last().copied().unwrap_or(1)
    }

    /// The shape of one sample: all dimensions but the first.
    #[doc(hidden)]
    pub fn of_sample(&self) -> Shape {
        Shape(self.0.get(1..).unwrap_or(&[]).to_vec())
    }

    /// The shape of any number of such samples, as Keras writes it: `(None, 784)`.
    #[doc(hidden)]
    pub fn as_batch(&self) -> String {
        let lengths = self.0.iter().map(usize::to_string);
        Shape::text_of(&std::iter::once("None".to_owned()).chain(lengths).collect::<Vec<_>>())
    }

    /// The same samples, each a vector: `(60000, 784)` for `(60000, 28, 28)`.
    pub(crate) fn flattened(&self) -> Shape {
        match self.first() {
            0 => Shape(vec![0]),
            first => Shape(vec![first, self.num_values() / first]),
        }
    }

    /// The shape that holds these values as samples of shape `sample`, as far as one exists.
    pub(crate) fn with_sample_shape(&self, sample: &Shape) -> String {
        let per_sample = sample.num_values().max(1);
        let first = match self.num_values() % per_sample {
            0 => (self.num_values() / per_sample).to_string(),
            _ => "n".to_owned(),
        };
        let rest: String = sample.0.iter().map(|length| format!(", {length}")).collect();
        format!("[{first}{rest}]")
    }

    /// Lengths as NumPy writes them, also for those that are asked for and may be -1. Of very many
    /// only the first and the last are written: data taken for a shape would fill the page.
    pub(crate) fn text_of<T: ToString>(lengths: &[T]) -> String {
        const MOST: usize = 10;
        let text = |lengths: &[T]| lengths.iter().map(T::to_string).collect::<Vec<_>>().join(", ");
        match lengths {
            [only] => format!("({},)", only.to_string()),
            [first @ .., last] if first.len() >= MOST => {
                format!("({}, ..., {})", text(&first[..MOST - 2]), last.to_string())
            }
            some => format!("({})", text(some)),
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_word(f, &Shape::text_of(&self.0))
    }
}

crate::base::phrase::debug_as_display!(Shape);

/// What can be written where a shape is asked for: `784`, `[28, 28]`, or a [`Shape`] itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a shape",
    label = "write whole numbers in square brackets, such as `[28, 28]`, or a single one, such as `784`"
)]
pub trait IntoShape {
    /// The shape that is meant.
    fn into_shape(self) -> Shape;
}

impl IntoShape for Shape {
    fn into_shape(self) -> Shape {
        self
    }
}

macro_rules! shape_from {
    ($($pattern:pat, $type:ty $(, const $n:ident)? => $lengths:expr;)*) => {$(
        impl$(<const $n: usize>)? From<$type> for Shape {
            fn from($pattern: $type) -> Self {
                Shape($lengths)
            }
        }
        impl$(<const $n: usize>)? IntoShape for $type {
            fn into_shape(self) -> Shape {
                self.into()
            }
        }
    )*};
}

// The last ones as Python writes them: `(784,)`, `(28, 28)`, `(100, 28, 28)`.
shape_from!(
    length, usize => vec![length];
    lengths, [usize; N], const N => lengths.to_vec();
    lengths, &[usize] => lengths.to_vec();
    (a,), (usize,) => vec![a];
    (a, b), (usize, usize) => vec![a, b];
    (a, b, c), (usize, usize, usize) => vec![a, b, c];
);

impl<const N: usize> PartialEq<[usize; N]> for Shape {
    fn eq(&self, other: &[usize; N]) -> bool {
        self.0 == other
    }
}
