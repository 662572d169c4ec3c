//! Thousands of calls with absurd numbers: each gives a result or one sentence in both languages,
//! and none ends the process, panics in other words, hangs or takes much memory.
//!
//! Over 300 lines: one draw for each kind of thing that a learner may write.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use zunder_data::base::memory::for_tests::with_memory;
use zunder_data::words::in_german;
use zunder_data::{
    Array, Error, Figure, Normalization, Result, Shape, Split, TextVectorization, plot,
    to_categorical, train_test_split,
};

use crate::choose::losses::Loss;
use crate::choose::metrics::{Accuracy, Metric, RootMeanSquaredError};
use crate::choose::optimizers::{Adam, IntoOptimizer, Optimizer, RMSprop, Sgd};
use crate::define::activation::{Activation, Linear, Relu, Sigmoid, Softmax, Tanh};
use crate::define::convolution::{Conv2D, MaxPooling2D};
use crate::define::dense::{Dense, Input};
use crate::define::embedding::{Embedding, GlobalAveragePooling1D};
use crate::define::flatten::{Dropout, Flatten};
use crate::define::normalize_batch::BatchNormalization;
use crate::define::regularizer::L2;
use crate::define::sequential::{Backend, Sequential};
use crate::define::window::Padding;
use crate::engine::tensor::ToTensor;
use crate::evaluate::classification_report::classification_report;
use crate::evaluate::confusion_matrix::ConfusionMatrix;
use crate::fit::settings::Fit;

/// What a machine has to spare in these tests: more must not be asked for.
const MEMORY: u64 = 20_000_000;

/// Draws what a learner may write by mistake.
struct Absurd(StdRng);

impl Absurd {
    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.0.random_range(0..choices.len())]
    }

    /// A number of things: mostly small, often far too large.
    fn number(&mut self) -> usize {
        const HUGE: [usize; 7] =
            [1_000, 1 << 20, 1 << 32, 1 << 61, 1 << 62, usize::MAX / 2, usize::MAX];
        if self.0.random_bool(0.75) { self.0.random_range(0..5) } else { self.one_of(&HUGE) }
    }

    fn fraction(&mut self) -> f64 {
        const ALL: [f64; 14] = [
            0.0,
            -0.0,
            0.5,
            1.0,
            0.2,
            -1.0,
            1e-300,
            1e300,
            1e-46,
            3e38,
            0.999_999_999,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ];
        self.one_of(&ALL)
    }

    fn shape(&mut self) -> Shape {
        let dimensions = self.one_of(&[0, 1, 1, 2, 2, 2, 3, 3, 4, 70]);
        let lengths: Vec<usize> = (0..dimensions).map(|_| self.number()).collect();
        Shape::from(lengths.as_slice())
    }

    /// An array that can be made, with numbers that may be none.
    fn array(&mut self, shape: Shape) -> Result<Array> {
        let count = shape.num_values();
        if count > 10_000 {
            return Array::new(shape, Vec::<f32>::new());
        }
        match self.0.random_range(0..4) {
            0 => Array::new(shape, (0..count).map(|_| self.fraction()).collect()),
            1 => Array::new(shape, (0..count).map(|_| self.number() as i64).collect()),
            2 => Array::new(shape, vec![self.0.random::<u8>(); count]),
            _ => Array::new(shape, (0..count).map(|i| (i % 3) as f32 / 3.0).collect()),
        }
    }

    fn small_array(&mut self) -> Result<Array> {
        let shape = self.shape();
        self.array(shape)
    }

    fn activation(&mut self) -> Activation {
        self.one_of(&[Linear, Relu, Sigmoid, Tanh, Softmax])
    }

    fn network(&mut self) -> Sequential {
        let input = match self.0.random_range(0..3) {
            0 => self.shape(),
            1 => Shape::from(self.0.random_range(1..4usize)),
            _ => Shape::from([self.0.random_range(1..7), self.0.random_range(1..7), 1]),
        };
        let is_picture = input.num_dims() == 3;
        let mut network = Sequential::new().seed(1).add(Input::new(input));
        for _ in 0..self.0.random_range(0..4) {
            network = match self.0.random_range(0..if is_picture { 10 } else { 6 }) {
                3 => network.add(
                    BatchNormalization::new().momentum(self.fraction()).epsilon(self.fraction()),
                ),
                4 => network.add(Embedding::new(self.number(), self.number())),
                5 => network.add(GlobalAveragePooling1D::new()),
                0 => network.add(Dropout::new(self.fraction())),
                1 => {
                    let layer = Dense::new(self.number()).activation(self.activation());
                    let l2 = if self.0.random() { 0.0 } else { self.fraction() };
                    network.add(layer.kernel_regularizer(L2::new(l2)))
                }
                2 => network.add(Flatten::new()),
                6 => network.add(MaxPooling2D::new([self.number(), self.number()])),
                _ => {
                    let window = [self.number(), self.number()];
                    let padding = self.one_of(&[Padding::Same, Padding::Valid]);
                    let layer = Conv2D::new(self.number(), window).padding(padding);
                    let layer = layer.activation(self.activation());
                    network.add(layer.strides([self.number().max(1), self.number().max(1)]))
                }
            };
        }
        if self.0.random_bool(0.9) {
            let units = self.0.random_range(1..4);
            network = network.add(Flatten::new());
            network = network.add(Dense::new(units).activation(self.activation()));
        }
        let backend = if self.0.random_bool(0.7) { Backend::Auto } else { Backend::Flex };
        network.backend(backend)
    }

    fn optimizer(&mut self) -> Optimizer {
        let mut usual = |usual: f64| if self.0.random_bool(0.8) { usual } else { self.fraction() };
        let adam = Adam::new().learning_rate(usual(0.1)).epsilon(usual(1e-7));
        let adam = adam.beta_1(usual(0.9)).beta_2(usual(0.999));
        let sgd = Sgd::new().learning_rate(usual(0.1)).momentum(usual(0.0));
        let rmsprop = RMSprop::new().learning_rate(usual(0.1)).rho(usual(0.9));
        let rmsprop = rmsprop.momentum(usual(0.0)).epsilon(usual(1e-7));
        let all = [adam.into_optimizer(), sgd.into_optimizer(), rmsprop.into_optimizer()];
        self.one_of(&all)
    }
}

/// Checks the sentence of an error.
fn check_sentence(error: &Error) {
    let english = error.to_string();
    assert_eq!(english, format!("{error:?}"));
    assert!(english.lines().count() == 1 && english.len() < 700, "{english}");
    check_words(&english);
    let german = in_german(|| error.to_string());
    assert_ne!(english, german);
}

fn check_words(sentence: &str) {
    for foreign in ["unwrap", "overflow", "index out of", "ShapeError", "assertion", "None", "Err("]
    {
        assert!(!sentence.contains(foreign), "{foreign} in {sentence}");
    }
}

/// Runs a call with numbers from this seed, on a machine with little memory.
fn run(name: &str, seed: u64, call: fn(&mut Absurd) -> Result<()>) {
    let mut absurd = Absurd(StdRng::seed_from_u64(seed));
    let outcome = catch_unwind(AssertUnwindSafe(|| with_memory(MEMORY, || call(&mut absurd))));
    match outcome {
        Ok(Ok(())) => {}
        Ok(Err(error)) => check_sentence(&error),
        // Where there is no `Result`, the sentence is what the panic holds.
        Err(panic) => match panic.downcast::<String>() {
            Ok(sentence) if sentence.lines().count() == 1 => check_words(&sentence),
            _ => panic!("{name}, seed {seed}: a panic in other words, see above"),
        },
    }
}

fn many(name: &str, seeds: u64, call: fn(&mut Absurd) -> Result<()>) {
    (0..seeds).for_each(|seed| run(name, seed, call));
}

fn check_picture(figure: &Figure) -> Result<()> {
    let svg = figure.svg()?;
    assert!(svg.len() < 3_000_000, "{} bytes", svg.len());
    assert!(!svg.contains("NaN\"") && !svg.contains("inf\""), "{svg:.2000}");
    Ok(())
}

#[test]
fn arrays() {
    many("zeros", 1_000, |absurd| {
        let zeros = Array::zeros(absurd.shape());
        assert!(zeros.shape().num_values() as u64 * 4 <= MEMORY);
        Ok(())
    });
    many("arrays", 3_000, |absurd| {
        let x = absurd.small_array()?;
        let rows: Vec<usize> = (0..absurd.0.random_range(0..4)).map(|_| absurd.number()).collect();
        match absurd.0.random_range(0..14) {
            0 => x.reshape(absurd.shape())?.shape().num_dims(),
            1 => x.reshape([absurd.number() as i64, -1])?.len(),
            2 => x.row(absurd.number())?.len(),
            3 => x.rows(absurd.number()..absurd.number())?.len(),
            4 => x.select(&rows)?.len(),
            5 => x.column(absurd.number())?.len(),
            6 => x.select_columns(&rows)?.len(),
            7 => x.get([absurd.number(), absurd.number()])? as usize,
            8 => x.argmax().len(),
            9 => [x.min(), x.max(), x.mean(), x.std(), x.sum()].len(),
            10 => format!("{x}").len(),
            11 => ((&x * absurd.fraction()) / absurd.fraction() + 1 - 2usize).len(),
            12 => x.to_float().to_vec().len(),
            _ => x.to_tensor::<2>().map(|tensor| Array::from_tensor(&tensor).len())?,
        };
        Ok(())
    });
}

#[test]
fn preparing() {
    many("preparing", 3_000, |absurd| {
        let x = absurd.small_array()?;
        let y = if absurd.0.random() { absurd.small_array()? } else { x.clone() };
        match absurd.0.random_range(0..5) {
            0 => to_categorical(&x, absurd.number()).map(drop),
            1 => train_test_split(&x, &y, absurd.fraction(), 1).map(drop),
            2 => Normalization::adapt(&x)?.apply(&y).map(drop),
            3 => ConfusionMatrix::new(&x, &y).and_then(|matrix| check_picture(&matrix.plot())),
            _ => classification_report(&x, &y).map(|report| drop(report.to_string())),
        }
    });
    many("texts", 300, |absurd| {
        let texts = ["", "a", "Stra\u{df}e", "\u{1f600}\u{301}", "a b a b"];
        let texts: Vec<&str> =
            (0..absurd.0.random_range(0..4)).map(|_| absurd.one_of(&texts)).collect();
        let settings = TextVectorization::new().ngrams(absurd.number());
        let settings = settings.max_tokens(absurd.number());
        let settings = settings.split(absurd.one_of(&[Split::Character, Split::Whitespace]));
        let settings = match absurd.0.random() {
            true => settings.output_sequence_length(absurd.number()),
            false => settings,
        };
        settings.adapt(&texts)?.apply(&[absurd.one_of(&["", "abc"])]).map(drop)
    });
}

#[test]
fn pictures() {
    many("pictures", 1_500, |absurd| {
        let x = absurd.small_array()?;
        let (y, n) = (absurd.small_array()?, absurd.number());
        let names = ["a", "<b>", "a very long name of a class that nobody could ever read in full"];
        check_picture(&match absurd.0.random_range(0..6) {
            0 => plot::samples(&x, &y, n),
            1 if n % 2 == 0 => plot::named_mistakes(&x, &y, &x, &names, n),
            1 => plot::named_samples(&x, &y, &names, n),
            2 => plot::weights(&x),
            3 => plot::prediction(&x, &y, n),
            4 => plot::mistakes(&x, &y, &absurd.small_array()?, n),
            _ => absurd.network().diagram(),
        })
    });
}

#[test]
fn networks() {
    many("networks", 4_000, |absurd| {
        let network = absurd.network();
        assert!(network.summary().to_string().len() < 10_000);
        network.num_parameters()?;
        let losses = [
            Loss::CategoricalCrossentropy,
            Loss::SparseCategoricalCrossentropy,
            Loss::BinaryCrossentropy,
            Loss::MeanSquaredError,
            Loss::MeanAbsoluteError,
        ];
        let (loss, optimizer) = (absurd.one_of(&losses), absurd.optimizer());
        let metrics = [Accuracy, Metric::MeanAbsoluteError, RootMeanSquaredError];
        let mut model = network.compile(loss, optimizer, metrics)?;
        let samples = absurd.one_of(&[0, 1, 2, 5]);
        let sample = model.input.clone();
        let batch = |lengths: &[usize]| Shape::from([&[samples], lengths].concat().as_slice());
        let x = absurd.array(batch(sample.dims()))?;
        let outputs = model.output.num_values();
        let y = match (loss, absurd.0.random_bool(0.1)) {
            (_, true) => absurd.small_array()?,
            (Loss::SparseCategoricalCrossentropy, _) => Array::zeros([samples]),
            _ => absurd.array(Shape::from([samples, outputs]))?,
        };
        let settings = Fit::new().verbose(0).batch_size(absurd.number()).seed(1);
        let settings = settings.epochs(absurd.one_of(&[0, 1, 2]));
        let split = if absurd.0.random() { 0.0 } else { absurd.fraction() };
        model.fit(&x, &y, settings.validation_split(split))?;
        model.evaluate(&x, &y)?;
        let outputs = model.predict(&x)?;
        assert_eq!(outputs.len(), samples);
        Ok(())
    });
}
