//! The arithmetic of a dense layer on the CPU: three matrix products and the optimizer's pass.
//!
//! Matrix libraries shine at large squares. The tutorial's matrices are tall and narrow (784 by
//! 20), and copying them into the layout that a library wants costs as much as multiplying them.
//! Here a tile of results stays in the registers of the CPU while the long dimension streams by:
//! 4 rows by up to 24 columns, which fills the 16 registers of AVX2. The loops are plain Rust with
//! fixed lengths, which the compiler turns into vector instructions.
//!
//! Rows of kernels and gradients are padded with zeros to a multiple of [`LANES`] columns.

// The only unsafe code of the crate: calling a function that was compiled for AVX2 and FMA, right
// after asking the CPU whether it has them.
#![allow(unsafe_code)]

use crate::optimizers::{Memory, Optimizer};

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
                    $body::<true>($($argument),*);
                }
                if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                    // SAFETY: the CPU has just said that it has both.
                    return unsafe { with_avx2($($argument),*) };
                }
            }
            // ARM's 64-bit CPUs always have vectors and FMA.
            $body::<{ cfg!(target_arch = "aarch64") }>($($argument),*);
        }
    };
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

/// The numbers of one vector register. Passed on by value: only then does the compiler keep a whole
/// tile of them in registers, and not in memory.
#[derive(Clone, Copy)]
struct Vector([f32; LANES]);

impl Vector {
    const ZERO: Vector = Vector([0.0; LANES]);

    /// `N` vectors one after another, from a row of numbers.
    #[inline(always)]
    fn load<const N: usize>(row: &[f32], start: usize) -> [Vector; N] {
        let row = &row[start..start + N * LANES];
        let mut vectors = [Vector::ZERO; N];
        for (vector, numbers) in vectors.iter_mut().zip(row.chunks_exact(LANES)) {
            vector.0.copy_from_slice(numbers);
        }
        vectors
    }

    /// `self + a * b`
    #[inline(always)]
    fn add_product<const FMA: bool>(mut self, a: Vector, b: Vector) -> Vector {
        for lane in 0..LANES {
            // Without the instruction, `mul_add` would be computed by a slow library function.
            self.0[lane] = match FMA {
                true => a.0[lane].mul_add(b.0[lane], self.0[lane]),
                false => a.0[lane] * b.0[lane] + self.0[lane],
            };
        }
        self
    }
}

/// Results that stay in registers: `N` rows of `C` vectors each.
type Tile<const N: usize, const C: usize> = [[Vector; C]; N];

/// Adds `factors[row] * numbers` to each row.
#[inline(always)]
fn add_outer<const FMA: bool, const N: usize, const C: usize>(
    mut tile: Tile<N, C>,
    factors: [f32; N],
    numbers: [Vector; C],
) -> Tile<N, C> {
    for row in 0..N {
        for c in 0..C {
            let factor = Vector([factors[row]; LANES]);
            tile[row][c] = tile[row][c].add_product::<FMA>(factor, numbers[c]);
        }
    }
    tile
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
fn forward_with<const FMA: bool>(x: Rows<'_>, kernel: &[f32], bias: &[f32], sums: &mut [f32]) {
    let columns = bias.len();
    let mut first = 0;
    while first + ROWS <= x.len() {
        let rows: [&[f32]; ROWS] = std::array::from_fn(|row| x.row(first + row));
        let sums = &mut sums[first * columns..][..ROWS * columns];
        for_each_tile!(columns, column, C => {
            forward_tile::<FMA, ROWS, C>(rows, kernel, bias, column, sums);
        });
        first += ROWS;
    }
    for row in first..x.len() {
        let sums = &mut sums[row * columns..][..columns];
        for_each_tile!(columns, column, C => {
            forward_tile::<FMA, 1, C>([x.row(row)], kernel, bias, column, sums);
        });
    }
}

#[inline(always)]
fn forward_tile<const FMA: bool, const N: usize, const C: usize>(
    rows: [&[f32]; N],
    kernel: &[f32],
    bias: &[f32],
    column: usize,
    sums: &mut [f32],
) {
    let inputs = kernel.len() / bias.len();
    let rows = rows.map(|row| &row[..inputs]);
    let mut tile: Tile<N, C> = [Vector::load(bias, column); N];
    for (input, weights) in kernel.chunks_exact(bias.len()).enumerate() {
        let numbers = rows.map(|row| row[input]);
        tile = add_outer::<FMA, N, C>(tile, numbers, Vector::load(weights, column));
    }
    store(tile, &mut sums[column..], bias.len());
}

#[inline(always)]
fn gradient_of_kernel_with<const FMA: bool>(
    x: Rows<'_>,
    gradient: &[f32],
    kernel_gradient: &mut [f32],
) {
    let columns = gradient.len() / x.len();
    let inputs = kernel_gradient.len() / columns;
    let mut input = 0;
    while input + ROWS <= inputs {
        for_each_tile!(columns, column, C => {
            kernel_tile::<FMA, ROWS, C>(x, gradient, columns, input, column, kernel_gradient);
        });
        input += ROWS;
    }
    for input in input..inputs {
        for_each_tile!(columns, column, C => {
            kernel_tile::<FMA, 1, C>(x, gradient, columns, input, column, kernel_gradient);
        });
    }
}

#[inline(always)]
fn kernel_tile<const FMA: bool, const N: usize, const C: usize>(
    x: Rows<'_>,
    gradient: &[f32],
    columns: usize,
    input: usize,
    column: usize,
    kernel_gradient: &mut [f32],
) {
    let mut tile: Tile<N, C> = [[Vector::ZERO; C]; N];
    for (sample, gradient) in gradient.chunks_exact(columns).enumerate() {
        let mut numbers = [0.0; N];
        numbers.copy_from_slice(&x.row(sample)[input..input + N]);
        tile = add_outer::<FMA, N, C>(tile, numbers, Vector::load(gradient, column));
    }
    store(tile, &mut kernel_gradient[input * columns + column..], columns);
}

/// Writes a tile into rows that lie `stride` numbers apart.
#[inline(always)]
fn store<const N: usize, const C: usize>(tile: Tile<N, C>, numbers: &mut [f32], stride: usize) {
    for row in 0..N {
        for c in 0..C {
            numbers[row * stride + c * LANES..][..LANES].copy_from_slice(&tile[row][c].0);
        }
    }
}

#[inline(always)]
fn gradient_of_inputs_with<const FMA: bool>(
    gradient: &[f32],
    kernel: &[f32],
    inputs: usize,
    before: &mut [f32],
) {
    let columns = kernel.len() / inputs;
    let rows = gradient.chunks_exact(columns).zip(before.chunks_exact_mut(padded(inputs)));
    for (gradient, before) in rows {
        for (before, weights) in before.iter_mut().zip(kernel.chunks_exact(columns)) {
            let mut lanes = Vector::ZERO;
            for start in (0..columns).step_by(LANES) {
                let ([g], [w]) = (Vector::load(gradient, start), Vector::load(weights, start));
                lanes = lanes.add_product::<FMA>(g, w);
            }
            *before = lanes.0.iter().sum();
        }
    }
}

#[inline(always)]
fn update_with<const FMA: bool>(
    optimizer: &Optimizer,
    step: i32,
    weights: &mut [f32],
    gradient: &[f32],
    memory: &mut Memory,
) {
    optimizer.update(step, weights, gradient, memory);
}
