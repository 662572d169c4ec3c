//! What learners handed in: the notebooks below a folder.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::base::failure::{Explain, Result};
use crate::course::language::Language;

/// No notebook of this course comes near; a bigger file would only fill the memory.
const LARGEST: u64 = 50_000_000;

/// One notebook of one learner.
#[derive(Debug)]
pub(crate) struct HandIn {
    /// The folder below the folder of all, or the file's name without its ending.
    pub(crate) learner: String,
    pub(crate) file: PathBuf,
    /// The exercise that it says it is.
    pub(crate) exercise: String,
    pub(crate) language: Language,
    /// Its code cells, or why there are none, as a sentence.
    pub(crate) cells: std::result::Result<Vec<Cell>, String>,
}

/// A code cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Cell {
    /// The cell's own name in the notebook.
    pub(crate) id: String,
    /// nbgrader's name of it: `flatten` is a task, `check_flatten` its check.
    pub(crate) grade_id: String,
    pub(crate) source: String,
}

/// All notebooks below `folder`, sorted by learner.
pub(crate) fn collect(folder: &Path) -> Result<Vec<HandIn>> {
    let mut files = Vec::new();
    walk(folder, &mut files)?;
    let mut hand_ins: Vec<HandIn> = files.iter().map(|file| read(folder, file)).collect();
    hand_ins.sort_by(|a, b| (&a.learner, &a.file).cmp(&(&b.learner, &b.file)));
    Ok(hand_ins)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).explain(|| format!("list {}", folder.display()))?;
    for entry in entries {
        let entry = entry.explain(|| format!("list {}", folder.display()))?;
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        // A link is reported and not followed: it could lead anywhere.
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && name != ".ipynb_checkpoints" {
            walk(&path, files)?;
        } else if !is_folder && name.ends_with(".ipynb") && !name.starts_with("._") {
            files.push(path);
        }
    }
    Ok(())
}

fn read(folder: &Path, file: &Path) -> HandIn {
    let inside = file.strip_prefix(folder).unwrap_or(file);
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let own_folder = inside.parent().unwrap_or(Path::new("")).to_string_lossy().into_owned();
    let learner = if own_folder.is_empty() { stem.clone() } else { own_folder };
    let notebook = parse(file);
    let says = |name: &str| {
        let metadata = &notebook.as_ref().ok()?["metadata"]["zunder"];
        metadata[name].as_str().map(str::to_owned)
    };
    let kernel = notebook.as_ref().ok().map(|n| n["metadata"]["kernelspec"]["name"] == "zunder-de");
    let german = says("language").map_or(kernel == Some(true), |code| code == "de");
    HandIn {
        exercise: says("notebook").unwrap_or(stem),
        language: if german { Language::German } else { Language::English },
        cells: notebook.and_then(|notebook| code_cells(&notebook)),
        learner,
        file: file.to_owned(),
    }
}

fn parse(file: &Path) -> std::result::Result<Value, String> {
    let data = fs::symlink_metadata(file).map_err(|error| format!("it cannot be read: {error}"))?;
    if !data.is_file() {
        return Err("it is a link or something else that is not a file".to_owned());
    }
    if data.len() > LARGEST {
        return Err("it is larger than 50 MB".to_owned());
    }
    if data.len() == 0 {
        return Err("the file is empty".to_owned());
    }
    let text = fs::read(file).map_err(|error| format!("it cannot be read: {error}"))?;
    serde_json::from_slice(&text).map_err(|error| {
        if error.is_eof() {
            "it ends in the middle: the upload may have been cut off".to_owned()
        } else {
            format!("it is not a notebook (no JSON: {error})")
        }
    })
}

fn code_cells(notebook: &Value) -> std::result::Result<Vec<Cell>, String> {
    let Some(cells) = notebook["cells"].as_array() else {
        return Err("it is not a notebook of version 4 (it has no cells)".to_owned());
    };
    let code = cells.iter().filter(|cell| cell["cell_type"] == "code").map(cell);
    let code: Vec<Cell> = code.filter(|cell| !cell.source.trim().is_empty()).collect();
    if code.is_empty() { Err("it has no code".to_owned()) } else { Ok(code) }
}

fn cell(cell: &Value) -> Cell {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let source = match &cell["source"] {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        other => text(other),
    };
    Cell {
        id: text(&cell["id"]),
        grade_id: text(&cell["metadata"]["nbgrader"]["grade_id"]),
        source,
    }
}

/// A learner's own files beside a notebook, with the place that they get: a small table or a photo
/// that the code reads. None of a notebook that lies among those of others.
pub(crate) fn files_beside(all: &Path, notebook: &Path) -> Vec<(PathBuf, PathBuf)> {
    let Some(folder) = notebook.parent().filter(|folder| *folder != all) else { return Vec::new() };
    let mut files = Vec::new();
    add_files(folder, Path::new(""), &mut files);
    let mut room = 50_000_000;
    files.retain(|(file, _): &(PathBuf, PathBuf)| {
        let size = fs::metadata(file).map_or(0, |data| data.len());
        let fits = size <= 5_000_000 && size <= room;
        room -= if fits { size } else { 0 };
        fits
    });
    files.truncate(200);
    files
}

/// Folders with notebooks are left out: they are those of another hand-in.
fn add_files(folder: &Path, inside: &Path, files: &mut Vec<(PathBuf, PathBuf)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let Ok(kind) = entry.file_type() else { continue };
        let is_notebook = path.extension().is_some_and(|extension| extension == "ipynb");
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        if kind.is_file() && !is_notebook {
            files.push((path, inside.join(name)));
        } else if kind.is_dir() && inside.components().count() < 3 {
            let mut below = Vec::new();
            if walk(&path, &mut below).is_ok() && below.is_empty() {
                add_files(&path, &inside.join(name), files);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_notebook_is_a_hand_in_of_its_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let good = json!({
            "metadata": {"zunder": {"notebook": "03_shapes", "language": "de"}},
            "cells": [
                {"cell_type": "markdown", "source": "# text"},
                {"cell_type": "code", "id": "a", "source": ["let x", " = 1;"],
                 "metadata": {"nbgrader": {"grade_id": "flatten"}}},
            ],
        });
        let files = [
            ("class/anna/exercise.ipynb", good.to_string()),
            ("bob.ipynb", good.to_string()[..60].to_owned()),
            ("carl/04_architecture.ipynb", String::new()),
            ("carl/.ipynb_checkpoints/04_architecture.ipynb", good.to_string()),
            ("dora/x.ipynb", "{}".to_owned()),
            ("dora/notes.txt", "notes".to_owned()),
        ];
        for (name, text) in files {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(file, text).expect("a file");
        }
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("dora/y.ipynb"))
            .expect("a link");
        let found = collect(folder.path()).expect("it can be read");
        let learners: Vec<&str> = found.iter().map(|hand_in| hand_in.learner.as_str()).collect();
        assert_eq!(learners, ["bob", "carl", "class/anna", "dora", "dora"]);
        let reason = |number: usize| found[number].cells.clone().expect_err("not good");
        assert!(reason(0).contains("cut off"), "{}", reason(0));
        assert!(reason(1).contains("empty"), "{}", reason(1));
        assert!(reason(3).contains("no cells"), "{}", reason(3));
        assert!(reason(4).contains("a link"), "{}", reason(4));
        assert_eq!(
            (found[1].exercise.as_str(), found[1].language),
            ("04_architecture", Language::English)
        );
        let beside = files_beside(folder.path(), &found[3].file);
        assert_eq!(beside, [(folder.path().join("dora/notes.txt"), "notes.txt".into())]);
        assert_eq!(files_beside(folder.path(), &found[0].file), []);
        let anna = &found[2];
        assert_eq!((anna.exercise.as_str(), anna.language), ("03_shapes", Language::German));
        let cell = Cell { id: "a".into(), grade_id: "flatten".into(), source: "let x = 1;".into() };
        assert_eq!(anna.cells, Ok(vec![cell]));
    }
}
