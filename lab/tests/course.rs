//! The course for real: every check on right and wrong answers, and nbgrader.

use std::process::Command;

use crate::common::{prepare, root};

/// Runs the program and returns what it printed.
fn lab(arguments: &[&str]) -> String {
    let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"));
    let ended = lab.args(arguments).output().expect("it starts");
    let text = [ended.stdout, ended.stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .concat();
    assert!(ended.status.success(), "{text}");
    text
}

#[test]
fn every_check_passes_its_solution_and_fails_the_rest() {
    prepare();
    println!("{}", lab(&["course", "test"]));
}

#[test]
fn nbgrader_counts_the_points() {
    prepare();
    lab(&["course", "build"]);
    println!("{}", lab(&["course", "nbgrader", "03_shapes"]));
}

/// In a real JupyterLab, in German. The pictures are there to be looked at.
#[test]
fn a_german_exercise_says_what_is_wrong_gives_hints_and_accepts_the_answer() {
    prepare();
    lab(&["course", "build"]);
    let pictures = root().join("target/exercise");
    let (notebook, folder) = (root().join("notebooks/de/03_shapes.ipynb"), pictures.display());
    let script = ["--script", "check_exercise_page.py", "--output", &folder.to_string()];
    let notebook = notebook.display().to_string();
    let text = lab(&[&["browser", &notebook], script.as_slice()].concat());
    for name in ["failing", "hints", "passing"] {
        assert!(pictures.join(format!("{name}.png")).is_file(), "{name}: {text}");
    }
}
