//! Losses: one number for how wrong the network is, which training makes small.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::arrays::statistics::position_of_largest;
use crate::define::activation::Activation;

pub use Loss::{CategoricalCrossentropy, MeanSquaredError, SparseCategoricalCrossentropy};

/// How the outputs of the network are compared with the labels.
///
/// The loss of a batch is the mean over its samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// For classes with one-hot labels: `-sum_i y_i log(p_i)`, the surprise at the right class.
    ///
    /// `p` are probabilities, so the last layer should be a softmax. The logarithm is then taken of
    /// the softmax's inputs (the logits), which stays exact where a probability is tiny
    /// ([Keras](https://keras.io/api/losses/probabilistic_losses/#categoricalcrossentropy-class)).
    /// Behind another activation the outputs are divided by their sum and kept above 1e-7.
    CategoricalCrossentropy,
    /// The same for class numbers: 5 instead of `[0, 0, 0, 0, 0, 1, 0, 0, 0, 0]`.
    SparseCategoricalCrossentropy,
    /// For numbers: the mean of `(y - output)²`
    /// ([Keras](https://keras.io/api/losses/regression_losses/#meansquarederror-class)).
    MeanSquaredError,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Loss::CategoricalCrossentropy => "categorical_crossentropy",
            Loss::SparseCategoricalCrossentropy => "sparse_categorical_crossentropy",
            Loss::MeanSquaredError => "mean_squared_error",
        })
    }
}

/// Keeps logarithms finite, as in Keras (`keras.config.epsilon()`).
pub(crate) const EPSILON: f32 = 1e-7;

impl Loss {
    /// Whether this loss compares probabilities of classes.
    pub(crate) fn is_crossentropy(self) -> bool {
        !matches!(self, Loss::MeanSquaredError)
    }

    /// The loss of one sample: `sums` are the inputs of the last activation, `outputs` its results,
    /// `y` the label as the network should put it out (class numbers are one-hot by now).
    pub(crate) fn of_sample(
        self,
        last: Activation,
        sums: &[f32],
        outputs: &[f32],
        y: &[f32],
    ) -> f32 {
        match (self, last) {
            (Loss::MeanSquaredError, _) => {
                let squares = outputs.iter().zip(y).map(|(o, y)| (o - y) * (o - y));
                squares.sum::<f32>() / y.len() as f32
            }
            (_, Activation::Softmax) => {
                // -sum y log softmax(s) = sum y (log sum exp(s) - s). The largest of the outputs is
                // exp(largest sum) / sum exp(s), which says the logarithm without one more `exp`.
                let largest = position_of_largest(sums);
                let log_sum = sums[largest] - outputs[largest].ln();
                let terms = sums.iter().zip(y).filter(|(_, y)| **y != 0.0);
                terms.map(|(sum, y)| y * (log_sum - sum)).sum()
            }
            _ => {
                let total: f32 = outputs.iter().sum();
                let log = |output: &f32| (output / total).clamp(EPSILON, 1.0 - EPSILON).ln();
                -outputs.iter().zip(y).map(|(o, y)| y * log(o)).sum::<f32>()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossentropy_of_tiny_probabilities_is_exact() {
        let loss = CategoricalCrossentropy;
        // softmax([100, 0]) = [1, 3.7e-44]: the loss of the second class is 100.
        let value = loss.of_sample(Activation::Softmax, &[100.0, 0.0], &[1.0, 0.0], &[0.0, 1.0]);
        assert_eq!(value, 100.0);
    }

    #[test]
    fn an_untrained_guess_among_ten_costs_the_logarithm_of_ten() {
        let mut y = [0.0; 10];
        y[3] = 1.0;
        let value =
            CategoricalCrossentropy.of_sample(Activation::Softmax, &[0.0; 10], &[0.1; 10], &y);
        assert!((value - 10f32.ln()).abs() < 1e-6, "{value}");
    }

    #[test]
    fn mean_squared_error_is_the_mean_over_outputs() {
        let outputs = [1.0, 2.0];
        let value = MeanSquaredError.of_sample(Activation::Linear, &outputs, &outputs, &[0.0, 4.0]);
        assert_eq!(value, 2.5);
    }
}
