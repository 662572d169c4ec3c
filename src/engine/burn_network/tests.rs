//! What only tests ask of the network on Burn.

use super::*;

impl BurnNetwork {
    /// The gradients of each layer's kernel and bias, for comparison with the fast path.
    pub(crate) fn gradients(&self, x: Rows<'_>, y: Rows<'_>, loss: Loss) -> Vec<Parameters> {
        let device = self.device.clone().autodiff();
        let sums = self.module.sums(tensor(x, &device), None);
        let y = tensor(y, &device);
        let last = last_activation(&self.module.steps);
        let loss = batch_loss(loss, last, sums, y, &[]);
        let gradients = self.module.regularized(loss).backward();
        let gradient = |(layer, shape): (&BurnLinear, Shape)| {
            let kernel = layer.weight.val().grad(&gradients).expect("the kernel is trained");
            let bias = layer.bias.as_ref().expect("these layers have a bias").val();
            let bias = bias.grad(&gradients).expect("the bias is trained");
            let (kernel, bias) = (numbers(kernel.into_data()), numbers(bias.into_data()));
            Parameters { shape, kernel, bias }
        };
        let shapes = self.module.steps.iter().filter_map(|step| step.kernel_shape.clone());
        self.module.layers.iter().zip(shapes).map(gradient).collect()
    }
}
