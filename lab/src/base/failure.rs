//! The one error type of this program: a sentence that says what to do.

use std::fmt;

/// What went wrong and how to mend it, in words for the person at the keyboard.
pub(crate) struct Failure(String);

/// The result of every step.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// A failure with this message.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Turns any error into a [`Failure`] that says what was being done.
pub(crate) trait Explain<T> {
    /// `what` completes the sentence "cannot ...".
    fn explain(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: fmt::Display> Explain<T> for std::result::Result<T, E> {
    fn explain(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Failure(format!("cannot {}: {error}", what())))
    }
}

/// Ends a function with a [`Failure`] built as by `format!`.
macro_rules! fail {
    ($($part:tt)*) => {
        return Err($crate::base::failure::Failure::new(format!($($part)*)))
    };
}
pub(crate) use fail;
