//! Layers that learn nothing and take any data: `Flatten` and `Dropout`.

use serde::{Deserialize, Serialize};
use zunder_data::base::numbers::plain;
use zunder_data::base::phrase::phrase;
use zunder_data::{Error, Result, Scalar, Shape};

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

/// Switches off a random share of the values in each training step, against overfitting.
///
/// The network cannot rely on any single unit, so it learns by heart less easily
/// ([Srivastava et al. 2014](https://jmlr.org/papers/v15/srivastava14a.html)). The values that stay
/// are divided by `1 - rate`, so that their sum keeps its size. `evaluate` and `predict`
/// switch off nothing. As in [Keras](https://keras.io/api/layers/regularization_layers/dropout/).
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
///     .add(Dropout::new(0.2)) // a fifth of the 20 units
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
    /// Switches off this share of the values: 0.25 is every fourth.
    pub fn new(rate: impl Scalar) -> Self {
        Dropout { rate: rate.to_f64() }
    }

    /// The share that it switches off.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    pub(crate) fn output_shape(&self, input: &Shape) -> Result<Shape> {
        if (0.0..1.0).contains(&self.rate) {
            Ok(input.clone())
        } else {
            let expected = phrase!(
                "a fraction of at least 0 and below 1, such as 0.25 for every fourth value",
                "ein Anteil von 0 bis unter 1, etwa 0.25 für jeden vierten Wert"
            );
            Err(Error::bad_setting("rate", plain(self.rate), expected))
        }
    }
}
