//! `network.diagram()`: the layers as columns of circles, joined by lines.

use crate::canvas::{Align, BLACK, BLUE, Canvas, GREY, LIGHT_GREY, ORANGE, Type};
use crate::error::Result;
use crate::figure::Figure;
use crate::layers::Layer;
use crate::numbers::thousands;
use crate::sequential::Sequential;

/// The words in this picture.
mod words {
    use crate::language::either;

    pub(super) fn rows() -> [&'static str; 4] {
        either(
            ["layer", "units", "activation", "parameters"],
            ["Schicht", "Einheiten", "Aktivierung", "Parameter"],
        )
    }

    pub(super) fn ends() -> &'static str {
        either("input and output", "Eingabe und Ausgabe")
    }

    pub(super) fn hidden() -> &'static str {
        either("hidden layers", "verborgene Schichten (hidden layers)")
    }

    pub(super) fn title(layers: usize, parameters: &str) -> String {
        match layers {
            1 => either(
                format!("A network of one layer with {parameters} parameters"),
                format!("Ein Netz aus einer Schicht mit {parameters} Parametern"),
            ),
            _ => either(
                format!("A network of {layers} layers with {parameters} parameters"),
                format!("Ein Netz aus {layers} Schichten mit {parameters} Parametern"),
            ),
        }
    }
}

/// A layer with more units than this is drawn with dots in its middle.
const MOST_CIRCLES: usize = 10;
/// Circles above the dots, and below.
const CIRCLES_BY_DOTS: usize = 5;
const RADIUS: f64 = 8.5;
const CIRCLE_SPACING: f64 = 24.0;
const MARGIN: f64 = 16.0;
const LINE: f64 = 20.0;
/// Room for the names of the rows at the left.
const NAMES: f64 = 96.0;

impl Sequential {
    /// Draws the layers as columns of circles: input and output in one colour, hidden layers in
    /// another, with their units, activations and parameters below.
    ///
    /// Of a layer with many units, only some circles are drawn, with dots between them. Each line
    /// is a weight.
    ///
    /// # Errors
    ///
    /// None here: the figure holds it, see [`Figure`]. As [`compile`](Self::compile), where the
    /// layers do not fit together.
    pub fn diagram(&self) -> Figure {
        Figure::new(draw(self))
    }
}

/// What is drawn of one layer.
struct Column {
    units: usize,
    /// One text for each row of the table below.
    texts: [String; 4],
}

fn draw(network: &Sequential) -> Result<String> {
    let shaped = network.shaped_layers()?;
    let parameters = shaped.iter().map(|layer| layer.num_parameters).sum();
    let columns: Vec<Column> = network
        .layers
        .iter()
        .zip(&shaped)
        .map(|(layer, shaped)| Column {
            units: shaped.output.num_values(),
            texts: [
                layer.kind().to_owned(),
                match shaped.output.dims() {
                    [units] => thousands(*units),
                    _ => shaped.output.to_string(),
                },
                activation(layer).to_owned(),
                match shaped.num_parameters {
                    0 => String::new(),
                    number => thousands(number),
                },
            ],
        })
        .collect();

    let texts = columns.iter().flat_map(|column| &column.texts);
    let widest = texts.map(|text| Type::LABEL.width_of(text)).fold(0.0, f64::max);
    // A few layers stand well apart, many stand closer; their texts never touch.
    let spacing = (760.0 / columns.len() as f64).clamp(84.0, 170.0).max(widest + 14.0);
    let title = words::title(columns.len() - 1, &thousands(parameters));
    let table = NAMES + spacing * columns.len() as f64;
    let inside = table.max(Type::TITLE.width_of(&title));
    let tallest = columns.iter().map(|column| slots(column.units).len()).max().unwrap_or(0);
    let circles_top = MARGIN + 2.0 * LINE;
    let circles_height = tallest as f64 * CIRCLE_SPACING;
    let table_top = circles_top + circles_height + 1.2 * LINE;
    let height = table_top + 5.6 * LINE + MARGIN;

    let mut canvas = Canvas::new(inside + 2.0 * MARGIN, height);
    let left = MARGIN + (inside - table) / 2.0 + NAMES;
    canvas.text([MARGIN + inside / 2.0, MARGIN + 12.0], Type::TITLE, &title);
    let middle = circles_top + circles_height / 2.0;
    let places: Vec<Vec<Slot>> = columns
        .iter()
        .enumerate()
        .map(|(position, column)| {
            let x = left + (position as f64 + 0.5) * spacing;
            let slots = slots(column.units);
            let top = middle - (slots.len() as f64 - 1.0) / 2.0 * CIRCLE_SPACING;
            let y = |slot: usize| top + slot as f64 * CIRCLE_SPACING;
            let place = |(slot, is_circle)| Slot { at: [x, y(slot)], is_circle };
            slots.into_iter().enumerate().map(place).collect()
        })
        .collect();
    // Lines first, so that they end behind the circles.
    for neighbours in places.windows(2) {
        let ends = |layer: usize| neighbours[layer].iter().filter(|slot| slot.is_circle);
        let lines = ends(0).flat_map(|from| ends(1).map(move |to| [from.at, to.at]));
        canvas.lines(lines, LIGHT_GREY, 0.7);
    }
    let last = columns.len() - 1;
    for (position, slots) in places.iter().enumerate() {
        let fill = if position == 0 || position == last { BLUE } else { ORANGE };
        for slot in slots {
            if slot.is_circle {
                canvas.circle(slot.at, RADIUS, fill);
            } else {
                let [x, y] = slot.at;
                for dot in [-6.0, 0.0, 6.0] {
                    canvas.circle([x, y + dot], 1.8, GREY);
                }
            }
        }
    }

    let name = Type { colour: GREY, align: Align::Left, ..Type::LABEL };
    for (row, text) in words::rows().into_iter().enumerate() {
        let y = table_top + row as f64 * LINE;
        canvas.text([left - NAMES, y], name, text);
        for (position, column) in columns.iter().enumerate() {
            let x = left + (position as f64 + 0.5) * spacing;
            let look = Type { bold: row == 0, colour: BLACK, ..Type::LABEL };
            canvas.text([x, y], look, &column.texts[row]);
        }
    }
    let y = table_top + 5.2 * LINE;
    let legend = [(BLUE, words::ends()), (ORANGE, words::hidden())];
    let mut x = left - NAMES;
    for (fill, text) in legend.into_iter().take(if last > 1 { 2 } else { 1 }) {
        canvas.circle([x + 6.0, y - 4.5], 6.0, fill);
        canvas.text([x + 18.0, y], Type { align: Align::Left, ..Type::LABEL }, text);
        x += 18.0 + Type::LABEL.width_of(text) + 20.0;
    }
    Ok(canvas.into_svg())
}

/// A place in a column: for a circle, or for the dots that stand for more of them.
struct Slot {
    at: [f64; 2],
    is_circle: bool,
}

/// Which places of a column hold a circle.
fn slots(units: usize) -> Vec<bool> {
    if units <= MOST_CIRCLES {
        return vec![true; units];
    }
    (0..2 * CIRCLES_BY_DOTS + 1).map(|slot| slot != CIRCLES_BY_DOTS).collect()
}

fn activation(layer: &Layer) -> &'static str {
    match layer {
        Layer::Dense(dense) => dense.activation.name(),
        Layer::Input(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canvas::hex;
    use crate::layers::{Dense, Input, Relu, Softmax};

    fn network(units: &[usize]) -> Sequential {
        let network = Sequential::new().add(Input::new(units[0]));
        let hidden =
            |network: Sequential, &units: &usize| network.add(Dense::new(units).activation(Relu));
        units[1..].iter().fold(network, hidden)
    }

    fn circles(svg: &str, colour: crate::canvas::Colour) -> usize {
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
            assert_eq!(svg.contains(words::hidden()), layers > 1);
            let after = svg.split("width=\"").nth(1).unwrap();
            widths.push(after.split('"').next().unwrap().parse::<f64>().unwrap());
        }
        assert!(widths.is_sorted() && widths[3] < 1_300.0, "{widths:?}");
    }

    #[test]
    fn a_network_that_does_not_fit_says_why() {
        let reason = |network: Sequential| network.diagram().svg().unwrap_err().to_string();
        assert!(reason(Sequential::new()).contains("no layers"));
        assert!(reason(Sequential::new().add(Dense::new(3))).contains("starts with Dense"));
        assert!(reason(network(&[3, 0])).contains("units is 0"));
    }
}
