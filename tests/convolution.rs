//! Convolutions, pooling, flattening and dropout, as a learner meets them.

use zunder::Model;
use zunder::prelude::*;

/// 40 pictures of 8 x 8 pixels: a bright bar that lies or stands, somewhere, with noise.
fn bars() -> (Array, Array) {
    let pixel = |sample: usize, row: usize, column: usize| {
        let place = sample * 5 % 8;
        let is_on = if sample.is_multiple_of(2) { row == place } else { column == place };
        let noise = (sample * 31 + row * 17 + column * 7) % 10;
        noise as f32 / 50.0 + if is_on { 0.8 } else { 0.0 }
    };
    let numbers = (0..40 * 64).map(|i| pixel(i / 64, i / 8 % 8, i % 8)).collect();
    let labels: Vec<i32> = (0..40).map(|sample| sample % 2).collect();
    (Array::new([40, 8, 8, 1], numbers).unwrap(), Array::from(labels))
}

fn network(backend: Backend, dropout: Option<f64>) -> Sequential {
    let network = Sequential::new()
        .seed(4)
        .backend(backend)
        .add(Input::new([8, 8, 1]))
        .add(Conv2D::new(4, 3).activation(Relu))
        .add(MaxPooling2D::new(2))
        .add(Flatten::new());
    let network = match dropout {
        Some(rate) => network.add(Dropout::new(rate)),
        None => network,
    };
    network.add(Dense::new(2).activation(Softmax))
}

fn model(backend: Backend, dropout: Option<f64>) -> Model {
    let optimizer = Adam::new().learning_rate(0.01);
    let network = network(backend, dropout);
    network.compile(SparseCategoricalCrossentropy, optimizer, [Accuracy]).unwrap()
}

fn trained(backend: Backend, dropout: Option<f64>, seed: u64) -> Model {
    let (x, y) = bars();
    let mut model = model(backend, dropout);
    let settings = Fit::new().batch_size(9).epochs(25).seed(seed).verbose(0);
    model.fit(&x, &y, settings).unwrap();
    model
}

const BACKENDS: [Backend; 2] = [Backend::Auto, Backend::Flex];

#[test]
fn a_small_network_learns_to_tell_bars_apart() {
    let (x, y) = bars();
    for backend in BACKENDS {
        let model = trained(backend, Some(0.25), 3);
        assert_eq!(model.evaluate(&x, &y).unwrap().accuracy().unwrap(), 1.0, "{backend:?}");
    }
}

#[test]
fn a_dropout_of_nothing_is_no_dropout() {
    for backend in BACKENDS {
        let (with, without) = (trained(backend, Some(0.0), 3), trained(backend, None, 3));
        assert_eq!(with.weights(), without.weights(), "{backend:?}");
    }
}

#[test]
fn the_same_seeds_give_the_same_result_bit_for_bit() {
    for backend in BACKENDS {
        let weights = |seed| trained(backend, Some(0.5), seed).weights();
        assert_eq!(weights(3), weights(3), "{backend:?}");
        assert_ne!(weights(3), weights(4), "{backend:?}");
        // Without a seed for fit, that of the network is enough where nothing is shuffled.
        let unshuffled = || {
            let (x, y) = bars();
            let mut model = model(backend, Some(0.5));
            model.fit(&x, &y, Fit::new().shuffle(false).epochs(2).verbose(0)).unwrap();
            model.weights()
        };
        assert_eq!(unshuffled(), unshuffled(), "{backend:?}");
    }
}

#[test]
fn predictions_and_scores_are_without_dropout() {
    let (x, y) = bars();
    for backend in BACKENDS {
        let with = trained(backend, Some(0.5), 3);
        let mut without = model(backend, None);
        without.set_weights(&with.weights()).unwrap();
        assert_eq!(with.predict(&x).unwrap(), without.predict(&x).unwrap());
        assert_eq!(with.evaluate(&x, &y).unwrap(), without.evaluate(&x, &y).unwrap());
    }
}

#[test]
fn only_what_is_kept_learns_and_it_is_scaled() {
    for backend in BACKENDS {
        // From zero weights and with inputs of 1, one step of plain descent moves the weight of an
        // input by 2 · rate · label · factor: by 0 where it is switched off, by 0.2 · 4 / 3 else.
        let network = Sequential::new()
            .seed(6)
            .backend(backend)
            .add(Input::new(1_000))
            .add(Dropout::new(0.25))
            .add(Dense::new(1));
        let optimizer = Sgd::new().learning_rate(0.1);
        let mut model = network.compile(MeanSquaredError, optimizer, []).unwrap();
        let zeros = [(Array::zeros([1_000, 1]), Array::zeros([1]))];
        model.set_weights(&zeros).unwrap();
        let ones = Array::zeros([1, 1_000]) + 1.0;
        model.fit(&ones, &Array::from([1.0]), Fit::new().verbose(0)).unwrap();
        let moved = model.weights()[0].0.to_vec();
        let kept = moved.iter().filter(|&&weight| weight != 0.0).count();
        assert!((700..800).contains(&kept), "{backend:?}: {kept} of 1000");
        let is_right = |weight: &f32| *weight == 0.0 || (weight - 0.2 * 4.0 / 3.0).abs() < 1e-6;
        assert!(moved.iter().all(is_right), "{backend:?}");
    }
}

#[test]
fn a_flatten_at_the_start_changes_nothing() {
    let (x, y) = bars();
    let weights = |network: Sequential, x: &Array| {
        let network = network.add(Dense::new(2).activation(Softmax));
        let compiled = network.compile(SparseCategoricalCrossentropy, Adam::default(), [Accuracy]);
        let mut model = compiled.unwrap();
        model.fit(x, &y, Fit::new().seed(1).verbose(0)).unwrap();
        model.weights()
    };
    let start = || Sequential::new().seed(2);
    let flat = weights(start().add(Input::new(64)), &x.reshape([40, 64]).unwrap());
    assert_eq!(weights(start().add(Input::new([8, 8, 1])).add(Flatten::new()), &x), flat);
}

#[test]
fn it_is_saved_and_loaded_with_kernels_as_in_keras() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bars.safetensors");
    let (x, _) = bars();
    let model = trained(Backend::Auto, Some(0.25), 3);
    assert_eq!(model.weights()[0].0.shape(), [3, 3, 1, 4]);
    assert_eq!(model.weights()[1].0.shape(), [3 * 3 * 4, 2]);
    model.save(&file).unwrap();
    let loaded = Model::load(&file).unwrap();
    assert_eq!(loaded.predict(&x).unwrap(), model.predict(&x).unwrap());
    assert_eq!(loaded.summary(), model.summary());
    let mut other = self::model(Backend::Flex, None);
    other.load_weights(&file).unwrap();
    assert_eq!(other.weights(), model.weights());
}

#[test]
fn mistakes_are_one_sentence_each() {
    let compile = |network: Sequential| {
        let model = network.compile(SparseCategoricalCrossentropy, Adam::default(), [Accuracy]);
        model.err().map(|problem| problem.to_string()).unwrap_or_default()
    };
    let input = || Sequential::new().add(Input::new([28, 28, 1]));
    let open = compile(input().add(Conv2D::new(8, 3)));
    assert!(open.contains("(26, 26, 8)") && open.contains("Flatten"), "{open}");
    assert!(compile(input().add(Flatten::new())).contains("no layers to train"));
    let mut model = model(Backend::Auto, None);
    let shapeless = model.predict(&Array::zeros([60, 8, 8])).unwrap_err().to_string();
    assert!(shapeless.contains("reshape x to [60, 8, 8, 1] first"), "{shapeless}");
    let mut weights = model.weights();
    weights[0].0 = Array::zeros([9, 4]);
    let wrong = model.set_weights(&weights).unwrap_err().to_string();
    assert!(
        wrong.contains("kernel of layer 1 (Conv2D)") && wrong.contains("(3, 3, 1, 4)"),
        "{wrong}"
    );
}

#[test]
fn the_summary_counts_the_weights_of_filters() {
    let summary = network(Backend::Auto, Some(0.25)).summary().to_string();
    let expected = "\
Layer            Activation   Output shape      Params
------------------------------------------------------
0 Input                       (None, 8, 8, 1)        0
1 Conv2D         relu         (None, 6, 6, 4)       40
2 MaxPooling2D                (None, 3, 3, 4)        0
3 Flatten                     (None, 36)             0
4 Dropout                     (None, 36)             0
5 Dense          softmax      (None, 2)             74
------------------------------------------------------
Total params: 114 (0.45 KB as float32)";
    assert_eq!(summary, expected);
}
