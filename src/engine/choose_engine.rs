//! Which engine computes a network.

#[cfg(feature = "burn")]
use burn::tensor::Device;
use rand::RngExt;
use rand::rngs::StdRng;
use zunder_data::Result;
use zunder_data::base::network_problem::NetworkProblem;

use crate::choose::losses::Loss;
use crate::choose::optimizers::Optimizer;
use crate::define::sequential::Backend;
#[cfg(feature = "burn")]
use crate::engine::burn_network::BurnNetwork;
use crate::engine::engine::Engine;
use crate::engine::fast_network::FastNetwork;
use crate::engine::parameters::Parameters;
use crate::engine::random::SplitMix64;
use crate::engine::steps::Step;

/// The fastest engine that can train these steps, with random weights, unless a backend of Burn was
/// asked for.
pub(crate) fn new_engine(
    steps: &[Step],
    outputs: usize,
    (loss, optimizer, backend): (Loss, Optimizer, Backend),
    rng: &mut StdRng,
) -> Result<Box<dyn Engine>> {
    let parameters: Vec<Parameters> = steps.iter().filter_map(|step| step.start(rng)).collect();
    if parameters.is_empty() {
        return Err(NetworkProblem::NoLayers.into());
    }
    let random = SplitMix64::new(rng.random());
    if backend == Backend::Auto && FastNetwork::can_train(loss, steps) {
        let network = FastNetwork::new(&parameters, steps, outputs, optimizer, random);
        return Ok(Box::new(network));
    }
    #[cfg(feature = "burn")]
    return Ok(Box::new(BurnNetwork::new(&parameters, steps, optimizer, device(backend)?, random)));
    #[cfg(not(feature = "burn"))]
    Err(NetworkProblem::BackendNotBuilt { backend: "burn" }.into())
}

#[cfg(feature = "burn")]
fn device(backend: Backend) -> Result<Device> {
    match backend {
        Backend::Auto | Backend::Flex => Ok(Device::flex()),
        #[cfg(feature = "ndarray")]
        #[expect(deprecated, reason = "Burn keeps it for those who still need it, and so do we")]
        Backend::NdArray => Ok(Device::ndarray()),
        #[cfg(not(feature = "ndarray"))]
        Backend::NdArray => Err(NetworkProblem::BackendNotBuilt { backend: "ndarray" }.into()),
        #[cfg(feature = "gpu")]
        Backend::Gpu => graphics_card(),
        #[cfg(not(feature = "gpu"))]
        Backend::Gpu => Err(NetworkProblem::BackendNotBuilt { backend: "gpu" }.into()),
    }
}

#[cfg(feature = "gpu")]
fn graphics_card() -> Result<Device> {
    use burn::tensor::{DeviceKind, DeviceType};

    // Burn asks for the device when the first number goes there, and panics where there is none.
    if Device::enumerate(DeviceType::Wgpu).is_empty() {
        return Err(NetworkProblem::NoGraphicsCard.into());
    }
    Ok(Device::wgpu(DeviceKind::DefaultDevice))
}
