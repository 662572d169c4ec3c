//! The classic mistakes that can be seen before training.
//!
//! Each rule is made so that it stays silent where the numbers could be chance, and looks at a
//! few hundred samples only where all would take long.

use std::collections::{HashMap, HashSet};

use crate::choose::losses::Loss;
use crate::choose::metrics::named_class;
use crate::compile::seen::hash;
use crate::define::activation::Activation;
use crate::define::layers::{Layer, answering};
use crate::engine::rows::Rows;
use crate::fit::last_layer::last_layer;
use crate::fit::note::Note;
use crate::fit::scaling::{scaling, scaling_of_y};
use crate::fit::training_run::{MOST_NOTES, TrainingRun, sample, spread};

/// What can be seen before training.
pub(crate) fn before(run: &TrainingRun) -> Vec<Note> {
    let mut notes = Vec::new();
    notes.extend(scaling(run));
    notes.extend(scaling_of_y(run));
    notes.extend(last_layer(run));
    notes.extend(dropout_last(run.layers));
    notes.extend(hidden_softmax(run.layers));
    notes.extend(batch_of_one(run));
    if run.loss.is_categorical() {
        notes.extend(labels_not_one_hot(run.y));
        notes.extend(classes(run));
    }
    if run.loss == Loss::BinaryCrossentropy && run.y.columns() == 1 {
        notes.extend(classes(run));
    }
    notes.extend(validation_seen_in_training(run));
    notes.truncate(MOST_NOTES);
    notes
}

/// A `Dropout` behind the layer that answers.
pub(crate) fn dropout_last(layers: &[Layer]) -> Option<Note> {
    let (answering, _) = answering(layers)?;
    let mut behind = layers[answering..].iter();
    behind.any(|layer| matches!(layer, Layer::Dropout(_))).then_some(Note::DropoutLast)
}

fn hidden_softmax(layers: &[Layer]) -> Option<Note> {
    let (answering, _) = answering(layers)?;
    let is_softmax = |layer: &Layer| layer.activation() == Some(Activation::Softmax);
    let layer = layers[..answering].iter().position(is_softmax)?;
    Some(Note::HiddenSoftmax { layer })
}

/// A single row is its own mean; a single picture has many pixels for each.
fn batch_of_one(run: &TrainingRun) -> Option<Note> {
    let is_flat = |before: &[Layer]| {
        before.iter().rev().find_map(|layer| match layer {
            Layer::Dropout(_) | Layer::BatchNormalization(_) => None,
            Layer::Input(input) => Some(input.shape.num_dims() == 1),
            Layer::Dense(_) | Layer::Flatten(_) | Layer::GlobalAveragePooling1D(_) => Some(true),
            _ => Some(false),
        })
    };
    let mut layers = run.layers.iter().enumerate();
    let is_one = run.batch_size.min(run.x.len()) == 1
        && layers.any(|(at, layer)| {
            matches!(layer, Layer::BatchNormalization(_))
                && is_flat(&run.layers[..at]) == Some(true)
        });
    is_one.then_some(Note::BatchOfOne)
}

fn labels_not_one_hot(y: Rows) -> Option<Note> {
    let sum = |row: usize| y.row(row).iter().sum::<f32>();
    let is_wrong = |row: &usize| {
        (sum(*row) - 1.0).abs() > 0.01 || y.row(*row).iter().any(|&label| label < 0.0)
    };
    let row = sample(y.len()).into_iter().filter(is_wrong).min()?;
    Some(Note::LabelsNotOneHot { row, sum: sum(row) })
}

/// How many samples each class has.
fn counts(y: Rows) -> Vec<usize> {
    let mut counts = vec![0; y.columns().max(2)];
    for row in 0..y.len() {
        counts[named_class(y.row(row))] += 1;
    }
    counts
}

/// Too few classes, and classes that are sorted before a split.
fn classes(run: &TrainingRun) -> Vec<Note> {
    let training = counts(run.y);
    let validation = run.validation.map_or_else(|| vec![0; training.len()], |(_, y)| counts(y));
    // That the labels are sorted explains why the training part has one class only.
    let is_split = run.is_split && run.validation.is_some();
    let sorted = is_split.then(|| sorted_before_split(&training, &validation)).flatten();
    let mut notes = Vec::new();
    notes.extend(sorted.or_else(|| one_class(&training)));
    notes.extend(more_units_than_classes(&training, &validation));
    notes
}

fn one_class(counts: &[usize]) -> Option<Note> {
    let mut found = (0..counts.len()).filter(|&class| counts[class] > 0);
    let (class, other) = (found.next()?, found.next());
    (other.is_none() && counts[class] > 1).then_some(Note::OneClassOnly { class })
}

/// Only where the last classes would hardly be missing by chance: with ten samples for each unit.
/// Classes missing in between are left alone; some data sets number them so.
fn more_units_than_classes(training: &[usize], validation: &[usize]) -> Option<Note> {
    let (units, total) = (training.len(), sum(training) + sum(validation));
    let used = (0..units).rev().find(|&class| training[class] + validation[class] > 0)?;
    let classes = used + 1;
    let is_sure = total >= 10 * units && classes > 1 && classes < units;
    is_sure.then_some(Note::MoreUnitsThanClasses { units, classes })
}

/// Only where chance would do this less than once in a thousand times.
fn sorted_before_split(training: &[usize], validation: &[usize]) -> Option<Note> {
    const CHANCE: f64 = 0.001;
    let (num_training, num_validation) = (sum(training) as f64, sum(validation) as f64);
    let held_back = num_validation / (num_training + num_validation);
    let all_held_back =
        |class: &usize| training[*class] == 0 && held_back.powf(validation[*class] as f64) < CHANCE;
    let classes: Vec<usize> =
        (0..training.len()).filter(|class| validation[*class] > 0).filter(all_held_back).collect();
    if !classes.is_empty() {
        return Some(Note::ClassesOnlyInValidation { classes });
    }
    let class = (0..validation.len()).find(|&class| validation[class] > 0)?;
    let share = (training[class] + validation[class]) as f64 / (num_training + num_validation);
    let is_only = validation[class] == sum(validation);
    let is_sure = is_only && share.powf(num_validation) < CHANCE;
    is_sure.then_some(Note::ValidationOfOneClass { class })
}

fn sum(counts: &[usize]) -> usize {
    counts.iter().sum()
}

/// Said where a tenth of the validation samples occur in the training data as well, and where
/// that is not just the nature of the data: training samples must occur twice in it far less
/// often. (Data with few different values repeat themselves.)
fn validation_seen_in_training(run: &TrainingRun) -> Option<Note> {
    const PROBES: usize = 200;
    const MOST_ROWS: usize = 8_192;
    let (validation, _) = run.validation?;
    let rows = spread(run.x.len(), MOST_ROWS);
    let looked_at = rows.len() as f32 / run.x.len() as f32;
    let of_validation: Vec<&[f32]> =
        spread(validation.len(), PROBES).into_iter().map(|row| validation.row(row)).collect();
    let of_training: Vec<&[f32]> =
        spread(rows.len(), PROBES).into_iter().map(|row| run.x.row(rows[row])).collect();
    let glances: HashSet<u64> =
        of_validation.iter().chain(&of_training).map(|row| glance(row)).collect();
    let [from_validation, from_training] =
        [of_validation, of_training].map(|rows| rows.into_iter().map(hash).collect::<Vec<u64>>());
    let mut times: HashMap<u64, usize> =
        from_validation.iter().chain(&from_training).map(|&hash| (hash, 0)).collect();
    for row in &rows {
        let row = run.x.row(*row);
        if glances.contains(&glance(row))
            && let Some(times) = times.get_mut(&hash(row))
        {
            *times += 1;
        }
    }
    let share = |probes: &[u64], least: usize| {
        let found = probes.iter().filter(|hash| times[hash] >= least).count();
        found as f32 / (probes.len() as f32 * looked_at)
    };
    let (seen, repeated) = (share(&from_validation, 1), share(&from_training, 2));
    let is_sure = seen >= 0.1 && seen >= 4.0 * repeated && validation.len() >= 10;
    is_sure.then_some(Note::ValidationSeenInTraining { share: seen.min(1.0) })
}

/// The same for two small parts of a row, for the few that are worth a whole look.
fn glance(row: &[f32]) -> u64 {
    let part = |eighths: usize| {
        let start = row.len() * eighths / 8;
        hash(&row[start..(start + 16).min(row.len())])
    };
    part(3) ^ part(5).rotate_left(32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choose::losses::Loss;
    use crate::choose::optimizers::Adam;
    use crate::define::dense::Dense;

    /// Data of the size of MNIST, each tenth validation sample a training sample.
    #[test]
    fn validation_samples_are_found_among_many_training_samples() {
        let (inputs, training, validation) = (784, 48_000, 12_000);
        let mut state = 1u32;
        let mut pixels: Vec<f32> = (0..(training + validation) * inputs)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / (1 << 24) as f32
            })
            .collect();
        for row in (training..training + validation).step_by(5) {
            pixels.copy_within(
                (row - training) * inputs..(row - training + 1) * inputs,
                row * inputs,
            );
        }
        let labels: Vec<f32> = (0..(training + validation) * 10)
            .map(|place| f32::from(place % 10 == place / 10 % 10))
            .collect();
        let (x, x_validation) = pixels.split_at(training * inputs);
        let (y, y_validation) = labels.split_at(training * 10);
        let layers = [Layer::Dense(Dense::new(10).activation(Activation::Softmax))];
        let run = TrainingRun {
            layers: &layers,
            loss: Loss::CategoricalCrossentropy,
            optimizer: Adam::default().into(),
            x: Rows::all(x, inputs),
            y: Rows::all(y, 10),
            validation: Some((Rows::all(x_validation, inputs), Rows::all(y_validation, 10))),
            is_split: true,
            batch_size: 32,
            is_weighted: false,
        };
        let notes = before(&run);
        assert!(matches!(notes[..], [Note::ValidationSeenInTraining { .. }]), "{notes:?}");
    }
}
