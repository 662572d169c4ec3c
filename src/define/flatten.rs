//! Layers that learn nothing and take any data: `Flatten` and `Dropout`.

use serde::{Deserialize, Serialize};
use zunder_data::{Result, Scalar, Shape};

use crate::define::settings::check_fraction;

/// Lays out each sample as one row of numbers, as a [`Dense`](crate::Dense) layer takes them.
///
/// Row after row, pixel after pixel, channel after channel: the order of
/// [Keras](https://keras.io/api/layers/reshaping_layers/flatten/). No value changes.
///
/// # Shapes
///
/// Input `(n, height, width, channels)` or any other, output `(n, height × width × channels)`.
///
/// For an example see [`Conv2D`](crate::Conv2D).
#[must_use = "it is a new value: keep it with `let`"]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Flatten;

impl Flatten {
    /// It has no settings.
    pub fn new() -> Self {
        Flatten
    }
}

/// Switches off random values in each training step, against overfitting: each on its own with the same
/// probability.
///
/// The network cannot rely on any single unit, so it learns by heart less easily
/// ([Srivastava et al. 2014](https://jmlr.org/papers/v15/srivastava14a.html)). The values that stay
/// are divided by `1 - rate`, so that their sum keeps its size on average. `evaluate` and `predict`
/// switch off nothing. As in [Keras](https://keras.io/api/layers/regularization_layers/dropout/), which
/// also takes a rate of 1.
///
/// # Shapes
///
/// Any; the output has the shape of the input.
///
/// ```
/// use zunder::prelude::*;
///
/// let network = Sequential::new()
///     .add(Input::new(784))
///     .add(Dense::new(20).activation(Relu))
///     .add(Dropout::new(0.2)) // each of the 20 units, with probability 0.2
///     .add(Dense::new(10).activation(Softmax));
/// assert_eq!(network.num_parameters()?, 15_700 + 210);
/// # Ok::<(), zunder::Error>(())
/// ```
#[must_use = "it is a new value: keep it with `let`"]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dropout {
    pub(crate) rate: f64,
}

impl Dropout {
    /// Switches off each value with this probability, at least 0 and below 1: with 0.25 about every fourth.
    pub fn new(rate: impl Scalar) -> Self {
        Dropout { rate: rate.to_f64() }
    }

    /// The probability with which it switches off a value.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    pub(crate) fn output_shape(&self, input: &Shape) -> Result<Shape> {
        check_fraction("rate", self.rate, 0.25).map(|()| input.clone())
    }
}
