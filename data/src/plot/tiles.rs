//! Rows of an array as small images: which shapes are images, and how numbers become colours.
//!
//! Over 300 lines: what an image is stands beside how it is shown.

use image::{Rgb, RgbImage};
use ndarray::{Array3, ArrayView2, Axis, s};

use crate::arrays::array::Array;
use crate::arrays::dtype::DType;
use crate::base::error::{Error, Result};
use crate::base::lines::cut;
use crate::base::notes::say_note;
use crate::base::numbers::{plain, thousands};
use crate::base::phrase::{Phrase, phrase};
use crate::base::shape::Shape;
use crate::plot::canvas::{BLACK, Canvas, Colour, LIGHT_GREY, TextStyle, WIDEST};

/// How large an image is shown at most, along its longer side.
const SIDE: f64 = 84.0;
/// More images at a time no one could tell apart.
const MOST_IMAGES: usize = 100;
/// Free space around what is drawn.
const MARGIN: f64 = 14.0;
const GAP: f64 = 12.0;
const LINE: f64 = 17.0;

/// Height and width of the images in an array: `(n, height, width)`, also with 1 or 3 channels behind,
/// or `(n, pixels)` where the pixels make a square.
pub(crate) fn image_size(shape: &Shape, operation: &'static str) -> Result<(usize, usize)> {
    let size = match *shape.dims() {
        [_, height, width] | [_, height, width, 1 | 3] => Some((height, width)),
        [_, pixels] => Some((pixels.isqrt(), pixels.isqrt())).filter(|(h, w)| h * w == pixels),
        _ => None,
    };
    size.filter(|&(height, width)| height > 0 && width > 0).ok_or_else(|| {
        let expected = phrase!(
            "images of shape (n, height, width), or (n, pixels) with a square number of pixels, such as (n, 784)",
            "Bilder der Form (n, Höhe, Breite), oder (n, Pixel) mit einer Quadratzahl von Pixeln, etwa (n, 784)"
        );
        Error::wrong_shape(operation, expected, shape.clone(), may_be_images(shape))
    })
}

/// Whether another shape could make images of these values: of a single picture, or where the number of
/// dimensions is what is wrong.
fn may_be_images(shape: &Shape) -> bool {
    let is_one = matches!(*shape.dims(), [height, width] if height == width);
    shape.num_values() > 0 && (is_one || !(2..=4).contains(&shape.num_dims()))
}

/// The images of an array, `(n, height, width, 3)` in colours and others in grey: 0 is black, the largest
/// value white.
///
/// `uint8` runs from 0 to 255. Other numbers run from 0 to 1 or from 0 to 255 where all lie there,
/// and else from the smallest to the largest; those that are not finite are black.
pub(crate) fn tiles(images: &Array, (height, width): (usize, usize)) -> Result<Vec<RgbImage>> {
    // One image after another: all as numbers with a fraction may be more than there is room for.
    let image = |row| -> Result<Vec<f32>> { Ok(images.row(row)?.to_vec()) };
    let ranges = (0..images.len()).map(|row| Ok(finite_range(&image(row)?)));
    let ranges: Vec<_> = ranges.collect::<Result<_>>()?;
    let range = ranges.into_iter().flatten().reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    let (smallest, largest) = range.unwrap_or((0.0, 1.0));
    let white = if images.dtype() == DType::UInt8 || largest > 1.0 { 255.0 } else { 1.0 };
    let is_usual = smallest >= 0.0 && largest <= white;
    let (low, high) = if is_usual { (0.0, white) } else { (smallest, largest) };
    too_dark(largest, high).into_iter().for_each(say_note);
    let grey = |value: f32| {
        let bright = (f64::from(value) - low) / (high - low) * 255.0;
        [if value.is_finite() { bright.round() as u8 } else { 0 }; 3]
    };
    let channels = if matches!(*images.shape().dims(), [_, _, _, 3]) { 3 } else { 1 };
    let tile = |row| {
        let numbers = in_planes(image(row)?, [height, width, channels]);
        let planes = numbers.axis_iter(Axis(2)).map(|plane| tile_of(plane, grey));
        let planes: Vec<RgbImage> = planes.collect();
        let colour = |x, y| Rgb([0, 1, 2].map(|part| planes[part % channels].get_pixel(x, y).0[0]));
        Ok(RgbImage::from_fn(planes[0].width(), planes[0].height(), colour))
    };
    (0..images.len()).map(tile).collect()
}

/// What to say of images that look black, as their brightest pixel is far from white.
fn too_dark(brightest: f64, white: f64) -> Option<Phrase> {
    let is_dark = 0.0 < brightest && brightest < white / 8.0;
    let brightest = plain(brightest as f32);
    is_dark.then(|| {
        phrase!(
            "the brightest pixel is {brightest}, but white is {white}, so that the images look black: divide them \
             once, by the largest value that a pixel can have",
            "der hellste Pixel hat den Wert {brightest}, weiß ist aber {white}, darum sehen die Bilder schwarz aus: \
             Teile sie einmal, durch den größten Wert, den ein Pixel haben kann"
        )
    })
}

/// Numbers as planes that lie behind one another, so many of this height and width.
pub(crate) fn in_planes(numbers: Vec<f32>, size: [usize; 3]) -> Array3<f32> {
    Array3::from_shape_vec(size, numbers).expect("callers know the shape")
}

/// An image with a colour for each of its numbers. Of a large one, each pixel of the tile takes the
/// mean of a block of numbers: nobody could see more of them, and a page would have to hold them.
pub(crate) fn tile_of(numbers: ArrayView2<f32>, colour: impl Fn(f32) -> Colour) -> RgbImage {
    const MOST_PIXELS: usize = 400;
    let (height, width) = numbers.dim();
    let longest = height.max(width);
    let [rows, columns] = [height, width].map(|side| {
        if longest <= MOST_PIXELS { side } else { (side * MOST_PIXELS / longest).max(1) }
    });
    let edge = |pixel: usize, pixels: usize, side: usize| pixel * side / pixels;
    let block = |row: usize, column: usize| {
        let lines = edge(row, rows, height)..edge(row + 1, rows, height);
        let line = edge(column, columns, width)..edge(column + 1, columns, width);
        let block = numbers.slice(s![lines, line]);
        match block.len() {
            1 => block[[0, 0]],
            count => (block.iter().copied().map(f64::from).sum::<f64>() / count as f64) as f32,
        }
    };
    RgbImage::from_fn(columns as u32, rows as u32, |column, row| {
        Rgb(colour(block(row as usize, column as usize)))
    })
}

/// The smallest and the largest of the finite numbers; 0 and 1 where there are none.
pub fn range_of(values: &[f32]) -> (f64, f64) {
    finite_range(values).unwrap_or((0.0, 1.0))
}

fn finite_range(values: &[f32]) -> Option<(f64, f64)> {
    let finite = values.iter().filter(|value| value.is_finite()).map(|&value| f64::from(value));
    finite.map(|value| (value, value)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// The longest text beside an image: a longer one would make the picture too wide for its page.
const MOST_LETTERS: usize = 40;

/// A text, cut where it is too long.
pub(crate) fn short_text(text: &str) -> String {
    cut(text, MOST_LETTERS)
}

/// The size of the finite number that is farthest from 0; 1 where all are 0.
pub(crate) fn largest_size(values: &[f32]) -> f64 {
    let finite = values.iter().filter(|value| value.is_finite());
    let largest = finite.fold(0.0, |largest, value| value.abs().max(largest));
    if largest > 0.0 { largest.into() } else { 1.0 }
}

/// Checks how many images are to be shown.
pub(crate) fn check_number(n: usize, samples: usize) -> Result<()> {
    let wrong = |expected| Error::bad_setting("n", n, expected);
    match n {
        _ if samples == 0 => Err(Error::no_data("x")),
        0 => Err(wrong(phrase!("at least 1", "mindestens 1"))),
        _ if n > samples => Err(wrong(phrase!(
            "at most {}, the number of samples in x",
            "höchstens {}, die Anzahl der Beispiele (samples) in x",
            thousands(samples)
        ))),
        _ if n > MOST_IMAGES => Err(wrong(phrase!(
            "at most {MOST_IMAGES}, so that the images can be told apart",
            "höchstens {MOST_IMAGES}, damit man die Bilder unterscheiden kann"
        ))),
        _ => Ok(()),
    }
}

/// How large a tile is shown: each pixel as a square of whole units, where there are few.
pub(crate) fn shown_size(tile: &RgbImage, side: f64) -> (f64, f64) {
    let [width, height] = [tile.width(), tile.height()].map(f64::from);
    let longer = width.max(height);
    let unit = if side >= longer { (side / longer).floor() } else { side / longer };
    // A very long and thin image keeps at least a line.
    ((width * unit).max(1.0), (height * unit).max(1.0))
}

/// Images of one size in rows and columns, each with the same number of lines of text above.
///
/// `foot` units below them stay free for more; the area left for it is returned.
pub(crate) fn grid(
    title: &str,
    tiles: &[(RgbImage, Vec<String>)],
    foot: f64,
) -> Result<(Canvas, [f64; 4])> {
    let (width, height) = tiles.first().map_or((0.0, 0.0), |(tile, _)| shown_size(tile, SIDE));
    let num_lines = tiles.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
    let texts = tiles.iter().flat_map(|(_, lines)| lines);
    let widest = texts.map(|line| TextStyle::LABEL.width_of(line)).fold(width, f64::max);
    let (column, row) = (widest + GAP, height + num_lines as f64 * LINE + GAP);
    // In a wider picture all letters would be shrunk.
    let most = ((WIDEST - 2.0 * MARGIN + GAP) / column) as usize;
    let (rows, columns) = rows_and_columns(tiles.len(), most);
    let inside = (columns as f64 * column - GAP).max(TextStyle::TITLE.width_of(title));
    let top = MARGIN + 2.0 * LINE;
    let bottom = top + rows as f64 * row;
    let size = [inside + 2.0 * MARGIN, bottom - GAP + foot + MARGIN];
    let mut canvas = Canvas::new(size, title, MARGIN + 12.0);
    let left = MARGIN + (inside - (columns as f64 * column - GAP)) / 2.0;
    for (position, (tile, lines)) in tiles.iter().enumerate() {
        let middle = left + (position % columns) as f64 * column + widest / 2.0;
        let y = top + (position / columns) as f64 * row;
        for (line, text) in lines.iter().enumerate() {
            // The first line in bold where there are more: it names the image.
            let look = TextStyle { bold: line == 0, colour: BLACK, ..TextStyle::LABEL };
            canvas.text([middle, y + line as f64 * LINE + 10.0], look, text);
        }
        let area = [middle - width / 2.0, y + num_lines as f64 * LINE, width, height];
        framed_image(&mut canvas, area, tile)?;
    }
    Ok((canvas, [MARGIN, bottom, inside, foot]))
}

/// An image with a thin line around, which bounds it where its edge is white.
pub(crate) fn framed_image(canvas: &mut Canvas, area: [f64; 4], tile: &RgbImage) -> Result<()> {
    canvas.image(area, tile)?;
    let [x, y, width, height] = area;
    canvas.frame([x - 0.5, y - 0.5, width + 1.0, height + 1.0], LIGHT_GREY);
    Ok(())
}

/// Up to 15 images in even rows of up to five, more as a square or in even rows of up to ten; fewer in a row
/// where no more than `most` have room.
fn rows_and_columns(number: usize, most: usize) -> (usize, usize) {
    let side = number.isqrt();
    let is_square = side * side == number && side > 3;
    let columns = match number {
        _ if is_square => side,
        ..=15 => 5,
        _ => 10,
    };
    let rows = number.div_ceil(columns.min(most).max(1)).max(1);
    (rows, number.div_ceil(rows).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::for_tests::check;

    #[test]
    fn a_reshape_is_advised_only_where_it_helps() {
        for (shape, helps) in [(&[784][..], true), (&[28, 28], true), (&[9, 783], false)] {
            let said = image_size(&Shape::from(shape), "plot").unwrap_err().to_string();
            assert_eq!(said.ends_with(": reshape it first"), helps, "{said}");
        }
    }

    #[test]
    fn grey_follows_the_range_of_the_numbers() {
        let greys = |numbers: Array| {
            let images = numbers.reshape([1, numbers.len()]).unwrap();
            let tiles = tiles(&images, (1, numbers.len())).unwrap();
            tiles[0].pixels().map(|pixel| pixel.0[0]).collect::<Vec<_>>()
        };
        assert_eq!(greys(Array::from([0u8, 1, 255])), [0, 1, 255]);
        assert_eq!(greys(Array::from([0.0, 0.2, 1.0])), [0, 51, 255]);
        assert_eq!(greys(Array::from([0, 51, 255])), [0, 51, 255]);
        assert_eq!(greys(Array::from([-1.0, 0.0, 1.0])), [0, 128, 255]);
        assert_eq!(greys(Array::from([f32::NAN, f32::INFINITY, 1.0])), [0, 0, 255]);
        assert_eq!(greys(Array::from([-3.0, -3.0])), [0, 0]);
        assert_eq!(greys(Array::from([f32::NAN])), [0]);
    }

    #[test]
    fn images_that_look_black_are_noticed() {
        check(&too_dark(16.0, 255.0).unwrap());
        let twice = too_dark(1.0 / 255.0, 1.0).unwrap().to_string();
        assert!(twice.starts_with("the brightest pixel is 0.003921"), "{twice}");
        let fine = [(255.0, 255.0), (40.0, 255.0), (0.0, 1.0), (0.2, 1.0), (-2.0, -1.0)];
        assert!(fine.iter().all(|(brightest, white)| too_dark(*brightest, *white).is_none()));
    }

    #[test]
    fn large_images_are_made_smaller_by_their_means() {
        let tile = |numbers: &[f32], sides: [usize; 2]| {
            let numbers = ArrayView2::from_shape(sides, numbers).unwrap();
            let tile = tile_of(numbers, |value| [value as u8; 3]);
            (tile.width(), tile.height(), tile.pixels().map(|pixel| pixel.0[0]).collect::<Vec<_>>())
        };
        assert_eq!(tile(&[1.0, 2.0, 3.0, 4.0], [2, 2]), (2, 2, vec![1, 2, 3, 4]));
        // 800 columns of 0, 2, 10, 12 again and again: pairs with the means 1 and 11.
        let stripes: Vec<f32> = [0.0, 2.0, 10.0, 12.0].repeat(200);
        let (width, height, pixels) = tile(&stripes, [1, 800]);
        assert_eq!((width, height), (400, 1));
        assert!(pixels.chunks(2).all(|pair| pair == [1, 11]), "{pixels:?}");
        assert_eq!(tile(&[3.0; 500 * 1000], [500, 1000]), (400, 200, vec![3; 80_000]));
    }

    #[test]
    fn images_fill_even_rows() {
        let grids = [1, 5, 6, 7, 10, 12, 20, 25, 100].map(|number| rows_and_columns(number, 10));
        let expected = [(1, 1), (1, 5), (2, 3), (2, 4), (2, 5), (3, 4), (2, 10), (5, 5), (10, 10)];
        assert_eq!(grids, expected);
        assert_eq!([4, 3, 0].map(|most| rows_and_columns(20, most)), [(5, 4), (7, 3), (20, 1)]);
    }

    #[test]
    fn long_names_make_more_rows_and_no_small_letters() {
        let tile = || RgbImage::from_pixel(1, 1, Rgb(BLACK));
        let tiles: Vec<_> =
            (0..20).map(|_| (tile(), vec!["Geschirrspülmaschine".into()])).collect();
        let (canvas, [_, _, inside, _]) = grid("20", &tiles, 0.0).unwrap();
        assert!(inside + 2.0 * MARGIN <= WIDEST, "{inside}");
        assert_eq!(canvas.into_svg().matches("<image").count(), 20);
    }

    #[test]
    fn three_channels_are_colours() {
        let pixels = vec![255u8, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7];
        let images = Array::new([1, 2, 2, 3], pixels).unwrap();
        let tile = &tiles(&images, (2, 2)).unwrap()[0];
        assert_eq!(tile.as_raw()[..], [[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 8, 7]].concat());
        let scaled = &tiles(&(images / 255.0), (2, 2)).unwrap()[0];
        assert_eq!(scaled, tile);
    }

    #[test]
    fn only_images_are_images() {
        let size = |shape: &[usize]| image_size(&Shape::from(shape), "plot::samples").ok();
        assert_eq!(size(&[5, 28, 20]), Some((28, 20)));
        assert_eq!(size(&[5, 784]), Some((28, 28)));
        assert_eq!([size(&[5, 3, 4, 1]), size(&[5, 3, 4, 3])], [Some((3, 4)); 2]);
        for wrong in [&[5][..], &[5, 783], &[5, 0], &[5, 3, 0], &[5, 3, 3, 2], &[]] {
            assert_eq!(size(wrong), None, "{wrong:?}");
        }
    }
}
