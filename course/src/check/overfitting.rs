//! The checks of `course/08_overfitting.md`.

use zunder::{Array, History, Layer, Loss, Model, Sequential};

use crate::given;
use crate::judged::{
    are_near, cross_entropy, dense_layers, digits_read, fraction_right, percent, pixel_rows, said,
    training_digits, training_part,
};
use crate::sentences::{refuse, say, wrong};
use crate::trials::{each, lists};
use crate::verdict::{Verdict, judge};

/// How far training and validation are apart at the end of two curves.
pub fn gap(gap: fn(&[f32], &[f32]) -> f32) -> Verdict {
    judge("gap", || {
        let (training, validation) = ([0.6, 0.9, 1.0], [0.7, 0.85, 0.8]);
        let got = gap(&training, &validation);
        let is = |value: f32| (got - value).abs() < 1e-5;
        if !is(0.2) {
            let reason = if is(-0.2) {
                say!("gap.turned_round")
            } else if is(-0.1) {
                say!("gap.first")
            } else if is(0.15) {
                say!("gap.best")
            } else {
                say!("gap.other")
            };
            return wrong!("gap.wrong", got = format!("{got:.2}"), reason);
        }
        refuse!("gap.no_sign"; if (gap(&validation, &training) - 0.2).abs() < 1e-5);
        let reverse = |list: &[f32]| list.iter().rev().copied().collect::<Vec<f32>>();
        let pairs = lists(1.0).into_iter().map(|list| (reverse(&list), list));
        let is_right = |got: f32, right: f32| (got - right).abs() < 1e-5;
        each("gap", pairs, |(t, v)| gap(t, v), |(t, v), got| is_right(*got, given::gap(t, v)))
    })
}

/// A training that ended in time, and a model that has its best weights again.
pub fn early_stopping(model: &Model, history: &History) -> Verdict {
    judge("early_stopping", || {
        let (loss, large) = (model.loss(), given::large_with([0.0; 3]));
        refuse!("early_stopping.network"; if model.layers() != large.layers());
        refuse!("early_stopping.loss", loss;
            if !matches!(loss, Loss::CategoricalCrossentropy | Loss::SparseCategoricalCrossentropy));
        let samples = model.seen().num_samples();
        refuse!("early_stopping.samples", samples; if samples != 500);
        let val_loss = history.get("val_loss").map_err(|_| say!("early_stopping.no_validation"))?;
        let (epochs, best) = (val_loss.len(), given::best_epoch(&val_loss));
        let batch = model.seen().batch_sizes().first().copied().unwrap_or(1);
        refuse!("early_stopping.again"; if model.num_steps() != epochs * samples.div_ceil(batch));
        let waited = epochs - best;
        refuse!("early_stopping.to_the_end", epochs, best; if epochs >= 60);
        refuse!("early_stopping.patience", waited; if waited != 3);
        let (x_val, labels) = training_part(50_000..52_000)?;
        refuse!("early_stopping.other_validation";
            if model.seen().share_of_validation_among(&x_val) < 0.9);
        let loss = cross_entropy(&said(model.predict_silently(&x_val))?, &labels);
        // No epoch is the best of losses that are all no numbers.
        refuse!("early_stopping.last_weights";
            if best == 0 || !are_near(&[loss], &[val_loss[best - 1]]));
        Ok(())
    })
}

/// The large network, both hidden layers with a price on their weights.
pub fn priced(network: &Sequential) -> Verdict {
    judge("priced", || {
        const PRICE: f64 = 0.003;
        let is = |prices: [f64; 3]| network.layers() == given::large_with(prices).layers();
        let large = given::large_with([0.0; 3]);
        let num_layers = network.layers().len();
        let is_large = dense_layers(network.layers()) == dense_layers(large.layers());
        refuse!("priced.layers"; if !is_large || num_layers != 4);
        refuse!("priced.none"; if is([0.0; 3]));
        refuse!("priced.one"; if is([PRICE, 0.0, 0.0]) || is([0.0, PRICE, 0.0]));
        refuse!("priced.other"; if !is([PRICE, PRICE, 0.0]) && !is([PRICE; 3]));
        Ok(())
    })
}

/// The large network with a dropout behind each hidden layer.
pub fn forgetful(network: &Sequential) -> Verdict {
    judge("forgetful", || {
        let layers = network.layers();
        let of_dropout = |(place, layer): (usize, &Layer)| match layer {
            Layer::Dropout(dropout) => Some((place, dropout.rate())),
            _ => None,
        };
        let (places, rates): (Vec<usize>, Vec<f64>) =
            layers.iter().enumerate().filter_map(of_dropout).unzip();
        let rest = layers.iter().filter(|layer| !matches!(layer, Layer::Dropout(_)));
        refuse!("forgetful.layers"; if !rest.eq(given::large_with([0.0; 3]).layers()));
        refuse!("forgetful.none"; if places.is_empty());
        refuse!("forgetful.last"; if places.last() == Some(&(layers.len() - 1)));
        refuse!("forgetful.places"; if places != [2, 4]);
        let other = rates.iter().find(|rate| (**rate - 0.3).abs() > 1e-4);
        other.map_or(Ok(()), |rate| wrong!("forgetful.rate", rate = percent(*rate as f32)))
    })
}

/// A model whose training and validation lie close together, on few pictures.
pub fn close_the_gap(x: &Array, y: &Array, model: &Model) -> Verdict {
    judge("close_the_gap", || {
        let pictures = x.len();
        refuse!("close_the_gap.pictures", pictures; if !(100..=4_000).contains(&pictures));
        let samples = model.seen().num_samples();
        // A part may have been put aside for validation; a model of a few pictures would hide its gap among many.
        refuse!("close_the_gap.other_pictures";
            if samples > 4_000 || 10 * samples < 7 * pictures || model.seen().share_among(x) < 0.99);
        let (Ok(score), accuracy) = (model.evaluate(x, y), digits_read(model)?) else {
            return wrong!("close_the_gap.do_not_fit");
        };
        let training = score.accuracy().map_err(|_| say!("close_the_gap.no_accuracy"))?;
        let known = percent(training);
        let new = percent(accuracy);
        refuse!("close_the_gap.other_labels", known, new; if accuracy - training > 0.05);
        if accuracy < 0.885 {
            let reason = if training < 0.92 {
                say!("close_the_gap.not_learned")
            } else {
                say!("close_the_gap.too_few")
            };
            return wrong!("close_the_gap.not_good", known, new, reason);
        }
        refuse!("close_the_gap.far_apart", known, new; if training - accuracy > 0.05);
        Ok(())
    })
}

/// A model that has learned labels at random.
pub fn by_heart(y_random: &Array, model: &Model) -> Verdict {
    judge("by_heart", || {
        let (images, labels) = training_digits()?;
        let shape = y_random.shape();
        let (Ok(images), true) = (images.rows(0..500), shape == [500, 10] || shape == [500]) else {
            return wrong!("by_heart.shape", shape);
        };
        let labels = labels.to_vec();
        let random = if shape == [500] { y_random.to_vec() } else { y_random.argmax().to_vec() };
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
        refuse!("by_heart.not_mixed";
            if (0..10).any(|digit| random.iter().filter(|label| **label == digit as f32).count() < 20));
        let x = pixel_rows(&images).map_err(|_| say!("by_heart.no_mnist"))?;
        let random: Vec<usize> = random.iter().map(|label| *label as usize).collect();
        let accuracy = fraction_right(model, &x, &random)?;
        if accuracy < 0.95 {
            let labels: Vec<usize> = labels[..500].iter().map(|label| *label as usize).collect();
            refuse!("by_heart.mixed_alike"; if fraction_right(model, &x, &labels)? > 0.5);
            return wrong!("by_heart.knows", known = percent(accuracy));
        }
        Ok(())
    })
}
