//! The layers of a network: what a learner writes down about each, before any number is computed.

use serde::{Deserialize, Serialize};
use zunder_data::base::memory::{bytes_of, check};
use zunder_data::base::network_problem::NetworkProblem;
use zunder_data::base::phrase::{Phrase, phrase};
use zunder_data::base::too_large::Large;
use zunder_data::{Error, Result, Shape};

use crate::define::activation::Activation;
use crate::define::convolution::{Conv2D, MaxPooling2D};
use crate::define::dense::{Dense, Input};
use crate::define::embedding::{Embedding, GlobalAveragePooling1D};
use crate::define::flatten::{Dropout, Flatten};
use crate::define::normalize_batch::BatchNormalization;
use crate::define::regularizer::L2;
use crate::define::settings::does_not_fit;

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
    /// Numbers made comparable, batch by batch.
    BatchNormalization(BatchNormalization),
    /// A vector for each word.
    Embedding(Embedding),
    /// The mean of vectors.
    GlobalAveragePooling1D(GlobalAveragePooling1D),
}

/// What [`Sequential::add`](crate::Sequential::add) takes: an [`Input`], a [`Dense`], a [`Conv2D`] and so on.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    label = "write a layer, such as `Dense::new(20)`; its activation goes inside: `Dense::new(20).activation(Relu)`; `Normalization` and `TextVectorization` are applied to the data before: `norm.apply(&x)?`"
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

/// Each kind of layer becomes the variant of its name.
macro_rules! kinds_of_layers {
    ($($kind:ident),*) => {
        $(impl IntoLayer for $kind {
            fn into_layer(self) -> Layer {
                Layer::$kind(self)
            }
        })*

        impl Layer {
            /// The name of the kind of layer, as in Keras: `Dense`.
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Layer::$kind(_) => stringify!($kind),)*
                }
            }
        }
    };
}

kinds_of_layers!(
    Input,
    Dense,
    Conv2D,
    MaxPooling2D,
    Flatten,
    Dropout,
    BatchNormalization,
    Embedding,
    GlobalAveragePooling1D
);

impl Layer {
    /// How messages name it: `layer 1 (Dense)`.
    pub(crate) fn name(&self, position: usize) -> Phrase {
        let kind = self.kind();
        phrase!("layer {position} ({kind})", "Schicht {position} ({kind})")
    }

    /// What it does with its sums, if it computes any.
    pub fn activation(&self) -> Option<Activation> {
        match self {
            Layer::Dense(dense) => Some(dense.activation),
            Layer::Conv2D(conv) => Some(conv.activation),
            _ => None,
        }
    }

    /// The price on the weights of its kernel.
    pub(crate) fn regularizer(&self) -> L2 {
        match self {
            Layer::Dense(dense) => dense.kernel_regularizer,
            Layer::Conv2D(conv) => conv.kernel_regularizer,
            _ => L2::default(),
        }
    }

    /// The shape of one sample behind this layer, from the shape before it.
    pub(crate) fn output_shape(&self, position: usize, input: &Shape) -> Result<Shape> {
        let name = self.name(position);
        match self {
            Layer::Input(_) => Err(NetworkProblem::InputNotFirst { position }.into()),
            Layer::Dense(dense) if dense.units == 0 => {
                let expected = phrase!(
                    "at least 1: a layer without units puts out nothing",
                    "mindestens 1: Eine Schicht ohne Neuronen (units) gibt nichts aus"
                );
                Err(Error::bad_setting("units", 0, expected))
            }
            Layer::Dense(_) if input.num_dims() != 1 => Err(does_not_fit(
                &name,
                input,
                phrase!(
                    "one number after another for each sample, such as (784,)",
                    "für jedes Beispiel (sample) eine einzige Reihe von Zahlen, etwa (784,)"
                ),
                phrase!(
                    "put a Flatten before it: .add(Flatten::new())",
                    "setz ein Flatten davor: .add(Flatten::new())"
                ),
            )),
            Layer::Dense(dense) => {
                dense.kernel_regularizer.check()?;
                Ok(Shape::from(dense.units))
            }
            Layer::Conv2D(layer) => layer.output_shape(&name, position, input),
            Layer::MaxPooling2D(layer) => layer.output_shape(&name, position, input),
            Layer::Flatten(_) => Ok(Shape::from(input.num_values())),
            Layer::Dropout(layer) => layer.output_shape(input),
            Layer::BatchNormalization(layer) => layer.check().map(|()| input.clone()),
            Layer::Embedding(layer) => layer.output_shape(&name, position, input),
            Layer::GlobalAveragePooling1D(layer) => layer.output_shape(&name, input),
        }
    }

    /// Whether it learns anything.
    pub(crate) fn learns(&self) -> bool {
        self.activation().is_some()
            || matches!(self, Layer::BatchNormalization(_) | Layer::Embedding(_))
    }

    /// The shape of the kernel, from the shape before it; none for layers that learn nothing.
    pub(crate) fn kernel_shape(&self, input: &Shape) -> Result<Option<Shape>> {
        Ok(match self {
            Layer::Dense(dense) => Some(Shape::from([input.num_values(), dense.units])),
            Layer::Conv2D(conv) => Some(conv.kernel_shape(input)?),
            Layer::BatchNormalization(_) => Some(Shape::from([3, input.last()])),
            Layer::Embedding(layer) => Some(Shape::from([layer.input_dim, layer.output_dim])),
            _ => None,
        })
    }

    /// How many biases go with a kernel of this shape: one for each of its last dimension.
    pub(crate) fn num_biases(&self, kernel: &Shape) -> usize {
        if matches!(self, Layer::Embedding(_)) { 0 } else { kernel.last() }
    }

    /// What is known of this layer, from the shape before it. Refuses what no memory could hold.
    pub(crate) fn shaped(&self, position: usize, input: &Shape) -> Result<ShapedLayer> {
        let output = self.output_shape(position, input)?;
        let is_possible = |shape: &Shape| {
            let factors = [shape.dims(), &[size_of::<f32>()]].concat();
            bytes_of(&factors).is_some()
        };
        let beyond = |what: Large| check(None, || what);
        let (layer, remedy) = (self.name(position), self.remedy());
        let kernel = self.kernel_shape(input)?;
        if let Some(kernel) = &kernel
            && !is_possible(kernel)
        {
            beyond(Large::Weights { layer, weights: usize::MAX, remedy })?;
        } else if !is_possible(&output) {
            beyond(Large::Output { layer, remedy })?;
        }
        let num_parameters =
            kernel.map_or(0, |kernel| kernel.num_values() + self.num_biases(&kernel));
        Ok(ShapedLayer { output, num_parameters })
    }

    /// What to change where the layer is too large.
    pub(crate) fn remedy(&self) -> Phrase {
        match self {
            Layer::Dense(_) => phrase!("choose fewer units", "wähle weniger Neuronen (units)"),
            Layer::Conv2D(_) => phrase!(
                "choose fewer filters, a smaller window or smaller pictures",
                "wähle weniger Filter, ein kleineres Fenster oder kleinere Bilder"
            ),
            Layer::Embedding(_) => phrase!(
                "choose a smaller input_dim or output_dim",
                "wähle input_dim oder output_dim kleiner"
            ),
            _ => phrase!("choose a smaller Input", "wähle einen kleineren Input"),
        }
    }
}

/// What is known of a layer once it stands in a network.
pub(crate) struct ShapedLayer {
    /// The shape of one sample behind it.
    pub(crate) output: Shape,
    /// How many numbers it learns.
    pub(crate) num_parameters: usize,
}

/// The layer that answers, with its position: behind it stands only what changes no answer.
pub(crate) fn answering(layers: &[Layer]) -> Option<(usize, &Layer)> {
    let changes = |layer: &Layer| !matches!(layer, Layer::Flatten(_) | Layer::Dropout(_));
    layers.iter().enumerate().rfind(|(_, layer)| changes(layer))
}

/// What that layer does with its sums, if it computes any.
pub(crate) fn answering_activation(layers: &[Layer]) -> Option<Activation> {
    answering(layers).and_then(|(_, layer)| layer.activation())
}
