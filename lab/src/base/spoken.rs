//! The language of whoever sits at the terminal: German where the system is set to it, else English.

use std::env;

/// The sentence in their language.
pub(crate) fn say<T>(english: T, german: T) -> T {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| {
        let value = env::var(name).ok()?;
        (!value.is_empty()).then_some(value)
    });
    if is_german(set.as_deref()) { german } else { english }
}

fn is_german(locale: Option<&str>) -> bool {
    locale.is_some_and(|locale| locale.starts_with("de"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_german_systems() {
        for (locale, german) in
            [(Some("de_AT.UTF-8"), true), (Some("C.UTF-8"), false), (None, false)]
        {
            assert_eq!(is_german(locale), german, "{locale:?}");
        }
    }
}
