//! `fit` for real, on four rows of numbers: what a stop, a failure and a second training leave.
//!
//! Over 300 lines: a test for each way in which a training can end, and for what it leaves.

use std::cell::Cell;

use zunder_data::base::memory::for_tests::with_memory;
use zunder_data::words::in_german;

use super::*;
use crate::choose::losses::{CategoricalCrossentropy, MeanSquaredError};
use crate::choose::metrics::Accuracy;
use crate::choose::optimizers::{Adam, Sgd};
use crate::define::activation::{Relu, Softmax};
use crate::define::convolution::Conv2D;
use crate::define::dense::{Dense, Input};
use crate::define::flatten::{Dropout, Flatten};
use crate::define::sequential::{Backend, Sequential};
use crate::fit::callback::Training;
use crate::fit::csv_logger::CsvLogger;
use crate::fit::early_stopping::EarlyStopping;
use crate::fit::note::Note;
use crate::fit::notices::{judges_the_end, noted};

/// 20 samples, of which 16 train in 4 batches, and 4 validate at once: 5 looks at the stop
/// button an epoch.
fn data() -> (Array, Array) {
    let x: Vec<f32> = (0..40).map(|number| (number * 7 % 11) as f32 / 11.0).collect();
    let y: Vec<f32> = (0..40).map(|number| ((number / 2 + number) % 2) as f32).collect();
    (Array::new([20, 2], x).unwrap(), Array::new([20, 2], y).unwrap())
}

fn model(backend: Backend) -> Model {
    let network = Sequential::new().seed(3).backend(backend).add(Input::new(2));
    let network = network.add(Dense::new(4).activation(Relu));
    let network = network.add(Dense::new(2).activation(Softmax));
    network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap()
}

fn settings() -> Fit {
    Fit::new().batch_size(4).epochs(3).validation_split(0.2).shuffle(false).verbose(0)
}

/// Trains until the stop button was looked at so many times.
fn fit_looking(model: &mut Model, looks: usize) -> History {
    let (x, y) = data();
    let seen = Cell::new(0);
    let stop = || seen.replace(seen.get() + 1) >= looks;
    model.fit_until(&x, &y, settings(), &stop).unwrap()
}

#[test]
fn every_engine_counts_its_steps() {
    let (x, y) = data();
    let dropout = Sequential::new().add(Input::new(2)).add(Dense::new(4).activation(Relu));
    let dropout = dropout.add(Dropout::new(0.1)).add(Dense::new(2).activation(Softmax));
    let picture = Sequential::new().add(Input::new([1, 2, 1])).add(Conv2D::new(2, 1));
    let picture = picture.add(Flatten::new()).add(Dense::new(2).activation(Softmax));
    let dense = [Backend::Auto, Backend::Flex].map(|backend| model(backend).description);
    for network in dense.into_iter().chain([dropout, picture]) {
        let shape = network.input_shape().unwrap().dims().to_vec();
        let x = x.reshape([&[20], shape.as_slice()].concat().as_slice()).unwrap();
        let mut model =
            network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap();
        assert_eq!(model.num_steps(), 0);
        model.fit(&x, &y, settings()).unwrap();
        assert_eq!(model.num_steps(), 3 * 4, "{network:?}");
        model.fit(&x, &y, settings().epochs(1)).unwrap();
        assert_eq!(model.num_steps(), 4 * 4, "{network:?}");
    }
}

#[test]
fn an_epoch_that_runs_away_is_not_counted() {
    let (x, y) = data();
    let network = Sequential::new().add(Input::new(2)).add(Dense::new(2));
    let optimizer = Sgd::new().learning_rate(1e30);
    let mut model = network.compile(MeanSquaredError, optimizer, []).unwrap();
    assert!(model.fit(&x, &y, settings()).is_err());
    assert_eq!(model.num_steps(), 0);
}

#[test]
fn a_fit_that_fails_before_the_first_epoch_leaves_no_trace() {
    let (x, y) = data();
    let mut model = model(Backend::Auto);
    model.fit(&x, &y, settings()).unwrap();
    let (seen, epochs) = (model.seen().clone(), model.history().num_epochs());
    let never = Fit::new().verbose(0).callback(EarlyStopping::new());
    assert!(model.fit(&x, &y, never).is_err());
    assert!(model.fit(&x, &y, settings().class_weight([1.0])).is_err());
    assert_eq!((model.seen(), model.history().num_epochs()), (&seen, epochs));
}

#[test]
fn validation_needs_no_more_room_than_training() {
    let network = Sequential::new().add(Input::new([20, 20, 1])).add(Conv2D::new(8, 3));
    let network = network.add(Flatten::new()).add(Dense::new(1));
    let mut model = network.compile(MeanSquaredError, Sgd::new(), []).unwrap();
    let (x, y) = (Array::zeros([2, 20, 20, 1]), Array::zeros([2, 1]));
    let others = (Array::zeros([256, 20, 20, 1]), Array::zeros([256, 1]));
    let fit = |model: &mut Model, settings: Fit| {
        with_memory(20_000_000, || model.fit(&x, &y, settings.epochs(1).verbose(0)).map(|_| ()))
    };
    fit(&mut model, Fit::new()).unwrap();
    fit(&mut model, Fit::new().validation_data(&others.0, &others.1)).unwrap();
}

#[test]
fn a_dropout_at_the_end_is_named_as_the_reason() {
    let (x, y) = data();
    let network = Sequential::new().add(Input::new(2)).add(Dense::new(2).activation(Softmax));
    let network = network.add(Dropout::new(0.9));
    let model = network.compile(CategoricalCrossentropy, Adam::default(), []);
    let problem = model.unwrap().fit(&x, &y, settings().epochs(50)).unwrap_err().to_string();
    assert!(problem.contains("the Dropout at the end"), "{problem}");
}

#[test]
fn the_best_weights_come_back_also_into_a_stopped_epoch() {
    let (x, y) = data();
    let best = EarlyStopping::new().monitor("loss").restore_best_weights(true);
    let mut two = model(Backend::Auto);
    two.fit(&x, &y, settings().epochs(2)).unwrap();
    let (mut model, seen) = (model(Backend::Auto), Cell::new(0));
    let stop = || seen.replace(seen.get() + 1) >= 12; // in the third epoch
    let history = model.fit_until(&x, &y, settings().callback(best), &stop).unwrap();
    assert_eq!((history.num_epochs(), model.weights()), (2, two.weights()));
}

#[test]
fn a_stop_keeps_the_whole_epochs_and_what_was_learned() {
    for backend in [Backend::Auto, Backend::Flex] {
        let whole = fit_looking(&mut model(backend), usize::MAX);
        assert_eq!(whole.num_epochs(), 3);
        // Looks 0 to 4 are the first epoch, 5 to 9 the second, 10 to 14 the third.
        for (looks, epochs) in [(0, 0), (3, 0), (4, 0), (5, 1), (7, 1), (9, 1), (10, 2), (14, 2)] {
            let history = fit_looking(&mut model(backend), looks);
            assert_eq!(history.num_epochs(), epochs, "{looks}");
            for name in history.names() {
                assert_eq!(history.get(&name).unwrap(), whole.get(&name).unwrap()[..epochs]);
            }
        }
    }
}

#[test]
fn a_further_fit_goes_on_from_the_batch_where_it_was_stopped() {
    let (x, y) = data();
    // Two of the four batches, and in another fit these two alone.
    let mut stopped = model(Backend::Auto);
    fit_looking(&mut stopped, 2);
    let mut half = model(Backend::Auto);
    let settings = settings().epochs(1).validation_split(0.0);
    half.fit(&x.rows(0..8).unwrap(), &y.rows(0..8).unwrap(), settings.clone()).unwrap();
    assert_eq!(stopped.weights(), half.weights());
    // The optimizer's memory is kept as well.
    let history = |model: &mut Model| model.fit(&x, &y, settings.clone()).unwrap();
    assert_eq!(history(&mut stopped).measures, history(&mut half).measures);
}

#[test]
fn pixels_that_are_not_scaled_as_in_the_training_are_noticed() {
    let (x, y) = data();
    let mut model = model(Backend::Auto);
    let pixels = &x * 255.0;
    assert!(model.scaled_otherwise(&pixels).is_none(), "it is not trained");
    model.fit(&x, &y, settings()).unwrap();
    assert!(model.scaled_otherwise(&x).is_none());
    assert!(model.scaled_otherwise(&(&x * 3.0)).is_none(), "such samples may come");
    let note = model.scaled_otherwise(&pixels).unwrap();
    assert!(noted(&note).starts_with("Note: the values of x run from about "), "{note}");
    in_german(|| {
        assert!(noted(&note).starts_with("Hinweis: die Werte von x reichen etwa von "), "{note}");
    });
}

/// 300 samples of 50 numbers, most of which are 0, and the first one always.
fn sparse_data() -> (Array, Array) {
    let number = |at: usize| match (at % 50, at * 7 % 11) {
        (1.., 0 | 1) => (at % 13) as f32 / 13.0,
        _ => 0.0,
    };
    let x = Array::new([300, 50], (0..15_000).map(number).collect()).unwrap();
    let y = (0..600).map(|at| f32::from(at / 2 % 3 == at % 2)).collect();
    (x, Array::new([300, 2], y).unwrap())
}

fn wide_model() -> Model {
    let network = Sequential::new().seed(3).add(Input::new(50));
    let network = network.add(Dense::new(20).activation(Relu));
    let network = network.add(Dense::new(2).activation(Softmax));
    network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap()
}

#[test]
fn an_infinite_weight_is_found_behind_zeros_that_are_left_out() {
    let (x, y) = sparse_data();
    for number in [f32::INFINITY, f32::NEG_INFINITY, f32::NAN] {
        let mut model = wide_model();
        let mut parameters = model.engine.parameters();
        parameters[0].kernel[7] = number; // of the first input, which is always 0
        model.engine.set_parameters(&parameters);
        let refused = model.fit(&x, &y, settings()).unwrap_err().to_string();
        assert!(x.known_sparse_rows().is_some());
        assert!(refused.contains("the loss is no longer a number"), "{refused}");
    }
}

/// No step of any size has been made by then.
#[test]
fn a_first_loss_that_is_no_number_is_not_blamed_on_the_learning_rate() {
    let (x, y) = data();
    let reason = |model: &mut Model, y: &Array| {
        let untrained = model.weights();
        let refused = model.fit(&x, y, settings()).unwrap_err();
        assert_eq!(model.weights(), untrained);
        (refused.to_string(), in_german(|| refused.to_string()))
    };
    let mut model = running_away(0.1);
    let (of_labels, german) = reason(&mut model, &(&y * 1e30));
    assert!(of_labels.contains("first loss is not a number"), "{of_labels}");
    assert!(of_labels.contains("values of x or y") && !of_labels.contains("rate"), "{of_labels}");
    assert!(german.contains("schon der erste Verlust (loss) ist keine Zahl"), "{german}");
    model.set_weights(&[(Array::zeros([2, 2]) + 3e38, Array::zeros([2]))]).unwrap();
    let (of_weights, _) = reason(&mut model, &y);
    assert!(of_weights.contains("or weights that it was given"), "{of_weights}");
}

#[test]
fn a_flatten_behind_a_softmax_does_not_hide_it() {
    let network = Sequential::new().add(Input::new(2)).add(Dense::new(2).activation(Softmax));
    let network = network.add(Flatten::new());
    let mut model = network.compile(CategoricalCrossentropy, Sgd::new(), []).unwrap();
    model.num_steps = 1;
    let said = model.ran_away(1, 2).to_string();
    assert!(said.contains("learning rate") && !said.contains("activation"), "{said}");
}

#[test]
fn fit_evaluate_and_predict_add_up_in_the_same_order() {
    let (x, y) = sparse_data();
    // The same numbers, once with their zeros and once without: only `fit` leaves them out.
    let (with_zeros, labels) = sparse_data();
    let mut model = wide_model();
    let settings = settings().validation_split(0.0).validation_data(&x, &y);
    let history = model.fit(&x, &y, settings).unwrap();
    assert!(x.known_sparse_rows().is_some() && with_zeros.known_sparse_rows().is_none());
    let score = model.evaluate(&with_zeros, &labels).unwrap();
    assert_eq!(history.get("val_loss").unwrap().last(), Some(&score.loss()));
    assert_eq!(model.evaluate(&x, &y).unwrap(), score);
    assert_eq!(model.predict(&with_zeros).unwrap(), model.predict(&x).unwrap());
}

#[test]
fn a_part_of_the_samples_is_the_same_as_a_copy_of_it() {
    let (x, y) = sparse_data();
    let split = wide_model().fit(&x, &y, settings()).unwrap();
    let part =
        |rows: std::ops::Range<usize>| (x.rows(rows.clone()).unwrap(), y.rows(rows).unwrap());
    let ((x, y), (val_x, val_y)) = (part(0..240), part(240..300));
    let settings = settings().validation_split(0.0).validation_data(&val_x, &val_y);
    let copied = wide_model().fit(&x, &y, settings).unwrap();
    assert_eq!(split.measures, copied.measures);
}

/// A network that runs away sooner or later, with what was trained before it did.
fn running_away(learning_rate: f64) -> Model {
    let network = Sequential::new().seed(3).add(Input::new(2)).add(Dense::new(2));
    network.compile(MeanSquaredError, Sgd::new().learning_rate(learning_rate), []).unwrap()
}

#[test]
fn the_epochs_before_a_training_ran_away_are_kept() {
    let (x, y) = data();
    let mut model = running_away(3.0);
    let whole = model.fit(&x, &y, settings()).unwrap();
    assert_eq!((model.history().num_epochs(), model.history().names()), (3, whole.names()));
    let reason = model.fit(&x, &y, settings().epochs(100)).unwrap_err().to_string();
    let kept = model.history();
    assert!(kept.num_epochs() > 1, "{reason}");
    assert!(reason.contains(&format!("in epoch {},", kept.num_epochs() + 1)), "{reason}");
    assert!(kept.get("val_loss").unwrap().iter().all(|loss| loss.is_finite()));
    assert!(kept.plot("loss").svg().is_ok());
}

/// However a training ends, its last picture waits for nothing and has all whole epochs. Pictures are lines
/// on stdout, so a process of its own trains.
#[test]
fn curves_never_stay_unfinished() {
    const ALONE: &str = "ZUNDER_TEST_ALONE";
    if std::env::var_os(ALONE).is_some() {
        let (x, y) = data();
        let nowhere = settings().verbose(1).callback(CsvLogger::new("no/such/folder/log.csv"));
        assert!(running_away(0.1).fit(&x, &y, nowhere).is_err());
        println!("\nREFUSED");
        for (learning_rate, looks) in [(3.0, 1_000), (1e30, 1_000), (0.1, 2), (0.1, 7)] {
            let mut model = running_away(learning_rate);
            let seen = Cell::new(0);
            let stop = || seen.replace(seen.get() + 1) >= looks;
            let settings = settings().epochs(100).verbose(1);
            let ran_away = model.fit_until(&x, &y, settings, &stop).is_err();
            println!("\nEND {ran_away} {}", model.history().num_epochs());
        }
        return;
    }
    let itself = std::env::current_exe().unwrap();
    let mut child = std::process::Command::new(itself);
    child.args(["--exact", "fit::fit::tests::curves_never_stay_unfinished", "--nocapture"]);
    let output = child.env(ALONE, "1").env("ZUNDER_LIVE", "1").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (refused, text) = text.split_once("REFUSED").expect("it comes first");
    assert!(!refused.contains("ZUNDER_DISPLAY"), "no picture of a training that never began");
    let mut ends = Vec::new();
    let mut picture = "";
    for line in text.lines() {
        match line.split_once(' ') {
            Some(("ZUNDER_DISPLAY", json)) => picture = json,
            Some(("END", end)) => ends.push((end, picture)),
            _ => {}
        }
    }
    let [late, early, at_once, soon] = ends[..] else { panic!("{text}") };
    assert!(late.0.starts_with("true ") && late.0 != "true 0", "{}", late.0);
    assert_eq!([early.0, at_once.0, soon.0], ["true 0", "false 0", "false 1"]);
    for (end, picture) in ends {
        let epochs: usize = end.split_once(' ').unwrap().1.parse().unwrap();
        let drawn = picture.matches("<circle").count() - 1; // one is in the legend
        assert_eq!(drawn, epochs.min(25), "{end}: {picture}");
        assert!(!picture.contains("is running"), "{end}: {picture}");
        assert_eq!(picture.contains("no epoch came to its end"), epochs == 0, "{end}: {picture}");
    }
}

#[test]
fn a_training_that_ran_away_at_once_leaves_all_as_it_was() {
    let (x, y) = data();
    let mut model = model(Backend::default());
    let fresh = model.history().get("loss").unwrap_err().to_string();
    assert!(fresh.contains("no epoch yet"), "{fresh}");
    assert_eq!(model.history().last("loss").unwrap_err().to_string(), fresh);
    let history = model.fit(&x, &y, settings()).unwrap();
    assert_eq!(history.last("loss").ok(), history.get("loss").unwrap().last().copied());
    assert!(history.last("acc").unwrap_err().to_string().contains("no \"acc\" here"));
    let state = |model: &Model| {
        (
            model.trained_up_to(),
            model.seen().batch_sizes(),
            model.history().num_epochs(),
            model.num_steps(),
        )
    };
    let before = state(&model);
    model.fit(&(&x * 1e30), &y, settings()).unwrap_err();
    assert_eq!(state(&model), before);
    assert_eq!(model.scaled_otherwise(&x), None);
}

#[test]
fn a_single_large_number_of_the_training_is_no_other_scale() {
    let number = |n| if n == 1_999 { 900.0 } else { (n % 7) as f32 / 7.0 };
    let numbers: Vec<f32> = (0..4_000).map(number).collect();
    let (x, y) = (Array::new([1_000, 4], numbers).unwrap(), Array::zeros([1_000, 1]));
    let network = Sequential::new().add(Input::new(4)).add(Dense::new(1));
    let mut model = network.compile(MeanSquaredError, Sgd::new().learning_rate(1e-9), []).unwrap();
    model.fit(&x, &y, Fit::new().epochs(1).verbose(0)).unwrap();
    assert_eq!(model.scaled_otherwise(&x.rows(450..550).unwrap()), None);
    assert!(model.scaled_otherwise(&(&x.rows(450..550).unwrap() * 255)).is_some());
}

#[test]
fn a_single_large_number_in_a_small_table_is_no_other_scale() {
    let number = |n: usize| if n == 200 { 1.0 } else { (n * 7 % 41) as f32 / 1_000.0 };
    let (x, y) =
        (Array::new([200, 2], (0..400).map(number).collect()).unwrap(), Array::zeros([200, 1]));
    let network = Sequential::new().add(Input::new(2)).add(Dense::new(1));
    let mut model = network.compile(MeanSquaredError, Sgd::default(), []).unwrap();
    model.fit(&x, &y, Fit::new().epochs(1).verbose(0)).unwrap();
    assert_eq!(model.scaled_otherwise(&x.rows(140..200).unwrap()), None);
    assert!(model.scaled_otherwise(&(&x.rows(140..200).unwrap() / 255)).is_some());
}

#[test]
fn what_was_taken_back_is_not_judged() {
    let (x, y) = data();
    let taken_back = |restore: bool| {
        let stops = EarlyStopping::new().monitor("loss").min_delta(100.0).patience(2);
        let settings = settings().epochs(9).callback(stops.restore_best_weights(restore));
        model(Backend::default()).fit(&x, &y, settings).unwrap().has_best_weights
    };
    assert!(taken_back(true) && !taken_back(false));
    let rose = Note::LossRose { epoch: 3, lowest: 0.25, last: 1.75, learning_rate: 0.05 };
    assert!(judges_the_end(&rose) && !judges_the_end(&Note::DropoutLast));
}

#[test]
fn judging_and_predicting_can_be_stopped() {
    let (x, y) = data();
    let model = model(Backend::default());
    let stopped = [
        model.evaluate_until(&x, &y, &|| true).map(drop).unwrap_err(),
        model.predict_until(&x, &|| true).map(drop).unwrap_err(),
    ];
    assert!(stopped.iter().all(zunder_data::Error::is_stopped), "{stopped:?}");
    assert!(model.evaluate(&x, &y).is_ok() && model.predict(&x).is_ok());
}

/// Runs the test below in a process of its own, which presses stop itself.
#[cfg(unix)]
#[test]
fn one_press_ends_a_loop_of_trainings_and_keeps_the_one_that_it_stopped() {
    let test = "fit::fit::tests::presses_stop_while_it_trains";
    let mut program = std::process::Command::new(std::env::current_exe().unwrap());
    let program = program.args([test, "--exact", "--ignored"]).env("ZUNDER_KERNEL", "1");
    let ended = program.output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stdout));
}

#[cfg(unix)]
#[test]
#[ignore = "it sends SIGINT to its own process; the test above runs it in one of its own"]
fn presses_stop_while_it_trains() {
    let press = |training: &mut Training| {
        if training.epoch() == 2 {
            let process = std::process::id().to_string();
            std::process::Command::new("kill").args(["-INT", &process]).status().unwrap();
            let start = Instant::now();
            while !Watch::begin().is_asked() {
                // The limit only ends a test that would hang.
                assert!(start.elapsed().as_secs() < 300, "the press was not noticed");
                std::thread::yield_now();
            }
        }
        Ok(())
    };
    let (x, y) = data();
    let mut model = model(Backend::Auto);
    let mut lengths = Vec::new();
    let ended = loop {
        match model.fit(&x, &y, settings().callback(press)) {
            Ok(history) => lengths.push(history.num_epochs()),
            Err(problem) => break problem,
        }
        assert!(lengths.len() < 99, "the loop goes on: {lengths:?}");
        if lengths.len() == 1 {
            model.evaluate(&x, &y).unwrap(); // the training that was stopped is judged
        }
    };
    assert_eq!((lengths[0], lengths.len()), (2, 21), "{lengths:?}");
    assert_eq!(lengths[1..], [0; 20]);
    assert!(ended.to_string().starts_with("training was stopped, as you asked; "), "{ended}");
    let german = in_german(|| ended.to_string());
    assert!(german.starts_with("das Training ist angehalten, wie du es wolltest; "), "{german}");
    assert!(model.evaluate(&x, &y).is_err(), "a loop that goes on after that ends, too");
}

#[test]
fn fewer_samples_are_computed_at_once_where_memory_is_short() {
    let x = Array::zeros([300, 32, 32, 1]);
    let y = Array::zeros([300, 1]);
    let network = Sequential::new().add(Input::new([32, 32, 1])).add(Conv2D::new(8, 3));
    let network = network.add(Flatten::new()).add(Dense::new(1));
    let mut model = network.compile(MeanSquaredError, Sgd::new(), []).unwrap();
    let (all, part) = (model.predict(&x).unwrap(), with_memory(5_000_000, || model.predict(&x)));
    assert_eq!(all, part.unwrap());
    let one = Fit::new().batch_size(1).epochs(1).verbose(0);
    with_memory(5_000_000, || {
        assert!(model.chunk(300).unwrap() < 256);
        model.fit(&x.rows(0..4)?, &y.rows(0..4)?, one)?;
        model.evaluate(&x, &y)
    })
    .unwrap();
    let none = with_memory(50_000, || model.predict(&x)).unwrap_err().to_string();
    assert!(!none.contains("batch_size"), "{none}");
}
