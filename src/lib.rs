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
//! The source has one folder for each step of the tutorial, in the order in which data flows; a folder
//! uses only those above it, and within a folder a file only those above it in its `mod.rs`.
//! `tests/house.rs` holds both.
//!
//! It is one library in two crates. `zunder-data`, in `data/src`, has steps 1 to 3: what they are made of,
//! arrays, data sets, pictures, preparation. It knows no network: it compiles beside Burn, and not again
//! when a network changes. This crate goes on with step 4, and offers the other one's things as its own.
#![cfg_attr(
    target_family = "wasm",
    allow(dead_code, unused_imports, reason = "a web page has no files")
)]

// Steps 1 to 3 stand in `data/src`, and their list in its `lib.rs`.

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
#[path = "../data/src/for_tests.rs"]
#[cfg(test)]
mod for_tests;
#[cfg(test)]
mod german_pictures;
#[cfg(test)]
mod language_tests;

pub use choose::losses::Loss;
pub use choose::metrics::{IntoMetrics, Metric, Score};
pub use choose::optimizers::{Adam, IntoOptimizer, Optimizer, RMSprop, Sgd};
pub use compile::model::Model;
#[doc(hidden)] // for the checks of the course
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
#[cfg(feature = "burn")]
pub use engine::tensor::ToTensor;
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
pub use play::playground::Playground;

#[doc(inline)]
pub use zunder_data::{
    Array, ColorMode, Csv, DType, Element, Error, Figure, ImageDataset, Images, IntoNewShape,
    IntoShape, Length, NewShape, Normalization, Result, Scalar, Shape, Split, Table, TextDataset,
    TextVectorization, TextVectorizer, data_folder, fashion_mnist, image_dataset_from_directory,
    language, languages, mnist, penguins, photo, plot, save_img, text_dataset_from_directory,
    to_categorical, train_test_split, words,
};
#[doc(hidden)] // for the kernel
pub use zunder_data::{EvcxrDisplay, OwnDisplay, cell_begins};

/// Burn, the deep learning framework that computes what the own engine cannot, for those who go on.
#[cfg(feature = "burn")]
pub use burn;

#[cfg(doc)]
#[doc = include_str!("../docs/compiler-errors.md")]
pub mod compiler_errors {}

/// Everything that a notebook uses: `use zunder::prelude::*;`.
pub mod prelude {
    pub use crate::choose::losses::{
        BinaryCrossentropy, CategoricalCrossentropy, Loss, MeanAbsoluteError, MeanSquaredError,
        SparseCategoricalCrossentropy,
    };
    pub use crate::choose::metrics::{
        Accuracy, BinaryAccuracy, Metric, RootMeanSquaredError, Score,
    };
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
    pub use crate::define::window::{Padding, Same, Valid};
    #[cfg(feature = "burn")]
    pub use crate::engine::tensor::ToTensor;
    pub use crate::evaluate::classification_report::classification_report;
    pub use crate::evaluate::confusion_matrix::ConfusionMatrix;
    pub use crate::fit::callback::{Callback, Training};
    pub use crate::fit::csv_logger::CsvLogger;
    pub use crate::fit::early_stopping::EarlyStopping;
    pub use crate::fit::history::History;
    pub use crate::fit::reduce_lr_on_plateau::ReduceLROnPlateau;
    pub use crate::fit::settings::Fit;
    pub use crate::keep::model_checkpoint::ModelCheckpoint;
    #[doc(hidden)]
    pub use zunder_data::EvcxrDisplay as _;
    #[doc(inline)]
    pub use zunder_data::{
        Array, Csv, Grayscale, ImageDataset, Images, Normalization, Rgb, Table, TextDataset,
        TextVectorization, Whitespace, fashion_mnist, image_dataset_from_directory, languages,
        mnist, penguins, photo, plot, save_img, text_dataset_from_directory, to_categorical,
        train_test_split,
    };
}
