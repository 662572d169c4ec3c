//! Splitting and normalising tables, against the numbers of scikit-learn.

use serde::Deserialize;
use zunder::prelude::*;

/// Made by `reference/make_tables_reference.py`.
#[derive(Deserialize)]
struct Reference {
    y: Vec<u8>,
    num_training: usize,
    mean: Vec<f64>,
    variance: Vec<f64>,
    scaled: Vec<Vec<f32>>,
    split_sizes: Vec<(usize, f64, usize, usize)>,
}

fn reference() -> Reference {
    serde_json::from_str(include_str!("reference/tables_reference.json")).unwrap()
}

/// The penguins that were measured.
fn measured() -> (Array, Array) {
    let (x, y) = penguins::load_data().unwrap();
    let rows: Vec<usize> = (0..x.len()).filter(|&row| !x.get([row, 0]).unwrap().is_nan()).collect();
    (x.select(&rows).unwrap(), y.select(&rows).unwrap())
}

fn assert_near(got: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(expected) {
        let difference = (got - expected).abs();
        assert!(difference <= tolerance * expected.abs().max(1.0), "{got} {expected}");
    }
}

#[test]
fn labels_are_those_that_python_reads() {
    assert_eq!(measured().1, Array::from(reference().y));
}

#[test]
fn normalization_is_that_of_scikit_learn() {
    let Reference { num_training, mean, variance, scaled, .. } = reference();
    let x = measured().0;
    let training = x.rows(0..num_training).unwrap();
    let normalization = Normalization::adapt(&training).unwrap();
    let floats = |values: &[f64]| values.iter().map(|&value| value as f32).collect::<Vec<_>>();
    assert_near(&normalization.mean().to_vec(), &floats(&mean), 1e-6);
    assert_near(&normalization.variance().to_vec(), &floats(&variance), 1e-6);
    assert_near(&normalization.apply(&x).unwrap().to_vec(), &scaled.concat(), 2e-6);
    for column in 0..4 {
        let values = training.column(column).unwrap();
        assert_near(&[values.mean()], &[mean[column] as f32], 1e-6);
        assert_near(&[values.std()], &[variance[column].sqrt() as f32], 1e-6);
    }
}

#[test]
fn a_constant_column_becomes_zero() {
    let x = Array::from([[7, 1], [7, 3]]);
    let scaled = Normalization::adapt(&x).unwrap().apply(&x).unwrap();
    assert_eq!(scaled, Array::from([[0.0, -1.0], [0.0, 1.0]]));
}

/// As in scikit-learn. Their mean is rounded: that is no spread.
#[test]
fn a_constant_column_is_divided_by_one() {
    let x = Array::new([6_000, 2], [0.1, 5.0].repeat(6_000)).unwrap();
    let normalization = Normalization::adapt(&x).unwrap();
    assert_eq!(normalization.variance().to_vec(), [0.0, 0.0]);
    let scaled = normalization.apply(&Array::from([[0.1, 5.1], [0.3, 5.0]])).unwrap().to_vec();
    assert_near(&scaled, &[0.0, 0.1, 0.2, 0.0], 1e-6);
}

#[test]
fn normalization_says_what_is_wrong() {
    let (x, _) = penguins::load_data().unwrap();
    let adapt = |x: &Array| Normalization::adapt(x).unwrap_err().to_string();
    assert!(adapt(&x).contains("x holds the value NaN in row 3"));
    assert!(adapt(&Array::zeros([3])).contains("a table of shape (n, columns)"));
    assert!(adapt(&Array::zeros([0, 3])).contains("x holds no samples"));
    assert!(adapt(&Array::zeros([3, 0])).contains("x holds no samples"));
    let normalization = Normalization::adapt(&Array::zeros([2, 3])).unwrap();
    let apply = |x: &Array| normalization.apply(x).unwrap_err().to_string();
    assert!(apply(&Array::zeros([3])).contains("a table of shape (n, columns)"));
    // No `reshape` would help.
    assert!(apply(&Array::zeros([5, 4])).ends_with("as `adapt` saw, but got shape (5, 4)"));
    assert!(normalization.apply(&Array::zeros([0, 3])).unwrap().is_empty());
}

#[test]
fn splits_are_as_large_as_those_of_scikit_learn() {
    for (samples, test_size, train, test) in reference().split_sizes {
        let x = Array::zeros([samples, 2]);
        let y = Array::zeros([samples]);
        let (training, testing) = train_test_split(&x, &y, test_size, 1).unwrap();
        let sizes = [training.0.len(), training.1.len(), testing.0.len(), testing.1.len()];
        assert_eq!(sizes, [train, train, test, test], "{test_size} of {samples}");
    }
}

#[test]
fn a_split_loses_nothing_and_keeps_pairs() {
    let numbers: Vec<f32> = (0..100).map(|number| number as f32).collect();
    let y = Array::from(numbers.clone());
    let x = (&y * 2.0).reshape([100, 1]).unwrap();
    let split = |seed| train_test_split(&x, &y, 0.2, seed).unwrap();
    let ((x_train, y_train), (x_test, y_test)) = split(7);
    assert_eq!((&y_train * 2.0).to_vec(), x_train.to_vec());
    assert_eq!((&y_test * 2.0).to_vec(), x_test.to_vec());
    let mut all = [y_train.to_vec(), y_test.to_vec()].concat();
    assert_ne!(all, numbers, "shuffled");
    all.sort_by(f32::total_cmp);
    assert_eq!(all, numbers);
    assert_eq!(split(7), split(7));
    assert_ne!(split(7), split(8));
}

#[test]
fn splits_say_what_is_wrong() {
    let (x, y) = (Array::zeros([10, 2]), Array::zeros([10]));
    for test_size in [0.0, 1.0, -0.2, 20.0, 0.99, f64::NAN, f64::INFINITY] {
        let problem = train_test_split(&x, &y, test_size, 1).unwrap_err().to_string();
        assert!(problem.starts_with(&format!("test_size is {test_size}, but")), "{problem}");
    }
    let other = train_test_split(&x, &Array::zeros([9]), 0.2, 1).unwrap_err();
    assert!(other.to_string().contains("x has 10 samples"));
    let none = train_test_split(&Array::zeros([0, 2]), &Array::zeros([0]), 0.2, 1).unwrap_err();
    assert!(none.to_string().contains("x holds no samples"));
}

#[test]
fn columns_are_chosen_as_numpy_does() {
    let x = Array::from([[1u8, 2, 3], [4, 5, 6]]);
    assert_eq!(x.column(1).unwrap(), Array::from([2u8, 5]));
    assert_eq!(x.select_columns(&[2, 0]).unwrap(), Array::from([[3u8, 1], [6, 4]]));
    // Row after row, whatever order the columns were taken in.
    assert_eq!(x.select_columns(&[2, 0]).unwrap().row(1).unwrap(), Array::from([6u8, 4]));
    assert_eq!(x.select_columns(&[2, 0]).unwrap().reshape([4]).unwrap().to_vec(), [3., 1., 6., 4.]);
    assert_eq!(x.select_columns(&[]).unwrap().shape(), [2, 0]);
    let problem = |x: &Array, column| x.column(column).unwrap_err().to_string();
    assert!(problem(&x, 3).contains("the column is 3, but must be below 3: there are 3 columns"));
    assert!(problem(&Array::zeros([3]), 0).contains("but got shape (3,)"));
    assert!(problem(&Array::zeros([3, 2, 2]), 0).contains("but got shape (3, 2, 2)"));
}
