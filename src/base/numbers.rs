//! Large numbers, written so that they can be read.

use crate::base::language::either;

/// A number with a comma between thousands: `16,144`. A German reader would take that for a
/// fraction, so in German it is a space that no line breaks at.
pub(crate) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap_or_default())
        .collect();
    groups.join(either(",", "\u{a0}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::in_german;

    #[test]
    fn thousands_are_separated() {
        let written = [0, 999, 1_000, 16_144, 1_234_567].map(thousands);
        assert_eq!(written, ["0", "999", "1,000", "16,144", "1,234,567"]);
        assert_eq!(in_german(|| thousands(16_144)), "16\u{a0}144");
    }
}
