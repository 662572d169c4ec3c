//! What can be wrong with the shape of an array, or with what is asked of it.

use std::fmt;

use crate::base::language::either;
use crate::base::numbers::{counted, thousands};
use crate::base::phrase::{Phrase, phrase, told};
use crate::base::shape::Shape;

/// A mistake with an array. What its fields hold, they hold as it was written.
#[derive(Clone)]
pub enum ArrayProblem {
    /// `reshape` was asked for a shape that holds another number of values.
    CannotReshape {
        from: Shape,
        to: String,
        /// How many values the shape asked for holds, where it is known.
        asked: Option<usize>,
    },
    /// The values given do not fill the shape given.
    WrongNumberOfValues { shape: Shape, values: usize },
    /// A number does not fit into the whole numbers of an array.
    NumberTooLarge { number: usize },
    /// Two arrays were combined whose shapes do not fit together.
    ShapesDiffer {
        /// What was to be done, such as `add`.
        operation: Phrase,
        left: Shape,
        right: Shape,
    },
    /// A position lies outside the array.
    OutOfRange {
        /// Such as `is no row 7` or `are no rows 7..9`; in German only what it is, `Zeile 7`.
        missing: Phrase,
        is_table: bool,
        shape: Shape,
    },
    /// A range of rows such as `3..1`.
    BackwardRange { start: usize, end: usize },
    /// A position has more or fewer numbers than the array has directions.
    WrongPlaces { index: String, places: usize, shape: Shape },
    /// An operation needs an array with other dimensions.
    WrongDimensions {
        /// What was to be done, such as `plot::samples`.
        operation: Phrase,
        /// Such as `images of shape (n, 28, 28)`.
        expected: Phrase,
        got: Shape,
        /// Whether the same values could fit in another shape.
        can_reshape: bool,
    },
}

impl fmt::Display for ArrayProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            ArrayProblem::CannotReshape { from, to, asked: Some(asked) } => told!(
                "cannot reshape {from} to {to}: the first holds {values}, the second {asked}; \
                 keep the number of values, as in {flattened}",
                "reshape kann aus der Form (shape) {from} nicht {to} machen: Die erste hat {values}, die zweite \
                 {asked}; die Anzahl der Werte muss gleich bleiben, etwa {flattened}",
                values =
                    counted(from.num_values(), ["value", "values"], ["Wert", "Werte"]),
                asked = thousands(*asked),
                flattened = from.flattened()
            ),
            ArrayProblem::CannotReshape { from, to, asked: None } => told!(
                "cannot reshape {from} to {to}: use lengths of 0 or more, and at most one -1, \
                 whose length must come out whole; as in {flattened}",
                "reshape kann aus der Form (shape) {from} nicht {to} machen: Erlaubt sind Längen \
                 ab 0 und höchstens eine -1, deren Länge ohne Rest aufgehen muss; etwa {flattened}",
                flattened = from.flattened()
            ),
            ArrayProblem::WrongNumberOfValues { shape, values } => told!(
                "an array of shape {shape} holds {needed}, but {values} came: \
                 give as many values as the shape holds",
                "ein Array der Form (shape) {shape} hat {needed}, gekommen sind aber \
                 {values}: Gib genau so viele Werte an, wie die Form verlangt",
                needed =
                    counted(shape.num_values(), ["value", "values"], ["Wert", "Werte"]),
                values = thousands(*values)
            ),
            ArrayProblem::NumberTooLarge { number } => told!(
                "{number} is too large for an array, whose whole numbers go up to {most}: use a smaller number",
                "{number} ist zu groß für ein Array, dessen ganze Zahlen bis {most} reichen: Nimm \
                 eine kleinere Zahl",
                most = i64::MAX
            ),
            ArrayProblem::ShapesDiffer { operation, left, right } => told!(
                "cannot {operation} arrays of shape {left} and {right}: {remedy}",
                "Arrays der Formen (shapes) {left} und {right} lassen sich nicht {operation}: {remedy}",
                remedy = how_to_equal(left, right)
            ),
            ArrayProblem::OutOfRange { missing, shape, .. } if shape.num_dims() == 0 => told!(
                "there {missing} in a single number (shape {shape}): take it from the array \
                 that the number came from",
                "{missing} gibt es nicht in einer einzelnen Zahl (shape {shape}): Nimm sie aus dem \
                 Array, aus dem die Zahl kam"
            ),
            ArrayProblem::OutOfRange { missing, is_table, shape } => told!(
                "there {missing} in {whole} of shape {shape}: {rows}",
                "{missing} gibt es nicht in {whole} der Form (shape) {shape}: {rows}",
                whole = if *is_table {
                    either("a table", "einer Tabelle")
                } else {
                    either("an array", "einem Array")
                },
                rows = match shape.first().checked_sub(1) {
                    None => phrase!("it holds no rows", "Darin sind keine Zeilen"),
                    Some(last) => phrase!(
                        "counting starts at 0, so the last row is {last}",
                        "Gezählt wird ab 0, die letzte Zeile ist also {last}"
                    ),
                }
            ),
            ArrayProblem::BackwardRange { start, end } => told!(
                "the range {start}..{end} ends before it begins: write the smaller number first, {end}..{start}",
                "der Bereich {start}..{end} endet, bevor er beginnt: Schreib die kleinere Zahl zuerst, \
                 {end}..{start}"
            ),
            ArrayProblem::WrongPlaces { index, places, shape } => told!(
                "position {index} has {places}, but an array of shape {shape} needs {needed}, \
                 one for each direction: {example}",
                "die Position {index} hat {places}, ein Array der Form (shape) {shape} braucht aber \
                 {needed}, für jede Richtung eine: {example}",
                places = counted(*places, ["number", "numbers"], ["Zahl", "Zahlen"]),
                needed = shape.num_dims(),
                example = example_of(shape)
            ),
            ArrayProblem::WrongDimensions { operation, expected, got, can_reshape: false } => told!(
                "{operation} expects {expected}, but got shape {got}",
                "{operation} erwartet {expected}, bekam aber die Form (shape) {got}"
            ),
            ArrayProblem::WrongDimensions { operation, expected, got, can_reshape: true } => told!(
                "{operation} expects {expected}, but got shape {got}: reshape it first",
                "{operation} erwartet {expected}, bekam aber die Form (shape) {got}: Forme das \
                 Array vorher um (reshape)"
            ),
        })
    }
}

/// The way out of two shapes that differ: a `reshape` changes no number of values.
fn how_to_equal(left: &Shape, right: &Shape) -> Phrase {
    if left.num_values() == right.num_values() {
        phrase!(
            "reshape one so that both shapes are equal",
            "Forme eines um (reshape), sodass beide Formen gleich sind"
        )
    } else if left.first() == right.first() {
        phrase!("both must have the same number of values", "Beide brauchen gleich viele Werte")
    } else {
        phrase!(
            "both must have the same number of samples",
            "Beide brauchen gleich viele Beispiele (samples)"
        )
    }
}

/// A position as such an array has it.
fn example_of(shape: &Shape) -> Phrase {
    match shape.num_dims() {
        0 => phrase!("get([])", "get([])"),
        1 => phrase!("get([row])", "get([Zeile])"),
        2 => phrase!("get([row, column])", "get([Zeile, Spalte])"),
        3 => phrase!("get([picture, row, column])", "get([Bild, Zeile, Spalte])"),
        _ => phrase!("get([picture, row, column, channel])", "get([Bild, Zeile, Spalte, Kanal])"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differ<const L: usize, const R: usize>(left: [usize; L], right: [usize; R]) -> String {
        let (left, right) = (Shape::from(left), Shape::from(right));
        ArrayProblem::ShapesDiffer { operation: "compare".into(), left, right }.to_string()
    }

    #[test]
    fn a_reshape_is_advised_only_where_it_helps() {
        assert!(differ([6], [2, 3]).ends_with(": reshape one so that both shapes are equal"));
        assert!(differ([6], [5]).ends_with(": both must have the same number of samples"));
        assert!(differ([6, 2], [6, 3]).ends_with(": both must have the same number of values"));
        let wrong = |can_reshape| {
            let (operation, expected) = ("plot".into(), "(n, 9)".into());
            let got = Shape::from([2, 8]);
            ArrayProblem::WrongDimensions { operation, expected, got, can_reshape }.to_string()
        };
        assert_eq!(wrong(true), "plot expects (n, 9), but got shape (2, 8): reshape it first");
        assert_eq!(wrong(false), "plot expects (n, 9), but got shape (2, 8)");
    }

    #[test]
    fn a_single_value_is_one() {
        let one = ArrayProblem::WrongNumberOfValues { shape: Shape::from([1]), values: 3 };
        assert!(one.to_string().contains("(1,) holds 1 value, but 3 came"), "{one}");
    }
}
