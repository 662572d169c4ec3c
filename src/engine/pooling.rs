//! Pooling: the largest value of each window.

use crate::engine::room::Cell;
use crate::engine::rows::Rows;
use crate::engine::windows::Windows;

/// Keeps the largest value of each window, and where it came from; of equal ones the first.
pub(super) fn forward(windows: &Windows, x: Rows<'_>, cell: &mut Cell) {
    let [_, width, channels] = windows.input;
    let [rows, columns] = windows.size();
    cell.outputs.clear();
    cell.origins.clear();
    for sample in 0..x.len() {
        let picture = x.row(sample);
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

/// The gradient by the outputs of `cell` goes to where they came from.
pub(super) fn backward(windows: &Windows, cell: &Cell, before: &mut Vec<f32>) {
    let per_sample = windows.count() * windows.channels();
    before.clear();
    before.resize(cell.outputs.len() / per_sample.max(1) * windows.picture_len(), 0.0);
    let pictures = before.chunks_exact_mut(windows.picture_len());
    let origins = cell.origins.chunks_exact(per_sample);
    for ((picture, origins), gradients) in
        pictures.zip(origins).zip(cell.gradient.chunks_exact(per_sample))
    {
        for (&origin, gradient) in origins.iter().zip(gradients) {
            picture[origin as usize] += gradient;
        }
    }
}
