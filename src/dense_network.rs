//! A stack of dense layers, trained on the CPU without a graph: the fast path of `fit`.
//!
//! A general framework records each operation, allocates each result and walks back through the
//! record. For a network as small as the tutorial's that takes longer than the arithmetic. Here all
//! memory is kept from batch to batch, and the three matrix products of a layer are all that is
//! computed beside it. The results are those of Burn's autodiff (`tests/gradients.rs`).
//!
//! For one layer, with `n` samples, inputs `x`, sums `s` and outputs `a`:
//!
//! ```text
//! forward    s = x · kernel + bias     [n, units]      a = activation(s)
//! backward   dkernel = xᵀ · ds         [inputs, units] dbias = sum of the rows of ds
//!            dx = ds · kernelᵀ         [n, inputs]     which is da of the layer before
//! ```

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2};

use crate::layers::Activation;
use crate::losses::Loss;
use crate::optimizers::{Memory, Optimizer};
use crate::parameters::DenseParameters;

/// The network with everything that training it needs.
#[derive(Clone)]
pub(crate) struct DenseNetwork {
    layers: Vec<DenseLayer>,
    optimizer: Optimizer,
    /// How many steps the optimizer has taken.
    step: i32,
}

/// One layer, what the optimizer remembers of it, and room for the numbers of a batch.
#[derive(Clone)]
struct DenseLayer {
    parameters: DenseParameters,
    activation: Activation,
    kernel_memory: Memory,
    bias_memory: Memory,
    kernel_gradient: Vec<f32>,
    bias_gradient: Vec<f32>,
    /// `s`, one row for each sample; kept because the loss needs the last layer's.
    sums: Vec<f32>,
    /// `a`, one row for each sample.
    outputs: Vec<f32>,
    /// The gradient of the loss by `s`; before [`Self::through_activation`] by `a`.
    gradient: Vec<f32>,
}

impl DenseNetwork {
    /// Whether this loss and these activations are among those that are written out here.
    pub(crate) fn can_train(loss: Loss, last: Activation) -> bool {
        // Cross-entropy of anything else has a gradient that nobody should need.
        !loss.is_crossentropy() || last == Activation::Softmax
    }

    pub(crate) fn new(
        parameters: Vec<DenseParameters>,
        activations: &[Activation],
        optimizer: Optimizer,
    ) -> Self {
        let layer = |(parameters, &activation): (DenseParameters, &Activation)| DenseLayer {
            kernel_memory: Memory::new(&optimizer, parameters.kernel.len()),
            bias_memory: Memory::new(&optimizer, parameters.bias.len()),
            kernel_gradient: vec![0.0; parameters.kernel.len()],
            bias_gradient: vec![0.0; parameters.bias.len()],
            parameters,
            activation,
            sums: Vec::new(),
            outputs: Vec::new(),
            gradient: Vec::new(),
        };
        let layers = parameters.into_iter().zip(activations).map(layer).collect();
        DenseNetwork { layers, optimizer, step: 0 }
    }

    pub(crate) fn parameters(&self) -> Vec<DenseParameters> {
        self.layers.iter().map(|layer| layer.parameters.clone()).collect()
    }

    pub(crate) fn set_parameters(&mut self, parameters: Vec<DenseParameters>) {
        for (layer, parameters) in self.layers.iter_mut().zip(parameters) {
            layer.parameters = parameters;
        }
    }

    /// Computes the outputs for samples `x`, row after row, and leaves them in the last layer.
    pub(crate) fn forward(&mut self, x: &[f32], num_samples: usize) {
        let mut before: &[f32] = x;
        for layer in &mut self.layers {
            layer.forward(before, num_samples);
            before = &layer.outputs;
        }
    }

    /// The inputs of the last activation and its results, after [`forward`](Self::forward).
    pub(crate) fn sums_and_outputs(&self) -> (&[f32], &[f32]) {
        self.layers.last().map_or((&[], &[]), |last| (&last.sums, &last.outputs))
    }

    /// Moves all weights one step, after [`forward`](Self::forward) with the same samples.
    pub(crate) fn learn(&mut self, x: &[f32], y: &[f32], loss: Loss) {
        self.backward(x, y, loss);
        self.step += 1;
        for layer in &mut self.layers {
            layer.update(&self.optimizer, self.step);
        }
    }

    /// Fills the gradients of all layers, from the last one to the first.
    fn backward(&mut self, x: &[f32], y: &[f32], loss: Loss) {
        let Some((last, _)) = self.layers.split_last_mut() else { return };
        last.gradient_of_loss(y, loss);
        for index in (0..self.layers.len()).rev() {
            let (before, rest) = self.layers.split_at_mut(index);
            match before.last_mut() {
                None => rest[0].gradient_of_parameters(x),
                Some(before) => {
                    rest[0].gradient_of_parameters(&before.outputs);
                    rest[0].gradient_of_inputs(&mut before.gradient);
                    before.through_activation();
                }
            }
        }
    }

    /// The gradients of each layer's kernel and bias, for comparison with Burn's.
    #[cfg(test)]
    pub(crate) fn gradients(&mut self, x: &[f32], y: &[f32], loss: Loss) -> Vec<DenseParameters> {
        self.forward(x, y.len() / self.layers.last().map_or(1, |last| last.parameters.units));
        self.backward(x, y, loss);
        let gradients = self.layers.iter().map(|layer| DenseParameters {
            kernel: layer.kernel_gradient.clone(),
            bias: layer.bias_gradient.clone(),
            ..layer.parameters
        });
        gradients.collect()
    }
}

impl DenseLayer {
    fn forward(&mut self, x: &[f32], num_samples: usize) {
        let DenseParameters { inputs, units, ref kernel, ref bias } = self.parameters;
        self.sums.resize(num_samples * units, 0.0);
        for row in self.sums.chunks_exact_mut(units) {
            row.copy_from_slice(bias);
        }
        let mut sums = matrix_mut(&mut self.sums, units);
        general_mat_mul(1.0, &matrix(x, inputs), &matrix(kernel, units), 1.0, &mut sums);
        self.outputs.clear();
        self.outputs.extend_from_slice(&self.sums);
        self.activation.apply(&mut self.outputs, units);
    }

    /// The gradient of the batch's mean loss by the sums of this layer, the last one.
    fn gradient_of_loss(&mut self, y: &[f32], loss: Loss) {
        let units = self.parameters.units;
        let num_samples = (y.len() / units) as f32;
        self.gradient.clear();
        let outputs_and_labels = self.outputs.iter().zip(y);
        if loss.is_crossentropy() {
            // Softmax and cross-entropy together: (p sum(y) - y) / n, and sum(y) is mostly 1.
            let rows = self.outputs.chunks_exact(units).zip(y.chunks_exact(units));
            for (outputs, y) in rows {
                let total: f32 = y.iter().sum();
                let row = outputs.iter().zip(y).map(|(p, y)| (p * total - y) / num_samples);
                self.gradient.extend(row);
            }
        } else {
            let scale = 2.0 / (num_samples * units as f32);
            self.gradient.extend(outputs_and_labels.map(|(o, y)| (o - y) * scale));
            self.through_activation();
        }
    }

    /// Turns the gradient by the outputs into the gradient by the sums.
    fn through_activation(&mut self) {
        let pairs = self.gradient.iter_mut().zip(&self.outputs);
        match self.activation {
            Activation::Linear => {}
            Activation::Relu => pairs.for_each(|(g, &a)| *g = if a > 0.0 { *g } else { 0.0 }),
            Activation::Sigmoid => pairs.for_each(|(g, &a)| *g *= a * (1.0 - a)),
            Activation::Tanh => pairs.for_each(|(g, &a)| *g *= 1.0 - a * a),
            Activation::Softmax => {
                let units = self.parameters.units;
                let rows = self.gradient.chunks_exact_mut(units);
                for (gradient, outputs) in rows.zip(self.outputs.chunks_exact(units)) {
                    let mean: f32 = gradient.iter().zip(outputs).map(|(g, a)| g * a).sum();
                    gradient.iter_mut().zip(outputs).for_each(|(g, a)| *g = a * (*g - mean));
                }
            }
        }
    }

    fn gradient_of_parameters(&mut self, x: &[f32]) {
        let DenseParameters { inputs, units, .. } = self.parameters;
        let gradient = matrix(&self.gradient, units);
        let mut kernel = matrix_mut(&mut self.kernel_gradient, units);
        general_mat_mul(1.0, &matrix(x, inputs).t(), &gradient, 0.0, &mut kernel);
        self.bias_gradient.fill(0.0);
        for row in self.gradient.chunks_exact(units) {
            self.bias_gradient.iter_mut().zip(row).for_each(|(sum, g)| *sum += g);
        }
    }

    fn gradient_of_inputs(&self, gradient_before: &mut Vec<f32>) {
        let DenseParameters { inputs, units, ref kernel, .. } = self.parameters;
        gradient_before.resize(self.gradient.len() / units * inputs, 0.0);
        let gradient = matrix(&self.gradient, units);
        let mut before = matrix_mut(gradient_before, inputs);
        general_mat_mul(1.0, &gradient, &matrix(kernel, units).t(), 0.0, &mut before);
    }

    fn update(&mut self, optimizer: &Optimizer, step: i32) {
        let DenseParameters { kernel, bias, .. } = &mut self.parameters;
        optimizer.update(step, kernel, &self.kernel_gradient, &mut self.kernel_memory);
        optimizer.update(step, bias, &self.bias_gradient, &mut self.bias_memory);
    }
}

/// Numbers in rows of `columns` each, as a matrix.
fn matrix(numbers: &[f32], columns: usize) -> ArrayView2<'_, f32> {
    ArrayView2::from_shape((numbers.len() / columns, columns), numbers)
        .expect("the numbers are whole rows")
}

/// The same, to write into.
fn matrix_mut(numbers: &mut [f32], columns: usize) -> ArrayViewMut2<'_, f32> {
    ArrayViewMut2::from_shape((numbers.len() / columns, columns), numbers)
        .expect("the numbers are whole rows")
}
