//! `plot::weights`: what the units of the first layer look for.

use image::{Rgb, RgbImage};
use ndarray::Axis;

use crate::arrays::array::Array;
use crate::base::error::{Error, Result};
use crate::base::language::either;
use crate::base::numbers::{decimal, shortest, thousands};
use crate::base::phrase::{phrase, told};
use crate::plot::canvas::{BLUE, Colour, GREY, LIGHT_GREY, TextStyle, VERMILION, WHITE, blend};
use crate::plot::figure::Figure;
use crate::plot::tiles::{framed_image, grid, in_planes, largest_size, tile_of};

/// Shows the weights of the first layer as images, one for each unit.
///
/// A unit adds up all pixels, each times its weight. Bright pixels where its image is red speak for
/// the unit, where it is blue against it; where it is white they do not matter to it.
///
/// # Shapes
///
/// `kernel`: `(pixels, units)` with a square number of pixels, as from `model.weights()`. Of more
/// than 100 units, the first 100 are shown.
///
/// # Errors
///
/// None here: the figure holds it, see [`Figure`]. When the kernel has another shape.
///
/// ```
/// use zunder::prelude::*;
///
/// let figure = plot::weights(&Array::zeros([784, 20]));
/// assert!(figure.svg()?.contains("unit 19"));
/// # Ok::<(), zunder::Error>(())
/// ```
pub fn weights(kernel: &Array) -> Figure {
    Figure::new(draw_weights(kernel))
}

fn draw_weights(kernel: &Array) -> Result<String> {
    let is_square = |pixels: usize| pixels > 0 && pixels.isqrt().pow(2) == pixels;
    let (side, units) = match *kernel.shape().dims() {
        [pixels, units] if is_square(pixels) && units > 0 => (pixels.isqrt(), units),
        _ => {
            let expected = phrase!(
                "a kernel of shape (pixels, units) with a square number of pixels, such as (784, 20), \
                 the first of model.weights()",
                "eine Gewichtsmatrix (kernel) der Form (Pixel, Neuronen) mit einer Quadratzahl von Pixeln, \
                 etwa (784, 20): die erste aus model.weights()"
            );
            let can_reshape = kernel.shape().num_dims() != 2;
            return Err(Error::wrong_shape("plot::weights", expected, kernel.shape(), can_reshape));
        }
    };
    let values = kernel.to_vec();
    let largest = largest_size(&values);
    // One scale for all units, so that they can be compared; white is 0.
    let colour = |weight: f32| match f64::from(weight) / largest {
        way if !way.is_finite() => LIGHT_GREY,
        way => signed_colour(way),
    };
    let shown = units.min(100);
    let weights = in_planes(values, [side, side, units]);
    let tiles = weights.axis_iter(Axis(2)).take(shown).enumerate().map(|(unit, weights)| {
        (tile_of(weights, colour), vec![told!("unit {unit}", "Neuron {unit}")])
    });
    let title = title(shown, units);
    let (mut canvas, [x, y, width, _]) = grid(&title, &tiles.collect::<Vec<_>>(), 44.0)?;
    let length = width.min(260.0);
    let left = x + (width - length) / 2.0;
    let scale = RgbImage::from_fn(129, 1, |x, _| Rgb(signed_colour((f64::from(x) - 64.0) / 64.0)));
    framed_image(&mut canvas, [left, y + 6.0, length, 12.0], &scale)?;
    let end = match largest {
        0.01..1e4 => decimal(largest, 2),
        _ => shortest(format!("{largest:.1e}")),
    };
    let ends = [format!("-{end}"), "0".to_owned(), format!("+{end}")];
    let look = TextStyle { colour: GREY, ..TextStyle::LABEL };
    for (place, text) in [0.0, 0.5, 1.0].into_iter().zip(ends) {
        canvas.text([left + place * length, y + 34.0], look, &text);
    }
    Ok(canvas.into_svg())
}

fn title(shown: usize, units: usize) -> String {
    let of = thousands(units);
    match units {
        1 => either(
            "What the only unit looks for in an image",
            "Worauf das einzige Neuron (unit) in einem Bild achtet",
        )
        .to_owned(),
        _ if shown < units => told!(
            "What the first {shown} of {of} units look for in an image",
            "Worauf die ersten {shown} von {of} Neuronen (units) in einem Bild achten"
        ),
        _ => told!(
            "What each of the {of} units looks for in an image",
            "Worauf jedes der {of} Neuronen (units) in einem Bild achtet"
        ),
    }
}

/// From blue (-1) over white (0) to red (1), faster near 0: most weights are small.
pub(crate) fn signed_colour(way: f64) -> Colour {
    blend(WHITE, if way < 0.0 { BLUE } else { VERMILION }, way.abs().powf(0.75))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::shape::Shape;

    fn reason(figure: Figure) -> String {
        figure.svg().unwrap_err().to_string()
    }

    #[test]
    fn weights_are_coloured_around_zero() {
        // Unit 0 has the weights -1, 0, 0, 1 and unit 1 those of half their size.
        let kernel = Array::from([[-1.0, -0.5], [0.0, 0.0], [0.0, 0.0], [1.0, 0.5]]);
        let figure = weights(&kernel);
        let svg = figure.svg().unwrap();
        for text in ["unit 0", "unit 1", "-1.00", "+1.00", "each of the 2 units"] {
            assert!(svg.contains(text), "{text}");
        }
        assert_eq!([-1.0, 0.0, 1.0].map(signed_colour), [BLUE, WHITE, VERMILION]);
        let many = weights(&Array::zeros([4, 300]));
        assert!(many.svg().unwrap().contains("first 100 of 300 units"));
        let strange = Array::from([[f32::NAN], [f32::INFINITY], [1e-30], [3e38]]);
        assert!(weights(&strange).svg().is_ok());
        for shape in [[783, 20], [0, 20], [784, 0]] {
            let said = reason(weights(&Array::zeros(shape)));
            assert!(said.ends_with(&Shape::from(shape).to_string()), "{said}"); // no reshape helps
        }
        assert!(reason(weights(&Array::zeros([784]))).ends_with("reshape it first"));
    }
}
