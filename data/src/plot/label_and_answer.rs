//! `plot::label_and_answer`: a one-hot label beside the answer of a network.

use crate::arrays::array::Array;
use crate::base::error::{Error, Result};
use crate::base::language::either;
use crate::base::numbers::shortest;
use crate::base::phrase::phrase;
use crate::plot::canvas::{BLUE, Canvas, LIGHT_GREY, ORANGE, TextStyle};
use crate::plot::checks::{checked_probabilities, sureness};
use crate::plot::figure::Figure;
use crate::plot::prediction::MOST_BARS;

/// Shows a one-hot label beside the probabilities that a network gives: a row of bars for each class.
///
/// Training makes the two alike: the loss says how far they are apart.
///
/// # Shapes
///
/// Both `(classes,)` or `(1, classes)`: a row of `y` behind `to_categorical`, and one of `model.predict`.
///
/// # Errors
///
/// None here: the figure holds it, see [`Figure`]. When the shapes differ or are others, when a
/// probability is not from 0 to 1, and when there are more than 100 classes.
///
/// ```
/// use zunder::prelude::*;
///
/// let label = Array::from([0.0, 1.0, 0.0]);
/// let answer = Array::from([0.1, 0.7, 0.2]);
/// assert!(plot::label_and_answer(&label, &answer).svg()?.contains("70.0 %"));
/// # Ok::<(), zunder::Error>(())
/// ```
pub fn label_and_answer(label: &Array, answer: &Array) -> Figure {
    Figure::new(draw(label, answer))
}

fn draw(label: &Array, answer: &Array) -> Result<String> {
    let row = |array: &Array| match *array.shape().dims() {
        [classes] | [1, classes] if (2..=MOST_BARS).contains(&classes) => Some(classes),
        _ => None,
    };
    for array in [label, answer] {
        if row(array).is_none() || row(array) != row(label) {
            let expected = phrase!(
                "a one-hot label and an answer of the same shape, (classes,) or (1, classes), with up \
                 to {MOST_BARS} classes",
                "ein One-hot-Label und eine Antwort der gleichen Form, (Klassen,) oder (1, Klassen), mit \
                 höchstens {MOST_BARS} Klassen"
            );
            let can_reshape = (2..=MOST_BARS).contains(&array.shape().num_values())
                && label.shape().num_values() == answer.shape().num_values();
            let operation = "plot::label_and_answer";
            return Err(Error::wrong_shape(operation, expected, array.shape(), can_reshape));
        }
    }
    let (labels, answers) = (checked_probabilities(label, 1)?, checked_probabilities(answer, 1)?);
    let (margin, line, bar, top) = (16.0, 22.0, 190.0, 68.0);
    let names = TextStyle::LABEL.width_of(&(labels.len() - 1).to_string()) + 10.0;
    let room = 64.0; // for a number behind a bar
    let left = margin + names;
    let right = left + bar + room;
    let width = right + bar + room + margin;
    let title = either("A label and an answer", "Ein Label und eine Antwort");
    let size = [width, top + line * labels.len() as f64 + margin];
    let mut canvas = Canvas::new(size, title, margin + 12.0);
    let head = TextStyle { bold: true, ..TextStyle::LEFT };
    canvas.text([left, top - 12.0], head, either("label (one-hot)", "Label (one-hot)"));
    canvas.text([right, top - 12.0], head, either("answer (softmax)", "Antwort (Softmax)"));
    for (class, (label, answer)) in labels.iter().zip(&answers).enumerate() {
        let y = top + line * class as f64;
        canvas.text([left - 8.0, y + 15.0], TextStyle::RIGHT, &class.to_string());
        let label = (left, label, BLUE, shortest(*label));
        let answer = (right, answer, ORANGE, sureness(*answer));
        for (x, value, colour, text) in [label, answer] {
            // Where nothing is, a line still shows where a bar would begin.
            let length = f64::from(value.clamp(0.0, 1.0)) * bar;
            let fill = if length < 1.0 { LIGHT_GREY } else { colour };
            canvas.rectangle([x, y + 3.0, length.max(1.0), line - 6.0], fill);
            canvas.text([x + length + 7.0, y + 15.0], TextStyle::LEFT, &text);
        }
    }
    Ok(canvas.into_svg())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::in_german;

    #[test]
    fn label_and_answer_stand_side_by_side() {
        let (label, answer) = (Array::from([[0.0, 0.0, 1.0]]), Array::from([0.05, 0.15, 0.8]));
        let drawn = || label_and_answer(&label, &answer).svg().unwrap().to_owned();
        let svg = drawn();
        assert!(svg.contains("label (one-hot)") && svg.contains("80.0 %"), "{svg}");
        let german = in_german(drawn);
        assert!(german.contains("Antwort (Softmax)") && german.contains("80,0 %"), "{german}");
    }

    #[test]
    fn other_shapes_are_refused() {
        let three = Array::from([0.0, 1.0, 0.0]);
        for other in [Array::from([0.5, 0.5]), Array::from([5.0]), Array::zeros([2, 3])] {
            for (label, answer) in [(&three, &other), (&other, &three)] {
                let refused = label_and_answer(label, answer).svg().unwrap_err().to_string();
                assert!(refused.contains("a one-hot label and an answer"), "{refused}");
            }
        }
    }
}
