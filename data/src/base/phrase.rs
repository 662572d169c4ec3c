//! Sentences in both languages side by side, and parts of sentences that wait for their language.

use std::borrow::Cow;
use std::fmt;

use crate::base::language::{in_english, in_german, is_german};

/// A sentence as a text, in the language that is chosen now: `told!("{n} rows", "{n} Zeilen")`.
///
/// Whoever writes one is asked by the compiler for the other, and for every named value in both.
#[doc(hidden)]
#[macro_export]
macro_rules! told {
    ($english:literal, $german:literal $(, $($value:tt)*)?) => {
        if $crate::base::language::is_german() {
            format!($german $(, $($value)*)?)
        } else {
            format!($english $(, $($value)*)?)
        }
    };
}
pub use told;

/// Such a sentence as a [`Phrase`](crate::base::phrase::Phrase): `phrase!("at least 1", "mindestens 1")`.
#[doc(hidden)]
#[macro_export]
macro_rules! phrase {
    ($english:literal, $german:literal $(, $($value:tt)*)?) => {
        $crate::base::phrase::Phrase::new(
            || format!($english $(, $($value)*)?),
            || format!($german $(, $($value)*)?),
        )
    };
}
pub use phrase;

/// A word, as wide as asked for. A precision, as in `{:.2}`, is for the numbers beside it: `pad` would cut the word off.
pub fn write_word(f: &mut fmt::Formatter<'_>, word: &str) -> fmt::Result {
    let width = f.width().unwrap_or(0);
    match f.align() {
        Some(fmt::Alignment::Right) => write!(f, "{word:>width$}"),
        _ => write!(f, "{word:<width$}"),
    }
}

/// The same sentence or table for `{:?}` as for `{}`: it is what a notebook shows, also for a failing `?`.
#[doc(hidden)]
#[macro_export]
macro_rules! debug_as_display {
    ($type:ty) => {
        impl ::std::fmt::Debug for $type {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(self, f)
            }
        }
    };
}
pub use debug_as_display;

/// A part of a sentence in both languages. Which one is shown is decided when it is shown, together
/// with the sentence around it: an error may be made in one language and read in the other.
#[derive(Clone, PartialEq, Eq)]
pub struct Phrase {
    english: Cow<'static, str>,
    german: Cow<'static, str>,
}

impl Phrase {
    /// Each is made in its own language, with the phrases and numbers in it.
    pub fn new(english: impl Fn() -> String, german: impl Fn() -> String) -> Self {
        Phrase { english: in_english(english).into(), german: in_german(german).into() }
    }

    /// What something says, in both languages.
    pub fn of(thing: &impl fmt::Display) -> Self {
        Phrase::new(|| thing.to_string(), || thing.to_string())
    }
}

/// What is the same in both languages, such as the name of a setting.
impl From<&'static str> for Phrase {
    fn from(text: &'static str) -> Self {
        Phrase { english: text.into(), german: text.into() }
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_word(f, if is_german() { &self.german } else { &self.english })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::numbers::thousands;

    #[test]
    fn a_phrase_takes_its_language_when_it_is_shown() {
        let inner = phrase!("row {}", "Zeile {}", thousands(1_000));
        let outer = in_german(|| phrase!("the end of {inner}", "das Ende von {inner}"));
        assert_eq!(outer.to_string(), "the end of row 1,000");
        assert_eq!(in_german(|| outer.to_string()), "das Ende von Zeile 1\u{202f}000");
        let units = Phrase::from("units");
        assert_eq!(format!("{units:>7}|{units:7}|{units:.2}|"), "  units|units  |units|");
    }
}
