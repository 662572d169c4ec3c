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
    is_month(field) || field.split([' ', 'T']).all(is_day_or_time)
}

/// `01.2024`, which could be a number.
fn is_month(field: &str) -> bool {
    let is_in = |text: &str, length, range: Range<u16>| {
        text.len() == length && text.parse().is_ok_and(|number| range.contains(&number))
    };
    field
        .split_once('.')
        .is_some_and(|(month, year)| is_in(month, 2, 1..13) && is_in(year, 4, 1900..2100))
}

/// Whether a column holds months. From October to December alone they may be numbers with four decimals.
pub(crate) fn are_months(known: &[&str]) -> bool {
    known.iter().any(|field| field.starts_with('0')) && known.iter().all(|field| is_month(field))
}
