//! The heat map of a confusion matrix.

use image::{Rgb, RgbImage};

use crate::base::error::Result;
use crate::base::language::either;
use crate::base::numbers::{percent, thousands};
use crate::base::phrase::told;
use crate::plot::canvas::{
    BLUE, Canvas, Colour, GREY, LIGHT_GREY, TextStyle, VERMILION, WHITE, blend, readable_on,
};
use crate::plot::tiles::short_text;

/// How often each class was taken for each class, row after row: rows are true classes.
pub struct HeatMap<'a> {
    pub counts: &'a [usize],
    pub num_classes: usize,
    /// How many samples belong to each class.
    pub supports: &'a [usize],
    /// The name of each class; empty where they have none but their numbers.
    pub class_names: &'a [String],
}

impl HeatMap<'_> {
    fn count(&self, truth: usize, vote: usize) -> usize {
        self.counts[truth * self.num_classes + vote]
    }

    /// The colour of a cell, by the share of its true class.
    fn shade(&self, truth: usize, vote: usize) -> Colour {
        let share = share(self.count(truth, vote), self.supports[truth]);
        // The root makes also a few mistakes among a thousand visible.
        let (colour, way) = if truth == vote { (BLUE, share) } else { (VERMILION, share.cbrt()) };
        blend(WHITE, colour, way)
    }

    fn names(&self) -> Vec<String> {
        if self.class_names.is_empty() {
            (0..self.num_classes).map(|class| class.to_string()).collect()
        } else {
            self.class_names.iter().map(|name| short_text(name)).collect()
        }
    }

    pub fn draw(&self) -> Result<String> {
        let classes = self.num_classes;
        let (right, all): (usize, usize) =
            ((0..classes).map(|class| self.count(class, class)).sum(), self.supports.iter().sum());
        let share = percent(right as f64 / all as f64, 1);
        let (right, all) = (thousands(right), thousands(all));
        let title =
            told!("{right} of {all} right ({share})", "{right} von {all} richtig ({share})");
        let cell = (700.0 / classes as f64).min(46.0);
        let table = cell * classes as f64;
        let names = self.names();
        let widths = names.iter().map(|name| TextStyle::LABEL.width_of(name));
        let names_width = widths.fold(0.0, f64::max) + 8.0;
        // Numbers that have no room are left out, names are never.
        let run_upwards = !self.class_names.is_empty() && names_width > cell;
        let height_below = if run_upwards { names_width } else { 18.0 };
        let (margin, axis) = (16.0, 24.0);
        let before = axis + names_width;
        let inside = (before + table).max(TextStyle::TITLE.width_of(&title)).max(before + 180.0);
        let left = margin + (inside - before - table) / 2.0 + before;
        let top = margin + 36.0;
        let size = [inside + 2.0 * margin, top + table + height_below + 58.0 + margin];
        let mut canvas = Canvas::new(size, &title, margin + 12.0);

        // As many names as have room.
        let room = if run_upwards { 16.0 } else { names_width.max(16.0) };
        let every = (room / cell).ceil() as usize;
        let largest = self.counts.iter().max().map_or(1, |count| count.to_string().len());
        let size = ((cell - 6.0) / (0.64 * largest as f64)).min(13.0);
        let tile = RgbImage::from_fn(classes as u32, classes as u32, |vote, truth| {
            Rgb(self.shade(truth as usize, vote as usize))
        });
        canvas.image([left, top, table, table], &tile)?;
        for (truth, name) in names.iter().enumerate() {
            let y = top + truth as f64 * cell;
            // Numbers where they have room.
            for vote in (0..classes).filter(|_| size >= 7.0) {
                let count = self.count(truth, vote);
                let colour =
                    if count == 0 { LIGHT_GREY } else { readable_on(self.shade(truth, vote)) };
                let look = TextStyle { size, colour, ..TextStyle::LABEL };
                let middle = [left + (vote as f64 + 0.5) * cell, y + cell / 2.0 + size * 0.36];
                if count > 0 || classes <= 20 {
                    canvas.text(middle, look, &count.to_string());
                }
            }
            if truth % every == 0 {
                canvas.text([left - 8.0, y + cell / 2.0 + 4.7], TextStyle::RIGHT, name);
                let x = left + (truth as f64 + 0.5) * cell;
                if run_upwards {
                    canvas.text_upwards([x + 4.7, top + table + 8.0], TextStyle::RIGHT, name);
                } else {
                    canvas.text([x, top + table + 18.0], TextStyle::LABEL, name);
                }
            }
        }
        let ends = (0..=classes).map(|end| end as f64 * cell).filter(|_| cell >= 6.0);
        let across = ends.clone().map(|y| [[left, top + y], [left + table, top + y]]);
        let down = ends.map(|x| [[left + x, top], [left + x, top + table]]);
        canvas.lines(across.chain(down), LIGHT_GREY, 0.5);

        let look = TextStyle { colour: GREY, ..TextStyle::LABEL };
        let below = [left + table / 2.0, top + table + height_below + 22.0];
        canvas.text(below, look, either("predicted class", "vorhergesagte Klasse"));
        let beside = [left - names_width - 10.0, top + table / 2.0];
        canvas.text_upwards(beside, look, either("true class", "wahre Klasse"));
        let y = top + table + height_below + 42.0;
        let mut x = left + table / 2.0 - 80.0;
        let [right, wrong] = either(["right", "wrong"], ["richtig", "falsch"]);
        for (colour, text) in [(BLUE, right), (VERMILION, wrong)] {
            canvas.rectangle([x, y, 13.0, 13.0], colour);
            canvas.text([x + 20.0, y + 11.5], TextStyle::LEFT, text);
            x += 90.0;
        }
        Ok(canvas.into_svg())
    }
}

/// A part of a whole; 0 of nothing.
pub fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
