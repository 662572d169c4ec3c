//! Curves over the epochs of a training.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::base::error::Result;
use crate::base::file_problem::FileProblem;
use crate::base::language::either;
use crate::base::numbers::rounded;
use crate::base::phrase::told;
use crate::plot::axis::Axis;
use crate::plot::canvas::{self, Colour, FONTS, sheet};
use crate::plot::checks::no_numbers;
use crate::plot::tiles::range_of;

/// Width and height of the picture.
const SIZE: [i32; 2] = [640, 400];
/// Width and height of each of two pictures side by side.
const HALF: [i32; 2] = [420, 300];
/// The drawing library sets points on whole numbers: on a sheet four times as large they are fine
/// enough for smooth curves.
const FINE: i32 = 4;

type Sheet<'a> = DrawingArea<SVGBackend<'a>, Shift>;
/// What the drawing library answers.
type Drawn = Result<(), Box<dyn std::error::Error>>;

/// One curve and how it looks: by its colour, its dashes and its marks.
pub struct Curve {
    label: &'static str,
    colour: Colour,
    dashed: bool,
    values: Vec<f32>,
}

impl Curve {
    pub fn training(values: Vec<f32>) -> Self {
        Curve { label: either("training", "Training"), colour: canvas::BLUE, dashed: false, values }
    }

    pub fn validation(values: Vec<f32>) -> Self {
        Curve {
            label: either("validation", "Validierung"),
            colour: canvas::VERMILION,
            dashed: true,
            values,
        }
    }
}

/// A measure, along the axis.
fn said(measure: &str) -> &str {
    match measure {
        "loss" => either(measure, "Verlust (loss)"),
        "accuracy" => either(measure, "Genauigkeit (accuracy)"),
        _ => measure,
    }
}

fn title(measure: &str) -> String {
    let measure = said(measure);
    told!("{measure} in each epoch", "{measure} in jeder Epoche")
}

/// Draws one measure over the epochs.
pub fn draw_measure(measure: &str, curves: &[Curve], epochs: usize) -> Result<String> {
    let drawing = draw_inside(SIZE, measure, curves, epochs, no_numbers())?;
    Ok(on_sheet(SIZE, [&title(measure), &described(measure, curves)], &drawing))
}

/// Draws measures side by side, each with its curves; where these have no points yet, `empty` stands.
pub fn draw_side_by_side(
    measures: &[(&str, Vec<Curve>)],
    epochs: usize,
    empty: &str,
) -> Result<String> {
    let mut drawing = String::new();
    let mut width = 0;
    for (measure, curves) in measures {
        let inside = draw_inside(HALF, measure, curves, epochs, empty)?;
        drawing += &format!("<g transform=\"translate({} 0)\">{inside}</g>", width * FINE);
        width += HALF[0];
    }
    let titles: Vec<String> = measures.iter().map(|(name, _)| title(name)).collect();
    let words = measures.iter().map(|(name, curves)| described(name, curves));
    let is_empty = measures.iter().all(|(_, curves)| curves.iter().all(|c| c.values.is_empty()));
    let words = if is_empty { empty.to_owned() } else { words.collect::<Vec<_>>().join("; ") };
    let title = titles.join("; ");
    Ok(on_sheet([width, HALF[1]], [&title, &words], &drawing))
}

/// The curves in words: each value, or of many epochs some and the last.
fn described(measure: &str, curves: &[Curve]) -> String {
    let described = |curve: &Curve| {
        let every = curve.values.len().div_ceil(40).max(1);
        let last = curve.values.len().saturating_sub(1);
        let said = (1..)
            .zip(&curve.values)
            .filter(|(epoch, _)| (epoch - 1) % every == 0 || epoch - 1 == last);
        let said = said.filter(|(_, value)| value.is_finite());
        // In words beside a picture the term needs no second language.
        let value = |(epoch, value): (usize, &f32)| {
            format!("{} {epoch}: {}", either("epoch", "Epoche"), rounded((*value).into(), 3))
        };
        let values: Vec<String> = said.map(value).collect();
        format!("{}: {}", curve.label, values.join(", "))
    };
    let curves: Vec<String> = curves.iter().map(described).collect();
    format!("{}, {}", said(measure), curves.join("; "))
}

fn on_sheet(size: [i32; 2], words: [&str; 2], drawing: &str) -> String {
    let [width, height] = size.map(f64::from);
    sheet(width, height, size.map(|side| f64::from(side * FINE)), words, drawing)
}

/// One picture without the sheet around it, whose size is not the one that is to be shown.
fn draw_inside(
    size: [i32; 2],
    measure: &str,
    curves: &[Curve],
    epochs: usize,
    empty: &str,
) -> Result<String> {
    let [width, height] = size.map(|side| (side * FINE) as u32);
    let mut drawing = String::new();
    let backend = SVGBackend::with_string(&mut drawing, (width, height));
    draw_curves(&backend.into_drawing_area(), measure, curves, epochs, empty)
        .map_err(|problem| FileProblem::CannotDraw { reason: problem.to_string() })?;
    let inside = drawing.split_once('>').map_or("", |(_, rest)| rest);
    Ok(inside.trim_end().trim_end_matches("</svg>").to_owned())
}

fn draw_curves(area: &Sheet, measure: &str, curves: &[Curve], epochs: usize, empty: &str) -> Drawn {
    let all: Vec<f32> = curves.iter().flat_map(|curve| curve.values.iter().copied()).collect();
    let [width, height] = <[u32; 2]>::from(area.dim_in_pixel()).map(|side| side as i32);
    let x_axis = Axis::epochs(epochs);
    let mut y_axis = Axis::around(range_of(&all));
    if measure == "accuracy" && all.iter().all(|value| *value <= 1.0) {
        y_axis.to = y_axis.to.min(1.0);
        y_axis.ticks.retain(|tick| *tick < 1.0 + 1e-9);
    }
    let x_label = |value: &f64| x_axis.label(*value);
    let y_label = |value: &f64| y_axis.label(*value);

    let longest = y_axis.ticks.iter().map(|tick| y_axis.label(*tick).len()).max().unwrap_or(0);

    area.fill(&WHITE)?;
    let look = text_style(16, canvas::BLACK, HPos::Center).transform(FontTransform::None);
    let look = TextStyle { font: look.font.style(FontStyle::Bold), ..look };
    area.draw(&Text::new(title(measure), (width / 2, 26 * FINE), look))?;
    draw_legend(area, curves, width)?;

    let mut chart = ChartBuilder::on(area)
        .margin_top(64 * FINE)
        .margin_right(24 * FINE)
        .margin_bottom(8 * FINE)
        .margin_left(10 * FINE)
        .x_label_area_size(46 * FINE)
        .y_label_area_size((28 + 17 * longest as i32 / 2).max(70) * FINE)
        .build_cartesian_2d(x_axis.clone(), y_axis.clone())?;
    let label = text_style(13, canvas::GREY, HPos::Center);
    chart
        .configure_mesh()
        .max_light_lines(0)
        .bold_line_style(colour(canvas::LIGHT_GREY).mix(0.6).stroke_width(FINE as u32))
        .axis_style(colour(canvas::GREY).stroke_width(FINE as u32))
        .set_all_tick_mark_size(5 * FINE)
        .label_style(label)
        .x_labels(x_axis.ticks.len())
        .y_labels(y_axis.ticks.len())
        .x_label_formatter(&x_label)
        .y_label_formatter(&y_label)
        .axis_desc_style(text_style(14, canvas::BLACK, HPos::Center))
        .x_desc(either("epoch", "Epoche (epoch)"))
        .y_desc(said(measure))
        .draw()?;
    for curve in curves {
        let line = colour(curve.colour).stroke_width(2 * FINE as u32);
        let points: Vec<(f64, f64)> =
            (1u32..).zip(&curve.values).map(|(epoch, &y)| (epoch.into(), y.into())).collect();
        for run in points.split(|(_, y)| !y.is_finite()).filter(|run| !run.is_empty()) {
            if curve.dashed {
                let (dash, gap) = (8 * FINE, 5 * FINE);
                chart.draw_series(DashedLineSeries::new(run.to_vec(), dash, gap, line))?;
            } else {
                chart.draw_series(LineSeries::new(run.to_vec(), line))?;
            }
        }
        // Of many epochs, not every one is marked: the marks would hide the curve.
        let apart = points.len().div_ceil(25).max(1);
        let marked = points.into_iter().step_by(apart).filter(|(_, y)| y.is_finite());
        let at = marked.map(|(x, y)| chart.backend_coord(&(x, y)));
        for position in at {
            draw_mark(area, curve, position)?;
        }
    }
    if !all.iter().any(|value| value.is_finite()) {
        let words = if all.is_empty() { empty } else { no_numbers() };
        let look = text_style(14, canvas::GREY, HPos::Center);
        area.draw(&Text::new(words, (width / 2 + 30 * FINE, height / 2), look))?;
    }
    area.present()?;
    Ok(())
}

/// What each curve is, in a line of its own between title and curves, where it hides nothing.
fn draw_legend(area: &Sheet, curves: &[Curve], width: i32) -> Drawn {
    let (entry, y) = (140 * FINE, 50 * FINE);
    let left = width / 2 - entry * curves.len() as i32 / 2 + 10 * FINE;
    for (position, curve) in (0i32..).zip(curves) {
        let x = left + position * entry;
        let line = colour(curve.colour).stroke_width(2 * FINE as u32);
        let dashes: &[_] = if curve.dashed { &[(0, 8), (13, 21), (26, 34)] } else { &[(0, 34)] };
        for (from, to) in dashes {
            let ends = [from, to].map(|end| (x + end * FINE, y));
            area.draw(&PathElement::new(ends, line))?;
        }
        draw_mark(area, curve, (x + 17 * FINE, y))?;
        let look = text_style(13, canvas::BLACK, HPos::Left);
        area.draw(&Text::new(curve.label, (x + 42 * FINE, y), look))?;
    }
    Ok(())
}

/// The mark of one epoch: a disc for the training, a triangle for the validation, small enough
/// that both are seen where both curves are at one place.
fn draw_mark(area: &Sheet, curve: &Curve, (x, y): (i32, i32)) -> Drawn {
    let fill = colour(curve.colour).filled();
    if curve.dashed {
        area.draw(&TriangleMarker::new((x, y), 5 * FINE, fill))?;
    } else {
        area.draw(&Circle::new((x, y), 9 * FINE / 2, fill))?;
    }
    Ok(())
}

fn colour([red, green, blue]: Colour) -> RGBColor {
    RGBColor(red, green, blue)
}

fn text_style(size: i32, ink: Colour, side: HPos) -> TextStyle<'static> {
    // The SVG backend divides the size of a text by this number.
    let size = f64::from(size * FINE) * 1.24;
    TextStyle {
        color: colour(ink).to_backend_color(),
        pos: Pos::new(side, VPos::Center),
        ..TextStyle::from((FONTS, size).into_font())
    }
}
