//! Finds or fetches the files of a data set, then parses them.

use std::panic;
use std::path::Path;

use ::mnist::{Mnist, MnistBuilder};

use crate::arrays::array::Array;
use crate::base::error::Result;
use crate::base::file_problem::FileProblem;
use crate::base::phrase::phrase;
use crate::base::progress::Progress;
use crate::load::cache::data_folder;
use crate::load::dataset::{Dataset, TrainAndTest};
use crate::load::fetch;

/// Finds or fetches the files, then parses them.
pub(crate) fn load(dataset: &Dataset) -> Result<TrainAndTest> {
    let folder = data_folder()?.join(dataset.folder);
    fetch::provide(dataset, &folder, &mut Progress::on_stdout())?;
    parse(dataset, &folder)
}

/// Parses files that were checked before.
pub(crate) fn parse(dataset: &Dataset, folder: &Path) -> Result<TrainAndTest> {
    let cannot_read = |reason| FileProblem::CannotRead { path: folder.to_owned(), reason };
    let base_path = folder.to_str().ok_or_else(|| {
        cannot_read(phrase!(
            "its name is not valid UTF-8; set the environment variable ZUNDER_DATA to another folder",
            "sein Name ist kein gültiges UTF-8; setz die Umgebungsvariable ZUNDER_DATA auf einen anderen Ordner"
        ))
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
    let Mnist { mut trn_img, mut trn_lbl, tst_img, tst_lbl, .. } = data.map_err(|_| {
        cannot_read(phrase!(
            "a file in it changed while it was read; run the cell again",
            "eine Datei darin hat sich beim Lesen geändert; führ die Zelle noch einmal aus"
        ))
    })?;
    // The parser leaves room behind the training data where the test data was for a moment.
    trn_img.shrink_to_fit();
    trn_lbl.shrink_to_fit();
    Ok((
        (Array::new([60_000, 28, 28], trn_img)?, Array::from(trn_lbl)), // (60000,28,28), (60000,)
        (Array::new([10_000, 28, 28], tst_img)?, Array::from(tst_lbl)), // (10000,28,28), (10000,)
    ))
}
