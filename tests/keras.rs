//! Does training compute what Keras computes?
//!
//! `tests/reference/make_keras_reference.py` had real Keras train small networks and wrote down
//! every number; `make_keras_convolution.py` and `make_keras_further.py` did so for more of them. Here the same networks start from the same weights and see the same samples in the
//! same order; weights, losses, metrics and predictions must come out the same.

use std::collections::HashMap;
use std::path::Path;

use safetensors::SafeTensors;
use serde::Deserialize;
use zunder::prelude::*;
use zunder::{History, Loss, Model, Optimizer};

/// How far a number may lie from Keras's, relative to the largest one of its kind: what README says. The largest
/// difference seen on x86_64, of both engines, with AVX2 and without, is 3.4e-5 to 3.6e-5.
const TOLERANCE: f32 = 5e-5;
/// The same for predictions from given weights, where nothing adds up over steps.
const PREDICTION_TOLERANCE: f32 = 1e-5;

#[derive(Deserialize)]
struct Reference {
    #[serde(default)]
    facts: Facts,
    cases: Vec<Case>,
    csv_log: Option<CsvLog>,
}

/// What Keras's CSVLogger wrote, and the numbers that it was given.
#[derive(Deserialize)]
struct CsvLog {
    text: String,
    history: HashMap<String, Vec<f32>>,
}

/// Only in the first of the two fixtures.
#[derive(Default, Deserialize)]
struct Facts {
    validation_split: Vec<SplitFact>,
    shuffle: Vec<ShuffleFact>,
    glorot_uniform: Vec<GlorotFact>,
}

#[derive(Deserialize)]
struct SplitFact {
    num_samples: usize,
    validation_split: f64,
    /// None where Keras refuses: nothing would be left to train or to validate.
    num_train: Option<usize>,
}

#[derive(Deserialize)]
struct ShuffleFact {
    num_samples: usize,
    validation_split: f64,
    train_batch_sizes: Vec<usize>,
    trained_on: Vec<usize>,
}

#[derive(Deserialize)]
struct GlorotFact {
    kernel_shape: Vec<usize>,
    limit: f32,
    std: f32,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    dataset: String,
    num_samples: usize,
    target: String,
    input_dim: usize,
    /// For pictures, instead of `input_dim`.
    input_shape: Option<Vec<usize>>,
    layers: Vec<LayerOfCase>,
    loss: String,
    metrics: Vec<String>,
    optimizer: OptimizerOfCase,
    batch_size: usize,
    epochs: usize,
    validation_split: f64,
    class_weight: Option<Vec<f64>>,
    #[serde(default)]
    callbacks: Vec<CallbackOfCase>,
    shuffled: bool,
    snapshots: Vec<usize>,
    num_train: usize,
    orders: Vec<Vec<usize>>,
    history: HashMap<String, Vec<f32>>,
    evaluate_before: HashMap<String, f32>,
    evaluate_after: HashMap<String, f32>,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum LayerOfCase {
    Dense {
        units: usize,
        activation: String,
        #[serde(default)]
        l2: f64,
    },
    Conv2D {
        filters: usize,
        kernel_size: [usize; 2],
        activation: String,
        padding: String,
        strides: [usize; 2],
        #[serde(default)]
        l2: f64,
    },
    MaxPooling2D {
        pool_size: [usize; 2],
    },
    Flatten,
    Dropout {
        rate: f64,
    },
    BatchNormalization {
        momentum: f64,
        epsilon: f64,
    },
    Embedding {
        input_dim: usize,
        output_dim: usize,
    },
    GlobalAveragePooling1D,
}

impl LayerOfCase {
    /// What Keras calls the rows of the kernel, and the bias.
    fn arrays(&self) -> Option<(&[&'static str], Option<&'static str>)> {
        match self {
            LayerOfCase::Dense { .. } | LayerOfCase::Conv2D { .. } => {
                Some((&["kernel"], Some("bias")))
            }
            LayerOfCase::BatchNormalization { .. } => {
                Some((&["gamma", "moving_mean", "moving_variance"], Some("beta")))
            }
            LayerOfCase::Embedding { .. } => Some((&["embeddings"], None)),
            _ => None,
        }
    }

    fn add_to(&self, network: Sequential) -> Sequential {
        match self {
            LayerOfCase::Dense { units, activation, l2 } => {
                let layer = Dense::new(*units).activation(activation_called(activation));
                network.add(layer.kernel_regularizer(L2::new(*l2)))
            }
            LayerOfCase::Conv2D { filters, kernel_size, activation, padding, strides, l2 } => {
                let padding = match padding.as_str() {
                    "valid" => Padding::Valid,
                    "same" => Padding::Same,
                    other => panic!("padding {other}"),
                };
                let layer = Conv2D::new(*filters, *kernel_size).padding(padding).strides(*strides);
                let layer = layer.kernel_regularizer(L2::new(*l2));
                network.add(layer.activation(activation_called(activation)))
            }
            LayerOfCase::MaxPooling2D { pool_size } => network.add(MaxPooling2D::new(*pool_size)),
            LayerOfCase::Flatten => network.add(Flatten::new()),
            LayerOfCase::Dropout { rate } => network.add(Dropout::new(*rate)),
            LayerOfCase::BatchNormalization { momentum, epsilon } => {
                network.add(BatchNormalization::new().momentum(*momentum).epsilon(*epsilon))
            }
            LayerOfCase::Embedding { input_dim, output_dim } => {
                network.add(Embedding::new(*input_dim, *output_dim))
            }
            LayerOfCase::GlobalAveragePooling1D => network.add(GlobalAveragePooling1D::new()),
        }
    }
}

fn activation_called(name: &str) -> Activation {
    match name {
        "relu" => Relu,
        "sigmoid" => Sigmoid,
        "tanh" => Tanh,
        "softmax" => Softmax,
        "linear" => Linear,
        other => panic!("activation {other}"),
    }
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum OptimizerOfCase {
    Adam {
        learning_rate: f64,
        beta_1: f64,
        beta_2: f64,
        epsilon: f64,
    },
    #[serde(rename = "SGD")]
    Sgd {
        learning_rate: f64,
        momentum: f64,
        nesterov: bool,
    },
    RMSprop {
        learning_rate: f64,
        rho: f64,
        momentum: f64,
        epsilon: f64,
    },
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum CallbackOfCase {
    EarlyStopping {
        monitor: Option<String>,
        patience: usize,
        #[serde(default)]
        min_delta: f64,
        #[serde(default)]
        restore_best_weights: bool,
    },
    #[serde(rename = "ReduceLROnPlateau")]
    ReduceLr {
        factor: f64,
        patience: usize,
        #[serde(default)]
        cooldown: usize,
        min_delta: Option<f64>,
        #[serde(default)]
        min_lr: f64,
    },
}

impl CallbackOfCase {
    fn add_to(&self, settings: Fit) -> Fit {
        match self {
            CallbackOfCase::EarlyStopping {
                monitor,
                patience,
                min_delta,
                restore_best_weights,
            } => {
                let stopping = EarlyStopping::new().patience(*patience).min_delta(*min_delta);
                let stopping = stopping.restore_best_weights(*restore_best_weights);
                settings.callback(match monitor {
                    Some(monitor) => stopping.monitor(monitor),
                    None => stopping,
                })
            }
            CallbackOfCase::ReduceLr { factor, patience, cooldown, min_delta, min_lr } => {
                let slower = ReduceLROnPlateau::new().factor(*factor).patience(*patience);
                let slower = slower.cooldown(*cooldown).min_lr(*min_lr);
                settings.callback(match min_delta {
                    Some(min_delta) => slower.min_delta(*min_delta),
                    None => slower,
                })
            }
        }
    }
}

/// What Keras wrote down.
struct Fixture {
    reference: Reference,
    arrays: Vec<u8>,
}

impl Fixture {
    /// `keras_reference`, or `keras_convolution`.
    fn read(name: &str) -> Fixture {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference");
        let read = |ending: &str| {
            std::fs::read(folder.join(format!("{name}.{ending}"))).expect("the fixture is there")
        };
        let reference = serde_json::from_slice(&read("json"));
        let reference = reference.expect("the fixture is as described above");
        Fixture { reference, arrays: read("safetensors") }
    }

    fn array(&self, name: &str) -> Array {
        let tensors = SafeTensors::deserialize(&self.arrays).expect("the file is whole");
        let tensor = tensors.tensor(name).unwrap_or_else(|_| panic!("no array {name}"));
        let numbers = tensor.data().chunks_exact(4).map(|bytes| bytes.try_into().unwrap());
        match tensor.dtype() {
            safetensors::Dtype::F32 => {
                Array::new(tensor.shape(), numbers.map(f32::from_le_bytes).collect()).unwrap()
            }
            safetensors::Dtype::I32 => {
                Array::new(tensor.shape(), numbers.map(i32::from_le_bytes).collect()).unwrap()
            }
            other => panic!("{name} has type {other:?}"),
        }
    }

    fn weights(&self, case: &Case, moment: &str) -> Vec<(Array, Array)> {
        let layer = |(index, layer): (usize, &LayerOfCase)| {
            let array = |part: &str| self.array(&format!("{}/{moment}/{index}/{part}", case.name));
            let (kernels, bias) = layer.arrays()?;
            let bias = bias.map_or_else(|| Array::zeros([0]), array);
            let kernel = match kernels {
                [kernel] => array(kernel),
                rows => {
                    let numbers = rows.iter().flat_map(|row| array(row).to_vec()).collect();
                    Array::new([rows.len(), bias.len()], numbers).unwrap()
                }
            };
            Some((kernel, bias))
        };
        case.layers.iter().enumerate().filter_map(layer).collect()
    }

    fn data(&self, case: &Case) -> (Array, Array) {
        let part = |part: &str| {
            let all = self.array(&format!("data/{}/{part}", case.dataset));
            all.rows(0..case.num_samples).unwrap()
        };
        (part("x"), part(&case.target))
    }
}

impl Case {
    fn model(&self, backend: Backend, fixture: &Fixture) -> Model {
        let loss = match self.loss.as_str() {
            "categorical_crossentropy" => CategoricalCrossentropy,
            "sparse_categorical_crossentropy" => SparseCategoricalCrossentropy,
            "binary_crossentropy" => BinaryCrossentropy,
            "mean_squared_error" => MeanSquaredError,
            "mean_absolute_error" => MeanAbsoluteError,
            other => panic!("loss {other}"),
        };
        let optimizer: Optimizer = match self.optimizer {
            OptimizerOfCase::Adam { learning_rate, beta_1, beta_2, epsilon } => Adam::new()
                .learning_rate(learning_rate)
                .beta_1(beta_1)
                .beta_2(beta_2)
                .epsilon(epsilon)
                .into(),
            OptimizerOfCase::Sgd { learning_rate, momentum, nesterov } => {
                Sgd::new().learning_rate(learning_rate).momentum(momentum).nesterov(nesterov).into()
            }
            OptimizerOfCase::RMSprop { learning_rate, rho, momentum, epsilon } => RMSprop::new()
                .learning_rate(learning_rate)
                .rho(rho)
                .momentum(momentum)
                .epsilon(epsilon)
                .into(),
        };
        let metrics = self.metrics.iter().map(|name| match name.as_str() {
            "accuracy" => Accuracy,
            "mean_absolute_error" => Metric::MeanAbsoluteError,
            "root_mean_squared_error" => RootMeanSquaredError,
            other => panic!("metric {other}"),
        });
        let metrics: Vec<Metric> = metrics.collect();
        let input = self.input_shape.clone().unwrap_or_else(|| vec![self.input_dim]);
        let start = Sequential::new().backend(backend).add(Input::new(input.as_slice()));
        let layers = self.layers.iter();
        let network = layers.fold(start, |network, layer| layer.add_to(network));
        let loss: Loss = loss;
        let mut model = network.compile(loss, optimizer, metrics).unwrap();
        model.set_weights(&fixture.weights(self, "initial")).unwrap();
        model
    }

    fn settings(&self) -> Fit {
        let settings = Fit::new().batch_size(self.batch_size).shuffle(false).verbose(0);
        let settings = match &self.class_weight {
            Some(weights) => settings.class_weight(weights.clone()),
            None => settings,
        };
        self.callbacks.iter().fold(settings, |settings, callback| callback.add_to(settings))
    }

    /// Trains as Keras did, and returns the whole history.
    fn fit(&self, model: &mut Model, x: &Array, y: &Array) -> HashMap<String, Vec<f32>> {
        let mut all: HashMap<String, Vec<f32>> = HashMap::new();
        let mut add = |history: History| {
            for name in history.names() {
                all.entry(name.clone()).or_default().extend(history.get(&name).unwrap());
            }
        };
        if !self.shuffled {
            let settings = self.settings().epochs(self.epochs);
            let settings = settings.validation_split(self.validation_split);
            add(model.fit(x, y, settings).unwrap());
            return all;
        }
        let validation = self.num_train..self.num_samples;
        let held_back = (x.rows(validation.clone()).unwrap(), y.rows(validation).unwrap());
        for order in &self.orders {
            let (x, y) = (x.select(order).unwrap(), y.select(order).unwrap());
            let settings = match held_back.0.is_empty() {
                true => self.settings(),
                false => self.settings().validation_data(&held_back.0, &held_back.1),
            };
            add(model.fit(&x, &y, settings).unwrap());
        }
        all
    }

    /// Trains for some steps only: whole epochs, then the first batches of the next.
    fn take_steps(&self, model: &mut Model, x: &Array, y: &Array, mut steps: usize) {
        for order in &self.orders {
            let samples = (steps * self.batch_size).min(order.len());
            if samples > 0 {
                let rows = &order[..samples];
                let (x, y) = (x.select(rows).unwrap(), y.select(rows).unwrap());
                model.fit(&x, &y, self.settings()).unwrap();
            }
            steps -= samples.div_ceil(self.batch_size).min(steps);
        }
    }
}

/// The largest difference, relative to the largest number.
fn difference(ours: &[f32], keras: &[f32]) -> f32 {
    assert_eq!(ours.len(), keras.len());
    let largest = keras.iter().fold(f32::MIN_POSITIVE, |largest, k| largest.max(k.abs()));
    let differences = ours.iter().zip(keras).map(|(o, k)| (o - k).abs() / largest);
    differences.fold(0.0, |worst, d| if d.is_nan() { f32::INFINITY } else { worst.max(d) })
}

fn weight_difference(ours: &[(Array, Array)], keras: &[(Array, Array)]) -> f32 {
    let pairs = ours.iter().zip(keras).flat_map(|(o, k)| [(&o.0, &k.0), (&o.1, &k.1)]);
    pairs.map(|(o, k)| difference(&o.to_vec(), &k.to_vec())).fold(0.0, f32::max)
}

/// Largest differences seen: while training, and of predictions.
fn compare_all(name: &str, backend: Backend) -> (f32, f32) {
    let fixture = Fixture::read(name);
    let (mut worst, mut worst_prediction) = (0.0f32, 0.0f32);
    let folder = tempfile::tempdir().unwrap();
    for case in &fixture.reference.cases {
        let (x, y) = fixture.data(case);
        let name = &case.name;
        let mut check = |what: &str, difference: f32, tolerance: f32| {
            assert!(difference <= tolerance, "{name}, {what}: {difference} from Keras");
            worst = worst.max(difference);
        };
        let prediction = |model: &Model, moment: &str| {
            let keras = fixture.array(&format!("{name}/predictions/{moment}"));
            difference(&model.predict(&x).unwrap().to_vec(), &keras.to_vec())
        };
        let mut model = case.model(backend, &fixture);

        let score = model.evaluate(&x, &y).unwrap();
        for (metric, keras) in &case.evaluate_before {
            check(metric, difference(&[score.get(metric).unwrap()], &[*keras]), TOLERANCE);
        }
        worst_prediction = worst_prediction.max(prediction(&model, "before"));

        let history = case.fit(&mut model, &x, &y);
        assert_eq!(history.len(), case.history.len(), "{name}: names of the history");
        for (measure, keras) in &case.history {
            check(measure, difference(&history[measure], keras), TOLERANCE);
        }
        let keras = fixture.weights(case, "final");
        check("final weights", weight_difference(&model.weights(), &keras), TOLERANCE);
        check("predictions after training", prediction(&model, "after"), TOLERANCE);
        let score = model.evaluate(&x, &y).unwrap();
        for (metric, keras) in &case.evaluate_after {
            check(metric, difference(&[score.get(metric).unwrap()], &[*keras]), TOLERANCE);
        }

        let file = folder.path().join("model.safetensors");
        model.save(&file).unwrap();
        let loaded = Model::load(&file).unwrap();
        assert_eq!(loaded.weights(), model.weights(), "{name}: saved and loaded");
        assert_eq!(loaded.layers(), model.layers(), "{name}: saved and loaded");
        assert_eq!((loaded.loss(), loaded.optimizer()), (model.loss(), model.optimizer()));
        let again = loaded.evaluate(&x, &y).unwrap();
        assert!((again.loss() - score.loss()).abs() <= 1e-5 * score.loss().max(1.0), "{name}");

        // With Keras's own weights nothing has added up: predictions agree closely.
        model.set_weights(&keras).unwrap();
        worst_prediction = worst_prediction.max(prediction(&model, "after"));

        for &steps in &case.snapshots {
            let mut model = case.model(backend, &fixture);
            case.take_steps(&mut model, &x, &y, steps);
            let keras = fixture.weights(case, &format!("step_{steps}"));
            let difference = weight_difference(&model.weights(), &keras);
            check(&format!("weights after {steps} steps"), difference, TOLERANCE);
        }
        assert!(worst_prediction <= PREDICTION_TOLERANCE, "{name}: prediction {worst_prediction}");
    }
    println!(
        "{name}, {backend:?}: {} cases, largest difference from Keras {worst:.1e}, of predictions {worst_prediction:.1e}",
        fixture.reference.cases.len()
    );
    (worst, worst_prediction)
}

#[test]
fn the_fast_path_trains_as_keras() {
    compare_all("keras_reference", Backend::Auto);
}

#[test]
fn burn_on_flex_trains_as_keras() {
    compare_all("keras_reference", Backend::Flex);
}

#[test]
fn further_losses_layers_and_callbacks_are_those_of_keras() {
    compare_all("keras_further", Backend::Auto);
}

#[test]
fn further_losses_layers_and_callbacks_on_flex_are_those_of_keras() {
    compare_all("keras_further", Backend::Flex);
}

#[test]
fn csv_logger_writes_the_table_that_keras_writes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.csv");
    let fixture = Fixture::read("keras_further");
    let log = fixture.reference.csv_log.expect("the fixture has it");
    // The same columns and epochs; the numbers are those of another training.
    let network = Sequential::new().add(Input::new(1)).add(Dense::new(2).activation(Softmax));
    let mut model = network.compile(CategoricalCrossentropy, Sgd::new(), [Accuracy]).unwrap();
    let (x, y) = (Array::zeros([10, 1]), to_categorical(&Array::zeros([10]), 2).unwrap());
    let settings = Fit::new().epochs(3).validation_split(0.2).verbose(0);
    let history = model.fit(&x, &y, settings.callback(CsvLogger::new(&file))).unwrap();
    let numbers = |text: &str, get: &dyn Fn(&str) -> Vec<f32>| {
        let mut lines = text.lines();
        let names: Vec<String> = lines.next().unwrap().split(',').map(str::to_owned).collect();
        for (epoch, line) in lines.enumerate() {
            for (name, field) in names.iter().zip(line.split(',')) {
                let number: f32 = field.parse().unwrap();
                let expected = if name == "epoch" { epoch as f32 } else { get(name)[epoch] };
                assert!((number - expected).abs() <= 1e-6 * expected, "{name} in {line}");
            }
        }
        (names, text.lines().count())
    };
    let ours = std::fs::read_to_string(&file).unwrap();
    assert_eq!(
        numbers(&ours, &|name| history.get(name).unwrap()),
        numbers(&log.text, &|name| log.history[name].clone())
    );
}

#[cfg(feature = "ndarray")]
#[test]
fn burn_on_ndarray_trains_as_keras() {
    compare_all("keras_reference", Backend::NdArray);
}

/// On a machine without a graphics card Mesa's software Vulkan will do (Debian: mesa-vulkan-drivers):
/// `cargo test --features gpu --test main graphics_card`.
#[cfg(feature = "gpu")]
#[test]
fn the_graphics_card_trains_as_keras() {
    compare_all("keras_reference", Backend::Gpu);
    compare_all("keras_convolution", Backend::Gpu);
}

#[test]
fn the_fast_path_for_pictures_trains_as_keras() {
    compare_all("keras_convolution", Backend::Auto);
}

#[test]
fn convolutions_on_flex_train_as_keras() {
    compare_all("keras_convolution", Backend::Flex);
}

#[cfg(feature = "ndarray")]
#[test]
fn convolutions_on_ndarray_train_as_keras() {
    compare_all("keras_convolution", Backend::NdArray);
}

/// A model of one unit without activation, whose bias is trained and whose inputs are all zero:
/// its loss tells the mean of the labels that it saw.
fn blind_model() -> Model {
    let network = Sequential::new().add(Input::new(1)).add(Dense::new(1));
    let standing_still = Sgd::new().learning_rate(1e-30);
    network.compile(MeanSquaredError, standing_still, []).unwrap()
}

#[test]
fn validation_split_takes_as_many_samples_as_keras_and_the_last_ones() {
    for fact in Fixture::read("keras_reference").reference.facts.validation_split {
        let SplitFact { num_samples, validation_split, num_train } = fact;
        let settings = Fit::new().validation_split(validation_split).batch_size(4096).verbose(0);
        let x = Array::zeros([num_samples, 1]);
        let Some(num_train) = num_train else {
            let refused = blind_model().fit(&x, &x, settings).unwrap_err().to_string();
            let words = format!("validation_split({validation_split}) of {num_samples} sample");
            assert!(refused.starts_with(&words), "{refused}");
            continue;
        };
        // Labels 0 for the samples that should train, 1 for those that should validate: with
        // outputs of 0 the losses are the means of the labels.
        let labels = (0..num_samples).map(|row| if row < num_train { 0.0 } else { 1.0 });
        let y = Array::from(labels.collect::<Vec<f64>>());
        let history = blind_model().fit(&x, &y, settings).unwrap();
        let losses = (history.get("loss").unwrap()[0], history.get("val_loss").unwrap()[0]);
        assert_eq!(losses, (0.0, 1.0), "{num_samples} samples, split {validation_split}");
    }
}

#[test]
fn shuffling_is_keras_s_each_sample_once_an_epoch_in_a_new_order_behind_the_split() {
    for fact in Fixture::read("keras_reference").reference.facts.shuffle {
        let batch_size = fact.train_batch_sizes[0];
        let num_train = fact.trained_on.len();
        // Powers of two as labels: the mean loss of an epoch shows that each was seen once.
        let labels: Vec<f64> =
            (0..fact.num_samples).map(|row| f64::from(1u32 << row).sqrt()).collect();
        let x = Array::zeros([fact.num_samples, 1]);
        let settings = Fit::new()
            .batch_size(batch_size)
            .epochs(4)
            .validation_split(fact.validation_split)
            .verbose(0);
        let history = blind_model().fit(&x, &Array::from(labels), settings.clone()).unwrap();
        let seen = f64::from((1u32 << num_train) - 1) / num_train as f64;
        for loss in history.get("loss").unwrap() {
            assert!((f64::from(loss) / seen - 1.0).abs() < 1e-5, "{loss} is not {seen}");
        }
        // A moving model shows the order: the same order twice gives the same losses.
        let order_dependent = |seed| {
            let network = Sequential::new().add(Input::new(1)).add(Dense::new(1));
            let optimizer = Sgd::new().learning_rate(0.1);
            let mut model = network.compile(MeanSquaredError, optimizer, []).unwrap();
            let labels: Vec<f64> = (0..fact.num_samples).map(|row| row as f64).collect();
            let settings = settings.clone().seed(seed).epochs(2);
            model.fit(&x, &Array::from(labels), settings).unwrap().get("loss").unwrap()
        };
        assert_eq!(order_dependent(1), order_dependent(1));
        assert_ne!(order_dependent(1), order_dependent(2));
    }
}

#[test]
fn kernels_start_glorot_uniform_and_biases_at_zero() {
    for fact in Fixture::read("keras_reference").reference.facts.glorot_uniform {
        let start = Sequential::new().seed(5);
        let (units, network) = match fact.kernel_shape[..] {
            [inputs, units] => (units, start.add(Input::new(inputs)).add(Dense::new(units))),
            [height, width, channels, filters] => {
                let start = start.add(Input::new([height, width, channels]));
                let layer = Conv2D::new(filters, [height, width]);
                (filters, start.add(layer).add(Flatten::new()))
            }
            _ => panic!("kernel of shape {:?}", fact.kernel_shape),
        };
        let model = network.compile(MeanSquaredError, Adam::default(), []).unwrap();
        let (kernel, bias) = &model.weights()[0];
        let numbers = kernel.to_vec();
        let largest = numbers.iter().fold(0.0f32, |largest, w| largest.max(w.abs()));
        assert!(largest <= fact.limit, "{largest} > {}", fact.limit);
        assert!(largest > 0.9 * fact.limit || numbers.len() < 50, "{largest} of {}", fact.limit);
        let variance = numbers.iter().map(|w| w * w).sum::<f32>() / numbers.len() as f32;
        // Four standard errors of a standard deviation from so few numbers, and Keras's own.
        let allowed = 8.0 * fact.std / (2.0 * numbers.len() as f32).sqrt();
        assert!((variance.sqrt() - fact.std).abs() < allowed, "{} {}", variance.sqrt(), fact.std);
        assert_eq!(bias.to_vec(), vec![0.0; units]);
    }
}
