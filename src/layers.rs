//! The layers of a network: what a learner writes down about each, before any number is computed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::language::either;
use crate::shape::{IntoShape, Shape};

pub use Activation::{Linear, Relu, Sigmoid, Softmax, Tanh};

/// What a layer does with the weighted sum of its inputs before passing it on.
///
/// Without one, a stack of layers would be no more than a single one: sums of sums are sums. The
/// formulas are those of [Keras](https://keras.io/api/layers/activations/).
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
        f.pad(self.name())
    }
}

/// The shape of one sample, such as 784 numbers: the first thing that a network is told.
///
/// It holds no weights. The number of samples is not part of it.
#[must_use = "it is a new value: keep it with `let`"]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    pub(crate) shape: Shape,
}

impl Input {
    /// An input of so many numbers for each sample: `Input::new(784)`.
    pub fn new(shape: impl IntoShape) -> Self {
        Input { shape: shape.into_shape() }
    }
}

/// A fully connected layer: each of its units looks at every input.
///
/// `output = activation(input · kernel + bias)`, with a kernel of one weight for each input and
/// unit, and one bias for each unit. The kernel starts Glorot-uniform, that is random between
/// ±`sqrt(6 / (inputs + units))` ([Glorot and Bengio 2010](https://proceedings.mlr.press/v9/glorot10a.html)),
/// the bias at zero, as in [Keras](https://keras.io/api/layers/core_layers/dense/). On Burn it is a
/// [`burn::nn::Linear`] and its activation.
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
}

impl Dense {
    /// A layer of so many units, without activation ([`Linear`]).
    pub fn new(units: usize) -> Self {
        Dense { units, activation: Linear }
    }

    /// Sets what the layer does with its sums.
    pub fn activation(mut self, activation: Activation) -> Self {
        self.activation = activation;
        self
    }
}

/// Any layer that [`Sequential::add`](crate::Sequential::add) takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
#[non_exhaustive]
pub enum Layer {
    /// The shape of a sample.
    Input(Input),
    /// A fully connected layer.
    Dense(Dense),
}

/// What [`Sequential::add`](crate::Sequential::add) takes: an [`Input`] or a [`Dense`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    label = "write a layer, such as `Dense::new(20)`; its activation goes inside: `Dense::new(20).activation(Relu)`"
)]
pub trait IntoLayer {
    /// The layer that is meant.
    fn into_layer(self) -> Layer;
}

impl IntoLayer for Layer {
    fn into_layer(self) -> Layer {
        self
    }
}

impl IntoLayer for Input {
    fn into_layer(self) -> Layer {
        Layer::Input(self)
    }
}

impl IntoLayer for Dense {
    fn into_layer(self) -> Layer {
        Layer::Dense(self)
    }
}

impl Layer {
    /// The name of the kind of layer, as in Keras: `Dense`.
    pub fn kind(&self) -> &'static str {
        match self {
            Layer::Input(_) => "Input",
            Layer::Dense(_) => "Dense",
        }
    }

    /// The shape of one sample behind this layer, from the shape before it.
    pub(crate) fn output_shape(&self, position: usize, input: &Shape) -> Result<Shape> {
        match self {
            Layer::Input(_) => Err(Error::InputNotFirst { position }),
            Layer::Dense(dense) if dense.units == 0 => Err(Error::BadSetting {
                setting: "units",
                value: "0".to_owned(),
                expected: either(
                    "at least 1: a layer without units puts out nothing",
                    "mindestens 1: Eine Schicht ohne Einheiten (units) gibt nichts aus",
                ),
            }),
            Layer::Dense(_) if input.num_dims() != 1 => Err(Error::LayerDoesNotFit {
                layer: format!("{} {position} (Dense)", either("layer", "Schicht")),
                expected: either(
                    "one number after another for each sample, such as (784,)",
                    "für jedes Beispiel (sample) eine einzige Reihe von Zahlen, etwa (784,)",
                ),
                got: input.clone(),
            }),
            Layer::Dense(dense) => Ok(Shape::from(dense.units)),
        }
    }

    /// How many weights the layer learns, from the shape before it.
    pub(crate) fn num_parameters(&self, input: &Shape) -> usize {
        match self {
            Layer::Input(_) => 0,
            Layer::Dense(dense) => (input.num_values() + 1) * dense.units,
        }
    }
}

impl Activation {
    /// Applies it in place to rows of `units` sums each.
    pub(crate) fn apply(self, sums: &mut [f32], units: usize) {
        match self {
            Activation::Linear => {}
            // Not max(0, s), which would turn NaN into 0 and hide it.
            Activation::Relu => sums.iter_mut().for_each(|s| *s = if *s < 0.0 { 0.0 } else { *s }),
            Activation::Sigmoid => sums.iter_mut().for_each(|s| *s = 1.0 / (1.0 + (-*s).exp())),
            Activation::Tanh => sums.iter_mut().for_each(|s| *s = s.tanh()),
            Activation::Softmax => sums.chunks_exact_mut(units).for_each(softmax),
        }
    }
}

/// `exp(x_i) / sum_j exp(x_j)`; the largest is taken out first, so that nothing overflows.
fn softmax(row: &mut [f32]) {
    let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    row.iter_mut().for_each(|x| *x = (*x - largest).exp());
    let total: f32 = row.iter().sum();
    row.iter_mut().for_each(|x| *x /= total);
}
