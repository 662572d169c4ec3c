//! What would need more memory than there is, and how to mend it.

use std::fmt;

use crate::base::language::either;
use crate::base::numbers::{counted, thousands};
use crate::base::phrase::{Phrase, phrase, say};
use crate::base::shape::Shape;

/// Something that would not fit into the memory of this machine.
#[derive(Clone)]
pub struct TooLarge {
    /// What it is.
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
    Batch {
        /// How many.
        samples: usize,
    },
    /// A file that is to be read whole.
    File {
        /// Its path.
        path: String,
        /// What makes it less, such as `read a part of it`.
        remedy: Phrase,
    },
    /// Pictures of a folder.
    Pictures {
        /// How many.
        count: usize,
    },
    /// Pieces of texts that are counted.
    Pieces {
        /// Up to how many characters each.
        ngrams: usize,
    },
}

/// A number of bytes as people say it: `4,000 GB`. Of small numbers of a unit, the next smaller
/// unit is taken: 1,500 MB says more than 2 GB.
pub(crate) fn memory(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "KB")];
    let fitting = UNITS.into_iter().find(|(size, _)| bytes >= 10 * size);
    let (size, name) = fitting.unwrap_or((1, either("bytes", "Bytes")));
    format!("{} {name}", thousands((bytes / size) as usize))
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bytes {
            Some(bytes) => self.beyond_this_memory(f, bytes),
            None => self.beyond_any_memory(f),
        }
    }
}

impl TooLarge {
    fn beyond_this_memory(&self, f: &mut fmt::Formatter<'_>, bytes: u64) -> fmt::Result {
        let (bytes, most) = (memory(bytes), memory(self.most));
        match &self.what {
            Large::Array(shape) => say!(
                f,
                "an array of shape {shape} takes {bytes}, but this machine has only {most} to \
                 spare: check the lengths, or take fewer rows at a time",
                "ein Array der Form (shape) {shape} braucht {bytes}, dieser Rechner hat aber nur \
                 {most} frei: Prüfe die Längen, oder nimm weniger Zeilen auf einmal"
            ),
            Large::Rows { num_classes, labels } => say!(
                f,
                "num_classes is {num_classes}, but must be the number of classes, such as 10: the \
                 rows of {labels} labels would take {bytes}, and this machine has only {most} to \
                 spare",
                "num_classes ist {num_classes}, erlaubt ist die Anzahl der Klassen, etwa 10: Die \
                 Zeilen von {labels} Labels würden {bytes} brauchen, und dieser Rechner hat nur \
                 {most} frei",
                labels = thousands(*labels)
            ),
            Large::Weights { layer, weights, remedy } => say!(
                f,
                "{layer} would have {weights} weights: {own}; to train the network takes {bytes}, \
                 but this machine has only {most} to spare: {remedy}",
                "{layer} hätte {weights} Gewichte (weights): {own}; um das Netz zu trainieren, \
                 sind {bytes} nötig, dieser Rechner hat aber nur {most} frei: {remedy}",
                own = memory((*weights as u64).saturating_mul(4)),
                weights = thousands(*weights)
            ),
            Large::Output { layer, remedy } => say!(
                f,
                "{layer} would need {bytes} for each sample, but this machine has only {most} to \
                 spare: {remedy}",
                "{layer} braucht für jedes Beispiel (sample) {bytes}, dieser Rechner hat aber nur \
                 {most} frei: {remedy}"
            ),
            Large::Batch { samples } => say!(
                f,
                "to compute {samples} at once takes {bytes}, but this machine has only \
                 {most} to spare: {remedy}",
                "{samples} (samples) auf einmal zu berechnen braucht {bytes}, dieser \
                 Rechner hat aber nur {most} frei: {remedy}",
                remedy = smaller(*samples),
                samples =
                    counted(*samples, either("sample", "Beispiel"), either("samples", "Beispiele"))
            ),
            Large::File { path, remedy } => say!(
                f,
                "to read {path} takes {bytes}, but this machine has only {most} to spare: {remedy}",
                "{path} zu lesen braucht {bytes}, dieser Rechner hat aber nur {most} frei: {remedy}"
            ),
            Large::Pictures { count } => say!(
                f,
                "{count} pictures take {bytes} as numbers to train with, but this machine has only \
                 {most} to spare: choose a smaller image_size, color_mode(Grayscale), or fewer with \
                 max_per_class",
                "{count} Bilder brauchen {bytes} als Zahlen zum Trainieren, dieser Rechner hat aber nur \
                 {most} frei: Wähle eine kleinere image_size, color_mode(Grayscale) oder mit \
                 max_per_class weniger davon",
                count = thousands(*count)
            ),
            Large::Pieces { ngrams } => say!(
                f,
                "the pieces of 1 to {ngrams} characters of these texts take more than {bytes}, \
                 but this machine has only {most} to spare: choose fewer ngrams",
                "die Stücke von 1 bis {ngrams} Zeichen dieser Texte brauchen mehr als {bytes}, \
                 dieser Rechner hat aber nur {most} frei: Wähle weniger ngrams"
            ),
        }
    }

    /// Where the number of bytes has more digits than a machine computes with.
    fn beyond_any_memory(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            Large::Array(shape) => say!(
                f,
                "an array of shape {shape} is too large for any memory: check the lengths",
                "ein Array der Form (shape) {shape} ist für jeden Speicher zu groß: Prüfe die \
                 Längen"
            ),
            Large::Rows { num_classes, labels } => say!(
                f,
                "num_classes is {num_classes}, but must be the number of classes, such as 10: the \
                 rows of {labels} labels would be too large for any memory",
                "num_classes ist {num_classes}, erlaubt ist die Anzahl der Klassen, etwa 10: Die \
                 Zeilen von {labels} Labels wären für jeden Speicher zu groß",
                labels = thousands(*labels)
            ),
            Large::Weights { layer, remedy, .. } => say!(
                f,
                "{layer} would have more weights than any memory holds: {remedy}",
                "{layer} hätte mehr Gewichte (weights), als irgendein Speicher fasst: {remedy}"
            ),
            Large::Output { layer, remedy } => say!(
                f,
                "{layer} would put out more numbers for each sample than any memory holds: {remedy}",
                "{layer} würde für jedes Beispiel (sample) mehr Zahlen ausgeben, als irgendein \
                 Speicher fasst: {remedy}"
            ),
            Large::Batch { samples } => say!(
                f,
                "to compute {samples} at once takes more than any memory holds: {remedy}",
                "{samples} (samples) auf einmal zu berechnen braucht mehr, als irgendein Speicher \
                 fasst: {remedy}",
                remedy = smaller(*samples),
                samples =
                    counted(*samples, either("sample", "Beispiel"), either("samples", "Beispiele"))
            ),
            // There are no files of more bytes than a machine counts.
            Large::File { .. } | Large::Pictures { .. } | Large::Pieces { .. } => {
                self.beyond_this_memory(f, u64::MAX)
            }
        }
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
    fn memory_is_said_in_units_that_can_be_read() {
        let said = [0, 9_999, 10_000, 9_999_999_999, 10_000_000_000, 4_000_000_000_000].map(memory);
        let expected = ["0 bytes", "9,999 bytes", "10 KB", "9,999 MB", "10 GB", "4,000 GB"];
        assert_eq!(said, expected);
        assert_eq!(in_german(|| memory(9_999)), "9\u{202f}999 Bytes");
    }

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
