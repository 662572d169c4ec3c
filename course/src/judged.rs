//! How good a learner's model is, whatever loss and metrics it was compiled with, and what its
//! layers are. Where MNIST is needed it is loaded here, not taken from the learner.

use std::ops::Range;
use std::sync::OnceLock;

use zunder::{Activation, Array, Layer, Model, Shape, mnist, words};

use crate::sentences::{refuse, say, wrong};
use crate::verdict::Finding;

/// Pictures and labels, of training and test.
type Split = ((Array, Array), (Array, Array));

/// Says what goes wrong inside the crate, or what the learner's own function answered.
pub(crate) fn said<T>(result: zunder::Result<T>) -> Result<T, String> {
    result.map_err(|problem| problem.to_string())
}

/// MNIST, loaded once: a notebook has several checks that look at it.
fn digits() -> Result<&'static Split, String> {
    static LOADED: OnceLock<Split> = OnceLock::new();
    if let Some(split) = LOADED.get() {
        return Ok(split);
    }
    let split = mnist::load_data().map_err(|problem| say!("mnist.not_loaded", problem))?;
    Ok(LOADED.get_or_init(|| split))
}

/// The training pictures and labels as they come: `(60000, 28, 28)` and `(60000,)`.
pub(crate) fn training_digits() -> Result<&'static (Array, Array), String> {
    Ok(&digits()?.0)
}

/// A part of the training data as a network takes it: rows of 784 numbers from 0 to 1, and labels.
pub(crate) fn training_part(rows: Range<usize>) -> Result<(Array, Vec<f32>), String> {
    let (x, y) = training_digits()?;
    let x = x.rows(rows.clone()).and_then(|x| pixel_rows(&x));
    Ok((said(x)?, said(y.rows(rows))?.to_vec()))
}

/// The test data as a network takes it: rows of 784 numbers from 0 to 1, and class numbers.
pub(crate) fn test_digits() -> Result<(Array, Vec<usize>), String> {
    let (x, y) = &digits()?.1;
    Ok((said(pixel_rows(x))?, y.to_vec().iter().map(|&label| label as usize).collect()))
}

/// Pictures as rows of numbers from 0 to 1.
pub(crate) fn pixel_rows(x: &Array) -> zunder::Result<Array> {
    Ok(x.reshape([x.len(), 784])? / 255.0)
}

/// The class that a model answers for each sample.
pub(crate) fn votes(model: &Model, x: &Array) -> Result<Vec<usize>, String> {
    let outputs = model.predict_silently(x);
    Ok(classes(&outputs.map_err(|problem| say!("model.cannot_answer", problem))?))
}

/// What a model says of samples that may be others than it takes.
pub(crate) fn outputs(model: &Model, x: &Array) -> Result<Array, String> {
    model.predict_silently(x).map_err(|problem| say!("model.does_not_take", problem))
}

/// The class that each row of outputs names: that of the largest, or of a single one yes (1) or no (0).
pub(crate) fn classes(outputs: &Array) -> Vec<usize> {
    if outputs.shape().dims().last() == Some(&1) {
        return outputs.to_vec().iter().map(|yes| usize::from(*yes > 0.5)).collect();
    }
    outputs.argmax().to_vec().iter().map(|vote| *vote as usize).collect()
}

/// The fraction of samples for which the largest output is that of the label.
pub(crate) fn fraction_right(model: &Model, x: &Array, labels: &[usize]) -> Result<f32, String> {
    Ok(share_alike(&votes(model, x)?, labels))
}

/// The fraction of the test pictures, which must be new to it, that a model of ten digits reads rightly.
pub(crate) fn digits_read(model: &Model) -> Result<f32, String> {
    takes_pixels(Some(model.input_shape()))?;
    let outputs = num_outputs(model.layers());
    refuse!("layers.not_ten_outputs", outputs; if outputs != 10);
    let (x, labels) = test_digits()?;
    knows_nothing_of(model, &x)?;
    fraction_right(model, &x, &labels)
}

/// Fails when a model was trained on these samples, scaled in any way.
pub(crate) fn has_not_seen(model: &Model, x_test: &Array) -> Finding {
    // A few samples may be alike by chance.
    if model.seen().share_among(x_test) > 0.005 { wrong!("model.saw_the_test") } else { Ok(()) }
}

/// Fails when a model was trained on these samples, or validated with them, so that they said when to stop.
pub(crate) fn knows_nothing_of(model: &Model, x_test: &Array) -> Finding {
    has_not_seen(model, x_test)?;
    let share = model.seen().share_of_validation_among(x_test);
    if share > 0.005 { wrong!("model.chosen_by_the_test") } else { Ok(()) }
}

/// Fails with what `too_few` says when a model reads a smaller fraction of the test pictures.
pub(crate) fn reads(model: &Model, goal: f32, too_few: impl FnOnce(f32) -> String) -> Finding {
    let right = digits_read(model)?;
    if right >= goal { Ok(()) } else { Err(too_few(right)) }
}

/// The fraction of samples that the model gets right. `y`: class numbers or one-hot rows.
pub(crate) fn accuracy(model: &Model, x: &Array, y: &Array) -> Result<f32, String> {
    let votes: Vec<f32> =
        classes(&outputs(model, x)?).into_iter().map(|vote| vote as f32).collect();
    let truth = class_numbers(y);
    refuse!("model.labels_differ", x = x.shape(), y = y.shape();
        if votes.len() != truth.len() || truth.is_empty());
    Ok(share_alike(&votes, &truth))
}

/// The classes that labels name, one-hot or not.
pub(crate) fn class_numbers(y: &Array) -> Vec<f32> {
    match y.shape().dims() {
        [_, classes] if *classes > 1 => y.argmax().to_vec(),
        _ => y.to_vec(),
    }
}

/// The mean cross-entropy of probabilities, with the class numbers that are right.
pub(crate) fn cross_entropy(outputs: &Array, labels: &[f32]) -> f32 {
    let numbers = outputs.to_vec();
    let rows = numbers.chunks((numbers.len() / labels.len().max(1)).max(1)).zip(labels);
    let losses = rows.map(|(row, label)| -row.get(*label as usize).unwrap_or(&0.0).max(1e-7).ln());
    losses.sum::<f32>() / labels.len().max(1) as f32
}

/// At which fraction of their places two lists are alike; 0 of nothing.
pub(crate) fn share_alike<T: PartialEq>(list: &[T], other: &[T]) -> f32 {
    let alike = list.iter().zip(other).filter(|(one, other)| one == other).count();
    alike as f32 / list.len().min(other.len()).max(1) as f32
}

/// A fraction for people: `86.3 %`, `86,3 %`. Rounded down: what falls short of a goal by little must not look as if it
/// had reached it.
pub(crate) fn percent(fraction: f32) -> String {
    let tenths = (f64::from(fraction) * 1000.0 + 0.001).floor(); // 0.29 is a little less than that in an f32
    words::percent(tenths / 1000.0, 1)
}

/// A number for people, with so many digits behind the point.
pub(crate) fn decimal(number: f32, digits: usize) -> String {
    words::decimal(f64::from(number), digits)
}

/// Whether these are so many numbers, each near the right one; NaN is near to nothing.
pub(crate) fn are_near(numbers: &[f32], right: &[f32]) -> bool {
    numbers.len() == right.len() && numbers.iter().zip(right).all(|(a, b)| near(*a, *b))
}

/// Whether a number is the right one, but for its last digits. NaN is near to nothing.
pub(crate) fn near(number: f32, right: f32) -> bool {
    (number - right).abs() < 1e-3
}

/// What the checks ask of a `Dense` layer.
#[derive(PartialEq)]
pub(crate) struct DenseLayer {
    pub(crate) units: usize,
    pub(crate) activation: Activation,
}

/// The `Dense` layers of a network, first layer first.
pub(crate) fn dense_layers(layers: &[Layer]) -> Vec<DenseLayer> {
    let dense = layers.iter().filter_map(|layer| match (layer, layer.activation()) {
        (Layer::Dense(dense), Some(activation)) => {
            Some(DenseLayer { units: dense.units(), activation })
        }
        _ => None,
    });
    dense.collect()
}

/// The units of the last `Dense` layer; 0 without one.
pub(crate) fn num_outputs(layers: &[Layer]) -> usize {
    dense_layers(layers).last().map_or(0, |last| last.units)
}

/// The units of the `Dense` layers, for a sentence: `20-14-10`.
pub(crate) fn units_of(layers: &[Layer]) -> String {
    let units = dense_layers(layers).into_iter().map(|layer| layer.units.to_string());
    units.collect::<Vec<_>>().join("-")
}

/// Fails when the layers do not fit together.
pub(crate) fn layers_fit(network: &zunder::Sequential) -> Finding {
    network.output_shape().map(drop).map_err(|problem| say!("layers.do_not_fit", problem))
}

/// Fails when a network has a layer that is neither an `Input` nor a `Dense`.
pub(crate) fn has_only_dense(layers: &[Layer]) -> Finding {
    let other = layers.iter().find(|layer| !matches!(layer, Layer::Input(_) | Layer::Dense(_)));
    other.map_or(Ok(()), |layer| wrong!("layers.too_many", kind = layer.kind()))
}

/// Fails when a network does not take flattened pictures of MNIST.
pub(crate) fn takes_pixels(input: Option<&Shape>) -> Finding {
    match input {
        Some(shape) if *shape == [784] => Ok(()),
        Some(shape) => wrong!("layers.other_input", shape),
        None => wrong!("layers.no_input"),
    }
}

/// Fails when the last layer is not a softmax, the usual end of a network that chooses a class.
pub(crate) fn ends_with_softmax(layers: &[Layer]) -> Finding {
    let last = dense_layers(layers).pop().map(|last| last.activation);
    let other = last.filter(|activation| *activation != Activation::Softmax);
    other.map_or(Ok(()), |activation| wrong!("layers.no_softmax", activation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_falls_short_of_a_goal_does_not_look_as_if_it_had_reached_it() {
        assert_eq!(percent(0.9598), "95.9 %");
        for (goal, shown) in
            [(0.96, "96.0 %"), (0.29, "29.0 %"), (0.895, "89.5 %"), (1.0, "100.0 %")]
        {
            assert_eq!(percent(goal), shown);
        }
    }

    #[test]
    fn a_single_output_says_yes_or_no() {
        assert_eq!(classes(&Array::from([[0.9], [0.2]])), [1, 0]);
        assert_eq!(classes(&Array::from([[0.9, 0.1], [0.2, 0.8]])), [0, 1]);
    }
}
