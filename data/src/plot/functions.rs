//! `plot::functions`: curves of functions, each with its slope.

use crate::base::error::{Error, Result};
use crate::base::language::either;
use crate::base::numbers::decimal;
use crate::base::phrase::phrase;
use crate::plot::axis::Axis;
use crate::plot::canvas::{Align, BLUE, Canvas, Colour, GREY, LIGHT_GREY, TextStyle, VERMILION};
use crate::plot::figure::Figure;
use crate::plot::tiles::{range_of, short_text};

/// Both axes reach so far from 0.
const REACH: f32 = 4.0;
/// Points of a curve.
const POINTS: usize = 321;
/// The slope is measured between two points so far apart; a power of 2 loses nothing.
const STEP: f32 = 1.0 / 64.0;
const MOST_FUNCTIONS: usize = 6;
/// Width and height of one panel.
const PANEL: [f64; 2] = [230.0, 190.0];

/// What is drawn: a function of one number.
type Function = fn(f32) -> f32;

/// Draws functions side by side for x from -4 to 4, each with its slope as a dashed line.
///
/// The slope says how much a unit can learn: where it is 0, a small change of a weight changes nothing.
///
/// # Errors
///
/// None here: the figure holds it, see [`Figure`]. When there are none, or more than 6.
///
/// ```
/// use zunder::prelude::*;
///
/// fn relu(x: f32) -> f32 {
///     x.max(0.0)
/// }
/// let figure = plot::functions(&[("relu", relu), ("square", |x| x * x)]);
/// assert!(figure.svg()?.contains("square"));
/// # Ok::<(), zunder::Error>(())
/// ```
pub fn functions(functions: &[(&str, Function)]) -> Figure {
    Figure::new(draw(functions))
}

/// One function, measured.
struct Measured {
    name: String,
    /// x, the value there and the slope.
    points: Vec<[f32; 3]>,
}

impl Measured {
    fn of(name: &str, function: fn(f32) -> f32) -> Self {
        let x = |point: usize| REACH * (2.0 * point as f32 / (POINTS - 1) as f32 - 1.0);
        let slope = |x: f32| (function(x + STEP) - function(x - STEP)) / (2.0 * STEP);
        let points = (0..POINTS).map(x).map(|x| [x, function(x), slope(x)]).collect();
        Measured { name: short_text(name), points }
    }

    /// In words, for those who do not see it: value and slope at whole numbers.
    fn described(&self) -> String {
        let every = (POINTS - 1) / 8;
        let number = |value: f32| decimal(value.into(), 2);
        let at = self.points.iter().step_by(every).map(|[x, value, slope]| {
            let (x, value, slope) = (number(*x), number(*value), number(*slope));
            format!("{x}: {value} ({} {slope})", either("slope", "Steigung"))
        });
        format!("{}: {}", self.name, at.collect::<Vec<_>>().join("; "))
    }
}

fn draw(functions: &[(&str, Function)]) -> Result<String> {
    if functions.is_empty() || functions.len() > MOST_FUNCTIONS {
        let what = phrase!("the number of functions", "die Anzahl der Funktionen");
        let expected = phrase!("from 1 to {MOST_FUNCTIONS}", "von 1 bis {MOST_FUNCTIONS}");
        return Err(Error::bad_setting(what, functions.len(), expected));
    }
    let all: Vec<Measured> =
        functions.iter().map(|(name, function)| Measured::of(name, *function)).collect();
    let (margin, left, head, foot) = (14.0, 40.0, 62.0, 30.0);
    let columns = all.len().min(3);
    let rows = all.len().div_ceil(columns);
    let (column, row) = (PANEL[0] + left + margin, PANEL[1] + 52.0);
    let width = (column * columns as f64 + margin).max(360.0);
    let mut canvas = Canvas::new(width, head + row * rows as f64 + foot - 12.0);
    canvas.text(
        [width / 2.0, 26.0],
        TextStyle::TITLE,
        either("Functions and their slopes", "Funktionen und ihre Steigungen"),
    );
    legend(&mut canvas, width / 2.0);
    for (number, function) in all.iter().enumerate() {
        let x = margin + column * (number % columns) as f64 + left;
        let y = head + row * (number / columns) as f64 + 22.0;
        panel(&mut canvas, [x, y], function);
    }
    canvas.describe(all.iter().map(Measured::described).collect::<Vec<_>>().join(". "));
    Ok(canvas.into_svg())
}

fn legend(canvas: &mut Canvas, middle: f64) {
    let look = TextStyle { align: Align::Left, ..TextStyle::LABEL };
    let entries = [
        (either("function", "Funktion"), BLUE, false),
        (either("slope", "Steigung"), VERMILION, true),
    ];
    for (position, (text, colour, is_dashed)) in entries.into_iter().enumerate() {
        let x = middle - 120.0 + 130.0 * position as f64;
        let ends: Vec<[f64; 2]> = (0..=8).map(|n| [x + f64::from(n) * 4.0, 45.0]).collect();
        curve(canvas, &ends, colour, is_dashed);
        canvas.text([x + 40.0, 49.5], look, text);
    }
}

fn panel(canvas: &mut Canvas, [left, top]: [f64; 2], function: &Measured) {
    let [width, height] = PANEL;
    let within = |value: &f32| value.abs() <= 1.5 * REACH;
    let values = function.points.iter().flat_map(|[_, value, slope]| [*value, *slope]);
    let axis = Axis::around(range_of(&values.filter(within).collect::<Vec<f32>>()));
    let x_of = |x: f64| left + (x / f64::from(REACH) + 1.0) / 2.0 * width;
    let y_of = |y: f64| top + (axis.to - y) / (axis.to - axis.from) * height;
    canvas.text(
        [left + width / 2.0, top - 8.0],
        TextStyle { bold: true, ..TextStyle::LABEL },
        &function.name,
    );
    let grid = TextStyle { colour: GREY, size: 11.0, ..TextStyle::LABEL };
    for tick in &axis.ticks {
        let y = y_of(*tick);
        canvas.lines([[[left, y], [left + width, y]]], LIGHT_GREY, 0.7);
        let look = TextStyle { align: Align::Right, ..grid };
        canvas.text([left - 6.0, y + 4.0], look, &axis.label(*tick));
    }
    for tick in [-4.0, -2.0, 0.0, 2.0, 4.0] {
        canvas.lines([[[x_of(tick), top], [x_of(tick), top + height]]], LIGHT_GREY, 0.7);
        canvas.text([x_of(tick), top + height + 16.0], grid, &decimal(tick, 0));
    }
    for (part, colour, is_dashed) in [(1, BLUE, false), (2, VERMILION, true)] {
        let inside = |point: &&[f32; 3]| {
            let y = f64::from(point[part]);
            (axis.from..=axis.to).contains(&y)
        };
        let place = |point: &[f32; 3]| [x_of(f64::from(point[0])), y_of(f64::from(point[part]))];
        let runs = function.points.split(|point| !inside(&point));
        for run in runs.filter(|run| run.len() > 1) {
            curve(canvas, &run.iter().map(place).collect::<Vec<_>>(), colour, is_dashed);
        }
    }
}

/// A line through points, or only through half of its pieces.
fn curve(canvas: &mut Canvas, points: &[[f64; 2]], colour: Colour, is_dashed: bool) {
    // Dashes of even length, also where a curve jumps.
    let mut length = 0.0;
    let pieces = points.windows(2).filter(|pair| {
        let [[x, y], [to_x, to_y]] = [pair[0], pair[1]];
        length += (to_x - x).hypot(to_y - y);
        !is_dashed || length % 12.0 < 7.0
    });
    let pieces: Vec<[[f64; 2]; 2]> = pieces.map(|pair| [pair[0], pair[1]]).collect();
    canvas.lines(pieces, colour, 2.0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::in_german;

    fn sigmoid(x: f32) -> f32 {
        1.0 / (1.0 + (-x).exp())
    }

    #[test]
    fn a_function_is_drawn_with_its_slope() {
        let figure = functions(&[("sigmoid", sigmoid), ("relu", |x| x.max(0.0))]);
        let svg = figure.svg().unwrap();
        assert!(svg.contains("sigmoid: -4.00: 0.02 (slope 0.02); "), "{svg}");
        assert!(svg.contains("; 0.00: 0.50 (slope 0.25); "), "{svg}");
        assert!(svg.contains("relu: -4.00: 0.00 (slope 0.00); "), "{svg}");
        let german = in_german(|| functions(&[("Sigmoid", sigmoid)]).svg().unwrap().to_owned());
        assert!(german.contains("0,00: 0,50 (Steigung 0,25)"), "{german}");
    }

    #[test]
    fn strange_functions_are_drawn_as_far_as_they_go() {
        let strange: [fn(f32) -> f32; 4] = [|x| 1.0 / x, f32::ln, |_| f32::NAN, f32::exp];
        for function in strange {
            assert!(functions(&[("f", function)]).svg().is_ok());
        }
        for number in [0, 7] {
            let refused = functions(&vec![("f", sigmoid as fn(f32) -> f32); number]);
            assert!(refused.svg().unwrap_err().to_string().contains("from 1 to 6"), "{number}");
        }
    }
}
