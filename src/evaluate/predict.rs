//! `predict`: what the network puts out for samples.

use zunder_data::base::interrupt::Watch;
use zunder_data::base::memory::check_shape;
use zunder_data::base::phrase::phrase;
use zunder_data::base::training_problem::TrainingProblem;
use zunder_data::{Array, Result, Shape};

use crate::compile::model::Model;
use crate::engine::room::Room;
use crate::engine::rows::Rows;
use crate::fit::means::Stop;

impl Model {
    /// What the network puts out for each sample: with a softmax at its end, the probability of
    /// each class.
    ///
    /// # Shapes
    ///
    /// `x`: `(n, ...)` with samples as the `Input` expects them; result `(n, outputs)`, `float32`.
    ///
    /// # Errors
    ///
    /// When samples have another shape than the `Input`, when there are none, when a value is not a
    /// number or infinite, when the results take more memory than there is, or when the stop button ends it.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let network = Sequential::new().add(Input::new(2)).add(Dense::new(3).activation(Softmax));
    /// let model = network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy])?;
    /// let probabilities = model.predict(&Array::from([[0.1, 0.9], [0.8, 0.3]]))?;
    /// assert_eq!(probabilities.shape(), [2, 3]);
    /// assert!((probabilities.row(0)?.sum() - 1.0).abs() < 1e-6);
    /// assert_eq!(probabilities.argmax().shape(), [2]); // the likeliest class of each
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn predict(&self, x: &Array) -> Result<Array> {
        let watch = Watch::begin();
        self.predict_until(x, &|| watch.is_asked_first())
    }

    /// The same without a word on how `x` is scaled: for the checks of the course, whose samples are not
    /// the learner's.
    #[doc(hidden)]
    pub fn predict_silently(&self, x: &Array) -> Result<Array> {
        let watch = Watch::begin();
        self.outputs_for(x, &|| watch.is_asked_first(), true)
    }

    pub(crate) fn predict_until(&self, x: &Array, stop: Stop) -> Result<Array> {
        self.outputs_for(x, stop, false)
    }

    fn outputs_for(&self, x: &Array, stop: Stop, is_silent: bool) -> Result<Array> {
        let x = self.inputs(x)?;
        let (num_samples, inputs) = (x.len(), self.input.num_values());
        let dims = [&[num_samples], self.output.dims()].concat();
        let shape = Shape::from(dims.as_slice());
        check_shape(&shape, size_of::<f32>())?;
        let chunk = self.chunk(num_samples)?;
        if !is_silent {
            self.say_if_scaled_otherwise(&x);
        }
        let numbers = x.as_f32_slice().unwrap_or(&[]);
        let mut room = Room::default();
        let mut outputs = Vec::with_capacity(shape.num_values());
        for samples in numbers.chunks(chunk * inputs) {
            if stop() {
                let what = phrase!("predicting", "das Vorhersagen");
                return Err(TrainingProblem::Stopped { what }.into());
            }
            self.engine.forward(Rows::all(samples, inputs), &mut room);
            outputs.extend_from_slice(&room.outputs);
        }
        Ok(Array::from(outputs).with_shape(&shape))
    }
}
