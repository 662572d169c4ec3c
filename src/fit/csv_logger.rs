//! `CsvLogger`: the numbers of each epoch in a file.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use zunder_data::base::files::{check_folder_of, ends_in};
use zunder_data::base::phrase::phrase;
use zunder_data::{Error, Result};

use crate::fit::callback::{Callback, Training};

/// Writes the numbers of each epoch to a CSV file while a model is trained.
///
/// One line for each epoch, at once, so that another program can look on: the epoch, counted from 0, then
/// all that was measured, in the order of the alphabet. As Keras's
/// [`CSVLogger`](https://keras.io/api/callbacks/csv_logger/), but without its empty `val_` columns where
/// nothing is validated. A file that is there already is written anew.
///
/// # Errors
///
/// When the file cannot be written, when its name ends in something else than .csv, .tsv, .txt, .log or .dat, or when
/// what is to stand between the columns may stand in a number.
///
/// ```
/// use zunder::prelude::*;
///
/// # let folder = tempfile::tempdir()?;
/// # let file = folder.path().join("log.csv");
/// # let x = Array::from([[0.1], [0.9]]);
/// # let network = Sequential::new().add(Input::new(1)).add(Dense::new(1));
/// # let mut model = network.compile(MeanSquaredError, Sgd::new(), [])?;
/// let settings = Fit::new().epochs(2).verbose(0).callback(CsvLogger::new(&file)); // or "log.csv"
/// model.fit(&x, &x, settings)?;
/// assert!(std::fs::read_to_string(&file)?.starts_with("epoch,loss\n0,"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "it is a new value: give it to Fit::callback"]
#[derive(Debug)]
pub struct CsvLogger {
    path: PathBuf,
    separator: char,
    open: Option<(File, Vec<String>)>,
}

impl CsvLogger {
    /// Writes to this file.
    pub fn new(path: impl AsRef<Path>) -> Self {
        CsvLogger { path: path.as_ref().to_owned(), separator: ',', open: None }
    }

    /// What stands between the columns (default a comma).
    pub fn separator(self, separator: char) -> Self {
        CsvLogger { separator, ..self }
    }

    fn check(&self) -> Result<()> {
        let separator = self.separator;
        // A model, a picture or a notebook that is there would be gone.
        if self.path.extension().is_some() && !ends_in(&self.path, "csv tsv txt log dat") {
            let expected = phrase!("one that ends in .csv", "einer, der auf .csv endet");
            return Err(Error::bad_file_name(&self.path, expected));
        }
        if separator.is_alphanumeric() || ".-\"\n\r".contains(separator) {
            let expected = phrase!(
                "a sign that stands in no number, such as ';' or a tab '\\t'",
                "ein Zeichen, das in keiner Zahl steht, etwa ';' oder ein Tabulator '\\t'"
            );
            return Err(Error::bad_setting("separator", format!("{separator:?}"), expected));
        }
        check_folder_of(&self.path)
    }
}

/// A name as one field, whatever it holds.
fn field(name: &str, separator: &str) -> String {
    if name.contains(separator) || name.contains(['"', '\n', '\r']) {
        format!("\"{}\"", name.replace('"', "\"\""))
    } else {
        name.to_owned()
    }
}

impl Callback for CsvLogger {
    fn on_train_begin(&mut self, _: &mut Training) -> Result<()> {
        // A folder that is not there is said before the training; the file stays as it is until that begins.
        self.open = None;
        self.check()
    }

    fn on_epoch_begin(&mut self, _: &mut Training) -> Result<()> {
        if self.open.is_none() {
            let file = File::create(&self.path).map_err(|e| Error::cannot_write(&self.path, &e))?;
            self.open = Some((file, Vec::new()));
        }
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training) -> Result<()> {
        let Some((file, columns)) = &mut self.open else { return Ok(()) };
        let separator = self.separator.to_string();
        let mut lines = String::new();
        if columns.is_empty() {
            *columns = training.history().names();
            columns.sort();
            let names: Vec<String> = columns.iter().map(|name| field(name, &separator)).collect();
            lines = format!("epoch{separator}{}\n", names.join(&separator));
        }
        let last = |name: &String| training.history().of_last_epoch(name).unwrap_or(f32::NAN);
        let numbers: Vec<String> = columns.iter().map(|name| last(name).to_string()).collect();
        let epoch = training.epoch() - 1;
        lines += &format!("{epoch}{separator}{}\n", numbers.join(&separator));
        file.write_all(lines.as_bytes()).map_err(|e| Error::cannot_write(&self.path, &e))
    }
}
