//! `EarlyStopping`: ends a training that no longer gets better.

use zunder_data::words::told;
use zunder_data::{Array, Result, Scalar};

use crate::fit::callback::{Callback, Training};
use crate::fit::monitor::Monitor;

/// Ends a training that no longer gets better, before the network learns by heart.
///
/// After each epoch it looks at one number, mostly `val_loss`. When that has not improved for
/// `patience` epochs, no further one begins. As in
/// [Keras](https://keras.io/api/callbacks/early_stopping/): an accuracy improves when it rises, all
/// else when it falls, and only by more than `min_delta`.
///
/// # Errors
///
/// Before anything is trained, when the number is not measured: `val_loss` needs validation samples.
///
/// ```
/// use zunder::prelude::*;
///
/// # let x = Array::from([[0.1], [0.3], [0.7], [0.9]]);
/// # let y = Array::from([1, 0, 0, 1]);
/// # let network = Sequential::new().seed(1).add(Input::new(1)).add(Dense::new(1));
/// # let mut model = network.compile(MeanSquaredError, Adam::new().learning_rate(0.1), [])?;
/// let stopping = EarlyStopping::new().patience(3).restore_best_weights(true);
/// let settings = Fit::new().epochs(1000).validation_split(0.25).verbose(0).callback(stopping);
/// let history = model.fit(&x, &y, settings)?;
/// assert!(history.num_epochs() < 1000);
/// # Ok::<(), zunder::Error>(())
/// ```
#[must_use = "it is a new value: give it to Fit::callback"]
#[derive(Clone, Debug)]
pub struct EarlyStopping {
    monitor: Monitor,
    patience: usize,
    restore_best_weights: bool,
    wait: usize,
    best: Option<(usize, Vec<(Array, Array)>)>,
}

impl Default for EarlyStopping {
    fn default() -> Self {
        let monitor = Monitor::new("val_loss", 0.0);
        EarlyStopping { monitor, patience: 0, restore_best_weights: false, wait: 0, best: None }
    }
}

impl EarlyStopping {
    /// Watches `val_loss`, and stops after the first epoch that is not better. The weights stay as they
    /// are then.
    pub fn new() -> Self {
        EarlyStopping::default()
    }

    /// What is watched (default `val_loss`).
    pub fn monitor(mut self, name: &str) -> Self {
        name.clone_into(&mut self.monitor.name);
        self
    }

    /// How many epochs without improvement it waits for (default 0: as soon as one is not better).
    pub fn patience(self, patience: usize) -> Self {
        EarlyStopping { patience, ..self }
    }

    /// By how much a number must change to count as better, at least 0 (default 0). Of a negative one Keras
    /// takes the size.
    pub fn min_delta(mut self, min_delta: impl Scalar) -> Self {
        self.monitor.min_delta = min_delta.to_f64();
        self
    }

    /// Whether the model gets back the weights of its best epoch, also where the training came to its end
    /// or was stopped by hand (default false).
    pub fn restore_best_weights(self, restore_best_weights: bool) -> Self {
        EarlyStopping { restore_best_weights, ..self }
    }
}

impl Callback for EarlyStopping {
    fn on_train_begin(&mut self, training: &mut Training) -> Result<()> {
        (self.wait, self.best) = (0, None);
        self.monitor.best = None;
        self.monitor.check(training)
    }

    fn on_epoch_end(&mut self, training: &mut Training) -> Result<()> {
        self.wait += 1;
        if self.monitor.is_best(training)? {
            self.wait = 0;
            if self.restore_best_weights {
                self.best = Some((training.epoch(), training.model().weights()));
            }
        } else if self.wait >= self.patience {
            let (epoch, name) = (training.epoch(), &self.monitor.name);
            training.say(&told!(
                "Epoch {epoch}: stopped early, {name} no longer gets better.",
                "Epoche {epoch}: vorzeitig beendet, {name} wird nicht mehr besser."
            ));
            training.stop();
        }
        Ok(())
    }

    fn on_train_end(&mut self, training: &mut Training) -> Result<()> {
        let Some((epoch, weights)) = self.best.take() else { return Ok(()) };
        // Not by the epochs: one that was stopped by hand has moved the weights, too.
        if training.model().weights() != weights {
            training.history.has_best_weights = true;
            training.say(&told!(
                "The model has the weights of its best epoch again: epoch {epoch}.",
                "Das Modell hat wieder die Gewichte seiner besten Epoche: Epoche {epoch}."
            ));
        }
        training.set_weights(&weights)
    }
}
