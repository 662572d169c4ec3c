//! The checks of `course/06_training_settings.md`.

use zunder::{History, Model};

use crate::judged::{percent, reads, units_of};
use crate::sentences::{say, wrong};
use crate::verdict::{Finding, Verdict, judge};

/// How many steps a training takes: samples, batch size, epochs.
pub fn count_steps(steps: fn(usize, usize, usize) -> usize) -> Verdict {
    judge("count_steps", || {
        let trials: [(usize, usize, usize); 5] =
            [(1000, 10, 1), (1000, 10, 3), (48_000, 32, 10), (100, 32, 1), (100, 32, 3)];
        for (samples, batch_size, epochs) in trials {
            let per_epoch = samples.div_ceil(batch_size);
            let got = steps(samples, batch_size, epochs);
            if got == per_epoch * epochs {
                continue;
            }
            let reason = if got == samples / batch_size && samples % batch_size == 0 {
                say!("count_steps.one_epoch")
            } else if got == samples / batch_size * epochs || got == samples / batch_size {
                say!("count_steps.left_over")
            } else if got == (samples * epochs).div_ceil(batch_size) {
                say!("count_steps.next_epoch")
            } else {
                say!("count_steps.other")
            };
            return wrong!("count_steps.wrong", samples, batch_size, epochs, got, reason);
        }
        Ok(())
    })
}

/// The learning rates of the four runs A, B, C and D.
pub fn read_curves(rates: [f64; 4]) -> Verdict {
    judge("read_curves", || {
        let offered = [0.0001, 0.01, 0.1, 1.0];
        if let Some(rate) = rates.iter().find(|rate| !offered.contains(rate)) {
            return wrong!("read_curves.none_of_them", rate);
        }
        if offered.iter().any(|rate| !rates.contains(rate)) {
            return wrong!("read_curves.twice");
        }
        let [a, b, c, d] = rates;
        if b != 0.0001 {
            return wrong!("read_curves.small");
        }
        if d != 0.01 {
            return wrong!("read_curves.right");
        }
        if (a, c) != (0.1, 1.0) {
            return wrong!("read_curves.large");
        }
        Ok(())
    })
}

/// The last validation loss for each of five learning rates, and the best rate.
pub fn compare_rates(losses: &[f32], best: f64) -> Verdict {
    judge("compare_rates", || {
        let rates = [0.0001, 0.001, 0.01, 0.1, 1.0];
        let Ok(each) = <[f32; 5]>::try_from(losses) else {
            let got = losses.len();
            return wrong!("compare_rates.how_many", got);
        };
        if each.iter().any(|loss| !loss.is_finite() || *loss <= 0.0) {
            return wrong!("compare_rates.no_losses");
        }
        let (lowest, highest) = each
            .iter()
            .fold((each[0], each[0]), |(low, high), &loss| (low.min(loss), high.max(loss)));
        if highest - lowest < 0.2 {
            return wrong!("compare_rates.the_same");
        }
        if highest <= 1.0 {
            return wrong!("compare_rates.accuracies");
        }
        let falls_then_rises = each[0] > each[1] && each[4] > each[2];
        if !falls_then_rises || each[4] < 1.0 {
            return wrong!("compare_rates.not_anew");
        }
        let found = rates.iter().position(|rate| *rate == best);
        match found.map(|index| each[index]) {
            Some(loss) if loss == lowest => Ok(()),
            Some(_) => wrong!("compare_rates.not_lowest", best),
            None => wrong!("compare_rates.no_best"),
        }
    })
}

/// A model that was trained with large batches and still learned something.
pub fn large_batch(model: &Model) -> Verdict {
    judge("large_batch", || {
        same_network(model)?;
        let steps = 5 * 10_000_usize.div_ceil(512);
        let got = model.num_steps();
        if got > steps {
            return wrong!("large_batch.too_many", got);
        }
        if got < steps {
            return wrong!("large_batch.too_few");
        }
        reads(model, 0.88, |right| {
            let (percent, rate) = (percent(right), model.optimizer().learning_rate());
            if rate > 0.05 {
                say!("large_batch.too_large", percent, rate)
            } else {
                say!("large_batch.not_far", percent)
            }
        })
    })
}

/// The first epoch, counted from 1, in which a curve reaches a goal.
pub fn first_epoch(first_epoch: fn(&[f32], f32) -> Option<usize>) -> Verdict {
    judge("first_epoch", || {
        let curve = [0.5, 0.8, 0.9, 0.88, 0.93, 0.95];
        match first_epoch(&curve, 0.85) {
            Some(3) => {}
            Some(2) => return wrong!("first_epoch.from_1"),
            Some(6) => return wrong!("first_epoch.last"),
            None => return wrong!("first_epoch.none"),
            Some(other) => return wrong!("first_epoch.other", other),
        }
        if first_epoch(&curve, 0.99).is_some() {
            return wrong!("first_epoch.never");
        }
        if first_epoch(&curve, 0.9) != Some(3) {
            return wrong!("first_epoch.exactly");
        }
        match first_epoch(&[], 0.5) {
            None => Ok(()),
            Some(_) => wrong!("first_epoch.empty"),
        }
    })
}

/// A model trained with SGD that momentum made faster.
pub fn momentum(model: &Model) -> Verdict {
    judge("momentum", || {
        same_network(model)?;
        let Some(momentum) = model.optimizer().momentum() else {
            return wrong!("momentum.optimizer");
        };
        if model.optimizer().learning_rate() != 0.01 {
            return wrong!("momentum.learning_rate");
        }
        if model.num_steps() > 5 * 313 {
            return wrong!("momentum.steps");
        }
        if momentum == 0.0 {
            return wrong!("momentum.none");
        }
        reads(model, 0.895, |right| {
            let percent = percent(right);
            if momentum > 0.97 {
                say!("momentum.too_much", percent)
            } else {
                say!("momentum.more", percent)
            }
        })
    })
}

/// The network of the tutorial, brought to an accuracy within few epochs.
pub fn within_epochs(history: &History, model: &Model) -> Verdict {
    judge("within_epochs", || {
        same_network(model)?;
        let epochs = history.num_epochs();
        if epochs > 4 {
            return wrong!("within_epochs.epochs", epochs);
        }
        // With batches of one picture each.
        if model.num_steps() > 4 * 10_000 {
            return wrong!("within_epochs.steps");
        }
        reads(model, 0.915, |right| say!("within_epochs.not_enough", percent = percent(right)))
    })
}

/// Fails when a model has other layers than the network of this notebook.
fn same_network(model: &Model) -> Finding {
    if units_of(model.layers()) == "20-14-10" && model.num_parameters() == 16_144 {
        Ok(())
    } else {
        wrong!("settings.other_network")
    }
}
