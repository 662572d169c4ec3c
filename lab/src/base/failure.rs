//! The one error type of this program: a sentence that says what to do.

use std::fmt;

use crate::base::spoken::{Spoken, spoken};

/// What went wrong and how to mend it, in words for the person at the keyboard.
pub(crate) struct Failure(Spoken);

/// The result of every step.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// A failure with this message.
    pub(crate) fn new(message: impl Into<Spoken>) -> Self {
        Self(message.into())
    }

    /// In both languages, for what has a language of its own.
    pub(crate) fn spoken(&self) -> &Spoken {
        &self.0
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Turns any error into a [`Failure`] that says what was being done.
pub(crate) trait Explain<T> {
    /// `what` completes the sentences "cannot ..." and "es ist nicht gelungen, ...".
    fn explain<W: Into<Spoken>>(self, what: impl FnOnce() -> W) -> Result<T>;
}

impl<T, E: fmt::Display> Explain<T> for std::result::Result<T, E> {
    fn explain<W: Into<Spoken>>(self, what: impl FnOnce() -> W) -> Result<T> {
        self.map_err(|error| Failure(cannot(&what().into(), &reason(&error))))
    }
}

/// What a failure says that was explained.
pub(crate) fn cannot(what: &Spoken, why: &Spoken) -> Spoken {
    spoken!("cannot {what}: {why}", "es ist nicht gelungen, {what}: {why}")
}

/// What an error says, in German as far as it is known.
pub(crate) fn reason(error: &impl fmt::Display) -> Spoken {
    Spoken::made(|| error.to_string(), || in_german(&error.to_string()))
}

/// The reasons that the system gives most often, with its number, by which they are found elsewhere.
const REASONS: [(&str, &str); 6] = [
    ("No such file or directory", "das gibt es nicht"),
    ("Permission denied", "das ist nicht erlaubt"),
    ("File exists", "das gibt es schon"),
    ("Not a directory", "das ist kein Ordner"),
    ("No space left on device", "die Platte ist voll"),
    ("Read-only file system", "hier lässt sich nur lesen"),
];

fn in_german(why: &str) -> String {
    let known = REASONS.iter().find_map(|(english, german)| {
        let number = why.strip_prefix(english)?;
        number.starts_with(" (os error ").then(|| format!("{german}{number}"))
    });
    known.unwrap_or_else(|| why.to_owned())
}

/// Ends a function with a [`Failure`]: a sentence in English and in German, built as by `spoken!`; in English alone,
/// where `spoken.rs` says so.
macro_rules! fail {
    ($english:literal, $german:literal $($values:tt)*) => {
        return Err($crate::base::failure::Failure::new($crate::base::spoken::spoken!(
            $english, $german $($values)*
        )))
    };
    ($($english:tt)*) => {
        return Err($crate::base::failure::Failure::new(format!($($english)*)))
    };
}
pub(crate) use fail;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn a_failure_is_there_in_both_languages() {
        let missing = Path::new("/no/such/file");
        let read =
            || fs::read(missing).explain(|| spoken!("read {}", "{} zu lesen", missing.display()));
        let said = read().expect_err("it is not there");
        assert_eq!(
            said.spoken().english(),
            "cannot read /no/such/file: No such file or directory (os error 2)"
        );
        assert_eq!(
            said.spoken().german(),
            "es ist nicht gelungen, /no/such/file zu lesen: das gibt es nicht (os error 2)"
        );
        let refuse = |number: usize| -> Result<()> { fail!("no {number}", "keine {number}") };
        let said = refuse(3).expect_err("it always fails");
        assert_eq!(said.spoken(), &Spoken::new("no 3", "keine 3"));
    }

    #[test]
    fn a_reason_that_is_not_known_stays_as_it_is() {
        assert_eq!(
            in_german("Permission denied (os error 13)"),
            "das ist nicht erlaubt (os error 13)"
        );
        for why in
            ["expected value at line 1", "No such file or directory", "File exists, says pip"]
        {
            assert_eq!(in_german(why), why);
        }
    }
}
