//! `cargo bench`: how fast training is, as tables.
//!
//! It lives here and not beside the library for one reason: `cargo bench` builds what it measures
//! with another profile, and Burn would be built a second time. This program needs no Burn; it
//! starts the measurements (`examples/benchmark.rs`) in the profile of tests and notebooks.

use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    for what in ["epochs", "data", "growth"] {
        println!("== {what}\n");
        let mut cargo = Command::new("cargo");
        cargo.args(["run", "--quiet", "--package", "zunder", "--example", "benchmark", "--", what]);
        // Some build scripts look at these and would run again.
        for (name, _) in std::env::vars_os() {
            let name_text = name.to_string_lossy();
            if name_text.starts_with("CARGO_PKG_") || name_text.starts_with("CARGO_MANIFEST_") {
                cargo.env_remove(&name);
            }
        }
        match cargo.status() {
            Ok(status) if status.success() => println!(),
            Ok(status) => {
                eprintln!("measuring {what} ended with {status}");
                return ExitCode::FAILURE;
            }
            Err(error) => {
                eprintln!("cannot start cargo to measure {what}: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    println!("Against Keras, PyTorch, JAX and NumPy: see benches/peers.py.");
    ExitCode::SUCCESS
}
