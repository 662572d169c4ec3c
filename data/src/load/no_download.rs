//! What stands in the place of `download` in a web page, whose data comes with it.

use std::path::Path;

use crate::base::error::Result;
use crate::base::phrase::phrase;
use crate::base::progress::Progress;
use crate::load::cache::KeepError;
use crate::load::dataset::{DataFile, Mirror};

pub(super) fn fetch(
    _: &Mirror,
    _: &Path,
    _: &mut Vec<&DataFile>,
    _: &mut Progress,
) -> Result<(), KeepError> {
    Err(KeepError::Source(phrase!(
        "no answer (this is a web page)",
        "keine Antwort (das ist eine Webseite)"
    )))
}
