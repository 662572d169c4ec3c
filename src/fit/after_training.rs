//! The classic mistakes that can be seen only after training.
//!
//! Each rule is made so that it stays silent where the numbers could be chance.

use crate::choose::losses::Loss;
use crate::define::activation::Activation;
use crate::define::layers::{Layer, answering_activation};
use crate::engine::rows::Rows;
use crate::fit::history::History;
use crate::fit::last_layer::is_of_last_layer;
use crate::fit::note::{LikelyCause, MUCH_WORSE, Note};
use crate::fit::training_run::{MOST_NOTES, Outcome, TrainingRun, sample};

/// What can be seen only after training; `known` was said before it.
pub(crate) fn after(run: &TrainingRun, outcome: &Outcome, known: &[Note]) -> Vec<Note> {
    let mut notes = Vec::new();
    notes.extend(not_learned(run, outcome, known));
    notes.extend(overfitting(run, outcome, known));
    notes.extend(overfitting_of_numbers(run, outcome));
    // What judges new samples wrongly explains all of these.
    if !notes.is_empty()
        && let Some(reason) = moving_means_lag(run.layers, outcome.all_steps)
    {
        notes = vec![reason];
    }
    notes.truncate(MOST_NOTES);
    notes
}

/// The loss of the best answer that is the same for all samples: for classes their frequencies,
/// for numbers their mean, or where far ones weigh no more than others, the one in the middle.
fn guessing(loss: Loss, y: Rows, rows: &[usize]) -> f32 {
    let (outputs, n) = (y.row(0).len(), rows.len() as f64);
    let surprise = |share: f64| if share > 0.0 { -share * share.ln() } else { 0.0 };
    let of_output = |output: usize| -> f64 {
        let mut values: Vec<f64> = rows.iter().map(|&row| f64::from(y.row(row)[output])).collect();
        let mean = values.iter().sum::<f64>() / n;
        match loss {
            Loss::CategoricalCrossentropy | Loss::SparseCategoricalCrossentropy => surprise(mean),
            Loss::BinaryCrossentropy => surprise(mean) + surprise(1.0 - mean),
            Loss::MeanSquaredError => {
                values.iter().map(|y| (y - mean) * (y - mean)).sum::<f64>() / n
            }
            Loss::MeanAbsoluteError => {
                values.sort_unstable_by(f64::total_cmp);
                let middle = values[values.len() / 2];
                values.iter().map(|y| (y - middle).abs()).sum::<f64>() / n
            }
        }
    };
    let sum = (0..outputs).map(of_output).sum::<f64>();
    (if loss.is_categorical() { sum } else { sum / outputs as f64 }) as f32
}

/// One reason at most: a network that gives one answer, one that learned nothing, one whose loss
/// rose. The last two are not said where a mistake that explains them is known already.
fn not_learned(run: &TrainingRun, outcome: &Outcome, known: &[Note]) -> Option<Note> {
    let rows = sample(run.y.len());
    let guessing = guessing(run.loss, run.y, &rows);
    let learning_rate = run.optimizer.learning_rate();
    // Labels that are all alike cannot be learned wrongly.
    if guessing <= f32::EPSILON || rows.len() < 2 || known.iter().any(explains_all) {
        return None;
    }
    // Where y is far from 0 that is no wonder, and no rate mends it.
    let is_y_near = !known.iter().any(|note| matches!(note, Note::YNotScaled { .. }));
    let is_same = is_same_for_all(outcome.outputs, run.y.row(0).len());
    if is_y_near && is_same && !all_alike(run.x, &rows) {
        // Nothing is learned through a relu whose sums lie below 0, and labels above 0 cannot pull it up again.
        let ends_with_relu = answering_activation(run.layers) == Some(Activation::Relu);
        let is_dead = ends_with_relu && outcome.outputs.iter().all(|o| *o == 0.0);
        let cause = is_dead.then_some(LikelyCause::LastRelu).or_else(|| held_back(run.layers));
        return Some(match cause {
            Some(cause) => Note::NotBetterThanGuessing { loss: outcome.loss, guessing, cause },
            None => Note::SameAnswerToAll { learning_rate },
        });
    }
    let explains = |note: &Note| {
        matches!(note, Note::NotScaled { .. } | Note::ScaledTwice { .. } | Note::DropoutLast)
            || matches!(note, Note::ColumnsNotScaled { .. } | Note::YNotScaled { .. })
            || matches!(note, Note::HiddenSoftmax { .. } | Note::LabelsNotOneHot { .. })
    };
    // Before that many steps a network may know nothing yet.
    // Where some samples count more, other answers than the best guess are better.
    if known.iter().any(explains) || outcome.steps < 100 || run.is_weighted {
        return None;
    }
    let cause = likely_cause(run, outcome.loss > MUCH_WORSE * guessing);
    let is_of_rate =
        matches!(cause, LikelyCause::LargeLearningRate(_) | LikelyCause::SmallLearningRate(_));
    let only_needs_time = !is_of_rate && still_falls(outcome);
    if outcome.loss >= 0.97 * guessing && !only_needs_time {
        return Some(Note::NotBetterThanGuessing { loss: outcome.loss, guessing, cause });
    }
    loss_rose(outcome.history, guessing, learning_rate)
}

/// What lets nothing be learned, whatever else is wrong.
fn explains_all(note: &Note) -> bool {
    is_of_last_layer(note) || matches!(note, Note::BatchOfOne)
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

/// Layers that learn nothing at any rate come first; but most of them make no loss far worse than guessing. Then
/// five times above or below the optimizer's own default is suspicious.
fn likely_cause(run: &TrainingRun, is_much_worse: bool) -> LikelyCause {
    let in_layers = || cause_in_layers(run.layers).filter(|_| !is_much_worse);
    if let Some(cause) = held_back(run.layers).or_else(in_layers) {
        return cause;
    }
    let rate = run.optimizer.learning_rate();
    match rate / run.optimizer.usual_learning_rate() {
        ratio if ratio >= 5.0 => LikelyCause::LargeLearningRate(rate),
        ratio if ratio <= 0.2 => LikelyCause::SmallLearningRate(rate),
        _ => LikelyCause::Data,
    }
}

/// What is against overfitting, a hundred times as strong as usual or nearly all: then nothing is learned at all.
fn held_back(layers: &[Layer]) -> Option<LikelyCause> {
    layers.iter().find_map(|layer| match (layer, layer.regularizer().l2) {
        (_, l2) if l2 >= 0.1 => Some(LikelyCause::LargePrice(l2)),
        (Layer::Dropout(d), _) if d.rate >= 0.9 => Some(LikelyCause::LargeDropout(d.rate)),
        _ => None,
    })
}

/// A relu at the end, hidden layers that are all linear, or many that squeeze. The largest of a window is not
/// linear.
fn cause_in_layers(layers: &[Layer]) -> Option<LikelyCause> {
    const MANY: usize = 3;
    if answering_activation(layers) == Some(Activation::Relu) {
        return Some(LikelyCause::LastRelu);
    }
    let activations: Vec<Activation> = layers.iter().filter_map(Layer::activation).collect();
    let (_, hidden) = activations.split_last()?;
    let squeezes =
        |activation: &&Activation| matches!(activation, Activation::Sigmoid | Activation::Tanh);
    if let Some(activation) = hidden.iter().filter(squeezes).nth(MANY - 1) {
        return Some(LikelyCause::Squeezed(*activation));
    }
    let is_linear = !hidden.is_empty()
        && hidden.iter().all(|activation| *activation == Activation::Linear)
        && !layers.iter().any(|layer| matches!(layer, Layer::MaxPooling2D(_)));
    is_linear.then_some(LikelyCause::NoActivation)
}

/// Whether the mean and the variance with which a `BatchNormalization` judges new samples still hold a good
/// share of what they began with.
fn moving_means_lag(layers: &[Layer], steps: usize) -> Option<Note> {
    const MUCH: f64 = 0.1;
    let momentum_of = |layer: &Layer| match layer {
        Layer::BatchNormalization(normalization) => Some(normalization.momentum),
        _ => None,
    };
    let momentum = layers.iter().filter_map(momentum_of).fold(0.0, f64::max);
    (momentum.powf(steps as f64) > MUCH).then_some(Note::MovingMeansLag { steps })
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

/// Overfitting is judged by the mean of so many epochs at the end.
const EPOCHS: usize = 3;

fn at_the_end(values: &[f32]) -> f32 {
    values[values.len() - EPOCHS..].iter().sum::<f32>() / EPOCHS as f32
}

/// Over the last three epochs the training accuracy lies on average three points above the
/// validation accuracy, and more than three standard errors of so few validation samples. It began
/// where the validation loss was lowest. Classes that are missing in one of the two explain such a
/// difference, too.
fn overfitting(run: &TrainingRun, outcome: &Outcome, known: &[Note]) -> Option<Note> {
    const LEAST_SAMPLES: usize = 20;
    let &Outcome { history, is_further, .. } = outcome;
    let (_, y) = run.validation?;
    let epochs = history.num_epochs();
    let is_sorted = |note: &Note| {
        matches!(note, Note::ClassesOnlyInValidation { .. } | Note::ValidationOfOneClass { .. })
    };
    if epochs < EPOCHS || y.len() < LEAST_SAMPLES || known.iter().any(is_sorted) {
        return None;
    }
    let values = |name: &str| history.get(name).ok();
    let end = |name: &str| Some(at_the_end(&values(name)?));
    let (training, validation) = (end("accuracy")?, end("val_accuracy")?);
    // With two more of each, so that it is not zero where all are right or all wrong.
    let n = y.len() as f32 + 4.0;
    let share = (validation * y.len() as f32 + 2.0) / n;
    let standard_error = (share * (1.0 - share) / n).sqrt();
    let is_sure = training - validation > f32::max(0.03, 3.0 * standard_error);
    let epoch = position_of_smallest(&values("val_loss")?) + 1;
    is_sure.then_some(Note::Overfitting { training, validation, epoch, epochs, is_further })
}

/// Over the last three epochs the validation loss lies a quarter above its lowest value, and at three times the
/// training loss. One that is small by then, a tenth of guessing, is none to worry about.
fn overfitting_of_numbers(run: &TrainingRun, outcome: &Outcome) -> Option<Note> {
    const LEAST_SAMPLES: usize = 5;
    let &Outcome { history, is_further, .. } = outcome;
    let (_, y) = run.validation.filter(|_| run.loss.is_of_numbers())?;
    let (losses, val_losses) = (history.get("loss").ok()?, history.get("val_loss").ok()?);
    if losses.len() < EPOCHS || y.len() < LEAST_SAMPLES {
        return None;
    }
    let (loss, val_loss) = (at_the_end(&losses), at_the_end(&val_losses));
    let epoch = position_of_smallest(&val_losses);
    let lowest = val_losses[epoch];
    let is_sure = val_loss > 1.25 * lowest
        && val_loss > 3.0 * loss
        && val_loss > 0.1 * guessing(run.loss, y, &sample(y.len()));
    let epoch = epoch + 1;
    is_sure.then_some(Note::OverfittingOfNumbers { loss, val_loss, lowest, epoch, is_further })
}

fn position_of_smallest(values: &[f32]) -> usize {
    // A NaN of an epoch that measured nothing is not smaller than a number.
    (0..values.len()).min_by(|&a, &b| values[a].total_cmp(&values[b])).unwrap_or_default()
}
