//! One call of `fit`, how the rules of the diagnosis see it, and the samples that they look at.

use zunder_data::Result;

use crate::choose::losses::Loss;
use crate::choose::optimizers::Optimizer;
use crate::compile::model::Model;
use crate::define::layers::Layer;
use crate::engine::rows::Rows;
use crate::fit::callback::{Callbacks, Moment, Training};
use crate::fit::history::History;
use crate::fit::means::Stop;
use crate::fit::samples::Samples;
use crate::fit::settings::Fit;

/// So many notes at most before training, and again after it.
pub(crate) const MOST_NOTES: usize = 3;
/// So many samples stand for all of them.
pub(crate) const SAMPLE: usize = 512;
/// The golden ratio spreads rows evenly, and shares no rhythm with any data.
const GOLDEN: f64 = 0.618_033_988_749_894_9;

/// One call of `fit`.
pub(crate) struct Run<'a> {
    pub(crate) settings: Fit,
    /// What is measured in each epoch.
    pub(crate) names: Vec<&'static str>,
    pub(crate) callbacks: Callbacks,
    pub(crate) training: Samples,
    pub(crate) validation: Option<Samples>,
    /// How much each training sample counts; empty where all count the same.
    pub(crate) counts: Vec<f32>,
    pub(crate) stop: Stop<'a>,
}

impl Run<'_> {
    /// Calls all callbacks; says whether one of them stopped the training.
    pub(crate) fn tell(
        &self,
        model: &mut Model,
        history: &mut History,
        epoch: usize,
        moment: Moment,
    ) -> Result<bool> {
        let mut training = Training {
            model,
            history,
            names: &self.names,
            epoch,
            num_epochs: self.settings.epochs,
            verbose: self.settings.verbose,
            is_stopped: false,
        };
        self.callbacks.tell(moment, &mut training)?;
        Ok(training.is_stopped)
    }
}

/// What is trained with what, as the rules look at it.
pub(crate) struct TrainingRun<'a> {
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
    pub(crate) batch_size: usize,
    /// Whether some samples count more than others.
    pub(crate) is_weighted: bool,
}

impl<'a> TrainingRun<'a> {
    pub(crate) fn of(model: &'a Model, run: &'a Run) -> Self {
        let Run { training, validation, settings, .. } = run;
        TrainingRun {
            layers: &model.description.layers,
            loss: model.loss,
            optimizer: model.optimizer,
            x: training.x(),
            y: training.y(),
            validation: validation.as_ref().map(|samples| (samples.x(), samples.y())),
            is_split: settings.validation_data.is_none(),
            batch_size: settings.batch_size,
            is_weighted: settings.class_weight.is_some(),
        }
    }
}

/// What came of it.
pub(crate) struct Outcome<'a> {
    pub(crate) history: &'a History,
    /// How often the weights were changed.
    pub(crate) steps: usize,
    /// The same with all trainings before it.
    pub(crate) all_steps: usize,
    /// Whether the network had learned something before.
    pub(crate) is_further: bool,
    /// The mean loss of the rows of [`sample`], and what the network puts out for them.
    pub(crate) loss: f32,
    pub(crate) outputs: &'a [f32],
}

/// The rows that stand for all `n`: spread over all, but without a rhythm that the data could
/// share (labels that count 0, 1, 2, ... again and again).
pub(crate) fn sample(n: usize) -> Vec<usize> {
    spread(n, SAMPLE)
}

/// The same for up to `most` rows.
pub(crate) fn spread(n: usize, most: usize) -> Vec<usize> {
    if n <= most {
        return (0..n).collect();
    }
    let mut rows: Vec<usize> =
        (0..most).map(|k| ((k as f64 * GOLDEN).fract() * n as f64) as usize).collect();
    rows.sort_unstable(); // in the order in which they lie in memory
    rows.dedup();
    rows
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

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
}
