//! `Callback`: what looks on while a model is trained, and may interfere.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use zunder_data::base::training_problem::TrainingProblem;
use zunder_data::words::in_short_lines;
use zunder_data::{Array, Result, Scalar};

use crate::compile::model::Model;
use crate::fit::history::History;

/// What looks on while a model is trained, and may interfere: [`Fit::callback`](crate::Fit::callback).
///
/// The counterpart of Keras's
/// [`Callback`](https://keras.io/api/callbacks/base_callback/). Other than in Keras, epochs are counted from
/// 1, and nothing is called for single batches (`on_train_batch_end` and the like), nor while a model is
/// judged or predicts. Those that come with the crate are
/// [`EarlyStopping`](crate::EarlyStopping), [`ReduceLROnPlateau`](crate::ReduceLROnPlateau),
/// [`ModelCheckpoint`](crate::ModelCheckpoint) and [`CsvLogger`](crate::CsvLogger); the lines and the
/// growing curves of [`fit`](crate::Model::fit) are callbacks, too.
///
/// One's own is a function of a [`Training`], called after each epoch:
///
/// ```
/// use zunder::prelude::*;
///
/// # let x = Array::from([[0.1], [0.9]]);
/// # let network = Sequential::new().seed(1).add(Input::new(1)).add(Dense::new(1));
/// # let mut model = network.compile(MeanSquaredError, Sgd::new(), [])?;
/// let good_enough = |training: &mut Training| {
///     if training.get("loss")? < 0.5 {
///         training.stop();
///     }
///     Ok(())
/// };
/// let history = model.fit(&x, &x, Fit::new().epochs(500).verbose(0).callback(good_enough))?;
/// assert!(history.num_epochs() < 500);
/// # Ok::<(), zunder::Error>(())
/// ```
///
/// or a type of one's own, with what it remembers:
///
/// ```
/// use zunder::prelude::*;
///
/// /// Halves the learning rate every ten epochs.
/// struct Halving;
///
/// impl Callback for Halving {
///     fn on_epoch_begin(&mut self, training: &mut Training) -> zunder::Result<()> {
///         let is_time = training.epoch() > 1 && training.epoch() % 10 == 1;
///         let factor = if is_time { 0.5 } else { 1.0 };
///         training.set_learning_rate(factor * training.learning_rate())
///     }
/// }
/// # let x = Array::from([[0.1], [0.9]]);
/// # let network = Sequential::new().add(Input::new(1)).add(Dense::new(1));
/// # let mut model = network.compile(MeanSquaredError, Sgd::new(), [])?;
/// model.fit(&x, &x, Fit::new().epochs(30).verbose(0).callback(Halving))?;
/// assert_eq!(model.optimizer().learning_rate(), 0.01 / 4.0);
/// # Ok::<(), zunder::Error>(())
/// ```
///
/// # Errors
///
/// What a callback returns as an error ends the training, and `fit` returns it; the model keeps what it
/// has learned, and [`Model::history`] its epochs.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a callback",
    label = "write `EarlyStopping::new()` or a function such as `|training: &mut Training| {{ ...; Ok(()) }}`"
)]
#[allow(unused_variables, reason = "each does nothing unless it is written anew")]
pub trait Callback: Send {
    /// Before the first epoch.
    fn on_train_begin(&mut self, training: &mut Training) -> Result<()> {
        Ok(())
    }

    /// Before each epoch.
    fn on_epoch_begin(&mut self, training: &mut Training) -> Result<()> {
        Ok(())
    }

    /// After each whole epoch, validation included.
    fn on_epoch_end(&mut self, training: &mut Training) -> Result<()> {
        Ok(())
    }

    /// At the end, however the training ended.
    fn on_train_end(&mut self, training: &mut Training) -> Result<()> {
        Ok(())
    }
}

impl<F: FnMut(&mut Training) -> Result<()> + Send> Callback for F {
    fn on_epoch_end(&mut self, training: &mut Training) -> Result<()> {
        self(training)
    }
}

/// A training as a [`Callback`] sees it, between two epochs.
pub struct Training<'a> {
    pub(crate) model: &'a mut Model,
    pub(crate) history: &'a mut History,
    /// What is measured in each epoch.
    pub(crate) names: &'a [&'static str],
    /// Counted from 1; 0 before the first.
    pub(crate) epoch: usize,
    pub(crate) num_epochs: usize,
    pub(crate) verbose: usize,
    pub(crate) is_stopped: bool,
}

impl Training<'_> {
    /// The epoch that begins or has ended, counted from 1, as in the lines of `fit`; Keras gives callbacks the
    /// number from 0.
    pub fn epoch(&self) -> usize {
        self.epoch
    }

    /// How many epochs [`fit`](crate::Model::fit) was asked for.
    pub fn num_epochs(&self) -> usize {
        self.num_epochs
    }

    /// What was measured in the last whole epoch: `training.get("val_loss")?`. Before the end of the
    /// first epoch it is not a number.
    ///
    /// # Errors
    ///
    /// When it is not measured.
    pub fn get(&self, name: &str) -> Result<f32> {
        match self.history.of_last_epoch(name) {
            Some(value) => Ok(value),
            None if self.names.contains(&name) => Ok(f32::NAN),
            None => {
                let known = self.names.iter().map(|name| (*name).to_owned()).collect();
                Err(TrainingProblem::UnknownMetric { name: name.to_owned(), known }.into())
            }
        }
    }

    /// All epochs up to now.
    pub fn history(&self) -> &History {
        self.history
    }

    /// Adds a number of one's own to the [`epoch`](Self::epoch) that begins or has ended, in `on_train_begin` to the
    /// first: the history has it under this name. Callbacks such as [`EarlyStopping`](crate::EarlyStopping) watch only what `fit` measures: by a number of one's own,
    /// end the training with [`stop`](Self::stop).
    pub fn record(&mut self, name: &str, value: f32) {
        self.history.record(self.epoch.max(1), name, value);
    }

    /// The model with what it has learned up to now.
    pub fn model(&self) -> &Model {
        self.model
    }

    /// Replaces the weights; see [`Model::set_weights`].
    ///
    /// # Errors
    ///
    /// When a shape differs, or when a weight is not a number.
    pub fn set_weights(&mut self, weights: &[(Array, Array)]) -> Result<()> {
        self.model.set_own_weights(weights)
    }

    /// The size of the optimizer's steps.
    pub fn learning_rate(&self) -> f64 {
        self.model.optimizer().learning_rate()
    }

    /// From here on the optimizer takes steps of this size, also in a further `fit`.
    ///
    /// # Errors
    ///
    /// When it is no number above 0.
    pub fn set_learning_rate(&mut self, learning_rate: impl Scalar) -> Result<()> {
        self.model.set_learning_rate(learning_rate)
    }

    /// Ends the training: no further epoch begins. Other than in Keras, one that calls it in `on_epoch_begin`
    /// does not begin either.
    pub fn stop(&mut self) {
        self.is_stopped = true;
    }

    /// Prints a line, unless `fit` is to be silent.
    pub fn say(&self, line: &str) {
        if self.verbose > 0 {
            println!("{}", in_short_lines(line));
        }
    }
}

/// Callbacks in their order. Copies of a [`Fit`](crate::Fit) share them, as Keras's lists do.
#[derive(Clone, Default)]
pub(crate) struct Callbacks(Vec<Arc<Mutex<dyn Callback>>>);

/// One of the four functions of a callback.
pub(crate) type Moment = fn(&mut dyn Callback, &mut Training) -> Result<()>;

impl Callbacks {
    pub(crate) fn push(&mut self, callback: impl Callback + 'static) {
        self.0.push(Arc::new(Mutex::new(callback)));
    }

    /// Those, and then the others.
    pub(crate) fn before(mut self, others: &Callbacks) -> Callbacks {
        self.0.extend(others.0.iter().cloned());
        self
    }

    /// Calls all of them; returns the first error.
    pub(crate) fn tell(&self, moment: Moment, training: &mut Training) -> Result<()> {
        let mut result = Ok(());
        for callback in &self.0 {
            // Also after a panic of its own in an earlier `fit`.
            let mut callback = callback.lock().unwrap_or_else(PoisonError::into_inner);
            result = result.and(moment(&mut *callback, training));
        }
        result
    }
}

impl fmt::Debug for Callbacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.len())
    }
}
