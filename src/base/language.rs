//! The language of everything that is said to a learner: English, or German.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::error::{Error, Result};

/// The variable that chooses the language before any cell has run.
const VARIABLE: &str = "ZUNDER_LANGUAGE";

/// Chooses the language of messages, pictures, checks and hints: `"en"` or `"de"`.
///
/// The kernel "Rust (Zunder, Deutsch)" starts in German, and so does every program that finds
/// `ZUNDER_LANGUAGE=de` in its environment. The names of Keras stay as they are: `loss`, `Dense`.
///
/// # Errors
///
/// [`Error::BadSetting`] for another language.
///
/// ```
/// use zunder::prelude::*;
///
/// zunder::language("de")?;
/// let mistake = Array::zeros([4, 2]).reshape([3, 3]).unwrap_err();
/// assert!(mistake.to_string().contains("Form"));
/// # Ok::<(), zunder::Error>(())
/// ```
pub fn language(code: &str) -> Result<()> {
    let is_german = match code.trim().to_lowercase().as_str() {
        "de" => true,
        "en" => false,
        _ => {
            return Err(Error::BadSetting {
                setting: "language",
                value: format!("{code:?}"),
                expected: either(
                    "\"en\" for English or \"de\" for German",
                    "\"en\" für Englisch oder \"de\" für Deutsch",
                ),
            });
        }
    };
    chosen().store(is_german, Ordering::Relaxed);
    Ok(())
}

/// Whether German was chosen.
pub fn is_german() -> bool {
    if let Some(is_german) = override_for_thread::get() {
        return is_german;
    }
    chosen().load(Ordering::Relaxed)
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

/// What is done in German on this thread, whichever language was chosen: a test does so while the
/// tests beside it go on in English.
///
/// ```
/// use zunder::words::{either, in_german};
///
/// assert_eq!(in_german(|| either("layer", "Schicht")), "Schicht");
/// ```
pub fn in_german<T>(test: impl FnOnce() -> T) -> T {
    override_for_thread::with(true, test)
}

mod override_for_thread {
    use std::cell::Cell;

    thread_local! {
        static GERMAN: Cell<Option<bool>> = const { Cell::new(None) };
    }

    pub(super) fn get() -> Option<bool> {
        GERMAN.get()
    }

    pub(super) fn with<T>(is_german: bool, test: impl FnOnce() -> T) -> T {
        let before = GERMAN.replace(Some(is_german));
        let result = test();
        GERMAN.set(before);
        result
    }
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

    #[test]
    fn another_language_is_refused() {
        let problem = language("latin").unwrap_err().to_string();
        assert!(problem.contains("latin") && problem.contains("\"de\""), "{problem}");
    }
}
