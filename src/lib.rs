//! Zunder: train your first neural network in Rust, cell by cell.

mod array;
mod burn_network;
mod data_problem;
mod datasets;
mod dense_network;
mod error;
mod history;
mod kernels;
mod layers;
mod losses;
mod metrics;
mod model;
mod optimizers;
mod parameters;
mod preprocessing;
mod sequential;
mod shape;

pub use array::{Array, DType, Element, NewShape, Scalar};
pub use data_problem::{Damage, SourceFailure, SourceProblem};
pub use datasets::{data_folder, fashion_mnist, mnist};
pub use error::{Error, Result};
pub use history::History;
pub use layers::{Activation, Dense, Input, Layer};
pub use losses::Loss;
pub use metrics::{Metric, Score};
pub use model::{Fit, Model};
pub use optimizers::{Adam, Optimizer, Sgd};
pub use preprocessing::to_categorical;
pub use sequential::{Backend, Sequential, Summary};
pub use shape::Shape;

/// Burn, the deep learning framework underneath, for those who want to look deeper.
pub use burn;

/// Everything that a notebook uses: `use zunder::prelude::*;`.
pub mod prelude {
    pub use crate::array::Array;
    pub use crate::datasets::{fashion_mnist, mnist};
    pub use crate::layers::{Activation, Dense, Input, Linear, Relu, Sigmoid, Softmax, Tanh};
    pub use crate::losses::{
        CategoricalCrossentropy, Loss, MeanSquaredError, SparseCategoricalCrossentropy,
    };
    pub use crate::metrics::{Accuracy, Metric};
    pub use crate::model::{Fit, Model};
    pub use crate::optimizers::{Adam, Sgd};
    pub use crate::preprocessing::to_categorical;
    pub use crate::sequential::{Backend, Sequential};
}
