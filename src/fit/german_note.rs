//! What is allowed but mostly a mistake, in German.

use std::fmt;

use crate::fit::note::{Note, Suspect, short};

impl Note {
    /// The sentence of `Display` in German.
    pub(crate) fn german(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::NotScaled { smallest, largest } => {
                let (low, high) = (short(*smallest), short(*largest));
                let divisor = short(largest.max(-smallest));
                write!(
                    f,
                    "die Werte von x reichen von {low} bis {high}, ein Netz lernt aber am besten \
                     mit Werten etwa zwischen 0 und 1: Teile sie zuerst, etwa x / {divisor}.0"
                )
            }
            Note::ScaledTwice { largest } => write!(
                f,
                "kein Wert von x ist größer als {largest:.4}; wurde zweimal geteilt? Lade die \
                 Daten neu und teile einmal, sodass die Werte bis etwa 1 reichen"
            ),
            Note::ScaledUnlikeTraining { training, validation } => write!(
                f,
                "die Trainingswerte reichen bis {}, die Validierungswerte aber bis {}: Bereite \
                 beide auf dieselbe Weise vor",
                short(*training),
                short(*validation)
            ),
            Note::LargerThanTraining { training, now } => write!(
                f,
                "die Werte von x reichen bis {}, beim Training aber nur bis {}: Bereite x so vor \
                 wie die Trainingsdaten",
                short(*now),
                short(*training)
            ),
            Note::LabelsNotOneHot { row, sum } => write!(
                f,
                "Zeile {row} von y hat die Summe {sum}, CategoricalCrossentropy erwartet aber \
                 One-hot-Zeilen mit der Summe 1: Mache sie mit to_categorical"
            ),
            Note::NoSoftmax { activation } => write!(
                f,
                "die letzte Schicht (layer) hat die Aktivierung (activation) {activation}, die \
                 Kreuzentropie (cross-entropy) vergleicht aber Wahrscheinlichkeiten: Gib der \
                 Schicht .activation(Softmax)"
            ),
            Note::HiddenSoftmax { layer } => write!(
                f,
                "Schicht (layer) {layer} hat Softmax, obwohl sie nicht die letzte ist: Ihre \
                 Ausgaben teilen sich eine Summe von 1, es kommt also wenig durch; nimm dort Relu \
                 und Softmax nur am Ende"
            ),
            Note::MoreUnitsThanClasses { units, classes } => write!(
                f,
                "die letzte Schicht (layer) hat {units} Einheiten (units), y hat aber nur \
                 {classes} Klassen (0 bis {}): Gib ihr {classes} Einheiten, oder prüfe, ob y alle \
                 Klassen enthält",
                classes - 1
            ),
            Note::OneClassOnly { class } => write!(
                f,
                "jedes Trainingslabel ist Klasse {class}, es gibt also nichts zu unterscheiden: \
                 Prüfe, wie y entstanden ist, und trainiere mit Beispielen aller Klassen"
            ),
            Note::ValidationSeenInTraining { share } => write!(
                f,
                "etwa {:.0} % der Validierungsbeispiele kommen auch im Training vor, darum sagt \
                 die Validierung nichts über neue Daten: Halte beide getrennt",
                100.0 * share
            ),
            Note::ClassesOnlyInValidation { classes } => write!(
                f,
                "{} nur im letzten Teil vor, den validation_split zurückhält, darum lernt das \
                 Netz das nie: Die Beispiele sind wohl sortiert; mische zuerst x und y in \
                 derselben zufälligen Reihenfolge",
                occurring(classes)
            ),
            Note::ValidationOfOneClass { class } => write!(
                f,
                "der letzte Teil, den validation_split zurückhält, enthält nur Klasse {class}: \
                 Die Beispiele sind wohl sortiert; mische zuerst x und y in derselben zufälligen \
                 Reihenfolge"
            ),
            Note::SameAnswerToAll { learning_rate } => write!(
                f,
                "das Netz gibt auf jedes Beispiel dieselbe Antwort: Seine Einheiten (units) sind \
                 tot, meist weil die Lernrate (learning rate) von {learning_rate} zu groß oder x \
                 nicht skaliert ist; ändere das und kompiliere neu"
            ),
            Note::NotBetterThanGuessing { loss, guessing, suspect } => {
                write!(
                    f,
                    "der Verlust (loss) von {loss:.3} ist kaum besser als Raten ({guessing:.3}): "
                )?;
                match suspect {
                    Suspect::LargeLearningRate(rate) => write!(
                        f,
                        "Die Lernrate (learning rate) von {rate} ist wahrscheinlich zu groß; \
                         kompiliere neu mit einem Zehntel davon"
                    ),
                    Suspect::SmallLearningRate(rate) => write!(
                        f,
                        "Die Lernrate (learning rate) von {rate} ist wahrscheinlich zu klein; \
                         kompiliere neu mit dem Zehnfachen, oder trainiere mehr Epochen"
                    ),
                    Suspect::Data => write!(
                        f,
                        "Prüfe, ob jede Zeile von y zur selben Zeile von x gehört, oder trainiere \
                         mehr Epochen"
                    ),
                }
            }
            Note::LossRose { epoch, lowest, last, learning_rate } => write!(
                f,
                "der Verlust (loss) war in Epoche {epoch} bei {lowest:.3} und stieg dann auf \
                 {last:.3}: Die Lernrate (learning rate) von {learning_rate} ist wahrscheinlich \
                 zu groß; kompiliere neu mit einem Zehntel davon"
            ),
            Note::Overfitting { training, validation, epoch, epochs } => {
                write!(
                    f,
                    "am Ende sind {:.1} % der Trainingsbeispiele richtig, aber nur {:.1} % der \
                     Validierungsbeispiele: Das Netz lernt auswendig (overfitting)",
                    100.0 * training,
                    100.0 * validation
                )?;
                match epoch == epochs {
                    true => write!(f, "; nimm mehr Beispiele oder weniger Einheiten (units)"),
                    false => write!(
                        f,
                        "; der Validierungsverlust (val_loss) war in Epoche {epoch} am kleinsten, \
                         trainiere also etwa so lange, oder nimm mehr Beispiele oder weniger \
                         Einheiten (units)"
                    ),
                }
            }
        }
    }
}

fn occurring(classes: &[usize]) -> String {
    match classes {
        [class] => format!("Klasse {class} kommt"),
        many => {
            let numbers: Vec<String> = many.iter().map(usize::to_string).collect();
            format!("die Klassen {} kommen", numbers.join(", "))
        }
    }
}
