//! The fast engine against Burn's autodiff and against the slopes of its own loss, on every way that
//! its numbers can take: rows with zeros left out or not, AVX2 or any CPU, one thread or several.
//! Where this CPU has no AVX2 two of them are the same.
//!
//! Over 300 lines: every way of one engine is tried on the same networks, and one of them is timed.

use std::time::Instant;

use burn::tensor::Device;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::choose::losses::{CategoricalCrossentropy, MeanSquaredError};
use crate::choose::metrics::Accuracy;
use crate::choose::optimizers::{Adam, RMSprop, Sgd};
use crate::define::activation::{Relu, Sigmoid, Softmax, Tanh};
use crate::define::convolution::Conv2D;
use crate::define::dense::{Dense, Input};
use crate::define::flatten::{Dropout, Flatten};
use crate::define::sequential::Sequential;
use crate::define::window::Padding;
use crate::engine::burn_network::BurnNetwork;
use crate::engine::fixtures::{Case, difference};
use crate::engine::simd::for_tests::as_any_cpu;
use crate::fit::means::{Means, Measures};

thread_local! {
    /// Lets this thread compute as a CPU with one core does.
    pub(super) static IS_ONE_CORE: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

fn as_one_core<T>(compute: impl FnOnce() -> T) -> T {
    IS_ONE_CORE.set(true);
    let result = compute();
    IS_ONE_CORE.set(false);
    result
}

impl FastNetwork {
    /// The gradients of each layer's kernel and bias, for comparison with Burn's.
    fn gradients(&mut self, x: Rows<'_>, y: Rows<'_>, loss: Loss) -> Vec<Parameters> {
        let mut room = Room::default();
        let mut random = self.random.clone();
        self.forward_with(x, &mut room, Some(&mut random));
        self.backward(x, y, &[], loss, &mut room);
        let layers = self.layers.iter().zip(&room.chunks[0].cells);
        let gradient = |(layer, cell): (&ComputedLayer, &Cell)| {
            Some(layer.weights()?.unpadded(&cell.kernel_gradient, &cell.bias_gradient))
        };
        layers.filter_map(gradient).collect()
    }
}

fn fast(case: &Case, optimizer: Optimizer) -> FastNetwork {
    let Case { parameters, steps, outputs, .. } = case;
    FastNetwork::new(parameters, steps, *outputs, optimizer, SplitMix64::new(0))
}

fn burn(case: &Case, optimizer: Optimizer) -> BurnNetwork {
    let (device, random) = (Device::flex(), SplitMix64::new(0));
    BurnNetwork::new(&case.parameters, &case.steps, optimizer, device, random)
}

fn gradients(case: &Case) -> Vec<Parameters> {
    fast(case, Adam::default().into()).gradients(case.x(), case.y(), case.loss)
}

/// The weights after some steps.
fn trained(engine: &mut dyn Engine, case: &Case, x: Rows<'_>, steps: usize) -> Vec<Parameters> {
    let mut room = Room::default();
    for _ in 0..steps {
        engine.learn(x, case.y(), &[], case.loss, &mut room, &mut |_, _| true);
    }
    engine.parameters()
}

fn cases() -> impl Iterator<Item = (u64, Case)> {
    let dense = (0..200).map(|seed| (seed, Case::of_dense_layers(seed)));
    dense.chain((200..300).map(|seed| (seed, Case::of_pictures(seed))))
}

/// Relative to the largest number of each array, as FMA rounds once where the other way rounds twice.
#[test]
fn gradients_are_those_of_autodiff_on_every_cpu() {
    for (seed, case) in cases() {
        let reference =
            burn(&case, Adam::default().into()).gradients(case.x(), case.y(), case.loss);
        for (cpu, gradients) in
            [gradients(&case), as_any_cpu(|| gradients(&case))].iter().enumerate()
        {
            let difference = difference(gradients, &reference);
            assert!(difference < 1e-4, "{seed}, cpu {cpu}: {difference} for {:?}", case.steps);
        }
    }
}

#[test]
fn steps_are_those_of_burn_on_every_cpu() {
    let optimizers: [Optimizer; 6] = [
        Adam::new().learning_rate(0.01).into(),
        Sgd::new().into(),
        Sgd::new().momentum(0.9).into(),
        Sgd::new().momentum(0.9).nesterov(true).into(),
        RMSprop::new().learning_rate(0.01).into(),
        RMSprop::new().learning_rate(0.01).rho(0.8).momentum(0.5).epsilon(1e-4).into(),
    ];
    for ((seed, case), optimizer) in cases().step_by(5).zip(optimizers.into_iter().cycle()) {
        let reference = trained(&mut burn(&case, optimizer), &case, case.x(), 4);
        let here = trained(&mut fast(&case, optimizer), &case, case.x(), 4);
        let anywhere = as_any_cpu(|| trained(&mut fast(&case, optimizer), &case, case.x(), 4));
        for weights in [here, anywhere] {
            let difference = difference(&weights, &reference);
            assert!(difference < 2e-3, "{seed}, {optimizer}: {difference} for {:?}", case.steps);
        }
    }
}

#[test]
fn the_way_for_any_cpu_is_another_one() {
    let has_avx2 = || {
        #[cfg(target_arch = "x86_64")]
        return crate::engine::simd::avx2().is_some();
        #[cfg(not(target_arch = "x86_64"))]
        false
    };
    assert!(!as_any_cpu(has_avx2));
    let differs = |(_, case): (_, Case)| as_any_cpu(|| gradients(&case)) != gradients(&case);
    // Where there is a second way it rounds otherwise, somewhere among ten networks.
    assert_eq!(cases().take(10).any(differs), has_avx2());
}

#[test]
fn zeros_can_be_left_out_without_changing_a_bit() {
    let mut compared = 0;
    for (seed, case) in cases() {
        let Some(without_zeros) = case.x_without_zeros() else { continue };
        let optimizer = Adam::new().learning_rate(0.01).into();
        let train = |x| trained(&mut fast(&case, optimizer), &case, x, 3);
        assert!(train(without_zeros) == train(case.x()), "{seed}: {:?}", case.steps);
        assert!(as_any_cpu(|| train(without_zeros) == train(case.x())), "{seed}, any CPU");
        compared += 1;
    }
    assert!(compared > 50, "{compared}");
}

/// A sum does not depend on which other rows stand in the batch, nor on where in it they stand.
#[test]
fn the_same_sample_has_the_same_outputs_in_every_batch() {
    for (seed, case) in cases() {
        let network = fast(&case, Adam::default().into());
        let outputs = |x: Rows<'_>| {
            let mut room = Room::default();
            network.forward(x, &mut room);
            [room.sums, room.outputs]
        };
        let [sums, together] = outputs(case.x());
        for row in 0..case.x().len() {
            let range = row * case.outputs..(row + 1) * case.outputs;
            let alone = outputs(case.x().part(row..row + 1));
            assert!(alone == [&sums[range.clone()], &together[range]], "{seed}, row {row}");
        }
    }
}

#[test]
fn threads_change_nothing() {
    for (seed, case) in cases().skip(200).step_by(4) {
        let train = || trained(&mut fast(&case, Adam::default().into()), &case, case.x(), 2);
        let alone = as_one_core(train);
        assert!(alone == train(), "{seed}: {:?}", case.steps);
    }
}

#[test]
fn weights_can_be_replaced_and_training_goes_on() {
    let case = Case::of_pictures(7);
    let engines: [Box<dyn Engine>; 2] = [
        Box::new(fast(&case, Adam::default().into())),
        Box::new(burn(&case, Adam::default().into())),
    ];
    for mut engine in engines {
        let mut copy = engine.copy();
        assert!(engine.parameters() == case.parameters);
        assert!(trained(&mut *engine, &case, case.x(), 1) != case.parameters);
        assert!(copy.parameters() == case.parameters, "a copy learns on its own");
        engine.set_parameters(&case.parameters);
        assert!(engine.parameters() == case.parameters);
        assert!(trained(&mut *engine, &case, case.x(), 1) != case.parameters);
        assert!(engine.is_finite() && copy.is_finite());
        let mut broken = case.parameters.clone();
        broken[0].kernel[0] = f32::INFINITY;
        copy.set_parameters(&broken);
        assert!(!copy.is_finite());
        broken[0].kernel[0] = f32::NAN;
        copy.set_parameters(&broken);
        assert!(!copy.is_finite());
    }
}

#[test]
fn gradients_are_the_slopes_of_the_loss() {
    // Smooth activations only: at a corner of relu or of pooling there is no slope.
    let network = Sequential::new()
        .add(Input::new([6, 5, 2]))
        .add(Dropout::new(0.2))
        .add(Conv2D::new(3, 3).padding(Padding::Same).activation(Tanh))
        .add(Conv2D::new(2, 2).strides(2).activation(Sigmoid))
        .add(Dropout::new(0.25))
        .add(Flatten::new())
        .add(Dense::new(9).activation(Tanh))
        .add(Dropout::new(0.5))
        .add(Dense::new(2));
    let steps = Step::all(&network).unwrap();
    let mut rng = StdRng::seed_from_u64(3);
    let shapes = steps.iter().filter_map(|step| step.kernel_shape.clone());
    let start: Vec<Parameters> =
        shapes.map(|shape| Parameters::glorot_uniform(shape, &mut rng)).collect();
    let x: Vec<f32> = (0..4 * 60).map(|_| rng.random_range(-1.0..1.0)).collect();
    let y: Vec<f32> = (0..4 * 2).map(|_| rng.random_range(-1.0..1.0)).collect();
    let (x, y) = (Rows::all(&x, 60), Rows::all(&y, 2));
    let optimizer = Adam::default().into();
    let mut network = FastNetwork::new(&start, &steps, 2, optimizer, SplitMix64::new(0));
    let gradients = network.gradients(x, y, MeanSquaredError);
    let mut room = Room::default();
    let mut loss_with = |parameters: &[Parameters]| {
        network.set_parameters(parameters);
        // The same values are switched off each time.
        network.forward_with(x, &mut room, Some(&mut SplitMix64::new(0)));
        let of_row = |(row, outputs): (usize, &[f32])| {
            let pairs = outputs.iter().zip(y.row(row));
            pairs.map(|(o, y)| f64::from(o - y).powi(2)).sum::<f64>()
        };
        let outputs = &room.outputs;
        outputs.chunks_exact(2).enumerate().map(of_row).sum::<f64>() / outputs.len() as f64
    };
    const STEP: f32 = 0.01;
    let mut largest = 0.0f64;
    for (layer, gradient) in gradients.iter().enumerate() {
        for index in 0..gradient.kernel.len() {
            let mut shifted = start.clone();
            shifted[layer].kernel[index] += STEP;
            let above = loss_with(&shifted);
            shifted[layer].kernel[index] -= 2.0 * STEP;
            let slope = (above - loss_with(&shifted)) / f64::from(2.0 * STEP);
            let gradient = f64::from(gradient.kernel[index]);
            assert!((slope - gradient).abs() < 1e-3, "{layer} {index}: {slope} {gradient}");
            largest = largest.max(slope.abs());
        }
    }
    assert!(largest > 0.1, "{largest}");
}

/// Where the time of a training step goes: microseconds a batch of the tutorial's network.
///
/// `cargo test --lib microseconds_of_each_step -- --ignored --nocapture`
#[test]
#[ignore = "it measures and tests nothing"]
fn microseconds_of_each_step() {
    let ((x, y), _) = zunder_data::mnist::load_data().unwrap();
    let x = x.reshape([60_000, 784]).unwrap() / 255.0;
    let y = zunder_data::to_categorical(&y, 10).unwrap();
    let network = Sequential::new()
        .seed(1)
        .add(Input::new(784))
        .add(Dense::new(20).activation(Relu))
        .add(Dense::new(14).activation(Relu))
        .add(Dense::new(10).activation(Softmax));
    let model = network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap();
    let steps = Step::all(&network).unwrap();
    let mut order: Vec<usize> = (0..48_000).collect();
    order.shuffle(&mut StdRng::seed_from_u64(1));
    println!("microseconds a batch, means of three epochs; 48,000 digits, shuffled");
    for (batch_size, sparse) in
        [(32, None), (32, x.sparse_rows()), (128, None), (128, x.sparse_rows())]
    {
        let all = Rows::all(x.as_f32_slice().unwrap(), 784).with_sparse(sparse);
        let kernels = model.engine.parameters();
        let mut network =
            FastNetwork::new(&kernels, &steps, 10, Adam::default().into(), SplitMix64::new(1));
        let measures = Measures::new(&model);
        let (mut times, mut labels) = (Vec::<(&str, f64)>::new(), Vec::new());
        let mut chunk = Chunk::default();
        let mut timed = |name: &'static str, work: &mut dyn FnMut()| {
            let start = Instant::now();
            work();
            let seconds = start.elapsed().as_secs_f64();
            match times.iter_mut().find(|(known, _)| *known == name) {
                Some((_, sum)) => *sum += seconds,
                None => times.push((name, seconds)),
            }
        };
        let epochs: Vec<usize> = order.repeat(3);
        for rows in epochs.chunks(batch_size) {
            let (x, n) = (all.of(rows), rows.len());
            let all_labels = Rows::all(y.as_f32_slice().unwrap(), 10);
            timed("labels fetched", &mut || all_labels.of(rows).gather(&mut labels));
            let labels = Rows::all(&labels, 10);
            timed("first layer forward", &mut || chunk.forward(&network.layers[..1], x));
            chunk.cells.resize_with(3, Cell::default);
            timed("small layers forward, softmax", &mut || {
                let (first, rest) = chunk.cells.split_at_mut(1);
                let (second, third) = rest.split_at_mut(1);
                let x = Rows::all(&first[0].outputs, 24);
                network.layers[1].forward(x, &mut second[0], None, false);
                let x = Rows::all(&second[0].outputs, 16);
                network.layers[2].forward(x, &mut third[0], None, true);
            });
            let mut room = Room { chunks: vec![std::mem::take(&mut chunk)], ..Room::default() };
            timed("outputs, loss, accuracy", &mut || {
                network.put_out(784, &mut room);
                Means::new(1).add(&measures, &room.sums, &room.outputs, labels, &[]);
            });
            chunk = room.chunks.remove(0);
            timed("gradient of the loss", &mut || {
                let Cell { outputs, gradient, .. } = &mut chunk.cells[2];
                let loss = CategoricalCrossentropy;
                gradient_of_loss(loss, outputs, labels, &[], n, 16, gradient);
            });
            let mut turned = vec![Vec::new(), Vec::new(), Vec::new()];
            timed("small layers backward", &mut || {
                for (layer, turned) in network.layers.iter().zip(&mut turned).skip(1) {
                    layer.weights().unwrap().turn(turned);
                }
                // All but the first layer, as if that learned nothing and still wanted a gradient.
                let (first, rest) = chunk.cells.split_at_mut(1);
                let (second, third) = rest.split_at_mut(1);
                let x = Rows::all(&second[0].outputs, 16);
                let before = Some(&mut second[0].gradient);
                network.layers[2].backward(x, &mut third[0], before, &turned[2]);
                network.layers[1].back_through_activation(&mut second[0]);
                let x = Rows::all(&first[0].outputs, 24);
                let before = Some(&mut first[0].gradient);
                network.layers[1].backward(x, &mut second[0], before, &turned[1]);
                network.layers[0].back_through_activation(&mut first[0]);
            });
            timed("first layer's gradient", &mut || {
                network.layers[0].backward(x, &mut chunk.cells[0], None, &[]);
            });
            timed("Adam", &mut || network.update(&chunk.cells));
        }
        let batches = epochs.len().div_ceil(batch_size) as f64;
        let zeros = if sparse.is_some() { "left out" } else { "computed with" };
        println!("\nbatch {batch_size}, zeros {zeros}");
        for (name, seconds) in &times {
            println!("{name:<32} {:>7.1}", seconds / batches * 1e6);
        }
        let total: f64 = times.iter().map(|(_, seconds)| seconds).sum();
        println!("{:<32} {:>7.1}", "sum", total / batches * 1e6);
    }
}
