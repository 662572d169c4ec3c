//! `plot::functions`: curves of functions, each with its slope.

use crate::base::error::{Error, Result};
use crate::base::language::either;
use crate::base::numbers::decimal;
use crate::base::phrase::phrase;
use crate::plot::axis::Axis;
use crate::plot::canvas::{Align, BLUE, Canvas, Colour, GREY, LIGHT_GREY, TextStyle, VERMILION};
use crate::plot::checks::no_numbers;
use crate::plot::figure::Figure;
use crate::plot::tiles::{range_of, short_text};

/// Both axes reach so far from 0.
const REACH: f32 = 4.0;
/// What lies farther from 0 is mostly left out.
const FARTHEST: f32 = 1.5 * REACH;
/// Points of a curve.
const POINTS: usize = 321;
/// The slope is measured between two points so far apart; a power of 2 loses nothing.
const STEP: f32 = 1.0 / 64.0;
const MOST_FUNCTIONS: usize = 6;
/// Width and height of one panel.
const PANEL: [f64; 2] = [230.0, 190.0];

/// The numbers of the axes.
const NUMBER: TextStyle = TextStyle { colour: GREY, size: 11.0, ..TextStyle::LABEL };

/// What is drawn: a function of one number.
type Function = fn(f32) -> f32;

/// Draws functions side by side for x from -4 to 4, each with its slope as a dashed line.
///
/// Values beyond -6 and 6 are left out, unless nothing of a line would be left.
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
    axis: Axis,
}

impl Measured {
    fn of(name: &str, function: fn(f32) -> f32) -> Self {
        let x = |point: usize| REACH * (2.0 * point as f32 / (POINTS - 1) as f32 - 1.0);
        let slope = |x: f32| (function(x + STEP) - function(x - STEP)) / (2.0 * STEP);
        let points: Vec<[f32; 3]> =
            (0..POINTS).map(x).map(|x| [x, function(x), slope(x)]).collect();
        let shown = |part: usize| {
            let all = points.iter().map(move |point| point[part]);
            let near: Vec<f32> = all.clone().filter(|value| value.abs() <= FARTHEST).collect();
            if near.len() > 1 { near } else { all.collect() }
        };
        let axis = Axis::around(range_of(&[1, 2].map(shown).concat()));
        Measured { name: short_text(name), points, axis }
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
    let axes = all.iter().map(|function| &function.axis);
    let labels = axes.flat_map(|axis| axis.ticks.iter().map(|tick| axis.label(*tick)));
    let left = labels.map(|label| NUMBER.width_of(&label) + 8.0).fold(40.0, f64::max);
    let (margin, head, foot) = (14.0, 62.0, 30.0);
    let columns = all.len().min(3);
    let rows = all.len().div_ceil(columns);
    let (column, row) = (PANEL[0] + left + margin, PANEL[1] + 52.0);
    let width = (column * columns as f64 + margin).max(360.0);
    let title = either("Functions and their slopes", "Funktionen und ihre Steigungen");
    let mut canvas = Canvas::new([width, head + row * rows as f64 + foot - 12.0], title, 26.0);
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
    let entries = [
        (either("function", "Funktion"), BLUE, false),
        (either("slope", "Steigung"), VERMILION, true),
    ];
    for (position, (text, colour, is_dashed)) in entries.into_iter().enumerate() {
        let x = middle - 120.0 + 130.0 * position as f64;
        let ends: Vec<[f64; 2]> = (0..=8).map(|n| [x + f64::from(n) * 4.0, 45.0]).collect();
        curve(canvas, &ends, colour, is_dashed);
        canvas.text([x + 40.0, 49.5], TextStyle::LEFT, text);
    }
}

fn panel(canvas: &mut Canvas, [left, top]: [f64; 2], function: &Measured) {
    let [width, height] = PANEL;
    let axis = &function.axis;
    let x_of = |x: f64| left + (x / f64::from(REACH) + 1.0) / 2.0 * width;
    let y_of = |y: f64| top + (axis.to - y) / (axis.to - axis.from) * height;
    let look = TextStyle { bold: true, ..TextStyle::LABEL };
    canvas.text([left + width / 2.0, top - 8.0], look, &function.name);
    for tick in &axis.ticks {
        let y = y_of(*tick);
        canvas.lines([[[left, y], [left + width, y]]], LIGHT_GREY, 0.7);
        let look = TextStyle { align: Align::Right, ..NUMBER };
        canvas.text([left - 6.0, y + 4.0], look, &axis.label(*tick));
    }
    for tick in [-4.0, -2.0, 0.0, 2.0, 4.0] {
        canvas.lines([[[x_of(tick), top], [x_of(tick), top + height]]], LIGHT_GREY, 0.7);
        canvas.text([x_of(tick), top + height + 16.0], NUMBER, &decimal(tick, 0));
    }
    if !function.points.iter().any(|[_, value, _]| value.is_finite()) {
        canvas.text([left + width / 2.0, top + height / 2.0], TextStyle::LABEL, no_numbers());
    }
    for (part, colour, is_dashed) in [(1, BLUE, false), (2, VERMILION, true)] {
        let inside = |point: &&[f32; 3]| {
            // The last digits of a slope are not exact.
            let room = axis.step * 1e-3;
            (axis.from - room..=axis.to + room).contains(&point[part].into())
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
    use crate::plot::canvas::hex;

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
    fn lines_that_lie_far_away_or_near_0_are_drawn_all_the_same() {
        let lines = |function: Function| {
            let figure = functions(&[("f", function)]);
            let svg = figure.svg().unwrap().to_owned();
            [BLUE, VERMILION].map(|colour| svg.matches(&hex(colour)).count())
        };
        let far: [Function; 4] = [|x| x + 10.0, |x| 1e6 * x, |x| 10.0 * x, |x| -100.0 * x];
        for function in far {
            assert_eq!(lines(function), lines(|x| x));
        }
        let nothing = functions(&[("f", |_| f32::NAN)]);
        assert!(nothing.svg().unwrap().contains(">no finite numbers</text>"));
        // Numbers left of an axis stand inside of the picture, however long they are.
        let axis = Measured::of("f", |x| 0.0001234 * x).axis;
        let widest = axis.ticks.iter().map(|tick| axis.label(*tick).len()).max();
        assert!(widest.is_some_and(|letters| letters <= 7), "{widest:?}");
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
