//! Right answers to go on with when a task is not solved yet: later tasks need them. A notebook has
//! them behind two slashes, below the hint. The checks compare with some of them.

use zunder::prelude::*;

/// The network of the first notebook, which later ones train otherwise.
pub(crate) fn first_network() -> Sequential {
    Sequential::new()
        .seed(1)
        .add(Input::new(784))
        .add(Dense::new(20).activation(Relu))
        .add(Dense::new(14).activation(Relu))
        .add(Dense::new(10).activation(Softmax))
}

/// How far training and validation are apart at the end of two curves.
pub fn gap(training: &[f32], validation: &[f32]) -> f32 {
    let end = |curve: &[f32]| curve.last().copied().unwrap_or(0.0);
    end(training) - end(validation)
}

/// The first epoch, counted from 1, in which a curve is lowest.
pub fn best_epoch(val_loss: &[f32]) -> usize {
    let is_lowest = |loss: &f32| val_loss.iter().all(|other| loss <= other);
    val_loss.iter().position(is_lowest).map_or(0, |place| place + 1)
}

/// Whether a curve has had no new lowest point for `patience` epochs.
pub fn should_stop(val_loss: &[f32], patience: usize) -> bool {
    !val_loss.is_empty() && best_epoch(val_loss) + patience <= val_loss.len()
}
