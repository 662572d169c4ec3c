//! Why a field of a table is no number, and what to do.

use crate::base::lines::cut;
use crate::base::phrase::{Phrase, phrase};
use crate::own_data::dates::{are_dates, is_date, may_be_of_excel};
use crate::own_data::numbers::{
    has_decimal_comma, is_postcode, is_too_long, number, without_gaps, without_thousands,
};

/// A number and the sign or short unit beside it: `12` and `%` of `12 %`, `9.5` and `$` of `$9.5`.
pub(crate) fn without_unit(field: &str, decimal: char) -> Option<(&str, &str)> {
    const LONGEST: usize = 3;
    // Without these it would be another number.
    const CHANGES_IT: [char; 12] = [
        '-', '\u{2212}', '\u{2013}', '\u{2014}', '<', '>', '\u{2264}', '\u{2265}', '~', '\u{b1}',
        '.', '/',
    ];
    const MULTIPLES: [&str; 8] = ["k", "K", "M", "T", "G", "Mio", "Mrd", "Tsd"];
    let is_digit = |c: char| c.is_ascii_digit();
    let (start, last) = (field.find(|c| is_digit(c) || c == '-')?, field.rfind(is_digit)?);
    let plain = field.get(start..=last)?;
    let (before, behind) = (field[..start].trim(), field[last + 1..].trim());
    let unit = match (before, behind) {
        ("", unit) => unit,
        // Before a number there are signs; `Room 5` is a name.
        (unit, "") if !unit.contains(char::is_alphanumeric) => unit,
        _ => return None,
    };
    let is_unit = (1..=LONGEST).contains(&unit.chars().count())
        && !unit.contains(CHANGES_IT)
        && !MULTIPLES.contains(&unit);
    (is_unit && number(plain, decimal).is_some()).then_some((plain, unit))
}

/// Why a field is no number, and what to do; `known` are all fields of its column.
pub(crate) fn no_number(text: &str, known: &[&str], decimal: char) -> Phrase {
    if let Some(reason) = look_of(text, known, decimal) {
        return reason;
    }
    let text = cut(text, 40);
    phrase!(
        "{text:?} is no number: make categories into numbers with one_hot or classes, leave the column \
         out with without, or, if it stands for a missing value, read with Csv::new().missing(&[{text:?}])",
        "{text:?} ist keine Zahl: Mach aus Kategorien mit one_hot oder classes Zahlen, lass die Spalte \
         mit without weg, oder, falls es für einen fehlenden Wert steht, lies mit Csv::new().missing(&[{text:?}])"
    )
}

/// What a field that is no number looks like all the same: an amount, a date or a name of digits.
pub(crate) fn look_of(text: &str, known: &[&str], decimal: char) -> Option<Phrase> {
    let plain = without_thousands(text).map(|plain| cut(&plain, 40));
    let is_unsure = decimal == '.' && has_decimal_comma(text);
    let other = if decimal == ',' { '.' } else { ',' };
    let is_other = number(text, other).is_some();
    let gapless = without_gaps(text);
    let (is_long, is_date, is_postcode) = (is_too_long(text), is_date(text), is_postcode(text));
    let text = cut(text, 40);
    if is_long {
        return Some(phrase!(
            "{text} has more digits than a number keeps here: it is a name rather than an amount, so leave \
             the column out with without, or make categories of it with one_hot or classes",
            "{text} hat mehr Ziffern, als eine Zahl hier behält: Es ist eher ein Name als eine Menge, also \
             lass die Spalte mit without weg, oder mach mit one_hot oder classes Kategorien daraus"
        ));
    }
    if is_postcode {
        return Some(phrase!(
            "{text} begins with zeros, as postcodes and other names do: leave the column out with without, or make \
             categories of it with one_hot or classes; if it is an amount, take the zeros out of the file",
            "{text} beginnt mit Nullen, wie Postleitzahlen und andere Kennungen: Lass die Spalte mit without weg, \
             oder mach mit one_hot oder classes Kategorien daraus; ist es eine Menge, nimm die Nullen aus der Datei"
        ));
    }
    if is_date && !is_other || are_dates(known) {
        let or_number = if may_be_of_excel(&text) {
            phrase!(
                "; if it was a number such as 3.5, of which Excel made a date, choose the format Text for the column \
                 there, and write it again",
                "; war es eine Zahl wie 3,5, aus der Excel ein Datum gemacht hat, wähle dort für die Spalte das Format \
                 Text, und schreib sie neu"
            )
        } else {
            phrase!("", "")
        };
        return Some(phrase!(
            "{text:?} is a date or a time and no number: put what you need of it into columns of their own, \
             such as year and month, or leave the column out with without{or_number}",
            "{text:?} ist ein Datum oder eine Uhrzeit und keine Zahl: Schreib, was du davon brauchst, in eigene \
             Spalten, etwa Jahr und Monat, oder lass die Spalte mit without weg{or_number}"
        ));
    }
    if let Some(plain) = plain {
        return Some(if is_unsure {
            phrase!(
                "{text:?} is no number here: if the comma separates thousands, take it out, {plain}; if it \
                 stands before the fraction, read the file with Csv::new().decimal(',').read(...)",
                "{text:?} ist hier keine Zahl: Trennt das Komma Tausender, nimm es heraus, {plain}; steht \
                 es vor den Nachkommastellen, lies die Datei mit Csv::new().decimal(',').read(...)"
            )
        } else {
            phrase!(
                "{text:?} is no number here, as a comma separates its thousands: take it out, {plain}",
                "{text:?} ist hier keine Zahl, denn ein Komma trennt Tausender: Nimm es heraus, {plain}"
            )
        });
    }
    if is_other {
        // Else the other numbers would be none.
        let or_read = if known.iter().all(|field| number(field, other).is_some()) {
            phrase!(
                ", or read the file with Csv::new().decimal({other:?}).read(...)",
                ", oder lies die Datei mit Csv::new().decimal({other:?}).read(...)"
            )
        } else {
            phrase!("", "")
        };
        return Some(phrase!(
            "{text:?} is no number here, where {decimal:?} stands before fractions: write all numbers of the \
             column in the same way{or_read}",
            "{text:?} ist hier keine Zahl, denn vor Nachkommastellen steht {decimal:?}: Schreib alle Zahlen der \
             Spalte auf dieselbe Weise{or_read}"
        ));
    }
    if let Some(plain) = gapless {
        return Some(phrase!(
            "{text:?} is no number here, as blanks or apostrophes separate its thousands: take them out, {plain}",
            "{text:?} ist hier keine Zahl, denn Leerzeichen oder Apostrophe trennen Tausender: Nimm sie heraus, \
             {plain}"
        ));
    }
    // Fields of several such signs are names: the classes 7a and 7b.
    let with_unit = |text| without_unit(text, decimal).or_else(|| without_unit(text, other));
    let mut units = known.iter().filter_map(|field| with_unit(field));
    let (plain, unit) =
        with_unit(&text).filter(|(_, unit)| units.all(|(_, other)| other == *unit))?;
    Some(phrase!(
        "{text:?} is no number here: take {unit:?} out of the column, and write {plain}",
        "{text:?} ist hier keine Zahl: Nimm {unit:?} aus der Spalte heraus, und schreib {plain}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_told_from_their_numbers() {
        let english =
            ["12%", "12 %", "$9.5", "-3 °C", "5 kg"].map(|field| without_unit(field, '.'));
        let expected = [("12", "%"), ("12", "%"), ("9.5", "$"), ("-3", "°C"), ("5", "kg")];
        assert_eq!(english, expected.map(Some));
        assert_eq!(without_unit("1.200,50 €", ','), Some(("1.200,50", "€")));
        let others = ["12", "Room 5", "5 rooms", "2024-01-02", "12:30", "a", "", "%", "5 kg 3"];
        assert_eq!(others.map(|field| without_unit(field, '.')), [None; 9]);
        let other_numbers = ["5-", "<5", "5 Mio", "3 k", "12.03.", "~5", "\u{b1}5"];
        assert_eq!(other_numbers.map(|field| without_unit(field, '.')), [None; 7]);
    }

    #[test]
    fn what_is_no_number_is_told_by_what_it_is() {
        let said = |text, decimal| no_number(text, &[text], decimal).to_string();
        for date in [
            "2024-01-02",
            "02.01.2024",
            "1/2/24",
            "12:30",
            "12:30:15",
            "2024-01-02 10:00",
            "2024-01-02T10:00:00",
            "02.01.2024 10:00",
            "01.2024",
        ] {
            assert!(said(date, '.').contains("is a date or a time"), "{}", said(date, '.'));
        }
        assert!(
            said("03. Mai", '.')
                .ends_with("choose the format Text for the column there, and write it again")
        );
        assert!(said("9:14 AM", '.').ends_with("leave the column out with without"));
        assert!(said("12.30 Uhr", '.').contains("is a date or a time"));
        assert!(said("9007199254740993", '.').contains("more digits than"));
        assert!(said("01067", '.').contains("begins with zeros, as postcodes"));
        assert_eq!((number("1.2e5", ','), number("1.234", ',')), (None, Some(1_234.0)));
        assert!(said("1.5", ',').contains("where ',' stands before fractions"));
        assert!(said("12 %", '.').contains("take \"%\" out of the column, and write 12"));
        let mixed = no_number("1,75", &["1,75", "1.80"], '.').to_string();
        assert!(mixed.ends_with("write all numbers of the column in the same way"), "{mixed}");
        let commas = no_number("1,75", &["1,75", "2"], '.').to_string();
        assert!(
            commas.ends_with("or read the file with Csv::new().decimal(',').read(...)"),
            "{commas}"
        );
        let percents = no_number("12 %", &["12 %", "13", "5%", "k.A."], '.').to_string();
        assert!(percents.contains("take \"%\" out of the column"), "{percents}");
        let classes = no_number("7a", &["7a", "7b", "8a"], '.').to_string();
        assert!(classes.contains("make categories"), "{classes}");
        assert!(said("-", '.').ends_with("read with Csv::new().missing(&[\"-\"])"));
        assert!(said("1,234", '.').contains("if the comma separates thousands"));
    }
}
