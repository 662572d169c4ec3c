//! What a learner sets in the page, as the crate takes it.

use serde::Deserialize;
use zunder::prelude::*;

#[derive(Clone, Deserialize)]
pub(crate) struct Settings {
    /// Units and activation of each hidden layer.
    layers: Vec<(usize, String)>,
    learning_rate: f64,
    batch_size: usize,
    epochs: usize,
    seed: u64,
}

impl Settings {
    pub(crate) fn network(&self) -> Result<Sequential, String> {
        let mut network = Sequential::new().seed(self.seed).add(Input::new(784));
        for (units, activation) in &self.layers {
            network = network.add(Dense::new(*units).activation(named(activation)?));
        }
        Ok(network.add(Dense::new(10).activation(Softmax)))
    }

    pub(crate) fn compiled(&self) -> Result<Model, String> {
        let optimizer = Adam::new().learning_rate(self.learning_rate);
        let model = self.network()?.compile(CategoricalCrossentropy, optimizer, [Accuracy]);
        model.map_err(|error| error.to_string())
    }

    pub(crate) fn fit(&self) -> zunder::Fit {
        let fit = zunder::Fit::new().batch_size(self.batch_size).epochs(self.epochs);
        fit.validation_split(0.2).seed(self.seed)
    }
}

fn named(activation: &str) -> Result<Activation, String> {
    let known = [("Relu", Relu), ("Sigmoid", Sigmoid), ("Tanh", Tanh), ("Linear", Linear)];
    let found = known.into_iter().find(|(name, _)| *name == activation);
    found.map(|(_, activation)| activation).ok_or_else(|| format!("no activation {activation}"))
}
