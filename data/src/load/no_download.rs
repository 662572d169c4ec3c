//! What stands in the place of `download` in a web page, whose data comes with it.

use std::path::Path;

use crate::base::data_problem::SourceProblem;
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
    Err(SourceProblem::NoAnswer { reason: phrase!("this is a web page", "das ist eine Webseite") }
        .into())
}
