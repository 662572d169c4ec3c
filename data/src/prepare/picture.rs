//! Any picture from a file, PNG or JPEG, whole and upright.

use std::io::{Cursor, ErrorKind};
use std::path::Path;

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, metadata::Orientation,
};

use crate::base::error::{Error, Result};
use crate::base::file_problem::FileProblem;
use crate::base::files::read_whole;
use crate::base::memory::check;
use crate::base::phrase::{Phrase, phrase};
use crate::base::too_large::Large;

/// Pictures with more pixels are refused: they would need gigabytes of memory.
const MOST_PIXELS: u64 = 120_000_000;

/// Reads a picture and turns it upright, as the camera says.
pub(crate) fn read(path: &Path) -> Result<DynamicImage> {
    let no_picture =
        |reason| Error::from(FileProblem::NotAPicture { path: path.to_owned(), reason });
    let remedy = phrase!("make the picture smaller", "mach das Bild kleiner");
    let bytes = read_whole(path, remedy.clone())?;
    if let Some(reason) = other_format(&bytes, path) {
        return Err(no_picture(reason));
    }
    if is_cut_off(&bytes) {
        return Err(no_picture(cut_off()));
    }
    let cannot_decode = |problem: ImageError| no_picture(broken(&problem));
    let reader = ImageReader::new(Cursor::new(&bytes)).with_guessed_format();
    let reader = reader.map_err(|problem| cannot_decode(problem.into()))?;
    let mut decoder = reader.into_decoder().map_err(cannot_decode)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MOST_PIXELS {
        let (path, most) = (path.to_owned(), MOST_PIXELS);
        return Err(FileProblem::PictureTooLarge { path, width, height, most }.into());
    }
    // Who reads a picture makes another one of it, of up to four bytes for each pixel.
    let memory = decoder.total_bytes().saturating_add(4 * pixels);
    check(Some(memory), || Large::File { path: path.display().to_string(), remedy })?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(cannot_decode)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// What a file is that is neither PNG nor JPEG, whether or not its name says so, and the way out.
fn other_format(bytes: &[u8], path: &Path) -> Option<Phrase> {
    if bytes.is_empty() {
        return Some(phrase!(
            "the file is empty; copy or download it again",
            "die Datei ist leer; kopiere sie noch einmal, oder lade sie noch einmal herunter"
        ));
    }
    let format = match image::guess_format(bytes) {
        Ok(ImageFormat::Png | ImageFormat::Jpeg) => return None,
        Ok(known) => known.extensions_str().first()?.to_uppercase(),
        // Photos of phones.
        Err(_) if is_heic(bytes) => "HEIC".to_owned(),
        Err(_) if is_svg(bytes) => "SVG".to_owned(),
        Err(_) => {
            return Some(phrase!(
                "there is no picture inside, whatever its name says; save it as PNG or JPEG in the \
                 program that it comes from",
                "darin ist kein Bild, was auch immer der Name sagt; speichere es als PNG oder JPEG in \
                 dem Programm, aus dem es kommt"
            ));
        }
    };
    // A TIFF may be called .tif, and a HEIC .heif.
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_uppercase();
    let whatever = match ending.get(..3) == format.get(..3) {
        true => Phrase::from(""),
        false => phrase!(", whatever its name says", ", was auch immer der Name sagt"),
    };
    Some(phrase!(
        "its format is {format}{whatever}; open it in a program for pictures, and save it as PNG or JPEG",
        "sein Format ist {format}{whatever}; öffne es in einem Programm für Bilder, und speichere es als \
         PNG oder JPEG"
    ))
}

/// The brands of HEIF whose pictures are those of a phone.
fn is_heic(bytes: &[u8]) -> bool {
    let brand = bytes.get(4..12).unwrap_or_default();
    [b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypmif1", b"ftypmsf1"]
        .iter()
        .any(|known| brand == *known)
}

fn is_svg(bytes: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(1_000)]);
    start.trim_start_matches('\u{feff}').trim_start().starts_with('<') && start.contains("<svg")
}

/// Why a PNG or JPEG cannot be read, and the way out. What the reader says is English, and about its
/// insides.
fn broken(problem: &ImageError) -> Phrase {
    match problem {
        ImageError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => cut_off(),
        ImageError::Unsupported(_) => phrase!(
            "it is of a rare kind that is not read here; open it in a program for pictures, and save it as PNG",
            "es ist von einer seltenen Art, die hier nicht gelesen wird; öffne es in einem Programm für \
             Bilder, und speichere es als PNG"
        ),
        ImageError::Limits(_) => phrase!(
            "it takes too much memory; make it smaller first",
            "es braucht zu viel Speicher; verkleinere es zuerst"
        ),
        _ => phrase!(
            "it is damaged; copy or download it again",
            "es ist beschädigt; kopiere es noch einmal, oder lade es noch einmal herunter"
        ),
    }
}

fn cut_off() -> Phrase {
    phrase!(
        "it is cut off; copy or download it again",
        "es ist abgeschnitten; kopiere es noch einmal, oder lade es noch einmal herunter"
    )
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::memory::for_tests::with_memory;
    use crate::for_tests::twins;

    /// What is said of a file that holds this, in both languages, without its name.
    fn said(bytes: &[u8]) -> (String, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        std::fs::write(&path, bytes).unwrap();
        let (english, german) = twins(&read(&path).map(drop).unwrap_err());
        let behind = |text: String, start: &str| {
            let start = format!("{} {start}: ", path.display());
            text.strip_prefix(&start).unwrap_or_else(|| panic!("{text}")).to_owned()
        };
        let german = behind(german, "ist kein Bild, das sich lesen lässt");
        (behind(english, "is not a picture that can be read"), german)
    }

    fn encoded(format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let picture = image::RgbImage::from_fn(40, 30, |x, y| image::Rgb([x as u8, y as u8, 7]));
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn what_is_no_png_or_jpeg_is_named() {
        for (start, name) in [
            (&b"GIF89a\x01\0\x01\0"[..], "GIF"),
            (b"RIFF\x10\0\0\0WEBPVP8 ", "WEBP"),
            (b"II*\0\x08\0\0\0", "TIFF"),
            (b"BM\x10\0\0\0", "BMP"),
            (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
            (b"\0\0\0\x18ftypavif\0\0\0\0", "AVIF"),
            (b"<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "SVG"),
        ] {
            let (english, german) = said(start);
            assert!(english.starts_with(&format!("its format is {name}, ")), "{english}");
            assert!(english.ends_with("and save it as PNG or JPEG"), "{english}");
            assert!(german.starts_with(&format!("sein Format ist {name}, ")), "{german}");
        }
        for (name, expected) in [
            ("a.GIF", "its format is GIF; open it"),
            ("a.jpg", "its format is GIF, whatever its name says; open it"),
            ("a", "its format is GIF, whatever its name says; open it"),
        ] {
            let said = other_format(b"GIF89a\x01\0\x01\0", Path::new(name)).unwrap().to_string();
            assert!(said.starts_with(expected), "{said}");
        }
        for start in [&b"no picture"[..], b"<!doctype html><html></html>", &[0; 50]] {
            let (english, german) = said(start);
            assert!(english.starts_with("there is no picture inside, whatever"), "{english}");
            assert!(german.starts_with("darin ist kein Bild, was auch immer"), "{german}");
        }
        let (english, german) = said(b"");
        assert_eq!(english, "the file is empty; copy or download it again");
        assert!(german.starts_with("die Datei ist leer; kopiere sie"), "{german}");
    }

    #[test]
    fn a_picture_that_does_not_fit_into_memory_is_refused_before_it_is_decoded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        image::RgbImage::new(100, 100).save(&path).unwrap();
        // 3 bytes for each pixel, and 4 for what is made of it.
        with_memory(70_000, || read(&path)).unwrap();
        let refused = with_memory(69_999, || read(&path)).unwrap_err().to_string();
        assert!(refused.contains(" takes 70 KB, "), "{refused}");
        assert!(refused.ends_with(": make the picture smaller"), "{refused}");
    }

    #[test]
    fn a_png_or_jpeg_that_is_cut_off_or_damaged_is_to_be_fetched_again() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let whole = encoded(format);
            for part in [whole.len() / 5, whole.len() / 2, whole.len() - 20] {
                let (english, german) = said(&whole[..part]);
                assert_eq!(english, "it is cut off; copy or download it again");
                assert!(german.starts_with("es ist abgeschnitten; kopiere es"), "{german}");
            }
        }
        let mut damaged = encoded(ImageFormat::Png);
        damaged[45] ^= 0x55;
        let (english, german) = said(&damaged);
        assert_eq!(english, "it is damaged; copy or download it again");
        assert!(german.starts_with("es ist beschädigt; kopiere es"), "{german}");
    }
}
