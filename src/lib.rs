//! Zunder: train your first neural network in Rust, cell by cell.
//!
//! This crate is what the notebooks in `notebooks/` are written with. It loads data, prepares it,
//! describes a network, trains it, judges it and draws what it does, with the names and the
//! meanings of [Keras](https://keras.io), on [Burn](https://burn.dev).
//!
//! The whole tutorial in one piece:
//!
//! ```no_run
//! use zunder::prelude::*;
//!
//! # fn main() -> zunder::Result<()> {
//! let ((x_train, y_train), (x_test, y_test)) = mnist::load_data()?;
//!
//! let x_train = x_train.reshape([60_000, 784])? / 255.0;
//! let x_test = x_test.reshape([10_000, 784])? / 255.0;
//! let y_train = to_categorical(&y_train, 10)?;
//! let y_test = to_categorical(&y_test, 10)?;
//!
//! let network = Sequential::new()
//!     .add(Input::new(784))
//!     .add(Dense::new(20).activation(Relu))
//!     .add(Dense::new(14).activation(Relu))
//!     .add(Dense::new(10).activation(Softmax));
//! println!("{}", network.summary());
//!
//! let mut model = network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy])?;
//! let settings = Fit::new().batch_size(32).epochs(10).validation_split(0.2);
//! let history = model.fit(&x_train, &y_train, settings)?;
//! history.plot("accuracy").save("accuracy.png")?;
//! println!("{}", model.evaluate(&x_test, &y_test)?);
//! # Ok(())
//! # }
//! ```
//!
//! Where to start: [`Sequential`] and [`Model::fit`]. What can go wrong: [`Error`], one sentence
//! each; what is allowed but mostly a mistake: [`Note`]; what the compiler says, and how to mend it:
//! [`compiler_errors`]. What cells hold in variables: [`Array`].
//!
//! The source has one file for each step of the tutorial, listed here in the order in which data
//! flows; a file uses only those above it.

// What everything is made of.
mod shape;
mod numbers;
mod lines;
mod data_problem;
mod weights_problem;
mod error;
mod language;
mod german;
mod interrupt;
mod files;
mod array;
mod tensor;

// Load, look, prepare.
mod datasets;
mod figure;
mod canvas;
mod preprocessing;
mod tables;
mod text_vectorization;
mod tiles;
pub mod plot;
mod grey;
pub mod photo;

// Define.
mod layers;
mod sequential;
mod diagram;

// Compile.
mod losses;
mod optimizers;
mod metrics;

// Fit, evaluate, predict.
mod note;
mod history;
mod curves;
mod live;
mod parameters;
mod dice;
mod steps;
mod kernels;
mod dense_network;
mod picture_network;
mod burn_network;
mod diagnosis;
mod model;
mod evaluation;

// Keep.
mod weights_file;
mod saving;

// Play.
mod playground;

// Practise.
mod course;
mod progress;
pub mod check;

pub use array::{Array, DType, Element, IntoNewShape, Length, NewShape, Scalar};
pub use data_problem::{Damage, SourceFailure, SourceProblem};
pub use datasets::{data_folder, fashion_mnist, languages, mnist, penguins};
pub use error::{Error, Result};
pub use evaluation::{ClassificationReport, ConfusionMatrix, classification_report};
pub use figure::Figure;
pub use history::History;
pub use language::language;
pub use layers::{
    Activation, Conv2D, Dense, Dropout, Flatten, Input, IntoLayer, Layer, MaxPooling2D, Padding,
};
pub use losses::Loss;
pub use metrics::{IntoMetrics, Metric, Score};
pub use model::{Fit, Model};
pub use note::{Note, Suspect};
pub use optimizers::{Adam, IntoOptimizer, Optimizer, Sgd};
pub use playground::Playground;
pub use preprocessing::to_categorical;
pub use sequential::{Backend, Sequential, Summary};
pub use shape::{IntoShape, Shape};
pub use tables::{Normalization, train_test_split};
pub use text_vectorization::{TextVectorization, TextVectorizer};
pub use weights_problem::WeightsProblem;

/// Burn, the deep learning framework underneath, for those who want to look deeper.
pub use burn;

#[cfg(doc)]
#[doc = include_str!("../docs/compiler-errors.md")]
pub mod compiler_errors {}

/// Everything that a notebook uses: `use zunder::prelude::*;`.
pub mod prelude {
    pub use crate::array::Array;
    pub use crate::check::{self, hint};
    pub use crate::datasets::{fashion_mnist, languages, mnist, penguins};
    pub use crate::evaluation::{ConfusionMatrix, classification_report};
    pub use crate::layers::{
        Activation, Conv2D, Dense, Dropout, Flatten, Input, Linear, MaxPooling2D, Padding, Relu,
        Sigmoid, Softmax, Tanh,
    };
    pub use crate::losses::{
        CategoricalCrossentropy, Loss, MeanSquaredError, SparseCategoricalCrossentropy,
    };
    pub use crate::metrics::{Accuracy, Metric};
    pub use crate::model::{Fit, Model};
    pub use crate::optimizers::{Adam, Sgd};
    pub use crate::photo;
    pub use crate::plot;
    pub use crate::preprocessing::to_categorical;
    pub use crate::sequential::{Backend, Sequential};
    pub use crate::tables::{Normalization, train_test_split};
    pub use crate::text_vectorization::TextVectorization;
}
