//! `evaluate`: loss and metrics on samples that the model has not seen before.

use zunder_data::{Array, Result};

use crate::choose::metrics::Score;
use crate::compile::model::Model;
use crate::engine::room::Room;
use crate::fit::means::{CHUNK, Means};

impl Model {
    /// Measures loss and metrics on samples that the model should not have seen before.
    ///
    /// Prints a line that begins with `Note:` where they were not scaled as those of the training, also
    /// after `save` and `load`. So does [`predict`](Self::predict).
    ///
    /// # Errors
    ///
    /// As [`fit`](Self::fit) for data that does not fit the network.
    pub fn evaluate(&self, x: &Array, y: &Array) -> Result<Score> {
        let samples = self.samples(x, y)?;
        self.check_room(samples.len().min(CHUNK))?;
        self.say_if_scaled_otherwise(&samples.x);
        let room = &mut Room::default();
        let means = self.measure(&samples, room, &|| false).unwrap_or_else(|| Means::new(0));
        let names = self.metrics.iter().map(|metric| metric.name());
        let metrics = names.zip(means.of_metrics(&self.metrics));
        Ok(Score { loss: means.mean(means.loss), metrics: metrics.collect() })
    }
}
