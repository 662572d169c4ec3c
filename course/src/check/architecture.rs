//! The checks of `course/04_architecture.md`.

use std::fmt::Display;

use zunder::words::thousands;
use zunder::{Activation, Model, Sequential};

use crate::judged::{
    DenseLayer, dense_layers, ends_with_softmax, layers_fit, num_outputs, percent, reads,
    takes_pixels,
};
use crate::sentences::{refuse, say, sentence, wrong};
use crate::verdict::{Finding, Verdict, judge};

/// The parameters of 784 inputs, 30 hidden units and 10 outputs.
pub fn count_parameters(parameters: impl TryInto<usize> + Display) -> Verdict {
    let other = parameters.to_string();
    let parameters = parameters.try_into().ok();
    judge("count_parameters", || {
        let parameters = parameters.ok_or_else(|| say!("count_parameters.other", other))?;
        let (hidden, last) = ((784 + 1) * 30, (30 + 1) * 10);
        match parameters {
            0 => wrong!("count_parameters.untouched"),
            right if right == hidden + last => Ok(()),
            no_bias if no_bias == 784 * 30 + 30 * 10 => wrong!("count_parameters.no_biases"),
            one_layer if one_layer == hidden || one_layer == last => {
                wrong!("count_parameters.one_layer")
            }
            multiplied if multiplied == hidden * 10 || multiplied == hidden * last => {
                wrong!("count_parameters.multiplied")
            }
            all_pixels if all_pixels == hidden + 785 * 10 => wrong!("count_parameters.all_pixels"),
            few if few < 784 * 30 => wrong!("count_parameters.too_few", few),
            other => wrong!("count_parameters.other", other),
        }
    })
}

/// A single layer, trained.
pub fn no_hidden_layer(model: &Model) -> Verdict {
    judge("no_hidden_layer", || {
        let hidden = hidden_layers(model).len();
        refuse!("no_hidden_layer.still_there", hidden; if hidden > 0);
        ends_with_softmax(model.layers())?;
        reads_with(model, 0.89, "no_hidden_layer.advice")
    })
}

/// A network that tells two classes apart.
pub fn last_layer(network: &Sequential) -> Verdict {
    judge("last_layer", || {
        layers_fit(network)?;
        takes_pixels(network.input_shape())?;
        match num_outputs(network.layers()) {
            2 => ends_with_softmax(network.layers()),
            1 => wrong!("last_layer.single_output"),
            10 => wrong!("last_layer.ten_outputs"),
            other => wrong!("last_layer.other", other),
        }
    })
}

/// One hidden layer, wide enough.
pub fn wider(model: &Model) -> Verdict {
    judge("wider", || {
        let hidden = hidden_layers(model);
        refuse!("wider.several", count = hidden.len(); if hidden.len() != 1);
        all_have_activations(&hidden)?;
        reads_with(model, 0.96, "wider.advice")
    })
}

/// At least three hidden layers.
pub fn deeper(model: &Model) -> Verdict {
    judge("deeper", || {
        let hidden = hidden_layers(model);
        refuse!("deeper.too_few", count = hidden.len(); if hidden.len() < 3);
        all_have_activations(&hidden)?;
        costs_at_most(model, 20_000)?;
        reads_with(model, 0.93, "deeper.advice")
    })
}

/// Smaller than a network without hidden layers.
pub fn smallest(model: &Model) -> Verdict {
    judge("smallest", || {
        costs_at_most(model, 7_849)?;
        reads_with(model, 0.90, "smallest.advice")
    })
}

/// At most 13,000 parameters, at least 94 %.
pub fn on_a_budget(model: &Model) -> Verdict {
    judge("on_a_budget", || {
        costs_at_most(model, 13_000)?;
        reads_with(model, 0.94, "on_a_budget.advice")
    })
}

fn hidden_layers(model: &Model) -> Vec<DenseLayer> {
    let mut layers = dense_layers(model.layers());
    layers.pop();
    layers
}

fn all_have_activations(hidden: &[DenseLayer]) -> Finding {
    let linear = hidden.iter().position(|layer| layer.activation == Activation::Linear);
    linear.map_or(Ok(()), |place| wrong!("networks.no_activation", number = place + 1))
}

fn costs_at_most(model: &Model, limit: usize) -> Finding {
    let parameters = model.num_parameters();
    let (has, may) = (thousands(parameters), thousands(limit));
    refuse!("networks.too_large", has, may; if parameters > limit);
    Ok(())
}

/// Fails when the model reads fewer of the test pictures, with what may help.
fn reads_with(model: &Model, wanted: f32, advice: &str) -> Finding {
    reads(model, wanted, |right| {
        let has = percent(right);
        if right < 0.2 {
            say!("networks.guesses", has)
        } else {
            let advice = sentence(advice, &[]);
            say!("networks.reads", has, asked = percent(wanted), advice)
        }
    })
}
