//! One voice in each language: no word that the course has another one for, and no number in the format
//! of the other language. Walks the texts of the course, the pages of `docs/` and the sentences in
//! `src`, `data/src`, `course/src` and `lab/src`.

use std::fs;
use std::path::{Path, PathBuf};

/// A German text, and where it stands.
struct Text {
    place: String,
    text: String,
}

/// What German texts do not say, and what they say instead. Each begins where a word begins.
const GERMAN: &[(&str, &str)] = &[
    ("Schwelle ", "Bias (it is minus the threshold)"),
    ("Schwelle.", "Bias (it is minus the threshold)"),
    ("Schwellen ", "Bias-Werte"),
    ("Einheit (unit", "Neuron"),
    ("Einheiten (units", "Neuronen"),
    ("Verwechslungsmatrix", "Konfusionsmatrix"),
    ("Optimierungsverfahren", "Optimierer"),
    ("Kennzahl", "Metrik"),
    ("Kennzeichnung", "Label"),
    ("verdeckte", "verborgene"),
    ("Biase", "Bias-Werte"),
    ("Biaswert", "Bias-Wert"),
    ("Stopp-Knopf", "Stoppknopf"),
    ("One-Hot", "One-hot"),
    ("der Pixel ", "das Pixel"),
    ("den Pixel ", "das Pixel"),
    ("einen Pixel ", "ein Pixel"),
    ("Rate zuerst", "Schätze zuerst"),
    ("Erst schätzen", "Schätze zuerst"),
    ("Verallgemeinerung", "Generalisierung"),
    ("Vorwärtsrechnung", "Vorwärtsdurchlauf"),
    ("Rückwärtsrechnung", "Rückwärtsdurchlauf"),
    ("gedruckt", "ausgegeben"),
    ("Kleider", "Kleidung"),
    ("aneinanderhäng", "flach machen"),
    ("aneinandergehäng", "flach machen"),
    ("Durchgang (epoch", "Epoche"),
    ("Durchgänge (epoch", "Epochen"),
    ("Stapelgröße", "Batchgröße"),
    ("Kern (kernel", "Gewichtsmatrix (kernel)"),
    ("ein Softmax", "Softmax without an article"),
    ("einen Softmax", "Softmax without an article"),
    ("den Softmax", "Softmax without an article"),
    ("Der Softmax", "Softmax without an article"),
    ("ein Relu", "die Relu-Funktion"),
    ("das Relu", "die Relu-Funktion"),
    ("Abschlussprüfung", "Test"),
    ("Baue ", "Bau"),
    ("baue ", "bau"),
    ("Schreibe ", "Schreib"),
    ("schreibe ", "schreib"),
    ("Rufe ", "Ruf"),
    ("rufe ", "ruf"),
    ("Setze ", "Setz"),
    ("Probiere ", "Probier"),
    ("probiere ", "probier"),
    ("Beginne ", "Beginn"),
    ("beginne ", "beginn"),
    ("Bringe ", "Bring"),
    ("bringe ", "bring"),
    (" setze ", "setz"),
    ("Merke dir", "Merk dir"),
    ("merke dir", "merk dir"),
    ("Lehrplan", "Unterrichtsentwurf"),
    ("Epoch ", "Epoche"),
];

/// The same for English, where German shines through.
const ENGLISH: &[(&str, &str)] = &[
    ("rightly", "correctly"),
    ("foretell", "predict"),
    ("Who learns", "Anyone who learns"),
    ("Who wants", "Anyone who wants"),
    ("Who has", "Anyone who has"),
    ("Somewhere stands", "There is"),
    ("the exam ", "the test"),
    ("the exam.", "the test."),
    ("the exam,", "the test,"),
    ("the exam:", "the test:"),
    ("an exam on", "a test"),
    ("programme", "program"),
    ("clothes cost", "clothes lead to"),
];

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The files below a folder with one of these endings.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries
        .flat_map(|path| if path.is_dir() { files(&path, ending) } else { vec![path] })
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    files.sort();
    files
}

/// The texts of a source of the course in one language: cells, hints, explanations, what checks say, and
/// comments.
fn of_course(file: &Path, language: &str) -> Vec<Text> {
    let source = fs::read_to_string(file).expect("a source");
    let (mut fence, mut now) = (None, "");
    let mut texts = Vec::new();
    let line_of = format!("{language} ");
    for (number, line) in (1..).zip(source.lines()) {
        if let Some(words) = line.strip_prefix("```") {
            let words: Vec<&str> = words.split_whitespace().collect();
            now = if fence.is_none() && words.len() > 1 { "" } else { now };
            fence = if fence.is_some() { None } else { Some(words) };
            continue;
        }
        let text = match fence.as_deref() {
            None => match line {
                "<!-- en -->" | "<!-- de -->" => {
                    now = &line[5..7];
                    None
                }
                // What is moved to the right is code.
                _ => Some(line).filter(|_| now == language && !line.starts_with("    ")),
            },
            Some(["hint" | "explain", _, own]) => Some(line).filter(|_| *own == language),
            Some(["says", _] | ["comments"]) => line.strip_prefix(line_of.as_str()),
            Some(_) => None,
        };
        let place = || format!("{}:{number}", file.display());
        texts.extend(text.map(|text| Text { place: place(), text: text.to_owned() }));
    }
    texts
}

/// The lines of a page, without its code.
fn of_page(file: &Path) -> Vec<Text> {
    let page = fs::read_to_string(file).expect("a page");
    let lines = (1..).zip(page.lines()).filter(|(_, line)| !line.starts_with("    "));
    let text = |(number, line): (usize, &str)| Text {
        place: format!("{}:{number}", file.display()),
        text: line.to_owned(),
    };
    lines.map(text).collect()
}

/// The texts in quotes of a source, those of its tests left out.
fn of_source(file: &Path) -> Vec<Text> {
    let source = fs::read_to_string(file).expect("a source");
    let code = source.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n").replace("\\\"", "'").replace("'\"'", "");
    let place = file.display().to_string();
    let quoted = code.split('"').skip(1).step_by(2).map(|text| {
        // A line that ends in a backslash goes on behind the blanks of the next one.
        let joined: Vec<&str> = text
            .split("\\\n")
            .enumerate()
            .map(|(n, l)| if n > 0 { l.trim_start() } else { l })
            .collect();
        Text { place: place.clone(), text: joined.concat() }
    });
    quoted.collect()
}

fn is_german(text: &str) -> bool {
    let padded = format!(" {} ", text.to_lowercase());
    let words =
        [" der ", " die ", " das ", " nicht ", " und ", " ein ", " eine ", " ist ", " für "];
    text.contains(['ä', 'ö', 'ü', 'Ä', 'Ö', 'Ü', 'ß'])
        || words.iter().filter(|word| padded.contains(**word)).count() > 1
}

/// The text without what is written as code: in backticks, brackets and braces, calls, links.
fn without_code(text: &str) -> String {
    // First what is set in double backticks, because it holds single ones.
    let text: String = text.split("``").step_by(2).collect();
    let mut plain = String::new();
    let mut closing: Vec<char> = Vec::new();
    let mut ticks = false;
    for (place, letter) in text.char_indices() {
        let is_call =
            || text[..place].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ']');
        // A shape: (60000, 28, 28).
        let is_shape = || {
            let inside = text[place..].split([')', '(']).nth(1).unwrap_or_default();
            inside.contains(',') && inside.chars().all(|c| c.is_ascii_digit() || " ,-".contains(c))
        };
        match letter {
            '`' => ticks = !ticks,
            _ if ticks => {}
            '[' | '{' => closing.push(if letter == '[' { ']' } else { '}' }),
            '(' if is_call() || is_shape() || !closing.is_empty() => closing.push(')'),
            _ if closing.last() == Some(&letter) => _ = closing.pop(),
            _ if closing.is_empty() => plain.push(letter),
            _ => {}
        }
    }
    plain
}

/// A number that is not written as this language does.
fn wrong_number(text: &str, is_german: bool) -> Option<String> {
    let letters: Vec<char> = text.chars().collect();
    let digits_from = |at: usize| letters[at..].iter().take_while(|c| c.is_ascii_digit()).count();
    let mut at = 0;
    while at < letters.len() {
        let digits = digits_from(at);
        if digits == 0 {
            at += 1;
            continue;
        }
        let before = at.checked_sub(1).map(|before| letters[before]);
        let end = at + digits;
        let behind = letters.get(end).copied().unwrap_or(' ');
        let next = if end + 1 < letters.len() { digits_from(end + 1) } else { 0 };
        let number: String = letters[at..(end + 1 + next).min(letters.len())].iter().collect();
        let word = text.split_whitespace().find(|word| word.contains(&number)).unwrap_or(&number);
        let is_name = before.is_some_and(|c| c.is_alphanumeric() || "_/-.,:".contains(c))
            || follows_a_name(&letters[..at]);
        let is_power = letters.get(end + 1 + next) == Some(&'e'); // 3.4e38
        let is_year = digits == 4 && (letters[at] == '1' || letters[at] == '2');
        let is_wrong = match behind {
            '.' if is_german => next > 0,
            ',' if !is_german => next > 0 && next != 3,
            ' ' => digits <= 3 && next == 3 && letters[at] != '0',
            _ => false,
        };
        if !is_name
            && !is_power
            && (is_wrong || digits > 4 || (digits == 4 && !is_year && behind != '-'))
        {
            return Some(word.to_owned());
        }
        at = end + if ".,\u{202f}".contains(behind) && next > 0 { 1 + next } else { 0 };
        at += usize::from(letters.get(at).is_some_and(|c| !c.is_ascii_digit()));
    }
    None
}

/// Versions and standards are names, not numbers.
fn follows_a_name(before: &[char]) -> bool {
    let before: String = before.iter().collect();
    let names =
        ["Linux", "Rust", "Python", "JupyterLab", "CC", "SA", "Zunder", "UTF", "PLoS ONE", "hello"];
    names.iter().any(|name| before.trim_end().ends_with(name))
}

/// What is wrong with a text.
fn wrong(text: &Text, is_german: bool) -> Vec<String> {
    let Text { place, text } = text;
    let plain = without_code(text);
    let mut wrong = Vec::new();
    for (word, better) in if is_german { GERMAN } else { ENGLISH } {
        let begins_a_word = |(at, _): (usize, &str)| {
            !plain[..at].ends_with(|c: char| c.is_alphanumeric() || c == '-')
        };
        // Some are names of code when they stand in backticks; some have a bracket.
        if plain.match_indices(word).any(begins_a_word) {
            wrong.push(format!("{place}: {word:?} instead of {better}: {text}"));
        }
    }
    if let Some(number) = wrong_number(&plain, is_german) {
        wrong.push(format!("{place}: the number {number:?}: {text}"));
    }
    wrong
}

#[test]
fn the_course_speaks_with_one_voice() {
    let sources = files(&repository().join("course"), ".md");
    let sources = sources.into_iter().filter(|file| !file.ends_with("README.md"));
    let (mut found, mut walked) = (Vec::new(), [0, 0]);
    for file in sources {
        for (language, is_german) in [("de", true), ("en", false)] {
            let texts = of_course(&file, language);
            walked[usize::from(is_german)] += texts.len();
            found.extend(texts.iter().flat_map(|text| wrong(text, is_german)));
            let straight =
                texts.iter().filter(|text| is_german && without_code(&text.text).contains('"'));
            found.extend(straight.map(|t| format!("{}: straight quotes: {}", t.place, t.text)));
        }
    }
    assert!(walked.iter().all(|lines| *lines > 1_500), "{walked:?}");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn pages_and_messages_speak_with_one_voice() {
    let root = repository();
    let mut found = Vec::new();
    let readmes = ["README.md", "README.de.md"].map(|name| root.join(name));
    for file in files(&root.join("docs"), ".md").into_iter().chain(readmes) {
        let is_german = file.to_string_lossy().ends_with(".de.md");
        found.extend(of_page(&file).iter().flat_map(|text| wrong(text, is_german)));
    }
    let mut german = 0;
    for folder in ["src", "data/src", "course/src", "lab/src"] {
        for file in files(&root.join(folder), ".rs") {
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            if name.ends_with("tests") || name.starts_with("german") {
                continue;
            }
            let texts = of_source(&file).into_iter().filter(|text| is_german(&text.text));
            for mut text in texts {
                german += 1;
                // Behind these words a message names what is to be typed: a fraction such as 0.2.
                for word in ["etwa 0.", "wie 0."] {
                    text.text = text.text.replace(word, "etwa ");
                }
                found.extend(wrong(&text, true));
            }
        }
    }
    assert!(german > 200, "only {german} German sentences were found in the sources");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn what_is_ruled_out_is_found() {
    let says = |text: &str, is_german| {
        let text = Text { place: "x:1".into(), text: text.to_owned() };
        !wrong(&text, is_german).is_empty()
    };
    for text in [
        "Die Schwelle des Neurons",
        "20 Einheiten (units)",
        "60.000 Bilder",
        "10 000 Bilder",
        "15910 Gewichte",
        "ein Verlust von 2.3",
        "die Rate 0.05 ist klein",
        "Baue ein Netz",
        "das kostet 7850 Parameter",
    ] {
        assert!(says(text, true), "{text}");
    }
    for text in [
        "16\u{202f}144 Parameter, 0,05 und 95,3 %",
        "Schreib `0.05` hinein",
        "reshape([60000, 784])",
        "[0.6, 0.9]",
        "schreib (60000, 28, 28) auf",
        "das Netz bauen",
        "im Jahr 1990",
        "Linux 6.12",
        "relu(2.5) ist {high}",
        "Bau ein Netz",
        "1\u{202f}500 Schritte, 0,001",
        "Zelle 1: 28 * 28 = 784 Zahlen",
        "das Ding hat 20, 14 und 10 Neuronen",
    ] {
        assert!(!says(text, true), "{text}");
    }
    for text in ["read rightly", "60 000 pictures", "16144 weights", "a loss of 2,3"] {
        assert!(says(text, false), "{text}");
    }
    for text in [
        "16,144 parameters, 0.05 and 95.3 %",
        "in 1990",
        "1,000 of 2,000",
        "layers of 20, 14 and 10",
    ] {
        assert!(!says(text, false), "{text}");
    }
}
