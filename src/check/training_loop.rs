//! The checks of `course/13_training_loop.md`.

use burn::tensor::{Tensor, activation};

use crate::arrays::array::Array;
use crate::base::error::Result;
use crate::base::language::either;
use crate::base::shape::Shape;
use crate::check::{Finding, Verdict, judge, wrong};
use crate::load::mnist;

/// The batch size and the learning rate of the notebook.
const BATCH: usize = 32;
const LEARNING_RATE: f32 = 0.1;

/// The rows of one batch, as a tensor.
pub fn batch(answer: fn(&Array, usize) -> Result<Tensor<2>>) -> Verdict {
    judge("batch", || {
        let data = made_up([3 * BATCH, 3], 1.0);
        let rows = |from: usize, to: usize| said(data.rows(from..to));
        for number in 0..3 {
            let came = Array::from_tensor(&said(answer(&data, number))?);
            if came == rows(number * BATCH, (number + 1) * BATCH)? {
                continue;
            }
            let reason = if came.len() != BATCH {
                either(
                    format!("it has {} rows, but a batch has {BATCH}", came.len()),
                    format!("er hat {} Zeilen, ein Batch aber {BATCH}", came.len()),
                )
            } else if came == rows(0, BATCH)? {
                either(
                    "that is batch 0 again: the number was not used".to_owned(),
                    "das ist wieder Batch 0: Die Nummer wurde nicht benutzt".to_owned(),
                )
            } else if came == rows(number, number + BATCH)? {
                either(
                    format!("it begins at row {number}, so it shares nearly all rows with batch 0"),
                    format!(
                        "er beginnt bei Zeile {number} und hat also fast alle Zeilen mit Batch 0 gemeinsam"
                    ),
                )
            } else {
                either("these are other rows".to_owned(), "das sind andere Zeilen".to_owned())
            };
            return wrong(
                format!("batch {number} of 96 made-up rows is not right: {reason}"),
                format!("Batch {number} von 96 erfundenen Zeilen stimmt nicht: {reason}"),
            );
        }
        Ok(())
    })
}

/// The logits of a network of two layers.
pub fn forward(answer: fn(&Tensor<2>, &[Tensor<2>]) -> Tensor<2>) -> Verdict {
    judge("forward", || {
        let x = said(made_up([5, 4], 1.0).to_tensor::<2>())?;
        let weights = made_up_weights()?;
        let came = answer(&x, &weights);
        let [w1, b1, w2, b2] = &weights;
        let layer =
            |x: &Tensor<2>, w: &Tensor<2>, b: &Tensor<2>| x.clone().matmul(w.clone()) + b.clone();
        let right = logits(&x, &weights);
        if close(&came, &right) {
            return Ok(());
        }
        let mistakes = [
            (x.clone(), "the input comes out unchanged", "die Eingabe kommt unverändert heraus"),
            (
                layer(&layer(&x, w1, b1), w2, b2),
                "there is no activation between the layers",
                "zwischen den Schichten fehlt die Aktivierung",
            ),
            (
                activation::relu(x.clone().matmul(w1.clone())).matmul(w2.clone()),
                "the biases are not added",
                "die Bias-Werte werden nicht addiert",
            ),
            (
                activation::relu(layer(&x, w1, b1)).matmul(w2.clone()),
                "the bias of the second layer is not added",
                "der Bias der zweiten Schicht wird nicht addiert",
            ),
            (
                activation::relu(layer(&x, w1, b1)),
                "that is what the first layer puts out; the second is missing",
                "das ist die Ausgabe der ersten Schicht; die zweite fehlt",
            ),
            (
                activation::softmax(right.clone(), 1),
                "these are probabilities; logits are what goes into the softmax",
                "das sind Wahrscheinlichkeiten; Logits sind das, was in den Softmax hineingeht",
            ),
            (
                activation::relu(right.clone()),
                "negative logits are gone: after the last layer no activation is wanted here",
                "negative Logits sind weg: Nach der letzten Schicht soll hier keine Aktivierung kommen",
            ),
        ];
        of_mistakes(&came, mistakes)?;
        not_close(&came, &right, "forward")
    })
}

/// The mean cross-entropy of a batch.
pub fn cross_entropy(answer: fn(&Tensor<2>, &Tensor<2>) -> Tensor<1>) -> Verdict {
    judge("cross_entropy", || {
        let (sums, y) = made_up_logits()?;
        let came = answer(&sums, &y);
        let right = loss(&sums, &y);
        if came.dims() != [1] {
            return wrong(
                "the loss should be one number",
                "der Verlust soll eine einzige Zahl sein",
            );
        }
        if close(&came, &right) {
            return Ok(());
        }
        let [samples, classes] = sums.dims().map(|length| length as f32);
        let along_columns = -(activation::log_softmax(sums.clone(), 0) * y.clone()).sum() / samples;
        let mistakes = [
            (
                -right.clone(),
                "it is negative: the logarithm of a probability is below zero, and a loss above",
                "er ist negativ: Der Logarithmus einer Wahrscheinlichkeit liegt unter null, ein \
                 Verlust darüber",
            ),
            (
                right.clone() * samples,
                "that is the sum over the samples, and it would grow with the batch",
                "das ist die Summe über die Bilder, und sie würde mit dem Batch wachsen",
            ),
            (
                right.clone() / classes,
                "it was also divided by the number of classes: the zeros count in `mean`",
                "es wurde auch durch die Anzahl der Klassen geteilt: Bei `mean` zählen die Nullen mit",
            ),
            (
                along_columns,
                "the probabilities of a column add up to 1, but those of a row should",
                "die Wahrscheinlichkeiten einer Spalte ergeben zusammen 1, es sollen aber die einer \
                 Zeile sein",
            ),
            (
                sums.clone().sum(),
                "that is the sum of the logits: the labels were not used",
                "das ist die Summe der Logits: Die Labels wurden nicht benutzt",
            ),
        ];
        of_mistakes(&came, mistakes)?;
        not_close(&came, &right, "cross_entropy")
    })
}

/// The gradient of the loss with respect to the logits.
pub fn logits_gradient(answer: fn(&Tensor<2>, &Tensor<2>) -> Tensor<2>) -> Verdict {
    judge("logits_gradient", || {
        let (sums, y) = made_up_logits()?;
        let came = answer(&sums, &y);
        let samples = sums.dims()[0] as f32;
        // Not by the formula, but by Burn's autodiff.
        let tracked = sums.clone().autodiff().require_grad();
        let Some(right) = tracked.grad(&loss(&tracked, &y).backward()) else {
            return wrong("Burn found no gradient", "Burn hat keinen Gradienten gefunden");
        };
        if close(&came, &right) {
            return Ok(());
        }
        let mistakes = [
            (
                -right.clone(),
                "the sign is the wrong way round: the right class should get a negative number",
                "das Vorzeichen ist verkehrt herum: Die richtige Klasse soll eine negative Zahl \
                 bekommen",
            ),
            (
                right.clone() * samples,
                "the loss is a mean over the samples, and so is its gradient",
                "der Verlust ist ein Mittelwert über die Bilder, also auch sein Gradient",
            ),
            (
                (sums.clone() - y.clone()) / samples,
                "the logits are no probabilities yet",
                "die Logits sind noch keine Wahrscheinlichkeiten",
            ),
            (y.clone(), "these are just the labels", "das sind nur die Labels"),
        ];
        of_mistakes(&came, mistakes)?;
        not_close(&came, &right, "logits_gradient")
    })
}

/// One step of gradient descent.
pub fn sgd_step(answer: fn(&[Tensor<2>], &[Tensor<2>], f32) -> Vec<Tensor<2>>) -> Verdict {
    judge("sgd_step", || {
        let weights = made_up_weights()?;
        let gradients = made_up_weights()?.map(|tensor| tensor.inner() * 0.3 + 0.1);
        let came = answer(&weights, &gradients, 0.5);
        if came.len() != weights.len() {
            return wrong(
                format!("{} tensors came back, but {} went in", came.len(), weights.len()),
                format!("{} Tensoren kamen zurück, hinein gingen {}", came.len(), weights.len()),
            );
        }
        for ((came, old), gradient) in came.iter().zip(&weights).zip(&gradients) {
            let moved = |by: f32| old.clone() - gradient.clone() * by;
            if !close(came, &moved(0.5)) {
                let mistakes = [
                    (
                        moved(0.0),
                        "the weights did not move",
                        "die Gewichte haben sich nicht bewegt",
                    ),
                    (
                        moved(-0.5),
                        "the weights moved to where the loss grows",
                        "die Gewichte haben sich dorthin bewegt, wo der Verlust wächst",
                    ),
                    (
                        moved(1.0),
                        "the learning rate was not used: the step is as long as the gradient",
                        "die Lernrate wurde nicht benutzt: Der Schritt ist so lang wie der Gradient",
                    ),
                    (
                        moved(LEARNING_RATE),
                        "the learning rate is a parameter here, not always 0.1",
                        "die Lernrate ist hier ein Parameter und nicht immer 0.1",
                    ),
                ];
                of_mistakes(came, mistakes)?;
                return not_close(came, &moved(0.5), "sgd_step");
            }
            if !came.is_require_grad() {
                return wrong(
                    "the new weights are right, but they do not ask for a gradient, so there would \
                     be no second step",
                    "die neuen Gewichte stimmen, aber sie bitten nicht um einen Gradienten; einen \
                     zweiten Schritt gäbe es also nicht",
                );
            }
        }
        Ok(())
    })
}

/// What a learner's epoch is: samples, labels and weights in, new weights out.
type TrainEpoch = fn(&Array, &Array, &[Tensor<2>]) -> Result<Vec<Tensor<2>>>;

/// One pass over all batches.
pub fn train_epoch(answer: TrainEpoch) -> Verdict {
    judge("train_epoch", || {
        let x = made_up([3 * BATCH, 4], 1.0);
        let y = said(one_hot(3 * BATCH))?;
        let start = made_up_weights()?;
        let came = said(answer(&x, &y, &start))?;
        let epoch = |batches: &[usize], rate: f32| -> Result<Vec<Tensor<2>>, String> {
            let mut weights = start.to_vec();
            for number in batches {
                let rows = number * BATCH..(number + 1) * BATCH;
                let x = said(said(x.rows(rows.clone()))?.to_tensor())?;
                let y = said(said(y.rows(rows))?.to_tensor())?;
                weights = step(&x, &y, &weights, rate);
            }
            Ok(weights)
        };
        if came.len() != start.len() {
            return wrong(
                format!("{} tensors came back, but {} went in", came.len(), start.len()),
                format!("{} Tensoren kamen zurück, hinein gingen {}", came.len(), start.len()),
            );
        }
        let same = |other: &[Tensor<2>]| came.iter().zip(other).all(|(a, b)| close(a, b));
        if same(&epoch(&[0, 1, 2], LEARNING_RATE)?) {
            return Ok(());
        }
        let reason = if same(&start) {
            either("the weights did not change", "die Gewichte haben sich nicht verändert")
        } else if same(&epoch(&[0, 0, 0], LEARNING_RATE)?) {
            either("it saw only batch 0, again and again", "sie sah immer wieder nur Batch 0")
        } else if same(&epoch(&[2], LEARNING_RATE)?) {
            either(
                "only the last batch counts: each step must begin with the weights of the step before",
                "nur der letzte Batch zählt: Jeder Schritt muss mit den Gewichten des vorigen beginnen",
            )
        } else if same(&epoch(&[0], LEARNING_RATE)?) || same(&epoch(&[0, 1], LEARNING_RATE)?) {
            either("it stopped before the last batch", "sie hörte vor dem letzten Batch auf")
        } else if same(&epoch(&[1, 2], LEARNING_RATE)?) {
            either("it left out batch 0", "sie ließ Batch 0 aus")
        } else if [0.0001, 0.001, 0.01, 0.05, 0.2, 0.5, 1.0]
            .iter()
            .any(|&rate| epoch(&[0, 1, 2], rate).is_ok_and(|other| same(&other)))
        {
            either(
                "it trained with another learning rate than the task says",
                "sie trainierte mit einer anderen Lernrate, als die Aufgabe sagt",
            )
        } else {
            either(
                "the new weights are not those of an epoch in batches of 32",
                "die neuen Gewichte sind nicht die einer Epoche in Batches von 32",
            )
        };
        wrong(
            format!("with 96 made-up samples, three batches: {reason}"),
            format!("mit 96 erfundenen Daten, also drei Batches: {reason}"),
        )
    })
}

/// The accuracy that the task asks for, on the test data of MNIST.
const WANTED: f32 = 0.9;

/// Weights that a learner's own loop has trained on MNIST.
pub fn trained_by_hand(weights: &[Tensor<2>]) -> Verdict {
    judge("trained_by_hand", || {
        let expected = [[784, 20], [1, 20], [20, 10], [1, 10]];
        if !weights.iter().map(Tensor::dims).eq(expected) {
            let dims: Vec<_> = weights.iter().map(Tensor::dims).collect();
            return wrong(
                format!("these are not the weights of 784 -> 20 -> 10, but tensors of {dims:?}"),
                format!(
                    "das sind nicht die Gewichte von 784 -> 20 -> 10, sondern Tensoren mit {dims:?}"
                ),
            );
        }
        let (_, (x, y)) = said(mnist::load_data())?;
        let x: Tensor<2> = said((said(x.reshape([10_000, 784]))? / 255.0).to_tensor())?;
        let inner: Vec<Tensor<2>> = weights.iter().cloned().map(Tensor::inner).collect();
        let answers = Array::from_tensor(&logits(&x, &inner)).argmax().to_vec();
        let right = answers.iter().zip(y.to_vec()).filter(|(a, y)| **a == *y).count();
        let accuracy = right as f32 / answers.len() as f32;
        if accuracy >= WANTED {
            return Ok(());
        }
        let percent = 100.0 * accuracy;
        if accuracy < 0.2 {
            return wrong(
                format!("{percent:.0} % of the test pictures are right: were the weights trained?"),
                format!(
                    "{percent:.0} % der Testbilder sind richtig: Wurden die Gewichte trainiert?"
                ),
            );
        }
        wrong(
            format!(
                "{percent:.0} % of the test pictures are right: train on all pictures of x_train, \
                 for more epochs, and does each begin where the one before ended?"
            ),
            format!(
                "{percent:.0} % der Testbilder sind richtig: Trainiere mit allen Bildern von \
                 x_train und mehr Epochen; und beginnt jede dort, wo die vorige aufgehört hat?"
            ),
        )
    })
}

/// Logits of two layers with a ReLU between them.
fn logits(x: &Tensor<2>, weights: &[Tensor<2>]) -> Tensor<2> {
    let hidden = activation::relu(x.clone().matmul(weights[0].clone()) + weights[1].clone());
    hidden.matmul(weights[2].clone()) + weights[3].clone()
}

fn loss(logits: &Tensor<2>, y: &Tensor<2>) -> Tensor<1> {
    let [samples, _] = logits.dims();
    -(activation::log_softmax(logits.clone(), 1) * y.clone()).sum() / samples as f32
}

fn step(x: &Tensor<2>, y: &Tensor<2>, weights: &[Tensor<2>], rate: f32) -> Vec<Tensor<2>> {
    let gradients = loss(&logits(x, weights), y).backward();
    let moved = weights.iter().filter_map(|tensor| {
        let gradient = tensor.grad(&gradients)?;
        Some((tensor.clone() - gradient * rate).detach().require_grad())
    });
    moved.collect()
}

/// Numbers between -`size` and `size` without a pattern that a mistake could hide in.
fn made_up(shape: [usize; 2], size: f32) -> Array {
    let numbers: Vec<f32> =
        (0..shape[0] * shape[1]).map(|i| size * (12.9898 * (i + 1) as f32).sin()).collect();
    Array::from(numbers).with_shape(&Shape::from(shape))
}

/// The weights of a small network: 4 -> 3 -> 2.
fn made_up_weights() -> Result<[Tensor<2>; 4], String> {
    let tracked = |shape, size| -> Result<Tensor<2>, String> {
        Ok(said(made_up(shape, size).to_tensor::<2>())?.autodiff().require_grad())
    };
    Ok([
        tracked([4, 3], 1.2)?,
        tracked([1, 3], 0.4)?,
        tracked([3, 2], 0.9)?,
        tracked([1, 2], -0.7)?,
    ])
}

/// Logits of five samples and three classes, and their labels.
fn made_up_logits() -> Result<(Tensor<2>, Tensor<2>), String> {
    let y = said(crate::prepare::to_categorical::to_categorical(&Array::from([2, 0, 1, 1, 2]), 3))?;
    Ok((said(made_up([5, 3], 2.0).to_tensor())?, said(y.to_tensor())?))
}

/// Labels of two classes that take turns unevenly.
fn one_hot(samples: usize) -> Result<Array> {
    let classes: Vec<usize> = (0..samples).map(|i| (i * i / 3) % 2).collect();
    crate::prepare::to_categorical::to_categorical(&Array::from(classes), 2)
}

/// Says what goes wrong inside the crate, or what the learner's own function answered.
fn said<T>(result: Result<T>) -> Result<T, String> {
    result.map_err(|problem| problem.to_string())
}

/// Whether two tensors have the same shape and, up to rounding, the same numbers.
fn close<const D: usize>(a: &Tensor<D>, b: &Tensor<D>) -> bool {
    let (a, b) = (Array::from_tensor(a), Array::from_tensor(b));
    a.shape() == b.shape() && a.to_vec().iter().zip(b.to_vec()).all(|(a, b)| (a - b).abs() < 1e-4)
}

/// The first mistake that leads to what came.
fn of_mistakes<const D: usize>(
    came: &Tensor<D>,
    mistakes: impl IntoIterator<Item = (Tensor<D>, &'static str, &'static str)>,
) -> Finding {
    let found = mistakes.into_iter().find(|(result, ..)| close(came, result));
    found.map_or(Ok(()), |(_, english, german)| wrong(english, german))
}

/// Another shape, or other numbers.
fn not_close<const D: usize>(came: &Tensor<D>, right: &Tensor<D>, name: &str) -> Finding {
    let [came, right] = [came, right].map(|tensor| Shape::from(tensor.dims().as_slice()));
    match came == right {
        true => wrong(
            format!("the result of {name} has the right shape, but other numbers than expected"),
            format!(
                "das Ergebnis von {name} hat die richtige Form, aber andere Zahlen als erwartet"
            ),
        ),
        false => wrong(
            format!("the result of {name} has the shape {came}, where {right} is expected"),
            format!("das Ergebnis von {name} hat die Form {came}, erwartet ist {right}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sgd(weights: &[Tensor<2>], gradients: &[Tensor<2>], rate: f32) -> Vec<Tensor<2>> {
        let pairs = weights.iter().zip(gradients);
        pairs.map(|(w, g)| (w.clone() - g.clone() * rate).detach().require_grad()).collect()
    }

    fn epoch(x: &Array, y: &Array, weights: &[Tensor<2>]) -> Result<Vec<Tensor<2>>> {
        let mut weights = weights.to_vec();
        for number in 0..x.len() / BATCH {
            let rows = number * BATCH..(number + 1) * BATCH;
            let (x, y) = (x.rows(rows.clone())?.to_tensor()?, y.rows(rows)?.to_tensor()?);
            weights = step(&x, &y, &weights, LEARNING_RATE);
        }
        Ok(weights)
    }

    #[test]
    fn right_answers_pass() {
        assert!(
            batch(|data, number| data.rows(number * 32..number * 32 + 32)?.to_tensor()).is_pass()
        );
        assert!(forward(logits).is_pass());
        assert!(cross_entropy(loss).is_pass());
        let gradient = |logits: &Tensor<2>, y: &Tensor<2>| {
            (activation::softmax(logits.clone(), 1) - y.clone()) / logits.dims()[0] as f32
        };
        assert!(logits_gradient(gradient).is_pass());
        assert!(sgd_step(sgd).is_pass());
        assert!(train_epoch(epoch).is_pass());
    }

    #[test]
    fn nonsense_is_refused_without_a_panic() {
        assert!(!batch(|data, _| data.to_tensor()).is_pass());
        assert!(!batch(|_, _| Array::zeros([0, 3]).to_tensor()).is_pass());
        assert!(!forward(|x, weights| x.clone().matmul(weights[2].clone())).is_pass()); // panics
        assert!(!cross_entropy(|_, _| Tensor::from([f32::NAN])).is_pass());
        assert!(!logits_gradient(|logits, _| logits.clone()).is_pass());
        assert!(!sgd_step(|_, _, _| Vec::new()).is_pass());
        assert!(!train_epoch(|_, _, _| Ok(Vec::new())).is_pass());
        assert!(!trained_by_hand(&[]).is_pass());
    }
}
