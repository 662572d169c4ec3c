//! The notebooks themselves, as a learner runs them: headless, and in a browser.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{book, in_browser, lab, prepare, root};
use serde_json::Value;

const TUTORIAL: &str = "notebooks/01_first_neural_network.ipynb";

/// Runs a notebook as a learner's "Run All" does, without a browser.
fn run(notebook: &str, output: &Path) {
    let notebook = root().join(notebook);
    lab([OsStr::new("run"), notebook.as_os_str(), OsStr::new("--output"), output.as_os_str()]);
}

/// All notebooks that are committed.
fn notebooks() -> Vec<PathBuf> {
    let folders = [root().join("notebooks"), root().join("notebooks/de")];
    let entries = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    let files = entries.map(|entry| entry.expect("a readable folder").path());
    let mut notebooks: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|e| e == "ipynb")).collect();
    notebooks.sort();
    notebooks
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("the notebook can be read");
    serde_json::from_str(&text).expect("a notebook is JSON")
}

fn code_cells(notebook: &Value) -> Vec<&Value> {
    let cells = notebook["cells"].as_array().expect("a notebook has cells");
    cells.iter().filter(|cell| cell["cell_type"] == "code").collect()
}

/// Lines may come as one string or as a list.
fn text_of(value: &Value) -> String {
    match value {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().unwrap_or_default().to_owned(),
    }
}

fn outputs(cells: &[&Value]) -> Vec<Value> {
    cells.iter().flat_map(|cell| cell["outputs"].as_array().expect("outputs").clone()).collect()
}

/// What an output says as text: printed, or the value of a cell.
fn said(output: &Value) -> String {
    let value = text_of(&output["data"]["text/plain"]);
    text_of(&output["text"]) + &value + if value.is_empty() { "" } else { "\n" }
}

#[test]
fn notebooks_are_committed_clean() {
    assert!(!notebooks().is_empty());
    for path in notebooks() {
        let notebook = read(&path);
        let name = path.display();
        let is_german = path.parent().is_some_and(|folder| folder.ends_with("de"));
        let kernel = if is_german { "zunder-de" } else { "zunder" };
        assert_eq!(notebook["metadata"]["kernelspec"]["name"], kernel, "{name}");
        for cell in code_cells(&notebook) {
            let source = text_of(&cell["source"]);
            assert!(cell["outputs"].as_array().expect("outputs").is_empty(), "{name}: {source}");
            assert!(cell["execution_count"].is_null(), "{name}: {source}");
            // evcxr points at the wrong column behind other characters.
            assert!(source.is_ascii(), "{name}: {source}");
        }
    }
}

#[test]
fn the_tutorial_runs_and_its_numbers_and_pictures_are_right() {
    // The book has run it, as it runs all notebooks.
    let executed = read(&book().executed.join("en/01_first_neural_network.ipynb"));
    let outputs = outputs(&code_cells(&executed));

    let stderr = outputs.iter().find(|output| output["name"] == "stderr");
    assert!(stderr.is_none(), "{stderr:?}");
    let printed: String = outputs.iter().map(said).collect();
    assert!(printed.contains("training: pictures (60000, 28, 28), labels (60000,)"), "{printed}");
    assert!(printed.contains("pixels from 0 to 1"), "{printed}");
    assert!(printed.contains("Total params: 16,144"), "{printed}");
    assert!(printed.contains("vote: 7"), "{printed}");
    let validation: Vec<f64> = printed
        .lines()
        .filter_map(|line| line.split_once("val_accuracy ")?.1.trim().parse().ok())
        .collect();
    assert_eq!(validation.len(), 10, "{printed}");
    let best = validation.iter().copied().fold(0.0, f64::max);
    assert!(best >= 0.95, "val_accuracy {validation:?}");

    // Samples, diagram, accuracy, loss, samples again: as SVG, and all of them in the page.
    let pictures = outputs.iter().filter(|output| !output["data"]["image/svg+xml"].is_null());
    let pictures: Vec<String> =
        pictures.map(|output| text_of(&output["data"]["image/svg+xml"])).collect();
    let titles = [
        "10 random images",
        "16,144 parameters",
        "accuracy in each",
        "loss in each",
        "A label and an answer",
    ];
    for title in titles {
        assert!(pictures.iter().any(|svg| svg.contains(title)), "no picture {title:?}");
    }
    let page = fs::read_to_string(book().site.join("en/01_first_neural_network.html"));
    let page = page.expect("the page is there");
    assert!(page.matches("<img src=\"../pictures/").count() >= 4);
}

#[test]
fn the_second_notebook_looks_inside() {
    prepare();
    let folder = tempfile::tempdir().expect("a folder");
    run("notebooks/02_look_inside.ipynb", folder.path());
    let executed = read(&folder.path().join("02_look_inside.ipynb"));
    let outputs = outputs(&code_cells(&executed));

    assert!(outputs.iter().all(|output| output["name"] != "stderr"));
    let printed: String = outputs.iter().map(said).collect();
    assert!(printed.contains("precision    recall  f1-score"), "{printed}");
    let words = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("Note: the values of x run from 0 to 255"), "{printed}");
    assert!(words.contains("divide them first, as in x / 255.0"), "{printed}");
    // The model that was saved and loaded scores as the one that was trained; so does a fresh one, but
    // only once it has these weights.
    let scores: Vec<&str> = printed.lines().filter(|line| line.starts_with("loss ")).collect();
    let [trained, loaded, fresh, with_weights] = scores[..] else { panic!("{scores:?}") };
    assert!(trained == loaded && trained == with_weights && trained != fresh, "{scores:?}");

    let page = fs::read_to_string(folder.path().join("02_look_inside.html"));
    assert!(page.expect("the page is there").contains("zunder-playground"));
    let pictures = outputs.iter().filter(|output| !output["data"]["image/svg+xml"].is_null());
    let pictures: String =
        pictures.map(|output| text_of(&output["data"]["image/svg+xml"])).collect();
    for part in ["accuracy in each epoch", "true class", "surest", "units looks", "Predicted 3"] {
        assert!(pictures.contains(part), "no picture with {part:?}");
    }
}

#[test]
fn the_tutorial_runs_in_a_real_jupyterlab() {
    prepare();
    let folder = tempfile::tempdir().expect("a folder");
    in_browser(&root().join(TUTORIAL), folder.path(), "browser_run.py");
    let pictures = fs::read_dir(folder.path()).expect("the folder").count();
    assert!(pictures >= 5, "only {pictures} screenshots");
}
