//! The regions of a plane that a network decides, with the samples in it.

use image::{Rgb, RgbImage};

use crate::base::error::Result;
use crate::base::language::either;
use crate::base::numbers::percent;
use crate::base::phrase::told;
use crate::plot::axis::Axis;
use crate::plot::canvas::{
    Align, BLACK, BLUE, Canvas, Colour, GREY, ORANGE, TextStyle, VERMILION, WHITE, blend,
};

/// Columns and rows of places that the network is asked about.
pub const PLACES: usize = 80;
/// More classes no one could tell apart.
pub const MOST_CLASSES: usize = 4;
/// Of more samples only some are drawn.
const MOST_POINTS: usize = 600;
const SIDE: f64 = 380.0;
const COLOURS: [Colour; MOST_CLASSES] = [BLUE, VERMILION, ORANGE, [0x00, 0x9E, 0x73]];

/// What is drawn.
pub struct Regions {
    /// The ranges of both numbers of a sample.
    pub ranges: [Axis; 2],
    /// The answer at each place, row after row from the top, and how sure it is (0.5 to 1).
    pub answers: Vec<(usize, f32)>,
    /// Each sample, its class, and whether the answer to it is right.
    pub samples: Vec<([f32; 2], usize, bool)>,
    pub num_classes: usize,
}

impl Regions {
    pub fn draw(&self) -> Result<String> {
        let right = self.samples.iter().filter(|(_, _, is_right)| *is_right).count();
        let share = |part: usize, whole: usize| percent(part as f64 / whole.max(1) as f64, 1);
        let right = share(right, self.samples.len());
        let title = told!(
            "What the network answers where ({right} of the samples right)",
            "Was das Netz wo antwortet ({right} der Beispiele richtig)"
        );
        // At the right edge half of a number has room, too.
        let (margin, left, top) = (30.0, 60.0, 46.0);
        let inside = (left + SIDE + margin).max(TextStyle::TITLE.width_of(&title) + 2.0 * margin);
        let mut canvas = Canvas::new([inside, top + SIDE + 66.0], &title, 28.0);
        let left = left + (inside - left - SIDE - margin) / 2.0;
        let shade = |x: u32, y: u32| {
            let (class, sure) = self.answers[y as usize * PLACES + x as usize];
            Rgb(blend(WHITE, COLOURS[class % MOST_CLASSES], 0.1 + 0.45 * f64::from(sure)))
        };
        let tile = RgbImage::from_fn(PLACES as u32, PLACES as u32, shade);
        let area = [left, top, SIDE, SIDE];
        canvas.image(area, &tile)?;
        draw_axes(&mut canvas, area, &self.ranges);
        let every = self.samples.len().div_ceil(MOST_POINTS).max(1);
        for (sample, class, _) in self.samples.iter().step_by(every) {
            mark(&mut canvas, place_of(sample, area, &self.ranges), *class);
        }
        let mut x = left;
        let mut described = Vec::new();
        for class in 0..self.num_classes.min(MOST_CLASSES) {
            let name = format!("{} {class}", either("class", "Klasse"));
            mark(&mut canvas, [x + 6.0, top + SIDE + 48.0], class);
            canvas.text([x + 18.0, top + SIDE + 52.5], TextStyle::LEFT, &name);
            x += 30.0 + TextStyle::LABEL.width_of(&name);
            let area = self.answers.iter().filter(|(answer, _)| *answer == class).count();
            let samples = self.samples.iter().filter(|(_, own, _)| *own == class).count();
            let area = share(area, self.answers.len());
            described.push(told!(
                "{name}: {area} of the area, samples: {samples}",
                "{name}: {area} der Fläche, Beispiele: {samples}"
            ));
        }
        canvas.describe(described.join("; "));
        Ok(canvas.into_svg())
    }
}

/// Where a point of two numbers lies between these axes.
pub(crate) fn place_of(point: &[f32], area: [f64; 4], axes: &[Axis; 2]) -> [f64; 2] {
    let [left, top, width, height] = area;
    let [x, y] = [0, 1].map(|side| axes[side].way(point[side].into()));
    [left + x * width, top + (1.0 - y) * height]
}

/// A frame with the numbers of the first axis below it, and of the second one at its left.
pub(crate) fn draw_axes(canvas: &mut Canvas, area: [f64; 4], axes: &[Axis; 2]) {
    let [left, top, width, height] = area;
    canvas.frame(area, GREY);
    let look = TextStyle { colour: GREY, size: 11.0, ..TextStyle::LABEL };
    for tick in &axes[0].ticks {
        let x = left + axes[0].way(*tick) * width;
        canvas.text([x, top + height + 16.0], look, &axes[0].label(*tick));
    }
    let look = TextStyle { align: Align::Right, ..look };
    for tick in &axes[1].ticks {
        let y = top + (1.0 - axes[1].way(*tick)) * height;
        canvas.text([left - 6.0, y + 4.0], look, &axes[1].label(*tick));
    }
}

/// A sample: the form tells its class as well as the colour does.
pub(crate) fn mark(canvas: &mut Canvas, [x, y]: [f64; 2], class: usize) {
    let colour = COLOURS[class % MOST_CLASSES];
    match class % MOST_CLASSES {
        0 => {
            canvas.circle([x, y], 4.2, WHITE);
            canvas.circle([x, y], 3.4, colour);
        }
        1 => {
            canvas.rectangle([x - 4.0, y - 4.0, 8.0, 8.0], WHITE);
            canvas.rectangle([x - 3.2, y - 3.2, 6.4, 6.4], colour);
        }
        2 => {
            canvas.circle([x, y], 4.2, BLACK);
            canvas.circle([x, y], 3.0, colour);
        }
        _ => {
            canvas.rectangle([x - 4.0, y - 4.0, 8.0, 8.0], BLACK);
            canvas.rectangle([x - 2.8, y - 2.8, 5.6, 5.6], colour);
        }
    }
}
