//! The checks of `course/06_training_settings.md`.

use zunder::{History, Model, Optimizer};

use crate::given::first_network;
use crate::judged::{cross_entropy, percent, reads, said, training_part};
use crate::sentences::{refuse, say, wrong};
use crate::trials::{Random, each, lists};
use crate::verdict::{Finding, Verdict, judge};

/// How many steps a training takes: samples, batch size, epochs.
pub fn count_steps(steps: fn(usize, usize, usize) -> usize) -> Verdict {
    judge("count_steps", || {
        let mut trials =
            vec![(1000, 10, 1), (1000, 10, 3), (48_000, 32, 10), (100, 32, 1), (100, 32, 3)];
        let mut random = Random::new();
        trials.extend(
            (0..50).map(|_| (1 + random.below(500), 1 + random.below(600), 1 + random.below(9))),
        );
        for (samples, batch_size, epochs) in trials {
            let (per_epoch, whole) = (samples.div_ceil(batch_size), samples / batch_size);
            let got = steps(samples, batch_size, epochs);
            if got == per_epoch * epochs {
                continue;
            }
            let over_the_end = (samples * epochs).div_ceil(batch_size);
            let reason = if got == whole && whole == per_epoch {
                say!("count_steps.one_epoch")
            } else if got == whole * epochs || got == whole {
                say!("count_steps.left_over")
            } else if got == over_the_end {
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
        refuse!("read_curves.twice"; if offered.iter().any(|rate| !rates.contains(rate)));
        let [a, b, c, d] = rates;
        refuse!("read_curves.small"; if b != 0.0001);
        refuse!("read_curves.right"; if d != 0.01);
        refuse!("read_curves.large"; if (a, c) != (0.1, 1.0));
        Ok(())
    })
}

/// Models trained with each of five learning rates, and the rate that does best on validation data.
pub fn compare_rates(models: &[Model], best: f64) -> Verdict {
    judge("compare_rates", || {
        let rates = [0.0001, 0.001, 0.01, 0.1, 1.0];
        refuse!("compare_rates.how_many", got = models.len(); if models.len() != rates.len());
        let (x_val, y_val) = training_part(50_000..52_000)?;
        let mut losses = Vec::new();
        for ((number, model), rate) in (1..).zip(models).zip(rates) {
            same_network(model)?;
            let (got, wanted) = (model.optimizer().learning_rate(), 3 * 313);
            refuse!("compare_rates.rate", number, got, rate; if got != rate);
            let got = model.num_steps();
            refuse!("compare_rates.too_many", number, got, wanted; if got > wanted);
            refuse!("compare_rates.too_few", number, got, wanted; if got < wanted);
            refuse!("compare_rates.other", number;
                if !saw_the_ten_thousand(model) || has_other_batches(model, 32));
            losses.push(cross_entropy(&said(model.predict_silently(&x_val))?, &y_val));
        }
        let lowest = losses.iter().copied().fold(f32::INFINITY, f32::min);
        match rates.iter().position(|rate| *rate == best) {
            Some(index) if losses[index] <= lowest * 1.01 => Ok(()),
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
        refuse!("large_batch.too_many", got; if got > steps);
        refuse!("large_batch.too_few"; if got < steps);
        refuse!("large_batch.other_batches";
            if !saw_the_ten_thousand(model) || has_other_batches(model, 512));
        reads(model, 0.88, |right| {
            let (percent, rate) = (percent(right), model.optimizer().learning_rate());
            // The steps of Sgd are as small as its gradients, too.
            if rate > 0.05 && !matches!(model.optimizer(), Optimizer::Sgd(_)) {
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
        refuse!("first_epoch.never"; if first_epoch(&curve, 0.99).is_some());
        match first_epoch(&curve, 0.9) {
            Some(3) => {}
            Some(5) | None => return wrong!("first_epoch.exactly"),
            Some(other) => return wrong!("first_epoch.dip", other),
        }
        refuse!("first_epoch.empty"; if first_epoch(&[], 0.5).is_some());
        let right = |list: &Vec<f32>, got: &Option<usize>| {
            *got == list.iter().position(|value| *value >= 0.3).map(|place| place + 1)
        };
        each("first_epoch", lists(1.0), |list| first_epoch(list, 0.3), right)
    })
}

/// A model trained with SGD that momentum made faster.
pub fn momentum(model: &Model) -> Verdict {
    judge("momentum", || {
        same_network(model)?;
        let momentum = model.optimizer().momentum().ok_or_else(|| say!("momentum.optimizer"))?;
        refuse!("momentum.learning_rate"; if model.optimizer().learning_rate() != 0.01);
        let (got, wanted) = (model.num_steps(), 5 * 313);
        refuse!("momentum.steps";
            if has_other_batches(model, 32) || got > wanted || !saw_the_ten_thousand(model));
        refuse!("momentum.none"; if momentum == 0.0);
        reads(model, 0.895, |right| {
            let percent = percent(right);
            if got < wanted {
                say!("momentum.too_few", percent, got, wanted)
            } else if momentum > 0.97 {
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
        refuse!("within_epochs.epochs", epochs; if epochs > 4);
        let smallest = model.seen().batch_sizes().into_iter().min().unwrap_or(1);
        let most = 4 * 10_000_usize.div_ceil(smallest);
        refuse!("within_epochs.untrained"; if model.num_steps() == 0);
        refuse!("within_epochs.steps"; if model.num_steps() > most);
        refuse!("within_epochs.other"; if !saw_the_ten_thousand(model));
        reads(model, 0.915, |right| say!("within_epochs.not_enough", percent = percent(right)))
    })
}

/// Fails when a model has other layers than the network of this notebook.
fn same_network(model: &Model) -> Finding {
    refuse!("settings.other_network"; if model.layers() != first_network().layers());
    Ok(())
}

/// Whether a model was trained with batches of another size.
fn has_other_batches(model: &Model, size: usize) -> bool {
    model.seen().batch_sizes().iter().any(|other| *other != size)
}

/// Whether a model was trained on the first 10,000 pictures at most, and on no others.
fn saw_the_ten_thousand(model: &Model) -> bool {
    training_part(0..10_000).is_ok_and(|(x, _)| model.seen().share_among(&x) > 0.99)
}
