//! Prints the figures that the course and its pages name: how many test pictures a network reads, after
//! how many epochs and with which seeds. `cargo run --example figures`; it takes about a minute.

use zunder::prelude::*;

/// As notebook 01 has it: 784 -> 20 -> 14 -> 10.
fn tutorial(seed: u64) -> Sequential {
    Sequential::new()
        .seed(seed)
        .add(Input::new(784))
        .add(Dense::new(20).activation(Relu))
        .add(Dense::new(14).activation(Relu))
        .add(Dense::new(10).activation(Softmax))
}

/// The fractions that are right, for the seeds 1 to 5.
fn of_five_seeds(
    (x, y): (&Array, &Array),
    (x_test, y_test): (&Array, &Array),
    epochs: usize,
) -> zunder::Result<Vec<f32>> {
    let right = |seed: u64| {
        let mut model =
            tutorial(seed).compile(SparseCategoricalCrossentropy, Adam::default(), [Accuracy])?;
        let settings = Fit::new().epochs(epochs).validation_split(0.2).seed(seed).verbose(0);
        model.fit(x, y, settings)?;
        model.evaluate(x_test, y_test)?.accuracy()
    };
    (1..=5).map(right).collect()
}

fn print(what: &str, right: &[f32]) {
    let all: Vec<String> = right.iter().map(|right| format!("{:.2}", 100.0 * right)).collect();
    let mean = 100.0 * right.iter().sum::<f32>() / right.len() as f32;
    println!("{what}: {} % of the test pictures, mean {mean:.2} %", all.join(", "));
}

fn main() -> zunder::Result<()> {
    let ((x, y), (x_test, y_test)) = mnist::load_data()?;
    let (x, x_test) = (x.reshape([60_000, 784])? / 255.0, x_test.reshape([10_000, 784])? / 255.0);
    for epochs in [2, 5, 10] {
        let right = of_five_seeds((&x, &y), (&x_test, &y_test), epochs)?;
        print(&format!("digits, {epochs} epochs, batches of 32, seeds 1 to 5"), &right);
    }
    let ((x, y), (x_test, y_test)) = fashion_mnist::load_data()?;
    let (x, x_test) = (x.reshape([60_000, 784])? / 255.0, x_test.reshape([10_000, 784])? / 255.0);
    let right = of_five_seeds((&x, &y), (&x_test, &y_test), 5)?;
    print("clothes, 5 epochs, batches of 32, seeds 1 to 5", &right);
    Ok(())
}
