//! `fit`: trains a model on samples, epoch by epoch, batch by batch.

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use zunder_data::base::chance::random_numbers;
use zunder_data::base::clock::Instant;
use zunder_data::base::interrupt::Watch;
use zunder_data::base::phrase::phrase;
use zunder_data::base::training_problem::TrainingProblem;
use zunder_data::{Array, Error, Result};

use crate::compile::model::Model;
use crate::compile::scale::Scale;
use crate::define::activation::Activation;
use crate::define::layers::answering_activation;
use crate::engine::random::SplitMix64;
use crate::engine::room::Room;
use crate::engine::rows::Rows;
use crate::fit::before_training::dropout_last;
use crate::fit::callback::Callbacks;
use crate::fit::history::History;
use crate::fit::lines::{EpochLines, Progress, kept_line, stopped_line};
#[cfg(not(target_family = "wasm"))]
use crate::fit::live::LiveCurves;
use crate::fit::means::{Means, Measures, Stop};
use crate::fit::samples::Samples;
use crate::fit::scaling::scale_of;
use crate::fit::settings::Fit;
use crate::fit::training_run::Run;

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
    /// one is left out, since its numbers cannot be compared with the others. Further ones in the same cell
    /// end in their first epoch, and after twenty of them with an error: one press is enough for a loop of trainings.
    ///
    /// # Shapes
    ///
    /// `x`: `(n, ...)` with samples as the `Input` expects them. `y`: `(n, outputs)`; for
    /// `SparseCategoricalCrossentropy` class numbers `(n,)` or `(n, 1)`; for a single output also `(n,)`.
    ///
    /// # Errors
    ///
    /// One sentence for each mistake in the data or the settings, before anything is trained.
    /// When training runs away, so that the loss is no longer a number; the model then has the
    /// weights from the start of that epoch, and [`Model::history`] the epochs before it. When the stop button
    /// was pressed in the same cell before this and twenty others began. And the error that a [`Callback`](crate::Callback) returns.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let (x, y) = (Array::from([[0.0], [1.0], [2.0]]), Array::from([1.0, 3.0, 5.0]));
    /// let network = Sequential::new().seed(1).add(Input::new(1)).add(Dense::new(1));
    /// let mut model = network.compile(MeanSquaredError, Sgd::new().learning_rate(0.1), [])?;
    /// let history = model.fit(&x, &y, Fit::new().epochs(200).verbose(0))?;
    /// assert!(history.get("loss")?[199] < 0.001); // it has found y = 2 x + 1
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn fit(&mut self, x: &Array, y: &Array, settings: Fit) -> Result<History> {
        let watch = Watch::begin();
        let has_begun = !watch.is_asked();
        let history = if watch.may_begin() {
            self.fit_until(x, y, settings, &|| watch.is_asked())
        } else {
            Err(TrainingProblem::Stopped { what: phrase!("training", "das Training") }.into())
        };
        watch.answered(has_begun);
        history
    }

    /// `fit` that ends when `stop` says so, which is asked before each batch.
    fn fit_until(&mut self, x: &Array, y: &Array, settings: Fit, stop: Stop) -> Result<History> {
        settings.check()?;
        let (training, validation) = self.parts(x, y, &settings)?;
        self.check_room(settings.batch_size.min(training.len()))?;
        let mut rng = random_numbers(settings.seed);
        if let Some(seed) = settings.seed {
            // Other numbers than those of the order.
            self.engine.set_random_numbers(SplitMix64::new(seed ^ DROPOUT_SEED));
        }
        let counts = match &settings.class_weight {
            Some(class_weight) => training.counts(class_weight)?,
            None => Vec::new(),
        };
        let (names, callbacks) = (self.measured(validation.is_some()), lookers_on(&settings));
        let run = Run { settings, names, callbacks, training, validation, counts, stop };
        let mut history = History::default();
        self.notice_before(&mut history, &run);
        let optimizer = self.optimizer;
        let before = (self.scale, self.seen.clone(), self.epochs.clone());
        let trained = run.tell(self, &mut history, 0, |callback, run| callback.on_train_begin(run));
        let trained = trained.and_then(|is_stopped| {
            if is_stopped { Ok(()) } else { self.train(&run, &mut history, &mut rng) }
        });
        let epochs = history.num_epochs();
        let ended =
            run.tell(self, &mut history, epochs, |callback, run| callback.on_train_end(run));
        if let Some((_, numbers)) = self.epochs.last_mut().filter(|_| epochs > 0) {
            *numbers = history.last_epoch(); // with what was recorded at the end
        }
        if let Err(problem) = trained.and(ended) {
            if epochs == 0 {
                // As the weights, which are those of the training before.
                (self.scale, self.seen, self.epochs) = before;
                self.set_learning_rate(optimizer.learning_rate())?;
            } else if run.settings.verbose > 0 {
                println!("{}", kept_line(epochs));
            }
            return Err(problem);
        }
        self.notice_after(&mut history, &run, optimizer);
        Ok(history)
    }

    /// Remembers what is trained with, from here on: nothing can be wrong any more with data and settings,
    /// and no callback has stopped the training.
    fn begin(&mut self, run: &Run) {
        let Run { training, validation, settings, .. } = run;
        let (up_to, is_silent) = (training.x.largest_size(), !settings.diagnose);
        self.scale = Some(Scale { up_to, is_silent, ..scale_of(training.x()) });
        let validation = validation.as_ref().map(Samples::x);
        self.seen.begin(training.x(), validation, settings.batch_size);
        self.epochs.clear();
        if self.engine.reads_sparse_rows() {
            training.x.sparse_rows(); // known from here on
        }
    }

    /// All epochs, unless a callback or the stop button ends them.
    fn train(&mut self, run: &Run, history: &mut History, rng: &mut StdRng) -> Result<()> {
        self.begin(run);
        let epochs = run.settings.epochs;
        let mut order: Vec<usize> = (0..run.training.len()).collect();
        let mut room = Room::default();
        let mut is_stopped = false;
        for epoch in 1..=epochs {
            if is_stopped
                || run.tell(self, history, epoch, |callback, run| callback.on_epoch_begin(run))?
            {
                break;
            }
            let start = Instant::now();
            if run.settings.shuffle {
                order.shuffle(rng);
            }
            let before = (self.engine.copy(), self.num_steps);
            let trained = match self.train_epoch(run, &order, &mut room, epoch) {
                Ok(trained) => trained,
                Err(batch) => {
                    let problem = self.ran_away(epoch, batch);
                    (self.engine, self.num_steps) = before;
                    return Err(problem);
                }
            };
            let numbers = trained.and_then(|means| self.numbers(&means, run, &mut room));
            let Some(numbers) = numbers else {
                println!("{}", stopped_line(epoch, epochs));
                break;
            };
            let seconds = start.elapsed().as_secs_f64();
            history.push(seconds, &numbers);
            let told = run.tell(self, history, epoch, |callback, run| callback.on_epoch_end(run));
            self.epochs.push((seconds, history.last_epoch()));
            is_stopped = told?;
        }
        Ok(())
    }

    /// None when it was stopped; an error is the batch at which it ran away.
    fn train_epoch(
        &mut self,
        run: &Run,
        order: &[usize],
        room: &mut Room,
        epoch: usize,
    ) -> std::result::Result<Option<Means>, usize> {
        let (samples, batch_size) = (&run.training, run.settings.batch_size);
        let mut progress = Progress::new(epoch, &run.settings);
        let measures = Measures::new(self);
        let mut means = Means::new(self.metrics.len());
        let (mut labels, mut counts) = (Vec::new(), Vec::new());
        let num_batches = order.len().div_ceil(batch_size);
        for (index, rows) in order.chunks(batch_size).enumerate() {
            if (run.stop)() {
                return Ok(None);
            }
            let x = samples.x().of(rows);
            samples.y().of(rows).gather(&mut labels);
            let y = Rows::all(&labels, samples.y().columns());
            if !run.counts.is_empty() {
                counts.clear();
                counts.extend(rows.iter().map(|&row| run.counts[row]));
            }
            means.loss += self.engine.penalty() * rows.len() as f64;
            self.engine.learn(x, y, &counts, measures.loss, room, &mut |sums, outputs| {
                means.add(&measures, sums, outputs, y, &counts);
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
        if self.loss.is_categorical() && dropout_last(self.layers()).is_some() {
            return TrainingProblem::DropoutLast { epoch, batch }.into();
        }
        let last = answering_activation(self.layers()).unwrap_or(Activation::Linear);
        // Outputs that are all 0 cannot be divided by their sum, whatever the learning rate.
        let is_no_softmax = self.loss.is_categorical() && last != Activation::Softmax;
        let instead_of_softmax = is_no_softmax.then(|| last.name());
        if self.num_steps == 0 && !is_no_softmax {
            return TrainingProblem::FirstLossNotFinite.into();
        }
        let learning_rate = self.optimizer.learning_rate();
        TrainingProblem::LossNotFinite { epoch, batch, learning_rate, instead_of_softmax }.into()
    }

    /// Names and values of one epoch; none when the validation was stopped.
    fn numbers(
        &self,
        trained: &Means,
        run: &Run,
        room: &mut Room,
    ) -> Option<Vec<(&'static str, f32)>> {
        let validated = match &run.validation {
            Some(samples) => Some(self.measure(samples, room, run.stop)?),
            None => None,
        };
        let values = std::iter::once(trained).chain(&validated).flat_map(|means| {
            std::iter::once(means.mean(means.loss)).chain(means.of_metrics(&self.metrics))
        });
        Some(run.names.iter().copied().zip(values).collect())
    }
}

/// The lines and curves that were asked for, and then the callbacks of the caller.
fn lookers_on(settings: &Fit) -> Callbacks {
    let mut callbacks = Callbacks::default();
    if settings.verbose > 0 {
        callbacks.push(EpochLines);
    }
    #[cfg(not(target_family = "wasm"))]
    if settings.verbose == 1 {
        callbacks.push(LiveCurves::default());
    }
    callbacks.before(&settings.callbacks)
}

#[cfg(test)]
mod tests;
