//! What several pictures check of their data, and say.

use crate::arrays::array::Array;
use crate::base::error::{Error, Result};
use crate::base::language::either;

pub(crate) fn percent(probability: f32) -> String {
    match probability {
        // No network is ever quite sure.
        0.9995..1.0 => "> 99.9 %".to_owned(),
        _ => format!("{:.1} %", probability * 100.0),
    }
}

pub(crate) fn check_pairs(x: &Array, y: &Array) -> Result<()> {
    if x.len() != y.len() {
        return Err(Error::SamplesDiffer { x: x.shape(), y: y.shape() });
    }
    Ok(())
}

/// The probabilities as numbers, each from 0 to 1 (but for the last digits).
pub(crate) fn checked_probabilities(probabilities: &Array) -> Result<Vec<f32>> {
    let values = probabilities.to_vec();
    match values.iter().find(|value| !(-1e-3..=1.001).contains(*value)) {
        None => Ok(values),
        Some(value) => Err(Error::BadSetting {
            setting: either("a probability", "eine Wahrscheinlichkeit"),
            value: value.to_string(),
            expected: either(
                "from 0 to 1, as from a network that ends in Softmax",
                "0 bis 1, wie von einem Netz, das mit Softmax endet",
            ),
        }),
    }
}
