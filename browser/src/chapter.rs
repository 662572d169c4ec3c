//! What the page can ask for: each step of the tutorial, as its cells do it.

use std::io::Read;

use flate2::read::GzDecoder;
use serde::Deserialize;
use serde_json::{Value, json};
use zunder::prelude::*;

use crate::settings::Settings;

/// What the page knows and has trained.
#[derive(Default)]
pub(crate) struct Chapter {
    data: Option<Data>,
    model: Option<Model>,
}

/// As `mnist::load_data` gives it, only fewer of them, and as the third step prepares it.
struct Data {
    pictures: Array,
    digits: Array,
    x_train: Array,
    y_train: Array,
    x_test: Array,
    y_test: Array,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Request {
    /// `"en"` or `"de"`, for all that is said from here on.
    Language(String),
    /// A sheet of these training pictures.
    Samples(Vec<usize>),
    /// The network as a picture, with its number of parameters.
    Network(Settings),
    /// A model that has learned nothing yet.
    Compile(Settings),
    /// The same, trained.
    Train(Settings),
    /// How good it is on the test's pictures, its surest mistakes, and a place to draw.
    Judge,
}

impl Chapter {
    /// Takes packed bytes: all training pictures, their labels, all test pictures, their labels.
    pub(crate) fn bring(
        &mut self,
        packed: &[u8],
        training: usize,
        test: usize,
    ) -> Result<Value, String> {
        let mut bytes = Vec::new();
        GzDecoder::new(packed).read_to_end(&mut bytes).map_err(in_words)?;
        let mut rest = &bytes[..];
        let mut next = |length: usize| {
            let part;
            (part, rest) = rest.split_at_checked(length).ok_or("the pictures end too early")?;
            Ok::<Vec<u8>, String>(part.to_vec())
        };
        let mut pair = |n: usize| {
            let (pictures, digits) = (next(n * 784)?, next(n)?);
            Ok::<_, String>((
                Array::new([n, 28, 28], pictures).map_err(in_words)?,
                Array::from(digits),
            ))
        };
        let ((pictures, digits), (x_test, y_test)) = (pair(training)?, pair(test)?);
        let prepared = |x: &Array, y: &Array| -> zunder::Result<(Array, Array)> {
            Ok((x.reshape([x.len(), 784])? / 255.0, to_categorical(y, 10)?))
        };
        let (x_train, y_train) = prepared(&pictures, &digits).map_err(in_words)?;
        let (x_test, y_test) = prepared(&x_test, &y_test).map_err(in_words)?;
        self.data = Some(Data { pictures, digits, x_train, y_train, x_test, y_test });
        Ok(Value::Null)
    }

    /// Does it; `say` takes what is to be known before the end, `keep` the weights after each epoch.
    pub(crate) fn answer(
        &mut self,
        request: Request,
        say: &'static (dyn Fn(&Value) + Sync),
        keep: &'static (dyn Fn(&[u8]) + Sync),
    ) -> Result<Value, String> {
        match request {
            Request::Language(code) => {
                zunder::language(&code).map(|()| Value::Null).map_err(in_words)
            }
            Request::Samples(rows) => self.samples(&rows),
            Request::Network(settings) => {
                let network = settings.network()?;
                let parameters = network.num_parameters().map_err(in_words)?;
                let diagram = network.diagram();
                let diagram = diagram.svg().map_err(in_words)?;
                Ok(json!({ "diagram": diagram, "parameters": parameters }))
            }
            Request::Compile(settings) => {
                self.model = Some(settings.compiled()?);
                Ok(Value::Null)
            }
            Request::Train(settings) => {
                self.model = None;
                let mut model = settings.compiled()?;
                let data = self.data()?;
                let fit = settings.fit().verbose(0).callback(Messenger { say, keep });
                let trained = model.fit(&data.x_train, &data.y_train, fit);
                self.model = Some(model);
                let history = trained.map_err(in_words)?;
                let notes: Vec<String> = history.notes().iter().map(ToString::to_string).collect();
                Ok(json!({ "notes": notes }))
            }
            Request::Judge => self.judge(),
        }
    }

    fn samples(&self, rows: &[usize]) -> Result<Value, String> {
        let data = self.data()?;
        let (pictures, digits) = (data.pictures.select(rows), data.digits.select(rows));
        let (pictures, digits) = (pictures.map_err(in_words)?, digits.map_err(in_words)?);
        let sheet = plot::samples(&pictures, &digits, rows.len());
        sheet.svg().map(|svg| json!(svg)).map_err(in_words)
    }

    fn judge(&self) -> Result<Value, String> {
        let (data, model) = (self.data()?, self.model.as_ref().ok_or("no model")?);
        let score = model.evaluate(&data.x_test, &data.y_test).map_err(in_words)?;
        let probabilities = model.predict(&data.x_test).map_err(in_words)?;
        let mistakes = plot::mistakes(&data.x_test, &data.y_test, &probabilities, 6);
        let playground = model.playground();
        Ok(json!({
            "loss": score.loss(),
            "accuracy": score.accuracy().map_err(in_words)?,
            "mistakes": mistakes.svg().map_err(in_words)?,
            // A network that is too large for it says so in its place.
            "playground": playground.html().map_err(in_words),
        }))
    }

    /// Takes the weights of a training that was stopped.
    pub(crate) fn restore(&mut self, bytes: &[u8]) -> Result<Value, String> {
        let model = self.model.as_mut().ok_or("no model")?;
        let mut numbers =
            bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
        let mut like = |array: &Array| {
            let shape = array.shape();
            Array::new(shape.dims(), numbers.by_ref().take(shape.num_values()).collect())
        };
        let weights = model.weights();
        let weights = weights.iter().map(|(kernel, bias)| Ok((like(kernel)?, like(bias)?)));
        let weights = weights.collect::<zunder::Result<Vec<_>>>().map_err(in_words)?;
        model.set_weights(&weights).map(|()| Value::Null).map_err(in_words)
    }

    fn data(&self) -> Result<&Data, String> {
        self.data.as_ref().ok_or_else(|| "no pictures".to_owned())
    }
}

/// Tells the page of each epoch.
struct Messenger {
    say: &'static (dyn Fn(&Value) + Sync),
    keep: &'static (dyn Fn(&[u8]) + Sync),
}

impl Callback for Messenger {
    fn on_epoch_end(&mut self, training: &mut Training) -> zunder::Result<()> {
        let numbers = |(kernel, bias): (Array, Array)| [kernel.to_vec(), bias.to_vec()].concat();
        let weights = training.model().weights().into_iter().flat_map(numbers);
        (self.keep)(&weights.flat_map(f32::to_le_bytes).collect::<Vec<u8>>());
        let of = |name: &str| training.get(name);
        (self.say)(&json!({
            "epoch": training.epoch(),
            "loss": of("loss")?, "accuracy": of("accuracy")?,
            "val_loss": of("val_loss")?, "val_accuracy": of("val_accuracy")?,
        }));
        Ok(())
    }
}

fn in_words(problem: impl ToString) -> String {
    problem.to_string()
}
