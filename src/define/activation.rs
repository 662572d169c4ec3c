//! What a layer does with its sums.

use std::fmt;

use serde::{Deserialize, Serialize};
use zunder_data::base::phrase::write_word;

pub use Activation::{Linear, Relu, Sigmoid, Softmax, Tanh};

/// What a layer does with the weighted sum of its inputs before passing it on.
///
/// Without one, a stack of layers would be no more than a single one: sums of sums are sums. The
/// formulas are those of [Keras](https://keras.io/api/layers/activations/).
///
/// ```
/// use zunder::prelude::*;
///
/// let network = Sequential::new().add(Input::new(2)).add(Dense::new(2).activation(Relu));
/// let mut model = network.compile(MeanSquaredError, Adam::default(), [])?;
/// model.set_weights(&[(Array::from([[1.0, 0.0], [0.0, 1.0]]), Array::from([0.0, 0.0]))])?;
/// assert_eq!(model.predict(&Array::from([[-3.0, 4.0]]))?, Array::from([[0.0, 4.0]]));
/// # Ok::<(), zunder::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// No change: `x`. For the output of a regression.
    Linear,
    /// Negative sums become 0: `max(0, x)`. The usual choice for hidden layers.
    Relu,
    /// Squeezed between 0 and 1: `1 / (1 + exp(-x))`.
    Sigmoid,
    /// Squeezed between -1 and 1: `tanh(x)`.
    Tanh,
    /// All outputs of the layer together become probabilities that add up to 1:
    /// `exp(x_i) / sum_j exp(x_j)`. For the output of a classification.
    Softmax,
}

impl Activation {
    /// The name in lower case, as Keras writes it: `relu`.
    pub fn name(self) -> &'static str {
        match self {
            Activation::Linear => "linear",
            Activation::Relu => "relu",
            Activation::Sigmoid => "sigmoid",
            Activation::Tanh => "tanh",
            Activation::Softmax => "softmax",
        }
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_word(f, self.name())
    }
}
