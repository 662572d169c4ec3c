//! Between this crate's `Array` and Burn's `Tensor`, for those who train by hand.

use burn::tensor::{Device, Tensor, TensorData};
use zunder_data::base::phrase::phrase;
use zunder_data::{Array, Error, Result, Shape};

/// The way of an [`Array`] to a tensor of Burn, and back.
pub trait ToTensor: Sized {
    /// The same numbers as a tensor of Burn with `D` dimensions, `float32`.
    ///
    /// It is on Burn's CPU device Flex and asks for no gradient. Say
    /// [`autodiff`](burn::tensor::Tensor::autodiff) and then
    /// [`require_grad`](burn::tensor::Tensor::require_grad) where one is wanted: for weights.
    ///
    /// # Errors
    ///
    /// When the array does not have `D` dimensions.
    ///
    /// ```
    /// use zunder::burn::tensor::Tensor;
    /// use zunder::prelude::*;
    ///
    /// let x: Tensor<2> = Array::from([[1.0, 2.0], [3.0, 4.0]]).to_tensor()?;
    /// let doubled: Tensor<2> = x * 2.0;
    /// assert_eq!(Array::from_tensor(&doubled), Array::from([[2.0, 4.0], [6.0, 8.0]]));
    /// # Ok::<(), zunder::Error>(())
    /// ```
    fn to_tensor<const D: usize>(&self) -> Result<Tensor<D>>;

    /// The numbers of a tensor of Burn: the way back from [`to_tensor`](Self::to_tensor).
    ///
    /// It has the tensor's shape; a single number, such as a loss, comes as `(1,)`.
    fn from_tensor<const D: usize>(tensor: &Tensor<D>) -> Self;
}

impl ToTensor for Array {
    fn to_tensor<const D: usize>(&self) -> Result<Tensor<D>> {
        let shape = self.shape();
        if shape.num_dims() != D {
            let expected = match D {
                1 => phrase!("one dimension for a Tensor<1>", "eine Dimension für einen Tensor<1>"),
                2 => {
                    phrase!(
                        "two dimensions for a Tensor<2>",
                        "zwei Dimensionen für einen Tensor<2>"
                    )
                }
                _ => phrase!(
                    "as many dimensions as the Tensor<...> has",
                    "so viele Dimensionen, wie der Tensor<...> hat"
                ),
            };
            return Err(Error::wrong_shape("to_tensor", expected, shape, true));
        }
        let data = TensorData::new(self.to_vec(), shape.dims());
        Ok(Tensor::from_data(data, &Device::flex()))
    }

    fn from_tensor<const D: usize>(tensor: &Tensor<D>) -> Array {
        let shape = Shape::from(tensor.dims().as_slice());
        let data = tensor.clone().into_data().convert::<f32>();
        let numbers: Vec<f32> =
            data.try_into_vec().expect("they were made float32 in the line above");
        Array::from(numbers).with_shape(&shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() -> Result<()> {
        let array = Array::from([[1u8, 2, 3], [4, 5, 6]]);
        let tensor: Tensor<2> = array.to_tensor()?;
        assert_eq!(tensor.dims(), [2, 3]);
        assert_eq!(Array::from_tensor(&tensor), array.to_float());
        assert!(array.to_tensor::<1>().is_err());
        Ok(())
    }
}
