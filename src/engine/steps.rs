//! The layers of a network as they are computed, once all shapes are known.

use rand::RngExt;
use rand::rngs::StdRng;
use zunder_data::{Result, Shape};

use crate::define::activation::Activation;
use crate::define::layers::Layer;
use crate::define::regularizer::L2;
use crate::define::sequential::Sequential;
use crate::define::window::Window;
use crate::engine::parameters::Parameters;

/// One layer; the weights are kept apart.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) what: Computation,
    /// What it does with its sums, if it computes any.
    pub(crate) activation: Option<Activation>,
    /// The price on the weights of its kernel.
    pub(crate) regularizer: L2,
    /// As in Keras; none for what learns nothing.
    pub(crate) kernel_shape: Option<Shape>,
}

/// What a layer computes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Computation {
    Dense,
    Convolution {
        window: Window,
        /// Height, width and channels.
        input: [usize; 3],
    },
    MaxPooling {
        window: Window,
        /// Height, width and channels.
        input: [usize; 3],
    },
    Flatten,
    Dropout {
        rate: f64,
    },
    /// Of the numbers of each channel, which come last.
    Normalization {
        momentum: f64,
        epsilon: f64,
    },
    Embedding,
    /// Of `length` rows of `values` numbers.
    MeanOfRows {
        length: usize,
        values: usize,
    },
}

impl Step {
    /// The steps of a network whose layers fit together.
    pub(crate) fn all(network: &Sequential) -> Result<Vec<Step>> {
        let shapes = network.shaped_layers()?;
        let layers = network.layers.iter().skip(1).zip(&shapes);
        layers.map(|(layer, before)| Step::of(layer, &before.output)).collect()
    }

    fn of(layer: &Layer, before: &Shape) -> Result<Step> {
        let input = match *before.dims() {
            [height, width, channels] => [height, width, channels],
            _ => [1, 1, before.num_values()], // not for a layer that needs pictures
        };
        let what = match layer {
            Layer::Dense(_) => Computation::Dense,
            Layer::Conv2D(conv) => {
                Computation::Convolution { window: conv.window()?.on(input), input }
            }
            Layer::MaxPooling2D(pooling) => {
                Computation::MaxPooling { window: pooling.window()?.on(input), input }
            }
            // An Input stands first only, and is no step.
            Layer::Flatten(_) | Layer::Input(_) => Computation::Flatten,
            Layer::Dropout(dropout) => Computation::Dropout { rate: dropout.rate },
            Layer::BatchNormalization(normalization) => Computation::Normalization {
                momentum: normalization.momentum,
                epsilon: normalization.epsilon,
            },
            Layer::Embedding(_) => Computation::Embedding,
            Layer::GlobalAveragePooling1D(_) => {
                Computation::MeanOfRows { length: before.first(), values: before.last() }
            }
        };
        Ok(Step {
            what,
            activation: layer.activation(),
            regularizer: layer.regularizer(),
            kernel_shape: layer.kernel_shape(before)?,
        })
    }

    /// The weights that it starts with, as in Keras; none for what learns nothing.
    pub(crate) fn start(&self, rng: &mut StdRng) -> Option<Parameters> {
        let shape = self.kernel_shape.clone()?;
        Some(match self.what {
            // Gamma, moving mean, moving variance.
            Computation::Normalization { .. } => Parameters {
                kernel: [1.0, 0.0, 1.0].into_iter().flat_map(|n| vec![n; shape.last()]).collect(),
                bias: vec![0.0; shape.last()],
                shape,
            },
            Computation::Embedding => {
                let kernel = (0..shape.num_values()).map(|_| rng.random_range(-0.05..0.05));
                Parameters { kernel: kernel.collect(), bias: Vec::new(), shape }
            }
            _ => Parameters::glorot_uniform(shape, rng),
        })
    }

    /// Whether the fast engine computes it.
    pub(crate) fn is_fast(&self) -> bool {
        !matches!(
            self.what,
            Computation::Normalization { .. }
                | Computation::Embedding
                | Computation::MeanOfRows { .. }
        )
    }
}

/// What the last layer does with its sums, if it computes any.
pub(crate) fn last_activation(steps: &[Step]) -> Activation {
    steps.last().and_then(|step| step.activation).unwrap_or(Activation::Linear)
}
