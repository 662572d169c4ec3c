//! The fast path for dense layers against Burn's autodiff.

use super::*;
use crate::choose::optimizers::{Adam, Sgd};
use crate::engine::dense_network::DenseNetwork;
use crate::engine::fixtures::{Case, difference};

fn both(case: &Case, optimizer: Optimizer) -> (DenseNetwork, BurnNetwork) {
    let dense = DenseNetwork::new(&case.parameters, &case.activations(), optimizer);
    let (device, random) = (Device::flex(), SplitMix64::new(0));
    (dense, BurnNetwork::new(&case.parameters, &case.steps, optimizer, device, random))
}

#[test]
fn the_fast_path_has_the_gradients_of_autodiff() {
    for seed in 0..200 {
        let case = Case::of_dense_layers(seed);
        let (mut dense, burn) = both(&case, Adam::default().into());
        let fast = dense.gradients(case.x(), case.y(), case.loss);
        let reference = burn.gradients(case.x(), case.y(), case.loss);
        let difference = difference(&fast, &reference);
        assert!(difference < 1e-4, "seed {seed}: {difference} for {:?}", case.activations());
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
        let case = Case::of_dense_layers(seed);
        let (mut dense, mut burn) = both(&case, optimizer);
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
    let case = Case::of_dense_layers(7);
    let (_, mut burn) = both(&case, Adam::default().into());
    let fresh = Case::of_dense_layers(7).parameters;
    burn.learn(case.x(), case.y(), case.loss, |_, _| true);
    assert_ne!(burn.parameters(), fresh);
    burn.set_parameters(&fresh);
    assert_eq!(burn.parameters(), fresh);
    burn.learn(case.x(), case.y(), case.loss, |_, _| true);
    assert_ne!(burn.parameters(), fresh);
}
