//! Every sentence has a German twin, and it says the same numbers.

use std::collections::HashSet;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::base::data_problem::{Damage, SourceFailure, SourceProblem};
use crate::base::error::Error;
use crate::base::language::in_german;
use crate::base::shape::Shape;
use crate::base::weights_problem::WeightsProblem;
use crate::choose::losses::Loss;
use crate::define::activation::Activation;
use crate::fit::note::{Note, Suspect};

/// The English and the German form of one thing.
fn twins(thing: &dyn std::fmt::Display) -> (String, String) {
    (thing.to_string(), in_german(|| thing.to_string()))
}

/// Runs of digits, sorted: German words may stand in another order.
fn numbers(text: &str) -> Vec<String> {
    let text: String = text.replace(['\u{202f}', ','], "");
    let mut numbers: Vec<String> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .map(str::to_owned)
        .collect();
    numbers.sort();
    numbers
}

fn check(thing: &dyn std::fmt::Display) {
    let (english, german) = twins(thing);
    assert_ne!(english, german);
    let padded = format!(" {} ", german.to_lowercase());
    for word in [" the ", " must ", " but ", " of ", " and ", " is ", " are ", " has ", " with "] {
        assert!(!padded.contains(word), "{word:?} in {german:?}");
    }
    assert_eq!(numbers(&english), numbers(&german), "{english}\n{german}");
    assert!(!german.ends_with('.') && !german.contains("  "), "{german}");
}

fn path() -> PathBuf {
    PathBuf::from("digits.safetensors")
}

fn damages() -> Vec<Damage> {
    let (expected, got) = ([0, 0, 8, 3], [60, 104, 116, 109]);
    vec![
        Damage::TooShort { expected: 47_040_016, got: 12 },
        Damage::TooLong { expected: 47_040_016 },
        Damage::WrongMagic { expected, got },
        Damage::WrongSha256 { expected: "ba89", got: "65a5".to_owned() },
    ]
}

fn source_problems() -> Vec<SourceProblem> {
    let reason = || "E17".to_owned();
    let file = "train-images-idx3-ubyte";
    vec![
        SourceProblem::NoAnswer { reason: reason() },
        SourceProblem::Status { status: 404 },
        SourceProblem::BrokenOff { file, reason: reason() },
        SourceProblem::NotTheFile { file, reason: reason() },
        SourceProblem::WrongContent { file, damage: damages().remove(0) },
        SourceProblem::NpmNotInstalled,
        SourceProblem::NpmFailed { said: reason() },
        SourceProblem::NpmTooSlow { seconds: 120 },
        SourceProblem::NotInPackage { file },
    ]
}

fn weights_problems() -> Vec<WeightsProblem> {
    let tensor = || "0.kernel".to_owned();
    vec![
        WeightsProblem::NotSafetensors,
        WeightsProblem::CutShort { expected: 100, got: 50 },
        WeightsProblem::TooLong { expected: 100, got: 150 },
        WeightsProblem::BrokenHeader { reason: "E17".to_owned() },
        WeightsProblem::NoNetwork,
        WeightsProblem::UnknownVersion { found: 3, known: 1 },
        WeightsProblem::UnknownNetwork { reason: "E17".to_owned() },
        WeightsProblem::WrongNetwork { reason: Arc::new(Error::NoLayers) },
        WeightsProblem::MissingTensor { tensor: tensor(), known: vec!["1.bias".to_owned()] },
        WeightsProblem::UnknownTensor { tensor: tensor() },
        WeightsProblem::WrongNumberOfLayers { expected: 3, got: vec!["a".into(), "b".into()] },
        WeightsProblem::WrongNumberOfLayers { expected: 3, got: vec!["a".into()] },
        WeightsProblem::WrongShape {
            tensor: tensor(),
            layer: "Dense".to_owned(),
            expected: Shape::from([784, 20]),
            got: Shape::from([20, 784]),
        },
        WeightsProblem::WrongDType { tensor: tensor(), dtype: "F64".to_owned() },
        WeightsProblem::NotFinite { tensor: tensor(), value: f32::NAN },
    ]
}

fn errors() -> Vec<Error> {
    let (left, right) = (Shape::from([60_000, 28, 28]), Shape::from([60_000, 784]));
    let io = |kind: io::ErrorKind| io::Error::from(kind);
    let wrong_kind = io::ErrorKind::PermissionDenied;
    let mut errors = vec![
        Error::CannotReshape { from: left.clone(), to: "(60000, 28)".into(), asked: Some(99) },
        Error::CannotReshape { from: left.clone(), to: "(-1, -1)".into(), asked: None },
        Error::WrongNumberOfValues { shape: left.clone(), values: 5 },
        Error::ShapesDiffer { operation: "-", left: left.clone(), right: right.clone() },
        Error::OutOfRange { index: "[7]".into(), shape: left.clone() },
        Error::WrongDimensions { operation: "plot", expected: "(n, 9)", got: left.clone() },
        Error::NoData { what: "x" },
        Error::SamplesDiffer { x: left.clone(), y: Shape::from(7) },
        Error::LabelOutOfRange { label: 11.0, row: 5, num_classes: 10 },
        Error::LabelsNotOneHot { got: Shape::from(7), num_classes: 10 },
        Error::LabelsNotClassNumbers { got: right.clone() },
        Error::LabelsUnlikeOutput { got: left.clone(), output: right.clone() },
        Error::WrongInput { expected: Shape::from(784), got: left.clone() },
        Error::NotFinite { what: "x", row: 3, value: f32::NAN },
        Error::NoLayers,
        Error::NoInput { first: "Dense".into() },
        Error::InputNotFirst { position: 2 },
        Error::LayerDoesNotFit {
            layer: "Dense".into(),
            expected: "(784,)",
            got: left.clone(),
            remedy: "Flatten".into(),
        },
        Error::WindowTooLarge { layer: "Conv2D".into(), window: left.clone(), got: right.clone() },
        Error::EndsWithPictures { output: left.clone() },
        Error::OneUnitCrossentropy { loss: Loss::CategoricalCrossentropy },
        Error::BadSetting { setting: "units", value: "0".into(), expected: "1" },
        Error::EmptySplit { validation_split: 0.2, samples: 3 },
        Error::TwoValidations,
        Error::LossNotFinite { epoch: 2, batch: 17, learning_rate: 0.5 },
        Error::UnknownMetric { name: "acc".into(), known: vec!["loss".into()] },
        Error::WrongWeights { what: "kernel".into(), expected: left.clone(), got: right.clone() },
        Error::BackendNotBuilt { backend: "ndarray" },
        Error::DataNotFetched {
            dataset: "MNIST",
            folder: path(),
            missing: vec!["train-images-idx3-ubyte"],
            damaged: damages().into_iter().map(|damage| (path(), damage)).collect(),
            failures: source_problems()
                .into_iter()
                .map(|problem| SourceFailure { source: "host".into(), problem })
                .collect(),
        },
        Error::CannotKeepData {
            dataset: "MNIST",
            folder: path(),
            bytes: 55_000_000,
            source: io(io::ErrorKind::StorageFull),
        },
        Error::DataFolderIsFile { path: path() },
        Error::NoDataFolder,
        Error::Stopped { what: "MNIST".into() },
        Error::CannotWrite { path: path(), source: io(wrong_kind) },
        Error::CannotRead { path: path(), source: io(io::ErrorKind::NotFound) },
        Error::NotAPicture { path: path(), reason: "E17".into() },
        Error::PictureTooLarge { path: path(), width: 9_000, height: 8_000, most: 64_000_000 },
        Error::NoInk { path: path() },
        Error::NotForDrawings { input: Shape::from(4) },
        Error::TooLargeForPage { parameters: 3_000_000, most: 2_000_000 },
        Error::CannotDraw { problem: "E17".into() },
        Error::NoPicture { reason: Arc::new(Error::NoEpochs) },
        Error::NoEpochs,
    ];
    let cannot_load = |problem| Error::CannotLoad { path: path(), problem };
    errors.extend(weights_problems().into_iter().map(cannot_load));
    errors
}

fn notes() -> Vec<Note> {
    let guessing = |suspect| Note::NotBetterThanGuessing { loss: 2.301, guessing: 2.303, suspect };
    let overfitting =
        |epoch| Note::Overfitting { training: 0.99, validation: 0.81, epoch, epochs: 9 };
    vec![
        Note::NotScaled { smallest: 0.0, largest: 255.0 },
        Note::ScaledTwice { largest: 0.0039 },
        Note::ScaledUnlikeTraining { training: 1.0, validation: 255.0 },
        Note::LargerThanTraining { training: 1.0, now: 255.0 },
        Note::LabelsNotOneHot { row: 3, sum: 5.0 },
        Note::NoSoftmax { activation: Activation::Relu },
        Note::HiddenSoftmax { layer: 2 },
        Note::MoreUnitsThanClasses { units: 20, classes: 10 },
        Note::OneClassOnly { class: 7 },
        Note::ValidationSeenInTraining { share: 0.5 },
        Note::ClassesOnlyInValidation { classes: vec![8] },
        Note::ClassesOnlyInValidation { classes: vec![8, 9] },
        Note::ValidationOfOneClass { class: 9 },
        Note::SameAnswerToAll { learning_rate: 0.5 },
        guessing(Suspect::LargeLearningRate(0.5)),
        guessing(Suspect::SmallLearningRate(1e-7)),
        guessing(Suspect::Data),
        Note::LossRose { epoch: 3, lowest: 0.25, last: 1.75, learning_rate: 0.05 },
        overfitting(4),
        overfitting(9),
    ]
}

#[test]
fn every_error_has_a_german_sentence_with_the_same_numbers() {
    errors().iter().for_each(|error| check(error));
    damages().iter().for_each(|damage| check(damage));
    source_problems().iter().for_each(|problem| check(problem));
}

#[test]
fn every_note_has_a_german_sentence_with_the_same_numbers() {
    notes().iter().for_each(|note| check(note));
}

/// As the compiler asks for the German sentence of a new variant, this asks for its test.
#[test]
fn no_variant_is_left_out_above() {
    fn tried<T>(values: &[T]) -> usize {
        values.iter().map(std::mem::discriminant).collect::<HashSet<_>>().len()
    }
    let named = |source: &str, name: &str| {
        let body = source.split(&format!("pub enum {name} {{")).nth(1).unwrap();
        let lines = body.split("\n}").next().unwrap().lines();
        let is_variant = |line: &&str| {
            let name = line.strip_prefix("    ").unwrap_or_default();
            name.starts_with(|first: char| first.is_ascii_uppercase())
        };
        lines.filter(is_variant).count()
    };
    let problems = include_str!("base/data_problem.rs");
    assert_eq!(tried(&errors()), named(include_str!("base/error.rs"), "Error"));
    assert_eq!(tried(&notes()), named(include_str!("fit/note.rs"), "Note"));
    assert_eq!(tried(&damages()), named(problems, "Damage"));
    assert_eq!(tried(&source_problems()), named(problems, "SourceProblem"));
    let problems = include_str!("base/weights_problem.rs");
    assert_eq!(tried(&weights_problems()), named(problems, "WeightsProblem"));
}
