//! The layers before the dense ones: convolution, pooling, dropout.
//!
//! Over 300 lines: each kind of layer has its forward and its backward pass, which are read together.

use super::windows::Windows;
use crate::base::shape::Shape;
use crate::choose::optimizers::{Memory, Optimizer};
use crate::define::activation::Activation;
use crate::engine::dense_network::through_activation;
use crate::engine::kernels::{self, Rows, padded};
use crate::engine::parameters::Parameters;
use crate::engine::random::SplitMix64;
use crate::engine::steps::Step;

/// What a layer makes of a chunk of samples, and room for what it needs meanwhile.
#[derive(Clone, Default)]
pub(super) struct Cell {
    /// `[n, values]`
    pub(super) outputs: Vec<f32>,
    /// `[n, values]`, the gradient of the loss by the outputs.
    pub(super) gradient: Vec<f32>,
    /// Of pooling: where in the picture each output comes from.
    origins: Vec<u32>,
    /// Of dropout: the factor of each value; empty where nothing is switched off.
    mask: Vec<f32>,
    /// Of a convolution: the windows of a sample `[count, window]`.
    patches: Vec<f32>,
    /// The sums of a sample, and later their gradient `[count, padded filters]`.
    sums: Vec<f32>,
    /// The gradient by the windows of a sample `[count, padded window]`.
    patches_gradient: Vec<f32>,
    /// The gradient of the kernel for one sample, and for all.
    sample_gradient: Vec<f32>,
    kernel_gradient: Vec<f32>,
    bias_gradient: Vec<f32>,
}

#[derive(Clone)]
pub(super) enum FrontLayer {
    Convolution(Box<Convolution>),
    /// The largest value of each window.
    Pooling(Windows),
    Dropout {
        rate: f64,
    },
}

/// A convolution and what the optimizer remembers of it; arrays as in a dense layer.
#[derive(Clone)]
pub(super) struct Convolution {
    windows: Windows,
    filters: usize,
    activation: Activation,
    /// As in Keras.
    shape: Shape,
    /// `[window, padded filters]`
    kernel: Vec<f32>,
    /// `[padded filters]`
    bias: Vec<f32>,
    kernel_memory: Memory,
    bias_memory: Memory,
    kernel_gradient: Vec<f32>,
    bias_gradient: Vec<f32>,
    /// The kernel with rows and columns exchanged, `[padded filters, padded window]`, for the way back.
    turned: Vec<f32>,
}

impl FrontLayer {
    /// None for a `Flatten`: the numbers of a sample lie in a row already.
    pub(super) fn new(
        step: &Step,
        parameters: Option<&Parameters>,
        optimizer: &Optimizer,
    ) -> Option<Self> {
        match (step, parameters) {
            (&Step::Convolution { window, input, filters, activation }, Some(parameters)) => {
                let windows = Windows::new(window, input);
                let (kernel, bias) = (windows.window_len() * padded(filters), padded(filters));
                let mut layer = Convolution {
                    windows,
                    filters,
                    activation,
                    shape: parameters.shape.clone(),
                    kernel: vec![0.0; kernel],
                    bias: vec![0.0; bias],
                    kernel_memory: Memory::new(optimizer, kernel),
                    bias_memory: Memory::new(optimizer, bias),
                    kernel_gradient: vec![0.0; kernel],
                    bias_gradient: vec![0.0; bias],
                    turned: vec![0.0; bias * padded(windows.window_len())],
                };
                layer.set_parameters(parameters);
                Some(FrontLayer::Convolution(Box::new(layer)))
            }
            (&Step::MaxPooling { window, input }, _) => {
                Some(FrontLayer::Pooling(Windows::new(window, input)))
            }
            (&Step::Dropout { rate }, _) => Some(FrontLayer::Dropout { rate }),
            _ => None,
        }
    }

    pub(super) fn learns(&self) -> bool {
        matches!(self, FrontLayer::Convolution(_))
    }

    pub(super) fn parameters(&self) -> Option<Parameters> {
        match self {
            FrontLayer::Convolution(layer) => Some(layer.unpadded(&layer.kernel, &layer.bias)),
            _ => None,
        }
    }

    #[cfg(test)]
    pub(super) fn gradients(&self) -> Option<Parameters> {
        match self {
            FrontLayer::Convolution(layer) => {
                Some(layer.unpadded(&layer.kernel_gradient, &layer.bias_gradient))
            }
            _ => None,
        }
    }

    /// Takes what it learns from those that are left.
    pub(super) fn set_parameters(&mut self, learned: &mut std::slice::Iter<'_, Parameters>) {
        if let FrontLayer::Convolution(layer) = self
            && let Some(parameters) = learned.next()
        {
            layer.set_parameters(parameters);
        }
    }

    /// Fills the outputs of `cell`; with `random` it is training.
    pub(super) fn forward(&self, inputs: &[f32], cell: &mut Cell, random: Option<&mut SplitMix64>) {
        match self {
            FrontLayer::Convolution(layer) => layer.forward(inputs, cell),
            FrontLayer::Pooling(windows) => pool(windows, inputs, cell),
            FrontLayer::Dropout { rate } => {
                cell.mask.clear();
                cell.outputs.clear();
                cell.outputs.extend_from_slice(inputs);
                if let Some(random) = random.filter(|_| *rate > 0.0) {
                    cell.mask.extend(random.mask(inputs.len(), *rate));
                    cell.outputs.iter_mut().zip(&cell.mask).for_each(|(o, mask)| *o *= mask);
                }
            }
        }
    }

    /// Makes of the gradient by the outputs of `cell` those of the weights, and if asked that by
    /// the outputs of the layer `before`.
    pub(super) fn backward(&self, before: &mut Cell, cell: &mut Cell, pass_on: bool) {
        match self {
            FrontLayer::Convolution(layer) => layer.backward(before, cell, pass_on),
            FrontLayer::Pooling(windows) => {
                before.gradient.clear();
                before.gradient.resize(before.outputs.len(), 0.0);
                let values = cell.outputs.len() / (before.outputs.len() / windows.picture_len());
                let pictures = before.gradient.chunks_exact_mut(windows.picture_len());
                let origins = cell.origins.chunks_exact(values);
                let gradients = cell.gradient.chunks_exact(values);
                for ((picture, origins), gradients) in pictures.zip(origins).zip(gradients) {
                    for (&origin, gradient) in origins.iter().zip(gradients) {
                        picture[origin as usize] += gradient;
                    }
                }
            }
            FrontLayer::Dropout { .. } => {
                before.gradient.clear();
                before.gradient.extend_from_slice(&cell.gradient);
                before.gradient.iter_mut().zip(&cell.mask).for_each(|(g, mask)| *g *= mask);
            }
        }
    }

    /// Once for all chunks, after the weights have moved.
    pub(super) fn prepare_backward(&mut self) {
        if let FrontLayer::Convolution(layer) = self {
            let (columns, window) = (layer.bias.len(), padded(layer.windows.window_len()));
            for (input, row) in layer.kernel.chunks_exact(columns).enumerate() {
                for (filter, weight) in row.iter().enumerate() {
                    layer.turned[filter * window + input] = *weight;
                }
            }
        }
    }

    /// Adds up what the chunks found.
    pub(super) fn add_gradients<'a>(&mut self, cells: impl Iterator<Item = &'a Cell>) {
        if let FrontLayer::Convolution(layer) = self {
            layer.kernel_gradient.fill(0.0);
            layer.bias_gradient.fill(0.0);
            for cell in cells {
                add(&cell.kernel_gradient, &mut layer.kernel_gradient);
                add(&cell.bias_gradient, &mut layer.bias_gradient);
            }
        }
    }

    pub(super) fn update(&mut self, optimizer: &Optimizer, step: i32) {
        if let FrontLayer::Convolution(layer) = self {
            let Convolution { kernel, kernel_gradient, kernel_memory, .. } = &mut **layer;
            kernels::update(optimizer, step, kernel, kernel_gradient, kernel_memory);
            let Convolution { bias, bias_gradient, bias_memory, .. } = &mut **layer;
            kernels::update(optimizer, step, bias, bias_gradient, bias_memory);
        }
    }
}

impl Convolution {
    fn set_parameters(&mut self, parameters: &Parameters) {
        let rows = self.kernel.chunks_exact_mut(self.bias.len());
        for (row, new) in rows.zip(parameters.kernel.chunks_exact(self.filters)) {
            row[..self.filters].copy_from_slice(new);
        }
        self.bias[..self.filters].copy_from_slice(&parameters.bias);
    }

    /// Kernel and bias, or their gradients, without the padding.
    fn unpadded(&self, kernel: &[f32], bias: &[f32]) -> Parameters {
        let rows = kernel.chunks_exact(self.bias.len());
        Parameters {
            shape: self.shape.clone(),
            kernel: rows.flat_map(|row| &row[..self.filters]).copied().collect(),
            bias: bias[..self.filters].to_vec(),
        }
    }

    fn forward(&self, inputs: &[f32], cell: &mut Cell) {
        let Convolution { windows, filters, .. } = self;
        cell.patches.resize(windows.count() * windows.window_len(), 0.0);
        cell.sums.resize(windows.count() * self.bias.len(), 0.0);
        cell.outputs.clear();
        for picture in inputs.chunks_exact(windows.picture_len()) {
            windows.gather(picture, &mut cell.patches);
            let patches = Rows::all(&cell.patches, windows.window_len());
            kernels::forward(patches, &self.kernel, &self.bias, &mut cell.sums);
            if *filters == self.bias.len() {
                cell.outputs.extend_from_slice(&cell.sums);
            } else {
                for row in cell.sums.chunks_exact(self.bias.len()) {
                    cell.outputs.extend_from_slice(&row[..*filters]);
                }
            }
        }
        self.activation.apply(&mut cell.outputs, *filters);
    }

    fn backward(&self, before: &mut Cell, cell: &mut Cell, pass_on: bool) {
        let Convolution { windows, filters, .. } = self;
        let (columns, window) = (self.bias.len(), windows.window_len());
        let per_sample = windows.count() * filters;
        cell.sample_gradient.resize(self.kernel.len(), 0.0);
        cell.kernel_gradient.clear();
        cell.kernel_gradient.resize(self.kernel.len(), 0.0);
        cell.bias_gradient.clear();
        cell.bias_gradient.resize(columns, 0.0);
        if pass_on {
            before.gradient.clear();
            before.gradient.resize(before.outputs.len(), 0.0);
            cell.patches_gradient.resize(windows.count() * padded(window), 0.0);
        }
        let no_bias = vec![0.0; padded(window)];
        for (sample, picture) in before.outputs.chunks_exact(windows.picture_len()).enumerate() {
            let range = sample * per_sample..(sample + 1) * per_sample;
            let gradients = cell.gradient[range.clone()].chunks_exact_mut(*filters);
            let places = gradients.zip(cell.outputs[range].chunks_exact(*filters));
            for (row, (gradient, outputs)) in cell.sums.chunks_exact_mut(columns).zip(places) {
                through_activation(self.activation, gradient, outputs);
                row[..*filters].copy_from_slice(gradient);
                row[*filters..].fill(0.0);
                add(row, &mut cell.bias_gradient);
            }
            windows.gather(picture, &mut cell.patches);
            let patches = Rows::all(&cell.patches, window);
            kernels::gradient_of_kernel(patches, &cell.sums, &mut cell.sample_gradient);
            add(&cell.sample_gradient, &mut cell.kernel_gradient);
            if pass_on {
                // The product with the turned kernel: quicker than `kernels::gradient_of_inputs`
                // for as few filters as these.
                let gradient = Rows::all(&cell.sums, columns);
                let patches = &mut cell.patches_gradient;
                kernels::forward(gradient, &self.turned, &no_bias, patches);
                let picture_len = windows.picture_len();
                let picture = &mut before.gradient[sample * picture_len..][..picture_len];
                windows.scatter(patches, padded(window), picture);
            }
        }
    }
}

/// Keeps the largest value of each window, and where it came from; of equal ones the first.
fn pool(windows: &Windows, inputs: &[f32], cell: &mut Cell) {
    let [_, width, channels] = windows.input;
    let [rows, columns] = windows.size();
    cell.outputs.clear();
    cell.origins.clear();
    for picture in inputs.chunks_exact(windows.picture_len()) {
        for window in 0..windows.count() {
            let [top, left] = windows.corner(window);
            let start = (top * width + left) * channels;
            let at = cell.outputs.len();
            cell.outputs.extend_from_slice(&picture[start..start + channels]);
            cell.origins.extend(start as u32..(start + channels) as u32);
            let best = &mut cell.outputs[at..];
            let origins = &mut cell.origins[at..];
            for row in 0..rows {
                for column in 0..columns {
                    let start = ((top + row) * width + left + column) * channels;
                    let values = &picture[start..start + channels];
                    let kept = best.iter_mut().zip(origins.iter_mut());
                    for (channel, ((best, origin), &value)) in kept.zip(values).enumerate() {
                        let is_larger = value > *best;
                        *best = if is_larger { value } else { *best };
                        *origin = if is_larger { (start + channel) as u32 } else { *origin };
                    }
                }
            }
        }
    }
}

fn add(numbers: &[f32], sums: &mut [f32]) {
    sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
}
