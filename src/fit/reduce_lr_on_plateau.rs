//! `ReduceLROnPlateau`: smaller steps where large ones lead no further.

use zunder_data::base::numbers::{plain, shortest};
use zunder_data::base::phrase::phrase;
use zunder_data::words::told;
use zunder_data::{Result, Scalar};

use crate::define::settings::{check_not_negative, check_setting};
use crate::fit::callback::{Callback, Training};
use crate::fit::monitor::Monitor;

/// Makes the learning rate smaller when a training no longer gets better.
///
/// Large steps reach the neighbourhood of the lowest loss quickly, and then jump to and fro over it. When
/// what is watched has not improved for `patience` epochs, the learning rate is multiplied by `factor`. As
/// in [Keras](https://keras.io/api/callbacks/reduce_lr_on_plateau/); the history has the rate of each
/// epoch as `learning_rate`.
///
/// # Errors
///
/// Before anything is trained, when the number is not measured, or when a setting makes no sense.
///
/// ```
/// use zunder::prelude::*;
///
/// # let x = Array::from([[0.1], [0.3], [0.7], [0.9]]);
/// # let network = Sequential::new().seed(1).add(Input::new(1)).add(Dense::new(1));
/// # let mut model = network.compile(MeanSquaredError, Sgd::new().learning_rate(1.0), [])?;
/// let slower = ReduceLROnPlateau::new().monitor("loss").factor(0.5).patience(2);
/// let history = model.fit(&x, &x, Fit::new().epochs(100).verbose(0).callback(slower))?;
/// assert!(history.get("learning_rate")?[99] < 1.0);
/// # Ok::<(), zunder::Error>(())
/// ```
#[must_use = "it is a new value: give it to Fit::callback"]
#[derive(Clone, Debug)]
pub struct ReduceLROnPlateau {
    monitor: Monitor,
    factor: f64,
    patience: usize,
    cooldown: usize,
    min_lr: f64,
    wait: usize,
    cooling: usize,
}

impl Default for ReduceLROnPlateau {
    fn default() -> Self {
        ReduceLROnPlateau {
            monitor: Monitor::new("val_loss", 1e-4),
            factor: 0.1,
            patience: 10,
            cooldown: 0,
            min_lr: 0.0,
            wait: 0,
            cooling: 0,
        }
    }
}

impl ReduceLROnPlateau {
    /// Watches `val_loss`, and after 10 epochs without improvement takes a tenth of the rate.
    pub fn new() -> Self {
        ReduceLROnPlateau::default()
    }

    /// What is watched (default `val_loss`).
    pub fn monitor(mut self, name: &str) -> Self {
        name.clone_into(&mut self.monitor.name);
        self
    }

    /// What the learning rate is multiplied by, above 0 and below 1 (default 0.1).
    pub fn factor(self, factor: impl Scalar) -> Self {
        ReduceLROnPlateau { factor: factor.to_f64(), ..self }
    }

    /// How many epochs without improvement it waits for (default 10).
    pub fn patience(self, patience: usize) -> Self {
        ReduceLROnPlateau { patience, ..self }
    }

    /// By how much a number must change to count as better, at least 0 (default 0.0001).
    pub fn min_delta(mut self, min_delta: impl Scalar) -> Self {
        self.monitor.min_delta = min_delta.to_f64();
        self
    }

    /// For how many epochs after a change it does not count (default 0).
    pub fn cooldown(self, cooldown: usize) -> Self {
        ReduceLROnPlateau { cooldown, ..self }
    }

    /// The smallest learning rate, at least 0 (default 0).
    pub fn min_lr(self, min_lr: impl Scalar) -> Self {
        ReduceLROnPlateau { min_lr: min_lr.to_f64(), ..self }
    }
}

impl Callback for ReduceLROnPlateau {
    fn on_train_begin(&mut self, training: &mut Training) -> Result<()> {
        (self.wait, self.cooling) = (0, 0);
        let is_fine = self.factor > 0.0 && self.factor < 1.0;
        let expected =
            phrase!("above 0 and below 1, such as 0.1", "größer als 0 und kleiner als 1, etwa 0.1");
        check_setting("factor", self.factor, is_fine, expected)?;
        check_not_negative("min_lr", self.min_lr)?;
        self.monitor.best = None;
        self.monitor.check(training)
    }

    fn on_epoch_end(&mut self, training: &mut Training) -> Result<()> {
        let rate = training.learning_rate();
        training.record("learning_rate", rate as f32);
        if self.cooling > 0 {
            self.cooling -= 1;
            self.wait = 0;
        }
        if self.monitor.is_best(training)? {
            self.wait = 0;
        } else if self.cooling == 0 {
            self.wait += 1;
        }
        if self.wait < self.patience.max(1) || rate <= self.min_lr {
            return Ok(());
        }
        (self.wait, self.cooling) = (0, self.cooldown);
        // So small that `float32` has no number for it: it stays.
        let smaller = (rate * self.factor).max(self.min_lr);
        if smaller as f32 <= 0.0 {
            return Ok(());
        }
        let (epoch, name, now) =
            (training.epoch(), &self.monitor.name, shortest(plain(smaller as f32)));
        training.say(&told!(
            "Epoch {epoch}: {name} no longer gets better; the learning rate is now {now}.",
            "Epoche {epoch}: {name} wird nicht mehr besser; die Lernrate ist jetzt {now}."
        ));
        training.set_learning_rate(smaller)
    }
}
