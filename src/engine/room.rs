//! Room for the numbers of a batch on its way through the layers and back. It is kept from batch to
//! batch, apart from the weights, so that nothing is allocated while a network learns.

use crate::engine::random::SplitMix64;

/// What an engine computes with besides its weights.
#[derive(Default)]
pub(crate) struct Room {
    /// The inputs of the last activation and its results, `[n, units]`, after a forward pass.
    pub(crate) sums: Vec<f32>,
    pub(crate) outputs: Vec<f32>,
    /// The samples, some at a time.
    pub(super) chunks: Vec<Chunk>,
    /// The kernel of each layer with rows and columns exchanged, `[padded units, padded inputs]`,
    /// for the way back.
    pub(super) turned: Vec<Vec<f32>>,
}

/// Some samples of a batch on their way through the layers.
#[derive(Default)]
pub(super) struct Chunk {
    /// What each layer makes of them.
    pub(super) cells: Vec<Cell>,
    /// In training, what a `Dropout` asks.
    pub(super) random: Option<SplitMix64>,
}

/// What a layer makes of some samples, and what it needs meanwhile.
#[derive(Default)]
pub(super) struct Cell {
    /// `[n, row_len]`
    pub(super) outputs: Vec<f32>,
    /// `[n, row_len]`: the gradient of the loss by the outputs, and later by the sums.
    pub(super) gradient: Vec<f32>,
    /// Of all these samples.
    pub(super) kernel_gradient: Vec<f32>,
    pub(super) bias_gradient: Vec<f32>,
    /// Of the last layer: what its activation was applied to, `[n, row_len]`.
    pub(super) sums: Vec<f32>,
    /// Of pooling: where in the picture each output comes from.
    pub(super) origins: Vec<u32>,
    /// Of dropout: the factor of each value; empty where nothing is switched off.
    pub(super) mask: Vec<f32>,
    /// Of a convolution, for one sample: its windows `[count, window]` and the gradient by them
    /// `[count, padded window]`; its sums and later the gradient by them `[count, padded filters]`;
    /// and the gradient of the kernel.
    pub(super) windows: Vec<f32>,
    pub(super) windows_gradient: Vec<f32>,
    pub(super) padded_sums: Vec<f32>,
    pub(super) sample_gradient: Vec<f32>,
}

/// Makes room for so many numbers, all of them 0.
pub(super) fn make_zeros(numbers: &mut Vec<f32>, len: usize) {
    numbers.clear();
    numbers.resize(len, 0.0);
}

/// Adds numbers to sums.
pub(super) fn add(numbers: &[f32], sums: &mut [f32]) {
    sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
}
