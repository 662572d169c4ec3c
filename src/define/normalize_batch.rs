//! `BatchNormalization`: the sums of a layer made comparable, batch by batch.

use serde::{Deserialize, Serialize};
use zunder_data::{Result, Scalar};

use crate::define::settings::{check_epsilon, check_fraction, numbers};

/// Gives each unit, or each channel of a picture, mean 0 and standard deviation 1 within its batch, and
/// then a scale and an offset that it learns.
///
/// What a deep layer gets changes with every step of the layers before it. With this between them it
/// gets numbers of the same size all the time, and learns faster
/// ([Ioffe and Szegedy 2015](https://arxiv.org/abs/1502.03167)). In training
///
/// ```text
/// output = gamma (input - mean) / sqrt(variance + epsilon) + beta
/// moving_mean = momentum moving_mean + (1 - momentum) mean           the same for the variance
/// ```
///
/// with mean and variance of the batch; `evaluate` and `predict` take the moving ones. As in
/// [Keras](https://keras.io/api/layers/normalization_layers/batch_normalization/). It is computed by Burn.
///
/// # Shapes
///
/// Any; the output has the shape of the input, and there are as many of each number as the last
/// dimension says. [`Model::weights`](crate::Model::weights) has gamma, moving mean and moving variance as
/// the three rows of the kernel, beta as the bias.
///
/// ```
/// use zunder::prelude::*;
///
/// let network = Sequential::new()
///     .add(Input::new(784))
///     .add(Dense::new(20))
///     .add(BatchNormalization::new())
///     .add(Dense::new(10).activation(Softmax));
/// assert_eq!(network.num_parameters()?, 15_700 + 4 * 20 + 210);
/// # Ok::<(), zunder::Error>(())
/// ```
#[must_use = "it is a new value: keep it with `let`"]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchNormalization {
    pub(crate) momentum: f64,
    pub(crate) epsilon: f64,
}

impl Default for BatchNormalization {
    fn default() -> Self {
        BatchNormalization { momentum: 0.99, epsilon: 0.001 }
    }
}

impl BatchNormalization {
    /// With Keras's momentum of 0.99 and epsilon of 0.001.
    pub fn new() -> Self {
        BatchNormalization::default()
    }

    numbers! {
        /// How slowly the moving mean and variance forget, from 0 to below 1. Of few batches 0.99 remembers
        /// mostly the start.
        momentum;

        /// Sets the small number, above 0, that keeps the division finite.
        epsilon;
    }

    pub(crate) fn check(&self) -> Result<()> {
        check_fraction("momentum", self.momentum, 0.99)?;
        check_epsilon(self.epsilon)
    }
}
