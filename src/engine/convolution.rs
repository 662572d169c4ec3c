//! A convolution: a dense layer with each window of a picture as a sample.

use crate::engine::products::{forward as product, gradient_of_kernel};
use crate::engine::room::{Cell, add};
use crate::engine::rows::Rows;
use crate::engine::simd::padded;
use crate::engine::weights::Weights;
use crate::engine::windows::Windows;

/// Fills the sums `[n, height, width, filters]` into the outputs of `cell`.
pub(super) fn forward(windows: &Windows, weights: &Weights, x: Rows<'_>, cell: &mut Cell) {
    let (columns, filters) = (weights.bias.len(), weights.units);
    cell.windows.resize(windows.count() * windows.window_len(), 0.0);
    cell.padded_sums.resize(windows.count() * columns, 0.0);
    cell.outputs.clear();
    for sample in 0..x.len() {
        windows.gather(x.row(sample), &mut cell.windows);
        let rows = Rows::all(&cell.windows, windows.window_len());
        product(rows, &weights.kernel, &weights.bias, &mut cell.padded_sums);
        if filters == columns {
            cell.outputs.extend_from_slice(&cell.padded_sums);
        } else {
            for row in cell.padded_sums.chunks_exact(columns) {
                cell.outputs.extend_from_slice(&row[..filters]);
            }
        }
    }
}

/// Fills the gradients of the weights, and if asked the one by the inputs, from that by the sums.
pub(super) fn backward(
    windows: &Windows,
    weights: &Weights,
    x: Rows<'_>,
    cell: &mut Cell,
    mut before: Option<&mut Vec<f32>>,
    turned: &[f32],
) {
    let (columns, filters, window) = (weights.bias.len(), weights.units, windows.window_len());
    cell.sample_gradient.resize(weights.kernel.len(), 0.0);
    cell.clear_weights_gradient(weights.kernel.len(), columns);
    if let Some(before) = before.as_mut() {
        before.clear();
        before.resize(x.len() * x.columns(), 0.0);
        cell.windows_gradient.resize(windows.count() * padded(window), 0.0);
    }
    let no_bias = vec![0.0; padded(window)];
    let per_sample = windows.count() * filters;
    for sample in 0..x.len() {
        let gradient = cell.gradient[sample * per_sample..][..per_sample].chunks_exact(filters);
        for (row, gradient) in cell.padded_sums.chunks_exact_mut(columns).zip(gradient) {
            row[..filters].copy_from_slice(gradient);
            row[filters..].fill(0.0);
            add(row, &mut cell.bias_gradient);
        }
        windows.gather(x.row(sample), &mut cell.windows);
        let rows = Rows::all(&cell.windows, window);
        gradient_of_kernel(rows, &cell.padded_sums, &mut cell.sample_gradient);
        add(&cell.sample_gradient, &mut cell.kernel_gradient);
        if let Some(before) = before.as_mut() {
            let gradient = Rows::all(&cell.padded_sums, columns);
            product(gradient, turned, &no_bias, &mut cell.windows_gradient);
            let picture = &mut before[sample * x.columns()..][..x.columns()];
            windows.scatter(&cell.windows_gradient, padded(window), picture);
        }
    }
}
