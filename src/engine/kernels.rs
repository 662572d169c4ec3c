//! The arithmetic of a dense layer on the CPU: three matrix products and the optimizer's pass.
//!
//! Matrix libraries shine at large squares. The tutorial's matrices are tall and narrow (784 by
//! 20), and copying them into the layout that a library wants costs as much as multiplying them.
//! Here a tile of results stays in the registers of the CPU while the long dimension streams by:
//! 4 rows by up to 24 columns, which fills the 16 registers of AVX2.
//!
//! Rows of kernels and gradients are padded with zeros to a multiple of [`LANES`] columns.
//!
//! Over 300 lines: the two ways to compute a tile, for any CPU and for AVX2, and what is made of them;
//! apart they would only be half as clear.

// The only unsafe code of the crate: using AVX2 and FMA right after asking the CPU for them. Left to
// itself the compiler finds the right instructions only in some of the tiles.
#![allow(unsafe_code)]

use crate::choose::optimizers::{Memory, Optimizer};

/// How many numbers a vector register holds (AVX2).
pub(crate) const LANES: usize = 8;

/// Rows of results that are computed at once.
const ROWS: usize = 4;

/// The length of a padded row.
pub(crate) fn padded(columns: usize) -> usize {
    columns.next_multiple_of(LANES)
}

/// Samples that lie somewhere among others, in any order: nothing needs to be copied to shuffle.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    numbers: &'a [f32],
    columns: usize,
    /// Which rows, in which order; all of them if none.
    order: Option<&'a [usize]>,
}

impl<'a> Rows<'a> {
    /// All rows of `columns` numbers each.
    pub(crate) fn all(numbers: &'a [f32], columns: usize) -> Self {
        Rows { numbers, columns, order: None }
    }

    /// The rows with these numbers.
    pub(crate) fn of(self, order: &'a [usize]) -> Self {
        Rows { order: Some(order), ..self }
    }

    pub(crate) fn len(&self) -> usize {
        self.order.map_or(self.numbers.len() / self.columns, <[usize]>::len)
    }

    #[inline(always)]
    pub(crate) fn row(&self, index: usize) -> &'a [f32] {
        let start = self.order.map_or(index, |order| order[index]) * self.columns;
        &self.numbers[start..start + self.columns]
    }
}

/// Compiles a function twice, for AVX2 with FMA and for any CPU, and chooses at run time.
/// Both compute the same sums; FMA rounds once where the other rounds twice.
macro_rules! for_this_cpu {
    ($(#[$doc:meta])* $name:ident = $body:ident($($argument:ident: $type:ty),*)) => {
        $(#[$doc])*
        pub(crate) fn $name($($argument: $type),*) {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2,fma")]
                fn with_avx2($($argument: $type),*) {
                    $body::<avx2::Avx2>($($argument),*);
                }
                if has_avx2() {
                    // SAFETY: the CPU has just said that it has what they are compiled for.
                    return unsafe { with_avx2($($argument),*) };
                }
            }
            $body::<Portable>($($argument),*);
        }
    };
}

/// Whether the CPU has AVX2 and FMA.
#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    #[cfg(test)]
    if tests::IS_ANY_CPU.get() {
        return false;
    }
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
}

for_this_cpu! {
    /// `sums = x · kernel + bias`: `x [n, inputs]`, `kernel [inputs, padded]`, `sums [n, padded]`.
    forward = forward_with(x: Rows<'_>, kernel: &[f32], bias: &[f32], sums: &mut [f32])
}

for_this_cpu! {
    /// `kernel_gradient = xᵀ · gradient`: `x [n, inputs]`, `gradient [n, padded]`.
    gradient_of_kernel =
        gradient_of_kernel_with(x: Rows<'_>, gradient: &[f32], kernel_gradient: &mut [f32])
}

for_this_cpu! {
    /// `before = gradient · kernelᵀ`: `gradient [n, padded]`, `kernel [inputs, padded]`,
    /// `before [n, padded inputs]`.
    gradient_of_inputs =
        gradient_of_inputs_with(gradient: &[f32], kernel: &[f32], inputs: usize, before: &mut [f32])
}

for_this_cpu! {
    /// Moves the weights one step along the gradient.
    update = update_with(
        optimizer: &Optimizer, step: i32, weights: &mut [f32], gradient: &[f32], memory: &mut Memory
    )
}

/// [`LANES`] numbers that are computed at once.
trait Vector: Copy {
    fn splat(number: f32) -> Self;
    fn load(numbers: &[f32; LANES]) -> Self;
    fn store(self, numbers: &mut [f32; LANES]);
    /// `self + a * b`
    fn add_product(self, a: Self, b: Self) -> Self;
}

/// For any CPU; the compiler makes of it what the CPU offers.
#[derive(Clone, Copy)]
struct Portable([f32; LANES]);

impl Vector for Portable {
    #[inline(always)]
    fn splat(number: f32) -> Self {
        Portable([number; LANES])
    }

    #[inline(always)]
    fn load(numbers: &[f32; LANES]) -> Self {
        Portable(*numbers)
    }

    #[inline(always)]
    fn store(self, numbers: &mut [f32; LANES]) {
        *numbers = self.0;
    }

    #[inline(always)]
    fn add_product(mut self, a: Self, b: Self) -> Self {
        for lane in 0..LANES {
            // ARM's 64-bit CPUs always have the instruction for this; where it may be missing,
            // `mul_add` would be computed by a slow library function.
            self.0[lane] = if cfg!(target_arch = "aarch64") {
                a.0[lane].mul_add(b.0[lane], self.0[lane])
            } else {
                a.0[lane] * b.0[lane] + self.0[lane]
            };
        }
        self
    }
}

/// For CPUs with AVX2 and FMA: one register. Used nowhere but in `with_avx2`.
#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_set1_ps, _mm256_storeu_ps,
    };

    use super::{LANES, Vector};

    #[derive(Clone, Copy)]
    pub(super) struct Avx2(__m256);

    // SAFETY, for all of them: `with_avx2` runs only on CPUs that have these instructions, and the
    // arrays are as long as a register.
    impl Vector for Avx2 {
        #[inline(always)]
        fn splat(number: f32) -> Self {
            Avx2(unsafe { _mm256_set1_ps(number) })
        }

        #[inline(always)]
        fn load(numbers: &[f32; LANES]) -> Self {
            Avx2(unsafe { _mm256_loadu_ps(numbers.as_ptr()) })
        }

        #[inline(always)]
        fn store(self, numbers: &mut [f32; LANES]) {
            unsafe { _mm256_storeu_ps(numbers.as_mut_ptr(), self.0) }
        }

        #[inline(always)]
        fn add_product(self, a: Self, b: Self) -> Self {
            Avx2(unsafe { _mm256_fmadd_ps(a.0, b.0, self.0) })
        }
    }
}

/// `C` vectors one after another, from a row of numbers.
#[inline(always)]
fn load<V: Vector, const C: usize>(row: &[f32], start: usize) -> [V; C] {
    let (chunks, _) = row[start..start + C * LANES].as_chunks::<LANES>();
    let mut vectors = [V::splat(0.0); C];
    for c in 0..C {
        vectors[c] = V::load(&chunks[c]);
    }
    vectors
}

/// Results that stay in registers: `N` rows of `C` vectors each.
type Tile<V, const N: usize, const C: usize> = [[V; C]; N];

/// Adds `factors[row] * numbers` to each row.
#[inline(always)]
fn add_outer<V: Vector, const N: usize, const C: usize>(
    mut tile: Tile<V, N, C>,
    factors: [f32; N],
    numbers: [V; C],
) -> Tile<V, N, C> {
    for row in 0..N {
        let factor = V::splat(factors[row]);
        for c in 0..C {
            tile[row][c] = tile[row][c].add_product(factor, numbers[c]);
        }
    }
    tile
}

/// Writes a tile into rows that lie `stride` numbers apart.
#[inline(always)]
fn store<V: Vector, const N: usize, const C: usize>(
    tile: Tile<V, N, C>,
    numbers: &mut [f32],
    stride: usize,
) {
    for row in 0..N {
        let (chunks, _) = numbers[row * stride..][..C * LANES].as_chunks_mut::<LANES>();
        for c in 0..C {
            tile[row][c].store(&mut chunks[c]);
        }
    }
}

/// Runs `$call` with `$vectors` from 3 to 1 for tiles that together cover the columns.
macro_rules! for_each_tile {
    ($columns:expr, $column:ident, $vectors:ident => $call:expr) => {
        let mut $column = 0;
        while $column < $columns {
            match ($columns - $column) / LANES {
                1 => {
                    const $vectors: usize = 1;
                    $call
                    $column += LANES;
                }
                2 => {
                    const $vectors: usize = 2;
                    $call
                    $column += 2 * LANES;
                }
                _ => {
                    const $vectors: usize = 3;
                    $call
                    $column += 3 * LANES;
                }
            }
        }
    };
}

#[inline(always)]
fn forward_with<V: Vector>(x: Rows<'_>, kernel: &[f32], bias: &[f32], sums: &mut [f32]) {
    let columns = bias.len();
    let mut first = 0;
    while first + ROWS <= x.len() {
        let rows: [&[f32]; ROWS] = std::array::from_fn(|row| x.row(first + row));
        let sums = &mut sums[first * columns..][..ROWS * columns];
        for_each_tile!(columns, column, C => {
            forward_tile::<V, ROWS, C>(rows, kernel, bias, column, sums);
        });
        first += ROWS;
    }
    for row in first..x.len() {
        let sums = &mut sums[row * columns..][..columns];
        for_each_tile!(columns, column, C => {
            forward_tile::<V, 1, C>([x.row(row)], kernel, bias, column, sums);
        });
    }
}

#[inline(always)]
fn forward_tile<V: Vector, const N: usize, const C: usize>(
    rows: [&[f32]; N],
    kernel: &[f32],
    bias: &[f32],
    column: usize,
    sums: &mut [f32],
) {
    let inputs = kernel.len() / bias.len();
    let rows = rows.map(|row| &row[..inputs]);
    let mut tile: Tile<V, N, C> = [load(bias, column); N];
    for (input, weights) in kernel.chunks_exact(bias.len()).enumerate() {
        let numbers = rows.map(|row| row[input]);
        tile = add_outer(tile, numbers, load(weights, column));
    }
    store(tile, &mut sums[column..], bias.len());
}

#[inline(always)]
fn gradient_of_kernel_with<V: Vector>(x: Rows<'_>, gradient: &[f32], kernel_gradient: &mut [f32]) {
    let columns = gradient.len() / x.len();
    let inputs = kernel_gradient.len() / columns;
    let rows: Vec<&[f32]> = (0..x.len()).map(|row| x.row(row)).collect();
    let mut input = 0;
    while input + ROWS <= inputs {
        for_each_tile!(columns, column, C => {
            kernel_tile::<V, ROWS, C>(&rows, gradient, columns, input, column, kernel_gradient);
        });
        input += ROWS;
    }
    for input in input..inputs {
        for_each_tile!(columns, column, C => {
            kernel_tile::<V, 1, C>(&rows, gradient, columns, input, column, kernel_gradient);
        });
    }
}

#[inline(always)]
fn kernel_tile<V: Vector, const N: usize, const C: usize>(
    rows: &[&[f32]],
    gradient: &[f32],
    columns: usize,
    input: usize,
    column: usize,
    kernel_gradient: &mut [f32],
) {
    let mut tile: Tile<V, N, C> = [[V::splat(0.0); C]; N];
    for (row, gradient) in rows.iter().zip(gradient.chunks_exact(columns)) {
        let numbers: [f32; N] = *row[input..].first_chunk().expect("a row holds all inputs");
        tile = add_outer(tile, numbers, load(gradient, column));
    }
    store(tile, &mut kernel_gradient[input * columns + column..], columns);
}

#[inline(always)]
fn gradient_of_inputs_with<V: Vector>(
    gradient: &[f32],
    kernel: &[f32],
    inputs: usize,
    before: &mut [f32],
) {
    let columns = kernel.len() / inputs;
    let rows = gradient.chunks_exact(columns).zip(before.chunks_exact_mut(padded(inputs)));
    for (gradient, before) in rows {
        for (before, weights) in before.iter_mut().zip(kernel.chunks_exact(columns)) {
            let mut sums = V::splat(0.0);
            let (gradient, _) = gradient.as_chunks::<LANES>();
            let (weights, _) = weights.as_chunks::<LANES>();
            for (gradient, weights) in gradient.iter().zip(weights) {
                sums = sums.add_product(V::load(gradient), V::load(weights));
            }
            let mut lanes = [0.0; LANES];
            sums.store(&mut lanes);
            *before = lanes.iter().sum();
        }
    }
}

#[inline(always)]
fn update_with<V: Vector>(
    optimizer: &Optimizer,
    step: i32,
    weights: &mut [f32],
    gradient: &[f32],
    memory: &mut Memory,
) {
    optimizer.update(step, weights, gradient, memory);
}

#[cfg(test)]
mod tests;
