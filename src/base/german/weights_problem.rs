//! What can be wrong with a file of weights, in German.

use std::fmt;

use crate::base::weights_problem::WeightsProblem;

impl WeightsProblem {
    /// The words of `Display` in German.
    pub(crate) fn german(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WeightsProblem::NotSafetensors => write!(
                f,
                "das ist keine safetensors-Datei; nimm eine, die model.save geschrieben hat"
            ),
            WeightsProblem::CutShort { expected, got } => write!(
                f,
                "das Ende fehlt, die Datei hat {got} von mindestens {expected} Bytes; kopiere \
                 oder speichere sie noch einmal"
            ),
            WeightsProblem::TooLong { expected, got } => write!(
                f,
                "die Datei hat {got} statt {expected} Bytes, hinter ihr Ende wurde also etwas \
                 geschrieben; kopiere oder speichere sie noch einmal"
            ),
            WeightsProblem::BrokenHeader { reason } => write!(
                f,
                "das Inhaltsverzeichnis der Datei ist kaputt ({reason}); kopiere oder speichere \
                 sie noch einmal"
            ),
            WeightsProblem::NoNetwork => write!(
                f,
                "die Datei enthält Gewichte (weights), aber nicht das Netz, zu dem sie gehören; \
                 kompiliere dieses Netz und nimm model.load_weights"
            ),
            WeightsProblem::UnknownVersion { found, known } => write!(
                f,
                "gespeichert hat sie eine neuere Version von zunder (Format {found}, hier bekannt \
                 bis {known}); aktualisiere zunder"
            ),
            WeightsProblem::UnknownNetwork { reason } => write!(
                f,
                "die Beschreibung des Netzes ist nicht lesbar ({reason}); speichere es noch \
                 einmal mit dieser Version von zunder"
            ),
            WeightsProblem::WrongNetwork { reason } => {
                write!(f, "das beschriebene Netz lässt sich nicht bauen: {reason}")
            }
            WeightsProblem::MissingTensor { tensor, known } => write!(
                f,
                "der Tensor {tensor:?} fehlt, es gibt nur {}; speichere das ganze Netz noch einmal",
                known.join(", ")
            ),
            WeightsProblem::UnknownTensor { tensor } => write!(
                f,
                "keine Schicht (layer) dieses Netzes nimmt den Tensor {tensor:?}; Dense-Schichten \
                 nehmen kernel (oder weight von PyTorch) und bias, Conv2D-Schichten einen kernel \
                 der Form (Höhe, Breite, Kanäle, Filter) und bias"
            ),
            WeightsProblem::WrongNumberOfLayers { expected, got } => write!(
                f,
                "die Datei enthält die Gewichte (weights) von {} ({}), dieses Netz hat aber \
                 {expected}; baue das Netz mit denselben Schichten",
                match got.len() {
                    1 => "1 Schicht".to_owned(),
                    number => format!("{number} Schichten"),
                },
                got.join(", ")
            ),
            WeightsProblem::WrongShape { tensor, layer, expected, got } => write!(
                f,
                "{layer} braucht {expected}, der Tensor {tensor:?}, der als Nächstes kommt, hat \
                 aber die Form (shape) {got}; baue das Netz mit denselben Schichten, und benenne \
                 die Tensoren so, dass sie sortiert in der Reihenfolge der Schichten stehen"
            ),
            WeightsProblem::WrongDType { tensor, dtype } => write!(
                f,
                "die Zahlen im Tensor {tensor:?} haben den Typ {dtype}; wandle sie vor dem \
                 Speichern in float32 (F32) um"
            ),
            WeightsProblem::NotFinite { tensor, value } => write!(
                f,
                "im Tensor {tensor:?} steht der Wert {value}, das Training war also aus dem Ruder \
                 gelaufen; speichere ein Netz, dessen Verlust (loss) eine Zahl ist"
            ),
        }
    }
}
