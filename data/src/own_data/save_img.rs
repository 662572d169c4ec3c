//! `save_img`: a picture as a file.

use std::io;
use std::path::Path;

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};

use crate::arrays::array::Array;
use crate::arrays::dtype::DType;
use crate::base::error::{Error, Result};
use crate::base::files::{ends_in, write_whole};
use crate::base::numbers::plain;
use crate::base::phrase::phrase;

/// Saves one picture as PNG: `save_img("fruit/apple/1.png", &picture)?`.
///
/// The way back from [`image_dataset_from_directory`](crate::image_dataset_from_directory), as Keras's
/// [`save_img`](https://keras.io/api/data_loading/image/#saveimg-function), but for the scale: Keras
/// stretches each picture between its own darkest and brightest pixel, here a pixel stays as bright as it
/// is. The folder must be there.
///
/// # Shapes
///
/// `x`: `(height, width)`, `(height, width, 1)` in grey or `(height, width, 3)` in colours; `uint8` from 0
/// to 255, or other numbers from 0 to 1.
///
/// # Errors
///
/// When the shape is another one, when a number is not from 0 to 1, when the name does not end in .png,
/// and when the file cannot be written.
///
/// ```
/// use zunder::prelude::*;
///
/// # let folder = tempfile::tempdir()?;
/// # std::fs::create_dir(folder.path().join("day"))?;
/// # let folder = folder.path(); // or "photos"
/// let picture = Array::from([[0.0, 0.2], [0.4, 1.0]]);
/// save_img(folder.join("day/1.png"), &picture)?;
///
/// let settings = Images::new().image_size([2, 2]).color_mode(Grayscale);
/// let photos = image_dataset_from_directory(folder, settings)?;
/// assert_eq!(photos.x().to_vec(), [0.0, 51.0, 102.0, 255.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn save_img(path: impl AsRef<Path>, x: &Array) -> Result<()> {
    save(path.as_ref(), x)
}

// Not generic, so that it is compiled here and not in a notebook cell.
fn save(path: &Path, x: &Array) -> Result<()> {
    if !ends_in(path, "png") {
        let expected = phrase!("one that ends in .png", "einer, der auf .png endet");
        return Err(Error::bad_file_name(path, expected));
    }
    let (height, width, colours) = match *x.shape().dims() {
        [height, width] | [height, width, 1] => (height, width, ExtendedColorType::L8),
        [height, width, 3] => (height, width, ExtendedColorType::Rgb8),
        _ => (0, 0, ExtendedColorType::L8),
    };
    let sides = u32::try_from(height).ok().zip(u32::try_from(width).ok());
    let Some((height, width)) = sides.filter(|_| !x.is_empty() && height > 0 && width > 0) else {
        let expected = phrase!(
            "one picture, (height, width) or (height, width, 3), such as x.row(0)",
            "ein Bild, (Höhe, Breite) oder (Höhe, Breite, 3), etwa x.row(0)"
        );
        return Err(Error::wrong_shape("save_img", expected, x.shape(), may_be_picture(x)));
    };
    let numbers = x.to_vec();
    let is_whole = x.dtype() == DType::UInt8;
    if let Some(number) = numbers.iter().find(|number| !is_whole && !(0.0..=1.0).contains(*number))
    {
        let setting = phrase!("a pixel of the picture", "ein Pixel des Bildes");
        let expected = phrase!(
            "from 0 to 1, or uint8 from 0 to 255: divide by 255.0 first",
            "von 0 bis 1, oder uint8 von 0 bis 255: Teile zuerst durch 255.0"
        );
        return Err(Error::bad_setting(setting, plain(*number), expected));
    }
    let scale = if is_whole { 1.0 } else { 255.0 };
    let pixels: Vec<u8> = numbers.iter().map(|number| (number * scale).round() as u8).collect();
    let mut png = Vec::new();
    let encoder = PngEncoder::new(&mut png);
    let encoded = encoder.write_image(&pixels, width, height, colours);
    encoded.map_err(|problem| Error::cannot_write(path, &io::Error::other(problem)))?;
    write_whole(path, &png)
}

/// Whether the values are those of one picture in a shape that it does not have.
fn may_be_picture(x: &Array) -> bool {
    let shape = x.shape();
    let is_one = shape.num_sides() <= 2 || shape.num_sides() == 3 && shape.last() == 3;
    is_one && shape.num_dims() > 0 && shape.num_values() > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_in_colours_comes_back_as_it_was() -> Result<()> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.PNG");
        let bytes: Vec<u8> = (0..24).map(|value| value * 10).collect();
        save_img(&path, &Array::new([2, 4, 3], bytes.clone())?)?;
        let back = image::open(&path).expect("a picture").to_rgb8();
        assert_eq!((back.dimensions(), back.into_raw()), ((4, 2), bytes));
        Ok(())
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let save =
            |name: &str, x: &Array| save_img(folder.path().join(name), x).unwrap_err().to_string();
        let grey = Array::zeros([2, 2]);
        for (said, part) in [
            (save("a.jpg", &grey), "one that ends in .png"),
            (save("a.png", &Array::zeros([5, 28, 28])), "one picture, (height, width)"),
            (save("a.png", &Array::zeros([4])), "one picture, (height, width)"),
            (save("a.png", &Array::zeros([0, 3])), "one picture, (height, width)"),
            (save("a.png", &Array::from([[0.0, 255.0]])), "divide by 255.0 first"),
            (save("a.png", &Array::from([[f32::NAN, 0.0]])), "divide by 255.0 first"),
            (save("missing/a.png", &grey), "cannot write"),
        ] {
            assert!(said.contains(part), "{said}");
        }
        for (shape, helps) in [(vec![4], true), (vec![1, 5, 7], true), (vec![1, 5, 7, 3], true)]
            .into_iter()
            .chain([(vec![5, 7, 2], false), (vec![0, 3], false), (vec![9, 5, 7], false)])
        {
            let said = save("a.png", &Array::zeros(&shape[..]));
            assert_eq!(said.ends_with(": reshape it first"), helps, "{said}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
    }
}
