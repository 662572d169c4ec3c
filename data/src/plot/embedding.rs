//! `plot::embedding`: words as points of a plane.

use crate::arrays::array::Array;
use crate::arrays::class_numbers::{check_class_numbers_for, class_numbers};
use crate::base::error::{Error, Result};
use crate::base::lines::as_texts;
use crate::base::numbers::{plain, thousands};
use crate::base::phrase::{phrase, told};
use crate::plot::axis::Axis;
use crate::plot::canvas::{Align, Canvas, TextStyle};
use crate::plot::figure::Figure;
use crate::plot::regions::{MOST_CLASSES, draw_axes, mark, place_of};
use crate::plot::tiles::{range_of, short_text};

/// More words no one could look at.
const MOST_WORDS: usize = 400;
const SIDES: [f64; 2] = [620.0, 420.0];

/// Shows words as points of a plane, each word beside its point.
///
/// An `Embedding` gives each word numbers; with two of them, each word has a place in
/// the plane. Words that are alike to the network lie near to each other. Where words would lie on one
/// another, those that come first are written down, of the others only the points.
///
/// # Shapes
///
/// `points`: `(n, 2)`, rows of the embedding's kernel, with one word each. `y`: the class number of each
/// word, `(n,)`, which chooses colour and form of its point; `class_names`: what the classes are called,
/// at most 4.
///
/// # Errors
///
/// None here: the figure holds it, see [`Figure`]. When the shapes are others, when there is not one word
/// and one class for each point, when a number is not finite, and when there are more than 400 words.
///
/// ```
/// use zunder::prelude::*;
///
/// let points = Array::from([[1.0, 2.0], [1.2, 2.1], [-2.0, 0.5]]);
/// let words = ["and", "the", "und"].map(String::from);
/// let figure = plot::embedding(&points, &words, &Array::from([0, 0, 1]), &["English", "German"]);
/// assert!(figure.svg()?.contains(">und</text>"));
/// # Ok::<(), zunder::Error>(())
/// ```
pub fn embedding<W: AsRef<str>, S: AsRef<str>>(
    points: &Array,
    words: &[W],
    y: &Array,
    class_names: &[S],
) -> Figure {
    Figure::new(draw(points, &as_texts(words), y, &as_texts(class_names)))
}

fn draw(points: &Array, words: &[&str], y: &Array, class_names: &[&str]) -> Result<String> {
    if !matches!(*points.shape().dims(), [n, 2] if n > 0) {
        let expected = phrase!(
            "two numbers for each word, (n, 2), as the kernel of Embedding::new(words, 2)",
            "zwei Zahlen für jedes Wort, (n, 2), wie die Gewichtsmatrix (kernel) von Embedding::new(words, 2)"
        );
        let is_flat = points.shape().num_dims() != 2;
        return Err(Error::wrong_shape("plot::embedding", expected, points.shape(), is_flat));
    }
    let counts = [
        (phrase!("the number of words", "die Anzahl der Wörter"), words.len()),
        (phrase!("the number of classes in y", "die Anzahl der Klassen in y"), y.len()),
    ];
    for (what, count) in counts {
        if count != points.len() {
            let expected = phrase!(
                "one for each of the {} points",
                "eines für jeden der {} Punkte",
                points.len()
            );
            return Err(Error::bad_setting(what, count, expected));
        }
    }
    if words.len() > MOST_WORDS {
        let what = phrase!("the number of words", "die Anzahl der Wörter");
        let expected = phrase!(
            "at most {MOST_WORDS}: choose some with rows(0..100)",
            "höchstens {MOST_WORDS}: Wähle einige aus, mit rows(0..100)"
        );
        return Err(Error::bad_setting(what, words.len(), expected));
    }
    if class_names.is_empty() || class_names.len() > MOST_CLASSES {
        let what = phrase!("the number of class names", "die Anzahl der Klassennamen");
        let expected = phrase!("from 1 to {MOST_CLASSES}", "von 1 bis {MOST_CLASSES}");
        return Err(Error::bad_setting(what, class_names.len(), expected));
    }
    check_class_numbers_for("plot::embedding", &y.shape())?;
    let classes = class_numbers(y, class_names.len())?;
    let numbers = points.to_vec();
    if let Some(number) = numbers.iter().find(|number| !number.is_finite()) {
        let what = phrase!("a number of a point", "eine Zahl eines Punkts");
        let expected = phrase!("a finite number", "eine endliche Zahl");
        return Err(Error::bad_setting(what, plain(*number), expected));
    }
    let names: Vec<String> = words.iter().map(|word| short_text(word)).collect();
    let class_names: Vec<String> = class_names.iter().map(|name| short_text(name)).collect();
    Ok(draw_words(&numbers, &names, &classes, &class_names))
}

/// Draws words, each with two numbers and the number of its class.
fn draw_words(
    numbers: &[f32],
    names: &[String],
    classes: &[usize],
    class_names: &[String],
) -> String {
    // At the right edge half of a number has room, too.
    let (margin, left, top) = (30.0, 56.0, 46.0);
    let [width, height] = SIDES;
    let legend = legend_places(class_names, width);
    let lowest = legend.last().map_or(0.0, |[_, y]| *y);
    let axes = [0, 1].map(|side| {
        let own: Vec<f32> = numbers.iter().skip(side).step_by(2).copied().collect();
        // Some room at the edges, for the words there.
        let (low, high) = range_of(&own);
        let room = 0.08 * (high - low);
        Axis::around((low - room, high + room))
    });
    let area = [left, top, width, height];
    let places: Vec<[f64; 2]> =
        numbers.chunks(2).map(|point| place_of(point, area, &axes)).collect();
    let mut taken: Vec<[f64; 4]> =
        places.iter().map(|[x, y]| [x - 3.0, y - 3.0, 6.0, 6.0]).collect();
    let named = names.iter().zip(&places);
    let rooms: Vec<_> = named.map(|(name, at)| room_for(name, *at, area, &mut taken)).collect();
    let title = title(rooms.iter().flatten().count(), places.len());
    let size = [left + width + margin, top + height + 66.0 + lowest];
    let mut canvas = Canvas::new(size, &title, 28.0);
    draw_axes(&mut canvas, area, &axes);
    for (index, at) in places.iter().enumerate() {
        mark(&mut canvas, *at, classes[index]);
        if let Some((beside, look)) = rooms[index] {
            canvas.text(beside, look, &names[index]);
        }
    }
    let mut described = Vec::new();
    for (class, (name, [x, y])) in class_names.iter().zip(legend).enumerate() {
        let (x, y) = (left + x, top + height + 44.0 + y);
        mark(&mut canvas, [x + 6.0, y], class);
        canvas.text([x + 18.0, y + 4.5], TextStyle::LEFT, name);
        let own = names.iter().zip(classes).filter(|(_, own)| **own == class);
        let own: Vec<&str> = own.map(|(word, _)| word.as_str()).collect();
        described.push(format!("{name}: {}", own.join(", ")));
    }
    canvas.describe(described.join("; "));
    canvas.into_svg()
}

/// Where each name of the legend stands: in a new line where there is no room beside the one before.
fn legend_places(names: &[String], width: f64) -> Vec<[f64; 2]> {
    let (mut x, mut y) = (0.0, 0.0);
    let place = |name: &String| {
        let own = 34.0 + TextStyle::LABEL.width_of(name);
        if x > 0.0 && x + own > width {
            (x, y) = (0.0, y + 20.0);
        }
        x += own;
        [x - own, y]
    };
    names.iter().map(place).collect()
}

fn title(shown: usize, all: usize) -> String {
    if all == 1 {
        return phrase!("One word and where it lies", "Ein Wort und wo es liegt").to_string();
    }
    let (shown, of) = (thousands(shown), thousands(all));
    if shown == of {
        return told!("{of} words and where they lie", "{of} Wörter und wo sie liegen");
    }
    told!(
        "{of} words and where they lie ({shown} have room for their name)",
        "{of} Wörter und wo sie liegen (Platz zum Hinschreiben haben {shown})"
    )
}

/// Where a word may be written beside its point without touching what is there: right, left, above or
/// below. That place is taken then.
fn room_for(
    word: &str,
    [x, y]: [f64; 2],
    [left, top, width, height]: [f64; 4],
    taken: &mut Vec<[f64; 4]>,
) -> Option<([f64; 2], TextStyle)> {
    let look = TextStyle { size: 11.5, ..TextStyle::LABEL };
    let (wide, high) = (look.width_of(word), look.size);
    let sides = [
        ([x + 7.0, y + 4.0], Align::Left, x + 7.0),
        ([x - 7.0, y + 4.0], Align::Right, x - 7.0 - wide),
        ([x, y - 8.0], Align::Middle, x - wide / 2.0),
        ([x, y + 16.0], Align::Middle, x - wide / 2.0),
    ];
    let free = sides.into_iter().find_map(|(at, align, from)| {
        let own = [from, at[1] - high + 1.5, wide, high];
        let is_inside = own[0] >= left
            && own[0] + wide <= left + width
            && own[1] >= top
            && own[1] + high <= top + height;
        let touches = |other: &[f64; 4]| {
            own[0] < other[0] + other[2]
                && other[0] < own[0] + own[2]
                && own[1] < other[1] + other[3]
                && other[1] < own[1] + own[3]
        };
        (is_inside && !taken.iter().any(touches)).then_some((at, align, own))
    });
    let (at, align, own) = free?;
    taken.push(own);
    Some((at, TextStyle { align, ..look }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::in_german;

    fn texts(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn a_word_is_written_where_it_has_room() {
        let points: Vec<f32> = [[0.0, 0.0]].into_iter().chain([[4.0, 3.0]; 5]).flatten().collect();
        let points = Array::new([6, 2], points).unwrap();
        let words = texts(&["und", "the", "and", "of", "in", "on"]);
        let y = Array::from([1, 0, 0, 0, 0, 0]);
        let names = ["English", "German"];
        let svg = embedding(&points, &words, &y, &names).svg().unwrap().to_owned();
        // Of five words on one place, four have room: right, left, above and below.
        for (word, is_there) in [("und", true), ("the", true), ("in", true), ("on", false)] {
            assert_eq!(svg.contains(&format!(">{word}</text>")), is_there, "{word}: {svg}");
        }
        assert!(svg.contains("English: the, and, of, in, on; German: und"), "{svg}");
        assert!(svg.contains("<title>6 words and where they lie (5 have room"), "{svg}");
        let german = in_german(|| embedding(&points, &words, &y, &names).svg().unwrap().to_owned());
        assert!(german.contains("6 Wörter und wo sie liegen"), "{german}");
        let one = embedding(&points.rows(0..1).unwrap(), &words[..1], &Array::from([1]), &names);
        assert!(one.svg().unwrap().contains("One word and where it lies"));
    }

    #[test]
    fn long_names_of_classes_stand_below_one_another() {
        let names = ["a".repeat(40), "b".repeat(40), "c".to_owned()];
        let [first, second, third] = legend_places(&names, 620.0)[..] else { panic!() };
        assert_eq!((first, second, third[1]), ([0.0, 0.0], [0.0, 20.0], 20.0));
        assert!(third[0] + 34.0 + TextStyle::LABEL.width_of("c") < 620.0);
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        let (points, y) = (Array::from([[0.0, 1.0], [2.0, 3.0]]), Array::from([0, 1]));
        let two = texts(&["a", "b"]);
        let many: Vec<String> = (0..401).map(|number| number.to_string()).collect();
        let refused = |points: &Array, words: &[String], y: &Array, names: &[&str]| {
            embedding(points, words, y, names).svg().unwrap_err().to_string()
        };
        let names = ["x", "y"];
        for (said, part) in [
            (refused(&Array::zeros([2, 3]), &two, &y, &names), "two numbers for each word"),
            (refused(&points, &two[..1], &y, &names), "one for each of the 2 points"),
            (refused(&points, &two, &Array::from([0]), &names), "one for each of the 2 points"),
            (refused(&points, &two, &y, &["x"]), "1"),
            (refused(&points, &two, &y, &["x"; 5]), "from 1 to 4"),
            (refused(&(points.clone() / 0.0), &two, &y, &names), "finite"),
            (refused(&Array::zeros([401, 2]), &many, &Array::zeros([401]), &names), "at most 400"),
        ] {
            assert!(said.contains(part), "{said}");
        }
    }
}
