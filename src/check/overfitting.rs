//! The checks of `course/08_overfitting.md`.

use crate::arrays::array::Array;
use crate::check::{Verdict, accuracy, digits, judge, wrong};
use crate::compile::model::Model;

/// How far training and validation are apart at the end of two curves.
pub fn gap(gap: fn(&[f32], &[f32]) -> f32) -> Verdict {
    judge("gap", || {
        let (training, validation) = ([0.6, 0.9, 1.0], [0.7, 0.85, 0.8]);
        let got = gap(&training, &validation);
        let is = |value: f32| (got - value).abs() < 1e-5;
        if is(0.2) {
            return Ok(());
        }
        let (english, german) = if is(-0.2) {
            (
                "that is the wrong way round: the gap is positive when training is better",
                "das ist verkehrt herum: Der Abstand ist positiv, wenn das Training besser ist",
            )
        } else if is(-0.1) {
            ("that is the first epoch, not the last", "das ist die erste Epoche, nicht die letzte")
        } else if is(0.15) {
            (
                "that compares the best values, not the last ones",
                "das vergleicht die besten Werte, nicht die letzten",
            )
        } else {
            (
                "how far are the two curves apart at their ends?",
                "wie weit sind die beiden Kurven an ihren Enden auseinander?",
            )
        };
        wrong(
            format!(
                "for [0.6, 0.9, 1.0] and [0.7, 0.85, 0.8] your function says {got:.2}: {english}"
            ),
            format!(
                "für [0.6, 0.9, 1.0] und [0.7, 0.85, 0.8] sagt deine Funktion {got:.2}: {german}"
            ),
        )
    })
}

/// The epoch, counted from 1, with the lowest validation loss.
pub fn best_epoch(best_epoch: fn(&[f32]) -> usize) -> Verdict {
    judge("best_epoch", || {
        let curve = [0.9, 0.6, 0.65, 0.5, 0.55, 0.7];
        let (english, german) = match best_epoch(&curve) {
            4 => return fewest_epochs(best_epoch),
            3 => ("epochs are counted from 1", "Epochen zählt man ab 1"),
            2 => (
                "the loss rises there for the first time, but it falls further later on",
                "dort steigt der Verlust zum ersten Mal, aber später fällt er noch weiter",
            ),
            1 => (
                "there the loss is highest, but a loss should be low",
                "dort ist der Verlust am höchsten, ein Verlust soll aber niedrig sein",
            ),
            6 => (
                "that is the last epoch: the curve has risen again by then",
                "das ist die letzte Epoche: Da ist die Kurve schon wieder gestiegen",
            ),
            _ => ("look for the lowest point", "such den tiefsten Punkt"),
        };
        let got = best_epoch(&curve);
        wrong(
            format!("for the curve {curve:?} your function says {got}: {english}"),
            format!("für die Kurve {curve:?} sagt deine Funktion {got}: {german}"),
        )
    })
}

/// A curve that falls to its end, and one that never falls.
fn fewest_epochs(best_epoch: fn(&[f32]) -> usize) -> Result<(), String> {
    if best_epoch(&[0.9, 0.8, 0.7]) != 3 {
        return wrong(
            "for a curve that falls to its end, the best epoch is the last one",
            "bei einer Kurve, die bis zum Ende fällt, ist die beste Epoche die letzte",
        );
    }
    match best_epoch(&[0.4, 0.6, 0.5]) {
        1 => Ok(()),
        got => wrong(
            format!("for [0.4, 0.6, 0.5] your function says {got}: the whole curve counts"),
            format!("für [0.4, 0.6, 0.5] sagt deine Funktion {got}: Die ganze Kurve zählt"),
        ),
    }
}

/// Whether the validation loss has not improved for `patience` epochs.
pub fn should_stop(should_stop: fn(&[f32], usize) -> bool) -> Verdict {
    judge("should_stop", || {
        let expect = |curve: &[f32], patience: usize, stop: bool, english: &str, german: &str| {
            match should_stop(curve, patience) == stop {
                true => Ok(()),
                false => wrong(
                    format!("{curve:?} with patience {patience}: {english}"),
                    format!("{curve:?} mit Geduld {patience}: {german}"),
                ),
            }
        };
        expect(
            &[0.9, 0.5, 0.6, 0.7],
            2,
            true,
            "nothing was better than 0.5 for two epochs, so it is time to stop",
            "seit zwei Epochen war nichts besser als 0.5, also ist es Zeit aufzuhören",
        )?;
        expect(
            &[0.9, 0.7, 0.5],
            2,
            false,
            "the loss still falls, so training should go on",
            "der Verlust fällt noch, also soll das Training weitergehen",
        )?;
        expect(
            &[0.9, 0.5, 0.6],
            2,
            false,
            "only one epoch without improvement: there is patience left",
            "erst eine Epoche ohne Verbesserung: Noch ist Geduld da",
        )?;
        expect(
            &[0.9, 0.5, 0.7, 0.6],
            2,
            true,
            "0.6 is better than 0.7, but the best so far is 0.5",
            "0.6 ist besser als 0.7, aber das Beste bisher ist 0.5",
        )?;
        expect(
            &[0.9, 0.5, 0.6, 0.4, 0.45],
            2,
            false,
            "there was a new best value one epoch ago",
            "vor einer Epoche gab es einen neuen Bestwert",
        )?;
        expect(
            &[],
            3,
            false,
            "before the first epoch there is nothing to stop",
            "vor der ersten Epoche gibt es nichts aufzuhören",
        )
    })
}

/// The gaps of one network that was trained on 250, 1,000 and 4,000 pictures.
pub fn more_data(gaps: &[f32]) -> Verdict {
    judge("more_data", || {
        let Ok([few, some, many]) = <[f32; 3]>::try_from(gaps) else {
            let got = gaps.len();
            return wrong(
                format!("there should be one gap for each of the three sizes, but there are {got}"),
                format!("zu jeder der drei Größen gehört ein Abstand, es sind aber {got}"),
            );
        };
        if gaps.iter().any(|gap| !gap.is_finite() || gap.abs() > 0.5) {
            return wrong(
                "a gap is a difference of two accuracies; these numbers are too large for that",
                "ein Abstand ist der Unterschied zweier Genauigkeiten; dafür sind diese Zahlen zu \
                 groß",
            );
        }
        if few < 0.0 && many < 0.0 {
            return wrong(
                "the gaps are negative: were the curves given in the wrong order, or was the training so \
                 short that there is nothing known by heart yet?",
                "die Abstände sind negativ: Sind die Kurven vertauscht, oder war das Training so kurz, \
                 dass das Netz noch nichts auswendig kann?",
            );
        }
        if (few - many).abs() < 0.03 {
            return wrong(
                "all three gaps are nearly the same: does each training get its own number of \
                 pictures, and enough epochs to learn them?",
                "alle drei Abstände sind fast gleich: Bekommt jedes Training seine eigene Zahl von \
                 Bildern und genug Epochen, sie zu lernen?",
            );
        }
        if !(few > some && some > many) {
            return wrong(
                "the gap should get smaller from size to size: compile anew for each of them, and \
                 take the gap at the end",
                "der Abstand müsste von Größe zu Größe kleiner werden: Kompiliere jedes Mal neu und \
                 nimm den Abstand am Ende",
            );
        }
        match few > 0.1 && many < 0.1 {
            true => Ok(()),
            false => wrong(
                "they get smaller, but not from 250 to 4,000 pictures: train 20 epochs for each",
                "sie werden kleiner, aber nicht wie von 250 bis 4 000 Bildern: Trainiere jeweils 20 \
                 Epochen",
            ),
        }
    })
}

/// A model whose training and validation lie close together, on few pictures.
pub fn close_the_gap(x: &Array, y: &Array, model: &Model) -> Verdict {
    judge("close_the_gap", || {
        let pictures = x.len();
        if !(100..=4_000).contains(&pictures) {
            return wrong(
                format!("{pictures} pictures: train with 100 to 4,000 of them"),
                format!("{pictures} Bilder: Trainiere mit 100 bis 4 000"),
            );
        }
        let (Ok(score), accuracy) = (model.evaluate(x, y), digits::accuracy(model)?) else {
            return wrong(
                "x, y and the network do not fit together",
                "x, y und das Netz passen nicht zusammen",
            );
        };
        let Ok(training) = score.accuracy() else {
            return wrong(
                "the model measures no accuracy: compile it with [Accuracy]",
                "das Modell misst keine Genauigkeit: Kompiliere es mit [Accuracy]",
            );
        };
        let (known, bekannt) = accuracy::percent(training);
        let (new, neu) = accuracy::percent(accuracy);
        if accuracy < 0.885 {
            let (english, german) = match training < 0.92 {
                true => (
                    "it does not know its own pictures well either: it has not learned enough",
                    "es kann auch seine eigenen Bilder nicht gut: Es hat noch nicht genug gelernt",
                ),
                false => (
                    "it knows its own pictures, but they are too few to learn the rest from",
                    "seine eigenen Bilder kann es, aber es sind zu wenige, um daraus den Rest zu \
                     lernen",
                ),
            };
            return wrong(
                format!("{known} in training, {new} on new pictures: {english}"),
                format!("{bekannt} im Training, {neu} auf neuen Bildern: {german}"),
            );
        }
        match training - accuracy <= 0.05 {
            true => Ok(()),
            false => wrong(
                format!(
                    "{known} in training, {new} on new pictures: that is still too far apart; it \
                     had too many units or too much time to learn by heart"
                ),
                format!(
                    "{bekannt} im Training, {neu} auf neuen Bildern: Das ist noch zu weit \
                     auseinander; es hatte zu viele Neuronen oder zu viel Zeit zum Auswendiglernen"
                ),
            ),
        }
    })
}

/// A model that has learned labels at random.
pub fn by_heart(y_random: &Array, model: &Model) -> Verdict {
    judge("by_heart", || {
        let (images, labels) = digits::training()?;
        let (Ok(images), true) = (images.rows(0..500), y_random.shape() == [500, 10]) else {
            let shape = y_random.shape();
            return wrong(
                format!(
                    "y_random has the shape {shape}, but should hold the labels of 500 pictures"
                ),
                format!(
                    "y_random hat die Form {shape}, soll aber die Labels von 500 Bildern enthalten"
                ),
            );
        };
        let labels = labels.to_vec();
        let random = y_random.argmax().to_vec();
        let alike = random.iter().zip(&labels).filter(|(random, label)| random == label).count();
        if alike > 150 {
            return wrong(
                format!("{alike} of 500 labels are still the right ones"),
                format!("{alike} von 500 Labels sind noch die richtigen"),
            );
        }
        if (0..10).any(|digit| random.iter().filter(|label| **label == digit as f32).count() < 20) {
            return wrong(
                "some digit hardly occurs any more: mix the labels, so that all are there as often \
                 as before",
                "eine Ziffer kommt kaum noch vor: Misch die Labels, sodass alle so oft vorkommen \
                 wie vorher",
            );
        }
        let Ok(x) = images.reshape([500, 784]) else {
            return wrong("MNIST could not be used", "MNIST ließ sich nicht benutzen");
        };
        let random: Vec<usize> = random.iter().map(|label| *label as usize).collect();
        let accuracy = digits::fraction_right(model, &(x / 255.0), &random)?;
        let (known, bekannt) = accuracy::percent(accuracy);
        match accuracy >= 0.95 {
            true => Ok(()),
            false => wrong(
                format!(
                    "it knows {known} of the random labels: there is no rule to find, so give it \
                     time to learn each single one"
                ),
                format!(
                    "es kann {bekannt} der Zufallslabels: Eine Regel gibt es nicht zu finden, also gib \
                     ihm Zeit, jedes einzelne zu lernen"
                ),
            ),
        }
    })
}
