//! A data set in the format of MNIST: what its files must be, and where they come from.

use std::time::Duration;

use crate::arrays::array::Array;

/// A training set and a test set, each as images and labels.
pub(crate) type TrainAndTest = ((Array, Array), (Array, Array));

/// A data set in the format of MNIST.
pub(crate) struct Dataset {
    /// Its name in a sentence.
    pub(crate) name: &'static str,
    /// Its folder below [`data_folder`](crate::data_folder).
    pub(crate) folder: &'static str,
    /// Training images, training labels, test images, test labels.
    pub(crate) files: [DataFile; 4],
    /// Where to fetch it, best place first.
    pub(crate) sources: &'static [Source],
}

impl Dataset {
    pub(crate) fn num_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.num_bytes).sum()
    }
}

/// A place that has the files of a data set, compressed (`.gz`).
pub(crate) enum Source {
    /// A folder of this machine. It does not matter if they are not there.
    Folder(&'static str),
    /// A folder on a web server.
    Mirror(Mirror),
}

/// A folder on a web server.
pub(crate) struct Mirror {
    /// With a slash at the end.
    pub(crate) url: &'static str,
    /// How long the server may be silent.
    pub(crate) patience: Duration,
}

/// Long enough for a slow server, and without a network nobody should wait for minutes.
const PATIENCE: Duration = Duration::from_secs(6);

impl Mirror {
    pub(crate) const fn new(url: &'static str) -> Self {
        Mirror { url, patience: PATIENCE }
    }

    /// The server's name, for people.
    pub(crate) fn host(&self) -> &str {
        let rest = self.url.split_once("://").map_or(self.url, |(_, rest)| rest);
        rest.split('/').next().unwrap_or(rest)
    }
}

/// A file as it must be, uncompressed.
pub(crate) struct DataFile {
    pub(crate) name: &'static str,
    pub(crate) num_bytes: u64,
    /// The first four bytes: two zeros, the type (8: `u8`), the number of dimensions.
    pub(crate) magic: [u8; 4],
    pub(crate) sha256: &'static str,
}

pub(crate) const IMAGES: [u8; 4] = [0, 0, 8, 3];
pub(crate) const LABELS: [u8; 4] = [0, 0, 8, 1];

/// The four files of 60,000 + 10,000 images of 28 x 28 pixels, which differ only in their hashes.
pub(crate) const fn files_like_mnist(sha256: [&'static str; 4]) -> [DataFile; 4] {
    let [train_images, train_labels, test_images, test_labels] = sha256;
    [
        images("train-images-idx3-ubyte", 60_000, train_images),
        labels("train-labels-idx1-ubyte", 60_000, train_labels),
        images("t10k-images-idx3-ubyte", 10_000, test_images),
        labels("t10k-labels-idx1-ubyte", 10_000, test_labels),
    ]
}

const fn images(name: &'static str, count: u64, sha256: &'static str) -> DataFile {
    DataFile { name, num_bytes: 16 + count * 28 * 28, magic: IMAGES, sha256 }
}

const fn labels(name: &'static str, count: u64, sha256: &'static str) -> DataFile {
    DataFile { name, num_bytes: 8 + count, magic: LABELS, sha256 }
}
