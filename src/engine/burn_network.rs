//! Any network on Burn: modules forward, autodiff backward, Burn's optimizer trait for the step.

mod forward;
mod normalization;
mod optimizers;
#[cfg(test)]
mod tests;

use burn::module::{Module, Param};
use burn::nn::Linear as BurnLinear;
use burn::optim::{GradientsParams, LearningRate, ModuleOptimizer};
use burn::tensor::{Device, Tensor, TensorData, activation};

use crate::choose::losses::{EPSILON, Loss};
use crate::choose::optimizers::Optimizer;
use crate::define::activation::Activation;
use crate::define::regularizer::L2;
use crate::engine::activations::activate;
use crate::engine::engine::Engine;
use crate::engine::parameters::Parameters;
use crate::engine::random::SplitMix64;
use crate::engine::room::Room;
use crate::engine::rows::Rows;
use crate::engine::steps::{Step, last_activation};
use forward::{Training, activate as tensor_activation};
use optimizers::KerasOptimizer;
use zunder_data::Shape;

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
    /// everything through, and a `BatchNormalization` takes its moving mean and variance, which it leaves as
    /// they are.
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        tensor_activation(last_activation(&self.steps), self.sums(x, None))
    }

    pub(crate) fn new(parameters: &[Parameters], steps: &[Step], device: &Device) -> Self {
        let layer = |p: &Parameters| BurnLinear {
            weight: Param::from_data(
                TensorData::new(p.kernel.clone(), [p.inputs(), p.units()]),
                device,
            ),
            bias: (!p.bias.is_empty())
                .then(|| Param::from_data(TensorData::new(p.bias.clone(), [p.units()]), device)),
        };
        NetworkModule { layers: parameters.iter().map(layer).collect(), steps: steps.to_vec() }
    }

    /// The layers that have a price on their weights.
    fn priced(&self) -> impl Iterator<Item = (L2, &BurnLinear)> {
        let learning = self.steps.iter().filter(|step| step.kernel_shape.is_some());
        let layers = learning.map(|step| step.regularizer).zip(&self.layers);
        layers.filter(|(regularizer, _)| !regularizer.is_none())
    }

    /// The loss with the price of the weights.
    fn regularized(&self, loss: Tensor<1>) -> Tensor<1> {
        self.priced().fold(loss, |loss, (regularizer, layer)| {
            loss + layer.weight.val().powi_scalar(2).sum() * regularizer.l2
        })
    }

    pub(crate) fn parameters(&self) -> Vec<Parameters> {
        let shapes = self.steps.iter().filter_map(|step| step.kernel_shape.clone());
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
        BurnNetwork {
            module: NetworkModule::new(parameters, steps, &device.clone().autodiff()),
            optimizer: ModuleOptimizer::from(KerasOptimizer(optimizer)),
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
        counts: &[f32],
        loss: Loss,
        room: &mut Room,
        accept: &mut dyn FnMut(&[f32], &[f32]) -> bool,
    ) {
        let device = self.device.clone().autodiff();
        let mut moments = Vec::new();
        let training = Training { random: &mut self.random, moments: &mut moments };
        let sums = self.module.sums(tensor(x, &device), Some(training));
        self.keep(sums.clone(), room);
        if !accept(&room.sums, &room.outputs) {
            return;
        }
        let y = tensor(y, &device);
        let last = last_activation(&self.module.steps);
        let loss = batch_loss(loss, last, sums, y, counts);
        let gradients = self.module.regularized(loss).backward();
        let gradients = GradientsParams::from_grads(gradients, &self.module);
        let module = self.module.clone();
        self.module = self.optimizer.step(self.learning_rate, module, gradients);
        self.module.move_means(&moments);
    }

    fn penalty(&self) -> f64 {
        let weights = |layer: &BurnLinear| numbers(layer.weight.val().into_data());
        self.module.priced().map(|(regularizer, layer)| regularizer.of(&weights(layer))).sum()
    }

    fn set_learning_rate(&mut self, rate: f64) {
        self.learning_rate = rate;
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
        let new = NetworkModule::new(parameters, &self.module.steps, &device);
        for (layer, new) in self.module.layers.iter_mut().zip(new.layers) {
            layer.weight = layer.weight.clone().map(|_| new.weight.val());
            let bias = layer.bias.take().zip(new.bias);
            layer.bias = bias.map(|(old, new)| old.map(|_| new.val()));
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
fn batch_loss(
    loss: Loss,
    last: Activation,
    sums: Tensor<2>,
    y: Tensor<2>,
    counts: &[f32],
) -> Tensor<1> {
    let ([num_samples, units], device) = (sums.dims(), sums.device());
    let outputs = || tensor_activation(last, sums.clone());
    let log = |p: Tensor<2>| p.clamp(EPSILON, 1.0 - EPSILON).log();
    let terms = match (loss, last) {
        (Loss::MeanSquaredError, _) => (outputs() - y).powi_scalar(2),
        (Loss::MeanAbsoluteError, _) => (outputs() - y).abs(),
        (Loss::BinaryCrossentropy, Activation::Sigmoid) => {
            // log(1 - p) is log(p) of the negative sum.
            let [yes, no] = [sums.clone(), -sums.clone()].map(activation::log_sigmoid);
            -(y.clone() * yes + (-y + 1.0) * no)
        }
        (Loss::BinaryCrossentropy, _) => {
            let p = outputs().clamp(EPSILON, 1.0 - EPSILON);
            -(y.clone() * p.clone().log() + (-y + 1.0) * (-p + 1.0).log())
        }
        (_, Activation::Softmax) => -(activation::log_softmax(sums.clone(), 1) * y),
        _ => -(log(outputs() / outputs().sum_dim(1)) * y),
    };
    let terms = if counts.is_empty() {
        terms
    } else {
        let counts = TensorData::new(counts.to_vec(), [num_samples, 1]);
        terms * Tensor::from_data(counts, &device)
    };
    let per_sample = if loss.is_categorical() { 1 } else { units };
    terms.sum() / (num_samples * per_sample) as f32
}

/// Copies rows into a tensor `[n, columns]`.
fn tensor(rows: Rows<'_>, device: &Device) -> Tensor<2> {
    let numbers: Vec<f32> = (0..rows.len()).flat_map(|row| rows.row(row)).copied().collect();
    Tensor::from_data(TensorData::new(numbers, [rows.len(), rows.columns()]), device)
}

fn numbers(data: TensorData) -> Vec<f32> {
    data.try_into_vec().expect("the tensors here are made of float32")
}
