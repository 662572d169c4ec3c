//! The chapter that trains in the browser: driven in Chromium, and its cells in the real kernel.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::common::{lab, prepare, run_notebook};

/// So far may the numbers of the page's trainings lie from the notebook's: a page adds and multiplies in two
/// steps where the machine does it in one. All other functions are the crate's own, the same in both.
const TOLERANCE: f64 = 1e-4;

/// The page's own settings, and those that `check_chapter.py` changes: each activation is in one of them.
const TRAININGS: usize = 3;

/// The cells that a training takes, in their order; the data is loaded and prepared once for all.
const TRAINING: [&str; 3] = ["define", "compile", "fit"];

#[test]
fn the_page_trains_what_its_cells_train_in_a_notebook() {
    prepare();
    // Kept, for a look at the pictures.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("chapter");
    let _ = fs::remove_dir_all(&folder);
    let said =
        lab(["chapter".as_ref(), "--check".as_ref(), "--output".as_ref(), folder.as_os_str()]);
    println!("{said}");
    let trained = fs::read_to_string(folder.join("trained.json")).expect("the page's trainings");
    let trained: Vec<Value> = serde_json::from_str(&trained).expect("it is JSON");
    assert_eq!(trained.len(), TRAININGS);

    let cell = |training: &Value, name: &str| -> String {
        training["cells"][name].as_str().expect("the page has this cell").to_owned()
    };
    let mut cells: Vec<String> =
        ["start", "load", "look", "prepare"].map(|name| cell(&trained[0], name)).to_vec();
    for (number, training) in trained.iter().enumerate() {
        cells.extend(TRAINING.map(|name| cell(training, name)));
        let file = folder.join(format!("notebook-{number}.json"));
        cells.push(in_numbers(&training["drawn"]["pixels"], &file));
        cells.extend(["evaluate", "mistakes", "draw"].map(|name| cell(training, name)));
    }
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    let outcome = run_notebook("chapter", &cells);
    assert!(outcome.ok, "{}", outcome.text);

    for (number, training) in trained.iter().enumerate() {
        let file = folder.join(format!("notebook-{number}.json"));
        let notebook = fs::read_to_string(file).expect("the notebook's numbers");
        let notebook: Value = serde_json::from_str(&notebook).expect("it is JSON");
        let history = training["history"].as_array().expect("it has epochs");
        let losses = history.iter().map(|epoch| epoch["loss"].clone()).collect();
        for (what, here, there) in [
            ("weights", &training["weights"], &notebook["weights"]),
            ("loss of the epochs", &Value::Array(losses), &notebook["losses"]),
            ("accuracy on the test", &training["score"]["accuracy"], &notebook["accuracy"]),
            ("answer to a drawing", &training["drawn"]["answer"], &notebook["answer"]),
        ] {
            let (here, there) = (numbers(here), numbers(there));
            assert!(!here.is_empty() && here.len() == there.len(), "{what}: {}", here.len());
            let apart = here.iter().zip(&there).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            println!("training {number}: {what}: at most {apart:.1e} apart");
            assert!(apart <= TOLERANCE, "training {number}: {what} is {apart} apart");
        }
    }
}

/// A cell that writes down what its training came to.
fn in_numbers(pixels: &Value, file: &Path) -> String {
    format!(
        "let flat: Vec<f32> = model.weights().iter().flat_map(|(k, b)| [k.to_vec(), b.to_vec()].concat()).collect();\n\
         let drawing = Array::new([1, 784], vec!{:?})?;\n\
         std::fs::write({file:?}, format!(\n\
         \"{{{{\\\"weights\\\": {{flat:?}}, \\\"losses\\\": {{:?}}, \\\"accuracy\\\": {{}}, \\\"answer\\\": {{:?}}}}}}\",\n\
         history.get(\"loss\")?, model.evaluate(&x_test, &y_test)?.accuracy()?, model.predict(&drawing)?.to_vec()))?;",
        numbers(pixels)
    )
}

/// A number, or all of a list.
fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().map_or_else(|| vec![value], |list| list.iter().collect());
    list.into_iter().map(|number| number.as_f64().expect("a number")).collect()
}
