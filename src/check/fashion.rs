//! The checks of `course/09_fashion_mnist.md`.

use crate::arrays::array::Array;
use crate::base::error::Result;
use crate::check::accuracy::{accuracy, percent, right_ones, share};
use crate::check::{Finding, Verdict, judge, wrong};
use crate::compile::model::Model;
use crate::evaluate::confusion_matrix::ConfusionMatrix;
use crate::load::{fashion_mnist, mnist};

const NUM_CLASSES: usize = 10;

/// How many training pictures there are of each class.
pub fn count_garments(counts: &[usize]) -> Verdict {
    judge("count_garments", || {
        let total: usize = counts.iter().sum();
        match counts {
            [60_000, ..] => {
                wrong("everything was counted as class 0", "alles wurde zur Klasse 0 gezählt")
            }
            _ if counts.len() != NUM_CLASSES => {
                let length = counts.len();
                wrong(
                    format!("counts holds {length} numbers: one for each class is wanted"),
                    format!("counts enthält {length} Zahlen: Gefragt ist eine für jede Klasse"),
                )
            }
            _ if total == 0 => wrong("nothing was counted yet", "es wurde noch nichts gezählt"),
            _ if total == 10_000 => wrong(
                "these are the test pictures: the training pictures are asked for",
                "das sind die Testbilder: Gefragt ist nach den Trainingsbildern",
            ),
            _ if total != 60_000 => wrong(
                format!("they add up to {total}, but there are 60000 training pictures"),
                format!("zusammen sind es {total}, es gibt aber 60000 Trainingsbilder"),
            ),
            _ if counts.iter().any(|&count| count != 6_000) => wrong(
                "the sum is right, but not every picture was counted for its own class",
                "die Summe stimmt, aber nicht jedes Bild wurde zu seiner Klasse gezählt",
            ),
            _ => Ok(()),
        }
    })
}

/// The network of the first notebook, trained on the clothes.
pub fn fashion_network(model: &Model) -> Verdict {
    judge("fashion_network", || {
        let units: Vec<usize> = model.weights().iter().map(|(_, bias)| bias.len()).collect();
        if units != [20, 14, 10] {
            let units = units.iter().map(usize::to_string).collect::<Vec<_>>().join("-");
            return wrong(
                format!(
                    "the layers have {units} units: this is not the network of the first notebook"
                ),
                format!(
                    "die Schichten haben {units} Neuronen: Das ist nicht das Netz aus dem ersten \
                     Notebook"
                ),
            );
        }
        let (x, y) = test_data(fashion_mnist::load_data())?;
        let right = accuracy(model, &x, &y)?;
        if right >= 0.81 {
            return Ok(());
        }
        let (english, german) = percent(right);
        if accuracy(model, &(&x * 255.0), &y)? > right + 0.05 {
            return wrong(
                format!(
                    "{english} of the test pictures are right, and more if the pixels reach 255: it \
                     was trained with pixels that were not divided"
                ),
                format!(
                    "{german} der Testbilder sind richtig, und mehr, wenn die Pixel bis 255 \
                     reichen: Trainiert wurde mit Pixeln, die nicht geteilt waren"
                ),
            );
        }
        match right {
            0.0..0.3 => wrong(
                format!(
                    "{english} of the test pictures are right, as by guessing: was fit called?"
                ),
                format!("{german} der Testbilder sind richtig, wie geraten: Wurde fit aufgerufen?"),
            ),
            _ => wrong(
                format!(
                    "{english} of the test pictures are right: it can do more if it trains longer"
                ),
                format!(
                    "{german} der Testbilder sind richtig: Es kann mehr, wenn es länger trainiert"
                ),
            ),
        }
    })
}

/// The true class and the class it is taken for most often.
pub fn most_confused(model: &Model, confused: (usize, usize)) -> Verdict {
    judge("most_confused", || {
        let (truth, answer) = confused;
        if truth >= NUM_CLASSES || answer >= NUM_CLASSES {
            return wrong(
                "the classes are numbered from 0 to 9",
                "die Klassen haben die Nummern 0 bis 9",
            );
        }
        if truth == answer {
            return wrong(
                "on the diagonal are the right answers: look at the others",
                "auf der Diagonale stehen die richtigen Antworten: Sieh dir die anderen an",
            );
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
            return wrong(
                "these two it is, but the other way round: rows are the true classes",
                "diese zwei sind es, aber andersherum: Zeilen sind die wahren Klassen",
            );
        }
        let happened = count(truth, answer);
        wrong(
            format!("that happened {happened} times; another confusion is more frequent"),
            format!("das kam {happened}-mal vor; eine andere Verwechslung ist häufiger"),
        )
    })
}

/// Which fraction of each class is recognised.
pub fn class_accuracies(model: &Model, accuracies: &[f32]) -> Verdict {
    judge("class_accuracies", || {
        if accuracies.len() != NUM_CLASSES {
            let length = accuracies.len();
            return wrong(
                format!("accuracies holds {length} numbers: one for each class is wanted"),
                format!("accuracies enthält {length} Zahlen: Gefragt ist eine für jede Klasse"),
            );
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
            () if is(&|class| right(class) / 10.0) => wrong(
                "these are percent: fractions from 0 to 1 are wanted",
                "das sind Prozent: Gefragt sind Anteile von 0 bis 1",
            ),
            () if is(&|class| right(class) / 10_000.0) => wrong(
                "each class was divided by all test pictures, not by those of its own class",
                "jede Klasse wurde durch alle Testbilder geteilt, nicht durch die der eigenen Klasse",
            ),
            () if is(&|class| right(class) / answers(class).max(1.0)) => wrong(
                "you divided by how often the network gives this answer, which is precision: here \
                 it is about how many pictures of a class there are",
                "geteilt wurde durch die Zahl der Antworten mit dieser Klasse, das ist die precision: \
                 Hier geht es darum, wie viele Bilder einer Klasse es gibt",
            ),
            () => wrong(
                "these are not the fractions of this model: does table still belong to it, and is \
                 each one the number on the diagonal divided by all of its class?",
                "das sind nicht die Anteile dieses Modells: Gehört table noch zu ihm, und ist jeder \
                 die Zahl auf der Diagonale, geteilt durch alle der Klasse?",
            ),
        }
    })
}

/// How many times as many mistakes clothes cost as digits.
pub fn error_ratio(model: &Model, digit_model: &Model, times: f32) -> Verdict {
    judge("error_ratio", || {
        let (x, y) = test_data(mnist::load_data())?;
        let digits = accuracy(digit_model, &x, &y)?;
        if digits < 0.88 {
            let (english, german) = percent(digits);
            return wrong(
                format!(
                    "digit_model reads {english} of the test digits: was it trained on digits?"
                ),
                format!(
                    "digit_model liest {german} der Testziffern: Wurde es mit Ziffern trainiert?"
                ),
            );
        }
        let (x, y) = test_data(fashion_mnist::load_data())?;
        let clothes = accuracy(model, &x, &y)?;
        let near = |expected: f32| (times - expected).abs() < 0.03 * expected;
        let (mistakes, digit_mistakes) = (1.0 - clothes, 1.0 - digits);
        match () {
            () if near(mistakes / digit_mistakes) => Ok(()),
            () if near(digit_mistakes / mistakes) => wrong(
                "that is the other way round: clothes cost more mistakes than digits",
                "das ist andersherum: Kleider kosten mehr Fehler als Ziffern",
            ),
            () if near(clothes / digits) || near(digits / clothes) => wrong(
                "you have compared what is right: compare the mistakes",
                "verglichen wurde, was richtig ist: Vergleiche die Fehler",
            ),
            () => wrong(
                "times is not the ratio of the mistakes of these two models on their test data",
                "times ist nicht das Verhältnis der Fehler dieser beiden Modelle bei ihren Testdaten",
            ),
        }
    })
}

/// A network that gets at least 87 % of the test pictures right, and has not seen them before.
pub fn better_fashion(better: &Model) -> Verdict {
    judge("better_fashion", || {
        let ((x_train, y_train), (x_test, y_test)) = loaded(fashion_mnist::load_data())?;
        let (x, y) = prepared(&x_test, &y_test)?;
        let right = accuracy(better, &x, &y)?;
        let some = |array: Array| array.rows(0..10_000).map_err(|problem| problem.to_string());
        let (x, y) = prepared(&some(x_train)?, &some(y_train)?)?;
        let known = share(&right_ones(better, &x, &y)?);
        let (english, german) = percent(right);
        if right > known + 0.02 {
            return wrong(
                "it knows the test pictures better than the training pictures: was it trained on the \
                 test data? That is no exam any more",
                "es kennt die Testbilder besser als die Trainingsbilder: Wurde es mit den Testdaten \
                 trainiert? Dann ist es keine Prüfung mehr",
            );
        }
        match right {
            0.87.. => Ok(()),
            0.0..0.3 => wrong(
                format!(
                    "{english} of the test pictures are right, as by guessing: was it trained?"
                ),
                format!("{german} der Testbilder sind richtig, wie geraten: Wurde es trainiert?"),
            ),
            _ => wrong(
                format!(
                    "{english} of the test pictures are right, 87 % are wanted: give it more units or more time"
                ),
                format!(
                    "{german} der Testbilder sind richtig, 87 % sollen es sein: Gib ihm mehr Neuronen oder mehr Zeit"
                ),
            ),
        }
    })
}

/// The confusion matrix of a model on the test pictures, row after row.
fn confusions(model: &Model) -> Result<Vec<f32>, String> {
    let (x, y) = test_data(fashion_mnist::load_data())?;
    right_ones(model, &x, &y)?; // says what is wrong with another model
    let outputs = model.predict(&x).map_err(|problem| problem.to_string())?;
    let matrix = ConfusionMatrix::new(&y, &outputs).map_err(|problem| problem.to_string())?;
    let counts = matrix.counts();
    match counts.shape() == [NUM_CLASSES, NUM_CLASSES] {
        true => Ok(counts.to_vec()),
        false => no_ten_classes().map(|()| Vec::new()),
    }
}

fn no_ten_classes() -> Finding {
    wrong("the model does not have ten outputs", "das Modell hat keine zehn Ausgänge")
}

type Split = ((Array, Array), (Array, Array));

fn loaded(data: Result<Split>) -> Result<Split, String> {
    data.map_err(|problem| problem.to_string())
}

/// Test pictures as rows of numbers from 0 to 1, and their labels.
fn test_data(data: Result<Split>) -> Result<(Array, Array), String> {
    let (_, (x, y)) = loaded(data)?;
    prepared(&x, &y)
}

fn prepared(x: &Array, y: &Array) -> Result<(Array, Array), String> {
    let rows = x.reshape([x.len(), 784]).map_err(|problem| problem.to_string())?;
    Ok((rows / 255.0, y.clone()))
}
