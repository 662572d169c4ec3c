//! The words of the course with their explanations, gathered from the tables at the ends of the notebooks.

use markdown::mdast::Node;
use maud::{Markup, html};

use crate::base::language::Language;
use crate::book::places::{key, slug, without_accents};
use crate::book::text::{Section, Writer, parse, words};
use crate::course::source::Source;

/// A word, or some that are explained together.
pub(crate) struct Entry {
    /// As they stand in the table: `layer`, `unit`.
    pub(crate) names: Vec<String>,
    /// The same in English, in a German book.
    pub(crate) english: Vec<String>,
    pub(crate) anchor: String,
    /// The explanations, and the notebooks that have them.
    meanings: Vec<(Vec<Node>, Vec<String>)>,
}

impl Entry {
    /// One more explanation, unless it is one that is there.
    fn add(&mut self, meaning: Vec<Node>, notebook: &str) {
        let text = |nodes: &[Node]| nodes.iter().map(words).collect::<String>();
        let known = self.meanings.iter_mut().find(|(known, _)| text(known) == text(&meaning));
        match known {
            Some((_, notebooks)) => notebooks.push(notebook.to_owned()),
            None => self.meanings.push((meaning, vec![notebook.to_owned()])),
        }
    }
}

/// The entries of all notebooks, sorted. Notebooks that explain the same word share one.
pub(crate) fn entries(sources: &[Source], language: Language) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for source in sources {
        for (columns, meaning) in rows(source, language) {
            let (names, english) = named(&columns, language);
            let keys = |names: &[String]| names.iter().map(|name| key(name)).collect::<Vec<_>>();
            match entries.iter_mut().find(|entry| keys(&entry.names) == keys(&names)) {
                Some(entry) => entry.add(meaning, &source.name),
                None => {
                    let anchor = format!("word-{}", slug(&names.join(" ")));
                    let meanings = vec![(meaning, vec![source.name.clone()])];
                    entries.push(Entry { names, english, anchor, meanings });
                }
            }
        }
    }
    entries.sort_by_key(|entry| without_accents(&key(&entry.names[0])));
    entries
}

/// All words that are explained, as [`key`] writes them, with their anchors.
pub(crate) fn terms(entries: &[Entry]) -> Vec<(String, String)> {
    let names = |entry: &Entry| {
        let all = entry.names.iter().chain(&entry.english);
        all.map(|name| (key(name), entry.anchor.clone())).collect::<Vec<_>>()
    };
    entries.iter().flat_map(names).collect()
}

/// The rows of a notebook's tables of words: all columns but the last, and the meaning.
fn rows(source: &Source, language: Language) -> Vec<(Vec<String>, Vec<Node>)> {
    let mut found = Vec::new();
    let nodes = source.texts(language).flat_map(parse);
    for table in nodes.filter(|node| matches!(node, Node::Table(_))) {
        let rows: Vec<Vec<Node>> =
            children(&table).iter().map(|row| children(row).to_vec()).collect();
        let head = rows.first().and_then(|row| row.first()).map(words).unwrap_or_default();
        if head.trim() != language.either("word", "Wort") {
            continue;
        }
        for row in &rows[1..] {
            // A row with one cell explains nothing.
            if let Some((meaning, columns)) = row.split_last().filter(|row| !row.1.is_empty()) {
                let columns = columns.iter().map(|cell| words(cell).trim().to_owned()).collect();
                found.push((columns, children(meaning).to_vec()));
            }
        }
    }
    found
}

/// The words of a row and their English: that has a column of its own, or stands in brackets.
fn named(columns: &[String], language: Language) -> (Vec<String>, Vec<String>) {
    let split = |text: &str| text.split(", ").map(str::to_owned).collect::<Vec<String>>();
    let names = columns.first().map(|names| split(names)).unwrap_or_default();
    if language == Language::English {
        return (names, Vec::new());
    }
    let in_brackets =
        |name: &String| Some(name.split_once('(')?.1.trim_end_matches(')').to_owned());
    let english = match columns.get(1) {
        Some(column) => split(column),
        None => names.iter().filter_map(in_brackets).collect(),
    };
    let german = names.iter().map(|name| name.split('(').next().unwrap_or(name).trim().to_owned());
    (german.collect(), english)
}

fn children(node: &Node) -> &[Node] {
    node.children().map_or(&[], Vec::as_slice)
}

/// The entries as a list, and what is found of each by searching.
pub(crate) fn list(entries: &[Entry], writer: &mut Writer) -> Markup {
    for entry in entries {
        let meanings = entry.meanings.iter().flat_map(|(nodes, _)| nodes.iter().map(words));
        let text = entry.english.iter().cloned().chain(meanings).collect::<Vec<_>>().join(" ");
        let (anchor, heading) = (entry.anchor.clone(), entry.names.join(", "));
        writer.sections.push(Section { anchor, heading, depth: 3, text });
    }
    html! {
        dl.glossary {
            @for entry in entries {
                div id=(entry.anchor) {
                    dt {
                        (entry.names.join(", "))
                        @if !entry.english.is_empty() {
                            " " span.english lang="en" { (entry.english.join(", ")) }
                        }
                        " " a.anchor href=(format!("#{}", entry.anchor)) aria-label=(entry.names.join(", ")) { "#" }
                    }
                    @for (meaning, notebooks) in &entry.meanings {
                        dd {
                            (writer.nodes(meaning))
                            @for notebook in notebooks {
                                " " a.source href=(format!("{notebook}.html")) { (notebook.split('_').next().unwrap_or(notebook)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::places::of_tests;
    use crate::course::source::{Part, Texts};

    fn source(name: &str, english: &str, german: &str) -> Source {
        let parts = vec![Part::Text(Texts::of(english, german))];
        Source { name: name.into(), parts, ..Source::default() }
    }

    #[test]
    fn a_table_with_one_column_explains_nothing() {
        let sources = [source("01_first", "| word |\n|---|\n| layer |\n", "")];
        assert!(entries(&sources, Language::English).is_empty());
    }

    #[test]
    fn words_of_all_tables_are_gathered_with_their_english() {
        let sources = [
            source(
                "01_first",
                "| word | meaning |\n|---|---|\n| layer, unit | a row |\n| shape | one |\n",
                "| Wort | auf Englisch | Bedeutung |\n|---|---|---|\n| Schicht, Neuron | layer, unit | eine Reihe |\n\
                 | Form | shape | eins |\n| Überlauf | overflow | zu groß |\n",
            ),
            source(
                "02_look",
                "| run | loss |\n|---|---|\n| shape | 2 |\n\n| word | meaning |\n|---|---|\n| shape | two |\n",
                "| Wort | Bedeutung |\n|---|---|\n| Form (shape) | **zwei** |\n| zu | x |\n| Überlauf (overflow) | zu groß |\n",
            ),
        ];
        let german = entries(&sources, Language::German);
        let names: Vec<String> = german.iter().map(|entry| entry.names.join(", ")).collect();
        assert_eq!(names, ["Form", "Schicht, Neuron", "Überlauf", "zu"]);
        assert_eq!(german[0].english, ["shape"]);
        let terms = terms(&german);
        assert!(terms.contains(&("unit".into(), "word-schicht-neuron".into())), "{terms:?}");
        let places = of_tests(Language::German);
        let mut writer = Writer::new(&places, "glossary");
        let page = list(&german, &mut writer).into_string();
        assert!(
            page.contains(
                "<div id=\"word-form\"><dt>Form <span class=\"english\" lang=\"en\">shape</span>"
            ),
            "{page}"
        );
        assert!(page.contains("<dd>eins <a class=\"source\" href=\"01_first.html\">01</a></dd><dd><strong>zwei</strong>"));
        let [first, second] = ["01_first", "02_look"]
            .map(|name| format!("<a class=\"source\" href=\"{name}.html\">{}</a>", &name[..2]));
        assert!(page.contains(&format!("<dd>zu groß {first} {second}</dd>")), "{page}");
        assert_eq!(writer.sections[2].text, "overflow zu groß");
        assert_eq!(entries(&sources, Language::English).len(), 2);
    }
}
