//! A sheet to draw on: shapes, words and small images, written down as SVG.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{ImageFormat, RgbImage};

use crate::base::error::Result;
use crate::base::file_problem::FileProblem;

/// The fonts of every picture. DejaVu Sans is what a saved PNG shows; the others, all a little
/// narrower or as wide, stand in where a browser does not have it.
pub(crate) const FONTS: &str = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif";

/// Colours that also those tell apart who do not see all colours (Okabe and Ito 2008).
pub const BLUE: Colour = [0x00, 0x72, 0xB2];
pub const ORANGE: Colour = [0xE6, 0x9F, 0x00];
pub(crate) const VERMILION: Colour = [0xD5, 0x5E, 0x00];
pub(crate) const BLACK: Colour = [0x1A, 0x1A, 0x1A];
pub(crate) const GREY: Colour = [0x5A, 0x5A, 0x5A];
pub(crate) const LIGHT_GREY: Colour = [0xC4, 0xC4, 0xC4];
pub(crate) const WHITE: Colour = [0xFF, 0xFF, 0xFF];

/// Red, green and blue, each from 0 to 255.
pub type Colour = [u8; 3];

/// A white sheet that pictures are drawn on; the origin is the upper left corner.
pub(crate) struct Canvas {
    width: f64,
    height: f64,
    svg: String,
    /// What is written in it, the title first.
    texts: Vec<String>,
    /// The picture in words, where its texts do not say enough.
    description: Option<String>,
}

/// Where a text stands: `x` is its left end, its middle or its right end.
#[derive(Clone, Copy)]
pub(crate) enum Align {
    Left,
    Middle,
    Right,
}

/// How a text looks.
#[derive(Clone, Copy)]
pub(crate) struct TextStyle {
    pub(crate) size: f64,
    pub(crate) bold: bool,
    pub(crate) colour: Colour,
    pub(crate) align: Align,
}

impl TextStyle {
    /// The text of labels, in the middle of its place.
    pub(crate) const LABEL: TextStyle =
        TextStyle { size: 13.0, bold: false, colour: BLACK, align: Align::Middle };
    /// The same to the right of its place, and to the left of it.
    pub(crate) const LEFT: TextStyle = TextStyle { align: Align::Left, ..TextStyle::LABEL };
    pub(crate) const RIGHT: TextStyle = TextStyle { align: Align::Right, ..TextStyle::LABEL };
    /// The text above a picture.
    pub(crate) const TITLE: TextStyle =
        TextStyle { size: 15.0, bold: true, colour: BLACK, align: Align::Middle };

    /// How wide a text will be, at most: DejaVu Sans is the widest of the fonts.
    pub(crate) fn width_of(&self, text: &str) -> f64 {
        let per_character = if self.bold { 0.70 } else { 0.64 };
        text.chars().count() as f64 * self.size * per_character
    }
}

impl Canvas {
    /// A sheet of this width and height, its title in the middle; the letters stand on `y`.
    pub(crate) fn new([width, height]: [f64; 2], title: &str, y: f64) -> Self {
        let (texts, description) = (Vec::new(), None);
        let mut canvas = Canvas { width, height, svg: String::new(), texts, description };
        canvas.rectangle([0.0, 0.0, width, height], WHITE); // readable on a dark page, too
        canvas.text([width / 2.0, y], TextStyle::TITLE, title);
        canvas
    }

    /// A filled rectangle: left, top, width, height.
    pub(crate) fn rectangle(&mut self, area: [f64; 4], fill: Colour) {
        self.any_rectangle(area, &format!("fill=\"{}\"", hex(fill)));
    }

    /// The border of a rectangle.
    pub(crate) fn frame(&mut self, area: [f64; 4], stroke: Colour) {
        self.any_rectangle(area, &format!("fill=\"none\" stroke=\"{}\"", hex(stroke)));
    }

    fn any_rectangle(&mut self, area: [f64; 4], look: &str) {
        let [x, y, width, height] = area.map(short);
        self.svg +=
            &format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {look}/>\n");
    }

    pub(crate) fn circle(&mut self, [x, y]: [f64; 2], radius: f64, fill: Colour) {
        let ([x, y, radius], fill) = ([x, y, radius].map(short), hex(fill));
        self.svg += &format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{fill}\"/>\n");
    }

    /// Any number of straight lines of one kind, each from one point to another.
    pub(crate) fn lines(
        &mut self,
        lines: impl IntoIterator<Item = [[f64; 2]; 2]>,
        stroke: Colour,
        width: f64,
    ) {
        let line = |ends: [[f64; 2]; 2]| {
            let [[x1, y1], [x2, y2]] = ends.map(|end| end.map(short));
            format!("M{x1} {y1}L{x2} {y2}")
        };
        let lines: String = lines.into_iter().map(line).collect();
        let (stroke, width) = (hex(stroke), short(width));
        let look = format!("stroke=\"{stroke}\" stroke-width=\"{width}\" fill=\"none\"");
        self.svg += &format!("<path d=\"{lines}\" {look}/>\n");
    }

    /// A line of text whose letters stand on `y`.
    pub(crate) fn text(&mut self, [x, y]: [f64; 2], look: TextStyle, text: &str) {
        let anchor = match look.align {
            Align::Left => "start",
            Align::Middle => "middle",
            Align::Right => "end",
        };
        let weight = if look.bold { " font-weight=\"bold\"" } else { "" };
        self.texts.push(text.to_owned());
        let ([x, y, size], fill) = ([x, y, look.size].map(short), hex(look.colour));
        let look = format!("font-size=\"{size}\"{weight} text-anchor=\"{anchor}\" fill=\"{fill}\"");
        self.svg += &format!("<text x=\"{x}\" y=\"{y}\" {look}>{}</text>\n", escaped(text));
    }

    /// A line of text that runs upwards, its middle beside `y`.
    pub(crate) fn text_upwards(&mut self, [x, y]: [f64; 2], look: TextStyle, text: &str) {
        self.svg += &format!("<g transform=\"rotate(-90 {} {})\">\n", short(x), short(y));
        self.text([x, y], look, text);
        self.svg += "</g>\n";
    }

    /// A small image, stretched over a rectangle, its pixels as squares with sharp edges.
    pub(crate) fn image(&mut self, area: [f64; 4], tile: &RgbImage) -> Result<()> {
        // Viewers smooth an image that they stretch, and not all can be told not to. So each
        // pixel becomes a block of pixels first, as large as on a saved PNG (twice as fine).
        let block = (2.0 * area[2] / f64::from(tile.width())).floor().clamp(1.0, 128.0) as u32;
        let [x, y, width, height] = area.map(short);
        self.svg += &format!(
            "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" style=\"image-rendering:pixelated\" \
             preserveAspectRatio=\"none\" href=\"data:image/png;base64,{}\"/>\n",
            STANDARD.encode(png_of(tile, block)?)
        );
        Ok(())
    }

    /// Says in words what the picture shows, with its numbers. Without it, its texts are said.
    pub(crate) fn describe(&mut self, description: String) {
        self.description = Some(description);
    }

    /// The finished SVG file.
    pub(crate) fn into_svg(mut self) -> String {
        self.texts.retain(|text| !text.is_empty());
        let title = self.texts.remove(0);
        let description = self.description.unwrap_or_else(|| self.texts.join(", "));
        let size = [self.width, self.height];
        sheet(self.width, self.height, size, [&title, &description], &self.svg)
    }
}

/// So many pixels fit beside JupyterLab's list of files on a screen of 1,280.
pub(crate) const WIDEST: f64 = 820.0;

/// A whole SVG file, from what is drawn inside: `view` is the size in units of the drawing. Title and
/// description are for those who do not see it.
pub(crate) fn sheet(
    width: f64,
    height: f64,
    view: [f64; 2],
    words: [&str; 2],
    drawing: &str,
) -> String {
    // JupyterLab shows a picture as wide as it says: on a small screen the rest of a wider one would be cut off.
    let scale = (WIDEST / width).min(1.0);
    let [width, height] = [width * scale, height * scale].map(short);
    let [view_width, view_height] = view.map(short);
    let [title, description] = words.map(escaped);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         style=\"max-width:100%;height:auto\" viewBox=\"0 0 {view_width} {view_height}\" \
         font-family=\"{FONTS}\" role=\"img\">\n\
         <title>{title}</title>\n<desc>{description}</desc>\n{drawing}</svg>"
    )
}

/// A small image as PNG file, each pixel as a square of `block` pixels.
fn png_of(tile: &RgbImage, block: u32) -> Result<Vec<u8>> {
    let (width, height) = (tile.width() * block, tile.height() * block);
    let blocks = RgbImage::from_fn(width, height, |x, y| *tile.get_pixel(x / block, y / block));
    let mut png = Cursor::new(Vec::new());
    blocks
        .write_to(&mut png, ImageFormat::Png)
        .map_err(|problem| FileProblem::CannotDraw { reason: problem.to_string() })?;
    Ok(png.into_inner())
}

/// A colour on the way from one to another: 0 is the first, 1 the second.
pub(crate) fn blend(from: Colour, to: Colour, way: f64) -> Colour {
    let way = way.clamp(0.0, 1.0);
    std::array::from_fn(|part| {
        let [from, to] = [from, to].map(|colour| f64::from(colour[part]));
        (from + (to - from) * way).round() as u8
    })
}

/// Black or white, whichever differs more from a colour (by the contrast of the web's guidelines).
pub(crate) fn readable_on(colour: Colour) -> Colour {
    let light = colour.map(|part| (f64::from(part) / 255.0).powf(2.2));
    let [red, green, blue] = light;
    if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.2 { BLACK } else { WHITE }
}

/// As SVG writes a colour: `#0072B2`.
pub fn hex([red, green, blue]: Colour) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}

/// A number with at most two decimals.
fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Text with the signs replaced that mean something in SVG.
fn escaped(text: &str) -> String {
    let visible: String = text.chars().filter(|sign| !sign.is_control()).collect();
    visible.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!([0.0, 1.0, 100.0, 0.5, 1.236].map(short), ["0", "1", "100", "0.5", "1.24"]);
    }

    #[test]
    fn a_picture_says_what_it_shows() {
        let draw = |described: bool| {
            let mut canvas = Canvas::new([9.0, 9.0], "A & B", 0.0);
            for text in ["", "7", "8 %"] {
                canvas.text([0.0, 0.0], TextStyle::LABEL, text);
            }
            if described {
                canvas.describe("of 9".to_owned());
            }
            canvas.into_svg()
        };
        assert!(
            draw(false).contains("role=\"img\">\n<title>A &amp; B</title>\n<desc>7, 8 %</desc>\n")
        );
        assert!(draw(true).contains("<desc>of 9</desc>"));
    }

    #[test]
    fn words_cannot_break_the_drawing() {
        assert_eq!(escaped("a<b>&\u{8}c"), "a&lt;b&gt;&amp;c");
    }

    #[test]
    fn a_tile_keeps_its_pixels_as_blocks() {
        let tile = RgbImage::from_raw(2, 1, [BLUE, ORANGE].concat()).unwrap();
        let png = image::load_from_memory(&png_of(&tile, 3).unwrap()).unwrap().to_rgb8();
        assert_eq!(png.dimensions(), (6, 3));
        assert!(png.enumerate_pixels().all(|(x, _, p)| p.0 == if x < 3 { BLUE } else { ORANGE }));
    }

    #[test]
    fn words_on_a_colour_are_black_or_white_by_contrast() {
        let on = |colour, way| readable_on(blend(WHITE, colour, way));
        assert_eq!([on(BLUE, 0.3), on(VERMILION, 0.7), on(VERMILION, 1.0)], [BLACK; 3]);
        assert_eq!([on(BLUE, 1.0), on(BLUE, 0.95)], [WHITE; 2]);
    }

    #[test]
    fn colours_blend_from_end_to_end() {
        assert_eq!(blend(WHITE, BLUE, 0.0), WHITE);
        assert_eq!(blend(WHITE, BLUE, 1.0), BLUE);
        assert_eq!(blend([0; 3], [100; 3], 0.5), [50; 3]);
        assert_eq!(blend(WHITE, BLUE, f64::NAN.max(0.0)), WHITE);
    }
}
