//! `Engine`: what computes a network, and what it has to offer.

use crate::choose::losses::Loss;
use crate::engine::parameters::Parameters;
use crate::engine::random::SplitMix64;
use crate::engine::room::Room;
use crate::engine::rows::Rows;

/// Computes a compiled network: forward, and in training backward and a step of the optimizer.
///
/// There are two: `FastNetwork`, written out for the CPU, and `BurnNetwork`, which computes the
/// same on any device that [Burn](https://burn.dev) knows. A third one, say with kernels of its own
/// for a GPU, is one more `impl`: it takes its weights from [`Parameters`], keeps them where it
/// computes, copies the rows of a batch there, and leaves sums and outputs in the [`Room`]. A line in
/// `new_engine` chooses it. What `fit`, `evaluate` and `predict` do is the same for all.
pub(crate) trait Engine: Send + Sync {
    /// Computes the outputs for the samples `x` and leaves them in `room`.
    fn forward(&self, x: Rows<'_>, room: &mut Room);

    /// Moves all weights one step, unless `accept`, which sees sums and outputs, says no. Each sample
    /// counts as much as `counts` says, or all as 1 where it is empty.
    fn learn(
        &mut self,
        x: Rows<'_>,
        y: Rows<'_>,
        counts: &[f32],
        loss: Loss,
        room: &mut Room,
        accept: &mut dyn FnMut(&[f32], &[f32]) -> bool,
    );

    /// The price of all weights where layers have a regularizer, to be added to the loss.
    fn penalty(&self) -> f64;

    /// From here on the optimizer takes steps of this size.
    fn set_learning_rate(&mut self, rate: f64);

    /// From here on a `Dropout` switches off what these random numbers say.
    fn set_random_numbers(&mut self, random: SplitMix64);

    /// The weights of each layer that learns.
    fn parameters(&self) -> Vec<Parameters>;

    /// Replaces them; what the optimizer remembers of them stays.
    fn set_parameters(&mut self, parameters: &[Parameters]);

    /// Whether all weights are numbers that can be computed with.
    fn is_finite(&self) -> bool;

    /// Whether it is quicker when the zeros of its inputs are left out.
    fn reads_sparse_rows(&self) -> bool {
        false
    }

    /// For how many of so many samples the windows of a convolution are laid out at the same time.
    fn windows_at_once(&self, num_samples: usize) -> usize;

    /// A copy that learns on its own.
    fn copy(&self) -> Box<dyn Engine>;
}

impl Clone for Box<dyn Engine> {
    fn clone(&self) -> Self {
        self.copy()
    }
}
