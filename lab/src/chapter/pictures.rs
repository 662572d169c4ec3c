//! The pictures that the page trains with: the first ones of MNIST, as set-up has fetched them.

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::base::failure::{Explain, Failure, Result};
use crate::base::files;
use crate::base::layout::Layout;
use crate::base::spoken::spoken;
use crate::setup::data;

/// So many to train with: it takes seconds, and nine of ten digits are read.
pub(crate) const TRAINING: usize = 15_000;
/// So many for the test.
pub(crate) const TEST: usize = 2_000;

/// The bytes of one picture.
const PIXELS: usize = 28 * 28;
/// What stands at the beginning of files of pictures and of labels.
const HEADS: [usize; 2] = [16, 8];

/// All that the page needs of MNIST.
pub(crate) struct Pictures {
    /// Training pictures, their labels, test pictures, their labels: one behind the other, packed.
    pub(crate) packed: Vec<u8>,
}

impl Pictures {
    /// Brings the files if need be; the crate has checked them.
    pub(crate) fn of_mnist(layout: &Layout) -> Result<Self> {
        data::bring(layout, &data::MNIST)?;
        let folder = layout.data().ok_or_else(|| {
            Failure::new(spoken!(
                "there is no folder for the data",
                "es gibt keinen Ordner für die Daten"
            ))
        })?;
        let folder = folder.join(data::MNIST.folder);
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        for (name, number) in [("train", TRAINING), ("t10k", TEST)] {
            let parts = [
                (format!("{name}-images-idx3-ubyte"), PIXELS),
                (format!("{name}-labels-idx1-ubyte"), 1),
            ];
            for ((file, size), head) in parts.iter().zip(HEADS) {
                let bytes = first(&folder.join(file), head, number * size)?;
                packed
                    .write_all(&bytes)
                    .explain(|| spoken!("pack the pictures", "die Bilder zu packen"))?;
            }
        }
        let packed =
            packed.finish().explain(|| spoken!("pack the pictures", "die Bilder zu packen"))?;
        Ok(Self { packed })
    }
}

/// So many bytes behind the head of a file.
fn first(file: &Path, head: usize, length: usize) -> Result<Vec<u8>> {
    let bytes = files::read(file)?;
    let part = bytes.get(head..head + length).map(<[u8]>::to_vec);
    part.ok_or_else(|| Failure::new(spoken!("{} is too short", "{} ist zu kurz", file.display())))
}
