//! Fashion-MNIST: 70,000 pieces of clothing in the format of MNIST, harder than digits.

use crate::base::error::Result;
use crate::base::language::either;
use crate::load::dataset::{Dataset, Mirror, Source, TrainAndTest, files_like_mnist};
use crate::load::parse;

/// The SHA-256 of the files in Debian's package `dataset-fashion-mnist`, 0.0~git20200523.55506a9.
const FASHION_MNIST: Dataset = Dataset {
    name: "Fashion-MNIST",
    folder: "fashion-mnist",
    files: files_like_mnist([
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ]),
    sources: &[
        Source::Folder("/usr/share/datasets/fashion-mnist"), // where Debian's package puts it
        Source::Mirror(Mirror::new("https://storage.googleapis.com/tensorflow/tf-keras-datasets/")),
        // Its makers' own repository.
        Source::Mirror(Mirror::new(
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        )),
    ],
};

/// Loads Fashion-MNIST: images of clothing with their labels, as
/// `((x_train, y_train), (x_test, y_test))`.
///
/// It has the shape of [`mnist`](crate::mnist), so the same network takes it, but finds it harder.
/// What the classes are called: [`class_names`]. The files are fetched once (31 MB) and kept in
/// [`data_folder`](crate::data_folder) (55 MB); every load checks their SHA-256. On Debian and
/// Ubuntu the package `dataset-fashion-mnist` serves too, installed or brought by `cargo lab data`.
///
/// Counterpart of Keras's
/// [`fashion_mnist.load_data`](https://keras.io/api/datasets/fashion_mnist/). Made by Zalando
/// Research; licence [MIT](https://github.com/zalandoresearch/fashion-mnist/blob/master/LICENSE).
///
/// # Shapes
///
/// Images `(60000, 28, 28)` and `(10000, 28, 28)`, `uint8` from 0 to 255; labels `(60000,)` and
/// `(10000,)`, `uint8` from 0 to 9.
///
/// # Errors
///
/// As [`mnist::load_data`](crate::mnist::load_data).
///
/// ```no_run
/// use zunder::prelude::*;
///
/// # fn main() -> zunder::Result<()> {
/// let ((x_train, _), _) = fashion_mnist::load_data()?;
/// assert_eq!(x_train.shape(), [60_000, 28, 28]);
/// # Ok(())
/// # }
/// ```
pub fn load_data() -> Result<TrainAndTest> {
    parse::load(&FASHION_MNIST)
}

/// What the ten classes are called, in the order of their numbers and in the chosen language.
///
/// The order of Keras: 0 T-shirt/top, 1 trouser, 2 pullover, 3 dress, 4 coat, 5 sandal, 6 shirt,
/// 7 sneaker, 8 bag, 9 ankle boot.
///
/// ```
/// use zunder::prelude::*;
///
/// assert_eq!(fashion_mnist::class_names()[9], "ankle boot");
/// ```
#[rustfmt::skip] // five on a line, not one
pub fn class_names() -> [&'static str; 10] {
    either(
        ["T-shirt/top", "trouser", "pullover", "dress", "coat",
         "sandal", "shirt", "sneaker", "bag", "ankle boot"],
        ["T-Shirt/Top", "Hose", "Pullover", "Kleid", "Mantel",
         "Sandale", "Hemd", "Turnschuh", "Tasche", "Stiefelette"],
    )
}
