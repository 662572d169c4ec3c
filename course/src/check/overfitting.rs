//! The checks of `course/08_overfitting.md`.

use zunder::{Array, Model};

use crate::given;
use crate::judged::{
    decimal, digits_read, fraction_right, percent, pixel_rows, said, training_digits, units_of,
};
use crate::sentences::{brief, refuse, say, sentence, wrong};
use crate::trials::{each, lists};
use crate::verdict::{Finding, Verdict, judge};

/// How far training and validation are apart at the end of two curves.
pub fn gap(gap: fn(&[f32], &[f32]) -> f32) -> Verdict {
    judge("gap", || {
        let (training, validation) = ([0.6, 0.9, 1.0], [0.7, 0.85, 0.8]);
        let got = gap(&training, &validation);
        let is = |value: f32| (got - value).abs() < 1e-5;
        if is(0.2) {
            let reverse = |list: &[f32]| list.iter().rev().copied().collect::<Vec<f32>>();
            let pairs = lists(1.0).into_iter().map(|list| (reverse(&list), list));
            let is_right =
                |(t, v): &(Vec<f32>, Vec<f32>), got: &f32| (got - given::gap(t, v)).abs() < 1e-5;
            return each(
                "gap",
                pairs,
                |(training, validation)| gap(training, validation),
                is_right,
            );
        }
        let reason = if is(-0.2) {
            say!("gap.turned_round")
        } else if is(-0.1) {
            say!("gap.first")
        } else if is(0.15) {
            say!("gap.best")
        } else {
            say!("gap.other")
        };
        wrong!("gap.wrong", got = format!("{got:.2}"), reason)
    })
}

/// The epoch, counted from 1, with the lowest validation loss.
pub fn best_epoch(best_epoch: fn(&[f32]) -> usize) -> Verdict {
    judge("best_epoch", || {
        let curve = [0.9, 0.6, 0.65, 0.5, 0.55, 0.7];
        let reason = match best_epoch(&curve) {
            4 => return fewest_epochs(best_epoch),
            3 => say!("best_epoch.from_1"),
            2 => say!("best_epoch.first_rise"),
            1 => say!("best_epoch.highest"),
            6 => say!("best_epoch.last"),
            _ => say!("best_epoch.other"),
        };
        let got = best_epoch(&curve);
        wrong!("best_epoch.wrong", curve = brief(&curve), got, reason)
    })
}

/// A curve that falls to its end, and one that never falls.
fn fewest_epochs(best_epoch: fn(&[f32]) -> usize) -> Finding {
    refuse!("best_epoch.falling"; if best_epoch(&[0.9, 0.8, 0.7]) != 3);
    match best_epoch(&[0.4, 0.6, 0.5]) {
        1 => {}
        got => return wrong!("best_epoch.rising", got),
    }
    let right = |list: &Vec<f32>, got: &usize| *got == given::best_epoch(list);
    each("best_epoch", lists(5.0), |list| best_epoch(list), right)
}

/// Whether the validation loss has not improved for `patience` epochs.
pub fn should_stop(should_stop: fn(&[f32], usize) -> bool) -> Verdict {
    judge("should_stop", || {
        let expect = |curve: &[f32], patience: usize, stop: bool, reason: &str| {
            if should_stop(curve, patience) == stop {
                Ok(())
            } else {
                wrong!(
                    "should_stop.wrong",
                    curve = brief(&curve),
                    patience,
                    reason = sentence(reason, &[])
                )
            }
        };
        expect(&[0.9, 0.5, 0.6, 0.7], 2, true, "should_stop.two_epochs")?;
        expect(&[0.9, 0.7, 0.5], 2, false, "should_stop.falling")?;
        expect(&[0.9, 0.5, 0.6], 2, false, "should_stop.patience")?;
        expect(&[0.9, 0.5, 0.7, 0.6], 2, true, "should_stop.best_so_far")?;
        expect(&[0.9, 0.5, 0.6, 0.4, 0.45], 2, false, "should_stop.new_best")?;
        expect(&[], 3, false, "should_stop.empty")?;
        let curves = lists(1.0).into_iter().flat_map(|list| (1..5).map(move |n| (list.clone(), n)));
        let right =
            |(list, n): &(Vec<f32>, usize), got: &bool| *got == given::should_stop(list, *n);
        each("should_stop", curves, |(list, n)| should_stop(list, *n), right)
    })
}

/// Models of one network, trained on 250, 1,000 and 4,000 pictures, and their gaps.
pub fn more_data(models: &[Model], gaps: &[f32]) -> Verdict {
    judge("more_data", || {
        let sizes = [250, 1_000, 4_000];
        refuse!("more_data.how_many", models = models.len(), got = gaps.len();
            if models.len() != 3 || gaps.len() != 3);
        let (x, labels) = training_digits()?;
        let part = |start: usize, end: usize| -> Result<(Array, Vec<usize>), String> {
            let labels = said(labels.rows(start..end))?.to_vec();
            let x = said(x.rows(start..end).and_then(|x| pixel_rows(&x)))?;
            Ok((x, labels.iter().map(|label| *label as usize).collect()))
        };
        let (x_val, y_val) = part(50_000, 52_000)?;
        for ((number, model), (size, got)) in (1..).zip(models).zip(sizes.into_iter().zip(gaps)) {
            let (x, y) = part(0, size)?;
            let units = units_of(model.layers());
            refuse!("more_data.network", number; if units != "128-64-10");
            let (steps, samples) = (model.num_steps(), model.seen().num_samples());
            let batch = model.seen().batch_sizes().first().copied().unwrap_or(1);
            let is_size = samples == size && model.seen().share_among(&x) > 0.99;
            refuse!("more_data.training", number, steps, samples, size;
                if steps != 20 * size.div_ceil(batch) || !is_size);
            let known = fraction_right(model, &x, &y)?;
            let new = fraction_right(model, &x_val, &y_val)?;
            if (known - new - got).abs() >= 0.03 || got.is_nan() {
                let (known, new, got) = (percent(known), percent(new), decimal(*got, 3));
                return wrong!("more_data.other_gap", number, known, new, got);
            }
        }
        Ok(())
    })
}

/// A model whose training and validation lie close together, on few pictures.
pub fn close_the_gap(x: &Array, y: &Array, model: &Model) -> Verdict {
    judge("close_the_gap", || {
        let pictures = x.len();
        refuse!("close_the_gap.pictures", pictures; if !(100..=4_000).contains(&pictures));
        refuse!("close_the_gap.other_pictures";
            if model.seen().num_samples() > 4_000 || model.seen().share_among(x) < 0.99);
        let (Ok(score), accuracy) = (model.evaluate(x, y), digits_read(model)?) else {
            return wrong!("close_the_gap.do_not_fit");
        };
        let Ok(training) = score.accuracy() else {
            return wrong!("close_the_gap.no_accuracy");
        };
        let known = percent(training);
        let new = percent(accuracy);
        if accuracy < 0.885 {
            let reason = if training < 0.92 {
                say!("close_the_gap.not_learned")
            } else {
                say!("close_the_gap.too_few")
            };
            return wrong!("close_the_gap.not_good", known, new, reason);
        }
        if training - accuracy <= 0.05 {
            Ok(())
        } else {
            wrong!("close_the_gap.far_apart", known, new)
        }
    })
}

/// A model that has learned labels at random.
pub fn by_heart(y_random: &Array, model: &Model) -> Verdict {
    judge("by_heart", || {
        let (images, labels) = training_digits()?;
        let (Ok(images), true) = (images.rows(0..500), y_random.shape() == [500, 10]) else {
            let shape = y_random.shape();
            return wrong!("by_heart.shape", shape);
        };
        let labels = labels.to_vec();
        let random = y_random.argmax().to_vec();
        let alike = random.iter().zip(&labels).filter(|(random, label)| random == label).count();
        refuse!("by_heart.still_right", alike; if alike > 150);
        for digit in 0..10 {
            let of_digit = random.iter().zip(&labels).filter(|(_, label)| **label == digit as f32);
            let names: Vec<usize> = of_digit.map(|(name, _)| *name as usize).collect();
            let count = |name: usize| names.iter().filter(|other| **other == name).count();
            if let Some(label) = (0..10).find(|&name| 2 * count(name) > names.len()) {
                return wrong!("by_heart.rule", digit, label);
            }
        }
        if (0..10).any(|digit| random.iter().filter(|label| **label == digit as f32).count() < 20) {
            return wrong!("by_heart.not_mixed");
        }
        let Ok(x) = pixel_rows(&images) else {
            return wrong!("by_heart.no_mnist");
        };
        let random: Vec<usize> = random.iter().map(|label| *label as usize).collect();
        let accuracy = fraction_right(model, &x, &random)?;
        let known = percent(accuracy);
        if accuracy >= 0.95 { Ok(()) } else { wrong!("by_heart.knows", known) }
    })
}
