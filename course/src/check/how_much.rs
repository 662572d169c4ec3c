//! The checks of `course/16_how_much_yes_or_no.md`.

use zunder::prelude::*;

use crate::given;
use crate::judged::{are_near, decimal, dense_layers, near, outputs, percent, said};
use crate::sentences::{refuse, wrong};
use crate::trials::{Random, each, lists};
use crate::verdict::{Finding, Verdict, judge};

/// The columns that the mass is told from, and those that tell a Chinstrap.
const LENGTHS: [usize; 3] = [0, 1, 2];
const DEPTH_AND_MASS: [usize; 2] = [1, 3];

/// Of what is true and what is said, at a threshold.
type PrecisionRecall = fn(&[f32], &[f32], f32) -> (f32, f32);

/// The mean of the distances between what is true and what is said.
pub fn mean_absolute_error(error: fn(&[f32], &[f32]) -> f32) -> Verdict {
    judge("mean_absolute_error", || {
        let at = error(&[4.0, 3.0], &[5.0, 1.0]); // 1 too much, 2 too little
        refuse!("mean_absolute_error.cancel"; if near(at.abs(), 0.5));
        refuse!("mean_absolute_error.sum"; if near(at, 3.0));
        refuse!("mean_absolute_error.square"; if near(at, 2.5) || near(at, 2.5_f32.sqrt()));
        let mut random = Random::new();
        let pairs = lists(5.0).into_iter().map(|truth| {
            let said: Vec<f32> = truth.iter().map(|number| number + random.number(3.0)).collect();
            (truth, said)
        });
        let right = |n: &(Vec<f32>, Vec<f32>)| given::mean_absolute_error(&n.0, &n.1);
        each("mean_absolute_error", pairs, |n| error(&n.0, &n.1), |n, got| near(*got, right(n)))
    })
}

/// The mean of the training masses, said of each test penguin.
pub fn mean_baseline(baseline: &[f32]) -> Verdict {
    judge("mean_baseline", || {
        let penguins = Penguins::load()?;
        let (length, wanted) = (baseline.len(), penguins.test.len());
        refuse!("mean_baseline.length", length, wanted; if length != wanted);
        let mean = penguins.mass(&penguins.train)?.mean();
        let of_test = penguins.mass(&penguins.test)?.mean();
        let all_are = |number: f32| baseline.iter().all(|one| (one - number).abs() < 1e-3);
        refuse!("mean_baseline.differ"; if baseline.iter().any(|one| *one != baseline[0]));
        refuse!("mean_baseline.of_test"; if all_are(of_test));
        let [of_train, test] = [&penguins.train, &penguins.test].map(|part| part.len() as f32);
        let of_all = (mean * of_train + of_test * test) / (of_train + test);
        refuse!("mean_baseline.of_all"; if all_are(of_all));
        let first = decimal(baseline[0], 3);
        refuse!("mean_baseline.other", first; if !all_are(mean));
        Ok(())
    })
}

/// One unit that tells the mass in kilograms from three lengths.
pub fn mass_model(model: &Model) -> Verdict {
    judge("mass_model", || {
        let penguins = Penguins::load()?;
        is_one_unit(model, LENGTHS.len(), Linear)?;
        refuse!("mass_model.loss", loss = model.loss();
            if !matches!(model.loss(), Loss::MeanSquaredError | Loss::MeanAbsoluteError));
        saw_the_training(model, &penguins.scaled(&LENGTHS)?.0)?;
        let (truth, says) = mass_said(&penguins, model)?;
        let error = given::mean_absolute_error(&truth, &says);
        let (error_kg, mean) = (decimal(error, 2), decimal(mean_of(&says), 1));
        refuse!("mass_model.grams", mean; if mean_of(&says) > 10.0);
        let of_training = penguins.mass(&penguins.train)?.mean();
        let baseline = given::mean_absolute_error(&truth, &vec![of_training; truth.len()]);
        refuse!("mass_model.far", error_kg, mean; if error.is_nan() || error > baseline);
        refuse!("mass_model.not_enough", error_kg; if error > 0.36);
        Ok(())
    })
}

/// For each species the mean of what the model's answers lack.
pub fn residual_by_species(model: &Model, by_species: [f32; 3]) -> Verdict {
    judge("residual_by_species", || {
        let penguins = Penguins::load()?;
        let (truth, says) = mass_said(&penguins, model)?;
        let species = penguins.species_test.to_vec();
        let lacks = |number: f32| -> Vec<f32> {
            let rows = (0..truth.len()).filter(|row| species[*row] == number);
            rows.map(|row| truth[row] - says[row]).collect()
        };
        let right = [0.0, 1.0, 2.0].map(|number| mean_of(&lacks(number)));
        let sums = [0.0, 1.0, 2.0].map(|number| lacks(number).iter().sum::<f32>());
        refuse!("residual_by_species.zero"; if by_species == [0.0; 3]);
        refuse!("residual_by_species.sign"; if are_near(&by_species, &right.map(|mean| -mean)));
        refuse!("residual_by_species.sums"; if are_near(&by_species, &sums));
        refuse!("residual_by_species.all"; if by_species[0] == by_species[2]);
        for (place, name) in penguins::species().into_iter().enumerate() {
            let came = decimal(by_species[place], 3);
            refuse!("residual_by_species.other", name, came;
                if !are_near(&by_species[place..=place], &right[place..=place]));
        }
        Ok(())
    })
}

/// The binary cross-entropy of one answer.
pub fn yes_no_loss(loss: fn(f32, f32) -> f32) -> Verdict {
    judge("yes_no_loss", || {
        let (yes, no) = (loss(1.0, 0.8), loss(0.0, 0.8));
        let [of_yes, of_no] = [1.0, 0.0].map(|truth| loss_of(truth, 0.8));
        refuse!("yes_no_loss.sign"; if near(yes, -of_yes));
        refuse!("yes_no_loss.same"; if near(yes, of_yes) && near(no, yes));
        refuse!("yes_no_loss.turned"; if near(yes, of_no) && near(no, of_yes));
        refuse!("yes_no_loss.base";
            if near(yes, 0.8_f32.log2().abs()) || near(yes, 0.8_f32.log10().abs()));
        let mut random = Random::new();
        let pairs = (0..40).map(|n| ((n % 2) as f32, (1 + random.below(999)) as f32 / 1_000.0));
        each("yes_no_loss", pairs, |n| loss(n.0, n.1), |n, got| near(*got, loss_of(n.0, n.1)))
    })
}

/// The binary cross-entropy of one answer, which is never infinite.
fn loss_of(truth: f32, p: f32) -> f32 {
    let of_the_truth = if truth == 1.0 { p } else { 1.0 - p };
    -of_the_truth.max(1e-7).ln()
}

/// One sigmoid unit that says how likely a Chinstrap is.
pub fn chinstrap_model(model: &Model) -> Verdict {
    judge("chinstrap_model", || {
        let penguins = Penguins::load()?;
        says_yes_or_no(model, &penguins)?;
        let (truth, says) = chance_said(&penguins, model)?;
        let losses = truth.iter().zip(&says).map(|(truth, p)| loss_of(*truth, *p));
        let loss = mean_of(&losses.collect::<Vec<f32>>());
        let came = decimal(loss, 3);
        // Who always says one half has 0.693.
        refuse!("chinstrap_model.worse_than_half", came; if loss > 0.7);
        refuse!("chinstrap_model.not_enough", came; if loss.is_nan() || loss > 0.49);
        Ok(())
    })
}

/// Precision and recall of what is said above a threshold.
pub fn precision_recall(answer: PrecisionRecall) -> Verdict {
    judge("precision_recall", || {
        let is = |(p, r): (f32, f32), (p2, r2): (f32, f32)| near(p, p2) && near(r, r2);
        // Called: three, one of them rightly. To be found: two.
        let (truth, says) = ([1.0, 1.0, 0.0, 0.0, 0.0], [0.9, 0.2, 0.8, 0.7, 0.1]);
        let at = answer(&truth, &says, 0.5);
        refuse!("precision_recall.turned"; if is(at, (0.5, 1.0 / 3.0)));
        refuse!("precision_recall.accuracy"; if near(at.0, 0.4) || near(at.1, 0.4));
        refuse!("precision_recall.fixed";
            if is(answer(&truth, &says, 0.15), at) && is(at, (1.0 / 3.0, 0.5)));
        let never = answer(&truth, &says, 0.95);
        refuse!("precision_recall.nan"; if never.0.is_nan() || never.1.is_nan());
        refuse!("precision_recall.equal";
            if is(answer(&[1.0, 0.0], &[0.9, 0.5], 0.5), (0.5, 1.0)));
        let mut random = Random::new();
        let cases = (0..40).map(|n| {
            let length = 1 + random.below(12);
            let truth: Vec<f32> = (0..length).map(|_| random.below(2) as f32).collect();
            let says: Vec<f32> = (0..length).map(|_| random.below(100) as f32 / 100.0).collect();
            (truth, says, [0.505, 0.255, 0.755, 0.995][n % 4])
        });
        each(
            "precision_recall",
            cases,
            |(truth, says, threshold)| answer(truth, says, *threshold),
            |(truth, says, threshold), got| {
                is(*got, given::precision_recall(truth, says, *threshold))
            },
        )
    })
}

/// One sigmoid unit that finds the rare class, and not by calling everything so.
pub fn rare_class(model: &Model) -> Verdict {
    judge("rare_class", || {
        let penguins = Penguins::load()?;
        says_yes_or_no(model, &penguins)?;
        let (truth, says) = chance_said(&penguins, model)?;
        let (_, recall) = given::precision_recall(&truth, &says, 0.5);
        let called = says.iter().filter(|p| **p > 0.5).count() as f32 / says.len() as f32;
        let (found, called_percent) = (percent(recall), percent(called));
        refuse!("rare_class.not_found", found; if recall < 0.65);
        refuse!("rare_class.too_many", called_percent; if called > 0.6);
        Ok(())
    })
}

/// The measured penguins, split as the notebook splits them.
struct Penguins {
    train: Array,
    test: Array,
    species_test: Array,
}

impl Penguins {
    fn load() -> Result<Self, String> {
        let (x, y) = said(given::measured_penguins())?;
        let ((train, _), (test, species_test)) = said(train_test_split(&x, &y, 0.3, 1))?;
        Ok(Penguins { train, test, species_test })
    }

    fn mass(&self, part: &Array) -> Result<Array, String> {
        Ok(said(part.column(3))? / 1_000.0)
    }

    /// Some columns, standardised, of training and test.
    fn scaled(&self, columns: &[usize]) -> Result<(Array, Array), String> {
        let [train, test] = [&self.train, &self.test].map(|part| part.select_columns(columns));
        let (_, train, test) = said(given::standardised(&said(train)?, &said(test)?))?;
        Ok((train, test))
    }
}

/// The test masses, and what a model says of them.
fn mass_said(penguins: &Penguins, model: &Model) -> Result<(Vec<f32>, Vec<f32>), String> {
    let says = outputs(model, &penguins.scaled(&LENGTHS)?.1)?.to_vec();
    Ok((penguins.mass(&penguins.test)?.to_vec(), says))
}

/// Which test penguins are Chinstraps, and how likely a model thinks that.
fn chance_said(penguins: &Penguins, model: &Model) -> Result<(Vec<f32>, Vec<f32>), String> {
    let says = outputs(model, &penguins.scaled(&DEPTH_AND_MASS)?.1)?.to_vec();
    Ok((given::is_chinstrap(&penguins.species_test).to_vec(), says))
}

fn says_yes_or_no(model: &Model, penguins: &Penguins) -> Finding {
    is_one_unit(model, DEPTH_AND_MASS.len(), Sigmoid)?;
    refuse!("yes_or_no.loss", loss = model.loss(); if model.loss() != BinaryCrossentropy);
    saw_the_training(model, &penguins.scaled(&DEPTH_AND_MASS)?.0)
}

/// Fails when a model has more than one unit, or another activation.
fn is_one_unit(model: &Model, wanted: usize, activation: Activation) -> Finding {
    let inputs = model.input_shape().num_values();
    refuse!("one_unit.inputs", inputs, wanted; if inputs != wanted);
    match &dense_layers(model.layers())[..] {
        [layer] if layer.units == 1 => {
            let came = layer.activation;
            refuse!("one_unit.activation", came, wanted = activation; if came != activation);
            Ok(())
        }
        layers => {
            let units: usize = layers.iter().map(|layer| layer.units).sum();
            wrong!("one_unit.units", units)
        }
    }
}

/// Fails when a model was not trained, or not on the training penguins alone.
fn saw_the_training(model: &Model, train: &Array) -> Finding {
    refuse!("saw.nothing"; if model.num_steps() == 0);
    refuse!("saw.others"; if model.seen().share_among(train) < 0.99);
    Ok(())
}

fn mean_of(numbers: &[f32]) -> f32 {
    numbers.iter().sum::<f32>() / numbers.len().max(1) as f32
}
