//! `Model`: a network with weights, that learns, is judged and predicts.
//!
//! Here is what it is made of. What it does stands where that step has its folder:
//!
//! - `fit/fit.rs`: `fit`; what it takes and measures in `fit/samples.rs` and `fit/means.rs`, its
//!   notes in `fit/notices.rs`, `history` in `fit/history.rs`
//! - `evaluate/`: `evaluate`, `predict`, `confusion_matrix`, `classification_report`, `regions`, in
//!   a file each
//! - `keep/saving.rs`: `save`, `load`, `load_weights`; `keep/burn_module.rs`: `module` and
//!   `set_module`
//! - `play/playground.rs`: `playground`

use std::fmt;

use zunder_data::base::network_problem::NetworkProblem;
use zunder_data::base::phrase::phrase;
use zunder_data::words::either;
use zunder_data::{Array, Error, Result, Scalar, Shape};

use crate::choose::losses::Loss;
use crate::choose::metrics::Metric;
use crate::choose::optimizers::Optimizer;
use crate::compile::scale::Scale;
use crate::compile::seen::Seen;
use crate::define::layers::Layer;
use crate::define::sequential::Sequential;
use crate::define::summary::Summary;
use crate::engine::engine::Engine;
use crate::engine::parameters::Parameters;
use crate::engine::steps::Step;

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
    pub(crate) input: Shape,
    pub(crate) output: Shape,
    /// The layers as they are computed.
    pub(crate) steps: Vec<Step>,
    pub(crate) engine: Box<dyn Engine>,
    /// The scale of the samples of the last `fit`, also after `save` and `load`.
    pub(crate) scale: Option<Scale>,
    /// How often the optimizer has moved the weights.
    pub(crate) num_steps: usize,
    /// What the last `fit` measured in each whole epoch, and in how many seconds.
    pub(crate) epochs: Vec<(f64, Vec<(String, f32)>)>,
    pub(crate) seen: Seen,
}

impl Model {
    /// A table of the layers; see [`Sequential::summary`].
    pub fn summary(&self) -> Summary {
        self.description.summary()
    }

    /// Kernel and bias of each layer that learns, first layer first.
    ///
    /// # Shapes
    ///
    /// `Dense`: kernel `(inputs, units)`, bias `(units,)`. `Conv2D`: kernel
    /// `(height, width, channels, filters)`, bias `(filters,)`. As in Keras. `BatchNormalization`: gamma,
    /// moving mean and moving variance as kernel `(3, channels)`, beta as bias. `Embedding`: kernel
    /// `(input_dim, output_dim)`, no bias: `(0,)`.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let network = Sequential::new().add(Input::new(784)).add(Dense::new(20).activation(Relu));
    /// let network = network.add(Flatten::new()).add(Dense::new(10).activation(Softmax));
    /// let model = network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy])?;
    /// let weights = model.weights(); // the Flatten has none
    /// let (kernel, bias) = &weights[1];
    /// assert_eq!((kernel.shape(), bias.shape()), ([20, 10].into(), [10].into()));
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn weights(&self) -> Vec<(Array, Array)> {
        self.engine.parameters().into_iter().map(Parameters::into_arrays).collect()
    }

    /// The layers that it was compiled of; see [`Sequential::layers`].
    pub fn layers(&self) -> &[Layer] {
        self.description.layers()
    }

    /// The shape of one sample that it takes.
    pub fn input_shape(&self) -> &Shape {
        &self.input
    }

    /// How many numbers it keeps: all weights and biases, and the moving means and variances of a
    /// `BatchNormalization`. Keras's `count_params`.
    pub fn num_parameters(&self) -> usize {
        self.engine.parameters().iter().map(|p| p.kernel.len() + p.bias.len()).sum()
    }

    /// The loss that it was compiled with.
    pub fn loss(&self) -> Loss {
        self.loss
    }

    /// The optimizer that it was compiled with, with its present learning rate.
    pub fn optimizer(&self) -> Optimizer {
        self.optimizer
    }

    /// From here on the optimizer takes steps of this size; what it remembers stays.
    ///
    /// # Errors
    ///
    /// When it is no number above 0.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let network = Sequential::new().add(Input::new(2)).add(Dense::new(1));
    /// let mut model = network.compile(MeanSquaredError, Adam::default(), [])?;
    /// model.set_learning_rate(0.0001)?;
    /// assert_eq!(model.optimizer().learning_rate(), 0.0001);
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn set_learning_rate(&mut self, learning_rate: impl Scalar) -> Result<()> {
        let learning_rate = learning_rate.to_f64();
        let mut optimizer = self.optimizer;
        optimizer.set_learning_rate(learning_rate);
        optimizer.check()?;
        self.optimizer = optimizer;
        self.engine.set_learning_rate(learning_rate);
        Ok(())
    }

    /// How often the optimizer has moved the weights since `compile`, in all calls of `fit`: once
    /// for each batch. Keras has it as `model.optimizer.iterations`.
    #[doc(hidden)] // for the checks of the course
    pub fn num_steps(&self) -> usize {
        self.num_steps
    }

    /// What it was trained on since `compile`: how many samples, and whether these were among them.
    #[doc(hidden)] // for the checks of the course
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// The size of the largest value that the last `fit` was given, also after `save` and `load`: 1 for pixels
    /// from 0 to 1, 255 for those that were not divided.
    #[doc(hidden)] // for the checks of the course
    pub fn trained_up_to(&self) -> Option<f32> {
        self.scale.map(|scale| scale.up_to)
    }

    /// Replaces the weights of all layers, as [`weights`](Self::weights) gives them.
    ///
    /// # Errors
    ///
    /// When a shape differs, when a weight is not a number, or a variance is below 0; the model then keeps its
    /// weights.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let network = Sequential::new().add(Input::new(2)).add(Dense::new(1));
    /// let mut model = network.compile(MeanSquaredError, Adam::default(), [])?;
    /// let (kernel, bias) = (Array::from([[2.0], [3.0]]), Array::from([1.0])); // (inputs, units), (units,)
    /// model.set_weights(&[(kernel, bias)])?;
    /// assert_eq!(model.predict(&Array::from([[10.0, 100.0]]))?, Array::from([[321.0]]));
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn set_weights(&mut self, weights: &[(Array, Array)]) -> Result<()> {
        self.set_own_weights(weights)?;
        self.seen.forget_weights();
        Ok(())
    }

    /// The same with weights that it had before in the same training.
    pub(crate) fn set_own_weights(&mut self, weights: &[(Array, Array)]) -> Result<()> {
        let mut parameters = self.engine.parameters();
        let layers = Shape::from(parameters.len());
        if weights.len() != parameters.len() {
            let what = phrase!("list of layers", "Liste der Schichten");
            let got = Shape::from(weights.len());
            return Err(NetworkProblem::WrongWeights { what, expected: layers, got }.into());
        }
        let layers = self.description.learning_layers();
        let all = layers.zip(parameters.iter_mut().zip(weights));
        for ((position, layer), (p, (kernel, bias))) in all {
            let expect = |name: &str, expected: Shape, got: Shape| {
                if expected == got {
                    return Ok(());
                }
                let what = phrase!("{name} of {layer}", "{name} von {layer}");
                Err(Error::from(NetworkProblem::WrongWeights { what, expected, got }))
            };
            expect("kernel", p.shape.clone(), kernel.shape())?;
            expect("bias", Shape::from(p.bias.len()), bias.shape())?;
            p.kernel = kernel.to_vec();
            p.bias = bias.to_vec();
            if let Some(&value) = p.kernel.iter().chain(&p.bias).find(|number| !number.is_finite())
            {
                let what = phrase!("a weight of {layer}", "ein Gewicht (weight) von {layer}");
                let finite = phrase!("a finite number", "eine endliche Zahl");
                return Err(Error::bad_setting(what, value, finite));
            }
            // The last of its three rows: nothing has a root below 0.
            let variances = match self.layers()[position] {
                Layer::BatchNormalization(_) => &p.kernel[2 * p.bias.len()..],
                _ => &[],
            };
            if let Some(&value) = variances.iter().find(|variance| **variance < 0.0) {
                let what = phrase!("a variance of {layer}", "eine Varianz von {layer}");
                let expected = phrase!("at least 0", "mindestens 0");
                return Err(Error::bad_setting(what, value, expected));
            }
        }
        self.engine.set_parameters(&parameters);
        Ok(())
    }
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
