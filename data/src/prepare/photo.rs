//! A learner's own digit: from a photo or a drawing to what a network that learned MNIST expects.

use std::path::Path;

use image::GrayAlphaImage;
use image::imageops::{crop_imm, thumbnail};
use ndarray::s;

use crate::arrays::array::Array;
use crate::base::error::Result;
use crate::base::file_problem::FileProblem;
use crate::prepare::grey::{
    Grey, blurred, bounds, centre_of_mass, cropped, largest_around, placed, scaled, smallest_around,
};
use crate::prepare::picture::read;

/// Photos are made as small as this, along the longer side, before ink is looked for.
const SIDE: u32 = 300;
/// The strokes of a digit whose longer side is shorter than this may have flown together in them.
const SMALL: usize = 24;
/// MNIST's pictures have this side.
const FRAME: usize = 28;
/// Digits in them fill a box of this side.
const BOX: usize = 20;
/// The strokes of thin pens are made at least this wide in that box; those of MNIST are 2 to 4 wide.
const PEN: f32 = 1.8;

/// Loads a photo or drawing of one handwritten digit as a network that learned MNIST expects it.
///
/// The digits of MNIST were all prepared in one way, and a network has never seen any other. So
/// this does the same to a PNG or JPEG file of any size: make it grey; take the paper away, with
/// its shadows, so that ink is white (1) on black (0), whichever way round it was; crop to the ink;
/// scale it to fit a box of 20 by 20 pixels, keeping its proportions; and place it in a picture of
/// 28 by 28 so that its centre of mass lies in the middle
/// ([LeCun, Cortes and Burges](http://yann.lecun.com/exdb/mnist/)). Lines of a thin pen are made
/// thicker, as MNIST's writers used felt-tip pens.
///
/// Write large and in the middle, with nothing else in the picture.
///
/// # Shapes
///
/// `(1, 784)`, `float32` from 0 to 1: what the tutorial's network takes. For one that takes
/// pictures, `.reshape([1, 28, 28])?`.
///
/// # Errors
///
/// When the file cannot be read, is no picture or a very large one, when nothing on the picture stands out
/// from the paper, when the edge of the paper is in view instead of a digit, and when two digits stand side
/// by side.
///
/// ```no_run
/// use zunder::prelude::*;
///
/// let model = Model::load("digits.safetensors")?;
/// let digit = photo::load_digit("photo.jpg")?;
/// plot::prediction(&digit, &model.predict(&digit)?, None).save("answer.svg")?;
/// # Ok::<(), zunder::Error>(())
/// ```
pub fn load_digit(path: impl AsRef<Path>) -> Result<Array> {
    let path = path.as_ref();
    let picture = read(path)?.into_luma_alpha8();
    let ink = find_ink_on_any_paper(&picture);
    // A digit that is small in the photo is looked at once more, as large as the camera saw it.
    let ink = ink.and_then(|ink| match around_small(&ink, &picture) {
        Some(part) => find_ink_on_any_paper(&part),
        None => Some(ink),
    });
    let found =
        ink.and_then(|ink| Some((cropped(&ink, bounds(ink.view())?), is_edge_of_paper(&ink))));
    let (digit, is_edge) = found.ok_or_else(|| match path.to_owned() {
        path if is_dark(&picture) => FileProblem::TooDark { path },
        path => FileProblem::NoInk { path },
    })?;
    if is_edge || is_paper(&digit) {
        return Err(FileProblem::EdgeOfPaper { path: path.to_owned() }.into());
    }
    if is_several(&digit) {
        return Err(FileProblem::SeveralDigits { path: path.to_owned() }.into());
    }
    Array::new([1, FRAME * FRAME], framed(&thickened(digit)).into_iter().collect())
}

/// Whether a picture is black to the eye, as where values up to 255 or 4,095 were saved with 16 bits.
fn is_dark(picture: &GrayAlphaImage) -> bool {
    picture.pixels().all(|pixel| pixel.0[0] < 32 && pixel.0[1] == 255)
}

/// The part of a photo with a digit that is small in it, and room for the paper around; None for a large one.
fn around_small(ink: &Grey, picture: &GrayAlphaImage) -> Option<GrayAlphaImage> {
    let [left, top, right, bottom] = bounds(ink.view())?;
    let longer = picture.width().max(picture.height());
    let scale = f64::from(longer) / f64::from(SIDE);
    let side = (right - left).max(bottom - top);
    if side >= SMALL || scale <= 1.0 {
        return None;
    }
    let room = 3.0 * side as f64 * scale;
    let start = |from, to| ((from + to) as f64 / 2.0 * scale - room / 2.0).max(0.0) as u32;
    let [x, y] = [start(left, right), start(top, bottom)];
    Some(crop_imm(picture, x, y, room as u32, room as u32).to_image())
}

/// The digit in a picture that may be transparent. White paper under it is more likely than black.
fn find_ink_on_any_paper(picture: &GrayAlphaImage) -> Option<Grey> {
    [255, 0].into_iter().find_map(|paper| find_ink(&grey_on(picture, paper)))
}

/// The picture in grey from 0 to 1, on paper of this brightness, and made small.
fn grey_on(picture: &GrayAlphaImage, paper: u8) -> Grey {
    let (width, height) = picture.dimensions();
    let longer = width.max(height).max(SIDE);
    let side = |length: u32| (f64::from(length) * f64::from(SIDE) / f64::from(longer)).ceil();
    let pixels = thumbnail(picture, side(width) as u32, side(height) as u32);
    let grey = |[grey, alpha]: [u8; 2]| {
        let alpha = f32::from(alpha) / 255.0;
        (f32::from(grey) * alpha + f32::from(paper) * (1.0 - alpha)) / 255.0
    };
    let size = [pixels.height() as usize, pixels.width() as usize];
    Grey::from_shape_fn(size, |(y, x)| grey(pixels.get_pixel(x as u32, y as u32).0))
}

/// The digit alone: 1 where there is ink, 0 where there is paper; None for empty paper.
fn find_ink(grey: &Grey) -> Option<Grey> {
    let side = grey.nrows().max(grey.ncols());
    let smooth = blurred(grey, side / 150); // the grain of a camera
    let depth = depth_of_ink(&smooth, side / 5);
    let threshold = threshold(&depth)?;
    let ink = depth.mapv(|depth| if depth > threshold.low { depth / threshold.full } else { 0.0 });
    Some(without_specks(&ink.mapv(|ink| ink.min(1.0))))
}

/// Whether what stands out is what the paper lies on: no digit covers half of the edge of a photo.
fn is_edge_of_paper(ink: &Grey) -> bool {
    let at_edge = ink.indexed_iter().filter(|(pixel, _)| is_at_edge(ink, *pixel));
    at_edge.filter(|(_, value)| **value > 0.0).count() > ink.ncols() + ink.nrows() - 2
}

fn is_at_edge(picture: &Grey, (y, x): (usize, usize)) -> bool {
    x == 0 || y == 0 || x + 1 == picture.ncols() || y + 1 == picture.nrows()
}

/// Whether what stands out is the paper itself, on a dark table: no digit fills so much of a box that is
/// not as narrow as a 1.
fn is_paper(digit: &Grey) -> bool {
    let (width, height) = (digit.ncols() as f32, digit.nrows() as f32);
    digit.iter().sum::<f32>() > 0.7 * width * height && width > 0.4 * height
}

/// Whether two digits stand side by side: both are tall, and paper lies between. The parts of a 4, a 5 or a 7
/// with a gap are not both so tall, and those of a broken 0 are near each other.
fn is_several(digit: &Grey) -> bool {
    let (height, width) = digit.dim();
    let side = |left: usize, right: usize| bounds(digit.slice(s![.., left..right]));
    let is_tall = |[_, top, _, bottom]: [usize; 4]| 4 * (bottom - top) > 3 * height;
    let gap = height / 10 + 1;
    (1..width.saturating_sub(gap)).any(|left| {
        side(left, left + gap).is_none()
            && side(0, left).is_some_and(is_tall)
            && side(left + gap, width).is_some_and(is_tall)
    })
}

/// How far each pixel stands out from the paper around it, 0 for paper.
///
/// Bright paper without its ink is what remains when everything darker and narrower than the window
/// is filled from around it ("closing"): shadows stay, strokes go.
fn depth_of_ink(grey: &Grey, radius: usize) -> Grey {
    // Strokes lie far from the mean around them, and paper near it on the other side.
    let lopsided = (grey - &blurred(grey, radius)).mapv(|difference| difference.powi(3));
    let is_dark_ink = lopsided.iter().sum::<f32>() < 0.0;
    let grey = if is_dark_ink { grey.clone() } else { 1.0 - grey };
    let depth = smallest_around(&largest_around(&grey, radius), radius) - &grey;
    // Paper has some grain. Most of the picture is paper.
    let mut depths: Vec<f32> = depth.iter().copied().collect();
    let grain = *depths.select_nth_unstable_by(depth.len() / 2, f32::total_cmp).1;
    depth.mapv(|depth| (depth - grain).max(0.0))
}

/// Which pixels belong to a stroke, by their depth.
struct Threshold {
    /// From here on they are the edge of a stroke.
    low: f32,
    /// And from here on its middle.
    full: f32,
}

/// Splits the depths into paper and ink so that the two differ most (Otsu 1979); None where they
/// hardly differ at all.
fn threshold(depth: &Grey) -> Option<Threshold> {
    let mut sorted: Vec<f32> = depth.iter().copied().collect();
    sorted.sort_by(f32::total_cmp);
    let count = sorted.len();
    let total: f64 = sorted.iter().map(|&depth| f64::from(depth)).sum();
    let (mut below, mut best, mut split) = (0.0, 0.0, 0);
    for (number, &depth) in sorted.iter().enumerate() {
        let (paper, ink) = (number as f64, (count - number) as f64);
        let difference = (total - below) / ink - below / paper.max(1.0);
        let spread = paper * ink * difference * difference;
        if spread > best {
            (best, split) = (spread, number);
        }
        below += f64::from(depth);
    }
    let (paper, ink) = sorted.split_at(split);
    let full = *ink.get(ink.len() * 3 / 4)?;
    let grain = (paper.iter().map(|d| d * d).sum::<f32>() / paper.len().max(1) as f32).sqrt();
    (full > 0.08 && full > 5.0 * grain).then(|| Threshold { low: ink[0] / 2.0, full })
}

/// The digit without what else is there: specks, and the edge of the paper where it is in view.
fn without_specks(ink: &Grey) -> Grey {
    let mut parts = parts(ink);
    let heaviest = |parts: &[Part]| parts.iter().map(|part| part.mass).fold(0.0, f32::max);
    let largest = heaviest(&parts);
    if parts.iter().any(|part| !part.touches_edge && part.mass > 0.05 * largest) {
        parts.retain(|part| !part.touches_edge);
    }
    let largest = heaviest(&parts);
    let mut digit = Grey::zeros(ink.dim());
    for part in parts.iter().filter(|part| part.mass > 0.08 * largest) {
        part.pixels.iter().for_each(|&pixel| digit[pixel] = ink[pixel]);
    }
    digit
}

/// Pixels that hang together.
struct Part {
    /// The row and the column of each.
    pixels: Vec<(usize, usize)>,
    mass: f32,
    touches_edge: bool,
}

fn parts(ink: &Grey) -> Vec<Part> {
    let mut is_seen = ink.mapv(|value| value == 0.0);
    let mut parts = Vec::new();
    for (start, _) in ink.indexed_iter() {
        let mut part = Part { pixels: Vec::new(), mass: 0.0, touches_edge: false };
        let mut waiting = vec![start];
        while let Some(pixel) = waiting.pop() {
            if std::mem::replace(&mut is_seen[pixel], true) {
                continue;
            }
            part.pixels.push(pixel);
            part.mass += ink[pixel];
            part.touches_edge |= is_at_edge(ink, pixel);
            let (y, x) = pixel;
            for y in y.saturating_sub(1)..(y + 2).min(ink.nrows()) {
                waiting.extend((x.saturating_sub(1)..(x + 2).min(ink.ncols())).map(|x| (y, x)));
            }
        }
        if !part.pixels.is_empty() {
            parts.push(part);
        }
    }
    parts
}

/// The strokes of a thin pen made as wide as those in MNIST; others as they are.
fn thickened(ink: Grey) -> Grey {
    let solid = ink.mapv(|ink| f32::from(ink > 0.5));
    let inside = smallest_around(&solid, 1);
    let [area, inner] = [&solid, &inside].map(|picture| picture.iter().sum::<f32>());
    // A line has two edges, each as long as the line.
    let width = 2.0 * area / (area - inner).max(1.0);
    let wanted = PEN * ink.nrows().max(ink.ncols()) as f32 / BOX as f32;
    let radius = ((wanted - width) / 2.0).round().max(0.0) as usize;
    if radius == 0 {
        return ink;
    }
    let size = [ink.nrows(), ink.ncols()].map(|side| side + 2 * radius);
    largest_around(&placed(&ink, size, [radius; 2]), radius)
}

/// The digit as MNIST's are: in a box of 20 by 20, its centre of mass in the middle of 28 by 28.
fn framed(ink: &Grey) -> Grey {
    let longer = ink.nrows().max(ink.ncols()) as f32;
    let side = |length: usize| ((length * BOX) as f32 / longer).round().max(1.0) as usize;
    let small = scaled(ink, side(ink.ncols()), side(ink.nrows()));
    let brightest = small.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    let (x, y) = centre_of_mass(&small);
    // In MNIST the centre of mass lies in column and row 14, give or take half a pixel.
    let middle = (FRAME / 2) as f32;
    let offset =
        |centre: f32, side: usize| ((middle - centre).round().max(0.0) as usize).min(FRAME - side);
    let corner = [offset(x, small.ncols()), offset(y, small.nrows())];
    placed(&(small / brightest), [FRAME; 2], corner)
}
