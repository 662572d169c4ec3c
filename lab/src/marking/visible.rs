//! What learners choose to call things, for those who read it.

/// A learner's text without the characters that would end the page for some readers, or hide what
/// follows. Markup in it is maud's part.
pub(crate) fn visible(text: &str) -> String {
    let is_hidden = |c: char| {
        (c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\u{7f}'))
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    };
    text.chars().map(|c| if is_hidden(c) { '\u{fffd}' } else { c }).collect()
}

/// A learner's text for a terminal, which obeys some characters.
pub(crate) fn one_line(text: &str) -> String {
    visible(text).chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_terminal_obeys_a_learner() {
        assert_eq!(one_line("a\u{1b}[1m\u{9b}b\nc"), "a\u{fffd}[1m b c");
    }
}
