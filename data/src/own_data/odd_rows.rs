//! Rows and columns of a table that are hardly what they seem to be.

use csv::StringRecord;

use crate::base::phrase::{Phrase, phrase};
use crate::own_data::dates::is_date;
use crate::own_data::numbers::{has_decimal_comma, may_be_thousands, number};
use crate::own_data::table::Column;

/// So many rows are compared with the first line, which may be one of them.
const MOST_COMPARED: usize = 10_000;

/// A number with a fraction, which is hardly the name of a column, as that of a year is.
pub(crate) fn fraction(head: &StringRecord) -> Option<&str> {
    let is_it = |field: &&str| {
        field.contains('.') && number(field, '.').is_some() && !may_be_thousands(field)
            || has_decimal_comma(field)
    };
    head.iter().map(str::trim).find(is_it)
}

/// One of the names of a first line that holds the values of a row: two of them come again below.
pub(crate) fn repeated<'a>(head: &'a StringRecord, rows: &[StringRecord]) -> Option<&'a str> {
    let rows = &rows[..rows.len().min(MOST_COMPARED)];
    let comes_again = |(place, name): &(usize, &str)| {
        !name.is_empty() && rows.iter().any(|row| row.get(*place).map(str::trim) == Some(*name))
    };
    let mut repeated = head.iter().map(str::trim).enumerate().filter(comes_again);
    repeated.next().filter(|_| repeated.next().is_some()).map(|(_, name)| name)
}

/// A day or time in a first line above others.
pub(crate) fn dated<'a>(head: &'a StringRecord, rows: &[StringRecord]) -> Option<&'a str> {
    let below = |place| rows.iter().filter_map(move |row| row.get(place).map(str::trim));
    let is_one = |(place, name): &(usize, &str)| {
        is_date(name) && below(*place).find(|field| !field.is_empty()).is_some_and(is_date)
    };
    head.iter().map(str::trim).enumerate().find(is_one).map(|(_, name)| name)
}

/// The row that is the first line once more, as where a logger began anew. Without numbers below its names, the
/// first line may be a row that comes twice.
pub(crate) fn again<'a>(head: &StringRecord, rows: &'a [StringRecord]) -> Option<&'a StringRecord> {
    let is_number = |field: &str| number(field.trim(), '.').or(number(field.trim(), ',')).is_some();
    let is_same = |row: &&StringRecord| row.iter().map(str::trim).eq(head.iter().map(str::trim));
    let other = rows.iter().find(|row| !is_same(row))?;
    let mut pairs = head.iter().zip(other);
    let has_names = head.len() > 1
        && pairs.any(|(name, field)| !name.is_empty() && !is_number(name) && is_number(field));
    rows.iter().find(|row| has_names && is_same(row))
}

/// What to say of such a row.
pub(crate) fn names_again() -> Phrase {
    phrase!(
        "the names of the columns come again here: take such lines out of the file",
        "hier kommen die Namen der Spalten noch einmal: Nimm solche Zeilen aus der Datei heraus"
    )
}

/// The word by which the last row seems to hold sums or means of the others.
pub(crate) fn total(rows: &[StringRecord]) -> Option<&str> {
    const WORDS: [&str; 10] = [
        "summe",
        "gesamt",
        "insgesamt",
        "total",
        "sum",
        "mittelwert",
        "durchschnitt",
        "mittel",
        "mean",
        "average",
    ];
    let is_word = |field: &str| {
        let word = field.trim().trim_end_matches(':').to_lowercase();
        WORDS.contains(&word.as_str())
    };
    let (last, above) = rows.split_last()?;
    let (place, word) = last.iter().enumerate().find(|(_, field)| is_word(field))?;
    let is_number = |field: &str| number(field.trim(), '.').or(number(field.trim(), ',')).is_some();
    let is_one =
        last.iter().any(is_number) && !above.iter().any(|row| row.get(place).is_some_and(is_word));
    is_one.then(|| word.trim())
}

/// Whether a column holds 0, 1, 2 and so on, or 1, 2, 3.
pub(super) fn counts_rows(column: &Column) -> bool {
    const FEWEST: usize = 3;
    let Column::Numbers(numbers) = column else { return false };
    numbers.len() >= FEWEST
        && matches!(numbers[0], 0.0 | 1.0)
        && numbers.windows(2).all(|pair| pair[1] == pair[0] + 1.0)
}
