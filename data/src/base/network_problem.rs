//! What can be wrong with a network, or with weights for it.

use std::fmt;

use crate::base::numbers::thousands;
use crate::base::phrase::{Phrase, told};
use crate::base::shape::Shape;

/// A mistake in the description of a network, or in what is asked of one.
#[derive(Clone)]
pub enum NetworkProblem {
    /// The network has no layers, or only an input.
    NoLayers,
    /// The network does not start with an `Input`.
    NoInput {
        /// The kind of layer that stands first.
        first: &'static str,
    },
    /// An `Input` stands behind another layer.
    InputNotFirst {
        /// Where it stands; the first layer is 0.
        position: usize,
    },
    /// A layer cannot take what the layer before it puts out.
    LayerDoesNotFit { layer: Phrase, expected: Phrase, got: Shape, remedy: Phrase },
    /// A window of `Conv2D` or `MaxPooling2D` is larger than the picture.
    WindowTooLarge { layer: Phrase, window: Shape, got: Shape },
    /// The network ends with pictures, where labels are rows of numbers.
    EndsWithPictures { output: Shape },
    /// Cross-entropy compares classes, but the last layer has a single unit.
    OneUnitCrossentropy {
        /// The loss, as it is written in code.
        loss: String,
    },
    /// The last layer has a single unit with a softmax, which is 1 whatever comes in.
    OneUnitSoftmax,
    /// Weights do not fit the network.
    WrongWeights {
        /// Which, such as `kernel of layer 1 (Dense)`.
        what: Phrase,
        expected: Shape,
        got: Shape,
    },
    /// A backend was asked for that this build does not hold.
    BackendNotBuilt { backend: &'static str },
    /// There is nothing for `Backend::Gpu` to compute on.
    NoGraphicsCard,
    /// A network takes something else than pictures of 28 by 28 pixels.
    NotForDrawings { input: Shape },
    /// The script in the page does not know a layer.
    LayerNotForPage { layer: Phrase },
    /// A network has too many weights to put them into a page.
    TooLargeForPage { parameters: usize, most: usize },
    /// A network that was trained with this loss is asked for classes.
    NoClasses { loss: String },
}

impl fmt::Display for NetworkProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            NetworkProblem::NoLayers => told!(
                "the network has no layers to train: add an Input and at least one Dense layer",
                "das Netz hat keine Schichten (layers), die lernen können: Füge einen Input und \
                 mindestens eine Dense-Schicht hinzu"
            ),
            NetworkProblem::NoInput { first } => told!(
                "the network starts with {first}, so the shape of a sample is not known: \
                 start with .add(Input::new(784))",
                "das Netz beginnt mit {first}, darum ist die Form (shape) eines Beispiels nicht \
                 bekannt: Beginn mit .add(Input::new(784))"
            ),
            NetworkProblem::InputNotFirst { position } => told!(
                "there is an Input at position {position}: it must stand first, and only once",
                "an Position {position} steht ein Input: Er muss am Anfang stehen, und das nur einmal"
            ),
            NetworkProblem::LayerDoesNotFit { layer, expected, got, remedy } => told!(
                "{layer} expects {expected}, but the layer before it puts out {got}: {remedy}",
                "{layer} erwartet {expected}, die Schicht (layer) davor liefert aber {got}: {remedy}"
            ),
            NetworkProblem::WindowTooLarge { layer, window, got } => told!(
                "{layer} looks through a window of {window}, but the layer before it puts out pictures of only \
                 {got}: choose a smaller window, or leave out a pooling layer before it",
                "{layer} sieht durch ein Fenster von {window}, die Schicht (layer) davor liefert aber Bilder von \
                 nur {got}: Wähle ein kleineres Fenster, oder lass davor eine Pooling-Schicht weg"
            ),
            NetworkProblem::EndsWithPictures { output } => told!(
                "the network ends with {output} for each sample, but labels are rows of numbers: \
                 add a Flatten and then a Dense layer with one unit for each class",
                "das Netz endet für jedes Beispiel (sample) mit {output}, Labels sind aber Reihen von Zahlen: Füge \
                 ein Flatten an und dann eine Dense-Schicht mit einem Neuron (unit) für jede Klasse"
            ),
            NetworkProblem::OneUnitCrossentropy { loss } => told!(
                "the last layer has only one unit, but {loss} compares classes and needs one unit for each: use \
                 Dense::new(2).activation(Softmax) for two classes, or compile with BinaryCrossentropy if the one \
                 output is a yes or no (behind a Sigmoid), or with MeanSquaredError if it is a number",
                "die letzte Schicht (layer) hat nur ein Neuron (unit), {loss} vergleicht aber Klassen und braucht \
                 ein Neuron für jede: Nimm Dense::new(2).activation(Softmax) für zwei Klassen, oder kompiliere mit \
                 BinaryCrossentropy, wenn die eine Ausgabe ein Ja oder Nein ist (hinter Sigmoid), oder mit \
                 MeanSquaredError, wenn sie eine Zahl ist"
            ),
            NetworkProblem::OneUnitSoftmax => told!(
                "the last layer has one unit with Softmax, and a probability alone is always 1: use \
                 Dense::new(1).activation(Sigmoid) for yes or no, Dense::new(1) for a number, or a unit \
                 for each class",
                "die letzte Schicht (layer) hat ein einziges Neuron (unit) mit Softmax, und eine \
                 Wahrscheinlichkeit für sich allein ist immer 1: Nimm Dense::new(1).activation(Sigmoid) \
                 für Ja oder Nein, Dense::new(1) für eine Zahl, oder ein Neuron für jede Klasse"
            ),
            NetworkProblem::WrongWeights { what, expected, got } => told!(
                "the {what} has shape {expected}, but weights of shape {got} came: \
                 take them from a network with the same layers",
                "{what}: Die Form (shape) ist {expected}, gekommen sind aber Gewichte (weights) \
                 der Form {got}; nimm sie aus einem Netz mit denselben Schichten"
            ),
            NetworkProblem::BackendNotBuilt { backend } => told!(
                "this build does not hold the backend {backend}: build with \
                 `--features {backend}`, or leave the choice out",
                "das Backend {backend} ist nicht eingebaut: Bau das Programm mit `--features \
                 {backend}`, oder lass die Auswahl weg"
            ),
            NetworkProblem::NoGraphicsCard => told!(
                "this machine offers no graphics card that Burn can compute on: install its driver \
                 with Vulkan, or leave the backend out, and the CPU computes",
                "dieser Rechner bietet keine Grafikkarte an, auf der Burn rechnen kann: Installiere \
                 ihren Treiber mit Vulkan, oder lass das Backend weg, dann rechnet der Prozessor"
            ),
            NetworkProblem::NotForDrawings { input } => told!(
                "the playground draws pictures of 28 x 28 pixels, but this network expects \
                 samples of shape {input}: it needs Input::new(784)",
                "auf der Zeichenfläche (playground) entstehen Bilder mit 28 x 28 Pixeln, dieses Netz erwartet aber \
                 Beispiele (samples) der Form {input}: Es braucht Input::new(784)"
            ),
            NetworkProblem::LayerNotForPage { layer } => told!(
                "the playground cannot compute {layer}: it knows Dense, Flatten and Dropout",
                "die Zeichenfläche (playground) kann {layer} nicht berechnen: Sie kennt Dense, Flatten und Dropout"
            ),
            NetworkProblem::TooLargeForPage { parameters, most } => told!(
                "the playground puts all weights into the page, but this network has \
                 {parameters} and at most {most} fit: use layers with fewer units",
                "die Zeichenfläche (playground) legt alle Gewichte (weights) in die Seite, dieses Netz hat aber \
                 {parameters}, und höchstens {most} passen: Nimm Schichten mit weniger Neuronen (units)",
                parameters = thousands(*parameters),
                most = thousands(*most)
            ),
            NetworkProblem::NoClasses { loss } => told!(
                "this model answers with a number (its loss is {loss}), so there are no classes to count: \
                 model.evaluate says how far its answers are off",
                "dieses Modell antwortet mit einer Zahl (sein Verlust (loss) ist {loss}), es gibt also keine Klassen zu \
                 zählen: Wie weit seine Antworten danebenliegen, sagt model.evaluate"
            ),
        })
    }
}
