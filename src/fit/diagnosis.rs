//! The classic mistakes, looked for before and after training.
//!
//! Each rule is made so that it stays silent where the numbers could be chance, and looks at a
//! few hundred samples only where all would take long.

use std::collections::{HashMap, HashSet};

use crate::arrays::statistics::position_of_largest;
use crate::choose::losses::Loss;
use crate::choose::optimizers::Optimizer;
use crate::define::activation::Activation;
use crate::define::layers::Layer;
use crate::engine::kernels::Rows;
use crate::fit::history::History;
use crate::fit::note::{Note, Suspect};

/// So many notes at most before training, and again after it.
const MOST_NOTES: usize = 3;
/// So many samples stand for all of them.
const SAMPLE: usize = 512;

/// What is trained with what.
pub(crate) struct Task<'a> {
    pub(crate) layers: &'a [Layer],
    pub(crate) loss: Loss,
    pub(crate) optimizer: Optimizer,
    pub(crate) x: Rows<'a>,
    /// As the network should put it out: one-hot also where class numbers were given.
    pub(crate) y: Rows<'a>,
    /// `x` and `y` of the validation.
    pub(crate) validation: Option<(Rows<'a>, Rows<'a>)>,
    /// Whether the validation was split off the end of the samples.
    pub(crate) is_split: bool,
}

/// What came of it.
pub(crate) struct Outcome<'a> {
    pub(crate) history: &'a History,
    /// How often the weights were changed.
    pub(crate) steps: usize,
    /// The mean loss of the rows of [`sample`], and what the network puts out for them.
    pub(crate) loss: f32,
    pub(crate) outputs: &'a [f32],
}

/// What can be seen before training.
pub(crate) fn before(task: &Task) -> Vec<Note> {
    let mut notes = Vec::new();
    notes.extend(scaling(task));
    notes.extend(last_activation(task));
    notes.extend(hidden_softmax(task.layers));
    if task.loss.is_crossentropy() {
        notes.extend(labels_not_one_hot(task.y));
        notes.extend(classes(task));
    }
    notes.extend(validation_seen_in_training(task));
    notes.truncate(MOST_NOTES);
    notes
}

/// What can be seen only after training; `known` was said before it.
pub(crate) fn after(task: &Task, outcome: &Outcome, known: &[Note]) -> Vec<Note> {
    let mut notes = Vec::new();
    notes.extend(not_learned(task, outcome, known));
    notes.extend(overfitting(task, outcome.history));
    notes.truncate(MOST_NOTES);
    notes
}

/// The rows that stand for all `n`: spread over all, but without a rhythm that the data could
/// share (labels that count 0, 1, 2, ... again and again).
pub(crate) fn sample(n: usize) -> Vec<usize> {
    spread(n, SAMPLE)
}

fn spread(n: usize, most: usize) -> Vec<usize> {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    if n <= most {
        return (0..n).collect();
    }
    let mut rows: Vec<usize> =
        (0..most).map(|k| ((k as f64 * GOLDEN).fract() * n as f64) as usize).collect();
    rows.sort_unstable(); // in the order in which they lie in memory
    rows.dedup();
    rows
}

// Before training.

/// How large numbers are.
struct Size {
    smallest: f32,
    largest: f32,
    /// The root of the mean square. A single huge number, as standardised data have for pixels
    /// that are almost always black, does not make it large.
    typical: f32,
}

impl Size {
    fn of(rows: Rows) -> Self {
        let mut size = Size { smallest: f32::INFINITY, largest: f32::NEG_INFINITY, typical: 0.0 };
        let (mut squares, mut values) = (0.0f64, 0usize);
        for row in spread(rows.len(), SAMPLE / 2) {
            let row = rows.row(row);
            let [mut low, mut high, mut sum] = [f32::INFINITY, f32::NEG_INFINITY, 0.0];
            for &value in row {
                low = low.min(value);
                high = high.max(value);
                sum += value * value;
            }
            size.smallest = size.smallest.min(low);
            size.largest = size.largest.max(high);
            squares += f64::from(sum);
            values += row.len();
        }
        size.typical = (squares / values.max(1) as f64).sqrt() as f32;
        size
    }

    fn reach(&self) -> f32 {
        self.largest.max(-self.smallest)
    }
}

/// Typical values above 10 are not scaled (pixels up to 255 have 85, standardised values 1); a
/// reach below 0.02 is scaled twice (255 / 255 / 255 is 0.004).
fn scaling(task: &Task) -> Option<Note> {
    let training = Size::of(task.x);
    if training.typical > 10.0 {
        let Size { smallest, largest, .. } = training;
        return Some(Note::NotScaled { smallest, largest });
    }
    let reach = training.reach();
    if reach > 0.0 && reach < 0.02 {
        return Some(Note::ScaledTwice { largest: reach });
    }
    let validation = Size::of(task.validation?.0);
    let ratio = validation.typical / training.typical;
    let is_other = ratio.is_finite() && validation.typical > 0.0 && !(0.1..=10.0).contains(&ratio);
    is_other.then(|| Note::ScaledUnlikeTraining { training: reach, validation: validation.reach() })
}

fn last_activation(task: &Task) -> Option<Note> {
    let activation = task.layers.last().and_then(Layer::activation)?;
    let is_wrong = task.loss.is_crossentropy() && activation != Activation::Softmax;
    is_wrong.then_some(Note::NoSoftmax { activation })
}

fn hidden_softmax(layers: &[Layer]) -> Option<Note> {
    let (_, before) = layers.split_last()?;
    let found = before.iter().position(|layer| layer.activation() == Some(Activation::Softmax));
    found.map(|layer| Note::HiddenSoftmax { layer })
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
    let mut counts = vec![0; y.row(0).len()];
    for row in 0..y.len() {
        counts[position_of_largest(y.row(row))] += 1;
    }
    counts
}

/// Too few classes, and classes that are sorted before a split.
fn classes(task: &Task) -> Vec<Note> {
    let training = counts(task.y);
    let units = training.len();
    if units < 2 {
        return Vec::new();
    }
    let validation = task.validation.map_or_else(|| vec![0; units], |(_, y)| counts(y));
    let mut notes = Vec::new();
    notes.extend(one_class(&training));
    notes.extend(more_units_than_classes(&training, &validation));
    if task.is_split {
        notes.extend(sorted_before_split(&training, &validation));
    }
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
fn validation_seen_in_training(task: &Task) -> Option<Note> {
    const PROBES: usize = 200;
    const MOST_ROWS: usize = 8_192;
    let (validation, _) = task.validation?;
    let rows = spread(task.x.len(), MOST_ROWS);
    let looked_at = rows.len() as f32 / task.x.len() as f32;
    let of_validation: Vec<&[f32]> =
        spread(validation.len(), PROBES).into_iter().map(|row| validation.row(row)).collect();
    let of_training: Vec<&[f32]> =
        spread(rows.len(), PROBES).into_iter().map(|row| task.x.row(rows[row])).collect();
    let glances: HashSet<u64> =
        of_validation.iter().chain(&of_training).map(|row| glance(row)).collect();
    let [from_validation, from_training] =
        [of_validation, of_training].map(|rows| rows.into_iter().map(hash).collect::<Vec<u64>>());
    let mut times: HashMap<u64, usize> =
        from_validation.iter().chain(&from_training).map(|&hash| (hash, 0)).collect();
    for row in &rows {
        let row = task.x.row(*row);
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

/// A number for a row, mostly another one for another row.
fn hash(row: &[f32]) -> u64 {
    let two = |values: &[f32]| values.iter().fold(0, |bits, v| bits << 32 | u64::from(v.to_bits()));
    row.chunks(2).fold(0, |hash: u64, values| {
        // The constant of the FxHash of Firefox and rustc.
        (hash.rotate_left(5) ^ two(values)).wrapping_mul(0x517c_c1b7_2722_0a95)
    })
}

/// The same for two small parts of a row, for the few that are worth a whole look.
fn glance(row: &[f32]) -> u64 {
    let part = |eighths: usize| {
        let start = row.len() * eighths / 8;
        hash(&row[start..(start + 16).min(row.len())])
    };
    part(3) ^ part(5).rotate_left(32)
}

// After training.

/// The loss of the best answer that is the same for all samples: for classes their frequencies,
/// for numbers their mean.
fn guessing(loss: Loss, y: Rows, rows: &[usize]) -> f32 {
    let outputs = y.row(0).len();
    let mut guess = 0.0;
    for output in 0..outputs {
        let values = rows.iter().map(|&row| f64::from(y.row(row)[output]));
        let mean = values.clone().sum::<f64>() / rows.len() as f64;
        guess += match loss.is_crossentropy() {
            true if mean > 0.0 => -mean * mean.ln(),
            true => 0.0,
            false => {
                let squares = values.map(|value| (value - mean) * (value - mean));
                squares.sum::<f64>() / rows.len() as f64 / outputs as f64
            }
        };
    }
    guess as f32
}

/// One reason at most: a network that gives one answer, one that learned nothing, one whose loss
/// rose. The last two are not said where a mistake that explains them is known already.
fn not_learned(task: &Task, outcome: &Outcome, known: &[Note]) -> Option<Note> {
    let rows = sample(task.y.len());
    let guessing = guessing(task.loss, task.y, &rows);
    let learning_rate = task.optimizer.learning_rate();
    // Labels that are all alike cannot be learned wrongly.
    if guessing <= f32::EPSILON || rows.len() < 2 {
        return None;
    }
    if is_same_for_all(outcome.outputs, task.y.row(0).len()) && !all_alike(task.x, &rows) {
        return Some(Note::SameAnswerToAll { learning_rate });
    }
    let explains = |note: &Note| {
        matches!(note, Note::NotScaled { .. } | Note::ScaledTwice { .. } | Note::NoSoftmax { .. })
            || matches!(note, Note::HiddenSoftmax { .. } | Note::LabelsNotOneHot { .. })
    };
    // Before that many steps a network may know nothing yet.
    if known.iter().any(explains) || outcome.steps < 100 {
        return None;
    }
    let suspect = suspect(task.optimizer);
    let only_needs_time = suspect == Suspect::Data && still_falls(outcome);
    if outcome.loss >= 0.97 * guessing && !only_needs_time {
        return Some(Note::NotBetterThanGuessing { loss: outcome.loss, guessing, suspect });
    }
    loss_rose(outcome.history, guessing, learning_rate)
}

fn is_same_for_all(outputs: &[f32], width: usize) -> bool {
    let first = &outputs[..width];
    outputs.chunks_exact(width).all(|row| {
        row.iter().zip(first).all(|(a, b)| (a - b).abs() <= 1e-6 * a.abs().max(b.abs()).max(1e-3))
    })
}

fn all_alike(x: Rows, rows: &[usize]) -> bool {
    rows.iter().all(|&row| x.row(row) == x.row(rows[0]))
}

/// Whether the last epoch, or the end of the only one, made the loss clearly smaller.
fn still_falls(outcome: &Outcome) -> bool {
    match outcome.history.get("loss").unwrap_or_default()[..] {
        [.., before, last] => last < 0.97 * before,
        [only] => outcome.loss < 0.97 * only,
        [] => false,
    }
}

/// Five times above or below the optimizer's own default is suspicious.
fn suspect(optimizer: Optimizer) -> Suspect {
    let rate = optimizer.learning_rate();
    match rate / optimizer.usual_learning_rate() {
        ratio if ratio >= 5.0 => Suspect::LargeLearningRate(rate),
        ratio if ratio <= 0.2 => Suspect::SmallLearningRate(rate),
        _ => Suspect::Data,
    }
}

/// The training loss ended a quarter above its lowest value. A loss that is small by then, a tenth
/// of guessing, may go up and down as it likes.
fn loss_rose(history: &History, guessing: f32, learning_rate: f64) -> Option<Note> {
    let losses = history.get("loss").ok()?;
    let (lowest, last) = (position_of_smallest(&losses), *losses.last()?);
    let is_sure = last > 1.25 * losses[lowest] && last > 0.1 * guessing;
    let (epoch, lowest) = (lowest + 1, losses[lowest]);
    is_sure.then_some(Note::LossRose { epoch, lowest, last, learning_rate })
}

/// Over the last three epochs the training accuracy lies on average three points above the
/// validation accuracy, and more than three standard errors of so few validation samples. It began
/// where the validation loss, as the mean of three neighbouring epochs, was lowest.
fn overfitting(task: &Task, history: &History) -> Option<Note> {
    const EPOCHS: usize = 3;
    const LEAST_SAMPLES: usize = 20;
    let (_, y) = task.validation?;
    let epochs = history.num_epochs();
    if epochs < EPOCHS || y.len() < LEAST_SAMPLES {
        return None;
    }
    let values = |name: &str| history.get(name).ok();
    let end = |values: Vec<f32>| values[epochs - EPOCHS..].iter().sum::<f32>() / EPOCHS as f32;
    let (training, validation) = (end(values("accuracy")?), end(values("val_accuracy")?));
    // With two more of each, so that it is not zero where all are right or all wrong.
    let n = y.len() as f32 + 4.0;
    let share = (validation * y.len() as f32 + 2.0) / n;
    let standard_error = (share * (1.0 - share) / n).sqrt();
    let is_sure = training - validation > f32::max(0.03, 3.0 * standard_error);
    let losses = values("val_loss")?;
    let smooth: Vec<f32> = (0..epochs)
        .map(|epoch| {
            let near = &losses[epoch.saturating_sub(1)..(epoch + 2).min(epochs)];
            near.iter().sum::<f32>() / near.len() as f32
        })
        .collect();
    let epoch = position_of_smallest(&smooth) + 1;
    is_sure.then_some(Note::Overfitting { training, validation, epoch, epochs })
}

fn position_of_smallest(values: &[f32]) -> usize {
    let negated: Vec<f32> = values.iter().map(|value| -value).collect();
    position_of_largest(&negated)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::choose::optimizers::Adam;
    use crate::define::dense::Dense;

    #[test]
    fn a_sample_has_no_rhythm() {
        for n in [1, 512, 513, 60_000] {
            let rows = sample(n);
            assert!(rows.len() > SAMPLE * 8 / 10 || rows.len() == n, "{n}: {}", rows.len());
            assert!(rows.iter().all(|&row| row < n));
        }
        for rhythm in 2..100 {
            let met: HashSet<usize> = sample(60_000).iter().map(|row| row % rhythm).collect();
            assert!(met.len() >= rhythm / 2, "{rhythm}: {}", met.len());
        }
    }

    /// Data of the size of MNIST, each tenth validation sample a training sample.
    #[test]
    fn it_takes_a_few_milliseconds() {
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
        let task = Task {
            layers: &layers,
            loss: Loss::CategoricalCrossentropy,
            optimizer: Adam::default().into(),
            x: Rows::all(x, inputs),
            y: Rows::all(y, 10),
            validation: Some((Rows::all(x_validation, inputs), Rows::all(y_validation, 10))),
            is_split: true,
        };
        let mut fastest = Duration::MAX;
        for _ in 0..5 {
            let start = Instant::now();
            let notes = before(&task);
            fastest = fastest.min(start.elapsed());
            assert!(matches!(notes[..], [Note::ValidationSeenInTraining { .. }]), "{notes:?}");
        }
        println!("before training: {:.1} ms", fastest.as_secs_f64() * 1e3);
        // A machine that does much else besides may take longer.
        assert!(fastest < Duration::from_millis(50), "{fastest:?}");
    }
}
