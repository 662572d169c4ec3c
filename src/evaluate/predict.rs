//! `predict`: what the network puts out for samples.

use zunder_data::base::memory::check_shape;
use zunder_data::{Array, Result, Shape};

use crate::compile::model::Model;
use crate::engine::room::Room;
use crate::engine::rows::Rows;
use crate::fit::means::CHUNK;

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
    /// number or infinite, or when the results take more memory than there is.
    pub fn predict(&self, x: &Array) -> Result<Array> {
        let x = self.inputs(x)?;
        let (num_samples, inputs) = (x.len(), self.input.num_values());
        let dims = [&[num_samples], self.output.dims()].concat();
        let shape = Shape::from(dims.as_slice());
        check_shape(&shape, size_of::<f32>())?;
        self.check_room(num_samples.min(CHUNK))?;
        self.say_if_scaled_otherwise(&x);
        let numbers = x.as_f32_slice().unwrap_or(&[]);
        let mut room = Room::default();
        let mut outputs = Vec::with_capacity(shape.num_values());
        for chunk in numbers.chunks(CHUNK * inputs) {
            self.engine.forward(Rows::all(chunk, inputs), &mut room);
            outputs.extend_from_slice(&room.outputs);
        }
        Ok(Array::from(outputs).with_shape(&shape))
    }
}
