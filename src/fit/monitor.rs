//! `Monitor`: what a callback watches, and which epoch is the best.

use zunder_data::base::phrase::phrase;
use zunder_data::{Error, Result};

use crate::fit::callback::Training;

/// What a callback watches, and whether more of it is better.
#[derive(Clone, Debug)]
pub(crate) struct Monitor {
    name: String,
    min_delta: f64,
    best: Option<f64>,
}

impl Monitor {
    pub(crate) fn new(name: &str, min_delta: f64) -> Self {
        Monitor { name: name.to_owned(), min_delta, best: None }
    }

    pub(crate) fn set_name(&mut self, name: &str) {
        name.clone_into(&mut self.name);
    }

    pub(crate) fn set_min_delta(&mut self, min_delta: f64) {
        self.min_delta = min_delta;
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Forgets what was best, and checks that it will be measured.
    pub(crate) fn begin(&mut self, training: &Training) -> Result<()> {
        self.best = None;
        training.get(&self.name)?;
        if self.min_delta.is_finite() && self.min_delta >= 0.0 {
            return Ok(());
        }
        let expected = phrase!("at least 0", "mindestens 0");
        Err(Error::bad_setting("min_delta", self.min_delta, expected))
    }

    /// Whether the epoch that has ended is better than all before it, by more than `min_delta`: an
    /// accuracy where it is higher, all else where it is lower.
    pub(crate) fn is_best(&mut self, training: &Training) -> Result<bool> {
        let value = f64::from(training.get(&self.name)?);
        let is_better = |best: f64| {
            if self.name.ends_with("accuracy") {
                value - self.min_delta > best
            } else {
                value + self.min_delta < best
            }
        };
        let is_best = !value.is_nan() && self.best.is_none_or(is_better);
        if is_best {
            self.best = Some(value);
        }
        Ok(is_best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choose::losses::MeanSquaredError;
    use crate::choose::optimizers::Sgd;
    use crate::define::dense::{Dense, Input};
    use crate::define::sequential::Sequential;
    use crate::fit::history::History;

    #[test]
    fn what_is_no_number_is_never_the_best() {
        let network = Sequential::new().add(Input::new(1)).add(Dense::new(1));
        let mut model = network.compile(MeanSquaredError, Sgd::new(), []).unwrap();
        let (mut history, mut monitor) = (History::default(), Monitor::new("loss", 0.0));
        let mut is_best = |loss: f32| {
            history.push(0.1, &[("loss", loss)]);
            let training = Training {
                model: &mut model,
                history: &mut history,
                names: &["loss"],
                epoch: 1,
                num_epochs: 9,
                verbose: 0,
                is_stopped: false,
            };
            monitor.is_best(&training).unwrap()
        };
        let losses = [f32::NAN, 0.5, f32::NAN, 0.6, 0.4];
        assert_eq!(losses.map(&mut is_best), [false, true, false, false, true]);
    }
}
