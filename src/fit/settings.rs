//! `Fit`: how a model is trained.

use zunder_data::base::phrase::phrase;
use zunder_data::base::training_problem::TrainingProblem;
use zunder_data::{Array, Error, Result, Scalar};

use crate::define::settings::check_setting;
use crate::fit::callback::{Callback, Callbacks};

/// How [`Model::fit`](crate::Model::fit) trains: all settings have Keras's defaults.
///
/// ```
/// use zunder::prelude::*;
///
/// let settings = Fit::new().batch_size(32).epochs(10).validation_split(0.2);
/// ```
#[must_use = "it is a new value: keep it with `let`"]
#[derive(Clone, Debug)]
pub struct Fit {
    pub(crate) batch_size: usize,
    pub(crate) epochs: usize,
    pub(crate) validation_split: f64,
    pub(crate) validation_data: Option<(Array, Array)>,
    pub(crate) shuffle: bool,
    pub(crate) seed: Option<u64>,
    pub(crate) verbose: usize,
    pub(crate) diagnose: bool,
    pub(crate) class_weight: Option<Vec<f64>>,
    pub(crate) callbacks: Callbacks,
}

impl Default for Fit {
    fn default() -> Self {
        Fit {
            batch_size: 32,
            epochs: 1,
            validation_split: 0.0,
            validation_data: None,
            shuffle: true,
            seed: None,
            verbose: 1,
            diagnose: true,
            class_weight: None,
            callbacks: Callbacks::default(),
        }
    }
}

impl Fit {
    /// One epoch in batches of 32, shuffled, without validation.
    pub fn new() -> Self {
        Fit::default()
    }

    /// How many samples the network looks at before each step, at least 1 (default 32).
    pub fn batch_size(self, batch_size: usize) -> Self {
        Fit { batch_size, ..self }
    }

    /// How often the network sees the whole training data, at least 1 (default 1).
    pub fn epochs(self, epochs: usize) -> Self {
        Fit { epochs, ..self }
    }

    /// Keeps the last fraction of the samples, from 0 to below 1, out of training and measures on them
    /// after each epoch: 0.2 keeps the last fifth (default 0: none). They are taken before any shuffling.
    pub fn validation_split(self, validation_split: impl Scalar) -> Self {
        Fit { validation_split: validation_split.to_f64(), ..self }
    }

    /// Measures on these samples after each epoch.
    ///
    /// # Shapes
    ///
    /// As `x` and `y` of [`fit`](crate::Model::fit); there may be any number of samples.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let (x, y) = (Array::from([[0.1], [0.4], [0.9]]), Array::from([0.2, 0.8, 1.8]));
    /// let (x_val, y_val) = (Array::from([[0.5]]), Array::from([1.0]));
    /// let network = Sequential::new().add(Input::new(1)).add(Dense::new(1));
    /// let mut model = network.compile(MeanSquaredError, Adam::default(), [])?;
    /// let settings = Fit::new().validation_data(&x_val, &y_val).verbose(0);
    /// assert_eq!(model.fit(&x, &y, settings)?.names(), ["loss", "val_loss"]);
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn validation_data(self, x: &Array, y: &Array) -> Self {
        Fit { validation_data: Some((x.clone(), y.clone())), ..self }
    }

    /// Whether the training samples come in a new random order each epoch (default true).
    pub fn shuffle(self, shuffle: bool) -> Self {
        Fit { shuffle, ..self }
    }

    /// Makes the random orders the same each time, and what a `Dropout` switches off. For the same result
    /// each time the network needs a [`seed`](crate::Sequential::seed) as well: its weights start at random.
    pub fn seed(self, seed: u64) -> Self {
        Fit { seed: Some(seed), ..self }
    }

    /// 0 trains silently, 1 prints a line for each epoch (default) and in JupyterLab shows curves
    /// that grow meanwhile, 2 prints the lines only.
    pub fn verbose(self, verbose: usize) -> Self {
        Fit { verbose, ..self }
    }

    /// Whether `fit` looks for classic mistakes, such as pixels that are not scaled, and says each
    /// in a line that begins with `Note:` (default true).
    /// [`History::notes`](crate::History::notes) keeps them.
    pub fn diagnose(self, diagnose: bool) -> Self {
        Fit { diagnose, ..self }
    }

    /// How much the samples of each class count, class 0 first (default 1 each): `[1, 9]` where the
    /// second class is nine times as rare, so that the network does not just always say the first.
    ///
    /// The loss of each training sample is multiplied by the number of its class; the metrics and the
    /// validation stay as they are, as in Keras. For a single output the classes are 0 and 1. It takes a
    /// number of at least 0 for each class, not all 0. Other than in Keras it is a list and no dict.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let x = Array::from([[0.1], [0.2], [0.3], [0.9]]);
    /// let y = Array::from([0, 0, 0, 1]);
    /// let network = Sequential::new().add(Input::new(1)).add(Dense::new(1).activation(Sigmoid));
    /// let mut model = network.compile(BinaryCrossentropy, Adam::default(), [Accuracy])?;
    /// model.fit(&x, &y, Fit::new().class_weight([1, 3]).verbose(0))?; // in Keras {0: 1, 1: 3}
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn class_weight<T: Scalar>(self, weights: impl IntoIterator<Item = T>) -> Self {
        Fit { class_weight: Some(weights.into_iter().map(Scalar::to_f64).collect()), ..self }
    }

    /// Adds something that looks on after each epoch and may interfere, such as [`EarlyStopping`]; see
    /// [`Callback`]. Several are called in the order in which they were added.
    ///
    /// [`EarlyStopping`]: crate::EarlyStopping
    pub fn callback(mut self, callback: impl Callback + 'static) -> Self {
        self.callbacks.push(callback);
        self
    }

    pub(crate) fn check(&self) -> Result<()> {
        Error::check_at_least_one("batch_size", self.batch_size)?;
        Error::check_at_least_one("epochs", self.epochs)?;
        let split = self.validation_split;
        let expected = phrase!(
            "a fraction of at least 0 and below 1, such as 0.2 for the last fifth",
            "ein Anteil von 0 bis unter 1, etwa 0.2 für das letzte Fünftel"
        );
        check_setting("validation_split", split, (0.0..1.0).contains(&split), expected)?;
        if split > 0.0 && self.validation_data.is_some() {
            return Err(TrainingProblem::TwoValidations.into());
        }
        Ok(())
    }
}
