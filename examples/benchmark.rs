//! The measurements behind `cargo bench`: prints tables, and plays a peer for `benches/peers.py`.
//!
//! ```text
//! cargo run --example benchmark epochs    seconds per epoch of the tutorial's network
//! cargo run --example benchmark data      time and memory of loading, preparing, training
//! cargo run --example benchmark growth    how an epoch grows with samples and units
//! cargo run --example benchmark pictures  seconds per epoch of a network with convolutions
//! cargo run --example benchmark seconds   six epochs, to compare with a notebook cell
//! cargo run --example benchmark worker    one epoch for each line `epoch` on standard input
//! ```

use std::time::Instant;

use zunder::prelude::*;
use zunder::{Model, Result};

const VALIDATION_SPLIT: f64 = 0.2;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("epochs") => epochs(),
        Some("data") => data(),
        Some("growth") => growth(),
        Some("pictures") => pictures(),
        Some("seconds") => seconds(),
        Some("worker") => worker(&arguments),
        _ => {
            eprintln!("say what to measure: epochs, data, growth, pictures, seconds or worker");
            std::process::exit(2)
        }
    }
}

/// The training data as the tutorial prepares it.
fn prepared() -> Result<(Array, Array)> {
    let ((x, y), _) = mnist::load_data()?;
    Ok((x.reshape([-1, 784])? / 255.0, to_categorical(&y, 10)?))
}

/// The first of them as pictures.
fn prepared_pictures(count: usize) -> Result<(Array, Array)> {
    let ((x, y), _) = mnist::load_data()?;
    let x = x.rows(0..count)?.reshape([count, 28, 28, 1])? / 255.0;
    Ok((x, to_categorical(&y.rows(0..count)?, 10)?))
}

fn compiled(backend: Backend, units: usize) -> Result<Model> {
    Sequential::new()
        .seed(1)
        .backend(backend)
        .add(Input::new(784))
        .add(Dense::new(units).activation(Relu))
        .add(Dense::new(14).activation(Relu))
        .add(Dense::new(10).activation(Softmax))
        .compile(CategoricalCrossentropy, Adam::default(), [Accuracy])
}

/// The network of exercise 12 without its dropout.
fn convolutions(backend: Backend) -> Result<Model> {
    Sequential::new()
        .seed(1)
        .backend(backend)
        .add(Input::new([28, 28, 1]))
        .add(Conv2D::new(8, 3).activation(Relu))
        .add(MaxPooling2D::new(2))
        .add(Conv2D::new(16, 3).activation(Relu))
        .add(MaxPooling2D::new(2))
        .add(Flatten::new())
        .add(Dense::new(64).activation(Relu))
        .add(Dense::new(10).activation(Softmax))
        .compile(CategoricalCrossentropy, Adam::default(), [Accuracy])
}

fn settings(batch_size: usize) -> Fit {
    Fit::new().batch_size(batch_size).validation_split(VALIDATION_SPLIT).verbose(0)
}

/// The median of five epochs after one to warm up.
fn seconds_per_epoch(model: &mut Model, x: &Array, y: &Array, settings: Fit) -> Result<f64> {
    let mut seconds = model.fit(x, y, settings.epochs(6))?.seconds();
    Ok(median(&mut seconds[1..]))
}

fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

fn epochs() -> Result<()> {
    let (x, y) = prepared()?;
    println!("Seconds per epoch: 48,000 images, shuffled, with metrics and validation on 12,000;");
    println!("median of five after one to warm up.\n");
    println!("batch   fast path   Burn Flex   Burn ndarray");
    for batch_size in [32, 128] {
        let measure = |backend| -> Result<String> {
            let mut model = compiled(backend, 20)?;
            let seconds = seconds_per_epoch(&mut model, &x, &y, settings(batch_size))?;
            Ok(format!("{seconds:.3}"))
        };
        let ndarray = measure(Backend::NdArray);
        let ndarray = ndarray.unwrap_or_else(|_| "build with --features ndarray".to_owned());
        let (fast, flex) = (measure(Backend::Auto)?, measure(Backend::Flex)?);
        println!("{batch_size:>5}   {fast:>9}   {flex:>9}   {ndarray:>12}");
    }
    let floor = arithmetic_floor();
    println!("\nThe arithmetic of an epoch alone, as fast as one core multiplies: {floor:.3} s");
    Ok(())
}

fn pictures() -> Result<()> {
    let (x, y) = prepared_pictures(10_000)?;
    println!("Seconds per epoch: convolutions on 10,000 images, batch 64, no validation;");
    println!("all epochs of one fit, fast path and Burn Flex.\n");
    for (backend, epochs) in [(Backend::Auto, 6), (Backend::Flex, 2)] {
        let settings = Fit::new().batch_size(64).epochs(epochs).verbose(0);
        println!("{:.3?}", convolutions(backend)?.fit(&x, &y, settings)?.seconds());
    }
    let (x, y) = prepared_pictures(60_000)?;
    let settings = Fit::new().batch_size(64).epochs(5).verbose(0);
    let start = Instant::now();
    convolutions(Backend::Auto)?.fit(&x, &y, settings)?;
    println!("Exercise 12, five epochs of 60,000: {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// Seconds for the multiplications of an epoch at this core's speed, with all numbers in registers.
///
/// Training: forward and gradient of each kernel, and the gradient of the inputs behind the first
/// layer. Validation: forward.
fn arithmetic_floor() -> f64 {
    let (first, rest) = (784.0 * 20.0, 20.0 * 14.0 + 14.0 * 10.0);
    let training = 48_000.0 * (2.0 * first + 3.0 * rest);
    let validation = 12_000.0 * (first + rest);
    (training + validation) / multiply_adds_per_second()
}

/// How many `a * b + c` one core does in a second: 96 independent sums, so that none waits.
fn multiply_adds_per_second() -> f64 {
    const SUMS: usize = 96;
    const ROUNDS: usize = 4_000_000;
    #[inline(always)]
    fn rounds(mut sums: [f32; SUMS], factor: f32) -> [f32; SUMS] {
        for _ in 0..ROUNDS {
            for sum in &mut sums {
                *sum = sum.mul_add(factor, factor);
            }
        }
        sums
    }
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    fn with_avx2(sums: [f32; SUMS], factor: f32) -> [f32; SUMS] {
        rounds(sums, factor)
    }
    let best = (0..5).map(|_| {
        let start = Instant::now();
        let (sums, factor) = std::hint::black_box(([0.5; SUMS], 0.5));
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "the benchmark is for CPUs with AVX2, as its text says")]
        // SAFETY: asked for right here.
        let sums = match is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            true => unsafe { with_avx2(sums, factor) },
            false => rounds(sums, factor),
        };
        #[cfg(not(target_arch = "x86_64"))]
        let sums = rounds(sums, factor);
        std::hint::black_box(sums);
        (SUMS * ROUNDS) as f64 / start.elapsed().as_secs_f64()
    });
    best.fold(0.0, f64::max)
}

fn data() -> Result<()> {
    println!("step                             seconds   peak memory so far");
    let step = |name: &str, start: Instant| {
        let seconds = start.elapsed().as_secs_f64();
        println!("{name:<32} {seconds:>7.3}   {:>8} MB", peak_megabytes());
    };
    let start = Instant::now();
    let ((x_train, y_train), (x_test, y_test)) = mnist::load_data()?;
    step("load_data, 70,000 images", start);
    let start = Instant::now();
    let x_train = x_train.reshape([60_000, 784])? / 255.0;
    let x_test = x_test.reshape([10_000, 784])? / 255.0;
    let _labels = (to_categorical(&y_train, 10)?, to_categorical(&y_test, 10)?);
    step("reshape, scale, to_categorical", start);
    let mut model = compiled(Backend::Auto, 20)?;
    let start = Instant::now();
    model.fit(&x_train, &to_categorical(&y_train, 10)?, settings(128))?;
    step("fit, one epoch, batch 128", start);
    let start = Instant::now();
    model.evaluate(&x_test, &to_categorical(&y_test, 10)?)?;
    step("evaluate, 10,000 images", start);
    let start = Instant::now();
    let _probabilities = (model.predict(&x_train)?, model.predict(&x_test)?);
    step("predict, 70,000 images", start);
    Ok(())
}

/// The most memory that this process has held, where the system tells it.
fn peak_megabytes() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kilobytes.map_or_else(|| "unknown".to_owned(), |kilobytes| (kilobytes / 1024).to_string())
}

fn growth() -> Result<()> {
    let (x, y) = prepared()?;
    println!("samples   seconds per epoch (batch 32, 20 units)");
    for times in [1, 4, 16] {
        // A quarter of MNIST, so that 16 times it fits into the memory of a laptop.
        let rows: Vec<usize> = (0..15_000 * times).map(|row| row % 15_000).collect();
        let (x, y) = (x.select(&rows)?, y.select(&rows)?);
        let seconds = seconds_per_epoch(&mut compiled(Backend::Auto, 20)?, &x, &y, settings(32))?;
        println!("{:>7}   {seconds:.3}", rows.len());
    }
    println!("\n  units   seconds per epoch (batch 32, 6,000 samples): chosen path, Burn Flex");
    let (x, y) = (x.rows(0..6_000)?, y.rows(0..6_000)?);
    for units in [20, 200, 2_000] {
        let measure = |backend| -> Result<f64> {
            seconds_per_epoch(&mut compiled(backend, units)?, &x, &y, settings(32))
        };
        let (chosen, flex) = (measure(Backend::Auto)?, measure(Backend::Flex)?);
        println!("{units:>7}   {chosen:.3}   {flex:.3}");
    }
    Ok(())
}

fn seconds() -> Result<()> {
    let (x, y) = prepared()?;
    let history = compiled(Backend::Auto, 20)?.fit(&x, &y, settings(32).epochs(6))?;
    println!("{:?}", history.seconds());
    Ok(())
}

/// Takes turns with the other peers, epoch by epoch of one training, as `benches/peers.py` has it.
struct Turns {
    start: Instant,
}

impl Turns {
    /// Waits for the word; the driver is done where there is none.
    fn wait() {
        let mut line = String::new();
        let read = std::io::stdin().read_line(&mut line);
        if read.is_err() || line.trim() != "epoch" {
            std::process::exit(0);
        }
    }
}

impl Callback for Turns {
    fn on_epoch_begin(&mut self, training: &mut Training) -> Result<()> {
        // The first turn has begun before `fit`: what that prepares belongs to it.
        if training.epoch() > 1 {
            Turns::wait();
            self.start = Instant::now();
        }
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training) -> Result<()> {
        let seconds = self.start.elapsed().as_secs_f64();
        let number = |name: String| Ok(format!(r#""{name}": {}"#, training.get(&name)?));
        let numbers = training.history().names().into_iter().map(number);
        let numbers = numbers.collect::<Result<Vec<String>>>()?.join(", ");
        println!(r#"{{"seconds": {seconds}, {numbers}}}"#);
        Ok(())
    }
}

/// Answers each line `epoch` with the seconds of one more epoch of an endless training.
fn worker(arguments: &[String]) -> Result<()> {
    let start = Instant::now();
    let value = |name: &str| {
        let position = arguments.iter().position(|argument| argument == name)?;
        arguments.get(position + 1).map(String::as_str)
    };
    let batch_size = value("--batch-size").and_then(|size| size.parse().ok()).unwrap_or(32);
    let is_convolution = value("--network") == Some("convolution");
    let (x, y) = if is_convolution { prepared_pictures(10_000)? } else { prepared()? };
    let mut model =
        if is_convolution { convolutions(Backend::Auto)? } else { compiled(Backend::Auto, 20)? };
    let setup = start.elapsed().as_secs_f64();
    println!(r#"{{"ready": true, "import_seconds": 0.0, "setup_seconds": {setup:.3}}}"#);
    let split = if is_convolution { 0.0 } else { VALIDATION_SPLIT };
    let settings =
        Fit::new().batch_size(batch_size).verbose(0).validation_split(split).epochs(100_000);
    Turns::wait();
    model.fit(&x, &y, settings.callback(Turns { start: Instant::now() }))?;
    Ok(())
}
