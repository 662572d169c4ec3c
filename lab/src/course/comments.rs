//! The comments in code cells: they are text, and so they are translated, while the code is the same
//! in both languages to the letter, but for the crate's path in the first cell.

use crate::base::language::Language;
use crate::course::source::Texts;

/// The cell as a reader of this language finds it. A comment that nobody has translated stays as it is.
pub(crate) fn in_language(code: &str, comments: &[Texts], language: Language) -> String {
    let line = |line: &str| match split(line) {
        Some((code, comment)) => {
            let known = comments.iter().find(|texts| texts.get(Language::English) == comment);
            format!("{code}// {}", known.map_or(comment, |texts| texts.get(language)))
        }
        None => line.to_owned(),
    };
    code.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// A line of code, and the comment behind it.
pub(crate) fn split(line: &str) -> Option<(&str, &str)> {
    let mut is_text = false;
    let (place, _) = line.char_indices().find(|(place, letter)| {
        if *letter == '"' && !line[..*place].ends_with('\\') {
            is_text = !is_text;
        }
        !is_text && line[*place..].starts_with("// ")
    })?;
    Some((&line[..place], &line[place + 3..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_comment_is_translated() {
        let comments = [Texts::of("change this line", "ersetze diese Zeile")];
        let code =
            "let a = \"// change this line\"; // change this line\n// unknown\nlet b = 7 / 2;";
        let german = in_language(code, &comments, Language::German);
        let expected =
            "let a = \"// change this line\"; // ersetze diese Zeile\n// unknown\nlet b = 7 / 2;";
        assert_eq!(german, expected);
        assert_eq!(in_language(code, &comments, Language::English), code);
    }
}
