//! `plot::prediction`: one image and the probability of each class.

use crate::arrays::array::{Array, Element};
use crate::arrays::class_numbers::class_numbers;
use crate::arrays::statistics::position_of_largest;
use crate::base::error::{Error, Result};
use crate::base::language::either;
use crate::base::phrase::{phrase, told};
use crate::base::shape::Shape;
use crate::plot::canvas::{Align, BLUE, Canvas, LIGHT_GREY, TextStyle, VERMILION};
use crate::plot::checks::{checked_probabilities, one_picture, sureness};
use crate::plot::figure::Figure;
use crate::plot::tiles::{framed_image, image_size, shown_size, tiles};

/// More bars than this no page is long enough for.
pub(crate) const MOST_BARS: usize = 100;

/// Shows one image beside what the network makes of it: a bar for the probability of each class.
///
/// The bar of the true class is blue. Where the network votes for another one, that bar is red.
///
/// # Shapes
///
/// `image`: `(height, width)`, or `(pixels,)` with a square number of pixels, with or without lengths of
/// 1 around it, such as `(28, 28, 1)`; in colours `(height, width, 3)`. `probabilities`: `(classes,)` or `(1, classes)`, one row of `model.predict`;
/// that of a network of one unit, which says yes or no, has the classes 0 and 1. `true_label`: a class number, a label or one-hot row, or `None` where it is not known.
///
/// # Errors
///
/// None here: the figure holds it, see [`Figure`]. When one of them has another shape, when the label
/// is no class, when a probability is not from 0 to 1, and when there are more than 100.
///
/// ```
/// use zunder::prelude::*;
///
/// let image = Array::zeros([28, 28]);
/// let probabilities = Array::from([0.1, 0.7, 0.2]);
/// let figure = plot::prediction(&image, &probabilities, 1);
/// assert!(figure.svg()?.contains("Predicted 1: right"));
/// # Ok::<(), zunder::Error>(())
/// ```
pub fn prediction(
    image: &Array,
    probabilities: &Array,
    true_label: impl Into<TrueLabel>,
) -> Figure {
    Figure::new(draw_prediction(image, probabilities, &true_label.into()))
}

/// The class that an image belongs to, where it is known: `7`, `&y_test.row(0)?` or `None`.
pub struct TrueLabel(Option<Array>);

impl From<&Array> for TrueLabel {
    fn from(label: &Array) -> Self {
        TrueLabel(Some(label.clone()))
    }
}

impl<T: Element> From<T> for TrueLabel {
    fn from(label: T) -> Self {
        TrueLabel(Some(Array::from([label])))
    }
}

impl From<Option<usize>> for TrueLabel {
    fn from(label: Option<usize>) -> Self {
        TrueLabel(label.map(|label| Array::from([label])))
    }
}

const NAME: &str = "plot::prediction";

/// The probability of each class, for one sample.
fn of_one_sample(probabilities: &Array) -> Result<Vec<f32>> {
    if !matches!(*probabilities.shape().dims(), [classes] | [1, classes] if classes > 0) {
        let expected = phrase!(
            "the probabilities of one sample, (classes,) or (1, classes)",
            "die Wahrscheinlichkeiten eines Beispiels (sample), (Klassen,) oder (1, Klassen)"
        );
        let can_reshape = probabilities.shape().num_dims() > 2;
        return Err(Error::wrong_shape(NAME, expected, probabilities.shape(), can_reshape));
    }
    let probabilities = checked_probabilities(probabilities, 1)?;
    let classes = probabilities.len();
    if classes > MOST_BARS {
        let what = phrase!("the number of classes", "die Anzahl der Klassen");
        let expected = phrase!(
            "at most {MOST_BARS}, so that the bars can be told apart",
            "höchstens {MOST_BARS}, damit man die Balken unterscheiden kann"
        );
        return Err(Error::bad_setting(what, classes, expected));
    }
    Ok(probabilities)
}

/// The class that a label or a one-hot row names.
fn class_of(label: &Array, classes: usize) -> Result<usize> {
    let numbers = label.to_vec();
    let number = match label.shape().num_values() {
        1 => numbers[0],
        length if length == classes => position_of_largest(&numbers) as f32,
        _ => {
            let expected = phrase!(
                "a class number or a one-hot row as true label",
                "eine Klassennummer oder eine One-hot-Zeile als wahres Label"
            );
            return Err(Error::wrong_shape(NAME, expected, label.shape(), false));
        }
    };
    Ok(class_numbers(&Array::from([number]), classes)?[0])
}

fn draw_prediction(image: &Array, probabilities: &Array, label: &TrueLabel) -> Result<String> {
    let image = match *image.shape().dims() {
        [height, width, 3] | [1, height, width, 3] if height > 1 => {
            image.clone().with_shape(&Shape::from([1, height, width, 3]))
        }
        _ => one_picture(image, NAME)?,
    };
    let size = image_size(&image.shape(), NAME)?;
    let tile = tiles(&image, size)?.remove(0);
    let probabilities = of_one_sample(probabilities)?;
    let classes = probabilities.len();
    let truth = label.0.as_ref().map(|label| class_of(label, classes)).transpose()?;
    let vote = position_of_largest(&probabilities);

    let (margin, line, bar) = (16.0, 21.0, 240.0);
    let (width, height) = shown_size(&tile, 168.0);
    let top = margin + 34.0;
    let bars_height = classes as f64 * line;
    let tallest = bars_height.max(height);
    let names = TextStyle::LABEL.width_of(&(classes - 1).to_string()) + 8.0;
    let bars_left = margin + width + 28.0 + names;
    let said = TextStyle { bold: true, ..TextStyle::LABEL }.width_of(&sureness(1.0));
    let all = bars_left + bar + 7.0 + said + margin;
    let size = [all, top + tallest + margin];
    let mut canvas = Canvas::new(size, &title(vote, truth), margin + 12.0);
    let image_top = top + (tallest - height) / 2.0;
    framed_image(&mut canvas, [margin, image_top, width, height], &tile)?;
    let bars_top = top + (tallest - bars_height) / 2.0;
    for (class, &probability) in probabilities.iter().enumerate() {
        let colour = match class {
            _ if Some(class) == truth.or(Some(vote)) => BLUE,
            _ if class == vote => VERMILION,
            _ => LIGHT_GREY,
        };
        let y = bars_top + class as f64 * line;
        let is_named = colour != LIGHT_GREY;
        let look = TextStyle { bold: is_named, ..TextStyle::RIGHT };
        canvas.text([bars_left - 8.0, y + 15.0], look, &class.to_string());
        // Also the smallest bar is a line.
        let length = (f64::from(probability.clamp(0.0, 1.0)) * bar).max(1.0);
        canvas.rectangle([bars_left, y + 3.0, length, line - 6.0], colour);
        let look = TextStyle { align: Align::Left, ..look };
        canvas.text([bars_left + length + 7.0, y + 15.0], look, &sureness(probability));
    }
    Ok(canvas.into_svg())
}

fn title(vote: usize, truth: Option<usize>) -> String {
    match truth {
        None => format!("{} {vote}", either("Predicted", "Vorhersage:")),
        Some(truth) if truth == vote => {
            told!("Predicted {vote}: right", "Vorhersage {vote}: richtig")
        }
        Some(truth) => told!(
            "Predicted {vote}: wrong, it is {truth}",
            "Vorhersage {vote}: falsch, es ist {truth}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::canvas::hex;

    fn reason(figure: Figure) -> String {
        figure.svg().unwrap_err().to_string()
    }

    #[test]
    fn a_prediction_shows_right_and_wrong() {
        let image = Array::zeros([28, 28]);
        let probabilities = Array::from([[0.1, 0.7, 0.2]]);
        let drawn = |figure: Figure| figure.svg().unwrap().to_owned();
        let bars = |svg: &str, colour| svg.matches(&hex(colour)).count();
        let right = drawn(prediction(&image, &probabilities, 1));
        assert!(right.contains("Predicted 1: right") && right.contains("70.0 %"), "{right}");
        assert_eq!((bars(&right, BLUE), bars(&right, VERMILION)), (1, 0));
        let wrong = drawn(prediction(&image, &probabilities, &Array::from([0.0, 0.0, 1.0])));
        assert!(wrong.contains("Predicted 1: wrong, it is 2"), "{wrong}");
        assert_eq!((bars(&wrong, BLUE), bars(&wrong, VERMILION)), (1, 1));
        let unknown = drawn(prediction(&image, &probabilities, None));
        assert!(unknown.contains(">Predicted 1<"), "{unknown}");
        for yes in [Array::from([0.3]), Array::from([[0.3]])] {
            let pair = drawn(prediction(&image, &Array::from([0.7, 0.3]), 0));
            assert_eq!(drawn(prediction(&image, &yes, 0)), pair, "of a network with a single unit");
        }
        for shape in [[1, 784].as_slice(), &[784], &[1, 28, 28], &[28, 28, 1], &[1, 28, 28, 1]] {
            let image = Array::zeros(shape);
            assert_eq!(drawn(prediction(&image, &probabilities, 1usize)), right);
        }
        for shape in [[28, 28, 3].as_slice(), &[1, 28, 28, 3]] {
            assert_eq!(drawn(prediction(&Array::zeros(shape), &probabilities, 1)), right);
        }
    }

    #[test]
    fn the_surest_answer_has_room() {
        let svg = prediction(&Array::zeros([28, 28]), &Array::from([0.0, 1.0]), 1);
        let svg = svg.svg().unwrap();
        let number = |text: &str, name: &str| -> f64 {
            let (_, rest) = text.split_once(&format!("{name}=\"")).unwrap();
            rest.split('"').next().unwrap().parse().unwrap()
        };
        let text = svg.lines().find(|line| line.contains("&gt; 99.9 %</text>")).unwrap();
        let look = TextStyle { bold: true, ..TextStyle::LABEL };
        let end = number(text, " x") + look.width_of("> 99.9 %");
        assert!(end + 10.0 < number(svg, " width"), "{end}: {svg}");
    }

    #[test]
    fn a_prediction_says_what_is_wrong() {
        let (image, fine) = (Array::zeros([28, 28]), Array::from([0.5, 0.5]));
        let many = Array::zeros([2, 28, 28]);
        let said = reason(prediction(&many, &fine, 0));
        assert!(
            said.contains("one grey picture of shape") && said.ends_with("(2, 28, 28)"),
            "{said}"
        );
        let said = reason(prediction(&Array::zeros([28, 1, 28]), &fine, 0));
        assert!(said.ends_with("(28, 1, 28): reshape it first"), "{said}");
        let said = reason(prediction(&image, &Array::zeros([2, 2]), 0));
        assert!(said.contains("one sample") && said.ends_with("(2, 2)"), "{said}");
        assert!(reason(prediction(&image, &Array::from([7.0, -3.0]), 0)).contains("Softmax"));
        assert!(reason(prediction(&image, &Array::from([f32::NAN, 0.0]), 0)).contains("NaN"));
        for label in [2.0, -1.0, 0.5, f32::NAN] {
            assert!(reason(prediction(&image, &fine, label)).contains("2 classes 0 to 1"));
        }
        let three = Array::from([0.0, 1.0, 0.0]);
        assert!(reason(prediction(&image, &fine, &three)).contains("got shape (3,)"));
        assert!(reason(prediction(&image, &fine, &Array::zeros([0]))).contains("got shape (0,)"));
    }
}
