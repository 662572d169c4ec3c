//! The checks of `course/07_find_the_mistake.md`. They are numbered, because a name would be the
//! answer.

use std::collections::HashSet;

use crate::arrays::array::Array;
use crate::check::{Finding, Verdict, accuracy, digits, judge, wrong};
use crate::compile::model::Model;
use crate::evaluate::confusion_matrix::ConfusionMatrix;
use crate::fit::history::History;

/// Case 1: pixels that are not scaled.
pub fn mistake_1(x: &Array, model: &Model) -> Verdict {
    judge("mistake_1", || {
        if x.shape().num_dims() != 2 || x.len() < 1_000 {
            let shape = x.shape();
            return wrong(
                format!("x has the shape {shape}, but should hold the rows of pixels"),
                format!("x hat die Form {shape}, soll aber die Zeilen aus Pixeln enthalten"),
            );
        }
        let largest = x.max();
        if largest.is_nan() || largest > 10.0 {
            return wrong(
                format!(
                    "the numbers that go in reach {largest}: look at what the network gets to see, \
                     not at how it is trained"
                ),
                format!(
                    "die Zahlen, die hineingehen, reichen bis {largest}: Schau dir an, was das Netz \
                     zu sehen bekommt, nicht, wie es trainiert wird"
                ),
            );
        }
        if largest < 0.1 {
            return wrong(
                format!("the largest number that goes in is now {largest}: that is too small"),
                format!("die größte Zahl, die hineingeht, ist jetzt {largest}: Das ist zu klein"),
            );
        }
        reads(model, 0.8)
    })
}

/// Case 2: no softmax at the end.
pub fn mistake_2(model: &Model) -> Verdict {
    judge("mistake_2", || {
        let layers = digits::dense_layers(&model.description.layers);
        if !model.loss.is_crossentropy() {
            return wrong(
                "another loss hides the mistake: keep the cross-entropy, and look at what it is \
                 given to compare",
                "ein anderer Verlust verdeckt den Fehler nur: Bleib bei der Kreuzentropie und sieh \
                 nach, was sie zu vergleichen bekommt",
            );
        }
        if layers.len() != 3 {
            return wrong(
                "the number of layers was not the mistake: keep three",
                "an der Zahl der Schichten lag es nicht: Lass es bei dreien",
            );
        }
        digits::ends_with_softmax(&model.description.layers)?;
        reads(model, 0.85)
    })
}

/// Case 3: pictures in another order than their labels.
pub fn mistake_3(model: &Model) -> Verdict {
    judge("mistake_3", || {
        let accuracy = digits::accuracy(model)?;
        if accuracy < 0.3 {
            return wrong(
                "it still reads as badly as somebody who guesses. Network and settings are fine; \
                 look at a few samples together with their labels",
                "es liest immer noch so schlecht wie jemand, der rät. Netz und Einstellungen sind in \
                 Ordnung; sieh dir ein paar Bilder zusammen mit ihren Labels an",
            );
        }
        reads(model, 0.85)
    })
}

/// Case 4: sorted samples and a validation split.
pub fn mistake_4(history: &History, model: &Model) -> Verdict {
    judge("mistake_4", || {
        let Ok(validation) = history.get("val_accuracy") else {
            return wrong(
                "now there is no validation at all: keep validation_split(0.2)",
                "jetzt gibt es gar keine Validierung mehr: Behalte validation_split(0.2)",
            );
        };
        let (x, labels) = digits::test()?;
        let votes = votes(model, &x)?;
        let never: Vec<String> =
            (0..10).filter(|digit| !votes.contains(digit)).map(|digit| digit.to_string()).collect();
        if !never.is_empty() {
            let list = never.join(", ");
            return wrong(
                format!(
                    "among 10,000 test pictures it never once answers {list}. Has it ever seen one?"
                ),
                format!(
                    "auf 10 000 Testbildern antwortet es kein einziges Mal {list}. Hat es je eine gesehen?"
                ),
            );
        }
        if validation.last().is_none_or(|last| *last < 0.8) {
            return wrong(
                "the validation is still far too bad: which pictures does it get?",
                "die Validierung ist immer noch viel zu schlecht: Welche Bilder bekommt sie?",
            );
        }
        for digit in 0..10 {
            let of_digit = votes.iter().zip(&labels).filter(|(_, label)| **label == digit);
            let (right, all) = of_digit.fold((0, 0), |(right, all), (vote, label)| {
                (right + usize::from(vote == label), all + 1)
            });
            if right * 2 < all {
                return wrong(
                    format!(
                        "it misses most of the digit {digit}: does it learn from enough of them?"
                    ),
                    format!(
                        "die meisten Bilder der Ziffer {digit} liest es falsch: Lernt es aus genügend davon?"
                    ),
                );
            }
        }
        reads(model, 0.85)
    })
}

/// Case 5: test data prepared unlike the training data.
pub fn mistake_5(model: &Model, x_exam: &Array) -> Verdict {
    judge("mistake_5", || {
        let (_, labels) = digits::test()?;
        if x_exam.shape() != [10_000, 784] {
            let shape = x_exam.shape();
            return wrong(
                format!("x_exam has the shape {shape}, but all 10,000 test pictures are the exam"),
                format!(
                    "x_exam hat die Form {shape}, zur Prüfung gehören aber alle 10 000 Testbilder"
                ),
            );
        }
        let accuracy = digits::fraction_right(model, x_exam, &labels)?;
        if accuracy < 0.2 && x_exam.min() >= 0.0 {
            return wrong(
                "in the exam it only guesses: are these the test pictures, in the order of their \
                 labels, and was the model trained?",
                "in der Prüfung rät es nur: Sind das die Testbilder, in der Reihenfolge ihrer Labels, \
                 und wurde das Modell trainiert?",
            );
        }
        if accuracy < 0.85 {
            let (smallest, largest) = (x_exam.min(), x_exam.max());
            let (english, german) = accuracy::percent(accuracy);
            return wrong(
                format!(
                    "{english} in the exam. Its pixels run from {smallest} to {largest}: which ones \
                     is the network used to?"
                ),
                format!(
                    "{german} in der Prüfung. Ihre Pixel reichen von {smallest} bis {largest}: Welche \
                     ist das Netz gewohnt?"
                ),
            );
        }
        if x_exam.max() > 10.0 {
            return wrong(
                "the accuracy is fine by luck, but look at the loss: the pixels of the exam are \
                 still much larger than those of the training",
                "die Genauigkeit stimmt nur zufällig, sieh dir den Verlust an: Die Pixel der Prüfung \
                 sind immer noch viel größer als die im Training",
            );
        }
        Ok(())
    })
}

/// Case 6: validation data that was trained on.
pub fn mistake_6(x: &Array, x_val: &Array, history: &History, model: &Model) -> Verdict {
    judge("mistake_6", || {
        if x.len() < 800 || x_val.len() < 200 {
            let (training, validation) = (x.len(), x_val.len());
            return wrong(
                format!(
                    "{training} pictures for training and {validation} for validation are too few \
                     to say anything"
                ),
                format!(
                    "{training} Bilder zum Trainieren und {validation} zum Validieren sind zu wenige, \
                     um etwas zu sagen"
                ),
            );
        }
        let known = rows(x);
        let seen = rows(x_val).iter().filter(|row| known.contains(*row)).count();
        if seen * 100 > x_val.len() {
            return wrong(
                format!(
                    "{seen} of the {} validation pictures are among the training pictures",
                    x_val.len()
                ),
                format!(
                    "{seen} der {} Validierungsbilder sind auch unter den Trainingsbildern",
                    x_val.len()
                ),
            );
        }
        let last = history.get("val_accuracy").ok().and_then(|all| all.last().copied());
        let Some(last) = last else {
            return wrong(
                "history has no val_accuracy: give `fit` the validation data",
                "history hat keine val_accuracy: Gib `fit` die Validierungsdaten",
            );
        };
        let accuracy = digits::accuracy(model)?;
        if (last - accuracy).abs() > 0.07 {
            let (said, gesagt) = accuracy::percent(last);
            let (true_one, wahr) = accuracy::percent(accuracy);
            return wrong(
                format!(
                    "the validation says {said}, the test data {true_one}: run the cell again as a \
                     whole; do labels and pictures of the validation belong together?"
                ),
                format!(
                    "die Validierung sagt {gesagt}, die Testdaten sagen {wahr}: Führe die ganze Zelle \
                     noch einmal aus; gehören Labels und Bilder der Validierung zusammen?"
                ),
            );
        }
        reads(model, 0.8)
    })
}

/// Case 7: compiled again, so that what was learned is lost.
pub fn mistake_7(model: &Model) -> Verdict {
    judge("mistake_7", || {
        let rate = model.optimizer.learning_rate();
        if rate > 0.0005 {
            return wrong(
                format!("the fine training is missing: the learning rate of this model is {rate}"),
                format!("das feine Training fehlt: Die Lernrate dieses Modells ist {rate}"),
            );
        }
        if model.num_steps().is_none_or(|steps| steps > 1_000) {
            return wrong(
                "longer training with small steps starts from nothing again: what the first \
                 training has learned should be kept",
                "länger mit kleinen Schritten zu trainieren fängt wieder bei null an: Was das erste \
                 Training gelernt hat, soll erhalten bleiben",
            );
        }
        let accuracy = digits::accuracy(model)?;
        if accuracy < 0.8 {
            let (english, german) = accuracy::percent(accuracy);
            return wrong(
                format!(
                    "{english}: it still looks like a network that has just begun. Where did the \
                     learned weights go?"
                ),
                format!(
                    "{german}: Das sieht immer noch nach einem Netz aus, das gerade erst anfängt. Wo \
                     sind die gelernten Gewichte geblieben?"
                ),
            );
        }
        reads(model, 0.915)
    })
}

/// Case 8: a rare class that is never found, behind a high accuracy.
pub fn mistake_8(model: &Model) -> Verdict {
    judge("mistake_8", || {
        let (x, labels) = digits::test()?;
        digits::takes_pixels(&model.description.layers)?;
        let outputs = digits::dense_layers(&model.description.layers).last().map_or(0, |l| l.units);
        if outputs != 2 {
            return wrong(
                format!("the network has {outputs} outputs, but the answers are no and yes"),
                format!("das Netz hat {outputs} Ausgänge, die Antworten sind aber Nein und Ja"),
            );
        }
        let is_eight: Vec<i64> = labels.iter().map(|label| i64::from(*label == 8)).collect();
        let votes = Array::from(votes(model, &x)?.iter().map(|v| *v as i64).collect::<Vec<i64>>());
        let Ok(matrix) = ConfusionMatrix::new(&Array::from(is_eight), &votes) else {
            return wrong(
                "the answers cannot be counted",
                "die Antworten lassen sich nicht zählen",
            );
        };
        let count = |label, vote| matrix.counts().get([label, vote]).unwrap_or(0.0);
        let (found, missed, false_alarms) = (count(1, 1), count(1, 0), count(0, 1));
        if found == 0.0 {
            return wrong(
                "it never says yes: none of the eights is found, and nobody notices by the \
                 accuracy",
                "es sagt nie Ja: Keine einzige Acht wird gefunden, und an der Genauigkeit merkt es \
                 niemand",
            );
        }
        if found < 0.7 * (found + missed) {
            return wrong(
                format!("it finds {found} eights now, but still misses {missed}"),
                format!("es findet jetzt {found} Achten, übersieht aber immer noch {missed}"),
            );
        }
        if false_alarms > 300.0 {
            return wrong(
                format!("it finds the eights, but takes {false_alarms} other digits for eights"),
                format!("es findet die Achten, hält aber {false_alarms} andere Ziffern für Achten"),
            );
        }
        Ok(())
    })
}

/// Fails when a model reads fewer of the test pictures rightly.
fn reads(model: &Model, goal: f32) -> Finding {
    let accuracy = digits::accuracy(model)?;
    match accuracy >= goal {
        true => Ok(()),
        false => {
            let (percent, prozent) = accuracy::percent(accuracy);
            wrong(
                format!(
                    "the model reads only {percent} of the test pictures: something is still wrong, or the training was cut short"
                ),
                format!(
                    "das Modell liest nur {prozent} der Testbilder richtig: Noch stimmt etwas nicht, oder das Training war zu kurz"
                ),
            )
        }
    }
}

/// The class that a model answers for each sample.
fn votes(model: &Model, x: &Array) -> Result<Vec<usize>, String> {
    let outputs = model.predict(x).or_else(|problem| {
        wrong(
            format!("the model cannot answer: {problem}"),
            format!("das Modell kann nicht antworten: {problem}"),
        )
    })?;
    Ok(outputs.argmax().to_vec().iter().map(|vote| *vote as usize).collect())
}

/// Each sample as the bits of its numbers, to see whether it occurs elsewhere.
fn rows(x: &Array) -> HashSet<Vec<u32>> {
    let width = (x.shape().num_values() / x.len().max(1)).max(1);
    let numbers = x.to_vec();
    numbers.chunks(width).map(|row| row.iter().map(|number| number.to_bits()).collect()).collect()
}
