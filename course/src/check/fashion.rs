//! The checks of `course/09_fashion_mnist.md`.

use zunder::{Array, Model, fashion_mnist};

use crate::given;
use crate::judged::{
    accuracy, digits_read, ends_with_softmax, has_not_seen, has_only_dense, knows_nothing_of,
    percent, pixel_rows, said, units_of,
};
use crate::sentences::{brief, refuse, wrong};
use crate::trials::Random;
use crate::verdict::{Verdict, judge};

const NUM_CLASSES: usize = 10;

/// How many labels there are of each class.
pub fn count_garments(count: fn(&Array) -> Vec<usize>) -> Verdict {
    judge("count_garments", || {
        let mut random = Random::new();
        for length in [1, 7, 30, 500] {
            let all: Vec<usize> = (0..length).map(|_| random.below(NUM_CLASSES)).collect();
            let counts = count(&Array::from(all.clone()));
            let labels = brief(&all);
            refuse!("count_garments.length", labels, length = counts.len();
                if counts.len() != NUM_CLASSES);
            refuse!("count_garments.nothing", labels; if counts.iter().all(|count| *count == 0));
            let of = |class: usize| all.iter().filter(|label| **label == class).count();
            refuse!("count_garments.counts", labels, counts = brief(&counts);
                if (0..NUM_CLASSES).any(|class| counts[class] != of(class)));
        }
        Ok(())
    })
}

/// The network of the first notebook, trained on the clothes.
pub fn fashion_network(model: &Model) -> Verdict {
    judge("fashion_network", || {
        has_only_dense(model.layers())?;
        refuse!("fashion_network.layers", units = units_of(model.layers());
            if model.layers() != given::first_network().layers());
        let (x, y) = test_clothes()?;
        has_not_seen(model, &x)?;
        let right = accuracy(model, &x, &y)?;
        let percent = percent(right);
        match right {
            0.81.. => Ok(()),
            _ if accuracy(model, &(&x * 255.0), &y)? > right + 0.05 => {
                wrong!("fashion_network.not_divided", percent)
            }
            0.0..0.3 => wrong!("fashion_network.guessing", percent),
            _ => wrong!("fashion_network.train_longer", percent),
        }
    })
}

/// The true class and the class it is taken for most often.
pub fn most_confused(
    model: &Model,
    (truth, answer): (impl TryInto<usize>, impl TryInto<usize>),
) -> Verdict {
    let truth = truth.try_into().unwrap_or(usize::MAX);
    let answer = answer.try_into().unwrap_or(usize::MAX);
    judge("most_confused", || {
        refuse!("most_confused.numbers"; if truth >= NUM_CLASSES || answer >= NUM_CLASSES);
        refuse!("most_confused.diagonal"; if truth == answer);
        let counts = confusions(model)?;
        let count = |truth: usize, answer: usize| counts[truth * NUM_CLASSES + answer];
        let pairs = (0..NUM_CLASSES * NUM_CLASSES)
            .map(|place| (place / NUM_CLASSES, place % NUM_CLASSES))
            .filter(|(truth, answer)| truth != answer);
        let most = pairs.map(|(truth, answer)| count(truth, answer)).fold(0.0, f32::max);
        if count(truth, answer) == most {
            Ok(())
        } else if count(answer, truth) == most {
            wrong!("most_confused.turned_round")
        } else {
            wrong!("most_confused.rare", happened = count(truth, answer))
        }
    })
}

/// Which fraction of each class is recognised.
pub fn class_accuracies(model: &Model, accuracies: &[f32]) -> Verdict {
    judge("class_accuracies", || {
        refuse!("class_accuracies.length", length = accuracies.len();
            if accuracies.len() != NUM_CLASSES);
        let counts = confusions(model)?;
        let classes = 0..NUM_CLASSES;
        let right = |class: usize| counts[class * NUM_CLASSES + class];
        let answers = |class: usize| {
            classes.clone().map(|truth| counts[truth * NUM_CLASSES + class]).sum::<f32>()
        };
        let is = |expected: &dyn Fn(usize) -> f32| {
            let near = |class: usize| (accuracies[class] - expected(class)).abs() < 0.002;
            classes.clone().all(near)
        };
        // A thousand test pictures belong to each class.
        if is(&|class| right(class) / 1_000.0) {
            Ok(())
        } else if is(&|class| right(class) / 10.0) {
            wrong!("class_accuracies.percent")
        } else if is(&|class| right(class) / 10_000.0) {
            wrong!("class_accuracies.all_pictures")
        } else if is(&|class| right(class) / answers(class).max(1.0)) {
            wrong!("class_accuracies.precision")
        } else {
            wrong!("class_accuracies.other")
        }
    })
}

/// How many times as many mistakes clothes cost as digits.
pub fn error_ratio(model: &Model, digit_model: &Model, times: impl Into<f64>) -> Verdict {
    let times = times.into() as f32;
    judge("error_ratio", || {
        let digits = digits_read(digit_model)?;
        refuse!("error_ratio.no_digits", percent = percent(digits); if digits < 0.88);
        refuse!("error_ratio.other_network"; if digit_model.layers() != model.layers());
        let (x, y) = test_clothes()?;
        let clothes = accuracy(model, &x, &y)?;
        let near = |expected: f32| (times - expected).abs() < 0.03 * expected;
        let (mistakes, digit_mistakes) = (1.0 - clothes, 1.0 - digits);
        if near(mistakes / digit_mistakes) {
            Ok(())
        } else if near(digit_mistakes / mistakes) {
            wrong!("error_ratio.turned_round")
        } else if near(clothes / digits) || near(digits / clothes) {
            wrong!("error_ratio.right_ones")
        } else {
            wrong!("error_ratio.other")
        }
    })
}

/// A network that gets at least 87 % of the test pictures right, and has not seen them before.
pub fn better_fashion(better: &Model) -> Verdict {
    judge("better_fashion", || {
        let (x, y) = test_clothes()?;
        knows_nothing_of(better, &x)?;
        ends_with_softmax(better.layers())?;
        let right = accuracy(better, &x, &y)?;
        let percent = percent(right);
        match right {
            0.87.. => Ok(()),
            0.0..0.3 => wrong!("better_fashion.guessing", percent),
            _ => wrong!("better_fashion.not_enough", percent),
        }
    })
}

/// The confusion matrix of a model on the test pictures, row after row.
fn confusions(model: &Model) -> Result<Vec<f32>, String> {
    let (x, y) = test_clothes()?;
    accuracy(model, &x, &y)?; // says what is wrong with another model
    let counts = said(model.confusion_matrix(&x, &y))?.counts();
    refuse!("garments.no_ten_classes"; if counts.shape() != [NUM_CLASSES, NUM_CLASSES]);
    Ok(counts.to_vec())
}

/// The test pictures as rows of numbers from 0 to 1, and their labels.
fn test_clothes() -> Result<(Array, Array), String> {
    let (_, (x, y)) = said(fashion_mnist::load_data())?;
    Ok((said(pixel_rows(&x))?, y))
}
