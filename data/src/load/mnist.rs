//! MNIST: 70,000 handwritten digits, the first data set of most who learn about neural networks.

use crate::base::error::Result;
use crate::load::dataset::{Dataset, Mirror, Source, TrainAndTest, files_like_mnist};
use crate::load::parse;

/// The SHA-256 of files whose MD5 are the well-known ones: 6bbc9ace..., a25bea73..., 2646ac64...,
/// 27ae3e4e...
const MNIST: Dataset = Dataset {
    name: "MNIST",
    folder: "mnist",
    files: files_like_mnist([
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ]),
    sources: &[
        Source::Mirror(Mirror::new("https://ossci-datasets.s3.amazonaws.com/mnist/")),
        Source::Mirror(Mirror::new("https://storage.googleapis.com/cvdf-datasets/mnist/")),
    ],
};

/// Loads MNIST: images of the digits 0 to 9 with their labels, as
/// `((x_train, y_train), (x_test, y_test))`.
///
/// Train with the first pair; the second shows how well the network does on digits that it has
/// never seen. The files are fetched once (11 MB) and kept in [`data_folder`](crate::data_folder)
/// (55 MB); every load checks their SHA-256. Where a network lets no web server through, `cargo lab
/// data` brings them another way.
///
/// Counterpart of Keras's [`mnist.load_data`](https://keras.io/api/datasets/mnist/). Made by Yann
/// LeCun, Corinna Cortes and Christopher J. C. Burges from data of NIST; licence
/// [CC BY-SA 3.0](https://creativecommons.org/licenses/by-sa/3.0/).
///
/// # Shapes
///
/// | | shape | dtype | values |
/// |---|---|---|---|
/// | `x_train` | `(60000, 28, 28)` | `uint8` | grey values of pixels, 0 (paper) to 255 (ink) |
/// | `y_train` | `(60000,)` | `uint8` | digits, 0 to 9 |
/// | `x_test` | `(10000, 28, 28)` | `uint8` | as `x_train` |
/// | `y_test` | `(10000,)` | `uint8` | as `y_train` |
///
/// # Errors
///
/// - When the files are not there and no source can be reached.
/// - When they cannot be written, or there is no folder for them.
/// - When they are there, but cannot be read.
///
/// ```
/// use zunder::prelude::*;
///
/// # fn main() -> zunder::Result<()> {
/// let ((x_train, y_train), (x_test, y_test)) = mnist::load_data()?;
/// assert_eq!(x_train.shape(), [60_000, 28, 28]);
/// assert_eq!(y_test.shape(), [10_000]);
/// assert_eq!(y_train.get([0])?, 5.0); // the first image shows a 5
/// # let _ = x_test;
/// # Ok(())
/// # }
/// ```
pub fn load_data() -> Result<TrainAndTest> {
    parse::load(&MNIST)
}
