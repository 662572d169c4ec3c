//! Photos of digits, drawn here: does a network that learned MNIST read them?

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{DynamicImage, GrayImage, Luma, Rgb, RgbImage, Rgba, RgbaImage};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use zunder::prelude::*;

/// The tutorial's network after a few epochs.
fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| {
        let ((x, y), _) = mnist::load_data().expect("MNIST is there or can be fetched");
        let x = x.reshape([60_000, 784]).unwrap() / 255.0;
        let network = Sequential::new()
            .seed(3)
            .add(Input::new(784))
            .add(Dense::new(20).activation(Relu))
            .add(Dense::new(14).activation(Relu))
            .add(Dense::new(10).activation(Softmax));
        let mut model =
            network.compile(SparseCategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap();
        model.fit(&x, &y, Fit::new().epochs(4).seed(3).verbose(0)).unwrap();
        model
    })
}

/// Where pictures are kept for a look at them.
fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("photos");
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn read_digit(path: &Path) -> usize {
    let digit = photo::load_digit(path).unwrap();
    assert_eq!(digit.shape(), [1, 784]);
    assert!(digit.min() == 0.0 && digit.max() == 1.0, "from {} to {}", digit.min(), digit.max());
    model().predict(&digit).unwrap().argmax().to_vec()[0] as usize
}

/// How bright each pixel is, from 0 to 255, before it becomes a file.
type Paint = dyn Fn(f32, f32) -> f32;

/// A picture of a digit, drawn with a pen along lines. All lengths are parts of its height.
struct Drawing {
    lines: Vec<Vec<(f32, f32)>>,
    pen: f32,
    angle: f32,
}

impl Drawing {
    fn of(digit: usize) -> Drawing {
        let circle = |x: f32, y: f32, wide: f32, high: f32| -> Vec<(f32, f32)> {
            let at = |step: i32| (step as f32 / 40.0 * std::f32::consts::TAU).sin_cos();
            (0..=40).map(at).map(|(sin, cos)| (x + wide * sin, y - high * cos)).collect()
        };
        let lines = match digit {
            0 => vec![circle(0.5, 0.5, 0.18, 0.26)],
            1 => vec![vec![(0.52, 0.22), (0.48, 0.78)]],
            4 => vec![
                vec![(0.38, 0.25), (0.34, 0.52), (0.64, 0.52)],
                vec![(0.62, 0.25), (0.57, 0.78)],
            ],
            7 => vec![vec![(0.32, 0.27), (0.65, 0.27), (0.46, 0.78)]],
            _ => panic!("nobody has drawn {digit} yet"),
        };
        Drawing { lines, pen: 0.06, angle: 0.0 }
    }

    /// How much ink there is at a place, 0 to 1; `edge` is the length of one pixel.
    fn ink(&self, (x, y): (f32, f32), edge: f32) -> f32 {
        let (sin, cos) = self.angle.to_radians().sin_cos();
        let (x, y) = (x - 0.5, y - 0.5);
        let (x, y) = (x * cos + y * sin + 0.5, y * cos - x * sin + 0.5);
        let pieces = self.lines.iter().flat_map(|line| line.windows(2));
        let distance = pieces.map(|ends| distance((x, y), ends[0], ends[1])).fold(9.0, f32::min);
        ((self.pen / 2.0 - distance) / edge + 0.5).clamp(0.0, 1.0)
    }

    /// The picture, on paper and with ink of given brightness.
    fn picture(&self, (width, height): (u32, u32), paper: &Paint, ink: &Paint) -> GrayImage {
        let edge = 1.0 / height as f32;
        GrayImage::from_fn(width, height, |x, y| {
            let left = (width as f32 - height as f32) / 2.0;
            let (x, y) = ((x as f32 + 0.5 - left) * edge, (y as f32 + 0.5) * edge);
            let share = self.ink((x, y), edge);
            let grey = paper(x, y) * (1.0 - share) + ink(x, y) * share;
            Luma([grey.clamp(0.0, 255.0) as u8])
        })
    }
}

fn distance(point: (f32, f32), from: (f32, f32), to: (f32, f32)) -> f32 {
    let (along, across) = ((to.0 - from.0, to.1 - from.1), (point.0 - from.0, point.1 - from.1));
    let length = along.0.powi(2) + along.1.powi(2);
    let share = ((across.0 * along.0 + across.1 * along.1) / length).clamp(0.0, 1.0);
    (across.0 - share * along.0).hypot(across.1 - share * along.1)
}

fn with_noise(picture: &GrayImage, strength: f32) -> GrayImage {
    let mut rng = StdRng::seed_from_u64(1);
    let mut noisy = picture.clone();
    for pixel in noisy.pixels_mut() {
        let noise: f32 = (0..3).map(|_| rng.random_range(-1.0..1.0)).sum();
        pixel.0[0] = (f32::from(pixel.0[0]) + noise * strength).clamp(0.0, 255.0) as u8;
    }
    noisy
}

fn save_jpeg(picture: &DynamicImage, path: &Path, quality: u8) {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn digits_on_any_paper_are_read() {
    let folder = folder();
    let white: &Paint = &|_, _| 235.0;
    let pen: &Paint = &|_, _| 40.0;
    for digit in [0, 1, 4, 7] {
        let drawing = Drawing::of(digit);
        let size = (400, 300);
        let clean = drawing.picture(size, white, pen);
        let lamp: &Paint = &|x, y| 235.0 - 120.0 * (x * 0.7 + y * 0.5);
        let in_lamp: &Paint = &move |x, y| lamp(x, y) * 0.2;
        // The shadow of a hand, with a soft edge.
        let hand: &Paint = &|x, y| 225.0 - 100.0 * ((x + 0.3 * y - 0.55) / 0.06).clamp(0.0, 1.0);
        let in_hand: &Paint = &move |x, y| hand(x, y) * 0.2;
        let lined = |at: f32| if at % 0.1 < 0.005 { 190.0 } else { 235.0 };
        let squared: &Paint = &move |x, y| f32::min(lined(x + 2.0), lined(y));
        let pictures = [
            ("clean", clean.clone()),
            ("board", drawing.picture(size, &|_, _| 30.0, &|_, _| 220.0)),
            ("pencil", drawing.picture(size, white, &|_, _| 170.0)),
            ("lamp", drawing.picture(size, lamp, in_lamp)),
            ("hand", drawing.picture(size, hand, in_hand)),
            ("noise", with_noise(&clean, 20.0)),
            ("tilted", Drawing { angle: 8.0, ..Drawing::of(digit) }.picture(size, white, pen)),
            ("tall", drawing.picture((300, 500), white, pen)),
            (
                "ballpoint",
                Drawing { pen: 0.008, ..Drawing::of(digit) }.picture((1200, 900), white, pen),
            ),
            ("thick", Drawing { pen: 0.11, ..Drawing::of(digit) }.picture(size, white, pen)),
            ("tiny", drawing.picture((40, 40), white, pen)),
            ("squared", drawing.picture(size, squared, pen)),
            ("lined", drawing.picture(size, &move |_, y| lined(y), pen)),
        ];
        for (name, picture) in pictures {
            let path = folder.join(format!("{digit}-{name}.png"));
            picture.save(&path).unwrap();
            assert_eq!(read_digit(&path), digit, "{}", path.display());
            let path = folder.join(format!("{digit}-{name}.jpg"));
            save_jpeg(&DynamicImage::from(picture), &path, 70);
            assert_eq!(read_digit(&path), digit, "{}", path.display());
        }
    }
}

#[test]
fn colour_transparency_and_other_things_in_view_do_not_matter() {
    let folder = folder();
    let ink = Drawing::of(7).picture((300, 300), &|_, _| 0.0, &|_, _| 255.0);
    let clean = {
        let path = folder.join("seven.png");
        ink.save(&path).unwrap();
        photo::load_digit(path).unwrap()
    };
    let check = |name: &str, picture: DynamicImage| {
        let path = folder.join(name);
        picture.save(&path).unwrap();
        let digit = photo::load_digit(&path).unwrap().to_vec();
        let differences = digit.iter().zip(clean.to_vec()).map(|(a, b)| (a - b).abs());
        let difference = differences.sum::<f32>() / clean.sum();
        assert!(difference < 0.1, "{name} differs by {difference}");
    };
    let share = |x, y| f32::from(ink.get_pixel(x, y).0[0]) / 255.0;
    let blue = |x, y| Rgb([220.0, 210.0, 180.0].map(|c| (c * (1.0 - share(x, y))) as u8));
    check("colour.png", RgbImage::from_fn(300, 300, blue).into());
    for (name, grey) in [("black", 0), ("white", 255)] {
        let pixel = |x, y| Rgba([grey, grey, grey, ink.get_pixel(x, y).0[0]]);
        check(&format!("transparent-{name}.png"), RgbaImage::from_fn(300, 300, pixel).into());
    }
    let mut dirty = ink.clone();
    for (x, y) in [(20, 30), (250, 40), (30, 260), (280, 280)] {
        imageops::replace(&mut dirty, &GrayImage::from_pixel(4, 4, Luma([255])), x, y);
    }
    // The edge of a table.
    imageops::replace(&mut dirty, &GrayImage::from_pixel(12, 300, Luma([255])), 288, 0);
    check("dirty.png", dirty.into());
    check("deep.png", DynamicImage::from(ink.clone()).into_luma16().into());
}

#[test]
fn a_camera_held_sideways_does_not_matter() {
    let folder = folder();
    let upright = Drawing::of(4).picture((400, 300), &|_, _| 230.0, &|_, _| 30.0);
    let path = folder.join("upright.jpg");
    save_jpeg(&upright.clone().into(), &path, 95);
    let expected = photo::load_digit(&path).unwrap().to_vec();
    // What the camera stores, and the number in its file that says how it was held.
    let stored = [
        (3, imageops::rotate180(&upright)),
        (6, imageops::rotate270(&upright)),
        (8, imageops::rotate90(&upright)),
    ];
    for (orientation, picture) in stored {
        let path = folder.join(format!("orientation-{orientation}.jpg"));
        save_jpeg(&picture.into(), &path, 95);
        let mut bytes = fs::read(&path).unwrap();
        // An Exif block with a single entry: tag 0x0112, one short number.
        let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
        let mut block = vec![0xff, 0xe1, 0, exif.len() as u8 + 2];
        block.extend(exif);
        bytes.splice(2..2, block);
        fs::write(&path, bytes).unwrap();
        let digit = photo::load_digit(&path).unwrap().to_vec();
        let differences = digit.iter().zip(&expected).map(|(a, b)| (a - b).abs());
        let difference = differences.sum::<f32>() / expected.iter().sum::<f32>();
        assert!(difference < 0.05, "{orientation}: {difference}");
    }
}

/// The strokes of a hurried 4, 5 and 7, a 0 that is open above and below, and a fleck beside a 1.
#[test]
fn a_digit_in_parts_is_one_digit() {
    let path = folder().join("parts.png");
    let arc = |from: i32, to: i32| -> Vec<(f32, f32)> {
        let at = |step: i32| (step as f32 / 80.0 * std::f32::consts::TAU).sin_cos();
        (from..=to).map(at).map(|(sin, cos)| (0.5 + 0.18 * sin, 0.5 - 0.26 * cos)).collect()
    };
    for lines in [
        vec![vec![(0.32, 0.25), (0.3, 0.55), (0.5, 0.55)], vec![(0.62, 0.25), (0.6, 0.78)]],
        vec![
            vec![(0.42, 0.25), (0.4, 0.45), (0.55, 0.6), (0.4, 0.78)],
            vec![(0.52, 0.25), (0.68, 0.25)],
        ],
        vec![vec![(0.3, 0.27), (0.45, 0.27)], vec![(0.6, 0.25), (0.55, 0.78)]],
        vec![arc(3, 37), arc(43, 77)],
        vec![vec![(0.5, 0.22), (0.48, 0.78)], vec![(0.7, 0.45), (0.7, 0.55)]],
    ] {
        let drawing = Drawing { lines, pen: 0.04, angle: 0.0 };
        drawing.picture((400, 300), &|_, _| 235.0, &|_, _| 40.0).save(&path).unwrap();
        photo::load_digit(&path).unwrap();
    }
}

#[test]
fn a_digit_that_is_small_in_a_large_photo_is_read() {
    let path = folder().join("small.jpg");
    for digit in [0, 1, 4, 7] {
        // It is 130 pixels high, and its strokes are 8 wide.
        let drawing = Drawing { pen: 0.034, ..Drawing::of(digit) };
        let drawing = drawing.picture((240, 240), &|_, _| 235.0, &|_, _| 40.0);
        for corner in [(1_200, 1_700), (2_750, 30)] {
            let mut photo = GrayImage::from_pixel(3_000, 4_000, Luma([235]));
            imageops::replace(&mut photo, &drawing, corner.0, corner.1);
            save_jpeg(&photo.into(), &path, 85);
            assert_eq!(read_digit(&path), digit, "at {corner:?}");
        }
    }
}

/// MNIST's test digits as photos: 10 times as large, dark on bright paper, moved, with noise.
#[test]
fn photos_of_mnist_are_read_nearly_as_well_as_mnist() {
    let path = folder().join("mnist.jpg");
    let (_, (x, y)) = mnist::load_data().expect("MNIST is there or can be fetched");
    let mut rng = StdRng::seed_from_u64(5);
    let samples = 1_000;
    let (mut original, mut photographed, mut distance) = (0, 0, 0.0);
    let network = model();
    for row in 0..samples {
        let image = x.row(row).unwrap();
        let label = y.get([row]).unwrap() as usize;
        let pixels = image.to_vec().into_iter().map(|pixel| pixel as u8).collect();
        let small = GrayImage::from_raw(28, 28, pixels).unwrap();
        let large = imageops::resize(&small, 280, 280, FilterType::Triangle);
        let moved = (rng.random_range(0..60), rng.random_range(0..40));
        let photo = GrayImage::from_fn(340, 320, |x, y| {
            let inside = (x.wrapping_sub(moved.0), y.wrapping_sub(moved.1));
            let ink = large.get_pixel_checked(inside.0, inside.1).map_or(0, |pixel| pixel.0[0]);
            let light = 230.0 - 0.15 * x as f32 - 0.1 * y as f32;
            Luma([(light * (1.0 - f32::from(ink) / 255.0 * 0.85)) as u8])
        });
        save_jpeg(&with_noise(&photo, 6.0).into(), &path, 80);
        let digit = photo::load_digit(&path).unwrap();
        let sample = image.reshape([1, 784]).unwrap() / 255.0;
        let pairs = digit.to_vec().into_iter().zip(sample.to_vec());
        distance += pairs.map(|(a, b)| (a - b).abs()).sum::<f32>() / sample.sum();
        let vote = |x: &Array| network.predict(x).unwrap().argmax().to_vec()[0] as usize;
        original += usize::from(vote(&sample) == label);
        photographed += usize::from(vote(&digit) == label);
    }
    distance /= samples as f32;
    println!(
        "{original} of {samples} originals are read, {photographed} of their photos; mean difference {distance:.3}"
    );
    assert!(original > samples * 90 / 100);
    assert!(photographed + samples / 100 >= original, "{photographed} against {original}");
}

fn problem(path: &Path) -> String {
    let error = photo::load_digit(path).unwrap_err();
    let sentence = error.to_string();
    assert!(sentence.contains(&path.display().to_string()), "{sentence}");
    sentence
}

#[test]
fn what_is_no_photo_of_a_digit_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("picture.png");
    for unreadable in [&path, folder.path()] {
        let sentence = problem(unreadable);
        assert!(sentence.starts_with("cannot read "), "{sentence}");
    }

    let good = Drawing::of(7).picture((300, 300), &|_, _| 230.0, &|_, _| 30.0);
    good.save(&path).unwrap();
    let whole = fs::read(&path).unwrap();
    for (bytes, remedy) in [
        (&b""[..], "copy or download it again"),
        (b"no picture", "save it as PNG or JPEG"),
        (b"GIF89a\x01\0\x01\0", "save it as PNG or JPEG"),
        (&whole[..20], "copy or download it again"),
        (&whole[..whole.len() / 2], "copy or download it again"),
    ] {
        fs::write(&path, bytes).unwrap();
        let sentence = problem(&path);
        assert!(sentence.contains("is not a picture that can be read"), "{sentence}");
        assert!(sentence.contains(remedy), "{sentence}");
    }

    let blank = GrayImage::from_pixel(300, 200, Luma([220]));
    let shaded = GrayImage::from_fn(300, 200, |x, y| Luma([(230 - x / 3 - y / 4) as u8]));
    let faint = Drawing::of(7).picture((300, 300), &|_, _| 230.0, &|_, _| 224.0);
    let pixel = GrayImage::from_pixel(1, 1, Luma([70]));
    for picture in [
        with_noise(&blank, 15.0),
        blank,
        with_noise(&shaded, 10.0),
        shaded,
        with_noise(&faint, 10.0),
        pixel,
    ] {
        picture.save(&path).unwrap();
        let sentence = problem(&path);
        assert!(sentence.starts_with("no digit stands out"), "{sentence}");
    }

    // Values up to 255, saved with 16 bits; and up to 4,095.
    for brighter in [1, 16] {
        let value = |x, y| Luma([u16::from(good.get_pixel(x, y).0[0]) * brighter]);
        image::ImageBuffer::from_fn(300, 300, value).save(&path).unwrap();
        let sentence = problem(&path);
        assert!(sentence.contains(" is nearly black, also where it is brightest: "), "{sentence}");
    }

    // Paper of this part of the photo on a desk; and a black disc, around which the paper is an edge only.
    let on_desk = |share: f32, desk: u8| {
        let (width, height) = ((400.0 * share) as u32, (300.0 * share) as u32);
        let mut photo = GrayImage::from_pixel(400, 300, Luma([desk]));
        let paper = Drawing { pen: 0.025, ..Drawing::of(7) };
        let paper = paper.picture((width, height), &|_, _| 230.0, &|_, _| 40.0);
        let [left, top] = [400 - width, 300 - height].map(|room| i64::from(room / 2));
        imageops::replace(&mut photo, &paper, left, top);
        photo
    };
    let disc = GrayImage::from_fn(300, 300, |x, y| {
        Luma([if (x as f32 - 150.0).hypot(y as f32 - 150.0) < 130.0 { 0 } else { 255 }])
    });
    for picture in [on_desk(0.8, 20), on_desk(0.6, 80), disc] {
        picture.save(&path).unwrap();
        let sentence = problem(&path);
        assert!(
            sentence.contains(": cut the photo to the paper, and leave some room"),
            "{sentence}"
        );
    }

    let two = Drawing { lines: Vec::new(), ..Drawing::of(4) };
    let beside = |digit: usize, by: f32| {
        let lines = Drawing::of(digit).lines;
        lines.into_iter().map(move |line| line.into_iter().map(|(x, y)| (x + by, y)).collect())
    };
    let both = |left, right| beside(left, -0.2).chain(beside(right, 0.25)).collect();
    for lines in [both(4, 7), both(1, 0), both(1, 1)] {
        let two = Drawing { lines, ..two };
        two.picture((400, 300), &|_, _| 230.0, &|_, _| 30.0).save(&path).unwrap();
        let sentence = problem(&path);
        assert!(sentence.contains("several digits stand side by side: cut the"), "{sentence}");
    }

    // Its header says so, nothing more is read.
    let mut huge = whole;
    huge[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    let crc = png_crc(&huge[12..29]);
    huge[29..33].copy_from_slice(&crc.to_be_bytes());
    fs::write(&path, huge).unwrap();
    let sentence = problem(&path);
    assert!(sentence.contains("at most 120 million are read"), "{sentence}");
    assert!(sentence.contains("65535 x 65535"), "{sentence}");
}

/// The check sum at the end of each block of a PNG.
fn png_crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

#[test]
fn a_photo_can_be_shown() {
    let path = folder().join("shown.png");
    Drawing::of(7).picture((300, 300), &|_, _| 230.0, &|_, _| 30.0).save(&path).unwrap();
    let digit = photo::load_digit(&path).unwrap();
    let answer = model().predict(&digit).unwrap();
    let figure = plot::prediction(&digit, &answer, None);
    figure.save(folder().join("answer.svg")).unwrap();
    assert!(figure.svg().unwrap().contains("Predicted 7"));
    plot::samples(&digit, &Array::from([7]), 1).svg().unwrap();
}
