//! Training from the outside: what `fit`, `evaluate` and `predict` promise, on real and made-up data.

use zunder::prelude::*;
use zunder::{History, Loss, Model};

/// MNIST as the tutorial prepares it, loaded once for all tests.
fn mnist_prepared() -> &'static ((Array, Array), (Array, Array)) {
    static DATA: std::sync::OnceLock<((Array, Array), (Array, Array))> = std::sync::OnceLock::new();
    DATA.get_or_init(|| {
        let ((x_train, y_train), (x_test, y_test)) = mnist::load_data().unwrap();
        let prepare = |x: Array, y: Array| {
            (x.reshape([-1, 784]).unwrap() / 255.0, to_categorical(&y, 10).unwrap())
        };
        (prepare(x_train, y_train), prepare(x_test, y_test))
    })
}

fn tutorial_network(seed: u64) -> Sequential {
    Sequential::new()
        .seed(seed)
        .add(Input::new(784))
        .add(Dense::new(20).activation(Relu))
        .add(Dense::new(14).activation(Relu))
        .add(Dense::new(10).activation(Softmax))
}

/// Points on a line, wide to the left or to the right of zero: two classes.
fn small_data(samples: usize) -> (Array, Array) {
    let x = (0..samples).map(|i| (i % 7) as f64 - 3.1).collect::<Vec<_>>();
    let y: Vec<u8> = x.iter().map(|&x| u8::from(x > 0.0)).collect();
    let y = to_categorical(&Array::from(y), 2).unwrap();
    (Array::new([samples, 1], x).unwrap(), y)
}

fn small_network() -> Sequential {
    Sequential::new().seed(1).add(Input::new(1)).add(Dense::new(2).activation(Softmax))
}

fn small_model() -> Model {
    small_network().compile(CategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap()
}

fn quiet() -> Fit {
    Fit::new().verbose(0)
}

#[test]
fn the_tutorial_reaches_95_percent_with_each_of_five_seeds() {
    let ((x, y), (x_test, y_test)) = mnist_prepared();
    for seed in 1..=5 {
        let network = tutorial_network(seed);
        let mut model =
            network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap();
        let settings = quiet().batch_size(32).epochs(10).validation_split(0.2).seed(seed);
        let history = model.fit(x, y, settings).unwrap();
        let validation = history.get("val_accuracy").unwrap();
        let (last, best) = (validation[9], validation.iter().copied().fold(0.0, f32::max));
        let test = model.evaluate(x_test, y_test).unwrap().accuracy().unwrap();
        println!("seed {seed}: val_accuracy {last:.4}, at best {best:.4}; test data {test:.4}");
        assert!(best >= 0.95 && last >= 0.945, "seed {seed}: val_accuracy {validation:?}");
        assert!(test >= 0.945, "seed {seed}: accuracy on the test data {test}");
    }
}

#[test]
fn an_untrained_network_guesses() {
    let (_, (x_test, y_test)) = mnist_prepared();
    let network = tutorial_network(3);
    let model = network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap();
    let score = model.evaluate(x_test, y_test).unwrap();
    assert!((score.loss() - 10f32.ln()).abs() < 0.4, "{score}");
    assert!((0.02..0.25).contains(&score.accuracy().unwrap()), "{score}");
}

#[test]
fn the_same_seed_gives_the_same_bits() {
    let ((x, y), _) = mnist_prepared();
    let (x, y) = (x.rows(0..3000).unwrap(), y.rows(0..3000).unwrap());
    for backend in [Backend::Auto, Backend::Flex] {
        let train = |seed| {
            let network = tutorial_network(seed).backend(backend);
            let mut model =
                network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap();
            let history = model.fit(&x, &y, quiet().epochs(2).validation_split(0.2).seed(seed));
            let history = history.unwrap();
            (model.weights(), history.get("loss").unwrap(), history.get("val_loss").unwrap())
        };
        assert_eq!(train(1), train(1), "{backend:?}");
        assert_ne!(train(1).0, train(2).0, "{backend:?}");
    }
}

#[test]
fn without_a_seed_each_model_is_another() {
    let network = Sequential::new().add(Input::new(3)).add(Dense::new(2));
    let model = || network.compile(MeanSquaredError, Adam::default(), []).unwrap();
    assert_ne!(model().weights(), model().weights());
}

#[test]
fn a_second_fit_goes_on() {
    let (x, y) = small_data(50);
    let settings = || quiet().shuffle(false).batch_size(8);
    let mut once = small_model();
    let whole = once.fit(&x, &y, settings().epochs(3)).unwrap().get("loss").unwrap();
    let mut twice = small_model();
    let first = twice.fit(&x, &y, settings().epochs(1)).unwrap().get("loss").unwrap();
    let second = twice.fit(&x, &y, settings().epochs(2)).unwrap().get("loss").unwrap();
    assert_eq!(whole, [first, second].concat());
    assert_eq!(once.weights(), twice.weights());
}

#[test]
fn validation_split_is_validation_data_taken_from_the_end() {
    let (x, y) = small_data(50);
    let part = |array: &Array, rows| array.rows(rows).unwrap();
    let settings = || quiet().epochs(2).seed(4);
    let split = small_model().fit(&x, &y, settings().validation_split(0.2)).unwrap();
    let (x_val, y_val) = (part(&x, 40..50), part(&y, 40..50));
    let settings = settings().validation_data(&x_val, &y_val);
    let given = small_model().fit(&part(&x, 0..40), &part(&y, 0..40), settings).unwrap();
    let numbers = |history: &History| {
        history.names().iter().map(|n| history.get(n).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(numbers(&split), numbers(&given));
    assert_eq!(split.names(), ["loss", "accuracy", "val_loss", "val_accuracy"]);
}

#[test]
fn odd_amounts_of_data_train() {
    for (samples, batch_size) in [(1, 32), (1, 1), (5, 32), (33, 32), (64, 32), (7, 3)] {
        let (x, y) = small_data(samples);
        let mut model = small_model();
        let history = model.fit(&x, &y, quiet().epochs(3).batch_size(batch_size)).unwrap();
        assert_eq!(history.num_epochs(), 3);
        assert!(history.get("loss").unwrap().iter().all(|loss| loss.is_finite()));
        assert_eq!(model.predict(&x).unwrap().shape(), [samples, 2]);
    }
}

#[test]
fn a_single_class_is_learned_and_stays_finite() {
    let x = Array::zeros([40, 1]);
    let y = to_categorical(&Array::from(vec![1u8; 40]), 2).unwrap();
    let mut model = small_network()
        .compile(CategoricalCrossentropy, Adam::new().learning_rate(0.1), [Accuracy])
        .unwrap();
    model.fit(&x, &y, quiet().epochs(60)).unwrap();
    let score = model.evaluate(&x, &y).unwrap();
    assert_eq!(score.accuracy().unwrap(), 1.0);
    assert!(score.loss() < 0.05 && score.loss() >= 0.0, "{score}");
}

#[test]
fn regression_with_one_output_takes_plain_labels() {
    let x = Array::new([20, 1], (0..20).map(|i| f64::from(i) / 20.0).collect()).unwrap();
    let y = &x.reshape([20]).unwrap() * 3.0 + 1.0;
    let network = Sequential::new().add(Input::new(1)).add(Dense::new(1));
    let optimizer = Adam::new().learning_rate(0.1);
    let mut model = network.compile(MeanSquaredError, optimizer, []).unwrap();
    model.fit(&x, &y, quiet().epochs(300)).unwrap();
    assert!(model.evaluate(&x, &y).unwrap().loss() < 1e-3);
    let answer = model.predict(&Array::from([[2.0]])).unwrap().get([0, 0]).unwrap();
    assert!((answer - 7.0).abs() < 0.2, "{answer}");
}

#[test]
fn class_numbers_train_like_one_hot_rows() {
    let ((x, y), _) = mnist_prepared();
    let (x, one_hot) = (x.rows(0..2000).unwrap(), y.rows(0..2000).unwrap());
    let classes = one_hot.argmax();
    let train = |loss: Loss, y: &Array| {
        let mut model = tutorial_network(1).compile(loss, Adam::default(), [Accuracy]).unwrap();
        model.fit(&x, y, quiet().seed(1)).unwrap();
        model.weights()
    };
    let sparse = train(SparseCategoricalCrossentropy, &classes);
    assert_eq!(train(CategoricalCrossentropy, &one_hot), sparse);
}

#[test]
fn a_run_away_training_says_where_and_keeps_the_weights_from_before() {
    for backend in [Backend::Auto, Backend::Flex] {
        let x = Array::new([64, 1], (0..64).map(|i| f64::from(i) * 1e18).collect()).unwrap();
        let y = Array::zeros([64]);
        let network =
            Sequential::new().seed(1).backend(backend).add(Input::new(1)).add(Dense::new(1));
        let optimizer = Sgd::new().learning_rate(10.0);
        let mut model = network.compile(MeanSquaredError, optimizer, []).unwrap();
        let before = model.weights();
        let mistake = model.fit(&x, &y, quiet().shuffle(false).batch_size(16)).unwrap_err();
        let sentence = mistake.to_string();
        assert!(sentence.contains("no longer a number in epoch 1, batch "), "{sentence}");
        assert!(sentence.contains("learning rate (10) is too large"), "{sentence}");
        assert_eq!(model.weights(), before, "{backend:?}");
        assert!(model.predict(&x).is_ok());
    }
}

#[test]
fn a_huge_learning_rate_is_an_error_or_a_finite_result() {
    let (x, y) = small_data(60);
    for rate in [1.0, 1e3, 1e8, 1e30] {
        for optimizer in
            [Adam::new().learning_rate(rate).into(), Sgd::new().learning_rate(rate).into()]
        {
            let optimizer: zunder::Optimizer = optimizer;
            let network = small_network();
            let mut model =
                network.compile(CategoricalCrossentropy, optimizer, [Accuracy]).unwrap();
            match model.fit(&x, &y, quiet().epochs(3)) {
                Ok(history) => {
                    assert!(history.get("loss").unwrap().iter().all(|loss| loss.is_finite()));
                }
                Err(mistake) => {
                    let sentence = mistake.to_string();
                    assert!(sentence.contains("the loss is no longer a number"), "{sentence}");
                }
            }
        }
    }
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "only Linux tells a process how much memory it has")]
fn memory_stays_flat_over_200_epochs() {
    // In a process of its own: the other tests take and give back memory beside it.
    const ALONE: &str = "ZUNDER_TEST_ALONE";
    if std::env::var_os(ALONE).is_none() {
        let itself = std::env::current_exe().unwrap();
        let test = ["--exact", "training::memory_stays_flat_over_200_epochs", "--nocapture"];
        let ended = std::process::Command::new(itself).args(test).env(ALONE, "1").output().unwrap();
        // One that has another name by now is not found, and nothing would fail.
        let said = String::from_utf8_lossy(&ended.stdout);
        assert!(ended.status.success() && said.contains("1 passed"), "{said}");
        print!("{said}");
        return;
    }
    let (x, y) = small_data(2000);
    for backend in [Backend::Auto, Backend::Flex] {
        let network = small_network().backend(backend);
        let mut model =
            network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap();
        let settings = || quiet().batch_size(100).validation_split(0.2);
        model.fit(&x, &y, settings().epochs(20)).unwrap();
        let before = resident_kilobytes();
        model.fit(&x, &y, settings().epochs(200)).unwrap();
        let grown = resident_kilobytes() - before;
        println!("{backend:?}: 200 epochs grew the memory by {grown} KB");
        assert!(grown < 2_000, "{backend:?}: {grown} KB");
    }
}

/// The memory of this process.
fn resident_kilobytes() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// What `fit` says to these data and settings.
fn complaint(x: &Array, y: &Array, settings: Fit) -> String {
    let mut model = small_model();
    let before = model.weights();
    let mistake = model.fit(x, y, settings).unwrap_err();
    assert_eq!(model.weights(), before, "nothing is trained before the mistake is found");
    assert_eq!(format!("{mistake}"), format!("{mistake:?}"));
    mistake.to_string()
}

#[test]
fn each_mistake_in_the_data_has_its_sentence() {
    let (x, y) = small_data(10);
    let says = |x: &Array, y: &Array, words: &str| {
        let sentence = complaint(x, y, quiet());
        assert!(sentence.contains(words), "{sentence:?} lacks {words:?}");
    };
    let classes = y.argmax();
    says(&x, &classes, "use to_categorical(&y, 2)?");
    let mut numbers = x.to_vec();
    numbers[4] = f32::NAN;
    says(&Array::new([10, 1], numbers.clone()).unwrap(), &y, "x holds the value NaN in row 4");
    numbers[4] = f32::INFINITY;
    says(&Array::new([10, 1], numbers).unwrap(), &y, "x holds the value inf in row 4");
    says(&x, &(&y * f64::NAN), "y holds the value NaN in row 0");

    let mut sparse =
        small_network().compile(SparseCategoricalCrossentropy, Adam::default(), []).unwrap();
    let mut says = |y: &Array, words: &str| {
        let sentence = sparse.fit(&x, y, quiet()).unwrap_err().to_string();
        assert!(sentence.contains(words), "{sentence:?} lacks {words:?}");
    };
    says(&y, "leave out to_categorical");
    says(&(&classes + 1), "is not one of the 2 classes 0 to 1");
    says(&(&classes - 1), "label -1 in row 0");
    says(&(&classes * 0.5), "label 0.5");
}

#[test]
fn validation_that_makes_no_sense_has_its_sentence() {
    let (x, y) = small_data(10);
    let says = |settings: Fit, words: &str| {
        let sentence = complaint(&x, &y, settings);
        assert!(sentence.contains(words), "{sentence:?} lacks {words:?}");
    };
    says(quiet().validation_split(0.99), "leaves none for training");
    says(quiet().validation_split(0.2).validation_data(&x, &y), "keep one of them");
    says(quiet().validation_data(&x, &y.argmax()), "to_categorical");
}

/// One unit that says yes or no.
fn yes_or_no(activation: Activation) -> Model {
    let network = Sequential::new().seed(3).add(Input::new(1));
    let network = network.add(Dense::new(1).activation(activation));
    network.compile(BinaryCrossentropy, Adam::new().learning_rate(0.05), [Accuracy]).unwrap()
}

#[test]
fn a_rare_class_is_found_when_it_counts_more() {
    // Nine of ten are no; x says little about it.
    let x: Vec<f32> =
        (0..200).map(|k| if k % 10 == 0 { 0.8 } else { (k % 7) as f32 / 7.0 }).collect();
    let y: Vec<f32> = (0..200).map(|k| if k % 10 == 0 { 1.0 } else { 0.0 }).collect();
    let (x, y) = (Array::new([200, 1], x).unwrap(), Array::from(y));
    let found = |settings: Fit| {
        let mut model = yes_or_no(Sigmoid);
        model.fit(&x, &y, settings.epochs(100).seed(1).verbose(0)).unwrap();
        let answers = model.predict(&x).unwrap().to_vec();
        answers.iter().step_by(10).filter(|answer| **answer > 0.5).count()
    };
    assert_eq!(found(Fit::new()), 0);
    assert_eq!(found(Fit::new().class_weight([1, 9])), 20);
}

#[test]
fn labels_that_are_neither_yes_nor_no_are_refused() {
    let (x, y) = small_data(40);
    let y = y.argmax();
    let problem = yes_or_no(Sigmoid).fit(&x, &(&y + 1), quiet()).unwrap_err().to_string();
    assert!(
        problem.starts_with("label 2 in row ") && problem.contains("neither 0 nor 1"),
        "{problem}"
    );
    let history = yes_or_no(Relu).fit(&x, &y, quiet()).unwrap();
    assert!(history.notes()[0].to_string().contains("give it .activation(Sigmoid)"));
}

#[test]
fn what_was_not_measured_is_named() {
    let (x, y) = small_data(10);
    let network = small_network();
    let mut model = network.compile(CategoricalCrossentropy, Adam::default(), []).unwrap();
    let history = model.fit(&x, &y, quiet()).unwrap();
    assert_eq!(history.names(), ["loss"]);
    let sentence = history.get("acuracy").unwrap_err().to_string();
    assert!(sentence.contains("only \"loss\""), "{sentence}");
    let sentence = model.evaluate(&x, &y).unwrap().accuracy().unwrap_err().to_string();
    assert!(sentence.contains("[Accuracy]"), "{sentence}");
}

#[test]
fn cross_entropy_behind_another_activation_trains_on_burn() {
    let (x, y) = small_data(70);
    let network =
        Sequential::new().seed(1).add(Input::new(1)).add(Dense::new(2).activation(Sigmoid));
    let optimizer = Adam::new().learning_rate(0.05);
    let mut model = network.compile(CategoricalCrossentropy, optimizer, [Accuracy]).unwrap();
    model.fit(&x, &y, quiet().epochs(60)).unwrap();
    assert!(model.evaluate(&x, &y).unwrap().accuracy().unwrap() > 0.95);
}

#[cfg(not(any(feature = "ndarray", feature = "gpu")))]
#[test]
fn a_backend_that_is_not_built_is_named() {
    for (backend, feature) in [(Backend::NdArray, "ndarray"), (Backend::Gpu, "gpu")] {
        let network = small_network().backend(backend);
        let mistake = network.compile(CategoricalCrossentropy, Adam::default(), []).unwrap_err();
        assert!(mistake.to_string().contains(&format!("--features {feature}")), "{mistake}");
    }
}

#[cfg(feature = "ndarray")]
#[test]
fn burn_ndarray_trains_the_tutorial() {
    let ((x, y), _) = mnist_prepared();
    let (x, y) = (x.rows(0..6000).unwrap(), y.rows(0..6000).unwrap());
    let network = tutorial_network(1).backend(Backend::NdArray);
    let mut model = network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap();
    let history = model.fit(&x, &y, quiet().epochs(4).validation_split(0.2)).unwrap();
    assert!(history.get("val_accuracy").unwrap()[3] > 0.8);
}
