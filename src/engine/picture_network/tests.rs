//! The fast path for pictures against Burn's autodiff, and against the slopes of its own loss.

use burn::tensor::Device;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::choose::losses::MeanSquaredError;
use crate::choose::optimizers::Adam;
use crate::define::activation::{Sigmoid, Tanh};
use crate::define::convolution::Conv2D;
use crate::define::dense::{Dense, Input};
use crate::define::flatten::Flatten;
use crate::define::sequential::Sequential;
use crate::define::window::Padding;
use crate::engine::burn_network::BurnNetwork;
use crate::engine::fixtures::{Case, difference};

fn both(case: &Case) -> (PictureNetwork, BurnNetwork) {
    let front = PictureNetwork::front_of(&case.steps).unwrap();
    let (optimizer, random) = (Adam::new().learning_rate(0.01).into(), SplitMix64::new(1));
    let (p, steps) = (&case.parameters, &case.steps);
    let fast = PictureNetwork::new(p, steps, front, optimizer, random.clone());
    (fast, BurnNetwork::new(p, steps, optimizer, Device::flex(), random))
}

#[test]
fn the_fast_path_has_the_gradients_of_autodiff() {
    for seed in 0..100 {
        let case = Case::of_pictures(seed);
        let (mut fast, burn) = both(&case);
        let gradients = fast.gradients(case.x(), case.y(), case.loss);
        let reference = burn.gradients(case.x(), case.y(), case.loss);
        let difference = difference(&gradients, &reference);
        assert!(difference < 1e-4, "seed {seed}: {difference} for {:?}", case.steps);
    }
}

#[test]
fn the_fast_path_takes_the_same_steps_and_keeps_weights() {
    for seed in 100..120 {
        let case = Case::of_pictures(seed);
        let (mut fast, mut burn) = both(&case);
        assert_eq!(fast.parameters(), case.parameters);
        for _ in 0..3 {
            fast.learn(case.x(), case.y(), case.loss, |_, _| true);
            burn.learn(case.x(), case.y(), case.loss, |_, _| true);
        }
        let difference = difference(&fast.parameters(), &burn.parameters());
        assert!(difference < 2e-3, "seed {seed}: {difference} for {:?}", case.steps);
        fast.set_parameters(&case.parameters);
        assert_eq!(fast.parameters(), case.parameters);
    }
}

#[test]
fn gradients_are_the_slopes_of_the_loss() {
    // Smooth activations only: at a corner of relu or of pooling there is no slope.
    let network = Sequential::new()
        .add(Input::new([6, 5, 2]))
        .add(Conv2D::new(3, 3).padding(Padding::Same).activation(Tanh))
        .add(Conv2D::new(2, 2).strides(2).activation(Sigmoid))
        .add(Flatten::new())
        .add(Dense::new(2));
    let steps = Step::all(&network).unwrap();
    let mut rng = StdRng::seed_from_u64(3);
    let shapes = steps.iter().filter_map(Step::kernel_shape);
    let start: Vec<Parameters> =
        shapes.map(|shape| Parameters::glorot_uniform(shape, &mut rng)).collect();
    let x: Vec<f32> = (0..4 * 60).map(|_| rng.random_range(-1.0..1.0)).collect();
    let y: Vec<f32> = (0..4 * 2).map(|_| rng.random_range(-1.0..1.0)).collect();
    let (x, y) = (Rows::all(&x, 60), Rows::all(&y, 2));
    let optimizer = Adam::default().into();
    let mut network = PictureNetwork::new(&start, &steps, 3, optimizer, SplitMix64::new(0));
    let gradients = network.gradients(x, y, MeanSquaredError);
    let mut loss_with = |parameters: &[Parameters]| {
        network.set_parameters(parameters);
        network.forward(x);
        let outputs = network.sums_and_outputs().1;
        let of_row = |(row, outputs): (usize, &[f32])| {
            let pairs = outputs.iter().zip(y.row(row));
            pairs.map(|(o, y)| f64::from(o - y).powi(2)).sum::<f64>()
        };
        outputs.chunks_exact(2).enumerate().map(of_row).sum::<f64>() / outputs.len() as f64
    };
    const STEP: f32 = 0.01;
    for (layer, gradient) in gradients.iter().enumerate() {
        for index in 0..gradient.kernel.len() {
            let mut shifted = start.clone();
            shifted[layer].kernel[index] += STEP;
            let above = loss_with(&shifted);
            shifted[layer].kernel[index] -= 2.0 * STEP;
            let slope = (above - loss_with(&shifted)) / f64::from(2.0 * STEP);
            let gradient = f64::from(gradient.kernel[index]);
            assert!((slope - gradient).abs() < 1e-3, "{layer} {index}: {slope} {gradient}");
        }
    }
}
