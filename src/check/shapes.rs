//! The checks of `course/03_shapes.md`.

use crate::arrays::array::Array;
use crate::base::shape::Shape;
use crate::check::{Finding, Verdict, digits, judge, wrong};

/// The shapes of a picture, of a line of it, of a piece of the pictures and of its labels.
pub fn predict_shapes(
    one_picture: &[usize],
    one_line: &[usize],
    piece: &[usize],
    labels: &[usize],
) -> Verdict {
    judge("predict_shapes", || {
        same_shape("one_picture", one_picture, &[28, 28])?;
        same_shape("one_line", one_line, &[28])?;
        same_shape("piece", piece, &[200, 28, 28])?;
        same_shape("labels", labels, &[200])
    })
}

fn same_shape(name: &str, answer: &[usize], expected: &[usize]) -> Finding {
    if answer == expected {
        return Ok(());
    }
    let shape = Shape::from(answer);
    if answer.len() == expected.len() + 1 && answer.first() == Some(&1) {
        return wrong(
            format!(
                "{name} is not {shape}: `row` does not leave a direction of length 1, it takes the \
                 direction away"
            ),
            format!(
                "{name} ist nicht {shape}: `row` lässt keine Richtung der Länge 1 übrig, die \
                 Richtung fällt ganz weg"
            ),
        );
    }
    if answer.len() != expected.len() {
        return wrong(
            format!(
                "{name} is not {shape}: the number of directions is not right; `row` takes one \
                 away, `rows` keeps them all"
            ),
            format!(
                "{name} ist nicht {shape}: Die Zahl der Richtungen stimmt nicht; `row` nimmt eine \
                 weg, `rows` behält alle"
            ),
        );
    }
    wrong(
        format!(
            "{name} is not {shape}: the number of directions is right, but not each length; the \
             end of a range does not belong to it"
        ),
        format!(
            "{name} ist nicht {shape}: Die Zahl der Richtungen stimmt, aber nicht jede Länge; das \
             Ende eines Bereichs gehört nicht dazu"
        ),
    )
}

/// The pictures of the training data, each as one row of numbers.
pub fn flatten(x_flat: &Array) -> Verdict {
    judge("flatten", || {
        let shape = x_flat.shape();
        if shape == [60_000, 28, 28] {
            return wrong(
                format!("x_flat still has the shape {shape}: the rows of a picture are not joined"),
                format!(
                    "x_flat hat immer noch die Form {shape}: Die Zeilen eines Bildes sind nicht \
                     aneinandergehängt"
                ),
            );
        }
        if shape.num_dims() != 2 || shape.first() != 60_000 {
            return wrong(
                format!(
                    "x_flat has the shape {shape}, but there should be one row for each picture"
                ),
                format!(
                    "x_flat hat die Form {shape}, es soll aber für jedes Bild eine Zeile geben"
                ),
            );
        }
        let (x, _) = digits::training()?;
        if shape.num_values() != x.shape().num_values() {
            return wrong(
                format!(
                    "x_flat has the shape {shape}: a row does not hold all pixels of a picture"
                ),
                format!(
                    "x_flat hat die Form {shape}: Eine Zeile enthält nicht genau die Pixel eines \
                     Bildes"
                ),
            );
        }
        let first = |x: &Array| x.row(0).map(|row| row.to_vec());
        match first(x_flat).ok() == first(x).ok() {
            true => Ok(()),
            false => wrong(
                "the shape is right, but the numbers are not those of x_train: `x_flat` is to \
                 hold the same values",
                "die Form stimmt, aber die Zahlen sind nicht die von x_train: `x_flat` soll \
                 dieselben Werte enthalten",
            ),
        }
    })
}

/// The position of a pixel in the flattened picture.
pub fn pixel_position(position: fn(usize, usize) -> usize) -> Verdict {
    judge("pixel_position", || {
        let usual = |row: usize, column: usize| 28 * row + column;
        let tried = [(0, 5), (1, 0), (3, 2), (10, 20), (27, 27)];
        let is = |other: fn(usize, usize) -> usize| {
            tried.iter().all(|&(row, column)| position(row, column) == other(row, column))
        };
        if is(usual) {
            return Ok(());
        }
        if is(|row, column| row + 28 * column) {
            return wrong(
                "you go down the columns, but the picture is laid out row by row",
                "du gehst die Spalten hinunter, das Bild wird aber Zeile für Zeile aneinandergehängt",
            );
        }
        if is(|row, column| 28 * row + column + 1) {
            return wrong(
                "everything is one too far: the very first pixel has position 0",
                "alles liegt um eins zu weit: Der allererste Pixel hat die Stelle 0",
            );
        }
        if position(0, 5) != 5 {
            let got = position(0, 5);
            return wrong(
                format!(
                    "in row 0, position and column are the same, but for column 5 you get {got}"
                ),
                format!(
                    "in Zeile 0 sind Stelle und Spalte dasselbe, für Spalte 5 kommt aber {got} \
                     heraus"
                ),
            );
        }
        let got = position(1, 0);
        wrong(
            format!(
                "row 0 is right, but from row 1 on it is not: for row 1, column 0 you get {got}, \
                 and a whole row lies before that pixel"
            ),
            format!(
                "Zeile 0 stimmt, aber ab Zeile 1 nicht mehr: Für Zeile 1, Spalte 0 kommt {got} \
                 heraus, und vor diesem Pixel liegt eine ganze Zeile"
            ),
        )
    })
}

/// Numbers brought between 0 and 1.
pub fn scale_to_one(scale: fn(&[f32]) -> Vec<f32>) -> Verdict {
    judge("scale_to_one", || {
        let pixels = same_length("[0, 51, 255]", scale(&[0.0, 51.0, 255.0]), 3)?;
        let degrees = same_length("[-10, 0, 30]", scale(&[-10.0, 0.0, 30.0]), 3)?;
        let equal = same_length("[7, 7]", scale(&[7.0, 7.0]), 2)?;
        let from_zero = same_length("[0, 2, 4]", scale(&[0.0, 2.0, 4.0]), 3)?;
        if !is_near(&pixels, &[0.0, 0.2, 1.0]) {
            return wrong(
                format!(
                    "the pixels [0, 51, 255] become {pixels:?}, which does not run from 0 to 1"
                ),
                format!("aus den Pixeln [0, 51, 255] wird {pixels:?}, das geht nicht von 0 bis 1"),
            );
        }
        if !is_near(&from_zero, &[0.0, 0.5, 1.0]) {
            return wrong(
                format!(
                    "pixels are right, but [0, 2, 4] becomes {from_zero:?}: do you divide by a \
                     fixed number?"
                ),
                format!(
                    "Pixel stimmen, aber aus [0, 2, 4] wird {from_zero:?}: Teilst du durch eine \
                     feste Zahl?"
                ),
            );
        }
        if !is_near(&degrees, &[0.0, 0.25, 1.0]) {
            return wrong(
                format!(
                    "[-10, 0, 30] becomes {degrees:?}: is the smallest number 0 before you divide, \
                     and how wide is the range then?"
                ),
                format!(
                    "aus [-10, 0, 30] wird {degrees:?}: Ist die kleinste Zahl 0, bevor du teilst, \
                     und wie breit ist der Bereich dann?"
                ),
            );
        }
        match equal == [0.0, 0.0] {
            true => Ok(()),
            false => wrong(
                format!(
                    "two equal numbers, [7, 7], become {equal:?}: the range has no width, so you \
                     divide by zero"
                ),
                format!(
                    "aus zwei gleichen Zahlen, [7, 7], wird {equal:?}: Der Bereich hat keine \
                     Breite, du teilst durch null"
                ),
            ),
        }
    })
}

/// As many numbers as went in.
fn same_length(what: &str, values: Vec<f32>, length: usize) -> Result<Vec<f32>, String> {
    let got = values.len();
    match got == length {
        true => Ok(values),
        false => wrong(
            format!("for {what} you return {got} numbers; there should be as many as came in"),
            format!(
                "für {what} kommen {got} Zahlen zurück; es sollen so viele sein, wie hineingingen"
            ),
        ),
    }
}

fn is_near(values: &[f32], expected: &[f32]) -> bool {
    values.iter().zip(expected).all(|(value, expected)| (value - expected).abs() < 1e-4)
}

/// A label as ten numbers.
pub fn one_hot(one_hot: fn(usize) -> Vec<f32>) -> Verdict {
    judge("one_hot", || {
        [5, 0, 9].into_iter().try_for_each(|label| is_one_hot(label, &one_hot(label)))
    })
}

fn is_one_hot(label: usize, row: &[f32]) -> Finding {
    let length = row.len();
    if length != 10 {
        return wrong(
            format!(
                "for label {label} you return {length} numbers, but each digit needs its place"
            ),
            format!(
                "für das Label {label} kommen {length} Zahlen zurück, aber jede Ziffer braucht \
                 ihren Platz"
            ),
        );
    }
    let places: Vec<usize> = (0..10).filter(|&place| row[place] != 0.0).collect();
    match places.as_slice() {
        [] => wrong(
            format!("for label {label} all numbers are 0: none says which digit it is"),
            format!("für das Label {label} sind alle Zahlen 0: Keine sagt, welche Ziffer es ist"),
        ),
        [place] if *place != label => wrong(
            format!("for label {label} the 1 is at place {place}; places are counted from 0"),
            format!("für das Label {label} steht die 1 am Platz {place}; gezählt wird ab 0"),
        ),
        [place] if row[*place] != 1.0 => {
            let value = row[*place];
            wrong(
                format!(
                    "for label {label} the right place holds {value}; which number belongs there?"
                ),
                format!(
                    "für das Label {label} steht am richtigen Platz {value}; welche Zahl gehört \
                     dorthin?"
                ),
            )
        }
        [_] => Ok(()),
        several => {
            let count = several.len();
            wrong(
                format!(
                    "for label {label}, {count} of the numbers are not 0; only one may be \"hot\""
                ),
                format!(
                    "für das Label {label} sind {count} der Zahlen nicht 0; nur eine darf \"heiß\" \
                     (hot) sein"
                ),
            )
        }
    }
}

/// The place of the largest number of a row.
pub fn argmax_by_hand(argmax: fn(&[f32]) -> usize) -> Verdict {
    judge("argmax_by_hand", || {
        let mut seven = [0.0; 10];
        seven[7] = 1.0;
        let vote = argmax(&seven);
        if vote != 7 {
            return wrong(
                format!("the one-hot row of 7 gives {vote}: is it the place that you return?"),
                format!("die One-Hot-Zeile der 7 ergibt {vote}: Gibst du den Platz zurück?"),
            );
        }
        let unsure = [0.02, 0.01, 0.05, 0.35, 0.01, 0.03, 0.2, 0.01, 0.3, 0.02];
        if argmax(&unsure) != 3 {
            return wrong(
                "one-hot rows are right, but not the answer of an unsure network: its largest \
                 number may be far below 1",
                "One-Hot-Zeilen stimmen, aber nicht die Antwort eines unsicheren Netzes: Seine \
                 größte Zahl kann weit unter 1 liegen",
            );
        }
        match argmax(&[-4.0, -2.0, -1.0, -3.0]) {
            2 => Ok(()),
            _ => wrong(
                "probabilities are right, but a row of negative numbers is not: what is your first \
                 \"largest so far\"?",
                "Wahrscheinlichkeiten stimmen, aber eine Zeile aus negativen Zahlen nicht: Womit \
                 beginnt dein \"bisher größter Wert\"?",
            ),
        }
    })
}

/// Training data in two parts, of which the second is the last fifth.
pub fn split_by_hand(x_learn: &Array, y_learn: &Array, x_val: &Array, y_val: &Array) -> Verdict {
    judge("split_by_hand", || {
        for (x_name, x, y_name, y) in
            [("x_learn", x_learn, "y_learn", y_learn), ("x_val", x_val, "y_val", y_val)]
        {
            let (pictures, labels) = (x.len(), y.len());
            if pictures != labels {
                return wrong(
                    format!(
                        "{x_name} has {pictures} pictures, but {y_name} has {labels} labels: cut \
                         both at the same place"
                    ),
                    format!(
                        "{x_name} hat {pictures} Bilder, {y_name} aber {labels} Labels: Schneide \
                         beide an derselben Stelle"
                    ),
                );
            }
        }
        let (learn, val) = (x_learn.len(), x_val.len());
        if learn + val > 60_000 {
            return wrong(
                format!(
                    "{learn} and {val} are more pictures than there are: some are in both parts, \
                     and an exam must not ask what was in the lesson"
                ),
                format!(
                    "{learn} und {val} sind mehr Bilder, als es gibt: Einige sind in beiden Teilen, \
                     und eine Prüfung darf nicht fragen, was im Unterricht dran war"
                ),
            );
        }
        if learn + val < 60_000 {
            return wrong(
                format!("{learn} and {val} are too few: some pictures are in neither part"),
                format!("{learn} und {val} sind zu wenige: Einige Bilder sind in keinem der Teile"),
            );
        }
        if val != 12_000 {
            return wrong(
                format!("all pictures are there, but {val} of them are not a fifth"),
                format!("alle Bilder sind da, aber {val} davon sind kein Fünftel"),
            );
        }
        let (x, y) = digits::training()?;
        let piece = |array: &Array, start: usize, end: usize| array.rows(start..end).ok();
        let is = |array: &Array, of: &Array, start, end| {
            piece(of, start, end).is_some_and(|piece| {
                piece.shape() == array.shape() && piece.to_vec() == array.to_vec()
            })
        };
        if is(y_val, y, 0, 12_000) && is(y_learn, y, 12_000, 60_000) {
            return wrong(
                "that is the first fifth; the last one is to be held back",
                "das ist das erste Fünftel; zurückhalten sollst du das letzte",
            );
        }
        if !is(y_learn, y, 0, 48_000) || !is(y_val, y, 48_000, 60_000) {
            return wrong(
                "the numbers of pictures are right, but the labels are not cut like the pictures",
                "die Zahl der Bilder stimmt, aber die Labels sind nicht wie die Bilder geteilt",
            );
        }
        match is(x_val, x, 48_000, 60_000) && is(x_learn, x, 0, 48_000) {
            true => Ok(()),
            false => wrong(
                "the labels are right, but the pictures are not those of x_train in their old order",
                "die Labels stimmen, aber die Bilder sind nicht die von x_train in der alten \
                 Reihenfolge",
            ),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_fails_and_does_not_panic() {
        let empty = Array::zeros([0, 784]);
        let no_dims = Array::zeros([1]).row(0).expect("it has one row");
        for array in [&empty, &no_dims, &Array::from([f32::NAN])] {
            assert!(!flatten(array).is_pass());
            assert!(!split_by_hand(array, array, array, array).is_pass());
        }
        assert!(!predict_shapes(&[], &[], &[], &[]).is_pass());
        assert!(!one_hot(|_| Vec::new()).is_pass());
        assert!(!one_hot(|label| vec![1.0; [1][label]]).is_pass());
        assert!(!scale_to_one(|_| Vec::new()).is_pass());
        assert!(!scale_to_one(|values| vec![f32::NAN; values.len()]).is_pass());
        assert!(!argmax_by_hand(<[f32]>::len).is_pass());
        assert!(!pixel_position(|_, _| usize::MAX).is_pass());
    }

    #[test]
    fn mistakes_are_named() {
        let down_the_columns = pixel_position(|row, column| row + 28 * column).to_string();
        assert!(down_the_columns.contains("columns"), "{down_the_columns}");
        let hot_label = one_hot(|label| {
            let mut row = vec![0.0; 10];
            row[label] = label as f32;
            row
        });
        assert!(hot_label.to_string().contains("right place holds 5"), "{hot_label}");
    }
}
