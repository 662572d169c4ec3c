//! The checks of `course/14_how_a_network_learns.md`.

use zunder::prelude::*;

use crate::given::{self, Lists, ride_loss, ride_slope};
use crate::judged::{are_near, decimal, said};
use crate::sentences::{refuse, wrong};
use crate::trials::{Random, each};
use crate::verdict::{Verdict, judge};

/// What is computed from a weight: a loss, or a slope.
type OfWeight = fn(f32) -> f32;

/// Weights that functions are tried with.
const WEIGHTS: [f32; 6] = [0.0, 5.0, 4.0, -2.0, 1.5, 100.0];

/// The mean squared error of three rides.
pub fn valley(loss: OfWeight) -> Verdict {
    judge("valley", || {
        let at_0 = loss(0.0);
        refuse!("valley.sum"; if near(at_0, 227.0));
        refuse!("valley.no_square"; if near(at_0, -25.0 / 3.0));
        each("loss", WEIGHTS, |w| loss(*w), |w, got| near(*got, ride_loss(*w)))
    })
}

/// The slope of the loss of the rides, by the rule.
pub fn slope(slope: OfWeight) -> Verdict {
    judge("slope", || {
        let at_5 = slope(5.0);
        refuse!("slope.sign"; if near(at_5, -28.0 / 3.0));
        refuse!("slope.no_two"; if near(at_5, 14.0 / 3.0));
        refuse!("slope.no_km"; if near(at_5, 10.0 / 3.0));
        refuse!("slope.no_mean"; if near(at_5, 28.0));
        each("slope", WEIGHTS, |w| slope(*w), |w, got| near(*got, ride_slope(*w)))?;
        // There a loss is so large that a nudge drowns in it.
        let is_right = |w: &f32| near(slope(*w), ride_slope(*w));
        refuse!("slope.nudged"; if ![10_000.0, 30_000.0].iter().all(is_right));
        Ok(())
    })
}

/// Equal up to rounding, small numbers and large ones.
fn near(number: f32, right: f32) -> bool {
    (number - right).abs() <= 1e-3 * (1.0 + right.abs())
}

/// The slope of any function at a weight.
pub fn nudge(slope: fn(OfWeight, f32) -> f32) -> Verdict {
    judge("nudge", || {
        for w in [-2.0, 0.0, 1.0, 3.0] {
            let (got, right) = (slope(ride_loss, w), ride_slope(w));
            refuse!("nudge.sign"; if near(got / -right, 1.0));
            refuse!("nudge.not_divided"; if (0.005..0.03).contains(&(got / right)));
            let (came, wanted) = (decimal(got, 2), decimal(right, 2));
            let is_far = (got - right).abs() > 0.1 + 0.02 * right.abs() || got.is_nan();
            refuse!("nudge.other", w, came, wanted; if is_far);
            let of_line = slope(|w| 3.0 * w + 1.0, w);
            refuse!("nudge.line", came = decimal(of_line, 2); if !(2.9..3.1).contains(&of_line));
        }
        Ok(())
    })
}

/// The weights of a training, step by step.
pub fn descend(descend: fn(f32, f32, usize) -> Vec<f32>) -> Verdict {
    judge("descend", || {
        for (start, rate, steps) in [(0.5, 0.02, 3), (7.0, 0.1, 1), (-2.0, 0.05, 12), (3.0, 0.1, 0)]
        {
            let (came, right) = (descend(start, rate, steps), given::descend(start, rate, steps));
            let (length, wanted) = (came.len(), right.len());
            refuse!("descend.length", start, rate, steps, length, wanted; if length != wanted);
            refuse!("descend.uphill"; if steps > 0 && (came[1] - start) * ride_slope(start) > 0.0);
            refuse!("descend.other", start, rate, steps; if !are_near(&came, &right));
        }
        Ok(())
    })
}

/// The numbers of one way back through two weights.
pub fn on_paper(d_output: f32, d_w2: f32, d_hidden: f32, d_w1: f32) -> Verdict {
    judge("on_paper", || {
        refuse!("on_paper.output", d_output; if d_output != 2.0);
        refuse!("on_paper.w2", d_w2; if d_w2 != 6.0);
        refuse!("on_paper.hidden", d_hidden; if d_hidden != 4.0);
        if d_w1 == 8.0 { Ok(()) } else { wrong!("on_paper.w1", d_w1) }
    })
}

/// Both weights, the input and the right answer.
type Two = (f32, f32, f32, f32);

/// The gradients of two weights, one behind the other.
pub fn two_weights(answer: fn(f32, f32, f32, f32) -> (f32, f32)) -> Verdict {
    judge("two_weights", || {
        let came = |n: &Two| answer(n.0, n.1, n.2, n.3);
        let is = |n: &Two, came: &(f32, f32)| {
            let right = given::two_weights(n.0, n.1, n.2, n.3);
            near(came.0, right.0) && near(came.1, right.1)
        };
        let on_paper = came(&(1.5, 2.0, 2.0, 5.0));
        refuse!("two_weights.swapped"; if on_paper == (6.0, 8.0));
        refuse!("two_weights.sign"; if on_paper == (-8.0, -6.0));
        let open = [(1.5, 2.0, 2.0, 5.0), (-1.0, 2.0, -3.0, 1.0), (0.5, -2.0, 4.0, 3.0)];
        each("two_weights", open, came, is)?;
        let silent = [(-1.0, 2.0, 2.0, 5.0), (1.0, -3.0, -2.0, 0.5)];
        let lets_back = silent.iter().any(|n| !is(n, &came(n)));
        if lets_back { wrong!("two_weights.closed") } else { Ok(()) }
    })
}

/// Inputs and units of the layers that are tried.
const SIZES: [[usize; 2]; 4] = [[3, 2], [1, 4], [4, 1], [5, 3]];

/// Lists of so many numbers.
fn made_up<const N: usize>(lengths: [usize; N]) -> [Vec<f32>; N] {
    let mut random = Random::new();
    lengths.map(|length| (0..length).map(|_| random.number(2.0)).collect())
}

/// What a learner's layer is: inputs, kernel and bias in, sums out.
type Forward = fn(&[f32], &[f32], &[f32]) -> Vec<f32>;

/// The sums of a layer.
pub fn layer_forward(layer: Forward) -> Verdict {
    judge("layer_forward", || {
        for [inputs, units] in SIZES {
            let [x, kernel, bias] = made_up([inputs, inputs * units, units]);
            let came = layer(&x, &kernel, &bias);
            let is = |bias: &[f32]| are_near(&came, &given::layer_sums(&x, &kernel, bias));
            refuse!("layer_forward.no_bias"; if is(&vec![0.0; units]));
            refuse!("layer_forward.other", inputs, units; if !is(&bias));
        }
        Ok(())
    })
}

/// And back: inputs, kernel and the gradient of the sums in, those of kernel and inputs out.
type Backward = fn(&[f32], &[f32], &[f32]) -> (Vec<f32>, Vec<f32>);

/// The gradients of a layer's kernel and of its inputs.
pub fn layer_backward(layer: Backward) -> Verdict {
    judge("layer_backward", || {
        for [inputs, units] in SIZES {
            let [x, kernel, d_sums] = made_up([inputs, inputs * units, units]);
            let (d_kernel, d_x) = layer(&x, &kernel, &d_sums);
            let right = given::layer_backward(&x, &kernel, &d_sums);
            refuse!("layer_backward.kernel", inputs, units; if !are_near(&d_kernel, &right.0));
            refuse!("layer_backward.inputs", inputs, units; if !are_near(&d_x, &right.1));
        }
        Ok(())
    })
}

/// The gradients of all weights, compared with what `fit` does.
pub fn whole_gradient(answer: fn(&[Vec<f32>], &[f32], usize) -> Lists) -> Verdict {
    judge("whole_gradient", || {
        for (hidden, label) in [(&[5][..], 2), (&[4][..], 0), (&[8, 7][..], 1)] {
            let [picture] = made_up([9]);
            let (weights, right) = said(step_of_fit(hidden, &picture, label))?;
            let came = answer(&weights, &picture, label);
            let (got, wanted, layers) = (came.len(), right.len(), hidden.len() + 1);
            refuse!("whole_gradient.how_many", got, wanted; if got != wanted);
            // From the end, as the way back goes.
            for list in (0..wanted).rev() {
                refuse!("whole_gradient.list", layers, list;
                    if !are_near(&came[list], &right[list]));
            }
        }
        Ok(())
    })
}

/// Weights, and how far one step of `fit` moves them with one picture and a learning rate of 1: that
/// is their gradient.
fn step_of_fit(hidden: &[usize], picture: &[f32], label: usize) -> zunder::Result<(Lists, Lists)> {
    let mut network = Sequential::new().seed(1).add(Input::new(picture.len()));
    for units in hidden {
        network = network.add(Dense::new(*units).activation(Relu));
    }
    let network = network.add(Dense::new(3).activation(Softmax));
    let optimizer = Sgd::new().learning_rate(1.0);
    let mut model = network.compile(SparseCategoricalCrossentropy, optimizer, [])?;
    let weights = given::weights_of(&model);
    let x = Array::new([1, picture.len()], picture.to_vec())?;
    model.fit(&x, &Array::from([label]), Fit::new().verbose(0).diagnose(false))?;
    let moved =
        |(old, new): (&Vec<f32>, Vec<f32>)| old.iter().zip(new).map(|(o, n)| o - n).collect();
    let gradients = weights.iter().zip(given::weights_of(&model)).map(moved).collect();
    Ok((weights, gradients))
}
