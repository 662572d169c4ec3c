//! What stands around each page: head, search, the list of chapters, the ways to the pages before and behind.

use maud::{DOCTYPE, Markup, html};

use crate::base::language::Language;
use crate::book::chapter::Article;
use crate::book::places::{COMPILER, GLOSSARY, Places};
use crate::book::text::{Section, name_of};

/// The page with everything, for paper.
pub(crate) const PRINT: &str = "print";

/// The folder of the chapter that trains in the page.
pub(crate) const TRAINING: &str = "train";

/// The book in one language.
pub(crate) struct Frame<'a> {
    pub(crate) places: &'a Places,
    /// The other language, where the book has it.
    pub(crate) other: Option<Language>,
    /// Whether there is a chapter that trains in the page.
    pub(crate) has_training: bool,
}

impl Frame<'_> {
    pub(crate) fn say<T>(&self, english: T, german: T) -> T {
        self.places.language.either(english, german)
    }

    /// The heading of one of the pages that are no notebook.
    pub(crate) fn title_of(&self, name: &str) -> &'static str {
        match name {
            COMPILER => self.say("What the compiler says", "Was der Compiler sagt"),
            GLOSSARY => self.say("Glossary", "Glossar"),
            PRINT => self.say("The whole book, to print", "Das ganze Buch zum Drucken"),
            TRAINING => {
                self.say("Train a network in this page", "Ein Netz in dieser Seite trainieren")
            }
            _ => self.say("Contents", "Inhalt"),
        }
    }

    /// All pages that follow each other, with their titles.
    fn pages(&self) -> Vec<(&str, &str)> {
        let chapters =
            self.places.chapters.iter().map(|(name, title)| (name.as_str(), title.as_str()));
        let others = |name| (name, self.title_of(name));
        std::iter::once(others("index"))
            .chain(chapters)
            .chain([COMPILER, GLOSSARY].map(others))
            .collect()
    }

    /// The page of an article.
    pub(crate) fn article(&self, article: &Article) -> String {
        let pages = self.pages();
        let place = pages.iter().position(|(name, _)| *name == article.name);
        let before = place.and_then(|place| pages.get(place.checked_sub(1)?));
        let behind = place.and_then(|place| pages.get(place + 1));
        let way = |rel: &str, label: &str, page: Option<&(&str, &str)>| {
            html! {
                @if let Some((name, title)) = page {
                    a class=(rel) rel=(rel) href=(format!("{name}.html")) { span { (label) } (title) }
                }
            }
        };
        let body = html! {
            article { (article.body) }
            nav.ways aria-label=(self.say("Pages before and after", "Seiten davor und danach")) {
                (way("prev", self.say("Before", "Zurück"), before))
                (way("next", self.say("Next", "Weiter"), behind))
            }
        };
        self.whole(&article.name, &article.title, &article.sections, &body)
    }

    /// A whole page.
    pub(crate) fn whole(
        &self,
        name: &str,
        title: &str,
        sections: &[Section],
        body: &Markup,
    ) -> String {
        let language = self.places.language;
        let body = html! {
            a.skip href="#content" { (self.say("Skip to the text", "Zum Text springen")) }
            header.top {
                a.home href="index.html" { "Zunder" }
                a.to-chapters href="#chapters" { (self.title_of("index")) }
                (self.search())
                @if let Some(other) = self.other {
                    a.language lang=(other.code()) hreflang=(other.code())
                        href=(format!("../{}/{name}.html", other.code())) { (name_of(other)) }
                }
            }
            div.columns {
                main #content { (body) }
                (self.chapters(name, sections))
            }
        };
        document(language, "../", title, &body)
    }

    fn search(&self) -> Markup {
        html! {
            form.search role="search" hidden {
                label for="search" { (self.say("Search", "Suchen")) }
                input #search type="search" autocomplete="off" spellcheck="false"
                    placeholder=(self.say("Search", "Suchen"));
                div.found hidden {
                    p role="status" data-none=(self.say("Nothing found", "Nichts gefunden"))
                        data-one=(self.say("1 place", "1 Stelle")) data-some=(self.say("# places", "# Stellen")) {}
                    ol {}
                }
            }
        }
    }

    fn chapters(&self, current: &str, sections: &[Section]) -> Markup {
        let is_shown = |section: &&Section| section.depth == 2;
        let line = |name: &str, title: &str| {
            html! {
                li {
                    a href=(format!("{name}.html")) aria-current=[(name == current).then_some("page")] {
                        (number(name)) (title)
                    }
                    @if name == current && sections.iter().any(|section| is_shown(&section)) {
                        ul {
                            @for section in sections.iter().filter(is_shown) {
                                li { a href=(format!("#{}", section.anchor)) { (section.heading) } }
                            }
                        }
                    }
                }
            }
        };
        html! {
            nav #chapters aria-label=(self.say("Chapters", "Kapitel")) {
                ul {
                    @for (name, title) in self.pages() {
                        (line(name, title))
                        @if name == "index" && self.has_training {
                            (line("train/index", self.title_of(TRAINING)))
                        }
                    }
                    (line(PRINT, self.title_of(PRINT)))
                }
            }
        }
    }
}

/// The number of a notebook.
pub(crate) fn number(name: &str) -> Markup {
    let number =
        name.split('_').next().filter(|number| number.starts_with(|c: char| c.is_ascii_digit()));
    html! { @if let Some(number) = number { span.number { (number) } " " } }
}

/// A document with the book's looks. `up` leads to the folder of the book.
pub(crate) fn document(language: Language, up: &str, title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Zunder" }
                link rel="stylesheet" href=(format!("{up}book.css"));
                script src=(format!("{up}book.js")) defer {}
            }
            body { (body) }
        }
    };
    page.into_string()
}
