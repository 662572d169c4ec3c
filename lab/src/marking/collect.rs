//! All that was handed in: the notebooks below a folder, and a row for whoever has none.
//!
//! Over 300 lines: with tests of all the shapes that a class's folder may have.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::base::failure::{Explain, Result, fail, reason};
use crate::base::spoken::{Spoken, spoken, tell};
use crate::course::source::Source;
use crate::marking::hand_in::{HandIn, is_notebook, read, unreadable};
use crate::marking::remark::Remark;
use crate::marking::visible::one_line;

/// Folders deeper than this are nobody's way to hand in.
const DEEPEST: usize = 20;

/// Files that are meant as a hand-in, where they lie in a folder of several learners.
const MEANT: [&str; 24] = [
    "zip", "rar", "7z", "gz", "tar", "tgz", "tbz2", "txz", "xz", "bz2", "zst", "html", "htm",
    "pdf", "docx", "odt", "rtf", "odp", "pptx", "rs", "doc", "pages", "md", "py",
];
/// The same directly in the folder of all: elsewhere a notebook may read them.
const PICTURES: [&str; 5] = ["png", "jpg", "jpeg", "heic", "webp"];

/// Where marks were written, this lies.
const OF_MARKS: &str = ".lock";

/// The largest file that comes along with a notebook, how many bytes of them do, and how many of them.
pub(crate) const LARGEST: u64 = 5_000_000;
const MOST_BYTES: u64 = 50_000_000;
const MOST_FILES: usize = 200;

/// All hand-ins below `folder`, sorted by learner: a row for each notebook, and one for each folder
/// and file that is none, with the folder of all. That is the one around `folder` where `folder` is one learner's. What
/// an earlier run wrote to `output` is no hand-in.
pub(crate) fn collect(
    folder: &Path,
    output: &Path,
    sources: &[Source],
) -> Result<(PathBuf, Vec<HandIn>)> {
    if !folder.is_dir() {
        fail!(
            "{} is no folder: name the folder with the hand-ins",
            "{} ist kein Ordner: Nenn den Ordner mit den Abgaben",
            folder.display()
        );
    }
    fs::read_dir(folder)
        .explain(|| spoken!("list {}", "den Ordner {} zu lesen", folder.display()))?;
    let output = output.canonicalize().unwrap_or_else(|_| output.to_owned()); // it may not be there yet
    if output == folder {
        fail!(
            "the marks would lie among the hand-ins in {}: choose another folder with --output",
            "die Ergebnisse lägen zwischen den Abgaben in {}: Wähl mit --output einen anderen Ordner",
            folder.display()
        );
    }
    if !may_hold_marks(&output) {
        fail!(
            "the marks would lie among other files in {}: choose an empty or a new folder with --output",
            "die Ergebnisse lägen zwischen anderen Dateien in {}: Wähl mit --output einen leeren oder neuen Ordner",
            output.display()
        );
    }
    let mut hand_ins = Vec::new();
    let mut top = Folder::look(folder, 0);
    top.leave_out(&output);
    if let Some(all) = top.class_around(sources) {
        let files =
            listed(top.notebooks.iter().map(|file| file.strip_prefix(folder).unwrap_or(file)), 20);
        let learner = one_line(&folder.strip_prefix(all).unwrap_or(folder).to_string_lossy());
        tell!(
            "{learner} is taken for one learner's folder: {files} and what lies beside",
            "{learner} gilt als Ordner einer einzigen Person: {files} und was daneben liegt"
        );
        top.rows(all, &mut hand_ins);
        return Ok((all.to_owned(), hand_ins));
    }
    let is_left_alone = |file: &&PathBuf| !top.notebooks.contains(file) && !is_meant(file, true);
    let mut others: Vec<&PathBuf> = top.files.iter().filter(is_left_alone).collect();
    others.sort();
    if !others.is_empty() {
        // A list or a note of the teacher's, most likely.
        let names = others.iter().map(|file| file.strip_prefix(folder).unwrap_or(file));
        let names = listed(names, 20);
        tell!("left alone: {names}", "nicht beachtet: {names}");
    }
    top.rows(folder, &mut hand_ins);
    hand_ins.sort_by(|a, b| (&a.learner, &a.file).cmp(&(&b.learner, &b.file)));
    Ok((folder.to_owned(), hand_ins))
}

fn may_hold_marks(folder: &Path) -> bool {
    let is_empty = fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    is_empty || folder.join(OF_MARKS).exists()
}

fn is_meant(file: &Path, picture_too: bool) -> bool {
    let ending = file.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    MEANT.contains(&ending.as_str())
        || (picture_too && PICTURES.contains(&ending.as_str()))
        || has_name_of_notebook(file)
}

fn has_name_of_notebook(file: &Path) -> bool {
    name_has_ipynb(file.file_name().unwrap_or_default())
}

/// The first `most` of these names, and how many more there are.
fn listed<'a>(paths: impl ExactSizeIterator<Item = &'a Path>, most: usize) -> Spoken {
    let more = paths.len().saturating_sub(most);
    let names = paths.take(most).map(|path| path.to_string_lossy().chars().take(60).collect());
    let names = one_line(&names.collect::<Vec<String>>().join(", "));
    if more == 0 {
        return spoken!("{names}", "{names}");
    }
    spoken!("{names} and {more} more", "{names} und {more} weitere")
}

/// What lies in a folder.
struct Folder {
    path: PathBuf,
    notebooks: Vec<PathBuf>,
    files: Vec<PathBuf>,
    links: Vec<PathBuf>,
    folders: Vec<Folder>,
    /// It cannot be listed.
    problem: Option<std::io::Error>,
}

impl Folder {
    fn look(path: &Path, depth: usize) -> Self {
        let path = path.to_owned();
        let (notebooks, files, links, folders) = Default::default();
        let mut folder = Self { path, notebooks, files, links, folders, problem: None };
        match fs::read_dir(&folder.path) {
            Ok(entries) => entries.flatten().for_each(|entry| folder.add(&entry, depth)),
            Err(problem) => folder.problem = Some(problem),
        }
        folder
    }

    fn add(&mut self, entry: &fs::DirEntry, depth: usize) {
        let (path, name) = (entry.path(), entry.file_name());
        let Ok(kind) = entry.file_type() else { return };
        if is_of_a_program(&name.to_string_lossy(), kind.is_dir()) {
            return;
        }
        let is_hidden = name.to_string_lossy().starts_with('.');
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        if kind.is_dir() && depth < DEEPEST {
            let folder = Self::look(&path, depth + 1);
            // The settings of some program, unless a notebook is in it.
            if !is_hidden || folder.has_notebook() {
                self.folders.push(folder);
            }
        } else if ending == "ipynb" {
            self.notebooks.push(path);
        } else if kind.is_symlink() && path.is_dir() {
            self.links.push(path); // reported and not followed: it could lead anywhere
        } else {
            let may_be_one =
                ["json", "txt", ""].contains(&ending.as_str()) || name_has_ipynb(&name);
            let is_one = may_be_one && is_notebook(&path);
            if is_one {
                self.notebooks.push(path.clone());
            }
            // A Mac hides what lies in its cloud and was not fetched.
            if is_one || !is_hidden || ending == "icloud" {
                self.files.push(path);
            }
        }
    }

    fn leave_out(&mut self, path: &Path) {
        self.folders.retain(|folder| folder.path != path);
        self.folders.iter_mut().for_each(|folder| folder.leave_out(path));
    }

    fn has_notebook(&self) -> bool {
        !self.notebooks.is_empty() || self.folders.iter().any(Self::has_notebook)
    }

    /// Adds the rows of what lies in it.
    fn rows(&self, all: &Path, hand_ins: &mut Vec<HandIn>) {
        let mut exercises = Vec::new();
        for file in &self.notebooks {
            let mut hand_in = read(all, file);
            exercises.push(hand_in.exercise.clone());
            if file.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("ipynb")) {
                let name = self.names(&[file]);
                hand_in.remarks.push(Remark::Read(spoken!(
                    "The file is called {name}; it was read as a notebook.",
                    "Die Datei heißt {name}; sie wurde als Notebook gelesen."
                )));
            }
            hand_ins.push(hand_in);
        }
        // Several of one exercise go by their files' names, as in the folder of all: a folder beside them is somebody's.
        exercises.sort();
        let is_of_many = self.path == all || exercises.windows(2).any(|two| two[0] == two[1]);
        // Beside one notebook a file is its own, unless it was to be one itself.
        let has_many = is_of_many || self.notebooks.is_empty();
        let is_one = |file: &Path| {
            if has_many { is_meant(file, self.path == all) } else { has_name_of_notebook(file) }
        };
        for file in self.files.iter().filter(|file| !self.notebooks.contains(file)) {
            if is_one(file) {
                hand_ins.push(unreadable(all, file, none_but(&self.names(&[file]))));
            }
        }
        for link in &self.links {
            let reason = spoken!(
                "it is a link, which is not followed",
                "es ist eine Verknüpfung, der nicht gefolgt wird"
            );
            hand_ins.push(unreadable(all, link, reason));
        }
        for folder in self.folders.iter().filter(|folder| !self.is_typed_beside_a_file(folder)) {
            if let Some(problem) = &folder.problem {
                let reason = spoken!(
                    "the folder cannot be listed: {problem}",
                    "der Ordner lässt sich nicht öffnen: {problem}",
                    problem = reason(problem)
                );
                hand_ins.push(unreadable(all, &folder.path, reason));
            } else if folder.has_notebook() || (folder.files.is_empty() && !folder.is_empty()) {
                folder.rows(all, hand_ins);
            } else if self.notebooks.is_empty() || is_of_many {
                // Beside one notebook it is a folder of pictures or tables.
                let files: Vec<&PathBuf> = folder.files.iter().collect();
                let reason = if files.is_empty() { empty() } else { none_but(&self.names(&files)) };
                hand_ins.push(unreadable(all, &folder.path, reason));
            }
        }
    }

    /// Moodle has a folder for what somebody handed in as files, and one for what was typed into its page.
    fn is_typed_beside_a_file(&self, folder: &Folder) -> bool {
        let name = |folder: &Folder| {
            folder.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
        };
        name(folder).split_once("_assignsubmission_onlinetext").is_some_and(|(person, _)| {
            let files = format!("{person}_assignsubmission_file");
            self.folders.iter().any(|other| name(other).starts_with(&files))
        })
    }

    fn is_empty(&self) -> bool {
        self.folders.is_empty() && self.links.is_empty()
    }

    /// The folder of all, where this one is a learner's, as for marking once more: only notebooks as they were handed
    /// out, and files.
    fn class_around(&self, sources: &[Source]) -> Option<&Path> {
        let is_whole = self.folders.is_empty() && self.links.is_empty();
        let is_notebook = |file: &&PathBuf| self.notebooks.contains(file);
        let mut others = self.files.iter().filter(|file| !is_notebook(file));
        let is_own = !self.notebooks.is_empty() && !others.any(|file| is_meant(file, false));
        self.path.parent().filter(|_| is_whole && is_own && self.is_of_one(sources))
    }

    /// Whether its notebooks are one learner's: each is called as it was handed out, and is another exercise.
    fn is_of_one(&self, sources: &[Source]) -> bool {
        let exercise = |file: &PathBuf| {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            sources.iter().position(|source| name.starts_with(&source.name))
        };
        let exercises: Option<HashSet<usize>> = self.notebooks.iter().map(exercise).collect();
        exercises.is_some_and(|exercises| exercises.len() == self.notebooks.len())
    }

    fn names(&self, files: &[&PathBuf]) -> String {
        let names = files.iter().take(3).map(|file| {
            file.file_name().unwrap_or_default().to_string_lossy().chars().take(60).collect()
        });
        let names: Vec<String> = names.collect();
        names.join(", ")
    }
}

/// Copies that JupyterLab and editors make, and what file managers, git and Windows write.
fn is_of_a_program(name: &str, is_folder: bool) -> bool {
    [".ipynb_checkpoints", ".git", ".DS_Store", "__MACOSX"].contains(&name)
        || ["._", ".Trash"].iter().any(|start| name.starts_with(start))
        || (!is_folder && ["Zone.Identifier", "~"].iter().any(|end| name.ends_with(end)))
}

fn name_has_ipynb(name: &OsStr) -> bool {
    name.to_string_lossy().to_lowercase().contains(".ipynb")
}

fn none_but(names: &str) -> Spoken {
    spoken!("there is no notebook here, only {names}", "hier liegt kein Notebook, nur {names}")
}

fn empty() -> Spoken {
    spoken!("the folder is empty", "der Ordner ist leer")
}

/// A learner's own files beside a notebook, with the place that they get: a small table or a photo
/// that the code reads. None where notebooks of others may lie in the folder: the files may be theirs, and then a
/// remark says so.
pub(crate) fn files_beside(
    all: &Path,
    hand_in: &mut HandIn,
    sources: &[Source],
) -> Vec<(PathBuf, PathBuf)> {
    let Some(folder) = hand_in.file.parent().filter(|folder| *folder != all) else {
        return Vec::new();
    };
    let beside = Folder::look(folder, DEEPEST - 4);
    let mut files = Vec::new();
    beside.add_files(Path::new(""), &mut files);
    let is_alone = beside.notebooks.len() == 1 || beside.is_of_one(sources);
    if !is_alone && !files.is_empty() {
        hand_in.remarks.push(Remark::Read(spoken!(
            "The files beside it were left out: the notebooks in the folder may be those of several learners.",
            "Die Dateien daneben blieben außen vor: Die Notebooks im Ordner können von mehreren stammen."
        )));
        return Vec::new();
    }
    hand_in.remarks.extend(taken_for_its_own(&beside, hand_in));
    let (mut room, mut places) = (MOST_BYTES, MOST_FILES);
    let (files, left_out): (Vec<_>, Vec<_>) = files.into_iter().partition(|(file, _)| {
        let size = fs::metadata(file).map_or(0, |data| data.len());
        let fits = size <= LARGEST && size <= room && places > 0;
        if fits {
            (room, places) = (room - size, places - 1);
        }
        fits
    });
    hand_in.remarks.extend(too_much(&left_out));
    let is_code = |(file, _): &(PathBuf, PathBuf)| {
        file.extension()
            .is_some_and(|ending| ["rs", "toml", "sh", "so"].iter().any(|e| ending == *e))
    };
    for (_, inside) in files.iter().filter(|file| is_code(file)) {
        hand_in.remarks.push(Remark::Unusual(inside.display().to_string()));
    }
    files
}

/// The remark about folders beside a notebook which may be somebody else's: where its file is not called as its exercise,
/// it may go by a learner's name, and others beside it have folders.
fn taken_for_its_own(beside: &Folder, hand_in: &HandIn) -> Option<Remark> {
    let file = hand_in.file.file_name().unwrap_or_default().to_string_lossy();
    let (others, own): (Vec<_>, Vec<_>) =
        beside.folders.iter().partition(|folder| folder.has_notebook());
    let may_be_of_class = !others.is_empty() || !file.contains(&hand_in.exercise);
    let names = own.iter().map(|folder| folder.path.strip_prefix(&beside.path));
    let names: Vec<&Path> = names.filter_map(std::result::Result::ok).collect();
    (may_be_of_class && !names.is_empty()).then(|| {
        let names = listed(names.iter().copied(), 20);
        Remark::Read(spoken!(
            "Folders beside it were taken for its own, not for those of others: {names}.",
            "Ordner daneben galten als Teil dieser Abgabe, nicht als die anderer: {names}."
        ))
    })
}

/// The remark about files beside a notebook that were left out.
fn too_much(files: &[(PathBuf, PathBuf)]) -> Option<Remark> {
    let names = listed(files.iter().map(|(_, inside)| inside.as_path()), 3);
    (!files.is_empty()).then(|| {
        Remark::Read(spoken!(
            "Files beside it were left out, being too large or too many: {names}.",
            "Dateien daneben blieben außen vor, weil sie zu groß oder zu viele sind: {names}."
        ))
    })
}

impl Folder {
    /// Folders with notebooks are left out: they are those of another hand-in.
    fn add_files(&self, inside: &Path, files: &mut Vec<(PathBuf, PathBuf)>) {
        let own = self.files.iter().filter(|file| !self.notebooks.contains(file));
        let own = own.filter(|file| file.symlink_metadata().is_ok_and(|data| data.is_file()));
        files.extend(own.filter_map(|file| Some((file.clone(), inside.join(file.file_name()?)))));
        for folder in self.folders.iter().filter(|folder| !folder.has_notebook()) {
            let name = folder.path.file_name().unwrap_or_default();
            folder.add_files(&inside.join(name), files);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::Language;
    use serde_json::json;

    fn write(folder: &Path, name: &str, content: &[u8]) {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, content).expect("a file");
    }

    fn sources() -> [Source; 2] {
        ["03_shapes", "04_architecture"]
            .map(|name| Source { name: name.into(), ..Source::default() })
    }

    fn rows(folder: &Path, output: &Path) -> Result<Vec<HandIn>> {
        collect(folder, output, &sources()).map(|(_, hand_ins)| hand_ins)
    }

    #[test]
    fn a_learner_who_is_marked_alone_has_the_same_name_and_files() {
        let temporary = tempfile::tempdir().expect("a folder");
        let class = temporary.path().canonicalize().expect("it is there");
        for name in ["anna/03_shapes.ipynb", "anna/mine.csv", "early/bert_03_shapes.ipynb"] {
            write(&class, name, b"{}");
        }
        for name in ["flat/03_shapes.ipynb", "flat/carla.zip"] {
            write(&class, name, b"{}");
        }
        let marked = |folder: &str| {
            let collected = collect(&class.join(folder), Path::new("marks"), &sources());
            let (all, mut hand_ins) = collected.expect("it can be read");
            let files = files_beside(&all, &mut hand_ins[0], &sources()).len();
            (hand_ins[0].learner.clone(), hand_ins.len(), files)
        };
        assert_eq!(marked(""), ("anna".into(), 3, 1));
        assert_eq!(marked("anna"), ("anna".into(), 1, 1));
        // The first of a class who has handed in.
        assert_eq!(marked("early"), ("bert_03_shapes".into(), 1, 0));
        assert_eq!(marked("flat"), ("03_shapes".into(), 2, 0));
    }

    #[test]
    fn whoever_hands_in_anything_has_a_row() {
        let folder = tempfile::tempdir().expect("a folder");
        let good = json!({
            "metadata": {"zunder": {"notebook": "03_shapes", "language": "de"}},
            "cells": [{"cell_type": "code", "id": "a", "source": "let x = 1;"}],
        });
        let good = good.to_string();
        for (name, content) in [
            ("anna/03_shapes.ipynb.json", good.as_bytes()),
            ("bob/03_shapes.ipynb.txt", good.as_bytes()),
            ("class/dora/homework.zip", b"PK"),
            ("class/emil/03_shapes.IPYNB", good.as_bytes()),
            ("finn/03_shapes.html", b"<html>"),
            ("gina/03_shapes.ipynb", good.as_bytes()),
            ("gina/.ipynb_checkpoints/03_shapes.ipynb", good.as_bytes()),
            ("gina/data/table.csv", b"1"),
            ("gina/._03_shapes.ipynb", good.as_bytes()),
            (".git/x.ipynb", good.as_bytes()),
            (".lea/03_shapes.ipynb", good.as_bytes()),
            (".vscode/settings.json", b"{}"),
            ("max.py", b"1"),
            ("mia/.03_shapes.ipynb.icloud", b"bplist00"),
            ("nele/.ipynb", good.as_bytes()),
            ("nele/.ipynb:Zone.Identifier", b"[ZoneTransfer]"),
            ("gina/03_shapes.ipynb~", good.as_bytes()),
            ("photo.JPG", b"1"),
            ("otto.tgz", b"1"),
            ("tilde~/03_shapes.ipynb", good.as_bytes()),
            ("hugo.ipynb", &good.as_bytes()[..60]),
            ("ida.zip", b"PK"),
            ("Kim_1_assignsubmission_file_/03_shapes.ipynb", good.as_bytes()),
            ("Kim_1_assignsubmission_onlinetext_/onlinetext.html", b"<p>"),
            ("Lars_2_assignsubmission_onlinetext/onlinetext.html", b"<p>"),
            ("list.csv", b"names"),
            ("10b/mats.ipynb", good.as_bytes()),
            ("10b/nina.ipynb", good.as_bytes()),
            ("10b/otto.zip", b"PK"),
            ("10b/pia.pdf", b"1"),
            ("10b/photo.jpg", b"1"),
            ("solo/rita.ipynb", good.as_bytes()),
            ("solo/Sara_03_shapes.ipynb.zip", b"PK"),
            ("solo/notes.pdf", b"1"),
        ] {
            write(folder.path(), name, content);
        }
        fs::create_dir(folder.path().join("carla")).expect("a folder");
        std::os::unix::fs::symlink("/etc", folder.path().join("jan")).expect("a link");
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("k.ipynb")).expect("a link");
        let found = rows(folder.path(), Path::new("marks")).expect("it can be read");
        let rows: Vec<(String, String)> = found
            .iter()
            .map(|hand_in| {
                let reason = hand_in.cells.as_ref().err();
                let reason = reason.map_or("", |reason| reason.get(Language::English));
                (hand_in.learner.clone(), reason.to_owned())
            })
            .collect();
        let rows: Vec<(&str, &str)> = rows.iter().map(|(l, r)| (l.as_str(), r.as_str())).collect();
        let expected = [
            (".lea", ""),
            ("10b", ""),
            ("10b", ""),
            ("10b/otto.zip", "there is no notebook here, only otto.zip"),
            ("10b/pia.pdf", "there is no notebook here, only pia.pdf"),
            ("Kim_1_assignsubmission_file_", ""),
            (
                "Lars_2_assignsubmission_onlinetext",
                "there is no notebook here, only onlinetext.html",
            ),
            ("anna", ""),
            ("bob", ""),
            ("carla", "the folder is empty"),
            ("class/dora", "there is no notebook here, only homework.zip"),
            ("class/emil", ""),
            ("finn", "there is no notebook here, only 03_shapes.html"),
            ("gina", ""),
            ("hugo", "it ends in the middle: the upload may have been cut off"),
            ("ida.zip", "there is no notebook here, only ida.zip"),
            ("jan", "it is a link, which is not followed"),
            ("k", "it is a link or something else that is not a file"),
            ("max.py", "there is no notebook here, only max.py"),
            ("mia", "there is no notebook here, only .03_shapes.ipynb.icloud"),
            ("nele", ""),
            ("otto.tgz", "there is no notebook here, only otto.tgz"),
            ("photo.JPG", "there is no notebook here, only photo.JPG"),
            ("solo", ""),
            (
                "solo/Sara_03_shapes.ipynb.zip",
                "there is no notebook here, only Sara_03_shapes.ipynb.zip",
            ),
            ("tilde~", ""),
        ];
        assert_eq!(rows, expected);
        assert_eq!(found[7].exercise, "03_shapes");
        assert_eq!((found[7].language, found[7].remarks.len()), (Language::German, 1));
    }

    #[test]
    fn marks_and_files_are_no_hand_ins() {
        let temporary = tempfile::tempdir().expect("a folder");
        let all = temporary.path().canonicalize().expect("it is there");
        for name in ["anna/a.ipynb", "marks/.lock", "marks/reports/anna.html"] {
            write(&all, name, b"{}");
        }
        let found = rows(&all, &all.join("anna/../marks")).expect("it can be read");
        let learners: Vec<&str> = found.iter().map(|hand_in| hand_in.learner.as_str()).collect();
        assert_eq!(learners, ["anna"]);
        let problem = |folder: &Path| rows(folder, &all).expect_err("refused").to_string();
        let file = problem(&all.join("anna/a.ipynb"));
        assert!(file.contains("name the folder with the hand-ins"), "{file}");
        assert!(problem(&all).contains("--output"));
    }

    #[test]
    fn no_marks_are_written_into_a_learner_s_folder() {
        let temporary = tempfile::tempdir().expect("a folder");
        let all = temporary.path().canonicalize().expect("it is there");
        for name in ["anna/a.ipynb", "bert/b.ipynb", "broken-off/.lock"] {
            write(&all, name, b"{}");
        }
        let collected = |output: &str| rows(&all, &all.join(output));
        let own = tempfile::tempdir().expect("a folder");
        write(own.path(), "marks.csv", b"a teacher's own");
        assert!(rows(&all, own.path()).is_err(), "it would be written over");
        let refusal = collected("bert").expect_err("bert would not be marked").to_string();
        assert!(refusal.contains("choose an empty or a new folder"), "{refusal}");
        for (output, rows) in [("new", 3), ("broken-off", 2)] {
            assert_eq!(collected(output).map(|found| found.len()).ok(), Some(rows), "{output}");
        }
    }

    #[test]
    fn only_a_learners_own_files_are_beside_a_notebook() {
        let folder = tempfile::tempdir().expect("a folder");
        let all = folder.path();
        for name in ["anna/a.ipynb", "anna/data/table.csv", "anna/x.rs", "flat/b.ipynb"] {
            write(all, name, b"{}");
        }
        for name in ["flat/c.ipynb", "flat/c.csv", "top.ipynb", "top.csv"] {
            write(all, name, b"{}");
        }
        let beside = |name: &str| {
            let mut hand_in = read(all, &all.join(name));
            let files = files_beside(all, &mut hand_in, &sources());
            let names = files.into_iter().map(|(_, inside)| inside.display().to_string());
            (names.collect::<Vec<String>>(), hand_in.remarks.len())
        };
        assert_eq!(beside("anna/a.ipynb"), (vec!["x.rs".into(), "data/table.csv".into()], 1));
        assert_eq!(beside("flat/b.ipynb"), (Vec::new(), 1));
        assert_eq!(beside("top.ipynb"), (Vec::new(), 0));
        // A year of one learner, and of two.
        for name in ["03_shapes (1).ipynb", "04_architecture.ipynb", "mine.csv"] {
            write(all, &format!("bert/{name}"), b"{}");
            write(all, &format!("two/{name}"), b"{}");
        }
        write(all, "two/03_shapes.ipynb", b"{}");
        assert_eq!(beside("bert/04_architecture.ipynb"), (vec!["mine.csv".into()], 0));
        assert_eq!(beside("two/04_architecture.ipynb"), (Vec::new(), 1));
    }

    #[test]
    fn nobody_s_folder_is_passed_over_for_a_notebook_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let all = folder.path();
        let shapes = json!({
            "metadata": {"zunder": {"notebook": "03_shapes"}},
            "cells": [{"cell_type": "code", "id": "a", "source": "let x = 1;"}],
        });
        let shapes = shapes.to_string();
        for name in ["a/emil.ipynb", "a/finn.ipynb", "b/gina.ipynb", "hugo/03_shapes (1).ipynb"] {
            write(all, name, shapes.as_bytes());
        }
        for name in ["a/bert/photo.jpg", "b/ida/photo.jpg", "hugo/pictures/photo.jpg"] {
            write(all, name, b"1");
        }
        fs::create_dir(all.join("a/dora")).expect("a folder");
        let found = rows(all, Path::new("marks")).expect("it can be read");
        let learners: Vec<&str> = found.iter().map(|hand_in| hand_in.learner.as_str()).collect();
        assert_eq!(learners, ["a", "a", "a/bert", "a/dora", "b", "hugo"]);
        let remarks = |name: &str| {
            let mut hand_in = read(all, &all.join(name));
            files_beside(all, &mut hand_in, &sources());
            let said = hand_in.remarks.iter().map(|remark| remark.sentence(Language::English));
            said.collect::<Vec<String>>()
        };
        let said = remarks("b/gina.ipynb");
        assert!(said.len() == 1 && said[0].ends_with("not for those of others: ida."), "{said:?}");
        assert_eq!(remarks("hugo/03_shapes (1).ipynb"), Vec::<String>::new());
    }

    #[test]
    fn files_that_are_too_large_or_too_many_are_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let all = folder.path();
        write(all, "anna/a.ipynb", b"{}");
        let remark = || {
            let mut hand_in = read(all, &all.join("anna/a.ipynb"));
            let files = files_beside(all, &mut hand_in, &sources()).len();
            let said = |remark: &Remark| Language::ALL.map(|language| remark.sentence(language));
            (files, hand_in.remarks.iter().map(said).collect::<Vec<_>>())
        };
        write(all, "anna/small.csv", b"1");
        assert_eq!(remark(), (1, Vec::new()));
        let large = fs::File::create(all.join("anna/large.csv")).expect("a file");
        large.set_len(LARGEST + 1).expect("no room is taken");
        let (files, said) = remark();
        assert_eq!((files, said.len()), (1, 1));
        assert!(said[0].iter().all(|sentence| sentence.ends_with(": large.csv.")), "{said:?}");
        for number in 0..MOST_FILES + 4 {
            write(all, &format!("anna/{number}.csv"), b"1");
        }
        let (files, said) = remark();
        assert_eq!((files, said.len()), (MOST_FILES, 1));
        assert!(
            said[0][0].ends_with(" and 3 more.") && said[0][1].ends_with(" und 3 weitere."),
            "{said:?}"
        );
    }
}
