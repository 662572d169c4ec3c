//! The optimizers of Keras as Burn's trait takes them.

use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdaptiveMomentumState, LearningRate, ModuleOptimizer, SgdConfig};
use burn::tensor::{Device, Tensor};

use crate::choose::optimizers::{Adam, Sgd};

/// Keras's Adam. Burn's own adds epsilon after the correction of the second moment, as PyTorch does.
#[derive(Clone)]
pub(super) struct KerasAdam(pub(super) Adam);

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
pub(super) fn sgd(sgd: Sgd) -> ModuleOptimizer {
    let momentum = MomentumConfig::new()
        .with_momentum(sgd.momentum)
        .with_dampening(0.0)
        .with_nesterov(sgd.nesterov);
    let momentum = (sgd.momentum > 0.0).then_some(momentum);
    SgdConfig::new().with_momentum(momentum).init()
}
