//! Convolutions and pooling before a stack of dense layers, trained on the CPU without a graph: the
//! fast path of `fit` for pictures.
//!
//! As in `dense_network.rs`, all memory is kept from batch to batch. A batch is cut into chunks of
//! [`CHUNK`] samples, which several threads compute side by side; each chunk goes through all
//! layers while its numbers are still in the cache. The gradients of the chunks are added in their
//! order, so that the result does not depend on the number of threads.
//!
//! A convolution is the matrix product of a dense layer, with each window of a picture as a sample:
//! the kernels are the same. The results are those of Burn's autodiff (see the tests below).

mod layers;
mod windows;

use std::sync::OnceLock;
use std::thread;

use crate::choose::losses::Loss;
use crate::choose::optimizers::Optimizer;
use crate::engine::dense_network::DenseNetwork;
use crate::engine::kernels::{Rows, padded};
use crate::engine::parameters::Parameters;
use crate::engine::random::SplitMix64;
use crate::engine::steps::Step;
use layers::{Cell, FrontLayer};

/// So many samples go through all layers together.
const CHUNK: usize = 16;

/// The network with everything that training it needs.
#[derive(Clone)]
pub(crate) struct PictureNetwork {
    front: Vec<FrontLayer>,
    dense: DenseNetwork,
    optimizer: Optimizer,
    /// How many steps the optimizer has taken.
    step: i32,
    /// Chooses what a `Dropout` switches off.
    random: SplitMix64,
    chunks: Vec<Chunk>,
    /// `[n, features]`: what the dense layers take.
    features: Vec<f32>,
    /// `[n, padded features]`
    features_gradient: Vec<f32>,
}

/// Some samples of a batch on their way through the layers.
#[derive(Clone, Default)]
struct Chunk {
    /// The samples themselves, then what each layer makes of them.
    cells: Vec<Cell>,
    /// In training, what a `Dropout` asks.
    random: Option<SplitMix64>,
}

impl PictureNetwork {
    /// How many steps come before the dense layers, if the others are dense layers only.
    pub(crate) fn front_of(steps: &[Step]) -> Option<usize> {
        let is_dense = |step: &Step| matches!(step, Step::Dense { .. });
        let front = steps.iter().position(is_dense)?;
        steps[front..].iter().all(is_dense).then_some(front)
    }

    pub(crate) fn new(
        parameters: &[Parameters],
        steps: &[Step],
        front: usize,
        optimizer: Optimizer,
        random: SplitMix64,
    ) -> Self {
        let (before, dense) = steps.split_at(front);
        let mut learned = parameters.iter();
        let mut layers = Vec::new();
        for step in before {
            let parameters = step.kernel_shape().and_then(|_| learned.next());
            layers.extend(FrontLayer::new(step, parameters, &optimizer));
        }
        let activations: Vec<_> = dense.iter().filter_map(Step::activation).collect();
        PictureNetwork {
            front: layers,
            dense: DenseNetwork::new(learned.as_slice(), &activations, optimizer),
            optimizer,
            step: 0,
            random,
            chunks: Vec::new(),
            features: Vec::new(),
            features_gradient: Vec::new(),
        }
    }

    pub(crate) fn parameters(&self) -> Vec<Parameters> {
        let front = self.front.iter().filter_map(FrontLayer::parameters);
        front.chain(self.dense.parameters()).collect()
    }

    pub(crate) fn set_parameters(&mut self, parameters: &[Parameters]) {
        let mut learned = parameters.iter();
        for layer in &mut self.front {
            layer.set_parameters(&mut learned);
        }
        self.dense.set_parameters(learned.as_slice());
    }

    /// From here on a `Dropout` switches off what these random numbers say.
    pub(crate) fn set_random_numbers(&mut self, random: SplitMix64) {
        self.random = random;
    }

    /// Computes the outputs for the samples `x` and leaves them in the last layer.
    pub(crate) fn forward(&mut self, x: Rows<'_>) {
        self.forward_with(x, false);
    }

    /// The inputs of the last activation and its results, after a forward pass.
    pub(crate) fn sums_and_outputs(&self) -> (&[f32], &[f32]) {
        self.dense.sums_and_outputs()
    }

    /// Moves all weights one step, unless `accept`, which sees sums and outputs, says no.
    pub(crate) fn learn(
        &mut self,
        x: Rows<'_>,
        y: Rows<'_>,
        loss: Loss,
        accept: impl FnOnce(&[f32], &[f32]) -> bool,
    ) {
        self.forward_with(x, true);
        let (sums, outputs) = self.dense.sums_and_outputs();
        if !accept(sums, outputs) {
            return;
        }
        let features = Rows::all(&self.features, self.features.len() / x.len());
        self.dense.learn_and_pass_on(features, y, loss, &mut self.features_gradient);
        self.backward(x.len());
        self.step = self.step.saturating_add(1);
        for layer in &mut self.front {
            layer.update(&self.optimizer, self.step);
        }
    }

    fn forward_with(&mut self, x: Rows<'_>, is_training: bool) {
        self.chunks.resize_with(x.len().div_ceil(CHUNK), Chunk::default);
        for chunk in &mut self.chunks {
            chunk.random = is_training.then(|| self.random.split());
        }
        let front = &self.front;
        side_by_side(&mut self.chunks, |index, chunk| {
            let first = index * CHUNK;
            chunk.forward(front, (first..x.len().min(first + CHUNK)).map(|row| x.row(row)));
        });
        self.features.clear();
        for chunk in &self.chunks {
            self.features.extend_from_slice(chunk.cells.last().map_or(&[], |cell| &cell.outputs));
        }
        self.dense.forward(Rows::all(&self.features, self.features.len() / x.len()));
    }

    /// Fills the gradients of the front, from the gradient by the features.
    fn backward(&mut self, num_samples: usize) {
        let Some(first) = self.front.iter().position(FrontLayer::learns) else { return };
        self.front.iter_mut().for_each(FrontLayer::prepare_backward);
        let features = self.features.len() / num_samples;
        let (front, gradient) = (&self.front, &self.features_gradient);
        side_by_side(&mut self.chunks, |index, chunk| {
            let rows = gradient.chunks_exact(padded(features)).skip(index * CHUNK).take(CHUNK);
            chunk.backward(front, first, rows.map(|row| &row[..features]));
        });
        for (index, layer) in self.front.iter_mut().enumerate() {
            layer.add_gradients(self.chunks.iter().map(|chunk| &chunk.cells[index + 1]));
        }
    }

    /// The gradients of each layer's kernel and bias, for comparison with Burn's.
    #[cfg(test)]
    fn gradients(&mut self, x: Rows<'_>, y: Rows<'_>, loss: Loss) -> Vec<Parameters> {
        self.forward_with(x, true);
        let features = Rows::all(&self.features, self.features.len() / x.len());
        let dense = self.dense.gradients(features, y, loss);
        self.dense.pass_on(&mut self.features_gradient);
        self.backward(x.len());
        self.front.iter().filter_map(FrontLayer::gradients).chain(dense).collect()
    }
}

impl Chunk {
    fn forward<'a>(&mut self, front: &[FrontLayer], samples: impl Iterator<Item = &'a [f32]>) {
        self.cells.resize_with(front.len() + 1, Cell::default);
        self.cells[0].outputs.clear();
        for sample in samples {
            self.cells[0].outputs.extend_from_slice(sample);
        }
        for (index, layer) in front.iter().enumerate() {
            let (before, rest) = self.cells.split_at_mut(index + 1);
            layer.forward(&before[index].outputs, &mut rest[0], self.random.as_mut());
        }
    }

    /// Down to the layer `first`, the first one that learns.
    fn backward<'a>(
        &mut self,
        front: &[FrontLayer],
        first: usize,
        gradient: impl Iterator<Item = &'a [f32]>,
    ) {
        let last = &mut self.cells[front.len()].gradient;
        last.clear();
        gradient.for_each(|row| last.extend_from_slice(row));
        for (index, layer) in front.iter().enumerate().skip(first).rev() {
            let (before, rest) = self.cells.split_at_mut(index + 1);
            layer.backward(&mut before[index], &mut rest[0], index > first);
        }
    }
}

/// Works on all chunks, in as many threads as the CPU has cores.
fn side_by_side(chunks: &mut [Chunk], work: impl Fn(usize, &mut Chunk) + Sync) {
    static CORES: OnceLock<usize> = OnceLock::new();
    let cores = *CORES.get_or_init(|| thread::available_parallelism().map_or(1, usize::from));
    let per_thread = chunks.len().div_ceil(cores).max(1);
    let (work, mut groups) = (&work, chunks.chunks_mut(per_thread).enumerate());
    let all_of = move |(group, chunks): (usize, &mut [Chunk])| {
        for (index, chunk) in chunks.iter_mut().enumerate() {
            work(group * per_thread + index, chunk);
        }
    };
    thread::scope(|scope| {
        let own = groups.next();
        for group in groups {
            scope.spawn(move || all_of(group));
        }
        own.into_iter().for_each(all_of);
    });
}

#[cfg(test)]
mod tests;
