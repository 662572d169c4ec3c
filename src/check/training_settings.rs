//! The checks of `course/06_training_settings.md`.

use crate::check::{Finding, Verdict, accuracy, digits, judge, wrong};
use crate::choose::optimizers::Optimizer;
use crate::compile::model::Model;
use crate::fit::history::History;

/// How many steps a training takes: samples, batch size, epochs.
pub fn count_steps(steps: fn(usize, usize, usize) -> usize) -> Verdict {
    judge("count_steps", || {
        let trials: [(usize, usize, usize); 5] =
            [(1000, 10, 1), (1000, 10, 3), (48_000, 32, 10), (100, 32, 1), (100, 32, 3)];
        for (samples, batch_size, epochs) in trials {
            let per_epoch = samples.div_ceil(batch_size);
            let got = steps(samples, batch_size, epochs);
            if got == per_epoch * epochs {
                continue;
            }
            let (english, german) = if got == samples / batch_size && samples % batch_size == 0 {
                ("that is one epoch only", "das ist nur eine Epoche")
            } else if got == samples / batch_size * epochs || got == samples / batch_size {
                (
                    "the samples that are left over at the end of an epoch are a batch, too",
                    "was am Ende einer Epoche übrig bleibt, ist auch ein Batch",
                )
            } else if got == (samples * epochs).div_ceil(batch_size) {
                (
                    "a batch never reaches from one epoch into the next",
                    "ein Batch reicht nie von einer Epoche in die nächste",
                )
            } else {
                (
                    "ask first how many batches one epoch has",
                    "frage zuerst, wie viele Batches eine Epoche hat",
                )
            };
            return wrong(
                format!("steps({samples}, {batch_size}, {epochs}) says {got}: {english}"),
                format!("steps({samples}, {batch_size}, {epochs}) sagt {got}: {german}"),
            );
        }
        Ok(())
    })
}

/// The learning rates of the four runs A, B, C and D.
pub fn read_curves(rates: [f64; 4]) -> Verdict {
    judge("read_curves", || {
        let offered = [0.0001, 0.01, 0.1, 1.0];
        if let Some(rate) = rates.iter().find(|rate| !offered.contains(rate)) {
            return wrong(
                format!("{rate} is none of the four learning rates"),
                format!("{rate} ist keine der vier Lernraten"),
            );
        }
        if offered.iter().any(|rate| !rates.contains(rate)) {
            return wrong(
                "each learning rate belongs to exactly one run, but one of them stands there twice",
                "jede Lernrate gehört zu genau einem Lauf, aber eine steht zweimal da",
            );
        }
        let [a, b, c, d] = rates;
        if b != 0.0001 {
            return wrong(
                "with steps that are far too small the loss falls in every epoch, but only by a \
                 little: which run looks like that?",
                "bei viel zu kleinen Schritten fällt der Verlust in jeder Epoche, aber immer nur \
                 ein wenig: Welcher Lauf sieht so aus?",
            );
        }
        if d != 0.01 {
            return wrong(
                "with the right learning rate the loss falls fast at first and then settles low",
                "mit der richtigen Lernrate fällt der Verlust erst schnell und kommt dann weit \
                 unten zur Ruhe",
            );
        }
        if (a, c) != (0.1, 1.0) {
            return wrong(
                "two runs have steps that are too large; the larger they are, the further the very \
                 first ones throw the weights away",
                "zwei Läufe haben zu große Schritte; je größer sie sind, desto weiter schleudern \
                 schon die ersten die Gewichte weg",
            );
        }
        Ok(())
    })
}

/// The last validation loss for each of five learning rates, and the best rate.
pub fn compare_rates(losses: &[f32], best: f64) -> Verdict {
    judge("compare_rates", || {
        let rates = [0.0001, 0.001, 0.01, 0.1, 1.0];
        let Ok(each) = <[f32; 5]>::try_from(losses) else {
            let got = losses.len();
            return wrong(
                format!("there should be one loss for each of the five rates, but there are {got}"),
                format!("zu jeder der fünf Lernraten gehört ein Verlust, es sind aber {got}"),
            );
        };
        if each.iter().any(|loss| !loss.is_finite() || *loss <= 0.0) {
            return wrong(
                "a loss is a number above 0: take the last value of `val_loss` of each training",
                "ein Verlust ist eine Zahl über 0: Nimm den letzten Wert von `val_loss` aus jedem \
                 Training",
            );
        }
        let (lowest, highest) = each
            .iter()
            .fold((each[0], each[0]), |(low, high), &loss| (low.min(loss), high.max(loss)));
        if highest - lowest < 0.2 {
            return wrong(
                "all five losses are nearly the same: does each training use its own rate?",
                "alle fünf Verluste sind fast gleich: Benutzt jedes Training seine eigene Lernrate?",
            );
        }
        if highest <= 1.0 {
            return wrong(
                "the largest rate learns nothing, and yet no number is above 1: are these \
                 accuracies instead of losses?",
                "die größte Lernrate lernt nichts, und doch ist keine Zahl größer als 1: Sind das \
                 Genauigkeiten statt Verluste?",
            );
        }
        let falls_then_rises = each[0] > each[1] && each[4] > each[2];
        if !falls_then_rises || each[4] < 1.0 {
            return wrong(
                "the smallest and the largest rate should be worse than those between: compile \
                 anew for each rate, or each training goes on with what the last one learned",
                "die kleinste und die größte Lernrate müssten schlechter sein als die in der Mitte: \
                 Kompiliere für jede Lernrate neu, sonst macht jedes Training beim letzten weiter",
            );
        }
        let found = rates.iter().position(|rate| *rate == best);
        match found.map(|index| each[index]) {
            Some(loss) if loss == lowest => Ok(()),
            Some(_) => wrong(
                format!("the losses look right, but {best} does not have the lowest of them"),
                format!("die Verluste stimmen, aber {best} hat nicht den niedrigsten"),
            ),
            None => wrong(
                "the losses look right; now `best` is still missing: one of the five rates",
                "die Verluste stimmen; jetzt fehlt noch `best`: eine der fünf Lernraten",
            ),
        }
    })
}

/// A model that was trained with large batches and still learned something.
pub fn large_batch(model: &Model) -> Verdict {
    judge("large_batch", || {
        same_network(model)?;
        let steps = 5 * 10_000_usize.div_ceil(512);
        match model.num_steps() {
            Some(got) if got > steps => {
                return wrong(
                    format!(
                        "the model took {got} steps, which is more than 5 epochs with batches of \
                         512: leave those two as they are"
                    ),
                    format!(
                        "das Modell ist {got} Schritte gegangen, mehr als 5 Epochen mit Batches von \
                         512 Bildern: Lass diese beiden, wie sie sind"
                    ),
                );
            }
            Some(got) if got == steps => {}
            _ => {
                return wrong(
                    "the model took fewer steps than 5 epochs with batches of 512 on all 10,000 \
                     pictures",
                    "das Modell ist weniger Schritte gegangen als 5 Epochen mit Batches von 512 \
                     Bildern auf allen 10 000 Bildern",
                );
            }
        }
        reads(model, 0.88, |percent, prozent| {
            let rate = model.optimizer.learning_rate();
            match rate > 0.05 {
                true => wrong(
                    format!("only {percent} right: steps of {rate} are too large now"),
                    format!("nur {prozent} richtig: Schritte von {rate} sind jetzt zu groß"),
                ),
                false => wrong(
                    format!("{percent} right: with so few steps it does not get far enough yet"),
                    format!(
                        "{prozent} richtig: Mit so wenigen Schritten kommt es noch nicht weit genug"
                    ),
                ),
            }
        })
    })
}

/// The first epoch, counted from 1, in which a curve reaches a goal.
pub fn first_epoch(first_epoch: fn(&[f32], f32) -> Option<usize>) -> Verdict {
    judge("first_epoch", || {
        let curve = [0.5, 0.8, 0.9, 0.88, 0.93, 0.95];
        match first_epoch(&curve, 0.85) {
            Some(3) => {}
            Some(2) => {
                return wrong(
                    "epochs are counted from 1, the places of a slice from 0",
                    "Epochen zählt man ab 1, die Plätze eines Slices ab 0",
                );
            }
            Some(6) => {
                return wrong(
                    "that is the last epoch that lies above the goal, not the first",
                    "das ist die letzte Epoche über dem Ziel, nicht die erste",
                );
            }
            None => {
                return wrong(
                    "the curve 0.5, 0.8, 0.9, ... reaches 0.85, but your function says None",
                    "die Kurve 0.5, 0.8, 0.9, ... erreicht 0.85, aber deine Funktion sagt None",
                );
            }
            Some(other) => {
                return wrong(
                    format!("in 0.5, 0.8, 0.9, ... your function finds 0.85 in epoch {other}"),
                    format!("in 0.5, 0.8, 0.9, ... findet deine Funktion 0.85 in Epoche {other}"),
                );
            }
        }
        if first_epoch(&curve, 0.99).is_some() {
            return wrong(
                "a goal of 0.99 is never reached by 0.5, 0.8, ..., 0.95: that should be None",
                "0.99 wird von 0.5, 0.8, ..., 0.95 nie erreicht: Das sollte None sein",
            );
        }
        if first_epoch(&curve, 0.9) != Some(3) {
            return wrong(
                "exactly at the goal counts as reached",
                "genau am Ziel gilt als erreicht",
            );
        }
        match first_epoch(&[], 0.5) {
            None => Ok(()),
            Some(_) => wrong(
                "an empty curve reaches nothing, but your function names an epoch",
                "eine leere Kurve erreicht nichts, aber deine Funktion nennt eine Epoche",
            ),
        }
    })
}

/// A model trained with SGD that momentum made faster.
pub fn momentum(model: &Model) -> Verdict {
    judge("momentum", || {
        same_network(model)?;
        let Optimizer::Sgd(sgd) = model.optimizer else {
            return wrong(
                "that is another optimizer: stay with Sgd here",
                "das ist ein anderer Optimierer: Bleib hier bei Sgd",
            );
        };
        if sgd.learning_rate != 0.01 {
            return wrong(
                "the learning rate has changed: leave it at 0.01, and let momentum do the work",
                "die Lernrate ist eine andere: Lass sie bei 0.01, die Arbeit soll das Momentum tun",
            );
        }
        if model.num_steps().is_none_or(|steps| steps > 5 * 313) {
            return wrong(
                "the model took more steps than 5 epochs with batches of 32",
                "das Modell ist mehr Schritte gegangen als 5 Epochen mit Batches von 32 Bildern",
            );
        }
        if sgd.momentum == 0.0 {
            return wrong(
                "there is no momentum yet: every step forgets the one before",
                "noch gibt es kein Momentum: Jeder Schritt vergisst den vorigen",
            );
        }
        reads(model, 0.895, |percent, prozent| match sgd.momentum > 0.97 {
            true => wrong(
                format!("only {percent} right: with so much momentum it shoots past the valley"),
                format!(
                    "nur {prozent} richtig: Mit so viel Momentum schießt es über das Tal hinaus"
                ),
            ),
            false => wrong(
                format!("{percent} right: better than without, but it can have more momentum"),
                format!("{prozent} richtig: besser als ohne, aber es verträgt mehr Momentum"),
            ),
        })
    })
}

/// The network of the tutorial, brought to an accuracy within few epochs.
pub fn within_epochs(history: &History, model: &Model) -> Verdict {
    judge("within_epochs", || {
        same_network(model)?;
        let epochs = history.num_epochs();
        if epochs > 4 {
            return wrong(
                format!("{epochs} epochs are more than 4"),
                format!("{epochs} Epochen sind mehr als 4"),
            );
        }
        // With batches of one picture each.
        if model.num_steps().is_none_or(|steps| steps > 4 * 10_000) {
            return wrong(
                "the model took more steps than 4 epochs have: was `fit` called twice, or with \
                 more pictures?",
                "das Modell ist mehr Schritte gegangen, als 4 Epochen haben: Wurde `fit` zweimal \
                 aufgerufen, oder mit mehr Bildern?",
            );
        }
        reads(model, 0.915, |percent, prozent| {
            wrong(
                format!(
                    "{percent} of the test pictures right. Look at the curve: \
                     does it still fall at the end (larger steps, or more of them), or does it \
                     jump (smaller steps)?"
                ),
                format!(
                    "{prozent} der Testbilder richtig. Sieh dir die Kurve an: \
                     Fällt sie am Ende noch (größere oder mehr Schritte), oder springt sie \
                     (kleinere Schritte)?"
                ),
            )
        })
    })
}

/// Fails when a model has other layers than the network of this notebook.
fn same_network(model: &Model) -> Finding {
    let parameters = model.description.num_parameters().unwrap_or(0);
    let units: Vec<usize> =
        digits::dense_layers(&model.description.layers).iter().map(|layer| layer.units).collect();
    match units == [20, 14, 10] && parameters == 16_144 {
        true => Ok(()),
        false => wrong(
            "this is another network: leave the layers as they are, and change only how they are \
             trained",
            "das ist ein anderes Netz: Lass die Schichten, wie sie sind, und ändere nur, wie sie \
             trainiert werden",
        ),
    }
}

/// Fails with `too_few` when a model reads fewer of the test pictures rightly.
fn reads(model: &Model, goal: f32, too_few: impl FnOnce(&str, &str) -> Finding) -> Finding {
    let accuracy = digits::accuracy(model)?;
    match accuracy >= goal {
        true => Ok(()),
        false => {
            let (english, german) = accuracy::percent(accuracy);
            too_few(&english, &german)
        }
    }
}
