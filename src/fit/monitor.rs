//! `Monitor`: what a callback watches, and which epoch is the best.

use zunder_data::Result;

use crate::define::settings::check_not_negative;
use crate::fit::callback::Training;

/// What a callback watches, and whether more of it is better.
#[derive(Clone, Debug)]
pub(crate) struct Monitor {
    pub(crate) name: String,
    /// By how much a number must change to count as better.
    pub(crate) min_delta: f64,
    /// What was best up to now.
    pub(crate) best: Option<f32>,
}

impl Monitor {
    pub(crate) fn new(name: &str, min_delta: f64) -> Self {
        Monitor { name: name.to_owned(), min_delta, best: None }
    }

    /// Whether it will be measured, and the settings make sense.
    pub(crate) fn check(&self, training: &Training) -> Result<()> {
        training.get(&self.name)?;
        check_not_negative("min_delta", self.min_delta)
    }

    /// Whether the epoch that has ended is better than all before it, by more than `min_delta`: an
    /// accuracy where it is higher, all else where it is lower. Rounded as Keras does it, so that a gain of
    /// just `min_delta` is none.
    pub(crate) fn is_best(&mut self, training: &Training) -> Result<bool> {
        let value = training.get(&self.name)?;
        let moved = |delta: f64| (f64::from(value) + delta) as f32;
        let is_better = |best: f32| {
            if self.name.ends_with("accuracy") {
                moved(-self.min_delta) > best
            } else {
                moved(self.min_delta) < best
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

    /// Shows epochs with these numbers to the monitor.
    fn best_ones(monitor: &mut Monitor, numbers: &[f32]) -> Vec<bool> {
        let network = Sequential::new().add(Input::new(1)).add(Dense::new(1));
        let mut model = network.compile(MeanSquaredError, Sgd::new(), []).unwrap();
        let mut history = History::default();
        let is_best = |number: &f32| {
            history.push(0.1, &[("loss", *number), ("val_accuracy", *number)]);
            let training = Training {
                model: &mut model,
                history: &mut history,
                names: &["loss", "val_accuracy"],
                epoch: 1,
                num_epochs: 9,
                verbose: 0,
                is_stopped: false,
            };
            monitor.is_best(&training).unwrap()
        };
        numbers.iter().map(is_best).collect()
    }

    #[test]
    fn what_is_no_number_is_never_the_best() {
        let losses = [f32::NAN, 0.5, f32::NAN, 0.6, 0.4];
        let found = best_ones(&mut Monitor::new("loss", 0.0), &losses);
        assert_eq!(found, [false, true, false, false, true]);
    }

    #[test]
    fn a_gain_of_just_min_delta_is_none() {
        for accuracy in 50..94_u8 {
            let accuracies = [0, 5, 6].map(|more| f32::from(accuracy + more) / 100.0);
            let found = best_ones(&mut Monitor::new("val_accuracy", 0.05), &accuracies);
            assert_eq!(found, [true, false, true], "{accuracies:?}");
        }
    }
}
