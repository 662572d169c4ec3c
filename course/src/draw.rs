//! A loss as a landscape, and the way of a training through it: a valley over one weight, a map over
//! two. And numbers beside what a model says of them.

use std::ops::Range;

use zunder::OwnDisplay;
use zunder::plot::axis::Axis;
use zunder::plot::tiles::range_of;
use zunder::words::{either, in_short_lines, told};

/// A picture, shown below its cell.
#[must_use = "end the cell with it, without a semicolon"]
#[derive(Clone, Debug)]
pub struct Picture(String, OwnDisplay);

impl Picture {
    /// Shows the picture when it ends a notebook cell.
    pub fn evcxr_display(&self) {
        // One call, so that nothing printed at the same time gets between the lines.
        println!("EVCXR_BEGIN_CONTENT image/svg+xml\n{}\nEVCXR_END_CONTENT", self.0);
    }
}

/// The loss over one weight as a valley, and the weights of a training as steps in it.
pub fn valley(loss: fn(f32) -> f32, weights: Range<f32>, path: &[f32]) -> Picture {
    let at = |weight: f32| [weight, loss(weight)];
    let ends = [weights.start, weights.end];
    let curve: Vec<Point> = (0..=200).map(|part| at(between(ends, part, 200))).collect();
    let y = axis(curve.iter().map(|point| point[1]).chain([0.0]), 0.0);
    let sheet = Sheet { x: axis(ends, 0.0), y };
    let way: Vec<Point> = path.iter().copied().map(at).collect();
    let names = [either("weight", "Gewicht"), either("loss", "Verlust (loss)")];
    sheet.picture(names, &(sheet.line(&curve, "#0072B2") + &sheet.way(&way)))
}

/// So many squares a map has in each direction.
const SQUARES: usize = 50;

/// The loss over two weights as a map, the darker the lower, and the way of a training on it.
pub fn map(loss: fn(f32, f32) -> f32, [w1, w2]: [Range<f32>; 2], path: &[(f32, f32)]) -> Picture {
    let sheet = Sheet { x: axis([w1.start, w1.end], 0.0), y: axis([w2.start, w2.end], 0.0) };
    let ends = |axis: &Axis| [axis.from as f32, axis.to as f32];
    let middle = |axis: &Axis, place: usize| between(ends(axis), 2 * place + 1, 2 * SQUARES);
    let square = |n: usize| [middle(&sheet.x, n % SQUARES), middle(&sheet.y, n / SQUARES)];
    let squares: Vec<Point> = (0..SQUARES * SQUARES).map(square).collect();
    // A loss grows fast away from its lowest place: the logarithm shows the valley, too.
    let height = |[x, y]: &Point| loss(*x, *y).max(0.01).ln();
    let heights: Vec<f32> = squares.iter().map(height).collect();
    let (low, high) = range_of(&heights);
    let length = (high - low).max(f64::MIN_POSITIVE);
    let shades = heights.iter().map(|&height| 12.0 * (f64::from(height) - low) / length);
    let shades = shades.map(|shade| shade.floor().min(12.0));
    let drawn = sheet.places(&squares).zip(shades).map(|([x, y], shade)| {
        let (left, colour) = (x - 5.0, format!("hsl(203 60% {}%)", 35.0 + 5.0 * shade));
        format!("<path d='M{left:.1} {y:.1}h10.5' stroke='{colour}' stroke-width='6.5'/>")
    });
    let way: Vec<Point> = path.iter().map(|(x, y)| [*x, *y]).collect();
    sheet.picture(["w1", "w2"], &(drawn.collect::<String>() + &sheet.way(&way)))
}

/// What a model says of numbers, and how far off that is: a dot for each, with the line on which all
/// would lie if all were right.
pub fn residuals(truth: &[f32], said: &[f32]) -> Picture {
    if truth.len() != said.len() {
        let (truth, said) = (truth.len(), said.len());
        let note = told!(
            "Note: there are {truth} true numbers, but {said} answers; each number needs one.",
            "Hinweis: Es gibt {truth} wahre Zahlen, aber {said} Antworten; zu jeder Zahl gehört genau eine."
        );
        println!("{}", in_short_lines(&note));
    }
    let dot = |(truth, said): (&f32, &f32)| [*said, truth - said];
    let dots: Vec<Point> = truth.iter().zip(said).map(dot).collect();
    // No dot lies on the frame.
    let x = axis(dots.iter().map(|dot| dot[0]), 0.01);
    let y = axis(dots.iter().flat_map(|dot| [dot[1], -dot[1]]), 0.01);
    let right = [x.from, x.to].map(|said| [said as f32, 0.0]);
    let sheet = Sheet { x, y };
    let names = [either("said", "gesagt"), either("residual", "Residuum (residual)")];
    let line = sheet.line(&right, "#5A5A5A");
    sheet.picture(names, &(line + &sheet.dots(&dots, |_| 4)))
}

type Point = [f32; 2];

/// An axis around these numbers, with a share of its length as room at each end; NaN and infinity are left
/// aside.
fn axis(numbers: impl IntoIterator<Item = f32>, room: f64) -> Axis {
    let (low, high) = range_of(&numbers.into_iter().collect::<Vec<f32>>());
    let room = room * (high - low);
    Axis::around((low - room, high + room))
}

fn between([from, to]: [f32; 2], part: usize, parts: usize) -> f32 {
    let share = part as f32 / parts as f32;
    from * (1.0 - share) + to * share // which stays finite where `to - from` does not
}

/// What is around the picture of 500 by 300: its frame, the names of the axes.
const SHEET: &str = include_str!("sheet.svg");

/// What the axes run from and to.
struct Sheet {
    x: Axis,
    y: Axis,
}

impl Sheet {
    /// Where the points lie; those that nobody can draw lie nowhere.
    fn places(&self, points: &[Point]) -> impl Iterator<Item = [f64; 2]> {
        let way = |axis: &Axis, number: f32| axis.way(number.into());
        let place =
            move |[x, y]: &Point| [500.0 * way(&self.x, *x), 300.0 - 300.0 * way(&self.y, *y)];
        points.iter().map(place).filter(|[x, y]| x.abs() < 1e5 && y.abs() < 1e5)
    }

    fn line(&self, points: &[Point], colour: &str) -> String {
        let places: String = self.places(points).map(|[x, y]| format!("{x:.1},{y:.1} ")).collect();
        format!("<polyline points='{places}' fill='none' stroke='{colour}' stroke-width='2'/>")
    }

    /// The steps of a training: the first point is large.
    fn way(&self, points: &[Point]) -> String {
        self.line(points, "#D55E00") + &self.dots(points, |number| if number == 0 { 7 } else { 4 })
    }

    fn dots(&self, points: &[Point], radius: fn(usize) -> usize) -> String {
        let dots = self.places(points).enumerate().map(|(number, [x, y])| {
            let radius = radius(number);
            format!("<circle cx='{x:.1}' cy='{y:.1}' r='{radius}' fill='#D55E00' stroke='white'/>")
        });
        dots.collect()
    }

    fn picture(&self, [x_name, y_name]: [&str; 2], inside: &str) -> Picture {
        let mut numbers = String::new();
        for &tick in &self.x.ticks {
            let (left, number) = (70.0 + 500.0 * self.x.way(tick), self.x.label(tick));
            numbers += &format!("<text x='{left:.1}' y='334'>{number}</text>");
        }
        for &tick in &self.y.ticks {
            let (top, number) = (320.0 - 300.0 * self.y.way(tick), self.y.label(tick));
            numbers += &format!("<text x='64' y='{top:.1}' text-anchor='end'>{number}</text>");
        }
        let sheet = SHEET.replace("{x_name}", x_name).replace("{y_name}", y_name);
        let svg = sheet.replace("{numbers}", &numbers).replace("{inside}", inside);
        Picture(svg, OwnDisplay::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_valley_has_its_curve_and_its_steps() {
        let svg = valley(|w| w * w, -1.0..1.0, &[1.0, 0.5, 0.0]).0;
        assert_eq!(svg.matches("<circle").count(), 3);
        assert!(svg.contains("cx='500.0'") && svg.contains("cx='250.0' cy='300.0'"), "{svg}");
        assert!(svg.contains("<title>loss, weight</title>"), "{svg}");
    }

    #[test]
    fn a_map_is_darkest_where_the_loss_is_lowest() {
        let svg = map(|x, y| x * x + y * y, [-1.0..1.0, -1.0..1.0], &[(1.0, 1.0)]).0;
        let squares: Vec<&str> = svg.split("<path").skip(1).take(SQUARES * SQUARES).collect();
        let shade = |row: usize, column: usize| squares[row * SQUARES + column].contains(" 35%");
        assert!(shade(SQUARES / 2, SQUARES / 2) && !shade(0, 0) && !shade(0, SQUARES / 2), "{svg}");
    }

    #[test]
    fn large_numbers_have_an_axis_and_so_have_equal_ones() {
        for size in [4.0, 1e7, 1e30, -1e30, 3e38] {
            for (truth, said) in [([size; 2], [size; 2]), ([size, 0.5 * size], [0.9 * size; 2])] {
                let svg = residuals(&truth, &said).0;
                assert_eq!(svg.matches("<circle").count(), 2, "{svg}");
                assert_eq!(svg.matches("cx='250.0'").count(), 2, "{svg}");
                assert!((5..25).contains(&svg.matches("<text").count()), "{svg}");
            }
            let svg = valley(|w| w, size..size, &[size]).0;
            assert!(svg.contains("<circle cx='250.0'"), "{svg}");
            let svg = map(|_, _| 1e30, [size..size, -1.0..1.0], &[]).0;
            assert_eq!(svg.matches(" 35%").count(), SQUARES * SQUARES, "{svg}");
        }
    }

    #[test]
    fn residuals_lie_around_the_line_of_those_that_are_right() {
        let svg = residuals(&[3.0, 4.0, 7.0], &[3.0, 5.0, 5.0]).0;
        assert!(svg.contains("points='0.0,150.0 500.0,150.0 '"), "{svg}");
        for dot in ["cx='83.3' cy='150.0'", "cx='416.7' cy='200.0'", "cx='416.7' cy='50.0'"] {
            assert!(svg.contains(dot), "{svg}");
        }
        // From 2.98 to 5.02, in round numbers.
        for tick in [">2.5<", ">3.0<", ">3.5<", ">4.0<", ">4.5<", ">5.0<", ">5.5<"] {
            assert!(svg.contains(tick), "{tick}: {svg}");
        }
        assert!(!svg.contains(">2.9"), "{svg}");
    }

    #[test]
    fn numbers_that_nobody_can_draw_do_no_harm() {
        for broken in [f32::NAN, f32::INFINITY, 1e38] {
            for svg in [
                valley(|_| f32::NAN, 0.0..1.0, &[broken, 0.0]).0,
                valley(|w| w * 1e38, broken..0.0, &[broken, 0.0]).0,
                map(|_, _| f32::INFINITY, [1.0..1.0, 0.0..broken], &[(broken, 0.0)]).0,
                residuals(&[broken, 1.0], &[1.0, broken]).0,
                residuals(&[], &[1.0]).0,
            ] {
                assert!(!svg.contains("inf") && !svg.contains("NaN"), "{svg}");
                assert!(svg.ends_with("</svg>\n") && svg.len() < 400_000, "{svg}");
            }
        }
    }
}
