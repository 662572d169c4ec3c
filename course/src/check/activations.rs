//! The checks of `course/05_activations.md`.

use zunder::words::thousands;
use zunder::{Activation, Model, Sequential};

use crate::judged::{
    are_near, decimal, dense_layers, ends_with_softmax, has_not_seen, layers_fit, near,
    takes_pixels, test_digits,
};
use crate::sentences::{brief, refuse, say, wrong};
use crate::trials::{each, lists};
use crate::verdict::{Finding, Verdict, judge};

/// A function from a sum to what a unit puts out.
type OfNumber = fn(f32) -> f32;

/// `max(0, x)`.
pub fn relu_by_hand(relu: OfNumber) -> Verdict {
    judge("relu_by_hand", || {
        let [low, high] = [relu(-3.0), relu(2.5)];
        refuse!("relu_by_hand.loses_sign"; if low == 3.0);
        refuse!("relu_by_hand.unchanged"; if low == -3.0 && high == 2.5);
        refuse!("relu_by_hand.turned_round"; if low == -3.0 && high == 0.0);
        refuse!("relu_by_hand.low", low; if low != 0.0);
        refuse!("relu_by_hand.high", high; if high != 2.5);
        has_values("relu", relu, 100.0, |x| x.max(0.0))
    })
}

/// `1 / (1 + exp(-x))`.
pub fn sigmoid_by_hand(sigmoid: OfNumber) -> Verdict {
    judge("sigmoid_by_hand", || {
        let usual = |x: f32| 1.0 / (1.0 + (-x).exp());
        refuse!("sigmoid_by_hand.falls"; if is(sigmoid, |x| usual(-x)));
        refuse!("sigmoid_by_hand.minus"; if is(sigmoid, |x| 1.0 / (1.0 - x.exp())));
        refuse!("sigmoid_by_hand.brackets"; if is(sigmoid, |x| 1.0 + (-x).exp()));
        has_values("sigmoid", sigmoid, 80.0, usual)
    })
}

/// `tanh(x)`, from a sigmoid.
pub fn tanh_by_hand(tanh: fn(f32, OfNumber) -> f32) -> Verdict {
    judge("tanh_by_hand", || {
        let sigmoid = |x: f32| 1.0 / (1.0 + (-x).exp());
        let own = |x: f32| tanh(x, sigmoid);
        refuse!("tanh_by_hand.still_sigmoid"; if is(own, sigmoid));
        refuse!("tanh_by_hand.not_steep"; if is(own, |x| 2.0 * sigmoid(x) - 1.0));
        refuse!("tanh_by_hand.not_moved"; if is(own, |x| 2.0 * sigmoid(2.0 * x)));
        has_values("tanh", own, 80.0, f32::tanh)?;
        // Not a sigmoid, but bent in the same way.
        let bent = |x: f32| 0.5 + 0.5 * x / (1.0 + x.abs());
        refuse!("tanh_by_hand.not_used"; if !is(|x| tanh(x, bent), |x| 2.0 * bent(2.0 * x) - 1.0));
        Ok(())
    })
}

/// Where the functions of one number are tried.
const TRIED: [f32; 7] = [-4.0, -2.0, -0.5, 0.0, 0.5, 2.0, 4.0];

/// Whether it is this function, far-out numbers left aside.
fn is(function: impl Fn(f32) -> f32, other: impl Fn(f32) -> f32) -> bool {
    TRIED.iter().filter(|x| **x != 0.0).all(|&x| near(function(x), other(x)))
}

/// Fails where a function differs from the right one, from -`size` to `size`.
fn has_values(
    name: &str,
    function: impl Fn(f32) -> f32,
    size: f32,
    right: impl Fn(f32) -> f32,
) -> Finding {
    let at_random = [lists(size), lists(1.0)].concat().concat().into_iter();
    let tried = TRIED.into_iter().chain(at_random.map(|x| x.clamp(-size, size)));
    each(name, tried, |x| function(*x), |x, got| near(*got, right(*x)))
}

/// `exp(x_i) / sum_j exp(x_j)`, without overflow.
pub fn softmax_by_hand(softmax: fn(&[f32]) -> Vec<f32>) -> Verdict {
    judge("softmax_by_hand", || {
        let small = softmax(&[1.0, 2.0, 3.0]);
        let length = small.len();
        refuse!("softmax_by_hand.length", length; if length != 3);
        refuse!("softmax_by_hand.unchanged"; if small == [1.0, 2.0, 3.0]);
        refuse!("softmax_by_hand.no_exponential";
            if are_near(&small, &[1.0 / 6.0, 2.0 / 6.0, 3.0 / 6.0]));
        let total: f32 = small.iter().sum();
        refuse!("softmax_by_hand.total", total = decimal(total, 3);
            if (total - 1.0).abs() > 1e-3 || total.is_nan());
        refuse!("softmax_by_hand.numbers", small = brief(&small);
            if !are_near(&small, &[0.090_03, 0.244_73, 0.665_24]));
        refuse!("softmax_by_hand.overflow";
            if !are_near(&softmax(&[1000.0, 1001.0, 1002.0]), &[0.090_03, 0.244_73, 0.665_24]));
        refuse!("softmax_by_hand.underflow";
            if !are_near(&softmax(&[-1000.0, -1000.0]), &[0.5, 0.5]));
        let right = |sums: &Vec<f32>, got: &Vec<f32>| {
            let largest = sums.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let powers: Vec<f32> = sums.iter().map(|sum| (sum - largest).exp()).collect();
            let total: f32 = powers.iter().sum();
            are_near(got, &powers.iter().map(|power| power / total).collect::<Vec<_>>())
        };
        each("softmax", [lists(3.0), lists(5_000.0)].concat(), |sums| softmax(sums), right)
    })
}

/// Weight and bias of the single layer that two layers without activation amount to.
pub fn linear_layers(one_layer: fn(f32, f32, f32, f32) -> (f32, f32)) -> Verdict {
    judge("linear_layers", || {
        let tried = [(2.0, 3.0, 5.0, 7.0), (-1.5, 0.5, 2.0, -4.0), (0.5, -2.0, -3.0, 1.0)];
        let weight = |f: fn(f32, f32) -> f32| {
            tried.iter().all(|&(w1, b1, w2, b2)| near(one_layer(w1, b1, w2, b2).0, f(w1, w2)))
        };
        refuse!("linear_layers.weights_added"; if weight(|w1, w2| w1 + w2));
        refuse!("linear_layers.weight"; if !weight(|w1, w2| w1 * w2));
        let bias = |f: fn(f32, f32, f32, f32) -> f32| {
            tried
                .iter()
                .all(|&(w1, b1, w2, b2)| near(one_layer(w1, b1, w2, b2).1, f(w1, b1, w2, b2)))
        };
        refuse!("linear_layers.first_bias"; if bias(|_, b1, _, b2| b1 + b2));
        refuse!("linear_layers.swapped"; if bias(|w1, b1, _, b2| w1 * b2 + b1));
        refuse!("linear_layers.last_bias"; if bias(|_, b1, w2, b2| w2 * (b1 + b2)));
        refuse!("linear_layers.bias"; if !bias(|_, b1, w2, b2| w2 * b1 + b2));
        each(
            "one_layer",
            lists(9.0).into_iter().filter(|list| list.len() >= 4),
            |n| one_layer(n[0], n[1], n[2], n[3]),
            |n, (w, b)| near(*w, n[0] * n[2]) && near(*b, n[2] * n[1] + n[3]),
        )
    })
}

/// A network of ten digits that ends as it should.
pub fn last_activation(network: &Sequential) -> Verdict {
    judge("last_activation", || {
        layers_fit(network)?;
        takes_pixels(network.input_shape())?;
        let mut hidden = dense_layers(network.layers());
        let units = hidden.pop().map_or(0, |last| last.units);
        refuse!("layers.not_ten", units; if units != 10);
        ends_with_softmax(network.layers())?;
        refuse!("last_activation.hidden_softmax";
            if hidden.iter().any(|layer| layer.activation == Activation::Softmax));
        refuse!("last_activation.hidden_linear";
            if hidden.iter().any(|layer| layer.activation == Activation::Linear));
        Ok(())
    })
}

/// A network with one output: is the digit odd?
pub fn yes_or_no(model: &Model) -> Verdict {
    judge("yes_or_no", || {
        takes_pixels(Some(model.input_shape()))?;
        let (units, activation) = dense_layers(model.layers())
            .last()
            .map_or((0, Activation::Linear), |last| (last.units, last.activation));
        refuse!("yes_or_no.units", units; if units != 1);
        let (x, labels) = test_digits()?;
        has_not_seen(model, &x)?;
        let outputs = model.predict_silently(&x).map_err(|_| say!("yes_or_no.cannot_answer"))?;
        let (low, high) = (outputs.min(), outputs.max());
        refuse!("yes_or_no.always_the_same", low;
            if activation == Activation::Softmax || low == high);
        refuse!("yes_or_no.no_probabilities", low = decimal(low, 2), high = decimal(high, 2), activation;
            if activation != Activation::Sigmoid);
        let pairs = outputs.to_vec().into_iter().zip(labels);
        let right = pairs.filter(|(output, digit)| (*output > 0.5) == (digit % 2 == 1)).count();
        match right {
            9_000.. => Ok(()),
            ..3_500 => wrong!("yes_or_no.turned_round", wrong = thousands(10_000 - right)),
            3_500..6_500 => wrong!("yes_or_no.guessing", right = thousands(right)),
            _ => wrong!("yes_or_no.train_longer", right = thousands(right)),
        }
    })
}
