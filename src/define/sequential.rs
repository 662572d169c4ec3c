//! `Sequential`: layers one after another, as a description that can be looked at and compiled.

use zunder_data::base::memory::MOST_DIMENSIONS;
use zunder_data::base::network_problem::NetworkProblem;
use zunder_data::base::phrase::{Phrase, phrase};
use zunder_data::{Error, OwnDisplay, Result, Shape};

use crate::define::layers::{IntoLayer, Layer, ShapedLayer};

/// A network as a stack of layers, each taking what the one before puts out.
///
/// It is a description: it holds no weights and computes nothing until
/// [`compile`](Self::compile) makes a [`Model`](crate::Model) of it. The counterpart of
/// [`keras.Sequential`](https://keras.io/api/models/sequential/). Its layers:
/// [`Input`](crate::Input), [`Dense`](crate::Dense), [`Dropout`](crate::Dropout),
/// [`Flatten`](crate::Flatten), [`Conv2D`](crate::Conv2D), [`MaxPooling2D`](crate::MaxPooling2D),
/// [`BatchNormalization`](crate::BatchNormalization), [`Embedding`](crate::Embedding) and
/// [`GlobalAveragePooling1D`](crate::GlobalAveragePooling1D).
///
/// ```
/// use zunder::prelude::*;
///
/// let network = Sequential::new()
///     .add(Input::new(784))
///     .add(Dense::new(20).activation(Relu))
///     .add(Dense::new(14).activation(Relu))
///     .add(Dense::new(10).activation(Softmax));
/// assert_eq!(network.num_parameters()?, 15_700 + 294 + 150);
/// # Ok::<(), zunder::Error>(())
/// ```
#[must_use = "it is a new value: keep it with `let`"]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sequential {
    pub(crate) layers: Vec<Layer>,
    pub(crate) seed: Option<u64>,
    pub(crate) backend: Backend,
    _own_display: OwnDisplay,
}

/// What computes the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Backend {
    /// The fastest that fits: Zunder's own engine, or Burn on Flex for what that does not compute:
    /// `BatchNormalization`, `Embedding`, `GlobalAveragePooling1D`, and cross-entropy behind another
    /// activation than its own (softmax, or sigmoid for `BinaryCrossentropy`).
    #[default]
    Auto,
    /// Burn with its CPU backend Flex.
    Flex,
    /// Burn with its older CPU backend burn-ndarray; only in builds with the feature `ndarray`.
    NdArray,
    /// Burn on the graphics card, through its backend wgpu; only in builds with the feature `gpu`.
    Gpu,
}

impl Sequential {
    /// A network without layers.
    pub fn new() -> Self {
        Sequential::default()
    }

    /// Puts one more layer behind the others.
    #[allow(clippy::should_implement_trait)] // Keras's name
    pub fn add(mut self, layer: impl IntoLayer) -> Self {
        self.layers.push(layer.into_layer());
        self
    }

    /// Makes the random initial weights the same each time; another seed gives other weights.
    pub fn seed(self, seed: u64) -> Self {
        Sequential { seed: Some(seed), ..self }
    }

    /// Chooses what computes the network, instead of the fastest that fits.
    pub fn backend(self, backend: Backend) -> Self {
        Sequential { backend, ..self }
    }

    /// The layers, first one first; the first of a network that is ready is its `Input`.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let network = Sequential::new().add(Input::new(784)).add(Dense::new(10));
    /// assert_eq!(network.layers()[1].kind(), "Dense");
    /// ```
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The shape of one sample as the `Input` says; none where the network starts with another
    /// layer.
    pub fn input_shape(&self) -> Option<&Shape> {
        match self.layers.first() {
            Some(Layer::Input(input)) => Some(&input.shape),
            _ => None,
        }
    }

    /// The shape of one sample behind the last layer.
    ///
    /// # Errors
    ///
    /// As [`compile`](Self::compile): when the layers do not fit.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let network = Sequential::new().add(Input::new([28, 28, 1])).add(Conv2D::new(6, 5));
    /// assert_eq!(network.output_shape()?, [24, 24, 6]);
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn output_shape(&self) -> Result<Shape> {
        let layers = self.shaped_layers()?;
        Ok(layers[layers.len() - 1].output.clone()) // a network without layers is an error
    }

    /// How many numbers the network keeps: all weights and biases, and the moving means and variances of a
    /// `BatchNormalization`. Keras's `count_params`.
    ///
    /// # Errors
    ///
    /// As [`compile`](Self::compile): a network whose layers do not fit has no such number.
    pub fn num_parameters(&self) -> Result<usize> {
        Ok(total_parameters(&self.shaped_layers()?))
    }

    /// Position and name, such as `layer 1 (Dense)`, of each layer that has weights.
    pub(crate) fn learning_layers(&self) -> impl Iterator<Item = (usize, Phrase)> {
        let layers = self.layers.iter().enumerate();
        let learning = layers.filter(|(_, layer)| layer.learns());
        learning.map(|(position, layer)| (position, layer.name(position)))
    }

    /// The layers with the shapes that they put out, or the first thing that does not fit.
    pub(crate) fn shaped_layers(&self) -> Result<Vec<ShapedLayer>> {
        let mut shaped = Vec::new();
        self.walk(&mut shaped).map(|()| shaped)
    }

    /// Adds the layers as far as they fit together; an error is what stops the next one.
    pub(crate) fn walk(&self, shaped: &mut Vec<ShapedLayer>) -> Result<()> {
        let first = match self.layers.first() {
            None => return Err(NetworkProblem::NoLayers.into()),
            Some(Layer::Input(input)) => input,
            Some(other) => return Err(NetworkProblem::NoInput { first: other.kind() }.into()),
        };
        if first.shape.num_values() == 0 {
            let expected = phrase!(
                "a shape with at least one value, such as Input::new(784)",
                "eine Form (shape) mit mindestens einem Wert, etwa Input::new(784)"
            );
            return Err(Error::bad_setting("Input", &first.shape, expected));
        }
        if first.shape.checked_num_values().is_none() || first.shape.num_dims() > MOST_DIMENSIONS {
            let value = first.shape.to_string();
            let expected = phrase!(
                "the shape of one sample that fits into a memory, of at most {MOST_DIMENSIONS} lengths, such as \
                 Input::new(784)",
                "die Form (shape) eines Beispiels, das in einen Speicher passt, aus höchstens \
                 {MOST_DIMENSIONS} Längen, etwa Input::new(784)"
            );
            return Err(Error::bad_setting("Input", value, expected));
        }
        shaped.push(ShapedLayer { output: first.shape.clone(), num_parameters: 0 });
        for (position, layer) in self.layers.iter().enumerate().skip(1) {
            shaped.push(layer.shaped(position, &shaped[position - 1].output)?);
        }
        if shaped.len() == 1 { Err(NetworkProblem::NoLayers.into()) } else { Ok(()) }
    }
}

/// How many numbers all layers learn; each alone is known to fit into a memory, all together may not.
pub(crate) fn total_parameters(layers: &[ShapedLayer]) -> usize {
    layers.iter().fold(0, |total, layer| total.saturating_add(layer.num_parameters))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::define::dense::{Dense, Input};

    #[test]
    fn each_wrong_network_has_its_own_error() {
        let problem = |network: Sequential| network.num_parameters().unwrap_err().to_string();
        assert!(problem(Sequential::new()).contains("no layers"));
        assert!(problem(Sequential::new().add(Input::new(3))).contains("no layers"));
        assert!(problem(Sequential::new().add(Input::new(0)).add(Dense::new(1))).contains("Input"));
        let twice = Sequential::new().add(Input::new(3)).add(Input::new(3));
        assert!(problem(twice).contains("position 1"));
        let none = Sequential::new().add(Input::new(3)).add(Dense::new(0));
        assert!(problem(none).contains("units is 0"));
        let images = Sequential::new().add(Input::new([28, 28])).add(Dense::new(2));
        assert!(problem(images).contains("(28, 28)"));
    }
}
