//! Labels and predictions as class numbers, checked.

use crate::arrays::array::Array;
use crate::base::error::{Error, Result};
use crate::base::numbers::shortest;
use crate::base::phrase::{Phrase, phrase};
use crate::base::sample_problem::SampleProblem;
use crate::base::shape::Shape;

/// Checks labels or predictions: one class number for each sample, or one number for each class.
pub fn check_labels(y: &Shape, operation: impl Into<Phrase>) -> Result<()> {
    match *y.dims() {
        [_] => Ok(()),
        [_, classes] if classes > 0 => Ok(()),
        _ => {
            let expected = phrase!(
                "labels of shape (n,), or (n, classes) with one number for each class",
                "Labels der Form (n,), oder (n, Klassen) mit einer Zahl für jede Klasse"
            );
            // Two dimensions are right: then the second is empty.
            let can_reshape = y.num_dims() != 2;
            Err(Error::wrong_shape(operation, expected, y.clone(), can_reshape))
        }
    }
}

/// Whether a label names one class, with a 1 among zeros.
pub fn is_one_hot(label: &[f32]) -> bool {
    label.iter().all(|&share| share == 0.0 || share == 1.0) && label.iter().sum::<f32>() == 1.0
}

/// Labels with a number for each class say one class each; any other table would give numbers, too.
pub fn check_one_hot(labels: &Array) -> Result<()> {
    const MOST_SHOWN: usize = 6;
    let shape = labels.shape();
    let &[_, classes] = shape.dims() else { return Ok(()) };
    if classes < 2 {
        return Ok(()); // a class number, though in a row of its own
    }
    let values = labels.to_vec();
    let Some(row) = values.chunks(classes).position(|row| !is_one_hot(row)) else { return Ok(()) };
    let numbers = values[row * classes..].iter().take(classes.min(MOST_SHOWN));
    let numbers: Vec<String> = numbers.map(|share| shortest(*share)).collect();
    let more = if classes > MOST_SHOWN { ", ..." } else { "" };
    Err(Error::bad_setting(
        phrase!("the label in row {row}", "das Label in Zeile {row}"),
        format!("[{}{more}]", numbers.join(", ")),
        phrase!(
            "the number of a class, or a row of 0 with a single 1, as to_categorical makes it",
            "die Nummer einer Klasse oder eine Zeile aus 0 mit einer einzigen 1, wie to_categorical sie macht"
        ),
    ))
}

/// The class numbers in checked labels or predictions: of several numbers, the largest counts.
pub fn class_labels(y: &Array) -> Vec<f32> {
    match *y.shape().dims() {
        [_, classes] if classes > 1 => y.argmax().to_vec(),
        _ => y.to_vec(),
    }
}

/// Checks labels that are to be class numbers for a loss: one for each sample.
pub fn check_class_numbers(y: &Shape) -> Result<()> {
    check_one_each(y, |got| SampleProblem::LabelsNotClassNumbers { got })
}

/// The same where no loss asks for them, but such as `to_categorical`.
pub(crate) fn check_class_numbers_for(operation: &'static str, y: &Shape) -> Result<()> {
    check_one_each(y, |got| SampleProblem::NoClassNumbers { operation, got })
}

fn check_one_each(y: &Shape, problem: impl Fn(Shape) -> SampleProblem) -> Result<()> {
    match y.dims() {
        [_] | [_, 1] => Ok(()),
        _ => Err(problem(y.clone()).into()),
    }
}

/// The labels as class numbers, each checked to be a whole number below `num_classes`.
pub fn class_numbers(y: &Array, num_classes: usize) -> Result<Vec<usize>> {
    check_class_numbers(&y.shape())?;
    let class = |(row, label): (usize, f64)| {
        let is_class = label >= 0.0 && label.fract() == 0.0 && (label as usize) < num_classes;
        let problem = || SampleProblem::LabelOutOfRange { label, row, num_classes }.into();
        is_class.then_some(label as usize).ok_or_else(problem)
    };
    y.exact().enumerate().map(class).collect()
}
