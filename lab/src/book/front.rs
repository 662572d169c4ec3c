//! The pages that lead to the others: the choice of the language, the contents, and the page to print.

use maud::{Markup, PreEscaped, html};

use crate::base::language::Language;
use crate::book::chapter::Article;
use crate::book::output::without_live;
use crate::book::page::{Frame, PRINT, TRAINING, document, number};
use crate::book::places::{COMPILER, GLOSSARY};
use crate::book::text::{Section, name_of, parse, words};
use crate::course::minutes;
use crate::course::source::Source;

/// The first page: in which language?
pub(crate) fn start(languages: &[Language]) -> String {
    let body = html! {
        main.start #content {
            (network())
            h1 { "Zunder" }
            @for language in languages {
                a.choice href=(format!("{}/index.html", language.code())) lang=(language.code()) {
                    strong { (name_of(*language)) }
                    span { (promise(*language)) }
                }
            }
        }
    };
    document(
        languages.first().copied().unwrap_or(Language::English),
        "",
        promise(Language::English),
        &body,
    )
}

fn promise(language: Language) -> &'static str {
    language.either(
        "Train your first neural network in Rust, cell by cell",
        "Trainiere dein erstes neuronales Netz in Rust, Zelle für Zelle",
    )
}

/// The contents of the book in one language.
pub(crate) fn contents(frame: &Frame, sources: &[Source]) -> String {
    let language = frame.places.language;
    let card = |href: &str, title: &str, about: &str| {
        html! { li { a href=(href) { strong { (title) } span { (about) } } } }
    };
    let body = html! {
        div.hero { (network()) div { h1 { "Zunder" } p { (promise(language)) } } }
        p { (frame.say(
            "All notebooks of the course, with what their cells put out. To do them yourself, start JupyterLab with ",
            "Alle Notebooks des Kurses, mit dem, was ihre Zellen ausgeben. Um sie selbst zu bearbeiten, starte JupyterLab mit ",
        )) code { "cargo lab" } (frame.say(
            " in the folder of Zunder (where it is installed for all: ",
            " im Ordner von Zunder (wo es für alle installiert ist: ",
        )) code { "zunder" } (frame.say("): it opens the first one.", "): Es öffnet das erste.")) }
        @if frame.has_training {
            ul.cards { (card("train/index.html", frame.title_of(TRAINING), frame.say(
                "Nothing to install: set up a network, watch it learn, and draw a digit for it.",
                "Ohne etwas zu installieren: Stell ein Netz ein, sieh ihm beim Lernen zu und zeichne ihm eine Ziffer.",
            ))) }
        }
        h2 { (frame.say("The course", "Der Kurs")) }
        ol.cards.course {
            @for (source, (name, title)) in sources.iter().zip(&frame.places.chapters) {
                li {
                    a href=(format!("{name}.html")) {
                        strong { (number(name)) (title) }
                        span { (about(source, language)) }
                        small { (minutes::head(source, language).trim_matches('*')) }
                    }
                }
            }
        }
        h2 { (frame.say("To look things up", "Zum Nachschlagen")) }
        ul.cards {
            (card(&format!("{COMPILER}.html"), frame.title_of(COMPILER), frame.say(
                "The most likely slips, the compiler's words for them, and how to mend each.",
                "Die häufigsten Fehler, die Worte des Compilers dafür und was jeweils hilft.",
            )))
            (card(&format!("{GLOSSARY}.html"), frame.title_of(GLOSSARY), frame.say(
                "The words of all notebooks.", "Die Wörter aller Notebooks, mit ihren englischen.",
            )))
            (card(&format!("{PRINT}.html"), frame.title_of(PRINT), frame.say(
                "One page with everything, for your browser's printer or a PDF.",
                "Eine Seite mit allem, für den Drucker deines Browsers oder ein PDF.",
            )))
        }
    };
    frame.whole("index", frame.title_of("index"), &[], &body)
}

/// The first sentence of a notebook's first paragraph.
fn about(source: &Source, language: Language) -> String {
    let nodes = parse(source.texts(language).next().unwrap_or_default());
    let paragraph = nodes.iter().find(|node| matches!(node, markdown::mdast::Node::Paragraph(_)));
    let text =
        paragraph.map(words).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence_ends =
        |(at, letter): (usize, char)| ".?!".contains(letter) && text[at + 1..].starts_with(' ');
    let end = text.char_indices().position(sentence_ends);
    text.chars().take(end.map_or(usize::MAX, |end| end + 1)).collect()
}

/// All chapters one behind the other, without what runs in a page; links stay inside.
pub(crate) fn print(frame: &Frame, articles: &[Article]) -> String {
    let title = frame.title_of(PRINT);
    let body = html! {
        div.before {
            h1 { "Zunder" }
            p { (promise(frame.places.language)) }
            ol.plain-list {
                @for article in articles {
                    li { a href=(format!("#{}", article.name)) { (number(&article.name)) (article.title) } }
                }
            }
        }
        @for article in articles {
            article.chapter id=(article.name) { (PreEscaped(inside(&without_live(&article.body.0), articles))) }
        }
    };
    frame.whole(PRINT, title, &[] as &[Section], &body)
}

/// Links to pages become links to places of this one.
fn inside(body: &str, articles: &[Article]) -> String {
    articles.iter().fold(body.to_owned(), |body, article| {
        let page = format!("href=\"{}.html", article.name);
        let to_anchor = body.replace(&format!("{page}#"), "href=\"#");
        to_anchor.replace(&format!("{page}\""), &format!("href=\"#{}\"", article.name))
    })
}

/// A network in the colours of the notebooks' diagrams.
fn network() -> Markup {
    let layers: [(u32, u32, &str); 4] =
        [(30, 7, "#0072b2"), (90, 5, "#e69f00"), (150, 4, "#e69f00"), (210, 3, "#0072b2")];
    let height = |units: u32, unit: u32| 80 + 22 * unit - 11 * (units - 1);
    html! {
        svg.network viewBox="0 0 240 160" width="240" height="160" aria-hidden="true" {
            @for pair in layers.windows(2) {
                @for from in 0..pair[0].1 {
                    @for to in 0..pair[1].1 {
                        line x1=(pair[0].0) y1=(height(pair[0].1, from)) x2=(pair[1].0) y2=(height(pair[1].1, to)) {}
                    }
                }
            }
            @for (x, units, colour) in layers {
                @for unit in 0..units { circle cx=(x) cy=(height(units, unit)) r="7" fill=(colour) {} }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::source::{Part, Texts};

    #[test]
    fn a_card_says_the_first_sentence() {
        let text = "# Title\n\nA net of 0.5 *kg*\nlearns. More.";
        let source = Source { parts: vec![Part::Text(Texts::of(text, text))], ..Source::default() };
        assert_eq!(about(&source, Language::English), "A net of 0.5 kg learns.");
    }

    #[test]
    fn links_of_the_page_to_print_stay_in_it() {
        let article = |name: &str| Article {
            name: name.into(),
            title: String::new(),
            body: html! {},
            sections: Vec::new(),
        };
        let articles = [article("01_first"), article("glossary")];
        let body = "<a href=\"01_first.html\"> <a href=\"glossary.html#word-a\"> <a href=\"https://x.org/y.html\">";
        let expected =
            "<a href=\"#01_first\"> <a href=\"#word-a\"> <a href=\"https://x.org/y.html\">";
        assert_eq!(inside(body, &articles), expected);
    }
}
