//! What can go wrong, said in one sentence: what happened, what was expected, how to mend it.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::base::data_problem::{Damage, SourceFailure};
use crate::base::language::is_german;
use crate::base::numbers::thousands;
use crate::base::shape::Shape;
use crate::base::weights_problem::WeightsProblem;
use crate::choose::losses::Loss;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A mistake, named after what the learner did or met.
///
/// Printing it with `{}` or `{:?}` gives the same sentence, so that a `?` in a notebook cell shows
/// plain words:
///
/// ```
/// use zunder::prelude::*;
///
/// let x = Array::zeros([60_000, 28, 28]);
/// let mistake = x.reshape([60_000, 28]).unwrap_err();
/// assert_eq!(
///     mistake.to_string(),
///     "cannot reshape (60000, 28, 28) to (60000, 28): the first holds 47040000 values, \
///      the second 1680000; keep the number of values, as in (60000, 784)"
/// );
/// ```
#[non_exhaustive]
pub enum Error {
    /// `reshape` was asked for a shape that holds another number of values.
    CannotReshape {
        /// The shape of the array.
        from: Shape,
        /// The shape asked for, as it was written.
        to: String,
        /// How many values the shape asked for holds, where it is known.
        asked: Option<usize>,
    },
    /// The values given do not fill the shape given.
    WrongNumberOfValues {
        /// The shape asked for.
        shape: Shape,
        /// How many values came.
        values: usize,
    },
    /// Two arrays were combined whose shapes do not fit together.
    ShapesDiffer {
        /// What was to be done, such as `add`.
        operation: &'static str,
        /// The shape on the left.
        left: Shape,
        /// The shape on the right.
        right: Shape,
    },
    /// A position lies outside the array.
    OutOfRange {
        /// The position asked for, as it was written.
        index: String,
        /// The shape of the array.
        shape: Shape,
    },
    /// An operation needs an array with other dimensions.
    WrongDimensions {
        /// What was to be done, such as `plot::samples`.
        operation: &'static str,
        /// What it expects, such as `images of shape (n, 28, 28)`.
        expected: &'static str,
        /// The shape that came.
        got: Shape,
    },
    /// There is no data where some is needed.
    NoData {
        /// What is empty, such as `x`.
        what: &'static str,
    },
    /// `x` and `y` have different numbers of samples.
    SamplesDiffer {
        /// Shape of the inputs.
        x: Shape,
        /// Shape of the labels.
        y: Shape,
    },
    /// A label is not a class number from 0 to `num_classes` - 1.
    LabelOutOfRange {
        /// The label.
        label: f32,
        /// Its position.
        row: usize,
        /// The number of classes.
        num_classes: usize,
    },
    /// Labels came as class numbers (5) where one-hot rows are needed.
    LabelsNotOneHot {
        /// The shape of the labels.
        got: Shape,
        /// The number of outputs of the network.
        num_classes: usize,
    },
    /// Labels came as one-hot rows where class numbers are needed.
    LabelsNotClassNumbers {
        /// The shape of the labels.
        got: Shape,
    },
    /// Labels have another shape than the output of the network.
    LabelsUnlikeOutput {
        /// The shape of the labels.
        got: Shape,
        /// The shape that the network puts out.
        output: Shape,
    },
    /// Samples do not fit the first layer.
    WrongInput {
        /// What the network expects of one sample.
        expected: Shape,
        /// The shape of all samples that came.
        got: Shape,
    },
    /// The data holds a value that is not a number, or infinite.
    NotFinite {
        /// Which data, such as `x`.
        what: &'static str,
        /// The first row that holds such a value.
        row: usize,
        /// The value.
        value: f32,
    },
    /// The network has no layers, or only an input.
    NoLayers,
    /// The network does not start with an `Input`.
    NoInput {
        /// The layer that stands first.
        first: String,
    },
    /// An `Input` stands behind another layer.
    InputNotFirst {
        /// Where it stands; the first layer is 0.
        position: usize,
    },
    /// A layer cannot take what the layer before it puts out.
    LayerDoesNotFit {
        /// Name of the layer.
        layer: String,
        /// What it expects.
        expected: &'static str,
        /// What comes.
        got: Shape,
        /// How to mend it.
        remedy: String,
    },
    /// A window of `Conv2D` or `MaxPooling2D` is larger than the picture.
    WindowTooLarge {
        /// Name of the layer.
        layer: String,
        /// The window.
        window: Shape,
        /// The shape of the picture.
        got: Shape,
    },
    /// The network ends with pictures, where labels are rows of numbers.
    EndsWithPictures {
        /// The shape of what the last layer puts out.
        output: Shape,
    },
    /// Cross-entropy compares classes, but the last layer has a single unit.
    OneUnitCrossentropy {
        /// The loss.
        loss: Loss,
    },
    /// A setting has a value that makes no sense.
    BadSetting {
        /// The setting, such as `batch_size`.
        setting: &'static str,
        /// Its value, as it was written.
        value: String,
        /// What it may be, such as `at least 1`.
        expected: &'static str,
    },
    /// `validation_split` leaves no samples on one side.
    EmptySplit {
        /// The fraction asked for.
        validation_split: f64,
        /// The number of samples.
        samples: usize,
    },
    /// Both `validation_split` and `validation_data` were given.
    TwoValidations,
    /// The loss became infinite or not a number while training.
    LossNotFinite {
        /// The epoch, counted from 1.
        epoch: usize,
        /// The batch within the epoch, counted from 1.
        batch: usize,
        /// The learning rate in use.
        learning_rate: f64,
    },
    /// A metric was asked for that was not measured.
    UnknownMetric {
        /// The name asked for.
        name: String,
        /// The names that are there.
        known: Vec<String>,
    },
    /// Weights do not fit the network.
    WrongWeights {
        /// Which, such as `kernel of layer 1 (Dense)`.
        what: String,
        /// The shape expected.
        expected: Shape,
        /// The shape that came.
        got: Shape,
    },
    /// A backend was asked for that this build does not hold.
    BackendNotBuilt {
        /// Its name.
        backend: &'static str,
    },
    /// A data set could not be fetched from anywhere.
    DataNotFetched {
        /// The data set, such as `MNIST`.
        dataset: &'static str,
        /// The folder where the files were to go.
        folder: PathBuf,
        /// The files that are still needed.
        missing: Vec<&'static str>,
        /// Those of them that are there, but not what they should be.
        damaged: Vec<(PathBuf, Damage)>,
        /// What each source answered.
        failures: Vec<SourceFailure>,
    },
    /// A data set cannot be written to its folder: no right to write, no room.
    CannotKeepData {
        /// The data set, such as `MNIST`.
        dataset: &'static str,
        /// The folder.
        folder: PathBuf,
        /// The room that the whole data set needs.
        bytes: u64,
        /// What the system says.
        source: io::Error,
    },
    /// `ZUNDER_DATA`, or the cache folder itself, is a file.
    DataFolderIsFile {
        /// The file.
        path: PathBuf,
    },
    /// The system names no cache folder for this user.
    NoDataFolder,
    /// The stop button was pressed in a call that has nothing to show yet.
    Stopped {
        /// What was stopped, such as `fetching MNIST`.
        what: String,
    },
    /// A file or folder cannot be written.
    CannotWrite {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file cannot be read.
    CannotRead {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file of weights is not what it should be.
    CannotLoad {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: WeightsProblem,
    },
    /// A file is not a picture that can be read.
    NotAPicture {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        reason: String,
    },
    /// A picture has too many pixels.
    PictureTooLarge {
        /// The file.
        path: PathBuf,
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
        /// How many pixels are read at most.
        most: u64,
    },
    /// Nothing on a picture stands out from the paper.
    NoInk {
        /// The file.
        path: PathBuf,
    },
    /// A network takes something else than pictures of 28 by 28 pixels.
    NotForDrawings {
        /// The shape of its samples.
        input: Shape,
    },
    /// A network has too many weights to put them into a page.
    TooLargeForPage {
        /// How many it has.
        parameters: usize,
        /// How many it may have.
        most: usize,
    },
    /// A picture cannot be drawn or saved.
    CannotDraw {
        /// What is wrong.
        problem: String,
    },
    /// There is no picture to show or save.
    NoPicture {
        /// Why it could not be drawn.
        reason: Arc<Error>,
    },
    /// A history without a single epoch has nothing to show.
    NoEpochs,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_german() {
            return self.german(f);
        }
        match self {
            Error::CannotReshape { from, to, asked } => match asked {
                Some(asked) => write!(
                    f,
                    "cannot reshape {from} to {to}: the first holds {} values, the second {asked}; \
                     keep the number of values, as in {}",
                    from.num_values(),
                    from.flattened()
                ),
                None => write!(
                    f,
                    "cannot reshape {from} to {to}: use lengths of 0 or more, and at most one -1, \
                     whose length must come out whole; as in {}",
                    from.flattened()
                ),
            },
            Error::WrongNumberOfValues { shape, values } => write!(
                f,
                "an array of shape {shape} holds {} values, but {values} came: \
                 give as many values as the shape holds",
                shape.num_values()
            ),
            Error::ShapesDiffer { operation, left, right } => write!(
                f,
                "cannot {operation} arrays of shape {left} and {right}: \
                 reshape one so that both shapes are equal"
            ),
            Error::OutOfRange { index, shape } => write!(
                f,
                "there is no {index} in an array of shape {shape}: counting starts at 0, \
                 so the last row is {}",
                shape.first().saturating_sub(1)
            ),
            Error::WrongDimensions { operation, expected, got } => {
                write!(f, "{operation} expects {expected}, but got shape {got}: reshape it first")
            }
            Error::NoData { what } => {
                write!(f, "{what} holds no samples: at least one is needed")
            }
            Error::SamplesDiffer { x, y } => write!(
                f,
                "x has {} samples (shape {x}), but y has {} (shape {y}): \
                 each sample needs exactly one label, so take both from the same rows",
                x.first(),
                y.first()
            ),
            Error::LabelOutOfRange { label, row, num_classes } => write!(
                f,
                "label {label} in row {row} is not one of the {num_classes} classes \
                 0 to {}: check the labels or the number of classes",
                num_classes.saturating_sub(1)
            ),
            Error::LabelsNotOneHot { got, num_classes } => write!(
                f,
                "this loss expects one-hot labels of shape (n, {num_classes}), but y has shape \
                 {got}: use to_categorical(&y, {num_classes})?, or keep the class numbers and \
                 compile with SparseCategoricalCrossentropy"
            ),
            Error::LabelsNotClassNumbers { got } => write!(
                f,
                "SparseCategoricalCrossentropy expects class numbers of shape (n,), but y has \
                 shape {got}: leave out to_categorical, or compile with CategoricalCrossentropy"
            ),
            Error::LabelsUnlikeOutput { got, output } => write!(
                f,
                "the network puts out {output}, but y has shape {got}: give the last layer \
                 one unit for each value of a label, or reshape y"
            ),
            Error::WrongInput { expected, got } => write!(
                f,
                "the network expects samples of shape {expected}, but x has shape {got}: \
                 reshape x to {} first",
                got.with_sample_shape(expected)
            ),
            Error::NotFinite { what, row, value } => write!(
                f,
                "{what} holds the value {value} in row {row}: replace or drop values that are \
                 not numbers or infinite before training"
            ),
            Error::NoLayers => write!(
                f,
                "the network has no layers to train: add an Input and at least one Dense layer"
            ),
            Error::NoInput { first } => write!(
                f,
                "the network starts with {first}, so the shape of a sample is not known: \
                 start with .add(Input::new(784))"
            ),
            Error::InputNotFirst { position } => write!(
                f,
                "there is an Input at position {position}: it must stand first, and only once"
            ),
            Error::LayerDoesNotFit { layer, expected, got, remedy } => write!(
                f,
                "{layer} expects {expected}, but the layer before it puts out {got}: {remedy}"
            ),
            Error::WindowTooLarge { layer, window, got } => write!(
                f,
                "{layer} looks through a window of {window}, but the layer before it puts out \
                 pictures of only {got}: choose a smaller window, or leave out a pooling layer \
                 before it"
            ),
            Error::EndsWithPictures { output } => write!(
                f,
                "the network ends with {output} for each sample, but labels are rows of numbers: \
                 add a Flatten and then a Dense layer with one unit for each class"
            ),
            Error::OneUnitCrossentropy { loss } => write!(
                f,
                "the last layer has only one unit, but {loss:?} compares classes and needs one \
                 unit for each: use Dense::new(2).activation(Softmax) for two classes, or compile \
                 with MeanSquaredError if the one output is a number"
            ),
            Error::BadSetting { setting, value, expected } => {
                write!(f, "{setting} is {value}, but must be {expected}")
            }
            Error::EmptySplit { validation_split, samples } => write!(
                f,
                "validation_split({validation_split}) of {samples} samples leaves none for \
                 training or none for validation: choose a fraction such as 0.2, or use more samples"
            ),
            Error::TwoValidations => {
                write!(f, "both validation_split and validation_data were given: keep one of them")
            }
            Error::LossNotFinite { epoch, batch, learning_rate } => write!(
                f,
                "the loss is no longer a number in epoch {epoch}, batch {batch}: the training ran \
                 away, mostly because the learning rate ({learning_rate}) is too large or the \
                 inputs are not scaled; the model keeps its weights from before this epoch, so try \
                 compile again with a learning rate ten times smaller"
            ),
            Error::UnknownMetric { name, known } => write!(
                f,
                "there is no {name:?} here, only {}: check the spelling, or name the metric in \
                 compile, as in [Accuracy]",
                known.iter().map(|n| format!("{n:?}")).collect::<Vec<_>>().join(", ")
            ),
            Error::WrongWeights { what, expected, got } => write!(
                f,
                "the {what} has shape {expected}, but weights of shape {got} came: \
                 take them from a network with the same layers"
            ),
            Error::BackendNotBuilt { backend } => write!(
                f,
                "this build does not hold the backend {backend}: build with \
                 `--features {backend}`, or leave the choice out"
            ),
            Error::DataNotFetched { dataset, folder, missing, damaged, failures } => {
                for (path, damage) in damaged {
                    write!(f, "{} is damaged ({damage}); ", path.display())?;
                }
                write!(f, "{dataset} could not be fetched: ")?;
                for failure in failures {
                    write!(f, "{failure}; ")?;
                }
                write!(
                    f,
                    "connect to the internet and try again, or put {} (or the same with .gz) into {}",
                    missing.join(", "),
                    folder.display()
                )
            }
            Error::CannotKeepData { dataset, folder, bytes, source } => write!(
                f,
                "cannot keep {dataset} in {}: {source}; it needs {} MB there and the right to \
                 write: make room, or set the environment variable ZUNDER_DATA to another folder",
                folder.display(),
                bytes.div_ceil(1_000_000)
            ),
            Error::DataFolderIsFile { path } => write!(
                f,
                "data sets are kept in a folder, but {} is a file: set the environment variable \
                 ZUNDER_DATA to a folder",
                path.display()
            ),
            Error::NoDataFolder => write!(
                f,
                "this system names no cache folder to keep data sets in: set the environment \
                 variable ZUNDER_DATA to a folder"
            ),
            Error::Stopped { what } => write!(
                f,
                "{what} was stopped, as you asked; all variables are still there, and running the \
                 cell again goes on"
            ),
            Error::CannotWrite { path, source } => write!(
                f,
                "cannot write {}: {source}; choose a folder that you may write to and that has \
                 room",
                path.display()
            ),
            Error::CannotRead { path, source } => {
                write!(f, "cannot read {}: {source}; check the name and the folder", path.display())
            }
            Error::CannotLoad { path, problem } => {
                write!(f, "cannot load {}: {problem}", path.display())
            }
            Error::NotAPicture { path, reason } => write!(
                f,
                "{} is not a picture that can be read ({reason}): save it as PNG or JPEG",
                path.display()
            ),
            Error::PictureTooLarge { path, width, height, most } => write!(
                f,
                "{} has {width} x {height} pixels, at most {} million are read: \
                 make it smaller first, 1000 pixels along each side are plenty",
                path.display(),
                most / 1_000_000
            ),
            Error::NoInk { path } => write!(
                f,
                "no digit stands out from the paper in {}: write it large with a dark pen, \
                 and take the photo in even light",
                path.display()
            ),
            Error::NotForDrawings { input } => write!(
                f,
                "the playground draws pictures of 28 x 28 pixels, but this network expects \
                 samples of shape {input}: it needs Input::new(784)"
            ),
            Error::TooLargeForPage { parameters, most } => write!(
                f,
                "the playground puts all weights into the page, but this network has {} and at \
                 most {} fit: use layers with fewer units",
                thousands(*parameters),
                thousands(*most)
            ),
            Error::CannotDraw { problem } => write!(f, "cannot draw: {problem}"),
            Error::NoPicture { reason } => fmt::Display::fmt(reason, f),
            Error::NoEpochs => write!(
                f,
                "the history holds no epoch yet: call fit, and let at least one epoch come to its end"
            ),
        }
    }
}

/// The same sentence as `Display`: it is what a notebook shows for a failing `?`.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// No `source()`: the sentence already says what the system said, and would say it twice.
impl std::error::Error for Error {}
