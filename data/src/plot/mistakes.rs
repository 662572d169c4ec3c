//! `plot::mistakes`: the wrong predictions that the network was most sure of.

use crate::arrays::array::Array;
use crate::arrays::class_numbers::{check_labels, check_one_hot, class_labels, class_numbers};
use crate::arrays::statistics::position_of_largest;
use crate::base::error::{Error, Result};
use crate::base::language::either;
use crate::base::lines::as_texts;
use crate::base::numbers::thousands;
use crate::base::phrase::{phrase, told};
use crate::plot::checks::{check_pairs, checked_probabilities, name_of, sureness};
use crate::plot::figure::Figure;
use crate::plot::tiles::{check_number, grid, image_size, tiles};

/// Shows the `n` wrong predictions that the network was most sure of.
///
/// Often they tell more than a number: some digits nobody could read, some labels are wrong, and
/// some mistakes show what the network has not seen enough of.
///
/// # Shapes
///
/// `x`: images as for [`samples`](super::samples). `y`: class numbers `(n,)` or one-hot rows. `probabilities`:
/// `(n, classes)`, what `model.predict` gave for all these images; of a network of one unit `(n, 1)`.
///
/// # Errors
///
/// None here: the figure holds it, see [`Figure`]. As [`samples`](super::samples), when a row of labels
/// is not one-hot, and when a probability is not from 0 to 1.
///
/// ```
/// use zunder::prelude::*;
///
/// let x = Array::zeros([3, 28, 28]);
/// let y = Array::from([0, 1, 1]);
/// let probabilities = Array::from([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]]);
/// let figure = plot::mistakes(&x, &y, &probabilities, 10);
/// assert!(figure.svg()?.contains("1 taken for 0"));
/// # Ok::<(), zunder::Error>(())
/// ```
pub fn mistakes(x: &Array, y: &Array, probabilities: &Array, n: usize) -> Figure {
    Figure::new(draw_mistakes(x, y, probabilities, &[], n))
}

/// Shows the surest mistakes as [`mistakes`] does, with names in the place of class numbers.
///
/// `names[0]` is the name of class 0 and so on; a class without a name keeps its number, and a name of
/// more than 40 letters is cut.
///
/// ```
/// use zunder::prelude::*;
///
/// let (x, y) = (Array::zeros([2, 28, 28]), Array::from([0, 1]));
/// let probabilities = Array::from([[0.9, 0.1], [0.8, 0.2]]);
/// let figure = plot::named_mistakes(&x, &y, &probabilities, &["cat", "dog"], 10);
/// assert!(figure.svg()?.contains("dog taken for cat"));
/// # Ok::<(), zunder::Error>(())
/// ```
pub fn named_mistakes<S: AsRef<str>>(
    x: &Array,
    y: &Array,
    probabilities: &Array,
    names: &[S],
    n: usize,
) -> Figure {
    Figure::new(draw_mistakes(x, y, probabilities, &as_texts(names), n))
}

/// A sample that the network took for another class.
struct Mistake {
    row: usize,
    vote: usize,
    probability: f32,
    label: usize,
}

/// All mistakes, those first of which the network was most sure.
fn surest_mistakes(probabilities: &[f32], classes: usize, labels: &[usize]) -> Vec<Mistake> {
    let answers = probabilities.chunks(classes).zip(labels).enumerate();
    let judged = answers.map(|(row, (answer, &label))| {
        let vote = position_of_largest(answer);
        Mistake { row, vote, probability: answer[vote], label }
    });
    let mut wrong: Vec<Mistake> = judged.filter(|mistake| mistake.vote != mistake.label).collect();
    wrong.sort_by(|one, other| other.probability.total_cmp(&one.probability));
    wrong
}

fn draw_mistakes(
    x: &Array,
    y: &Array,
    probabilities: &Array,
    names: &[&str],
    n: usize,
) -> Result<String> {
    let operation = "plot::mistakes";
    let size = image_size(&x.shape(), operation)?;
    check_labels(&y.shape(), operation)?;
    check_one_hot(y)?; // probabilities in the place of labels would be drawn turned round
    check_pairs(x, y)?;
    if x.is_empty() {
        return Err(Error::no_data("x"));
    }
    let got = probabilities.shape();
    let classes = match *got.dims() {
        [samples] | [samples, 1] if samples == x.len() => 2,
        [samples, classes] if samples == x.len() && classes > 1 => classes,
        _ => {
            let expected = phrase!(
                "a row of probabilities for each image in x, as from model.predict(&x)",
                "für jedes Bild in x eine Zeile Wahrscheinlichkeiten, wie von model.predict(&x)"
            );
            // Two dimensions are right: then these are the answers to other images.
            let can_reshape = got.num_dims() != 2 && got.num_values().is_multiple_of(x.len());
            return Err(Error::wrong_shape(operation, expected, got, can_reshape));
        }
    };
    // There may be fewer mistakes than asked for, and fewer images.
    check_number(n, x.len().max(n))?;
    let labels = class_numbers(&Array::from(class_labels(y)), classes)?;
    let probabilities = checked_probabilities(probabilities, x.len())?;
    let mut wrong = surest_mistakes(&probabilities, classes, &labels);
    if wrong.is_empty() {
        let samples = thousands(x.len());
        let title = told!(
            "No mistakes: {samples} of {samples} are right",
            "Keine Fehler: {samples} von {samples} sind richtig"
        );
        let (canvas, _) = grid(&title, &[], 0.0)?;
        return Ok(canvas.into_svg());
    }
    let all = wrong.len();
    wrong.truncate(n);
    let rows: Vec<usize> = wrong.iter().map(|mistake| mistake.row).collect();
    let name = |class: usize| name_of(class as f32, names);
    let lines = wrong.iter().map(|mistake| {
        let (truth, class) = (name(mistake.label), name(mistake.vote));
        let sure = sureness(mistake.probability);
        vec![
            told!("{truth} taken for {class}", "{truth} für {class} gehalten"),
            format!("{sure} {}", either("sure", "sicher")),
        ]
    });
    let tiles = tiles(&x.select(&rows)?, size)?.into_iter().zip(lines);
    let (canvas, _) = grid(&title(wrong.len(), all), &tiles.collect::<Vec<_>>(), 0.0)?;
    Ok(canvas.into_svg())
}

fn title(shown: usize, all: usize) -> String {
    let of = thousands(all);
    match shown {
        _ if all == 1 => either("The only mistake", "Der einzige Fehler").to_owned(),
        _ if shown == all => told!(
            "All {all} mistakes, the surest first",
            "Alle {all} Fehler, die sichersten zuerst"
        ),
        1 => told!("The surest of {of} mistakes", "Der sicherste von {of} Fehlern"),
        _ => {
            told!("The {shown} surest of {of} mistakes", "Die {shown} sichersten von {of} Fehlern")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(figure: Figure) -> String {
        figure.svg().unwrap_err().to_string()
    }

    #[test]
    fn mistakes_come_with_the_surest_first() {
        let x = Array::zeros([4, 28, 28]);
        let rows = [[0.6, 0.4], [0.3, 0.7], [0.1, 0.9], [0.1, 0.9]];
        let (y, probabilities) = (Array::from([1, 0, 0, 1]), Array::from(rows));
        let drawn = |n| mistakes(&x, &y, &probabilities, n).svg().unwrap().to_owned();
        let svg = drawn(100);
        let at = ["90.0 % sure", "70.0 % sure", "60.0 % sure"].map(|text| svg.find(text).unwrap());
        assert!(at.is_sorted(), "{at:?}");
        assert_eq!(svg.matches(">0 taken for 1<").count(), 2);
        assert_eq!(svg.matches(">1 taken for 0<").count(), 1);
        assert!(svg.contains("All 3 mistakes") && drawn(2).contains("The 2 surest of 3 mistakes"));
        let none = mistakes(&x, &probabilities.argmax(), &probabilities, 10);
        assert!(none.svg().unwrap().contains("No mistakes"));
        let yes = Array::from([[0.4], [0.7], [0.9], [0.9]]); // of a network with a single unit
        assert_eq!(mistakes(&x, &y, &yes, 100).svg().unwrap(), svg);
        assert_eq!(mistakes(&x, &y, &yes.column(0).unwrap(), 100).svg().unwrap(), svg);
    }

    #[test]
    fn mistakes_say_what_is_wrong() {
        let (x, y) = (Array::zeros([2, 28, 28]), Array::from([0, 1]));
        let fine = Array::from([[0.6, 0.4], [0.3, 0.7]]);
        let three = Array::zeros([3, 2]);
        let other = reason(mistakes(&x, &y, &three, 5));
        assert!(other.contains("for each image in x") && other.ends_with("(3, 2)"), "{other}");
        // As it was given, and not as it would be with a second class.
        let other = reason(mistakes(&x, &y, &Array::zeros([3, 1]), 5));
        assert!(other.ends_with("(3, 1)"), "{other}");
        let exchanged = reason(mistakes(&x, &fine, &Array::from([[1, 0], [0, 1]]), 5));
        assert!(exchanged.contains("the label in row 0 is [0.6, 0.4]"), "{exchanged}");
        assert!(reason(mistakes(&x, &y, &fine, 0)).contains("at least 1"));
        assert!(reason(mistakes(&x, &y, &fine, 101)).contains("at most 100"));
        let strange = Array::from([0, 2]);
        assert!(reason(mistakes(&x, &strange, &fine, 5)).contains("label 2 in row 1"));
        assert!(reason(mistakes(&x, &y, &(fine * 9.0), 5)).contains("from 0 to 1"));
    }
}
