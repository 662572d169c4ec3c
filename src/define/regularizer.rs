//! `L2`: a price on large weights.

use serde::{Deserialize, Serialize};
use zunder_data::base::phrase::phrase;
use zunder_data::{Result, Scalar};

use crate::define::settings::check_setting;

/// A price on large weights, against overfitting: `.kernel_regularizer(L2::new(0.001))` of a
/// [`Dense`](crate::Dense) or a [`Conv2D`](crate::Conv2D).
///
/// Who learns samples by heart needs large weights for the odd ones. With a price on them the network
/// keeps only those that pay for many samples. To the loss is added, as in
/// [Keras](https://keras.io/api/layers/regularizers/#l2-class),
///
/// ```text
/// l2 * sum of the squares of all weights of the kernel
/// ```
///
/// in training, in validation and in `evaluate`; the metrics stay as they are.
///
/// ```
/// use zunder::prelude::*;
///
/// let layer = Dense::new(2).kernel_regularizer(L2::new(0.5));
/// let network = Sequential::new().add(Input::new(1)).add(layer);
/// let mut model = network.compile(MeanSquaredError, Adam::default(), [])?;
/// model.set_weights(&[(Array::from([[1.0, 2.0]]), Array::from([0.0, 0.0]))])?;
/// // The outputs are right; what is left is 0.5 * (1² + 2²).
/// let score = model.evaluate(&Array::from([[1.0]]), &Array::from([[1.0, 2.0]]))?;
/// assert_eq!(score.loss(), 2.5);
/// # Ok::<(), zunder::Error>(())
/// ```
#[must_use = "it is a new value: give it to a layer"]
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct L2 {
    pub(crate) l2: f64,
}

impl L2 {
    /// So much for each weight's square, at least 0: 0.001 is usual; 0 is no price.
    pub fn new(l2: impl Scalar) -> Self {
        L2 { l2: l2.to_f64() }
    }

    /// Whether there is a price at all.
    pub(crate) fn is_none(&self) -> bool {
        self.l2 == 0.0
    }

    pub(crate) fn check(&self) -> Result<()> {
        let is_fine = self.l2 >= 0.0 && (self.l2 as f32).is_finite();
        let expected = phrase!("at least 0, such as 0.001", "mindestens 0, etwa 0.001");
        check_setting("L2", self.l2, is_fine, expected)
    }

    /// The price of a kernel.
    pub(crate) fn of(&self, kernel: &[f32]) -> f64 {
        if self.is_none() {
            return 0.0;
        }
        let squares = kernel.iter().map(|&weight| f64::from(weight) * f64::from(weight));
        self.l2 * squares.sum::<f64>()
    }
}
