//! Optimizers: how the weights follow the gradient of the loss downhill.
//!
//! Over 300 lines: settings and formula of an optimizer belong side by side, and all optimizers in one
//! place, where they can be compared.

use std::fmt;

use serde::{Deserialize, Serialize};
use zunder_data::base::phrase::{phrase, write_word};
use zunder_data::{Result, Scalar};

use crate::define::settings::{
    check_epsilon, check_fraction, check_setting, is_above_zero, numbers,
};

/// Adam: steps whose size adapts to each weight; the usual first choice.
///
/// With the gradient `g` at step `t`, as in
/// [Keras](https://keras.io/api/optimizers/adam/) (Kingma and Ba,
/// [2014](https://arxiv.org/abs/1412.6980), the form before section 2.1, where epsilon is added
/// to the uncorrected root):
///
/// ```text
/// m = beta_1 m + (1 - beta_1) g          running mean of the gradient
/// v = beta_2 v + (1 - beta_2) g²         running mean of its square
/// w = w - learning_rate sqrt(1 - beta_2^t) / (1 - beta_1^t) * m / (sqrt(v) + epsilon)
/// ```
///
/// ```
/// use zunder::prelude::*;
///
/// let slower = Adam::new().learning_rate(0.0001);
/// assert_eq!(Adam::default(), Adam::new().learning_rate(0.001));
/// # let _ = slower;
/// ```
#[must_use = "it is a new value: keep it with `let`"]
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adam {
    pub(crate) learning_rate: f64,
    pub(crate) beta_1: f64,
    pub(crate) beta_2: f64,
    pub(crate) epsilon: f64,
}

impl Default for Adam {
    fn default() -> Self {
        Adam { learning_rate: 0.001, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 }
    }
}

impl Adam {
    /// Adam with Keras's settings: learning rate 0.001, beta_1 0.9, beta_2 0.999, epsilon 1e-7.
    pub fn new() -> Self {
        Adam::default()
    }

    numbers! {
        /// Sets the size of a step, above 0; larger learns faster, too large never settles.
        learning_rate;

        /// Sets how slowly the running mean of the gradient forgets, from 0 to below 1.
        beta_1;

        /// Sets how slowly the running mean of the squared gradient forgets, from 0 to below 1.
        beta_2;

        /// Sets the small number, above 0, that keeps the division finite.
        epsilon;
    }
}

/// Stochastic gradient descent: the plain step downhill, with momentum if wanted.
///
/// As in [Keras](https://keras.io/api/optimizers/sgd/), where it is called `SGD`:
///
/// ```text
/// without momentum   w = w - learning_rate g
/// with momentum      u = momentum u - learning_rate g     w = w + u
/// with nesterov      u = momentum u - learning_rate g     w = w + momentum u - learning_rate g
/// ```
///
/// ```
/// use zunder::prelude::*;
///
/// let network = Sequential::new().add(Input::new(1)).add(Dense::new(1));
/// let sgd = Sgd::new().learning_rate(0.1);
/// let mut model = network.compile(MeanSquaredError, sgd, [])?;
/// model.set_weights(&[(Array::from([[1.0]]), Array::from([0.0]))])?;
/// // The output is 1, the label 3: the gradient of (3 - w - b)² is -4 for both.
/// model.fit(&Array::from([[1.0]]), &Array::from([3.0]), Fit::new().verbose(0))?;
/// let (kernel, bias) = &model.weights()[0];
/// assert_eq!((kernel.to_vec()[0], bias.to_vec()[0]), (1.4, 0.4));
/// # Ok::<(), zunder::Error>(())
/// ```
#[must_use = "it is a new value: keep it with `let`"]
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sgd {
    pub(crate) learning_rate: f64,
    pub(crate) momentum: f64,
    pub(crate) nesterov: bool,
}

impl Default for Sgd {
    fn default() -> Self {
        Sgd { learning_rate: 0.01, momentum: 0.0, nesterov: false }
    }
}

impl Sgd {
    /// Plain descent with Keras's learning rate of 0.01.
    pub fn new() -> Self {
        Sgd::default()
    }

    numbers! {
        /// Sets the size of a step, above 0.
        learning_rate;

        /// Sets how much of the last step is kept, from 0 to below 1; 0.9 is usual.
        momentum;
    }

    /// Looks ahead along the momentum (Nesterov).
    pub fn nesterov(self, nesterov: bool) -> Self {
        Sgd { nesterov, ..self }
    }
}

/// RMSprop: steps that are divided by the recent size of the gradient, for each weight its own.
///
/// Adam adds a running mean of the gradient, corrects both means at the start, where they begin at 0, and has
/// epsilon outside of the root. As in [Keras](https://keras.io/api/optimizers/rmsprop/) (Hinton,
/// [2012](https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf)), without its
/// setting `centered`:
///
/// ```text
/// v = rho v + (1 - rho) g²               running mean of the squared gradient
/// u = momentum u + learning_rate g / sqrt(v + epsilon)
/// w = w - u
/// ```
///
/// ```
/// use zunder::prelude::*;
///
/// let network = Sequential::new().add(Input::new(4)).add(Dense::new(1));
/// let model = network.compile(MeanSquaredError, RMSprop::new().learning_rate(0.01), [])?;
/// assert_eq!(model.optimizer().to_string(), "rmsprop");
/// # Ok::<(), zunder::Error>(())
/// ```
#[must_use = "it is a new value: keep it with `let`"]
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RMSprop {
    pub(crate) learning_rate: f64,
    pub(crate) rho: f64,
    pub(crate) momentum: f64,
    pub(crate) epsilon: f64,
}

impl Default for RMSprop {
    fn default() -> Self {
        RMSprop { learning_rate: 0.001, rho: 0.9, momentum: 0.0, epsilon: 1e-7 }
    }
}

impl RMSprop {
    /// RMSprop with Keras's settings: learning rate 0.001, rho 0.9, no momentum, epsilon 1e-7.
    pub fn new() -> Self {
        RMSprop::default()
    }

    numbers! {
        /// Sets the size of a step, above 0.
        learning_rate;

        /// Sets how slowly the running mean of the squared gradient forgets, from 0 to below 1.
        rho;

        /// Sets how much of the last step is kept, from 0 to below 1.
        momentum;

        /// Sets the small number, above 0, that keeps the division finite.
        epsilon;
    }
}

/// Any optimizer that [`compile`](crate::Sequential::compile) takes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Optimizer {
    /// See [`Adam`].
    Adam(Adam),
    /// See [`Sgd`].
    Sgd(Sgd),
    /// See [`RMSprop`].
    #[serde(rename = "rmsprop")]
    RMSprop(RMSprop),
}

/// What [`compile`](crate::Sequential::compile) takes: an [`Adam`], an [`Sgd`] or an [`RMSprop`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an optimizer",
    label = "write `Adam::default()`, `RMSprop::default()` or `Sgd::default()` between the loss and the metrics"
)]
pub trait IntoOptimizer {
    /// The optimizer that is meant.
    fn into_optimizer(self) -> Optimizer;
}

impl IntoOptimizer for Optimizer {
    fn into_optimizer(self) -> Optimizer {
        self
    }
}

/// Each optimizer becomes the variant of its name.
macro_rules! kinds_of_optimizers {
    ($($kind:ident),*) => {$(
        impl From<$kind> for Optimizer {
            fn from(optimizer: $kind) -> Self {
                Optimizer::$kind(optimizer)
            }
        }

        impl IntoOptimizer for $kind {
            fn into_optimizer(self) -> Optimizer {
                self.into()
            }
        }
    )*};
}

kinds_of_optimizers!(Adam, Sgd, RMSprop);

impl fmt::Display for Optimizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_word(
            f,
            match self {
                Optimizer::Adam(_) => "adam",
                Optimizer::Sgd(_) => "sgd",
                Optimizer::RMSprop(_) => "rmsprop",
            },
        )
    }
}

impl Optimizer {
    /// The size of a step.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let network = Sequential::new().add(Input::new(2)).add(Dense::new(1));
    /// let model = network.compile(MeanSquaredError, Sgd::new().momentum(0.9), [])?;
    /// assert_eq!(model.optimizer().learning_rate(), 0.01);
    /// assert_eq!(model.optimizer().momentum(), Some(0.9));
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn learning_rate(&self) -> f64 {
        match self {
            Optimizer::Adam(adam) => adam.learning_rate,
            Optimizer::Sgd(sgd) => sgd.learning_rate,
            Optimizer::RMSprop(rmsprop) => rmsprop.learning_rate,
        }
    }

    pub(crate) fn set_learning_rate(&mut self, rate: f64) {
        *match self {
            Optimizer::Adam(adam) => &mut adam.learning_rate,
            Optimizer::Sgd(sgd) => &mut sgd.learning_rate,
            Optimizer::RMSprop(rmsprop) => &mut rmsprop.learning_rate,
        } = rate;
    }

    /// How much of the last step [`Sgd`] or [`RMSprop`] keeps; none for [`Adam`], which has two such
    /// numbers.
    pub fn momentum(&self) -> Option<f64> {
        match self {
            Optimizer::Adam(_) => None,
            Optimizer::Sgd(sgd) => Some(sgd.momentum),
            Optimizer::RMSprop(rmsprop) => Some(rmsprop.momentum),
        }
    }

    /// The learning rate that it has when nobody sets one.
    pub(crate) fn usual_learning_rate(&self) -> f64 {
        match self {
            Optimizer::Adam(_) => Adam::default().learning_rate,
            Optimizer::Sgd(_) => Sgd::default().learning_rate,
            Optimizer::RMSprop(_) => RMSprop::default().learning_rate,
        }
    }

    /// Refuses settings with which no step can be computed.
    pub(crate) fn check(&self) -> Result<()> {
        let rate = self.learning_rate();
        let expected = if rate > 0.0 && rate.is_finite() {
            phrase!(
                "a number that float32 can hold, such as 0.001",
                "eine Zahl, die float32 fassen kann, etwa 0.001"
            )
        } else {
            phrase!("a number above 0, such as 0.001", "eine Zahl über 0, etwa 0.001")
        };
        check_setting("learning_rate", rate, is_above_zero(rate), expected)?;
        match self {
            Optimizer::Adam(adam) => {
                check_fraction("beta_1", adam.beta_1, 0.9)?;
                check_fraction("beta_2", adam.beta_2, 0.999)?;
                check_epsilon(adam.epsilon)
            }
            Optimizer::Sgd(sgd) => check_fraction("momentum", sgd.momentum, 0.9),
            Optimizer::RMSprop(rmsprop) => {
                check_fraction("rho", rmsprop.rho, 0.9)?;
                check_fraction("momentum", rmsprop.momentum, 0.9)?;
                check_epsilon(rmsprop.epsilon)
            }
        }
    }
}

/// What an optimizer remembers of one array of weights between steps.
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    /// Adam's `m`, or the velocity `u` of the others.
    first: Vec<f32>,
    /// The `v` of Adam and RMSprop.
    second: Vec<f32>,
}

impl Memory {
    pub(crate) fn new(optimizer: &Optimizer, num_weights: usize) -> Self {
        let memory = |is_used: bool| vec![0.0; if is_used { num_weights } else { 0 }];
        let first = memory(optimizer.momentum().is_none_or(|momentum| momentum > 0.0));
        Memory { first, second: memory(!matches!(optimizer, Optimizer::Sgd(_))) }
    }
}

impl Optimizer {
    /// Moves the weights one step along the gradient, in one pass; `step` counts from 1.
    #[inline(always)] // so that it is compiled for the CPU at hand, in `products.rs`
    pub(crate) fn update(
        &self,
        step: i32,
        weights: &mut [f32],
        gradient: &[f32],
        memory: &mut Memory,
    ) {
        match self {
            Optimizer::Adam(adam) => {
                // Subtracted before rounding: 1 - 0.999 keeps all its digits.
                let new_first = (1.0 - adam.beta_1) as f32;
                let new_second = (1.0 - adam.beta_2) as f32;
                let epsilon = adam.epsilon as f32;
                let rate = adam.step_size(step) as f32;
                let moments = memory.first.iter_mut().zip(&mut memory.second);
                for ((w, g), (m, v)) in weights.iter_mut().zip(gradient).zip(moments) {
                    *m = without_dust(*m + (g - *m) * new_first);
                    *v = without_dust(*v + (g * g - *v) * new_second);
                    *w -= rate * *m / (v.sqrt() + epsilon);
                }
            }
            Optimizer::Sgd(sgd) if sgd.momentum > 0.0 => {
                let (rate, momentum) = (sgd.learning_rate as f32, sgd.momentum as f32);
                for ((w, g), u) in weights.iter_mut().zip(gradient).zip(&mut memory.first) {
                    *u = momentum * *u - rate * g;
                    *w += if sgd.nesterov { momentum * *u - rate * g } else { *u };
                }
            }
            Optimizer::Sgd(sgd) => {
                let rate = sgd.learning_rate as f32;
                for (w, g) in weights.iter_mut().zip(gradient) {
                    *w -= rate * g;
                }
            }
            Optimizer::RMSprop(rmsprop) => {
                let (rate, momentum) = (rmsprop.learning_rate as f32, rmsprop.momentum as f32);
                let (new, epsilon) = ((1.0 - rmsprop.rho) as f32, rmsprop.epsilon as f32);
                for (v, g) in memory.second.iter_mut().zip(gradient) {
                    *v = without_dust(*v + (g * g - *v) * new);
                }
                let steps = gradient.iter().zip(&memory.second);
                let steps = steps.map(|(g, v)| rate * g / (v + epsilon).sqrt());
                if momentum > 0.0 {
                    for ((w, step), u) in weights.iter_mut().zip(steps).zip(&mut memory.first) {
                        *u = momentum * *u + step;
                        *w -= *u;
                    }
                } else {
                    weights.iter_mut().zip(steps).for_each(|(w, step)| *w -= step);
                }
            }
        }
    }
}

/// Zero for numbers so small that they change nothing any more.
///
/// The means of a weight without gradient (a pixel without ink) halve every few steps and would end
/// among the subnormal numbers below 1e-38, with which CPUs compute many times slower.
#[inline(always)]
fn without_dust(number: f32) -> f32 {
    if number.abs() < 1e-30 { 0.0 } else { number }
}

impl Adam {
    /// The learning rate with the correction for moments that start at zero.
    pub(crate) fn step_size(&self, step: i32) -> f64 {
        self.learning_rate * (1.0 - self.beta_2.powi(step)).sqrt() / (1.0 - self.beta_1.powi(step))
    }
}
