//! `plot::convolution`: what filters do to a picture.

use ndarray::{Array2, Axis, s};

use crate::arrays::array::Array;
use crate::base::error::{Error, Result};
use crate::base::language::either;
use crate::base::memory::check_shape;
use crate::base::numbers::decimal;
use crate::base::phrase::{phrase, told};
use crate::base::shape::Shape;
use crate::plot::canvas::{Canvas, GREY, TextStyle};
use crate::plot::checks::one_picture;
use crate::plot::figure::Figure;
use crate::plot::tiles::{
    framed_image, image_size, in_planes, largest_size, shown_size, tile_of, tiles,
};
use crate::plot::weights::signed_colour;

/// Of more filters only the first ones are shown.
const MOST_FILTERS: usize = 16;
const SIDE: f64 = 84.0;

/// Shows what filters make of a picture: each window of weights, and below it the picture that it finds.
///
/// As `Conv2D` without its bias and activation: the window slides over the picture, multiplies what it
/// sees by its weights and adds up.
///
/// # Shapes
///
/// `picture`: `(height, width)`, or `(pixels,)` with a square number of pixels, with or without a 1 in
/// front or behind. `kernel`: one filter `(height, width)`, or the kernel of a `Conv2D` on grey pictures,
/// `(height, width, 1, filters)`, as the first of `model.weights()`. Of more than 16 filters, the first 16
/// are shown.
///
/// # Errors
///
/// None here: the figure holds it, see [`Figure`]. When one of them has another shape, or the window is
/// larger than the picture.
///
/// ```
/// use zunder::prelude::*;
///
/// let upright = Array::from([[-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0]]);
/// let figure = plot::convolution(&Array::zeros([28, 28]), &upright);
/// assert_eq!(figure.svg()?.matches("<image").count(), 3);
/// # Ok::<(), zunder::Error>(())
/// ```
pub fn convolution(picture: &Array, kernel: &Array) -> Figure {
    Figure::new(draw(picture, kernel))
}

/// A filter, or what it found.
type Map = Array2<f32>;

fn draw(picture: &Array, kernel: &Array) -> Result<String> {
    let picture = one_picture(picture, NAME)?;
    let (height, width) = image_size(&picture.shape(), NAME)?;
    let filters = filters_of(kernel)?;
    let window = filters[0].dim();
    if window.0 > height || window.1 > width {
        let expected = phrase!(
            "a window that is no larger than the picture of {height} x {width} pixels",
            "ein Fenster, das nicht größer ist als das Bild mit {height} x {width} Pixeln"
        );
        return Err(Error::wrong_shape(NAME, expected, kernel.shape(), false));
    }
    let shown = filters.len().min(MOST_FILTERS);
    // What is found, all of it once more for the largest, and its colours.
    check_shape(&Shape::from([shown, height, width]), 3 * size_of::<f32>())?;
    let pixels = in_planes(picture.to_vec(), [height, width, 1]).index_axis_move(Axis(2), 0);
    let found: Vec<Map> = filters[..shown].iter().map(|filter| slide(&pixels, filter)).collect();
    let all = |maps: &[Map]| maps.iter().flatten().copied().collect::<Vec<f32>>();
    let (largest_weight, largest) = (largest_size(&all(&filters)), largest_size(&all(&found)));
    let colours = |map: &Map, largest: f64| {
        tile_of(map.view(), |number| signed_colour(f64::from(number) / largest))
    };

    let tile = tiles(&picture, (height, width))?.remove(0);
    let (margin, gap, line) = (14.0, 14.0, 18.0);
    let columns = shown.min(8);
    let rows = shown.div_ceil(columns);
    let own = shown_size(&tile, SIDE);
    let (cell, row) = (SIDE + gap, line + 46.0 + gap + SIDE + gap);
    let title = title(shown, filters.len());
    let inside = (cell * (columns + 1) as f64).max(TextStyle::TITLE.width_of(&title));
    let key = TextStyle { colour: GREY, size: 12.0, ..TextStyle::LABEL };
    let key_words = either(
        "above: the weights of a filter; below: what it finds (orange above 0, blue below)",
        "oben: die Gewichte eines Filters; unten: was er findet (Orange über 0, Blau darunter)",
    );
    let inside = inside.max(key.width_of(key_words));
    let top = margin + 36.0;
    let size = [inside + 2.0 * margin, top + row * rows as f64 + line + margin];
    let mut canvas = Canvas::new(size, &title, margin + 12.0);
    let middle = margin + inside / 2.0;
    let left = middle - cell * (columns + 1) as f64 / 2.0;
    canvas.text([left + SIDE / 2.0, top + 12.0], TextStyle::LABEL, either("picture", "Bild"));
    let below = top + line + 46.0 + gap;
    framed_image(&mut canvas, [left + (SIDE - own.0) / 2.0, below, own.0, own.1], &tile)?;
    let mut described = Vec::new();
    for (number, (filter, map)) in filters.iter().zip(&found).enumerate() {
        let x = left + cell * (number % columns + 1) as f64;
        let y = top + row * (number / columns) as f64;
        let name = format!("{} {number}", either("filter", "Filter"));
        canvas.text([x + SIDE / 2.0, y + 12.0], TextStyle::LABEL, &name);
        let weights = colours(filter, largest_weight);
        let (w, h) = shown_size(&weights, 46.0);
        framed_image(&mut canvas, [x + (SIDE - w) / 2.0, y + line + 46.0 - h, w, h], &weights)?;
        let seen = colours(map, largest);
        let (w, h) = shown_size(&seen, SIDE);
        framed_image(&mut canvas, [x + (SIDE - w) / 2.0, y + line + 46.0 + gap, w, h], &seen)?;
        let numbers: Vec<String> =
            filter.iter().take(25).map(|weight| decimal((*weight).into(), 2)).collect();
        let most = decimal(map.iter().fold(f64::MIN, |most, n| most.max((*n).into())), 2);
        let numbers = numbers.join(" ");
        described.push(told!(
            "{name}: weights {numbers}; largest number found {most}",
            "{name}: Gewichte {numbers}; größte gefundene Zahl {most}"
        ));
    }
    canvas.text([middle, top + row * rows as f64 + 10.0], key, key_words);
    canvas.describe(described.join(". "));
    Ok(canvas.into_svg())
}

fn title(shown: usize, filters: usize) -> String {
    match (shown, filters) {
        (_, 1) => either("What a filter finds in a picture", "Was ein Filter in einem Bild findet")
            .to_owned(),
        _ if shown < filters => told!(
            "What the first {shown} of {filters} filters find in a picture",
            "Was die ersten {shown} von {filters} Filtern in einem Bild finden"
        ),
        _ => told!(
            "What {filters} filters find in a picture",
            "Was {filters} Filter in einem Bild finden"
        ),
    }
}

const NAME: &str = "plot::convolution";

fn filters_of(kernel: &Array) -> Result<Vec<Map>> {
    let (height, width, filters) = match *kernel.shape().dims() {
        [height, width] => (height, width, 1),
        [height, width, 1, filters] => (height, width, filters),
        _ => (0, 0, 0),
    };
    if height * width * filters == 0 {
        let expected = phrase!(
            "one filter of shape (height, width), or a kernel of shape (height, width, 1, filters), the \
             first of model.weights()",
            "einen Filter der Form (Höhe, Breite) oder eine Gewichtsmatrix (kernel) der Form (Höhe, Breite, \
             1, Filter): die erste aus model.weights()"
        );
        let can_reshape = !matches!(kernel.shape().num_dims(), 2 | 4);
        return Err(Error::wrong_shape(NAME, expected, kernel.shape(), can_reshape));
    }
    let weights = in_planes(kernel.to_vec(), [height, width, filters]);
    Ok(weights.axis_iter(Axis(2)).map(|filter| filter.to_owned()).collect())
}

/// What a window finds at each place where it fits.
fn slide(pixels: &Array2<f32>, filter: &Map) -> Map {
    let (rows, columns) = filter.dim();
    let size = [pixels.nrows() - rows + 1, pixels.ncols() - columns + 1];
    Map::from_shape_fn(size, |(top, left)| {
        let window = pixels.slice(s![top..top + rows, left..left + columns]);
        window.iter().zip(filter).map(|(pixel, weight)| pixel * weight).sum()
    })
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::base::language::in_german;
    use crate::base::memory::for_tests::with_memory;

    #[test]
    fn a_window_finds_what_a_convolution_computes() {
        // A vertical edge between columns 1 and 2.
        let pixels = array![[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0]];
        let found = slide(&pixels, &array![[-1.0, 1.0], [-1.0, 1.0]]);
        assert_eq!(found, array![[0.0, 2.0, 0.0], [0.0, 2.0, 0.0]]);
    }

    #[test]
    fn filters_of_a_layer_are_taken_apart() {
        let kernel = Array::new([1, 2, 1, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
        let filters = filters_of(&kernel).unwrap();
        assert_eq!(filters[1], array![[2.0, 5.0]]);
        let drawn = || convolution(&Array::zeros([784]), &kernel).svg().unwrap().to_owned();
        assert_eq!(drawn().matches("<image").count(), 1 + 2 * 3);
        assert!(drawn().contains("filter 1: weights 2.00 5.00; largest number found 0.00"));
        let german = in_german(drawn);
        assert!(
            german.contains("Filter 1: Gewichte 2,00 5,00; größte gefundene Zahl 0,00"),
            "{german}"
        );
    }

    #[test]
    fn other_shapes_are_refused() {
        let (picture, filter) = (Array::zeros([4, 4]), Array::zeros([3, 3]));
        let says = |picture: &Array, kernel: &Array| {
            convolution(picture, kernel).svg().unwrap_err().to_string()
        };
        assert!(says(&Array::zeros([2, 4, 4]), &filter).contains("one grey picture"));
        assert!(says(&picture, &Array::zeros([3, 3, 2, 8])).contains("one filter of shape"));
        assert!(
            says(&picture, &Array::zeros([5, 1])).contains("no larger than the picture of 4 x 4")
        );
        let many = || convolution(&picture, &Array::zeros([3, 3, 1, 40])).svg().map(drop);
        assert!(many().is_ok());
        let refused = with_memory(3_071, many).unwrap_err().to_string();
        assert!(refused.starts_with("an array of shape (16, 4, 4) takes 3,072 bytes"), "{refused}");
    }
}
