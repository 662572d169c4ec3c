//! `Model`: a network with weights, that learns, is judged and predicts.

use std::fmt;
use std::time::{Duration, Instant};

use burn::tensor::Device;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use crate::array::{Array, Scalar};
use crate::burn_network::BurnNetwork;
use crate::dense_network::DenseNetwork;
use crate::diagnosis::{self, Outcome, Task};
use crate::dice::Dice;
use crate::error::{Error, Result};
use crate::history::History;
use crate::interrupt::Watch;
use crate::kernels::Rows;
use crate::language::either;
use crate::layers::Activation;
use crate::lines::in_short_lines;
use crate::live::LiveCurves;
use crate::losses::Loss;
use crate::metrics::{IntoMetrics, Metric, Score};
use crate::note::Note;
use crate::optimizers::{IntoOptimizer, Optimizer};
use crate::parameters::Parameters;
use crate::picture_network::PictureNetwork;
use crate::preprocessing::to_categorical;
use crate::sequential::{Backend, Sequential, Summary};
use crate::shape::Shape;
use crate::steps::Step;

/// A compiled network: its layers, their weights, and how it is trained and judged.
///
/// Made by [`Sequential::compile`].
///
/// ```
/// use zunder::prelude::*;
///
/// // Learn to tell which of two numbers is the larger one.
/// let x = Array::from([[0.1, 0.9], [0.8, 0.3], [0.2, 0.4], [0.7, 0.1]]);
/// let y = to_categorical(&Array::from([1, 0, 1, 0]), 2)?;
/// let network = Sequential::new()
///     .seed(1)
///     .add(Input::new(2))
///     .add(Dense::new(2).activation(Softmax));
///
/// let optimizer = Adam::new().learning_rate(0.1);
/// let mut model = network.compile(CategoricalCrossentropy, optimizer, [Accuracy])?;
/// let history = model.fit(&x, &y, Fit::new().epochs(50).verbose(0))?;
/// assert_eq!(history.num_epochs(), 50);
/// assert_eq!(model.evaluate(&x, &y)?.accuracy()?, 1.0);
/// assert_eq!(model.predict(&x)?.argmax(), Array::from([1, 0, 1, 0]));
/// # Ok::<(), zunder::Error>(())
/// ```
#[derive(Clone)]
pub struct Model {
    pub(crate) description: Sequential,
    pub(crate) loss: Loss,
    pub(crate) metrics: Vec<Metric>,
    pub(crate) optimizer: Optimizer,
    input: Shape,
    output: Shape,
    last_activation: Activation,
    network: Network,
    /// The size of the largest value that it was trained on, in this process.
    trained_up_to: Option<f32>,
}

/// What computes the network.
#[derive(Clone)]
enum Network {
    /// A stack of `Dense` layers on the CPU, written out.
    Dense(DenseNetwork),
    /// Convolutions and pooling before such a stack.
    Pictures(Box<PictureNetwork>),
    /// Everything else, on Burn.
    Burn(Box<BurnNetwork>),
}

impl Sequential {
    /// Makes a [`Model`] of the description: gives every layer random weights and fixes how it is
    /// trained (loss, optimizer) and judged (metrics).
    ///
    /// As in Keras; compiling again starts anew with fresh weights.
    ///
    /// # Errors
    ///
    /// When the layers do not fit together ([`Error::NoLayers`], [`Error::NoInput`],
    /// [`Error::InputNotFirst`], [`Error::LayerDoesNotFit`], [`Error::WindowTooLarge`],
    /// [`Error::EndsWithPictures`]), the loss does not fit the last one
    /// ([`Error::OneUnitCrossentropy`]), a setting makes no sense ([`Error::BadSetting`]) or the
    /// backend is not in this build ([`Error::BackendNotBuilt`]).
    pub fn compile(
        &self,
        loss: Loss,
        optimizer: impl IntoOptimizer,
        metrics: impl IntoMetrics,
    ) -> Result<Model> {
        self.compile_with(loss, optimizer.into_optimizer(), metrics.into_metrics())
    }

    // Not generic, so that it is compiled here and not in a notebook cell.
    fn compile_with(
        &self,
        loss: Loss,
        optimizer: Optimizer,
        metrics: Vec<Metric>,
    ) -> Result<Model> {
        optimizer.check()?;
        let shapes: Vec<Shape> = self.shaped_layers()?.into_iter().map(|l| l.output).collect();
        let output = &shapes[shapes.len() - 1];
        if output.num_dims() != 1 {
            return Err(Error::EndsWithPictures { output: output.clone() });
        }
        if loss.is_crossentropy() && output.num_values() == 1 {
            return Err(Error::OneUnitCrossentropy { loss });
        }
        let steps = Step::all(self)?;
        let mut rng = self.seed.map_or_else(rand::make_rng, StdRng::seed_from_u64);
        let kernels = steps.iter().filter_map(Step::kernel_shape);
        let parameters: Vec<Parameters> =
            kernels.map(|shape| Parameters::glorot_uniform(shape, &mut rng)).collect();
        if parameters.is_empty() {
            return Err(Error::NoLayers);
        }
        let last_activation = steps.last().and_then(Step::activation).unwrap_or(Activation::Linear);
        let dice = Dice::new(rng.random());
        let is_fast =
            self.backend == Backend::Auto && DenseNetwork::can_train(loss, last_activation);
        let network = match (Step::all_dense(&steps), PictureNetwork::front_of(&steps)) {
            (Some(activations), _) if is_fast => {
                Network::Dense(DenseNetwork::new(&parameters, &activations, optimizer))
            }
            (_, Some(front)) if is_fast => Network::Pictures(Box::new(PictureNetwork::new(
                &parameters,
                &steps,
                front,
                optimizer,
                dice,
            ))),
            _ => {
                let device = match self.backend {
                    Backend::Auto | Backend::Flex => Device::flex(),
                    Backend::NdArray => ndarray_device()?,
                };
                let network = BurnNetwork::new(&parameters, &steps, optimizer, device, dice);
                Network::Burn(Box::new(network))
            }
        };
        Ok(Model {
            description: self.clone(),
            loss,
            metrics,
            optimizer,
            input: shapes[0].clone(),
            output: shapes[shapes.len() - 1].clone(),
            last_activation,
            network,
            trained_up_to: None,
        })
    }
}

#[cfg(feature = "ndarray")]
#[expect(deprecated, reason = "Burn keeps it for those who still need it, and so do we")]
fn ndarray_device() -> Result<Device> {
    Ok(Device::ndarray())
}

#[cfg(not(feature = "ndarray"))]
fn ndarray_device() -> Result<Device> {
    Err(Error::BackendNotBuilt { backend: "ndarray" })
}

/// How [`Model::fit`] trains: all settings have Keras's defaults.
///
/// ```
/// use zunder::prelude::*;
///
/// let settings = Fit::new().batch_size(32).epochs(10).validation_split(0.2);
/// ```
#[must_use = "it is a new value: keep it with `let`"]
#[derive(Clone, Debug)]
pub struct Fit {
    batch_size: usize,
    epochs: usize,
    validation_split: f64,
    validation_data: Option<(Array, Array)>,
    shuffle: bool,
    seed: Option<u64>,
    verbose: usize,
    diagnose: bool,
}

impl Default for Fit {
    fn default() -> Self {
        Fit {
            batch_size: 32,
            epochs: 1,
            validation_split: 0.0,
            validation_data: None,
            shuffle: true,
            seed: None,
            verbose: 1,
            diagnose: true,
        }
    }
}

impl Fit {
    /// One epoch in batches of 32, shuffled, without validation.
    pub fn new() -> Self {
        Fit::default()
    }

    /// How many samples the network looks at before each step (default 32).
    pub fn batch_size(mut self, batch_size: usize) -> Self {
        self.batch_size = batch_size;
        self
    }

    /// How often the network sees the whole training data (default 1).
    pub fn epochs(mut self, epochs: usize) -> Self {
        self.epochs = epochs;
        self
    }

    /// Keeps the last fraction of the samples out of training and measures on them after each
    /// epoch: 0.2 keeps the last fifth (default 0: none). They are taken before any shuffling.
    pub fn validation_split(mut self, validation_split: impl Scalar) -> Self {
        self.validation_split = validation_split.to_f64();
        self
    }

    /// Measures on these samples after each epoch.
    pub fn validation_data(mut self, x: &Array, y: &Array) -> Self {
        self.validation_data = Some((x.clone(), y.clone()));
        self
    }

    /// Whether the training samples come in a new random order each epoch (default true).
    pub fn shuffle(mut self, shuffle: bool) -> Self {
        self.shuffle = shuffle;
        self
    }

    /// Makes the random orders the same each time. For the same result each time the network
    /// needs a [`seed`](Sequential::seed) as well: its weights start at random.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// 0 trains silently, 1 prints a line for each epoch (default) and in JupyterLab shows curves
    /// that grow meanwhile, 2 prints the lines only.
    pub fn verbose(mut self, verbose: usize) -> Self {
        self.verbose = verbose;
        self
    }

    /// Whether `fit` looks for classic mistakes, such as pixels that are not scaled, and says each
    /// in a line that begins with `Note:` (default true). [`History::notes`] keeps them.
    pub fn diagnose(mut self, diagnose: bool) -> Self {
        self.diagnose = diagnose;
        self
    }

    fn check(&self) -> Result<()> {
        let at_least_one = |setting, value| match value {
            0 => Err(Error::BadSetting {
                setting,
                value: "0".into(),
                expected: either("at least 1", "mindestens 1"),
            }),
            _ => Ok(()),
        };
        at_least_one("batch_size", self.batch_size)?;
        at_least_one("epochs", self.epochs)?;
        if !(0.0..1.0).contains(&self.validation_split) {
            return Err(Error::BadSetting {
                setting: "validation_split",
                value: self.validation_split.to_string(),
                expected: either(
                    "a fraction of at least 0 and below 1, such as 0.2 for the last fifth",
                    "ein Anteil von 0 bis unter 1, etwa 0.2 für das letzte Fünftel",
                ),
            });
        }
        if self.validation_split > 0.0 && self.validation_data.is_some() {
            return Err(Error::TwoValidations);
        }
        Ok(())
    }
}

/// Samples and labels, checked and as `float32`: rows of numbers one after another.
struct Samples {
    x: Array,
    y: Array,
    inputs: usize,
    outputs: usize,
}

impl Samples {
    fn len(&self) -> usize {
        self.y.len()
    }

    fn x(&self) -> Rows<'_> {
        Rows::all(self.x.as_f32_slice().unwrap_or(&[]), self.inputs)
    }

    fn y(&self) -> Rows<'_> {
        Rows::all(self.y.as_f32_slice().unwrap_or(&[]), self.outputs)
    }

    /// Splits off the last fraction, as Keras does: `floor(n (1 - fraction))` samples train.
    fn split(self, fraction: f64) -> Result<(Samples, Samples)> {
        let samples = self.len();
        let num_training = (samples as f64 * (1.0 - fraction)).floor() as usize;
        if num_training == 0 || num_training == samples {
            return Err(Error::EmptySplit { validation_split: fraction, samples });
        }
        let part = |rows: std::ops::Range<usize>| -> Result<Samples> {
            Ok(Samples { x: self.x.rows(rows.clone())?, y: self.y.rows(rows)?, ..self })
        };
        Ok((part(0..num_training)?, part(num_training..samples)?))
    }
}

/// Sums over the samples of an epoch; their means are what is reported.
#[derive(Clone)]
struct Tally {
    loss: f64,
    metrics: Vec<f64>,
    samples: usize,
}

impl Tally {
    fn new(num_metrics: usize) -> Self {
        Tally { loss: 0.0, metrics: vec![0.0; num_metrics], samples: 0 }
    }

    fn mean(&self, sum: f64) -> f32 {
        (sum / self.samples.max(1) as f64) as f32
    }

    /// Adds the samples of a batch: what the network put out for them, and their labels.
    fn add(&mut self, judge: &Judge, sums: &[f32], outputs: &[f32], y: Rows<'_>) {
        let width = outputs.len() / y.len();
        let rows = sums.chunks_exact(width).zip(outputs.chunks_exact(width));
        for (row, (sums, outputs)) in rows.enumerate() {
            let y = y.row(row);
            self.loss += f64::from(judge.loss.of_sample(judge.last, sums, outputs, y));
            for (sum, metric) in self.metrics.iter_mut().zip(&judge.metrics) {
                *sum += f64::from(metric.of_sample(outputs, y));
            }
        }
        self.samples += y.len();
    }
}

/// What is measured, apart from the network, so that both can be borrowed.
struct Judge {
    loss: Loss,
    last: Activation,
    metrics: Vec<Metric>,
}

impl Judge {
    fn new(model: &Model) -> Self {
        Judge { loss: model.loss, last: model.last_activation, metrics: model.metrics.clone() }
    }
}

impl Model {
    /// Trains: shows the network the samples `x` with their labels `y`, batch by batch, and moves
    /// the weights after each batch so that the loss falls.
    ///
    /// Prints a line for each epoch and returns the numbers as a [`History`]. A further `fit` goes
    /// on where this one stopped.
    ///
    /// In a notebook the stop button ends it after the batch that it is at, and nothing is lost:
    /// the model keeps what it has learned, and the history holds all whole epochs. The unfinished
    /// one is left out, since its numbers cannot be compared with the others.
    ///
    /// # Shapes
    ///
    /// `x`: `(n, ...)` with samples as the `Input` expects them. `y`: `(n, outputs)`; for
    /// `SparseCategoricalCrossentropy` class numbers `(n,)`; for a single output also `(n,)`.
    ///
    /// # Errors
    ///
    /// One sentence for each mistake in the data or the settings, before anything is trained.
    /// [`Error::LossNotFinite`] when training runs away; the model then has the weights from the
    /// start of that epoch.
    pub fn fit(&mut self, x: &Array, y: &Array, settings: Fit) -> Result<History> {
        let watch = Watch::begin();
        self.fit_until(x, y, settings, &|| watch.is_asked())
    }

    /// `fit` that ends when `stop` says so, which is asked before each batch.
    fn fit_until(&mut self, x: &Array, y: &Array, settings: Fit, stop: Stop) -> Result<History> {
        settings.check()?;
        let samples = self.samples(x, y)?;
        let (training, validation) = match &settings.validation_data {
            Some((x, y)) => (samples, Some(self.samples(x, y)?)),
            None if settings.validation_split > 0.0 => {
                let (training, validation) = samples.split(settings.validation_split)?;
                (training, Some(validation))
            }
            None => (samples, None),
        };
        self.trained_up_to = Some(largest_value(&training.x));
        let mut rng = settings.seed.map_or_else(rand::make_rng, StdRng::seed_from_u64);
        if let Some(seed) = settings.seed {
            // Other numbers than those of the order.
            self.network.set_dice(Dice::new(seed ^ DICE));
        }
        let mut order: Vec<usize> = (0..training.len()).collect();
        let mut history = History::default();
        self.notice_before(&mut history, &training, validation.as_ref(), &settings);
        let mut curves = self.live_curves(&settings, validation.is_some());
        for epoch in 1..=settings.epochs {
            let start = Instant::now();
            if settings.shuffle {
                order.shuffle(&mut rng);
            }
            let before = self.network.clone();
            let progress = Progress::new(epoch, &settings);
            let trained = self.train_epoch(&training, &order, epoch, progress, &settings, stop);
            let trained = trained.inspect_err(|_| self.network = before)?;
            let numbers = trained.and_then(|t| self.numbers(&t, validation.as_ref(), stop));
            let Some(numbers) = numbers else {
                println!("{}", stopped_line(epoch, settings.epochs));
                break;
            };
            history.push(start.elapsed().as_secs_f64(), &numbers);
            if settings.verbose > 0 {
                println!("{}", epoch_line(epoch, settings.epochs, start.elapsed(), &numbers));
            }
            curves.grow(&history);
        }
        curves.finish(&history);
        self.notice_after(&mut history, &training, validation.as_ref(), &settings);
        Ok(history)
    }

    /// Measures loss and metrics on samples that the model should not have seen before.
    ///
    /// Prints a line that begins with `Note:` where they are far larger than those of the training:
    /// most likely they were not scaled. So does [`predict`](Self::predict).
    ///
    /// # Errors
    ///
    /// As [`fit`](Self::fit) for data that does not fit the network.
    pub fn evaluate(&self, x: &Array, y: &Array) -> Result<Score> {
        let samples = self.samples(x, y)?;
        self.say_if_larger(&samples.x);
        let tally = self.clone().measure(&samples, &|| false).unwrap_or_else(|| Tally::new(0));
        let names = self.metrics.iter().map(|metric| metric.name());
        let metrics = names.zip(tally.metrics.iter().map(|&sum| tally.mean(sum)));
        Ok(Score { loss: tally.mean(tally.loss), metrics: metrics.collect() })
    }

    /// What the network puts out for each sample: with a softmax at its end, the probability of
    /// each class.
    ///
    /// # Shapes
    ///
    /// `x`: `(n, ...)` with samples as the `Input` expects them; result `(n, outputs)`, `float32`.
    ///
    /// # Errors
    ///
    /// [`Error::WrongInput`], [`Error::NoData`], [`Error::NotFinite`].
    pub fn predict(&self, x: &Array) -> Result<Array> {
        let x = self.inputs(x)?;
        self.say_if_larger(&x);
        let (num_samples, inputs) = (x.len(), self.input.num_values());
        let numbers = x.as_f32_slice().unwrap_or(&[]);
        let mut network = self.network.clone();
        let mut outputs = Vec::with_capacity(num_samples * self.output.num_values());
        for chunk in numbers.chunks(CHUNK * inputs) {
            network.forward(Rows::all(chunk, inputs));
            outputs.extend_from_slice(network.sums_and_outputs().1);
        }
        let dims = [&[num_samples], self.output.dims()].concat();
        Ok(Array::from(outputs).with_shape(&Shape::from(dims.as_slice())))
    }

    /// A table of the layers; see [`Sequential::summary`].
    pub fn summary(&self) -> Summary {
        self.description.summary()
    }

    /// Kernel and bias of each layer that learns, first layer first.
    ///
    /// # Shapes
    ///
    /// `Dense`: kernel `(inputs, units)`, bias `(units,)`. `Conv2D`: kernel
    /// `(height, width, channels, filters)`, bias `(filters,)`. As in Keras.
    pub fn weights(&self) -> Vec<(Array, Array)> {
        let arrays = self
            .network
            .parameters()
            .into_iter()
            .map(|p| (Array::from(p.kernel).with_shape(&p.shape), Array::from(p.bias)));
        arrays.collect()
    }

    /// How often the optimizer has moved the weights, where that is counted here: for stacks of
    /// `Dense` layers.
    pub(crate) fn num_steps(&self) -> Option<usize> {
        match &self.network {
            Network::Dense(network) => Some(network.num_steps()),
            Network::Pictures(_) | Network::Burn(_) => None,
        }
    }

    /// Replaces the weights of all layers, as [`weights`](Self::weights) gives them.
    ///
    /// # Errors
    ///
    /// [`Error::WrongWeights`] when a shape differs; the model then keeps its weights.
    pub fn set_weights(&mut self, weights: &[(Array, Array)]) -> Result<()> {
        let mut parameters = self.network.parameters();
        let layers = Shape::from(parameters.len());
        if weights.len() != parameters.len() {
            let (what, got) = (
                either("list of layers", "Liste der Schichten").to_owned(),
                Shape::from(weights.len()),
            );
            return Err(Error::WrongWeights { what, expected: layers, got });
        }
        let layers = self.description.learning_layers();
        for (layer, (p, (kernel, bias))) in layers.zip(parameters.iter_mut().zip(weights)) {
            let expect = |name: &str, expected: Shape, got: Shape| match expected == got {
                true => Ok(()),
                false => {
                    let what = format!("{name} {} {layer}", either("of", "von"), layer = layer.1);
                    Err(Error::WrongWeights { what, expected, got })
                }
            };
            expect("kernel", p.shape.clone(), kernel.shape())?;
            expect("bias", Shape::from(p.units()), bias.shape())?;
            p.kernel = kernel.to_vec();
            p.bias = bias.to_vec();
        }
        self.network.set_parameters(parameters);
        Ok(())
    }

    /// The curves that grow while this `fit` runs: the loss and the first metric.
    fn live_curves(&self, settings: &Fit, validates: bool) -> LiveCurves {
        let metric = self.metrics.first().map(|metric| metric.name());
        let names = std::iter::once("loss").chain(metric).collect();
        let epochs = if settings.verbose == 1 { settings.epochs } else { 0 };
        LiveCurves::begin(names, validates, epochs)
    }

    fn train_epoch(
        &mut self,
        samples: &Samples,
        order: &[usize],
        epoch: usize,
        mut progress: Progress,
        settings: &Fit,
        stop: Stop,
    ) -> Result<Option<Tally>> {
        let judge = Judge::new(self);
        let mut tally = Tally::new(self.metrics.len());
        let num_batches = order.len().div_ceil(settings.batch_size);
        for (index, rows) in order.chunks(settings.batch_size).enumerate() {
            if stop() {
                return Ok(None);
            }
            self.train_batch(samples.x().of(rows), samples.y().of(rows), &judge, &mut tally);
            if !tally.loss.is_finite() {
                return Err(Error::LossNotFinite {
                    epoch,
                    batch: index + 1,
                    learning_rate: self.optimizer.learning_rate(),
                });
            }
            let line = progress.line_after(index + 1, num_batches, tally.mean(tally.loss));
            if let Some(line) = line {
                println!("{line}");
            }
        }
        Ok(Some(tally))
    }

    /// One step: forward, measure, and if the loss is a number, backward and update.
    fn train_batch(&mut self, x: Rows<'_>, y: Rows<'_>, judge: &Judge, tally: &mut Tally) {
        let loss = judge.loss;
        match &mut self.network {
            Network::Dense(network) => {
                network.forward(x);
                let (sums, outputs) = network.sums_and_outputs();
                tally.add(judge, sums, outputs, y);
                if tally.loss.is_finite() {
                    network.learn(x, y, loss);
                }
            }
            Network::Pictures(network) => network.learn(x, y, loss, |sums, outputs| {
                tally.add(judge, sums, outputs, y);
                tally.loss.is_finite()
            }),
            Network::Burn(network) => network.learn(x, y, loss, |sums, outputs| {
                tally.add(judge, sums, outputs, y);
                tally.loss.is_finite()
            }),
        }
    }

    /// Loss and metrics without learning; none when it was stopped.
    fn measure(&mut self, samples: &Samples, stop: Stop) -> Option<Tally> {
        let judge = Judge::new(self);
        let mut tally = Tally::new(self.metrics.len());
        let rows: Vec<usize> = (0..samples.len()).collect();
        for rows in rows.chunks(CHUNK) {
            if stop() {
                return None;
            }
            self.network.forward(samples.x().of(rows));
            let (sums, outputs) = self.network.sums_and_outputs();
            tally.add(&judge, sums, outputs, samples.y().of(rows));
        }
        Some(tally)
    }

    /// Names and values of one epoch, in Keras's order; none when the validation was stopped.
    fn numbers(
        &mut self,
        trained: &Tally,
        validation: Option<&Samples>,
        stop: Stop,
    ) -> Option<Vec<(&'static str, f32)>> {
        let mut numbers = vec![("loss", trained.mean(trained.loss))];
        for (metric, &sum) in self.metrics.iter().zip(&trained.metrics) {
            numbers.push((metric.name(), trained.mean(sum)));
        }
        if let Some(samples) = validation {
            let validated = self.measure(samples, stop)?;
            numbers.push(("val_loss", validated.mean(validated.loss)));
            for (metric, &sum) in self.metrics.iter().zip(&validated.metrics) {
                let name = match metric {
                    Metric::Accuracy => "val_accuracy",
                };
                numbers.push((name, validated.mean(sum)));
            }
        }
        Some(numbers)
    }

    /// Checks samples against the input of the network and makes them `float32`.
    fn inputs(&self, x: &Array) -> Result<Array> {
        let shape = x.shape();
        if shape.num_dims() == 0 || shape.of_sample() != self.input {
            return Err(Error::WrongInput { expected: self.input.clone(), got: shape });
        }
        if x.is_empty() {
            return Err(Error::NoData { what: "x" });
        }
        all_finite(x.to_float(), "x", self.input.num_values())
    }

    /// Checks samples and labels against the network and each other.
    fn samples(&self, x: &Array, y: &Array) -> Result<Samples> {
        let x = self.inputs(x)?;
        if x.len() != y.len() {
            return Err(Error::SamplesDiffer { x: x.shape(), y: y.shape() });
        }
        let outputs = self.output.num_values();
        let y = self.labels(y, outputs)?;
        Ok(Samples { x, y, inputs: self.input.num_values(), outputs })
    }

    /// The labels as the network should put them out: `(n, outputs)`.
    fn labels(&self, y: &Array, outputs: usize) -> Result<Array> {
        if self.loss == Loss::SparseCategoricalCrossentropy {
            return to_categorical(y, outputs);
        }
        let got = y.shape();
        let wanted = Shape::from([got.first(), outputs]);
        let is_column = outputs == 1 && got.num_dims() == 1;
        if got != wanted && !is_column {
            return Err(match got.num_values() == got.first() && self.loss.is_crossentropy() {
                true => Error::LabelsNotOneHot { got, num_classes: outputs },
                false => Error::LabelsUnlikeOutput { got, output: wanted },
            });
        }
        all_finite(y.to_float().with_shape(&wanted), "y", outputs)
    }
}

/// What `fit`, `evaluate` and `predict` notice besides.
impl Model {
    /// Prints a note where samples look as if they were not scaled as in the training.
    fn say_if_larger(&self, x: &Array) {
        if let Some(note) = self.larger_than_training(x) {
            println!("{}", in_short_lines(&noted(&note)));
        }
    }

    fn larger_than_training(&self, x: &Array) -> Option<Note> {
        let (training, now) = (self.trained_up_to?, largest_value(x));
        let is_larger = training > 0.0 && now > MUCH_LARGER * training;
        is_larger.then_some(Note::LargerThanTraining { training, now })
    }

    fn task<'a>(
        &'a self,
        training: &'a Samples,
        validation: Option<&'a Samples>,
        settings: &Fit,
    ) -> Task<'a> {
        Task {
            layers: &self.description.layers,
            loss: self.loss,
            optimizer: self.optimizer,
            x: training.x(),
            y: training.y(),
            validation: validation.map(|samples| (samples.x(), samples.y())),
            is_split: settings.validation_data.is_none(),
        }
    }

    fn notice_before(
        &self,
        history: &mut History,
        training: &Samples,
        validation: Option<&Samples>,
        settings: &Fit,
    ) {
        if settings.diagnose {
            let notes = diagnosis::before(&self.task(training, validation, settings));
            note(history, notes, settings);
        }
    }

    fn notice_after(
        &mut self,
        history: &mut History,
        training: &Samples,
        validation: Option<&Samples>,
        settings: &Fit,
    ) {
        if !settings.diagnose || history.num_epochs() == 0 {
            return;
        }
        let rows = diagnosis::sample(training.len());
        let (x, y) = (training.x().of(&rows), training.y().of(&rows));
        let mut tally = Tally::new(self.metrics.len());
        self.network.forward(x);
        let (sums, outputs) = self.network.sums_and_outputs();
        tally.add(&Judge::new(self), sums, outputs, y);
        let outcome = Outcome {
            history,
            steps: history.num_epochs() * training.len().div_ceil(settings.batch_size),
            loss: tally.mean(tally.loss),
            outputs,
        };
        let task = self.task(training, validation, settings);
        let notes = diagnosis::after(&task, &outcome, &history.notes);
        note(history, notes, settings);
    }
}

/// Keeps notes, and prints them unless `fit` is to be silent.
fn note(history: &mut History, notes: Vec<Note>, settings: &Fit) {
    if settings.verbose > 0 {
        notes.iter().for_each(|note| println!("{}", in_short_lines(&noted(note))));
    }
    history.notes.extend(notes);
}

/// Other samples may well be several times larger; pixels that were not divided are 255 times.
const MUCH_LARGER: f32 = 20.0;

/// The size of the value that is farthest from 0.
fn largest_value(x: &Array) -> f32 {
    let numbers = x.as_f32_slice().unwrap_or(&[]);
    numbers.iter().fold(0.0, |largest, value| value.abs().max(largest))
}

/// The line that a note is printed as.
fn noted(note: &Note) -> String {
    format!("{}: {note}", either("Note", "Hinweis"))
}
/// Makes another seed of a seed.
const DICE: u64 = 0x6469_6365;

/// How many samples are computed at once where nothing is learned: enough to keep the matrix
/// products busy, little enough for the results to stay in the cache.
const CHUNK: usize = 256;

fn all_finite(array: Array, what: &'static str, per_row: usize) -> Result<Array> {
    let numbers = array.as_f32_slice().unwrap_or(&[]);
    // A sum is not finite when one of its terms is not; it is quicker to compute than to ask each.
    let suspicious = numbers.chunks(4096).any(|chunk| !chunk.iter().sum::<f32>().is_finite());
    match numbers.iter().position(|value| suspicious && !value.is_finite()) {
        Some(at) => Err(Error::NotFinite { what, row: at / per_row.max(1), value: numbers[at] }),
        None => Ok(array),
    }
}

impl Network {
    fn forward(&mut self, x: Rows<'_>) {
        match self {
            Network::Dense(network) => network.forward(x),
            Network::Pictures(network) => network.forward(x),
            Network::Burn(network) => network.forward(x),
        }
    }

    fn sums_and_outputs(&self) -> (&[f32], &[f32]) {
        match self {
            Network::Dense(network) => network.sums_and_outputs(),
            Network::Pictures(network) => network.sums_and_outputs(),
            Network::Burn(network) => network.sums_and_outputs(),
        }
    }

    /// From here on a `Dropout` switches off what these dice say.
    fn set_dice(&mut self, dice: Dice) {
        match self {
            Network::Dense(_) => {}
            Network::Pictures(network) => network.set_dice(dice),
            Network::Burn(network) => network.set_dice(dice),
        }
    }

    fn parameters(&self) -> Vec<Parameters> {
        match self {
            Network::Dense(network) => network.parameters(),
            Network::Pictures(network) => network.parameters(),
            Network::Burn(network) => network.parameters(),
        }
    }

    fn set_parameters(&mut self, parameters: Vec<Parameters>) {
        match self {
            Network::Dense(network) => network.set_parameters(&parameters),
            Network::Pictures(network) => network.set_parameters(&parameters),
            Network::Burn(network) => network.set_parameters(&parameters),
        }
    }
}

/// Says something every few seconds while a long epoch runs.
struct Progress {
    epoch: usize,
    epochs: usize,
    is_on: bool,
    last: Instant,
}

impl Progress {
    const EVERY: Duration = Duration::from_secs(3);

    fn new(epoch: usize, settings: &Fit) -> Self {
        let (epochs, is_on) = (settings.epochs, settings.verbose > 0);
        Progress { epoch, epochs, is_on, last: Instant::now() }
    }

    fn line_after(&mut self, batch: usize, num_batches: usize, loss: f32) -> Option<String> {
        let is_time = batch < num_batches && self.last.elapsed() >= Self::EVERY;
        if !self.is_on || !is_time {
            return None;
        }
        self.last = Instant::now();
        let Progress { epoch, epochs, .. } = self;
        Some(format!("Epoch {epoch:>2}/{epochs}   batch {batch}/{num_batches}   loss {loss:.4}"))
    }
}

/// Says whether to stop.
type Stop<'a> = &'a dyn Fn() -> bool;

fn stopped_line(epoch: usize, epochs: usize) -> String {
    let kept = match epoch {
        1 => either("no whole epoch yet", "noch keine ganze Epoche").to_owned(),
        2 => either("the whole epoch before", "die ganze Epoche davor").to_owned(),
        _ => {
            let whole = epoch - 1;
            either(
                format!("the {whole} whole epochs before"),
                format!("die {whole} ganzen Epochen davor"),
            )
        }
    };
    either(
        format!(
            "Stopped in epoch {epoch} of {epochs}, as you asked. The model keeps what it has \
             learned up to here;\nthe history holds {kept}. To go on, run fit again."
        ),
        format!(
            "Angehalten in Epoche {epoch} von {epochs}, wie du es wolltest. Das Modell behält, was \
             es bis hierher gelernt hat;\ndie History enthält {kept}. Um weiterzumachen, rufe fit \
             noch einmal auf."
        ),
    )
}

fn epoch_line(epoch: usize, epochs: usize, time: Duration, numbers: &[(&str, f32)]) -> String {
    let numbers = numbers.iter().map(|(name, value)| format!("   {name} {value:.4}"));
    let numbers: String = numbers.collect();
    format!("Epoch {epoch:>2}/{epochs}   {:.2} s{numbers}", time.as_secs_f64())
}

/// What it is, in one line and the table of its layers.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (loss, optimizer) = (self.loss, self.optimizer);
        let (compiled, and) =
            either(("Model compiled with", "and"), ("Modell, kompiliert mit", "und"));
        write!(f, "{compiled} {loss} {and} {optimizer}\n{}", self.summary())
    }
}

impl Model {
    /// Shows the layers when the model ends a notebook cell.
    pub fn evcxr_display(&self) {
        println!("{self:?}");
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::language::in_german;
    use crate::layers::{Dense, Input, Relu, Softmax};
    use crate::losses::CategoricalCrossentropy;
    use crate::metrics::Accuracy;
    use crate::optimizers::Adam;

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
    fn a_stop_keeps_the_whole_epochs_and_what_was_learned() {
        for backend in [Backend::Auto, Backend::Flex] {
            let whole = fit_looking(&mut model(backend), usize::MAX);
            assert_eq!(whole.num_epochs(), 3);
            // Looks 0 to 4 are the first epoch, 5 to 9 the second, 10 to 14 the third.
            for (looks, epochs) in
                [(0, 0), (3, 0), (4, 0), (5, 1), (7, 1), (9, 1), (10, 2), (14, 2)]
            {
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
        assert!(model.larger_than_training(&pixels).is_none(), "it is not trained");
        model.fit(&x, &y, settings()).unwrap();
        assert!(model.larger_than_training(&x).is_none());
        assert!(model.larger_than_training(&(&x * 3.0)).is_none(), "such samples may come");
        let note = model.larger_than_training(&pixels).unwrap();
        assert!(noted(&note).starts_with("Note: the values of x reach 2"), "{note}");
        in_german(|| {
            assert!(noted(&note).starts_with("Hinweis: die Werte von x reichen bis 2"), "{note}");
        });
    }

    #[test]
    fn crossentropy_needs_more_than_one_unit() {
        for loss in [CategoricalCrossentropy, Loss::SparseCategoricalCrossentropy] {
            for activation in [Softmax, Activation::Sigmoid] {
                let network = Sequential::new().add(Input::new(2));
                let network = network.add(Dense::new(1).activation(activation));
                let refused = network.compile(loss, Adam::default(), []).map(drop).unwrap_err();
                assert!(matches!(refused, Error::OneUnitCrossentropy { .. }), "{refused}");
                assert!(refused.to_string().contains("only one unit"), "{refused}");
                let german = in_german(|| refused.to_string());
                assert!(german.contains("nur eine Einheit (unit)"), "{german}");
                assert!(network.compile(Loss::MeanSquaredError, Adam::default(), []).is_ok());
            }
        }
    }

    #[test]
    fn the_line_about_a_stop_says_what_is_kept_and_how_to_go_on() {
        assert_eq!(
            stopped_line(3, 10),
            "Stopped in epoch 3 of 10, as you asked. The model keeps what it has learned up to \
             here;\nthe history holds the 2 whole epochs before. To go on, run fit again."
        );
        assert!(stopped_line(1, 10).contains("the history holds no whole epoch yet"));
        assert!(stopped_line(2, 10).contains("the history holds the whole epoch before"));
        let german = in_german(|| stopped_line(3, 10));
        assert!(german.starts_with("Angehalten in Epoche 3 von 10"), "{german}");
        assert!(german.contains("die History enthält die 2 ganzen Epochen davor"), "{german}");
    }

    #[test]
    fn a_long_epoch_says_how_far_it_is_every_three_seconds() {
        let mut progress = Progress::new(2, &Fit::new().epochs(10));
        assert_eq!(progress.line_after(7, 1500, 0.25), None, "too early");
        progress.last -= Progress::EVERY;
        let line = progress.line_after(7, 1500, 0.25);
        assert_eq!(line.as_deref(), Some("Epoch  2/10   batch 7/1500   loss 0.2500"));
        assert_eq!(progress.line_after(8, 1500, 0.25), None, "the next one only 3 s later");
        progress.last -= Progress::EVERY;
        assert_eq!(progress.line_after(1500, 1500, 0.25), None, "the epoch's own line follows");
        let mut silent = Progress::new(2, &Fit::new().verbose(0));
        silent.last -= Progress::EVERY;
        assert_eq!(silent.line_after(7, 1500, 0.25), None);
    }
}
