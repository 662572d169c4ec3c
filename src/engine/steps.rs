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

/// What one layer computes; the weights are kept apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    Dense {
        inputs: usize,
        units: usize,
        activation: Activation,
        regularizer: L2,
    },
    Convolution {
        window: Window,
        /// Height, width and channels.
        input: [usize; 3],
        filters: usize,
        activation: Activation,
        regularizer: L2,
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
        channels: usize,
        momentum: f64,
        epsilon: f64,
    },
    Embedding {
        words: usize,
        values: usize,
    },
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
        layers.filter_map(|(layer, before)| Step::of(layer, &before.output).transpose()).collect()
    }

    fn of(layer: &Layer, before: &Shape) -> Result<Option<Step>> {
        let input = match *before.dims() {
            [height, width, channels] => [height, width, channels],
            _ => [1, 1, before.num_values()], // not for a layer that needs pictures
        };
        Ok(Some(match layer {
            Layer::Input(_) => return Ok(None),
            Layer::Dense(dense) => Step::Dense {
                inputs: before.num_values(),
                units: dense.units,
                activation: dense.activation,
                regularizer: layer.regularizer(),
            },
            Layer::Conv2D(conv) => Step::Convolution {
                window: conv.window()?.on([input[0], input[1]]),
                input,
                filters: conv.filters,
                activation: conv.activation,
                regularizer: layer.regularizer(),
            },
            Layer::MaxPooling2D(pooling) => {
                Step::MaxPooling { window: pooling.window()?.on([input[0], input[1]]), input }
            }
            Layer::Flatten(_) => Step::Flatten,
            Layer::Dropout(dropout) => Step::Dropout { rate: dropout.rate },
            Layer::BatchNormalization(normalization) => Step::Normalization {
                channels: before.last(),
                momentum: normalization.momentum,
                epsilon: normalization.epsilon,
            },
            Layer::Embedding(layer) => {
                Step::Embedding { words: layer.input_dim, values: layer.output_dim }
            }
            Layer::GlobalAveragePooling1D(_) => {
                Step::MeanOfRows { length: before.first(), values: before.last() }
            }
        }))
    }

    /// What it does with its sums, if it computes any.
    pub(crate) fn activation(&self) -> Option<Activation> {
        match *self {
            Step::Dense { activation, .. } | Step::Convolution { activation, .. } => {
                Some(activation)
            }
            _ => None,
        }
    }

    /// The price on the weights of its kernel.
    pub(crate) fn regularizer(&self) -> L2 {
        match *self {
            Step::Dense { regularizer, .. } | Step::Convolution { regularizer, .. } => regularizer,
            _ => L2::default(),
        }
    }

    /// The shape of the kernel, as in Keras; none for what learns nothing.
    pub(crate) fn kernel_shape(&self) -> Option<Shape> {
        match *self {
            Step::Dense { inputs, units, .. } => Some(Shape::from([inputs, units])),
            Step::Convolution { window, input, filters, .. } => {
                let [height, width] = window.size;
                Some(Shape::from([height, width, input[2], filters]))
            }
            // Gamma, moving mean, moving variance.
            Step::Normalization { channels, .. } => Some(Shape::from([3, channels])),
            Step::Embedding { words, values } => Some(Shape::from([words, values])),
            _ => None,
        }
    }

    /// The weights that it starts with, as in Keras; none for what learns nothing.
    pub(crate) fn start(&self, rng: &mut StdRng) -> Option<Parameters> {
        let shape = self.kernel_shape()?;
        Some(match *self {
            Step::Normalization { channels, .. } => Parameters {
                kernel: [1.0, 0.0, 1.0].into_iter().flat_map(|n| vec![n; channels]).collect(),
                bias: vec![0.0; channels],
                shape,
            },
            Step::Embedding { .. } => {
                let kernel = (0..shape.num_values()).map(|_| rng.random_range(-0.05..0.05));
                Parameters { kernel: kernel.collect(), bias: Vec::new(), shape }
            }
            _ => Parameters::glorot_uniform(shape, rng),
        })
    }

    /// Whether the fast engine computes it.
    pub(crate) fn is_fast(&self) -> bool {
        !matches!(
            self,
            Step::Normalization { .. } | Step::Embedding { .. } | Step::MeanOfRows { .. }
        )
    }
}

/// What the last layer does with its sums, if it computes any.
pub(crate) fn last_activation(steps: &[Step]) -> Activation {
    steps.last().and_then(Step::activation).unwrap_or(Activation::Linear)
}
