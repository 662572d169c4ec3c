//! `BatchNormalization` on Burn's tensors. The rows of its kernel are gamma, moving mean and moving
//! variance; the latter two are not trained, but moved after each step.

use burn::nn::Linear as BurnLinear;
use burn::tensor::Tensor;

use super::NetworkModule;
use crate::engine::steps::Computation;

/// Mean and variance of a batch, `[channels, 1]` each.
pub(super) struct Moments(Tensor<2>, Tensor<2>);

/// `x [n, values]`, of which each `channels` numbers belong together; the result has the same shape.
/// With `moments` it is training: those of the batch are used, and kept.
pub(super) fn normalized(
    layer: &BurnLinear,
    x: Tensor<2>,
    channels: usize,
    epsilon: f64,
    moments: Option<&mut Vec<Moments>>,
) -> Tensor<2> {
    let [n, values] = x.dims();
    // A row for each channel: along rows Burn adds millions of numbers without losing the small ones.
    let x = x.reshape([n * values / channels, channels]).transpose();
    let kernel = layer.weight.val().transpose();
    let column = |index: usize| kernel.clone().narrow(1, index, 1);
    let (mean, variance) = match moments {
        // They are no weights: whoever trains with Burn's optimizers leaves them as they are.
        None => (column(1).detach(), column(2).detach()),
        Some(moments) => {
            let mean = x.clone().mean_dim(1);
            let variance = (x.clone() - mean.clone()).powi_scalar(2).mean_dim(1);
            moments.push(Moments(mean.clone().detach(), variance.clone().detach()));
            (mean, variance)
        }
    };
    let normal = (x - mean) / (variance + epsilon).sqrt() * column(0);
    let result = match &layer.bias {
        Some(beta) => normal + beta.val().unsqueeze_dim(1),
        None => normal,
    };
    result.transpose().reshape([n, values])
}

impl NetworkModule {
    /// Moves the moving means and variances towards those of the last batch.
    pub(super) fn move_means(&mut self, moments: &[Moments]) {
        let learning = self.steps.iter().filter(|step| step.kernel_shape.is_some());
        let mut moments = moments.iter();
        for (step, layer) in learning.zip(&mut self.layers) {
            let Computation::Normalization { momentum, .. } = step.what else { continue };
            let Some(Moments(mean, variance)) = moments.next() else { return };
            // In place, so that the optimizer still knows the parameter by its id.
            layer.weight = layer.weight.clone().map(|kernel| {
                let kernel = kernel.detach();
                let row = |index: usize| kernel.clone().narrow(0, index, 1);
                let moved = |old: Tensor<2>, new: &Tensor<2>| {
                    old * momentum + new.clone().transpose() * (1.0 - momentum)
                };
                let rows = vec![row(0), moved(row(1), mean), moved(row(2), variance)];
                Tensor::cat(rows, 0).detach().require_grad()
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::module::Param;
    use burn::tensor::{Device, TensorData};

    use super::*;

    #[test]
    fn burns_own_optimizers_leave_the_moving_ones_as_they_are() {
        let device = Device::default().autodiff();
        let kernel = Tensor::<2>::ones([3, 2], &device).require_grad();
        let layer = BurnLinear { weight: Param::from_tensor(kernel), bias: None };
        let x = Tensor::<2>::from_data([[1.0, 2.0], [3.0, 5.0]], &device);
        let gradients = normalized(&layer, x, 2, 1e-3, None).sum().backward();
        let gradient = layer.weight.val().grad(&gradients).unwrap().into_data();
        let numbers: Vec<f32> = gradient.try_into_vec().unwrap();
        assert!(numbers[0] != 0.0 && numbers[1] != 0.0, "{numbers:?}");
        assert_eq!(numbers[2..], [0.0; 4]);
    }

    /// 32 pictures of 128 x 128: added one after another in float32, the mean would be off by 0.5 %.
    #[test]
    fn half_a_million_numbers_have_the_right_mean() {
        let (n, values, device) = (32, 128 * 128, Device::default());
        let numbers: Vec<f32> =
            (0..n * values).map(|i| if i % 10 == 0 { 1.0 } else { 0.3 }).collect();
        let x = Tensor::<2>::from_data(TensorData::new(numbers, [n, values]), &device);
        let kernel = Tensor::<2>::ones([3, 1], &device);
        let layer = BurnLinear { weight: Param::from_tensor(kernel), bias: None };
        let mut moments = Vec::new();
        normalized(&layer, x, 1, 1e-3, Some(&mut moments));
        let number = |tensor: &Tensor<2>| tensor.clone().into_scalar::<f32>();
        let Moments(mean, variance) = &moments[0];
        assert!((number(mean) - 0.37).abs() < 1e-4, "{mean}");
        assert!((number(variance) - 0.0441).abs() < 1e-5, "{variance}");
    }
}
