//! The last layer: whether it can say what the loss and the labels ask of it.

use crate::choose::losses::Loss;
use zunder_data::arrays::class_numbers::is_one_hot;

use crate::compile::scale::Scale;
use crate::define::activation::Activation;
use crate::define::layers::answering;
use crate::engine::rows::Rows;
use crate::fit::note::Note;
use crate::fit::scaling::{range_of_all, scale_of};
use crate::fit::training_run::{TrainingRun, sample};

/// A last layer that does not fit the loss or the labels.
pub(crate) fn last_layer(run: &TrainingRun) -> Option<Note> {
    let (_, last) = answering(run.layers)?;
    match (run.loss.partner(), last.activation()) {
        (Some(partner), None) => {
            Some(Note::NoDenseLast { layer: last.kind(), activation: partner })
        }
        (Some(partner), Some(activation)) if partner == activation => None,
        (Some(_), Some(activation)) if run.loss == Loss::BinaryCrossentropy => {
            Some(if names_one_class_each(run.y) {
                Note::BinaryLossOfClasses { classes: run.y.columns() }
            } else {
                Note::NoSigmoid { activation }
            })
        }
        (Some(_), Some(activation)) => Some(Note::NoSoftmax { activation }),
        (None, Some(activation)) => out_of_reach(run.y, activation),
        (None, None) => None,
    }
}

/// Whether a note says that the last layer cannot answer: that explains whatever comes of the training.
pub(crate) fn is_of_last_layer(note: &Note) -> bool {
    matches!(note, Note::NoSoftmax { .. } | Note::NoSigmoid { .. } | Note::NoDenseLast { .. })
        || matches!(note, Note::OutOfReach { .. } | Note::BinaryLossOfClasses { .. })
}

/// Whether the labels are one-hot rows: of a few rows that answer yes or no several times, all may have one yes
/// by chance.
fn names_one_class_each(y: Rows) -> bool {
    const ENOUGH: usize = 10;
    let mut rows = sample(y.len()).into_iter();
    y.columns() > 1 && y.len() >= ENOUGH && rows.all(|row| is_one_hot(y.row(row)))
}

/// Between which numbers all outputs lie.
fn reach(activation: Activation) -> [f32; 2] {
    match activation {
        Activation::Linear => [f32::NEG_INFINITY, f32::INFINITY],
        Activation::Relu => [0.0, f32::INFINITY],
        Activation::Sigmoid | Activation::Softmax => [0.0, 1.0],
        Activation::Tanh => [-1.0, 1.0],
    }
}

/// Numbers that no output can be, by more than a few of them that lie a little beyond by chance.
fn out_of_reach(y: Rows, activation: Activation) -> Option<Note> {
    const LITTLE: f32 = 0.05;
    let [least, most] = reach(activation);
    let Scale { smallest, largest, .. } = scale_of(y);
    let little = LITTLE * (largest - smallest);
    let is_beyond = smallest < least - little || largest > most + little;
    let [smallest, largest] = is_beyond.then(|| range_of_all(y))?;
    Some(Note::OutOfReach { activation, smallest, largest })
}
