//! Pooling: the largest value of each window.

use crate::engine::room::{Cell, make_zeros};
use crate::engine::rows::Rows;
use crate::engine::simd::{LANES, for_this_cpu};
use crate::engine::windows::Windows;

for_this_cpu! {
    /// Keeps the largest value of each window, and where it came from; of equal ones the first.
    pub(super) fn forward(_, windows: &'a Windows, x: Rows<'a>, cell: &'a mut Cell) {
        let ([_, width, channels], [rows, columns]) = (windows.input, windows.window.size);
        cell.outputs.resize(x.len() * windows.count() * channels, 0.0);
        cell.origins.resize(cell.outputs.len(), 0);
        let mut outputs = cell.outputs.chunks_exact_mut(channels);
        let mut origins = cell.origins.chunks_exact_mut(channels);
        for picture in (0..x.len()).map(|sample| x.row(sample)) {
            let kept = windows.corners().zip(outputs.by_ref().zip(origins.by_ref()));
            for ([top, left], (best, origins)) in kept {
                best.fill(f32::NEG_INFINITY);
                for row in top..top + rows {
                    for column in left..left + columns {
                        let start = (row * width + column) * channels;
                        keep_larger(&picture[start..][..channels], start as u32, best, origins);
                    }
                }
            }
        }
    }
}

/// Whole vectors first: the compiler makes a few instructions of each.
#[inline(always)]
fn keep_larger(values: &[f32], start: u32, best: &mut [f32], origins: &mut [u32]) {
    let (vectors, rest) = values.as_chunks::<LANES>();
    let (best_vectors, best_rest) = best.as_chunks_mut::<LANES>();
    let (origin_vectors, origin_rest) = origins.as_chunks_mut::<LANES>();
    let kept = best_vectors.iter_mut().zip(origin_vectors).zip(vectors);
    for (start, ((best, origins), values)) in (start..).step_by(LANES).zip(kept) {
        for lane in 0..LANES {
            keep(values[lane], start + lane as u32, &mut best[lane], &mut origins[lane]);
        }
    }
    let kept = best_rest.iter_mut().zip(origin_rest).zip(rest);
    let start = start + (values.len() - rest.len()) as u32;
    for (origin, ((best, origin_of_best), &value)) in (start..).zip(kept) {
        keep(value, origin, best, origin_of_best);
    }
}

/// Without a branch, so that it is computed for a whole vector at once.
#[inline(always)]
fn keep(value: f32, origin: u32, best: &mut f32, origin_of_best: &mut u32) {
    // NaN is the largest of all, wherever it stands: "value > best" would never take one, nor keep it.
    let stays = u32::from((value <= *best) | best.is_nan()).wrapping_neg();
    *best = f32::from_bits((best.to_bits() & stays) | (value.to_bits() & !stays));
    *origin_of_best = (*origin_of_best & stays) | (origin & !stays);
}

/// The gradient by the outputs of `cell` goes to where they came from.
pub(super) fn backward(windows: &Windows, cell: &Cell, before: &mut Vec<f32>) {
    let per_sample = windows.count() * windows.channels();
    make_zeros(before, cell.outputs.len() / per_sample.max(1) * windows.picture_len());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::define::window::{Padding, Window};

    /// As many channels as make a whole vector and a rest, so that both ways are gone.
    #[test]
    fn a_nan_stays_wherever_it_stands_in_its_window() {
        let channels = LANES + 1;
        let window = Window { size: [1, 2], strides: [1, 2], padding: Padding::Valid };
        let windows = Windows::new(window, [1, 2, channels]);
        for values in [[f32::NAN, 5.0], [5.0, f32::NAN]] {
            let picture: Vec<f32> = values.iter().flat_map(|&v| vec![v; channels]).collect();
            let mut cell = Cell::default();
            forward(&windows, Rows::all(&picture, picture.len()), &mut cell);
            assert!(
                cell.outputs.iter().all(|best| best.is_nan()),
                "{values:?}: {:?}",
                cell.outputs
            );
        }
    }
}
