//! What stands between the columns of a table that does not say so.

use crate::own_data::numbers::{has_decimal_comma, number};

/// Where several would do the first counts: in a table with semicolons, commas are those of numbers.
const CANDIDATES: [char; 4] = [';', '\t', '|', ','];

/// So many rows are looked at.
const ROWS: usize = 50;

/// The separator of a table, by its first rows: one that makes as many columns in each, or else most
/// columns in the first.
pub(crate) fn separator_of(text: &str) -> char {
    let widths = CANDIDATES.map(|candidate| (candidate, widths(text, candidate)));
    let is_regular =
        |widths: &[usize]| widths.first().is_some_and(|&n| n > 1 && widths.iter().all(|&m| m == n));
    let regular = widths.iter().find(|(_, widths)| is_regular(widths));
    let widest = || widths.iter().rev().max_by_key(|(_, widths)| widths.first().copied());
    regular.or_else(widest).map_or(',', |(candidate, _)| *candidate)
}

/// Whether the rows of a table of one column look as if they held several.
pub(crate) fn may_be_several(name: &str, rows: &[&str]) -> bool {
    let words = |text: &str| text.split_whitespace().count();
    // The first ones may be comments.
    let last = &rows[rows.len() / 2..];
    let has = |sign: char| {
        let is_fraction = |row: &&str| sign == ',' && has_decimal_comma(row);
        name.contains(sign)
            || last.iter().all(|row| row.contains(sign)) && !last.iter().all(is_fraction)
    };
    // R writes one name less, and a last line may be cut. Sentences hardly have numbers in most rows.
    let is_number = |word: &str| number(word, '.').or(number(word, ',')).is_some();
    let fits = |row: &&&str| {
        let more = words(row).checked_sub(words(name));
        more.is_some_and(|more| more < 2) && row.split_whitespace().any(is_number)
    };
    let most = rows.len() - rows.len() / 4;
    CANDIDATES.into_iter().any(has)
        || words(name) > 1
            && (rows.iter().all(|row| words(row) == words(name))
                || rows.iter().filter(fits).count() >= most)
}

/// Makes readers of all rows, whatever number of fields each has.
pub(crate) fn builder(separator: char) -> csv::ReaderBuilder {
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(separator as u8).has_headers(false).flexible(true);
    builder
}

/// How many fields each of the first rows has.
fn widths(text: &str, separator: char) -> Vec<usize> {
    let rows = builder(separator).from_reader(text.as_bytes()).into_records();
    rows.take(ROWS).map_while(Result::ok).map(|row| row.len()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_found() {
        let found = ["a,b\n1,2", "a;b\n1,5;2,5", "1,5;2,5\n2,5;3,5", "a\tb\n1\t2", "a|b\n1|2"];
        assert_eq!(found.map(separator_of), [',', ';', ';', '\t', '|']);
        // Semicolons inside of quotes, and a row that is cut off.
        assert_eq!(separator_of("a,b\n\"x;y;z\",1\n\"x;y\",2"), ',');
        assert_eq!(separator_of("a,b,c\n1,2,3\n1,2"), ',');
        assert_eq!(separator_of("a;b;c\n1;2;3\n1;2"), ';');
    }

    #[test]
    fn a_column_that_holds_several_is_noticed() {
        assert!(may_be_several("a b c", &["1 2 3", "4  5 6"]));
        assert!(may_be_several("a,b", &["1,2"]));
        assert!(may_be_several("# measured in May", &["time,value", "1,2.5"]));
        assert!(may_be_several("# measured", &["# in May", "time,value", "1,2.5", "2,3.5"]));
        assert!(!may_be_several("value", &["2,5", "1,25"]) && !may_be_several("value", &["2.5"]));
        assert!(!may_be_several("first name", &["Ada", "Emmy"]));
        assert!(may_be_several("length kind", &["1 5.1 a", "2 4.9 b"]));
        assert!(may_be_several("time temp", &["1 5", "2 6", "3 7", "4"]));
        assert!(!may_be_several("first name", &["Ada Maria", "Emmy", "Sofja"]));
        assert!(!may_be_several("the text", &["one two", "see you", "no 5", "hello there you"]));
        assert!(!may_be_several("text", &["Well, well", "Hello"]));
    }
}
