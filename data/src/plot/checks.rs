//! What several pictures check of their data, and say.

use crate::arrays::array::Array;
use crate::base::error::{Error, Result};
use crate::base::language::either;
use crate::base::numbers::{percent, plain};
use crate::base::phrase::phrase;
use crate::base::sample_problem::SampleProblem;
use crate::base::shape::Shape;
use crate::plot::tiles::short_text;

/// A probability in percent.
pub(crate) fn sureness(probability: f32) -> String {
    match probability {
        // No network is ever quite sure, even where the last digits of its numbers are lost in a 1.
        0.9995.. => format!("> {}", percent(0.999, 1)),
        _ => percent(probability.into(), 1),
    }
}

/// What stands in the place of curves that have no numbers to draw.
pub(crate) fn no_numbers() -> &'static str {
    either("no finite numbers", "keine endlichen Zahlen")
}

/// What a class is called: its name, or its number where it has none.
pub(crate) fn name_of(class: f32, names: &[&str]) -> String {
    let name = names.get(class as usize).filter(|_| class >= 0.0 && class.fract() == 0.0);
    name.map_or_else(|| plain(class), |name| short_text(name))
}

pub(crate) fn check_pairs(x: &Array, y: &Array) -> Result<()> {
    if x.len() != y.len() {
        return Err(SampleProblem::SamplesDiffer { x: x.shape(), y: y.shape() }.into());
    }
    Ok(())
}

/// The probabilities of so many samples as numbers, each from 0 to 1 (but for the last digits). A single unit,
/// which says `p`, has two classes: no and yes, `1 - p` and `p`.
pub(crate) fn checked_probabilities(probabilities: &Array, samples: usize) -> Result<Vec<f32>> {
    let values = probabilities.to_vec();
    match values.iter().find(|value| !(-1e-3..=1.001).contains(*value)) {
        None if values.len() == samples => {
            Ok(values.into_iter().flat_map(|yes| [1.0 - yes, yes]).collect())
        }
        None => Ok(values),
        Some(value) => {
            let setting = phrase!("a probability", "eine Wahrscheinlichkeit");
            let expected = phrase!(
                "from 0 to 1, as from a network that ends in Softmax",
                "0 bis 1, wie von einem Netz, das mit Softmax endet"
            );
            Err(Error::bad_setting(setting, value, expected))
        }
    }
}

/// One grey picture, with or without lengths of 1 around it, as an array of one: `(1, height, width)` or
/// `(1, pixels)`.
pub(crate) fn one_picture(picture: &Array, operation: &'static str) -> Result<Array> {
    let shape = match *picture.shape().dims() {
        [pixels] | [1, pixels] => Shape::from([1, pixels]),
        [1, height, width] | [height, width] | [height, width, 1] | [1, height, width, 1] => {
            Shape::from([1, height, width])
        }
        _ => {
            let expected = phrase!(
                "one grey picture of shape (height, width) or (pixels,)",
                "ein graues Bild der Form (Höhe, Breite) oder (Pixel,)"
            );
            let can_reshape = is_one_grey(&picture.shape());
            return Err(Error::wrong_shape(operation, expected, picture.shape(), can_reshape));
        }
    };
    Ok(picture.clone().with_shape(&shape))
}

/// Whether another shape makes these values one grey picture: without lengths of 1 it has two sides.
fn is_one_grey(shape: &Shape) -> bool {
    shape.num_sides() <= 2 && shape.num_dims() > 0 && shape.num_values() > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_network_is_quite_sure() {
        let said = [0.0, 0.5, 0.9994, 0.9996, 1.0].map(sureness);
        assert_eq!(said, ["0.0 %", "50.0 %", "99.9 %", "> 99.9 %", "> 99.9 %"]);
    }
}
