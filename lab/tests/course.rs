//! The course for real: every check on right and wrong answers, nbgrader, and what a learner's kernel
//! holds of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::common::{in_browser, lab, own_folder, prepare, root};

#[test]
fn every_check_passes_its_solution_and_fails_the_rest() {
    prepare();
    println!("{}", lab(["course", "test"]));
}

#[test]
fn nbgrader_counts_the_points() {
    prepare();
    lab(["course", "build"]);
    println!("{}", lab(["course", "nbgrader", "03_shapes"]));
}

/// In a real JupyterLab, in German. The pictures are there to be looked at.
#[test]
fn a_german_exercise_says_what_is_wrong_gives_hints_and_accepts_the_answer() {
    prepare();
    lab(["course", "build"]);
    let pictures = root().join("target/exercise");
    let notebook = root().join("notebooks/de/03_shapes.ipynb");
    let text = in_browser(&notebook, &pictures, "check_exercise_page.py");
    for name in ["failing", "hints", "solution", "passing"] {
        assert!(pictures.join(format!("{name}.png")).is_file(), "{name}: {text}");
    }
}

/// What a learner must not find, by its task: two lines together of a solution. What stands in a notebook is left out,
/// and what is too short to be anyone's answer.
fn secrets() -> BTreeMap<String, BTreeSet<String>> {
    let notebooks = numbered(&root().join("notebooks"), "ipynb");
    let shown: Vec<String> = notebooks.iter().map(|text| cells(text)).collect();
    let mut secrets: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in numbered(&root().join("course"), "md") {
        let mut lines = source.lines();
        while let Some(line) = lines.next() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let ["```rust", "solution", task] = *words else { continue };
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let pieces =
                body.windows(body.len().min(2)).map(|piece| piece.join("\n").trim().to_owned());
            let is_secret = |piece: &String| {
                piece.len() >= 16 && !shown.iter().any(|text| text.contains(piece))
            };
            let of_task = secrets.entry(task.to_owned()).or_default();
            of_task.extend(pieces.filter(is_secret));
        }
    }
    secrets
}

/// The text of all cells of a notebook.
fn cells(notebook: &str) -> String {
    let notebook: Value = serde_json::from_str(notebook).expect("a notebook is JSON");
    let cells = notebook["cells"].as_array().expect("it has cells").iter();
    let lines = cells
        .flat_map(|cell| cell["source"].as_array().into_iter().flatten().chain([&Value::Null]));
    lines.map(|line| line.as_str().unwrap_or("\n\n")).collect()
}

/// The files of a folder whose name begins with a number.
fn numbered(folder: &Path, extension: &str) -> Vec<String> {
    let files = fs::read_dir(folder).expect("it is there").flatten().map(|entry| entry.path());
    let wanted = files.filter(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.starts_with(|c: char| c.is_ascii_digit()) && name.ends_with(&format!(".{extension}"))
    });
    wanted.map(|file| fs::read_to_string(file).expect("it can be read")).collect()
}

/// All files below a folder.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("it can be listed").flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => files.extend(files_below(&entry.path())),
            Ok(kind) if kind.is_file() => files.push(entry.path()),
            _ => {}
        }
    }
    files
}

/// The pieces that occur in these bytes, found by their first eight.
fn found_in<'a>(bytes: &[u8], lines: &HashMap<[u8; 8], Vec<&'a str>>) -> BTreeSet<&'a str> {
    let mut begins = vec![false; 1 << 16];
    lines
        .keys()
        .for_each(|start| begins[usize::from(u16::from_le_bytes([start[0], start[1]]))] = true);
    let mut found = BTreeSet::new();
    for (at, window) in bytes.windows(8).enumerate() {
        if !begins[usize::from(u16::from_le_bytes([window[0], window[1]]))] {
            continue;
        }
        let start: [u8; 8] = window.try_into().expect("eight bytes");
        for line in lines.get(&start).into_iter().flatten() {
            if bytes[at..].starts_with(line.as_bytes()) {
                found.insert(*line);
            }
        }
    }
    found
}

#[test]
fn the_kernel_holds_no_solution_that_can_be_read() {
    prepare();
    let secrets = secrets();
    // A few short solutions are no secret: their lines stand in other notebooks.
    let found = secrets.values().filter(|pieces| !pieces.is_empty()).count();
    assert!(found > 60, "only {found} solutions were read");
    let mut lines: HashMap<[u8; 8], Vec<&str>> = HashMap::new();
    for line in secrets.values().flatten() {
        let start = line.as_bytes()[..8].try_into().expect("it is longer");
        lines.entry(start).or_default().push(line);
    }
    let in_source = fs::read(root().join("course/03_shapes.md")).expect("it can be read");
    assert!(!found_in(&in_source, &lines).is_empty(), "the search finds nothing where it should");
    let files = files_below(&own_folder().join("kernel"));
    assert!(files.len() > 300, "only {} files were looked at", files.len());
    for file in files {
        let bytes = fs::read(&file).expect("it can be read");
        let found = found_in(&bytes, &lines);
        assert!(found.is_empty(), "{}: {found:?}", file.display());
    }
}
