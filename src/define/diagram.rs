//! `network.diagram()`: what is drawn of each layer.

use zunder_data::base::phrase::phrase;
use zunder_data::plot::diagram::{self, Column};
use zunder_data::words::thousands;
use zunder_data::{Error, Figure, Result};

use crate::define::activation::Activation;
use crate::define::layers::{Layer, ShapedLayer};
use crate::define::sequential::{Sequential, total_parameters};
use crate::define::window::Window;

impl Sequential {
    /// Draws the layers as columns of circles: input and output in one colour, hidden layers in
    /// another, with their units, activations and parameters below.
    ///
    /// Of a layer with many units, only some circles are drawn, with dots between them. Each line
    /// is a weight. Pictures are drawn as a stack, one behind the other for each channel, and smaller
    /// where a layer makes them smaller; circles that are switched off by a `Dropout` are empty.
    ///
    /// # Errors
    ///
    /// None here: the figure holds it, see [`Figure`]. As [`compile`](Self::compile), where the
    /// layers do not fit together, and when there are more than 100.
    pub fn diagram(&self) -> Figure {
        Figure::new(draw(self))
    }
}

/// More columns than this no page is wide enough for.
const MOST_LAYERS: usize = 100;

fn draw(network: &Sequential) -> Result<String> {
    let shaped = network.shaped_layers()?;
    if shaped.len() > MOST_LAYERS {
        let setting = phrase!("the number of layers", "die Anzahl der Schichten (layers)");
        let expected = phrase!(
            "at most 100, so that they can be told apart: look at summary()",
            "höchstens 100, damit man sie unterscheiden kann: Sieh dir summary() an"
        );
        return Err(Error::bad_setting(setting, shaped.len(), expected));
    }
    let parameters = total_parameters(&shaped);
    let columns: Vec<Column> =
        network.layers.iter().zip(shaped).map(|(layer, shaped)| column(layer, shaped)).collect();
    Ok(diagram::draw(&columns, parameters))
}

fn column(layer: &Layer, shaped: ShapedLayer) -> Column {
    let units = match shaped.output.dims() {
        [units] => thousands(*units),
        _ => shaped.output.to_string(),
    };
    let parameters = match shaped.num_parameters {
        0 => String::new(),
        number => thousands(number),
    };
    Column {
        output: shaped.output,
        texts: [
            layer.kind().to_owned(),
            units,
            window(layer),
            layer.activation().map_or("", Activation::name).to_owned(),
            parameters,
        ],
        is_one_to_one: matches!(
            layer,
            Layer::Flatten(_) | Layer::Dropout(_) | Layer::BatchNormalization(_)
        ),
        is_dropout: matches!(layer, Layer::Dropout(_)),
    }
}

/// The window of a layer that has one: `3 x 3`.
fn window(layer: &Layer) -> String {
    let window = match layer {
        Layer::Conv2D(conv) => conv.window().ok(),
        Layer::MaxPooling2D(pooling) => pooling.window().ok(),
        _ => None,
    };
    window.map_or_else(String::new, Window::text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::define::activation::{Relu, Softmax};
    use crate::define::convolution::{Conv2D, MaxPooling2D};
    use crate::define::dense::{Dense, Input};
    use crate::define::flatten::{Dropout, Flatten};
    use zunder_data::plot::canvas::hex;
    use zunder_data::plot::canvas::{BLUE, ORANGE};

    fn network(units: &[usize]) -> Sequential {
        let network = Sequential::new().add(Input::new(units[0]));
        let hidden =
            |network: Sequential, &units: &usize| network.add(Dense::new(units).activation(Relu));
        units[1..].iter().fold(network, hidden)
    }

    fn circles(svg: &str, colour: zunder_data::plot::canvas::Colour) -> usize {
        // Larger than the dots, smaller ones are those of the legend.
        let look = format!("r=\"8.5\" fill=\"{}\"", hex(colour));
        svg.matches(&look).count()
    }

    #[test]
    fn layers_have_their_colours_names_and_numbers() {
        let network = network(&[784, 20, 14]).add(Dense::new(10).activation(Softmax));
        let figure = network.diagram();
        let svg = figure.svg().unwrap();
        assert_eq!(circles(svg, BLUE), 10 + 10);
        assert_eq!(circles(svg, ORANGE), 10 + 10);
        assert_eq!(svg.matches("r=\"1.8\"").count(), 3 * 3);
        // Parameters as counted by hand: (784 + 1) * 20, (20 + 1) * 14, (14 + 1) * 10.
        let table = ["Input", "Dense", "784", "20", "14", "10", "relu", "softmax"];
        let parameters = ["15,700", "294", "150", "A network of 3 layers with 16,144 parameters"];
        for text in table.iter().chain(&parameters) {
            assert!(svg.contains(&format!(">{text}</text>")), "{text}");
        }
    }

    #[test]
    fn each_line_is_a_weight() {
        let svg = network(&[3, 4, 2]).diagram();
        assert_eq!(svg.svg().unwrap().matches('M').count(), 3 * 4 + 4 * 2);
    }

    #[test]
    fn any_number_of_layers_has_its_place() {
        let mut widths = Vec::new();
        for layers in [1, 2, 4, 12, 40] {
            let figure = network(&vec![7; layers + 1]).diagram();
            let svg = figure.svg().unwrap();
            assert_eq!(circles(svg, ORANGE), 7 * (layers - 1));
            assert_eq!(svg.contains("hidden layers"), layers > 1);
            let after = svg.split("width=\"").nth(1).unwrap();
            widths.push(after.split('"').next().unwrap().parse::<f64>().unwrap());
        }
        assert!(widths.is_sorted() && widths[3] < 1_300.0, "{widths:?}");
    }

    #[test]
    fn pictures_are_stacks_with_their_windows_below() {
        let network = Sequential::new()
            .add(Input::new([28, 28, 1]))
            .add(Conv2D::new(8, 3).activation(Relu))
            .add(MaxPooling2D::new(2))
            .add(Flatten::new())
            .add(Dropout::new(0.25))
            .add(Dense::new(10).activation(Softmax));
        let figure = network.diagram();
        let svg = figure.svg().unwrap();
        let rectangles = |colour| svg.matches(&format!("fill=\"{}\"/>", hex(colour))).count();
        assert_eq!(circles(svg, ORANGE), 10 + 10, "Flatten and Dropout");
        assert!(rectangles(ORANGE) >= 5 + 5 + 20);
        for text in ["Conv2D", "(26, 26, 8)", "window", "3 x 3", "2 x 2", "1,352", "13,530"] {
            assert!(svg.contains(&format!(">{text}</text>")), "{text}");
        }
        let dense = super::tests::network(&[3, 4, 2]).diagram();
        assert!(!dense.svg().unwrap().contains(">window<"), "a row that nothing needs");
    }

    #[test]
    fn a_network_that_does_not_fit_says_why() {
        let reason = |network: Sequential| network.diagram().svg().unwrap_err().to_string();
        assert!(reason(Sequential::new()).contains("no layers"));
        assert!(reason(Sequential::new().add(Dense::new(3))).contains("starts with Dense"));
        assert!(reason(network(&[3, 0])).contains("units is 0"));
    }
}
