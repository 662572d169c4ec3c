//! A stack of dense layers, trained on the CPU without a graph: the fast path of `fit`.
//!
//! A general framework records each operation, allocates each result and walks back through the
//! record. For a network as small as the tutorial's that takes longer than the arithmetic. Here all
//! memory is kept from batch to batch, and the three matrix products of a layer are all that is
//! computed beside it. The results are those of Burn's autodiff (see the tests in `burn_network.rs`).
//!
//! For one layer, with `n` samples, inputs `x`, sums `s` and outputs `a`:
//!
//! ```text
//! forward    s = x · kernel + bias     [n, units]      a = activation(s)
//! backward   dkernel = xᵀ · ds         [inputs, units] dbias = sum of the rows of ds
//!            dx = ds · kernelᵀ         [n, inputs]     which is da of the layer before
//! ```

use crate::base::shape::Shape;
use crate::choose::losses::Loss;
use crate::choose::optimizers::{Memory, Optimizer};
use crate::define::activation::Activation;
use crate::engine::kernels::{self, Rows, padded};
use crate::engine::parameters::Parameters;

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
    inputs: usize,
    units: usize,
    activation: Activation,
    /// `[inputs, padded]`
    kernel: Vec<f32>,
    /// `[padded]`
    bias: Vec<f32>,
    kernel_memory: Memory,
    bias_memory: Memory,
    /// `[inputs, padded]`
    kernel_gradient: Vec<f32>,
    /// `[padded]`
    bias_gradient: Vec<f32>,
    /// `s [n, padded]`, as they are computed
    padded_sums: Vec<f32>,
    /// `s [n, units]`; kept because the loss needs the last layer's.
    sums: Vec<f32>,
    /// `a [n, units]`
    outputs: Vec<f32>,
    /// `[n, padded]`, the gradient of the loss by `s`; before [`Self::through_activation`] by `a`.
    gradient: Vec<f32>,
}

impl DenseNetwork {
    /// Whether this loss and these activations are among those that are written out here.
    pub(crate) fn can_train(loss: Loss, last: Activation) -> bool {
        // Cross-entropy of anything else has a gradient that nobody should need.
        !loss.is_crossentropy() || last == Activation::Softmax
    }

    pub(crate) fn new(
        parameters: &[Parameters],
        activations: &[Activation],
        optimizer: Optimizer,
    ) -> Self {
        let layers = parameters.iter().zip(activations);
        let layers = layers.map(|(p, &a)| DenseLayer::new(p, a, &optimizer)).collect();
        DenseNetwork { layers, optimizer, step: 0 }
    }

    pub(crate) fn parameters(&self) -> Vec<Parameters> {
        self.layers.iter().map(|layer| layer.unpadded(&layer.kernel, &layer.bias)).collect()
    }

    pub(crate) fn set_parameters(&mut self, parameters: &[Parameters]) {
        for (layer, parameters) in self.layers.iter_mut().zip(parameters) {
            layer.set_parameters(parameters);
        }
    }

    /// Computes the outputs for the samples `x` and leaves them in the last layer.
    pub(crate) fn forward(&mut self, x: Rows<'_>) {
        let mut before = x;
        for layer in &mut self.layers {
            layer.forward(before);
            before = Rows::all(&layer.outputs, layer.units);
        }
    }

    /// The inputs of the last activation and its results, after [`forward`](Self::forward).
    pub(crate) fn sums_and_outputs(&self) -> (&[f32], &[f32]) {
        self.layers.last().map_or((&[], &[]), |last| (&last.sums, &last.outputs))
    }

    /// Moves all weights one step, after [`forward`](Self::forward) with the same samples.
    pub(crate) fn learn(&mut self, x: Rows<'_>, y: Rows<'_>, loss: Loss) {
        self.backward(x, y, loss);
        self.update();
    }

    /// The same, for layers that stand before these: fills the gradient of the loss by the inputs,
    /// `[n, padded inputs]`.
    pub(crate) fn learn_and_pass_on(
        &mut self,
        x: Rows<'_>,
        y: Rows<'_>,
        loss: Loss,
        inputs_gradient: &mut Vec<f32>,
    ) {
        self.backward(x, y, loss);
        self.pass_on(inputs_gradient);
        self.update();
    }

    /// The gradient of the loss by the inputs, after a backward pass.
    pub(crate) fn pass_on(&self, inputs_gradient: &mut Vec<f32>) {
        if let Some(first) = self.layers.first() {
            first.gradient_of_inputs(inputs_gradient);
        }
    }

    fn update(&mut self) {
        self.step = self.step.saturating_add(1);
        for layer in &mut self.layers {
            layer.update(&self.optimizer, self.step);
        }
    }

    /// Fills the gradients of all layers, from the last one to the first.
    fn backward(&mut self, x: Rows<'_>, y: Rows<'_>, loss: Loss) {
        if let Some(last) = self.layers.last_mut() {
            last.gradient_of_loss(y, loss);
        }
        for index in (0..self.layers.len()).rev() {
            let (before, rest) = self.layers.split_at_mut(index);
            let layer = &mut rest[0];
            match before.last_mut() {
                None => layer.gradient_of_parameters(x),
                Some(before) => {
                    layer.gradient_of_parameters(Rows::all(&before.outputs, before.units));
                    layer.gradient_of_inputs(&mut before.gradient);
                    before.through_activation();
                }
            }
        }
    }

    /// The gradients of each layer's kernel and bias, for comparison with Burn's.
    #[cfg(test)]
    pub(crate) fn gradients(&mut self, x: Rows<'_>, y: Rows<'_>, loss: Loss) -> Vec<Parameters> {
        self.forward(x);
        self.backward(x, y, loss);
        let layers = self.layers.iter();
        layers.map(|layer| layer.unpadded(&layer.kernel_gradient, &layer.bias_gradient)).collect()
    }
}

impl DenseLayer {
    fn new(parameters: &Parameters, activation: Activation, optimizer: &Optimizer) -> Self {
        let (inputs, units) = (parameters.inputs(), parameters.units());
        let (kernel_size, bias_size) = (inputs * padded(units), padded(units));
        let mut layer = DenseLayer {
            inputs,
            units,
            activation,
            kernel: vec![0.0; kernel_size],
            bias: vec![0.0; bias_size],
            kernel_memory: Memory::new(optimizer, kernel_size),
            bias_memory: Memory::new(optimizer, bias_size),
            kernel_gradient: vec![0.0; kernel_size],
            bias_gradient: vec![0.0; bias_size],
            padded_sums: Vec::new(),
            sums: Vec::new(),
            outputs: Vec::new(),
            gradient: Vec::new(),
        };
        layer.set_parameters(parameters);
        layer
    }

    fn set_parameters(&mut self, parameters: &Parameters) {
        let rows = self.kernel.chunks_exact_mut(self.bias.len());
        for (row, new) in rows.zip(parameters.kernel.chunks_exact(self.units)) {
            row[..self.units].copy_from_slice(new);
        }
        self.bias[..self.units].copy_from_slice(&parameters.bias);
    }

    /// Kernel and bias, or their gradients, without the padding.
    fn unpadded(&self, kernel: &[f32], bias: &[f32]) -> Parameters {
        let rows = kernel.chunks_exact(self.bias.len());
        Parameters {
            shape: Shape::from([self.inputs, self.units]),
            kernel: rows.flat_map(|row| &row[..self.units]).copied().collect(),
            bias: bias[..self.units].to_vec(),
        }
    }

    fn forward(&mut self, x: Rows<'_>) {
        self.padded_sums.resize(x.len() * self.bias.len(), 0.0);
        kernels::forward(x, &self.kernel, &self.bias, &mut self.padded_sums);
        self.sums.clear();
        for row in self.padded_sums.chunks_exact(self.bias.len()) {
            self.sums.extend_from_slice(&row[..self.units]);
        }
        self.outputs.clone_from(&self.sums);
        self.activation.apply(&mut self.outputs, self.units);
    }

    /// The gradient of the batch's mean loss by the sums of this layer, the last one.
    fn gradient_of_loss(&mut self, y: Rows<'_>, loss: Loss) {
        let scale = if loss.is_crossentropy() {
            1.0 / y.len() as f32
        } else {
            2.0 / (y.len() * self.units) as f32
        };
        self.gradient.resize(y.len() * self.bias.len(), 0.0);
        let rows = self.gradient.chunks_exact_mut(self.bias.len());
        for (row, (gradient, outputs)) in
            rows.zip(self.outputs.chunks_exact(self.units)).enumerate()
        {
            let y = y.row(row);
            // Softmax and cross-entropy together: p sum(y) - y, and sum(y) is mostly 1.
            let total = if loss.is_crossentropy() { y.iter().sum() } else { 1.0 };
            for ((gradient, output), y) in gradient.iter_mut().zip(outputs).zip(y) {
                *gradient = (output * total - y) * scale;
            }
        }
        if !loss.is_crossentropy() {
            self.through_activation();
        }
    }

    /// Turns the gradient by the outputs into the gradient by the sums.
    fn through_activation(&mut self) {
        let rows = self.gradient.chunks_exact_mut(self.bias.len());
        for (gradient, outputs) in rows.zip(self.outputs.chunks_exact(self.units)) {
            through_activation(self.activation, gradient, outputs);
        }
    }

    fn gradient_of_parameters(&mut self, x: Rows<'_>) {
        kernels::gradient_of_kernel(x, &self.gradient, &mut self.kernel_gradient);
        self.bias_gradient.fill(0.0);
        for row in self.gradient.chunks_exact(self.bias.len()) {
            self.bias_gradient.iter_mut().zip(row).for_each(|(sum, g)| *sum += g);
        }
    }

    fn gradient_of_inputs(&self, before: &mut Vec<f32>) {
        before.resize(self.gradient.len() / self.bias.len() * padded(self.inputs), 0.0);
        kernels::gradient_of_inputs(&self.gradient, &self.kernel, self.inputs, before);
    }

    fn update(&mut self, optimizer: &Optimizer, step: i32) {
        let DenseLayer { kernel, bias, kernel_gradient, bias_gradient, .. } = self;
        kernels::update(optimizer, step, kernel, kernel_gradient, &mut self.kernel_memory);
        kernels::update(optimizer, step, bias, bias_gradient, &mut self.bias_memory);
    }
}

/// Turns the gradient by the outputs of one sample into the gradient by its sums.
#[inline(always)]
pub(crate) fn through_activation(activation: Activation, gradient: &mut [f32], outputs: &[f32]) {
    let pairs = gradient.iter_mut().zip(outputs);
    match activation {
        Activation::Linear => {}
        Activation::Relu => pairs.for_each(|(g, &a)| *g = if a > 0.0 { *g } else { 0.0 }),
        Activation::Sigmoid => pairs.for_each(|(g, &a)| *g *= a * (1.0 - a)),
        Activation::Tanh => pairs.for_each(|(g, &a)| *g *= 1.0 - a * a),
        Activation::Softmax => {
            let mean: f32 = pairs.map(|(g, a)| *g * a).sum();
            let pairs = gradient.iter_mut().zip(outputs);
            pairs.for_each(|(g, a)| *g = a * (*g - mean));
        }
    }
}
