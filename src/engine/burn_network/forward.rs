//! What each layer computes, on Burn's tensors.
//!
//! Between the layers of this crate, as in Keras, the channels of a picture come last. Burn's
//! convolution and pooling want them first, `[n, channels, height, width]`. They are moved once
//! before the first layer that works on pictures, and back at the `Flatten`, whose order the weights
//! behind it depend on.

use burn::nn::Linear as BurnLinear;
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Device, Tensor, TensorData, activation, module};

use super::NetworkModule;
use super::normalization::{Moments, normalized};
use crate::define::activation::Activation;
use crate::define::window::Window;
use crate::engine::random::SplitMix64;
use crate::engine::steps::Computation;

/// What is needed and found in training only.
pub(super) struct Training<'a> {
    /// What a `Dropout` switches off.
    pub(super) random: &'a mut SplitMix64,
    /// Mean and variance that each `BatchNormalization` finds in the batch.
    pub(super) moments: &'a mut Vec<Moments>,
}

/// What goes from layer to layer.
enum Values {
    /// `[n, values]`, in the order of Keras.
    Rows(Tensor<2>),
    /// `[n, channels, height, width]`
    Pictures(Tensor<4>),
}

impl NetworkModule {
    /// The sums of the last layer `[n, units]`; its activation belongs to the loss.
    pub(super) fn sums(&self, x: Tensor<2>, mut training: Option<Training>) -> Tensor<2> {
        let mut learned = self.layers.iter();
        let mut values = Values::Rows(x);
        for (index, step) in self.steps.iter().enumerate() {
            let layer = step.kernel_shape.as_ref().and_then(|_| learned.next());
            let sums = match (step.what, layer) {
                (Computation::Dense, Some(layer)) => Values::Rows(layer.forward(values.rows())),
                (Computation::Convolution { window, input }, Some(layer)) => {
                    Values::Pictures(convolution(layer, values.pictures(input), window))
                }
                (Computation::MaxPooling { window, input }, _) => {
                    let options = MaxPoolOptions::new(window.size);
                    Values::Pictures(module::max_pool2d(values.pictures(input), options))
                }
                (Computation::Flatten, _) => Values::Rows(values.rows()),
                (Computation::Dropout { rate }, _) => match training.as_mut() {
                    Some(training) if rate > 0.0 => values.dropped_out(rate, training.random),
                    _ => values,
                },
                (Computation::Normalization { epsilon, .. }, Some(layer)) => {
                    let [_, channels] = layer.weight.dims();
                    let moments = training.as_mut().map(|training| &mut *training.moments);
                    Values::Rows(normalized(layer, values.rows(), channels, epsilon, moments))
                }
                (Computation::Embedding, Some(layer)) => {
                    let vectors = module::embedding(layer.weight.val(), values.rows().int());
                    Values::Rows(vectors.flatten(1, 2))
                }
                (Computation::MeanOfRows { length, values: width }, _) => {
                    let rows = values.rows();
                    let [n, _] = rows.dims();
                    Values::Rows(rows.reshape([n, length, width]).mean_dim(1).reshape([n, width]))
                }
                (_, None) => values,
            };
            let is_last = index + 1 == self.steps.len();
            values = match step.activation {
                Some(activation) if !is_last => sums.activated(activation),
                _ => sums,
            };
        }
        values.rows()
    }
}

/// `x [n, channels, height, width]`, result `[n, filters, height, width]`.
fn convolution(layer: &BurnLinear, x: Tensor<4>, window: Window) -> Tensor<4> {
    let [_, channels, height, width] = x.dims();
    let [_, filters] = layer.weight.dims();
    let [rows, columns] = window.size;
    let kernel = layer.weight.val().reshape([rows, columns, channels, filters]);
    let kernel = kernel.permute([3, 2, 0, 1]);
    let bias = layer.bias.as_ref().map(burn::module::Param::val);
    let mut options = ConvOptions::new(window.strides, [0, 0], [1, 1], 1);
    options.padding = window.padding([height, width]);
    module::conv2d(x, kernel, bias, options)
}

impl Values {
    /// As `[n, values]`, the channels last.
    fn rows(self) -> Tensor<2> {
        match self {
            Values::Rows(rows) => rows,
            Values::Pictures(pictures) => pictures.permute([0, 2, 3, 1]).flatten(1, 3),
        }
    }

    /// As `[n, channels, height, width]`; `sides` are height, width and channels.
    fn pictures(self, [height, width, channels]: [usize; 3]) -> Tensor<4> {
        match self {
            Values::Pictures(pictures) => pictures,
            Values::Rows(rows) => {
                let [n, _] = rows.dims();
                rows.reshape([n, height, width, channels]).permute([0, 3, 1, 2])
            }
        }
    }

    fn activated(self, activation: Activation) -> Values {
        match self {
            Values::Rows(rows) => Values::Rows(activate(activation, rows)),
            Values::Pictures(pictures) => Values::Pictures(activate(activation, pictures)),
        }
    }

    fn dropped_out(self, rate: f64, random: &mut SplitMix64) -> Values {
        match self {
            Values::Rows(rows) => Values::Rows(dropped_out(rows, rate, random)),
            Values::Pictures(pictures) => Values::Pictures(dropped_out(pictures, rate, random)),
        }
    }
}

/// Channels and units are dimension 1.
pub(super) fn activate<const D: usize>(activation: Activation, sums: Tensor<D>) -> Tensor<D> {
    match activation {
        Activation::Linear => sums,
        Activation::Relu => activation::relu(sums),
        Activation::Sigmoid => activation::sigmoid(sums),
        Activation::Tanh => activation::tanh(sums),
        Activation::Softmax => activation::softmax(sums, 1),
    }
}

fn dropped_out<const D: usize>(values: Tensor<D>, rate: f64, random: &mut SplitMix64) -> Tensor<D> {
    let shape = values.dims();
    let mask: Vec<f32> = random.mask(shape.iter().product(), rate).collect();
    let mask = TensorData::new(mask, shape);
    let device: Device = values.device();
    values * Tensor::from_data(mask, &device)
}
