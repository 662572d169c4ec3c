//! Any network on Burn: modules forward, autodiff backward, Burn's optimizer trait for the step.

use burn::module::{Module, Param};
use burn::nn::Linear as BurnLinear;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{
    AdaptiveMomentumState, GradientsParams, LearningRate, ModuleOptimizer, SgdConfig,
};
use burn::tensor::{Device, Tensor, TensorData, activation};

use crate::kernels::Rows;
use crate::layers::Activation;
use crate::losses::{EPSILON, Loss};
use crate::optimizers::{Adam, Optimizer, Sgd};
use crate::parameters::DenseParameters;

/// The network with everything that training it needs.
#[derive(Clone)]
pub(crate) struct BurnNetwork {
    stack: DenseStack,
    activations: Vec<Activation>,
    optimizer: ModuleOptimizer,
    learning_rate: LearningRate,
    device: Device,
    /// `[n, units]` of the last layer, after a forward pass.
    sums: Vec<f32>,
    outputs: Vec<f32>,
}

/// The layers as Burn sees them; a kernel is `[inputs, units]`, as in Keras.
#[derive(Module, Debug)]
struct DenseStack {
    layers: Vec<BurnLinear>,
}

impl BurnNetwork {
    pub(crate) fn new(
        parameters: &[DenseParameters],
        activations: &[Activation],
        optimizer: Optimizer,
        device: Device,
    ) -> Self {
        let module_optimizer = match optimizer {
            Optimizer::Adam(adam) => ModuleOptimizer::from(KerasAdam(adam)),
            Optimizer::Sgd(settings) => sgd(settings),
        };
        BurnNetwork {
            stack: DenseStack::new(parameters, &device.clone().autodiff()),
            activations: activations.to_vec(),
            optimizer: module_optimizer,
            learning_rate: optimizer.learning_rate(),
            device,
            sums: Vec::new(),
            outputs: Vec::new(),
        }
    }

    pub(crate) fn parameters(&self) -> Vec<DenseParameters> {
        self.stack.layers.iter().map(DenseStack::parameters_of).collect()
    }

    pub(crate) fn set_parameters(&mut self, parameters: &[DenseParameters]) {
        // In place, so that the optimizer still knows the parameters by their ids.
        let device = self.device.clone().autodiff();
        for (layer, new) in self.stack.layers.iter_mut().zip(parameters) {
            let kernel = TensorData::new(new.kernel.clone(), [new.inputs, new.units]);
            let bias = TensorData::new(new.bias.clone(), [new.units]);
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
        let sums = self.stack.valid().forward(x, &self.activations);
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
        let sums = self.stack.forward(tensor(x, &device), &self.activations);
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
        self.activations.last().copied().unwrap_or(Activation::Linear)
    }

    fn keep(&mut self, sums: Tensor<2>) {
        let [_, units] = sums.dims();
        self.sums = numbers(sums.into_data());
        self.outputs.clone_from(&self.sums);
        self.last_activation().apply(&mut self.outputs, units);
    }

    /// The gradients of each layer's kernel and bias, for comparison with the fast path.
    #[cfg(test)]
    pub(crate) fn gradients(&self, x: Rows<'_>, y: Rows<'_>, loss: Loss) -> Vec<DenseParameters> {
        let device = self.device.clone().autodiff();
        let sums = self.stack.forward(tensor(x, &device), &self.activations);
        let y = tensor(y, &device);
        let gradients = batch_loss(loss, self.last_activation(), sums, y).backward();
        let gradient = |layer: &BurnLinear| {
            let [inputs, units] = layer.weight.dims();
            let kernel = layer.weight.val().grad(&gradients).expect("the kernel is trained");
            let bias = layer.bias.as_ref().expect("layers have a bias").val();
            let bias = bias.grad(&gradients).expect("the bias is trained");
            let (kernel, bias) = (numbers(kernel.into_data()), numbers(bias.into_data()));
            DenseParameters { inputs, units, kernel, bias }
        };
        self.stack.layers.iter().map(gradient).collect()
    }
}

impl DenseStack {
    fn new(parameters: &[DenseParameters], device: &Device) -> Self {
        let layer = |p: &DenseParameters| BurnLinear {
            weight: Param::from_data(
                TensorData::new(p.kernel.clone(), [p.inputs, p.units]),
                device,
            ),
            bias: Some(Param::from_data(TensorData::new(p.bias.clone(), [p.units]), device)),
        };
        DenseStack { layers: parameters.iter().map(layer).collect() }
    }

    fn parameters_of(layer: &BurnLinear) -> DenseParameters {
        let [inputs, units] = layer.weight.dims();
        let kernel = numbers(layer.weight.val().into_data());
        let bias = layer.bias.as_ref().map(|bias| numbers(bias.val().into_data()));
        DenseParameters { inputs, units, kernel, bias: bias.unwrap_or_default() }
    }

    /// The sums of the last layer `[n, units]`; its activation belongs to the loss.
    fn forward(&self, x: Tensor<2>, activations: &[Activation]) -> Tensor<2> {
        let last = self.layers.len() - 1;
        self.layers.iter().zip(activations).enumerate().fold(
            x,
            |x, (index, (layer, &activation))| {
                let sums = layer.forward(x);
                if index == last { sums } else { activate(activation, sums) }
            },
        )
    }
}

fn activate(activation: Activation, sums: Tensor<2>) -> Tensor<2> {
    match activation {
        Activation::Linear => sums,
        Activation::Relu => activation::relu(sums),
        Activation::Sigmoid => activation::sigmoid(sums),
        Activation::Tanh => activation::tanh(sums),
        Activation::Softmax => activation::softmax(sums, 1),
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

/// Keras's Adam. Burn's own adds epsilon after the correction of the second moment, as PyTorch does.
#[derive(Clone)]
struct KerasAdam(Adam);

impl burn::optim::Optimizer for KerasAdam {
    type State<const D: usize> = AdaptiveMomentumState<D>;

    fn step<const D: usize>(
        &self,
        _: LearningRate,
        weights: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<Self::State<D>>,
    ) -> (Tensor<D>, Option<Self::State<D>>) {
        let KerasAdam(adam) = self;
        let zeros = || gradient.zeros_like();
        let state = state.unwrap_or_else(|| AdaptiveMomentumState::new(0, zeros(), zeros()));
        let time = state.time + 1;
        let first = state.moment_1 * adam.beta_1 + gradient.clone() * (1.0 - adam.beta_1);
        let second = state.moment_2 * adam.beta_2 + gradient.powi_scalar(2) * (1.0 - adam.beta_2);
        let change =
            first.clone() * adam.step_size(time as i32) / (second.clone().sqrt() + adam.epsilon);
        (weights - change, Some(AdaptiveMomentumState::new(time, first, second)))
    }

    fn to_device<const D: usize>(state: Self::State<D>, device: &Device) -> Self::State<D> {
        state.to_device(device)
    }
}

/// Keras's SGD, which is Burn's without dampening.
fn sgd(sgd: Sgd) -> ModuleOptimizer {
    let momentum = MomentumConfig::new()
        .with_momentum(sgd.momentum)
        .with_dampening(0.0)
        .with_nesterov(sgd.nesterov);
    let momentum = (sgd.momentum > 0.0).then_some(momentum);
    SgdConfig::new().with_momentum(momentum).init()
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;
    use crate::dense_network::DenseNetwork;
    use crate::layers::{Linear, Relu, Sigmoid, Softmax, Tanh};
    use crate::losses::{CategoricalCrossentropy, MeanSquaredError};

    const ALL: [Activation; 5] = [Linear, Relu, Sigmoid, Tanh, Softmax];

    /// A random stack of layers with random samples and labels.
    struct Case {
        parameters: Vec<DenseParameters>,
        activations: Vec<Activation>,
        loss: Loss,
        num_samples: usize,
        x: Vec<f32>,
        y: Vec<f32>,
    }

    impl Case {
        fn random(seed: u64) -> Case {
            let mut rng = StdRng::seed_from_u64(seed);
            let rng = &mut rng;
            let num_layers = rng.random_range(1..=4);
            let widths: Vec<usize> = (0..=num_layers).map(|_| rng.random_range(1..=40)).collect();
            let mut activations: Vec<_> =
                (0..num_layers).map(|_| ALL[rng.random_range(0..ALL.len())]).collect();
            let loss = if rng.random() { MeanSquaredError } else { CategoricalCrossentropy };
            if loss.is_crossentropy() {
                activations[num_layers - 1] = Softmax;
            }
            let layer = |w: &[usize]| DenseParameters {
                bias: (0..w[1]).map(|_| rng.random_range(-0.5..0.5)).collect(),
                ..DenseParameters::glorot_uniform(w[0], w[1], rng)
            };
            let parameters = widths.windows(2).map(layer).collect();
            let num_samples = rng.random_range(1..=70);
            let mut numbers =
                |n: usize| -> Vec<f32> { (0..n).map(|_| rng.random_range(-1.0..1.0)).collect() };
            let x = numbers(num_samples * widths[0]);
            let mut y = numbers(num_samples * widths[num_layers]);
            if loss.is_crossentropy() {
                y.iter_mut().for_each(|y| *y = y.abs()); // soft labels: not only one-hot
            }
            Case { parameters, activations, loss, num_samples, x, y }
        }

        fn x(&self) -> Rows<'_> {
            Rows::all(&self.x, self.parameters[0].inputs)
        }

        fn y(&self) -> Rows<'_> {
            Rows::all(&self.y, self.y.len() / self.num_samples)
        }

        fn both(&self, optimizer: Optimizer) -> (DenseNetwork, BurnNetwork) {
            let dense = DenseNetwork::new(&self.parameters, &self.activations, optimizer);
            let device = Device::flex();
            (dense, BurnNetwork::new(&self.parameters, &self.activations, optimizer, device))
        }
    }

    /// The largest difference, relative to the largest number: small terms may cancel.
    fn difference(a: &[DenseParameters], b: &[DenseParameters]) -> f32 {
        let arrays =
            a.iter().zip(b).flat_map(|(a, b)| [(&a.kernel, &b.kernel), (&a.bias, &b.bias)]);
        let of_array = |(a, b): (&Vec<f32>, &Vec<f32>)| {
            assert_eq!(a.len(), b.len());
            let largest = a.iter().fold(1e-3f32, |largest, a| largest.max(a.abs()));
            let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs() / largest);
            differences.fold(0.0, f32::max)
        };
        arrays.map(of_array).fold(0.0, f32::max)
    }

    #[test]
    fn the_fast_path_has_the_gradients_of_autodiff() {
        for seed in 0..200 {
            let case = Case::random(seed);
            let (mut dense, burn) = case.both(Adam::default().into());
            let fast = dense.gradients(case.x(), case.y(), case.loss);
            let reference = burn.gradients(case.x(), case.y(), case.loss);
            let difference = difference(&fast, &reference);
            assert!(difference < 1e-4, "seed {seed}: {difference} for {:?}", case.activations);
        }
    }

    #[test]
    fn the_fast_path_takes_the_same_steps() {
        let optimizers: [Optimizer; 4] = [
            Adam::new().learning_rate(0.01).into(),
            Sgd::new().into(),
            Sgd::new().momentum(0.9).into(),
            Sgd::new().momentum(0.9).nesterov(true).into(),
        ];
        for (seed, optimizer) in (0..40).zip(optimizers.into_iter().cycle()) {
            let case = Case::random(seed);
            let (mut dense, mut burn) = case.both(optimizer);
            for _ in 0..5 {
                dense.forward(case.x());
                dense.learn(case.x(), case.y(), case.loss);
                burn.learn(case.x(), case.y(), case.loss, |_, _| true);
            }
            let difference = difference(&dense.parameters(), &burn.parameters());
            assert!(difference < 1e-3, "seed {seed}, {optimizer}: {difference}");
        }
    }

    #[test]
    fn weights_can_be_replaced_and_training_goes_on() {
        let case = Case::random(7);
        let (_, mut burn) = case.both(Adam::default().into());
        let fresh = Case::random(7).parameters;
        burn.learn(case.x(), case.y(), case.loss, |_, _| true);
        assert_ne!(burn.parameters(), fresh);
        burn.set_parameters(&fresh);
        assert_eq!(burn.parameters(), fresh);
        burn.learn(case.x(), case.y(), case.loss, |_, _| true);
        assert_ne!(burn.parameters(), fresh);
    }
}
