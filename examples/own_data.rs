//! Three projects with data of one's own, from the files to the test: a table, photos, texts.
//!
//!     cargo run --example own_data -- table districts.csv
//!     cargo run --example own_data -- photos FOLDER
//!     cargo run --example own_data -- texts FOLDER
//!
//! The last line says how many of the test samples are right, and how many would be right if always the
//! most frequent class was answered. `cargo test` runs all three with files from packages of npm:
//! `lab/src/setup/package/own_data.rs` says which ones.

use std::process::ExitCode;

use zunder::prelude::*;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["table", file] => table(file),
        ["photos", folder] => photos(folder),
        ["texts", folder] => texts(folder),
        _ => {
            eprintln!("say what it is, and where: table FILE, photos FOLDER or texts FOLDER");
            return ExitCode::FAILURE;
        }
    };
    if let Err(error) = outcome {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Is a district of Germany a city? From its area and its population.
fn table(file: &str) -> zunder::Result<()> {
    let table = Table::read_csv(file)?.drop_missing();
    println!("{} rows: {}", table.num_rows(), table.names().join(", "));
    let is_city = |kind: &String| f32::from(kind.to_lowercase().contains("stadt"));
    let y: Array = table.texts("type")?.iter().map(is_city).collect::<Vec<f32>>().into();
    let x = table.select(&["area_km2", "population"])?.to_array()?;
    let ((x_train, y_train), (x_test, y_test)) = train_test_split(&x, &y, 0.3, 1)?;
    let ruler = Normalization::adapt(&x_train)?;
    let network = Sequential::new()
        .seed(1)
        .add(Input::new(2))
        .add(Dense::new(8).activation(Relu))
        .add(Dense::new(1).activation(Sigmoid));
    let optimizer = Adam::new().learning_rate(0.01);
    let mut model = network.compile(BinaryCrossentropy, optimizer, [Accuracy])?;
    let settings = Fit::new().epochs(60).seed(1).verbose(0);
    model.fit(&ruler.apply(&x_train)?, &y_train, settings)?;
    judge(&model, &ruler.apply(&x_test)?, &y_test)
}

/// Which class does a photo belong to? Each class is a folder of pictures.
fn photos(folder: &str) -> zunder::Result<()> {
    let settings = Images::new().image_size([24, 40]);
    let photos = image_dataset_from_directory(folder, settings)?;
    println!("{photos:?}");
    let classes = photos.class_names().len();
    let (x, y) = (photos.x() / 255.0, photos.y());
    let ((x_train, y_train), (x_test, y_test)) = train_test_split(&x, &y, 0.3, 1)?;
    let network = Sequential::new()
        .seed(1)
        .add(Input::new([24, 40, 3]))
        .add(Conv2D::new(8, 3).activation(Relu))
        .add(MaxPooling2D::new(2))
        .add(Conv2D::new(16, 3).activation(Relu))
        .add(MaxPooling2D::new(2))
        .add(Flatten::new())
        .add(Dropout::new(0.3))
        .add(Dense::new(classes).activation(Softmax));
    let mut model = network.compile(SparseCategoricalCrossentropy, Adam::default(), [Accuracy])?;
    model.fit(&x_train, &y_train, Fit::new().epochs(30).seed(1).verbose(0))?;
    judge(&model, &x_test, &y_test)
}

/// Which class does a text belong to? Each class is a folder of texts.
fn texts(folder: &str) -> zunder::Result<()> {
    let dataset = text_dataset_from_directory(folder, 1)?;
    println!("{dataset:?}");
    let (texts, y) = (dataset.texts(), dataset.y());
    // They are mixed: the last ones are the test.
    let all = texts.len();
    let training = all * 7 / 10;
    let words = TextVectorization::new().split(Whitespace).max_tokens(1_000);
    let vectorizer = words.adapt(&texts[..training])?;
    let x_train = vectorizer.apply(&texts[..training])?;
    let x_test = vectorizer.apply(&texts[training..])?;
    let network = Sequential::new()
        .seed(1)
        .add(Input::new(vectorizer.vocabulary().len()))
        .add(Dense::new(16).activation(Relu))
        .add(Dense::new(dataset.class_names().len()).activation(Softmax));
    let mut model = network.compile(SparseCategoricalCrossentropy, Adam::default(), [Accuracy])?;
    let settings = Fit::new().epochs(5).seed(1).verbose(0).diagnose(false);
    model.fit(&x_train, &y.rows(0..training)?, settings)?;
    judge(&model, &x_test, &y.rows(training..all)?)
}

/// Says how good the model is, and how good somebody would be who does not look.
fn judge(model: &Model, x_test: &Array, y_test: &Array) -> zunder::Result<()> {
    let labels = y_test.to_vec();
    let count = |class: &f32| labels.iter().filter(|label| *label == class).count();
    let most = labels.iter().map(count).max().unwrap_or(0);
    let baseline = most as f32 / labels.len() as f32;
    let accuracy = model.evaluate(x_test, y_test)?.accuracy()?;
    println!("{} for the test: accuracy {accuracy:.3}, baseline {baseline:.3}", labels.len());
    Ok(())
}
