//! Long sentences in short lines.

/// Breaks a sentence between words, since a page would break it within them. Lines of the text
/// itself stay apart.
pub fn in_short_lines(text: &str) -> String {
    text.lines().map(one_in_short_lines).collect::<Vec<_>>().join("\n")
}

fn one_in_short_lines(sentence: &str) -> String {
    const LONGEST: usize = 90;
    let mut lines = String::new();
    let mut length = 0;
    for word in sentence.split(' ') {
        let needed = word.chars().count() + 1;
        if length > 0 && length + needed > LONGEST {
            lines += "\n     ";
            length = "     ".len();
        }
        if !lines.is_empty() {
            lines.push(' ');
        }
        lines += word;
        length += needed;
    }
    lines
}

/// A text of at most so many letters: of a longer one the rest is left out.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['\u{2026}']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_sentences_break_between_words() {
        let short = "Note: all is well";
        assert_eq!(in_short_lines(short), short);
        let long = "Note: ".to_owned() + &"word ".repeat(40);
        let lines = in_short_lines(long.trim());
        assert!(
            lines.lines().count() == 3 && lines.lines().all(|line| line.len() <= 90),
            "{lines}"
        );
        assert!(lines.lines().skip(1).all(|line| line.starts_with("      word")), "{lines}");
        assert_eq!(lines.split_whitespace().count(), 41);
        assert_eq!(in_short_lines("one\ntwo"), "one\ntwo");
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(cut(&"x".repeat(40), 40), "x".repeat(40));
        assert_eq!(cut(&"\u{e4}".repeat(41), 40), "\u{e4}".repeat(39) + "\u{2026}");
    }
}
