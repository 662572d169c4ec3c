//! A model as a module of Burn, and back.

use burn::tensor::Device;
use zunder_data::Result;

use crate::compile::model::Model;
use crate::engine::burn_network::NetworkModule;
use crate::engine::parameters::Parameters;

impl Model {
    /// The network with its present weights as a module of [Burn](https://burn.dev), on a device of
    /// Burn: [`Device::flex()`](burn::tensor::Device::flex) is the CPU. The model keeps its own.
    ///
    /// Burn's trait [`Module`](burn::module::Module) has what can be done with it: move it to another
    /// device, train it with Burn's optimizers, write it to a file in Burn's own format. A `BatchNormalization`
    /// then works as in `predict`, and a price such as [`L2`](crate::L2) is not in the loss.
    ///
    /// ```
    /// use zunder::burn::module::Module;
    /// use zunder::burn::tensor::{Device, Tensor};
    /// use zunder::prelude::*;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let network = Sequential::new().add(Input::new(2)).add(Dense::new(2).activation(Softmax));
    /// let mut model = network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy])?;
    ///
    /// let module = model.module(&Device::flex());
    /// let x = Array::from([[1.0, 2.0]]);
    /// let outputs: Tensor<2> = module.forward(x.to_tensor()?);
    /// let off = Array::from_tensor(&outputs).get([0, 1])? - model.predict(&x)?.get([0, 1])?;
    /// assert!(off.abs() < 1e-6);
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let file = folder.path().join("model.bpk");
    /// module.clone().save_file(&file)?;
    /// let module = module.try_load_file(&file)?;
    /// model.set_module(&module)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn module(&self, device: &Device) -> NetworkModule {
        NetworkModule::new(&self.engine.parameters(), &self.steps, device)
    }

    /// Takes over the weights of a module that [`module`](Self::module) made, of this model or of
    /// one with the same layers.
    ///
    /// # Errors
    ///
    /// When a shape differs, or when a weight is not a number; the model then keeps its weights.
    pub fn set_module(&mut self, module: &NetworkModule) -> Result<()> {
        let weights: Vec<_> =
            module.parameters().into_iter().map(Parameters::into_arrays).collect();
        self.set_weights(&weights)
    }
}
