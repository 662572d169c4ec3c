//! The arithmetic of a layer on the CPU: two matrix products and the optimizer's pass.
//!
//! Matrix libraries shine at large squares. The tutorial's matrices are tall and narrow (784 by
//! 20), and copying them into the layout that a library wants costs as much as multiplying them.
//! Here a tile of results stays in the registers of the CPU while the long dimension streams by:
//! 6 rows of 2 vectors. With the numbers that come in, that leaves one of the 16 registers of AVX2
//! free, and the CPU has as many registers for addresses as 6 rows need: of more, some would wait in
//! memory.
//!
//! Rows in which most numbers are 0, as the pixels of digits, take another way: only what is not 0
//! is multiplied. Each sum has its terms in the same order either way, and 0 times a weight adds
//! nothing, so the results are the same to the last bit. (Unless a weight is infinite: `fit` looks
//! for those itself.)
//!
//! Rows of kernels and gradients are padded with zeros to a multiple of [`LANES`] columns.

// Rows and vectors of a tile are counted, as in a matrix: iterators would hide which meets which.
#![allow(clippy::needless_range_loop)]

use zunder_data::arrays::sparse_rows::SparseRows;

use crate::choose::optimizers::{Memory, Optimizer};
use crate::engine::rows::Rows;
use crate::engine::simd::{LANES, Simd, Vector, for_this_cpu};

/// `C` vectors one after another, from a row of numbers.
#[inline(always)]
fn load<const C: usize>(row: &[f32], start: usize) -> [Vector; C] {
    let mut vectors = [[0.0; LANES]; C];
    vectors.as_flattened_mut().copy_from_slice(&row[start..start + C * LANES]);
    vectors
}

#[inline(always)]
fn store<const C: usize>(vectors: [Vector; C], row: &mut [f32], start: usize) {
    row[start..start + C * LANES].copy_from_slice(vectors.as_flattened());
}

/// Adds `factor * numbers`.
#[inline(always)]
fn add<S: Simd, const C: usize>(
    simd: S,
    mut sums: [Vector; C],
    factor: f32,
    numbers: [Vector; C],
) -> [Vector; C] {
    for c in 0..C {
        sums[c] = simd.add_product(sums[c], [factor; LANES], numbers[c]);
    }
    sums
}

/// Runs `$call` for all `$rows`, 6 at a time, then 2, then 1 (as the constant `$n`).
macro_rules! for_each_rows {
    ($rows:expr, $row:ident, $n:ident => $call:expr) => {
        let mut $row = 0;
        while $row + 6 <= $rows {
            const $n: usize = 6;
            $call;
            $row += 6;
        }
        while $row + 2 <= $rows {
            const $n: usize = 2;
            $call;
            $row += 2;
        }
        if $row < $rows {
            const $n: usize = 1;
            $call;
        }
    };
}

/// Runs `$call` for all columns, 2 or 3 vectors of them at a time, then what is left (as the constant `$c`).
macro_rules! for_each_columns {
    ($most:literal, $columns:expr, $column:ident, $c:ident => $call:expr) => {
        let mut $column = 0;
        while $column + $most * LANES <= $columns {
            const $c: usize = $most;
            $call;
            $column += $most * LANES;
        }
        if $most > 2 && $column + 2 * LANES == $columns {
            const $c: usize = 2;
            $call;
        } else if $column < $columns {
            const $c: usize = 1;
            $call;
        }
    };
}

for_this_cpu! {
    /// `sums = x · kernel + bias`: `x [n, inputs]`, `kernel [inputs, padded]`, `sums [n, padded]`.
    pub(super) fn forward(
        simd,
        x: Rows<'a>,
        kernel: &'a [f32],
        bias: &'a [f32],
        sums: &'a mut [f32],
    ) {
        let columns = bias.len();
        for_each_columns!(2, columns, column, C => {
            for_each_rows!(x.len(), row, N => {
                forward_tile::<_, N, C>(simd, x, row, kernel, bias, column, sums);
            });
        });
    }
}

/// `N` rows of `C` vectors of sums.
#[inline(always)]
fn forward_tile<S: Simd, const N: usize, const C: usize>(
    simd: S,
    x: Rows<'_>,
    row: usize,
    kernel: &[f32],
    bias: &[f32],
    column: usize,
    sums: &mut [f32],
) {
    let columns = bias.len();
    let inputs = kernel.len() / columns;
    let mut rows: [&[f32]; N] = [&[]; N];
    for n in 0..N {
        rows[n] = &x.row(row + n)[..inputs];
    }
    let mut tile: [[Vector; C]; N] = [load(bias, column); N];
    for (input, weights) in kernel.chunks_exact(columns).enumerate() {
        let weights = load(weights, column);
        for n in 0..N {
            tile[n] = add(simd, tile[n], rows[n][input], weights);
        }
    }
    for n in 0..N {
        store(tile[n], sums, (row + n) * columns + column);
    }
}

for_this_cpu! {
    /// As `forward`, with the zeros of `x` left out.
    pub(super) fn forward_sparse(
        simd,
        x: Rows<'a>,
        sparse: &'a SparseRows,
        kernel: &'a [f32],
        bias: &'a [f32],
        sums: &'a mut [f32],
    ) {
        let columns = bias.len();
        sparse.touch((0..x.len()).map(|row| x.position(row)));
        for_each_columns!(3, columns, column, C => {
            for (row, sums) in sums.chunks_exact_mut(columns).enumerate() {
                let mut vectors: [Vector; C] = load(bias, column);
                for (input, value) in sparse.row(x.position(row)) {
                    vectors = add(simd, vectors, value, load(kernel, input * columns + column));
                }
                store(vectors, sums, column);
            }
        });
    }
}

for_this_cpu! {
    /// `kernel_gradient = xᵀ · gradient`: `x [n, inputs]`, `gradient [n, padded]`.
    pub(super) fn gradient_of_kernel(
        simd,
        x: Rows<'a>,
        gradient: &'a [f32],
        kernel_gradient: &'a mut [f32],
    ) {
        let columns = gradient.len() / x.len();
        let inputs = kernel_gradient.len() / columns;
        for_each_columns!(2, columns, column, C => {
            for_each_rows!(inputs, input, N => {
                kernel_tile::<_, N, C>(simd, x, gradient, columns, input, column, kernel_gradient);
            });
        });
    }
}

/// The gradient of `C` vectors of weights for each of `N` inputs.
#[inline(always)]
fn kernel_tile<S: Simd, const N: usize, const C: usize>(
    simd: S,
    x: Rows<'_>,
    gradient: &[f32],
    columns: usize,
    input: usize,
    column: usize,
    kernel_gradient: &mut [f32],
) {
    let mut tile: [[Vector; C]; N] = [[[0.0; LANES]; C]; N];
    for (row, gradient) in gradient.chunks_exact(columns).enumerate() {
        let numbers: &[f32; N] = x.row(row)[input..].first_chunk().expect("a row holds all inputs");
        let gradient = load(gradient, column);
        for n in 0..N {
            tile[n] = add(simd, tile[n], numbers[n], gradient);
        }
    }
    for n in 0..N {
        store(tile[n], kernel_gradient, (input + n) * columns + column);
    }
}

for_this_cpu! {
    /// As `gradient_of_kernel`, with the zeros of `x` left out.
    pub(super) fn gradient_of_kernel_sparse(
        simd,
        x: Rows<'a>,
        sparse: &'a SparseRows,
        gradient: &'a [f32],
        kernel_gradient: &'a mut [f32],
    ) {
        let columns = gradient.len() / x.len();
        kernel_gradient.fill(0.0);
        for_each_columns!(3, columns, column, C => {
            for (row, gradient) in gradient.chunks_exact(columns).enumerate() {
                let gradient: [Vector; C] = load(gradient, column);
                for (input, value) in sparse.row(x.position(row)) {
                    let start = input * columns + column;
                    let sums = load(kernel_gradient, start);
                    store(add(simd, sums, value, gradient), kernel_gradient, start);
                }
            }
        });
    }
}

for_this_cpu! {
    /// Moves the weights one step along the gradient.
    pub(super) fn update(
        _,
        optimizer: &'a Optimizer,
        step: i32,
        weights: &'a mut [f32],
        gradient: &'a [f32],
        memory: &'a mut Memory,
    ) {
        optimizer.update(step, weights, gradient, memory);
    }
}
