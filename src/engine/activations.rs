//! What a layer does with its sums, and the way back.

use crate::choose::losses::Loss;
use crate::define::activation::Activation;
use crate::engine::rows::Rows;
use crate::engine::simd::for_this_cpu;

for_this_cpu! {
    /// Applies the activation in place to rows of `units` sums each; rows are as long as `row_len`,
    /// and what lies behind the units is 0 afterwards.
    pub(super) fn activate(
        _,
        activation: Activation,
        rows: &'a mut [f32],
        units: usize,
        row_len: usize,
    ) {
        match activation {
            Activation::Linear => {}
            // Not max(0, s), which would turn NaN into 0 and hide it.
            Activation::Relu => {
                rows.iter_mut().for_each(|s| *s = only_if(*s >= 0.0 || s.is_nan(), *s));
            }
            Activation::Sigmoid => rows.iter_mut().for_each(|s| *s = 1.0 / (1.0 + exp(-*s))),
            Activation::Tanh => rows.iter_mut().for_each(|s| *s = tanh(*s)),
            Activation::Softmax => {
                rows.chunks_exact_mut(row_len).for_each(|row| softmax(row, units));
            }
        }
        if activation == Activation::Sigmoid && units < row_len {
            rows.chunks_exact_mut(row_len).for_each(|row| row[units..].fill(0.0));
        }
    }
}

/// The number, or 0. By its bits: of an `if` the compiler makes a store that waits for its condition,
/// which some CPUs do very slowly.
#[inline(always)]
fn only_if(condition: bool, number: f32) -> f32 {
    f32::from_bits(number.to_bits() & u32::from(condition).wrapping_neg())
}

/// `exp(x_i) / sum_j exp(x_j)`; the largest is taken out first, so that nothing overflows.
#[inline(always)]
fn softmax(row: &mut [f32], units: usize) {
    let largest = row[..units].iter().copied().fold(f32::NEG_INFINITY, f32::max);
    // Whole vectors, also behind the units: quicker than to stop in the middle of one.
    row.iter_mut().for_each(|x| *x = exp(*x - largest));
    let total: f32 = row[..units].iter().sum();
    row.iter_mut().for_each(|x| *x /= total);
    row[units..].fill(0.0);
}

/// `e` to the power of `x`, within two units of the last place; 0 below e⁻⁸⁷, as float32 has hardly
/// smaller numbers, and infinite above e⁸⁸. NaN stays NaN.
///
/// Without a branch or a call, so that the compiler makes vector instructions of a loop over it. As
/// in the [Cephes library](https://www.netlib.org/cephes/): with `n` whole, `x = n ln 2 + r`, and
/// `exp(x)` is `2ⁿ` times a polynomial of `r`.
#[inline(always)]
#[allow(clippy::excessive_precision)] // the numbers of the source
fn exp(x: f32) -> f32 {
    /// Added to a small number it leaves the next whole one in the last bits.
    const ROUND: f32 = 12_582_912.0; // 1.5 * 2^23
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let r = (x - whole * 0.693_359_375) + whole * 2.121_944_40e-4;
    let mut sum = 1.987_569_150_0e-4;
    for factor in
        [1.398_199_950_7e-3, 8.333_451_907_3e-3, 4.166_579_589_4e-2, 1.666_666_545_9e-1, 0.5]
    {
        sum = sum * r + factor;
    }
    let exponent = shifted.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127);
    let power = f32::from_bits(exponent << 23);
    let result = (sum * r * r + r + 1.0) * power;
    let result = if x > 88.0 { f32::INFINITY } else { result };
    if x < -87.0 { 0.0 } else { result }
}

/// Near 0 a polynomial, as in the Cephes library, else from `exp`: within two units of the last place, and
/// with the same digits on each system, whose own functions differ in the last ones.
#[inline(always)]
#[allow(clippy::excessive_precision)] // the numbers of the source
fn tanh(x: f32) -> f32 {
    let square = x * x;
    let mut sum = -5.704_988_727_45e-3;
    for factor in
        [2.063_908_879_54e-2, -5.373_971_555_31e-2, 1.333_144_220_36e-1, -3.333_328_194_22e-1]
    {
        sum = sum * square + factor;
    }
    let small = sum * square * x + x;
    let large = (1.0 - 2.0 / (exp(2.0 * x.abs()) + 1.0)).copysign(x);
    if x.abs() < 0.625 { small } else { large }
}

for_this_cpu! {
    /// Turns the gradient of the loss by the outputs into the one by the sums, for rows of `units`
    /// numbers each; rows are as long as `row_len`.
    pub(super) fn back_through(
        _,
        activation: Activation,
        gradient: &'a mut [f32],
        outputs: &'a [f32],
        units: usize,
        row_len: usize,
    ) {
        let pairs = gradient.iter_mut().zip(outputs);
        match activation {
            Activation::Linear => {}
            Activation::Relu => pairs.for_each(|(g, &a)| *g = only_if(a > 0.0, *g)),
            Activation::Sigmoid => pairs.for_each(|(g, &a)| *g *= a * (1.0 - a)),
            Activation::Tanh => pairs.for_each(|(g, &a)| *g *= 1.0 - a * a),
            Activation::Softmax => {
                let rows = gradient.chunks_exact_mut(row_len).zip(outputs.chunks_exact(row_len));
                for (gradient, outputs) in rows {
                    let pairs = gradient.iter_mut().zip(outputs).take(units);
                    let mean: f32 = pairs.map(|(g, a)| *g * a).sum();
                    let pairs = gradient.iter_mut().zip(outputs).take(units);
                    pairs.for_each(|(g, a)| *g = a * (*g - mean));
                }
            }
        }
    }
}

/// The gradient of a batch's mean loss, for rows of outputs: by the outputs, or for cross-entropy
/// behind its partner by the sums, where the two together come to `p sum(y) - y` for a softmax and to
/// `p - y` for a sigmoid.
pub(crate) fn gradient_of_loss(
    loss: Loss,
    outputs: &[f32],
    y: Rows<'_>,
    counts: &[f32],
    batch_size: usize,
    row_len: usize,
    gradient: &mut Vec<f32>,
) {
    let units = y.columns();
    let slope = if loss == Loss::MeanSquaredError { 2.0 } else { 1.0 };
    let per_sample = if loss.is_categorical() { 1 } else { units };
    let scale = slope / (batch_size * per_sample) as f32;
    gradient.clear();
    gradient.resize(outputs.len(), 0.0);
    let rows = gradient.chunks_exact_mut(row_len).zip(outputs.chunks_exact(row_len));
    for (row, (gradient, outputs)) in rows.enumerate() {
        let (y, count) = (y.row(row), counts.get(row).copied().unwrap_or(1.0));
        let scale = scale * count;
        let total = if loss.is_categorical() { y.iter().sum() } else { 1.0 };
        for ((gradient, output), y) in gradient.iter_mut().zip(outputs).zip(y) {
            *gradient = (output * total - y) * scale;
        }
        if loss == Loss::MeanAbsoluteError {
            gradient.iter_mut().for_each(|gradient| *gradient = sign(*gradient) * scale);
        }
    }
}

/// 1, -1, or as in Keras 0 for 0; what is no number stays so.
fn sign(number: f32) -> f32 {
    if number == 0.0 { 0.0 } else { number.signum() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_exact_to_the_last_digits() {
        for step in -870_000..880_000 {
            let x = step as f32 * 1e-4;
            let exact = f64::from(x).exp();
            let error = (f64::from(exp(x)) - exact).abs() / exact;
            assert!(error < 2.5e-7, "exp({x}): {error:e}");
        }
        let edges = [f32::NEG_INFINITY, -1e30, -88.0, 0.0, -0.0, 89.0, f32::INFINITY];
        let inf = f32::INFINITY;
        assert_eq!(edges.map(exp), [0.0, 0.0, 0.0, 1.0, 1.0, inf, inf]);
        assert!(exp(f32::NAN).is_nan());
    }

    #[test]
    fn tanh_is_exact_to_the_last_digits() {
        for step in -120_000..120_000 {
            let x = step as f32 * 1e-4;
            let exact = f64::from(x).tanh();
            let error = (f64::from(tanh(x)) - exact).abs() / exact.abs().max(1e-30);
            assert!(error < 1.5e-7, "tanh({x}): {error:e}");
        }
        let edges = [f32::NEG_INFINITY, -1e30, -0.0, 1e-30, 1e30, f32::INFINITY];
        assert_eq!(edges.map(tanh), [-1.0, -1.0, -0.0, 1e-30, 1.0, 1.0]);
        assert!(tanh(f32::NAN).is_nan());
    }

    #[test]
    fn what_is_no_number_stays_so() {
        let all = [
            Activation::Linear,
            Activation::Relu,
            Activation::Sigmoid,
            Activation::Tanh,
            Activation::Softmax,
        ];
        for activation in all {
            for place in 0..3 {
                let mut row = [0.5, 0.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0];
                row[place] = f32::NAN;
                activate(activation, &mut row, 3, 8);
                assert!(row[place].is_nan(), "{activation} {row:?}");
                assert_eq!(row[3..], [0.0; 5], "{activation}");
            }
        }
        for sum in [f32::INFINITY, f32::NAN] {
            let mut row = [1.0, sum, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0];
            activate(Activation::Softmax, &mut row, 3, 8);
            assert!(row[..3].iter().any(|p| p.is_nan()), "{row:?}");
        }
    }
}
