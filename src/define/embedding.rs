//! The layers for words in their order: `Embedding` and `GlobalAveragePooling1D`.

use serde::{Deserialize, Serialize};
use zunder_data::base::phrase::{Phrase, phrase};
use zunder_data::{Error, Result, Shape};

use crate::define::settings::does_not_fit;

/// A vector for each word, learned: words that mean the same to the network come to lie side by side.
///
/// A sample is a row of word numbers, as [`TextVectorization`](crate::TextVectorization) makes them with
/// `output_sequence_length`; each number is replaced by its row of the kernel. That starts at random
/// between -0.05 and 0.05, as in [Keras](https://keras.io/api/layers/core_layers/embedding/); there is no
/// bias. It is computed by Burn, and stands directly behind the `Input`. Adam and RMSprop move it as in Keras
/// on JAX and PyTorch; on TensorFlow words that a batch does not have stay where they are.
///
/// # Shapes
///
/// Input `(n, length)`, whole numbers from 0 to `input_dim` - 1; output `(n, length, output_dim)`. The
/// kernel is `(input_dim, output_dim)`.
///
/// ```
/// use zunder::prelude::*;
///
/// let network = Sequential::new()
///     .add(Input::new(40)) // words of a text
///     .add(Embedding::new(1000, 8)) // of 1000 different ones
///     .add(GlobalAveragePooling1D::new())
///     .add(Dense::new(2).activation(Softmax));
/// assert_eq!(network.num_parameters()?, 1000 * 8 + (8 * 2 + 2));
/// # Ok::<(), zunder::Error>(())
/// ```
#[must_use = "it is a new value: keep it with `let`"]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Embedding {
    pub(crate) input_dim: usize,
    pub(crate) output_dim: usize,
}

impl Embedding {
    /// For so many different words, at least 1 and at most 16,777,216, a vector of so many numbers each, at
    /// least 1.
    pub fn new(input_dim: usize, output_dim: usize) -> Self {
        Embedding { input_dim, output_dim }
    }

    pub(crate) fn output_shape(
        &self,
        layer: &Phrase,
        position: usize,
        input: &Shape,
    ) -> Result<Shape> {
        Error::check_at_least_one("input_dim", self.input_dim)?;
        Error::check_at_least_one("output_dim", self.output_dim)?;
        if self.input_dim > 1 << 24 {
            let expected = phrase!(
                "at most 16,777,216: larger whole numbers are not exact as float32",
                "höchstens 16\u{202f}777\u{202f}216: Größere ganze Zahlen sind als float32 nicht exakt"
            );
            return Err(Error::bad_setting("input_dim", self.input_dim, expected));
        }
        match *input.dims() {
            [length] if position == 1 => Ok(Shape::from([length, self.output_dim])),
            _ => Err(does_not_fit(
                layer,
                input,
                phrase!(
                    "word numbers, one after another for each sample, directly from the Input",
                    "für jedes Beispiel (sample) eine Reihe von Wortnummern, direkt vom Input"
                ),
                phrase!(
                    "put it behind .add(Input::new(40)), with the number of words of a text",
                    "setz die Schicht hinter .add(Input::new(40)), mit der Anzahl der Wörter eines \
                     Textes"
                ),
            )),
        }
    }
}

/// The mean of the vectors of all places, each number for itself: a text of any order becomes one vector.
///
/// The empty places behind a short text (number 0) count as well, as in
/// [Keras](https://keras.io/api/layers/pooling_layers/global_average_pooling1d/) where its `Embedding` has
/// no `mask_zero=True`, which is not here. It learns nothing, and is computed by Burn.
///
/// # Shapes
///
/// Input `(n, length, values)`, output `(n, values)`. It takes no pictures: those become numbers with
/// [`Flatten`](crate::Flatten).
///
/// For an example see [`Embedding`].
#[must_use = "it is a new value: keep it with `let`"]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GlobalAveragePooling1D;

impl GlobalAveragePooling1D {
    /// It has no settings.
    pub fn new() -> Self {
        GlobalAveragePooling1D
    }

    pub(crate) fn output_shape(&self, layer: &Phrase, input: &Shape) -> Result<Shape> {
        match *input.dims() {
            [_, values] => Ok(Shape::from(values)),
            _ => Err(does_not_fit(
                layer,
                input,
                phrase!(
                    "a row of vectors for each sample, such as (40, 8)",
                    "für jedes Beispiel (sample) eine Reihe von Vektoren, etwa (40, 8)"
                ),
                phrase!(
                    "put it behind an Embedding; of pictures it takes none: .add(Flatten::new()) instead",
                    "setz die Schicht hinter ein Embedding; Bilder nimmt sie nicht: stattdessen \
                     .add(Flatten::new())"
                ),
            )),
        }
    }
}
