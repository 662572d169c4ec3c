//! Saved models: do they come back the same, can Python read them, can we read Python's, and what
//! happens when a file is not what it should be?

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;
use zunder::prelude::*;
use zunder::{Loss, Optimizer};

use crate::python;

/// What `tests/reference/make_weights_reference.py` wrote down.
#[derive(Deserialize)]
struct Reference {
    x: Vec<[f32; 6]>,
    keras: Vec<[f32; 3]>,
    torch: Vec<[f32; 3]>,
}

impl Reference {
    fn read() -> Reference {
        serde_json::from_slice(&fs::read(fixture("weights_reference.json")).unwrap()).unwrap()
    }

    fn x(&self) -> Array {
        Array::new([self.x.len(), 6], self.x.concat()).unwrap()
    }
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name)
}

/// The network of the reference.
fn network() -> Sequential {
    Sequential::new()
        .seed(1)
        .add(Input::new(6))
        .add(Dense::new(5).activation(Relu))
        .add(Dense::new(5).activation(Tanh))
        .add(Dense::new(3).activation(Softmax))
}

fn compiled(network: &Sequential) -> Model {
    network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap()
}

fn in_folder(name: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    (folder, path)
}

fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).fold(0.0, |largest, (a, b)| largest.max((a - b).abs()))
}

#[test]
fn a_model_comes_back_bit_for_bit_and_learns_on() {
    let (_folder, path) = in_folder("model.safetensors");
    let x = Reference::read().x();
    let y = to_categorical(&Array::from([0, 1, 2, 0, 1, 2, 0, 1]), 3).unwrap();
    let settings = Fit::new().epochs(3).batch_size(4).shuffle(false).verbose(0);
    let mut model = compiled(&network());
    model.fit(&x, &y, settings.clone()).unwrap();

    model.save(&path).unwrap();
    let mut loaded = Model::load(&path).unwrap();
    let bits = |model: &Model| -> Vec<u32> {
        let arrays = model.weights().into_iter().flat_map(|(kernel, bias)| [kernel, bias]);
        arrays.flat_map(|array| array.to_vec()).map(f32::to_bits).collect()
    };
    assert_eq!(bits(&loaded), bits(&model));
    assert_eq!(loaded.predict(&x).unwrap(), model.predict(&x).unwrap());
    assert_eq!(loaded.evaluate(&x, &y).unwrap(), model.evaluate(&x, &y).unwrap());
    assert_eq!(loaded.summary(), model.summary());

    // The optimizer starts anew, as in a model that has these weights and never learned.
    let mut fresh = compiled(&network());
    fresh.set_weights(&model.weights()).unwrap();
    let history = loaded.fit(&x, &y, settings.clone()).unwrap();
    assert_eq!(
        history.get("loss").unwrap(),
        fresh.fit(&x, &y, settings).unwrap().get("loss").unwrap()
    );
    assert_eq!(bits(&loaded), bits(&fresh));
}

#[test]
fn everything_that_can_be_compiled_comes_back() {
    let (_folder, path) = in_folder("model.safetensors");
    let optimizers: [Optimizer; 4] = [
        Adam::default().into(),
        Adam::new().learning_rate(0.1 / 3.0).beta_1(0.85).beta_2(0.99).epsilon(1e-9).into(),
        Sgd::default().into(),
        Sgd::new().learning_rate(0.5).momentum(0.9).nesterov(true).into(),
    ];
    let losses: [Loss; 3] =
        [CategoricalCrossentropy, SparseCategoricalCrossentropy, MeanSquaredError];
    for activation in [Linear, Relu, Sigmoid, Tanh, Softmax] {
        for optimizer in optimizers {
            for loss in losses {
                let network = Sequential::new()
                    .add(Input::new(4))
                    .add(Dense::new(3).activation(activation))
                    .add(Dense::new(3).activation(Softmax));
                let model = network.compile(loss, optimizer, [Accuracy]).unwrap();
                model.save(&path).unwrap();
                let first = fs::read(&path).unwrap();
                let loaded = Model::load(&path).unwrap();
                assert_eq!(loaded.weights(), model.weights());
                loaded.save(&path).unwrap();
                assert_eq!(fs::read(&path).unwrap(), first, "the same model makes the same file");
            }
        }
    }
}

#[test]
fn python_reads_a_saved_model_and_predicts_the_same() {
    let (_folder, path) = in_folder("model.safetensors");
    let reference = Reference::read();
    for hidden in [Linear, Relu, Sigmoid, Tanh, Softmax] {
        let network = Sequential::new()
            .add(Input::new(6))
            .add(Dense::new(7).activation(hidden))
            .add(Dense::new(3).activation(Softmax));
        let model = compiled(&network);
        model.save(&path).unwrap();
        let printed = python::run("predict.py", &[&path], &json!(reference.x).to_string());
        let rows: Vec<[f32; 3]> = serde_json::from_str(&printed).unwrap();
        let predicted = model.predict(&reference.x()).unwrap().to_vec();
        assert!(largest_difference(&predicted, &rows.concat()) < 1e-6, "{hidden}");
    }
}

#[test]
fn weights_from_keras_and_pytorch_predict_what_they_predicted_there() {
    let reference = Reference::read();
    let mut model = compiled(&network());
    for (file, expected) in [
        ("keras_weights.safetensors", &reference.keras),
        ("torch_weights.safetensors", &reference.torch),
    ] {
        model.load_weights(fixture(file)).unwrap();
        let predicted = model.predict(&reference.x()).unwrap().to_vec();
        assert!(largest_difference(&predicted, &expected.concat()) < 1e-6, "{file}");
    }
    let (_folder, path) = in_folder("own.safetensors");
    model.save(&path).unwrap();
    let mut other = compiled(&network().seed(2));
    other.load_weights(&path).unwrap();
    assert_eq!(other.weights(), model.weights());
}

/// What `tests/reference/make_weights_layers.py` wrote down.
#[derive(Deserialize)]
struct Layers {
    pictures: Predicted,
    words: Predicted,
}

#[derive(Deserialize)]
struct Predicted {
    x: Vec<f32>,
    y: Vec<f32>,
}

#[test]
fn keras_gives_its_weights_to_each_kind_of_layer() {
    let layers: Layers =
        serde_json::from_slice(&fs::read(fixture("weights_layers.json")).unwrap()).unwrap();
    let price = || L2::new(0.01);
    let pictures = Sequential::new()
        .add(Input::new([6, 5, 2]))
        .add(Conv2D::new(3, 3).activation(Relu).padding(Padding::Same).kernel_regularizer(price()))
        .add(BatchNormalization::new())
        .add(MaxPooling2D::new(2))
        .add(Flatten::new())
        .add(Dropout::new(0.5))
        .add(Dense::new(4).activation(Relu).kernel_regularizer(price()))
        .add(BatchNormalization::new().epsilon(0.01))
        .add(Dense::new(3).activation(Softmax));
    let words = Sequential::new()
        .add(Input::new(7))
        .add(Embedding::new(20, 4))
        .add(GlobalAveragePooling1D::new())
        .add(Dropout::new(0.2))
        .add(Dense::new(3).activation(Softmax));
    for (file, network, expected) in [
        ("keras_pictures.safetensors", &pictures, &layers.pictures),
        ("keras_pictures_paths.safetensors", &pictures, &layers.pictures),
        ("keras_words.safetensors", &words, &layers.words),
    ] {
        let mut model = compiled(network);
        let shape = [&[8], model.input_shape().dims()].concat();
        let x = Array::new(&shape[..], expected.x.clone()).unwrap();
        model.load_weights(fixture(file)).unwrap();
        let difference = largest_difference(&model.predict(&x).unwrap().to_vec(), &expected.y);
        println!("{file}: {difference:.1e}");
        assert!(difference < 1e-6, "{file}: {difference}");
        // A file of our own has the same layers under other names.
        let (_folder, path) = in_folder("own.safetensors");
        model.save(&path).unwrap();
        let mut other = compiled(network);
        other.load_weights(&path).unwrap();
        assert_eq!(other.weights(), model.weights());
    }
    // One of the two networks does not take the other's layers.
    let refused = compiled(&words).load_weights(fixture("keras_pictures.safetensors"));
    assert!(refused.unwrap_err().to_string().contains("holds the weights of 5 layers"));
}

/// A safetensors file with this header, and as many bytes behind it as given.
fn write_file(path: &Path, header: &str, numbers: &[f32]) {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    fs::write(path, bytes).unwrap();
}

/// A file with one `Dense(2)` behind an input of 3, its header changed.
fn write_changed(path: &Path, change: impl Fn(&mut Value), numbers: &[f32]) {
    let mut network = json!({
        "version": 1,
        "layers": [
            {"kind": "Input", "shape": [3]}, {"kind": "Dense", "units": 2, "activation": "softmax"},
        ],
        "loss": "categorical_crossentropy",
        "optimizer": {"kind": "sgd", "learning_rate": 0.01, "momentum": 0.0, "nesterov": false},
        "metrics": ["accuracy"],
    });
    let mut header = json!({
        "1.kernel": {"dtype": "F32", "shape": [3, 2], "data_offsets": [0, 24]},
        "1.bias": {"dtype": "F32", "shape": [2], "data_offsets": [24, 32]},
    });
    // The change sees both: the network under its own name.
    header["network"] = network.take();
    change(&mut header);
    let network = header.as_object_mut().unwrap().remove("network").unwrap();
    if !network.is_null() {
        header["__metadata__"] = json!({"zunder": network.to_string()});
    }
    write_file(path, &header.to_string(), numbers);
}

fn problem(loaded: zunder::Result<Model>) -> String {
    let Err(error) = loaded else { panic!("this must not load") };
    let sentence = error.to_string();
    assert!(sentence.starts_with("cannot load "), "{sentence}");
    sentence
}

#[test]
fn each_change_of_a_file_is_named() {
    let (_folder, path) = in_folder("changed.safetensors");
    let numbers = [0.5f32; 8];
    write_changed(&path, |_| (), &numbers);
    assert_eq!(Model::load(&path).unwrap().weights()[0].0.shape(), [3, 2]);

    /// A change, which mistake it is, and what the sentence says of it.
    type Case = (fn(&mut Value), &'static str, &'static str);
    let cases: [Case; 20] = [
        (
            |h| h["network"] = Value::Null,
            "it holds weights, but not the network",
            "use model.load_weights",
        ),
        (
            |h| h["network"] = json!("{"),
            "its description of the network cannot be read",
            "cannot be read",
        ),
        (
            |h| h["network"] = json!([1]),
            "its description of the network cannot be read",
            "cannot be read",
        ),
        (
            |h| h["network"]["version"] = json!(2),
            "it was saved by a newer version",
            "newer version of zunder (format 2, known here up to 1)",
        ),
        (
            |h| h["network"]["version"] = json!(0),
            "its description of the network cannot be read",
            "it has format 0, which never was",
        ),
        (
            |h| h["network"]["layers"][1]["activation"] = json!("gelu"),
            "its description of the network cannot be read",
            "unknown variant `gelu`",
        ),
        (
            |h| h["network"]["layers"][1]["kind"] = json!("LSTM"),
            "its description of the network cannot be read",
            "unknown variant `LSTM`",
        ),
        (
            |h| h["network"]["layers"][1]["units"] = json!(-1),
            "its description of the network cannot be read",
            "cannot be read",
        ),
        (
            |h| h["network"]["layers"][0]["shape"] = json!([1u64 << 63, 2]),
            "the network that it describes cannot be built",
            "but must be the shape of one sample that fits into a memory",
        ),
        (
            |h| h["network"]["layers"][1]["units"] = json!(u64::MAX),
            "the network that it describes cannot be built",
            "layer 1 (Dense) would have more weights than any memory holds: choose fewer units",
        ),
        (
            |h| h["network"]["layers"][0]["shape"] = json!([3, 1]),
            "the network that it describes cannot be built",
            "cannot be built: layer 1 (Dense) expects",
        ),
        (
            |h| h["network"]["layers"] = json!([]),
            "the network that it describes cannot be built",
            "no layers to train",
        ),
        (
            |h| h["network"]["optimizer"]["learning_rate"] = json!(-1.0),
            "the network that it describes cannot be built",
            "learning_rate is -1",
        ),
        (
            |h| h["network"]["loss"] = json!("hinge"),
            "its description of the network cannot be read",
            "unknown variant `hinge`",
        ),
        (
            |h| h["network"]["metrics"] = json!(["f1"]),
            "its description of the network cannot be read",
            "unknown variant `f1`",
        ),
        (
            |h| {
                let bias = h.as_object_mut().unwrap().remove("1.bias").unwrap();
                h["2.bias"] = bias;
            },
            "is missing, only",
            "the tensor \"1.bias\" is missing, only 1.kernel, 2.bias are there",
        ),
        (
            |h| h["1.kernel"]["shape"] = json!([2, 3]),
            "that comes next has shape",
            "layer 1 (Dense) needs (3, 2), but the tensor \"1.kernel\" that comes next has shape (2, 3)",
        ),
        (
            |h| h["1.kernel"]["dtype"] = json!("I32"),
            "are of type",
            "are of type I32; convert them to float32",
        ),
        (
            |h| h["1.kernel"]["shape"] = json!([3, 1u64 << 40]),
            "its list of contents is broken",
            "its list of contents is broken",
        ),
        (
            |h| h["1.kernel"]["data_offsets"] = json!([24, 0]),
            "its list of contents is broken",
            "its list of contents is broken",
        ),
    ];
    for (change, mistake, words) in cases {
        write_changed(&path, change, &numbers);
        let sentence = problem(Model::load(&path));
        assert!(sentence.contains(mistake), "{sentence} should say {mistake:?}");
        assert!(sentence.contains(words), "{sentence} should say {words:?}");
        assert!(sentence.starts_with(&format!("cannot load {}: ", path.display())), "{sentence}");
        assert!(!sentence.contains('\n'), "{sentence}");
    }

    write_changed(&path, |h| h["network"]["layers"][1]["activation"] = json!("gelu"), &numbers);
    let refused = Model::load(&path).expect_err("it knows no gelu");
    let german = zunder::words::in_german(|| refused.to_string());
    assert!(
        german.contains("mit „gelu“ stimmt etwas nicht") && !german.contains("unknown"),
        "{german}"
    );

    for value in [f32::NAN, f32::INFINITY] {
        let mut numbers = numbers;
        numbers[7] = value;
        write_changed(&path, |_| (), &numbers);
        let sentence = problem(Model::load(&path));
        assert!(sentence.contains("had run away; save a network"), "{sentence}");
        assert!(sentence.contains("\"1.bias\" holds the value"), "{sentence}");
    }
    write_changed(&path, |_| (), &[0.5; 9]);
    let sentence = problem(Model::load(&path));
    assert!(sentence.contains("so something was written behind its end"), "{sentence}");
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let (_folder, path) = in_folder("cut.safetensors");
    compiled(&network()).save(&path).unwrap();
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let sentence = problem(Model::load(&path));
        match length {
            0..9 => assert!(sentence.contains("it is not a safetensors file"), "{sentence}"),
            _ => assert!(sentence.contains("its end is missing"), "{sentence}"),
        }
    }
}

#[test]
fn other_files_are_refused_without_reading_what_they_claim() {
    let (_folder, path) = in_folder("other.safetensors");
    for length in [u64::MAX, 1 << 40, 20 << 20, 1, 0] {
        let mut bytes = length.to_le_bytes().to_vec();
        bytes.extend(b"{}      ");
        fs::write(&path, bytes).unwrap();
        let sentence = problem(Model::load(&path));
        assert!(sentence.contains("it is not a safetensors file"), "{length}: {sentence}");
    }
    for (bytes, hint) in [
        (&b"PK\x03\x04 a zip file, as PyTorch saves"[..], "load_weights"),
        (b"\x89HDF\r\n\x1a\n as Keras saves", "load_weights"),
        (b"{\"json\": true, \"long\": 1}", "model.save wrote"),
    ] {
        fs::write(&path, bytes).unwrap();
        let sentence = problem(Model::load(&path));
        assert!(sentence.contains("it is not a safetensors file"), "{sentence}");
        assert!(sentence.contains(hint), "{sentence}");
    }
    // Deeper than a reader that calls itself can go.
    let deep = format!("{{\"a\":{}", "[".repeat(100_000));
    write_file(&path, &deep, &[]);
    let sentence = problem(Model::load(&path));
    assert!(sentence.contains("its list of contents is broken"), "{sentence}");
    // A hole on the disk, claimed to be one huge tensor.
    let huge = 1u64 << 40;
    let header =
        json!({"a.kernel": {"dtype": "F32", "shape": [huge / 4], "data_offsets": [0, huge]}});
    write_file(&path, &header.to_string(), &[]);
    let file = fs::OpenOptions::new().append(true).open(&path).unwrap();
    if file.set_len(file.metadata().unwrap().len() + huge).is_ok() {
        let error = compiled(&network()).load_weights(&path).unwrap_err();
        assert!(error.to_string().starts_with("cannot load "), "{error}");
    }

    let error = Model::load(path.with_file_name("missing")).err().unwrap();
    assert!(error.to_string().starts_with("cannot read "), "{error}");
    let error = Model::load(path.parent().unwrap()).err().unwrap();
    assert!(error.to_string().starts_with("cannot read "), "{error}");
}

/// A tensor's name and shape.
type Named<'a> = (&'a str, &'a [usize]);

/// These tensors, all numbers 0.5.
fn write_tensors(path: &Path, tensors: &[Named]) {
    let mut end = 0;
    let mut header = serde_json::Map::new();
    for (name, shape) in tensors {
        let start = end;
        end += 4 * shape.iter().product::<usize>();
        let entry = json!({"dtype": "F32", "shape": shape, "data_offsets": [start, end]});
        header.insert((*name).to_owned(), entry);
    }
    write_file(path, &Value::from(header).to_string(), &vec![0.5; end / 4]);
}

/// PyTorch keeps the vectors of words as they are, and only the kernel of a `Dense` transposed.
#[test]
fn an_embedding_of_pytorch_is_not_transposed() {
    let (_folder, path) = in_folder("words.safetensors");
    for (words, values) in [(4, 4), (5, 4)] {
        let size = words * values;
        let numbers: Vec<f32> = (0..size).map(|n| n as f32).collect();
        let header = json!({
            "0.weight": {"dtype": "F32", "shape": [words, values], "data_offsets": [0, 4 * size]},
            "2.weight": {"dtype": "F32", "shape": [2, values], "data_offsets": [4 * size, 4 * size + 32]},
        });
        write_file(&path, &header.to_string(), &[&numbers[..], &[0.5; 8]].concat());
        let network = Sequential::new().add(Input::new(3)).add(Embedding::new(words, values));
        let network = network.add(GlobalAveragePooling1D::new()).add(Dense::new(2));
        let mut model = compiled(&network);
        model.load_weights(&path).unwrap();
        assert_eq!(model.weights()[0].0, Array::new([words, values], numbers).unwrap());
    }
}

#[test]
fn weights_that_do_not_fit_are_named_and_change_nothing() {
    let (_folder, path) = in_folder("weights.safetensors");
    let network = Sequential::new()
        .add(Input::new(4))
        .add(Dense::new(3).activation(Relu))
        .add(Dense::new(2).activation(Softmax));
    let mut model = compiled(&network);
    let before = model.weights();
    let first: [Named; 2] = [("a.weight", &[3, 4]), ("a.bias", &[3])];
    let cases: [(&[Named], &str); 7] = [
        (&[("b.embeddings", &[2, 3])], "takes its tensor \"b.embeddings\""),
        (&[], "it holds the weights of 1 layer (a), but this network has 2"),
        (&[("b.weight", &[2, 3]), ("b.gamma", &[2])], "takes its tensor \"b.gamma\""),
        (&[("b.bias", &[2])], "the tensor \"b.kernel\" is missing"),
        (
            &[("b.weight", &[3, 2]), ("b.bias", &[2])],
            "layer 2 (Dense) needs (2, 3), but the tensor \"b.weight\" that comes next has shape (3, 2)",
        ),
        (
            &[("b.kernel", &[2, 3]), ("b.bias", &[2])],
            "layer 2 (Dense) needs (3, 2), but the tensor \"b.kernel\"",
        ),
        (
            &[("b.kernel", &[3, 2]), ("b.weight", &[2, 3]), ("b.bias", &[2])],
            "takes its tensor \"b.weight\"",
        ),
    ];
    for (second, words) in cases {
        write_tensors(&path, &[&first[..], second].concat());
        let sentence = model.load_weights(&path).unwrap_err().to_string();
        assert!(sentence.contains(words), "{sentence} should say {words:?}");
        assert_eq!(model.weights(), before);
    }
    write_tensors(&path, &[&first[..], &[("b.kernel", &[3, 2]), ("b.bias", &[2])]].concat());
    model.load_weights(&path).unwrap();
    assert_eq!(model.weights()[1].1, Array::from([0.5, 0.5]));
    // A layer may go without a bias.
    write_tensors(&path, &[&first[..], &[("b.kernel", &[3, 2])]].concat());
    model.load_weights(&path).unwrap();
    assert_eq!(model.weights()[1].1, Array::zeros([2]));
    // A single layer may go without a name.
    write_tensors(&path, &[("kernel", &[4, 3]), ("bias", &[3])]);
    let mut one = compiled(&Sequential::new().add(Input::new(4)).add(Dense::new(3)));
    one.load_weights(&path).unwrap();
}

#[test]
fn a_place_that_cannot_be_written_is_named_and_left_as_it_is() {
    let (folder, path) = in_folder("taken.safetensors");
    fs::create_dir(&path).unwrap();
    let missing = folder.path().join("missing/model.safetensors");
    for path in [path, missing, PathBuf::from("/proc/model.safetensors")] {
        let error = compiled(&network()).save(&path).unwrap_err();
        assert!(error.to_string().starts_with("cannot write "), "{error}");
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing half written is left");
}

#[test]
fn a_name_that_belongs_to_others_is_refused() {
    for name in
        ["m.keras", "m.weights.h5", "m.HDF5", "m.pt", "m.pth", "m.onnx", "my.PNG", "data.csv"]
    {
        let (folder, path) = in_folder(name);
        let error = compiled(&network()).save(&path).unwrap_err().to_string();
        assert!(error.contains("but must be one that ends in .safetensors"), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
    for name in ["m.safetensors", "m", "keras", "m.2"] {
        let (_folder, path) = in_folder(name);
        compiled(&network()).save(&path).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn a_disk_that_fills_up_leaves_the_old_file() {
    const PATH: &str = "ZUNDER_TEST_FULL_DISK";
    let large = Sequential::new().add(Input::new(100)).add(Dense::new(100));
    if let Some(path) = std::env::var_os(PATH) {
        // In the process started below, in which no file may become larger than a few KB.
        let error = compiled(&large).save(&path).unwrap_err();
        assert!(error.to_string().starts_with("cannot write "), "{error}");
        return;
    }
    let (folder, path) = in_folder("old.safetensors");
    compiled(&network()).save(&path).unwrap();
    let old = fs::read(&path).unwrap();
    let this = "saving::a_disk_that_fills_up_leaves_the_old_file";
    let limited = format!("trap '' XFSZ; ulimit -f 8; exec \"$0\" --exact {this}");
    let mut command = std::process::Command::new("sh");
    command.arg("-c").arg(limited).arg(std::env::current_exe().unwrap()).env(PATH, &path);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    assert_eq!(fs::read(&path).unwrap(), old);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing half written is left");
}

#[test]
fn a_module_of_burn_computes_the_same_and_its_weights_come_back() -> zunder::Result<()> {
    use zunder::burn::module::Module;
    use zunder::burn::tensor::{Device, Tensor};

    let network = Sequential::new()
        .seed(5)
        .add(Input::new([6, 6, 1]))
        .add(Conv2D::new(3, 3).activation(Relu))
        .add(MaxPooling2D::new(2))
        .add(Flatten::new())
        .add(Dropout::new(0.5))
        .add(Dense::new(4).activation(Softmax));
    let compile = || network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy]);
    let mut model = compile()?;
    let numbers: Vec<f32> = (0..5 * 36).map(|at| (at * 31 % 17) as f32 / 17.0).collect();
    let x = Array::new([5, 6, 6, 1], numbers)?;
    let y = to_categorical(&Array::from([0, 1, 2, 3, 0]), 4)?;
    model.fit(&x, &y, Fit::new().epochs(3).verbose(0))?;
    let rows: Tensor<2> = x.reshape([5, 36])?.to_tensor()?;
    let outputs = model.predict(&x)?;
    let difference = |other: &Array| {
        let pairs = outputs.to_vec().into_iter().zip(other.to_vec());
        pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
    };

    let module = model.module(&Device::flex());
    assert!(difference(&Array::from_tensor(&module.forward(rows.clone()))) < 1e-6);
    // Through a file of Burn's into a fresh model, whose own weights are others.
    let folder = tempfile::tempdir().expect("there is room for a file");
    let file = folder.path().join("model.bpk");
    module.save_file(&file).expect("Burn writes it");
    let mut fresh = compile()?;
    fresh.fit(&x, &y, Fit::new().epochs(1).verbose(0))?;
    assert!(difference(&fresh.predict(&x)?) > 1e-4);
    let module = fresh.module(&Device::flex()).try_load_file(&file).expect("Burn reads it");
    fresh.set_module(&module)?;
    assert_eq!(fresh.weights(), model.weights());
    assert_eq!(fresh.predict(&x)?, outputs);

    // Those of another network are refused, and nothing has changed.
    let other = Sequential::new().add(Input::new(36)).add(Dense::new(4));
    let other = other.compile(MeanSquaredError, Adam::default(), [])?;
    let refused = fresh.set_module(&other.module(&Device::flex())).unwrap_err().to_string();
    assert!(refused.contains("take them from a network with the same layers"), "{refused}");
    assert_eq!(fresh.predict(&x)?, outputs);
    Ok(())
}
