//! What the tests of both halves of the library ask of a sentence in two languages.
#![allow(dead_code, reason = "each half needs a part of it")]

use std::collections::HashSet;
use std::fmt::Display;

use crate::words::in_german;

/// The English and the German form of one thing.
pub(crate) fn twins(thing: &dyn Display) -> (String, String) {
    (thing.to_string(), in_german(|| thing.to_string()))
}

/// Runs of digits, sorted: German words may stand in another order. What stands between thousands
/// or before a fraction differs.
fn numbers(text: &str) -> Vec<String> {
    let text: String = text.replace(['\u{202f}', ',', '.'], "");
    let mut numbers: Vec<String> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .map(str::to_owned)
        .collect();
    numbers.sort();
    numbers
}

/// No word that only English has.
pub(crate) fn assert_german(german: &str) {
    let padded = format!(" {} ", german.to_lowercase());
    for word in [" the ", " must ", " but ", " of ", " and ", " is ", " are ", " has ", " with "] {
        assert!(!padded.contains(word), "{word:?} in {german:?}");
    }
}

pub(crate) fn check(thing: &dyn Display) {
    let (english, german) = twins(thing);
    assert_ne!(english, german);
    assert_german(&german);
    assert_eq!(numbers(&english), numbers(&german), "{english}\n{german}");
    assert!(!german.ends_with('.') && !german.contains("  "), "{german}");
}

/// How many kinds are among them.
pub(crate) fn tried<T>(values: &[T]) -> usize {
    values.iter().map(std::mem::discriminant).collect::<HashSet<_>>().len()
}

/// How many kinds an enum has, by its source.
pub(crate) fn named(source: &str, name: &str) -> usize {
    let body = source.split(&format!(" enum {name} {{")).nth(1).unwrap();
    let lines = body.split("\n}").next().unwrap().lines();
    let is_kind = |line: &&str| {
        let name = line.strip_prefix("    ").unwrap_or_default();
        name.starts_with(|first: char| first.is_ascii_uppercase())
    };
    lines.filter(is_kind).count()
}
