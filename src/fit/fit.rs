//! `fit`: trains a model on samples, epoch by epoch, batch by batch.

use std::time::Instant;

use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use crate::arrays::array::Array;
use crate::base::error::{Error, Result};
use crate::base::interrupt::Watch;
use crate::base::training_problem::TrainingProblem;
use crate::choose::metrics::Metric;
use crate::compile::model::Model;
use crate::define::activation::Activation;
use crate::engine::random::SplitMix64;
use crate::engine::room::Room;
use crate::engine::rows::Rows;
use crate::fit::before_training::scale_of;
use crate::fit::history::History;
use crate::fit::lines::{Progress, epoch_line, kept_line, stopped_line};
use crate::fit::live::LiveCurves;
use crate::fit::means::{CHUNK, Means, Measures, Stop};
use crate::fit::samples::Samples;
use crate::fit::settings::Fit;

/// Makes another seed of a seed.
const DROPOUT_SEED: u64 = 0x6469_6365;

impl Model {
    /// Trains: shows the network the samples `x` with their labels `y`, batch by batch, and moves
    /// the weights after each batch so that the loss falls.
    ///
    /// Prints a line for each epoch and returns the numbers as a [`History`]. A further `fit` goes
    /// on where this one stopped.
    ///
    /// In a notebook the stop button ends it after the batch that it is at, and nothing is lost:
    /// the model keeps what it has learned, and the history holds all whole epochs. The unfinished
    /// one is left out, since its numbers cannot be compared with the others.
    ///
    /// # Shapes
    ///
    /// `x`: `(n, ...)` with samples as the `Input` expects them. `y`: `(n, outputs)`; for
    /// `SparseCategoricalCrossentropy` class numbers `(n,)`; for a single output also `(n,)`.
    ///
    /// # Errors
    ///
    /// One sentence for each mistake in the data or the settings, before anything is trained.
    /// When training runs away, so that the loss is no longer a number; the model then has the
    /// weights from the start of that epoch, and [`Model::history`] the epochs before it.
    pub fn fit(&mut self, x: &Array, y: &Array, settings: Fit) -> Result<History> {
        let watch = Watch::begin();
        self.fit_until(x, y, settings, &|| watch.is_asked())
    }

    /// `fit` that ends when `stop` says so, which is asked before each batch.
    fn fit_until(&mut self, x: &Array, y: &Array, settings: Fit, stop: Stop) -> Result<History> {
        settings.check()?;
        let samples = self.samples(x, y)?;
        let (training, validation) = match &settings.validation_data {
            Some((x, y)) => (samples, Some(self.samples(x, y)?)),
            None if settings.validation_split > 0.0 => {
                let (training, validation) = samples.split(settings.validation_split)?;
                (training, Some(validation))
            }
            None => (samples, None),
        };
        let at_once = settings.batch_size.max(CHUNK).min(training.len());
        self.check_room(at_once)?;
        self.trained_up_to = Some(training.x.largest_size());
        self.scale = Some(scale_of(training.x(), !settings.diagnose));
        if self.engine.reads_sparse_rows() {
            training.x.sparse_rows(); // known from here on
        }
        let validation_x = validation.as_ref().map(Samples::x);
        self.seen.begin(training.x(), validation_x, settings.batch_size);
        let mut rng = settings.seed.map_or_else(rand::make_rng, StdRng::seed_from_u64);
        if let Some(seed) = settings.seed {
            // Other numbers than those of the order.
            self.engine.set_random_numbers(SplitMix64::new(seed ^ DROPOUT_SEED));
        }
        let mut order: Vec<usize> = (0..training.len()).collect();
        let mut history = History::default();
        self.notice_before(&mut history, &training, validation.as_ref(), &settings);
        let mut room = Room::default();
        let mut curves = self.live_curves(&settings, validation.is_some());
        self.epochs.clear();
        let mut problem = None;
        for epoch in 1..=settings.epochs {
            let start = Instant::now();
            if settings.shuffle {
                order.shuffle(&mut rng);
            }
            let before = (self.engine.copy(), self.num_steps);
            let progress = Progress::new(epoch, &settings);
            let trained = self.train_epoch(&training, &order, &mut room, progress, &settings, stop);
            let trained = trained.unwrap_or_else(|batch| {
                (self.engine, self.num_steps) = before;
                problem = Some(self.ran_away(epoch, batch));
                None
            });
            let numbers =
                trained.and_then(|t| self.numbers(&t, validation.as_ref(), &mut room, stop));
            let Some(numbers) = numbers else {
                if problem.is_none() {
                    println!("{}", stopped_line(epoch, settings.epochs));
                }
                break;
            };
            let seconds = start.elapsed().as_secs_f64();
            history.push(seconds, &numbers);
            if settings.verbose > 0 {
                println!("{}", epoch_line(epoch, settings.epochs, start.elapsed(), &numbers));
            }
            curves.grow(&history);
            self.epochs.push((seconds, numbers));
        }
        curves.finish(&history);
        if let Some(problem) = problem {
            if history.num_epochs() > 0 {
                println!("{}", kept_line(history.num_epochs()));
            }
            return Err(problem);
        }
        self.notice_after(&mut history, &training, validation.as_ref(), &settings);
        Ok(history)
    }

    /// The epochs of the last `fit`, whole ones only, also where it ended with an error. Keras has it
    /// as `model.history`. The notes are in what `fit` returns.
    pub fn history(&self) -> History {
        let mut history = History::default();
        self.epochs.iter().for_each(|(seconds, numbers)| history.push(*seconds, numbers));
        history
    }

    /// The curves that grow while this `fit` runs: the loss and the first metric.
    fn live_curves(&self, settings: &Fit, validates: bool) -> LiveCurves {
        let metric = self.metrics.first().map(|metric| metric.name());
        let names = std::iter::once("loss").chain(metric).collect();
        let epochs = if settings.verbose == 1 { settings.epochs } else { 0 };
        LiveCurves::begin(names, validates, epochs)
    }

    /// None when it was stopped; an error is the batch at which it ran away.
    fn train_epoch(
        &mut self,
        samples: &Samples,
        order: &[usize],
        room: &mut Room,
        mut progress: Progress,
        settings: &Fit,
        stop: Stop,
    ) -> std::result::Result<Option<Means>, usize> {
        let measures = Measures::new(self);
        let mut means = Means::new(self.metrics.len());
        let mut labels = Vec::new();
        let num_batches = order.len().div_ceil(settings.batch_size);
        for (index, rows) in order.chunks(settings.batch_size).enumerate() {
            if stop() {
                return Ok(None);
            }
            let x = samples.x().of(rows);
            samples.y().of(rows).gather(&mut labels);
            let y = Rows::all(&labels, samples.y().columns());
            self.engine.learn(x, y, measures.loss, room, &mut |sums, outputs| {
                means.add(&measures, sums, outputs, y);
                means.loss.is_finite()
            });
            if !means.loss.is_finite() {
                return Err(index + 1);
            }
            self.num_steps += 1;
            let line = progress.line_after(index + 1, num_batches, means.mean(means.loss));
            if let Some(line) = line {
                println!("{line}");
            }
        }
        // The last step of all may have made them infinite, and no loss shows it any more.
        if !self.engine.is_finite() {
            return Err(num_batches);
        }
        Ok(Some(means))
    }

    fn ran_away(&self, epoch: usize, batch: usize) -> Error {
        let last = self.last_activation;
        // Outputs that are all 0 cannot be divided by their sum, whatever the learning rate.
        let is_no_softmax = self.loss.is_crossentropy() && last != Activation::Softmax;
        TrainingProblem::LossNotFinite {
            epoch,
            batch,
            learning_rate: self.optimizer.learning_rate(),
            instead_of_softmax: is_no_softmax.then(|| last.name()),
        }
        .into()
    }

    /// Names and values of one epoch, in Keras's order; none when the validation was stopped.
    fn numbers(
        &self,
        trained: &Means,
        validation: Option<&Samples>,
        room: &mut Room,
        stop: Stop,
    ) -> Option<Vec<(&'static str, f32)>> {
        let mut numbers = vec![("loss", trained.mean(trained.loss))];
        for (metric, &sum) in self.metrics.iter().zip(&trained.metrics) {
            numbers.push((metric.name(), trained.mean(sum)));
        }
        if let Some(samples) = validation {
            let validated = self.measure(samples, room, stop)?;
            numbers.push(("val_loss", validated.mean(validated.loss)));
            for (metric, &sum) in self.metrics.iter().zip(&validated.metrics) {
                let name = match metric {
                    Metric::Accuracy => "val_accuracy",
                };
                numbers.push((name, validated.mean(sum)));
            }
        }
        Some(numbers)
    }
}

#[cfg(test)]
mod tests;
