//! `Model::playground`: draw a digit in the notebook and watch what the network makes of it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use zunder_data::base::network_problem::NetworkProblem;
use zunder_data::{Array, Error, Result};

use crate::compile::model::Model;
use crate::define::activation::Activation;
use crate::define::layers::{Layer, answering_activation};

/// The words in the playground.
mod words {
    use serde_json::{Value, json};

    use zunder_data::words::either;

    /// Shown where scripts do not run, as in a notebook that somebody else has saved.
    pub(super) fn asleep() -> &'static str {
        either(
            "Run this cell again to draw a digit here.",
            "Führe diese Zelle noch einmal aus, um hier eine Ziffer zu zeichnen.",
        )
    }

    pub(super) fn on_the_page() -> Value {
        either(english(), german())
    }

    fn german() -> Value {
        json!({
            "draw": "Zeichne eine Ziffer von 0 bis 9",
            "canvas": "Fläche, auf der du eine Ziffer zeichnest. Die Pfeiltasten bewegen den \
                       Stift, die Leertaste setzt ihn auf und hebt ihn ab, Entf löscht die Fläche.",
            "clear": "Löschen",
            "keys": "Nimm Maus, Finger oder Stift; oder die Pfeiltasten zum Bewegen und die \
                     Leertaste, um eine Linie zu beginnen und zu beenden.",
            "seen": "Das sieht das Netz",
            "mnist": "Wie bei MNIST wird deine Zeichnung auf 20 mal 20 Pixel verkleinert und so \
                      verschoben, dass ihr Schwerpunkt in der Mitte von 28 mal 28 liegt.",
            "answer": "Das Netz antwortet",
            "vote": "Das Netz stimmt für {}",
            "yes": "ja",
            "point": ",",
        })
    }

    fn english() -> Value {
        json!({
            "draw": "Draw a digit from 0 to 9",
            "canvas": "Canvas to draw a digit on. Arrow keys move the pen, Space puts it down \
                       and lifts it, Delete clears the canvas.",
            "clear": "Clear",
            "keys": "Use mouse, finger or pen; or arrow keys to move, Space to start and end a \
                     line.",
            "seen": "The network sees",
            "mnist": "As in MNIST, your drawing is scaled to fit a box of 20 by 20 pixels and \
                      moved so that its centre of mass lies in the middle of 28 by 28.",
            "answer": "The network answers",
            "vote": "The network votes for {}",
            "yes": "yes",
            "point": ".",
        })
    }
}

/// With more weights than this, the page would become slow and the notebook huge.
const MOST_PARAMETERS: usize = 2_000_000;

/// A canvas on which a digit is drawn, with the network's answer beside it.
///
/// Made by [`Model::playground`]. Like a [`Figure`](crate::Figure) it holds the reason where there
/// is none.
#[derive(Clone)]
#[must_use = "it is shown where it ends a cell, without a semicolon"]
pub struct Playground {
    html: Result<String>,
}

impl Model {
    /// A canvas on which you draw a digit and see the network's probabilities change as you draw.
    ///
    /// The best test of a network is one's own handwriting. Beside the canvas is what the network
    /// sees: the drawing, scaled and centred as the digits of MNIST are. Everything is computed in
    /// the page, with a copy of the weights as they are now; it works without a kernel and without a
    /// network connection, in a saved HTML page too. After more training run the cell again.
    ///
    /// Draw with the mouse, a finger or a pen, or with the keyboard: arrow keys move, Space puts
    /// the pen down and lifts it, Delete clears.
    ///
    /// # Shapes
    ///
    /// The network takes `(784,)` or `(28, 28)` for each sample, with ink near 1 on a background
    /// of 0: train it with pixels divided by 255. A line that begins with `Note:` says where it was not.
    ///
    /// # Errors
    ///
    /// None here: the playground holds it. When the network takes something else, has more than two
    /// million weights, or another layer than `Dense`, `Flatten` and `Dropout`.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let network = Sequential::new().add(Input::new(784)).add(Dense::new(10).activation(Softmax));
    /// let model = network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy])?;
    /// let playground = model.playground(); // at the end of a cell: model.playground()
    /// assert!(playground.html()?.contains("Draw a digit"));
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn playground(&self) -> Playground {
        if self.input.num_values() == 784 {
            let mut drawing = vec![0.0f32; 784];
            drawing[300] = 1.0; // ink
            self.say_if_scaled_otherwise(&Array::from(drawing));
        }
        Playground { html: page(self) }
    }
}

impl Playground {
    /// The playground as a piece of an HTML page.
    ///
    /// # Errors
    ///
    /// The reason why there is none.
    pub fn html(&self) -> Result<&str> {
        self.html.as_deref().map_err(Error::clone)
    }

    /// Shows the playground when it ends a notebook cell.
    pub fn evcxr_display(&self) {
        match &self.html {
            // One call, so that nothing printed at the same time gets between the lines.
            Ok(html) => println!("EVCXR_BEGIN_CONTENT text/html\n{html}\nEVCXR_END_CONTENT"),
            Err(reason) => eprintln!("{reason}"),
        }
    }
}

fn page(model: &Model) -> Result<String> {
    let network = network(model)?;
    let script = include_str!("playground.js");
    // The attribute keeps JupyterLab from taking the arrow keys for its own. The script fills the
    // element before it, so that any number of them live on one page.
    Ok(format!(
        "<div class=\"zunder-playground\" data-lm-suppress-shortcuts=\"true\"><p>{}</p></div>\n\
         <script>\n(() => {{\n{script}\
         playground(document.currentScript.previousElementSibling, {}, {});\n\
         }})();\n</script>",
        words::asleep(),
        in_script(&network),
        in_script(&words::on_the_page()),
    ))
}

/// The layers with their weights, as the script takes them.
fn network(model: &Model) -> Result<Value> {
    let layers = &model.description.layers;
    if let Some(Layer::Input(input)) = layers.first()
        && !matches!(*input.shape.dims(), [784] | [28, 28])
    {
        return Err(NetworkProblem::NotForDrawings { input: input.shape.clone() }.into());
    }
    let parameters = model.num_parameters();
    if parameters > MOST_PARAMETERS {
        let most = MOST_PARAMETERS;
        return Err(NetworkProblem::TooLargeForPage { parameters, most }.into());
    }
    let is_known = |layer: &Layer| {
        matches!(layer, Layer::Input(_) | Layer::Dense(_) | Layer::Flatten(_) | Layer::Dropout(_))
    };
    if let Some((position, layer)) = layers.iter().enumerate().find(|(_, layer)| !is_known(layer)) {
        return Err(NetworkProblem::LayerNotForPage { layer: layer.name(position) }.into());
    }
    // Flatten and Dropout change nothing in a prediction.
    let dense = layers.iter().filter_map(|layer| match layer {
        Layer::Dense(dense) => Some(dense),
        _ => None,
    });
    let described = dense.zip(model.weights()).map(|(dense, (kernel, bias))| {
        json!({
            "units": dense.units,
            "activation": dense.activation.name(),
            "kernel": base64(&kernel.to_vec()),
            "bias": base64(&bias.to_vec()),
        })
    });
    let last = answering_activation(layers);
    let probabilities = matches!(last, Some(Activation::Softmax | Activation::Sigmoid));
    Ok(json!({ "layers": described.collect::<Value>(), "probabilities": probabilities }))
}

/// Numbers as the 4 bytes of a `float32` each, the lowest first, as all browsers have them.
fn base64(numbers: &[f32]) -> String {
    STANDARD.encode(numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>())
}

/// JSON that cannot end the script around it.
fn in_script(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use zunder_data::words::in_german;

    use super::*;
    use crate::choose::losses::CategoricalCrossentropy;
    use crate::choose::metrics::Accuracy;
    use crate::choose::optimizers::Adam;
    use crate::define::activation::{Relu, Softmax};
    use crate::define::dense::{Dense, Input};
    use crate::define::embedding::GlobalAveragePooling1D;
    use crate::define::sequential::Sequential;

    fn playground(input: usize, units: usize) -> Playground {
        let network = Sequential::new()
            .add(Input::new(input))
            .add(Dense::new(units).activation(Relu))
            .add(Dense::new(10).activation(Softmax));
        let model = network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy]);
        model.unwrap().playground()
    }

    // What it computes is tested in a browser, by the package `lab`.
    #[test]
    fn the_page_needs_nothing_from_elsewhere() {
        let playground = playground(784, 20);
        let html = playground.html().unwrap();
        for outside in ["http:", "https:", "src=", "href=", "import ", "fetch("] {
            assert!(!html.contains(outside), "{outside}");
        }
        assert_eq!(html.matches("<script>").count(), 1);
        assert_eq!(html.matches("</script>").count(), 1);
        assert!(html.contains(words::asleep()));
        assert!(html.len() < 120_000, "{} bytes", html.len());
    }

    #[test]
    fn a_german_page_has_decimal_commas() {
        let german = in_german(|| playground(784, 20).html().unwrap().to_owned());
        assert!(german.contains("\"point\":\",\"") && german.contains("\"yes\":\"ja\""));
    }

    #[test]
    fn weights_are_written_as_float32() {
        assert_eq!(base64(&[1.0, -2.0]), "AACAPwAAAMA=");
        assert_eq!(in_script(&json!("</script>")), "\"\\u003c/script>\"");
    }

    #[test]
    fn other_networks_are_refused_with_a_reason() {
        let reason = |playground: Playground| playground.html().unwrap_err().to_string();
        assert!(reason(playground(4, 3)).contains("samples of shape (4,): it needs"));
        assert!(reason(playground(784, 2_600)).contains("has 2,067,010 and at most 2,000,000"));
        // It has no weights, and yet the page would have to compute it.
        let rows = Sequential::new().add(Input::new([28, 28])).add(GlobalAveragePooling1D::new());
        let rows = rows.add(Dense::new(10).activation(Softmax));
        let model = rows.compile(CategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap();
        let refused = reason(model.playground());
        assert!(refused.contains("cannot compute layer 1 (GlobalAveragePooling1D)"), "{refused}");
    }
}
