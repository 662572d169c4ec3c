use std::fs;
use std::path::{Path, PathBuf};

use super::*;

#[test]
fn knows_german_systems() {
    for (locale, german) in [(Some("de_AT.UTF-8"), true), (Some("C.UTF-8"), false), (None, false)] {
        assert_eq!(is_german(locale), german, "{locale:?}");
    }
}

#[test]
fn both_languages_get_the_same_values() {
    let (name, count) = ("anna", 3);
    let said = spoken!("{} of {count}: {name}", "von {count}: {}, {name}", 2);
    assert_eq!((said.english(), said.german()), ("2 of 3: anna", "von 3: 2, anna"));
    assert_eq!(Spoken::from("cargo"), Spoken::new("cargo", "cargo"));
}

#[test]
fn what_stands_in_a_sentence_has_its_language() {
    let why = spoken!("it is full", "sie ist voll");
    let said = spoken!("no room: {why}, {}", "kein Platz: {why}, {}", say("sorry", "leider"));
    assert_eq!(said, Spoken::new("no room: it is full, sorry", "kein Platz: sie ist voll, leider"));
    let all = spoken!("{said}; {}", "{said}; {}", 1);
    assert_eq!(all.german(), "kein Platz: sie ist voll, leider; 1");
}

/// Files in which sentences are English alone; `spoken.rs` says why.
const ENGLISH_ALONE: [&str; 2] = ["course/source.rs", "course/tasks.rs"];

/// What stands before a sentence that people read.
const HEADS: [&str; 5] = ["fail!(", "Failure::new(", ".explain(||", "println!(", "print!("];

/// All files of this program.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("it is there").flatten();
    let files = entries.flat_map(|entry| {
        let path = entry.path();
        if path.is_dir() { sources(&path) } else { vec![path] }
    });
    files.filter(|file| file.extension().is_some_and(|kind| kind == "rs")).collect()
}

/// What is neither a comment nor a test: tests stand at the end of a file, or in one of their own.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    text.lines().filter(is_code).collect::<Vec<_>>().join("\n")
}

/// The text of the literal with which some code begins, and what stands behind it.
fn literal(code: &str) -> Option<(&str, &str)> {
    let inside = code.trim_start().strip_prefix('"')?;
    let mut is_escaped = false;
    let end = inside.find(|sign| {
        let ends = sign == '"' && !is_escaped;
        is_escaped = sign == '\\' && !is_escaped;
        ends
    })?;
    Some((&inside[..end], &inside[end + 1..]))
}

/// Whether a text has words of its own, besides values, line ends and the name of this program.
fn has_words(text: &str) -> bool {
    const OF_NO_LANGUAGE: [&str; 5] = ["zunder", "Rust", "Python", "Kernel", "\\n"];
    let mut own: String =
        text.split('{').map(|part| part.split_once('}').map_or(part, |(_, own)| own)).collect();
    for name in OF_NO_LANGUAGE {
        own = own.replace(name, "");
    }
    own.chars().any(char::is_alphabetic)
}

/// The sentences of some code that are there in one language only.
fn in_one_language(code: &str) -> Vec<String> {
    let behind =
        HEADS.iter().flat_map(|head| code.split(head).skip(1).map(move |said| (head, said)));
    let mut found: Vec<String> = behind
        .filter_map(|(head, said)| {
            let said = said.trim_start().trim_start_matches("{").trim_start();
            let said = said.strip_prefix("format!(").unwrap_or(said);
            let (english, rest) = literal(said)?;
            let is_pair = *head == "fail!(" && literal(rest.trim_start_matches(',')).is_some();
            (has_words(english) && !is_pair).then(|| english.to_owned())
        })
        .collect();
    let pairs = ["spoken!(", "tell!("].iter().flat_map(|head| code.split(head).skip(1));
    found.extend(pairs.filter_map(|said| {
        let (english, rest) = literal(said)?;
        let german = literal(rest.trim_start_matches(',')).map_or("", |(german, _)| german);
        (has_words(english) && (german.is_empty() || german == english)).then(|| english.to_owned())
    }));
    found
}

#[test]
fn every_sentence_is_there_in_both_languages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut pairs, mut wrong) = (0, Vec::new());
    for file in sources(&root) {
        let name = file.strip_prefix(&root).expect("it lies there").display().to_string();
        if name.ends_with("tests.rs") || name == "base/spoken.rs" || name == "base/failure.rs" {
            continue;
        }
        let code = code(&fs::read_to_string(&file).expect("it can be read"));
        pairs += ["spoken!(", "tell!(", "fail!("]
            .map(|head| code.matches(head).count())
            .iter()
            .sum::<usize>();
        if !ENGLISH_ALONE.contains(&name.as_str()) {
            wrong.extend(in_one_language(&code).into_iter().map(|said| format!("{name}: {said}")));
        }
    }
    assert!(pairs > 250, "only {pairs} sentences were found");
    assert!(wrong.is_empty(), "only in English:\n{}", wrong.join("\n"));
}

#[test]
fn a_sentence_in_one_language_is_found() {
    for one in [
        "fail!(\"there is no {}\", name)",
        "fail!(\n    \"there is \\\"{name}\\\"\"\n)",
        "Failure::new(\"it failed\")",
        "Failure::new(format!(\n    \"{label} failed\"))",
        "x.explain(|| \"read it\".to_owned())",
        "x.explain(|| { format!(\"read {}\", 1) })",
        "println!(\"done\")",
        "eprintln!(\"zunder: {file} is gone\")",
        "tell!(\"done\", \"done\")",
        "spoken!(\"done {}\", x)",
    ] {
        assert_eq!(in_one_language(one).len(), 1, "{one}");
    }
    for both in [
        "fail!(\"no {}\", \"kein {}\", name)",
        "fail!(\n    \"no \\\n     {x}\",\n    \"kein {x}\"\n)",
        "Failure::new(spoken!(\"it failed\", \"es ist gescheitert\"))",
        "Failure::new(format!(\"{label}: {error}\"))",
        "x.explain(|| spoken!(\"read it\", \"es zu lesen\"))",
        "println!(\"  {:7}  {:22} {text}\", \"\", what)",
        "eprintln!(\"zunder: {problem}\")",
    ] {
        assert_eq!(in_one_language(both), Vec::<String>::new(), "{both}");
    }
}

#[test]
fn one_is_not_spoken_of_as_of_many() {
    assert_eq!([0, 1, 2].map(|n| count(n, "file", "files")), ["0 files", "1 file", "2 files"]);
}
