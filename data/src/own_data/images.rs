//! `image_dataset_from_directory`: a folder of pictures for each class.
//!
//! Over 300 lines: the settings stand beside what they do.

use std::fmt;
use std::path::Path;

use image::DynamicImage;

use crate::arrays::array::Array;
use crate::base::error::{Error, Result};
use crate::base::files::ends_in;
use crate::base::language::either;
use crate::base::memory::{bytes_of, check};
use crate::base::notes::{say_left_out, say_note};
use crate::base::numbers::thousands;
use crate::base::phrase::{Phrase, phrase};
use crate::base::progress::Progress;
use crate::base::shape::{IntoShape, Shape};
use crate::base::table_problem::TableProblem;
use crate::base::too_large::Large;
use crate::own_data::folder::ClassFolder;
use crate::plot::figure::Figure;
use crate::plot::samples::named_samples;
use crate::prepare::picture;

pub use ColorMode::{Grayscale, Rgb};

/// Endings of pictures; those of the first two kinds, up to `.jfif`, can be read.
const PICTURES: &str = "png jpg jpeg jpe jfif bmp gif webp tif tiff heic heif avif";

/// To train, pictures are divided into `float32`: four bytes for each of theirs, beside it.
const BYTES: usize = 1 + 4;

/// Whether pictures are read in grey or in colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorMode {
    /// One channel.
    Grayscale,
    /// Three channels: red, green, blue.
    #[default]
    Rgb,
}

/// How pictures are read; all settings have Keras's defaults, but for the seed: 0, so that the order is the
/// same each time. `max_per_class` and `skip_bad` are not in Keras.
///
/// ```
/// use zunder::prelude::*;
///
/// let settings = Images::new().image_size([64, 64]).color_mode(Grayscale);
/// ```
#[must_use = "it is a new value: keep it with `let`"]
#[derive(Clone, Debug, PartialEq)]
pub struct Images {
    image_size: Shape,
    color_mode: ColorMode,
    max_per_class: usize,
    skip_bad: bool,
    shuffle: bool,
    seed: u64,
}

impl Default for Images {
    fn default() -> Self {
        Images {
            image_size: Shape::from([256, 256]),
            color_mode: Rgb,
            max_per_class: usize::MAX,
            skip_bad: false,
            shuffle: true,
            seed: 0,
        }
    }
}

impl Images {
    /// In colours, 256 by 256, mixed.
    pub fn new() -> Self {
        Images::default()
    }

    /// Height and width to which all are stretched or shrunk (default 256 by 256): `[64, 64]`. From 1 to
    /// 10,000 each.
    pub fn image_size(self, image_size: impl IntoShape) -> Self {
        Images { image_size: image_size.into_shape(), ..self }
    }

    /// In grey or in colours (default [`Rgb`]).
    pub fn color_mode(self, color_mode: ColorMode) -> Self {
        Images { color_mode, ..self }
    }

    /// Reads at most so many pictures of each class, at least 1, the first in the order of their names.
    pub fn max_per_class(self, max_per_class: usize) -> Self {
        Images { max_per_class, ..self }
    }

    /// Leaves out pictures that cannot be read, and names them in lines that begin with `Note:` (default
    /// false: such a picture is an error). A class of which none can be read is an error even so.
    pub fn skip_bad(self, skip_bad: bool) -> Self {
        Images { skip_bad, ..self }
    }

    /// Whether the pictures are mixed (default true). In the order of their classes, a
    /// `validation_split` would hold back one class only.
    pub fn shuffle(self, shuffle: bool) -> Self {
        Images { shuffle, ..self }
    }

    /// Another seed mixes in another order (default 0; in Keras a new one each time).
    pub fn seed(self, seed: u64) -> Self {
        Images { seed, ..self }
    }

    /// Height, width and channels of each picture.
    fn shape(&self) -> Result<[usize; 3]> {
        let channels = if self.color_mode == Rgb { 3 } else { 1 };
        match *self.image_size.dims() {
            [height, width] if height > 0 && width > 0 && height.max(width) <= 10_000 => {
                Ok([height, width, channels])
            }
            _ => {
                let expected = phrase!(
                    "height and width from 1 to 10,000, such as [64, 64]",
                    "Höhe und Breite von 1 bis 10\u{202f}000, etwa [64, 64]"
                );
                Err(Error::bad_setting("image_size", &self.image_size, expected))
            }
        }
    }
}

/// Pictures with their class numbers: what [`image_dataset_from_directory`] reads.
#[derive(Clone, PartialEq)]
pub struct ImageDataset {
    x: Array,
    y: Array,
    class_names: Vec<String>,
}

impl ImageDataset {
    /// The pictures, `(n, height, width, channels)`, `uint8` from 0 to 255: divide them by 255.0.
    pub fn x(&self) -> Array {
        self.x.clone()
    }

    /// The class number of each, `(n,)`.
    pub fn y(&self) -> Array {
        self.y.clone()
    }

    /// The names of the folders, in the order of their class numbers.
    pub fn class_names(&self) -> Vec<String> {
        self.class_names.clone()
    }

    /// A sheet of `n` random pictures with the names of their classes; see
    /// [`plot::named_samples`](crate::plot::named_samples).
    pub fn samples(&self, n: usize) -> Figure {
        named_samples(&self.x, &self.y, &self.class_names, n)
    }
}

/// How many pictures of which classes.
impl fmt::Debug for ImageDataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shape, names) = (self.x.shape(), self.class_names.join(", "));
        write!(f, "{} {shape}: {names}", either("Pictures of shape", "Bilder der Form (shape)"))
    }
}

/// Reads the pictures of a folder that has a folder for each class.
///
/// ```text
/// fruit/apple/1.jpg
/// fruit/apple/2.jpg
/// fruit/pear/photo.png
/// ```
///
/// The folders are the classes, numbered in the order of the alphabet, as in Keras: capitals before small
/// letters, umlauts last, and 10 before 2. Each picture is stretched or shrunk to the same size, between pixels interpolated (bilinear), as Keras's
/// [`image_dataset_from_directory`](https://keras.io/api/data_loading/image/#imagedatasetfromdirectory-function)
/// does; photos are turned upright first, as the camera says. Where a picture is transparent, white paper
/// shows, as in [`photo::load_digit`](crate::photo::load_digit); Keras leaves the transparency out, so that
/// such a place mostly is black there. Values are whole numbers here. Grey is how bright a colour looks
/// (Rec. 601). PNG and JPEG are read; BMP, GIF, WebP, TIFF, HEIC and AVIF are an error, or left
/// out with `skip_bad(true)` (Keras reads BMP and GIF, and leaves the others aside). Files that are no pictures are
/// left aside. A long reading says how far it is, and the stop button ends it.
///
/// # Errors
///
/// When a folder cannot be read or has none for a class, when a picture is none, and before any is read
/// when all together take more memory than there is.
///
/// ```
/// use zunder::prelude::*;
///
/// # let folder = tempfile::tempdir()?;
/// # for (class, grey) in [("day", 250), ("night", 10)] {
/// #     std::fs::create_dir(folder.path().join(class))?;
/// #     let picture = image::GrayImage::from_pixel(4, 4, image::Luma([grey]));
/// #     picture.save(folder.path().join(class).join("1.png"))?;
/// # }
/// # let folder = folder.path(); // or "photos"
/// let settings = Images::new().image_size([8, 8]).color_mode(Grayscale);
/// let photos = image_dataset_from_directory(folder, settings)?;
/// assert_eq!(photos.x().shape(), [2, 8, 8, 1]);
/// assert_eq!(photos.class_names(), ["day", "night"]);
/// let x = photos.x() / 255.0;
/// # let _ = x;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn image_dataset_from_directory(
    directory: impl AsRef<Path>,
    settings: Images,
) -> Result<ImageDataset> {
    read_all(directory.as_ref(), &settings)
}

// Not generic, so that it is compiled here and not in a notebook cell.
fn read_all(directory: &Path, settings: &Images) -> Result<ImageDataset> {
    let shape = settings.shape()?;
    Error::check_at_least_one("max_per_class", settings.max_per_class)?;
    let mut progress = Progress::on_stdout();
    let kind = phrase!("pictures", "Bilder");
    let is_picture = |path: &Path| ends_in(path, PICTURES);
    let mut folder =
        ClassFolder::open(directory, settings.max_per_class, kind, &is_picture, &progress)?;
    if settings.shuffle {
        folder.shuffle(settings.seed);
    }
    let count = folder.files.len();
    let size: usize = shape.iter().product();
    check(bytes_of(&[count, size, BYTES]), || Large::Pictures { count })?;
    let (mut pixels, mut labels) = (Vec::with_capacity(count * size), Vec::new());
    let (mut bad, mut white, mut dark) = (Vec::new(), 0, 0);
    for (index, (path, class)) in folder.files.iter().enumerate() {
        progress.tick_of(index, count, either("pictures read", "Bildern gelesen"));
        let mut next = Some(path.clone());
        while let Some(path) = next.take() {
            progress.check(|| phrase!("reading the pictures", "das Lesen der Bilder"))?;
            match picture::read(&path) {
                Ok(picture) => {
                    let picture = on_white(picture);
                    dark += usize::from(is_dark(&picture));
                    white += usize::from(is_white(&picture));
                    resize(&picture, shape, &mut pixels);
                    labels.push(*class);
                }
                Err(problem) if settings.skip_bad => {
                    bad.push(problem);
                    next = folder.reserves[*class].next();
                }
                Err(problem) => return Err(problem),
            }
        }
    }
    say_left_out(bad.into_iter());
    notes([folder.beside, white, dark]).for_each(say_note);
    check_classes(directory, &folder.class_names, &labels)?;
    let [height, width, channels] = shape;
    let x = Array::new([labels.len(), height, width, channels], pixels)?;
    Ok(ImageDataset { x, y: Array::from(labels), class_names: folder.class_names })
}

/// What to say where so many pictures lie beside the folders of the classes, are white all over, look black.
fn notes(counts: [usize; 3]) -> impl Iterator<Item = Phrase> {
    let [beside, white, dark] = counts.map(thousands);
    let notes = [
        phrase!(
            "pictures that lie beside the folders of the classes: {beside}; they are left out, put each into the \
             folder of its class",
            "Bilder, die neben den Ordnern der Klassen liegen: {beside}; sie fehlen, leg jedes in den Ordner \
             seiner Klasse"
        ),
        phrase!(
            "pictures that are white all over: {white}; white paper shows where a picture is transparent, so that \
             white ink is not seen: save them with a dark ground",
            "Bilder, die überall weiß sind: {white}; wo ein Bild durchsichtig ist, liegt weißes Papier darunter, \
             und weiße Tinte ist nicht zu sehen: Speichere sie mit dunklem Grund"
        ),
        phrase!(
            "pictures of 16 bits that look black: {dark}; white is 65,535 there, so multiply their values before \
             you save them, all by the same number",
            "Bilder mit 16 Bit, die schwarz aussehen: {dark}; weiß ist dort 65\u{202f}535, multipliziere ihre \
             Werte also vor dem Speichern, alle mit derselben Zahl"
        ),
    ];
    notes.into_iter().zip(counts).filter(|(_, count)| *count > 0).map(|(note, _)| note)
}

/// A network would get a unit for a class without pictures, which could never be right.
fn check_classes(directory: &Path, class_names: &[String], labels: &[usize]) -> Result<()> {
    let Some(class) = (0..class_names.len()).find(|class| !labels.contains(class)) else {
        return Ok(());
    };
    let reason = phrase!(
        "no picture of this class could be read, but each class needs one: put one there that can be read, \
         or take the folder away",
        "kein Bild dieser Klasse ließ sich lesen, jede Klasse braucht aber eins: Leg eins hinein, das sich \
         lesen lässt, oder nimm den Ordner weg"
    );
    Err(TableProblem::File { path: directory.join(&class_names[class]), reason }.into())
}

/// The picture on white paper where it is transparent. What a file holds there is mostly black, which would
/// hide what is drawn in black.
fn on_white(picture: DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return picture;
    }
    let mut pixels = picture.into_rgba8();
    for image::Rgba([colours @ .., alpha]) in pixels.pixels_mut() {
        let ink = u32::from(std::mem::replace(alpha, 255));
        for colour in colours {
            *colour = ((u32::from(*colour) * ink + 255 * (255 - ink) + 127) / 255) as u8;
        }
    }
    pixels.into()
}

/// Whether nothing is to be seen of a picture that could be transparent, once it lies on white paper.
fn is_white(picture: &DynamicImage) -> bool {
    picture.as_rgba8().is_some_and(|pixels| pixels.iter().all(|&value| value >= 240))
}

/// Whether a picture of 16 bits uses the lowest 13 of them only, as where values up to 255 or 4,095 were saved.
fn is_dark(picture: &DynamicImage) -> bool {
    let is_deep = matches!(picture, DynamicImage::ImageLuma16(_) | DynamicImage::ImageRgb16(_));
    is_deep && picture.to_luma16().iter().all(|&value| value < 1 << 13)
}

/// How bright each pixel looks, as Keras weighs the colours (Rec. 601), in whole steps as Pillow does.
fn grey(picture: &DynamicImage) -> Vec<u8> {
    if !picture.color().has_color() {
        return picture.to_luma8().into_raw();
    }
    let grey = |[red, green, blue]: [u8; 3]| {
        let [red, green, blue] = [red, green, blue].map(u32::from);
        ((19_595 * red + 38_470 * green + 7_471 * blue + 0x8000) >> 16) as u8
    };
    picture.to_rgb8().pixels().map(|pixel| grey(pixel.0)).collect()
}

/// Adds the pixels of a picture in its new size: each new pixel looks at the four old ones around its
/// middle. As TensorFlow's `resize`, without smoothing where it shrinks.
fn resize(picture: &DynamicImage, [height, width, channels]: [usize; 3], pixels: &mut Vec<u8>) {
    let old = if channels == 3 { picture.to_rgb8().into_raw() } else { grey(picture) };
    let [old_height, old_width] = [picture.height(), picture.width()].map(|side| side as usize);
    let [rows, columns] =
        [(height, old_height), (width, old_width)].map(|(new, old)| neighbours(new, old));
    for (top, bottom, down) in rows {
        for &(left, right, across) in &columns {
            for channel in 0..channels {
                let at = |row: usize, column: usize| {
                    f32::from(old[(row * old_width + column) * channels + channel])
                };
                let between = |a: f32, b: f32, share: f32| a + (b - a) * share;
                let upper = between(at(top, left), at(top, right), across);
                let lower = between(at(bottom, left), at(bottom, right), across);
                pixels.push(between(upper, lower, down).round() as u8);
            }
        }
    }
}

/// For each place along a side the two old places around it, and how near it is to the second.
fn neighbours(new: usize, old: usize) -> Vec<(usize, usize, f32)> {
    let scale = old as f32 / new as f32;
    let of = |place: usize| {
        let middle = (place as f32 + 0.5) * scale - 0.5;
        let low = middle.floor();
        let inside = |place: f32| (place.max(0.0) as usize).min(old - 1);
        (inside(low), inside(low + 1.0), middle - low)
    };
    (0..new).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::memory::for_tests::with_memory;
    use crate::for_tests::twins;

    #[test]
    fn grey_is_that_of_keras() {
        // Of keras.utils.load_img(..., color_mode="grayscale"): green, red, blue; a grey stays as it is.
        let colours = [[0, 255, 0], [255, 0, 0], [0, 0, 255], [7, 7, 7]];
        let pixels = colours.concat();
        let picture = image::RgbImage::from_raw(4, 1, pixels).unwrap();
        assert_eq!(grey(&picture.into()), [150, 76, 29, 7]);
    }

    #[test]
    fn pictures_that_do_not_fit_into_memory_are_refused_before_any_is_read() {
        let folder = tempfile::tempdir().unwrap();
        for class in ["a", "b"] {
            std::fs::create_dir(folder.path().join(class)).unwrap();
            // Nobody looks into them.
            std::fs::write(folder.path().join(class).join("1.png"), "no picture").unwrap();
        }
        // 2 pictures of 100 by 100 in 3 colours, 5 bytes for each number: 300 KB.
        let read =
            || image_dataset_from_directory(folder.path(), Images::new().image_size([100, 100]));
        let refused = with_memory(299_000, read).map(drop).unwrap_err().to_string();
        assert!(refused.contains("2 pictures take 300 KB"), "{refused}");
        let unread = with_memory(300_000, read).map(drop).unwrap_err().to_string();
        assert!(unread.contains("is not a picture"), "{unread}");
        let none = image_dataset_from_directory(folder.path(), Images::new().max_per_class(0));
        let none = none.map(drop).unwrap_err().to_string();
        assert_eq!(none, "max_per_class is 0, but must be at least 1");
    }

    #[test]
    fn a_transparent_picture_lies_on_white() {
        let folder = tempfile::tempdir().unwrap();
        let file = |class: &str| folder.path().join(class).join("1.png");
        for class in ["colours", "grey"] {
            std::fs::create_dir(folder.path().join(class)).unwrap();
        }
        // Nothing, black ink, ink half as thick, red.
        let pixels = [[0; 4], [0, 0, 0, 255], [0, 0, 0, 128], [255, 0, 0, 255]].concat();
        image::RgbaImage::from_raw(4, 1, pixels).unwrap().save(file("colours")).unwrap();
        let pixels = vec![0, 0, 0, 255, 0, 128, 90, 255];
        image::GrayAlphaImage::from_raw(4, 1, pixels).unwrap().save(file("grey")).unwrap();
        let read = |mode| {
            let settings = Images::new().image_size([1, 4]).color_mode(mode).shuffle(false);
            image_dataset_from_directory(folder.path(), settings).unwrap().x().to_vec()
        };
        assert_eq!(read(Grayscale), [255., 0., 127., 76., 255., 0., 127., 90.]);
        let grey = |value: f32| [value; 3];
        let red = [255., 0., 0.];
        let rgb = [255., 0., 127.].map(grey);
        assert_eq!(read(Rgb), [&rgb[..], &[red], &rgb, &[grey(90.)]].concat().concat());
    }

    #[test]
    fn white_ink_on_a_transparent_ground_is_noticed() {
        let is_white = |pixels: [[u8; 4]; 2]| {
            let picture = image::RgbaImage::from_raw(2, 1, pixels.concat()).unwrap();
            is_white(&on_white(picture.into()))
        };
        assert!(is_white([[0; 4], [255; 4]]));
        assert!(!is_white([[0; 4], [0, 0, 0, 255]]));
        // A white picture that cannot be transparent may be an empty sheet.
        assert!(!super::is_white(&image::RgbImage::from_pixel(2, 1, image::Rgb([255; 3])).into()));
    }

    #[test]
    fn pictures_of_16_bits_that_use_few_of_them_are_noticed() {
        let deep = |value: u16| {
            is_dark(&image::ImageBuffer::from_pixel(2, 1, image::Luma([value])).into())
        };
        assert!(deep(255) && deep(4_095) && !deep(60_000));
        // It may have been taken at night.
        assert!(!is_dark(&image::GrayImage::new(2, 1).into()));
    }

    #[test]
    fn only_what_there_is_becomes_a_note() {
        let said = |counts| notes(counts).map(|note| note.to_string()).collect::<Vec<_>>();
        assert!(said([0; 3]).is_empty());
        let [beside, white, dark] = &said([1, 1_200, 3])[..] else { panic!("three notes") };
        assert!(
            beside.starts_with("pictures that lie beside the folders of the classes: 1;"),
            "{beside}"
        );
        assert!(
            white.starts_with("pictures that are white all over: 1,200; white paper"),
            "{white}"
        );
        assert!(
            dark.starts_with("pictures of 16 bits that look black: 3; white is 65,535"),
            "{dark}"
        );
        assert_eq!(said([0, 0, 3]), std::slice::from_ref(dark));
    }

    #[test]
    fn a_class_of_which_no_picture_can_be_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        for class in ["bad", "good"] {
            std::fs::create_dir(folder.path().join(class)).unwrap();
            std::fs::write(folder.path().join(class).join("1.png"), "no picture").unwrap();
        }
        image::GrayImage::new(2, 2).save(folder.path().join("good/2.png")).unwrap();
        let settings = Images::new().image_size([2, 2]).skip_bad(true);
        let read = || image_dataset_from_directory(folder.path(), settings.clone());
        let (english, german) = twins(&read().map(drop).unwrap_err());
        let bad = folder.path().join("bad").display().to_string();
        assert!(
            english.contains(&bad) && english.contains("no picture of this class"),
            "{english}"
        );
        assert!(german.contains("kein Bild dieser Klasse ließ sich lesen"), "{german}");
        image::GrayImage::new(2, 2).save(folder.path().join("bad/2.png")).unwrap();
        assert_eq!(read().unwrap().x().len(), 2);
    }

    #[test]
    fn pictures_that_belong_to_no_class_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("a")).unwrap();
        let is_picture = |path: &Path| ends_in(path, "png");
        let open = || {
            let progress = Progress::on_stdout();
            ClassFolder::open(folder.path(), 9, "pictures".into(), &is_picture, &progress)
        };
        for name in ["a/1.png", "liesmich.txt"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(open().unwrap().beside, 0);
        std::fs::write(folder.path().join("2.png"), "").unwrap();
        assert_eq!(open().unwrap().beside, 1);
    }

    #[test]
    fn each_ending_of_a_picture_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let class = folder.path().join("a");
        std::fs::create_dir(&class).unwrap();
        for ending in ["jpg", "jpe", "JFIF"] {
            let file = std::fs::File::create(class.join(format!("1.{ending}"))).unwrap();
            image::codecs::jpeg::JpegEncoder::new(file)
                .encode(&[9; 4], 2, 2, image::ExtendedColorType::L8)
                .unwrap();
        }
        let read = || image_dataset_from_directory(folder.path(), Images::new().image_size([2, 2]));
        assert_eq!(read().unwrap().x().len(), 3);
        for (ending, format) in [("heif", "HEIC"), ("avif", "AVIF")] {
            let file = class.join(format!("2.{ending}"));
            let brand = if ending == "heif" { "mif1" } else { "avif" };
            std::fs::write(&file, format!("\0\0\0\u{18}ftyp{brand}\0\0\0\0")).unwrap();
            let said = read().map(drop).unwrap_err().to_string();
            assert!(said.contains(&format!("its format is {format}")), "{said}");
            std::fs::remove_file(file).unwrap();
        }
    }

    #[test]
    fn a_picture_of_the_same_size_stays_as_it_is() {
        let pixels: Vec<u8> = (0..4 * 3 * 3).collect();
        let picture = image::RgbImage::from_raw(4, 3, pixels.clone()).unwrap();
        let mut same = Vec::new();
        resize(&DynamicImage::ImageRgb8(picture), [3, 4, 3], &mut same);
        assert_eq!(same, pixels);
    }
}
