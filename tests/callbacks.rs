//! Callbacks of one's own, what they may do, and what goes wrong with them.

use std::fs;
use std::sync::{Arc, Mutex};

use zunder::prelude::*;

fn data() -> (Array, Array) {
    let x: Vec<f32> = (0..40).map(|number| (number * 7 % 11) as f32 / 11.0).collect();
    let y: Vec<i64> = (0..40).map(|number| number * 7 % 11 / 6).collect();
    (Array::new([40, 1], x).unwrap(), Array::from(y))
}

fn model() -> Model {
    let network = Sequential::new().seed(3).add(Input::new(1));
    let network = network.add(Dense::new(1).activation(Sigmoid));
    network.compile(BinaryCrossentropy, Adam::new().learning_rate(0.05), [Accuracy]).unwrap()
}

fn settings() -> Fit {
    Fit::new().epochs(5).validation_split(0.2).seed(1).verbose(0)
}

/// Writes down when it is called.
struct Diary(Arc<Mutex<Vec<String>>>);

impl Diary {
    fn note(&self, what: &str, training: &Training) {
        let loss = training.get("val_loss").unwrap();
        let known = if loss.is_nan() { "?" } else { "!" };
        self.0.lock().unwrap().push(format!("{what}{}{known}", training.epoch()));
    }
}

impl Callback for Diary {
    fn on_train_begin(&mut self, training: &mut Training) -> zunder::Result<()> {
        self.note("train", training);
        Ok(())
    }

    fn on_epoch_begin(&mut self, training: &mut Training) -> zunder::Result<()> {
        self.note("begin", training);
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training) -> zunder::Result<()> {
        self.note("end", training);
        training.record("twice", 2.0 * training.get("loss")?);
        if training.epoch() == 2 {
            training.stop();
        }
        Ok(())
    }

    fn on_train_end(&mut self, training: &mut Training) -> zunder::Result<()> {
        self.note("over", training);
        Ok(())
    }
}

#[test]
fn a_callback_of_ones_own_sees_each_epoch_and_may_stop_and_record() {
    let (x, y) = data();
    let diary = Arc::new(Mutex::new(Vec::new()));
    let mut model = model();
    let history = model.fit(&x, &y, settings().callback(Diary(diary.clone()))).unwrap();
    let expected = ["train0?", "begin1?", "end1!", "begin2!", "end2!", "over2!"];
    assert_eq!(*diary.lock().unwrap(), expected);
    assert_eq!(history.num_epochs(), 2);
    let twice: Vec<f32> = history.get("loss").unwrap().iter().map(|loss| 2.0 * loss).collect();
    assert_eq!(history.get("twice").unwrap(), twice);
    assert_eq!(model.history().get("twice").unwrap(), twice);
}

#[test]
fn a_number_that_only_some_epochs_have_is_nan_in_the_others() {
    let (x, y) = data();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.csv");
    let now_and_then = |training: &mut Training| {
        if training.epoch() % 2 == 1 && training.epoch() < 5 {
            training.record("now, and \"then\"", 0.5);
        }
        Ok(())
    };
    let settings = settings().callback(now_and_then).callback(CsvLogger::new(&file));
    let history = model().fit(&x, &y, settings).unwrap();
    let numbers = history.get("now, and \"then\"").unwrap();
    let is_there: Vec<bool> = numbers.iter().map(|number| !number.is_nan()).collect();
    assert_eq!(is_there, [true, false, true, false, false]);
    assert!(history.to_string().lines().last().unwrap().contains("NaN"), "{history}");
    assert!(history.plot("now, and \"then\"").svg().is_ok());
    let log = fs::read_to_string(&file).unwrap();
    assert_eq!((log.lines().count(), log.matches("NaN").count()), (6, 3), "{log}");
    let names = Csv::new().read(&file).unwrap().names();
    assert_eq!(names[3..5], ["now, and \"then\"", "val_accuracy"], "{log}");
}

/// Records what it finds before the first epoch, and at the start of each.
struct Early;

impl Callback for Early {
    fn on_train_begin(&mut self, training: &mut Training) -> zunder::Result<()> {
        training.record("at first", 7.0);
        Ok(())
    }

    fn on_epoch_begin(&mut self, training: &mut Training) -> zunder::Result<()> {
        training.record("begins", training.epoch() as f32);
        if training.epoch() == 3 {
            training.stop();
        }
        Ok(())
    }
}

#[test]
fn what_is_recorded_as_an_epoch_begins_belongs_to_that_epoch() {
    let (x, y) = data();
    let mut model = model();
    let history = model.fit(&x, &y, settings().callback(Early)).unwrap();
    // The third epoch never came.
    assert_eq!(history.get("begins").unwrap(), [1.0, 2.0]);
    assert_eq!(model.history().get("begins").unwrap(), [1.0, 2.0]);
    let first = history.get("at first").unwrap();
    assert!(first[0] == 7.0 && first[1].is_nan(), "{first:?}");
    assert_eq!(history.last("begins").unwrap(), 2.0);
}

#[test]
fn an_error_of_a_callback_ends_the_training_and_nothing_is_lost() {
    let (x, y) = data();
    let mut model = model();
    let late = |training: &mut Training| {
        if training.epoch() == 3 { training.get("no such thing").map(drop) } else { Ok(()) }
    };
    let problem = model.fit(&x, &y, settings().callback(late)).unwrap_err().to_string();
    assert!(
        problem.contains("\"no such thing\"") && problem.contains("\"val_accuracy\""),
        "{problem}"
    );
    assert_eq!(model.history().num_epochs(), 3);
    let mut same = self::model();
    same.fit(&x, &y, settings().epochs(3)).unwrap();
    assert_eq!(model.weights(), same.weights());
}

#[test]
fn what_callbacks_cannot_do_is_said_before_anything_is_trained() {
    let (x, y) = data();
    let without = || Fit::new().epochs(5).verbose(0);
    let gone = |name: &str| std::env::temp_dir().join("zunder-no-such-folder").join(name);
    let cases = [
        (without().callback(EarlyStopping::new()), "give fit validation samples"),
        (without().callback(ReduceLROnPlateau::new()), "give fit validation samples"),
        (settings().callback(EarlyStopping::new().monitor("los")), "there is no \"los\" here"),
        (settings().callback(EarlyStopping::new().min_delta(-1)), "min_delta is -1"),
        (
            settings().callback(ReduceLROnPlateau::new().factor(1)),
            "factor is 1, but must be above 0",
        ),
        (settings().callback(ReduceLROnPlateau::new().min_lr(f64::NAN)), "min_lr is NaN"),
        (settings().callback(CsvLogger::new(gone("a.csv"))), "cannot write"),
        (settings().callback(CsvLogger::new("C:\\log.csv")), "in WSL it is /mnt/c/log.csv"),
        (settings().callback(CsvLogger::new("best.safetensors")), "must be one that ends in .csv"),
        (settings().callback(CsvLogger::new("curve.PNG")), "must be one that ends in .csv"),
        (settings().callback(CsvLogger::new("a").separator('.')), "separator is '.', but must"),
        (settings().callback(CsvLogger::new("a").separator('0')), "separator is '0', but must"),
        (settings().callback(CsvLogger::new("a").separator('\n')), "separator is '\\n', but must"),
        (settings().callback(ModelCheckpoint::new(gone("a.safetensors"))), "cannot write"),
        (settings().callback(ModelCheckpoint::new("best.csv")), "ends in .safetensors"),
        (
            settings().callback(ModelCheckpoint::new("C:\\temp\\m.safetensors")),
            "in WSL it is /mnt/c/temp/m.safetensors",
        ),
        (
            settings().callback(ModelCheckpoint::new("m-{val_loss:.2f}.keras")),
            "nothing but {epoch}",
        ),
        (settings().callback(ModelCheckpoint::new("m-{epoch}.keras")), "ends in .safetensors"),
        (
            settings().class_weight([1.0]),
            "class_weight is [1.0], but must be a number of at least 0",
        ),
        (settings().class_weight([1.0, -1.0]), "for each of the 2 classes"),
        (settings().class_weight([0, 0]), "not all 0"),
    ];
    for (settings, expected) in cases {
        let mut model = model();
        let before = model.weights();
        let problem = model.fit(&x, &y, settings).unwrap_err().to_string();
        assert!(problem.contains(expected), "{problem}");
        assert_eq!(model.weights(), before, "{problem}");
    }
    // The file may also become impossible later.
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("02.safetensors")).unwrap();
    let checkpoint = ModelCheckpoint::new(folder.path().join("{epoch}.safetensors"));
    let mut model = model();
    let problem = model.fit(&x, &y, settings().callback(checkpoint)).unwrap_err().to_string();
    assert!(problem.contains("02.safetensors"), "{problem}");
    assert_eq!(model.history().num_epochs(), 2, "nothing is lost");
}

/// Ends the training before it begins.
struct AtOnce;

impl Callback for AtOnce {
    fn on_train_begin(&mut self, training: &mut Training) -> zunder::Result<()> {
        training.stop();
        Ok(())
    }
}

#[test]
fn a_training_that_a_callback_stops_at_once_leaves_what_was_known() {
    let (x, y) = data();
    let mut model = model();
    model.fit(&x, &y, settings()).unwrap();
    let (seen, history) = (model.seen().clone(), model.history());
    assert_eq!(model.fit(&x, &y, settings().callback(AtOnce)).unwrap().num_epochs(), 0);
    assert_eq!((model.seen(), model.history().num_epochs()), (&seen, history.num_epochs()));
}

/// Sets the learning rate before the first epoch, and records a number behind the last.
struct AtBothEnds;

impl Callback for AtBothEnds {
    fn on_train_begin(&mut self, training: &mut Training) -> zunder::Result<()> {
        training.set_learning_rate(0.5)
    }

    fn on_train_end(&mut self, training: &mut Training) -> zunder::Result<()> {
        training.record("at the end", 0.25);
        Ok(())
    }
}

#[test]
fn what_is_recorded_at_the_end_is_in_both_histories() {
    let (x, y) = data();
    let mut model = model();
    let history = model.fit(&x, &y, settings().epochs(2).callback(AtBothEnds)).unwrap();
    assert_eq!(history.last("at the end").unwrap(), 0.25);
    assert_eq!(model.history().last("at the end").unwrap(), 0.25);
    assert_eq!(model.history().num_epochs(), 2);
}

#[test]
fn a_training_that_is_refused_leaves_the_learning_rate() {
    let (x, y) = data();
    let mut model = model();
    let wrong = EarlyStopping::new().monitor("los");
    let settings = settings().callback(AtBothEnds).callback(wrong);
    model.fit(&x, &y, settings).unwrap_err();
    assert_eq!(model.optimizer(), self::model().optimizer());
    let mut other = self::model();
    let weights = [&mut model, &mut other].map(|model| {
        model.fit(&x, &y, self::settings().epochs(1)).unwrap();
        model.weights()
    });
    assert_eq!(weights[0], weights[1]);
}

#[test]
fn a_record_is_not_emptied_by_a_training_that_does_not_begin() {
    let (x, y) = data();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.csv");
    let log = |settings: Fit| settings.epochs(2).callback(CsvLogger::new(&file));
    model().fit(&x, &y, log(settings())).unwrap();
    let record = std::fs::read_to_string(&file).unwrap();
    assert_eq!(record.lines().count(), 3, "{record}");
    let wrong = EarlyStopping::new().monitor("los");
    model().fit(&x, &y, log(settings()).callback(wrong)).unwrap_err();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), record);
}

#[test]
fn the_best_model_of_an_earlier_fit_stays_in_its_file() {
    let (x, y) = data();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("best.safetensors");
    let best = ModelCheckpoint::new(&file).monitor("loss").save_best_only(true);
    let settings = settings().callback(best);
    let mut model = model();
    model.fit(&x, &y, settings.clone()).unwrap();
    let saved = Model::load(&file).unwrap().weights();
    model.set_weights(&[(Array::from([[50.0]]), Array::from([-50.0]))]).unwrap();
    model.fit(&x, &y, settings.epochs(1)).unwrap();
    assert_eq!(Model::load(&file).unwrap().weights(), saved);
}

#[test]
fn checkpoints_are_the_model_of_their_epoch_and_the_best_one_is_the_best() {
    let (x, y) = data();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let each = ModelCheckpoint::new(file("{epoch}.safetensors"));
    let best = ModelCheckpoint::new(file("best.safetensors")).save_best_only(true);
    // A rate at which the loss goes up and down.
    let mut model = model();
    model.set_learning_rate(3.0).unwrap();
    let settings = settings().epochs(7).callback(each).callback(best);
    let history = model.fit(&x, &y, settings).unwrap();
    let losses = history.get("val_loss").unwrap();
    let mut lowest = 0;
    for (epoch, loss) in losses.iter().enumerate() {
        let saved = Model::load(file(&format!("{:02}.safetensors", epoch + 1))).unwrap();
        let (x, y) = (x.rows(32..40).unwrap(), y.rows(32..40).unwrap());
        assert!((saved.evaluate(&x, &y).unwrap().loss() - loss).abs() < 1e-6);
        lowest = if *loss < losses[lowest] { epoch } else { lowest };
    }
    assert!(lowest + 1 < losses.len(), "the last epoch is the best: {losses:?}");
    let best = Model::load(file("best.safetensors")).unwrap();
    let same = Model::load(file(&format!("{:02}.safetensors", lowest + 1))).unwrap();
    assert_eq!(best.weights(), same.weights());
}
