//! Metrics: numbers for people, measured beside the loss but not trained on.

use serde::{Deserialize, Serialize};

use crate::arrays::statistics::position_of_largest;
use crate::base::error::{Error, Result};
use crate::base::numbers::decimal;
use crate::base::training_problem::TrainingProblem;

pub use Metric::Accuracy;

/// A number that [`compile`](crate::Sequential::compile) asks to be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Metric {
    /// The fraction of samples for which the network votes for the right class, from 0 to 1.
    ///
    /// The vote is the largest output. With a single output it is whether that output lies above
    /// one half, as in Keras's
    /// [`BinaryAccuracy`](https://keras.io/api/metrics/accuracy_metrics/#binaryaccuracy-class).
    Accuracy,
}

/// What [`compile`](crate::Sequential::compile) takes: `[Accuracy]`, just `Accuracy`, or `[]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of metrics",
    label = "write `[Accuracy]`, without quotes, or `[]` for none"
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
        match self {
            Metric::Accuracy => "accuracy",
        }
    }

    /// 1 where the sample is judged right, else 0.
    pub(crate) fn of_sample(self, outputs: &[f32], y: &[f32]) -> f32 {
        let is_right = match (outputs, y) {
            ([output], [y]) => f32::from(*output > 0.5) == *y,
            _ => position_of_largest(outputs) == position_of_largest(y),
        };
        f32::from(is_right)
    }
}

/// What [`evaluate`](crate::Model::evaluate) measured: the loss and each metric.
#[derive(Clone, PartialEq)]
pub struct Score {
    pub(crate) loss: f32,
    pub(crate) metrics: Vec<(&'static str, f32)>,
}

impl Score {
    /// The loss, averaged over all samples.
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
        let text = |value: f32| decimal(value.into(), 4);
        write!(f, "loss {}", text(self.loss))?;
        self.metrics.iter().try_for_each(|(name, value)| write!(f, "   {name} {}", text(*value)))
    }
}

impl std::fmt::Debug for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl Score {
    /// Shows the numbers when the score ends a notebook cell.
    pub fn evcxr_display(&self) {
        println!("{self}");
    }
}
