//! Every sentence has a German twin, and it says the same numbers. (Those of the notes stand with
//! them.)

use std::io::{self, ErrorKind};
use std::path::PathBuf;

use crate::base::array_problem::ArrayProblem;
use crate::base::data_problem::DataProblem;
use crate::base::error::Error;
use crate::base::file_problem::{FileProblem, system_says};
use crate::base::network_problem::NetworkProblem;
use crate::base::phrase::{Phrase, phrase};
use crate::base::sample_problem::SampleProblem;
use crate::base::shape::Shape;
use crate::base::table_problem::TableProblem;
use crate::base::too_large::{Large, TooLarge};
use crate::base::training_problem::TrainingProblem;
use crate::base::weights_problem::WeightsProblem;
use crate::for_tests::{check, named, tried};

fn path() -> PathBuf {
    PathBuf::from("digits.safetensors")
}

fn shapes() -> (Shape, Shape) {
    (Shape::from([60_000, 28, 28]), Shape::from([60_000, 784]))
}

fn data_problems() -> Vec<DataProblem> {
    vec![
        DataProblem::NotFetched {
            dataset: "MNIST",
            folder: path(),
            missing: vec!["train-images-idx3-ubyte"],
            damaged: vec![(path(), phrase!("it is short", "sie ist kurz"))],
            failures: vec![phrase!("host: too late", "host: zu spät")],
        },
        DataProblem::CannotKeep {
            dataset: "MNIST",
            folder: path(),
            bytes: 55_000_000,
            reason: system_says(&io::Error::from(ErrorKind::StorageFull)),
        },
        DataProblem::FolderIsFile { path: path() },
        DataProblem::NoFolder,
    ]
}

fn weights_problems() -> Vec<WeightsProblem> {
    let tensor = || "0.kernel".to_owned();
    vec![
        WeightsProblem::NotSafetensors,
        WeightsProblem::ForeignFormat,
        WeightsProblem::CutShort { expected: 100, got: 50 },
        WeightsProblem::TooLong { expected: 100, got: 150 },
        WeightsProblem::BrokenHeader { reason: "its parser".to_owned() },
        WeightsProblem::NoNetwork,
        WeightsProblem::UnknownVersion { found: 3, known: 1 },
        WeightsProblem::UnknownNetwork { reason: "E17".into() },
        WeightsProblem::WrongNetwork { reason: Phrase::of(&NetworkProblem::NoLayers) },
        WeightsProblem::MissingTensor { tensor: tensor(), known: vec!["1.bias".to_owned()] },
        WeightsProblem::UnknownTensor { tensor: tensor() },
        WeightsProblem::WrongNumberOfLayers { expected: 3, got: vec!["a".into(), "b".into()] },
        WeightsProblem::WrongNumberOfLayers { expected: 3, got: vec!["a".into()] },
        WeightsProblem::WrongShape {
            tensor: tensor(),
            layer: "Dense".into(),
            expected: Shape::from([784, 20]),
            got: Shape::from([20, 784]),
        },
        WeightsProblem::WrongDType { tensor: tensor(), dtype: "F64".to_owned() },
        WeightsProblem::NotFinite { tensor: tensor(), value: f32::NAN },
    ]
}

fn array_problems() -> Vec<ArrayProblem> {
    let (left, right) = shapes();
    vec![
        ArrayProblem::CannotReshape {
            from: left.clone(),
            to: "(60000, 28)".into(),
            asked: Some(99),
        },
        ArrayProblem::CannotReshape { from: left.clone(), to: "(-1, -1)".into(), asked: None },
        ArrayProblem::WrongNumberOfValues { shape: left.clone(), values: 5 },
        ArrayProblem::NumberTooLarge { number: usize::MAX },
        ArrayProblem::ShapesDiffer { operation: "-".into(), left: left.clone(), right },
        ArrayProblem::OutOfRange { missing: "[7]".into(), is_table: false, shape: left.clone() },
        ArrayProblem::OutOfRange {
            missing: "[7]".into(),
            is_table: false,
            shape: Shape::from([0, 3]),
        },
        ArrayProblem::OutOfRange { missing: "[7]".into(), is_table: false, shape: Shape::from([]) },
        ArrayProblem::BackwardRange { start: 3, end: 1 },
        ArrayProblem::WrongPlaces { index: "[0, 400]".into(), places: 2, shape: left.clone() },
        ArrayProblem::WrongDimensions {
            operation: "plot".into(),
            expected: "(n, 9)".into(),
            got: left,
            can_reshape: true,
        },
    ]
}

/// Each kind of thing, of a size that can be said and beyond it.
fn memory_problems() -> Vec<TooLarge> {
    let kinds = [
        Large::Array(shapes().0),
        Large::Rows { num_classes: 1_000_000_000, labels: 1_000 },
        Large::Weights { layer: "Dense".into(), weights: 1_000_000, remedy: "+".into() },
        Large::Output { layer: "Conv2D".into(), remedy: "+".into() },
        Large::Batch { samples: 1_000 },
        Large::File { path: "a.csv".into(), remedy: "+".into() },
        Large::Pictures { count: 5_000 },
        Large::Pieces { ngrams: 20 },
    ];
    let sizes = [Some(4_000_000_000_000), None];
    let problem = |what: Large| sizes.map(|bytes| TooLarge { what: what.clone(), bytes, most: 17 });
    kinds.into_iter().flat_map(problem).collect()
}

fn sample_problems() -> Vec<SampleProblem> {
    let (left, right) = shapes();
    vec![
        SampleProblem::NoData { what: "x".into() },
        SampleProblem::SamplesDiffer { x: left.clone(), y: Shape::from(7) },
        SampleProblem::LabelOutOfRange { label: 11.0, row: 5, num_classes: 10 },
        SampleProblem::LabelNotBinary { label: 2.0, row: 5 },
        SampleProblem::LabelsNotOneHot { got: Shape::from(7), num_classes: 10 },
        SampleProblem::LabelsNotClassNumbers { got: right.clone() },
        SampleProblem::NoClassNumbers { operation: "to_categorical", got: right.clone() },
        SampleProblem::LabelsUnlikeOutput { got: left.clone(), output: right },
        SampleProblem::WrongInput { expected: Shape::from(784), got: left, is_trained: false },
        SampleProblem::WrongInput {
            expected: Shape::from(4),
            got: Shape::from([8, 3]),
            is_trained: true,
        },
        SampleProblem::NoWordNumber { number: 0.5, row: 3, input_dim: 1_000 },
        SampleProblem::NotFinite { what: "x".into(), row: 3, value: f32::NAN },
    ]
}

fn network_problems() -> Vec<NetworkProblem> {
    let (left, right) = shapes();
    vec![
        NetworkProblem::NoLayers,
        NetworkProblem::NoInput { first: "Dense" },
        NetworkProblem::InputNotFirst { position: 2 },
        NetworkProblem::LayerDoesNotFit {
            layer: "Dense".into(),
            expected: "(784,)".into(),
            got: left.clone(),
            remedy: "Flatten".into(),
        },
        NetworkProblem::WindowTooLarge {
            layer: "Conv2D".into(),
            window: left.clone(),
            got: right.clone(),
        },
        NetworkProblem::EndsWithPictures { output: left.clone() },
        NetworkProblem::OneUnitCrossentropy { loss: "CategoricalCrossentropy".to_owned() },
        NetworkProblem::OneUnitSoftmax,
        NetworkProblem::WrongWeights { what: "kernel".into(), expected: left, got: right },
        NetworkProblem::BackendNotBuilt { backend: "ndarray" },
        NetworkProblem::NoGraphicsCard,
        NetworkProblem::NotForDrawings { input: Shape::from(4) },
        NetworkProblem::LayerNotForPage { layer: "Embedding".into() },
        NetworkProblem::TooLargeForPage { parameters: 3_000_000, most: 2_000_000 },
        NetworkProblem::NoClasses { loss: "mean_squared_error".to_owned() },
    ]
}

fn training_problems() -> Vec<TrainingProblem> {
    vec![
        TrainingProblem::BadSetting {
            setting: "units".into(),
            value: "0".into(),
            expected: "1".into(),
        },
        TrainingProblem::EmptySplit { validation_split: 0.2, samples: 3 },
        TrainingProblem::TwoValidations,
        TrainingProblem::LossNotFinite {
            epoch: 2,
            batch: 17,
            learning_rate: 0.5,
            instead_of_softmax: None,
        },
        TrainingProblem::LossNotFinite {
            epoch: 2,
            batch: 17,
            learning_rate: 0.5,
            instead_of_softmax: Some("relu"),
        },
        TrainingProblem::FirstLossNotFinite,
        TrainingProblem::DropoutLast { epoch: 2, batch: 17 },
        TrainingProblem::UnknownMetric { name: "acc".into(), known: vec!["loss".into()] },
        TrainingProblem::UnknownMetric { name: "val_loss".into(), known: vec!["loss".into()] },
        TrainingProblem::NoEpochs,
        TrainingProblem::Stopped { what: "MNIST".into() },
    ]
}

fn file_problems() -> Vec<FileProblem> {
    let reason = |kind: ErrorKind| system_says(&io::Error::from(kind));
    let mut problems = vec![
        FileProblem::CannotWrite { path: path(), reason: reason(ErrorKind::PermissionDenied) },
        FileProblem::CannotRead { path: path(), reason: reason(ErrorKind::NotFound) },
        FileProblem::NotAPicture { path: path(), reason: "E17".into() },
        FileProblem::PictureTooLarge {
            path: path(),
            width: 9_000,
            height: 8_000,
            most: 64_000_000,
        },
        FileProblem::NoInk { path: path() },
        FileProblem::TooDark { path: path() },
        FileProblem::EdgeOfPaper { path: path() },
        FileProblem::SeveralDigits { path: path() },
        FileProblem::CannotDraw { reason: "E17".into() },
    ];
    let cannot_load = |problem| FileProblem::CannotLoad { path: path(), problem };
    problems.extend(weights_problems().into_iter().map(cannot_load));
    problems
}

fn table_problems() -> Vec<TableProblem> {
    let (path, line, column) = (path(), 1_234, "mass".to_owned());
    let reason = || phrase!("this is nothing", "das ist nichts");
    vec![
        TableProblem::Line { path: path.clone(), line, reason: reason() },
        TableProblem::Cell { path: path.clone(), line, column, reason: reason() },
        TableProblem::File { path, reason: reason() },
        TableProblem::NoColumn { name: "mas".into(), known: vec!["mass".into()] },
    ]
}

fn errors() -> Vec<Error> {
    let mut errors: Vec<Error> = Vec::new();
    errors.extend(array_problems().into_iter().map(Error::from));
    errors.extend(memory_problems().into_iter().map(Error::from));
    errors.extend(sample_problems().into_iter().map(Error::from));
    errors.extend(network_problems().into_iter().map(Error::from));
    errors.extend(training_problems().into_iter().map(Error::from));
    errors.extend(file_problems().into_iter().map(Error::from));
    errors.extend(data_problems().into_iter().map(Error::from));
    errors.extend(table_problems().into_iter().map(Error::from));
    let in_validation = errors[0].clone().in_setting("validation_data");
    errors.push(in_validation);
    errors
}

#[test]
fn every_error_has_a_german_sentence_with_the_same_numbers() {
    errors().iter().for_each(|error| check(error));
    weights_problems().iter().for_each(|problem| check(problem));
}

/// As the compiler asks for the German sentence of a new kind, this asks for its test.
#[test]
fn no_kind_is_left_out_above() {
    let counts = [
        (tried(&array_problems()), include_str!("base/array_problem.rs"), "ArrayProblem"),
        (tried(&sample_problems()), include_str!("base/sample_problem.rs"), "SampleProblem"),
        (tried(&network_problems()), include_str!("base/network_problem.rs"), "NetworkProblem"),
        (tried(&training_problems()), include_str!("base/training_problem.rs"), "TrainingProblem"),
        (tried(&file_problems()), include_str!("base/file_problem.rs"), "FileProblem"),
        (tried(&weights_problems()), include_str!("base/weights_problem.rs"), "WeightsProblem"),
        (tried(&data_problems()), include_str!("base/data_problem.rs"), "DataProblem"),
        (tried(&table_problems()), include_str!("base/table_problem.rs"), "TableProblem"),
    ];
    for (tried, source, name) in counts {
        assert!(tried > 1);
        assert_eq!(tried, named(source, name), "{name}");
    }
    let large: Vec<Large> = memory_problems().into_iter().map(|problem| problem.what).collect();
    assert_eq!(tried(&large), named(include_str!("base/too_large.rs"), "Large"));
    // The kinds of kinds: eight, all of them in `errors`.
    let kinds = include_str!("base/error.rs").split("\nkinds_of_mistakes!(").nth(1).unwrap();
    assert_eq!(kinds.split(");\n").next().unwrap().matches('(').count(), 8);
}
