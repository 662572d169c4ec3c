//! The engine that computes a compiled network: which one, and the calls that all of them take.

use burn::tensor::Device;
use rand::RngExt;
use rand::rngs::StdRng;

use crate::base::error::Result;
use crate::base::network_problem::NetworkProblem;
use crate::choose::losses::Loss;
use crate::choose::optimizers::Optimizer;
use crate::define::activation::Activation;
use crate::define::sequential::Backend;
use crate::engine::burn_network::BurnNetwork;
use crate::engine::dense_network::DenseNetwork;
use crate::engine::kernels::Rows;
use crate::engine::parameters::Parameters;
use crate::engine::picture_network::PictureNetwork;
use crate::engine::random::SplitMix64;
use crate::engine::steps::Step;

/// What computes the network.
#[derive(Clone)]
pub(crate) enum Network {
    /// A stack of `Dense` layers on the CPU, written out.
    Dense(DenseNetwork),
    /// Convolutions and pooling before such a stack.
    Pictures(Box<PictureNetwork>),
    /// Everything else, on Burn.
    Burn(Box<BurnNetwork>),
}

impl Network {
    /// The fastest engine that can train these steps, unless a backend of Burn was asked for.
    pub(crate) fn new(
        steps: &[Step],
        loss: Loss,
        optimizer: Optimizer,
        backend: Backend,
        rng: &mut StdRng,
    ) -> Result<Self> {
        let kernels = steps.iter().filter_map(Step::kernel_shape);
        let parameters: Vec<Parameters> =
            kernels.map(|shape| Parameters::glorot_uniform(shape, rng)).collect();
        if parameters.is_empty() {
            return Err(NetworkProblem::NoLayers.into());
        }
        let last_activation = Network::last_activation(steps);
        let random = SplitMix64::new(rng.random());
        let is_fast = backend == Backend::Auto && DenseNetwork::can_train(loss, last_activation);
        Ok(match (Step::all_dense(steps), PictureNetwork::front_of(steps)) {
            (Some(activations), _) if is_fast => {
                Network::Dense(DenseNetwork::new(&parameters, &activations, optimizer))
            }
            (_, Some(front)) if is_fast => Network::Pictures(Box::new(PictureNetwork::new(
                &parameters,
                steps,
                front,
                optimizer,
                random,
            ))),
            _ => {
                let device = match backend {
                    Backend::Auto | Backend::Flex => Device::flex(),
                    Backend::NdArray => ndarray_device()?,
                };
                let network = BurnNetwork::new(&parameters, steps, optimizer, device, random);
                Network::Burn(Box::new(network))
            }
        })
    }

    /// What the last layer that computes sums does with them.
    pub(crate) fn last_activation(steps: &[Step]) -> Activation {
        steps.last().and_then(Step::activation).unwrap_or(Activation::Linear)
    }

    /// One step: forward, then what `measured` does with sums and outputs, and if it says so,
    /// backward and update.
    pub(crate) fn learn(
        &mut self,
        x: Rows<'_>,
        y: Rows<'_>,
        loss: Loss,
        mut measured: impl FnMut(&[f32], &[f32]) -> bool,
    ) {
        match self {
            Network::Dense(network) => {
                network.forward(x);
                let (sums, outputs) = network.sums_and_outputs();
                if measured(sums, outputs) {
                    network.learn(x, y, loss);
                }
            }
            Network::Pictures(network) => network.learn(x, y, loss, measured),
            Network::Burn(network) => network.learn(x, y, loss, measured),
        }
    }

    pub(crate) fn forward(&mut self, x: Rows<'_>) {
        match self {
            Network::Dense(network) => network.forward(x),
            Network::Pictures(network) => network.forward(x),
            Network::Burn(network) => network.forward(x),
        }
    }

    pub(crate) fn sums_and_outputs(&self) -> (&[f32], &[f32]) {
        match self {
            Network::Dense(network) => network.sums_and_outputs(),
            Network::Pictures(network) => network.sums_and_outputs(),
            Network::Burn(network) => network.sums_and_outputs(),
        }
    }

    /// From here on a `Dropout` switches off what these random numbers say.
    pub(crate) fn set_random_numbers(&mut self, random: SplitMix64) {
        match self {
            Network::Dense(_) => {}
            Network::Pictures(network) => network.set_random_numbers(random),
            Network::Burn(network) => network.set_random_numbers(random),
        }
    }

    pub(crate) fn parameters(&self) -> Vec<Parameters> {
        match self {
            Network::Dense(network) => network.parameters(),
            Network::Pictures(network) => network.parameters(),
            Network::Burn(network) => network.parameters(),
        }
    }

    pub(crate) fn set_parameters(&mut self, parameters: Vec<Parameters>) {
        match self {
            Network::Dense(network) => network.set_parameters(&parameters),
            Network::Pictures(network) => network.set_parameters(&parameters),
            Network::Burn(network) => network.set_parameters(&parameters),
        }
    }

    /// Whether all weights are numbers that can be computed with.
    pub(crate) fn is_finite(&self) -> bool {
        let are_finite = |numbers: &[f32]| numbers.iter().all(|number| number.is_finite());
        self.parameters().iter().all(|p| are_finite(&p.kernel) && are_finite(&p.bias))
    }
}

#[cfg(feature = "ndarray")]
#[expect(deprecated, reason = "Burn keeps it for those who still need it, and so do we")]
fn ndarray_device() -> Result<Device> {
    Ok(Device::ndarray())
}

#[cfg(not(feature = "ndarray"))]
fn ndarray_device() -> Result<Device> {
    Err(NetworkProblem::BackendNotBuilt { backend: "ndarray" }.into())
}
