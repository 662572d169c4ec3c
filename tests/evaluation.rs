//! Confusion matrix and report, against the numbers of scikit-learn.

use serde::Deserialize;
use zunder::prelude::*;

/// Made by `reference/make_sklearn_reference.py`.
#[derive(Deserialize)]
struct Reference {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    num_classes: usize,
    y_true: Vec<i64>,
    y_pred: Vec<i64>,
    confusion_matrix: Vec<Vec<i64>>,
    report: String,
}

impl Case {
    /// Labels and predictions, one-hot: so they say how many classes there are, even where the
    /// last does not occur.
    fn one_hot(&self) -> [Array; 2] {
        let classes = [&self.y_true, &self.y_pred].map(|classes| Array::from(classes.clone()));
        classes.map(|classes| to_categorical(&classes, self.num_classes).unwrap())
    }
}

fn cases() -> Vec<Case> {
    let text = include_str!("reference/sklearn_reference.json");
    serde_json::from_str::<Reference>(text).unwrap().cases
}

#[test]
fn counts_are_those_of_scikit_learn() {
    for case in cases() {
        let [labels, predictions] = case.one_hot();
        let counts = case.confusion_matrix.concat();
        let expected = Array::new([case.num_classes; 2], counts).unwrap();
        let matrix = ConfusionMatrix::new(&labels, &predictions).unwrap();
        assert_eq!(matrix.counts(), expected, "{}", case.name);
        let numbers = Array::from(case.y_pred);
        assert_eq!(matrix, ConfusionMatrix::new(&labels, &numbers).unwrap(), "{}", case.name);
    }
}

#[test]
fn the_report_is_that_of_scikit_learn() {
    for case in cases() {
        let [labels, predictions] = case.one_hot();
        let report = classification_report(&labels, &predictions).unwrap();
        // Where no prediction is right, scikit-learn writes the supports with a fraction: 46.0.
        let line = |line: &str| match line.strip_suffix(".0") {
            Some(shorter) => {
                let (scores, support) = shorter.rsplit_once(' ').unwrap();
                format!("{scores}   {support}")
            }
            None => line.to_owned(),
        };
        let expected: Vec<String> = case.report.trim_end().lines().map(line).collect();
        assert_eq!(report.to_string(), expected.join("\n"), "{}", case.name);
    }
}

/// A model that votes for the class at which its input has a 1.
fn echo(num_classes: usize) -> Model {
    let network = Sequential::new()
        .add(Input::new(num_classes))
        .add(Dense::new(num_classes).activation(Softmax));
    let mut model = network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap();
    let classes = Array::from((0..num_classes).collect::<Vec<_>>());
    let kernel = to_categorical(&classes, num_classes).unwrap() * 9;
    model.set_weights(&[(kernel, Array::zeros([num_classes]))]).unwrap();
    model
}

#[test]
fn a_model_is_judged_as_scikit_learn_judges_its_predictions() {
    for case in cases() {
        let [labels, x] = case.one_hot();
        let model = echo(case.num_classes);
        let numbers = Array::from(case.y_true.clone());
        let matrix = ConfusionMatrix::new(&labels, &x).unwrap();
        assert_eq!(matrix.counts().to_vec(), floats(&case.confusion_matrix), "{}", case.name);
        let report = classification_report(&labels, &x).unwrap();
        for y in [&labels, &numbers] {
            assert_eq!(model.confusion_matrix(&x, y).unwrap(), matrix, "{}", case.name);
            assert_eq!(model.classification_report(&x, y).unwrap(), report, "{}", case.name);
        }
    }
}

fn floats(rows: &[Vec<i64>]) -> Vec<f32> {
    rows.concat().into_iter().map(|count| count as f32).collect()
}

#[test]
fn a_single_output_votes_above_one_half() {
    let plain = Sequential::new().add(Input::new(1)).add(Dense::new(1).activation(Sigmoid));
    // Neither changes an answer.
    for network in [plain.clone(), plain.clone().add(Flatten::new()), plain.add(Dropout::new(0.5))]
    {
        let mut model = network.compile(MeanSquaredError, Adam::default(), [Accuracy]).unwrap();
        model.set_weights(&[(Array::from([[1.0]]), Array::zeros([1]))]).unwrap();
        let x = Array::from([[-2.0], [3.0], [1.0], [-1.0]]);
        let y = Array::from([0, 1, 0, 0]);
        let matrix = model.confusion_matrix(&x, &y).unwrap();
        assert_eq!(matrix.counts(), Array::from([[2, 1], [0, 1]]));
        let digits = Array::from([0, 1, 5, 9]);
        for reason in [
            model.confusion_matrix(&x, &digits).unwrap_err(),
            model.classification_report(&x, &digits).unwrap_err(),
        ] {
            let expected = "label 5 in row 2 is not one of the 2 classes 0 to 1";
            assert!(reason.to_string().starts_with(expected), "{reason}");
        }
    }
}

#[test]
fn a_model_that_answers_with_a_number_has_no_classes() {
    let network = Sequential::new().add(Input::new(1)).add(Dense::new(1));
    let model = network.compile(MeanSquaredError, Adam::default(), []).unwrap();
    let (x, y) = (Array::from([[1.0], [2.0]]), Array::from([3750, 3800]));
    for reason in [
        model.confusion_matrix(&x, &y).unwrap_err(),
        model.classification_report(&x, &y).unwrap_err(),
    ] {
        assert!(reason.to_string().contains("its loss is MeanSquaredError"), "{reason}");
    }
}

#[test]
fn a_model_says_when_labels_are_missing() {
    let (x, y) = (Array::zeros([3, 2]), Array::from([0, 1]));
    let reason = echo(2).confusion_matrix(&x, &y).unwrap_err();
    assert!(reason.to_string().contains("x has 3 samples"), "{reason}");
    let reason = echo(2).classification_report(&Array::zeros([2, 3]), &y).unwrap_err();
    assert!(reason.to_string().contains("x has shape (2, 3)"), "{reason}");
}

#[test]
fn a_heat_map_shows_every_count() {
    for case in cases() {
        let [labels, predictions] = case.one_hot();
        let figure = ConfusionMatrix::new(&labels, &predictions).unwrap().plot();
        let svg = figure.svg().unwrap();
        for count in case.confusion_matrix.concat() {
            assert!(svg.contains(&format!(">{count}</text>")), "{}: {count}", case.name);
        }
        for word in ["true class", "predicted class", "right", "wrong"] {
            assert!(svg.contains(&format!(">{word}</text>")), "{}: {word}", case.name);
        }
    }
}

#[test]
fn a_heat_map_names_its_classes() {
    let labels = Array::from([0, 1, 2, 2]);
    let matrix = ConfusionMatrix::new(&labels, &labels).unwrap();
    let drawn = |names: &[&str]| -> String {
        matrix.clone().class_names(names).unwrap().plot().svg().unwrap().into()
    };
    let upwards = |names: [&str; 3]| drawn(&names).matches("rotate(-90").count();
    let short = drawn(&["a", "<", "c"]);
    for name in ["a", "&lt;", "c"] {
        let written = short.matches(&format!(">{name}</text>")).count();
        assert_eq!(written, 2, "{name} beside its row and below its column");
    }
    assert_eq!(upwards(["a", "<", "c"]), 1, "only what names the axis");
    assert_eq!(upwards(["Adelie", "Chinstrap", "Gentoo"]), 4, "what has no room beside the next");
    assert!(drawn(&["x", "y", &"z".repeat(500)]).len() < short.len() + 500, "it is cut");
    let reason = matrix.class_names(&["cat", "dog"]).unwrap_err().to_string();
    assert!(reason.contains("the number of class names") && reason.contains("3: one"), "{reason}");
}

#[test]
fn many_classes_have_a_heat_map_too() {
    for classes in [2usize, 30, 1_000] {
        let labels = Array::from((0..classes).collect::<Vec<_>>());
        let matrix = ConfusionMatrix::new(&labels, &labels).unwrap();
        assert!(matrix.plot().svg().unwrap().contains("(100.0 %)"), "{classes}");
    }
}

#[test]
fn labels_that_do_not_fit_say_so() {
    let reason = |labels: &Array, predictions: &Array| {
        ConfusionMatrix::new(labels, predictions).unwrap_err().to_string()
    };
    let (three, two) = (Array::from([0, 1, 2]), Array::from([0, 1]));
    assert!(reason(&three, &two).contains("cannot compare arrays of shape (3,) and (2,)"));
    let images = Array::zeros([3, 28, 28]);
    assert!(reason(&three, &images).contains("but got shape (3, 28, 28)"));
    let none = Array::zeros([0]);
    assert!(reason(&none, &none).contains("y holds no samples"));
    let probability = reason(&two, &Array::from([0.0, 0.25]));
    assert!(probability.contains("prediction in row 1 is 0.25"), "{probability}");
    assert!(probability.contains("and not a probability: model.confusion_matrix"), "{probability}");
    let table = Array::from([[0.0, 1.0, 0.0], [3.0, 1.5, 2.0]]);
    assert!(reason(&table, &two).contains("the label in row 1 is [3, 1.5, 2], but"));
    let (x, y) = (Array::from([[1.0, 0.0], [0.0, 1.0]]), Array::from([[0, 0, 1], [0, 1, 0]]));
    let reason_of_width = echo(2).confusion_matrix(&x, &y).unwrap_err().to_string();
    assert!(reason_of_width.contains("y has shape (2, 3)"), "{reason_of_width}");
    for label in [-1.0, 1.5, f32::NAN, f32::INFINITY, 1e9] {
        let strange = Array::from([0.0, label]);
        let reason = reason(&two, &strange);
        assert!(reason.contains("in row 1 is not one of the"), "{label}: {reason}");
    }
    let probabilities = Array::from([[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]]);
    assert!(reason(&three, &probabilities).contains("label 2 in row 2 is not one of the 2"));
}
