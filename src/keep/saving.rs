//! `Model::save` and `Model::load`: a trained network as a file; weights from Keras and PyTorch.
//!
//! Over 300 lines: what is written stands beside what reads it.

use std::path::Path;

use serde::{Deserialize, Serialize};
use zunder_data::base::notes::say_note;
use zunder_data::base::phrase::{Phrase, phrase};
use zunder_data::base::sample_problem::SampleProblem;
use zunder_data::base::weights_problem::WeightsProblem;
use zunder_data::{Array, Error, Result, Shape};

use crate::choose::losses::Loss;
use crate::choose::metrics::Metric;
use crate::choose::optimizers::Optimizer;
use crate::compile::model::Model;
use crate::compile::scale::Scale;
use crate::define::layers::Layer;
use crate::define::sequential::Sequential;
use crate::engine::steps::Step;
use crate::keep::weights_file::{self, WeightsFile, counting_key};

/// The name of the description in the file.
const NOTE: &str = "zunder";
/// Counts up when files are written that older versions of this crate would misunderstand.
const VERSION: u32 = 1;

/// All of a model but its weights, as JSON in the file.
#[derive(Serialize, Deserialize)]
struct Description {
    layers: Vec<Layer>,
    loss: Loss,
    optimizer: Optimizer,
    metrics: Vec<Metric>,
    scale: Option<Scale>,
}

/// Read before anything else of a description: the rest may be different in another version.
#[derive(Serialize, Deserialize)]
struct Versioned<T> {
    version: u32,
    #[serde(flatten)]
    rest: T,
}

impl Model {
    /// Saves the network with its weights as one file: `model.save("digits.safetensors")?`.
    ///
    /// [`load`](Self::load) makes the same model of it again, days later or on another machine.
    /// Not kept are seed, backend, what the optimizer remembers between steps (Adam's running means), and the
    /// [`history`](Self::history): it begins anew, and so does the number of steps.
    ///
    /// The file is a [safetensors](https://huggingface.co/docs/safetensors) file, which Python
    /// reads as well. For layer 1, counted as in [`summary`](Self::summary), it holds the tensors
    /// `1.kernel` `(inputs, units)` and `1.bias` `(units,)`, as Keras keeps them (PyTorch keeps the kernel
    /// transposed), and so on; of a `Conv2D` the kernel `(height, width, channels, filters)`. Its metadata
    /// holds as JSON under `zunder` layers, loss, optimizer, metrics, and between which values it was trained.
    ///
    /// # Errors
    ///
    /// When the file cannot be written (one that is there already then stays as it is), when its name ends
    /// in .keras, .h5, .pt, .pth or .onnx, which it would not be, or is that of a picture, a table or a text,
    /// or when a weight is not a number.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let file = folder.path().join("flowers.safetensors");
    /// let network = Sequential::new().add(Input::new(4)).add(Dense::new(3).activation(Softmax));
    /// let model = network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy])?;
    /// model.save(&file)?; // or "flowers.safetensors"
    ///
    /// let same = Model::load(&file)?;
    /// let x = Array::from([[5.1, 3.5, 1.4, 0.2]]);
    /// assert_eq!(same.predict(&x)?, model.predict(&x)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        self.save_to(path.as_ref())
    }

    /// Loads a model that [`save`](Self::save) saved: `let model = Model::load("digits.safetensors")?;`
    ///
    /// It predicts the same as the saved one, and can be trained further.
    ///
    /// # Errors
    ///
    /// When there is no such file, or when it is not what it should be: one sentence says what.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let file = folder.path().join("flowers.safetensors");
    /// # let network = Sequential::new().add(Input::new(4)).add(Dense::new(3).activation(Softmax));
    /// # network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy])?.save(&file)?;
    /// let model = Model::load(&file)?; // or "flowers.safetensors"
    /// println!("{}", model.summary());
    /// let likeliest = model.predict(&Array::from([[5.1, 3.5, 1.4, 0.2]]))?.argmax();
    /// # assert_eq!(likeliest.shape(), [1]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn load(path: impl AsRef<Path>) -> Result<Model> {
        Model::load_from(path.as_ref())
    }

    /// Replaces the weights with those of a safetensors file, also one from Keras or PyTorch.
    ///
    /// The network must have the same layers as the one that they come from; the file does not
    /// say which activations it had. What its tensors may be called, with `NAME.` or `NAME/` before it
    /// for each layer:
    ///
    /// | layer | from Keras | shape |
    /// |---|---|---|
    /// | `Dense` | `kernel`, `bias` | `(inputs, units)`, `(units,)` |
    /// | `Conv2D` | `kernel`, `bias` | `(height, width, channels, filters)`, `(filters,)` |
    /// | `BatchNormalization` | `gamma`, `beta`, `moving_mean`, `moving_variance` | `(channels,)` each |
    /// | `Embedding` | `embeddings` | `(words, values)` |
    ///
    /// All other layers learn nothing, and have none. [`save`](Self::save) writes `kernel` and `bias` for each
    /// kind of layer, and such a file is read as well. From PyTorch a `Dense` layer takes `weight`
    /// `(units, inputs)`, which is transposed, and `bias`, and an `Embedding` `weight` `(words, values)`; a
    /// `Conv2D` takes none: PyTorch flattens pictures in another order, so that the `Dense` layers behind
    /// would not fit.
    ///
    /// The layers are taken in the order of their names, numbers counted: `dense`, `dense_1`,
    /// `dense_2`, `dense_10`, or `0`, `2`, `4`. In Python:
    ///
    /// ```python
    /// # Keras; also for a network that keras.saving.load_model or load_weights read from its own file
    /// weights = {f"{i}.{weight.name}": np.asarray(weight) for i, layer in enumerate(model.layers)
    ///            for weight in layer.weights}
    /// safetensors.numpy.save_file(weights, "weights.safetensors")
    ///
    /// # PyTorch
    /// safetensors.torch.save_file(model.state_dict(), "weights.safetensors")
    /// ```
    ///
    /// # Errors
    ///
    /// When the file cannot be read, and when something does not fit; the model then keeps its
    /// weights.
    pub fn load_weights(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.load_weights_from(path.as_ref())
    }

    // The three below are not generic, so that they are compiled here and not in a notebook cell.

    fn save_to(&self, path: &Path) -> Result<()> {
        let description = Description {
            layers: self.description.layers.clone(),
            loss: self.loss,
            optimizer: self.optimizer,
            metrics: self.metrics.clone(),
            scale: self.scale,
        };
        let json = serde_json::to_string(&Versioned { version: VERSION, rest: description })
            .map_err(|error| Error::cannot_write(path, &error.into()))?;
        let mut tensors = Vec::new();
        for ((number, _), (kernel, bias)) in self.description.learning_layers().zip(self.weights())
        {
            tensors.push((format!("{number}.kernel"), kernel));
            if !bias.is_empty() {
                tensors.push((format!("{number}.bias"), bias));
            }
        }
        let mut numbers = tensors.iter().flat_map(|(_, array)| array.to_vec());
        if let Some(value) = numbers.find(|number| !number.is_finite()) {
            let what = phrase!("the model's weights", "die Gewichte (weights) des Modells");
            return Err(SampleProblem::NotFinite { what, row: 0, value }.into());
        }
        weights_file::write(path, (NOTE, json), &tensors)
    }

    fn load_from(path: &Path) -> Result<Model> {
        let mut file = WeightsFile::open(path)?;
        let description = read_description(&file)?;
        let mut network = Sequential::new();
        network.layers = description.layers;
        let steps = Step::all(&network).map_err(|reason| wrong_network(&file, reason))?;
        let shapes = steps.iter().filter_map(|step| step.kernel_shape.clone());
        let mut weights = Vec::new();
        for ((number, name), shape) in network.learning_layers().zip(shapes) {
            let [kernel, bias] = ["kernel", "bias"].map(|part| format!("{number}.{part}"));
            let kernel = Array::from(file.read(&kernel, &shape, &name)?).with_shape(&shape);
            let bias = match network.layers[number].num_biases(&shape) {
                0 => Vec::new(),
                num_biases => file.read(&bias, &Shape::from(num_biases), &name)?,
            };
            weights.push((kernel, Array::from(bias)));
        }
        let model = network.compile(description.loss, description.optimizer, description.metrics);
        let mut model = model.map_err(|reason| wrong_network(&file, reason))?;
        model.set_weights(&weights).map_err(|reason| wrong_network(&file, reason))?;
        model.scale = description.scale;
        Ok(model)
    }

    fn load_weights_from(&mut self, path: &Path) -> Result<()> {
        let mut file = WeightsFile::open(path)?;
        let mut layers = foreign_layers(&file)?;
        let old = self.weights();
        if layers.len() != old.len() {
            let (expected, got) = (old.len(), layers.into_iter().map(|l| l.name).collect());
            return Err(file.problem(WeightsProblem::WrongNumberOfLayers { expected, got }));
        }
        let mut weights = Vec::new();
        for ((number, name), (kernel, bias)) in self.description.learning_layers().zip(&old) {
            let layer = take_for(&self.description.layers[number], &mut layers, &file)?;
            let kernel = layer.kernel(&mut file, &kernel.shape(), &name)?;
            weights.push((kernel, layer.bias(&mut file, &bias.shape(), &name)?));
        }
        self.set_weights(&weights)
    }
}

fn wrong_network(file: &WeightsFile, reason: Error) -> Error {
    file.problem(WeightsProblem::WrongNetwork { reason: Phrase::of(&reason) })
}

fn read_description(file: &WeightsFile) -> Result<Description> {
    let Some(json) = file.note(NOTE) else {
        return Err(file.problem(WeightsProblem::NoNetwork));
    };
    let unknown = |error: serde_json::Error| {
        let said = error.to_string();
        // In backticks stands what it stumbles over.
        let name = said.split('`').nth(1).unwrap_or("JSON");
        let reason = phrase!("{said}", "mit „{name}“ stimmt etwas nicht");
        file.problem(WeightsProblem::UnknownNetwork { reason })
    };
    let versioned: Versioned<serde_json::Value> = serde_json::from_str(json).map_err(unknown)?;
    match versioned.version {
        VERSION => serde_json::from_value(versioned.rest).map_err(unknown),
        0 => {
            let reason =
                phrase!("it has format 0, which never was", "sie hat Format 0, das es nie gab");
            Err(file.problem(WeightsProblem::UnknownNetwork { reason }))
        }
        found => Err(file.problem(WeightsProblem::UnknownVersion { found, known: VERSION })),
    }
}

/// What the tensors of a layer may be called: here, in Keras and in PyTorch.
const PARTS: [&str; 8] =
    ["kernel", "weight", "bias", "gamma", "beta", "moving_mean", "moving_variance", "embeddings"];

/// The tensors of one layer.
struct ForeignLayer {
    /// What stands before `.kernel`.
    name: String,
    /// Each part with the whole name of its tensor.
    tensors: Vec<(String, String)>,
}

impl ForeignLayer {
    fn find(&self, part: &str) -> Option<&str> {
        let is_meant = |(known, _): &&(String, String)| known == part;
        self.tensors.iter().find(is_meant).map(|(_, tensor)| tensor.as_str())
    }

    /// Reads one of its tensors.
    fn read(
        &self,
        part: &str,
        file: &mut WeightsFile,
        shape: &Shape,
        layer: &Phrase,
    ) -> Result<Vec<f32>> {
        let dot = if self.name.is_empty() { "" } else { "." };
        let missing = format!("{}{dot}{part}", self.name);
        file.read(self.find(part).unwrap_or(&missing), shape, layer)
    }

    /// Reads what the model has as the kernel of this shape.
    fn kernel(&self, file: &mut WeightsFile, shape: &Shape, layer: &Phrase) -> Result<Array> {
        let numbers = if self.find("embeddings").is_some() {
            self.read("embeddings", file, shape, layer)?
        } else if self.find("gamma").is_some() {
            let each = Shape::from(shape.last());
            let mut rows = Vec::new();
            for part in ["gamma", "moving_mean", "moving_variance"] {
                rows.extend(self.read(part, file, &each, layer)?);
            }
            rows
        } else if let Some(weight) = self.find("weight") {
            self.transposed(weight, file, shape, layer)?
        } else {
            self.read("kernel", file, shape, layer)?
        };
        Ok(Array::from(numbers).with_shape(shape))
    }

    /// Reads PyTorch's `(units, inputs)` as `(inputs, units)`.
    fn transposed(
        &self,
        weight: &str,
        file: &mut WeightsFile,
        shape: &Shape,
        layer: &Phrase,
    ) -> Result<Vec<f32>> {
        let [inputs, units] = *shape.dims() else { return Err(not_taken(file, weight)) };
        let numbers = file.read(weight, &Shape::from([units, inputs]), layer)?;
        let row = |input| numbers.iter().skip(input).step_by(inputs);
        Ok((0..inputs).flat_map(row).copied().collect())
    }

    fn bias(&self, file: &mut WeightsFile, shape: &Shape, layer: &Phrase) -> Result<Array> {
        if shape.num_values() == 0 {
            return match self.find("bias") {
                Some(bias) => Err(not_taken(file, bias)),
                None => Ok(Array::from(Vec::<f32>::new())),
            };
        }
        let part = if self.find("gamma").is_some() { "beta" } else { "bias" };
        if part == "bias" && self.find(part).is_none() {
            say_note(phrase!(
                "{layer}: the file has no bias for it, so that its bias is 0, as with Keras's use_bias=False",
                "{layer}: Die Datei hat keinen Bias dafür, also ist er 0, wie mit Keras' use_bias=False"
            ));
            return Ok(Array::zeros([shape.num_values()]));
        }
        Ok(Array::from(self.read(part, file, shape, layer)?))
    }
}

/// The layers of a file, in the order of their names.
fn foreign_layers(file: &WeightsFile) -> Result<Vec<ForeignLayer>> {
    let mut layers: Vec<ForeignLayer> = Vec::new();
    for tensor in file.names() {
        // A network of a single layer may leave the name out.
        let (name, part) = tensor.rsplit_once(['.', '/']).unwrap_or(("", &tensor));
        if !PARTS.contains(&part) {
            return Err(not_taken(file, &tensor));
        }
        let (name, part) = (name.to_owned(), part.to_owned());
        match layers.iter_mut().find(|layer| layer.name == name) {
            Some(layer) => layer.tensors.push((part, tensor)),
            None => layers.push(ForeignLayer { name, tensors: vec![(part, tensor)] }),
        }
    }
    layers.sort_by_cached_key(|layer| counting_key(&layer.name));
    // Which of the two is meant, nobody knows.
    let is_double = |layer: &&ForeignLayer| layer.find("kernel").is_some();
    match layers.iter().filter(is_double).find_map(|layer| layer.find("weight")) {
        Some(weight) => Err(not_taken(file, weight)),
        None => Ok(layers),
    }
}

/// The next of them that is of this kind: Keras's names sort by kind first, `batch_normalization` before
/// `dense`, wherever the layers stand.
fn take_for(
    layer: &Layer,
    layers: &mut Vec<ForeignLayer>,
    file: &WeightsFile,
) -> Result<ForeignLayer> {
    let of_its_kind = match layer {
        Layer::BatchNormalization(_) => Some("gamma"),
        Layer::Embedding(_) => Some("embeddings"),
        _ => None,
    };
    let is_own = of_its_kind.and_then(|part| layers.iter().position(|l| l.find(part).is_some()));
    let is_plain =
        |layer: &ForeignLayer| layer.find("gamma").or(layer.find("embeddings")).is_none();
    match is_own.or_else(|| layers.iter().position(is_plain)) {
        Some(place) => {
            let mut taken = layers.remove(place);
            if let (Layer::Embedding(_), [(part, _)]) = (layer, &mut taken.tensors[..]) {
                "embeddings".clone_into(part); // PyTorch's `weight`, not to be transposed
            }
            Ok(taken)
        }
        None => Err(not_taken(file, &layers[0].tensors[0].1)), // as many layers as the model
    }
}

fn not_taken(file: &WeightsFile, tensor: &str) -> Error {
    file.problem(WeightsProblem::UnknownTensor { tensor: tensor.to_owned() })
}
