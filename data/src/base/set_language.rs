//! `language`: chooses between English and German.

#[cfg(unix)]
use crate::base::cells;
use crate::base::error::{Error, Result};
use crate::base::language::choose;
use crate::base::phrase::phrase;

/// Chooses the language of messages, pictures, checks and hints: `"en"` or `"de"`.
///
/// The kernel "Rust (Zunder, Deutsch)" starts in German, and so does every program that finds
/// `ZUNDER_LANGUAGE=de` in its environment. The names of Keras stay as they are: `loss`, `Dense`.
///
/// # Errors
///
/// When it is another language.
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
            let expected = phrase!(
                "\"en\" for English or \"de\" for German",
                "\"en\" für Englisch oder \"de\" für Deutsch"
            );
            return Err(Error::bad_setting("language", format!("{code:?}"), expected));
        }
    };
    choose(is_german);
    #[cfg(unix)]
    cells::tell(if is_german { "ZUNDER_LANGUAGE de" } else { "ZUNDER_LANGUAGE en" });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_language_is_refused() {
        let problem = language("latin").unwrap_err().to_string();
        assert!(problem.contains("latin") && problem.contains("\"de\""), "{problem}");
    }
}
