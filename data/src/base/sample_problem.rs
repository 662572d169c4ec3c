//! What can be wrong with samples and labels.
//!
//! Over 300 lines: each problem has its sentence in both languages side by side.

use std::fmt;

use crate::base::numbers::{counted, plain, shortest, thousands};
use crate::base::phrase::{Phrase, phrase, told};
use crate::base::shape::Shape;

/// A mistake with samples or labels.
#[derive(Clone)]
pub enum SampleProblem {
    /// There is no data where some is needed.
    NoData {
        /// What is empty, such as `x`.
        what: Phrase,
    },
    /// There is not one label for each sample.
    SamplesDiffer { x: Shape, y: Shape },
    /// A label is not a class number from 0 to `num_classes` - 1.
    LabelOutOfRange { label: f64, row: usize, num_classes: usize },
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
    /// Something else than a loss needs class numbers, and did not get them.
    NoClassNumbers {
        /// Such as `to_categorical`.
        operation: &'static str,
        got: Shape,
    },
    /// Labels have another shape than the output of the network.
    LabelsUnlikeOutput { got: Shape, output: Shape },
    /// Samples do not fit the first layer.
    WrongInput {
        /// What the network expects of one sample.
        expected: Shape,
        /// The shape of all samples that came.
        got: Shape,
        /// Whether the network was trained, so that no other `Input` helps.
        is_trained: bool,
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
        f.write_str(&match self {
            SampleProblem::NoData { what } => told!(
                "{what} holds no samples: at least one is needed",
                "{what} enthält keine Beispiele (samples): Mindestens eines ist nötig"
            ),
            SampleProblem::SamplesDiffer { x, y } => told!(
                "x has {of_x} (shape {x}), but y has {of_y} (shape {y}): \
                 each sample needs exactly one label, so take both from the same rows",
                "x hat {of_x} (Form {x}), y aber {of_y} (Form {y}): Zu jedem Beispiel \
                 (sample) gehört genau ein Label, nimm also für beide dieselben Zeilen",
                of_x = counted(x.first(), ["sample", "samples"], ["Beispiel", "Beispiele"]),
                of_y = thousands(y.first())
            ),
            SampleProblem::LabelOutOfRange { label, row, num_classes: 1 } => told!(
                "label {label} in row {row} is not 0, the only class: check the labels or the number of classes",
                "das Label {label} in Zeile {row} ist nicht 0, die einzige Klasse: Prüfe die Labels \
                 oder die Anzahl der Klassen",
                label = as_written(*label)
            ),
            SampleProblem::LabelOutOfRange { label, row, num_classes } => told!(
                "label {label} in row {row} is not one of the {num_classes} classes \
                 0 to {last}: check the labels or the number of classes",
                "das Label {label} in Zeile {row} ist keine der {num_classes} Klassen 0 bis \
                 {last}: Prüfe die Labels oder die Anzahl der Klassen",
                label = as_written(*label),
                last = num_classes.saturating_sub(1)
            ),
            SampleProblem::LabelNotBinary { label, row } => told!(
                "label {label} in row {row} is neither 0 nor 1, but BinaryCrossentropy answers yes or no: make the \
                 labels 0 and 1, or for more classes use SparseCategoricalCrossentropy with one unit for each",
                "das Label {label} in Zeile {row} ist weder 0 noch 1, BinaryCrossentropy antwortet \
                 aber mit Ja oder Nein: Mach Labels aus 0 und 1 daraus, oder nimm für mehr Klassen \
                 SparseCategoricalCrossentropy mit einem Neuron (unit) für jede",
                label = shortest(plain(*label))
            ),
            SampleProblem::LabelsNotOneHot { got, num_classes } => told!(
                "this loss expects one-hot labels of shape (n, {num_classes}), but y has shape \
                 {got}: use to_categorical(&y, {num_classes})?, or keep the class numbers and \
                 compile with SparseCategoricalCrossentropy",
                "dieser Verlust (loss) erwartet One-hot-Labels der Form (n, {num_classes}), y hat \
                 aber die Form (shape) {got}: Nimm to_categorical(&y, {num_classes})?, oder lass \
                 die Klassennummern und kompiliere mit SparseCategoricalCrossentropy"
            ),
            SampleProblem::LabelsNotClassNumbers { got } => told!(
                "SparseCategoricalCrossentropy expects class numbers of shape (n,), but y has \
                 shape {got}: leave out to_categorical, or compile with CategoricalCrossentropy",
                "SparseCategoricalCrossentropy erwartet Klassennummern der Form (n,), y hat aber die Form (shape) \
                 {got}: Lass to_categorical weg, oder kompiliere mit CategoricalCrossentropy"
            ),
            SampleProblem::NoClassNumbers { operation, got } => told!(
                "{operation} expects class numbers of shape (n,), but y has shape {got}: are they \
                 one-hot already, or is it x?",
                "{operation} erwartet Klassennummern der Form (n,), y hat aber die Form (shape) {got}: \
                 Sind es schon One-hot-Labels, oder ist es x?"
            ),
            SampleProblem::LabelsUnlikeOutput { got, output }
                if is_one_number_each(got) && output.last() > 1 =>
            {
                told!(
                    "the network puts out {output}, but y has shape {got}, one number for each sample: give the last \
                 layer one unit, Dense::new(1); or, if the numbers are classes, let it end with a unit for each \
                 class and Softmax, and compile with SparseCategoricalCrossentropy",
                    "das Netz gibt {output} aus, y hat aber die Form (shape) {got}, eine Zahl für jedes Beispiel: Gib der \
                 letzten Schicht ein Neuron (unit), Dense::new(1); oder, wenn die Zahlen Klassen sind, lass es mit \
                 einem Neuron für jede Klasse und Softmax enden, und kompiliere mit SparseCategoricalCrossentropy"
                )
            }
            SampleProblem::LabelsUnlikeOutput { got, output } => told!(
                "the network puts out {output}, but y has shape {got}: give the last layer \
                 one unit for each value of a label, or reshape y",
                "das Netz gibt {output} aus, y hat aber die Form (shape) {got}: Gib der letzten \
                 Schicht ein Neuron (unit) für jeden Wert eines Labels, oder forme y um (reshape)"
            ),
            SampleProblem::WrongInput { expected, got, is_trained } if expected == got => told!(
                "x is a single sample of shape {got}: {remedy}",
                "x ist ein einzelnes Beispiel (sample) der Form (shape) {got}: {remedy}",
                remedy = input_remedy(expected, got, *is_trained)
            ),
            SampleProblem::WrongInput { expected, got, is_trained } => told!(
                "the network expects samples of shape {expected}, but x has shape {got}: {remedy}",
                "das Netz erwartet Beispiele (samples) der Form {expected}, x hat aber die Form \
                 (shape) {got}: {remedy}",
                remedy = input_remedy(expected, got, *is_trained)
            ),
            SampleProblem::NoWordNumber { number, row, input_dim } => told!(
                "x holds the number {number} in row {row}, but the Embedding has vectors for the whole \
                 numbers from 0 to {last}: {remedy}",
                "x enthält in Zeile {row} die Zahl {number}, das Embedding hat aber Vektoren für die \
                 ganzen Zahlen von 0 bis {last}: {remedy}",
                number = shortest(plain(*number)),
                last = thousands(input_dim.saturating_sub(1)),
                remedy = word_remedy(*number)
            ),
            SampleProblem::NotFinite { what, row, value } => told!(
                "{what} holds the value {value} in row {row}: replace or drop values that are \
                 not numbers or infinite",
                "{what}: In Zeile {row} steht der Wert {value}; ersetze oder entferne alle Werte, \
                 die keine Zahl oder unendlich sind"
            ),
        })
    }
}

fn is_one_number_each(labels: &Shape) -> bool {
    labels.num_dims() > 0 && labels.of_sample().num_values() == 1
}

fn word_remedy(number: f32) -> Phrase {
    if number < 0.0 || number.fract() != 0.0 {
        return phrase!(
            "give it the rows of a TextVectorization with output_sequence_length, as they are",
            "Gib ihm die Zeilen einer TextVectorization mit output_sequence_length, so wie sie sind"
        );
    }
    phrase!(
        "choose its input_dim as large as the vocabulary",
        "Wähle input_dim so groß wie das Vokabular"
    )
}

/// A label with the digits that it was written with, be it a `float32` or a whole number too large for one.
fn as_written(label: f64) -> String {
    let rounded = label as f32;
    shortest(if f64::from(rounded) == label { plain(rounded) } else { plain(label) })
}

/// How x becomes what the network takes. Never a `reshape` that would cut samples to pieces.
fn input_remedy(expected: &Shape, got: &Shape, is_trained: bool) -> Phrase {
    let (sample, values) = (got.of_sample(), expected.num_values());
    let without_1 = |shape: &Shape| -> Vec<usize> {
        shape.dims().iter().copied().filter(|length| *length != 1).collect()
    };
    let (there, wanted) = (without_1(&sample), without_1(expected));
    // A picture of another height is not the same one in another shape.
    let is_same =
        sample.num_values() == values && (there.len() < 2 || wanted.len() < 2 || there == wanted);
    if is_same || got.num_values() == values {
        let wanted = got.with_sample_shape(expected);
        return phrase!("reshape x to {wanted} first", "Forme x zuerst mit reshape({wanted}) um");
    }
    if let Some(remedy) = picture_remedy(&sample, expected) {
        return remedy;
    }
    if let (&[columns], 1) = (sample.dims(), expected.num_dims()) {
        return match columns {
            _ if columns == values + 1 => phrase!(
                "there is one column too many; are the labels among them? Take them out with select_columns",
                "es ist eine Spalte zu viel; sind die Labels dabei? Nimm sie mit select_columns heraus"
            ),
            _ if is_trained => phrase!(
                "it was trained on {trained}, and x has {there}; make x as the training data were made: one_hot \
                 before the data are split, and the same Normalization or TextVectorization for both",
                "trainiert wurde es mit {trained}, und x hat {there}; mach x so, wie die Trainingsdaten entstanden \
                 sind: one_hot vor dem Teilen der Daten, und dieselbe Normalization oder TextVectorization für beide",
                trained = counted(values, ["column", "columns"], ["Spalte", "Spalten"]),
                there = counted(columns, ["column", "columns"], ["Spalte", "Spalten"])
            ),
            1 => phrase!(
                "there is 1 column, and the network takes {values}; add columns, or say .add(Input::new(1))",
                "es ist 1 Spalte, das Netz nimmt {values}; ergänze Spalten, oder schreib .add(Input::new(1))"
            ),
            _ => phrase!(
                "there are {columns} columns, and the network takes {values}; leave out or add \
                 columns, or say .add(Input::new({columns}))",
                "es sind {columns} Spalten, das Netz nimmt {values}; lass Spalten weg oder ergänze sie, \
                 oder schreib .add(Input::new({columns}))"
            ),
        };
    }
    phrase!(
        "each sample holds {there}, and the network takes {values}; bring samples of that size, or \
         give the network another Input",
        "jedes Beispiel enthält {there}, das Netz nimmt {values}; bring Beispiele dieser Größe, oder gib \
         dem Netz einen anderen Input",
        there = counted(sample.num_values(), ["number", "numbers"], ["Zahl", "Zahlen"])
    )
}

/// How pictures become grey, and as large as the network takes them.
fn picture_remedy(sample: &Shape, expected: &Shape) -> Option<Phrase> {
    let (height, width, colours) = match *sample.dims() {
        [height, width] | [height, width, 1] => (height, width, 1),
        [height, width, colours @ (3 | 4)] => (height, width, colours),
        _ => return None,
    };
    let values = expected.num_values();
    let side = values.isqrt();
    let [high, wide] = match *expected.dims() {
        [high, wide] | [high, wide, 1] if high.min(wide) >= 8 => [high, wide],
        [_] if height * width == values => [height, width],
        [_] if side >= 8 && side * side == values => [side, side],
        _ => return None,
    };
    let folder = format!("Images::new().image_size([{high}, {wide}]).color_mode(Grayscale)");
    if colours > 1 && [height, width] == [high, wide] {
        return Some(phrase!(
            "these are pictures in colour, with {colours} numbers for each pixel; make them grey \
             first (photo::load_digit does it for a file, {folder} for a folder)",
            "das sind farbige Bilder mit {colours} Zahlen für jedes Pixel; mach sie zuerst grau \
             (photo::load_digit tut das bei einer Datei, {folder} bei einem Ordner)"
        ));
    }
    let [pixels, grey] = if colours > 1 {
        [
            phrase!("pixels in colour", "Pixel in Farbe"),
            phrase!(" and make them grey", " und mach sie grau"),
        ]
    } else {
        [phrase!("pixels", "Pixel"), "".into()]
    };
    Some(phrase!(
        "its pictures are of {height} x {width} {pixels}; scale them to {high} x {wide}{grey} first \
         (photo::load_digit does it for a file, {folder} for a folder), or give the network another Input",
        "die Bilder haben {height} x {width} {pixels}; bring sie zuerst auf {high} x {wide}{grey} \
         (photo::load_digit tut das bei einer Datei, {folder} bei einem Ordner), oder gib dem Netz einen \
         anderen Input"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::in_german;

    #[test]
    fn the_way_out_never_cuts_samples_to_pieces() {
        for (expected, got, english, german) in [
            (vec![784], vec![60_000, 28, 28], "reshape x to [60000, 784]", "reshape([60000, 784])"),
            (vec![784], vec![28, 28], "reshape x to [1, 784] first", "reshape([1, 784])"),
            (
                vec![784],
                vec![784],
                "x is a single sample of shape (784,): reshape x to [1, 784] first",
                "x ist ein einzelnes Beispiel (sample) der Form (shape) (784,): Forme x zuerst mit",
            ),
            (
                vec![28, 28],
                vec![28, 28],
                "x is a single sample of shape (28, 28): reshape x to [1, 28, 28] first",
                "der Form (shape) (28, 28): Forme x zuerst mit reshape([1, 28, 28]) um",
            ),
            (
                vec![28, 28, 1],
                vec![7, 784],
                "reshape x to [7, 28, 28, 1]",
                "reshape([7, 28, 28, 1])",
            ),
            (
                vec![784],
                vec![1, 28, 28, 3],
                "in colour, with 3 numbers",
                "farbige Bilder mit 3 Zahlen",
            ),
            (
                vec![784],
                vec![2, 256, 256, 3],
                "scale them to 28 x 28 and make them grey first (photo::load_digit does it for a file, \
                 Images::new().image_size([28, 28]).color_mode(Grayscale) for a folder)",
                "die Bilder haben 256 x 256 Pixel in Farbe; bring sie zuerst auf 28 x 28 und mach sie grau",
            ),
            (
                vec![28, 28, 1],
                vec![2, 28, 28, 3],
                "Images::new().image_size([28, 28]).color_mode(Grayscale) for a folder",
                "Images::new().image_size([28, 28]).color_mode(Grayscale) bei einem Ordner",
            ),
            (
                vec![784],
                vec![2, 256, 256, 1],
                "Images::new().image_size([28, 28]).color_mode(Grayscale) for a folder",
                "(photo::load_digit tut das bei einer Datei, Images::new().image_size([28, 28])",
            ),
            (vec![28, 28, 1], vec![9, 28, 28, 4], "in colour, with 4", "farbige Bilder mit 4"),
            (vec![784], vec![1, 56, 56], "scale them to 28 x 28", "bring sie zuerst auf 28 x 28"),
            (vec![28, 28, 1], vec![5, 56, 14, 1], "of 56 x 14 pixels", "haben 56 x 14 Pixel"),
            (
                vec![28, 28, 1],
                vec![5, 28, 28],
                "reshape x to [5, 28, 28, 1]",
                "reshape([5, 28, 28, 1])",
            ),
            (vec![784], vec![42_000, 785], "are the labels among them", "sind die Labels dabei"),
            (vec![784], vec![7_840, 785], "one column too many", "eine Spalte zu viel"),
            (vec![784], vec![7_840, 1_568], "there are 1568 columns", "es sind 1568 Spalten"),
            (vec![4], vec![8, 3], "say .add(Input::new(3))", "schreib .add(Input::new(3))"),
            (vec![4], vec![8, 1], "there is 1 column, and", "es ist 1 Spalte, das"),
            (vec![4], vec![7], "each sample holds 1 number, and", "enthält 1 Zahl, das"),
            (vec![28, 28, 1], vec![7, 9], "each sample holds 9 numbers", "enthält 9 Zahlen"),
            (
                vec![4],
                vec![2, 5, 5],
                "holds 25 numbers, and the network takes 4",
                "enthält 25 Zahlen",
            ),
        ] {
            let [expected, got] = [expected, got].map(|dims: Vec<usize>| Shape::from(&dims[..]));
            let problem =
                SampleProblem::WrongInput { expected, got: got.clone(), is_trained: false };
            let says = problem.to_string();
            assert!(says.contains(english), "{got}: {says}");
            let says = in_german(|| problem.to_string());
            assert!(says.contains(german), "{got}: {says}");
        }
    }

    #[test]
    fn nobody_gives_a_trained_network_another_input() {
        let expected = Shape::from(4);
        let problem = |columns: usize| {
            let got = Shape::from([8, columns]);
            SampleProblem::WrongInput { expected: expected.clone(), got, is_trained: true }
        };
        let says = problem(3).to_string();
        assert!(says.contains("trained on 4 columns, and x has 3 columns; make x as"), "{says}");
        assert!(!says.contains("Input::new"), "{says}");
        let says = in_german(|| problem(1).to_string());
        assert!(
            says.contains("trainiert wurde es mit 4 Spalten, und x hat 1 Spalte; mach"),
            "{says}"
        );
    }
}
