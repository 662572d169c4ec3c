//! Fields of a table as numbers.

/// The number that a field says, with this sign before its fraction. Behind a decimal comma points may
/// stand between thousands: `1.234,5`.
pub(crate) fn number(field: &str, decimal: char) -> Option<f64> {
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
    let is_grouped = groups.next().is_some_and(|first| (1..=3).contains(&first.len()))
        && groups.all(|group| group.len() == 3);
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

/// Whether a field can only be a number with a decimal comma: `2,5`.
pub(crate) fn has_decimal_comma(field: &str) -> bool {
    field.contains(',') && number(field, ',').is_some()
}

/// Whether a point in a field may stand between thousands: `1.234`.
pub(crate) fn may_be_thousands(field: &str) -> bool {
    field.contains('.') && number(field, ',').is_some()
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
        assert!(has_decimal_comma("0,5") && !has_decimal_comma("5") && !has_decimal_comma("a,b"));
        assert!(may_be_thousands("1.234") && !may_be_thousands("1.5"));
        let english = ["1,234.50", "-1,234,567", "1,234", "1,5", "1.234,5", "1234.5", "a,b"];
        let plain = english.map(without_thousands);
        let expected = ["1234.50", "-1234567", "1234"].map(|plain| Some(plain.to_owned()));
        assert_eq!(plain[..3], expected);
        assert!(plain[3..].iter().all(Option::is_none), "{plain:?}");
    }
}
