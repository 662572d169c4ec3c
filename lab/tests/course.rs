//! The course for real: every check on right and wrong answers, and nbgrader.

use std::process::Command;

use crate::common::prepare;

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
