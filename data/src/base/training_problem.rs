//! What can be wrong with a setting, and what can go wrong while something runs.

use std::fmt;

use crate::base::lines::cut;
use crate::base::numbers::{counted, plain, shortest};
use crate::base::phrase::{Phrase, told};

/// A setting with which nothing can be done, or a run that came to no result.
#[derive(Clone)]
pub enum TrainingProblem {
    /// A setting has a value that makes no sense.
    BadSetting {
        /// Such as `batch_size`.
        setting: Phrase,
        /// As it was written in code.
        value: String,
        /// What it may be, such as `at least 1`.
        expected: Phrase,
    },
    /// `validation_split` leaves no samples on one side.
    EmptySplit {
        /// The fraction asked for.
        validation_split: f64,
        samples: usize,
    },
    /// Both `validation_split` and `validation_data` were given.
    TwoValidations,
    /// The loss became infinite or not a number while training. Both are counted from 1.
    LossNotFinite {
        epoch: usize,
        batch: usize,
        learning_rate: f64,
        /// What stands in the place of a softmax, where that is the likely reason.
        instead_of_softmax: Option<&'static str>,
    },
    /// The same before anything was learned.
    FirstLossNotFinite,
    /// A `Dropout` behind the answers made them all 0.
    DropoutLast { epoch: usize, batch: usize },
    /// A metric was asked for that was not measured.
    UnknownMetric { name: String, known: Vec<String> },
    /// A history without a single epoch has nothing to show.
    NoEpochs,
    /// The stop button was pressed in a call that has nothing to show yet.
    Stopped {
        /// Such as `fetching MNIST`.
        what: Phrase,
    },
}

impl fmt::Display for TrainingProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            TrainingProblem::BadSetting { setting, value, expected } => told!(
                "{setting} is {value}, but must be {expected}",
                "{setting} ist {value}, erlaubt ist {expected}",
                value = cut(value, 200)
            ),
            TrainingProblem::EmptySplit { validation_split, samples } => told!(
                "validation_split({validation_split}) of {samples} leaves none for \
                 training or none for validation: choose a fraction such as 0.2, or use more samples",
                "validation_split({validation_split}) von {samples} (samples) lässt für \
                 das Training oder für die Validierung keines übrig: Nimm einen Anteil wie 0.2, \
                 oder mehr Beispiele",
                validation_split = plain(*validation_split),
                samples = counted(*samples, ["sample", "samples"], ["Beispiel", "Beispielen"])
            ),
            TrainingProblem::TwoValidations => told!(
                "both validation_split and validation_data were given: keep one of them",
                "validation_split und validation_data sind beide angegeben: Behalte eines davon"
            ),
            TrainingProblem::LossNotFinite {
                epoch,
                batch,
                instead_of_softmax: Some(activation),
                ..
            } => told!(
                "the loss is no longer a number in epoch {epoch}, batch {batch}: the last layer \
                 has the activation {activation}, but cross-entropy compares probabilities; give \
                 it .activation(Softmax) and compile again",
                "der Verlust (loss) ist in Epoche {epoch}, Batch {batch}, keine Zahl mehr: Die \
                 letzte Schicht (layer) hat die Aktivierung {activation}, die Kreuzentropie \
                 vergleicht aber Wahrscheinlichkeiten; gib ihr .activation(Softmax) und kompiliere \
                 neu"
            ),
            TrainingProblem::DropoutLast { epoch, batch } => told!(
                "the loss is no longer a number in epoch {epoch}, batch {batch}: the Dropout at the end \
                 switched off all answers to a sample; put it before the last Dense layer and compile again",
                "der Verlust (loss) ist in Epoche {epoch}, Batch {batch}, keine Zahl mehr: Der Dropout am \
                 Ende hat bei einem Beispiel alle Antworten ausgeschaltet; setz ihn vor die letzte \
                 Dense-Schicht und kompiliere neu"
            ),
            TrainingProblem::LossNotFinite { epoch, batch, learning_rate, .. } => told!(
                "the loss is no longer a number in epoch {epoch}, batch {batch}: the training ran \
                 away, mostly because the learning rate ({rate}) is too large or the inputs are \
                 not scaled; the model keeps its weights from before this epoch, so try compile \
                 again with a learning rate ten times smaller",
                "der Verlust (loss) ist in Epoche {epoch}, Batch {batch}, keine Zahl mehr: Das \
                 Training ist aus dem Ruder gelaufen, meist weil die Lernrate (learning rate) von \
                 {rate} zu groß ist oder die Eingaben nicht skaliert sind; das Modell behält seine \
                 Gewichte von vor dieser Epoche, kompiliere also neu mit einem Zehntel der Lernrate",
                rate = shortest(plain(*learning_rate))
            ),
            TrainingProblem::FirstLossNotFinite => told!(
                "the very first loss is not a number, before the network has learned anything: the values of x \
                 or y, or weights that it was given, are too large to compute with; divide x and y first, or \
                 compile again for other weights",
                "schon der erste Verlust (loss) ist keine Zahl, bevor das Netz etwas gelernt hat: Die Werte von \
                 x oder y, oder Gewichte (weights), die es bekommen hat, sind zu groß zum Rechnen; teile x und y \
                 zuerst, oder kompiliere neu, dann hat es andere Gewichte"
            ),
            TrainingProblem::UnknownMetric { name, known }
                if name.starts_with("val_")
                    && !known.iter().any(|name| name.starts_with("val_")) =>
            {
                told!(
                    "there is no {name:?} here, only {names}: give fit validation samples, as in \
                     .validation_split(0.2)",
                    "{name:?} gibt es hier nicht, nur {names}: Gib fit Beispiele zum Validieren, etwa \
                     .validation_split(0.2)",
                    name = cut(name, 60),
                    names = quoted(known)
                )
            }
            TrainingProblem::UnknownMetric { name, known } => told!(
                "there is no {name:?} here, only {names}: check the spelling, or name the metric in \
                 compile, as in [Accuracy]",
                "{name:?} gibt es hier nicht, nur {names}: Prüfe die Schreibweise, oder nenne die \
                 Metrik (metric) bei compile, etwa [Accuracy]",
                name = cut(name, 60),
                names = quoted(known)
            ),
            TrainingProblem::NoEpochs => told!(
                "the history holds no epoch yet: call fit, and let at least one epoch come to its end",
                "die History enthält noch keine Epoche: Ruf fit auf, und lass mindestens eine \
                 Epoche zu Ende laufen"
            ),
            TrainingProblem::Stopped { what } => told!(
                "{what} was stopped, as you asked; the variables of earlier cells are still there, and \
                 running the cell again begins it anew",
                "{what} ist angehalten, wie du es wolltest; die Variablen früherer Zellen sind noch \
                 da, und wenn du die Zelle noch einmal ausführst, beginnt es von vorn"
            ),
        })
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::in_german;

    #[test]
    fn a_single_sample_is_no_plural() {
        let one = TrainingProblem::EmptySplit { validation_split: 0.2, samples: 1 };
        assert!(one.to_string().starts_with("validation_split(0.2) of 1 sample leaves"), "{one}");
        let german = in_german(|| one.to_string());
        assert!(german.contains("von 1 Beispiel (samples) lässt"), "{german}");
    }
}
