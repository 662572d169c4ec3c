//! What is allowed but mostly a mistake, said in one sentence with the way to mend it.

use std::fmt;

use crate::base::language::is_german;
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
    /// The inputs are so small that they were probably divided twice.
    ScaledTwice {
        /// The largest value seen.
        largest: f32,
    },
    /// Training and validation inputs are of different size.
    ScaledUnlikeTraining {
        /// The largest training value seen.
        training: f32,
        /// The largest validation value seen.
        validation: f32,
    },
    /// Samples to judge or to predict are far larger than those of the training.
    LargerThanTraining {
        /// The size of the largest training value.
        training: f32,
        /// The size of the largest value now.
        now: f32,
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
    /// A softmax before the end.
    HiddenSoftmax {
        /// The position of the layer; the input is 0.
        layer: usize,
    },
    /// The last layer has more units than there are classes.
    MoreUnitsThanClasses {
        /// Its units.
        units: usize,
        /// The classes in the labels.
        classes: usize,
    },
    /// All labels name the same class.
    OneClassOnly {
        /// That class.
        class: usize,
    },
    /// Validation samples are training samples, too.
    ValidationSeenInTraining {
        /// The fraction of the validation samples for which this is so, about.
        share: f32,
    },
    /// `validation_split` took classes that training then lacks: the samples are sorted.
    ClassesOnlyInValidation {
        /// These classes.
        classes: Vec<usize>,
    },
    /// `validation_split` took samples of one class only: the samples are sorted.
    ValidationOfOneClass {
        /// That class.
        class: usize,
    },
    /// The network answers the same, whatever it sees.
    SameAnswerToAll {
        /// The learning rate in use.
        learning_rate: f64,
    },
    /// The loss is no better than that of the best constant answer.
    NotBetterThanGuessing {
        /// The loss after training.
        loss: f32,
        /// The loss of the best constant answer.
        guessing: f32,
        /// Where the reason probably lies.
        suspect: Suspect,
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
    },
}

/// Why a network may not have learned anything.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Suspect {
    /// The learning rate is far above the usual one.
    LargeLearningRate(f64),
    /// The learning rate is far below the usual one.
    SmallLearningRate(f64),
    /// The learning rate is usual.
    Data,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_german() {
            return self.german(f);
        }
        match self {
            Note::NotScaled { smallest, largest } => {
                let (low, high) = (short(*smallest), short(*largest));
                let divisor = short(largest.max(-smallest));
                write!(
                    f,
                    "the values of x run from {low} to {high}, but a network learns best from \
                     values near 0 to 1: divide them first, as in x / {divisor}.0"
                )
            }
            Note::ScaledTwice { largest } => write!(
                f,
                "no value of x is larger than {largest:.4}; were they divided twice? Load the data \
                 again and divide once, so that they reach about 1"
            ),
            Note::ScaledUnlikeTraining { training, validation } => write!(
                f,
                "the training values reach {}, but the validation values {}: prepare both in the \
                 same way",
                short(*training),
                short(*validation)
            ),
            Note::LargerThanTraining { training, now } => write!(
                f,
                "the values of x reach {}, but those of the training only {}: prepare x in the \
                 same way as the training data",
                short(*now),
                short(*training)
            ),
            Note::LabelsNotOneHot { row, sum } => write!(
                f,
                "row {row} of y adds up to {sum}, but categorical cross-entropy expects one-hot \
                 rows, which add up to 1: make them with to_categorical"
            ),
            Note::NoSoftmax { activation } => write!(
                f,
                "the last layer has the activation {activation}, but cross-entropy compares \
                 probabilities: give it .activation(Softmax)"
            ),
            Note::HiddenSoftmax { layer } => write!(
                f,
                "layer {layer} has a softmax, though it is not the last: its outputs share a \
                 total of 1, so little gets through; use Relu there and Softmax only at the end"
            ),
            Note::MoreUnitsThanClasses { units, classes } => write!(
                f,
                "the last layer has {units} units, but y has only {classes} classes (0 to {}): \
                 give it {classes} units, or check that y holds all classes",
                classes - 1
            ),
            Note::OneClassOnly { class } => write!(
                f,
                "every training label is class {class}, so there is nothing to tell apart: check \
                 how y was made, and train with samples of all classes"
            ),
            Note::ValidationSeenInTraining { share } => write!(
                f,
                "about {:.0} % of the validation samples are training samples too, so the \
                 validation says nothing about new data: keep the two apart",
                100.0 * share
            ),
            Note::ClassesOnlyInValidation { classes } => write!(
                f,
                "{} in the last part that validation_split holds back, so the network never \
                 learns it: the samples seem to be sorted; mix x and y in the same random order \
                 first",
                only(classes)
            ),
            Note::ValidationOfOneClass { class } => write!(
                f,
                "the last part, which validation_split holds back, has only class {class}: the \
                 samples seem to be sorted; mix x and y in the same random order first"
            ),
            Note::SameAnswerToAll { learning_rate } => write!(
                f,
                "the network gives the same answer to every sample: its units have gone dead, \
                 mostly because the learning rate ({learning_rate}) is too large or x is not \
                 scaled; mend that and compile again"
            ),
            Note::NotBetterThanGuessing { loss, guessing, suspect } => {
                write!(f, "the loss ({loss:.3}) is hardly better than guessing ({guessing:.3}): ")?;
                match suspect {
                    Suspect::LargeLearningRate(rate) => write!(
                        f,
                        "the learning rate ({rate}) is probably too large; compile again with a \
                         tenth of it"
                    ),
                    Suspect::SmallLearningRate(rate) => write!(
                        f,
                        "the learning rate ({rate}) is probably too small; compile again with ten \
                         times as much, or train for more epochs"
                    ),
                    Suspect::Data => write!(
                        f,
                        "check that each row of y belongs to the same row of x, or train for more \
                         epochs"
                    ),
                }
            }
            Note::LossRose { epoch, lowest, last, learning_rate } => write!(
                f,
                "the loss was {lowest:.3} in epoch {epoch} and rose to {last:.3}: the learning \
                 rate ({learning_rate}) is probably too large; compile again with a tenth of it"
            ),
            Note::Overfitting { training, validation, epoch, epochs } => {
                write!(
                    f,
                    "{:.1} % of the training samples are right at the end, but only {:.1} % of the \
                     validation samples: the network learns by heart (overfitting)",
                    100.0 * training,
                    100.0 * validation
                )?;
                match epoch == epochs {
                    true => write!(f, "; use more samples or fewer units"),
                    false => write!(
                        f,
                        "; the validation loss was lowest in epoch {epoch}, so train about so \
                         long, or use more samples or fewer units"
                    ),
                }
            }
        }
    }
}

/// The same sentence as `Display`: it is what a notebook shows for `history.notes()`.
impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A value of x without digits that do not matter.
pub(crate) fn short(value: f32) -> String {
    match value.abs() < 10.0 {
        true => ((value * 100.0).round() / 100.0).to_string(),
        false => value.round().to_string(),
    }
}

fn only(classes: &[usize]) -> String {
    match classes {
        [class] => format!("class {class} occurs only"),
        many => {
            let numbers: Vec<String> = many.iter().map(usize::to_string).collect();
            format!("the classes {} occur only", numbers.join(", "))
        }
    }
}
