//! The checks of `course/09_fashion_mnist.md`.

use zunder::{Array, Model, fashion_mnist};

use crate::judged::{accuracy, fraction_right, percent, pixel_rows, said, test_digits, units_of};
use crate::sentences::wrong;
use crate::verdict::{Verdict, judge};

const NUM_CLASSES: usize = 10;

/// How many training pictures there are of each class.
pub fn count_garments(counts: &[usize]) -> Verdict {
    judge("count_garments", || {
        let total: usize = counts.iter().sum();
        match counts {
            [60_000, ..] => wrong!("count_garments.all_in_one"),
            _ if counts.len() != NUM_CLASSES => {
                let length = counts.len();
                wrong!("count_garments.length", length)
            }
            _ if total == 0 => wrong!("count_garments.nothing"),
            _ if total == 10_000 => wrong!("count_garments.test_pictures"),
            _ if total != 60_000 => wrong!("count_garments.total", total),
            _ if counts.iter().any(|&count| count != 6_000) => {
                wrong!("count_garments.other_classes")
            }
            _ => Ok(()),
        }
    })
}

/// The network of the first notebook, trained on the clothes.
pub fn fashion_network(model: &Model) -> Verdict {
    judge("fashion_network", || {
        let units = units_of(model.layers());
        if units != "20-14-10" {
            return wrong!("fashion_network.layers", units);
        }
        let (x, y) = test_clothes()?;
        let right = accuracy(model, &x, &y)?;
        if right >= 0.81 {
            return Ok(());
        }
        let percent = percent(right);
        if accuracy(model, &(&x * 255.0), &y)? > right + 0.05 {
            return wrong!("fashion_network.not_divided", percent);
        }
        match right {
            0.0..0.3 => wrong!("fashion_network.guessing", percent),
            _ => wrong!("fashion_network.train_longer", percent),
        }
    })
}

/// The true class and the class it is taken for most often.
pub fn most_confused(model: &Model, confused: (usize, usize)) -> Verdict {
    judge("most_confused", || {
        let (truth, answer) = confused;
        if truth >= NUM_CLASSES || answer >= NUM_CLASSES {
            return wrong!("most_confused.numbers");
        }
        if truth == answer {
            return wrong!("most_confused.diagonal");
        }
        let counts = confusions(model)?;
        let count = |truth: usize, answer: usize| counts[truth * NUM_CLASSES + answer];
        let pairs = (0..NUM_CLASSES * NUM_CLASSES)
            .map(|place| (place / NUM_CLASSES, place % NUM_CLASSES))
            .filter(|(truth, answer)| truth != answer);
        let most = pairs.map(|(truth, answer)| count(truth, answer)).fold(0.0, f32::max);
        if count(truth, answer) == most {
            return Ok(());
        }
        if count(answer, truth) == most {
            return wrong!("most_confused.turned_round");
        }
        let happened = count(truth, answer);
        wrong!("most_confused.rare", happened)
    })
}

/// Which fraction of each class is recognised.
pub fn class_accuracies(model: &Model, accuracies: &[f32]) -> Verdict {
    judge("class_accuracies", || {
        if accuracies.len() != NUM_CLASSES {
            let length = accuracies.len();
            return wrong!("class_accuracies.length", length);
        }
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
        match () {
            () if is(&|class| right(class) / 1_000.0) => Ok(()),
            () if is(&|class| right(class) / 10.0) => wrong!("class_accuracies.percent"),
            () if is(&|class| right(class) / 10_000.0) => wrong!("class_accuracies.all_pictures"),
            () if is(&|class| right(class) / answers(class).max(1.0)) => {
                wrong!("class_accuracies.precision")
            }
            () => wrong!("class_accuracies.other"),
        }
    })
}

/// How many times as many mistakes clothes cost as digits.
pub fn error_ratio(model: &Model, digit_model: &Model, times: f32) -> Verdict {
    judge("error_ratio", || {
        let (x, labels) = test_digits()?;
        let digits = fraction_right(digit_model, &x, &labels)?;
        if digits < 0.88 {
            return wrong!("error_ratio.no_digits", percent = percent(digits));
        }
        let (x, y) = test_clothes()?;
        let clothes = accuracy(model, &x, &y)?;
        let near = |expected: f32| (times - expected).abs() < 0.03 * expected;
        let (mistakes, digit_mistakes) = (1.0 - clothes, 1.0 - digits);
        match () {
            () if near(mistakes / digit_mistakes) => Ok(()),
            () if near(digit_mistakes / mistakes) => wrong!("error_ratio.turned_round"),
            () if near(clothes / digits) || near(digits / clothes) => {
                wrong!("error_ratio.right_ones")
            }
            () => wrong!("error_ratio.other"),
        }
    })
}

/// A network that gets at least 87 % of the test pictures right, and has not seen them before.
pub fn better_fashion(better: &Model) -> Verdict {
    judge("better_fashion", || {
        let ((x_train, y_train), (x_test, y_test)) = said(fashion_mnist::load_data())?;
        let right = accuracy(better, &said(pixel_rows(&x_test))?, &y_test)?;
        let some = |array: Array| said(array.rows(0..10_000));
        let known = accuracy(better, &said(pixel_rows(&some(x_train)?))?, &some(y_train)?)?;
        let percent = percent(right);
        if right > known + 0.02 {
            return wrong!("better_fashion.test_data");
        }
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
    if counts.shape() == [NUM_CLASSES, NUM_CLASSES] {
        Ok(counts.to_vec())
    } else {
        wrong!("garments.no_ten_classes")
    }
}

/// The test pictures as rows of numbers from 0 to 1, and their labels.
fn test_clothes() -> Result<(Array, Array), String> {
    let (_, (x, y)) = said(fashion_mnist::load_data())?;
    Ok((said(pixel_rows(&x))?, y))
}
