//! Numbers that a person types behind an option.

use std::str::FromStr;

/// A number of which none is too few, or why it is none: in plain words, where clap names the largest number.
pub(crate) fn at_least_one<T: FromStr + Default + PartialEq>(
    typed: &str,
) -> std::result::Result<T, String> {
    match typed.parse() {
        Ok(number) if number == T::default() => Err("it must be at least 1".to_owned()),
        Ok(number) => Ok(number),
        Err(_) => Err("it must be a whole number, at least 1".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_is_refused_in_plain_words() {
        assert_eq!(at_least_one::<u32>("30"), Ok(30));
        assert_eq!(at_least_one::<usize>("0"), Err("it must be at least 1".to_owned()));
        for typed in ["-1", "two", "99999999999999999999"] {
            assert!(at_least_one::<u64>(typed).is_err_and(|why| why.contains("whole number")));
        }
    }
}
