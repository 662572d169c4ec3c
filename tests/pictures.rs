//! Pictures as files: are they what other programs can read, and is something on them?

use std::fs;

use base64::Engine;
use image::RgbImage;
use roxmltree::{Document, Node};
use zunder::Figure;
use zunder::prelude::*;

/// The namespace of SVG.
const SVG: &str = "http://www.w3.org/2000/svg";

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

/// Saves a figure and gives what is in the file.
fn saved(figure: &Figure) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("figure.svg");
    figure.save(&file).unwrap();
    let left_behind = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left_behind, 1, "only the file");
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text, figure.svg().unwrap());
    text
}

/// All elements of this name, once the whole file was read as XML.
fn elements<'a>(picture: &'a Document, name: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    picture.descendants().filter(move |node| node.has_tag_name((SVG, name)))
}

/// Whether each element lies inside of the picture.
fn assert_inside(picture: &Document, name: &str, [x, y]: [&str; 2]) {
    let number = |node: &Node, name: &str| node.attribute(name).unwrap().parse::<f64>().unwrap();
    let root = picture.root_element();
    let (width, height) = (number(&root, "width"), number(&root, "height"));
    for node in elements(picture, name) {
        assert!((0.0..=width).contains(&number(&node, x)), "{node:?}");
        assert!((0.0..=height).contains(&number(&node, y)), "{node:?}");
    }
}

/// The pixels of an image inside of a picture.
fn pixels(image: &Node) -> RgbImage {
    let data = image.attributes().find(|attribute| attribute.name() == "href").unwrap().value();
    let data = data.strip_prefix("data:image/png;base64,").unwrap();
    let bytes = base64::engine::general_purpose::STANDARD.decode(data).unwrap();
    image::load_from_memory(&bytes).unwrap().to_rgb8()
}

#[test]
fn samples_show_their_pixels_and_words() {
    let (x, y) = digits();
    for x in [x.clone(), x / 255.0] {
        let text = saved(&plot::samples(&x, &y, 10));
        let picture = Document::parse(&text).unwrap();
        let images: Vec<RgbImage> = elements(&picture, "image").map(|node| pixels(&node)).collect();
        assert_eq!(images.len(), 10);
        for image in images {
            assert_eq!(image.dimensions(), (6 * 28, 6 * 28), "each pixel is a block of 6 x 6");
            // Each bar is 2 of 28 columns.
            let count = |grey: u8| image.pixels().filter(|pixel| pixel.0 == [grey; 3]).count();
            assert_eq!((count(255), count(0)), (2 * 28 * 36, 26 * 28 * 36));
        }
        let words: Vec<&str> = elements(&picture, "text").filter_map(|node| node.text()).collect();
        assert!(words.contains(&"10 random images"), "{words:?}");
        assert_inside(&picture, "text", ["x", "y"]);
        assert_inside(&picture, "image", ["x", "y"]);
    }
}

#[test]
fn a_diagram_shows_circles_and_words() {
    let text = saved(&network().diagram());
    let picture = Document::parse(&text).unwrap();
    let circles = |colour: &str| {
        elements(&picture, "circle").filter(|node| node.attribute("fill") == Some(colour)).count()
    };
    // 10 of 784 inputs and 10 outputs, 10 of 20 hidden units, and one of each in the legend.
    assert_eq!((circles("#0072B2"), circles("#E69F00")), (21, 11));
    assert!(elements(&picture, "text").any(|node| node.text() == Some("softmax")));
    assert_inside(&picture, "circle", ["cx", "cy"]);
    assert_inside(&picture, "text", ["x", "y"]);
}

#[test]
fn a_map_of_words_shows_each_word_beside_its_point() {
    let points = Array::from([[-2.0, -1.0], [-1.5, 1.0], [3.0, 0.5], [2.0, -2.0]]);
    let words = ["und", "A < B", "the", "of"].map(String::from);
    let y = Array::from([1, 1, 0, 0]);
    let text = saved(&plot::embedding(&points, &words, &y, &["English", "Deutsch"]));
    let picture = Document::parse(&text).unwrap();
    let number = |node: &Node, name: &str| node.attribute(name).unwrap().parse::<f64>().unwrap();
    let drawn: Vec<(String, f64)> = elements(&picture, "text")
        .filter_map(|node| Some((node.text()?.to_owned(), number(&node, "x"))))
        .collect();
    let across = |word: &str| drawn.iter().find(|(text, _)| text == word).map(|(_, x)| *x);
    let places = ["und", "A < B", "of", "the"].map(|word| across(word).expect(word));
    assert!(places.is_sorted(), "from left to right: {places:?}");
    for name in ["English", "Deutsch"] {
        assert!(across(name).is_some(), "the legend has no {name}: {drawn:?}");
    }
    // The words of the first class are circles, those of the second squares, one of each in the legend.
    let marks = |name: &str, colour: &str| {
        elements(&picture, name).filter(|node| node.attribute("fill") == Some(colour)).count()
    };
    assert_eq!((marks("circle", "#0072B2"), marks("rect", "#D55E00")), (3, 3));
    assert_inside(&picture, "circle", ["cx", "cy"]);
    assert_inside(&picture, "text", ["x", "y"]);
}

#[test]
fn the_end_of_the_name_decides() {
    let folder = tempfile::tempdir().unwrap();
    let figure = network().diagram();
    figure.save(folder.path().join("LOUD.SVG")).unwrap();
    for name in ["figure.png", "figure.jpg", "figure", ".svg", "figure.svg.gz"] {
        let problem = figure.save(folder.path().join(name)).unwrap_err();
        assert!(problem.to_string().contains("ends in .svg"), "{problem}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let figure = network().diagram();
    fs::create_dir(folder.path().join("taken.svg")).unwrap();
    for path in ["missing/figure.svg", "taken.svg"] {
        let problem = figure.save(folder.path().join(path)).unwrap_err();
        assert!(problem.to_string().starts_with("cannot write "), "{problem}");
        assert!(problem.to_string().contains(path), "{problem}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing half written is left");
}

#[test]
fn a_figure_without_picture_saves_nothing_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let figure = Sequential::new().diagram();
    let problem = figure.save(folder.path().join("figure.svg")).unwrap_err();
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
