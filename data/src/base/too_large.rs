//! What would need more memory than there is, and how to mend it.

use std::fmt;

use crate::base::numbers::{counted, size, thousands};
use crate::base::phrase::{Phrase, phrase, told};
use crate::base::shape::Shape;

/// Something that would not fit into the memory of this machine.
#[derive(Clone)]
pub struct TooLarge {
    pub(crate) what: Large,
    /// How many bytes it would take; none where no memory could hold as many.
    pub(crate) bytes: Option<u64>,
    /// How many bytes this machine has to spare.
    pub(crate) most: u64,
}

/// What can be too large.
#[derive(Clone)]
pub enum Large {
    /// An array of this shape.
    Array(Shape),
    /// One-hot rows.
    Rows {
        /// How many classes were asked for.
        num_classes: usize,
        /// For how many labels.
        labels: usize,
    },
    /// A layer, by its weights.
    Weights {
        /// Its name, such as `layer 1 (Dense)`.
        layer: Phrase,
        /// How many weights it would have, without the biases.
        weights: usize,
        /// What makes them fewer, such as `choose fewer units`.
        remedy: Phrase,
    },
    /// A layer, by what it puts out for one sample.
    Output {
        /// Its name, such as `layer 1 (Conv2D)`.
        layer: Phrase,
        /// What makes it less, such as `choose fewer filters`.
        remedy: Phrase,
    },
    /// Samples that are computed at the same time.
    Batch { samples: usize },
    /// A file that is to be read whole.
    File {
        path: String,
        /// What makes it less, such as `read a part of it`.
        remedy: Phrase,
    },
    /// Pictures of a folder.
    Pictures { count: usize },
    /// Pieces of texts that are counted.
    Pieces {
        /// Up to how many characters each.
        ngrams: usize,
    },
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // There are no files of more bytes than a machine counts.
        let (bytes, most) = (size(self.bytes.unwrap_or(u64::MAX)), size(self.most));
        let spare = phrase!(
            "but this machine has only {most} to spare",
            "dieser Rechner hat aber nur {most} frei"
        );
        let is_beyond_any_memory = self.bytes.is_none();
        f.write_str(&match &self.what {
            Large::Array(shape) if is_beyond_any_memory => told!(
                "an array of shape {shape} is too large for any memory: check the lengths",
                "ein Array der Form (shape) {shape} ist für jeden Speicher zu groß: Prüfe die Längen"
            ),
            Large::Array(shape) => told!(
                "an array of shape {shape} takes {bytes}, {spare}: check the lengths, or take fewer rows at a time",
                "ein Array der Form (shape) {shape} braucht {bytes}, {spare}: Prüfe die Längen, \
                 oder nimm weniger Zeilen auf einmal"
            ),
            Large::Rows { num_classes, labels } => told!(
                "num_classes is {num_classes}, but must be the number of classes, such as 10: the \
                 rows of {labels} labels would {take}",
                "num_classes ist {num_classes}, erlaubt ist die Anzahl der Klassen, etwa 10: Die \
                 Zeilen von {labels} Labels {take}",
                labels = thousands(*labels),
                take = if is_beyond_any_memory {
                    phrase!("be too large for any memory", "wären für jeden Speicher zu groß")
                } else {
                    phrase!(
                        "take {bytes}, and this machine has only {most} to spare",
                        "würden {bytes} brauchen, und dieser Rechner hat nur {most} frei"
                    )
                }
            ),
            Large::Weights { layer, remedy, .. } if is_beyond_any_memory => told!(
                "{layer} would have more weights than any memory holds: {remedy}",
                "{layer} hätte mehr Gewichte (weights), als irgendein Speicher fasst: {remedy}"
            ),
            Large::Weights { layer, weights, remedy } => told!(
                "{layer} would have {weights} weights: {own}; to train the network takes {bytes}, {spare}: {remedy}",
                "{layer} hätte {weights} Gewichte (weights): {own}; um das Netz zu trainieren, \
                 sind {bytes} nötig, {spare}: {remedy}",
                own = size((*weights as u64).saturating_mul(4)),
                weights = thousands(*weights)
            ),
            Large::Output { layer, remedy } if is_beyond_any_memory => told!(
                "{layer} would put out more numbers for each sample than any memory holds: {remedy}",
                "{layer} würde für jedes Beispiel (sample) mehr Zahlen ausgeben, als irgendein \
                 Speicher fasst: {remedy}"
            ),
            Large::Output { layer, remedy } => told!(
                "{layer} would need {bytes} for each sample, {spare}: {remedy}",
                "{layer} braucht für jedes Beispiel (sample) {bytes}, {spare}: {remedy}"
            ),
            Large::Batch { samples } => told!(
                "to compute {samples} at once takes {need}: {remedy}",
                "{samples} (samples) auf einmal zu berechnen braucht {need}: {remedy}",
                need = if is_beyond_any_memory {
                    phrase!("more than any memory holds", "mehr, als irgendein Speicher fasst")
                } else {
                    phrase!("{bytes}, {spare}", "{bytes}, {spare}")
                },
                remedy = smaller(*samples),
                samples =
                    counted(*samples, ["sample", "samples"], ["Beispiel", "Beispiele"])
            ),
            Large::File { path, remedy } => told!(
                "to read {path} takes {bytes}, {spare}: {remedy}",
                "{path} zu lesen braucht {bytes}, {spare}: {remedy}"
            ),
            Large::Pictures { count } => told!(
                "{count} pictures take {bytes} as numbers to train with, {spare}: choose a smaller \
                 image_size, color_mode(Grayscale), or fewer with max_per_class",
                "{count} Bilder brauchen {bytes} als Zahlen zum Trainieren, {spare}: Wähle eine \
                 kleinere image_size, color_mode(Grayscale) oder mit max_per_class weniger davon",
                count = thousands(*count)
            ),
            Large::Pieces { ngrams } => told!(
                "the pieces of 1 to {ngrams} characters of these texts take more than {bytes}, \
                 {spare}: choose fewer ngrams",
                "die Stücke von 1 bis {ngrams} Zeichen dieser Texte brauchen mehr als {bytes}, \
                 {spare}: Wähle weniger ngrams"
            ),
        })
    }
}

/// What takes less room than so many samples at once.
fn smaller(samples: usize) -> Phrase {
    if samples == 1 {
        phrase!(
            "choose smaller layers, or smaller samples",
            "Wähle kleinere Schichten oder kleinere Beispiele"
        )
    } else {
        phrase!(
            "choose a smaller batch_size, or smaller layers",
            "Wähle eine kleinere batch_size oder kleinere Schichten"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::in_german;

    #[test]
    fn a_single_sample_is_no_plural() {
        for bytes in [Some(4_000_000_000_000), None] {
            let one = TooLarge { what: Large::Batch { samples: 1 }, bytes, most: 17 };
            assert!(one.to_string().starts_with("to compute 1 sample at once takes"), "{one}");
            let german = in_german(|| one.to_string());
            assert!(german.starts_with("1 Beispiel (samples) auf einmal"), "{german}");
            assert!(!german.contains("batch_size"), "no smaller one helps: {german}");
        }
    }
}
