//! What can be wrong with a file of weights.

use std::fmt;
use std::sync::Arc;

use crate::base::error::Error;
use crate::base::language::is_german;
use crate::base::shape::Shape;

/// Why a file of weights cannot be loaded.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum WeightsProblem {
    /// It is a file of another kind.
    NotSafetensors,
    /// Its end is missing.
    CutShort {
        /// How many bytes it should hold at least.
        expected: u64,
        /// How many it holds.
        got: u64,
    },
    /// More bytes follow than it should hold.
    TooLong {
        /// How many bytes it should hold.
        expected: u64,
        /// How many it holds.
        got: u64,
    },
    /// It is a safetensors file, but its list of contents is broken.
    BrokenHeader {
        /// What the reader says.
        reason: String,
    },
    /// It holds weights only, and no description of a network.
    NoNetwork,
    /// It was saved by a newer version of this crate.
    UnknownVersion {
        /// The version of its format.
        found: u32,
        /// The newest one known here.
        known: u32,
    },
    /// Its description of the network cannot be read.
    UnknownNetwork {
        /// What the reader says.
        reason: String,
    },
    /// The network that it describes cannot be built.
    WrongNetwork {
        /// What is wrong with that network.
        reason: Arc<Error>,
    },
    /// A tensor is not there.
    MissingTensor {
        /// Its name.
        tensor: String,
        /// The names that are there.
        known: Vec<String>,
    },
    /// A tensor is there that no layer of the network takes.
    UnknownTensor {
        /// Its name.
        tensor: String,
    },
    /// It holds weights of another number of layers.
    WrongNumberOfLayers {
        /// The number of layers with weights in the model.
        expected: usize,
        /// The names of the layers in the file, in order.
        got: Vec<String>,
    },
    /// A tensor has another shape than its layer needs.
    WrongShape {
        /// Its name.
        tensor: String,
        /// The layer that it is for, such as `layer 1 (Dense)`.
        layer: String,
        /// The shape expected.
        expected: Shape,
        /// The shape that came.
        got: Shape,
    },
    /// The numbers of a tensor are not `float32`.
    WrongDType {
        /// Its name.
        tensor: String,
        /// The type of its numbers, as safetensors names it.
        dtype: String,
    },
    /// A weight is not a number, or infinite.
    NotFinite {
        /// The name of the tensor.
        tensor: String,
        /// The value.
        value: f32,
    },
}

impl fmt::Display for WeightsProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_german() {
            return self.german(f);
        }
        match self {
            WeightsProblem::NotSafetensors => {
                write!(f, "it is not a safetensors file; name one that model.save wrote")
            }
            WeightsProblem::CutShort { expected, got } => write!(
                f,
                "its end is missing, it holds {got} of at least {expected} bytes; \
                 copy or save it again"
            ),
            WeightsProblem::TooLong { expected, got } => write!(
                f,
                "it holds {got} bytes instead of {expected}, so something was written behind its \
                 end; copy or save it again"
            ),
            WeightsProblem::BrokenHeader { reason } => {
                write!(f, "its list of contents is broken ({reason}); copy or save it again")
            }
            WeightsProblem::NoNetwork => write!(
                f,
                "it holds weights, but not the network that they belong to; compile that network \
                 and use model.load_weights"
            ),
            WeightsProblem::UnknownVersion { found, known } => write!(
                f,
                "it was saved by a newer version of zunder (format {found}, known here up to \
                 {known}); update zunder"
            ),
            WeightsProblem::UnknownNetwork { reason } => write!(
                f,
                "its description of the network cannot be read ({reason}); save it again with \
                 this version of zunder"
            ),
            WeightsProblem::WrongNetwork { reason } => {
                write!(f, "the network that it describes cannot be built: {reason}")
            }
            WeightsProblem::MissingTensor { tensor, known } => write!(
                f,
                "the tensor {tensor:?} is missing, only {} are there; save the whole network again",
                known.join(", ")
            ),
            WeightsProblem::UnknownTensor { tensor } => write!(
                f,
                "no layer of this network takes its tensor {tensor:?}; Dense layers take a \
                 kernel (or PyTorch's weight) and a bias, Conv2D layers a kernel of shape (height, \
                 width, channels, filters) and a bias"
            ),
            WeightsProblem::WrongNumberOfLayers { expected, got } => write!(
                f,
                "it holds the weights of {} ({}), but this network has {expected}; \
                 build the network with the same layers",
                match got.len() {
                    1 => "1 layer".to_owned(),
                    number => format!("{number} layers"),
                },
                got.join(", ")
            ),
            WeightsProblem::WrongShape { tensor, layer, expected, got } => write!(
                f,
                "{layer} needs {expected}, but the tensor {tensor:?} that comes next has shape \
                 {got}; build the network with the same layers, and name the tensors so that \
                 sorting brings them in the order of the layers"
            ),
            WeightsProblem::WrongDType { tensor, dtype } => write!(
                f,
                "the numbers of its tensor {tensor:?} are of type {dtype}; convert them to \
                 float32 (F32) before saving"
            ),
            WeightsProblem::NotFinite { tensor, value } => write!(
                f,
                "its tensor {tensor:?} holds the value {value}, so the training that it comes \
                 from had run away; save a network whose loss is a number"
            ),
        }
    }
}
