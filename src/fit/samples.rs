//! Samples and labels, checked against the network that they are for.

use crate::arrays::array::Array;
use crate::arrays::class_numbers::check_class_numbers;
use crate::base::error::{Error, Result};
use crate::base::memory::check_shape;
use crate::base::sample_problem::SampleProblem;
use crate::base::shape::Shape;
use crate::base::training_problem::TrainingProblem;
use crate::choose::losses::Loss;
use crate::compile::model::Model;
use crate::engine::kernels::Rows;
use crate::engine::needs::check_batch;
use crate::engine::network::Network;
use crate::prepare::to_categorical::one_hot;

/// Samples and labels, checked and as `float32`: rows of numbers one after another.
pub(crate) struct Samples {
    pub(crate) x: Array,
    pub(crate) y: Array,
    inputs: usize,
    outputs: usize,
}

impl Samples {
    pub(crate) fn len(&self) -> usize {
        self.y.len()
    }

    pub(crate) fn x(&self) -> Rows<'_> {
        Rows::all(self.x.as_f32_slice().unwrap_or(&[]), self.inputs)
    }

    pub(crate) fn y(&self) -> Rows<'_> {
        Rows::all(self.y.as_f32_slice().unwrap_or(&[]), self.outputs)
    }

    /// Splits off the last fraction, as Keras does: `floor(n (1 - fraction))` samples train.
    pub(crate) fn split(self, fraction: f64) -> Result<(Samples, Samples)> {
        let samples = self.len();
        let num_training = (samples as f64 * (1.0 - fraction)).floor() as usize;
        if num_training == 0 || num_training == samples {
            return Err(TrainingProblem::EmptySplit { validation_split: fraction, samples }.into());
        }
        let part = |rows: std::ops::Range<usize>| -> Result<Samples> {
            Ok(Samples { x: self.x.rows(rows.clone())?, y: self.y.rows(rows)?, ..self })
        };
        Ok((part(0..num_training)?, part(num_training..samples)?))
    }
}

impl Model {
    /// Checks samples against the input of the network and makes them `float32`.
    pub(crate) fn inputs(&self, x: &Array) -> Result<Array> {
        let shape = x.shape();
        if shape.num_dims() == 0 || shape.of_sample() != self.input {
            let expected = self.input.clone();
            return Err(SampleProblem::WrongInput { expected, got: shape }.into());
        }
        if x.is_empty() {
            return Err(Error::no_data("x"));
        }
        all_finite(x.to_float(), "x", self.input.num_values())
    }

    /// Checks samples and labels against the network and each other.
    pub(crate) fn samples(&self, x: &Array, y: &Array) -> Result<Samples> {
        let x = self.inputs(x)?;
        if x.len() != y.len() {
            return Err(SampleProblem::SamplesDiffer { x: x.shape(), y: y.shape() }.into());
        }
        let outputs = self.output.num_values();
        let y = self.labels(y, outputs)?;
        Ok(Samples { x, y, inputs: self.input.num_values(), outputs })
    }

    /// Refuses more samples than can be computed at the same time.
    pub(crate) fn check_room(&self, samples: usize) -> Result<()> {
        check_batch(&self.description, samples, matches!(self.network, Network::Burn(_)))
    }

    /// The labels as the network should put them out: `(n, outputs)`.
    pub(crate) fn labels(&self, y: &Array, outputs: usize) -> Result<Array> {
        if self.loss == Loss::SparseCategoricalCrossentropy {
            check_class_numbers(&y.shape())?;
            check_shape(&Shape::from([y.len(), outputs]), size_of::<f32>())?;
            return one_hot(y, outputs);
        }
        let got = y.shape();
        let wanted = Shape::from([got.first(), outputs]);
        let is_column = outputs == 1 && got.num_dims() == 1;
        if got != wanted && !is_column {
            let are_class_numbers = got.num_values() == got.first();
            let problem = if are_class_numbers && self.loss.is_crossentropy() {
                SampleProblem::LabelsNotOneHot { got, num_classes: outputs }
            } else {
                SampleProblem::LabelsUnlikeOutput { got, output: wanted }
            };
            return Err(problem.into());
        }
        all_finite(y.to_float().with_shape(&wanted), "y", outputs)
    }
}

/// The size of the value that is farthest from 0.
pub(crate) fn largest_value(x: &Array) -> f32 {
    let numbers = x.as_f32_slice().unwrap_or(&[]);
    numbers.iter().fold(0.0, |largest, value| value.abs().max(largest))
}

fn all_finite(array: Array, what: &'static str, per_row: usize) -> Result<Array> {
    let numbers = array.as_f32_slice().unwrap_or(&[]);
    // A sum is not finite when one of its terms is not; it is quicker to compute than to ask each.
    let suspicious = numbers.chunks(4096).any(|chunk| !chunk.iter().sum::<f32>().is_finite());
    match numbers.iter().position(|value| suspicious && !value.is_finite()) {
        Some(at) => {
            let (row, value) = (at / per_row.max(1), numbers[at]);
            Err(SampleProblem::NotFinite { what: what.into(), row, value }.into())
        }
        None => Ok(array),
    }
}
