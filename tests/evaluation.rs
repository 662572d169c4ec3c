//! Confusion matrix and report, against the numbers of scikit-learn.

use serde::Deserialize;
use zunder::Error;
use zunder::prelude::*;

/// Made by `reference/make_classification.py`.
#[derive(Deserialize)]
struct Reference {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    labels: Vec<i64>,
    predictions: Vec<i64>,
    confusion_matrix: Vec<Vec<i64>>,
    report: String,
}

fn cases() -> Vec<Case> {
    let text = include_str!("reference/classification.json");
    serde_json::from_str::<Reference>(text).unwrap().cases
}

#[test]
fn counts_are_those_of_scikit_learn() {
    for case in cases() {
        let classes = case.confusion_matrix.len();
        let (labels, predictions) = (Array::from(case.labels), Array::from(case.predictions));
        let expected = Array::new([classes, classes], case.confusion_matrix.concat()).unwrap();
        // One-hot labels say how many classes there are, even where the last does not occur.
        let labels = to_categorical(&labels, classes).unwrap();
        let matrix = ConfusionMatrix::new(&labels, &predictions).unwrap();
        assert_eq!(matrix.counts(), expected, "{}", case.name);
        let one_hot = to_categorical(&predictions, classes).unwrap();
        assert_eq!(matrix, ConfusionMatrix::new(&labels, &one_hot).unwrap(), "{}", case.name);
    }
}

#[test]
fn the_report_is_that_of_scikit_learn() {
    for case in cases() {
        let report = classification_report(&case.labels.into(), &case.predictions.into()).unwrap();
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

#[test]
fn a_heat_map_shows_every_count() {
    for case in cases() {
        let counts: Vec<i64> = case.confusion_matrix.concat();
        let classes = case.confusion_matrix.len();
        let labels = to_categorical(&case.labels.into(), classes).unwrap();
        let figure = ConfusionMatrix::new(&labels, &case.predictions.into()).unwrap().plot();
        let svg = figure.svg().unwrap();
        for count in counts {
            assert!(svg.contains(&format!(">{count}</text>")), "{}: {count}", case.name);
        }
        for word in ["true class", "predicted class", "right", "wrong"] {
            assert!(svg.contains(&format!(">{word}</text>")), "{}: {word}", case.name);
        }
    }
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
        ConfusionMatrix::new(labels, predictions).unwrap_err()
    };
    let (three, two) = (Array::from([0, 1, 2]), Array::from([0, 1]));
    assert!(matches!(reason(&three, &two), Error::ShapesDiffer { .. }));
    let images = Array::zeros([3, 28, 28]);
    assert!(matches!(reason(&three, &images), Error::WrongDimensions { .. }));
    let none = Array::zeros([0]);
    assert!(matches!(reason(&none, &none), Error::NoData { .. }));
    for label in [-1.0, 0.5, f32::NAN, f32::INFINITY, 1e9] {
        let strange = Array::from([0.0, label]);
        assert!(matches!(reason(&two, &strange), Error::LabelOutOfRange { row: 1, .. }), "{label}");
    }
    let probabilities = Array::from([[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]]);
    assert!(matches!(reason(&three, &probabilities), Error::LabelOutOfRange { row: 2, .. }));
}
