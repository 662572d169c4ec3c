//! `evaluate`: loss and metrics on samples that the model has not seen before.

use zunder_data::base::interrupt::Watch;
use zunder_data::base::phrase::phrase;
use zunder_data::base::training_problem::TrainingProblem;
use zunder_data::{Array, Result};

use crate::choose::metrics::Score;
use crate::compile::model::Model;
use crate::engine::room::Room;
use crate::fit::means::Stop;

impl Model {
    /// Measures loss and metrics on samples that the model should not have seen before.
    ///
    /// Prints a line that begins with `Note:` where they were not scaled as those of the training, also
    /// after `save` and `load`. So does [`predict`](Self::predict).
    ///
    /// # Shapes
    ///
    /// As for [`fit`](Self::fit).
    ///
    /// # Errors
    ///
    /// As [`fit`](Self::fit) for data that does not fit the network, and when the stop button ends it.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let network = Sequential::new().add(Input::new(2)).add(Dense::new(2).activation(Softmax));
    /// let metrics = [Accuracy];
    /// let mut model = network.compile(SparseCategoricalCrossentropy, Adam::default(), metrics)?;
    /// model.set_weights(&[(Array::from([[5.0, 0.0], [0.0, 5.0]]), Array::from([0.0, 0.0]))])?;
    /// let (x, y) = (Array::from([[1.0, 0.0], [0.0, 1.0]]), Array::from([0, 1]));
    /// let score = model.evaluate(&x, &y)?;
    /// assert_eq!(score.accuracy()?, 1.0);
    /// assert!(score.loss() < 0.01);
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn evaluate(&self, x: &Array, y: &Array) -> Result<Score> {
        let watch = Watch::begin();
        self.evaluate_until(x, y, &|| watch.is_asked_first())
    }

    pub(crate) fn evaluate_until(&self, x: &Array, y: &Array, stop: Stop) -> Result<Score> {
        let samples = self.samples(x, y)?;
        self.chunk(samples.len())?;
        self.say_if_scaled_otherwise(&samples.x);
        let room = &mut Room::default();
        let stopped = || TrainingProblem::Stopped { what: phrase!("judging", "das Bewerten") };
        let means = self.measure(&samples, room, stop).ok_or_else(stopped)?;
        let names = self.metrics.iter().map(|metric| metric.name());
        let metrics = names.zip(means.of_metrics(&self.metrics));
        Ok(Score { loss: means.mean(means.loss), metrics: metrics.collect() })
    }
}
