//! Numbers for people, written as their language writes them: `16,144` and `95.3 %`, or `16 144` and
//! `95,3 %`. What stands in code, and what is compared with it, keeps its point.

use std::fmt;

use crate::base::language::either;

/// A number with a comma between thousands: `16,144`. A German reader would take that for a
/// fraction, so in German it is a narrow space that no line breaks at.
///
/// ```
/// use zunder::words::{in_german, thousands};
///
/// assert_eq!(thousands(16_144), "16,144");
/// assert_eq!(in_german(|| thousands(16_144)), "16\u{202f}144");
/// ```
pub fn thousands(number: usize) -> String {
    grouped(number as u64)
}

/// So many of something, by the word for one of it and for several: `1 row`, `16,144 rows`.
pub fn counted(number: usize, english: [&str; 2], german: [&str; 2]) -> String {
    let [one, several] = either(english, german);
    format!("{} {}", thousands(number), if number == 1 { one } else { several })
}

/// The same as [`thousands`] for sizes of files.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap_or_default())
        .collect();
    groups.join(either(",", "\u{202f}"))
}

/// A number of bytes as people say it: `4,000 GB`. Of small numbers of a unit, the next smaller
/// unit is taken: 1,500 MB says more than 2 GB.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "KB")];
    let fitting = UNITS.into_iter().find(|(size, _)| bytes >= 10 * size);
    let (size, name) = fitting.unwrap_or((1, either("bytes", "Bytes")));
    format!("{} {name}", grouped(bytes / size + u64::from(2 * (bytes % size) >= size)))
}

/// A number with so many digits behind its point, which in German is a comma.
///
/// ```
/// use zunder::words::{decimal, in_german};
///
/// assert_eq!(decimal(0.05, 2), "0.05");
/// assert_eq!(in_german(|| decimal(0.05, 2)), "0,05");
/// ```
pub fn decimal(value: f64, digits: usize) -> String {
    in_its_language(&format!("{value:.digits$}"))
}

/// A fraction of 1 in percent, with so many digits behind the point. Less than all is never 100 %.
///
/// ```
/// use zunder::words::{in_german, percent};
///
/// assert_eq!(percent(0.953, 1), "95.3 %");
/// assert_eq!(percent(0.9996, 1), "99.9 %");
/// assert_eq!(in_german(|| percent(0.953, 1)), "95,3 %");
/// ```
pub fn percent(share: f64, digits: usize) -> String {
    let most = 100.0 - 0.1_f64.powi(digits as i32);
    let percent = if share < 1.0 { most.min(100.0 * share) } else { 100.0 * share };
    format!("{} %", decimal(percent, digits))
}

/// As [`decimal`], but of a small number the first two digits are there, however many zeros stand before them:
/// `0.0012`, and `0.00005`.
pub fn rounded(value: f64, digits: usize) -> String {
    let first_digit = -value.abs().log10().floor();
    if value == 0.0 || !value.is_finite() || first_digit < digits as f64 {
        return decimal(value, digits);
    }
    shortest(plain(format!("{value:.1e}").parse::<f64>().unwrap_or(value)))
}

/// A number with as many digits as tell it from its neighbours: `0.05`.
pub fn shortest(value: impl ToString) -> String {
    in_its_language(&value.to_string())
}

fn in_its_language(number: &str) -> String {
    number.replace('.', either(".", ","))
}

/// A number as it was written, without the hundreds of digits that a very large or a very small one
/// would have: `0.001`, but `1e300`.
pub fn plain<T: Copy + Into<f64> + fmt::Display + fmt::LowerExp>(number: T) -> String {
    let size = number.into().abs();
    let is_short = size == 0.0 || !size.is_finite() || (1e-6..1e16).contains(&size);
    if is_short { number.to_string() } else { format!("{number:e}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::in_german;

    #[test]
    fn what_is_small_is_not_rounded_to_nothing() {
        for (value, digits, said) in [
            (0.123_45, 4, "0.1235"),
            (0.001_23, 4, "0.0012"),
            (0.000_523, 4, "0.00052"),
            (-0.000_05, 4, "-0.00005"),
            (3.2e-9, 4, "3.2e-9"),
            (0.0, 4, "0.0000"),
            (0.003_92, 2, "0.0039"),
            (7.0, 2, "7.00"),
            (f64::NAN, 2, "NaN"),
        ] {
            assert_eq!(rounded(value, digits), said);
        }
        assert_eq!(in_german(|| rounded(0.000_05, 4)), "0,00005");
    }

    #[test]
    fn thousands_are_separated() {
        let written = [0, 999, 1_000, 16_144, 1_234_567].map(thousands);
        assert_eq!(written, ["0", "999", "1,000", "16,144", "1,234,567"]);
        assert_eq!(in_german(|| thousands(1_234_567)), "1\u{202f}234\u{202f}567");
    }

    #[test]
    fn sizes_are_said_in_units_that_can_be_read() {
        let bytes =
            [0, 9_999, 10_000, 54_950_000, 9_999_400_000, 10_000_000_000, 4_000_000_000_000];
        let said = ["0 bytes", "9,999 bytes", "10 KB", "55 MB", "9,999 MB", "10 GB", "4,000 GB"];
        assert_eq!(bytes.map(size), said);
        assert_eq!(in_german(|| size(9_999)), "9\u{202f}999 Bytes");
    }

    #[test]
    fn one_is_no_plural() {
        let rows =
            [0, 1, 1_000].map(|number| counted(number, ["row", "rows"], ["Zeile", "Zeilen"]));
        assert_eq!(rows, ["0 rows", "1 row", "1,000 rows"]);
    }

    #[test]
    fn a_german_number_has_a_comma() {
        assert_eq!([decimal(-0.25, 3), percent(1.0, 0)], ["-0.250", "100 %"]);
        assert_eq!(in_german(|| [decimal(-0.25, 3), percent(0.999, 2)]), ["-0,250", "99,90 %"]);
        assert_eq!([shortest(0.05), shortest(7_f32), shortest(f64::NAN)], ["0.05", "7", "NaN"]);
        assert_eq!(in_german(|| shortest(0.05)), "0,05");
    }

    #[test]
    fn numbers_stay_short() {
        let written = [0.0, -0.001, 1e-7, 1e300, 12.5, f64::NAN, f64::NEG_INFINITY].map(plain);
        assert_eq!(written, ["0", "-0.001", "1e-7", "1e300", "12.5", "NaN", "-inf"]);
        assert_eq!([0.1f32, 1e30].map(plain), ["0.1", "1e30"]);
    }
}
