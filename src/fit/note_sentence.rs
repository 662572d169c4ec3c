//! What a note says: one sentence with the way to mend it.
//!
//! Over 300 lines: each note has its sentence in both languages side by side.

use std::fmt;

use zunder_data::base::numbers::{counted, plain, rounded, shortest};
use zunder_data::base::phrase::{phrase, told};
use zunder_data::words::{either, percent};

use crate::define::activation::Activation;
use crate::fit::note::{LikelyCause, MUCH_WORSE, Note};

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Note::NotScaled { smallest, largest } => told!(
                "the values of x run from {low} to {high}, but a network learns best from values \
                 near 0 to 1: divide them first, as in x / {divisor:.1}",
                "die Werte von x reichen von {low} bis {high}, ein Netz lernt aber am besten mit \
                 Werten etwa zwischen 0 und 1: Teile sie zuerst, etwa x / {divisor:.1}",
                low = short(*smallest),
                high = short(*largest),
                divisor = largest.max(-smallest).round()
            ),
            Note::ColumnsNotScaled { smallest, largest } => told!(
                "the values of x run from {low} to {high}, and its columns are of very different size, but a network \
                 learns best from values near 0 to 1: make them alike with Normalization::adapt",
                "die Werte von x reichen von {low} bis {high}, und seine Spalten sind sehr verschieden groß, ein \
                 Netz lernt aber am besten mit Werten etwa zwischen 0 und 1: Gleiche sie mit \
                 Normalization::adapt an",
                low = short(*smallest),
                high = short(*largest)
            ),
            Note::YNotScaled { smallest, largest } => told!(
                "the numbers of y run from {low} to {high}, but a network begins with answers near 0 and takes long \
                 to get there: divide y first, as in y / {divisor:.1}, and multiply what it predicts by the same",
                "die Zahlen in y reichen von {low} bis {high}, ein Netz beginnt aber mit Antworten nahe 0 und \
                 braucht lange bis dorthin: Teile y zuerst, etwa y / {divisor:.1}, und nimm seine Vorhersagen mit \
                 derselben Zahl mal",
                low = short(*smallest),
                high = short(*largest),
                divisor = 10.0_f64.powf(f64::from(largest.max(-smallest)).log10().floor())
            ),
            Note::ScaledTwice { largest } => told!(
                "no value of x is larger than {largest}; were they divided twice? Load the data \
                 again and divide once, so that they reach about 1",
                "kein Wert von x ist größer als {largest}; wurde zweimal geteilt? Lade die Daten \
                 neu und teile einmal, sodass die Werte bis etwa 1 reichen",
                largest = short(*largest)
            ),
            Note::ScaledUnlikeTraining { training, validation } => told!(
                "the training values are about {training} in size, but the validation values about \
                 {validation}: prepare both in the same way",
                "die Trainingswerte sind etwa {training} groß, die Validierungswerte aber etwa \
                 {validation}: Bereite beide auf dieselbe Weise vor",
                training = short(*training),
                validation = short(*validation)
            ),
            Note::ScaledUnlikeModel { training, now } => told!(
                "the values of x run from about {low} to {high}, but those of the training from {lowest} to \
                 {highest}: prepare x in the same way as the training data",
                "die Werte von x reichen etwa von {low} bis {high}, beim Training aber von {lowest} bis \
                 {highest}: Bereite x so vor wie die Trainingsdaten",
                low = short(now[0]),
                high = short(now[1]),
                lowest = short(training[0]),
                highest = short(training[1])
            ),
            Note::AccuracyOfNumbers { may_be_classes } => told!(
                "accuracy counts how often a class is right and says nothing about numbers, which y \
                 holds: compile with [Metric::MeanAbsoluteError], which says how far off they are{or_classes}",
                "die Genauigkeit (accuracy) zählt, wie oft eine Klasse stimmt, und sagt nichts über \
                 Zahlen, wie sie in y stehen: Kompiliere mit [Metric::MeanAbsoluteError], das sagt, wie \
                 weit sie danebenliegen{or_classes}",
                or_classes = if *may_be_classes { if_classes() } else { "" }
            ),
            Note::AccuracyOfAnswers { row, count } => told!(
                "accuracy looks for one class, the largest output, but row {row} of y says yes {times}: compile with \
                 [Metric::BinaryAccuracy], which counts how many of all answers are right",
                "die Genauigkeit (accuracy) sucht eine einzige Klasse, die größte Ausgabe, aber Zeile {row} von y \
                 sagt {times} Ja: Kompiliere mit [Metric::BinaryAccuracy], das zählt, wie viele aller Antworten \
                 stimmen",
                times = counted(*count, ["time", "times"], ["Mal", "Mal"])
            ),
            Note::Inverted { training, now, largest } => told!(
                "x looks inverted, as pictures in black on white: its values are {now} of the largest on average, \
                 those of the training {training}; turn light and dark round with x.map(|value| {largest:?} - value)",
                "x sieht umgekehrt aus, wie Bilder in Schwarz auf Weiß: Seine Werte sind im Mittel {now} des größten, \
                 beim Training {training}; tausche Hell und Dunkel mit x.map(|value| {largest:?} - value)",
                now = percent((*now).into(), 0),
                training = percent((*training).into(), 0)
            ),
            Note::LabelsNotOneHot { row, sum } => told!(
                "row {row} of y adds up to {sum}, but CategoricalCrossentropy expects one-hot \
                 rows, which add up to 1: make them with to_categorical",
                "Zeile {row} von y hat die Summe {sum}, CategoricalCrossentropy erwartet aber \
                 One-hot-Zeilen mit der Summe 1: Mach sie mit to_categorical",
                sum = shortest(*sum)
            ),
            Note::NoSoftmax { activation } => told!(
                "the last layer has the activation {activation}, but cross-entropy compares \
                 probabilities: give it .activation(Softmax)",
                "die letzte Schicht (layer) hat die Aktivierung (activation) {activation}, die \
                 Kreuzentropie (cross-entropy) vergleicht aber Wahrscheinlichkeiten: Gib der \
                 Schicht .activation(Softmax)"
            ),
            Note::NoSigmoid { activation } => told!(
                "the last layer has the activation {activation}, but BinaryCrossentropy compares \
                 each output as a probability of yes: give it .activation(Sigmoid)",
                "die letzte Schicht (layer) hat die Aktivierung (activation) {activation}, \
                 BinaryCrossentropy vergleicht aber jede Ausgabe als Wahrscheinlichkeit für Ja: Gib \
                 der Schicht .activation(Sigmoid)"
            ),
            Note::BinaryLossOfClasses { classes } => told!(
                "each row of y is one-hot and names one of {classes} classes, but BinaryCrossentropy judges each output \
                 for itself: compile with CategoricalCrossentropy, and let the network end with Softmax",
                "jede Zeile von y ist one-hot und nennt eine von {classes} Klassen, BinaryCrossentropy beurteilt aber \
                 jede Ausgabe für sich: Kompiliere mit CategoricalCrossentropy, und lass das Netz mit Softmax enden"
            ),
            Note::OutOfReach { activation, smallest, largest } => told!(
                "the last layer has the activation {activation} and puts out only numbers {reach}, but y runs from \
                 {low} to {high}: leave its activation out",
                "die letzte Schicht (layer) hat die Aktivierung (activation) {activation} und gibt nur Zahlen {reach} \
                 aus, y reicht aber von {low} bis {high}: Lass ihre Aktivierung weg",
                reach = reach(*activation),
                low = short(*smallest),
                high = short(*largest)
            ),
            Note::NoDenseLast { layer, activation } => told!(
                "the network ends with {layer}, but cross-entropy compares probabilities: put \
                 Dense::new(...).activation({activation:?}) behind it, with one unit for each answer",
                "das Netz endet mit {layer}, die Kreuzentropie (cross-entropy) vergleicht aber \
                 Wahrscheinlichkeiten: Setz Dense::new(...).activation({activation:?}) dahinter, mit einem Neuron \
                 (unit) für jede Antwort"
            ),
            Note::DropoutLast => told!(
                "a Dropout stands at the end: in training it switches off some of the answers; put it \
                 before the last Dense layer",
                "ganz am Ende steht ein Dropout: Im Training schaltet er einen Teil der Antworten aus; \
                 setz ihn vor die letzte Dense-Schicht"
            ),
            Note::HiddenSoftmax { layer } => told!(
                "layer {layer} has a softmax, though it is not the last: its outputs share a \
                 total of 1, so little gets through; use Relu there and Softmax only at the end",
                "Schicht (layer) {layer} hat Softmax, obwohl sie nicht die letzte ist: Ihre \
                 Ausgaben teilen sich eine Summe von 1, es kommt also wenig durch; nimm dort Relu \
                 und Softmax nur am Ende"
            ),
            Note::BatchOfOne => told!(
                "BatchNormalization compares the samples of a batch, and of a single one it makes every number 0, so \
                 that nothing is learned: take a larger batch_size",
                "BatchNormalization vergleicht die Beispiele eines Stapels (batch) und macht bei nur einem jede Zahl \
                 zu 0, sodass nichts gelernt wird: Nimm eine größere batch_size"
            ),
            Note::MoreUnitsThanClasses { units, classes } => told!(
                "the last layer has {units} units, but y has only {classes} classes (0 to {last}): \
                 give it {classes} units, or check that y holds all classes",
                "die letzte Schicht (layer) hat {units} Neuronen (units), y hat aber nur \
                 {classes} Klassen (0 bis {last}): Gib ihr {classes} Neuronen, oder prüfe, ob y \
                 alle Klassen enthält",
                last = classes - 1
            ),
            Note::OneClassOnly { class } => told!(
                "every training label is class {class}, so there is nothing to tell apart: check \
                 how y was made, and train with samples of all classes",
                "jedes Trainingslabel ist Klasse {class}, es gibt also nichts zu unterscheiden: \
                 Prüfe, wie y entstanden ist, und trainiere mit Beispielen aller Klassen"
            ),
            Note::ValidationSeenInTraining { share } => told!(
                "about {share} of the validation samples are training samples too, so the \
                 validation says nothing about new data: keep the two apart",
                "etwa {share} der Validierungsbeispiele kommen auch im Training vor, darum sagt \
                 die Validierung nichts über neue Daten: Halte beide getrennt",
                share = percent((*share).into(), 0)
            ),
            Note::ValidationTrainedEarlier { share } => told!(
                "an earlier fit trained on about {share} of the validation samples, so the network knows them, and \
                 the validation says nothing about new data: compile again before each fit",
                "mit etwa {share} der Validierungsbeispiele wurde in einem früheren fit trainiert, das Netz kennt sie \
                 also, und die Validierung sagt nichts über neue Daten: Kompiliere vor jedem fit neu",
                share = percent((*share).into(), 0)
            ),
            Note::ClassesOnlyInValidation { classes } => told!(
                "{occur} in the last part that validation_split holds back, so there is none to \
                 learn from: the samples seem to be sorted; mix x and y in the same random order \
                 first",
                "{occur} nur im letzten Teil vor, den validation_split zurückhält, darum lernt das \
                 Netz sie nie: Die Beispiele sind wohl sortiert; misch zuerst x und y in \
                 derselben zufälligen Reihenfolge",
                occur = occur(classes)
            ),
            Note::ValidationOfOneClass { class } => told!(
                "the last part, which validation_split holds back, has only class {class}: the \
                 samples seem to be sorted; mix x and y in the same random order first",
                "der letzte Teil, den validation_split zurückhält, enthält nur Klasse {class}: Die \
                 Beispiele sind wohl sortiert; misch zuerst x und y in derselben zufälligen \
                 Reihenfolge"
            ),
            Note::SameAnswerToAll { learning_rate } => told!(
                "the network gives the same answer to every sample: its units have gone dead, \
                 mostly because the learning rate ({rate}) is too large or x is not scaled; mend \
                 that and compile again",
                "das Netz gibt auf jedes Beispiel dieselbe Antwort: Seine Neuronen (units) sind \
                 tot, meist weil die Lernrate (learning rate) von {rate} zu groß oder x nicht \
                 skaliert ist; ändere das und kompiliere neu",
                rate = shortest(plain(*learning_rate))
            ),
            Note::MovingMeansLag { steps } => told!(
                "BatchNormalization judges new samples by a mean and a variance that have hardly moved in {steps}, so \
                 that evaluate and predict are wrong: give it .momentum({momentum:?}), or train for more epochs",
                "BatchNormalization beurteilt neue Beispiele mit einem Mittelwert und einer Varianz, die sich in \
                 {steps} kaum bewegt haben, darum sind evaluate und predict falsch: Gib ihr .momentum({momentum:?}), \
                 oder trainiere mehr Epochen",
                steps = counted(*steps, ["step", "steps"], ["Schritt", "Schritten"]),
                momentum = momentum_for(*steps)
            ),
            Note::NotBetterThanGuessing { loss, guessing, cause } => told!(
                "the loss ({loss}) is {compared} guessing ({guessing}): {cause}",
                "der Verlust (loss) von {loss} ist {compared} Raten ({guessing}): {cause}",
                compared = if *loss > MUCH_WORSE * guessing {
                    either("far worse than", "viel schlechter als")
                } else {
                    either("hardly better than", "kaum besser als")
                },
                loss = rounded((*loss).into(), 3),
                guessing = rounded((*guessing).into(), 3)
            ),
            Note::LossRose { epoch, lowest, last, learning_rate } => told!(
                "the loss was {lowest} in epoch {epoch} and rose to {last}: {cause}",
                "der Verlust (loss) war in Epoche {epoch} bei {lowest} und stieg dann auf {last}: {cause}",
                lowest = rounded((*lowest).into(), 3),
                last = rounded((*last).into(), 3),
                cause = LikelyCause::LargeLearningRate(*learning_rate)
            ),
            Note::OverfittingOfNumbers { loss, val_loss, lowest, epoch, is_further } => told!(
                "the validation loss was {lowest} in epoch {epoch} and {val_loss} at the end, but the training loss \
                 {loss}: the network learns by heart (overfitting); {remedy}",
                "der Validierungsverlust (val_loss) war in Epoche {epoch} bei {lowest} und am Ende bei {val_loss}, \
                 der Verlust (loss) im Training aber bei {loss}: Das Netz lernt auswendig (Überanpassung, \
                 overfitting); {remedy}",
                loss = rounded((*loss).into(), 3),
                val_loss = rounded((*val_loss).into(), 3),
                lowest = rounded((*lowest).into(), 3),
                remedy = against_overfitting(*epoch, !is_further)
            ),
            Note::Overfitting { training, validation, epoch, epochs, is_further } => told!(
                "{training} of the training samples are right at the end, but only {validation} of the validation \
                 samples: the network learns by heart (overfitting); {remedy}",
                "am Ende sind {training} der Trainingsbeispiele richtig, aber nur {validation} der \
                 Validierungsbeispiele: Das Netz lernt auswendig (Überanpassung, overfitting); {remedy}",
                training = percent((*training).into(), 1),
                validation = percent((*validation).into(), 1),
                remedy = against_overfitting(*epoch, epoch != epochs && !is_further)
            ),
        })
    }
}

zunder_data::debug_as_display!(Note);

/// What to do about it.
impl fmt::Display for LikelyCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            LikelyCause::LargeLearningRate(rate) => told!(
                "the learning rate ({rate}) is probably too large; compile again with a tenth of it",
                "Die Lernrate (learning rate) von {rate} ist wahrscheinlich zu groß; kompiliere \
                 neu mit einem Zehntel davon",
                rate = shortest(plain(*rate))
            ),
            LikelyCause::SmallLearningRate(rate) => told!(
                "the learning rate ({rate}) is probably too small; compile again with ten times as \
                 much, or train for more epochs",
                "Die Lernrate (learning rate) von {rate} ist wahrscheinlich zu klein; kompiliere \
                 neu mit dem Zehnfachen, oder trainiere mehr Epochen",
                rate = shortest(plain(*rate))
            ),
            LikelyCause::LargePrice(l2) => told!(
                "the price on large weights, L2::new({l2:?}), is so high that the weights become 0; compile again \
                 with a lower one, such as L2::new(0.001)",
                "Der Preis auf große Gewichte, L2::new({l2:?}), ist so hoch, dass die Gewichte 0 werden; kompiliere \
                 neu mit einem kleineren, etwa L2::new(0.001)"
            ),
            LikelyCause::LargeDropout(rate) => told!(
                "Dropout::new({rate:?}) switches off nearly all, so that hardly anything comes through; compile \
                 again with a smaller rate, such as 0.25",
                "Dropout::new({rate:?}) schaltet fast alles aus, sodass kaum etwas durchkommt; kompiliere neu mit \
                 einer kleineren Rate, etwa 0.25"
            ),
            LikelyCause::LastRelu => told!(
                "the last layer has the activation relu, which makes 0 of all sums below 0 and then learns no more; \
                 leave its activation out, or for yes or no take Sigmoid, and compile again",
                "Die letzte Schicht (layer) hat die Aktivierung (activation) relu, die aus allen Summen unter 0 \
                 eine 0 macht und dann nichts mehr lernt; lass ihre Aktivierung weg, oder nimm für Ja oder Nein Sigmoid, und \
                 kompiliere neu"
            ),
            LikelyCause::NoActivation => told!(
                "the hidden layers have no activation, so that together they are no more than one layer; give them \
                 .activation(Relu)",
                "Die verborgenen Schichten (hidden layers) haben keine Aktivierung (activation) und sind darum zusammen \
                 nicht mehr als eine einzige; gib ihnen .activation(Relu)"
            ),
            LikelyCause::Squeezed(activation) => told!(
                "through so many layers with {activation} hardly any gradient comes back to the first; take Relu \
                 in the hidden layers, or fewer of them",
                "Durch so viele Schichten (layers) mit {activation} kommt kaum ein Gradient bis zur ersten zurück; \
                 nimm Relu in den verborgenen Schichten (hidden layers), oder weniger davon"
            ),
            LikelyCause::Data => told!(
                "check that each row of y belongs to the same row of x, or train for more epochs",
                "Prüfe, ob jede Zeile von y zur selben Zeile von x gehört, oder trainiere mehr \
                 Epochen"
            ),
        })
    }
}

/// A value of x without digits that do not matter.
fn short(value: f32) -> String {
    if value.abs() >= 10.0 {
        shortest(value.round())
    } else if value.abs() >= 0.1 {
        shortest((value * 100.0).round() / 100.0)
    } else if value == 0.0 {
        shortest(0)
    } else {
        rounded(value.into(), 2)
    }
}

/// What to do about it; training may end with this epoch if it was the best one and no `fit` came before.
fn against_overfitting(epoch: usize, may_end_there: bool) -> String {
    let remedy = phrase!(
        "use more samples or fewer units",
        "nimm mehr Beispiele oder weniger Neuronen (units)"
    );
    let both = phrase!(
        "the validation loss was lowest in epoch {epoch}, so end the training there, or {remedy}",
        "der Validierungsverlust (val_loss) war in Epoche {epoch} am kleinsten, also beende das Training dort, \
         oder {remedy}"
    );
    (if may_end_there { both } else { remedy }).to_string()
}

/// What to do where numbers are meant as classes.
fn if_classes() -> &'static str {
    either(
        "; or, if they are classes, take the labels 0 and 1 with Sigmoid and BinaryCrossentropy, or from 0 upwards a \
         unit for each class with Softmax and SparseCategoricalCrossentropy",
        "; oder, wenn es Klassen sind, nimm die Labels 0 und 1 mit Sigmoid und BinaryCrossentropy, oder ab 0 ein \
         Neuron (unit) für jede Klasse mit Softmax und SparseCategoricalCrossentropy",
    )
}

/// Which numbers an activation puts out.
fn reach(activation: Activation) -> &'static str {
    match activation {
        Activation::Sigmoid | Activation::Softmax => either("from 0 to 1", "von 0 bis 1"),
        Activation::Tanh => either("from -1 to 1", "von -1 bis 1"),
        Activation::Relu | Activation::Linear => either("from 0 upwards", "ab 0"),
    }
}

/// One with which a moving mean holds a twentieth of what it began with, after so many steps.
fn momentum_for(steps: usize) -> f64 {
    (0.05_f64.powf(1.0 / steps.max(1) as f64) * 10.0).floor() / 10.0
}

fn occur(classes: &[usize]) -> String {
    let phrase = match classes {
        [class] => phrase!("class {class} occurs only", "Klasse {class} kommt"),
        many => {
            let numbers: Vec<String> = many.iter().map(usize::to_string).collect();
            let numbers = numbers.join(", ");
            phrase!("the classes {numbers} occur only", "die Klassen {numbers} kommen")
        }
    };
    phrase.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::for_tests::{check, named, tried};

    fn notes() -> Vec<Note> {
        let guessing = |cause| Note::NotBetterThanGuessing { loss: 2.301, guessing: 2.303, cause };
        let overfitting = |epoch, is_further| Note::Overfitting {
            training: 0.99,
            validation: 0.81,
            epoch,
            epochs: 9,
            is_further,
        };
        let of_numbers = |epoch, is_further| Note::OverfittingOfNumbers {
            loss: 0.0147,
            val_loss: 0.107,
            lowest: 0.071,
            epoch,
            is_further,
        };
        vec![
            Note::NotScaled { smallest: 0.0, largest: 255.0 },
            Note::ColumnsNotScaled { smallest: 13.0, largest: 6300.0 },
            Note::YNotScaled { smallest: 120_000.0, largest: 396_000.0 },
            Note::ScaledTwice { largest: 0.0039 },
            Note::ScaledUnlikeTraining { training: 1.0, validation: 255.0 },
            Note::ScaledUnlikeModel { training: [-0.5, 2.75], now: [0.0, 255.0] },
            Note::AccuracyOfNumbers { may_be_classes: false },
            Note::AccuracyOfNumbers { may_be_classes: true },
            Note::AccuracyOfAnswers { row: 3, count: 2 },
            Note::Inverted { training: 0.13, now: 0.87, largest: 255.0 },
            Note::LabelsNotOneHot { row: 3, sum: 5.0 },
            Note::NoSoftmax { activation: Activation::Relu },
            Note::NoSigmoid { activation: Activation::Softmax },
            Note::BinaryLossOfClasses { classes: 10 },
            Note::OutOfReach { activation: Activation::Sigmoid, smallest: 10.0, largest: 20.0 },
            Note::OutOfReach { activation: Activation::Tanh, smallest: -2.5, largest: 20.0 },
            Note::OutOfReach { activation: Activation::Relu, smallest: -3.0, largest: 0.0 },
            Note::NoDenseLast { layer: "BatchNormalization", activation: Activation::Softmax },
            Note::DropoutLast,
            Note::HiddenSoftmax { layer: 2 },
            Note::BatchOfOne,
            Note::MoreUnitsThanClasses { units: 20, classes: 10 },
            Note::OneClassOnly { class: 7 },
            Note::ValidationSeenInTraining { share: 0.5 },
            Note::ValidationTrainedEarlier { share: 0.97 },
            Note::ClassesOnlyInValidation { classes: vec![8] },
            Note::ClassesOnlyInValidation { classes: vec![8, 9] },
            Note::ValidationOfOneClass { class: 9 },
            Note::SameAnswerToAll { learning_rate: 0.5 },
            guessing(LikelyCause::LastRelu),
            Note::MovingMeansLag { steps: 24 },
            Note::MovingMeansLag { steps: 1 },
            Note::NotBetterThanGuessing {
                loss: 200.184,
                guessing: 8.042,
                cause: LikelyCause::Data,
            },
            guessing(LikelyCause::LargeLearningRate(0.5)),
            guessing(LikelyCause::SmallLearningRate(1e-7)),
            guessing(LikelyCause::LargePrice(0.1)),
            guessing(LikelyCause::LargeDropout(0.95)),
            guessing(LikelyCause::NoActivation),
            guessing(LikelyCause::Squeezed(Activation::Sigmoid)),
            guessing(LikelyCause::Data),
            of_numbers(1, false),
            of_numbers(40, false),
            of_numbers(40, true),
            Note::LossRose { epoch: 3, lowest: 0.25, last: 1.75, learning_rate: 0.05 },
            overfitting(4, false),
            overfitting(9, false),
            overfitting(4, true),
        ]
    }

    #[test]
    fn every_note_has_a_german_sentence_with_the_same_numbers() {
        notes().iter().for_each(|note| check(note));
        assert_eq!(tried(&notes()), named(include_str!("note.rs"), "Note"));
    }
}
