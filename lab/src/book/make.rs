//! `cargo lab book`: makes the whole book, or a part of it.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use serde_json::Value;

use crate::base::failure::Result;
use crate::base::files;
use crate::base::language::Language;
use crate::base::layout::Layout;
use crate::base::spoken::{count, say, tell};
use crate::book::chapter::{self, Article};
use crate::book::executed::Runner;
use crate::book::front;
use crate::book::glossary;
use crate::book::output::{self, Outputs, PICTURES};
use crate::book::page::{Frame, PRINT, TRAINING};
use crate::book::places::{COMPILER, GLOSSARY, Places};
use crate::book::search;
use crate::book::text::Writer;
use crate::chapter::chapter as chapter_that_trains;
use crate::course::course::sources;
use crate::course::map;
use crate::course::notebook::{self, Edition};
use crate::course::source::Source;
use crate::notebooks::find::name_of;
use crate::notebooks::numbers::at_least_one;
use crate::notebooks::run::{in_repository, place_for};
use crate::setup::setup::{self, Verbosity};

/// What is made, and where.
#[derive(Args)]
pub(crate) struct Options {
    /// The folder of the book; open index.html in it
    #[arg(long, default_value = ".zunder/book")]
    output: PathBuf,
    /// Only these notebooks, such as 03_shapes
    #[arg(long = "notebook", value_parser = name_of)]
    notebooks: Vec<String>,
    /// Only this language: en or de
    #[arg(long, value_parser = ["en", "de"])]
    language: Option<String>,
    /// How many kernels run at once
    #[arg(long, default_value_t = 2, value_parser = at_least_one::<usize>)]
    jobs: usize,
    /// Seconds that one cell may take
    #[arg(long, default_value_t = 1800, value_parser = at_least_one::<u32>)]
    timeout: u32,
    /// Where executed notebooks are kept
    #[arg(long, default_value = ".zunder/book-executed", hide = true)]
    executed: PathBuf,
}

/// Makes the book, and says how big it is and how long it took.
pub(crate) fn run(layout: &Layout, options: &Options) -> Result<()> {
    let start = Instant::now();
    let sources =
        map::chosen(sources(layout)?, &options.notebooks, say("notebook", "das Notebook"))?;
    let folder = place_for(&in_repository(layout, &options.output))?;
    let kept = place_for(&in_repository(layout, &options.executed))?;
    // A second book would take away the folder in which the first one's kernels work.
    let _alone = files::lock_exclusively(&kept.join(".lock"), || {
        tell!(
            "Another `cargo lab` is making the book: waiting for it.",
            "Ein anderes `cargo lab` macht gerade das Buch: Danach geht es hier weiter."
        );
    })?;
    let python = setup::run(layout, Verbosity::News)?;
    let languages = Language::ALL
        .into_iter()
        .filter(|language| options.language.as_deref().is_none_or(|code| code == language.code()));
    let languages: Vec<Language> = languages.collect();
    let wanted: Vec<(Language, &Source)> = languages
        .iter()
        .flat_map(|language| sources.iter().map(|source| (*language, source)))
        .collect();
    let runner = Runner { layout, python: &python, kept: &kept, timeout: options.timeout };
    let executed = runner.all(&wanted, options.jobs)?;

    files::write(&folder.join("book.css"), include_str!("book.css"))?;
    files::write(&folder.join("book.js"), include_str!("book.js"))?;
    files::write(&folder.join("index.html"), front::start(&languages))?;
    if options.notebooks.is_empty() {
        add_training(layout, &folder, &languages);
    }
    for (language, executed) in languages.iter().zip(executed.chunks(sources.len())) {
        let other = languages.iter().copied().find(|other| other != language);
        build(layout, &folder, *language, other, &sources, executed)?;
    }
    output::remove_unnamed(&folder)?;
    tell!(
        "{}, {}, made in {:.0} s: open {}",
        "{}, {}, fertig nach {:.0} s: Öffne {}",
        count(wanted.len(), say("notebook", "Notebook"), say("notebooks", "Notebooks")),
        files::megabytes(files::disk_use(&folder)),
        start.elapsed().as_secs_f64(),
        folder.join("index.html").display()
    );
    Ok(())
}

/// The first chapter, which trains in the page: a part of the whole book. Where its engine cannot be
/// compiled, the book is made without it.
fn add_training(layout: &Layout, folder: &Path, languages: &[Language]) {
    let into = |language: Language| folder.join(language.code()).join(TRAINING);
    if let Err(failure) = chapter_that_trains::build(layout, languages, into) {
        tell!(
            "The book goes without the chapter that trains in the page: {failure}",
            "Das Buch kommt ohne das Kapitel aus, das in der Seite trainiert: {failure}"
        );
    }
}

/// The book in one language.
fn build(
    layout: &Layout,
    folder: &Path,
    language: Language,
    other: Option<Language>,
    sources: &[Source],
    executed: &[Value],
) -> Result<()> {
    let own = folder.join(language.code());
    let words = glossary::entries(sources, language);
    let chapters =
        sources.iter().map(|source| (source.name.clone(), map::title(source, language))).collect();
    let places = Places { language, chapters, terms: glossary::terms(&words) };
    let has_training = own.join(TRAINING).join("index.html").is_file();
    let frame = Frame { places: &places, other, has_training };
    let outputs = Outputs { pictures: folder.join(PICTURES), language };

    let mut articles = Vec::new();
    for (at, (source, executed)) in sources.iter().zip(executed).enumerate() {
        let (name, title) = &places.chapters[at];
        let learner = notebook::make(source, language, Edition::Learner);
        articles.push(chapter::of(&places, &outputs, (name, title), &learner, executed)?);
    }
    articles.push(compiler(layout, &frame)?);
    let mut writer = Writer::new(&places, GLOSSARY);
    let heading = writer.text(&format!("# {}", frame.title_of(GLOSSARY)));
    let list = glossary::list(&words, &mut writer);
    articles.push(Article {
        name: GLOSSARY.to_owned(),
        title: frame.title_of(GLOSSARY).to_owned(),
        body: maud::html! { (heading) (list) },
        sections: writer.sections,
    });

    for article in &articles {
        files::write(&own.join(format!("{}.html", article.name)), frame.article(article))?;
    }
    files::write(&own.join("index.html"), front::contents(&frame, sources))?;
    files::write(&own.join(format!("{PRINT}.html")), front::print(&frame, &articles))?;
    files::write(&own.join("search.js"), search::index(&articles)?)
}

/// The compiler's messages, from the page in docs/.
fn compiler(layout: &Layout, frame: &Frame) -> Result<Article> {
    let file = frame.places.language.either("compiler-errors.md", "compiler-errors.de.md");
    let file = layout.root().join("docs").join(file);
    let text = files::read_text(&file)?;
    let mut writer = Writer::new(frame.places, COMPILER);
    let body = writer.text(&text);
    let title = frame.title_of(COMPILER).to_owned();
    Ok(Article { name: COMPILER.to_owned(), title, body, sections: writer.sections })
}
