//! `ModelCheckpoint`: the model as a file after each epoch, or after the best ones.

use std::path::{Path, PathBuf};

use zunder_data::base::files::{check_folder_of, check_name_of_model};
use zunder_data::base::phrase::phrase;
use zunder_data::{Error, Result};

use crate::fit::callback::{Callback, Training};
use crate::fit::monitor::Monitor;

/// Saves the model after each epoch, so that a long training may be cut off.
///
/// As Keras's [`ModelCheckpoint`](https://keras.io/api/callbacks/model_checkpoint/). The files are those
/// of [`Model::save`](crate::Model::save), and [`Model::load`](crate::Model::load) reads them. Where the
/// name holds `{epoch}` each epoch has a file of its own, with the number of the epoch in two digits. With
/// `save_best_only` the best epoch is that of all `fit`s that the callback has seen.
///
/// # Errors
///
/// When the file cannot be written (of its folder that is said before the first epoch), when its name ends in
/// .keras, .h5, .pt, .pth or .onnx, or is that of a picture, a table or a text, or when what is watched is
/// not measured.
///
/// ```
/// use zunder::prelude::*;
///
/// # let folder = tempfile::tempdir()?;
/// # let file = folder.path().join("best.safetensors");
/// # let x = Array::from([[0.1], [0.9]]);
/// # let network = Sequential::new().add(Input::new(1)).add(Dense::new(1));
/// # let mut model = network.compile(MeanSquaredError, Sgd::new(), [])?;
/// let best = ModelCheckpoint::new(&file).monitor("loss").save_best_only(true);
/// model.fit(&x, &x, Fit::new().epochs(3).verbose(0).callback(best))?;
/// assert!(Model::load(&file).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "it is a new value: give it to Fit::callback"]
#[derive(Clone, Debug)]
pub struct ModelCheckpoint {
    path: PathBuf,
    monitor: Monitor,
    save_best_only: bool,
}

impl ModelCheckpoint {
    /// Saves to this file after each epoch: `ModelCheckpoint::new("digits-{epoch}.safetensors")`.
    pub fn new(path: impl AsRef<Path>) -> Self {
        let monitor = Monitor::new("val_loss", 0.0);
        ModelCheckpoint { path: path.as_ref().to_owned(), monitor, save_best_only: false }
    }

    /// What tells the best epoch (default `val_loss`).
    pub fn monitor(mut self, name: &str) -> Self {
        name.clone_into(&mut self.monitor.name);
        self
    }

    /// Whether only an epoch that is better than all before it is saved (default false).
    pub fn save_best_only(self, save_best_only: bool) -> Self {
        ModelCheckpoint { save_best_only, ..self }
    }

    /// Keras fills in more, such as `{val_loss:.2f}`; here that would be the name of one file.
    fn check_name(&self) -> Result<()> {
        let name = self.path.to_string_lossy();
        if !name.replace("{epoch}", "").contains(['{', '}']) {
            return Ok(());
        }
        let expected = phrase!(
            "one with nothing but {{epoch}} in braces, such as model-{{epoch}}.safetensors",
            "einer, in dem nichts als {{epoch}} in Klammern steht, etwa model-{{epoch}}.safetensors"
        );
        Err(Error::bad_file_name(&self.path, expected))
    }

    fn path_of(&self, epoch: usize) -> PathBuf {
        match self.path.to_str() {
            Some(path) => path.replace("{epoch}", &format!("{epoch:02}")).into(),
            None => self.path.clone(), // a name that is no text has no such place
        }
    }
}

impl Callback for ModelCheckpoint {
    fn on_train_begin(&mut self, training: &mut Training) -> Result<()> {
        self.check_name()?;
        check_name_of_model(&self.path)?;
        check_folder_of(&self.path_of(1))?; // nobody wants to hear of it after a long epoch
        // What was best in an earlier `fit` still is: the file must not become worse.
        if self.save_best_only { self.monitor.check(training) } else { Ok(()) }
    }

    fn on_epoch_end(&mut self, training: &mut Training) -> Result<()> {
        if self.save_best_only && !self.monitor.is_best(training)? {
            return Ok(());
        }
        training.model().save(self.path_of(training.epoch()))
    }
}
