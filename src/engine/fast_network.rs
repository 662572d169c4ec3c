//! The engine for the CPU, written out: the fast path of `fit`.
//!
//! A general framework records each operation, allocates each result and walks back through the
//! record. For networks as small as these that takes longer than the arithmetic. Here all memory is
//! kept from batch to batch (in a [`Room`]), and the matrix products of the layers are nearly all
//! that is computed. The results are those of Burn's autodiff (see the tests).
//!
//! With convolutions a batch is cut into chunks of [`CHUNK`] samples, which several threads compute
//! side by side; each chunk goes through all layers while its numbers are still in the cache. The
//! gradients of the chunks are added in their order, so that the result does not depend on the
//! number of threads. Dense layers alone are done sooner than a thread is woken.

use std::sync::OnceLock;
use std::thread;

use crate::choose::losses::Loss;
use crate::choose::optimizers::Optimizer;
use crate::engine::activations::gradient_of_loss;
use crate::engine::engine::Engine;
use crate::engine::layer::ComputedLayer;
use crate::engine::parameters::Parameters;
use crate::engine::random::SplitMix64;
use crate::engine::room::{Cell, Chunk, Room, add};
use crate::engine::rows::Rows;
use crate::engine::steps::{Step, last_activation};
use crate::engine::weights::Weights;

/// So many samples go through all layers together where there are convolutions.
const CHUNK: usize = 16;

/// The network with everything that training it needs, but the room for a batch.
#[derive(Clone)]
pub(crate) struct FastNetwork {
    layers: Vec<ComputedLayer>,
    optimizer: Optimizer,
    /// How many steps the optimizer has taken.
    step: i32,
    /// Chooses what a `Dropout` switches off.
    random: SplitMix64,
    /// How many numbers it puts out.
    outputs: usize,
}

impl FastNetwork {
    /// Whether these steps and this loss behind them are among those that are written out here.
    pub(crate) fn can_train(loss: Loss, steps: &[Step]) -> bool {
        // Cross-entropy of anything else has a gradient that nobody should need.
        let last = last_activation(steps);
        steps.iter().all(Step::is_fast) && loss.partner().is_none_or(|partner| partner == last)
    }

    pub(crate) fn new(
        parameters: &[Parameters],
        steps: &[Step],
        outputs: usize,
        optimizer: Optimizer,
        random: SplitMix64,
    ) -> Self {
        let mut learned = parameters.iter();
        let layers = steps.iter().filter_map(|step| {
            let parameters = step.kernel_shape.as_ref().and_then(|_| learned.next());
            ComputedLayer::new(step, parameters, &optimizer)
        });
        FastNetwork { layers: layers.collect(), optimizer, step: 0, random, outputs }
    }

    /// How many samples go through the layers together.
    fn chunk_size(&self, num_samples: usize) -> usize {
        let is_dense = |layer: &ComputedLayer| {
            matches!(layer, ComputedLayer::Dense(..) | ComputedLayer::Dropout(_))
        };
        if self.layers.iter().all(is_dense) { num_samples } else { CHUNK }
    }

    /// With `random` it is training.
    fn forward_with(&self, x: Rows<'_>, room: &mut Room, mut random: Option<&mut SplitMix64>) {
        let size = self.chunk_size(x.len());
        room.chunks.resize_with(x.len().div_ceil(size), Chunk::default);
        for chunk in &mut room.chunks {
            chunk.random = random.as_mut().map(|random| random.split());
        }
        side_by_side(&mut room.chunks, |index, chunk| {
            let first = index * size;
            chunk.forward(&self.layers, x.part(first..x.len().min(first + size)));
        });
        self.put_out(x.columns(), room);
    }

    /// Gathers what the last layer made of samples of so many numbers, without its padding.
    fn put_out(&self, inputs: usize, room: &mut Room) {
        let row_len = self.layers.iter().fold(inputs, |row_len, layer| layer.row_len(row_len));
        room.sums.clear();
        room.outputs.clear();
        for cell in room.chunks.iter().filter_map(|chunk| chunk.cells.last()) {
            let sums = if cell.sums.is_empty() { &cell.outputs } else { &cell.sums };
            for (sums, outputs) in
                sums.chunks_exact(row_len).zip(cell.outputs.chunks_exact(row_len))
            {
                room.sums.extend_from_slice(&sums[..self.outputs]);
                room.outputs.extend_from_slice(&outputs[..self.outputs]);
            }
        }
    }

    /// Fills the gradients of all weights into the cells of the first chunk.
    fn backward(&self, x: Rows<'_>, y: Rows<'_>, counts: &[f32], loss: Loss, room: &mut Room) {
        let Some(first) = self.layers.iter().position(|layer| layer.weights().is_some()) else {
            return;
        };
        room.turned.resize_with(self.layers.len(), Vec::new);
        for (layer, turned) in self.layers.iter().zip(&mut room.turned).skip(first + 1) {
            layer.weights().into_iter().for_each(|weights| weights.turn(turned));
        }
        let (size, turned) = (self.chunk_size(x.len()), &room.turned);
        side_by_side(&mut room.chunks, |index, chunk| {
            let range = index * size..x.len().min((index + 1) * size);
            if let Some(Cell { outputs, gradient, .. }) = chunk.cells.last_mut() {
                let (y, row_len) = (y.part(range.clone()), outputs.len() / range.len());
                let counts = counts.get(range.clone()).unwrap_or(&[]);
                gradient_of_loss(loss, outputs, y, counts, x.len(), row_len, gradient);
            }
            let is_by_sums = loss.partner().is_some();
            chunk.backward(&self.layers, first, x.part(range), turned, is_by_sums);
        });
        let (total, others) = room.chunks.split_at_mut(1);
        for chunk in others {
            for (total, cell) in total[0].cells.iter_mut().zip(&chunk.cells) {
                add(&cell.kernel_gradient, &mut total.kernel_gradient);
                add(&cell.bias_gradient, &mut total.bias_gradient);
            }
        }
        for (layer, cell) in self.layers.iter().zip(&mut total[0].cells) {
            layer.weights().into_iter().for_each(|weights| weights.add_penalty(cell));
        }
    }

    /// Moves the weights one step along the gradients.
    fn update(&mut self, cells: &[Cell]) {
        self.step = self.step.saturating_add(1);
        for (layer, cell) in self.layers.iter_mut().zip(cells) {
            if let Some(weights) = layer.weights_mut() {
                weights.update(&self.optimizer, self.step, cell);
            }
        }
    }
}

impl Engine for FastNetwork {
    fn forward(&self, x: Rows<'_>, room: &mut Room) {
        self.forward_with(x, room, None);
    }

    fn learn(
        &mut self,
        x: Rows<'_>,
        y: Rows<'_>,
        counts: &[f32],
        loss: Loss,
        room: &mut Room,
        accept: &mut dyn FnMut(&[f32], &[f32]) -> bool,
    ) {
        let mut random = self.random.clone();
        self.forward_with(x, room, Some(&mut random));
        self.random = random;
        if !accept(&room.sums, &room.outputs) {
            return;
        }
        self.backward(x, y, counts, loss, room);
        self.update(&room.chunks[0].cells);
    }

    fn penalty(&self) -> f64 {
        self.layers.iter().filter_map(ComputedLayer::weights).map(Weights::penalty).sum()
    }

    fn set_learning_rate(&mut self, rate: f64) {
        self.optimizer.set_learning_rate(rate);
    }

    fn set_random_numbers(&mut self, random: SplitMix64) {
        self.random = random;
    }

    fn parameters(&self) -> Vec<Parameters> {
        let weights = self.layers.iter().filter_map(ComputedLayer::weights);
        weights.map(Weights::parameters).collect()
    }

    fn set_parameters(&mut self, parameters: &[Parameters]) {
        let weights = self.layers.iter_mut().filter_map(ComputedLayer::weights_mut);
        weights.zip(parameters).for_each(|(weights, parameters)| weights.set(parameters));
    }

    fn is_finite(&self) -> bool {
        self.layers.iter().filter_map(ComputedLayer::weights).all(Weights::are_finite)
    }

    fn reads_sparse_rows(&self) -> bool {
        matches!(self.layers.first(), Some(ComputedLayer::Dense(..)))
    }

    fn windows_at_once(&self, num_samples: usize) -> usize {
        num_samples.div_ceil(CHUNK) // one sample of each chunk
    }

    fn copy(&self) -> Box<dyn Engine> {
        Box::new(self.clone())
    }
}

impl Chunk {
    fn forward(&mut self, layers: &[ComputedLayer], x: Rows<'_>) {
        self.cells.resize_with(layers.len(), Cell::default);
        let mut row_len = x.columns();
        for (index, layer) in layers.iter().enumerate() {
            let (before, rest) = self.cells.split_at_mut(index);
            let x = before.last().map_or(x, |before| Rows::all(&before.outputs, row_len));
            row_len = layer.row_len(row_len);
            layer.forward(x, &mut rest[0], self.random.as_mut(), index + 1 == layers.len());
        }
    }

    /// From the gradient by the outputs of the last layer, or by its sums, down to the `first` layer that learns.
    fn backward(
        &mut self,
        layers: &[ComputedLayer],
        first: usize,
        x: Rows<'_>,
        turned: &[Vec<f32>],
        is_by_sums: bool,
    ) {
        for (index, layer) in layers.iter().enumerate().skip(first).rev() {
            let (before, rest) = self.cells.split_at_mut(index);
            let cell = &mut rest[0];
            if index + 1 < layers.len() || !is_by_sums {
                layer.back_through_activation(cell);
            }
            match before.last_mut() {
                None => layer.backward(x, cell, None, &turned[index]),
                Some(before) => {
                    let x = Rows::all(&before.outputs, before.outputs.len() / x.len());
                    let gradient = (index > first).then_some(&mut before.gradient);
                    layer.backward(x, cell, gradient, &turned[index]);
                }
            }
        }
    }
}

/// Works on all chunks, in as many threads as the CPU has cores.
fn side_by_side(chunks: &mut [Chunk], work: impl Fn(usize, &mut Chunk) + Sync) {
    if let [chunk] = chunks {
        return work(0, chunk);
    }
    let per_thread = chunks.len().div_ceil(cores()).max(1);
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

fn cores() -> usize {
    #[cfg(all(test, feature = "burn"))]
    if tests::IS_ONE_CORE.get() {
        return 1;
    }
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, usize::from))
}

#[cfg(all(test, feature = "burn"))]
mod tests;
