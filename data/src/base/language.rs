//! The language of everything that is said to a learner: English, or German.

use std::cell::Cell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::thread_value::with_value;

/// The variable that chooses the language before any cell has run.
const VARIABLE: &str = "ZUNDER_LANGUAGE";

thread_local! {
    /// What was chosen for this thread alone.
    static GERMAN_HERE: Cell<Option<bool>> = const { Cell::new(None) };
}

/// Whether German was chosen.
pub fn is_german() -> bool {
    GERMAN_HERE.get().unwrap_or_else(|| chosen().load(Ordering::Relaxed))
}

/// The one of two texts that is in the chosen language.
///
/// ```
/// use zunder::words::either;
///
/// assert_eq!(either("layer", "Schicht"), "layer");
/// ```
pub fn either<T>(english: T, german: T) -> T {
    if is_german() { german } else { english }
}

/// Chooses the language for the whole program.
pub(crate) fn choose(is_german: bool) {
    chosen().store(is_german, Ordering::Relaxed);
}

/// What is done in German on this thread, whichever language was chosen: a test does so while the
/// tests beside it go on in English.
///
/// ```
/// use zunder::words::{either, in_german};
///
/// assert_eq!(in_german(|| either("layer", "Schicht")), "Schicht");
/// ```
pub fn in_german<T>(work: impl FnOnce() -> T) -> T {
    with_value(&GERMAN_HERE, Some(true), work)
}

/// The same in English.
pub(crate) fn in_english<T>(work: impl FnOnce() -> T) -> T {
    with_value(&GERMAN_HERE, Some(false), work)
}

fn chosen() -> &'static AtomicBool {
    static GERMAN: OnceLock<AtomicBool> = OnceLock::new();
    GERMAN.get_or_init(|| AtomicBool::new(means_german(std::env::var(VARIABLE).ok().as_deref())))
}

/// `de`, and also what a system says: `de_AT.UTF-8`.
fn means_german(value: Option<&str>) -> bool {
    value.is_some_and(|value| value.to_lowercase().starts_with("de"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_may_be_a_locale() {
        assert!(means_german(Some("de")) && means_german(Some("de_CH.UTF-8")));
        assert!(!means_german(Some("en")) && !means_german(Some("")) && !means_german(None));
    }
}
