//! `compile`: from the description of a network to a model that can be trained.

use zunder_data::base::chance::random_numbers;
use zunder_data::base::network_problem::NetworkProblem;
use zunder_data::{Result, Shape};

use crate::choose::losses::Loss;
use crate::choose::metrics::{IntoMetrics, Metric};
use crate::choose::optimizers::{IntoOptimizer, Optimizer};
use crate::compile::model::Model;
use crate::compile::seen::Seen;
use crate::define::activation::Activation;
use crate::define::layers::answering_activation;
use crate::define::sequential::Sequential;
use crate::engine::choose_engine::new_engine;
use crate::engine::needs::check_network;
use crate::engine::steps::Step;

impl Sequential {
    /// Makes a [`Model`] of the description: gives every layer random weights and fixes how it is
    /// trained (loss, optimizer) and judged (metrics).
    ///
    /// Other than in Keras, whose `compile` keeps the weights, each call makes a new model with fresh ones.
    /// For another learning rate take [`Model::set_learning_rate`].
    ///
    /// # Errors
    ///
    /// When there is nothing to train or no `Input` at the start, when a layer cannot take what the
    /// one before it puts out, when the network ends with pictures, when the loss does not fit the
    /// last layer, when a setting makes no sense, when the network has no room in memory, or when
    /// the backend is not in this build.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let network = Sequential::new()
    ///     .add(Input::new(784))
    ///     .add(Dense::new(20).activation(Relu))
    ///     .add(Dense::new(10).activation(Softmax));
    /// let model = network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy])?;
    /// assert_eq!(model.num_parameters(), 15_700 + 210);
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn compile(
        &self,
        loss: Loss,
        optimizer: impl IntoOptimizer,
        metrics: impl IntoMetrics,
    ) -> Result<Model> {
        self.compile_with(loss, optimizer.into_optimizer(), metrics.into_metrics())
    }

    // Not generic, so that it is compiled here and not in a notebook cell.
    fn compile_with(
        &self,
        loss: Loss,
        optimizer: Optimizer,
        metrics: Vec<Metric>,
    ) -> Result<Model> {
        optimizer.check()?;
        let shapes: Vec<Shape> = self.shaped_layers()?.into_iter().map(|l| l.output).collect();
        let output = &shapes[shapes.len() - 1];
        if output.num_dims() != 1 {
            return Err(NetworkProblem::EndsWithPictures { output: output.clone() }.into());
        }
        let outputs = output.num_values();
        if loss.is_categorical() && outputs == 1 {
            let loss = format!("{loss:?}");
            return Err(NetworkProblem::OneUnitCrossentropy { loss }.into());
        }
        if outputs == 1 && answering_activation(&self.layers) == Some(Activation::Softmax) {
            return Err(NetworkProblem::OneUnitSoftmax.into());
        }
        let steps = Step::all(self)?;
        check_network(self, &steps)?;
        let mut rng = random_numbers(self.seed);
        let engine = new_engine(&steps, outputs, (loss, optimizer, self.backend), &mut rng)?;
        Ok(Model {
            engine,
            description: self.clone(),
            loss,
            metrics,
            optimizer,
            input: shapes[0].clone(),
            output: output.clone(),
            steps,
            scale: None,
            epochs: Vec::new(),
            num_steps: 0,
            seen: Seen::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choose::losses::CategoricalCrossentropy;
    use crate::choose::optimizers::Adam;
    use crate::define::activation::Softmax;
    use crate::define::dense::{Dense, Input};
    use crate::define::flatten::Flatten;
    use zunder_data::words::in_german;

    #[test]
    fn a_single_unit_with_softmax_is_refused() {
        let network = Sequential::new().add(Input::new(2)).add(Dense::new(1).activation(Softmax));
        let behind = network.clone().add(Flatten::new());
        assert!(behind.compile(Loss::MeanSquaredError, Adam::default(), []).is_err());
        let refused = network.compile(Loss::MeanSquaredError, Adam::default(), []).map(drop);
        let refused = refused.unwrap_err();
        assert!(refused.to_string().contains("activation(Sigmoid) for yes or no"), "{refused}");
        let german = in_german(|| refused.to_string());
        assert!(german.contains("ist immer 1"), "{german}");
    }

    #[test]
    fn crossentropy_needs_more_than_one_unit() {
        for loss in [CategoricalCrossentropy, Loss::SparseCategoricalCrossentropy] {
            for activation in [Softmax, Activation::Sigmoid] {
                let network = Sequential::new().add(Input::new(2));
                let network = network.add(Dense::new(1).activation(activation));
                let refused = network.compile(loss, Adam::default(), []).map(drop).unwrap_err();
                assert!(refused.to_string().contains("only one unit"), "{refused}");
                let german = in_german(|| refused.to_string());
                assert!(german.contains("nur ein Neuron (unit)"), "{german}");
                let compiled = network.compile(Loss::MeanSquaredError, Adam::default(), []);
                assert_eq!(compiled.is_ok(), activation != Softmax);
            }
        }
    }
}
