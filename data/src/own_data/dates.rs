//! Fields of a table that are days, months or times.

use std::ops::Range;

use crate::own_data::numbers::has_only_digits;

/// `2024-01-02`, `02.01.2024`, `1/2/24`, `12:30`, also with a time behind the day: `2024-01-02T12:30`.
pub(crate) fn is_date(field: &str) -> bool {
    let is_day_or_time = |text: &str| {
        [('-', 3..4), ('.', 3..4), ('/', 3..4), (':', 2..4)].into_iter().any(|(sign, parts)| {
            let is_part = |part: &str| (1..=4).contains(&part.len()) && has_only_digits(part);
            parts.contains(&text.split(sign).count()) && text.split(sign).all(is_part)
        })
    };
    field.split([' ', 'T']).all(is_day_or_time)
}

/// Whether a column holds what could be numbers, but is none: months (`01.2024`), days (`01.02`) or times (`07.30`).
/// Without a zero in front of another digit they may be numbers.
pub(crate) fn are_dates(known: &[&str]) -> bool {
    let is_filled = |field: &&str| field.starts_with('0') && !field.starts_with("0.");
    let are = |first: Range<u16>, digits: usize, second: Range<u16>| {
        let is_in = |text: &str, length: usize, range: &Range<u16>| {
            text.len() == length && text.parse().is_ok_and(|number| range.contains(&number))
        };
        let is_one = |field: &&str| {
            let parts = field.split_once('.');
            parts.is_some_and(|(a, b)| is_in(a, 2, &first) && is_in(b, digits, &second))
        };
        known.iter().all(is_one)
    };
    known.iter().any(is_filled)
        && (are(1..13, 4, 1900..2100) || are(1..32, 2, 1..13) || are(0..24, 2, 0..60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_told_from_numbers() {
        for dates in [["01.2024", "12.2024"], ["01.02", "28.12"], ["12.45", "07.30"]] {
            assert!(are_dates(&dates), "{dates:?}");
        }
        for numbers in [["10.02", "28.12"], ["0.30", "12.45"], ["07.30", "12.75"], ["07.30", "7.5"]]
        {
            assert!(!are_dates(&numbers), "{numbers:?}");
        }
        assert!(!are_dates(&[]));
    }
}
