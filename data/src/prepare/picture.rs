//! Any picture from a file, PNG or JPEG, whole and upright.

use std::io::Cursor;
use std::path::Path;

use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, metadata::Orientation};

use crate::base::error::{Error, Result};
use crate::base::file_problem::FileProblem;
use crate::base::files::read_whole;
use crate::base::phrase::{Phrase, phrase};

/// Pictures with more pixels are refused: they would need gigabytes of memory.
const MOST_PIXELS: u64 = 120_000_000;

/// Reads a picture and turns it upright, as the camera says.
pub(crate) fn read(path: &Path) -> Result<DynamicImage> {
    let no_picture =
        |reason| Error::from(FileProblem::NotAPicture { path: path.to_owned(), reason });
    let bytes = read_whole(path, phrase!("make the picture smaller", "mach das Bild kleiner"))?;
    if is_cut_off(&bytes) {
        return Err(no_picture(phrase!("it is cut off", "es ist abgeschnitten")));
    }
    let decode = || -> Result<_, ImageError> {
        let reader = ImageReader::new(Cursor::new(&bytes)).with_guessed_format()?;
        let mut decoder = reader.into_decoder()?;
        let (width, height) = decoder.dimensions();
        if u64::from(width) * u64::from(height) > MOST_PIXELS {
            return Ok(Err((width, height)));
        }
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let mut picture = DynamicImage::from_decoder(decoder)?;
        picture.apply_orientation(orientation);
        Ok(Ok(picture))
    };
    match decode() {
        Ok(Ok(picture)) => Ok(picture),
        Ok(Err((width, height))) => {
            let (path, most) = (path.to_owned(), MOST_PIXELS);
            Err(FileProblem::PictureTooLarge { path, width, height, most }.into())
        }
        Err(problem) => {
            // Some readers say it in several lines.
            let text = problem.to_string();
            let words: Vec<&str> = text.split_whitespace().collect();
            Err(no_picture(Phrase::of(&words.join(" "))))
        }
    }
}

/// Whether a JPEG lacks its end: the reader makes up the rest of such a picture and says nothing. It goes
/// from mark to mark, since behind the end other things may follow, as the film of a phone.
fn is_cut_off(bytes: &[u8]) -> bool {
    let is_jpeg = bytes.starts_with(&[0xff, 0xd8]);
    let mut at = 2;
    while let (true, Some(&[0xff, mark, high, low])) =
        (is_jpeg, bytes[at.min(bytes.len())..].first_chunk())
    {
        at += match mark {
            0xd9 => return false,
            0xff => 1,
            _ => 2 + usize::from(u16::from_be_bytes([high, low])),
        };
        if mark == 0xda {
            let rest = bytes.get(at..).unwrap_or_default();
            let is_mark = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7);
            at += rest.windows(2).position(is_mark).unwrap_or(rest.len());
        }
    }
    let is_end = |rest: &[u8]| rest.starts_with(&[0xff, 0xd9]) || rest.len() > 3;
    is_jpeg && !is_end(&bytes[at.min(bytes.len())..])
}
