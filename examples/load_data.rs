//! Brings a data set onto this machine and says where it lies: `cargo run --example load_data`, or
//! with `-- fashion-mnist` at the end.
//!
//! `cargo lab` calls it too. It ends with 2 when the files could not be fetched, so that it makes sense
//! to bring them another way, and with 1 when something else went wrong.

use std::process::ExitCode;

use zunder::prelude::*;

fn main() -> ExitCode {
    let name = std::env::args().nth(1).unwrap_or_else(|| "mnist".to_owned());
    match load(&name) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            if error.is_data_missing() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

fn load(name: &str) -> zunder::Result<()> {
    let (title, folder, data) = match name {
        "fashion-mnist" => ("Fashion-MNIST", "fashion-mnist", fashion_mnist::load_data()?),
        _ => ("MNIST", "mnist", mnist::load_data()?),
    };
    let ((x_train, y_train), (x_test, y_test)) = data;
    println!("{title} lies in {}", zunder::data_folder()?.join(folder).display());
    println!("training: images {}, labels {}", x_train.shape(), y_train.shape());
    println!("test:     images {}, labels {}", x_test.shape(), y_test.shape());
    Ok(())
}
