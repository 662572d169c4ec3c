//! `cargo lab chapter`: the page in both languages, each one file that needs no other.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::base::failure::Result;
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
    let output = &notebooks::place_for(output)?;
    let folder = |language: Language| output.join(language.code());
    build(layout, &Language::ALL, folder)?;
    for language in Language::ALL {
        let page = folder(language).join("index.html");
        tell!("wrote {}", "geschrieben: {}", page.display());
    }
    if !check {
        return Ok(());
    }
    let mut script = Command::new(notebooks::browser(layout)?.program());
    script.arg(layout.script("check_chapter.py")).arg(output).env("PYTHONDONTWRITEBYTECODE", "1");
    tools::run_or(
        &mut script,
        spoken!(
            "the chapter is not as it should be; see above",
            "das Kapitel ist nicht, wie es sein soll; siehe oben"
        ),
    )
}

/// Writes the page of each language as `index.html` into its folder: engine, pictures and all are in it, so that
/// it can be opened from a disk too, where a browser lets no page read other files.
pub(crate) fn build(
    layout: &Layout,
    languages: &[Language],
    folder: impl Fn(Language) -> PathBuf,
) -> Result<()> {
    let engine = engine::build(layout)?;
    let pictures = Pictures::of_mnist(layout)?;
    languages.iter().try_for_each(|language| {
        let page = page(*language, &engine, &pictures);
        files::write(&folder(*language).join("index.html"), page)
    })
}
