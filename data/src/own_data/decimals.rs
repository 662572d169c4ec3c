//! Whether a point or a comma stands before the fractions of a column, where nobody says it.

use crate::base::lines::cut;
use crate::base::notes::say_note;
use crate::base::phrase::phrase;
use crate::own_data::numbers::{
    has_decimal_comma, has_only_digits, is_surely_thousands, may_be_thousands, number,
    without_thousands,
};

/// Whether these fields are numbers of which at least one can only be one where commas stand before fractions.
pub(crate) fn has_commas(known: &[&str]) -> bool {
    known.iter().any(|field| has_decimal_comma(field) || is_surely_thousands(field))
        && known.iter().all(|field| number(field, ',').is_some())
}

/// Whether these fields are numbers with decimal commas, of which one at least cannot stand between thousands.
pub(crate) fn has_surely_commas(known: &[&str]) -> bool {
    let is_sure = |field: &&str| has_decimal_comma(field) && without_thousands(field).is_none();
    known.iter().any(is_sure) && has_commas(known)
}

/// Whether numbers among these fields have decimal commas, and none has a point before its fraction.
pub(crate) fn are_of_commas(known: &[&str]) -> bool {
    let is_of_points = |field: &&str| number(field, '.').is_some() && number(field, ',').is_none();
    known.iter().any(|field| has_decimal_comma(field)) && !known.iter().any(is_of_points)
}

/// Says how the points or commas of a column were read where they may stand for something else.
pub(crate) fn notice(name: &str, known: &[&str], decimal: char) {
    let name = cut(name, 60);
    say_note(match doubt(known, decimal) {
        None => return,
        Some(Doubt::PointsAsFractions) => phrase!(
            "the points in column {name:?} are read as those of fractions; if they stand between thousands, read \
             the file with Csv::new().decimal(',').read(...)",
            "die Punkte in der Spalte {name:?} werden als Dezimalpunkte gelesen; trennen sie Tausender, lies die \
             Datei mit Csv::new().decimal(',').read(...)"
        ),
        Some(Doubt::CommasAsFractions) => phrase!(
            "the commas in column {name:?} are read as those of fractions; if they stand between thousands, take \
             them out of the file and read it with Csv::new().decimal('.').read(...)",
            "die Kommas in der Spalte {name:?} werden als Dezimalkommas gelesen; trennen sie Tausender, nimm sie \
             aus der Datei und lies sie mit Csv::new().decimal('.').read(...)"
        ),
        Some(Doubt::PointsAsThousands) => phrase!(
            "the points in column {name:?} are read as those between thousands, as the file has decimal commas; if \
             they stand before fractions, put commas in their place in the file",
            "die Punkte in der Spalte {name:?} werden als Tausenderpunkte gelesen, denn die Datei hat \
             Dezimalkommas; stehen sie vor Nachkommastellen, setz in der Datei Kommas dafür"
        ),
    });
}

#[derive(Debug, PartialEq)]
enum Doubt {
    PointsAsFractions,
    CommasAsFractions,
    PointsAsThousands,
}

/// `1.234` is a German thousand, or a little more than one; `1,234` an English one.
fn doubt(known: &[&str], decimal: char) -> Option<Doubt> {
    if decimal == '.' {
        // A German list of cities: 113.638, and 967.
        let is_below_thousand = |field: &str| field.len() <= 3 && has_only_digits(field);
        let fits = |field: &&str| may_be_thousands(field) || is_below_thousand(field);
        let may_be = known.iter().any(|field| may_be_thousands(field));
        return (may_be && known.iter().all(fits)).then_some(Doubt::PointsAsFractions);
    }
    let mut commas = known.iter().filter(|field| field.contains(',')).peekable();
    if commas.peek().is_some() && commas.all(|field| without_thousands(field).is_some()) {
        return Some(Doubt::CommasAsFractions);
    }
    let has_points = known.iter().any(|field| field.contains('.'));
    let is_sure = known.iter().any(|field| is_surely_thousands(field));
    (has_points && !is_sure).then_some(Doubt::PointsAsThousands)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_counts_in_a_column_of_numbers_only() {
        assert!(has_commas(&["1,5", "2", "1.234,5"]) && has_commas(&["335.975", "3.677.472"]));
        assert!(
            !has_commas(&["3,5", "x"]) && !has_commas(&["0.100", "0,5"]) && !has_commas(&["1"])
        );
    }

    #[test]
    fn what_may_be_read_in_two_ways_is_noticed() {
        assert_eq!(doubt(&["1,234", "12,500", "7"], ','), Some(Doubt::CommasAsFractions));
        assert_eq!(doubt(&["1,5", "12,500"], ','), None);
        assert_eq!(doubt(&["7", "8"], ','), None);
        assert_eq!(doubt(&["1.234"], '.'), Some(Doubt::PointsAsFractions));
        assert_eq!(doubt(&["113.638", "967"], '.'), Some(Doubt::PointsAsFractions));
        assert_eq!(doubt(&["1.234", "1500"], '.'), None);
        assert_eq!(doubt(&["12", "967"], '.'), None);
        assert_eq!(doubt(&["52.100", "52.500"], ','), Some(Doubt::PointsAsThousands));
        assert_eq!(doubt(&["1,5", "1.500"], ','), Some(Doubt::PointsAsThousands));
        assert_eq!(doubt(&["1.500", "1.234.567"], ','), None);
        assert_eq!(doubt(&["1.500", "1.234,5"], ','), None);
    }
}
