//! `cargo bench`: how fast training is, as tables.
//!
//! It lives here and not beside the library for one reason: `cargo bench` builds what it measures
//! with another profile, and Burn would be built a second time. This program needs no Burn; it
//! starts the measurements (`examples/benchmark.rs`) in the profile of tests and notebooks.

#[path = "../src/base/set_by_cargo.rs"]
mod set_by_cargo;

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    match measure_all() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("the benchmark stopped: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn measure_all() -> Result<()> {
    for what in ["epochs", "data", "growth"] {
        println!("== {what}\n");
        if !benchmark(what).status()?.success() {
            return Err(format!("measuring {what} failed").into());
        }
        println!();
    }
    println!("== notebook\n");
    notebook_against_program()?;
    println!("\nAgainst Keras, PyTorch, JAX and NumPy: see benches/peers.py.");
    Ok(())
}

/// `cargo` in the repository's folder, without the variables of the cargo around it, after which
/// some build scripts run again.
fn cargo() -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(set_by_cargo::is_set_by_cargo) {
            cargo.env_remove(&name);
        }
    }
    cargo
}

/// It names no package: alone, the crate has fewer features of what Burn uses, and Burn would be
/// built a second time.
fn benchmark(what: &str) -> Command {
    let mut cargo = cargo();
    cargo.args(["run", "--quiet", "--example", "benchmark", "--", what]);
    cargo
}

/// The same six epochs in a notebook cell and in a program, in turns; medians of the last five.
fn notebook_against_program() -> Result<()> {
    println!("round   in a notebook cell   in a program   (seconds per epoch, batch 32)");
    let mut ratios = Vec::new();
    for round in 1..=3 {
        let (notebook, program) = (seconds_in_notebook()?, seconds_in_program()?);
        println!("{round:>5}   {notebook:>18.3}   {program:>12.3}");
        ratios.push(notebook / program);
    }
    ratios.sort_by(f64::total_cmp);
    println!("\nA cell takes {:.2} times as long as a program (median).", ratios[1]);
    Ok(())
}

const CELL: &str = r#"
let ((x, y), _) = mnist::load_data()?;
let (x, y) = (x.reshape([-1, 784])? / 255.0, to_categorical(&y, 10)?);
let network = Sequential::new()
    .seed(1)
    .add(Input::new(784))
    .add(Dense::new(20).activation(Relu))
    .add(Dense::new(14).activation(Relu))
    .add(Dense::new(10).activation(Softmax));
let mut model = network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy])?;
let settings = Fit::new().batch_size(32).epochs(6).validation_split(0.2).verbose(0);
println!("{:?}", model.fit(&x, &y, settings)?.seconds());
"#;

fn seconds_in_notebook() -> Result<f64> {
    let folder = tempfile::tempdir()?;
    let notebook = folder.path().join("speed.ipynb");
    fs::write(&notebook, notebook_of(&[":dep zunder = \"0.1\"\nuse zunder::prelude::*;", CELL]))?;
    let mut lab = cargo();
    lab.args(["run", "--quiet", "--package", "lab", "--", "run"]).arg(&notebook);
    let ended = lab.arg("--output").arg(folder.path()).output()?;
    if !ended.status.success() {
        return Err(String::from_utf8_lossy(&ended.stdout).into_owned().into());
    }
    median_of_last_five(&printed_by(&notebook)?)
}

fn seconds_in_program() -> Result<f64> {
    let ended = benchmark("seconds").stderr(Stdio::inherit()).output()?;
    if !ended.status.success() {
        return Err(format!("training in a program failed ({})", ended.status).into());
    }
    median_of_last_five(&String::from_utf8(ended.stdout)?)
}

fn notebook_of(cells: &[&str]) -> String {
    let cell = |(number, source): (usize, &&str)| {
        json!({
            "cell_type": "code", "id": format!("cell-{number}"), "metadata": {},
            "source": source, "outputs": [], "execution_count": null
        })
    };
    let cells: Vec<Value> = cells.iter().enumerate().map(cell).collect();
    let kernel = json!({"display_name": "Rust (Zunder)", "language": "rust", "name": "zunder"});
    let metadata = json!({ "kernelspec": kernel });
    json!({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}).to_string()
}

/// What the last cell of an executed notebook printed.
fn printed_by(notebook: &Path) -> Result<String> {
    let executed: Value = serde_json::from_str(&fs::read_to_string(notebook)?)?;
    let text = match &executed["cells"][1]["outputs"][0]["text"] {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        text => text.as_str().unwrap_or_default().to_owned(),
    };
    Ok(text)
}

/// From a list such as `[0.2, 0.1, 0.1, 0.1, 0.1, 0.1]`.
fn median_of_last_five(list: &str) -> Result<f64> {
    let seconds: Vec<f64> = serde_json::from_str(list.trim())?;
    let mut last: Vec<f64> = seconds.iter().rev().take(5).copied().collect();
    last.sort_by(f64::total_cmp);
    last.get(2).copied().ok_or_else(|| "too few epochs".into())
}
