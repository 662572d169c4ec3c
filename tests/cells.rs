//! Cells that once ended the process, panicked in another crate's words, hung, or were wrong in
//! silence, with what they must say instead; and beside them what was good already and must stay so.

use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};

use zunder::prelude::*;
use zunder::{Figure, History, Model, Result};

/// The one sentence that a cell ends with, as an error or, where there is no `Result`, as the
/// sentence of a cell that was stopped.
fn sentence<T: Debug>(cell: impl FnOnce() -> Result<T>) -> String {
    let text = match catch_unwind(AssertUnwindSafe(cell)) {
        Ok(Ok(value)) => panic!("a sentence was expected, but it gave {value:?}"),
        Ok(Err(error)) => {
            assert_eq!(error.to_string(), format!("{error:?}"));
            error.to_string()
        }
        // A panic of Rust's own holds other words, or is no `String` at all.
        Err(panic) => *panic.downcast::<String>().expect("it holds a sentence"),
    };
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.len() < 600, "{text}");
    for foreign in ["unwrap", "ShapeError", "overflow", "index out of", "Burn", "None", "Err("] {
        assert!(!text.contains(foreign), "{foreign} in {text}");
    }
    text
}

/// Checks that a cell ends with a sentence that holds all these words.
#[track_caller]
fn says<T: Debug>(words: &[&str], cell: impl FnOnce() -> Result<T>) {
    let text = sentence(cell);
    for word in words {
        assert!(text.contains(word), "{word:?} is not in {text:?}");
    }
}

/// The sentence in the place of a picture.
fn no_picture(figure: Figure) -> Result<()> {
    figure.svg().map(drop)
}

fn start(shape: impl zunder::IntoShape) -> Sequential {
    Sequential::new().add(Input::new(shape))
}

/// Compiles a network as most cells do.
fn compiled(network: Sequential) -> Result<()> {
    network.compile(MeanSquaredError, Adam::default(), []).map(drop)
}

/// The model of most cells about training, with samples and one-hot labels.
fn small() -> (Model, Array, Array) {
    let network = small_network();
    let model = network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap();
    let y = Array::from([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]);
    (model, Array::zeros([4, 2]), y)
}

fn small_network() -> Sequential {
    start(2).add(Dense::new(2).activation(Softmax))
}

fn quiet() -> Fit {
    Fit::new().verbose(0)
}

// Arrays.

#[test]
fn arrays_that_no_memory_holds_are_refused() {
    says(&["(18446744073709551615, 2) is too large for any memory"], || {
        Ok(Array::zeros([usize::MAX, 2]))
    });
    says(&["(1000000, 1000000) takes 4,000 GB", "this machine has only"], || {
        Ok(Array::zeros([1_000_000, 1_000_000]))
    });
    says(&["too large for any memory"], || Ok(Array::zeros([0, usize::MAX, 2])));
    says(&["too large for any memory"], || Ok(Array::zeros([usize::MAX, 0])));
    says(&["dimensions is 1000000"], || Ok(Array::zeros(&[1usize; 1_000_000][..])));
    says(&["too large for any memory"], || Array::new([0, usize::MAX, 2], Vec::<f32>::new()));
    says(&["too large for any memory"], || Array::new([usize::MAX, 2], vec![1.0]));
    says(&["holds 1,000,000,000,000 values, but 1 came"], || {
        Array::new([1_000_000, 1_000_000], vec![1.0])
    });
    let few = Array::zeros([0]);
    says(&["too large for any memory"], || few.reshape([0, usize::MAX, 2]));
    says(&["to (18446744073709551615, 3)", "use lengths of 0 or more"], || {
        Array::zeros([4]).reshape([usize::MAX, 3])
    });
    says(&["cannot reshape (4,) to (-1, -1)"], || Array::zeros([4]).reshape([-1, -1]));
    says(&["cannot reshape (4,) to (-1, 0)"], || Array::zeros([4]).reshape([-1, 0]));
    says(&["to (-9223372036854775808,)"], || Array::zeros([4]).reshape([i64::MIN]));
}

#[test]
fn rows_and_columns_that_are_not_there_are_named() {
    let x = Array::from([1, 2, 3]);
    says(&["there is no row 18446744073709551615", "the last row is 2"], || x.row(usize::MAX));
    says(&["there is no row 3 "], || x.row(3));
    says(&["there is no row 3 "], || x.select(&[0, 3]));
    says(&["the range 2..1 ends before it begins"], || {
        x.rows(std::ops::Range { start: 2, end: 1 })
    });
    says(&["rows 0..18446744073709551615"], || x.rows(0..usize::MAX));
    let number = || Array::from([1.0, 2.0]).row(0);
    says(&["no row in a single number"], || number()?.select(&[]));
    says(&["no row in a single number"], || number()?.select(&[0]));
    says(&["no row 0 in a single number"], || number()?.row(0));
    says(&["in a single number"], || number()?.rows(0..0));
    says(&["(0, 2): it holds no rows"], || Array::zeros([0, 2]).row(0));
    says(&["position [0] has 1 number, but an array of shape (2, 3) needs 2"], || {
        Array::zeros([2, 3]).get([0])
    });
    says(&["no position [18446744073709551615]"], || x.get([usize::MAX]));
    says(&["(n, columns)"], || Array::zeros([3]).column(0));
    says(&["the column is 18446744073709551615"], || Array::zeros([3, 2]).column(usize::MAX));
    assert_eq!(x.select(&[]).unwrap().shape(), [0]);
    assert_eq!(Array::zeros([3, 2]).select_columns(&[]).unwrap().shape(), [3, 0]);
}

#[test]
fn a_choice_that_takes_more_memory_than_there_is_is_refused() {
    let row = Array::zeros([1, 10_000_000]);
    says(&["(1000000, 10000000) takes 40,000 GB"], || row.select(&vec![0; 1_000_000]));
    let column = Array::from(vec![0i64; 10_000_000]).reshape([10_000_000, 1]).unwrap();
    says(&["(10000000, 1000000) takes 80,000 GB"], || column.select_columns(&vec![0; 1_000_000]));
}

#[test]
fn numbers_that_do_not_fit_are_no_others_in_silence() {
    says(&["18446744073709551615 is too large for an array"], || Ok(Array::from([usize::MAX])));
    assert_eq!(Array::from([usize::MAX / 2]).dtype(), zunder::DType::Int64);
    let huge = Array::from([[1e300, 1.0]]);
    assert_eq!(huge.to_vec(), [f32::INFINITY, 1.0]);
    let (mut model, _, y) = small();
    says(&["x holds the value inf in row 0"], || {
        model.fit(&huge, &y.rows(0..1)?, quiet()).map(drop)
    });
    says(&["x holds the value inf in row 0"], || model.predict(&huge));
    assert_eq!((Array::from([2.0]) * 1e300).to_vec(), [f32::INFINITY]);
}

#[test]
fn numbers_are_what_they_are_whatever_their_type() {
    let labels = Array::from([1_u8, 0, 2]);
    assert!(labels == Array::from([1, 0, 2]) && labels == Array::from([1.0, 0.0, 2.0]));
    assert!(labels != Array::from([1, 0, 3]) && labels != Array::from([[1, 0, 2]]));
    assert!(Array::from([f32::NAN]) != Array::from([0]));
    // Rounded only behind the difference.
    let times = Array::from([1_700_000_001_i64, 1_700_000_002]);
    assert_eq!((times - 1_700_000_000).to_vec(), [1.0, 2.0]);
    // 0.2 as a float32 is a little more than 0.2.
    let (x, y) = (Array::zeros([10, 2]), Array::zeros([10]));
    for share in [train_test_split(&x, &y, 0.2, 1), train_test_split(&x, &y, 0.2_f32, 1)] {
        let ((train, _), (test, _)) = share.unwrap();
        assert_eq!((train.len(), test.len()), (8, 2));
    }
}

#[test]
fn a_table_of_which_nothing_is_left_panics_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    std::fs::write(&file, "name,age,cabin\nAnna,,C1\nBen,3,\nCleo,4,\n").unwrap();
    let table = Table::read_csv(&file).unwrap();
    assert_eq!(table.drop_missing().to_array().unwrap().shape(), [0, 3]);
    says(&["line 3, column \"cabin\": there is no value", "drop_missing"], || {
        table.rows(1..3)?.select(&["cabin"])?.to_array()
    });
    says(&["the value for \"age\" is \"NaN\"", "describe() says the mean"], || {
        let mean = table.column("age")?.mean();
        table.fill_missing("age", mean)
    });
}

#[test]
fn nan_is_treated_as_in_numpy() {
    // np.argmax([[nan, .2, .8], [.1, nan, nan], [.1, .7, .2]], axis=1) gives 0, 1, 1.
    let rows = [[f32::NAN, 0.2, 0.8], [0.1, f32::NAN, f32::NAN], [0.1, 0.7, 0.2]];
    let x = Array::from(rows);
    assert_eq!(x.argmax(), Array::from([0, 1, 1]));
    for number in [x.min(), x.max(), x.mean(), x.std(), x.sum()] {
        assert!(number.is_nan());
    }
    assert_eq!((x.row(2).unwrap().min(), x.row(2).unwrap().max()), (0.1, 0.7));
    assert!(Array::zeros([0]).max().is_nan() && Array::zeros([0]).min().is_nan());
}

#[test]
fn the_largest_of_no_numbers_is_refused() {
    says(&["argmax expects at least one number for each row", "(3, 0)"], || {
        Ok(Array::zeros([3, 0]).argmax())
    });
    let none = Array::zeros([3, 2]).select_columns(&[]).unwrap();
    says(&["argmax expects at least one number"], || Ok(none.argmax()));
    // A single output says yes or no; its argmax would be 0, whatever it says.
    let yes_or_no = Array::from([[0.9], [0.2]]);
    says(&["at least two numbers for each row", "above 0.5", "(2, 1)"], || Ok(yes_or_no.argmax()));
    assert_eq!(Array::from([0.9]).argmax(), Array::new([], vec![0]).unwrap());
    assert_eq!(Array::zeros([0, 0]).argmax().shape(), [0]);
    assert_eq!(Array::zeros([0, 3]).argmax().shape(), [0]);
}

// Labels, tables and texts.

#[test]
fn classes_that_no_memory_holds_are_refused() {
    let y = Array::from([1, 2]);
    says(&["num_classes is 18446744073709551615", "too large for any memory"], || {
        to_categorical(&y, usize::MAX)
    });
    says(&["num_classes is 9223372036854775808", "too large for any memory"], || {
        to_categorical(&y, 1 << 63)
    });
    says(&["num_classes is 1000000000000, but must be", "2 labels would take 8,000 GB"], || {
        to_categorical(&y, 1_000_000_000_000)
    });
    says(&["num_classes is 0, but must be at least 1"], || to_categorical(&y, 0));
    says(&["label NaN in row 0"], || to_categorical(&Array::from([f32::NAN]), 3));
    says(&["label 1e30 in row 0"], || to_categorical(&Array::from([1e30]), 3));
    assert_eq!(to_categorical(&Array::from(Vec::<i32>::new()), 3).unwrap().shape(), [0, 3]);
}

#[test]
fn fractions_that_are_none_are_refused() {
    let (x, y) = (Array::zeros([9, 2]), Array::zeros([9]));
    for size in [f64::NAN, 0.0, 1.0, -1e300, f64::INFINITY, 1e300] {
        says(&["test_size is", "above 0 and below 1"], || train_test_split(&x, &y, size, 1));
    }
    says(&["test_size is 1e300"], || train_test_split(&x, &y, 1e300, 1));
    says(&["x holds no samples"], || {
        train_test_split(&Array::zeros([9, 0]), &Array::zeros([9]), 0.5, 1)
    });
}

#[test]
fn tables_without_numbers_are_refused() {
    says(&["x holds no samples"], || Normalization::adapt(&Array::zeros([3, 0])));
    says(&["x holds no samples"], || Normalization::adapt(&Array::zeros([0, 3])));
    says(&["x holds the value NaN in row 0"], || {
        Normalization::adapt(&Array::from([[1.0, f32::NAN]]))
    });
    says(&["x holds the value inf in row 1"], || {
        Normalization::adapt(&Array::from([[1.0], [1e300]]))
    });
    let constant = Normalization::adapt(&Array::from([[3e38], [3e38]])).unwrap();
    assert_eq!(constant.apply(&Array::from([[3e38]])).unwrap().to_vec(), [0.0]);
}

#[test]
fn settings_of_texts_that_make_no_sense_are_refused() {
    let letter = |n: u64| char::from(b'a' + (n * n % 26) as u8);
    let long: String = (0..100_000).map(letter).collect();
    let ngrams = |ngrams| TextVectorization::new().ngrams(ngrams).adapt(&[&long]);
    says(&["ngrams is 18446744073709551615", "at most 20"], || ngrams(usize::MAX));
    says(&["ngrams is 1000, but must be at most 20"], || ngrams(1_000));
    says(&["ngrams is 0, but must be at least 1"], || ngrams(0));
    says(&["max_tokens is 0, but must be at least 2"], || {
        TextVectorization::new().max_tokens(0).adapt(&["a"])
    });
    says(&["texts holds no samples"], || TextVectorization::new().adapt::<&str>(&[]));
    let all = TextVectorization::new().max_tokens(usize::MAX).adapt(&["aab"]).unwrap();
    assert_eq!(all.vocabulary(), ["[UNK]", "a", "b"]);
    let letters: String = ('\u{4e00}'..'\u{9fff}').collect();
    let fitted = TextVectorization::new().ngrams(2).adapt(&[&letters]).unwrap();
    says(&["(5000000, ", " GB, but this machine has only"], || fitted.apply(&vec![""; 5_000_000]));
}

// Layers and compile.

#[test]
fn layers_that_no_memory_holds_are_refused() {
    let dense = |units| compiled(start(784).add(Dense::new(units)));
    says(&["layer 1 (Dense) would have more weights than any memory", "fewer units"], || {
        dense(usize::MAX)
    });
    says(
        &["layer 1 (Dense) would have 784,000,000,000 weights: 3,136 GB", "this machine has only"],
        || dense(1_000_000_000),
    );
    says(&["layer 2 (Dense) would have 1,000,000,000,000 weights: 4,000 GB"], || {
        compiled(start(1).add(Dense::new(1_000_000)).add(Dense::new(1_000_000)))
    });
    says(&["Input is (18446744073709551615, 18446744073709551615), but must be"], || {
        let network = start([usize::MAX, usize::MAX]).add(Flatten::new());
        compiled(network.add(Dense::new(10)))
    });
    says(&["layer 2 (Dense) would have 10,000,000,000,000 weights: 40,000 GB"], || {
        compiled(start([1_000_000, 1_000_000]).add(Flatten::new()).add(Dense::new(10)))
    });
    says(&["Input is (28, 28, 0)"], || start([28, 28, 0]).add(Flatten::new()).num_parameters());
    says(&["Input is (1, 1,"], || start(&[1; 10_000][..]).add(Flatten::new()).num_parameters());
    says(&["layer 1 (Conv2D) would have more weights", "fewer filters"], || {
        start([28, 28, 1]).add(Conv2D::new(usize::MAX, 3)).num_parameters()
    });
    says(&["layer 1 (Conv2D) would put out more numbers"], || {
        start([28, 28, 1]).add(Conv2D::new(1 << 59, 1)).num_parameters()
    });
    says(&["layer 1 (Conv2D) would need", "for each sample", "fewer filters"], || {
        let network = start([10_000, 10_000, 1]).add(Conv2D::new(100_000, 1));
        compiled(network.add(MaxPooling2D::new(10_000)).add(Flatten::new()).add(Dense::new(1)))
    });
}

#[test]
fn windows_that_make_no_sense_are_refused() {
    let start = || start([28, 28, 1]);
    let same = |size: usize| start().add(Conv2D::new(1, size).padding(Padding::Same));
    let compiled = |network: Sequential| compiled(network.add(Flatten::new()).add(Dense::new(10)));
    says(&["a window of (18446744073709551615, 18446744073709551615)", "(28, 28, 1)"], || {
        compiled(same(usize::MAX))
    });
    says(&["a window of (100000, 100000)"], || compiled(same(100_000)));
    says(&["a window of (58, 58)"], || compiled(same(58)));
    assert!(compiled(same(57)).is_ok());
    says(&["a window of (29, 29)"], || start().add(Conv2D::new(8, 29)).num_parameters());
    says(&["pool_size is (0,)"], || start().add(MaxPooling2D::new(0)).num_parameters());
    says(&["a window of (18446744073709551615, 1)"], || {
        start().add(MaxPooling2D::new([usize::MAX, 1])).num_parameters()
    });
    says(&["strides is (0,)"], || start().add(Conv2D::new(8, 3).strides(0)).num_parameters());
    says(&["behind an Embedding", "of pictures it takes none: .add(Flatten::new())"], || {
        Sequential::new()
            .add(Input::new([8, 8, 1]))
            .add(GlobalAveragePooling1D::new())
            .num_parameters()
    });
    says(&["rate is 1, but must be at least 0 and below 1, such as 0.25"], || {
        start().add(Dropout::new(1.0)).num_parameters()
    });
    says(&["rate is NaN, but"], || start().add(Dropout::new(f64::NAN)).num_parameters());
}

#[test]
fn huge_strides_lead_to_one_place_on_every_engine() {
    let network = |backend, padding| {
        let conv = Conv2D::new(2, 3).strides(usize::MAX).padding(padding);
        let network = start([6, 5, 1]).seed(1).backend(backend).add(conv);
        network.add(Flatten::new()).add(Dense::new(2).activation(Softmax))
    };
    for padding in [Padding::Valid, Padding::Same] {
        assert_eq!(network(Backend::Auto, padding).num_parameters().unwrap(), 20 + 6);
        let predicted = [Backend::Auto, Backend::Flex].map(|backend| {
            let network = network(backend, padding);
            let mut model = network.compile(CategoricalCrossentropy, Adam::default(), []).unwrap();
            let (x, y) = (Array::zeros([3, 6, 5, 1]) + 1.0, Array::from([[1.0, 0.0]; 3]));
            model.fit(&x, &y, quiet()).unwrap();
            model.predict(&x).unwrap().to_vec()
        });
        let pairs = predicted[0].iter().zip(&predicted[1]);
        assert!(pairs.clone().all(|(a, b)| (a - b).abs() < 1e-4), "{predicted:?}");
    }
}

#[test]
fn a_summary_of_too_large_layers_says_so() {
    let network = start(2).add(Dense::new(usize::MAX)).add(Dense::new(usize::MAX));
    let summary = network.summary().to_string();
    assert!(summary.contains("Not ready to compile: layer 1 (Dense) would have more"), "{summary}");
    // Each fits into some memory, all together are more than can be counted.
    let half = start(1).add(Dense::new(1 << 60));
    let many = (0..20).fold(half, |network, _| network.add(Dense::new(1)).add(Dense::new(1 << 60)));
    assert_eq!(many.num_parameters().unwrap(), usize::MAX);
    assert!(many.summary().to_string().contains("18,446,744,073,709,551,615"));
}

#[test]
fn settings_of_optimizers_that_no_step_can_take_are_refused() {
    let network = start(2).add(Dense::new(1));
    let adam = |optimizer: Adam| network.compile(MeanSquaredError, optimizer, []).map(drop);
    for rate in [0.0, f64::NAN, f64::INFINITY, -1.0] {
        says(&["learning_rate is", "above 0"], || adam(Adam::new().learning_rate(rate)));
    }
    for (rate, text) in [(1e300, "1e300"), (1e-300, "1e-300"), (1e39, "1e39"), (1e-46, "1e-46")] {
        let words = ["learning_rate is ", text, "that float32 can hold"];
        says(&words, || adam(Adam::new().learning_rate(rate)));
        let sgd = Sgd::new().learning_rate(rate);
        says(&words, || network.compile(MeanSquaredError, sgd, []).map(drop));
    }
    for epsilon in [1e-50, 0.0, 1e300, f64::NAN, -1.0] {
        says(&["epsilon is"], || adam(Adam::new().epsilon(epsilon)));
    }
    for beta in [1.0, -0.1, f64::NAN, 1e300] {
        says(&["beta_1 is"], || adam(Adam::new().beta_1(beta)));
        says(&["beta_2 is"], || adam(Adam::new().beta_2(beta)));
        let sgd = Sgd::new().momentum(beta);
        says(&["momentum is"], || network.compile(MeanSquaredError, sgd, []).map(drop));
    }
}

// Fit, evaluate, predict.

#[test]
fn a_rate_that_makes_the_weights_infinite_is_an_error_and_takes_them_back() {
    let (_, x, y) = small();
    for backend in [Backend::Auto, Backend::Flex] {
        let network = small_network().backend(backend);
        let sgd = Sgd::new().learning_rate(3e38);
        let mut wild = network.compile(CategoricalCrossentropy, sgd, [Accuracy]).unwrap();
        // From weights of 0 the first step is as long as it can be.
        wild.set_weights(&[(Array::zeros([2, 2]), Array::zeros([2]))]).unwrap();
        let before = wild.weights();
        let y = y.select(&[0, 0, 0, 0]).unwrap();
        says(&["epoch 1, batch 1", "learning rate (3e38)"], || {
            wild.fit(&((&x + 1.0) * 1000.0), &y, quiet()).map(drop)
        });
        assert_eq!(wild.weights(), before, "{backend:?}");
    }
}

#[test]
fn crossentropy_of_outputs_that_are_all_zero_blames_the_missing_softmax() {
    let (_, x, y) = small();
    for backend in [Backend::Auto, Backend::Flex] {
        let relu = start(2).backend(backend).add(Dense::new(2).activation(Relu));
        let mut model = relu.compile(CategoricalCrossentropy, Adam::default(), []).unwrap();
        says(&["epoch 1, batch 1", "the last layer has the activation relu", "Softmax"], || {
            model.fit(&x, &y, quiet()).map(drop)
        });
    }
}

#[test]
fn settings_of_fit_that_make_no_sense_are_refused() {
    let (mut model, x, y) = small();
    let mut fit = |settings: Fit| model.fit(&x, &y, settings.verbose(0)).map(drop);
    says(&["batch_size is 0"], || fit(Fit::new().batch_size(0)));
    says(&["epochs is 0"], || fit(Fit::new().epochs(0)));
    for split in [f64::NAN, 1.0, -0.1, f64::INFINITY, 1e300] {
        says(&["validation_split is"], || fit(Fit::new().validation_split(split)));
    }
    says(&["validation_split(1e-300) of 4 samples"], || fit(Fit::new().validation_split(1e-300)));
    says(&["validation_split(0.9) of 4 samples"], || fit(Fit::new().validation_split(0.9)));
    let none = (Array::zeros([0, 2]), Array::zeros([0, 2]));
    says(&["validation_data: x holds no samples"], || {
        fit(Fit::new().validation_data(&none.0, &none.1))
    });
    assert!(fit(Fit::new().batch_size(usize::MAX).epochs(2)).is_ok());
}

#[test]
fn samples_that_do_not_fit_the_network_are_refused() {
    let (mut model, x, y) = small();
    let none = Array::zeros([0, 2]);
    says(&["x holds no samples"], || model.predict(&none));
    says(&["x holds no samples"], || model.evaluate(&none, &none));
    says(&["x is a single sample of shape (2,): reshape x to [1, 2]"], || {
        model.predict(&x.row(0)?)
    });
    says(&["samples of shape (2,), but x has shape ()"], || model.predict(&x.row(0)?.row(0)?));
    says(&["x has 4 samples"], || model.evaluate(&x, &y.rows(0..3)?));
    says(&["the network puts out (4, 2)"], || model.evaluate(&x, &Array::zeros([4, 3])));
    says(&["validation_split(0.5) of 1 sample leaves"], || {
        let (x, y) = (x.rows(0..1)?, y.rows(0..1)?);
        model.fit(&x, &y, quiet().validation_split(0.5)).map(drop)
    });
}

#[test]
fn outputs_that_no_memory_holds_are_refused() {
    let wide = start(1).add(Dense::new(100_000));
    let model = wide.compile(MeanSquaredError, Sgd::new(), []).unwrap();
    let x = Array::zeros([10_000_000, 1]);
    says(&["(10000000, 100000) takes 4,000 GB"], || model.predict(&x));
    let wide = start(1).add(Dense::new(100_000).activation(Softmax));
    let mut model = wide.compile(SparseCategoricalCrossentropy, Sgd::new(), []).unwrap();
    says(&["(10000000, 100000) takes 4,000 GB"], || {
        model.fit(&x, &Array::zeros([10_000_000]), quiet()).map(drop)
    });
}

#[test]
fn a_batch_that_no_memory_holds_is_refused() {
    // 17 million numbers for each sample, four of each, in one batch of 40,000.
    let conv = Conv2D::new(100_000, 1);
    let network = start([13, 13, 1]).add(conv).add(MaxPooling2D::new(13)).add(Flatten::new());
    let network = network.add(Dense::new(1));
    let mut model = network.compile(MeanSquaredError, Sgd::new(), []).unwrap();
    let (x, y) = (Array::zeros([40_000, 13, 13, 1]), Array::zeros([40_000]));
    says(&["to compute 40,000 samples at once takes 1", "a smaller batch_size"], || {
        model.fit(&x, &y, quiet().batch_size(usize::MAX)).map(drop)
    });
}

#[test]
fn weights_that_do_not_fit_or_are_no_numbers_are_refused() {
    let (mut model, ..) = small();
    let before = model.weights();
    says(&["list of layers has shape (1,)", "(0,)"], || model.set_weights(&[]));
    let bad_bias = (Array::zeros([2, 2]), Array::zeros([0]));
    let bad_kernel = (Array::zeros([3, 2]), Array::zeros([2]));
    says(&["kernel of layer 1 (Dense) has shape (2, 2)"], || model.set_weights(&[bad_kernel]));
    says(&["bias of layer 1 (Dense) has shape (2,)"], || model.set_weights(&[bad_bias]));
    for value in [f32::NAN, f32::INFINITY] {
        let infinite = (Array::zeros([2, 2]) + value, Array::zeros([2]));
        says(&["a weight of layer 1 (Dense) is", "a finite number"], || {
            model.set_weights(&[infinite])
        });
    }
    assert_eq!(model.weights(), before);
    let normal = start(2).add(BatchNormalization::new()).add(Dense::new(2));
    let mut normal = normal.compile(MeanSquaredError, Adam::default(), []).unwrap();
    let mut weights = normal.weights();
    weights[0].0 = Array::from([[1.0, 1.0], [0.0, 0.0], [1.0, -1.0]]);
    says(&["a variance of layer 1 (BatchNormalization) is -1", "at least 0"], || {
        normal.set_weights(&weights)
    });
}

#[test]
fn burn_takes_pictures_smaller_than_a_window() {
    for backend in [Backend::Auto, Backend::Flex] {
        let network = start([2, 2, 1])
            .backend(backend)
            .add(Conv2D::new(1, 3).padding(Padding::Same))
            .add(MaxPooling2D::new(2))
            .add(Flatten::new())
            .add(Dense::new(2).activation(Softmax));
        let model = network.compile(CategoricalCrossentropy, Adam::default(), []).unwrap();
        assert_eq!(model.predict(&Array::zeros([3, 2, 2, 1])).unwrap().shape(), [3, 2]);
    }
}

// Judging and drawing.

#[test]
fn more_classes_than_can_be_judged_are_refused() {
    let y = Array::zeros([10]);
    for classes in [100_000, 5_000, 1_001] {
        let rows = Array::zeros([10, classes]);
        says(&["at most 1,000 classes"], || ConfusionMatrix::new(&rows, &y));
        says(&["at most 1,000 classes"], || ConfusionMatrix::new(&y, &rows));
        says(&["at most 1,000 classes"], || classification_report(&y, &rows));
    }
    let many = to_categorical(&y, 1_000).unwrap();
    let most = ConfusionMatrix::new(&many, &y).unwrap();
    assert!(most.plot().svg().unwrap().len() < 1_000_000);
    says(&["label 1e30 in row 0"], || {
        ConfusionMatrix::new(&Array::from([1e30, 0.0]), &Array::zeros([2]))
    });
    says(&["label NaN in row 1"], || {
        ConfusionMatrix::new(&Array::zeros([2]), &Array::from([3.0, f32::NAN]))
    });
}

#[test]
fn pictures_of_too_much_are_refused_or_made_smaller() {
    let prediction =
        |classes| plot::prediction(&Array::zeros([28, 28]), &Array::zeros([1, classes]), 0);
    says(&["the number of classes is 100000", "at most 100"], || no_picture(prediction(100_000)));
    assert!(prediction(100).svg().is_ok());

    let long = "x".repeat(1_000_000);
    let y = Array::from([0]);
    let named = plot::named_samples(&Array::zeros([1, 2, 2]), &y, &[&long], 1);
    let svg = named.svg().unwrap();
    assert!(svg.len() < 10_000 && svg.contains("xxx\u{2026}<"), "{svg}");

    let large = plot::samples(&Array::zeros([1, 4_000, 4_000]), &y, 1);
    assert!(large.svg().unwrap().len() < 100_000);
    let thin = plot::samples(&Array::zeros([1, 1, 1_000_000]), &y, 1);
    assert!(thin.svg().unwrap().len() < 100_000);
    let weights = plot::weights(&Array::zeros([4_000_000, 1]));
    assert!(weights.svg().unwrap().len() < 100_000);

    let deep = (0..1_000).fold(start(1), |network, _| network.add(Dense::new(1)));
    says(&["the number of layers is 1001", "at most 100"], || no_picture(deep.diagram()));
    let wide = start(1).add(Dense::new(1 << 50)).diagram();
    assert!(wide.svg().unwrap().len() < 100_000);
}

#[test]
fn pictures_of_nothing_say_why() {
    let (x, y) = (Array::zeros([3, 2, 2]), Array::zeros([3]));
    says(&["got shape (0, 20)"], || no_picture(plot::weights(&Array::zeros([0, 20]))));
    says(&["holds no epoch yet"], || no_picture(History::default().plot("x")));
    says(&["ends in .svg"], || plot::weights(&Array::zeros([4, 2])).save("w.gif"));
    for n in [0, 4, usize::MAX] {
        says(&["n is "], || no_picture(plot::samples(&x, &y, n)));
    }
    let probabilities = Array::zeros([3, 2]);
    for n in [0, 101, usize::MAX] {
        says(&["n is "], || no_picture(plot::mistakes(&x, &y, &probabilities, n)));
    }
    says(&["a probability is NaN"], || {
        no_picture(plot::mistakes(&x, &y, &(probabilities * f32::NAN), 1))
    });
    says(&["x holds no samples"], || {
        no_picture(plot::samples(&Array::zeros([0, 2, 2]), &Array::zeros([0]), 1))
    });
}

#[test]
fn unknown_names_do_not_fill_the_page() {
    let (mut model, x, y) = small();
    let history = model.fit(&x, &y, quiet()).unwrap();
    let long = "x".repeat(1_000_000);
    says(&["there is no \"xxx"], || history.get(&long));
    says(&["there is no \"xxx"], || no_picture(history.plot(&long)));
    says(&["language is \"xxx"], || zunder::language(&long));
}

// Photos.

/// Writes a file given in hexadecimal digits, and reads it as a photo of a digit.
fn photo_of(hex: &str) -> Result<()> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("photo.png");
    let digits = |at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap();
    std::fs::write(&file, (0..hex.len() / 2).map(digits).collect::<Vec<u8>>()).unwrap();
    photo::load_digit(&file).map(drop)
}

#[test]
fn photos_that_show_nothing_are_refused() {
    const START: &str = "89504e470d0a1a0a0000000d49484452";
    const END: &str = "0000000049454e44ae426082";
    let png = |middle: &str| photo_of(&format!("{START}{middle}{END}"));
    let one = "00000001000000010800000000\
               3a7e9b550000000a49444154789c636000000002000148afa471";
    says(&["is nearly black, also where it is brightest"], || png(one));
    let huge = "000186a0000186a0080000000\
                08d3954140000000949444154789c630000000100015eff7df9";
    says(&["100000 x 100000 pixels", "at most"], || png(huge));
    let none = "00000000000000050800000000\
                4e2db27d0000000949444154789c630000000100015eff7df9";
    says(&["is not a picture that can be read"], || png(none));
}

#[test]
fn two_digits_are_asked_of_numbers_and_cut_no_word_off() {
    let x = Array::from([[0.25, 2.0 / 3.0]]);
    assert!(format!("{x:.2}").ends_with("\n[[0.25, 0.67]]"), "{x:.2}");
    let words = format!("{:.2} {:.2} {:.2}", x.shape(), x.dtype(), Relu);
    assert_eq!(words, "(1, 2) float32 relu");
    assert_eq!(format!("{:>8}|{:8}|", x.shape(), x.shape()), "  (1, 2)|(1, 2)  |");
}
