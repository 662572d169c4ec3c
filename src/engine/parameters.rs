//! The numbers that a network learns.

use rand::RngExt;
use rand::rngs::StdRng;
use zunder_data::{Array, Shape};

/// The weights of one layer that learns.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parameters {
    /// The shape of the kernel, as in Keras: `(inputs, units)` of a `Dense` layer, `(height, width,
    /// channels, filters)` of a `Conv2D`, gamma, moving mean and moving variance `(3, channels)` of a
    /// `BatchNormalization`, `(words, values)` of an `Embedding`.
    pub(crate) shape: Shape,
    /// Row after row; in both cases `[inputs, units]`, where the inputs of a `Conv2D` are those of
    /// one window and its units are the filters.
    pub(crate) kernel: Vec<f32>,
    /// `[units]`; none of an `Embedding`.
    pub(crate) bias: Vec<f32>,
}

impl Parameters {
    /// Keras's start: the kernel random between ±sqrt(6 / (fan in + fan out)), the bias zero. Of a
    /// `Dense` layer these are the inputs and the units; of a `Conv2D` each is multiplied by the
    /// size of the window. Callers check that there is room for them.
    pub(crate) fn glorot_uniform(shape: Shape, rng: &mut StdRng) -> Self {
        let (values, units) = (shape.num_values(), shape.last());
        let window: usize = shape.dims().iter().rev().skip(2).product();
        let limit = (6.0 / (values / units.max(1) + window * units) as f32).sqrt();
        let kernel = (0..values).map(|_| rng.random_range(-limit..limit)).collect();
        Parameters { shape, kernel, bias: vec![0.0; units] }
    }

    /// How many numbers each unit looks at.
    pub(crate) fn inputs(&self) -> usize {
        self.kernel.len() / self.units().max(1)
    }

    pub(crate) fn units(&self) -> usize {
        self.shape.last()
    }

    /// Kernel and bias, as a learner sees them.
    pub(crate) fn into_arrays(self) -> (Array, Array) {
        (Array::from(self.kernel).with_shape(&self.shape), Array::from(self.bias))
    }
}
