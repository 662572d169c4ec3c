//! Random networks with random samples, on which the engines are compared with one another.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use zunder_data::{Array, Shape};

use crate::choose::losses::{
    BinaryCrossentropy, CategoricalCrossentropy, Loss, MeanAbsoluteError, MeanSquaredError,
};
use crate::define::activation::{Activation, Linear, Relu, Sigmoid, Softmax, Tanh};
use crate::define::convolution::{Conv2D, MaxPooling2D};
use crate::define::dense::{Dense, Input};
use crate::define::flatten::{Dropout, Flatten};
use crate::define::sequential::Sequential;
use crate::define::window::Padding;
use crate::engine::parameters::Parameters;
use crate::engine::rows::Rows;
use crate::engine::steps::Step;

const ALL: [Activation; 5] = [Linear, Relu, Sigmoid, Tanh, Softmax];

/// A random network with random samples and labels.
pub(crate) struct Case {
    pub(crate) steps: Vec<Step>,
    pub(crate) parameters: Vec<Parameters>,
    pub(crate) loss: Loss,
    pub(crate) outputs: usize,
    num_samples: usize,
    x: Array,
    y: Vec<f32>,
}

impl Case {
    /// One to four dense layers, and here and there a dropout that switches nothing off.
    pub(crate) fn of_dense_layers(seed: u64) -> Case {
        let mut rng = StdRng::seed_from_u64(seed);
        let rng = &mut rng;
        let num_layers = rng.random_range(1..=4);
        let widths: Vec<usize> = (0..=num_layers).map(|_| rng.random_range(1..=40)).collect();
        let (loss, last) = Case::end(rng);
        let mut network = Sequential::new().add(Input::new(widths[0]));
        for &units in &widths[1..num_layers] {
            network = network.add(Dense::new(units).activation(Case::activation(rng)));
            if rng.random_range(0..4) == 0 {
                network = network.add(Dropout::new(0.0));
            }
        }
        let network = network.add(Dense::new(widths[num_layers]).activation(last));
        let num_samples = rng.random_range(1..=70);
        Case::of(&network, loss, [num_samples, widths[0], widths[num_layers]], rng)
    }

    /// Convolutions, with or without pooling, before one or two dense layers.
    pub(crate) fn of_pictures(seed: u64) -> Case {
        let mut rng = StdRng::seed_from_u64(seed);
        let rng = &mut rng;
        let sides: [usize; 3] =
            [rng.random_range(5..12), rng.random_range(5..12), rng.random_range(1..4)];
        let convolution = |rng: &mut StdRng| {
            let window = [rng.random_range(1..4), rng.random_range(1..4)];
            let strides = [rng.random_range(1..3), rng.random_range(1..3)];
            let padding = if rng.random() { Padding::Same } else { Padding::Valid };
            let layer = Conv2D::new(rng.random_range(1..12), window).strides(strides);
            layer.padding(padding).activation(Case::activation(rng))
        };
        let mut network = Sequential::new().add(Input::new(sides)).add(convolution(rng));
        if rng.random() {
            let pooling = MaxPooling2D::new([rng.random_range(1..3), 1]);
            network = network.add(pooling).add(convolution(rng).padding(Padding::Same));
        }
        network = network.add(Flatten::new());
        if rng.random() {
            let layer = Dense::new(5).activation(Case::activation(rng));
            network = network.add(Dropout::new(0.0)).add(layer).add(Dropout::new(0.0));
        }
        let (loss, last) = Case::end(rng);
        let network = network.add(Dense::new(3).activation(last));
        let num_samples = rng.random_range(1..40);
        Case::of(&network, loss, [num_samples, sides.iter().product(), 3], rng)
    }

    fn activation(rng: &mut StdRng) -> Activation {
        ALL[rng.random_range(0..ALL.len())]
    }

    /// A loss, and the last activation that goes with it.
    fn end(rng: &mut StdRng) -> (Loss, Activation) {
        match rng.random_range(0..4) {
            0 => (MeanSquaredError, Case::activation(rng)),
            1 => (MeanAbsoluteError, Case::activation(rng)),
            2 => (BinaryCrossentropy, Sigmoid),
            _ => (CategoricalCrossentropy, Softmax),
        }
    }

    fn of(
        network: &Sequential,
        loss: Loss,
        [num_samples, inputs, outputs]: [usize; 3],
        rng: &mut StdRng,
    ) -> Case {
        let steps = Step::all(network).unwrap();
        let shapes = steps.iter().filter_map(|step| step.kernel_shape.clone());
        let of_layer = |shape: Shape| {
            let parameters = Parameters::glorot_uniform(shape, rng);
            let bias = parameters.bias.iter().map(|_| rng.random_range(-0.5..0.5)).collect();
            Parameters { bias, ..parameters }
        };
        let parameters = shapes.map(of_layer).collect();
        let mut numbers =
            |n: usize| -> Vec<f32> { (0..n).map(|_| rng.random_range(-1.0..1.0)).collect() };
        let mut x = numbers(num_samples * inputs);
        let mut y = numbers(num_samples * outputs);
        if loss.partner().is_some() {
            y.iter_mut().for_each(|y| *y = y.abs()); // soft labels: not only one-hot
        }
        if num_samples % 2 == 0 {
            let is_ink = |at: usize| at.is_multiple_of(5) || at % 7 == 3;
            x.iter_mut()
                .enumerate()
                .for_each(|(at, x)| *x = if is_ink(at) { (*x * 50.0).round() } else { 0.0 });
        }
        let x = Array::new([num_samples, inputs], x).unwrap();
        Case { steps, parameters, loss, outputs, num_samples, x, y }
    }

    pub(crate) fn x(&self) -> Rows<'_> {
        let numbers = self.x.as_f32_slice().unwrap();
        Rows::all(numbers, numbers.len() / self.num_samples)
    }

    /// The same without their zeros: half of all cases have enough of them.
    pub(crate) fn x_without_zeros(&self) -> Option<Rows<'_>> {
        self.x.sparse_rows().map(|sparse| self.x().with_sparse(Some(sparse)))
    }

    pub(crate) fn y(&self) -> Rows<'_> {
        Rows::all(&self.y, self.y.len() / self.num_samples)
    }
}

/// The largest difference, relative to the largest number of the same array: small terms may cancel.
pub(crate) fn difference(a: &[Parameters], b: &[Parameters]) -> f32 {
    assert_eq!(a.len(), b.len());
    let arrays = a.iter().zip(b).flat_map(|(a, b)| [(&a.kernel, &b.kernel), (&a.bias, &b.bias)]);
    let of_array = |(a, b): (&Vec<f32>, &Vec<f32>)| {
        assert_eq!(a.len(), b.len());
        let largest = a.iter().fold(1e-3f32, |largest, a| largest.max(a.abs()));
        // NaN counts as a difference.
        let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs() / largest);
        differences.fold(0.0, |most: f32, d| if d <= most { most } else { d })
    };
    arrays.map(of_array).fold(0.0, |most: f32, d| if d <= most { most } else { d })
}
