//! A class to try marking with: notebooks that are solved, each with a slip that an honest learner may
//! make. All of them are worth all points.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::base::failure::Result;
use crate::base::files;
use crate::base::language::Language;
use crate::course::notebook::{Edition, make, text_of};
use crate::course::source::Source;

/// What a learner's slip does to a notebook.
type Slip = fn(&mut Value);

/// The slips, by the names of those who make them.
const SLIPS: [(&str, Slip); 19] = [
    ("anna", |_| ()),
    ("bert-times-cells", |notebook| insert(notebook, 1, ":timing")),
    ("cem-prints-bytes", |notebook| insert(notebook, 4, BYTES)),
    ("dora-made-a-task-markdown", |notebook| task(notebook, 0)["cell_type"] = json!("markdown")),
    ("emil-made-a-task-raw", |notebook| task(notebook, 1)["cell_type"] = json!("raw")),
    ("finn-answers-in-the-check", answer_in_check),
    ("gina-merged-a-check-with-the-next-task", merge_check_with_next_task),
    ("hugo-lost-all-names", lose_names),
    ("ida-lost-all-metadata", |notebook| {
        lose_names(notebook);
        notebook["metadata"] = json!({});
    }),
    ("jan-touched-a-given-cell", touch_given),
    ("kim-loops-without-end", |notebook| insert(notebook, 6, "loop { std::hint::black_box(1); }")),
    ("lara-calls-herself-without-end", |notebook| insert(notebook, 6, RECURSION)),
    ("mats-ends-the-program", |notebook| insert(notebook, 8, "std::process::exit(1);")),
    ("nina-panics", |notebook| insert(notebook, 5, "let v: Vec<u8> = Vec::new();\nv[7];")),
    ("omar-deleted-a-check", |notebook| remove(notebook, "check-")),
    ("pia-deleted-a-given-cell", |notebook| remove(notebook, "code-01")),
    ("quinn-changed-a-check", |notebook| check(notebook)["source"] = json!("println!(\"2\")")),
    ("rosa-has-a-check-twice", |notebook| {
        let copy = check(notebook).clone();
        if let Some(cells) = notebook["cells"].as_array_mut() {
            cells.push(copy);
        }
    }),
    ("sven-kept-format-3", format_3),
];

/// How a notebook gets to the teacher.
type Way = fn(&str, &str) -> (OsString, Vec<u8>);

const WAYS: [Way; 6] = [
    |name, text| (format!("{name}.ipynb").into(), text.into()),
    |name, text| (format!("{name}.ipynb.json").into(), text.into()),
    |name, text| (format!("{name} (1).IPYNB").into(), format!("\u{feff}{text}").into()),
    |_, text| ("\u{dc}bung 3, L\u{f6}sung.ipynb".into(), text.replace('\n', "\r\n").into()),
    |name, text| {
        let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
        (format!("{name}.ipynb.txt").into(), units.flat_map(u16::to_le_bytes).collect())
    },
    // As an older Windows writes an umlaut into a ZIP.
    |_, text| (OsString::from_vec(b"L\x94sung.ipynb".to_vec()), text.into()),
];

const BYTES: &str = "use std::io::Write;\nstd::io::stdout().write_all(&[0xff, b'\\n'])?;";

const RECURSION: &str = "fn count(n: u64) -> u64 { if n == 1 { 1 } else { 1 + count(std::hint::black_box(n + 1)) } }\ncount(2);";

/// Writes the class: so many learners, each in a folder of its own.
pub(crate) fn write(source: &Source, folder: &Path, learners: usize) -> Result<()> {
    for number in 0..learners {
        let (name, slip) = SLIPS[number % SLIPS.len()];
        let language = Language::ALL[number % 2];
        let mut notebook = make(source, language, Edition::Solved);
        if let Some(cells) = notebook["cells"].as_array_mut() {
            // No learner's notebook has them.
            cells.retain(|cell| !cell["id"].as_str().is_some_and(|id| id.starts_with("why-")));
        }
        slip(&mut notebook);
        let (file, content) = WAYS[number % WAYS.len()](&source.name, &format!("{notebook:#}"));
        let place: PathBuf = folder.join(format!("{:02}-{name}", number + 1));
        files::create_folder(&place)?;
        files::write(&place.join(file), content)?;
        if number % 4 == 1 {
            let odd = OsString::from_vec(b"B\x84r.csv".to_vec());
            files::write(&place.join(odd), "1;2")?;
        }
    }
    Ok(())
}

fn code(source: &str) -> Value {
    json!({"cell_type": "code", "id": "own", "metadata": {}, "source": source, "outputs": [],
           "execution_count": null})
}

/// Puts a cell behind so many cells of code.
fn insert(notebook: &mut Value, behind: usize, source: &str) {
    let Some(cells) = notebook["cells"].as_array_mut() else { return };
    let places = cells.iter().enumerate().filter(|(_, cell)| cell["cell_type"] == "code");
    let place = places.map(|(place, _)| place).nth(behind).unwrap_or(cells.len());
    cells.insert(place, code(source));
}

fn place(notebook: &Value, id: &str, number: usize) -> usize {
    let cells = notebook["cells"].as_array().into_iter().flatten().enumerate();
    let mut found =
        cells.filter(|(_, cell)| cell["id"].as_str().is_some_and(|own| own.starts_with(id)));
    found.nth(number).map_or(0, |(place, _)| place)
}

fn task(notebook: &mut Value, number: usize) -> &mut Value {
    let place = place(notebook, "task-", number);
    &mut notebook["cells"][place]
}

fn check(notebook: &mut Value) -> &mut Value {
    let place = place(notebook, "check-", 1);
    &mut notebook["cells"][place]
}

fn remove(notebook: &mut Value, id: &str) {
    let place = place(notebook, id, 0);
    if let Some(cells) = notebook["cells"].as_array_mut() {
        cells.remove(place);
    }
}

fn text(cell: &Value) -> String {
    text_of(&cell["source"])
}

/// The answer of the second task stands above its check, and its own cell is as it was.
fn answer_in_check(notebook: &mut Value) {
    let answer = text(task(notebook, 1));
    task(notebook, 1)["source"] = json!("// change this line");
    let both = format!("{answer}\n{}", text(check(notebook)));
    check(notebook)["source"] = json!(both);
}

fn merge_check_with_next_task(notebook: &mut Value) {
    let next = text(task(notebook, 2));
    let both = format!("{}\n\n{next}", text(check(notebook)));
    check(notebook)["source"] = json!(both);
    let place = place(notebook, "task-", 2);
    if let Some(cells) = notebook["cells"].as_array_mut() {
        cells.remove(place);
    }
}

/// As programs save a notebook that know nothing of names for cells.
fn lose_names(notebook: &mut Value) {
    notebook["nbformat_minor"] = json!(4);
    for cell in notebook["cells"].as_array_mut().into_iter().flatten() {
        if let Some(cell) = cell.as_object_mut() {
            cell.remove("id");
        }
        cell["metadata"] = json!({});
    }
}

fn touch_given(notebook: &mut Value) {
    lose_names(notebook);
    let cells = notebook["cells"].as_array_mut().into_iter().flatten();
    let given = cells.filter(|cell| cell["cell_type"] == "code").nth(2);
    if let Some(cell) = given {
        cell["source"] = json!(format!("{}\nprintln!(\"seen\");", text(cell)));
    }
}

fn format_3(notebook: &mut Value) {
    let mut cells = notebook["cells"].take();
    for cell in cells.as_array_mut().into_iter().flatten() {
        if cell["cell_type"] == "code" {
            cell["input"] = cell["source"].take();
        }
        cell["id"] = Value::Null;
    }
    *notebook = json!({"nbformat": 3, "metadata": notebook["metadata"].take(),
                       "worksheets": [{"cells": cells}]});
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::layout::Layout;
    use crate::course::course;
    use crate::marking::collect::collect;
    use crate::marking::compose::compose;
    use crate::marking::recognise;

    /// Without running anything: each has a row, is recognised, and all checks come with answers.
    #[test]
    fn every_slip_of_every_way_is_read() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
        let sources = course::sources(&Layout::at(root)).expect("the course");
        let source = sources.iter().find(|source| source.name == "03_shapes").expect("it is there");
        let folder = tempfile::tempdir().expect("a folder");
        write(source, folder.path(), SLIPS.len() * WAYS.len()).expect("it can be written");
        let found = collect(folder.path(), Path::new("marks"), &[]).expect("it can be read").1;
        assert_eq!(found.len(), SLIPS.len() * WAYS.len());
        for (number, hand_in) in found.iter().enumerate() {
            let cells = hand_in.cells.as_ref();
            let cells = cells.unwrap_or_else(|problem| panic!("{}: {problem:?}", hand_in.learner));
            let recognised = recognise::exercise(hand_in, &sources).map(|source| &source.name);
            assert_eq!(recognised, Some(&source.name), "{}", hand_in.learner);
            assert_eq!(recognise::solved_edition(hand_in, source), None, "{}", hand_in.learner);
            let language = recognise::language(hand_in, source);
            let own =
                hand_in.learner[..hand_in.learner.find('-').expect("a number")].parse::<usize>();
            assert_eq!(
                language,
                Language::ALL[(own.expect("a number") + 1) % 2],
                "{}",
                hand_in.learner
            );
            let steps = compose(source, cells, || "secret".into()).steps;
            let given = steps.iter().filter(|step| step.code.contains("mnist::load_data")).count();
            assert_eq!(given, 1, "{number} {}", hand_in.learner);
            for task in source.tasks() {
                let of = |what: fn(&crate::marking::compose::Step) -> &Option<String>| {
                    steps.iter().rposition(|step| what(step).as_ref() == Some(&task.name))
                };
                let (answer, check) = (of(|step| &step.answers), of(|step| &step.checks));
                assert!(answer.is_some() && answer < check, "{} {}", hand_in.learner, task.name);
            }
        }
    }
}
