//! What `fit`, `evaluate` and `predict` notice besides, and print as a note.

use crate::arrays::array::Array;
use crate::base::language::either;
use crate::base::lines::in_short_lines;
use crate::compile::model::Model;
use crate::engine::room::Room;
use crate::fit::after_training::after;
use crate::fit::before_training::before;
use crate::fit::history::History;
use crate::fit::means::{Means, Measures};
use crate::fit::note::Note;
use crate::fit::samples::Samples;
use crate::fit::settings::Fit;
use crate::fit::training_run::{Outcome, TrainingRun, sample};

/// Other samples may well be several times larger; pixels that were not divided are 255 times.
const MUCH_LARGER: f32 = 20.0;

impl Model {
    /// Prints a note where samples look as if they were not scaled as in the training.
    pub(crate) fn say_if_larger(&self, x: &Array) {
        if let Some(note) = self.larger_than_training(x) {
            println!("{}", in_short_lines(&noted(&note)));
        }
    }

    pub(crate) fn larger_than_training(&self, x: &Array) -> Option<Note> {
        let (training, now) = (self.trained_up_to?, x.largest_size());
        let is_larger = training > 0.0 && now > MUCH_LARGER * training;
        is_larger.then_some(Note::LargerThanTraining { training, now })
    }

    pub(crate) fn run<'a>(
        &'a self,
        training: &'a Samples,
        validation: Option<&'a Samples>,
        settings: &Fit,
    ) -> TrainingRun<'a> {
        TrainingRun {
            layers: &self.description.layers,
            loss: self.loss,
            optimizer: self.optimizer,
            x: training.x(),
            y: training.y(),
            validation: validation.map(|samples| (samples.x(), samples.y())),
            is_split: settings.validation_data.is_none(),
            is_weighted: settings.class_weight.is_some(),
        }
    }

    pub(crate) fn notice_before(
        &self,
        history: &mut History,
        training: &Samples,
        validation: Option<&Samples>,
        settings: &Fit,
    ) {
        if settings.diagnose {
            let notes = before(&self.run(training, validation, settings));
            note(history, notes, settings);
        }
    }

    pub(crate) fn notice_after(
        &mut self,
        history: &mut History,
        training: &Samples,
        validation: Option<&Samples>,
        settings: &Fit,
    ) {
        if !settings.diagnose || history.num_epochs() == 0 {
            return;
        }
        let rows = sample(training.len());
        let (x, y) = (training.x().of(&rows), training.y().of(&rows));
        let mut means = Means::new(self.metrics.len());
        let mut room = Room::default();
        self.engine.forward(x, &mut room);
        means.add(&Measures::new(self), &room.sums, &room.outputs, y, &[]);
        let outcome = Outcome {
            history,
            steps: history.num_epochs() * training.len().div_ceil(settings.batch_size),
            loss: means.mean(means.loss),
            outputs: &room.outputs,
        };
        let run = self.run(training, validation, settings);
        let notes = after(&run, &outcome, &history.notes);
        note(history, notes, settings);
    }
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
