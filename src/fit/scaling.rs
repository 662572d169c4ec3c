//! Numbers of the wrong size: not divided, divided twice, columns with units, prices to be told.

use crate::compile::scale::{MOST_COLUMNS, Scale};
use crate::define::layers::Layer;
use crate::engine::rows::Rows;
use crate::fit::note::Note;
use crate::fit::training_run::{SAMPLE, TrainingRun, sample, spread};

/// How large numbers are, by some of the rows. The largest size of all takes longer, and is not looked for here.
pub(crate) fn scale_of(rows: Rows) -> Scale {
    let (mut smallest, mut largest) = (f32::INFINITY, f32::NEG_INFINITY);
    let (mut squares, mut total, mut below_0, mut values) = (0.0f64, 0.0f64, 0usize, 0usize);
    for row in spread(rows.len(), SAMPLE / 2) {
        let row = rows.row(row);
        let [mut low, mut high, mut sum] = [f32::INFINITY, f32::NEG_INFINITY, 0.0];
        for &value in row {
            low = low.min(value);
            high = high.max(value);
            sum += value * value;
        }
        smallest = smallest.min(low);
        largest = largest.max(high);
        below_0 += row.iter().filter(|value| **value < 0.0).count();
        squares += f64::from(sum);
        total += row.iter().copied().map(f64::from).sum::<f64>();
        values += row.len();
    }
    let values = values.max(1) as f64;
    let typical = (squares / values).sqrt() as f32;
    let [below_0, mean] = [below_0 as f64, total].map(|sum| (sum / values) as f32);
    Scale { smallest, largest, below_0, mean, typical, up_to: 0.0, is_silent: false }
}

/// Whether the network begins with an `Embedding`: the number of a word is no size.
pub(crate) fn takes_word_numbers(layers: &[Layer]) -> bool {
    layers.iter().any(|layer| matches!(layer, Layer::Embedding(_)))
}

/// Whether the columns have units of their own: then some are ten times as large as others. A picture has dark
/// corners, too.
fn has_units(x: Rows) -> bool {
    let columns = x.row(0).len();
    if !(2..=MOST_COLUMNS).contains(&columns) {
        return false;
    }
    let rows = sample(x.len());
    let size = |column: usize| rows.iter().map(|&row| x.row(row)[column].abs()).sum::<f32>();
    let sizes = (0..columns).map(size).filter(|size| *size > 0.0);
    let (least, most) = sizes.fold((f32::MAX, 0.0f32), |(a, b), size| (size.min(a), size.max(b)));
    most > 10.0 * least
}

/// A network begins with answers near 0, and a step moves them only so far.
pub(crate) fn scaling_of_y(run: &TrainingRun) -> Option<Note> {
    let is_far = run.loss.is_of_numbers() && scale_of(run.y).typical > 100.0;
    let [smallest, largest] = is_far.then(|| range_of_all(run.y))?;
    Some(Note::YNotScaled { smallest, largest })
}

/// The smallest and the largest of all numbers; it takes longer than [`scale_of`].
pub(crate) fn range_of_all(x: Rows) -> [f32; 2] {
    (0..x.len())
        .flat_map(|row| x.row(row))
        .fold([f32::MAX, f32::MIN], |[low, high], &value| [low.min(value), high.max(value)])
}

/// Typical values above 10 are not scaled (pixels up to 255 have 85, standardised values 1); a
/// reach below 0.02 is scaled twice (255 / 255 / 255 is 0.004).
pub(crate) fn scaling(run: &TrainingRun) -> Option<Note> {
    if takes_word_numbers(run.layers) {
        return None;
    }
    let training = scale_of(run.x);
    if training.typical > 10.0 {
        let [smallest, largest] = range_of_all(run.x);
        return Some(if has_units(run.x) {
            Note::ColumnsNotScaled { smallest, largest }
        } else {
            Note::NotScaled { smallest, largest }
        });
    }
    let is_small = |[smallest, largest]: &[f32; 2]| smallest.abs().max(largest.abs()) < 0.02;
    let is_found = training.typical > 0.0 && is_small(&[training.smallest, training.largest]);
    if let Some([smallest, largest]) = is_found.then(|| range_of_all(run.x)).filter(is_small) {
        return Some(Note::ScaledTwice { largest: largest.max(-smallest) });
    }
    let [training, validation] = [training.typical, scale_of(run.validation?.0).typical];
    let ratio = validation / training;
    let is_other = ratio.is_finite() && validation > 0.0 && !(0.1..=10.0).contains(&ratio);
    is_other.then_some(Note::ScaledUnlikeTraining { training, validation })
}
