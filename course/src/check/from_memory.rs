//! The checks of `course/15_from_an_empty_cell.md`.

use zunder::Optimizer;
use zunder::prelude::*;
use zunder::words::thousands;

use crate::given::first_network;
use crate::judged::{
    are_near, has_only_dense, knows_nothing_of, pixel_rows, said, takes_pixels, test_digits,
    training_digits, training_part, units_of, votes,
};
use crate::sentences::{refuse, say, wrong};
use crate::verdict::{Finding, Verdict, judge};

/// MNIST as it comes.
pub fn own_load(x_train: &Array, y_train: &Array, x_test: &Array, y_test: &Array) -> Verdict {
    judge("own_load", || {
        let ((x, y), (x_exam, y_exam)) = said(mnist::load_data())?;
        is_same("images_train", x_train, &x)?;
        is_same("labels_train", y_train, &y)?;
        is_same("images_test", x_test, &x_exam)?;
        is_same("labels_test", y_test, &y_exam)
    })
}

/// All pictures as rows of numbers from 0 to 1.
pub fn own_pictures(x_train: &Array, x_test: &Array) -> Verdict {
    judge("own_pictures", || {
        is_same("x_train", x_train, &said(pixel_rows(&training_digits()?.0))?)?;
        is_same("x_test", x_test, &test_digits()?.0)
    })
}

/// All labels one-hot.
pub fn own_labels(y_train: &Array, y_test: &Array) -> Verdict {
    judge("own_labels", || {
        is_same("y_train", y_train, &said(to_categorical(&training_digits()?.1, 10))?)?;
        is_same("y_test", y_test, &said(to_categorical(&Array::from(test_digits()?.1), 10))?)
    })
}

fn is_same(name: &str, came: &Array, right: &Array) -> Finding {
    let (shape, largest) = (came.shape(), came.max());
    refuse!("own.empty", name; if came.is_empty());
    refuse!("own.shape", name, shape; if shape != right.shape());
    // Near, not the same: `* (1.0 / 255.0)` rounds otherwise than `/ 255.0`.
    refuse!("own.size", name, largest; if !are_near(&[largest], &[right.max()]));
    if are_near(&came.to_vec(), &right.to_vec()) { Ok(()) } else { wrong!("own.numbers", name) }
}

/// The network of the first notebook.
pub fn own_network(network: &Sequential) -> Verdict {
    judge("own_network", || {
        refuse!("own_network.empty"; if network.layers().is_empty());
        takes_pixels(network.input_shape())?;
        let units = units_of(network.layers());
        refuse!("own_network.units", units; if units != "20-14-10");
        has_only_dense(network.layers())?;
        refuse!("own_network.activations"; if network.layers() != first_network().layers());
        Ok(())
    })
}

/// The model, compiled and not yet trained.
pub fn own_model(model: &Model) -> Verdict {
    judge("own_model", || {
        let steps = model.num_steps();
        refuse!("own_model.trained", steps; if steps > 0);
        is_compiled(model)
    })
}

/// Fails when a model is another one than that of the first notebook.
fn is_compiled(model: &Model) -> Finding {
    let (loss, optimizer) = (model.loss(), model.optimizer());
    refuse!("own_model.loss", loss; if loss != CategoricalCrossentropy);
    refuse!("own_model.layers"; if model.layers() != first_network().layers());
    refuse!("own_model.optimizer", optimizer; if !matches!(optimizer, Optimizer::Adam(_)));
    let score = model.evaluate(&Array::zeros([1, 784]), &Array::zeros([1, 10]));
    refuse!("own_model.no_accuracy"; if score.and_then(|score| score.accuracy()).is_err());
    Ok(())
}

/// The model, trained for ten epochs with a validation split.
pub fn own_training(model: &Model) -> Verdict {
    judge("own_training", || {
        is_compiled(model)?;
        knows_nothing_of(model, &test_digits()?.0)?;
        let (seen, steps) = (model.seen(), model.num_steps());
        let samples = seen.num_samples();
        refuse!("own_training.untrained"; if steps == 0);
        refuse!("own_training.samples", samples = thousands(samples); if samples != 48_000);
        refuse!("own_training.validation";
            if seen.num_validation_samples() != 12_000
                || seen.share_of_validation_among(&training_part(48_000..60_000)?.0) < 0.99
                || seen.share_among(&training_part(0..48_000)?.0) < 0.99);
        let is_asked = steps == 15_000 && seen.batch_sizes().iter().all(|size| *size == 32);
        refuse!("own_training.steps", steps = thousands(steps); if !is_asked);
        Ok(())
    })
}

/// How many test pictures the model reads wrongly.
pub fn own_errors(model: &Model, wrong: usize) -> Verdict {
    judge("own_errors", || {
        let mistakes = mistakes(model)?.len();
        refuse!("own_errors.right_ones"; if wrong == 10_000 - mistakes);
        refuse!("own_errors.other", wrong = thousands(wrong); if wrong != mistakes);
        Ok(())
    })
}

/// The first test picture that the model reads wrongly.
pub fn first_mistake(model: &Model, place: usize) -> Verdict {
    judge("first_mistake", || {
        let mistakes = mistakes(model)?;
        refuse!("first_mistake.no_picture", place = thousands(place); if place >= 10_000);
        refuse!("first_mistake.right", place; if !mistakes.contains(&place));
        if mistakes[0] == place { Ok(()) } else { wrong!("first_mistake.later", place) }
    })
}

/// The places of the test pictures that a trained model reads wrongly.
fn mistakes(model: &Model) -> Result<Vec<usize>, String> {
    refuse!("own_training.untrained"; if model.num_steps() == 0);
    let (x, labels) = test_digits()?;
    let votes = votes(model, &x)?;
    Ok((0..labels.len()).filter(|place| votes.get(*place) != labels.get(*place)).collect())
}

/// Words around the data.
pub fn recall_data(words: [&str; 3]) -> Verdict {
    recalled("recall_data", &words, &say!("recall_data.meant"))
}

/// Words around the network.
pub fn recall_network(words: [&str; 4]) -> Verdict {
    recalled("recall_network", &words, &say!("recall_network.meant"))
}

/// Words around the training.
pub fn recall_training(words: [&str; 5]) -> Verdict {
    recalled("recall_training", &words, &say!("recall_training.meant"))
}

/// Whether each word is one of those that are meant.
fn recalled(task: &'static str, words: &[&str], meant: &str) -> Verdict {
    judge(task, || {
        for ((number, word), meant) in (1..).zip(words).zip(meant.split("; ")) {
            let came = bare(word);
            refuse!("recall.empty", number; if came.is_empty());
            refuse!("recall.other", number, word;
                if !meant.split(", ").any(|one| bare(one) == came));
        }
        Ok(())
    })
}

/// A word as it is compared: in small letters, without an article, hyphens and spaces.
fn bare(word: &str) -> String {
    let small = word.trim().to_lowercase();
    let noun = match small.split_once(' ') {
        Some(("the" | "a" | "an" | "der" | "die" | "das" | "ein" | "eine", noun)) => noun,
        _ => &small,
    };
    noun.replace(['-', '_', ' '], "")
}
