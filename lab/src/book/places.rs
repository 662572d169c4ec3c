//! Where things are in the book, and what a link of a notebook becomes in it.

use crate::base::language::Language;

/// The page of the compiler's messages.
pub(crate) const COMPILER: &str = "compiler-errors";

/// The page of the words.
pub(crate) const GLOSSARY: &str = "glossary";

/// The pages of the book in one language, and the words that it explains.
pub(crate) struct Places {
    pub(crate) language: Language,
    /// Names and titles of the chapters, in their order.
    pub(crate) chapters: Vec<(String, String)>,
    /// Words as [`key`] writes them, and the anchors of their explanations.
    pub(crate) terms: Vec<(String, String)>,
}

impl Places {
    /// Whether this is the name of a notebook that the book has.
    pub(crate) fn is_chapter(&self, name: &str) -> bool {
        self.chapters.iter().any(|(chapter, _)| chapter == name)
    }

    /// What a link of a notebook leads to in the book. None where the book has nothing there.
    pub(crate) fn target(&self, url: &str) -> Option<String> {
        if url.starts_with("https://") || url.starts_with("http://") {
            return Some(url.to_owned());
        }
        let file = url.rsplit('/').next()?.split('#').next()?;
        let name = file.split('.').next()?;
        let is_there = self.is_chapter(name) && file.ends_with(".ipynb") || name == COMPILER;
        is_there.then(|| format!("{name}.html"))
    }

    /// Where a word is explained, if it is one of the glossary's: as it stands there, in brackets behind its
    /// translation, or in the plural.
    pub(crate) fn explanation(&self, word: &str) -> Option<&str> {
        let outside = word.split('(').next().unwrap_or_default();
        let inside = word.split(['(', ')']).nth(1).unwrap_or_default();
        let forms = [word, outside, inside].map(key);
        let endings = match self.language {
            Language::English => ["", "s", "es"],
            Language::German => ["", "n", "en"],
        };
        let singulars = endings.iter().chain(&["s"]).flat_map(|ending| {
            forms
                .iter()
                .filter_map(move |form| form.strip_suffix(ending))
                .filter(|form| !form.is_empty())
        });
        let mut found =
            singulars.filter_map(|form| self.terms.iter().find(|(term, _)| term == form));
        found.next().map(|(_, anchor)| anchor.as_str())
    }
}

/// A word as it is compared: without brackets, in small letters, verbs without "to".
pub(crate) fn key(word: &str) -> String {
    let word = word.split('(').next().unwrap_or_default().trim().to_lowercase();
    word.strip_prefix("to ").unwrap_or(&word).to_owned()
}

/// A text as the anchor of a heading: small letters without accents, digits, and lines between words.
pub(crate) fn slug(text: &str) -> String {
    let plain = without_accents(&text.to_lowercase());
    let words = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// A text in small letters by which it is sorted.
pub(crate) fn without_accents(text: &str) -> String {
    text.replace('ä', "a").replace('ö', "o").replace('ü', "u").replace('ß', "ss").replace('é', "e")
}

#[cfg(test)]
pub(crate) fn of_tests(language: Language) -> Places {
    let pairs =
        |pairs: [(&str, &str); 2]| pairs.map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec();
    Places {
        language,
        chapters: pairs([("01_first", "Your first network"), ("02_look", "Look inside")]),
        terms: pairs([("gewicht", "term-gewicht"), ("layer", "term-schicht")]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_notebooks_lead_into_the_book_or_nowhere() {
        let places = of_tests(Language::German);
        let target = |url: &str| places.target(url);
        assert_eq!(target("02_look.ipynb").as_deref(), Some("02_look.html"));
        assert_eq!(
            target("../../docs/compiler-errors.de.md").as_deref(),
            Some("compiler-errors.html")
        );
        assert_eq!(target("https://burn.dev").as_deref(), Some("https://burn.dev"));
        assert_eq!([target("03_gone.ipynb"), target("../README.md")], [None, None]);
    }

    #[test]
    fn words_are_found_in_the_forms_that_texts_use() {
        let places = of_tests(Language::German);
        for word in ["Gewicht", "Gewicht (weight)", "Schichten (layers)", "Layer"] {
            assert!(places.explanation(word).is_some(), "{word}");
        }
        assert_eq!(places.explanation("Gewichtheber"), None);
        assert_eq!(places.explanation(""), None);
    }

    #[test]
    fn anchors_are_plain() {
        assert_eq!(slug("Größe & Form: „Überanpassung“, 2."), "grosse-form-uberanpassung-2");
    }
}
