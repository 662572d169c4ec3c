//! Fields of a table that are days, months or times.

use std::ops::Range;

use crate::own_data::numbers::has_only_digits;

/// In English and German, also shortened to three letters or more.
const MONTHS: [&str; 21] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "januar",
    "februar",
    "märz",
    "mrz",
    "mai",
    "juni",
    "juli",
    "oktober",
    "dezember",
];

/// `2024-01-02`, `02.01.2024`, `1/2/24`, `01.03.`, `12:30`, also with a time behind the day, and what stands beside
/// them: `2024-01-02T12:30:00.5+01:00`, `2024/03/05 9:14 AM GMT+1`, `5. Mai 2024`, `12.30 Uhr`.
pub(crate) fn is_date(field: &str) -> bool {
    let is_sure = |part: &str| is_moment(part) || part.split(['-', '/']).any(is_word);
    let fits = |part: &str| {
        is_moment(part) || part.split(['-', '/']).all(|part| is_word(part) || is_number(part, 4))
    };
    let mut parts = field.split_whitespace();
    field.contains(|c: char| c.is_ascii_digit())
        && parts.clone().any(is_sure)
        && parts.all(|part| fits(part) || is_zone(part))
}

/// A day, a time, or both of them with a `T` between.
fn is_moment(text: &str) -> bool {
    let of = |text: &str, sign: char, parts: Range<usize>| {
        let is_part = |part: &str| (1..=4).contains(&part.len()) && has_only_digits(part);
        parts.contains(&text.split(sign).count()) && text.split(sign).all(is_part)
    };
    let is_day = |text: &str| {
        ['-', '.', '/'].into_iter().any(|sign| of(text, sign, 3..4))
            || text.strip_suffix('.').is_some_and(|text| of(text, '.', 2..3))
    };
    let is_time = |text: &str| {
        let end = text.find(['Z', '+', '-']).unwrap_or(text.len());
        let (time, zone) = text.split_at(end);
        let (time, fraction) = time.split_once(['.', ',']).unwrap_or((time, ""));
        let is_of_zone = |c: char| c.is_ascii_digit() || c == ':';
        of(time, ':', 2..4)
            && has_only_digits(fraction)
            && zone.trim_start_matches(['Z', '+', '-']).chars().all(is_of_zone)
    };
    let text = text.trim_end_matches(',');
    text.split_once('T')
        .map_or(is_day(text) || is_time(text), |(day, time)| is_day(day) && is_time(time))
}

/// A word that makes a date or a time of the number beside it.
fn is_word(text: &str) -> bool {
    let word = text.trim_end_matches('.').to_lowercase();
    is_name_of_month(text) || ["am", "pm", "vorm", "nachm", "uhr"].contains(&word.as_str())
}

fn is_name_of_month(text: &str) -> bool {
    let text = text.trim_end_matches(['.', ',']).to_lowercase();
    text.len() >= 3 && MONTHS.iter().any(|month| month.starts_with(&text))
}

/// `GMT+1`, `MEZ`, `+0100`.
fn is_zone(text: &str) -> bool {
    let hours = text.trim_start_matches(|c: char| c.is_ascii_uppercase() || c == '+' || c == '-');
    hours.chars().all(|c| c.is_ascii_digit() || c == ':')
}

/// A day, a year, or an hour with its minutes: `5.`, `2024,`, `12.30`.
fn is_number(text: &str, most_digits: usize) -> bool {
    let digits = text.replace(['.', ','], "");
    (1..=most_digits).contains(&digits.len()) && has_only_digits(&digits)
}

/// What Excel makes of a number: `03. Mai` and `Mrz 05` in German, `05-Mar` in English.
pub(crate) fn may_be_of_excel(field: &str) -> bool {
    let parts: Vec<&str> = field.split([' ', '-']).collect();
    parts.len() == 2
        && parts.iter().any(|part| is_name_of_month(part))
        && parts.iter().any(|part| is_number(part, 2))
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
    #[test]
    fn a_date_is_known_however_programs_write_it() {
        for date in [
            "2024/03/05 9:14:33 AM GMT+1",
            "2024/03/05 9:14:33 vorm. OEZ",
            "10:00:01.123",
            "10:00:01,123",
            "2024-01-02T10:00:00Z",
            "2024-01-02T10:00:00.25+01:00",
            "2024-01-02 10:00:00+00:00",
            "2024-01-02 10:00:00 +0100",
            "9:14 AM",
            "01.03.",
            "03. Mai",
            "Mrz 05",
            "5. März 2024",
            "Mar 5, 2024",
            "05-Mar-24",
            "12.30 Uhr",
            "9 pm",
        ] {
            assert!(is_date(date), "{date}");
        }
        for other in [
            "", "May", "5", "2.5", "Room 5", "Marvel 5", "a 5", "5-3", "1/2", "1.2.3.4", "12.30",
            "pm", "T5", "5 m", "GMT+1",
        ] {
            assert!(!is_date(other), "{other}");
        }
        let of_excel = ["03. Mai", "Mrz 05", "05-Mar", "Jan 12"];
        assert!(of_excel.into_iter().all(may_be_of_excel));
        assert!(
            !["5. Mai 2024", "Mai 2024", "Mai", "05-03", "Room 5"].into_iter().any(may_be_of_excel)
        );
    }
}
