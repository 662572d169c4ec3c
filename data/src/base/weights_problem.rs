//! What can be wrong with a file of weights.

use std::fmt;

use crate::base::numbers::{counted, grouped};
use crate::base::phrase::{Phrase, told};
use crate::base::shape::Shape;

/// Why a file of weights cannot be loaded. A reason is what the reader says.
#[derive(Clone)]
pub enum WeightsProblem {
    /// It is a file of another kind.
    NotSafetensors,
    /// It is a file as Keras (`.weights.h5`, `.keras`) or PyTorch (`.pt`) write them.
    ForeignFormat,
    /// Its end is missing. Both in bytes.
    CutShort { expected: u64, got: u64 },
    /// More bytes follow than it should hold.
    TooLong { expected: u64, got: u64 },
    /// It is a safetensors file, but its list of contents is broken.
    BrokenHeader { reason: String },
    /// It holds weights only, and no description of a network.
    NoNetwork,
    /// It was saved by a newer version of this crate, in a format unknown here.
    UnknownVersion { found: u32, known: u32 },
    /// Its description of the network cannot be read.
    UnknownNetwork { reason: Phrase },
    /// The network that it describes cannot be built.
    WrongNetwork { reason: Phrase },
    /// A tensor is not there.
    MissingTensor {
        tensor: String,
        /// The names that are there.
        known: Vec<String>,
    },
    /// A tensor is there that no layer of the network takes.
    UnknownTensor { tensor: String },
    /// It holds weights of another number of layers.
    WrongNumberOfLayers {
        /// The number of layers with weights in the model.
        expected: usize,
        /// The names of the layers in the file, in order.
        got: Vec<String>,
    },
    /// A tensor has another shape than its layer needs.
    WrongShape {
        tensor: String,
        /// The layer that it is for, such as `layer 1 (Dense)`.
        layer: Phrase,
        expected: Shape,
        got: Shape,
    },
    /// The numbers of a tensor are not `float32`.
    WrongDType {
        tensor: String,
        /// As safetensors names it.
        dtype: String,
    },
    /// A weight is not a number, or infinite.
    NotFinite { tensor: String, value: f32 },
}

impl fmt::Display for WeightsProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            WeightsProblem::NotSafetensors => told!(
                "it is not a safetensors file; name one that model.save wrote",
                "das ist keine safetensors-Datei; nimm eine, die model.save geschrieben hat"
            ),
            WeightsProblem::ForeignFormat => told!(
                "it is not a safetensors file, but seems to be one in Keras's or PyTorch's own format; save the \
                 weights as safetensors in Python, with the lines that the documentation of load_weights shows",
                "das ist keine safetensors-Datei, sondern wohl eine im eigenen Format von Keras oder \
                 PyTorch; speichere die Gewichte (weights) in Python als safetensors, mit den Zeilen aus \
                 der Dokumentation von load_weights"
            ),
            WeightsProblem::CutShort { expected, got } => told!(
                "its end is missing, it holds {got} of at least {expected} bytes; copy or save it again",
                "das Ende fehlt, die Datei hat {got} von mindestens {expected} Bytes; kopiere \
                 oder speichere sie noch einmal",
                got = grouped(*got),
                expected = grouped(*expected)
            ),
            WeightsProblem::TooLong { expected, got } => told!(
                "it holds {got} bytes instead of {expected}, so something was written behind its \
                 end; copy or save it again",
                "die Datei hat {got} statt {expected} Bytes, hinter ihr Ende wurde also etwas \
                 geschrieben; kopiere oder speichere sie noch einmal",
                got = grouped(*got),
                expected = grouped(*expected)
            ),
            WeightsProblem::BrokenHeader { reason } => told!(
                "its list of contents is broken ({reason}); copy or save it again",
                "das Inhaltsverzeichnis der Datei ist kaputt; kopiere oder speichere sie noch einmal"
            ),
            WeightsProblem::NoNetwork => told!(
                "it holds weights, but not the network that they belong to; compile that network \
                 and use model.load_weights",
                "die Datei enthält Gewichte (weights), aber nicht das Netz, zu dem sie gehören; \
                 kompiliere dieses Netz und nimm model.load_weights"
            ),
            WeightsProblem::UnknownVersion { found, known } => told!(
                "it was saved by a newer version of zunder (format {found}, known here up to \
                 {known}); update zunder",
                "gespeichert hat sie eine neuere Version von zunder (Format {found}, hier bekannt \
                 bis {known}); aktualisiere zunder"
            ),
            WeightsProblem::UnknownNetwork { reason } => told!(
                "its description of the network cannot be read ({reason}); save it again with \
                 this version of zunder",
                "die Beschreibung des Netzes ist nicht lesbar ({reason}); speichere es noch \
                 einmal mit dieser Version von zunder"
            ),
            WeightsProblem::WrongNetwork { reason } => told!(
                "the network that it describes cannot be built: {reason}",
                "das beschriebene Netz lässt sich nicht bauen: {reason}"
            ),
            WeightsProblem::MissingTensor { tensor, known } => told!(
                "the tensor {tensor:?} is missing, only {names} are there; save the whole network again",
                "der Tensor {tensor:?} fehlt, es gibt nur {names}; speichere das ganze Netz noch einmal",
                names = known.join(", ")
            ),
            WeightsProblem::UnknownTensor { tensor } => told!(
                "no layer of this network takes its tensor {tensor:?}; Dense layers take a kernel (or PyTorch's \
                 weight) and a bias, Conv2D layers a kernel of shape (height, width, channels, filters) and a bias, \
                 BatchNormalization gamma, beta, moving_mean and moving_variance, Embedding its embeddings",
                "keine Schicht (layer) dieses Netzes nimmt den Tensor {tensor:?}; Dense-Schichten \
                 nehmen kernel (oder weight von PyTorch) und bias, Conv2D-Schichten einen kernel \
                 der Form (Höhe, Breite, Kanäle, Filter) und bias, BatchNormalization gamma, beta, \
                 moving_mean und moving_variance, Embedding seine embeddings"
            ),
            WeightsProblem::WrongNumberOfLayers { expected, got } => told!(
                "it holds the weights of {layers} ({names}), but this network has \
                 {expected}; build the network with the same layers",
                "die Datei enthält die Gewichte (weights) von {layers} ({names}), dieses \
                 Netz hat aber {expected}; bau das Netz mit denselben Schichten",
                layers =
                    counted(got.len(), ["layer", "layers"], ["Schicht", "Schichten"]),
                names = got.join(", ")
            ),
            WeightsProblem::WrongShape { tensor, layer, expected, got } => told!(
                "{layer} needs {expected}, but the tensor {tensor:?} that comes next has shape \
                 {got}; build the network with the same layers, and name the tensors so that \
                 sorting brings them in the order of the layers",
                "{layer} braucht {expected}, der Tensor {tensor:?}, der als Nächstes kommt, hat \
                 aber die Form (shape) {got}; bau das Netz mit denselben Schichten, und benenne \
                 die Tensoren so, dass sie sortiert in der Reihenfolge der Schichten stehen"
            ),
            WeightsProblem::WrongDType { tensor, dtype } => told!(
                "the numbers of its tensor {tensor:?} are of type {dtype}; convert them to \
                 float32 (F32) before saving",
                "die Zahlen im Tensor {tensor:?} haben den Typ {dtype}; wandle sie vor dem \
                 Speichern in float32 (F32) um"
            ),
            WeightsProblem::NotFinite { tensor, value } => told!(
                "its tensor {tensor:?} holds the value {value}, so the training that it comes \
                 from had run away; save a network whose loss is a number",
                "im Tensor {tensor:?} steht der Wert {value}, das Training war also aus dem Ruder \
                 gelaufen; speichere ein Netz, dessen Verlust (loss) eine Zahl ist"
            ),
        })
    }
}
