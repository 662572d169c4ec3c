//! A network: the layers as columns of circles or stacks of pictures, joined by lines.

use crate::base::language::either;
use crate::base::numbers::thousands;
use crate::base::phrase::told;
use crate::base::shape::Shape;
use crate::plot::canvas::{
    BLACK, BLUE, Canvas, Colour, GREY, LIGHT_GREY, ORANGE, TextStyle, WHITE,
};

/// A layer with more units than this is drawn with dots in its middle.
const MOST_CIRCLES: usize = 10;
/// The row of the table that only layers with windows need.
const WINDOWS: usize = 2;
/// Circles above the dots, and below.
const CIRCLES_BY_DOTS: usize = 5;
/// Of a layer of pictures so many channels are drawn at most.
const MOST_PICTURES: usize = 5;
/// The longer side of the largest picture, and how far one stands out behind the other.
const PICTURE: f64 = 64.0;
const BEHIND: f64 = 5.0;
const RADIUS: f64 = 8.5;
const CIRCLE_SPACING: f64 = 24.0;
const MARGIN: f64 = 16.0;
const LINE: f64 = 20.0;
/// Room for the names of the rows at the left.
const NAMES: f64 = 96.0;

/// What is drawn of one layer.
pub struct Column {
    /// The shape of one sample behind it: one number is drawn as circles, three as pictures.
    pub output: Shape,
    /// One text for each row of the table below: layer, units, window, activation, parameters.
    pub texts: [String; 5],
    /// Whether each circle goes on by itself, and is not joined to all circles before it.
    pub is_one_to_one: bool,
    /// Whether some circles are empty.
    pub is_dropout: bool,
}

impl Column {
    /// Height, width and channels, if it is drawn as a stack of pictures.
    fn pictures(&self) -> Option<[usize; 3]> {
        self.output.dims().try_into().ok()
    }

    /// Which places of the column hold a circle.
    fn slots(&self) -> Vec<bool> {
        match self.output.num_values() {
            _ if self.pictures().is_some() => Vec::new(),
            units @ ..=MOST_CIRCLES => vec![true; units],
            _ => (0..2 * CIRCLES_BY_DOTS + 1).map(|slot| slot != CIRCLES_BY_DOTS).collect(),
        }
    }
}

/// Draws a network of so many parameters in all.
pub fn draw(columns: &[Column], parameters: usize) -> String {
    let texts = columns.iter().flat_map(|column| &column.texts);
    let widest = texts.map(|text| TextStyle::LABEL.width_of(text)).fold(0.0, f64::max);
    // A few layers stand well apart, many stand closer; their texts never touch.
    let spacing = (760.0 / columns.len() as f64).clamp(84.0, 170.0).max(widest + 14.0);
    let title = title(columns.len() - 1, &thousands(parameters));
    let table = NAMES + spacing * columns.len() as f64;
    let inside = table.max(TextStyle::TITLE.width_of(&title));
    let tallest = columns.iter().map(|column| column.slots().len()).max().unwrap_or(0);
    let stacks = Stacks::new(columns);
    let tallest = if stacks.largest > 0 { tallest.max(5) } else { tallest };
    let row_names = either(
        ["layer", "units", "window", "activation", "parameters"],
        ["Schicht", "Neuronen", "Fenster", "Aktivierung", "Parameter"],
    );
    let rows: Vec<usize> = (0..row_names.len())
        .filter(|&row| row != WINDOWS || columns.iter().any(|c| !c.texts[row].is_empty()))
        .collect();
    let circles_top = MARGIN + 2.0 * LINE;
    let circles_height = tallest as f64 * CIRCLE_SPACING;
    let table_top = circles_top + circles_height + 1.2 * LINE;
    let height = table_top + (rows.len() as f64 + 1.6) * LINE + MARGIN;

    let mut canvas = Canvas::new([inside + 2.0 * MARGIN, height], &title, MARGIN + 12.0);
    let left = MARGIN + (inside - table) / 2.0 + NAMES;
    let middle = circles_top + circles_height / 2.0;
    let x = |position: usize| left + (position as f64 + 0.5) * spacing;
    let places: Vec<Vec<Slot>> = columns
        .iter()
        .enumerate()
        .map(|(position, column)| {
            let slots = column.slots();
            let top = middle - (slots.len() as f64 - 1.0) / 2.0 * CIRCLE_SPACING;
            let y = |slot: usize| top + slot as f64 * CIRCLE_SPACING;
            let place = |(slot, is_circle)| Slot { at: [x(position), y(slot)], is_circle };
            slots.into_iter().enumerate().map(place).collect()
        })
        .collect();
    // Lines first, so that they end behind the circles.
    for (position, (neighbours, pair)) in places.windows(2).zip(columns.windows(2)).enumerate() {
        let circles = |column: &[Slot]| -> Vec<[f64; 2]> {
            column.iter().filter(|slot| slot.is_circle).map(|slot| slot.at).collect()
        };
        let (from, to) = (circles(&neighbours[0]), circles(&neighbours[1]));
        let is_picture = pair.iter().any(|column| column.pictures().is_some());
        let is_matched = pair[1].is_one_to_one && from.len() == to.len();
        let lines: Vec<[[f64; 2]; 2]> = match (is_picture, is_matched) {
            (true, _) => {
                let corners = |column: &Column, x, side, circles: &[[f64; 2]]| {
                    stacks.corners(column, [x, middle], side).unwrap_or_else(|| ends(circles))
                };
                let from = corners(&pair[0], x(position), 1.0, &from);
                let to = corners(&pair[1], x(position + 1), -1.0, &to);
                from.into_iter().zip(to).map(|(from, to)| [from, to]).collect()
            }
            (_, true) => from.into_iter().zip(to).map(|(from, to)| [from, to]).collect(),
            _ => from.iter().flat_map(|&from| to.iter().map(move |&to| [from, to])).collect(),
        };
        canvas.lines(lines, LIGHT_GREY, 0.7);
    }
    let last = columns.len() - 1;
    for (position, slots) in places.iter().enumerate() {
        let fill = if position == 0 || position == last { BLUE } else { ORANGE };
        stacks.draw(&mut canvas, &columns[position], [x(position), middle], fill);
        for (number, slot) in slots.iter().enumerate() {
            if slot.is_circle {
                canvas.circle(slot.at, RADIUS, fill);
                if columns[position].is_dropout && number % 4 == 1 {
                    canvas.circle(slot.at, RADIUS - 1.5, WHITE);
                }
            } else {
                let [x, y] = slot.at;
                for dot in [-6.0, 0.0, 6.0] {
                    canvas.circle([x, y + dot], 1.8, GREY);
                }
            }
        }
    }

    let name = TextStyle { colour: GREY, ..TextStyle::LEFT };
    for (line, &row) in rows.iter().enumerate() {
        let y = table_top + line as f64 * LINE;
        canvas.text([left - NAMES, y], name, row_names[row]);
        for (position, column) in columns.iter().enumerate() {
            let look = TextStyle { bold: row == 0, colour: BLACK, ..TextStyle::LABEL };
            canvas.text([x(position), y], look, &column.texts[row]);
        }
    }
    let y = table_top + (rows.len() as f64 + 1.2) * LINE;
    let legend = [
        (BLUE, either("input and output", "Eingabe und Ausgabe")),
        (ORANGE, either("hidden layers", "verborgene Schichten (hidden layers)")),
    ];
    let mut x = left - NAMES;
    for (fill, text) in legend.into_iter().take(if last > 1 { 2 } else { 1 }) {
        canvas.circle([x + 6.0, y - 4.5], 6.0, fill);
        canvas.text([x + 18.0, y], TextStyle::LEFT, text);
        x += 18.0 + TextStyle::LABEL.width_of(text) + 20.0;
    }
    canvas.into_svg()
}

fn title(layers: usize, parameters: &str) -> String {
    match layers {
        1 => told!(
            "A network of one layer with {parameters} parameters",
            "Ein Netz aus einer Schicht mit {parameters} Parametern"
        ),
        _ => told!(
            "A network of {layers} layers with {parameters} parameters",
            "Ein Netz aus {layers} Schichten mit {parameters} Parametern"
        ),
    }
}

/// How pictures are drawn, all to the same scale.
struct Stacks {
    /// The longest side of all pictures, in pixels; 0 without pictures.
    largest: usize,
}

impl Stacks {
    fn new(columns: &[Column]) -> Self {
        let sides = columns.iter().filter_map(Column::pictures);
        Stacks { largest: sides.map(|[height, width, _]| height.max(width)).max().unwrap_or(0) }
    }

    /// How many pictures are drawn, and the width and height of each. Never too small to be seen.
    fn look(&self, [height, width, channels]: [usize; 3]) -> (usize, [f64; 2]) {
        let length = |side: usize| (PICTURE * side as f64 / self.largest.max(1) as f64).max(8.0);
        (channels.clamp(1, MOST_PICTURES), [length(width), length(height)])
    }

    fn draw(&self, canvas: &mut Canvas, column: &Column, [x, y]: [f64; 2], fill: Colour) {
        let Some(sides) = column.pictures() else { return };
        let (pictures, [width, height]) = self.look(sides);
        for number in (0..pictures).rev() {
            let shift = BEHIND * (number as f64 - (pictures - 1) as f64 / 2.0);
            let area = [x - width / 2.0 + shift, y - height / 2.0 - shift, width, height];
            canvas.rectangle(area, fill);
            canvas.frame(area, WHITE);
        }
    }

    /// Where lines to the neighbour end: `side` is 1 for the right one, -1 for the left one.
    fn corners(&self, column: &Column, [x, y]: [f64; 2], side: f64) -> Option<[[f64; 2]; 2]> {
        let (pictures, [width, height]) = self.look(column.pictures()?);
        let shift = BEHIND * (pictures - 1) as f64 / 2.0;
        let x = x + side * (width / 2.0 + shift);
        Some([[x, y - height / 2.0 - side * shift], [x, y + height / 2.0 - side * shift]])
    }
}

/// The first circle and the last.
fn ends(circles: &[[f64; 2]]) -> [[f64; 2]; 2] {
    let or_corner = |circle: Option<&[f64; 2]>| circle.copied().unwrap_or_default();
    [or_corner(circles.first()), or_corner(circles.last())]
}

/// A place in a column: for a circle, or for the dots that stand for more of them.
struct Slot {
    at: [f64; 2],
    is_circle: bool,
}
