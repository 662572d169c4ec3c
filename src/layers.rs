//! The layers of a network: what a learner writes down about each, before any number is computed.

mod convolution;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::language::either;
use crate::shape::{IntoShape, Shape};

pub use Activation::{Linear, Relu, Sigmoid, Softmax, Tanh};
pub(crate) use convolution::Window;
pub use convolution::{Conv2D, Dropout, Flatten, MaxPooling2D, Padding};

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
    /// Filters that slide over pictures.
    Conv2D(Conv2D),
    /// The largest value of each window.
    MaxPooling2D(MaxPooling2D),
    /// Each sample as one row of numbers.
    Flatten(Flatten),
    /// Random values switched off while training.
    Dropout(Dropout),
}

/// What [`Sequential::add`](crate::Sequential::add) takes: an [`Input`], a [`Dense`], a [`Conv2D`] and so on.
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

impl IntoLayer for Conv2D {
    fn into_layer(self) -> Layer {
        Layer::Conv2D(self)
    }
}

impl IntoLayer for MaxPooling2D {
    fn into_layer(self) -> Layer {
        Layer::MaxPooling2D(self)
    }
}

impl IntoLayer for Flatten {
    fn into_layer(self) -> Layer {
        Layer::Flatten(self)
    }
}

impl IntoLayer for Dropout {
    fn into_layer(self) -> Layer {
        Layer::Dropout(self)
    }
}

impl Layer {
    /// The name of the kind of layer, as in Keras: `Dense`.
    pub fn kind(&self) -> &'static str {
        match self {
            Layer::Input(_) => "Input",
            Layer::Dense(_) => "Dense",
            Layer::Conv2D(_) => "Conv2D",
            Layer::MaxPooling2D(_) => "MaxPooling2D",
            Layer::Flatten(_) => "Flatten",
            Layer::Dropout(_) => "Dropout",
        }
    }

    /// How messages name it: `layer 1 (Dense)`.
    pub(crate) fn name(&self, position: usize) -> String {
        format!("{} {position} ({})", either("layer", "Schicht"), self.kind())
    }

    /// What it does with its sums, if it computes any.
    pub(crate) fn activation(&self) -> Option<Activation> {
        match self {
            Layer::Dense(dense) => Some(dense.activation),
            Layer::Conv2D(conv) => Some(conv.activation),
            _ => None,
        }
    }

    /// The shape of one sample behind this layer, from the shape before it.
    pub(crate) fn output_shape(&self, position: usize, input: &Shape) -> Result<Shape> {
        let name = self.name(position);
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
                layer: name,
                expected: either(
                    "one number after another for each sample, such as (784,)",
                    "für jedes Beispiel (sample) eine einzige Reihe von Zahlen, etwa (784,)",
                ),
                got: input.clone(),
                remedy: either(
                    "put a Flatten before it: .add(Flatten::new())",
                    "setze ein Flatten davor: .add(Flatten::new())",
                )
                .to_owned(),
            }),
            Layer::Dense(dense) => Ok(Shape::from(dense.units)),
            Layer::Conv2D(conv) => conv.output_shape(&name, position, input),
            Layer::MaxPooling2D(pooling) => pooling.output_shape(&name, position, input),
            Layer::Flatten(_) => Ok(Shape::from(input.num_values())),
            Layer::Dropout(dropout) => dropout.output_shape(input),
        }
    }

    /// The shape of the kernel, from the shape before it; none for layers that learn nothing. The
    /// bias has one value for each of its last dimension.
    pub(crate) fn kernel_shape(&self, input: &Shape) -> Option<Shape> {
        match self {
            Layer::Dense(dense) => Some(Shape::from([input.num_values(), dense.units])),
            Layer::Conv2D(conv) => Some(conv.kernel_shape(input)),
            _ => None,
        }
    }

    /// How many weights the layer learns, from the shape before it.
    pub(crate) fn num_parameters(&self, input: &Shape) -> usize {
        let kernel = self.kernel_shape(input);
        kernel.map_or(0, |kernel| kernel.num_values().saturating_add(kernel.last()))
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
