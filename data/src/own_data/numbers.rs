//! Fields of a table as numbers.

/// The number that a field says, with this sign before its fraction. Behind a decimal comma points may
/// stand between thousands: `1.234,5`.
pub(crate) fn number(field: &str, decimal: char) -> Option<f64> {
    // The minus of word processors and web pages, and their dash.
    if let Some(digits) = field.strip_prefix(['\u{2212}', '\u{2013}']) {
        let is_unsigned = digits.starts_with(|c: char| c.is_ascii_digit());
        return number(digits, decimal).filter(|_| is_unsigned).map(|number| -number);
    }
    let is_of_number = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
    if decimal == '.' {
        // Not all that Rust knows, such as `infinity`.
        let is_number = field.chars().all(is_of_number);
        return field.parse().ok().filter(|number: &f64| is_number && number.is_finite());
    }
    let (whole, fraction) = match field.split_once(decimal) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (field, None),
    };
    let digits = whole.trim_start_matches(['+', '-']);
    let mut groups = digits.split('.');
    // No thousands begin with a zero: `0.250` is a quarter.
    let is_first = |first: &str| {
        (1..=3).contains(&first.len()) && !first.starts_with('0') && has_only_digits(first)
    };
    let is_grouped = groups.next().is_some_and(is_first)
        && groups.all(|group| group.len() == 3 && has_only_digits(group));
    if digits.contains('.') && !is_grouped || fraction.is_some_and(|f| f.contains('.')) {
        return None;
    }
    let whole = whole.replace('.', "");
    let plain = match fraction {
        Some(fraction) => format!("{whole}.{fraction}"),
        None => whole,
    };
    number(&plain, '.')
}

/// Whether all of it are digits.
pub(crate) fn has_only_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a field can only be a number with a decimal comma: `2,5`.
pub(crate) fn has_decimal_comma(field: &str) -> bool {
    field.contains(',') && number(field, ',').is_some()
}

/// Whether a point in a field may stand between thousands: `1.234`.
pub(crate) fn may_be_thousands(field: &str) -> bool {
    field.contains('.') && number(field, ',').is_some()
}

/// Whether the points of a field can only stand between thousands: `1.234.567`, `1.234,5`.
pub(crate) fn is_surely_thousands(field: &str) -> bool {
    may_be_thousands(field) && (field.contains(',') || field.matches('.').count() > 1)
}

/// Whether a whole number has more digits than an `f64` keeps, as those of accounts do.
pub(crate) fn is_too_long(field: &str) -> bool {
    // With fewer digits all are kept: 2^53 has so many.
    const EXACT: usize = 16;
    let digits = field.trim_start_matches(['+', '-']);
    let is_whole = digits.len() >= EXACT && has_only_digits(digits);
    is_whole && field.parse::<i128>().map_or(true, |exact| exact as f64 as i128 != exact)
}

/// Whether all digits of a field count, which a number does not keep: it is a name rather than an amount.
pub(crate) fn is_identifier(field: &str) -> bool {
    is_too_long(field) || is_postcode(field)
}

/// Whether a whole number begins with zeros, as postcodes do. An amount of three digits may be filled up so, too.
pub(crate) fn is_postcode(field: &str) -> bool {
    field.len() > 3 && field.starts_with('0') && has_only_digits(field)
}

/// A number with commas between its thousands, as English writes it, without them: `1234.50` of
/// `1,234.50`.
pub(crate) fn without_thousands(field: &str) -> Option<String> {
    let swapped = |c: char| match c {
        ',' => '.',
        '.' => ',',
        other => other,
    };
    let german: String = field.chars().map(swapped).collect();
    may_be_thousands(&german).then(|| field.replace(',', ""))
}

/// A number with blanks or apostrophes between its thousands, as Switzerland and French texts write it, without
/// them: `1234.50` of `1'234.50`.
pub(crate) fn without_gaps(field: &str) -> Option<String> {
    let is_gap =
        |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '\u{2019}');
    let is_number = |point: &str| {
        let filled = field.replace(is_gap, point);
        may_be_thousands(&filled) || without_thousands(&filled).is_some()
    };
    (field.contains(is_gap) && (is_number(".") || is_number(",")))
        .then(|| field.replace(is_gap, ""))
}

/// A whole number, and what becomes of it as `float32` where that is another one.
pub(crate) fn rounded_whole(number: f64) -> Option<(f64, f64)> {
    let rounded = f64::from(number as f32);
    (number.fract() == 0.0 && rounded.is_finite() && rounded != number).then_some((number, rounded))
}

/// Two different numbers that are the same as `float32`, where half of a column with fractions or more are lost so:
/// those that differ in the last digits of an `f64` only count as one.
pub(crate) fn merged(numbers: &[f64]) -> Option<(f64, f64)> {
    const NOISE: f64 = 1e-12;
    if numbers.iter().all(|number| number.fract() == 0.0) {
        return None;
    }
    let mut sorted: Vec<f64> =
        numbers.iter().copied().filter(|number| number.is_finite()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.dedup_by(|next, last| *next - *last <= next.abs() * NOISE);
    let lost = sorted.windows(2).filter(|pair| pair[0] as f32 == pair[1] as f32);
    let first = lost.clone().next().map(|pair| (pair[0], pair[1]));
    first.filter(|_| lost.count() * 2 >= sorted.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_their_country() {
        let point = ["1", "-2.5", ".5", "1e3", "1,5", "inf", "nan", "", "1e999", "0x1", "1.2.3"];
        let english = point.map(|field| number(field, '.'));
        let expected = [Some(1.0), Some(-2.5), Some(0.5), Some(1e3)];
        assert_eq!(english[..4], expected);
        assert!(english[4..].iter().all(Option::is_none), "{english:?}");
        let comma =
            ["1", "-2,5", "1.234", "1.234.567,25", "12.5", "1.23,4", "1,2,3", "1,2.3", ".234"];
        let german = comma.map(|field| number(field, ','));
        assert_eq!(german[..4], [Some(1.0), Some(-2.5), Some(1234.0), Some(1_234_567.25)]);
        assert!(german[4..].iter().all(Option::is_none), "{german:?}");
        let quarters =
            ["0.250", "00.123", "\u{2212}1,5", "\u{2013}7"].map(|field| number(field, ','));
        assert_eq!(quarters, [None, None, Some(-1.5), Some(-7.0)]);
        assert!(is_surely_thousands("1.234.567") && is_surely_thousands("1.234,5"));
        assert!(!is_surely_thousands("1.234") && !is_surely_thousands("1234"));
        assert!(is_too_long("9007199254740993") && is_too_long("-12345678901234567890"));
        assert!(!is_too_long("9007199254740992") && !is_too_long("1e30") && !is_too_long("x"));
        assert!(has_decimal_comma("0,5") && !has_decimal_comma("5") && !has_decimal_comma("a,b"));
        assert!(may_be_thousands("1.234") && !may_be_thousands("1.5"));
        let english = ["1,234.50", "-1,234,567", "1,234", "1,5", "1.234,5", "1234.5", "a,b"];
        let plain = english.map(without_thousands);
        let expected = ["1234.50", "-1234567", "1234"].map(|plain| Some(plain.to_owned()));
        assert_eq!(plain[..3], expected);
        assert!(plain[3..].iter().all(Option::is_none), "{plain:?}");
    }

    #[test]
    fn whole_numbers_that_are_rounded_are_found() {
        assert_eq!(rounded_whole(20_240_103.0), Some((20_240_103.0, 20_240_104.0)));
        let kept = [0.1, 16_777_216.0, 20_240_104.0, -5.0, 1e300, f64::NAN, f64::INFINITY];
        assert_eq!(kept.map(rounded_whole), [None; 7]);
    }
    #[test]
    fn numbers_that_become_the_same_are_found() {
        let log: Vec<f64> = (0..20).map(|n| 1_732_799_266.123 + f64::from(n) * 0.5).collect();
        assert_eq!(merged(&log), Some((1_732_799_266.123, 1_732_799_266.623)));
        let minutes: Vec<f64> = (0..10).map(|n| 45_000.5 + f64::from(n) / 1440.0).collect();
        assert!(merged(&minutes).is_some());
        assert!(merged(&[12_345_678.95, 12_345_679.1, f64::NAN]).is_some());
        // Days far apart, noise, digits that nobody measured, whole numbers.
        let days: Vec<f64> = (0..10).map(|n| 45_000.5 + f64::from(n)).collect();
        let sums: Vec<f64> =
            (1..9).flat_map(|n| [0.1 * f64::from(n), f64::from(n) / 10.0]).collect();
        let fine: Vec<f64> = (1..2_000).map(|n| f64::from(n).sqrt().fract()).collect();
        let few = [1.5, 2.5, 0.123_456_789, 0.123_456_790];
        for kept in [&days[..], &sums, &fine, &few, &[20_240_103.0, 20_240_104.0], &[], &[f64::NAN]]
        {
            assert_eq!(merged(kept), None, "{kept:?}");
        }
    }
}
