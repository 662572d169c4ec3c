//! The checks of `course/10_tables.md`.

use std::collections::HashMap;

use zunder::{Array, Model, Normalization, penguins};

use crate::given;
use crate::judged::{
    accuracy, class_numbers, decimal, ends_with_softmax, has_not_seen, num_outputs, percent, said,
    units_of,
};
use crate::sentences::{refuse, say, wrong};
use crate::verdict::{Finding, Verdict, judge};

/// The column of the body mass.
const MASS: usize = 3;

/// Numbers of this order are the same when computed in another way.
const TOLERANCE: f32 = 2e-3;

/// The row numbers of the penguins of which nothing is missing.
pub fn complete_rows(complete: &[usize]) -> Verdict {
    judge("complete_rows", || {
        let (x, _) = said(penguins::load_data())?;
        if let Some(row) = complete.iter().find(|&&row| row >= x.len()) {
            return wrong!("complete_rows.no_row", row, number = x.len());
        }
        let all = given::complete_rows(&x);
        let with_gaps = complete.iter().filter(|row| !all.contains(row)).count();
        let is_in_order = complete.windows(2).all(|pair| pair[0] < pair[1]);
        match (with_gaps, complete.len()) {
            (0, 0) => wrong!("complete_rows.empty"),
            (gaps, kept) if gaps == kept => wrong!("complete_rows.turned_round"),
            (1.., kept) if kept == x.len() => wrong!("complete_rows.all_there"),
            (1.., _) => wrong!("complete_rows.gaps"),
            _ if !is_in_order => wrong!("complete_rows.order"),
            (_, kept) if kept < all.len() => wrong!("complete_rows.good_ones"),
            _ => Ok(()),
        }
    })
}

/// The measured penguins, split at random into a training part and a test part of a fifth.
pub fn penguin_split(train: (&Array, &Array), test: (&Array, &Array)) -> Verdict {
    judge("penguin_split", || {
        let species_by_row = species_by_row()?;
        let mut seen: HashMap<Vec<u32>, usize> = HashMap::new();
        check_part("train", train, &species_by_row, &mut seen)?;
        check_part("test", test, &species_by_row, &mut seen)?;
        let all = species_by_row.len();
        let (num_test, left) = (test.0.len(), train.0.len() + test.0.len());
        refuse!("penguin_split.lost", all, left; if left != all);
        refuse!("penguin_split.no_fifth", num_test, all; if !(60..=77).contains(&num_test));
        Ok(())
    })
}

/// One part of the split: every row is a measured penguin with its own species, seen only once.
fn check_part(
    name: &str,
    (x, y): (&Array, &Array),
    species_by_row: &HashMap<Vec<u32>, f32>,
    seen: &mut HashMap<Vec<u32>, usize>,
) -> Finding {
    let shape = x.shape();
    refuse!("penguin_split.shapes", name, shape, labels = y.shape();
        if shape.num_dims() != 2 || shape.dims()[1] != 4 || y.shape() != [x.len()] || x.is_empty());
    let labels = y.to_vec();
    for (row, label) in rows_as_bits(x).into_iter().zip(&labels) {
        let species =
            species_by_row.get(&row).ok_or_else(|| say!("penguin_split.other_row", name))?;
        refuse!("penguin_split.labels", name; if species != label);
        *seen.entry(row).or_insert(0) += 1;
    }
    refuse!("penguin_split.twice"; if seen.values().any(|&count| count > 1));
    if let Some(missing) = (0..3).find(|&species| !labels.contains(&(species as f32))) {
        let species = penguins::species()[missing];
        return wrong!("penguin_split.no_species", species, name);
    }
    Ok(())
}

/// The body mass, standardised by hand with the numbers of the training rows.
pub fn standardise_column(
    x_train: &Array,
    x_test: &Array,
    mass_train: &Array,
    mass_test: &Array,
) -> Verdict {
    judge("standardise_column", || {
        let [train, test] = [x_train, x_test].map(|x| x.column(MASS).ok());
        let (Some(train), Some(test)) = (train, test) else { return no_tables() };
        for (name, got, expected) in
            [("mass_train", mass_train, &train), ("mass_test", mass_test, &test)]
        {
            let (shape, wanted) = (got.shape(), expected.shape());
            refuse!("standardise_column.shape", name, shape, wanted; if shape != wanted);
        }
        refuse!("standardise_column.grams"; if mass_train == &train);
        if !are_alike(mass_train, &standardised(&train, &train)) {
            by_hand(mass_train)
        } else if are_alike(mass_test, &standardised(&test, &train)) {
            Ok(())
        } else if are_alike(mass_test, &standardised(&test, &test)) {
            wrong!("standardise_column.own_mean")
        } else {
            wrong!("standardise_column.test_differs")
        }
    })
}

/// What went wrong with a column that should have mean 0 and standard deviation 1.
fn by_hand(mass: &Array) -> Finding {
    let is_right = (mass.mean().abs() < 0.01, (mass.std() - 1.0).abs() < 0.01);
    let (mean, std) = (decimal(mass.mean(), 3), decimal(mass.std(), 3));
    match is_right {
        (true, true) => wrong!("standardise_column.other_numbers"),
        (true, false) => wrong!("standardise_column.spread", std),
        (false, true) => wrong!("standardise_column.mean", mean),
        (false, false) => wrong!("standardise_column.both", mean, std),
    }
}

/// The whole table, standardised by a [`Normalization`] that saw the training rows only.
pub fn standardise_table(
    (x_train, x_train_scaled): (&Array, &Array),
    (x_test, x_test_scaled): (&Array, &Array),
    normalization: &Normalization,
) -> Verdict {
    judge("standardise_table", || {
        let Ok(right) = Normalization::adapt(x_train) else { return no_tables() };
        refuse!("standardise_table.other_rows";
            if !are_alike(&normalization.mean(), &right.mean())
                || !are_alike(&normalization.variance(), &right.variance()));
        for (name, x, scaled) in
            [("x_train_scaled", x_train, x_train_scaled), ("x_test_scaled", x_test, x_test_scaled)]
        {
            let Ok(expected) = right.apply(x) else { return no_tables() };
            if are_alike(scaled, &expected) {
                continue;
            }
            let own = Normalization::adapt(x).and_then(|own| own.apply(x));
            refuse!("standardise_table.own_numbers", name;
                if own.is_ok_and(|own| are_alike(scaled, &own)));
            refuse!("standardise_table.grams", name; if scaled == x);
            return wrong!("standardise_table.other_numbers", name);
        }
        Ok(())
    })
}

/// A network 4-8-3 that knows nearly all of the unseen penguins.
pub fn penguin_network(model: &Model, x_test: &Array, y_test: &Array) -> Verdict {
    judge("penguin_network", || {
        let inputs = model.input_shape().num_values();
        let outputs = num_outputs(model.layers());
        refuse!("penguin_network.inputs", inputs, outputs; if inputs != 4 || outputs != 3);
        let layers = units_of(model.layers());
        refuse!("penguin_network.layers", layers; if layers != "8-3");
        refuse!("penguin_network.too_few"; if x_test.len() < 50);
        refuse!("penguin_network.grams"; if x_test.max() > 100.0);
        ends_with_softmax(model.layers())?;
        has_not_seen(model, x_test)?;
        refuse!("penguin_network.untrained"; if model.seen().num_samples() < 100);
        let labels = class_numbers(y_test);
        refuse!("penguin_network.labels";
            if (0..3u8).any(|species| !labels.contains(&f32::from(species))));
        let accuracy = accuracy(model, x_test, y_test)?;
        let percent = percent(accuracy);
        match accuracy {
            0.95.. => Ok(()),
            0.85.. => wrong!("penguin_network.close", percent),
            _ => wrong!("penguin_network.not_enough", percent),
        }
    })
}

/// Models that each do without one column, and the column without which the network does worst.
pub fn most_important(
    models: &[Model],
    x_train: &Array,
    (x_test, y_test): (&Array, &Array),
    most_important: impl TryInto<usize>,
) -> Verdict {
    let column = most_important.try_into().unwrap_or(usize::MAX);
    judge("most_important", || {
        refuse!("most_important.how_many", got = models.len(); if models.len() != 4);
        refuse!("most_important.no_column", column; if column >= 4);
        let mut accuracies = Vec::new();
        for (left_out, model) in models.iter().enumerate() {
            let others: Vec<usize> = (0..4).filter(|other| *other != left_out).collect();
            let part = |x: &Array| said(x.select_columns(&others));
            // Of three measurements some penguins share all, so nothing can be asked of the test part.
            let saw_these = model.seen().share_among(&part(x_train)?) > 0.99;
            let saw_all = model.num_steps() > 0 && model.seen().num_samples() == x_train.len();
            refuse!("most_important.not_trained", column = left_out; if !saw_these || !saw_all);
            accuracies.push(accuracy(model, &part(x_test)?, y_test)?);
        }
        refuse!("most_important.labels"; if accuracies.iter().all(|accuracy| *accuracy < 0.6));
        refuse!("most_important.other", column, name = penguins::columns()[column];
            if accuracies.iter().any(|accuracy| accuracies[column] > *accuracy));
        Ok(())
    })
}

/// What the model says of a penguin that it has never seen.
pub fn new_penguin(model: &Model, normalization: &Normalization, probabilities: &Array) -> Verdict {
    judge("new_penguin", || {
        let shape = probabilities.shape();
        refuse!("new_penguin.shape", shape; if shape != [1, 3]);
        let new = Array::from([[47.0, 18.2, 194.0, 3600.0]]);
        let Ok(scaled) = normalization.apply(&new) else { return no_tables() };
        refuse!("new_penguin.all_rows"; if is_of_all_rows(normalization)?);
        let says = |x: &Array| model.predict_silently(x).ok();
        let is = |x: &Array| says(x).is_some_and(|outputs| are_as_likely(&outputs, probabilities));
        let is_really_scaled = scaled.max().abs() < 10.0;
        if is(&scaled) && is_really_scaled {
            Ok(())
        } else if is(&new) {
            wrong!("new_penguin.grams")
        } else if is(&Array::zeros([1, 4])) {
            wrong!("new_penguin.zeros")
        } else {
            wrong!("new_penguin.other")
        }
    })
}

/// Whether the numbers are those of all measured penguins, with the test among them.
fn is_of_all_rows(normalization: &Normalization) -> Result<bool, String> {
    let (x, _) = said(given::measured_penguins())?;
    let all = said(Normalization::adapt(&x))?;
    // Those of the training rows are closer than the tolerance of other checks.
    let pairs = normalization.mean().to_vec().into_iter().zip(all.mean().to_vec());
    Ok(pairs.map(|(mean, of_all)| (mean / of_all - 1.0).abs()).fold(0.0, f32::max) < 1e-4)
}

/// Whether each probability is the other but for 5 %, however near to 0: a network that is sure says
/// nearly the same numbers of many penguins.
fn are_as_likely(outputs: &Array, probabilities: &Array) -> bool {
    let logarithm = |p: f32| p.max(f32::MIN_POSITIVE).ln();
    let mut pairs = outputs.to_vec().into_iter().zip(probabilities.to_vec());
    outputs.shape() == probabilities.shape()
        && pairs.all(|(output, said)| (logarithm(output) - logarithm(said)).abs() < 0.05)
}

/// The rows of a table with four columns, comparable bit by bit.
fn rows_as_bits(x: &Array) -> Vec<Vec<u32>> {
    x.to_vec().chunks(4).map(|row| row.iter().map(|value| value.to_bits()).collect()).collect()
}

/// The species of each measured penguin; no two of them have the same measurements.
fn species_by_row() -> Result<HashMap<Vec<u32>, f32>, String> {
    let (x, y) = said(given::measured_penguins())?;
    Ok(rows_as_bits(&x).into_iter().zip(y.to_vec()).collect())
}

/// A column with mean and standard deviation of another one.
fn standardised(column: &Array, like: &Array) -> Array {
    (column - like.mean()) / like.std()
}

/// Whether the shapes are the same and all numbers nearly; a NaN is near to nothing.
fn are_alike(got: &Array, expected: &Array) -> bool {
    let near =
        |(got, expected): (f32, f32)| (got - expected).abs() <= TOLERANCE * expected.abs().max(1.0);
    got.shape() == expected.shape() && got.to_vec().into_iter().zip(expected.to_vec()).all(near)
}

fn no_tables() -> Finding {
    wrong!("penguins.no_tables")
}
