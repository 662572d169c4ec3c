//! The course for real: every check on right and wrong answers, and nbgrader.

use crate::common::{in_browser, lab, prepare, root};

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
    for name in ["failing", "hints", "passing"] {
        assert!(pictures.join(format!("{name}.png")).is_file(), "{name}: {text}");
    }
}
