//! Any network on Burn: modules forward, autodiff backward, Burn's optimizer trait for the step.

mod forward;
mod optimizers;

use burn::module::{Module, Param};
use burn::nn::Linear as BurnLinear;
use burn::optim::{GradientsParams, LearningRate, ModuleOptimizer};
use burn::tensor::{Device, Tensor, TensorData, activation};

use crate::base::shape::Shape;
use crate::choose::losses::{EPSILON, Loss};
use crate::choose::optimizers::Optimizer;
use crate::define::activation::Activation;
use crate::engine::kernels::Rows;
use crate::engine::parameters::Parameters;
use crate::engine::random::SplitMix64;
use crate::engine::steps::Step;
use forward::activate;
use optimizers::{KerasAdam, sgd};

/// The network with everything that training it needs.
#[derive(Clone)]
pub(crate) struct BurnNetwork {
    stack: Stack,
    steps: Vec<Step>,
    optimizer: ModuleOptimizer,
    learning_rate: LearningRate,
    device: Device,
    /// Chooses what a `Dropout` switches off. Not Burn's own generator, which all networks share.
    random: SplitMix64,
    /// `[n, units]` of the last layer, after a forward pass.
    sums: Vec<f32>,
    outputs: Vec<f32>,
}

/// The weights as Burn sees them. A kernel is `[inputs, units]`, as in Keras; that of a `Conv2D` is
/// the same numbers as Keras's `(height, width, channels, filters)`, the first three in one.
#[derive(Module, Debug)]
struct Stack {
    layers: Vec<BurnLinear>,
}

impl BurnNetwork {
    pub(crate) fn new(
        parameters: &[Parameters],
        steps: &[Step],
        optimizer: Optimizer,
        device: Device,
        random: SplitMix64,
    ) -> Self {
        let module_optimizer = match optimizer {
            Optimizer::Adam(adam) => ModuleOptimizer::from(KerasAdam(adam)),
            Optimizer::Sgd(settings) => sgd(settings),
        };
        BurnNetwork {
            stack: Stack::new(parameters, &device.clone().autodiff()),
            steps: steps.to_vec(),
            optimizer: module_optimizer,
            learning_rate: optimizer.learning_rate(),
            device,
            random,
            sums: Vec::new(),
            outputs: Vec::new(),
        }
    }

    pub(crate) fn parameters(&self) -> Vec<Parameters> {
        let shapes = self.steps.iter().filter_map(Step::kernel_shape);
        self.stack.layers.iter().zip(shapes).map(Stack::parameters_of).collect()
    }

    /// From here on a `Dropout` switches off what these random numbers say.
    pub(crate) fn set_random_numbers(&mut self, random: SplitMix64) {
        self.random = random;
    }

    pub(crate) fn set_parameters(&mut self, parameters: &[Parameters]) {
        // In place, so that the optimizer still knows the parameters by their ids.
        let device = self.device.clone().autodiff();
        for (layer, new) in self.stack.layers.iter_mut().zip(parameters) {
            let kernel = TensorData::new(new.kernel.clone(), [new.inputs(), new.units()]);
            let bias = TensorData::new(new.bias.clone(), [new.units()]);
            layer.weight =
                layer.weight.clone().map(|_| Tensor::from_data(kernel, &device).require_grad());
            layer.bias = layer
                .bias
                .take()
                .map(|b| b.map(|_| Tensor::from_data(bias, &device).require_grad()));
        }
    }

    /// Computes the outputs for samples `x`, row after row, and keeps them.
    pub(crate) fn forward(&mut self, x: Rows<'_>) {
        let x = tensor(x, &self.device);
        let sums = self.stack.valid().forward(x, &self.steps, None);
        self.keep(sums);
    }

    /// The inputs of the last activation and its results, after a forward pass.
    pub(crate) fn sums_and_outputs(&self) -> (&[f32], &[f32]) {
        (&self.sums, &self.outputs)
    }

    /// Moves all weights one step, unless `accept`, which sees sums and outputs, says no.
    pub(crate) fn learn(
        &mut self,
        x: Rows<'_>,
        y: Rows<'_>,
        loss: Loss,
        accept: impl FnOnce(&[f32], &[f32]) -> bool,
    ) {
        let device = self.device.clone().autodiff();
        let sums = self.stack.forward(tensor(x, &device), &self.steps, Some(&mut self.random));
        self.keep(sums.clone());
        if !accept(&self.sums, &self.outputs) {
            return;
        }
        let y = tensor(y, &device);
        let gradients = batch_loss(loss, self.last_activation(), sums, y).backward();
        let gradients = GradientsParams::from_grads(gradients, &self.stack);
        let stack = self.stack.clone();
        self.stack = self.optimizer.step(self.learning_rate, stack, gradients);
    }

    fn last_activation(&self) -> Activation {
        self.steps.last().and_then(Step::activation).unwrap_or(Activation::Linear)
    }

    fn keep(&mut self, sums: Tensor<2>) {
        let [_, units] = sums.dims();
        self.sums = numbers(sums.into_data());
        self.outputs.clone_from(&self.sums);
        self.last_activation().apply(&mut self.outputs, units);
    }

    /// The gradients of each layer's kernel and bias, for comparison with the fast path.
    #[cfg(test)]
    pub(crate) fn gradients(&self, x: Rows<'_>, y: Rows<'_>, loss: Loss) -> Vec<Parameters> {
        let device = self.device.clone().autodiff();
        let sums = self.stack.forward(tensor(x, &device), &self.steps, None);
        let y = tensor(y, &device);
        let gradients = batch_loss(loss, self.last_activation(), sums, y).backward();
        let gradient = |(layer, shape): (&BurnLinear, Shape)| {
            let kernel = layer.weight.val().grad(&gradients).expect("the kernel is trained");
            let bias = layer.bias.as_ref().expect("layers have a bias").val();
            let bias = bias.grad(&gradients).expect("the bias is trained");
            let (kernel, bias) = (numbers(kernel.into_data()), numbers(bias.into_data()));
            Parameters { shape, kernel, bias }
        };
        let shapes = self.steps.iter().filter_map(Step::kernel_shape);
        self.stack.layers.iter().zip(shapes).map(gradient).collect()
    }
}

impl Stack {
    fn new(parameters: &[Parameters], device: &Device) -> Self {
        let layer = |p: &Parameters| BurnLinear {
            weight: Param::from_data(
                TensorData::new(p.kernel.clone(), [p.inputs(), p.units()]),
                device,
            ),
            bias: Some(Param::from_data(TensorData::new(p.bias.clone(), [p.units()]), device)),
        };
        Stack { layers: parameters.iter().map(layer).collect() }
    }

    fn parameters_of((layer, shape): (&BurnLinear, Shape)) -> Parameters {
        let kernel = numbers(layer.weight.val().into_data());
        let bias = layer.bias.as_ref().map(|bias| numbers(bias.val().into_data()));
        Parameters { shape, kernel, bias: bias.unwrap_or_default() }
    }
}

/// The mean loss of a batch; the formulas are those of [`Loss::of_sample`].
fn batch_loss(loss: Loss, last: Activation, sums: Tensor<2>, y: Tensor<2>) -> Tensor<1> {
    let [num_samples, _] = sums.dims();
    if !loss.is_crossentropy() {
        return (activate(last, sums) - y).powi_scalar(2).mean();
    }
    let log_probabilities = match last {
        Activation::Softmax => activation::log_softmax(sums, 1),
        _ => {
            let outputs = activate(last, sums);
            let total = outputs.clone().sum_dim(1);
            (outputs / total).clamp(EPSILON, 1.0 - EPSILON).log()
        }
    };
    -(log_probabilities * y).sum() / num_samples as f32
}

/// Copies rows into a tensor `[n, columns]`.
fn tensor(rows: Rows<'_>, device: &Device) -> Tensor<2> {
    let numbers: Vec<f32> = (0..rows.len()).flat_map(|row| rows.row(row)).copied().collect();
    let columns = numbers.len() / rows.len().max(1);
    Tensor::from_data(TensorData::new(numbers, [rows.len(), columns]), device)
}

fn numbers(data: TensorData) -> Vec<f32> {
    data.try_into_vec().expect("the tensors here are made of float32")
}

#[cfg(test)]
mod tests;
