//! The layers for pictures: `Conv2D` and `MaxPooling2D`.

use serde::{Deserialize, Serialize};
use zunder_data::base::phrase::{Phrase, phrase};
use zunder_data::{Error, IntoShape, Result, Shape};

use crate::define::activation::{Activation, Linear};
use crate::define::regularizer::L2;
use crate::define::window::{Padding, Window, both_sides, picture};

/// A convolution: small filters that slide over a picture, each looking for one pattern everywhere.
///
/// A [`Dense`](crate::Dense) layer learns each pixel's weight by itself and has to learn a stroke
/// anew for every place where it may lie. A filter has few weights, and uses the same ones at every
/// place. For each place and filter
///
/// ```text
/// output = activation(sum over the window and all channels of input · kernel + bias)
/// ```
///
/// The kernel starts Glorot-uniform, random between ±`sqrt(6 / (fan_in + fan_out))` with `fan_in`
/// = window × channels and `fan_out` = window × filters, the bias at zero, as in
/// [Keras](https://keras.io/api/layers/convolution_layers/convolution2d/). Burn's
/// counterpart is [`burn::tensor::module::conv2d`].
///
/// # Shapes
///
/// Input `(n, height, width, channels)`, with the channels last: a grey picture has one, a coloured
/// one three. Output `(n, height, width, filters)`, where for a window of `k` and strides of `s`
/// a side of `h` pixels becomes `(h - k) / s + 1` (rounded down) with [`Padding::Valid`] and
/// `h / s` (rounded up) with [`Padding::Same`]. The kernel has shape
/// `(k, k, channels, filters)`: `k × k × channels × filters + filters` parameters.
///
/// ```
/// use zunder::prelude::*;
///
/// let network = Sequential::new()
///     .add(Input::new([28, 28, 1]))
///     .add(Conv2D::new(8, 3).activation(Relu))
///     .add(MaxPooling2D::new(2))
///     .add(Flatten::new())
///     .add(Dropout::new(0.25))
///     .add(Dense::new(10).activation(Softmax));
/// // (28 - 3 + 1) / 2 = 13
/// assert_eq!(network.num_parameters()?, (3 * 3 * 1 * 8 + 8) + (13 * 13 * 8 * 10 + 10));
/// # Ok::<(), zunder::Error>(())
/// ```
#[must_use = "it is a new value: keep it with `let`"]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conv2D {
    pub(crate) filters: usize,
    kernel_size: Shape,
    strides: Shape,
    padding: Padding,
    pub(crate) activation: Activation,
    #[serde(default, skip_serializing_if = "L2::is_none")]
    pub(crate) kernel_regularizer: L2,
}

impl Conv2D {
    /// So many filters, at least 1, with a square window: `Conv2D::new(8, 3)`; `Conv2D::new(8, [3, 5])` for
    /// one of 3 rows and 5 columns. Without activation ([`Linear`]), strides of 1, [`Padding::Valid`].
    pub fn new(filters: usize, kernel_size: impl IntoShape) -> Self {
        Conv2D {
            filters,
            kernel_size: kernel_size.into_shape(),
            strides: Shape::from(1),
            padding: Padding::Valid,
            activation: Linear,
            kernel_regularizer: L2::default(),
        }
    }

    /// How many filters it has, each of which makes a picture of its own.
    pub fn filters(&self) -> usize {
        self.filters
    }

    /// Sets what the layer does with its sums.
    pub fn activation(self, activation: Activation) -> Self {
        Conv2D { activation, ..self }
    }

    /// Sets a price on large weights; see [`L2`].
    pub fn kernel_regularizer(self, regularizer: L2) -> Self {
        Conv2D { kernel_regularizer: regularizer, ..self }
    }

    /// Sets what happens at the border (default [`Padding::Valid`]).
    pub fn padding(self, padding: Padding) -> Self {
        Conv2D { padding, ..self }
    }

    /// Sets by how many pixels the window moves each time (default 1): `2`, or `[2, 1]`.
    pub fn strides(self, strides: impl IntoShape) -> Self {
        Conv2D { strides: strides.into_shape(), ..self }
    }

    /// The window, if the settings make sense.
    pub(crate) fn window(&self) -> Result<Window> {
        Ok(Window {
            size: both_sides("kernel_size", &self.kernel_size)?,
            strides: both_sides("strides", &self.strides)?,
            padding: self.padding,
        })
    }

    pub(crate) fn output_shape(
        &self,
        layer: &Phrase,
        position: usize,
        input: &Shape,
    ) -> Result<Shape> {
        if self.filters == 0 {
            let expected = phrase!(
                "at least 1: a layer without filters puts out nothing",
                "mindestens 1: Eine Schicht ohne Filter gibt nichts aus"
            );
            return Err(Error::bad_setting("filters", 0, expected));
        }
        self.kernel_regularizer.check()?;
        let picture = picture(layer, position, input)?;
        let [height, width] = self.window()?.output(layer, picture)?;
        Ok(Shape::from([height, width, self.filters]))
    }

    /// `(height, width, channels, filters)`, as in Keras.
    pub(crate) fn kernel_shape(&self, input: &Shape) -> Result<Shape> {
        let [height, width] = self.window()?.size;
        Ok(Shape::from([height, width, input.last(), self.filters]))
    }
}

/// Keeps the largest value of each window: the picture shrinks, what was found stays.
///
/// Where exactly in a window a filter found its pattern hardly matters. The windows lie side by
/// side; what is left over at the right and lower border is dropped, as in
/// [Keras](https://keras.io/api/layers/pooling_layers/max_pooling2d/). It learns nothing. Burn's
/// counterpart is [`burn::tensor::module::max_pool2d`].
///
/// # Shapes
///
/// Input `(n, height, width, channels)`, output for windows of 2:
/// `(n, height / 2, width / 2, channels)`, rounded down.
///
/// For an example see [`Conv2D`].
#[must_use = "it is a new value: keep it with `let`"]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaxPooling2D {
    pool_size: Shape,
}

impl MaxPooling2D {
    /// Square windows: `MaxPooling2D::new(2)`; `MaxPooling2D::new([2, 1])` for 2 rows and 1 column.
    pub fn new(pool_size: impl IntoShape) -> Self {
        MaxPooling2D { pool_size: pool_size.into_shape() }
    }

    /// The window, if the settings make sense.
    pub(crate) fn window(&self) -> Result<Window> {
        let size = both_sides("pool_size", &self.pool_size)?;
        Ok(Window { size, strides: size, padding: Padding::Valid })
    }

    pub(crate) fn output_shape(
        &self,
        layer: &Phrase,
        position: usize,
        input: &Shape,
    ) -> Result<Shape> {
        let picture = picture(layer, position, input)?;
        let [height, width] = self.window()?.output(layer, picture)?;
        Ok(Shape::from([height, width, picture[2]]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::define::dense::{Dense, Input};
    use crate::define::flatten::{Dropout, Flatten};
    use crate::define::layers::IntoLayer;
    use crate::define::sequential::Sequential;

    fn shape(input: impl IntoShape, layer: impl IntoLayer) -> Result<Shape> {
        layer.into_layer().output_shape(1, &input.into_shape())
    }

    #[test]
    fn output_shapes_are_those_of_keras() {
        assert_eq!(shape([28, 28, 1], Conv2D::new(8, 3)).unwrap(), [26, 26, 8]);
        assert_eq!(shape([28, 20, 3], Conv2D::new(4, [5, 1])).unwrap(), [24, 20, 4]);
        assert_eq!(shape([9, 8, 1], Conv2D::new(2, 3).strides(2)).unwrap(), [4, 3, 2]);
        let same = |strides| Conv2D::new(2, 3).padding(Padding::Same).strides(strides);
        assert_eq!(shape([9, 8, 1], same(1)).unwrap(), [9, 8, 2]);
        assert_eq!(shape([9, 8, 1], same(2)).unwrap(), [5, 4, 2]);
        assert_eq!(shape([2, 2, 1], same(1)).unwrap(), [2, 2, 2], "smaller than the window");
        assert_eq!(shape([13, 12, 5], MaxPooling2D::new(2)).unwrap(), [6, 6, 5]);
        assert_eq!(shape([6, 6, 5], Flatten::new()).unwrap(), [180]);
        assert_eq!(shape([6, 6, 5], Dropout::new(0.5)).unwrap(), [6, 6, 5]);
    }

    #[test]
    fn zeros_go_where_tensorflow_puts_them() {
        let window = |size: usize, stride: usize| {
            let layer = Conv2D::new(1, size).strides(stride).padding(Padding::Same);
            layer.window().unwrap()
        };
        assert_eq!(window(3, 1).padding([28, 28]), [(1, 1), (1, 1)]);
        assert_eq!(window(2, 1).padding([28, 28]), [(0, 1), (0, 1)]);
        assert_eq!(window(3, 2).padding([28, 9]), [(0, 1), (1, 1)]);
        assert_eq!(window(1, 2).padding([28, 9]), [(0, 0), (0, 0)]);
    }

    #[test]
    fn each_bad_setting_is_one_sentence() {
        let problem = |layer: Result<Shape>| layer.unwrap_err().to_string();
        let of = |layer: Conv2D| problem(shape([28, 28, 1], layer));
        assert!(of(Conv2D::new(0, 3)).contains("filters is 0"));
        assert!(of(Conv2D::new(8, 0)).contains("kernel_size is (0,)"));
        assert!(of(Conv2D::new(8, [3, 3, 1])).contains("kernel_size is (3, 3, 1)"));
        assert!(of(Conv2D::new(8, 3).strides(0)).contains("strides is (0,)"));
        assert!(problem(shape([8, 8, 1], MaxPooling2D::new(0))).contains("pool_size is (0,)"));
        for rate in [-0.1, 1.0, 25.0, f64::NAN] {
            assert!(problem(shape(8, Dropout::new(rate))).contains("rate is"), "{rate}");
        }
    }

    #[test]
    fn what_does_not_fit_says_how_to_mend_it() {
        let problem = |layer: Result<Shape>| layer.unwrap_err().to_string();
        let of_vector = problem(shape(784, Conv2D::new(8, 3)));
        assert_eq!(
            of_vector,
            "layer 1 (Conv2D) expects pictures of shape (height, width, channels), but the layer \
             before it puts out (784,): start with Input::new([28, 28, 1]), 1 for grey, and bring \
             the data into that shape with x.reshape([n, 28, 28, 1])?"
        );
        let of_matrix = problem(shape([20, 30], MaxPooling2D::new(2)));
        assert!(of_matrix.contains("Input::new([20, 30, 1])"), "{of_matrix}");
        let large = problem(shape([4, 4, 1], Conv2D::new(8, 5)));
        assert!(large.contains("layer 1 (Conv2D)") && large.contains("(4, 4, 1)"), "{large}");
        let network = Sequential::new().add(Input::new([8, 8, 1])).add(Flatten::new());
        let late = network.clone().add(Conv2D::new(2, 3)).num_parameters().unwrap_err();
        assert!(late.to_string().contains("before the Flatten"), "{late}");
        let dense = Sequential::new().add(Input::new([8, 8, 1])).add(Dense::new(2));
        let dense = dense.num_parameters().unwrap_err().to_string();
        assert!(dense.contains(".add(Flatten::new())"), "{dense}");
    }
}
