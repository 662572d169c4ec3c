//! What can be wrong with samples and labels.

use std::fmt;

use crate::base::numbers::{plain, shortest, thousands};
use crate::base::phrase::{Phrase, say};
use crate::base::shape::Shape;

/// A mistake with samples or labels.
#[derive(Clone)]
pub(crate) enum SampleProblem {
    /// There is no data where some is needed.
    NoData {
        /// What is empty, such as `x`.
        what: Phrase,
    },
    /// There is not one label for each sample.
    SamplesDiffer { x: Shape, y: Shape },
    /// A label is not a class number from 0 to `num_classes` - 1.
    LabelOutOfRange { label: f32, row: usize, num_classes: usize },
    /// A label of a binary loss lies outside of 0 to 1.
    LabelNotBinary { label: f32, row: usize },
    /// Labels came as class numbers (5) where one-hot rows are needed.
    LabelsNotOneHot {
        got: Shape,
        /// The number of outputs of the network.
        num_classes: usize,
    },
    /// Labels came as one-hot rows where class numbers are needed.
    LabelsNotClassNumbers { got: Shape },
    /// Labels have another shape than the output of the network.
    LabelsUnlikeOutput { got: Shape, output: Shape },
    /// Samples do not fit the first layer.
    WrongInput {
        /// What the network expects of one sample.
        expected: Shape,
        /// The shape of all samples that came.
        got: Shape,
    },
    /// A sample holds a number for which an `Embedding` has no vector.
    NoWordNumber { number: f32, row: usize, input_dim: usize },
    /// The data holds a value that is not a number, or infinite.
    NotFinite {
        /// Which data, such as `x`.
        what: Phrase,
        /// The first row that holds such a value.
        row: usize,
        value: f32,
    },
}

impl fmt::Display for SampleProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SampleProblem::NoData { what } => say!(
                f,
                "{what} holds no samples: at least one is needed",
                "{what} enthält keine Beispiele (samples): Mindestens eines ist nötig"
            ),
            SampleProblem::SamplesDiffer { x, y } => say!(
                f,
                "x has {of_x} samples (shape {x}), but y has {of_y} (shape {y}): \
                 each sample needs exactly one label, so take both from the same rows",
                "x hat {of_x} Beispiele (Form {x}), y aber {of_y} (Form {y}): Zu jedem Beispiel \
                 (sample) gehört genau ein Label, nimm also für beide dieselben Zeilen",
                of_x = thousands(x.first()),
                of_y = thousands(y.first())
            ),
            SampleProblem::LabelOutOfRange { label, row, num_classes } => say!(
                f,
                "label {label} in row {row} is not one of the {num_classes} classes \
                 0 to {last}: check the labels or the number of classes",
                "das Label {label} in Zeile {row} ist keine der {num_classes} Klassen 0 bis \
                 {last}: Prüfe die Labels oder die Anzahl der Klassen",
                label = shortest(plain(*label)),
                last = num_classes.saturating_sub(1)
            ),
            SampleProblem::LabelNotBinary { label, row } => say!(
                f,
                "label {label} in row {row} is neither 0 nor 1, but BinaryCrossentropy answers yes \
                 or no: make the labels 0 and 1, or for more classes use \
                 SparseCategoricalCrossentropy with one unit for each",
                "das Label {label} in Zeile {row} ist weder 0 noch 1, BinaryCrossentropy antwortet \
                 aber mit Ja oder Nein: Mache Labels von 0 und 1 daraus, oder nimm für mehr Klassen \
                 SparseCategoricalCrossentropy mit einer Einheit (unit) für jede",
                label = shortest(plain(*label))
            ),
            SampleProblem::LabelsNotOneHot { got, num_classes } => say!(
                f,
                "this loss expects one-hot labels of shape (n, {num_classes}), but y has shape \
                 {got}: use to_categorical(&y, {num_classes})?, or keep the class numbers and \
                 compile with SparseCategoricalCrossentropy",
                "dieser Verlust (loss) erwartet One-hot-Labels der Form (n, {num_classes}), y hat \
                 aber die Form (shape) {got}: Nimm to_categorical(&y, {num_classes})?, oder lass \
                 die Klassennummern und kompiliere mit SparseCategoricalCrossentropy"
            ),
            SampleProblem::LabelsNotClassNumbers { got } => say!(
                f,
                "SparseCategoricalCrossentropy expects class numbers of shape (n,), but y has \
                 shape {got}: leave out to_categorical, or compile with CategoricalCrossentropy",
                "SparseCategoricalCrossentropy erwartet Klassennummern der Form (n,), y hat aber \
                 die Form (shape) {got}: Lass to_categorical weg, oder kompiliere mit \
                 CategoricalCrossentropy"
            ),
            SampleProblem::LabelsUnlikeOutput { got, output } => say!(
                f,
                "the network puts out {output}, but y has shape {got}: give the last layer \
                 one unit for each value of a label, or reshape y",
                "das Netz gibt {output} aus, y hat aber die Form (shape) {got}: Gib der letzten \
                 Schicht eine Einheit (unit) für jeden Wert eines Labels, oder forme y um (reshape)"
            ),
            SampleProblem::WrongInput { expected, got } => say!(
                f,
                "the network expects samples of shape {expected}, but x has shape {got}: \
                 reshape x to {wanted} first",
                "das Netz erwartet Beispiele (samples) der Form {expected}, x hat aber die Form \
                 (shape) {got}: Forme x zuerst mit reshape({wanted}) um",
                wanted = got.with_sample_shape(expected)
            ),
            SampleProblem::NoWordNumber { number, row, input_dim } => say!(
                f,
                "x holds the number {number} in row {row}, but the Embedding has vectors for the whole \
                 numbers from 0 to {last}: choose its input_dim as large as the vocabulary",
                "x enthält in Zeile {row} die Zahl {number}, das Embedding hat aber Vektoren für die \
                 ganzen Zahlen von 0 bis {last}: Wähle input_dim so groß wie das Vokabular",
                number = shortest(plain(*number)),
                last = thousands(input_dim.saturating_sub(1))
            ),
            SampleProblem::NotFinite { what, row, value } => say!(
                f,
                "{what} holds the value {value} in row {row}: replace or drop values that are \
                 not numbers or infinite before training",
                "{what}: In Zeile {row} steht der Wert {value}; ersetze oder entferne vor dem \
                 Training alle Werte, die keine Zahl oder unendlich sind"
            ),
        }
    }
}
