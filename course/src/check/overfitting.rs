//! The checks of `course/08_overfitting.md`.

use zunder::{Array, Model};

use crate::judged::{digits_read, fraction_right, percent, pixel_rows, training_digits};
use crate::sentences::{brief, say, sentence, wrong};
use crate::verdict::{Finding, Verdict, judge};

/// How far training and validation are apart at the end of two curves.
pub fn gap(gap: fn(&[f32], &[f32]) -> f32) -> Verdict {
    judge("gap", || {
        let (training, validation) = ([0.6, 0.9, 1.0], [0.7, 0.85, 0.8]);
        let got = gap(&training, &validation);
        let is = |value: f32| (got - value).abs() < 1e-5;
        if is(0.2) {
            return Ok(());
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
    if best_epoch(&[0.9, 0.8, 0.7]) != 3 {
        return wrong!("best_epoch.falling");
    }
    match best_epoch(&[0.4, 0.6, 0.5]) {
        1 => Ok(()),
        got => wrong!("best_epoch.rising", got),
    }
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
        expect(&[], 3, false, "should_stop.empty")
    })
}

/// The gaps of one network that was trained on 250, 1,000 and 4,000 pictures.
pub fn more_data(gaps: &[f32]) -> Verdict {
    judge("more_data", || {
        let Ok([few, some, many]) = <[f32; 3]>::try_from(gaps) else {
            let got = gaps.len();
            return wrong!("more_data.how_many", got);
        };
        if gaps.iter().any(|gap| !gap.is_finite() || gap.abs() > 0.5) {
            return wrong!("more_data.no_accuracies");
        }
        if few < 0.0 && many < 0.0 {
            return wrong!("more_data.negative");
        }
        if (few - many).abs() < 0.03 {
            return wrong!("more_data.the_same");
        }
        if !(few > some && some > many) {
            return wrong!("more_data.not_falling");
        }
        if few > 0.1 && many < 0.1 { Ok(()) } else { wrong!("more_data.too_short") }
    })
}

/// A model whose training and validation lie close together, on few pictures.
pub fn close_the_gap(x: &Array, y: &Array, model: &Model) -> Verdict {
    judge("close_the_gap", || {
        let pictures = x.len();
        if !(100..=4_000).contains(&pictures) {
            return wrong!("close_the_gap.pictures", pictures);
        }
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
        if alike > 150 {
            return wrong!("by_heart.still_right", alike);
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
