//! `plot::samples`: random images with their labels.

use rand::seq::index;

use crate::arrays::array::Array;
use crate::arrays::class_numbers::{check_labels, class_labels};
use crate::base::chance::random_numbers;
use crate::base::error::Result;
use crate::base::language::either;
use crate::base::lines::as_texts;
use crate::plot::checks::{check_pairs, name_of};
use crate::plot::figure::Figure;
use crate::plot::tiles::{check_number, grid, image_size, tiles};

/// Shows `n` random images, each with its label above; other ones each time.
///
/// Looking at the data comes before training on it: are the images what they should be, and are
/// their labels right?
///
/// # Shapes
///
/// `x`: `(n, height, width)`, `(n, height, width, 1)`, or `(n, pixels)` with a square number of pixels;
/// grey values from 0 to 255 or from 0 to 1; with three channels, `(n, height, width, 3)`, in colours. `y`: class numbers `(n,)`, or one-hot rows `(n, classes)`.
///
/// # Errors
///
/// None here: the figure holds it, see [`Figure`]. When `x` or `y` has another shape, when there is
/// not one label for each image, when there are none, and when `n` is 0, larger than the number of
/// samples, or larger than 100.
///
/// ```
/// use zunder::prelude::*;
///
/// let x = Array::zeros([3, 28, 28]);
/// let y = Array::from([5, 0, 4]);
/// let figure = plot::samples(&x, &y, 2);
/// assert_eq!(figure.svg()?.matches("<image").count(), 2);
/// # Ok::<(), zunder::Error>(())
/// ```
pub fn samples(x: &Array, y: &Array, n: usize) -> Figure {
    Figure::new(draw_samples(x, y, &[], n))
}

/// Shows `n` random images as [`samples`] does, with names in the place of class numbers.
///
/// `names[0]` is the name of class 0 and so on; a class without a name keeps its number, and a name of
/// more than 40 letters is cut.
///
/// ```
/// use zunder::prelude::*;
///
/// let (x, y) = (Array::zeros([3, 28, 28]), Array::from([9, 1, 8]));
/// let figure = plot::named_samples(&x, &y, &fashion_mnist::class_names(), 3);
/// assert!(figure.svg()?.contains("ankle boot"));
/// # Ok::<(), zunder::Error>(())
/// ```
pub fn named_samples<S: AsRef<str>>(x: &Array, y: &Array, names: &[S], n: usize) -> Figure {
    Figure::new(draw_samples(x, y, &as_texts(names), n))
}

fn draw_samples(x: &Array, y: &Array, names: &[&str], n: usize) -> Result<String> {
    let size = image_size(&x.shape(), "plot::samples")?;
    check_labels(&y.shape(), "plot::samples")?;
    check_pairs(x, y)?;
    check_number(n, x.len())?;
    // Only the chosen ones are looked at: all images as numbers with a fraction would be four
    // times as large as the data set.
    let chosen = index::sample(&mut random_numbers(None), x.len(), n).into_vec();
    let labels = class_labels(&y.select(&chosen)?);
    let tiles = tiles(&x.select(&chosen)?, size)?;
    let lines = labels.into_iter().map(|label| vec![name_of(label, names)]);
    let tiles: Vec<_> = tiles.into_iter().zip(lines).collect();
    let title = match n {
        1 => either("A random image", "Ein zufälliges Bild").to_owned(),
        _ => format!("{n} {}", either("random images", "zufällige Bilder")),
    };
    let (canvas, _) = grid(&title, &tiles, 0.0)?;
    Ok(canvas.into_svg())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prepare::to_categorical::to_categorical;

    fn reason(figure: Figure) -> String {
        figure.svg().unwrap_err().to_string()
    }

    #[test]
    fn samples_show_each_image_once_with_its_label() {
        let y = Array::from([5u8, 0, 4]);
        for x in [Array::zeros([3, 28, 28]), Array::zeros([3, 784]), Array::zeros([3, 5, 9])] {
            for y in [y.clone(), to_categorical(&y, 10).unwrap(), y.reshape([3, 1]).unwrap()] {
                let figure = samples(&x, &y, 3);
                let svg = figure.svg().unwrap();
                assert_eq!(svg.matches("<image").count(), 3);
                for label in ["0", "4", "5"] {
                    assert_eq!(svg.matches(&format!(">{label}</text>")).count(), 1);
                }
            }
        }
    }

    #[test]
    fn classes_without_a_name_keep_their_number() {
        let y = Array::from([1.0, 0.5, -1.0, 7.0, f32::NAN]);
        let figure = named_samples(&Array::zeros([5, 2, 2]), &y, &["bag", "coat"], 5);
        let svg = figure.svg().unwrap();
        for label in ["coat", "0.5", "-1", "7", "NaN"] {
            assert_eq!(svg.matches(&format!(">{label}</text>")).count(), 1, "{label}");
        }
    }

    #[test]
    fn samples_are_others_each_time() {
        let (x, y) = (Array::zeros([1_000, 2, 2]), Array::from((0..1_000).collect::<Vec<_>>()));
        let draw = || samples(&x, &y, 10).svg().unwrap().to_owned();
        assert_ne!(draw(), draw());
    }

    #[test]
    fn samples_say_what_is_wrong() {
        let (x, y) = (Array::zeros([3, 28, 28]), Array::from([1, 2, 3]));
        assert!(reason(samples(&x, &y, 0)).contains("n is 0, but must be at least 1"));
        assert!(reason(samples(&x, &y, 4)).contains("at most 3, the number of samples"));
        assert!(reason(samples(&x, &Array::from([1, 2]), 1)).contains("x has 3 samples"));
        assert!(reason(samples(&x, &Array::zeros([3, 2, 2]), 1)).contains("got shape (3, 2, 2)"));
        assert!(reason(samples(&Array::zeros([3, 783]), &y, 1)).contains("got shape (3, 783)"));
        assert!(reason(samples(&y, &y, 1)).contains("got shape (3,)"));
        let none = Array::zeros([0, 28, 28]);
        assert!(reason(samples(&none, &Array::zeros([0]), 1)).contains("x holds no samples"));
        let many = (Array::zeros([200, 1, 1]), Array::zeros([200]));
        assert!(reason(samples(&many.0, &many.1, 101)).contains("at most 100"));
    }

    #[test]
    fn any_numbers_can_be_shown() {
        let x = Array::from([[f32::NAN, f32::INFINITY, -1e30, 1e30]]);
        assert!(samples(&x, &Array::from([f32::NAN]), 1).svg().is_ok());
    }
}
