//! What is allowed but mostly a mistake. `note_sentence.rs` says it.

use crate::define::activation::Activation;

/// Something that [`fit`](crate::Model::fit) noticed: training goes on, but better look at it.
///
/// `fit` prints each as a line that begins with `Note:`, and [`History`](crate::History) keeps them.
/// What makes training impossible is an [`Error`](crate::Error) instead.
///
/// ```
/// use zunder::prelude::*;
///
/// let x = Array::from([[0, 255], [255, 0], [10, 200], [190, 30]]);
/// let y = Array::from([1, 0, 1, 0]);
/// let network = Sequential::new().add(Input::new(2)).add(Dense::new(2).activation(Softmax));
/// let mut model = network.compile(SparseCategoricalCrossentropy, Adam::default(), [Accuracy])?;
/// let history = model.fit(&x, &y, Fit::new().verbose(0))?;
/// assert_eq!(
///     history.notes()[0].to_string(),
///     "the values of x run from 0 to 255, but a network learns best from values near 0 to 1: \
///      divide them first, as in x / 255.0"
/// );
/// # Ok::<(), zunder::Error>(())
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Note {
    /// The inputs are far larger than a network likes.
    NotScaled {
        /// The smallest value seen.
        smallest: f32,
        /// The largest value seen.
        largest: f32,
    },
    /// The columns of the inputs are large, and of very different size.
    ColumnsNotScaled {
        /// The smallest value seen.
        smallest: f32,
        /// The largest value seen.
        largest: f32,
    },
    /// The numbers that the network is to say are far larger than what it begins with.
    YNotScaled {
        /// The smallest number seen.
        smallest: f32,
        /// The largest number seen.
        largest: f32,
    },
    /// The inputs are so small that they were probably divided twice.
    ScaledTwice {
        /// The largest value seen.
        largest: f32,
    },
    /// Training and validation inputs are of different size.
    ScaledUnlikeTraining {
        /// The typical size of a training value: the root of the mean square.
        training: f32,
        /// The same of the validation values.
        validation: f32,
    },
    /// Samples to judge or to predict were not prepared as those of the training.
    ScaledUnlikeModel {
        /// The smallest and the largest training value, by some of the samples.
        training: [f32; 2],
        /// The same now.
        now: [f32; 2],
    },
    /// Accuracy, which counts classes, is to judge numbers.
    AccuracyOfNumbers {
        /// Whether they are few different whole numbers, which may be meant as classes.
        may_be_classes: bool,
    },
    /// Accuracy, which looks for one class, is to judge several answers for each sample.
    AccuracyOfAnswers {
        /// The first row seen that does not say yes once.
        row: usize,
        /// How often it says yes.
        count: usize,
    },
    /// Light and dark are the other way round than in the training.
    Inverted {
        /// The mean of the training values, as a share of the largest.
        training: f32,
        /// The mean now.
        now: f32,
        /// The largest value.
        largest: f32,
    },
    /// The labels are no probabilities, as cross-entropy takes them.
    LabelsNotOneHot {
        /// The first row seen that is not.
        row: usize,
        /// What it adds up to.
        sum: f32,
    },
    /// Cross-entropy without a softmax at the end.
    NoSoftmax {
        /// What stands there.
        activation: Activation,
    },
    /// Binary cross-entropy without a sigmoid at the end.
    NoSigmoid {
        /// What stands there.
        activation: Activation,
    },
    /// Binary cross-entropy, which judges each output for itself, with one-hot rows.
    BinaryLossOfClasses {
        /// How many classes there are.
        classes: usize,
    },
    /// The last activation cannot put out the numbers of `y`.
    OutOfReach {
        /// What stands there.
        activation: Activation,
        /// The smallest number of `y`.
        smallest: f32,
        /// The largest number of `y`.
        largest: f32,
    },
    /// Cross-entropy behind a layer that has no activation.
    NoDenseLast {
        /// Its kind.
        layer: &'static str,
        /// What the loss needs.
        activation: Activation,
    },
    /// A `Dropout` behind the layer that answers.
    DropoutLast,
    /// A softmax before the end.
    HiddenSoftmax {
        /// The position of the layer; the input is 0.
        layer: usize,
    },
    /// A `BatchNormalization` that sees one sample at a time.
    BatchOfOne,
    /// The last layer has more units than there are classes.
    MoreUnitsThanClasses {
        /// How many units it has.
        units: usize,
        /// How many classes the labels have.
        classes: usize,
    },
    /// All labels name the same class.
    OneClassOnly {
        /// The class that they name.
        class: usize,
    },
    /// Validation samples are training samples, too.
    ValidationSeenInTraining {
        /// The fraction of the validation samples for which this is so, about.
        share: f32,
    },
    /// Validation samples were training samples of an earlier `fit`.
    ValidationTrainedEarlier {
        /// The fraction of the validation samples for which this is so, about.
        share: f32,
    },
    /// `validation_split` took classes that training then lacks: the samples are sorted.
    ClassesOnlyInValidation {
        /// The classes that training lacks.
        classes: Vec<usize>,
    },
    /// `validation_split` took samples of one class only: the samples are sorted.
    ValidationOfOneClass {
        /// The class that they all belong to.
        class: usize,
    },
    /// The network answers the same, whatever it sees.
    SameAnswerToAll {
        /// The learning rate in use.
        learning_rate: f64,
    },
    /// A `BatchNormalization` judges new samples by a mean and a variance that have hardly moved yet.
    MovingMeansLag {
        /// How often the weights were changed.
        steps: usize,
    },
    /// The loss is no better than that of the best constant answer.
    NotBetterThanGuessing {
        /// The loss after training.
        loss: f32,
        /// The loss of the best constant answer.
        guessing: f32,
        /// Where the reason probably lies.
        cause: LikelyCause,
    },
    /// The loss rose again while training.
    LossRose {
        /// The epoch with the lowest loss, counted from 1.
        epoch: usize,
        /// The loss there.
        lowest: f32,
        /// The loss at the end.
        last: f32,
        /// The learning rate in use.
        learning_rate: f64,
    },
    /// The network learns numbers of the training data by heart.
    OverfittingOfNumbers {
        /// The training loss, the mean of the last epochs.
        loss: f32,
        /// The same of the validation loss.
        val_loss: f32,
        /// The lowest validation loss.
        lowest: f32,
        /// Its epoch, counted from 1.
        epoch: usize,
        /// Whether the network was trained before, so that its epochs count for more than these.
        is_further: bool,
    },
    /// The network learns the training data by heart.
    Overfitting {
        /// The accuracy on the training data, the mean of the last epochs.
        training: f32,
        /// The same on the validation data.
        validation: f32,
        /// The epoch with the lowest validation loss, counted from 1: there it began.
        epoch: usize,
        /// How many epochs were trained.
        epochs: usize,
        /// Whether the network was trained before, so that its epochs count for more than these.
        is_further: bool,
    },
}

/// A loss that is so many times that of guessing is not just no better.
pub(crate) const MUCH_WORSE: f32 = 1.5;

/// Why a network may not have learned anything.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum LikelyCause {
    /// The learning rate is far above the usual one.
    LargeLearningRate(f64),
    /// The learning rate is far below the usual one.
    SmallLearningRate(f64),
    /// The price on large weights is far above the usual one.
    LargePrice(f64),
    /// A `Dropout` switches off nearly all.
    LargeDropout(f64),
    /// The last layer is a relu, which puts out 0 and learns no more where its sums fall below that.
    LastRelu,
    /// Without activations all layers together are no more than one.
    NoActivation,
    /// Several activations squeeze what comes through, and its gradient.
    Squeezed(Activation),
    /// Layers and learning rate are usual.
    Data,
}
