//! The weights of one layer, and what the optimizer remembers of them.

use zunder_data::Shape;

use crate::choose::optimizers::{Memory, Optimizer};
use crate::define::regularizer::L2;
use crate::engine::parameters::Parameters;
use crate::engine::products::update;
use crate::engine::room::Cell;
use crate::engine::simd::padded;

/// A kernel with its bias: that of a `Dense` layer, or of a `Conv2D`, whose inputs are the numbers
/// of one window and whose units are its filters.
#[derive(Clone)]
pub(crate) struct Weights {
    /// As in Keras.
    shape: Shape,
    pub(super) inputs: usize,
    pub(super) units: usize,
    /// `[inputs, padded units]`
    pub(super) kernel: Vec<f32>,
    /// `[padded units]`
    pub(super) bias: Vec<f32>,
    regularizer: L2,
    kernel_memory: Memory,
    bias_memory: Memory,
}

impl Weights {
    pub(super) fn new(parameters: &Parameters, regularizer: L2, optimizer: &Optimizer) -> Self {
        let (inputs, units) = (parameters.inputs(), parameters.units());
        let (kernel, bias) = (inputs * padded(units), padded(units));
        let mut weights = Weights {
            shape: parameters.shape.clone(),
            inputs,
            units,
            kernel: vec![0.0; kernel],
            bias: vec![0.0; bias],
            regularizer,
            kernel_memory: Memory::new(optimizer, kernel),
            bias_memory: Memory::new(optimizer, bias),
        };
        weights.set(parameters);
        weights
    }

    pub(super) fn set(&mut self, parameters: &Parameters) {
        let rows = self.kernel.chunks_exact_mut(self.bias.len());
        for (row, new) in rows.zip(parameters.kernel.chunks_exact(self.units)) {
            row[..self.units].copy_from_slice(new);
        }
        self.bias[..self.units].copy_from_slice(&parameters.bias);
    }

    pub(super) fn parameters(&self) -> Parameters {
        self.unpadded(&self.kernel, &self.bias)
    }

    /// Kernel and bias, or their gradients, without the padding.
    pub(super) fn unpadded(&self, kernel: &[f32], bias: &[f32]) -> Parameters {
        let rows = kernel.chunks_exact(self.bias.len());
        Parameters {
            shape: self.shape.clone(),
            kernel: rows.flat_map(|row| &row[..self.units]).copied().collect(),
            bias: bias[..self.units].to_vec(),
        }
    }

    /// Writes the kernel with rows and columns exchanged, `[padded units, padded inputs]`.
    pub(super) fn turn(&self, turned: &mut Vec<f32>) {
        let row_len = padded(self.inputs);
        turned.resize(self.bias.len() * row_len, 0.0);
        for (input, row) in self.kernel.chunks_exact(self.bias.len()).enumerate() {
            for (unit, weight) in row.iter().enumerate() {
                turned[unit * row_len + input] = *weight;
            }
        }
    }

    /// The price of the kernel. The padding is 0 and costs nothing.
    pub(super) fn penalty(&self) -> f64 {
        self.regularizer.of(&self.kernel)
    }

    /// Adds the slope of that price to the gradient of the kernel.
    pub(super) fn add_penalty(&self, cell: &mut Cell) {
        if !self.regularizer.is_none() {
            let twice = (2.0 * self.regularizer.l2) as f32;
            let weights = cell.kernel_gradient.iter_mut().zip(&self.kernel);
            weights.for_each(|(gradient, weight)| *gradient += twice * weight);
        }
    }

    /// Moves them one step along the gradients in `cell`; `step` counts from 1.
    pub(super) fn update(&mut self, optimizer: &Optimizer, step: i32, cell: &Cell) {
        update(optimizer, step, &mut self.kernel, &cell.kernel_gradient, &mut self.kernel_memory);
        update(optimizer, step, &mut self.bias, &cell.bias_gradient, &mut self.bias_memory);
    }

    pub(super) fn are_finite(&self) -> bool {
        // A term of 0 for each number that is finite, else NaN: no branch, so it runs in vectors.
        let zero = |numbers: &[f32]| numbers.iter().fold(0.0, |sum, number| sum + number * 0.0);
        zero(&self.kernel) + zero(&self.bias) == 0.0
    }
}
