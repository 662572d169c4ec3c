//! Zunder: train your first neural network in Rust, cell by cell.
//!
//! This crate is what the notebooks in `notebooks/` are written with. It loads data, prepares it,
//! describes a network, trains it, judges it and draws what it does, with the names and the
//! meanings of [Keras](https://keras.io). Small networks are computed by an engine of its own, all
//! others by [Burn](https://burn.dev).
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
//! history.plot("accuracy").save("accuracy.svg")?;
//! println!("{}", model.evaluate(&x_test, &y_test)?);
//! # Ok(())
//! # }
//! ```
//!
//! Where to start: [`Sequential`] and [`Model::fit`]. What can go wrong: [`Error`], one sentence
//! each; what is allowed but mostly a mistake: [`Note`]; what the compiler says, and how to mend it:
//! [`compiler_errors`]. What cells hold in variables: [`Array`].
//!
//! The source has one folder for each step of the tutorial, listed here in the order in which data
//! flows; a folder uses only those above it, and within a folder a file only those above it in its
//! `mod.rs`. `tests/house.rs` holds both.
#![cfg_attr(
    target_family = "wasm",
    allow(dead_code, unused_imports, reason = "a web page has no files")
)]

/// What everything else is made of.
mod base;
pub mod words;
/// Numbers in rows and columns: the variables of a notebook.
mod arrays;
/// Step 1: load.
mod load;
/// Step 2: look. All pictures are drawn here, also those of the later steps.
pub mod plot;
/// Step 3: prepare.
mod prepare;
/// Steps 1 to 3 for data of one's own.
mod own_data;
/// Step 4: define a network.
mod define;
/// Step 5: compile. What it is given, what computes, and the model that comes of it.
mod choose;
mod engine;
mod compile;
/// Step 6: fit.
mod fit;
/// Step 7: evaluate.
mod evaluate;
/// Afterwards: keep the model, play with it.
mod keep;
mod play;

#[cfg(test)]
mod absurd_tests;
#[cfg(test)]
mod german_pictures;
#[cfg(test)]
mod german_tests;
#[cfg(test)]
mod language_tests;

pub use arrays::arithmetic::Scalar;
pub use arrays::array::{Array, Element};
pub use arrays::dtype::DType;
pub use arrays::reshape::{IntoNewShape, Length, NewShape};
pub use base::error::{Error, Result};
#[doc(hidden)] // for the kernel
pub use base::interrupt::cell_begins;
pub use base::set_language::language;
pub use base::shape::{IntoShape, Shape};
#[doc(hidden)]
pub use base::show::{EvcxrDisplay, OwnDisplay};
pub use choose::losses::Loss;
pub use choose::metrics::{IntoMetrics, Metric, Score};
pub use choose::optimizers::{Adam, IntoOptimizer, Optimizer, RMSprop, Sgd};
pub use compile::model::Model;
pub use compile::seen::Seen;
pub use define::activation::Activation;
pub use define::convolution::{Conv2D, MaxPooling2D};
pub use define::dense::{Dense, Input};
pub use define::embedding::{Embedding, GlobalAveragePooling1D};
pub use define::flatten::{Dropout, Flatten};
pub use define::layers::{IntoLayer, Layer};
pub use define::normalize_batch::BatchNormalization;
pub use define::regularizer::L2;
pub use define::sequential::{Backend, Sequential};
pub use define::summary::Summary;
pub use define::window::Padding;
#[cfg(feature = "burn")]
pub use engine::burn_network::NetworkModule;
pub use evaluate::classification_report::{ClassificationReport, classification_report};
pub use evaluate::confusion_matrix::ConfusionMatrix;
pub use fit::callback::{Callback, Training};
pub use fit::csv_logger::CsvLogger;
pub use fit::early_stopping::EarlyStopping;
pub use fit::history::History;
pub use fit::note::{LikelyCause, Note};
pub use fit::reduce_lr_on_plateau::ReduceLROnPlateau;
pub use fit::settings::Fit;
pub use keep::model_checkpoint::ModelCheckpoint;
pub use load::cache::data_folder;
pub use load::{fashion_mnist, languages, mnist, penguins};
pub use own_data::images::{ColorMode, ImageDataset, Images, image_dataset_from_directory};
pub use own_data::read_csv::Csv;
pub use own_data::save_img::save_img;
pub use own_data::table::Table;
pub use own_data::texts::{TextDataset, text_dataset_from_directory};
pub use play::playground::Playground;
pub use plot::figure::Figure;
pub use prepare::normalization::Normalization;
pub use prepare::photo;
pub use prepare::text_vectorization::{Split, TextVectorization, TextVectorizer};
pub use prepare::to_categorical::to_categorical;
pub use prepare::train_test_split::train_test_split;

/// Burn, the deep learning framework that computes what the own engine cannot, for those who go on.
#[cfg(feature = "burn")]
pub use burn;

#[cfg(doc)]
#[doc = include_str!("../docs/compiler-errors.md")]
pub mod compiler_errors {}

/// Everything that a notebook uses: `use zunder::prelude::*;`.
pub mod prelude {
    pub use crate::arrays::array::Array;
    #[doc(hidden)]
    pub use crate::base::show::EvcxrDisplay as _;
    pub use crate::choose::losses::{
        BinaryCrossentropy, CategoricalCrossentropy, Loss, MeanAbsoluteError, MeanSquaredError,
        SparseCategoricalCrossentropy,
    };
    pub use crate::choose::metrics::{Accuracy, Metric, RootMeanSquaredError};
    pub use crate::choose::optimizers::{Adam, RMSprop, Sgd};
    pub use crate::compile::model::Model;
    pub use crate::define::activation::{Activation, Linear, Relu, Sigmoid, Softmax, Tanh};
    pub use crate::define::convolution::{Conv2D, MaxPooling2D};
    pub use crate::define::dense::{Dense, Input};
    pub use crate::define::embedding::{Embedding, GlobalAveragePooling1D};
    pub use crate::define::flatten::{Dropout, Flatten};
    pub use crate::define::normalize_batch::BatchNormalization;
    pub use crate::define::regularizer::L2;
    pub use crate::define::sequential::{Backend, Sequential};
    pub use crate::define::window::Padding;
    pub use crate::evaluate::classification_report::classification_report;
    pub use crate::evaluate::confusion_matrix::ConfusionMatrix;
    pub use crate::fit::callback::{Callback, Training};
    pub use crate::fit::csv_logger::CsvLogger;
    pub use crate::fit::early_stopping::EarlyStopping;
    pub use crate::fit::reduce_lr_on_plateau::ReduceLROnPlateau;
    pub use crate::fit::settings::Fit;
    pub use crate::keep::model_checkpoint::ModelCheckpoint;
    pub use crate::load::{fashion_mnist, languages, mnist, penguins};
    pub use crate::own_data::images::{
        Grayscale, ImageDataset, Images, Rgb, image_dataset_from_directory,
    };
    pub use crate::own_data::read_csv::Csv;
    pub use crate::own_data::save_img::save_img;
    pub use crate::own_data::table::Table;
    pub use crate::own_data::texts::{TextDataset, text_dataset_from_directory};
    pub use crate::plot;
    pub use crate::prepare::normalization::Normalization;
    pub use crate::prepare::photo;
    pub use crate::prepare::text_vectorization::{TextVectorization, Whitespace};
    pub use crate::prepare::to_categorical::to_categorical;
    pub use crate::prepare::train_test_split::train_test_split;
}
