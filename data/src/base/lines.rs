//! Long sentences in short lines.

/// Breaks a sentence between words, since a page would break it within them. It begins with what it is
/// about ("Note: ..."), so its further lines are set in. Lines of the text itself stay apart.
pub fn in_short_lines(text: &str) -> String {
    broken(text, "      ")
}

/// The same for a text that only explains: all its lines begin alike.
pub fn in_even_lines(text: &str) -> String {
    broken(text, "")
}

fn broken(text: &str, indent: &str) -> String {
    text.lines().map(|line| one_broken(line, indent)).collect::<Vec<_>>().join("\n")
}

fn one_broken(sentence: &str, indent: &str) -> String {
    const LONGEST: usize = 90;
    let mut lines = String::new();
    let mut length = 0;
    for (number, word) in sentence.split(' ').enumerate() {
        let needed = word.chars().count() + 1;
        if length > 0 && length + needed > LONGEST {
            lines.push('\n');
            lines += indent;
            length = indent.len();
        } else if number > 0 {
            lines.push(' ');
        }
        lines += word;
        length += needed;
    }
    lines
}

/// The texts of any list of texts, `["a"]` as well as a `Vec<String>`: what is generic stays short, so that
/// little of it is compiled in a notebook cell.
pub(crate) fn as_texts<S: AsRef<str>>(texts: &[S]) -> Vec<&str> {
    texts.iter().map(AsRef::as_ref).collect()
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
        let even = in_even_lines(long.trim());
        assert!(even.lines().skip(1).all(|line| line.starts_with("word")), "{even}");
        assert_eq!(even.split_whitespace().count(), 41);
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(cut(&"x".repeat(40), 40), "x".repeat(40));
        assert_eq!(cut(&"\u{e4}".repeat(41), 40), "\u{e4}".repeat(39) + "\u{2026}");
    }
}
