//! Samples and labels, checked against the network that they are for.

use std::ops::Range;

use zunder_data::arrays::class_numbers::check_class_numbers;
use zunder_data::arrays::statistics::position_of_largest;
use zunder_data::base::memory::check_shape;
use zunder_data::base::phrase::phrase;
use zunder_data::base::sample_problem::SampleProblem;
use zunder_data::base::training_problem::TrainingProblem;
use zunder_data::one_hot;
use zunder_data::{Array, Error, Result, Shape};

use crate::choose::losses::Loss;
use crate::compile::model::Model;
use crate::define::embedding::Embedding;
use crate::define::layers::Layer;
use crate::engine::needs::check_batch;
use crate::engine::rows::Rows;
use crate::fit::settings::Fit;

/// How many samples are computed at once where nothing is learned: enough to keep the matrix
/// products busy, little enough for the results to stay in the cache.
const CHUNK: usize = 256;

/// Samples and labels, checked and as `float32`: rows of numbers one after another.
pub(crate) struct Samples {
    pub(crate) x: Array,
    y: Array,
    inputs: usize,
    outputs: usize,
    /// Which of the rows: a part is not copied.
    rows: Range<usize>,
}

impl Samples {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn x(&self) -> Rows<'_> {
        let rows = Rows::all(self.x.as_f32_slice().unwrap_or(&[]), self.inputs);
        rows.with_sparse(self.x.known_sparse_rows()).part(self.rows.clone())
    }

    pub(crate) fn y(&self) -> Rows<'_> {
        Rows::all(self.y.as_f32_slice().unwrap_or(&[]), self.outputs).part(self.rows.clone())
    }

    /// How much each of them counts, by what its class counts.
    pub(crate) fn counts(&self, class_weight: &[f64]) -> Result<Vec<f32>> {
        let num_classes = self.outputs.max(2);
        let is_usable = |weight: &f64| *weight >= 0.0 && (*weight as f32).is_finite();
        let are_usable =
            class_weight.iter().all(is_usable) && class_weight.iter().any(|w| *w > 0.0);
        if class_weight.len() != num_classes || !are_usable {
            let expected = phrase!(
                "a number of at least 0 for each of the {num_classes} classes, not all 0",
                "eine Zahl ab 0 für jede der {num_classes} Klassen, und nicht lauter Nullen"
            );
            return Err(Error::bad_setting("class_weight", format!("{class_weight:?}"), expected));
        }
        let count = |row: usize| match *self.y().row(row) {
            [label] if label != 0.0 && label != 1.0 => {
                Err(SampleProblem::LabelOutOfRange { label: label.into(), row, num_classes }.into())
            }
            [label] => Ok(class_weight[label as usize] as f32),
            ref labels => Ok(class_weight[position_of_largest(labels)] as f32),
        };
        (0..self.len()).map(count).collect()
    }

    /// Splits off the last fraction, as Keras does: `floor(n (1 - fraction))` samples train.
    pub(crate) fn split(self, fraction: f64) -> Result<(Samples, Samples)> {
        let samples = self.len();
        let num_training = (samples as f64 * (1.0 - fraction)).floor() as usize;
        if num_training == 0 || num_training == samples {
            return Err(TrainingProblem::EmptySplit { validation_split: fraction, samples }.into());
        }
        let training = Samples {
            x: self.x.clone(),
            y: self.y.clone(),
            rows: self.rows.start..self.rows.start + num_training,
            ..self
        };
        Ok((training, Samples { rows: self.rows.start + num_training..self.rows.end, ..self }))
    }
}

impl Model {
    /// Checks samples against the input of the network and makes them `float32`.
    pub(crate) fn inputs(&self, x: &Array) -> Result<Array> {
        let shape = x.shape();
        if shape.num_dims() == 0 || shape.of_sample() != self.input {
            let (expected, is_trained) = (self.input.clone(), self.scale.is_some());
            return Err(SampleProblem::WrongInput { expected, got: shape, is_trained }.into());
        }
        if x.is_empty() {
            return Err(Error::no_data("x"));
        }
        let x = all_finite(x.to_float(), "x", self.input.num_values())?;
        // An `Embedding` has a row for each word number, and none for others.
        if let Some(&Layer::Embedding(Embedding { input_dim, .. })) = self.layers().get(1) {
            let is_word =
                |number: f32| number >= 0.0 && number.fract() == 0.0 && number < input_dim as f32;
            if let Some((number, row)) = first_not(is_word, &x, self.input.num_values()) {
                return Err(SampleProblem::NoWordNumber { number, row, input_dim }.into());
            }
        }
        Ok(x)
    }

    /// Checks samples and labels against the network and each other.
    pub(crate) fn samples(&self, x: &Array, y: &Array) -> Result<Samples> {
        let x = self.inputs(x)?;
        if x.len() != y.len() {
            return Err(SampleProblem::SamplesDiffer { x: x.shape(), y: y.shape() }.into());
        }
        let outputs = self.output.num_values();
        let y = self.labels(y, outputs)?;
        let rows = 0..y.len();
        Ok(Samples { x, y, inputs: self.input.num_values(), outputs, rows })
    }

    /// The samples to train on, and those to validate with.
    pub(crate) fn parts(
        &self,
        x: &Array,
        y: &Array,
        settings: &Fit,
    ) -> Result<(Samples, Option<Samples>)> {
        let samples = self.samples(x, y)?;
        if let Some((x, y)) = &settings.validation_data {
            let validation = self.samples(x, y).map_err(|e| e.in_setting("validation_data"))?;
            return Ok((samples, Some(validation)));
        }
        if settings.validation_split > 0.0 {
            let (training, validation) = samples.split(settings.validation_split)?;
            return Ok((training, Some(validation)));
        }
        Ok((samples, None))
    }

    /// Refuses more samples than can be computed at the same time.
    pub(crate) fn check_room(&self, samples: usize) -> Result<()> {
        check_batch(&self.description, &self.steps, samples, self.engine.windows_at_once(samples))
    }

    /// How many of so many samples are computed at once where nothing is learned: fewer than usual where those
    /// would take more memory than there is.
    pub(crate) fn chunk(&self, samples: usize) -> Result<usize> {
        let mut chunk = CHUNK.min(samples);
        while chunk > 1 && self.check_room(chunk).is_err() {
            chunk /= 2;
        }
        self.check_room(chunk).map(|()| chunk)
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
            let problem = if are_class_numbers && self.loss.is_categorical() {
                SampleProblem::LabelsNotOneHot { got, num_classes: outputs }
            } else {
                SampleProblem::LabelsUnlikeOutput { got, output: wanted }
            };
            return Err(problem.into());
        }
        let y = all_finite(y.to_float().with_shape(&wanted), "y", outputs)?;
        // Behind labels such as 1 and 2 the loss would fall without end.
        if self.loss == Loss::BinaryCrossentropy
            && let Some((label, row)) = first_not(|y| (0.0..=1.0).contains(&y), &y, outputs)
        {
            return Err(SampleProblem::LabelNotBinary { label, row }.into());
        }
        Ok(y)
    }
}

/// The first number that is not as it should be, and its row.
fn first_not(
    is_right: impl Fn(f32) -> bool,
    array: &Array,
    per_row: usize,
) -> Option<(f32, usize)> {
    let numbers = array.as_f32_slice().unwrap_or(&[]);
    let at = numbers.iter().position(|number| !is_right(*number))?;
    Some((numbers[at], at / per_row.max(1)))
}

fn all_finite(array: Array, what: &'static str, per_row: usize) -> Result<Array> {
    if array.largest_size().is_finite() {
        return Ok(array);
    }
    let (value, row) = first_not(f32::is_finite, &array, per_row).unwrap_or((f32::NAN, 0));
    Err(SampleProblem::NotFinite { what: what.into(), row, value }.into())
}
