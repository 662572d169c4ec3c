//! The layers of a network as they are computed, once all shapes are known.

use crate::base::error::Result;
use crate::base::shape::Shape;
use crate::define::activation::Activation;
use crate::define::layers::Layer;
use crate::define::sequential::Sequential;
use crate::define::window::Window;

/// What one layer computes; the weights are kept apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    Dense {
        inputs: usize,
        units: usize,
        activation: Activation,
    },
    Convolution {
        window: Window,
        /// Height, width and channels.
        input: [usize; 3],
        filters: usize,
        activation: Activation,
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
            },
            Layer::Conv2D(conv) => Step::Convolution {
                window: conv.window()?.on([input[0], input[1]]),
                input,
                filters: conv.filters,
                activation: conv.activation,
            },
            Layer::MaxPooling2D(pooling) => {
                Step::MaxPooling { window: pooling.window()?.on([input[0], input[1]]), input }
            }
            Layer::Flatten(_) => Step::Flatten,
            Layer::Dropout(dropout) => Step::Dropout { rate: dropout.rate },
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

    /// The shape of the kernel, as in Keras; none for what learns nothing.
    pub(crate) fn kernel_shape(&self) -> Option<Shape> {
        match *self {
            Step::Dense { inputs, units, .. } => Some(Shape::from([inputs, units])),
            Step::Convolution { window, input, filters, .. } => {
                let [height, width] = window.size;
                Some(Shape::from([height, width, input[2], filters]))
            }
            _ => None,
        }
    }
}

/// What the last layer does with its sums, if it computes any.
pub(crate) fn last_activation(steps: &[Step]) -> Activation {
    steps.last().and_then(Step::activation).unwrap_or(Activation::Linear)
}
