//! Brings a data set onto this machine and says where it lies: `cargo run --example load_data`, or
//! with `-- fashion-mnist` at the end.
//!
//! `cargo lab` calls it too. It ends with 2 when the files could not be fetched, so that it makes sense
//! to bring them another way, and with 1 when something else went wrong.

use std::process::ExitCode;

use zunder::prelude::*;
use zunder::words::either;

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
    let folder = zunder::data_folder()?.join(folder);
    println!("{title} {} {}", either("lies in", "liegt in"), folder.display());
    for (name, x, y) in [
        (either("training:", "Training:"), x_train, y_train),
        (either("test:    ", "Test:    "), x_test, y_test),
    ] {
        let (images, labels) = (either("images", "Bilder"), either("labels", "Labels"));
        println!("{name} {images} {}, {labels} {}", x.shape(), y.shape());
    }
    Ok(())
}
