//! The notes of `fit`: each with the mistake that it is for and without it.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use zunder::prelude::*;
use zunder::{LikelyCause, Note};

const CLASSES: usize = 4;
const WIDTH: usize = 16;

/// Samples of four classes that a network can tell apart: each has its own quarter of the values
/// lit, all else is noise from 0 to 1.
fn samples(n: usize, seed: u64) -> (Array, Array) {
    let mut rng = StdRng::seed_from_u64(seed);
    let labels: Vec<usize> = (0..n).map(|_| rng.random_range(0..CLASSES)).collect();
    let mut values = Vec::new();
    for &label in &labels {
        for place in 0..WIDTH {
            let noise: f32 = rng.random_range(0.0..1.0);
            values.push(if place / 4 == label { 0.5 + noise / 2.0 } else { noise });
        }
    }
    let x = Array::new([n, WIDTH], values).unwrap();
    (x, to_categorical(&Array::from(labels), CLASSES).unwrap())
}

fn network() -> Sequential {
    Sequential::new()
        .seed(1)
        .add(Input::new(WIDTH))
        .add(Dense::new(12).activation(Relu))
        .add(Dense::new(CLASSES).activation(Softmax))
}

fn settings() -> Fit {
    Fit::new().epochs(4).seed(1).verbose(0)
}

fn fit(network: &Sequential, x: &Array, y: &Array, settings: Fit) -> Vec<Note> {
    let optimizer = Adam::new().learning_rate(0.01);
    fit_with(network, optimizer, x, y, settings)
}

fn fit_with(
    network: &Sequential,
    optimizer: Adam,
    x: &Array,
    y: &Array,
    settings: Fit,
) -> Vec<Note> {
    let mut model = network.compile(CategoricalCrossentropy, optimizer, [Accuracy]).unwrap();
    model.fit(x, y, settings).unwrap().notes()
}

#[test]
fn nothing_is_said_where_nothing_is_wrong() {
    let (x, y) = samples(1_000, 1);
    assert_eq!(fit(&network(), &x, &y, settings()), []);
    assert_eq!(fit(&network(), &x, &y, settings().validation_split(0.2)), []);
    let (other_x, other_y) = samples(200, 2);
    assert_eq!(fit(&network(), &x, &y, settings().validation_data(&other_x, &other_y)), []);
    // A few samples prove nothing.
    for n in [2, 5, 12, 30] {
        let (x, y) = samples(n, n as u64);
        let notes = fit(&network(), &x, &y, settings().validation_split(0.3));
        assert_eq!(notes, [], "{n} samples");
    }
}

#[test]
fn it_can_be_switched_off() {
    let (x, y) = samples(1_000, 1);
    assert_eq!(fit(&network(), &(x * 255), &y, settings().diagnose(false)), []);
}

#[test]
fn values_that_are_not_scaled() {
    let (x, y) = samples(1_000, 1);
    let notes = fit(&network(), &(&x * 255), &y, settings());
    let [Note::NotScaled { smallest, largest }, ..] = notes[..] else { panic!("{notes:?}") };
    assert!(smallest < 10.0 && largest > 250.0, "{smallest} {largest}");
    assert!(notes[0].to_string().contains("x / 255.0"), "{notes:?}");
    // Around zero, as standardised data are; and with one huge value among many small ones.
    let mut standard = ((&x - 0.5) * 3.5).to_vec();
    assert_eq!(fit(&network(), &((&x - 0.5) * 3.5), &y, settings()), []);
    standard[77] = 245.0;
    let standard = Array::new([1_000, WIDTH], standard).unwrap();
    assert_eq!(fit(&network(), &standard, &y, settings()), []);
}

#[test]
fn columns_with_units_of_their_own() {
    let rows: Vec<[f32; 3]> =
        (0..200).map(|n| [0.01, 1.0, 60.0].map(|s| (n % 7 + 1) as f32 * s)).collect();
    let x = Array::new([200, 3], rows.concat()).unwrap();
    let y = Array::from((0..200).map(|n| n % 2).collect::<Vec<i32>>());
    let network = Sequential::new().add(Input::new(3)).add(Dense::new(2).activation(Softmax));
    let notes = |x: &Array| {
        let mut model =
            network.compile(SparseCategoricalCrossentropy, Adam::default(), []).unwrap();
        model.fit(x, &y, settings().epochs(1)).unwrap().notes()
    };
    assert!(matches!(notes(&x)[..], [Note::ColumnsNotScaled { .. }, ..]), "{:?}", notes(&x));
    let alike = x.select_columns(&[2, 2, 2]).unwrap();
    assert!(matches!(notes(&alike)[..], [Note::NotScaled { .. }, ..]), "{:?}", notes(&alike));
}

#[test]
fn word_numbers_are_no_sizes() {
    let rows: Vec<i32> = (0..120).map(|n| n * 7 % 40).collect();
    let x = Array::new([20, 6], rows).unwrap();
    let y = Array::from((0..20).map(|n| n % 2).collect::<Vec<i32>>());
    let network = Sequential::new().add(Input::new(6)).add(Embedding::new(40, 4));
    let network = network.add(GlobalAveragePooling1D::new()).add(Dense::new(2).activation(Softmax));
    let mut model = network.compile(SparseCategoricalCrossentropy, Adam::default(), []).unwrap();
    assert_eq!(model.fit(&x, &y, settings().epochs(2)).unwrap().notes(), []);
    let refused = model.fit(&(&x / 40), &y, settings()).unwrap_err().to_string();
    assert!(
        refused.contains("TextVectorization with output_sequence_length, as they are")
            && !refused.contains("input_dim")
    );
    let large = model.predict(&(&x + 40)).unwrap_err().to_string();
    assert!(large.contains("choose its input_dim as large as the vocabulary"), "{large}");
}

#[test]
fn numbers_far_from_zero() {
    let x = Array::new([100, 1], (0..100).map(|n| n as f32 / 100.0).collect::<Vec<_>>()).unwrap();
    let network =
        Sequential::new().add(Input::new(1)).add(Dense::new(8).activation(Relu)).add(Dense::new(1));
    let notes = |y: &Array| {
        let mut model =
            network.compile(MeanSquaredError, Sgd::new().learning_rate(1e-5), []).unwrap();
        model.fit(&x, y, settings().epochs(3)).unwrap().notes()
    };
    let of_prices = notes(&(&x * 96_000 + 300_000));
    assert!(matches!(of_prices[..], [Note::YNotScaled { .. }]), "{of_prices:?}");
    assert!(of_prices[0].to_string().contains("as in y / 100000.0"), "{of_prices:?}");
    let near = notes(&(&x * 50));
    assert!(!near.iter().any(|note| matches!(note, Note::YNotScaled { .. })), "{near:?}");
}

#[test]
fn a_network_that_ends_with_no_layer_that_answers() {
    let (x, y) = samples(1_000, 1);
    let network = Sequential::new().seed(1).add(Input::new(WIDTH)).add(Dense::new(CLASSES));
    let notes = fit(&network.add(BatchNormalization::new()), &x, &y, settings());
    assert!(matches!(notes[0], Note::NoDenseLast { layer: "BatchNormalization", .. }), "{notes:?}");
    assert!(notes[0].to_string().contains(".activation(Softmax) behind it"), "{notes:?}");
}

#[test]
fn the_rate_that_trained_is_judged() {
    let (x, _) = samples(200, 1);
    let y =
        to_categorical(&Array::from((0..200).map(|n| n % CLASSES).collect::<Vec<_>>()), CLASSES)
            .unwrap();
    let falls = ReduceLROnPlateau::new().monitor("loss").patience(1).min_delta(10.0);
    let notes = fit(&network(), &x, &y, settings().epochs(30).callback(falls));
    let said: Vec<String> = notes.iter().map(Note::to_string).collect();
    assert!(!said.iter().any(|note| note.contains("too small")), "{said:?}");
}

#[test]
fn values_that_are_scaled_twice() {
    let (x, y) = samples(1_000, 1);
    let notes = fit(&network(), &(&x / 255), &y, settings());
    assert!(matches!(notes[..], [Note::ScaledTwice { .. }]), "{notes:?}");
    assert_eq!(fit(&network(), &(&x / 16), &y, settings().epochs(40)), []);
}

#[test]
fn a_single_large_value_among_small_ones_was_not_divided_twice() {
    let numbers: Vec<f32> = (0..10_000).map(|n| (n % 15) as f32 / 1_000.0).collect();
    let y = Array::from((0..5_000).map(|n| n % 2).collect::<Vec<i32>>());
    let network = Sequential::new().add(Input::new(2)).add(Dense::new(2).activation(Softmax));
    let is_said = |numbers: &[f32]| {
        let x = Array::new([5_000, 2], numbers.to_vec()).unwrap();
        let mut model =
            network.compile(SparseCategoricalCrossentropy, Adam::default(), []).unwrap();
        let notes = model.fit(&x, &y, settings().epochs(1)).unwrap().notes();
        notes.iter().any(|note| matches!(note, Note::ScaledTwice { .. }))
    };
    assert!(is_said(&numbers));
    assert!(!is_said(&[&numbers[..2_000], &[1.0], &numbers[2_001..]].concat()));
}

#[test]
fn validation_data_scaled_unlike_the_training_data() {
    let ((x, y), (other_x, other_y)) = (samples(1_000, 1), samples(200, 2));
    let notes = |factor: i32| {
        let validation = settings().validation_data(&(&other_x * factor), &other_y);
        fit(&network(), &x, &y, validation)
    };
    // Their typical size, by which they differ, and not how far they reach.
    let said = format!("{:?}", notes(255)[0]);
    let sizes = "are about 0.62 in size, but the validation values about 161: prepare both";
    assert!(said.contains(sizes), "{said}");
    let scaled: Vec<Note> = notes(2);
    assert!(!scaled.iter().any(|note| matches!(note, Note::ScaledUnlikeTraining { .. })));
}

#[test]
fn labels_that_are_not_one_hot() {
    let (x, y) = samples(1_000, 1);
    let notes = fit(&network(), &x, &(&y * 5), settings());
    assert!(matches!(notes[0], Note::LabelsNotOneHot { row: 0, sum: 5.0 }), "{notes:?}");
    // Smoothed labels are probabilities, too.
    let smooth = &y * 0.9 + 0.025;
    assert_eq!(fit(&network(), &x, &smooth, settings()), []);
}

#[test]
fn no_softmax_at_the_end() {
    let (x, y) = samples(1_000, 1);
    let network = Sequential::new().seed(1).add(Input::new(WIDTH));
    let notes = fit(&network.clone().add(Dense::new(CLASSES)), &x, &y, settings());
    assert!(matches!(notes[0], Note::NoSoftmax { activation: Linear }), "{notes:?}");
    // Another loss wants none.
    let regression = network.add(Dense::new(CLASSES));
    let mut model = regression.compile(MeanSquaredError, Adam::default(), []).unwrap();
    assert_eq!(model.fit(&x, &y, settings()).unwrap().notes(), []);
}

#[test]
fn softmax_twice() {
    let (x, y) = samples(1_000, 1);
    let twice = network().add(Dense::new(CLASSES).activation(Softmax));
    let notes = fit(&twice, &x, &y, settings());
    assert!(matches!(notes[..], [Note::HiddenSoftmax { layer: 2 }]), "{notes:?}");
    // Behind a Flatten it is still the one that answers.
    assert_eq!(fit(&network().add(Flatten::new()), &x, &y, settings()), []);
}

#[test]
fn a_dropout_behind_the_answers() {
    let (x, y) = samples(1_000, 1);
    let dropout = network().add(Dropout::new(0.1));
    for network in [dropout.clone(), dropout.add(Flatten::new())] {
        assert_eq!(fit(&network, &x, &y, settings()), [Note::DropoutLast]);
    }
}

#[test]
fn more_units_than_classes() {
    let (x, y) = samples(1_000, 1);
    let classes = y.argmax();
    let network = |units| {
        let layers = Sequential::new().seed(1).add(Input::new(WIDTH));
        layers.add(Dense::new(units).activation(Softmax))
    };
    let notes = fit(&network(7), &x, &to_categorical(&classes, 7).unwrap(), settings());
    assert_eq!(notes, [Note::MoreUnitsThanClasses { units: 7, classes: 4 }]);
    let mut model =
        network(7).compile(SparseCategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap();
    let notes = model.fit(&x, &classes, settings()).unwrap().notes();
    assert_eq!(notes, [Note::MoreUnitsThanClasses { units: 7, classes: 4 }]);
    // Classes that begin at 1, as the letters of EMNIST do.
    let from_one = to_categorical(&Array::from((&classes + 1).to_vec()), 5).unwrap();
    assert_eq!(fit(&network(5), &x, &from_one, settings()), []);
}

#[test]
fn one_class_only() {
    let (x, _) = samples(1_000, 1);
    let same = to_categorical(&Array::from(vec![2; 1_000]), CLASSES).unwrap();
    let notes = fit(&network(), &x, &same, settings());
    assert!(notes.contains(&Note::OneClassOnly { class: 2 }), "{notes:?}");
}

#[test]
fn one_answer_only() {
    let (x, _) = samples(100, 1);
    let network =
        Sequential::new().seed(1).add(Input::new(WIDTH)).add(Dense::new(1).activation(Sigmoid));
    for (y, expected) in [
        (vec![0; 100], vec![Note::OneClassOnly { class: 0 }]),
        (vec![1; 100], vec![Note::OneClassOnly { class: 1 }]),
        ((0..100).map(|row| row % 2).collect(), vec![]),
    ] {
        let mut model = network.compile(BinaryCrossentropy, Adam::default(), [Accuracy]).unwrap();
        let notes = model.fit(&x, &Array::from(y), settings().epochs(1)).unwrap().notes();
        assert_eq!(notes, expected);
    }
}

#[test]
fn small_numbers_are_not_said_to_be_nothing() {
    let (x, y) = samples(100, 1);
    let mut model =
        network().compile(CategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap();
    let notes = model.fit(&(&x / 65_025.0), &y, settings().epochs(1)).unwrap().notes();
    assert!(notes[0].to_string().contains("no value of x is larger than 0.000015"), "{}", notes[0]);
}

#[test]
fn validation_samples_that_are_training_samples() {
    let (x, y) = samples(1_000, 1);
    let part =
        |range: std::ops::Range<usize>| (x.rows(range.clone()).unwrap(), y.rows(range).unwrap());
    let (some_x, some_y) = part(100..400);
    let notes = fit(&network(), &x, &y, settings().validation_data(&some_x, &some_y));
    let [Note::ValidationSeenInTraining { share }] = notes[..] else { panic!("{notes:?}") };
    assert!(share > 0.9, "{share}");

    // Another 20 samples of 200 are enough to say it.
    let (other_x, _) = samples(200, 2);
    let (known_x, _) = part(0..40);
    let mixed = [known_x.to_vec(), other_x.rows(40..200).unwrap().to_vec()].concat();
    let mixed = Array::new([200, WIDTH], mixed).unwrap();
    let labels = y.rows(0..200).unwrap();
    let notes = fit(&network(), &x, &y, settings().epochs(1).validation_data(&mixed, &labels));
    let [Note::ValidationSeenInTraining { share }] = notes[..] else { panic!("{notes:?}") };
    assert!((share - 0.2).abs() < 0.01, "{share}");

    // Data with few different values repeat themselves; nothing is wrong with that.
    let mut rng = StdRng::seed_from_u64(3);
    let bits: Vec<f32> = (0..3_000).map(|_| f32::from(rng.random_bool(0.5))).collect();
    let x = Array::new([1_000, 3], bits).unwrap();
    let y = to_categorical(&Array::from(x.argmax().to_vec()), 3).unwrap();
    let network =
        Sequential::new().seed(1).add(Input::new(3)).add(Dense::new(3).activation(Softmax));
    assert_eq!(fit(&network, &x, &y, settings().validation_split(0.2)), []);
}

#[test]
fn many_samples_are_looked_at_in_part() {
    let (x, y) = samples(60_000, 1);
    let half = (x.rows(30_000..40_000).unwrap(), y.rows(30_000..40_000).unwrap());
    let notes = fit(&network(), &x, &y, settings().epochs(1).validation_data(&half.0, &half.1));
    let [Note::ValidationSeenInTraining { share }] = notes[..] else { panic!("{notes:?}") };
    assert!(share > 0.7, "{share}");
}

#[test]
fn classes_sorted_before_the_split() {
    let (x, y) = samples(1_000, 1);
    let labels = y.argmax().to_vec();
    let mut order: Vec<usize> = (0..1_000).collect();
    order.sort_by_key(|&row| labels[row] as usize);
    let (sorted_x, sorted_y) = (x.select(&order).unwrap(), y.select(&order).unwrap());
    let notes =
        |split: f64| fit(&network(), &sorted_x, &sorted_y, settings().validation_split(split));
    assert_eq!(notes(0.3)[0], Note::ClassesOnlyInValidation { classes: vec![3] });
    assert_eq!(notes(0.6)[0], Note::ClassesOnlyInValidation { classes: vec![2, 3] });
    assert_eq!(notes(0.1)[0], Note::ValidationOfOneClass { class: 3 });
}

#[test]
fn a_learning_rate_far_too_large_or_too_small() {
    let (x, y) = samples(2_000, 1);
    let notes = |rate: f64| {
        let optimizer = Adam::new().learning_rate(rate);
        fit_with(&network(), optimizer, &x, &y, settings().epochs(10))
    };
    for rate in [1.0, 10.0, 100.0] {
        let notes = notes(rate);
        let is_blamed = |note: &Note| match note {
            Note::SameAnswerToAll { learning_rate } | Note::LossRose { learning_rate, .. } => {
                *learning_rate == rate
            }
            Note::NotBetterThanGuessing { cause, .. } => {
                *cause == LikelyCause::LargeLearningRate(rate)
            }
            _ => false,
        };
        assert!(notes.iter().any(is_blamed), "{rate}: {notes:?}");
    }
    let notes_of_small = notes(1e-7);
    let [Note::NotBetterThanGuessing { cause, .. }] = notes_of_small[..] else {
        panic!("{notes_of_small:?}")
    };
    assert_eq!(cause, LikelyCause::SmallLearningRate(1e-7));
    for rate in [0.001, 0.01] {
        assert_eq!(notes(rate), [], "{rate}");
    }
}

#[test]
fn a_loss_that_rises() {
    // Plain descent on a parabola: the steps along the weight converge, but those along the bias
    // overshoot, each by 2 % more than the last.
    let x = Array::new([64, 1], (0..64).map(|row| row as f32 / 32.0 - 1.0).collect()).unwrap();
    let y = Array::from((&x * 3).to_vec());
    let notes = |rate: f64| {
        let network = Sequential::new().add(Input::new(1)).add(Dense::new(1));
        let optimizer = Sgd::new().learning_rate(rate);
        let mut model = network.compile(MeanSquaredError, optimizer, []).unwrap();
        model.set_weights(&[(Array::from([[0.0]]), Array::from([0.03]))]).unwrap();
        model.fit(&x, &y, settings().batch_size(64).epochs(115)).unwrap().notes()
    };
    let risen = notes(1.01);
    let [Note::LossRose { epoch, lowest, last, learning_rate }] = risen[..] else {
        panic!("{risen:?}")
    };
    assert!(epoch < 20 && lowest < 0.1 && last > 0.3 && learning_rate == 1.01, "{risen:?}");
    assert_eq!(notes(0.1), []);
}

#[test]
fn x_and_y_that_do_not_belong_together() {
    let (x, y) = samples(2_000, 1);
    let (_, other) = samples(2_000, 9);
    let notes = fit(&network(), &x, &other, settings().epochs(2));
    let is_data =
        |note: &Note| matches!(note, Note::NotBetterThanGuessing { cause: LikelyCause::Data, .. });
    let optimizer = Adam::default();
    let notes = [notes, fit_with(&network(), optimizer, &x, &other, settings().epochs(2))].concat();
    assert!(notes.iter().any(is_data), "{notes:?}");
    assert_eq!(fit(&network(), &x, &y, settings().epochs(2)), []);
}

#[test]
fn a_dead_network() {
    let (x, y) = samples(1_000, 1);
    let mut model =
        network().compile(CategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap();
    let mut weights = model.weights();
    weights[0].1 = Array::from(vec![-100.0; 12]);
    model.set_weights(&weights).unwrap();
    let notes = model.fit(&x, &y, settings()).unwrap().notes();
    assert_eq!(notes, [Note::SameAnswerToAll { learning_rate: 0.001 }]);
}

#[test]
fn learning_by_heart() {
    // So few samples that a large network knows each of them, with some wrong labels.
    let ((x, y), (other_x, other_y)) = (samples(60, 1), samples(500, 2));
    let mut labels = y.argmax().to_vec();
    labels.iter_mut().step_by(4).for_each(|label| *label = (*label + 1.0) % CLASSES as f32);
    let y = to_categorical(&Array::from(labels), CLASSES).unwrap();
    let large = Sequential::new()
        .seed(1)
        .add(Input::new(WIDTH))
        .add(Dense::new(64).activation(Relu))
        .add(Dense::new(CLASSES).activation(Softmax));
    let settings = settings().epochs(150).validation_data(&other_x, &other_y);
    let notes = fit(&large, &x, &y, settings.clone());
    let [Note::Overfitting { training, validation, epoch, epochs, is_further: false }] = notes[..]
    else {
        panic!("{notes:?}")
    };
    assert!(training > validation + 0.1, "{training} {validation}");
    assert!(epochs == 150 && epoch < 100, "{epoch}");
    // Of a further fit the epochs are not all: nobody should train so long.
    let mut model = large.compile(CategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap();
    model.fit(&x, &y, settings.clone().epochs(20)).unwrap();
    let further = model.fit(&x, &y, settings).unwrap().notes();
    assert!(matches!(further[..], [Note::Overfitting { is_further: true, .. }]), "{further:?}");
    assert!(!further[0].to_string().contains("end the training"), "{further:?}");
}

/// The tutorial as it stands, and nearly so.
#[test]
fn the_tutorial_has_no_notes() {
    let ((x, y), (x_test, y_test)) = mnist::load_data().unwrap();
    let x = x.reshape([60_000, 784]).unwrap() / 255.0;
    let x_test = x_test.reshape([10_000, 784]).unwrap() / 255.0;
    let y = to_categorical(&y, 10).unwrap();
    let y_test = to_categorical(&y_test, 10).unwrap();
    let model = |seed| {
        let network = Sequential::new()
            .seed(seed)
            .add(Input::new(784))
            .add(Dense::new(20).activation(Relu))
            .add(Dense::new(14).activation(Relu))
            .add(Dense::new(10).activation(Softmax));
        network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap()
    };
    let settings = Fit::new().batch_size(32).verbose(0);
    for seed in 0..3 {
        let settings = settings.clone().epochs(10).validation_split(0.2).seed(seed);
        assert_eq!(model(seed).fit(&x, &y, settings).unwrap().notes(), [], "seed {seed}");
    }
    let with_test = settings.clone().validation_data(&x_test, &y_test);
    assert_eq!(model(0).fit(&x, &y, with_test).unwrap().notes(), []);
    // A hundredth of it, in all its smallness.
    let (x, y) = (x.rows(0..600).unwrap(), y.rows(0..600).unwrap());
    let few = settings.epochs(3).validation_split(0.2);
    assert_eq!(model(0).fit(&x, &y, few).unwrap().notes(), []);
}

/// What is printed is what is kept, on stdout, and nothing where `fit` is silent.
#[test]
fn notes_are_lines_of_the_cell() {
    let (x, y) = samples(1_000, 1);
    let notes = fit(&network(), &(x * 255), &y, settings());
    for note in &notes {
        assert!(!note.to_string().contains('\n'), "{note}");
        assert_eq!(format!("{note}"), format!("{note:?}"));
    }
}

#[test]
fn accuracy_of_numbers() {
    let x = Array::from([[0.0], [0.25], [0.5], [0.75], [1.0]]);
    let network = Sequential::new().seed(1).add(Input::new(1)).add(Dense::new(1));
    let notes = |y: &Array| {
        let mut model = network.compile(MeanSquaredError, Adam::default(), [Accuracy]).unwrap();
        model.fit(&x, y, settings()).unwrap().notes()
    };
    let said = notes(&Array::from([10.0, 12.5, 15.0, 17.5, 20.0]))[0].to_string();
    assert!(said.contains("compile with [Metric::MeanAbsoluteError]"), "{said}");
    assert_eq!(notes(&Array::from([0.0, 1.0, 0.0, 1.0, 1.0])), [], "yes and no are classes");
}

/// What an ignored test prints in a process of its own, in one line.
fn printed_by(test: &str) -> String {
    let program = std::env::current_exe().unwrap();
    let mut command = std::process::Command::new(program);
    let output = command.args([test, "--exact", "--ignored", "--nocapture"]).output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(output.status.success(), "{said}");
    said
}

#[test]
fn what_is_adapted_to_a_single_sample_is_said() {
    let said = printed_by("diagnosis::on_single_samples");
    for (case, expected) in [
        ("rows", ""),
        ("row", "Note: one row has no spread"),
        ("texts", ""),
        ("text", "Note: this vocabulary is that of a single text"),
    ] {
        let behind = said.split(&format!("<{case}>")).nth(1).unwrap_or_else(|| panic!("{said}"));
        let line = behind.split('<').next().unwrap().trim();
        assert!(line.starts_with(expected) && line.is_empty() == expected.is_empty(), "{line}");
    }
}

#[test]
#[ignore = "what it prints is read by the test above, which runs it in a process of its own"]
fn on_single_samples() {
    let adapt = |texts: &[&str]| TextVectorization::new().adapt(texts).unwrap();
    println!("<rows>");
    Normalization::adapt(&Array::from([[1.0, 2.0], [3.0, 2.0]])).unwrap();
    println!("<row>");
    Normalization::adapt(&Array::from([[1.0, 2.0]])).unwrap();
    println!("<texts>");
    adapt(&["good", "bad"]);
    println!("<text>");
    adapt(&["bad"]);
    println!("<end>");
}

/// Also after `save` and `load`, and before drawing. Another process, whose output can be read.
#[test]
fn a_model_says_when_samples_are_scaled_otherwise() {
    let said = printed_by("diagnosis::on_other_scales");
    for (case, expected) in [
        ("as trained", None),
        ("raw", Some("from about 0 to 255, but those of the training from 0 to 1")),
        ("loaded", Some("from about 0 to 255, but those of the training from 0 to 1")),
        ("careless", Some("from about 0 to 1, but those of the training from 0 to 255")),
        ("playground", Some("from about 0 to 1, but those of the training from 0 to 255")),
        ("standardised", Some("from about 0 to 1, but those of the training from -0.42 to 2.82")),
        ("inverted", Some("are 90 % of the largest on average, those of the training 10 %")),
        ("silent", None),
    ] {
        let behind =
            said.split(&format!("<{case}>")).nth(1).unwrap_or_else(|| panic!("{case}: {said}"));
        let line = behind.split('<').next().unwrap();
        match expected {
            Some(words) => {
                assert!(line.contains("Note: ") && line.contains(words), "{case}: {line}");
            }
            None => assert!(!line.contains("Note:"), "{case}: {line}"),
        }
    }
    // The places between the samples are nobody's data: they are not judged once more.
    let regions = said.split("<regions>").nth(1).unwrap().split('<').next().unwrap();
    assert_eq!(regions.matches("Note:").count(), 1, "{regions}");
}

#[test]
#[ignore = "what it prints is read by the test above, which runs it in a process of its own"]
fn on_other_scales() {
    let pixels: Vec<f32> =
        (0..20 * 784).map(|n| if n % 5 == 0 { (n % 256) as f32 } else { 0.0 }).collect();
    let raw = Array::new([20, 784], pixels).unwrap();
    let raw = &raw * (255.0 / raw.max());
    let divided = &raw / 255.0;
    let y = Array::from((0..20).map(|n| n % 2).collect::<Vec<i64>>());
    let network =
        Sequential::new().seed(1).add(Input::new(784)).add(Dense::new(2).activation(Softmax));
    let trained = |x: &Array, settings: Fit| {
        let mut model =
            network.compile(SparseCategoricalCrossentropy, Adam::default(), []).unwrap();
        model.fit(x, &y, settings.verbose(0)).unwrap();
        model
    };
    let model = trained(&divided, Fit::new());
    println!("<as trained>");
    model.predict(&divided).unwrap();
    println!("<raw>");
    model.evaluate(&raw, &y).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("model.safetensors");
    model.save(&file).unwrap();
    println!("<loaded>");
    zunder::Model::load(&file).unwrap().predict(&raw).unwrap();
    let careless = trained(&raw, Fit::new());
    println!("<careless>");
    careless.predict(&divided.rows(0..1).unwrap()).unwrap();
    println!("<playground>");
    assert!(careless.playground().html().is_ok());
    println!("<standardised>");
    trained(&((&divided - 0.1307) / 0.3081), Fit::new()).predict(&divided).unwrap();
    println!("<inverted>");
    model.evaluate(&divided.map(|value| 1.0 - value), &y).unwrap();
    println!("<silent>");
    trained(&raw, Fit::new().diagnose(false)).predict(&divided).unwrap();
    println!("<regions>");
    let plane = Sequential::new().add(Input::new(2)).add(Dense::new(2).activation(Softmax));
    let mut model = plane.compile(SparseCategoricalCrossentropy, Adam::default(), []).unwrap();
    let (x, y) = (Array::from([[0.1, 0.9], [0.8, 0.3]]), Array::from([1, 0]));
    model.fit(&x, &y, Fit::new().verbose(0)).unwrap();
    assert!(model.regions(&(x * 255), &y).svg().is_ok());
    println!("<end>");
}

/// A network for numbers: three in, one out.
fn of_numbers(last: Dense) -> Sequential {
    let network = Sequential::new().seed(1).add(Input::new(3));
    network.add(Dense::new(16).activation(Relu)).add(last)
}

/// 500 rows of three numbers, and their mean, from 0 to 1.
fn numbers() -> (Array, Array) {
    let mut rng = StdRng::seed_from_u64(1);
    let rows: Vec<[f32; 3]> =
        (0..500).map(|_| [0, 0, 0].map(|_| rng.random_range(0.0..1.0))).collect();
    let means: Vec<f32> = rows.iter().map(|row| row.iter().sum::<f32>() / 3.0).collect();
    (Array::new([500, 3], rows.concat()).unwrap(), Array::from(means))
}

#[test]
fn an_activation_that_cannot_put_out_the_numbers() {
    let (x, means) = numbers();
    let notes = |activation, y: &Array, rate| {
        let network = of_numbers(Dense::new(1).activation(activation));
        let optimizer = Adam::new().learning_rate(rate);
        let mut model = network.compile(MeanSquaredError, optimizer, []).unwrap();
        model.fit(&x, y, settings().epochs(20)).unwrap().notes()
    };
    let (far, below, wide) = (&means * 10 + 10, &means * -1, &means * 5);
    for (activation, y) in
        [(Sigmoid, &far), (Relu, &below), (Tanh, &wide), (Sigmoid, &wide), (Sigmoid, &below)]
    {
        for rate in [0.01, 0.001, 0.0001] {
            let notes = notes(activation, y, rate);
            assert!(matches!(notes[..], [Note::OutOfReach { .. }]), "{activation} {notes:?}");
            assert!(notes[0].to_string().ends_with("leave its activation out"), "{notes:?}");
        }
    }
    for (activation, y) in [(Linear, &far), (Linear, &below), (Sigmoid, &means), (Tanh, &below)] {
        assert_eq!(notes(activation, y, 0.01), [], "{activation}");
    }
    let is_beyond = |note: &Note| matches!(note, Note::OutOfReach { .. });
    assert!(!notes(Relu, &wide, 0.01).iter().any(is_beyond));
}

#[test]
fn a_relu_at_the_end_that_puts_out_nothing_any_more() {
    let (x, y) = numbers();
    let network = of_numbers(Dense::new(1).activation(Relu));
    let mut model = network.compile(MeanSquaredError, Adam::default(), []).unwrap();
    let mut weights = model.weights();
    weights[1].1 = Array::from([-100.0]);
    model.set_weights(&weights).unwrap();
    let blames_relu = |note: &Note| {
        matches!(note, Note::NotBetterThanGuessing { cause: LikelyCause::LastRelu, .. })
    };
    let notes = model.fit(&x, &y, settings()).unwrap().notes();
    assert!(notes.len() == 1 && blames_relu(&notes[0]), "{notes:?}");
    // Or it is dead for some of the samples.
    let (x, y) = (Array::from([[0, 0], [0, 1], [1, 0], [1, 1]]), Array::from([0, 1, 1, 0]));
    for seed in [1, 2, 3, 4] {
        let network = Sequential::new().seed(seed).add(Input::new(2));
        let network = network.add(Dense::new(8).activation(Relu));
        let network = network.add(Dense::new(1).activation(Relu));
        let optimizer = Adam::new().learning_rate(0.01);
        let mut model = network.compile(MeanSquaredError, optimizer, [Accuracy]).unwrap();
        let notes = model.fit(&x, &y, settings().epochs(300)).unwrap().notes();
        assert!(notes.len() == 1 && blames_relu(&notes[0]), "{notes:?}");
    }
}

#[test]
fn a_loss_far_worse_than_guessing_is_not_called_hardly_better() {
    let said = |loss| {
        let cause = LikelyCause::LargeLearningRate(0.5);
        Note::NotBetterThanGuessing { loss, guessing: 8.0, cause }.to_string()
    };
    assert!(said(200.0).starts_with("the loss (200.000) is far worse than guessing (8.000): the"));
    assert!(said(7.9).starts_with("the loss (7.900) is hardly better than guessing (8.000): the"));
}

#[test]
fn binary_crossentropy_of_classes() {
    let (x, y) = samples(500, 1);
    let notes = |activation, y: &Array| {
        let layers = Sequential::new().seed(1).add(Input::new(WIDTH));
        let network = layers.add(Dense::new(CLASSES).activation(activation));
        let mut model = network.compile(BinaryCrossentropy, Adam::default(), []).unwrap();
        model.fit(&x, y, settings()).unwrap().notes()
    };
    assert_eq!(notes(Softmax, &y), [Note::BinaryLossOfClasses { classes: CLASSES }]);
    assert_eq!(notes(Sigmoid, &y), []);
    let several = y.map(|label| 1.0 - label);
    assert_eq!(notes(Softmax, &several), [Note::NoSigmoid { activation: Softmax }]);
    // Class numbers lead to a unit for each class, and not back here.
    let network = Sequential::new().add(Input::new(WIDTH)).add(Dense::new(CLASSES));
    for loss in [BinaryCrossentropy, MeanSquaredError] {
        let mut model = network.compile(loss, Adam::default(), []).unwrap();
        let says = model.fit(&x, &y.argmax(), settings()).unwrap_err().to_string();
        assert!(says.contains("compile with SparseCategoricalCrossentropy"), "{says}");
    }
}

#[test]
fn a_cross_validation_that_forgets_to_compile() {
    let mut rng = StdRng::seed_from_u64(1);
    let values: Vec<f32> = (0..500 * 30).map(|_| rng.random_range(0.0..1.0)).collect();
    let x = Array::new([500, 30], values).unwrap();
    let labels: Vec<usize> = (0..500).map(|_| rng.random_range(0..2)).collect();
    let y = to_categorical(&Array::from(labels), 2).unwrap();
    let network =
        Sequential::new().seed(1).add(Input::new(30)).add(Dense::new(2).activation(Softmax));
    let mut model = network.compile(CategoricalCrossentropy, Adam::default(), []).unwrap();
    let start = model.weights();
    let fold = |model: &mut zunder::Model, fold: usize| {
        let [held, rest]: [Vec<usize>; 2] = [true, false]
            .map(|is_held| (0..500).filter(|row| (row % 5 == fold) == is_held).collect());
        let (held_x, held_y) = (x.select(&held).unwrap(), y.select(&held).unwrap());
        let settings = settings().epochs(1).validation_data(&held_x, &held_y);
        model.fit(&x.select(&rest).unwrap(), &y.select(&rest).unwrap(), settings).unwrap().notes()
    };
    assert_eq!(fold(&mut model, 0), []);
    for number in 1..5 {
        let notes = fold(&mut model, number);
        let [Note::ValidationTrainedEarlier { share }] = notes[..] else { panic!("{notes:?}") };
        assert!(share > 0.95, "{share}");
    }
    for number in 0..5 {
        model.set_weights(&start).unwrap();
        assert_eq!(fold(&mut model, number), [], "the network knows nothing again");
    }
    // Training on, with the same samples for validation or with more for training.
    let mut model = network.compile(CategoricalCrossentropy, Adam::default(), []).unwrap();
    for split in [0.3, 0.3, 0.2, 0.1] {
        let settings = settings().epochs(1).validation_split(split);
        assert_eq!(model.fit(&x, &y, settings).unwrap().notes(), [], "{split}");
    }
}

#[test]
fn yes_and_no_sorted_before_the_split() {
    let (x, _) = samples(200, 1);
    let network =
        Sequential::new().seed(1).add(Input::new(WIDTH)).add(Dense::new(1).activation(Sigmoid));
    let notes = |is_yes: &dyn Fn(usize) -> bool| {
        let optimizer = Adam::new().learning_rate(0.01);
        let mut model = network.compile(BinaryCrossentropy, optimizer, [Accuracy]).unwrap();
        let y = Array::from((0..200).map(|row| i32::from(is_yes(row))).collect::<Vec<_>>());
        let settings = settings().epochs(30).validation_split(0.2);
        model.fit(&x, &y, settings).unwrap().notes()
    };
    assert_eq!(notes(&|row| row >= 160), [Note::ClassesOnlyInValidation { classes: vec![1] }]);
    assert_eq!(notes(&|row| row >= 100)[0], Note::ValidationOfOneClass { class: 1 });
    let is_overfitting = |note: &Note| matches!(note, Note::Overfitting { .. });
    assert!(!notes(&|row| row >= 100).iter().any(is_overfitting));
}

#[test]
fn moving_means_that_have_hardly_moved() {
    let mut rng = StdRng::seed_from_u64(4);
    let values: Vec<f32> = (0..120 * 6).map(|_| rng.random_range(3.0..5.0)).collect();
    let x = Array::new([120, 6], values).unwrap();
    let labels: Vec<i32> = (0..120)
        .map(|row| i32::from(x.row(row).unwrap().to_vec()[..3].iter().sum::<f32>() > 12.0))
        .collect();
    let model = |normalization: &dyn Fn() -> BatchNormalization| {
        let network = Sequential::new().seed(1).add(Input::new(6)).add(normalization());
        let network = network.add(Dense::new(32).activation(Relu)).add(normalization());
        let network = network.add(Dense::new(2).activation(Softmax));
        let optimizer = Adam::new().learning_rate(0.01);
        network.compile(SparseCategoricalCrossentropy, optimizer, [Accuracy]).unwrap()
    };
    let fitted = |mut model: Model| {
        let settings = settings().epochs(8).validation_split(0.2);
        model.fit(&x, &Array::from(labels.clone()), settings).unwrap().notes()
    };
    let notes = |normalization: &dyn Fn() -> BatchNormalization| fitted(model(normalization));
    let lag = notes(&BatchNormalization::new);
    assert_eq!(lag, [Note::MovingMeansLag { steps: 24 }]);
    assert!(lag[0].to_string().contains("in 24 steps") && lag[0].to_string().contains("(0.8)"));
    assert_eq!(notes(&|| BatchNormalization::new().momentum(0.8)), []);
    // Weights from elsewhere bring means of their own.
    let mut loaded = model(&BatchNormalization::new);
    loaded.set_weights(&loaded.weights()).unwrap();
    assert!(!fitted(loaded).iter().any(|note| matches!(note, Note::MovingMeansLag { .. })));
}

#[test]
fn one_sample_at_a_time_for_a_normalization() {
    let (x, y) = samples(100, 1);
    let layers = Sequential::new().seed(1).add(Input::new(WIDTH)).add(Dense::new(12));
    let network =
        layers.add(BatchNormalization::new()).add(Dense::new(CLASSES).activation(Softmax));
    let notes = |batch_size| fit(&network, &x, &y, settings().batch_size(batch_size));
    assert_eq!(notes(1), [Note::BatchOfOne]);
    assert!(!notes(2).contains(&Note::BatchOfOne));
    let pictures = x.reshape([100, 4, 4, 1]).unwrap();
    let network = Sequential::new().seed(1).add(Input::new([4, 4, 1]));
    let network = network.add(BatchNormalization::new()).add(Flatten::new());
    let network = network.add(Dense::new(CLASSES).activation(Softmax));
    let notes = fit(&network, &pictures, &y, settings().batch_size(1));
    assert!(!notes.contains(&Note::BatchOfOne), "{notes:?}");
}

#[test]
fn accuracy_of_several_answers() {
    let (x, y) = samples(200, 1);
    let layers = Sequential::new().seed(1).add(Input::new(WIDTH));
    let network = layers.add(Dense::new(CLASSES).activation(Sigmoid));
    let notes = |metric: Metric, y: &Array| {
        let mut model = network.compile(BinaryCrossentropy, Adam::default(), [metric]).unwrap();
        model.fit(&x, y, settings()).unwrap().notes()
    };
    let several = y.map(|label| 1.0 - label);
    assert_eq!(notes(Accuracy, &several), [Note::AccuracyOfAnswers { row: 0, count: 3 }]);
    assert_eq!(notes(Metric::BinaryAccuracy, &several), []);
    assert_eq!(notes(Accuracy, &y), []);
}

#[test]
fn layers_that_cannot_learn_are_blamed_before_the_rest() {
    // Yes where both numbers have the same sign: no line parts that.
    let mut rng = StdRng::seed_from_u64(1);
    let values: Vec<[f32; 2]> =
        (0..600).map(|_| [0, 0].map(|_| rng.random_range(-1.0..1.0))).collect();
    let labels: Vec<i32> = values.iter().map(|[a, b]| i32::from(a * b > 0.0)).collect();
    let (x, y) = (Array::new([600, 2], values.concat()).unwrap(), Array::from(labels));
    let cause = |hidden: &[Activation], optimizer: zunder::Optimizer| {
        let add = |network: Sequential, activation: &Activation| {
            network.add(Dense::new(16).activation(*activation))
        };
        let network = hidden.iter().fold(Sequential::new().seed(1).add(Input::new(2)), add);
        let network = network.add(Dense::new(2).activation(Softmax));
        let mut model = network.compile(SparseCategoricalCrossentropy, optimizer, []).unwrap();
        let notes = model.fit(&x, &y, settings().epochs(20)).unwrap().notes();
        notes.iter().find_map(|note| match note {
            Note::NotBetterThanGuessing { cause, .. } => Some(*cause),
            _ => None,
        })
    };
    let adam = Adam::new().learning_rate(0.01);
    assert_eq!(cause(&[Linear, Linear], adam.into()), Some(LikelyCause::NoActivation));
    assert_eq!(cause(&[Sigmoid; 6], Sgd::default().into()), Some(LikelyCause::Squeezed(Sigmoid)));
    assert_eq!(cause(&[Relu, Relu], adam.into()), None);
    assert_eq!(cause(&[], Adam::default().into()), Some(LikelyCause::Data));
}

#[test]
fn what_holds_the_network_back_is_named() {
    let (x, y) = samples(1_000, 1);
    let priced = |l2: f64| {
        let hidden = Dense::new(12).activation(Relu).kernel_regularizer(L2::new(l2));
        let last = Dense::new(CLASSES).activation(Softmax).kernel_regularizer(L2::new(l2));
        Sequential::new().seed(1).add(Input::new(WIDTH)).add(hidden).add(last)
    };
    let dropped = |rate: f64| {
        let hidden = Dense::new(12).activation(Relu);
        let network = Sequential::new().seed(1).add(Input::new(WIDTH)).add(hidden);
        network.add(Dropout::new(rate)).add(Dense::new(CLASSES).activation(Softmax))
    };
    let cause = |network: &Sequential, optimizer: zunder::Optimizer| {
        let mut model = network.compile(CategoricalCrossentropy, optimizer, []).unwrap();
        let notes = model.fit(&x, &y, settings().epochs(40)).unwrap().notes();
        match notes[..] {
            [Note::NotBetterThanGuessing { cause, .. }] => Some(cause),
            _ => {
                assert!(notes.is_empty(), "{notes:?}");
                None
            }
        }
    };
    for l2 in [0.1, 1.0, 10.0] {
        let expected = Some(LikelyCause::LargePrice(l2));
        assert_eq!(cause(&priced(l2), Adam::new().learning_rate(0.01).into()), expected);
    }
    let expected = Some(LikelyCause::LargePrice(1.0));
    assert_eq!(cause(&priced(1.0), Sgd::default().into()), expected);
    let expected = Some(LikelyCause::LargeDropout(0.99));
    assert_eq!(cause(&dropped(0.99), Adam::default().into()), expected);
    assert_eq!(cause(&priced(0.001), Adam::default().into()), None);
    assert_eq!(cause(&dropped(0.25), Adam::default().into()), None);
}

#[test]
fn classes_that_are_learned_as_numbers() {
    let (x, means) = numbers();
    let notes = |y: &Array| {
        let network = of_numbers(Dense::new(1));
        let mut model = network.compile(MeanSquaredError, Adam::default(), [Accuracy]).unwrap();
        model.fit(&x, y, settings()).unwrap().notes()[0].to_string()
    };
    let signs = means.map(|mean| if mean > 0.5 { 1.0 } else { -1.0 });
    for y in [&signs, &means.map(|mean| (mean * 4.0).floor())] {
        assert!(notes(y).contains("if they are classes, take the labels 0 and 1"), "{}", notes(y));
    }
    assert!(!notes(&means).contains("classes, take"), "{}", notes(&means));
}

#[test]
fn numbers_learned_by_heart() {
    let mut rng = StdRng::seed_from_u64(2);
    let values: Vec<f32> = (0..60 * 4).map(|_| rng.random_range(-1.0..1.0)).collect();
    let x = Array::new([60, 4], values).unwrap();
    let first = x.column(0).unwrap().to_vec();
    let noisy = |noise: f32, rng: &mut StdRng| {
        let number = |value: &f32| value + noise * rng.random_range(-1.0..1.0);
        Array::from(first.iter().map(number).collect::<Vec<f32>>())
    };
    let notes = |y: &Array, units: usize, epochs: usize| {
        let network = Sequential::new().seed(1).add(Input::new(4));
        let network = network.add(Dense::new(units).activation(Relu));
        let network = network.add(Dense::new(units).activation(Relu)).add(Dense::new(1));
        let mut model = network.compile(MeanSquaredError, Adam::default(), []).unwrap();
        let settings = settings().epochs(epochs).validation_split(0.3);
        model.fit(&x, y, settings).unwrap().notes()
    };
    let (much, little) = (noisy(1.0, &mut rng), noisy(0.05, &mut rng));
    let by_heart = notes(&much, 200, 300);
    let [Note::OverfittingOfNumbers { epoch, loss, val_loss, lowest, is_further: false }] =
        by_heart[..]
    else {
        panic!("{by_heart:?}")
    };
    let says = by_heart[0].to_string();
    assert!(
        says.contains("was lowest in epoch") && says.contains("end the training there"),
        "{says}"
    );
    assert!(epoch < 200 && val_loss > lowest && val_loss > loss, "{by_heart:?}");
    assert_eq!(notes(&little, 200, 300), []);
    assert_eq!(notes(&much, 4, 30), []);
}

#[test]
fn a_table_made_otherwise_than_that_of_the_training() {
    let (x, y) = samples(100, 1);
    let mut model =
        network().compile(CategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap();
    let fewer = x.select_columns(&[0, 1, 2]).unwrap();
    let says = model.fit(&fewer, &y, settings()).unwrap_err().to_string();
    assert!(says.contains("say .add(Input::new(3))"), "{says}");
    model.fit(&x, &y, settings()).unwrap();
    let says = model.predict(&fewer).unwrap_err().to_string();
    assert!(says.contains("make x as the training data were made: one_hot before"), "{says}");
}
