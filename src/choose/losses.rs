//! Losses: one number for how wrong the network is, which training makes small.

use std::fmt;

use serde::{Deserialize, Serialize};
use zunder_data::arrays::statistics::position_of_largest;
use zunder_data::base::phrase::write_word;

use crate::define::activation::Activation;

pub use Loss::{
    BinaryCrossentropy, CategoricalCrossentropy, MeanAbsoluteError, MeanSquaredError,
    SparseCategoricalCrossentropy,
};

/// How the outputs of the network are compared with the labels.
///
/// The loss of a batch is the mean over its samples.
///
/// ```
/// use zunder::prelude::*;
///
/// // Outputs as the inputs are: 3 and 8 for labels of 1 and 2.
/// let (x, y) = (Array::from([[3.0, 8.0]]), Array::from([[1.0, 2.0]]));
/// for (loss, expected) in [(MeanSquaredError, (4.0 + 36.0) / 2.0), (MeanAbsoluteError, (2.0 + 6.0) / 2.0)] {
///     let network = Sequential::new().add(Input::new(2)).add(Dense::new(2));
///     let mut model = network.compile(loss, Adam::default(), [])?;
///     model.set_weights(&[(Array::from([[1.0, 0.0], [0.0, 1.0]]), Array::from([0.0, 0.0]))])?;
///     assert_eq!(model.evaluate(&x, &y)?.loss(), expected);
/// }
///
/// // Probabilities of 1/4 and 3/4, where class 1 is right: the loss is -log(3/4).
/// let network = Sequential::new().add(Input::new(1)).add(Dense::new(2).activation(Softmax));
/// let weights = [(Array::from([[0.0, 0.0]]), Array::from([0.0, 3f32.ln()]))];
/// let x = Array::from([[1.0]]);
/// let mut one_hot = network.compile(CategoricalCrossentropy, Adam::default(), [])?;
/// one_hot.set_weights(&weights)?;
/// let loss = one_hot.evaluate(&x, &Array::from([[0.0, 1.0]]))?.loss();
/// assert!((loss + 0.75f32.ln()).abs() < 1e-6);
/// let mut numbers = network.compile(SparseCategoricalCrossentropy, Adam::default(), [])?;
/// numbers.set_weights(&weights)?;
/// assert_eq!(numbers.evaluate(&x, &Array::from([1]))?.loss(), loss);
/// # Ok::<(), zunder::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// For classes with one-hot labels: `-sum_i y_i log(p_i)`, the surprise at the right class.
    ///
    /// `p` are probabilities, so the last layer should be a softmax. The logarithm is then taken of
    /// the softmax's inputs (the logits), which stays exact where a probability is tiny, as
    /// [Keras](https://keras.io/api/losses/probabilistic_losses/#categoricalcrossentropy-class) on TensorFlow
    /// does it; on JAX and PyTorch it cuts probabilities at 1e-7, so that a loss ends at 16.1.
    /// Behind another activation the outputs are divided by their sum and kept above 1e-7.
    CategoricalCrossentropy,
    /// The same for class numbers: 5 instead of `[0, 0, 0, 0, 0, 1, 0, 0, 0, 0]`.
    SparseCategoricalCrossentropy,
    /// For yes or no: the mean over the outputs of `-(y log(p) + (1 - y) log(1 - p))`, with labels `y`
    /// of 0 or 1 and probabilities `p` of a 1.
    ///
    /// The last layer should be `Dense::new(1).activation(Sigmoid)`. The logarithm is then taken of the
    /// sigmoid's inputs, which stays exact where a probability is tiny, as
    /// [Keras](https://keras.io/api/losses/probabilistic_losses/#binarycrossentropy-class) on TensorFlow does it.
    /// Behind another activation the outputs are kept between 1e-7 and 1 - 1e-7. Labels below 0 or
    /// above 1 are refused.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let x = Array::from([[0.1], [0.3], [0.7], [0.9]]);
    /// let y = Array::from([0, 0, 1, 1]);
    /// let network = Sequential::new().seed(1).add(Input::new(1));
    /// let network = network.add(Dense::new(1).activation(Sigmoid));
    /// let optimizer = Adam::new().learning_rate(0.1);
    /// let mut model = network.compile(BinaryCrossentropy, optimizer, [Accuracy])?;
    /// model.fit(&x, &y, Fit::new().epochs(200).verbose(0))?;
    /// assert_eq!(model.evaluate(&x, &y)?.accuracy()?, 1.0);
    /// # Ok::<(), zunder::Error>(())
    /// ```
    BinaryCrossentropy,
    /// For numbers: the mean of `(y - output)²`
    /// ([Keras](https://keras.io/api/losses/regression_losses/#meansquarederror-class)).
    MeanSquaredError,
    /// For numbers, where a single far one should not weigh much: the mean of `|y - output|`
    /// ([Keras](https://keras.io/api/losses/regression_losses/#meanabsoluteerror-class)).
    ///
    /// As a metric it is `Metric::MeanAbsoluteError`.
    MeanAbsoluteError,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_word(
            f,
            match self {
                Loss::CategoricalCrossentropy => "categorical_crossentropy",
                Loss::SparseCategoricalCrossentropy => "sparse_categorical_crossentropy",
                Loss::BinaryCrossentropy => "binary_crossentropy",
                Loss::MeanSquaredError => "mean_squared_error",
                Loss::MeanAbsoluteError => "mean_absolute_error",
            },
        )
    }
}

/// Keeps logarithms finite, as in Keras (`keras.config.epsilon()`).
pub(crate) const EPSILON: f32 = 1e-7;

impl Loss {
    /// Whether this loss compares probabilities of classes, one output for each.
    pub(crate) fn is_categorical(self) -> bool {
        matches!(self, Loss::CategoricalCrossentropy | Loss::SparseCategoricalCrossentropy)
    }

    /// Whether this loss says how far numbers are off.
    pub(crate) fn is_of_numbers(self) -> bool {
        matches!(self, Loss::MeanSquaredError | Loss::MeanAbsoluteError)
    }

    /// The activation that should stand before it, where there is one: from the sums of that one it is
    /// computed without loss, and its gradient by them is simple.
    pub(crate) fn partner(self) -> Option<Activation> {
        match self {
            Loss::CategoricalCrossentropy | Loss::SparseCategoricalCrossentropy => {
                Some(Activation::Softmax)
            }
            Loss::BinaryCrossentropy => Some(Activation::Sigmoid),
            Loss::MeanSquaredError | Loss::MeanAbsoluteError => None,
        }
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
            (Loss::MeanSquaredError, _) => mean(outputs, y, |o, y| (o - y) * (o - y)),
            (Loss::MeanAbsoluteError, _) => mean(outputs, y, |o, y| (o - y).abs()),
            // -y log(p) - (1 - y) log(1 - p) with p = 1 / (1 + exp(-s)), in a form that cannot overflow.
            (Loss::BinaryCrossentropy, Activation::Sigmoid) => {
                mean(sums, y, |s, y| s.max(0.0) - s * y + (-s.abs()).exp().ln_1p())
            }
            (Loss::BinaryCrossentropy, _) => mean(outputs, y, |o, y| {
                let p = o.clamp(EPSILON, 1.0 - EPSILON);
                -y * p.ln() - (1.0 - y) * (1.0 - p).ln()
            }),
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

/// The mean of a term over the outputs of a sample.
#[inline(always)]
pub(super) fn mean(outputs: &[f32], y: &[f32], term: impl Fn(f32, f32) -> f32) -> f32 {
    let terms = outputs.iter().zip(y).map(|(&output, &y)| term(output, y));
    terms.sum::<f32>() / y.len() as f32
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
        let value = MeanAbsoluteError.of_sample(Activation::Tanh, &[], &[1.0, 2.0], &[0.0, 4.0]);
        assert_eq!(value, 1.5);
    }

    #[test]
    fn binary_crossentropy_is_exact_behind_a_sigmoid_only() {
        let of = |last, sum: f32, output: f32, y: f32| {
            BinaryCrossentropy.of_sample(last, &[sum], &[output], &[y])
        };
        // log(1 + exp(100)) is 100; the probability 1 - 3.7e-44 is 1 as float32.
        assert_eq!(of(Activation::Sigmoid, 100.0, 1.0, 0.0), 100.0);
        assert_eq!(of(Activation::Sigmoid, -100.0, 0.0, 1.0), 100.0);
        assert!((of(Activation::Sigmoid, 0.0, 0.5, 1.0) - 2f32.ln()).abs() < 1e-7);
        let clipped = of(Activation::Linear, 0.0, -3.0, 1.0);
        assert!((clipped + EPSILON.ln()).abs() < 1e-5, "{clipped}");
        assert!(of(Activation::Sigmoid, f32::NAN, f32::NAN, 0.0).is_nan());
    }
}
