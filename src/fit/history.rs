//! What `fit` measured, epoch by epoch.

use std::fmt;

use zunder_data::Result;
use zunder_data::base::numbers::rounded;
use zunder_data::base::training_problem::TrainingProblem;
use zunder_data::words::decimal;
use zunder_data::words::either;

use crate::compile::model::Model;
use crate::fit::note::Note;

/// The numbers of a training: one per epoch for the loss and each metric.
///
/// Names are those of Keras: `loss` and `accuracy` are running means over the training batches of
/// the epoch, while the weights change; `val_loss` and `val_accuracy` are measured at its end on
/// the validation data.
///
/// ```
/// use zunder::prelude::*;
///
/// let x = Array::from([[0.1, 0.9], [0.8, 0.3], [0.2, 0.4], [0.7, 0.1]]);
/// let y = Array::from([1, 0, 1, 0]);
/// let network = Sequential::new().seed(1).add(Input::new(2));
/// let network = network.add(Dense::new(2).activation(Softmax));
/// let mut model = network.compile(SparseCategoricalCrossentropy, Adam::default(), [Accuracy])?;
/// let history = model.fit(&x, &y, Fit::new().epochs(3).verbose(0))?;
/// assert_eq!(history.names(), ["loss", "accuracy"]);
/// let losses = history.get("loss")?;
/// assert!(losses.len() == 3 && losses[2] < losses[0]);
/// assert!(history.notes().is_empty());
/// assert!(history.plot("loss").svg()?.contains("loss"));
/// # Ok::<(), zunder::Error>(())
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct History {
    pub(crate) measures: Vec<(String, Vec<f32>)>,
    pub(crate) seconds: Vec<f64>,
    pub(crate) notes: Vec<Note>,
    /// Whether the model has those of its best epoch again: then the ones behind it are not judged.
    pub(crate) has_best_weights: bool,
}

impl History {
    /// How many epochs were trained.
    pub fn num_epochs(&self) -> usize {
        self.seconds.len()
    }

    /// The names that [`get`](Self::get) knows, such as `loss` and `val_accuracy`.
    pub fn names(&self) -> Vec<String> {
        self.measures.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The values of one measure, one for each epoch: `history.get("val_accuracy")?`.
    ///
    /// # Errors
    ///
    /// When it was not measured, or no epoch has come to its end.
    pub fn get(&self, name: &str) -> Result<Vec<f32>> {
        let found = self.measures.iter().find(|(known, _)| known == name);
        let unknown = || match self.num_epochs() {
            0 => TrainingProblem::NoEpochs,
            _ => TrainingProblem::UnknownMetric { name: name.to_owned(), known: self.names() },
        };
        let mut values = found.map(|(_, values)| values.clone()).ok_or_else(unknown)?;
        values.resize(self.num_epochs(), f32::NAN);
        Ok(values)
    }

    /// The value of one measure in the last epoch. Keras has it as `history.history["val_accuracy"][-1]`.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get): where a training was stopped in its first epoch, there is none.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let (x, y) = (Array::from([[0.1], [0.8], [0.2], [0.7]]), Array::from([0, 1, 0, 1]));
    /// let network = Sequential::new().seed(1).add(Input::new(1)).add(Dense::new(2).activation(Softmax));
    /// let mut model = network.compile(SparseCategoricalCrossentropy, Adam::default(), [Accuracy])?;
    /// let history = model.fit(&x, &y, Fit::new().epochs(3).verbose(0))?;
    /// assert_eq!(history.last("loss")?, history.get("loss")?[2]);
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn last(&self, name: &str) -> Result<f32> {
        Ok(self.get(name)?.last().copied().ok_or(TrainingProblem::NoEpochs)?)
    }

    /// How long each epoch took, validation included, in seconds.
    pub fn seconds(&self) -> Vec<f64> {
        self.seconds.clone()
    }

    /// What `fit` noticed and printed as lines that begin with `Note:`; see [`Note`].
    pub fn notes(&self) -> Vec<Note> {
        self.notes.clone()
    }

    /// Adds the numbers of one more epoch.
    pub(crate) fn push(&mut self, seconds: f64, numbers: &[(impl AsRef<str>, f32)]) {
        self.seconds.push(seconds);
        for (name, value) in numbers {
            self.record(self.num_epochs(), name.as_ref(), *value);
        }
    }

    /// Adds a number to an epoch, counted from 1, that has ended or comes next. Epochs that lack such a number have
    /// NaN.
    pub(crate) fn record(&mut self, epoch: usize, name: &str, value: f32) {
        let known = self.measures.iter().position(|(known, _)| known == name);
        let index = known.unwrap_or_else(|| {
            self.measures.push((name.to_owned(), Vec::new()));
            self.measures.len() - 1
        });
        let values = &mut self.measures[index].1;
        values.resize(epoch, f32::NAN);
        values[epoch - 1] = value;
    }

    /// A number of the last epoch.
    pub(crate) fn of_last_epoch(&self, name: &str) -> Option<f32> {
        let (_, values) = self.measures.iter().find(|(known, _)| known == name)?;
        values.get(self.num_epochs().checked_sub(1)?).copied()
    }

    /// All numbers of the last epoch.
    pub(crate) fn last_epoch(&self) -> Vec<(String, f32)> {
        let names = self.measures.iter().map(|(name, _)| name);
        names.filter_map(|name| Some((name.clone(), self.of_last_epoch(name)?))).collect()
    }
}

impl Model {
    /// The epochs of the last `fit`, whole ones only, also where it ended with an error. Keras has it
    /// as `model.history`. The notes are in what `fit` returns.
    pub fn history(&self) -> History {
        let mut history = History::default();
        self.epochs.iter().for_each(|(seconds, numbers)| history.push(*seconds, numbers));
        history
    }
}

/// So many epochs are shown at the beginning, and again at the end.
const SHOWN: usize = 50;

/// A table with a row for each epoch; where there are many, for the first and the last ones.
impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [epoch, seconds] = either(["epoch", "seconds"], ["Epoche", "Sekunden"]);
        let (first, second) = (epoch.len(), seconds.len());
        write!(f, "{epoch}  {seconds}")?;
        let width = |name: &String| name.chars().count().max(12);
        for (name, _) in &self.measures {
            write!(f, "  {name:>width$}", width = width(name))?;
        }
        let left_out = SHOWN..self.num_epochs().saturating_sub(SHOWN);
        let shown = self.seconds.iter().enumerate().filter(|(at, _)| !left_out.contains(at));
        for (epoch, seconds) in shown {
            if epoch == left_out.end && !left_out.is_empty() {
                write!(f, "\n\u{2026}")?;
            }
            write!(f, "\n{:>first$}  {:>second$}", epoch + 1, decimal(*seconds, 2))?;
            for (name, values) in &self.measures {
                let value = values.get(epoch).copied().unwrap_or(f32::NAN);
                write!(f, "  {:>width$}", rounded(value.into(), 4), width = width(name))?;
            }
        }
        Ok(())
    }
}

zunder_data::debug_as_display!(History);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_epochs_the_first_and_the_last_ones_are_shown() {
        let of = |epochs: usize| {
            let mut history = History::default();
            (0..epochs).for_each(|epoch| history.push(1.0, &[("loss", epoch as f32)]));
            history.to_string()
        };
        assert_eq!((of(100).lines().count(), of(100).matches('\u{2026}').count()), (101, 0));
        let long = of(100_000);
        let lines: Vec<&str> = long.lines().collect();
        assert_eq!((lines.len(), lines[51]), (102, "\u{2026}"));
        assert!(lines[50].starts_with("   50 ") && lines[52].starts_with("99951 "), "{long}");
        assert!(lines[101].starts_with("100000 "), "{long}");
    }
}
