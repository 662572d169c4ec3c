//! What a check says: a sentence of the course in the chosen language, with its parts filled in.

use std::fmt::{Debug, Display};

use crate::tasks::course;

/// The sentence with this key. A part is a variable of the part's name, or `name = value`:
/// `say!("flatten.rows", shape)`.
macro_rules! say {
    (@value $name:ident) => { $name };
    (@value $name:ident $value:expr) => { $value };
    ($key:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {
        $crate::sentences::sentence(
            $key,
            &[$((stringify!($name), &$crate::sentences::say!(@value $name $($value)?) as &dyn std::fmt::Display)),*],
        )
    };
}

/// The finding that something is wrong, and the sentence that says it: as [`say`].
macro_rules! wrong {
    ($($key_and_parts:tt)*) => { Err($crate::sentences::say!($($key_and_parts)*)) };
}

/// Ends the check with such a finding if something is so: `refuse!("flatten.rows", shape; if x == 7)`.
macro_rules! refuse {
    ($key:literal $(, $name:ident $(= $value:expr)?)*; if $condition:expr) => {
        if $condition {
            return $crate::sentences::wrong!($key $(, $name $(= $value)?)*);
        }
    };
}

pub(crate) use {refuse, say, wrong};

/// The sentence with this key, filled in.
pub(crate) fn sentence(key: &str, parts: &[(&str, &dyn Display)]) -> String {
    match course().sentences.get(key) {
        Some(texts) => fill(texts.chosen(), parts),
        None => key.to_owned(), // a test finds it
    }
}

/// Puts the parts where `{name}` stands. What is put in is not looked at again.
fn fill(sentence: &str, parts: &[(&str, &dyn Display)]) -> String {
    let mut pieces = sentence.split('{');
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once('}').unwrap_or((piece, ""));
        match parts.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => filled += &value.to_string(),
            None => filled = filled + "{" + name + "}",
        }
        filled += rest;
    }
    filled
}

/// A text of the course where no page shows it: each paragraph in one line, nothing printed bold or
/// slanted.
pub(crate) fn plain(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|lines| without_stars(&lines.replace('\n', " ")));
    paragraphs.collect::<Vec<_>>().join("\n")
}

/// Leaves out the stars around words, not those of code and of products.
fn without_stars(text: &str) -> String {
    let is_code = |piece: usize| piece % 2 == 1;
    let pieces = text.split('`').enumerate().map(|(number, piece)| {
        if is_code(number) {
            return piece.to_owned();
        }
        let products = piece.split(" * ").map(|words| words.replace('*', ""));
        products.collect::<Vec<_>>().join(" * ")
    });
    pieces.collect::<Vec<_>>().join("`")
}

/// A list or a text as code has it, cut where it gets long: `[7, 7, 7, ...]`.
pub(crate) fn brief(value: &impl Debug) -> String {
    shorten(format!("{value:?}"))
}

/// The shape with these lengths, which may be more than anyone can read.
pub(crate) fn brief_shape(lengths: &[usize]) -> String {
    match lengths {
        [length] => format!("({length},)"),
        _ => {
            let lengths: Vec<String> = lengths.iter().take(MOST).map(usize::to_string).collect();
            shorten(format!("({})", lengths.join(", ")))
        }
    }
}

/// More characters of a list than this help nobody.
const MOST: usize = 100;

fn shorten(text: String) -> String {
    if text.chars().count() <= MOST {
        return text;
    }
    let start: String = text.chars().take(MOST).collect();
    let whole_entries = start.rfind(", ").map_or(start.as_str(), |comma| &start[..comma + 2]);
    format!("{whole_entries}...{}", text.chars().last().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Each key that the checks name, with the parts that they fill in; none for a key that is
    /// handed on to [`sentence`].
    fn used() -> BTreeMap<String, Vec<Option<BTreeSet<String>>>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut used: BTreeMap<String, Vec<_>> = BTreeMap::new();
        let in_folder = |folder: &Path| fs::read_dir(folder).expect("it is there").flatten();
        let files = in_folder(&folder).chain(in_folder(&folder.join("check")));
        for file in files.map(|entry| entry.path()).filter(|file| file.is_file()) {
            if file.ends_with("sentences.rs") || file.extension().is_none_or(|e| e != "rs") {
                continue;
            }
            let text = fs::read_to_string(&file).expect("it can be read");
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let mut rest = code;
            while let Some((before, after)) = rest.split_once('"') {
                let (literal, after) = after.split_once('"').unwrap_or((after, ""));
                if is_key(literal) {
                    let calls = ["wrong!(", "say!(", "refuse!("];
                    let is_call = calls.iter().any(|call| before.trim_end().ends_with(call));
                    let parts = is_call.then(|| parts_of_call(after));
                    used.entry(literal.to_owned()).or_default().push(parts);
                }
                rest = after;
            }
        }
        used
    }

    fn is_key(literal: &str) -> bool {
        let is_word = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_lowercase())
                && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        // A file's name is no key.
        let parts = literal.split_once('.').filter(|(_, name)| !["json", "svg"].contains(name));
        parts.is_some_and(|(group, name)| is_word(group) && is_word(name))
    }

    /// The names of `, shape, got = x.len())`.
    fn parts_of_call(mut text: &str) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        while let Some(next) = text.trim_start().strip_prefix(',') {
            let next = next.trim_start();
            let end = next.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(next.len());
            if end == 0 {
                break; // the last comma
            }
            names.insert(next[..end].to_owned());
            text = &next[end..];
            if text.starts_with(" = ") {
                let mut depth = 0;
                let value_ends = |c: char| {
                    match c {
                        '(' | '[' => depth += 1,
                        ')' | ']' => depth -= 1,
                        _ => {}
                    }
                    depth < 0 || (depth == 0 && (c == ',' || c == ';'))
                };
                text = &text[text.find(value_ends).unwrap_or(text.len())..];
            }
        }
        names
    }

    fn parts_of_sentence(sentence: &str) -> BTreeSet<String> {
        let pieces = sentence.split('{').skip(1);
        pieces.filter_map(|piece| Some(piece.split_once('}')?.0.to_owned())).collect()
    }

    #[test]
    fn every_sentence_is_said_and_every_key_has_one() {
        let used = used();
        let unknown: Vec<_> =
            used.keys().filter(|k| !course().sentences.contains_key(*k)).collect();
        assert!(unknown.is_empty(), "these keys have no sentence in course/*.md: {unknown:?}");
        let unused: Vec<_> = course().sentences.keys().filter(|k| !used.contains_key(*k)).collect();
        assert!(unused.is_empty(), "no check says these sentences: {unused:?}");
        assert!(used.len() > 300, "only {} keys were found", used.len());
    }

    #[test]
    fn each_part_of_a_sentence_is_given_and_needed() {
        for (key, calls) in used() {
            let texts = &course().sentences[&key];
            let [english, german] = [false, true].map(|german| {
                let text = || parts_of_sentence(texts.chosen());
                if german { zunder::words::in_german(text) } else { text() }
            });
            assert_eq!(english, german, "{key}");
            for given in calls {
                assert_eq!(given.unwrap_or_default(), english, "{key}");
            }
        }
    }

    #[test]
    fn stars_stay_only_where_they_multiply() {
        let text = "**Bold**, *slanted*\nand `*code`: 16 * 785.\n\nThe end";
        assert_eq!(plain(text), "Bold, slanted and `*code`: 16 * 785.\nThe end");
    }

    #[test]
    fn parts_are_filled_in_once() {
        let parts: [(&str, &dyn Display); 2] = [("a", &"{b}"), ("b", &7)];
        assert_eq!(fill("{a} and {b}, {c}", &parts), "{b} and 7, {c}");
        assert_eq!(fill("no part", &[]), "no part");
    }

    #[test]
    fn long_lists_and_texts_are_cut() {
        assert_eq!(brief(&[1, 2]), "[1, 2]");
        let long = brief(&vec![7; 300_000]);
        assert!(
            long.len() < 110 && long.starts_with("[7, 7, ") && long.ends_with(", ...]"),
            "{long}"
        );
        assert!(brief(&"\u{fc}".repeat(500)).ends_with("...\""));
        assert_eq!([brief_shape(&[28]), brief_shape(&[])], ["(28,)", "()"]);
        assert!(brief_shape(&vec![7; 300_000]).ends_with("7, ...)"));
    }
}
