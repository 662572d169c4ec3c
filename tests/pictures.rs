//! Pictures as files: are they what other programs can read, and is something on them?

use std::fs;

use image::RgbImage;
use resvg::usvg::{Options, Tree};
use zunder::prelude::*;
use zunder::{Error, Figure};

fn digits() -> (Array, Array) {
    // A bright bar at a place that tells the class, on black.
    let pixel = |number: usize| {
        let (digit, column) = (number / 784, number % 28);
        if column / 2 == digit { 255u8 } else { 0 }
    };
    let x = Array::new([10, 28, 28], (0..7_840).map(pixel).collect::<Vec<_>>()).unwrap();
    (x, Array::from((0..10).collect::<Vec<i32>>()))
}

fn network() -> Sequential {
    Sequential::new()
        .add(Input::new(784))
        .add(Dense::new(20).activation(Relu))
        .add(Dense::new(10).activation(Softmax))
}

/// Saves a figure in both ways and gives what the PNG shows.
fn saved(figure: &Figure) -> RgbImage {
    let folder = tempfile::tempdir().unwrap();
    let (svg, png) = (folder.path().join("figure.svg"), folder.path().join("figure.png"));
    figure.save(&svg).unwrap();
    figure.save(&png).unwrap();
    let text = fs::read_to_string(&svg).unwrap();
    assert_eq!(text, figure.svg().unwrap());
    let tree = Tree::from_str(&text, &Options::default()).unwrap();
    let picture = image::open(&png).unwrap().to_rgb8();
    let size = (tree.size().width(), tree.size().height());
    let twice = ((size.0 * 2.0).ceil() as u32, (size.1 * 2.0).ceil() as u32);
    assert_eq!(picture.dimensions(), twice);
    let left_behind = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left_behind, 2, "only the two files");
    picture
}

/// How many pixels have a colour.
fn count(picture: &RgbImage, colour: [u8; 3]) -> usize {
    picture.pixels().filter(|pixel| pixel.0 == colour).count()
}

/// Dark pixels in a part of the picture: letters, where nothing else is drawn.
fn ink(picture: &RgbImage, rows: std::ops::Range<u32>) -> usize {
    let dark = |y| (0..picture.width()).filter(move |&x| picture.get_pixel(x, y).0[0] < 100);
    rows.flat_map(dark).count()
}

#[test]
fn samples_show_their_pixels_and_words() {
    let (x, y) = digits();
    for x in [x.clone(), x / 255.0] {
        let picture = saved(&plot::samples(&x, &y, 10));
        // Each bar is 2 of 28 columns, each image pixel 3 units or 6 x 6 dots.
        let bars = 10 * 2 * 28 * 36;
        let black = 10 * 26 * 28 * 36;
        assert_eq!(count(&picture, [0, 0, 0]), black, "sharp pixels, nothing between the greys");
        assert!(count(&picture, [255, 255, 255]) > bars);
        assert!(ink(&picture, 20..50) > 200, "a title");
    }
}

#[test]
fn a_diagram_shows_circles_and_words() {
    let picture = saved(&network().diagram());
    let (blue, orange) = ([0x00, 0x72, 0xB2], [0xE6, 0x9F, 0x00]);
    // A circle of radius 17 dots covers about 900 of them.
    assert!(count(&picture, blue) > 20 * 700, "{}", count(&picture, blue));
    assert!(count(&picture, orange) > 10 * 700, "{}", count(&picture, orange));
    assert!(ink(&picture, 30..60) > 200, "a title");
}

#[test]
fn the_end_of_the_name_decides() {
    let folder = tempfile::tempdir().unwrap();
    let figure = network().diagram();
    figure.save(folder.path().join("LOUD.PNG")).unwrap();
    for name in ["figure.jpg", "figure", ".png", "figure.svg.gz"] {
        let problem = figure.save(folder.path().join(name)).unwrap_err();
        assert!(matches!(problem, Error::BadSetting { .. }), "{problem}");
        assert!(problem.to_string().contains("ends in .svg or .png"), "{problem}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let figure = network().diagram();
    fs::create_dir(folder.path().join("taken.png")).unwrap();
    for path in ["missing/figure.svg", "taken.png"] {
        let problem = figure.save(folder.path().join(path)).unwrap_err();
        assert!(matches!(problem, Error::CannotWrite { .. }), "{problem}");
        assert!(problem.to_string().contains(path), "{problem}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing half written is left");
}

#[test]
fn a_figure_without_picture_saves_nothing_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let figure = Sequential::new().diagram();
    let problem = figure.save(folder.path().join("figure.svg")).unwrap_err();
    assert!(matches!(problem, Error::NoPicture { .. }));
    assert!(problem.to_string().starts_with("the network has no layers"), "{problem}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn saved_files_are_as_readable_as_other_new_files() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
    fs::write(folder.path().join("other"), "").unwrap();
    network().diagram().save(folder.path().join("figure.svg")).unwrap();
    assert_eq!(mode("figure.svg"), mode("other"));
}
