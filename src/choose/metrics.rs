//! Metrics: numbers for people, measured beside the loss but not trained on.

use serde::{Deserialize, Serialize};
use zunder_data::arrays::statistics::position_of_largest;
use zunder_data::base::numbers::rounded;
use zunder_data::base::training_problem::TrainingProblem;
use zunder_data::{Error, Result};

use crate::choose::losses::mean;

pub use Metric::{Accuracy, BinaryAccuracy, RootMeanSquaredError};

/// A number that [`compile`](crate::Sequential::compile) asks to be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Metric {
    /// The fraction of samples for which the network votes for the right class, from 0 to 1.
    ///
    /// The vote is the largest output. With a single output it is whether that output lies above
    /// one half, as in Keras's
    /// [`BinaryAccuracy`](https://keras.io/api/metrics/accuracy_metrics/#binaryaccuracy-class), which
    /// Keras takes for `"accuracy"` there, too. Where a sample has several answers of yes or no, the largest output
    /// says nothing: there it is [`Metric::BinaryAccuracy`].
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let network = Sequential::new().add(Input::new(2)).add(Dense::new(2).activation(Softmax));
    /// let mut model = network.compile(SparseCategoricalCrossentropy, Adam::default(), [Accuracy])?;
    /// model.set_weights(&[(Array::from([[1.0, 0.0], [0.0, 1.0]]), Array::from([0.0, 0.0]))])?;
    /// let x = Array::from([[2.0, 1.0], [1.0, 2.0], [3.0, 0.0], [0.0, 3.0]]);
    /// let score = model.evaluate(&x, &Array::from([0, 1, 0, 0]))?; // the last one is wrong
    /// assert_eq!(score.accuracy()?, 0.75);
    /// # Ok::<(), zunder::Error>(())
    /// ```
    Accuracy,
    /// For several answers of yes or no for each sample: the fraction of all answers that are right, where an
    /// output above one half is a yes
    /// ([Keras](https://keras.io/api/metrics/accuracy_metrics/#binaryaccuracy-class)).
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let network = Sequential::new().add(Input::new(2)).add(Dense::new(2).activation(Sigmoid));
    /// let metrics = [BinaryAccuracy];
    /// let mut model = network.compile(BinaryCrossentropy, Adam::default(), metrics)?;
    /// model.set_weights(&[(Array::from([[1.0, 0.0], [0.0, 1.0]]), Array::from([0.0, 0.0]))])?;
    /// let (x, y) = (Array::from([[1.0, 2.0], [-3.0, -1.0]]), Array::from([[1, 1], [0, 1]]));
    /// assert_eq!(model.evaluate(&x, &y)?.get("binary_accuracy")?, 0.75);
    /// # Ok::<(), zunder::Error>(())
    /// ```
    BinaryAccuracy,
    /// For numbers: how far the outputs lie from the labels on average, in the unit of the labels: the
    /// mean of `|y - output|`
    /// ([Keras](https://keras.io/api/metrics/regression_metrics/#meanabsoluteerror-class)). Write
    /// `Metric::MeanAbsoluteError`: alone, `MeanAbsoluteError` is the loss.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let network = Sequential::new().add(Input::new(1)).add(Dense::new(1));
    /// let metrics = [Metric::MeanAbsoluteError, RootMeanSquaredError];
    /// let mut model = network.compile(MeanSquaredError, Adam::default(), metrics)?;
    /// model.set_weights(&[(Array::from([[0.0]]), Array::from([0.0]))])?;
    /// let score = model.evaluate(&Array::from([[1.0], [2.0]]), &Array::from([3.0, -4.0]))?;
    /// assert_eq!(score.get("mean_absolute_error")?, 3.5);
    /// assert!((score.get("root_mean_squared_error")? - 12.5f32.sqrt()).abs() < 1e-6);
    /// # Ok::<(), zunder::Error>(())
    /// ```
    MeanAbsoluteError,
    /// The root of the mean of `(y - output)²`, in the unit of the labels, too; far ones weigh more
    /// ([Keras](https://keras.io/api/metrics/regression_metrics/#rootmeansquarederror-class)).
    RootMeanSquaredError,
}

/// What [`compile`](crate::Sequential::compile) takes: `[Accuracy]`, just `Accuracy`, or `[]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of metrics",
    label = "write `[Accuracy]`, without quotes, or for numbers `[Metric::MeanAbsoluteError]`, or `[]` for none"
)]
pub trait IntoMetrics {
    /// The metrics that are meant.
    fn into_metrics(self) -> Vec<Metric>;
}

impl IntoMetrics for Metric {
    fn into_metrics(self) -> Vec<Metric> {
        vec![self]
    }
}

impl<const N: usize> IntoMetrics for [Metric; N] {
    fn into_metrics(self) -> Vec<Metric> {
        self.to_vec()
    }
}

impl IntoMetrics for Vec<Metric> {
    fn into_metrics(self) -> Vec<Metric> {
        self
    }
}

impl Metric {
    /// The name under which it is reported, as in Keras: `accuracy`.
    pub fn name(self) -> &'static str {
        self.names()[0]
    }

    /// The name, and the one for validation samples.
    pub(crate) fn names(self) -> [&'static str; 2] {
        match self {
            Metric::Accuracy => ["accuracy", "val_accuracy"],
            Metric::BinaryAccuracy => ["binary_accuracy", "val_binary_accuracy"],
            Metric::MeanAbsoluteError => ["mean_absolute_error", "val_mean_absolute_error"],
            Metric::RootMeanSquaredError => {
                ["root_mean_squared_error", "val_root_mean_squared_error"]
            }
        }
    }

    /// What is averaged over samples: of the accuracy 1 where the sample is judged right, else 0.
    pub(crate) fn of_sample(self, outputs: &[f32], y: &[f32]) -> f32 {
        match (self, outputs, y) {
            (Metric::Accuracy, [output], [y]) => f32::from(f32::from(*output > 0.5) == *y),
            (Metric::Accuracy, ..) => {
                f32::from(position_of_largest(outputs) == position_of_largest(y))
            }
            (Metric::BinaryAccuracy, ..) => {
                mean(outputs, y, |o, y| f32::from(f32::from(o > 0.5) == y))
            }
            (Metric::MeanAbsoluteError, ..) => mean(outputs, y, |o, y| (o - y).abs()),
            (Metric::RootMeanSquaredError, ..) => mean(outputs, y, |o, y| (o - y) * (o - y)),
        }
    }

    /// The metric itself, from that average.
    pub(crate) fn of_mean(self, mean: f32) -> f32 {
        if self == Metric::RootMeanSquaredError { mean.sqrt() } else { mean }
    }
}

/// The class that an answer or a label names; a single number says no or yes.
pub(crate) fn named_class(answer: &[f32]) -> usize {
    match *answer {
        [yes] => usize::from(yes > 0.5),
        _ => position_of_largest(answer),
    }
}

/// What [`evaluate`](crate::Model::evaluate) measured: the loss and each metric.
#[derive(Clone, PartialEq)]
pub struct Score {
    pub(crate) loss: f32,
    pub(crate) metrics: Vec<(&'static str, f32)>,
}

impl Score {
    /// The loss, averaged over all samples, with the price of [`L2`](crate::L2) where a layer has one.
    pub fn loss(&self) -> f32 {
        self.loss
    }

    /// The fraction of samples that are classified correctly.
    ///
    /// # Errors
    ///
    /// When the model was compiled without [`Accuracy`].
    pub fn accuracy(&self) -> Result<f32> {
        self.get(Metric::Accuracy.name())
    }

    /// The loss or a metric by its name, such as `accuracy`.
    ///
    /// # Errors
    ///
    /// When it was not measured.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let network = Sequential::new().add(Input::new(1)).add(Dense::new(1));
    /// let metrics = [RootMeanSquaredError];
    /// let mut model = network.compile(MeanSquaredError, Adam::default(), metrics)?;
    /// model.set_weights(&[(Array::from([[1.0]]), Array::from([0.0]))])?;
    /// let score = model.evaluate(&Array::from([[1.0], [2.0]]), &Array::from([3.0, 4.0]))?;
    /// assert_eq!(score.get("root_mean_squared_error")?, 2.0);
    /// assert_eq!(score.get("loss")?, score.loss());
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn get(&self, name: &str) -> Result<f32> {
        let all = [("loss", self.loss)].into_iter().chain(self.metrics.iter().copied());
        let found = all.clone().find(|(known, _)| *known == name);
        let known = || all.map(|(known, _)| known.to_owned()).collect();
        found
            .map(|(_, value)| value)
            .ok_or_else(|| TrainingProblem::UnknownMetric { name: name.to_owned(), known: known() })
            .map_err(Error::from)
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = |value: f32| rounded(value.into(), 4);
        write!(f, "loss {}", text(self.loss))?;
        self.metrics.iter().try_for_each(|(name, value)| write!(f, "   {name} {}", text(*value)))
    }
}

zunder_data::debug_as_display!(Score);
