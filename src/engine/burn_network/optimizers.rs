//! The optimizers of Keras as Burn's trait takes them.

use burn::optim::{AdaptiveMomentumState, LearningRate};
use burn::tensor::{Device, Tensor};

use crate::choose::optimizers::{Adam, Optimizer};

/// Keras's formulas. Burn's own Adam adds epsilon after the correction of the second moment, as PyTorch
/// does; its others multiply momentum by the learning rate of the step at hand, not of the step that it
/// comes from.
#[derive(Clone)]
pub(super) struct KerasOptimizer(pub(super) Optimizer);

impl burn::optim::Optimizer for KerasOptimizer {
    type State<const D: usize> = AdaptiveMomentumState<D>;

    fn step<const D: usize>(
        &self,
        rate: LearningRate,
        weights: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<Self::State<D>>,
    ) -> (Tensor<D>, Option<Self::State<D>>) {
        let zeros = || gradient.zeros_like();
        let state = state.unwrap_or_else(|| AdaptiveMomentumState::new(0, zeros(), zeros()));
        let (time, first, second) = (state.time + 1, state.moment_1, state.moment_2);
        let square = |mean: Tensor<D>, slowness: f64| {
            mean * slowness + gradient.clone().powi_scalar(2) * (1.0 - slowness)
        };
        let (change, first, second) = match self.0 {
            Optimizer::Adam(adam) => {
                let second = square(second, adam.beta_2);
                let first = first * adam.beta_1 + gradient * (1.0 - adam.beta_1);
                let size = Adam { learning_rate: rate, ..adam }.step_size(time as i32);
                (first.clone() * size / (second.clone().sqrt() + adam.epsilon), first, second)
            }
            Optimizer::Sgd(sgd) => {
                let step = gradient * rate;
                let first = first * sgd.momentum + step.clone();
                let ahead =
                    if sgd.nesterov { first.clone() * sgd.momentum + step } else { first.clone() };
                (ahead, first, second)
            }
            Optimizer::RMSprop(rmsprop) => {
                let second = square(second, rmsprop.rho);
                let step = gradient * rate / (second.clone() + rmsprop.epsilon).sqrt();
                let first = first * rmsprop.momentum + step;
                (first.clone(), first, second)
            }
        };
        (weights - change, Some(AdaptiveMomentumState::new(time, first, second)))
    }

    fn to_device<const D: usize>(state: Self::State<D>, device: &Device) -> Self::State<D> {
        state.to_device(device)
    }
}
