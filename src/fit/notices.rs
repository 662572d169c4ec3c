//! What `fit`, `evaluate` and `predict` notice besides, and print as a note.

use std::collections::HashSet;

use zunder_data::Array;
use zunder_data::words::either;
use zunder_data::words::in_short_lines;

use crate::choose::losses::Loss;
use crate::choose::metrics::Metric;
use crate::choose::optimizers::Optimizer;
use crate::compile::model::Model;
use crate::engine::room::Room;
use crate::engine::rows::Rows;
use crate::fit::after_training::after;
use crate::fit::before_training::before;
use crate::fit::history::History;
use crate::fit::means::{Means, Measures};
use crate::fit::note::Note;
use crate::fit::scaling::{scale_of, takes_word_numbers};
use crate::fit::settings::Fit;
use crate::fit::training_run::{Outcome, Run, TrainingRun, sample};

impl Model {
    /// Prints a note where samples look as if they were not scaled as in the training.
    pub(crate) fn say_if_scaled_otherwise(&self, x: &Array) {
        if let Some(note) = self.scaled_otherwise(x) {
            println!("{}", in_short_lines(&noted(&note)));
        }
    }

    pub(crate) fn scaled_otherwise(&self, x: &Array) -> Option<Note> {
        let training = self.scale.filter(|scale| !scale.is_silent)?;
        if takes_word_numbers(&self.description.layers) {
            return None;
        }
        let numbers = x.as_f32_slice().filter(|numbers| !numbers.is_empty())?;
        let columns = self.input.num_values();
        let now = scale_of(Rows::all(numbers, columns));
        if training.is_unlike(now, columns, numbers.len()) {
            return Some(Note::ScaledUnlikeModel {
                training: [training.smallest, training.largest],
                now: [now.smallest, now.largest],
            });
        }
        let [of_training, of_now] = training.inverted_means(now, numbers.len())?;
        Some(Note::Inverted { training: of_training, now: of_now, largest: training.largest })
    }

    /// Whether accuracy, which counts classes, is to judge numbers.
    fn accuracy_of_numbers(&self, y: Rows) -> Option<Note> {
        let is_number = |label: &f32| *label != 0.0 && *label != 1.0;
        let is_asked = self.metrics.contains(&Metric::Accuracy) && self.loss.is_of_numbers();
        let finds_one = || sample(y.len()).iter().any(|&row| y.row(row).iter().any(is_number));
        (is_asked && finds_one())
            .then(|| Note::AccuracyOfNumbers { may_be_classes: may_be_classes(y) })
    }

    /// Whether accuracy, which looks for one class, is to judge several answers for each sample.
    fn accuracy_of_answers(&self, y: Rows) -> Option<Note> {
        let is_asked = self.metrics.contains(&Metric::Accuracy)
            && self.loss == Loss::BinaryCrossentropy
            && y.columns() > 1;
        let count = |row: usize| y.row(row).iter().filter(|label| **label > 0.5).count();
        let mut rows = is_asked.then(|| sample(y.len()))?.into_iter();
        let row = rows.find(|row| count(*row) != 1)?;
        Some(Note::AccuracyOfAnswers { row, count: count(row) })
    }

    /// Whether an earlier `fit` trained on samples that are to judge this one, as where a model goes through all
    /// parts of a cross-validation.
    fn validation_trained_earlier(&self, run: &Run) -> Option<Note> {
        let validation = run.validation.as_ref()?;
        let share = self.seen.share_trained_earlier(run.training.x(), validation.x());
        (share >= 0.1).then_some(Note::ValidationTrainedEarlier { share })
    }

    pub(crate) fn notice_before(&self, history: &mut History, run: &Run) {
        if run.settings.diagnose {
            let mut notes = before(&TrainingRun::of(self, run));
            notes.extend(self.accuracy_of_numbers(run.training.y()));
            notes.extend(self.accuracy_of_answers(run.training.y()));
            notes.extend(self.validation_trained_earlier(run));
            note(history, notes, &run.settings);
        }
    }

    /// The optimizer is the one that trained, before a callback changed its rate.
    pub(crate) fn notice_after(&self, history: &mut History, run: &Run, optimizer: Optimizer) {
        let Run { training, settings, .. } = run;
        if !settings.diagnose || history.num_epochs() == 0 {
            return;
        }
        let rows = sample(training.len());
        let Ok(chunk) = self.chunk(rows.len()) else { return };
        let (mut means, mut outputs) = (Means::new(self.metrics.len()), Vec::new());
        let mut room = Room::default();
        for rows in rows.chunks(chunk) {
            self.engine.forward(training.x().of(rows), &mut room);
            let y = training.y().of(rows);
            means.add(&Measures::new(self), &room.sums, &room.outputs, y, &[]);
            outputs.extend_from_slice(&room.outputs);
        }
        let outcome = Outcome {
            history,
            steps: history.num_epochs() * training.len().div_ceil(settings.batch_size),
            // Weights that were set may come from any number of steps.
            all_steps: if self.seen.has_other_weights { usize::MAX } else { self.num_steps },
            is_further: self.seen.has_other_weights || self.seen.batch_sizes().len() > 1,
            loss: means.mean(means.loss),
            outputs: &outputs,
        };
        let run = TrainingRun { optimizer, ..TrainingRun::of(self, run) };
        let mut notes = after(&run, &outcome, &history.notes);
        if history.has_best_weights {
            notes.retain(|note| !judges_the_end(note));
        }
        note(history, notes, settings);
    }
}

/// Whether numbers are few different whole ones, one for each sample.
fn may_be_classes(y: Rows) -> bool {
    const MOST: usize = 20;
    let labels: Vec<f32> = sample(y.len()).iter().flat_map(|&row| y.row(row)).copied().collect();
    let kinds: HashSet<u32> = labels.iter().map(|label| label.to_bits()).collect();
    let are_whole = labels.iter().all(|label| label.fract() == 0.0);
    y.columns() == 1 && are_whole && kinds.len() <= MOST && kinds.len() < labels.len()
}

/// Whether a note is about the last epochs, which may have been taken back.
pub(crate) fn judges_the_end(note: &Note) -> bool {
    matches!(note, Note::LossRose { .. } | Note::Overfitting { .. })
        || matches!(note, Note::OverfittingOfNumbers { .. })
}

/// Keeps notes, and prints them unless `fit` is to be silent.
fn note(history: &mut History, notes: Vec<Note>, settings: &Fit) {
    if settings.verbose > 0 {
        notes.iter().for_each(|note| println!("{}", in_short_lines(&noted(note))));
    }
    history.notes.extend(notes);
}

/// The line that a note is printed as.
pub(crate) fn noted(note: &Note) -> String {
    format!("{}: {note}", either("Note", "Hinweis"))
}
