//! Lines about what is no error, and should be known all the same.

#[cfg(test)]
pub(crate) mod for_tests;

use crate::base::error::Error;
use crate::base::language::either;
use crate::base::lines::in_short_lines;
use crate::base::numbers::{plain, thousands};
use crate::base::phrase::{Phrase, phrase};

/// Prints a note below the cell.
pub fn say_note(note: Phrase) {
    #[cfg(test)]
    for_tests::keep(&note);
    let begins = either("Note", "Hinweis");
    println!("{}", in_short_lines(&format!("{begins}: {note}")));
}

/// A number that `float32` cannot hold, where there is no error to say it in.
pub(crate) fn say_too_large_for_float(number: f64) {
    let number = plain(number);
    say_note(phrase!(
        "{number} is too large for float32, which holds numbers up to 3.4e38: it becomes infinite, and a network \
         cannot be trained with it",
        "{number} ist zu groß für float32, das Zahlen bis 3.4e38 fasst: Daraus wird unendlich, und damit lässt sich \
         kein Netz trainieren"
    ));
}

/// Whether a whole number is another one as `float32`.
pub(crate) fn is_rounded(number: i64) -> bool {
    number as f32 as i128 != i128::from(number) // the largest i64 becomes a number above all of them
}

/// A whole number that is another one as `float32`.
pub(crate) fn say_if_rounded(number: i64) {
    let rounded = number as f32;
    if is_rounded(number) {
        let most = thousands(1 << f32::MANTISSA_DIGITS);
        say_note(phrase!(
            "{number} becomes {rounded}: float32 holds whole numbers exactly up to {most}",
            "{number} wird zu {rounded}: float32 fasst ganze Zahlen genau nur bis {most}"
        ));
    }
}

/// What was left out, the first of many.
pub(crate) fn say_left_out(mut problems: impl ExactSizeIterator<Item = Error>) {
    const MOST_NAMED: usize = 5;
    for problem in problems.by_ref().take(MOST_NAMED) {
        say_note(phrase!("left out: {problem}", "weggelassen: {problem}"));
    }
    if problems.len() > 0 {
        let more = thousands(problems.len());
        say_note(phrase!("and {more} more", "und {more} weitere"));
    }
}
