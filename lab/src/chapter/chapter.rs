//! `cargo lab chapter`: the page in both languages, each one file that needs no other.

use std::path::Path;
use std::process::Command;

use crate::base::failure::{Failure, Result};
use crate::base::files;
use crate::base::language::Language;
use crate::base::layout::Layout;
use crate::base::spoken::{spoken, tell};
use crate::base::tools;
use crate::chapter::engine;
use crate::chapter::page::page;
use crate::chapter::pictures::Pictures;
use crate::notebooks::run as notebooks;

/// Writes the page in both languages, each in a folder of its own, and tries them in a browser if that is asked
/// for.
pub(crate) fn run(layout: &Layout, output: &Path, check: bool) -> Result<()> {
    for language in Language::ALL {
        let folder = output.join(language.code());
        build(layout, &folder, language)?;
        tell!("wrote {}", "geschrieben: {}", folder.join("index.html").display());
    }
    if !check {
        return Ok(());
    }
    let mut script = Command::new(notebooks::browser(layout)?.program());
    script.arg(layout.script("check_chapter.py")).arg(output).env("PYTHONDONTWRITEBYTECODE", "1");
    tools::run(&mut script).map_err(|_| {
        Failure::new(spoken!(
            "the chapter is not as it should be; see above",
            "das Kapitel ist nicht, wie es sein soll; siehe oben"
        ))
    })
}

/// Writes the page of one language as `index.html` into a folder: engine, pictures and all are in it, so that
/// it can be opened from a disk too, where a browser lets no page read other files.
pub(crate) fn build(layout: &Layout, into: &Path, language: Language) -> Result<()> {
    let engine = engine::build(layout)?;
    let pictures = Pictures::of_mnist(layout)?;
    files::write(&into.join("index.html"), page(language, &engine, &pictures))
}
