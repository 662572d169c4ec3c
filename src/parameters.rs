//! The numbers that a network learns.

use rand::RngExt;
use rand::rngs::StdRng;

/// The weights of one `Dense` layer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DenseParameters {
    pub(crate) inputs: usize,
    pub(crate) units: usize,
    /// `[inputs, units]`, row after row.
    pub(crate) kernel: Vec<f32>,
    /// `[units]`
    pub(crate) bias: Vec<f32>,
}

impl DenseParameters {
    /// Keras's start: the kernel random between ±sqrt(6 / (inputs + units)), the bias zero.
    pub(crate) fn glorot_uniform(inputs: usize, units: usize, rng: &mut StdRng) -> Self {
        let limit = (6.0 / (inputs + units) as f32).sqrt();
        let kernel = (0..inputs * units).map(|_| rng.random_range(-limit..limit)).collect();
        DenseParameters { inputs, units, kernel, bias: vec![0.0; units] }
    }
}
