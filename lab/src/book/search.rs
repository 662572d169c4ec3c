//! What the search of the book knows: a list in a script, as a page that is read from a folder may load nothing else.

use serde_json::json;

use crate::base::failure::{Explain, Result};
use crate::base::spoken::spoken;
use crate::book::chapter::Article;

/// The index of all pages in one language: page, its title, anchor, heading, text. `book.js` reads it.
pub(crate) fn index(articles: &[Article]) -> Result<String> {
    let mut entries = Vec::new();
    for article in articles {
        for section in &article.sections {
            let text = section.text.split_whitespace().collect::<Vec<_>>().join(" ");
            entries.push(json!([
                format!("{}.html", article.name),
                article.title,
                section.anchor,
                section.heading,
                text
            ]));
        }
    }
    let entries = serde_json::to_string(&entries)
        .explain(|| spoken!("write the index", "das Verzeichnis für die Suche zu schreiben"))?;
    Ok(format!("window.bookIndex = {entries};\n"))
}
