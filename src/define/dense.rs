//! The layers of the tutorial: `Input` and `Dense`.

use serde::{Deserialize, Serialize};
use zunder_data::{IntoShape, Shape};

use crate::define::activation::{Activation, Linear};
use crate::define::regularizer::L2;

/// The shape of one sample, such as 784 numbers: the first thing that a network is told.
///
/// It holds no weights. The number of samples is not part of it.
#[must_use = "it is a new value: keep it with `let`"]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    pub(crate) shape: Shape,
}

impl Input {
    /// An input of so many numbers for each sample: `Input::new(784)`; for pictures
    /// `Input::new([28, 28, 1])`.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// assert_eq!(Input::new((784,)), Input::new(784)); // as Python writes it
    /// ```
    pub fn new(shape: impl IntoShape) -> Self {
        Input { shape: shape.into_shape() }
    }
}

/// A fully connected layer: each of its units looks at every input.
///
/// `output = activation(input · kernel + bias)`, with a kernel of one weight for each input and
/// unit, and one bias for each unit. The kernel starts Glorot-uniform, that is random between
/// ±`sqrt(6 / (inputs + units))` ([Glorot and Bengio 2010](https://proceedings.mlr.press/v9/glorot10a.html)),
/// the bias at zero, as in [Keras](https://keras.io/api/layers/core_layers/dense/). Burn's
/// counterpart is [`burn::nn::Linear`] with an activation behind it.
///
/// # Shapes
///
/// Input `(n, inputs)`, output `(n, units)`; `inputs × units + units` parameters.
///
/// ```
/// use zunder::prelude::*;
///
/// let network = Sequential::new()
///     .add(Input::new(784))
///     .add(Dense::new(20).activation(Relu));
/// assert_eq!(network.num_parameters()?, 784 * 20 + 20);
/// # Ok::<(), zunder::Error>(())
/// ```
#[must_use = "it is a new value: keep it with `let`"]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dense {
    pub(crate) units: usize,
    pub(crate) activation: Activation,
    #[serde(default, skip_serializing_if = "L2::is_none")]
    pub(crate) kernel_regularizer: L2,
}

impl Dense {
    /// A layer of so many units, at least 1, without activation ([`Linear`]).
    pub fn new(units: usize) -> Self {
        Dense { units, activation: Linear, kernel_regularizer: L2::default() }
    }

    /// How many units it has; their activation tells [`Layer::activation`](crate::Layer::activation).
    pub fn units(&self) -> usize {
        self.units
    }

    /// Sets what the layer does with its sums.
    pub fn activation(self, activation: Activation) -> Self {
        Dense { activation, ..self }
    }

    /// Sets a price on large weights; see [`L2`].
    pub fn kernel_regularizer(self, regularizer: L2) -> Self {
        Dense { kernel_regularizer: regularizer, ..self }
    }
}
