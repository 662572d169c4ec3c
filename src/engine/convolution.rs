//! A convolution: a dense layer with each window of a picture as a sample.

use crate::engine::products::{forward as product, gradient_of_kernel};
use crate::engine::room::{Cell, add, make_zeros};
use crate::engine::rows::Rows;
use crate::engine::simd::padded;
use crate::engine::weights::Weights;
use crate::engine::windows::Windows;

/// Fills the sums `[n, height, width, filters]` into the outputs of `cell`.
pub(super) fn forward(windows: &Windows, weights: &Weights, x: Rows<'_>, cell: &mut Cell) {
    let (columns, filters) = (weights.bias.len(), weights.units);
    cell.windows.resize(windows.count() * windows.window_len(), 0.0);
    cell.padded_sums.resize(windows.count() * columns, 0.0);
    cell.outputs.resize(x.len() * windows.count() * filters, 0.0);
    let outputs = cell.outputs.chunks_exact_mut(windows.count() * filters);
    for (sample, outputs) in outputs.enumerate() {
        windows.gather(x.row(sample), &mut cell.windows);
        let rows = Rows::all(&cell.windows, windows.window_len());
        if filters == columns {
            product(rows, &weights.kernel, &weights.bias, outputs);
            continue;
        }
        product(rows, &weights.kernel, &weights.bias, &mut cell.padded_sums);
        let padded = cell.padded_sums.chunks_exact(columns);
        for (row, padded) in outputs.chunks_exact_mut(filters).zip(padded) {
            row.copy_from_slice(&padded[..filters]);
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
    let Cell { gradient, kernel_gradient, bias_gradient, padded_sums, .. } = cell;
    make_zeros(kernel_gradient, weights.kernel.len());
    make_zeros(bias_gradient, columns);
    cell.sample_gradient.resize(weights.kernel.len(), 0.0);
    padded_sums.resize(windows.count() * columns, 0.0);
    if let Some(before) = before.as_mut() {
        make_zeros(before, x.len() * x.columns());
        cell.windows_gradient.resize(windows.count() * padded(window), 0.0);
    }
    let no_bias = vec![0.0; padded(window)];
    let mut sample_bias_gradient = vec![0.0; columns];
    for (sample, gradient) in gradient.chunks_exact(windows.count() * filters).enumerate() {
        let gradient = if filters == columns {
            gradient
        } else {
            let rows = padded_sums.chunks_exact_mut(columns);
            for (padded, row) in rows.zip(gradient.chunks_exact(filters)) {
                padded[..filters].copy_from_slice(row);
                padded[filters..].fill(0.0);
            }
            &*padded_sums
        };
        // Millions of places added one after another would lose what a place has.
        sample_bias_gradient.fill(0.0);
        gradient.chunks_exact(columns).for_each(|row| add(row, &mut sample_bias_gradient));
        add(&sample_bias_gradient, bias_gradient);
        windows.gather(x.row(sample), &mut cell.windows);
        let rows = Rows::all(&cell.windows, window);
        gradient_of_kernel(rows, gradient, &mut cell.sample_gradient);
        add(&cell.sample_gradient, kernel_gradient);
        if let Some(before) = before.as_mut() {
            let gradient = Rows::all(gradient, columns);
            product(gradient, turned, &no_bias, &mut cell.windows_gradient);
            let picture = &mut before[sample * x.columns()..][..x.columns()];
            windows.scatter(&cell.windows_gradient, padded(window), picture);
        }
    }
}
