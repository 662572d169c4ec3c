//! The layers as they are computed: each with its way forward and its way back.
//!
//! ```text
//! forward    s = x · kernel + bias     [n, units]      a = activation(s)
//! backward   dkernel = xᵀ · ds         [inputs, units] dbias = sum of the rows of ds
//!            dx = ds · kernelᵀ         [n, inputs]     which is da of the layer before
//! ```
//!
//! These are the formulas of a `Dense` layer. A convolution has the same, with each window of a
//! picture as a sample.

use crate::choose::optimizers::Optimizer;
use crate::define::activation::Activation;
use crate::engine::activations::{activate, back_through};
use crate::engine::convolution;
use crate::engine::parameters::Parameters;
use crate::engine::pooling;
use crate::engine::products::{
    forward, forward_sparse, gradient_of_kernel, gradient_of_kernel_sparse,
};
use crate::engine::random::SplitMix64;
use crate::engine::room::{Cell, add, make_zeros};
use crate::engine::rows::Rows;
use crate::engine::simd::padded;
use crate::engine::steps::{Computation, Step};
use crate::engine::weights::Weights;
use crate::engine::windows::Windows;

/// One layer with what it has learned.
#[derive(Clone)]
pub(super) enum ComputedLayer {
    Dense(Weights, Activation),
    Convolution(Windows, Weights, Activation),
    /// The largest value of each window.
    MaxPooling(Windows),
    /// Switches off this share of the values.
    Dropout(f64),
}

impl ComputedLayer {
    /// None for a `Flatten`: the numbers of a sample lie in a row already.
    pub(super) fn new(
        step: &Step,
        parameters: Option<&Parameters>,
        optimizer: &Optimizer,
    ) -> Option<Self> {
        let weights =
            parameters.map(|parameters| Weights::new(parameters, step.regularizer, optimizer));
        let activation = step.activation.unwrap_or(Activation::Linear);
        match (step.what, weights) {
            (Computation::Dense, Some(weights)) => Some(Self::Dense(weights, activation)),
            (Computation::Convolution { window, input }, Some(weights)) => {
                Some(Self::Convolution(Windows::with_lines(window, input), weights, activation))
            }
            (Computation::MaxPooling { window, input }, _) => {
                Some(Self::MaxPooling(Windows::new(window, input)))
            }
            (Computation::Dropout { rate }, _) => Some(Self::Dropout(rate)),
            _ => None,
        }
    }

    pub(super) fn weights(&self) -> Option<&Weights> {
        match self {
            Self::Dense(weights, _) | Self::Convolution(_, weights, _) => Some(weights),
            Self::MaxPooling(_) | Self::Dropout(_) => None,
        }
    }

    pub(super) fn weights_mut(&mut self) -> Option<&mut Weights> {
        match self {
            Self::Dense(weights, _) | Self::Convolution(_, weights, _) => Some(weights),
            Self::MaxPooling(_) | Self::Dropout(_) => None,
        }
    }

    /// How long a row of its outputs is, for inputs of this length: those of a `Dense` layer are
    /// padded with zeros.
    pub(super) fn row_len(&self, input: usize) -> usize {
        match self {
            Self::Dense(weights, _) => padded(weights.units),
            Self::Convolution(windows, weights, _) => windows.count() * weights.units,
            Self::MaxPooling(windows) => windows.count() * windows.channels(),
            Self::Dropout(_) => input,
        }
    }

    /// Fills the outputs of `cell`; with `random` it is training.
    pub(super) fn forward(
        &self,
        x: Rows<'_>,
        cell: &mut Cell,
        random: Option<&mut SplitMix64>,
        is_last: bool,
    ) {
        match self {
            Self::Dense(weights, activation) => {
                let row_len = padded(weights.units);
                cell.outputs.resize(x.len() * row_len, 0.0);
                let Weights { kernel, bias, .. } = weights;
                match x.sparse() {
                    Some(sparse) => forward_sparse(x, sparse, kernel, bias, &mut cell.outputs),
                    None => forward(x, kernel, bias, &mut cell.outputs),
                }
                if is_last {
                    cell.sums.clone_from(&cell.outputs);
                }
                activate(*activation, &mut cell.outputs, weights.units, row_len);
            }
            Self::Convolution(windows, weights, activation) => {
                convolution::forward(windows, weights, x, cell);
                activate(*activation, &mut cell.outputs, weights.units, weights.units);
            }
            Self::MaxPooling(windows) => pooling::forward(windows, x, cell),
            Self::Dropout(rate) => {
                x.gather(&mut cell.outputs);
                cell.mask.clear();
                if let Some(random) = random.filter(|_| *rate > 0.0) {
                    cell.mask.extend(random.mask(cell.outputs.len(), *rate));
                    cell.outputs.iter_mut().zip(&cell.mask).for_each(|(o, mask)| *o *= mask);
                }
            }
        }
    }

    /// Turns the gradient by the outputs of `cell` into the one by its sums.
    pub(super) fn back_through_activation(&self, cell: &mut Cell) {
        let Cell { gradient, outputs, .. } = cell;
        match self {
            Self::Dense(weights, activation) => {
                let row_len = padded(weights.units);
                back_through(*activation, gradient, outputs, weights.units, row_len);
            }
            Self::Convolution(_, weights, activation) => {
                back_through(*activation, gradient, outputs, weights.units, weights.units);
            }
            Self::MaxPooling(_) | Self::Dropout(_) => {}
        }
    }

    /// Makes of the gradient by the sums of `cell` those of the weights, and where there is a layer
    /// before that learns, the gradient by its outputs; for that a layer needs its kernel `turned`.
    pub(super) fn backward(
        &self,
        x: Rows<'_>,
        cell: &mut Cell,
        before: Option<&mut Vec<f32>>,
        turned: &[f32],
    ) {
        match self {
            Self::Dense(weights, _) => {
                cell.kernel_gradient.resize(weights.kernel.len(), 0.0);
                let Cell { gradient, kernel_gradient, .. } = cell;
                match x.sparse() {
                    Some(sparse) => gradient_of_kernel_sparse(x, sparse, gradient, kernel_gradient),
                    None => gradient_of_kernel(x, gradient, kernel_gradient),
                }
                make_zeros(&mut cell.bias_gradient, weights.bias.len());
                let rows = cell.gradient.chunks_exact(weights.bias.len());
                rows.for_each(|row| add(row, &mut cell.bias_gradient));
                if let Some(before) = before {
                    gradient_of_inputs(cell, weights, turned, x.columns(), before);
                }
            }
            Self::Convolution(windows, weights, _) => {
                convolution::backward(windows, weights, x, cell, before, turned);
            }
            Self::MaxPooling(windows) => {
                if let Some(before) = before {
                    pooling::backward(windows, cell, before);
                }
            }
            Self::Dropout(_) => {
                if let Some(before) = before {
                    before.clone_from(&cell.gradient);
                    before.iter_mut().zip(&cell.mask).for_each(|(g, mask)| *g *= mask);
                }
            }
        }
    }
}

/// The product with the turned kernel, `[n, row_len]`: behind a picture rows have no padding.
fn gradient_of_inputs(
    cell: &mut Cell,
    weights: &Weights,
    turned: &[f32],
    row_len: usize,
    before: &mut Vec<f32>,
) {
    let gradient = Rows::all(&cell.gradient, weights.bias.len());
    let no_bias = vec![0.0; padded(weights.inputs)];
    if row_len == no_bias.len() {
        before.resize(gradient.len() * row_len, 0.0);
        forward(gradient, turned, &no_bias, before);
        return;
    }
    cell.windows_gradient.resize(gradient.len() * no_bias.len(), 0.0);
    forward(gradient, turned, &no_bias, &mut cell.windows_gradient);
    before.clear();
    for row in cell.windows_gradient.chunks_exact(no_bias.len()) {
        before.extend_from_slice(&row[..row_len]);
    }
}
