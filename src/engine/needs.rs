//! How much memory a network takes, reckoned before any of it is asked for.

use zunder_data::Result;
use zunder_data::base::memory::{addressable, check};
use zunder_data::base::too_large::Large;

use crate::define::layers::Layer;
use crate::define::sequential::Sequential;
use crate::engine::simd::padded;
use crate::engine::steps::{Computation, Step};

/// The weights, their gradient and Adam's two means; `fit` keeps all of them once more from before
/// an epoch. The last two are for what is copied meanwhile.
const COPIES: u128 = 10;

/// The numbers of a layer on their way forward and back: sums, outputs, gradients.
const NUMBERS: u128 = 4;

/// Bytes of so many `float32`; none where no memory could hold them.
fn bytes(numbers: u128) -> Option<u64> {
    addressable(numbers.checked_mul(size_of::<f32>() as u128))
}

/// Refuses a network that has no room for its weights, or for a single sample.
pub(crate) fn check_network(network: &Sequential, steps: &[Step]) -> Result<()> {
    let mut total: u128 = 0;
    let mut largest: Option<(usize, &Layer, usize)> = None;
    for ((position, layer), step) in (1..).zip(network.layers.iter().skip(1)).zip(steps) {
        let Some(kernel) = &step.kernel_shape else { continue };
        let (weights, units) = (kernel.num_values(), kernel.last());
        total += (weights / units.max(1)) as u128 * padded(units) as u128;
        if largest.as_ref().is_none_or(|(most, ..)| weights > *most) {
            largest = Some((weights, layer, position));
        }
    }
    if let Some((weights, layer, position)) = largest {
        let (layer, remedy) = (layer.name(position), layer.remedy());
        check(bytes(total * COPIES), || Large::Weights { layer, weights, remedy })?;
    }
    for (position, (numbers, windows)) in (0..).zip(of_one_sample(network, steps)?) {
        let layer = &network.layers[position];
        check(bytes(numbers + windows), || Large::Output {
            layer: layer.name(position),
            remedy: layer.remedy(),
        })?;
    }
    Ok(())
}

/// Refuses more samples than can be computed at the same time, of which the windows of `windows_at_once`
/// are laid out together.
pub(crate) fn check_batch(
    network: &Sequential,
    steps: &[Step],
    samples: usize,
    windows_at_once: usize,
) -> Result<()> {
    let layers = of_one_sample(network, steps)?;
    let needed = layers.into_iter().map(|(numbers, windows)| {
        numbers.saturating_mul(samples as u128).saturating_add(windows * windows_at_once as u128)
    });
    let needed = needed.fold(0, u128::saturating_add);
    check(bytes(needed), || Large::Batch { samples })
}

/// For each layer, the input included, the numbers that it computes for one sample, and those of
/// the windows that a convolution lays out.
fn of_one_sample(network: &Sequential, steps: &[Step]) -> Result<Vec<(u128, u128)>> {
    let layers = network.shaped_layers()?;
    let numbers = layers.iter().map(|layer| NUMBERS * layer.output.num_values() as u128);
    let windows = layers.iter().skip(1).zip(steps).map(|(layer, step)| match step.what {
        Computation::Convolution { window, input: [_, _, channels] } => {
            let places: u128 = layer.output.dims()[..2].iter().map(|&side| side as u128).product();
            let window = window.size.map(|side| side as u128);
            2 * places * window[0] * window[1] * channels as u128
        }
        _ => 0,
    });
    Ok(numbers.zip(std::iter::once(0).chain(windows)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::define::convolution::Conv2D;
    use crate::define::dense::{Dense, Input};
    use crate::define::flatten::Flatten;
    use zunder_data::base::memory::for_tests::with_memory;

    fn says(network: &Sequential, memory: u64) -> String {
        let steps = Step::all(network).unwrap();
        let checked = with_memory(memory, || check_network(network, &steps));
        checked.map_or_else(|problem| problem.to_string(), |()| String::new())
    }

    #[test]
    fn the_largest_layer_is_named_with_its_weights() {
        let network = Sequential::new().add(Input::new(784)).add(Dense::new(20));
        let network = network.add(Dense::new(1_000)).add(Dense::new(10));
        // 784 x 24, 20 x 1,000 and 1,000 x 16 numbers with their padding, 4 bytes each, 10 times.
        assert_eq!(says(&network, 2_192_640), "");
        assert_eq!(
            says(&network, 2_192_639),
            "layer 2 (Dense) would have 20,000 weights: 80 KB; to train the network takes 2,193 KB, \
             but this machine has only 2,193 KB to spare: choose fewer units"
        );
    }

    #[test]
    fn windows_count_as_well() {
        let network = Sequential::new()
            .add(Input::new([28, 28, 1]))
            .add(Conv2D::new(1, 20))
            .add(Flatten::new())
            .add(Dense::new(2));
        // 9 x 9 windows of 20 x 20 numbers twice, 81 sums four times: 260 KB.
        let refused = says(&network, 200_000);
        assert!(refused.starts_with("layer 1 (Conv2D) would need 260 KB for"), "{refused}");
        assert_eq!(says(&network, 300_000), "");
        let steps = Step::all(&network).unwrap();
        let batch = |samples, at_once| {
            with_memory(1_000_000, || check_batch(&network, &steps, samples, at_once)).is_ok()
        };
        assert!(batch(16, 1) && !batch(16, 16) && !batch(usize::MAX, 1));
    }
}
