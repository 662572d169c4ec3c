//! The checks of `course/07_find_the_mistake.md`. They are numbered, because a name would be the
//! answer.

use zunder::{Array, ConfusionMatrix, History, Loss, Model};

use crate::given;
use crate::judged::{
    self, are_near, decimal, dense_layers, digits_read, ends_with_softmax, fraction_right,
    has_not_seen, knows_nothing_of, num_outputs, percent, takes_pixels, test_digits, votes,
};
use crate::sentences::{refuse, say};
use crate::verdict::{Finding, Verdict, judge};

/// Case 1: pixels that are not scaled.
pub fn mistake_1(x: &Array, model: &Model) -> Verdict {
    judge("mistake_1", || {
        refuse!("mistake_1.shape", shape = x.shape();
            if x.shape().num_dims() != 2 || x.len() < 1_000);
        let largest = x.max();
        let got = model.trained_up_to().unwrap_or(size(x));
        refuse!("mistake_1.not_trained_on", got, largest; if (got - size(x)).abs() > 0.0);
        refuse!("mistake_1.too_large", largest; if largest.is_nan() || largest > 10.0);
        refuse!("mistake_1.too_small", largest; if largest < 0.1);
        reads(model, 0.8)
    })
}

/// Case 2: no softmax at the end.
pub fn mistake_2(model: &Model) -> Verdict {
    judge("mistake_2", || {
        let layers = dense_layers(model.layers());
        refuse!("mistake_2.loss"; if model.loss() == Loss::MeanSquaredError);
        refuse!("mistake_2.layers"; if layers.len() != 3);
        ends_with_softmax(model.layers())?;
        reads(model, 0.85)
    })
}

/// Case 3: pictures in another order than their labels.
pub fn mistake_3(model: &Model) -> Verdict {
    judge("mistake_3", || {
        let accuracy = digits_read(model)?;
        refuse!("mistake_3.guesses"; if accuracy < 0.3);
        reads(model, 0.85)
    })
}

/// Case 4: sorted samples and a validation split.
pub fn mistake_4(history: &History, model: &Model) -> Verdict {
    judge("mistake_4", || {
        let validation =
            history.get("val_accuracy").map_err(|_| say!("mistake_4.no_validation"))?;
        let seen = model.seen();
        let (samples, pictures) = (seen.num_samples(), seen.num_validation_samples());
        refuse!("mistake_4.all_trained", samples; if samples > 8_000);
        refuse!("mistake_4.known"; if seen.share_of_validation() > 0.01);
        let (x, labels) = test_digits()?;
        knows_nothing_of(model, &x)?;
        refuse!("mistake_4.few", pictures; if pictures < 2_000);
        let votes = votes(model, &x)?;
        let never: Vec<String> =
            (0..10).filter(|digit| !votes.contains(digit)).map(|digit| digit.to_string()).collect();
        refuse!("mistake_4.never", list = never.join(", "); if !never.is_empty());
        refuse!("mistake_4.bad_validation"; if validation.last().is_none_or(|last| *last < 0.8));
        let right: Vec<bool> =
            votes.iter().zip(&labels).map(|(vote, label)| vote == label).collect();
        for (digit, share) in given::by_group(&right, &labels).into_iter().enumerate() {
            refuse!("mistake_4.misses", digit; if share < 0.5);
        }
        reads(model, 0.85)
    })
}

/// Case 5: test data prepared unlike the training data.
pub fn mistake_5(x: &Array, x_exam: &Array, model: &Model) -> Verdict {
    judge("mistake_5", || {
        let (exam, labels) = test_digits()?;
        refuse!("mistake_5.shape", shape = x_exam.shape(); if x_exam.shape() != [10_000, 784]);
        has_not_seen(model, &exam)?;
        refuse!("mistake_5.other_x";
            if model.trained_up_to() != Some(size(x)) || model.seen().share_among(x) < 0.99);
        let accuracy = fraction_right(model, x_exam, &labels)?;
        let (black, white) = (x.min(), x.max());
        let (exam_black, exam_white) = (x_exam.min(), x_exam.max());
        refuse!("mistake_5.guesses"; if accuracy < 0.2 && exam_black >= 0.0);
        refuse!("mistake_5.pixels", percent = percent(accuracy), smallest = exam_black,
            largest = exam_white; if accuracy < 0.85);
        let as_in_training = exam * (white - black) + black;
        refuse!("mistake_5.scale", black, white, exam_black, exam_white;
            if !are_near(&x_exam.to_vec(), &as_in_training.to_vec()));
        Ok(())
    })
}

/// Case 6: validation data that was trained on.
pub fn mistake_6(history: &History, model: &Model) -> Verdict {
    judge("mistake_6", || {
        let last = history.last("val_accuracy").map_err(|_| say!("mistake_6.no_validation"))?;
        let seen = model.seen();
        let (training, validation) = (seen.num_samples(), seen.num_validation_samples());
        refuse!("mistake_6.too_few", training, validation; if training < 800 || validation < 200);
        let known = seen.share_of_validation();
        refuse!("mistake_6.known", percent = percent(known); if known > 0.002);
        let accuracy = digits_read(model)?;
        // Two standard deviations of what so few pictures say; an accuracy is about 0.88 here.
        let by_chance = 2.0 * (0.1 / validation as f32).sqrt();
        refuse!("mistake_6.far_apart", said = percent(last), true_one = percent(accuracy);
            if (last - accuracy).abs() > 0.07 + by_chance);
        reads(model, 0.8)
    })
}

/// Case 7: compiled again, so that what was learned is lost.
pub fn mistake_7(model: &Model, second: &History) -> Verdict {
    judge("mistake_7", || {
        let rate = model.optimizer().learning_rate();
        refuse!("mistake_7.learning_rate", rate; if rate > 0.0005);
        let losses = second.get("loss").map_err(|_| say!("mistake_7.no_second"))?;
        refuse!("mistake_7.no_second"; if model.num_steps() == 0);
        let (loss, epochs) = (losses.first().copied().unwrap_or(f32::NAN), losses.len());
        let is_from_nothing = loss.is_nan() || loss > 1.0;
        refuse!("mistake_7.too_long"; if is_from_nothing && epochs > 1);
        let accuracy = digits_read(model)?;
        refuse!("mistake_7.just_begun", percent = percent(accuracy); if accuracy < 0.8);
        // Weights that come behind the second training throw it away.
        refuse!("mistake_7.from_nothing", loss = decimal(loss, 2); if is_from_nothing);
        // A model that goes on with another learning rate was trained twice.
        refuse!("mistake_7.one_epoch"; if epochs > 1 || model.seen().batch_sizes().len() > 2);
        reads(model, 0.915)
    })
}

/// Case 8: a rare class that is never found, behind a high accuracy.
pub fn mistake_8(model: &Model) -> Verdict {
    judge("mistake_8", || {
        let (x, labels) = test_digits()?;
        takes_pixels(Some(model.input_shape()))?;
        knows_nothing_of(model, &x)?;
        let outputs = num_outputs(model.layers());
        refuse!("mistake_8.outputs", outputs; if outputs != 2);
        let is_eight: Vec<i64> = labels.iter().map(|label| i64::from(*label == 8)).collect();
        let votes = Array::from(votes(model, &x)?.iter().map(|v| *v as i64).collect::<Vec<i64>>());
        let matrix = ConfusionMatrix::new(&Array::from(is_eight), &votes)
            .map_err(|_| say!("mistake_8.not_counted"))?;
        let count = |label, vote| matrix.counts().get([label, vote]).unwrap_or(0.0);
        let (found, missed, false_alarms) = (count(1, 1), count(1, 0), count(0, 1));
        refuse!("mistake_8.never_yes"; if found == 0.0);
        refuse!("mistake_8.missed", found, missed; if found < 0.7 * (found + missed));
        refuse!("mistake_8.false_alarms", false_alarms; if false_alarms > 300.0);
        Ok(())
    })
}

/// Fails when a model reads fewer of the test pictures rightly.
fn reads(model: &Model, goal: f32) -> Finding {
    judged::reads(model, goal, |right| say!("mistakes.reads", percent = percent(right)))
}

/// The size of the number that is farthest from 0.
fn size(x: &Array) -> f32 {
    x.max().abs().max(x.min().abs())
}
