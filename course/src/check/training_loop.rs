//! The checks of `course/13_training_loop.md`.

use zunder::burn::tensor::{Tensor, activation};
use zunder::{Array, Result, Shape, ToTensor, to_categorical};

use crate::given::{self, BATCH, LEARNING_RATE, logits, loss};
use crate::judged::{classes, percent, said, share_alike, test_digits};
use crate::panics::caught;
use crate::sentences::{brief, refuse, say, sentence, wrong};
use crate::trials::answered;
use crate::verdict::{Finding, Verdict, judge};

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
                say!("batch.rows", rows = came.len(), batch = BATCH)
            } else if came == rows(0, BATCH)? {
                say!("batch.again")
            } else if came == rows(number, number + BATCH)? {
                say!("batch.begins", number)
            } else {
                say!("batch.other")
            };
            return wrong!("batch.wrong", number, reason);
        }
        Ok(())
    })
}

/// The logits of a network of two layers.
pub fn forward(answer: fn(&Tensor<2>, &[Tensor<2>]) -> Tensor<2>) -> Verdict {
    judge("forward", || {
        let x = said(made_up([5, 4], 1.0).to_tensor::<2>())?;
        let weights = made_up_weights()?;
        let came =
            caught(|| answer(&x, &weights)).map_err(|words| say!("forward.panics", words))?;
        let [w1, b1, w2, b2] = &weights;
        let layer =
            |x: &Tensor<2>, w: &Tensor<2>, b: &Tensor<2>| x.clone().matmul(w.clone()) + b.clone();
        let right = logits(&x, &weights);
        let hidden = activation::relu(layer(&x, w1, b1));
        let no_biases = activation::relu(x.clone().matmul(w1.clone())).matmul(w2.clone());
        let mistakes = [
            (x.clone(), "forward.unchanged"),
            (layer(&layer(&x, w1, b1), w2, b2), "forward.no_activation"),
            (no_biases, "forward.no_biases"),
            (hidden.clone().matmul(w2.clone()), "forward.no_second_bias"),
            (hidden, "forward.first_layer"),
            (activation::softmax(right.clone(), 1), "forward.softmax"),
            (activation::relu(right.clone()), "forward.last_activation"),
        ];
        is_right("forward", &came, &right, mistakes)
    })
}

/// The mean cross-entropy of a batch.
pub fn cross_entropy(answer: fn(&Tensor<2>, &Tensor<2>) -> Tensor<1>) -> Verdict {
    judge("cross_entropy", || {
        let (sums, y) = made_up_logits()?;
        let came = answer(&sums, &y);
        let right = loss(&sums, &y);
        refuse!("cross_entropy.shape"; if came.dims() != [1]);
        let [samples, classes] = sums.dims().map(|length| length as f32);
        let along_columns = -(activation::log_softmax(sums.clone(), 0) * y.clone()).sum() / samples;
        let mistakes = [
            (-right.clone(), "cross_entropy.negative"),
            (right.clone() * samples, "cross_entropy.sum"),
            (right.clone() / classes, "cross_entropy.classes"),
            (right.clone() * samples / 32.0, "cross_entropy.fixed"),
            (along_columns, "cross_entropy.columns"),
            (sums.clone().sum(), "cross_entropy.no_labels"),
        ];
        is_right("cross_entropy", &came, &right, mistakes)
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
        let right = tracked
            .grad(&loss(&tracked, &y).backward())
            .ok_or_else(|| say!("logits_gradient.none"))?;
        let mistakes = [
            (-right.clone(), "logits_gradient.sign"),
            (right.clone() * samples, "logits_gradient.mean"),
            (right.clone() * samples / 32.0, "logits_gradient.fixed"),
            ((sums.clone() - y.clone()) / samples, "logits_gradient.logits"),
            (y.clone(), "logits_gradient.labels"),
        ];
        is_right("logits_gradient", &came, &right, mistakes)
    })
}

/// One step of gradient descent.
pub fn sgd_step(answer: fn(&[Tensor<2>], &[Tensor<2>], f32) -> Vec<Tensor<2>>) -> Verdict {
    judge("sgd_step", || {
        let weights = made_up_weights()?;
        let gradients = made_up_weights()?.map(|tensor| tensor.inner() * 0.3 + 0.1);
        let call = || "sgd_step(&weights, &gradients, 0.5)".to_owned();
        let came = answered(call, || answer(&weights, &gradients, 0.5));
        refuse!("sgd_step.no_detach"; if came.as_ref().is_err_and(|said| said.contains("non leaf")));
        let came = came?;
        refuse!("tensors.how_many", came = came.len(), wanted = weights.len();
            if came.len() != weights.len());
        for ((came, old), gradient) in came.iter().zip(&weights).zip(&gradients) {
            let moved = |by: f32| old.clone() - gradient.clone() * by;
            let mistakes = [
                (moved(0.0), "sgd_step.still"),
                (moved(-0.5), "sgd_step.uphill"),
                (moved(1.0), "sgd_step.no_rate"),
                (moved(LEARNING_RATE), "sgd_step.fixed_rate"),
            ];
            is_right("sgd_step", came, &moved(0.5), mistakes)?;
            refuse!("sgd_step.no_gradient"; if !came.is_require_grad());
        }
        Ok(())
    })
}

/// What a learner's epoch is: samples, labels and weights in, new weights out.
type TrainEpoch = fn(&Array, &Array, &[Tensor<2>]) -> Result<Vec<Tensor<2>>>;

/// One pass over all batches.
pub fn train_epoch(answer: TrainEpoch) -> Verdict {
    judge("train_epoch", || {
        let (x, y) = made_up_samples(3)?;
        let start = made_up_weights()?;
        let with_made_up = |reason: String| say!("train_epoch.wrong", reason);
        let came = said(answer(&x, &y, &start)).map_err(with_made_up)?;
        refuse!("tensors.how_many", came = came.len(), wanted = start.len();
            if came.len() != start.len());
        let with_rate = |batches: &[usize], rate: f32| {
            let batches = batches.iter().copied();
            let other = given::trained_on(&x, &y, &start, batches, rate);
            other.is_ok_and(|other| are_close(&came, &other))
        };
        let with = |batches: &[usize]| with_rate(batches, LEARNING_RATE);
        if with(&[0, 1, 2]) {
            let (x, y) = made_up_samples(7)?;
            let came = said(answer(&x, &y, &start)).map_err(with_made_up)?;
            if are_close(&came, &said(given::train_epoch(&x, &y, &start))?) {
                return Ok(());
            }
            return Err(with_made_up(say!("train_epoch.too_early")));
        }
        let rates = [0.0001, 0.001, 0.01, 0.05, 0.2, 0.5, 1.0];
        let reason = if with(&[]) {
            say!("train_epoch.unchanged")
        } else if with(&[0, 0, 0]) {
            say!("train_epoch.batch_0")
        } else if with(&[2]) {
            say!("train_epoch.last_batch")
        } else if with(&[0]) || with(&[0, 1]) {
            say!("train_epoch.too_early")
        } else if with(&[1, 2]) {
            say!("train_epoch.left_out")
        } else if rates.iter().any(|rate| with_rate(&[0, 1, 2], *rate)) {
            say!("train_epoch.rate")
        } else {
            say!("train_epoch.other")
        };
        Err(with_made_up(reason))
    })
}

/// The accuracy that the task asks for, on the test data of MNIST.
const WANTED: f32 = 0.9;

/// What a learner's loop is: as [`TrainEpoch`], with the number of epochs.
type Train = fn(&Array, &Array, &[Tensor<2>], usize) -> Result<Vec<Tensor<2>>>;

/// A loop over epochs, and weights that it has trained on MNIST.
pub fn trained_by_hand(train: Train, weights: &[Tensor<2>]) -> Verdict {
    judge("trained_by_hand", || {
        let ((x, y), start) = (made_up_samples(3)?, made_up_weights()?);
        let mut right = start.to_vec();
        for epochs in 1..=3 {
            right = said(given::train_epoch(&x, &y, &right))?;
            refuse!("trained_by_hand.epochs", epochs;
                if !are_close(&said(train(&x, &y, &start, epochs))?, &right));
        }
        let expected = [[784, 20], [1, 20], [20, 10], [1, 10]];
        if !weights.iter().map(Tensor::dims).eq(expected) {
            let dims: Vec<_> = weights.iter().map(Tensor::dims).collect();
            return wrong!("trained_by_hand.shapes", dims = brief(&dims));
        }
        let (x, labels) = test_digits()?;
        let x: Tensor<2> = said(x.to_tensor())?;
        let inner: Vec<Tensor<2>> = weights.iter().cloned().map(Tensor::inner).collect();
        let accuracy = share_alike(&classes(&Array::from_tensor(&logits(&x, &inner))), &labels);
        let percent = percent(accuracy);
        refuse!("trained_by_hand.guessing", percent; if accuracy < 0.2);
        refuse!("trained_by_hand.not_enough", percent; if accuracy < WANTED);
        Ok(())
    })
}

/// Numbers between -`size` and `size` without a pattern that a mistake could hide in.
fn made_up(shape: [usize; 2], size: f32) -> Array {
    let numbers: Vec<f32> =
        (0..shape[0] * shape[1]).map(|i| size * (12.9898 * (i + 1) as f32).sin()).collect();
    Array::new(shape, numbers).unwrap_or_else(|_| Array::zeros(shape))
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
    let y = said(to_categorical(&Array::from([2, 0, 1, 1, 2]), 3))?;
    Ok((said(made_up([5, 3], 2.0).to_tensor())?, said(y.to_tensor())?))
}

/// Samples of so many batches, and labels of two classes that take turns unevenly.
fn made_up_samples(batches: usize) -> Result<(Array, Array), String> {
    let samples = batches * BATCH;
    let classes: Vec<usize> = (0..samples).map(|i| (i * i / 3) % 2).collect();
    Ok((made_up([samples, 4], 1.0), said(to_categorical(&Array::from(classes), 2))?))
}

/// Whether these are the same weights, up to rounding.
fn are_close(a: &[Tensor<2>], b: &[Tensor<2>]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| close(a, b))
}

/// Whether two tensors have the same shape and, up to rounding, the same numbers.
fn close<const D: usize>(a: &Tensor<D>, b: &Tensor<D>) -> bool {
    let (a, b) = (Array::from_tensor(a), Array::from_tensor(b));
    a.shape() == b.shape() && a.to_vec().iter().zip(b.to_vec()).all(|(a, b)| (a - b).abs() < 1e-4)
}

/// Fails with the first mistake that leads to what came, or else with its shape or its numbers.
fn is_right<const D: usize>(
    name: &str,
    came: &Tensor<D>,
    right: &Tensor<D>,
    mistakes: impl IntoIterator<Item = (Tensor<D>, &'static str)>,
) -> Finding {
    if close(came, right) {
        return Ok(());
    }
    if let Some((_, key)) = mistakes.into_iter().find(|(result, _)| close(came, result)) {
        return Err(sentence(key, &[]));
    }
    let [came, right] = [came, right].map(|tensor| Shape::from(tensor.dims().as_slice()));
    refuse!("tensors.shape", name, came, right; if came != right);
    wrong!("tensors.numbers", name)
}
