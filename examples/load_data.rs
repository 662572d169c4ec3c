//! Brings MNIST onto this machine and says where it lies: `cargo run --example load_data`.

use std::process::ExitCode;

use zunder::prelude::*;

fn main() -> ExitCode {
    match load() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn load() -> zunder::Result<()> {
    let ((x_train, y_train), (x_test, y_test)) = mnist::load_data()?;
    println!("MNIST lies in {}", zunder::data_folder()?.join("mnist").display());
    println!("training: images {}, labels {}", x_train.shape(), y_train.shape());
    println!("test:     images {}, labels {}", x_test.shape(), y_test.shape());
    Ok(())
}
