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
mod tests {
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;
    use crate::choose::losses::{CategoricalCrossentropy, MeanSquaredError};
    use crate::choose::optimizers::{Adam, Sgd};
    use crate::define::activation::{Linear, Relu, Sigmoid, Softmax, Tanh};
    use crate::engine::dense_network::DenseNetwork;

    const ALL: [Activation; 5] = [Linear, Relu, Sigmoid, Tanh, Softmax];

    /// A random stack of layers with random samples and labels.
    struct Case {
        parameters: Vec<Parameters>,
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
            let layer = |w: &[usize]| Parameters {
                bias: (0..w[1]).map(|_| rng.random_range(-0.5..0.5)).collect(),
                ..Parameters::glorot_uniform(Shape::from([w[0], w[1]]), rng)
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
            Rows::all(&self.x, self.parameters[0].inputs())
        }

        fn y(&self) -> Rows<'_> {
            Rows::all(&self.y, self.y.len() / self.num_samples)
        }

        fn both(&self, optimizer: Optimizer) -> (DenseNetwork, BurnNetwork) {
            let dense = DenseNetwork::new(&self.parameters, &self.activations, optimizer);
            let device = Device::flex();
            let layers = self.parameters.iter().zip(&self.activations);
            let step = |(p, &activation): (&Parameters, _)| Step::Dense {
                inputs: p.inputs(),
                units: p.units(),
                activation,
            };
            let steps: Vec<Step> = layers.map(step).collect();
            let random = SplitMix64::new(0);
            (dense, BurnNetwork::new(&self.parameters, &steps, optimizer, device, random))
        }
    }

    /// The largest difference, relative to the largest number: small terms may cancel.
    fn difference(a: &[Parameters], b: &[Parameters]) -> f32 {
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
