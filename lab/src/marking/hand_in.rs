//! What a learner handed in: one notebook, read as far as it can be read.
//!
//! Over 300 lines: with its tests.

use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::str::Utf8Chunk;

use serde_json::Value;

use crate::base::failure::reason;
use crate::base::language::Language;
use crate::base::spoken::{Spoken, spoken};
use crate::course::notebook::text_of;
use crate::marking::learners_file;
use crate::marking::remark::Remark;

/// No notebook of this course comes near; a bigger file would only fill the memory.
const LARGEST: u64 = 20_000_000;

/// More cells than any notebook of this course has, by far, and more text: all of it is looked at before
/// anything is run, and so outside the limits of a run.
const MOST_CELLS: usize = 2_000;
const MOST_TEXT: usize = 1_000_000;

/// So many solutions that were shown are told of.
const MOST_SHOWN: usize = 50;

/// Names are cut to so many characters, since they come from learners; so many of them stay at the end, where one
/// differs from another.
const LONGEST_NAME: usize = 60;
const END_OF_NAME: usize = 46;

/// One notebook of one learner.
#[derive(Debug)]
pub(crate) struct HandIn {
    /// The folder below the folder of all, or the file's name without its ending.
    pub(crate) learner: String,
    pub(crate) file: PathBuf,
    /// The exercise that it says it is, or that its file is named after.
    pub(crate) exercise: String,
    pub(crate) language: Language,
    /// Whether the notebook itself says its language.
    pub(crate) says_language: bool,
    /// Its cells, or why there are none, as a sentence.
    pub(crate) cells: std::result::Result<Vec<Cell>, Spoken>,
    /// How it was read, where that took more than usual.
    pub(crate) remarks: Vec<Remark>,
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Cell {
    /// The cell's own name in the notebook.
    pub(crate) id: String,
    /// nbgrader's name of it: `flatten` is a task, `check_flatten` its check.
    pub(crate) grade_id: String,
    pub(crate) source: String,
    /// Whether it is Markdown or raw text: by a slip, where its name is that of a cell of code.
    pub(crate) is_text: bool,
}

/// Reads a notebook that lies in `folder`, the folder of all.
pub(crate) fn read(folder: &Path, file: &Path) -> HandIn {
    let mut remarks = Vec::new();
    let notebook = parse(folder, file, &mut remarks);
    remarks.extend(notebook.iter().flat_map(shown_solutions).map(Remark::SolutionShown));
    let says = |name: &str| {
        let said = notebook.as_ref().ok()?["metadata"]["zunder"][name].as_str()?;
        Some(said.to_owned()).filter(|said| !said.is_empty())
    };
    let kernel = notebook.as_ref().ok().map(|n| n["metadata"]["kernelspec"]["name"] == "zunder-de");
    let language = says("language");
    let says_language = language.is_some() || kernel == Some(true);
    let german = language.map_or(kernel == Some(true), |code| code == "de");
    HandIn {
        says_language,
        learner: learner(folder, file),
        exercise: short(&says("notebook").unwrap_or_else(|| stem(file))),
        language: if german { Language::German } else { Language::English },
        cells: notebook.and_then(|notebook| cells(&notebook)),
        file: file.to_owned(),
        remarks,
    }
}

/// A row for what is no notebook.
pub(crate) fn unreadable(folder: &Path, path: &Path, reason: Spoken) -> HandIn {
    HandIn {
        learner: short(&as_text(path.strip_prefix(folder).unwrap_or(path).as_os_str())),
        file: path.to_owned(),
        exercise: String::new(),
        language: Language::English,
        says_language: false,
        cells: Err(reason),
        remarks: Vec::new(),
    }
}

fn learner(folder: &Path, file: &Path) -> String {
    let inside = file.strip_prefix(folder).unwrap_or(file);
    let own_folder = as_text(inside.parent().unwrap_or(Path::new("")).as_os_str());
    short(&if own_folder.is_empty() { stem(file) } else { own_folder })
}

/// A name of a file, whatever is in it: a byte that is part of no letter, as in names from an old archive, is written
/// `%81`, so that two learners stay two.
fn as_text(name: &OsStr) -> String {
    let chunk = |chunk: Utf8Chunk| {
        let bytes: String = chunk.invalid().iter().map(|byte| format!("%{byte:02X}")).collect();
        chunk.valid().to_owned() + &bytes
    };
    name.as_encoded_bytes().utf8_chunks().map(chunk).collect()
}

/// The name of a learner whose file lies in a folder with others of the same exercise.
pub(crate) fn in_folder(folder: &str, file: &Path) -> String {
    short(&format!("{folder}/{}", stem(file)))
}

/// The file's name without its ending, and without a second one that a browser put there.
fn stem(file: &Path) -> String {
    let name = as_text(file.file_name().unwrap_or_default());
    let place = name.to_lowercase().find(".ipynb").filter(|place| name.is_char_boundary(*place));
    match place.or_else(|| name.rfind('.')) {
        Some(place) if place > 0 => name[..place].to_owned(),
        _ => name,
    }
}

fn short(name: &str) -> String {
    if name.chars().count() <= LONGEST_NAME {
        return name.to_owned();
    }
    let count = name.chars().count();
    let start = name.chars().take(LONGEST_NAME - END_OF_NAME).chain(['\u{2026}']);
    start.chain(name.chars().skip(count - END_OF_NAME)).collect()
}

fn parse(
    folder: &Path,
    file: &Path,
    remarks: &mut Vec<Remark>,
) -> std::result::Result<Value, Spoken> {
    let cannot = |error: std::io::Error| {
        let why = reason(&error);
        spoken!("it cannot be read: {why}", "die Datei lässt sich nicht lesen: {why}")
    };
    let Some(file) = learners_file::open(folder, file).map_err(cannot)? else {
        return Err(spoken!(
            "it is a link or something else that is not a file",
            "es ist eine Verknüpfung oder sonst etwas, das keine Datei ist"
        ));
    };
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > LARGEST {
        return Err(spoken!(
            "it is larger than 20 MB: ask for it again after Edit > Clear Outputs of All Cells",
            "die Datei ist größer als 20 MB: Lass sie dir noch einmal geben, nach Bearbeiten > Clear Outputs of All Cells"
        ));
    }
    if let Some(other) = other_kind(&bytes) {
        return Err(other);
    }
    let text = text_of_file(&bytes, remarks);
    if text.trim().is_empty() {
        return Err(spoken!("the file is empty", "die Datei ist leer"));
    }
    let read = serde_json::from_str(&text);
    read.or_else(|error| serde_json::from_str(&plain_json(&text)).map_err(|_| error)).map_err(|error| {
        if text.contains("\n<<<<<<< ") && text.contains("\n>>>>>>> ") {
            spoken!(
                "two versions stand in it, between the marks of git (<<<<<<<): ask for one of them",
                "in der Datei stehen zwei Fassungen zwischen den Marken von git (<<<<<<<): Gebraucht wird eine davon"
            )
        } else if error.is_eof() {
            spoken!(
                "it ends in the middle: the upload may have been cut off",
                "die Datei endet mittendrin: Vielleicht ist das Hochladen abgebrochen"
            )
        } else {
            spoken!(
                "it is not a notebook (no JSON: {error})",
                "die Datei ist kein Notebook (kein JSON: {error})"
            )
        }
    })
}

/// JSON without what Python writes into it and no standard knows: NaN as a value, and half an emoji.
fn plain_json(text: &str) -> String {
    let no_number = |line: &str| {
        let value = line.trim_end().trim_end_matches(',');
        let is_so = [": NaN", ": Infinity", ": -Infinity"].iter().any(|end| value.ends_with(end));
        is_so.then(|| {
            format!("{}: null{}", &value[..value.rfind(':').unwrap_or(0)], &line[value.len()..])
        })
    };
    let lines = text.split_inclusive('\n').map(|line| no_number(line).unwrap_or(line.to_owned()));
    without_half_letters(&lines.collect::<String>())
}

/// `\\ud83d` without its other half becomes the sign for what is no letter.
fn without_half_letters(json: &str) -> String {
    let code = |text: &str| {
        let digits = text.strip_prefix("\\u").and_then(|rest| rest.get(..4))?;
        u32::from_str_radix(digits, 16).ok()
    };
    let (mut plain, mut rest) = (String::with_capacity(json.len()), json);
    while let Some(place) = rest.find('\\') {
        plain += &rest[..place];
        rest = &rest[place..];
        let (kept, taken) = match (code(rest), rest.get(6..).and_then(code)) {
            (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => (&rest[..12], 12),
            (Some(0xd800..0xe000), _) => ("\\ufffd", 6),
            (Some(_), _) => (&rest[..6], 6),
            // Another escape; the letter behind it begins none.
            (None, _) => {
                let end = rest.chars().take(2).map(char::len_utf8).sum();
                (&rest[..end], end)
            }
        };
        plain += kept;
        rest = &rest[taken..];
    }
    plain + rest
}

/// The text of a file in whatever encoding it was saved.
fn text_of_file(bytes: &[u8], remarks: &mut Vec<Remark>) -> String {
    let sixteen = |from: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| from([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    let (text, encoding) = match bytes {
        [0xff, 0xfe, rest @ ..] => (sixteen(u16::from_le_bytes, rest), "UTF-16"),
        [0xfe, 0xff, rest @ ..] => (sixteen(u16::from_be_bytes, rest), "UTF-16"),
        bytes => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            match std::str::from_utf8(bytes) {
                Ok(text) => return text.to_owned(),
                Err(_) => (String::from_utf8_lossy(bytes).into_owned(), "?"),
            }
        }
    };
    remarks.push(Remark::Read(spoken!(
        "The file was not saved as UTF-8 ({encoding}); it was read all the same.",
        "Die Datei war nicht als UTF-8 gespeichert ({encoding}); sie wurde trotzdem gelesen."
    )));
    text
}

/// What learners hand in by mistake, known by its first bytes.
fn other_kind(bytes: &[u8]) -> Option<Spoken> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).trim_start().to_lowercase();
    let is_page = ["<!doctype", "<html", "<?xml"].iter().any(|tag| start.starts_with(tag));
    let (english, german) = match bytes {
        [b'P', b'K', ..] => (
            "it is a ZIP archive: unpack it, and mark what is inside",
            "die Datei ist ein ZIP-Archiv: auspacken und den Inhalt bewerten",
        ),
        [0x1f, 0x8b, ..] | [b'R', b'a', b'r', b'!', ..] | [b'7', b'z', 0xbc, ..] => (
            "it is an archive: unpack it, and mark what is inside",
            "die Datei ist ein Archiv: auspacken und den Inhalt bewerten",
        ),
        [b'%', b'P', b'D', b'F', ..] => (
            "it is a PDF: ask for the notebook itself",
            "die Datei ist ein PDF: Gebraucht wird das Notebook selbst",
        ),
        [0, ..] if bytes.iter().all(|byte| *byte == 0) => (
            "the file holds zeros only, so the upload failed: ask for it again",
            "die Datei enthält nur Nullen, das Hochladen ist also misslungen: Lass sie dir noch einmal geben",
        ),
        _ if bytes.starts_with(b"version https://git-lfs") => (
            "it is a pointer of Git LFS: ask for the file itself, as `git lfs pull` brings it",
            "es ist ein Verweis von Git LFS: Gebraucht wird die Datei selbst, wie `git lfs pull` sie holt",
        ),
        _ if is_page => (
            "it is a web page: ask for the notebook itself",
            "die Datei ist eine Webseite: Gebraucht wird das Notebook selbst",
        ),
        _ => return None,
    };
    Some(Spoken::new(english, german))
}

/// Whether a file of another name is a notebook all the same, as browsers save it.
pub(crate) fn is_notebook(file: &Path) -> bool {
    let folder = file.parent().unwrap_or(file);
    parse(folder, file, &mut Vec::new()).is_ok_and(|value| cells(&value).is_ok())
}

/// Format 3 kept its cells one level deeper than format 4, in one sheet or several.
fn list_of_cells(notebook: &Value) -> Option<Vec<&Value>> {
    if let Some(cells) = notebook["cells"].as_array() {
        return Some(cells.iter().collect());
    }
    let sheets = notebook["worksheets"].as_array()?.iter();
    let cells: Vec<&Value> =
        sheets.filter_map(|sheet| sheet["cells"].as_array()).flatten().collect();
    (!cells.is_empty()).then_some(cells)
}

/// The cells of a notebook.
fn cells(notebook: &Value) -> std::result::Result<Vec<Cell>, Spoken> {
    let Some(found) = list_of_cells(notebook) else {
        return Err(spoken!(
            "it is not a notebook (it has no cells)",
            "die Datei ist kein Notebook (sie hat keine Zellen)"
        ));
    };
    let cells: Vec<Cell> = found.into_iter().map(cell).collect();
    let cells: Vec<Cell> =
        cells.into_iter().filter(|cell| !cell.source.trim().is_empty()).collect();
    if cells.iter().all(|cell| cell.is_text && cell.grade_id.is_empty()) {
        return Err(spoken!("it has no code", "die Datei enthält keinen Code"));
    }
    if cells.len() > MOST_CELLS {
        return Err(spoken!(
            "it has more than 2,000 cells: ask for the notebook of the course",
            "die Datei hat mehr als 2\u{202f}000 Zellen: Gebraucht wird das Notebook des Kurses"
        ));
    }
    if cells.iter().map(|cell| cell.source.len()).sum::<usize>() > MOST_TEXT {
        return Err(spoken!(
            "its cells hold more than 1 MB of code and text: data belong in a file beside it",
            "die Zellen darin enthalten mehr als 1 MB Code und Text: Daten gehören in eine Datei daneben"
        ));
    }
    Ok(cells)
}

/// The tasks whose solutions were shown, by what the course has printed into the notebook: `hint` prints
/// `Solution of flatten:`, a pass behind it `(The solution of flatten was shown.)`.
fn shown_solutions(notebook: &Value) -> Vec<String> {
    let cells = list_of_cells(notebook).into_iter().flatten();
    let outputs = cells.flat_map(|cell| cell["outputs"].as_array().into_iter().flatten());
    // A hint is the value of its cell; older editions printed it.
    let said = |output: &Value| {
        [&output["text"], &output["data"]["text/plain"]].map(|text| text_of(text) + "\n").concat()
    };
    let printed: String = outputs.map(said).collect();
    let mut shown: Vec<String> = printed.lines().filter_map(shown_solution).collect();
    shown.sort();
    shown.dedup();
    shown.truncate(MOST_SHOWN);
    shown
}

fn shown_solution(line: &str) -> Option<String> {
    let line = line.trim().trim_start_matches('(');
    let begins = ["Solution of ", "Lösung von ", "The solution of ", "Die Lösung von "];
    let rest = begins.iter().find_map(|begin| line.strip_prefix(begin))?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    let is_said =
        [":", " was shown", " wurde gezeigt"].iter().any(|end_| rest[end..].starts_with(end_));
    (is_said && end > 0).then(|| short(&rest[..end]))
}

fn cell(cell: &Value) -> Cell {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let source = [&cell["source"], &cell["input"]].map(text_of).concat().replace("\r\n", "\n");
    let is_text = cell["cell_type"] != "code";
    Cell {
        id: text(&cell["id"]),
        grade_id: text(&cell["metadata"]["nbgrader"]["grade_id"]),
        source: if is_text { without_pictures(&source) } else { source },
        is_text,
    }
}

/// A text without the pictures that some programs paste into it, as megabytes of letters.
fn without_pictures(text: &str) -> String {
    let mut parts = text.split("data:image/");
    let first = parts.next().unwrap_or_default();
    let is_end = |c: char| c.is_whitespace() || matches!(c, ')' | '"' | '\'' | '>');
    let rests = parts.map(|part| part.find(is_end).map_or("", |end| &part[end..]));
    [first].into_iter().chain(rests).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::fs;

    fn read_bytes(bytes: &[u8]) -> HandIn {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("03_shapes.ipynb");
        fs::write(&file, bytes).expect("a file");
        read(folder.path(), &file)
    }

    fn notebook(cell: &Value) -> String {
        json!({"cells": [cell], "metadata": {}}).to_string()
    }

    #[test]
    fn a_notebook_is_read_in_every_encoding() {
        let text = notebook(&json!({"cell_type": "code", "source": ["let ä", " = 1;"]}));
        let sixteen: Vec<u8> = [0xfeff_u16]
            .into_iter()
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let mark = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        for (bytes, remarks) in [(text.as_bytes(), 0), (&mark, 0), (&sixteen, 1)] {
            let hand_in = read_bytes(bytes);
            assert_eq!(hand_in.cells.expect("it is one")[0].source, "let ä = 1;");
            assert_eq!(hand_in.remarks.len(), remarks);
        }
        let latin: Vec<u8> = text.chars().map(|c| u8::try_from(c).expect("Latin-1")).collect();
        let hand_in = read_bytes(&latin);
        assert_eq!(hand_in.cells.expect("it is one").len(), 1);
        assert_eq!(hand_in.remarks.len(), 1);
    }

    #[test]
    fn older_formats_and_changed_cells_are_read() {
        let sheet = |input: Value| json!({"cells": [{"cell_type": "code", "input": input}]});
        let sheets = [sheet(json!(["let a", " = 1;\r\n"])), sheet(json!("let b = a;"))];
        let three = json!({"nbformat": 3, "worksheets": sheets});
        let cells = read_bytes(three.to_string().as_bytes()).cells.expect("it is one");
        assert_eq!([&cells[0].source, &cells[1].source], ["let a = 1;\n", "let b = a;"]);
        let raw = json!({"cell_type": "raw", "source": "let a = 1;", "id": 5,
                         "metadata": {"nbgrader": {"grade_id": "flatten"}}});
        let cells = read_bytes(notebook(&raw).as_bytes()).cells.expect("it is one");
        assert!(cells[0].is_text && cells[0].grade_id == "flatten");
    }

    #[test]
    fn a_notebook_tells_which_solutions_were_shown() {
        let stream =
            |text: &[&str]| json!({"output_type": "stream", "name": "stdout", "text": text});
        let cell = |output: Value| json!({"cell_type": "code", "source": "1", "outputs": [output]});
        let notebook = json!({"metadata": {}, "cells": [
            cell(stream(&["Tipp 1 von 2: ...\n", "Lösung von flatten:\n", "\n", "let x = 1;\n"])),
            cell(stream(&["(The solution of one_hot was shown.)\n"])),
            cell(json!({"output_type": "execute_result", "data": {"text/plain": ["Solution of stack:\n", "1"]}})),
            cell(stream(&["(Die Lösung von flatten wurde gezeigt.)\n", "Solution of course\n"])),
            cell(json!({"output_type": "error"})),
        ]});
        let remarks = read_bytes(notebook.to_string().as_bytes()).remarks;
        let shown = ["flatten", "one_hot", "stack"].map(|task| Remark::SolutionShown(task.into()));
        assert_eq!(remarks, shown);
        let older = json!({"metadata": {}, "worksheets": [{"cells": notebook["cells"]}]});
        assert_eq!(read_bytes(older.to_string().as_bytes()).remarks, shown);
        let sentence = remarks[0].sentence(Language::German);
        assert_eq!(sentence, "Die Lösung von flatten wurde im Notebook gezeigt.");
    }

    #[test]
    fn more_than_anybody_writes_is_refused() {
        let code = |source: &str| json!({"cell_type": "code", "source": source});
        let reason = |cells: Vec<Value>| {
            let notebook = json!({"cells": cells, "metadata": {}}).to_string();
            let cells = read_bytes(notebook.as_bytes()).cells;
            cells.map_or_else(|reason| reason.get(Language::English).to_owned(), |_| String::new())
        };
        assert_eq!(reason(vec![code("1"); MOST_CELLS]), "");
        assert!(reason(vec![code("1"); MOST_CELLS + 1]).contains("2,000 cells"));
        assert!(reason(vec![code(&"1".repeat(MOST_TEXT + 1))]).contains("1 MB"));
        let picture = format!("![a](data:image/png;base64,{}) b", "A".repeat(MOST_TEXT));
        assert_eq!(without_pictures(&picture), "![a]() b");
        let text = json!({"cell_type": "markdown", "source": picture});
        assert_eq!(reason(vec![text, code("1")]), "");
    }

    #[test]
    fn what_is_no_notebook_has_its_reason() {
        let only_text = notebook(&json!({"cell_type": "markdown", "source": "# a"}));
        for (bytes, reason) in [
            (b"PK\x03\x04rest".as_slice(), "ZIP"),
            (b"%PDF-1.7", "PDF"),
            (b"<!DOCTYPE html><p>", "web page"),
            (b"  \n", "empty"),
            (&[0; 4096], "zeros only"),
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n", "Git LFS"),
            (b"{\"cells\": [{\"cell_ty", "cut off"),
            (b"hello", "no JSON"),
            (b"[]", "no cells"),
            (only_text.as_bytes(), "no code"),
        ] {
            let found = read_bytes(bytes).cells.expect_err("it is none");
            assert!(found.get(Language::English).contains(reason), "{found:?}");
        }
    }

    #[test]
    fn why_a_file_cannot_be_read_is_said_in_both_languages() {
        let folder = tempfile::tempdir().expect("a folder");
        let found = read(folder.path(), &folder.path().join("gone.ipynb")).cells;
        let found = found.expect_err("it is not there");
        assert!(found.english().starts_with("it cannot be read: No such file"), "{found:?}");
        assert!(
            found.german().ends_with("nicht lesen: das gibt es nicht (os error 2)"),
            "{found:?}"
        );
    }

    #[test]
    fn names_are_short_and_lose_the_endings_of_browsers() {
        assert_eq!(stem(Path::new("a/03_shapes.ipynb.json")), "03_shapes");
        assert_eq!(stem(Path::new("03_shapes.IPYNB")), "03_shapes");
        assert_eq!(stem(Path::new("notes")), "notes");
        assert_eq!(short(&"ä".repeat(300)).chars().count(), LONGEST_NAME + 1);
        let class = "Informatik Q1 2026-27-Übung 3 Zahlen in Form (Abgabe)-4711";
        let learner = "/Müller, Annika_123_assignsubmission_file_";
        assert!(short(&format!("{class}{learner}")).ends_with(learner));
    }

    #[test]
    fn names_that_are_no_text_stay_apart() {
        use std::os::unix::ffi::OsStrExt;
        let name = |bytes: &[u8]| {
            let folder = Path::new("class").join(OsStr::from_bytes(bytes));
            [learner(Path::new("class"), &folder.join("03.ipynb")), stem(&folder)]
        };
        assert_eq!(name(b"M\x81ller"), ["M%81ller"; 2]);
        assert_eq!(name(b"M\x94ller \xc3\xbc"), ["M%94ller \u{fc}"; 2]);
    }

    #[test]
    fn what_python_writes_into_json_is_read() {
        let odd = "{\n \"a\": NaN,\n \"b\": -Infinity\n}";
        assert_eq!(plain_json(odd), "{\n \"a\": null,\n \"b\": null\n}");
        assert_eq!(plain_json("\"x: NaN\""), "\"x: NaN\"");
        let halves = r#""\ud83d \ud83d\ude00 \ude00 \\ud83d \n \u00e4""#;
        assert_eq!(plain_json(halves), r#""\ufffd \ud83d\ude00 \ufffd \\ud83d \n \u00e4""#);
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.ipynb");
        let said = |text: &str| {
            fs::write(&file, text).expect("there is room");
            parse(folder.path(), &file, &mut Vec::new())
                .map_err(|reason| reason.get(Language::English).to_owned())
        };
        assert!(said("{\n\"a\": NaN\n}").is_ok());
        let conflict = said("{\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> main\n}").unwrap_err();
        assert!(conflict.contains("the marks of git"), "{conflict}");
    }
}
