//! The path for any CPU, which ARM computers run, against the one for this CPU and against Burn.
//! Where this CPU has no AVX2 both are the same, and only the comparison with Burn says something.

use std::cell::Cell;

use burn::tensor::Device;

use crate::choose::optimizers::{Adam, Optimizer, Sgd};
use crate::engine::burn_network::BurnNetwork;
use crate::engine::dense_network::DenseNetwork;
use crate::engine::fixtures::{Case, difference};
use crate::engine::parameters::Parameters;
use crate::engine::random::SplitMix64;

thread_local! {
    /// Lets this thread compute as a CPU without AVX2 does.
    pub(super) static IS_ANY_CPU: Cell<bool> = const { Cell::new(false) };
}

fn as_any_cpu<T>(compute: impl FnOnce() -> T) -> T {
    IS_ANY_CPU.set(true);
    let result = compute();
    IS_ANY_CPU.set(false);
    result
}

fn gradients(case: &Case) -> Vec<Parameters> {
    let optimizer = Adam::default().into();
    let mut network = DenseNetwork::new(&case.parameters, &case.activations(), optimizer);
    network.gradients(case.x(), case.y(), case.loss)
}

/// The weights after five steps.
fn trained(case: &Case, optimizer: Optimizer) -> Vec<Parameters> {
    let mut network = DenseNetwork::new(&case.parameters, &case.activations(), optimizer);
    for _ in 0..5 {
        network.forward(case.x());
        network.learn(case.x(), case.y(), case.loss);
    }
    network.parameters()
}

/// FMA rounds once where the other path rounds twice, so the last digits differ, relative to the
/// largest number of each array.
#[test]
fn both_paths_compute_the_same() {
    for seed in 0..200 {
        let case = Case::of_dense_layers(seed);
        let difference = difference(&as_any_cpu(|| gradients(&case)), &gradients(&case));
        assert!(difference < 1e-5, "seed {seed}: {difference}");
    }
}

#[test]
fn both_paths_take_the_same_steps() {
    let optimizers: [Optimizer; 3] = [
        Adam::new().learning_rate(0.01).into(),
        Sgd::new().into(),
        Sgd::new().momentum(0.9).nesterov(true).into(),
    ];
    for (seed, optimizer) in (0..60).zip(optimizers.into_iter().cycle()) {
        let case = Case::of_dense_layers(seed);
        let portable = as_any_cpu(|| trained(&case, optimizer));
        let difference = difference(&portable, &trained(&case, optimizer));
        assert!(difference < 1e-3, "seed {seed}, {optimizer}: {difference}");
    }
}

#[test]
fn the_path_for_any_cpu_has_the_gradients_of_autodiff() {
    for seed in 0..100 {
        let case = Case::of_dense_layers(seed);
        let optimizer = Adam::default().into();
        let (device, random) = (Device::flex(), SplitMix64::new(0));
        let burn = BurnNetwork::new(&case.parameters, &case.steps, optimizer, device, random);
        let reference = burn.gradients(case.x(), case.y(), case.loss);
        let difference = difference(&as_any_cpu(|| gradients(&case)), &reference);
        assert!(difference < 1e-4, "seed {seed}: {difference}");
    }
}

#[test]
fn the_path_for_any_cpu_is_another_one() {
    #[cfg(target_arch = "x86_64")]
    assert!(!as_any_cpu(super::has_avx2));
    let differs = |seed| {
        let case = Case::of_dense_layers(seed);
        as_any_cpu(|| gradients(&case)) != gradients(&case)
    };
    // Where there is a second path it rounds otherwise, somewhere among ten networks.
    #[cfg(target_arch = "x86_64")]
    assert_eq!((0..10).any(differs), super::has_avx2());
    #[cfg(not(target_arch = "x86_64"))]
    assert!(!(0..10).any(differs));
}
