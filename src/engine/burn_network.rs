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
use crate::engine::activations::activate;
use crate::engine::engine::Engine;
use crate::engine::parameters::Parameters;
use crate::engine::random::SplitMix64;
use crate::engine::room::Room;
use crate::engine::rows::Rows;
use crate::engine::steps::{Step, last_activation};
use forward::activate as tensor_activation;
use optimizers::{KerasAdam, sgd};

/// The network with everything that training it needs.
#[derive(Clone)]
pub(crate) struct BurnNetwork {
    module: NetworkModule,
    optimizer: ModuleOptimizer,
    learning_rate: LearningRate,
    device: Device,
    /// Chooses what a `Dropout` switches off. Not Burn's own generator, which all networks share.
    random: SplitMix64,
}

/// A trained network as a module of [Burn](https://burn.dev): to go on with in Burn's own ways, on
/// any device, or to keep in Burn's own file format. [`Model::module`](crate::Model::module) makes it.
///
/// Its parameters are those of `layers`, a [`Linear`](burn::nn::Linear) for each layer that learns. A
/// kernel is `[inputs, units]`, as in Keras; that of a `Conv2D` is the same numbers as Keras's
/// `(height, width, channels, filters)`, the first three in one.
#[derive(Module, Debug)]
pub struct NetworkModule {
    layers: Vec<BurnLinear>,
    #[module(skip)]
    steps: Vec<Step>,
}

impl NetworkModule {
    /// What the network puts out for samples `x`, `[n, values]`: `[n, outputs]`. A `Dropout` lets
    /// everything through.
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        tensor_activation(last_activation(&self.steps), self.sums(x, None))
    }

    pub(crate) fn new(parameters: &[Parameters], steps: &[Step], device: &Device) -> Self {
        let layer = |p: &Parameters| BurnLinear {
            weight: Param::from_data(
                TensorData::new(p.kernel.clone(), [p.inputs(), p.units()]),
                device,
            ),
            bias: Some(Param::from_data(TensorData::new(p.bias.clone(), [p.units()]), device)),
        };
        NetworkModule { layers: parameters.iter().map(layer).collect(), steps: steps.to_vec() }
    }

    pub(crate) fn parameters(&self) -> Vec<Parameters> {
        let shapes = self.steps.iter().filter_map(Step::kernel_shape);
        let of_layer = |(layer, shape): (&BurnLinear, Shape)| {
            let kernel = numbers(layer.weight.val().into_data());
            let bias = layer.bias.as_ref().map(|bias| numbers(bias.val().into_data()));
            Parameters { shape, kernel, bias: bias.unwrap_or_default() }
        };
        self.layers.iter().zip(shapes).map(of_layer).collect()
    }
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
            module: NetworkModule::new(parameters, steps, &device.clone().autodiff()),
            optimizer: module_optimizer,
            learning_rate: optimizer.learning_rate(),
            device,
            random,
        }
    }

    fn keep(&self, sums: Tensor<2>, room: &mut Room) {
        let [_, units] = sums.dims();
        room.sums = numbers(sums.into_data());
        room.outputs.clone_from(&room.sums);
        activate(last_activation(&self.module.steps), &mut room.outputs, units, units);
    }

    /// The gradients of each layer's kernel and bias, for comparison with the fast path.
    #[cfg(test)]
    pub(crate) fn gradients(&self, x: Rows<'_>, y: Rows<'_>, loss: Loss) -> Vec<Parameters> {
        let device = self.device.clone().autodiff();
        let sums = self.module.sums(tensor(x, &device), None);
        let y = tensor(y, &device);
        let gradients = batch_loss(loss, last_activation(&self.module.steps), sums, y).backward();
        let gradient = |(layer, shape): (&BurnLinear, Shape)| {
            let kernel = layer.weight.val().grad(&gradients).expect("the kernel is trained");
            let bias = layer.bias.as_ref().expect("layers have a bias").val();
            let bias = bias.grad(&gradients).expect("the bias is trained");
            let (kernel, bias) = (numbers(kernel.into_data()), numbers(bias.into_data()));
            Parameters { shape, kernel, bias }
        };
        let shapes = self.module.steps.iter().filter_map(Step::kernel_shape);
        self.module.layers.iter().zip(shapes).map(gradient).collect()
    }
}

impl Engine for BurnNetwork {
    fn forward(&self, x: Rows<'_>, room: &mut Room) {
        let x = tensor(x, &self.device);
        self.keep(self.module.valid().sums(x, None), room);
    }

    fn learn(
        &mut self,
        x: Rows<'_>,
        y: Rows<'_>,
        loss: Loss,
        room: &mut Room,
        accept: &mut dyn FnMut(&[f32], &[f32]) -> bool,
    ) {
        let device = self.device.clone().autodiff();
        let sums = self.module.sums(tensor(x, &device), Some(&mut self.random));
        self.keep(sums.clone(), room);
        if !accept(&room.sums, &room.outputs) {
            return;
        }
        let y = tensor(y, &device);
        let gradients = batch_loss(loss, last_activation(&self.module.steps), sums, y).backward();
        let gradients = GradientsParams::from_grads(gradients, &self.module);
        let module = self.module.clone();
        self.module = self.optimizer.step(self.learning_rate, module, gradients);
    }

    fn set_random_numbers(&mut self, random: SplitMix64) {
        self.random = random;
    }

    fn parameters(&self) -> Vec<Parameters> {
        self.module.parameters()
    }

    fn set_parameters(&mut self, parameters: &[Parameters]) {
        // In place, so that the optimizer still knows the parameters by their ids.
        let device = self.device.clone().autodiff();
        for (layer, new) in self.module.layers.iter_mut().zip(parameters) {
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

    fn is_finite(&self) -> bool {
        let are_finite = |numbers: &[f32]| numbers.iter().all(|number| number.is_finite());
        self.parameters().iter().all(|p| are_finite(&p.kernel) && are_finite(&p.bias))
    }

    fn windows_at_once(&self, num_samples: usize) -> usize {
        num_samples
    }

    fn copy(&self) -> Box<dyn Engine> {
        Box::new(self.clone())
    }
}

/// The mean loss of a batch; the formulas are those of [`Loss::of_sample`].
fn batch_loss(loss: Loss, last: Activation, sums: Tensor<2>, y: Tensor<2>) -> Tensor<1> {
    let [num_samples, _] = sums.dims();
    if !loss.is_crossentropy() {
        return (tensor_activation(last, sums) - y).powi_scalar(2).mean();
    }
    let log_probabilities = match last {
        Activation::Softmax => activation::log_softmax(sums, 1),
        _ => {
            let outputs = tensor_activation(last, sums);
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
