//! `Sequential`: layers one after another, as a description that can be looked at and compiled.

use std::fmt;

use crate::error::{Error, Result};
use crate::language::either;
use crate::layers::{Activation, IntoLayer, Layer};
use crate::numbers::thousands;
use crate::shape::Shape;

/// A network as a stack of layers, each taking what the one before puts out.
///
/// It is a description: it holds no weights and computes nothing until
/// [`compile`](Self::compile) makes a [`Model`](crate::Model) of it. The counterpart of
/// [`keras.Sequential`](https://keras.io/api/models/sequential/).
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
}

/// What computes the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Backend {
    /// The fastest that fits: Zunder's own step for stacks of `Dense` layers and for convolutions
    /// before them, else Burn on Flex.
    #[default]
    Auto,
    /// Burn with its CPU backend Flex.
    Flex,
    /// Burn with its older CPU backend burn-ndarray; only in builds with the feature `ndarray`.
    NdArray,
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
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Chooses what computes the network, instead of the fastest that fits.
    pub fn backend(mut self, backend: Backend) -> Self {
        self.backend = backend;
        self
    }

    /// How many numbers the network learns: all weights and biases.
    ///
    /// # Errors
    ///
    /// As [`compile`](Self::compile): a network whose layers do not fit has no such number.
    pub fn num_parameters(&self) -> Result<usize> {
        Ok(self.shaped_layers()?.iter().map(|layer| layer.num_parameters).sum())
    }

    /// A table of the layers with their output shapes and numbers of parameters.
    ///
    /// `None` stands for the number of samples, as in Keras: the network takes any.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let network = Sequential::new().add(Input::new(4)).add(Dense::new(3).activation(Softmax));
    /// assert!(network.summary().to_string().contains("Total params: 15"));
    /// ```
    pub fn summary(&self) -> Summary {
        let (layers, problem) = self.walk();
        let total: usize = layers.iter().map(|layer| layer.num_parameters).sum();
        let rows =
            layers.iter().zip(&self.layers).enumerate().map(|(position, (shaped, layer))| {
                let activation = layer.activation().map_or("", Activation::name);
                [
                    format!("{position} {}", layer.kind()),
                    activation.to_owned(),
                    shaped.output.as_batch(),
                    thousands(shaped.num_parameters),
                ]
            });
        let header = either(
            ["Layer", "Activation", "Output shape", "Params"],
            ["Schicht (layer)", "Aktivierung", "Ausgabeform (shape)", "Parameter"],
        );
        let mut text = table(header, rows.collect());
        text += &format!(
            "\n{}: {} ({:.2} KB {} float32)",
            either("Total params", "Parameter insgesamt"),
            thousands(total),
            total as f64 * 4.0 / 1024.0,
            either("as", "als")
        );
        if let Some(problem) = problem {
            let words = either("Not ready to compile", "Noch nicht bereit für compile");
            text += &format!("\n{words}: {problem}");
        }
        Summary { text }
    }

    /// Position and name, such as `layer 1 (Dense)`, of each layer that has weights.
    pub(crate) fn learning_layers(&self) -> impl Iterator<Item = (usize, String)> {
        let layers = self.layers.iter().enumerate();
        let learning = layers.filter(|(_, layer)| layer.activation().is_some());
        learning.map(|(position, layer)| (position, layer.name(position)))
    }

    /// The layers with the shapes that they put out, or the first thing that does not fit.
    pub(crate) fn shaped_layers(&self) -> Result<Vec<ShapedLayer>> {
        match self.walk() {
            (layers, None) => Ok(layers),
            (_, Some(problem)) => Err(problem),
        }
    }

    /// The layers as far as they fit together, and what stops the next one.
    fn walk(&self) -> (Vec<ShapedLayer>, Option<Error>) {
        let mut shaped: Vec<ShapedLayer> = Vec::new();
        let first = match self.layers.first() {
            None => return (shaped, Some(Error::NoLayers)),
            Some(Layer::Input(input)) => input,
            Some(other) => return (shaped, Some(Error::NoInput { first: other.kind().into() })),
        };
        if first.shape.num_values() == 0 {
            let value = first.shape.to_string();
            let expected = either(
                "a shape with at least one value, such as Input::new(784)",
                "eine Form (shape) mit mindestens einem Wert, etwa Input::new(784)",
            );
            return (shaped, Some(Error::BadSetting { setting: "Input", value, expected }));
        }
        shaped.push(ShapedLayer { output: first.shape.clone(), num_parameters: 0 });
        for (position, layer) in self.layers.iter().enumerate().skip(1) {
            let input = &shaped[position - 1].output;
            match layer.output_shape(position, input) {
                Ok(output) => {
                    let num_parameters = layer.num_parameters(input);
                    shaped.push(ShapedLayer { output, num_parameters });
                }
                Err(problem) => return (shaped, Some(problem)),
            }
        }
        let problem = (shaped.len() == 1).then_some(Error::NoLayers);
        (shaped, problem)
    }
}

/// What is known of a layer once it stands in a network.
pub(crate) struct ShapedLayer {
    /// The shape of one sample behind it.
    pub(crate) output: Shape,
    /// How many numbers it learns.
    pub(crate) num_parameters: usize,
}

/// The table that [`Sequential::summary`] makes.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    text: String,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Summary {
    /// Shows the table when it ends a notebook cell.
    pub fn evcxr_display(&self) {
        println!("{self}");
    }
}

/// Columns as wide as their widest entry; the last one is of numbers and right-aligned.
fn table<const N: usize>(header: [&str; N], rows: Vec<[String; N]>) -> String {
    let width = |column: usize| {
        let entries = rows.iter().map(|row| row[column].chars().count());
        entries.chain([header[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |entries: [&str; N]| {
        let cells = entries.iter().enumerate().map(|(column, entry)| match column + 1 == N {
            true => format!("{entry:>width$}", width = widths[column]),
            false => format!("{entry:<width$}", width = widths[column]),
        });
        cells.collect::<Vec<_>>().join("   ")
    };
    let head = line(header);
    let rule = "-".repeat(head.chars().count());
    let body = rows.iter().map(|row| line(row.each_ref().map(String::as_str)) + "\n");
    format!("{head}\n{rule}\n{}{rule}", body.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::{Dense, Input, Relu, Softmax};

    #[test]
    fn summary_shows_layers_shapes_and_counted_parameters() {
        let network = Sequential::new()
            .add(Input::new(784))
            .add(Dense::new(20).activation(Relu))
            .add(Dense::new(14).activation(Relu))
            .add(Dense::new(10).activation(Softmax));
        // Parameters as counted by hand: (784 + 1) * 20, (20 + 1) * 14, (14 + 1) * 10.
        let expected = "\
Layer     Activation   Output shape   Params
--------------------------------------------
0 Input                (None, 784)         0
1 Dense   relu         (None, 20)     15,700
2 Dense   relu         (None, 14)        294
3 Dense   softmax      (None, 10)        150
--------------------------------------------
Total params: 16,144 (63.06 KB as float32)";
        assert_eq!(network.summary().to_string(), expected);
    }

    #[test]
    fn summary_of_an_unfinished_network_says_what_is_missing() {
        let text = Sequential::new().add(Dense::new(3)).summary().to_string();
        assert!(text.contains("Not ready to compile: the network starts with Dense"), "{text}");
    }

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
