//! Means of the loss and the metrics over samples: of an epoch, of a validation, of `evaluate`.

use crate::choose::losses::Loss;
use crate::choose::metrics::Metric;
use crate::compile::model::Model;
use crate::define::activation::Activation;
use crate::engine::room::Room;
use crate::engine::rows::Rows;
use crate::engine::steps::last_activation;
use crate::fit::samples::Samples;

/// Sums over samples; their means are what is reported.
#[derive(Clone)]
pub(crate) struct Means {
    pub(crate) loss: f64,
    pub(crate) metrics: Vec<f64>,
    pub(crate) samples: usize,
}

impl Means {
    pub(crate) fn new(num_metrics: usize) -> Self {
        Means { loss: 0.0, metrics: vec![0.0; num_metrics], samples: 0 }
    }

    pub(crate) fn mean(&self, sum: f64) -> f32 {
        (sum / self.samples.max(1) as f64) as f32
    }

    /// The metrics, in the order in which they were asked for.
    pub(crate) fn of_metrics(&self, metrics: &[Metric]) -> impl Iterator<Item = f32> {
        let means = self.metrics.iter().map(|&sum| self.mean(sum));
        metrics.iter().zip(means).map(|(metric, mean)| metric.of_mean(mean))
    }

    /// Adds the samples of a batch: what the network put out for them, and their labels. The loss of
    /// each counts as much as `counts` says, or all as 1 where it is empty; metrics know no such weights.
    pub(crate) fn add(
        &mut self,
        measures: &Measures,
        sums: &[f32],
        outputs: &[f32],
        y: Rows<'_>,
        counts: &[f32],
    ) {
        let width = outputs.len() / y.len();
        let rows = sums.chunks_exact(width).zip(outputs.chunks_exact(width));
        for (row, (sums, outputs)) in rows.enumerate() {
            let y = y.row(row);
            let loss = f64::from(measures.loss.of_sample(measures.last, sums, outputs, y));
            self.loss += loss * counts.get(row).copied().map_or(1.0, f64::from);
            for (sum, metric) in self.metrics.iter_mut().zip(&measures.metrics) {
                *sum += f64::from(metric.of_sample(outputs, y));
            }
        }
        self.samples += y.len();
    }
}

/// What is measured, apart from the network, so that both can be borrowed.
pub(crate) struct Measures {
    pub(crate) loss: Loss,
    pub(crate) last: Activation,
    pub(crate) metrics: Vec<Metric>,
}

impl Measures {
    pub(crate) fn new(model: &Model) -> Self {
        Measures {
            loss: model.loss,
            last: last_activation(&model.steps),
            metrics: model.metrics.clone(),
        }
    }
}

impl Model {
    /// The names of what is measured in each epoch: the loss first, those of the validation last.
    pub(crate) fn measured(&self, validates: bool) -> Vec<&'static str> {
        let metrics = self.metrics.iter().map(|metric| metric.names());
        let of = |side: usize, loss| {
            std::iter::once(loss).chain(metrics.clone().map(move |names| names[side]))
        };
        of(0, "loss").chain(of(1, "val_loss").filter(|_| validates)).collect()
    }

    /// Loss and metrics without learning; none when it was stopped.
    pub(crate) fn measure(&self, samples: &Samples, room: &mut Room, stop: Stop) -> Option<Means> {
        let measures = Measures::new(self);
        let mut means = Means::new(self.metrics.len());
        let chunk = self.chunk(samples.len()).unwrap_or(1); // for one there is room: `fit` and `evaluate` ask before
        for start in (0..samples.len()).step_by(chunk) {
            if stop() {
                return None;
            }
            let rows = start..samples.len().min(start + chunk);
            self.engine.forward(samples.x().part(rows.clone()), room);
            means.add(&measures, &room.sums, &room.outputs, samples.y().part(rows), &[]);
        }
        means.loss += self.engine.penalty() * samples.len() as f64;
        Some(means)
    }
}

/// Says whether to stop: asked before each batch of `fit`, `evaluate` and `predict`.
pub(crate) type Stop<'a> = &'a dyn Fn() -> bool;
