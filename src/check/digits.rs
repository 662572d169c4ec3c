//! MNIST for the checks: what a learner's model is judged on, loaded by the check itself.

use std::sync::OnceLock;

use crate::arrays::array::Array;
use crate::base::error::{Error, Result};
use crate::check::wrong;
use crate::compile::model::Model;
use crate::define::activation::Activation;
use crate::define::dense::Dense;
use crate::define::layers::Layer;
use crate::load::mnist;

/// Pictures and labels, of training and test.
type Split = ((Array, Array), (Array, Array));

/// Loaded once: a notebook has several checks that look at it.
fn load() -> Result<&'static Split, String> {
    static LOADED: OnceLock<Split> = OnceLock::new();
    if let Some(split) = LOADED.get() {
        return Ok(split);
    }
    match mnist::load_data() {
        Ok(split) => Ok(LOADED.get_or_init(|| split)),
        Err(problem) => not_loaded(&problem),
    }
}

/// The training pictures and labels as they come: `(60000, 28, 28)` and `(60000,)`.
pub(super) fn training() -> Result<&'static (Array, Array), String> {
    Ok(&load()?.0)
}

/// The test data as a network takes it: rows of 784 numbers from 0 to 1, and class numbers.
pub(super) fn test() -> Result<(Array, Vec<usize>), String> {
    let (x, y) = &load()?.1;
    let x = x.reshape([-1, 784]).or_else(|problem| not_loaded(&problem))? / 255.0;
    Ok((x, y.to_vec().iter().map(|&label| label as usize).collect()))
}

fn not_loaded<T>(problem: &Error) -> Result<T, String> {
    wrong(
        format!("MNIST could not be loaded for the check: {problem}"),
        format!("MNIST konnte für die Prüfung nicht geladen werden: {problem}"),
    )
}

/// The fraction of the test pictures that a model of ten digits reads rightly.
pub(super) fn accuracy(model: &Model) -> Result<f32, String> {
    takes_pixels(&model.description.layers)?;
    let outputs = dense_layers(&model.description.layers).last().map_or(0, |layer| layer.units);
    if outputs != 10 {
        return wrong(
            format!(
                "the last layer has {outputs} units, but there must be one for each of the digits"
            ),
            format!(
                "die letzte Schicht hat {outputs} Neuronen (units), es muss aber für jede Ziffer \
                 eines geben"
            ),
        );
    }
    let (x, labels) = test()?;
    fraction_right(model, &x, &labels)
}

/// The fraction of samples for which the largest output is that of the label.
pub(super) fn fraction_right(model: &Model, x: &Array, labels: &[usize]) -> Result<f32, String> {
    let outputs = model.predict(x).or_else(|problem| {
        wrong(
            format!("the model cannot answer: {problem}"),
            format!("das Modell kann nicht antworten: {problem}"),
        )
    })?;
    let votes = outputs.argmax().to_vec();
    let right = votes.iter().zip(labels).filter(|(vote, label)| **vote as usize == **label);
    Ok(right.count() as f32 / labels.len().max(1) as f32)
}

/// Fails when a network does not take flattened pictures of MNIST.
pub(super) fn takes_pixels(layers: &[Layer]) -> Result<(), String> {
    match layers.first() {
        Some(Layer::Input(input)) if input.shape == [784] => Ok(()),
        Some(Layer::Input(input)) => {
            let shape = &input.shape;
            wrong(
                format!("the network takes samples of shape {shape}, not the rows of pixels"),
                format!("das Netz nimmt Daten der Form {shape}, nicht die Zeilen aus Pixeln"),
            )
        }
        _ => wrong("the network has no Input", "dem Netz fehlt der Input"),
    }
}

/// The `Dense` layers of a network, first layer first.
pub(super) fn dense_layers(layers: &[Layer]) -> Vec<&Dense> {
    fn dense(layer: &Layer) -> Option<&Dense> {
        match layer {
            Layer::Dense(dense) => Some(dense),
            _ => None,
        }
    }
    layers.iter().filter_map(dense).collect()
}

/// Fails when the last layer is not a softmax, the usual end of a network that chooses a class.
pub(super) fn ends_with_softmax(layers: &[Layer]) -> Result<(), String> {
    match dense_layers(layers).last() {
        Some(last) if last.activation != Activation::Softmax => {
            let activation = last.activation;
            wrong(
                format!(
                    "the last layer has the activation {activation}: its outputs are no \
                     probabilities of the classes"
                ),
                format!(
                    "die letzte Schicht hat die Aktivierung {activation}: Ihre Ausgaben sind keine \
                     Wahrscheinlichkeiten der Klassen"
                ),
            )
        }
        _ => Ok(()),
    }
}
