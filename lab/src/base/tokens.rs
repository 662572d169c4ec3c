//! Code as a list of tokens: comments and blanks, which can hide a word or make two texts differ, are
//! not among them.

use std::ops::Range;

use ra_ap_rustc_lexer::{LiteralKind, TokenKind, tokenize};

/// A word, a sign or a literal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    /// A word without `r#`; a literal with its quotes.
    pub(crate) text: String,
    pub(crate) kind: Kind,
    /// Where it stands.
    pub(crate) place: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Word,
    Text,
    OtherLiteral,
    Sign,
}

/// The tokens of a cell. Any text has some: nothing is refused.
pub(crate) fn tokens(code: &str) -> Vec<Token> {
    let mut end = 0;
    let mut tokens = Vec::new();
    for token in tokenize(code) {
        let place = end..end + token.len as usize;
        end = place.end;
        let kind = match token.kind {
            TokenKind::LineComment { .. }
            | TokenKind::BlockComment { .. }
            | TokenKind::Whitespace => continue,
            TokenKind::Ident | TokenKind::RawIdent | TokenKind::InvalidIdent => Kind::Word,
            TokenKind::Literal {
                kind:
                    LiteralKind::Int { .. }
                    | LiteralKind::Float { .. }
                    | LiteralKind::Char { .. }
                    | LiteralKind::Byte { .. },
                ..
            } => Kind::OtherLiteral,
            TokenKind::Literal { .. } => Kind::Text,
            _ => Kind::Sign,
        };
        let text = &code[place.clone()];
        let text = if kind == Kind::Word { text.trim_start_matches("r#") } else { text };
        tokens.push(Token { text: text.to_owned(), kind, place });
    }
    tokens
}

/// What has a beginning and needs an end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Whole {
    /// Between `/*` and `*/`.
    Comment,
    /// Between quotes.
    Text,
}

/// What a cell begins and does not end, so that all behind it is no code, and the number of its first line.
pub(crate) fn without_end(code: &str) -> Option<(Whole, usize)> {
    let mut end = 0;
    let last = tokenize(code).inspect(|token| end += token.len as usize).last()?;
    let what = match last.kind {
        TokenKind::BlockComment { terminated: false, .. } => Whole::Comment,
        TokenKind::Literal {
            kind:
                LiteralKind::Str { terminated: false }
                | LiteralKind::ByteStr { terminated: false }
                | LiteralKind::CStr { terminated: false }
                | LiteralKind::RawStr { n_hashes: None },
            ..
        } => Whole::Text,
        _ => return None,
    };
    Some((what, code[..end - last.len as usize].matches('\n').count() + 1))
}

/// Whether there is any code in it.
pub(crate) fn is_code(text: &str) -> bool {
    tokens(text).iter().any(|token| token.kind != Kind::Sign)
}

/// Whether two texts are the same code.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    words(one).eq(&words(other))
}

/// The tokens alone, without their places.
pub(crate) fn words(code: &str) -> Vec<String> {
    tokens(code).into_iter().map(|token| token.text).collect()
}

/// Where `code` stands inside `cell`, as whole tokens and outside of all brackets.
pub(crate) fn find(cell: &str, code: &str) -> Option<Range<usize>> {
    let (cell, code) = (tokens(cell), words(code));
    let mut depth = 0_i32;
    for (number, token) in cell.iter().enumerate() {
        let rest = cell[number..].iter().map(|token| &token.text);
        if depth == 0 && !code.is_empty() && rest.take(code.len()).eq(code.iter()) {
            return Some(token.place.start..cell[number + code.len() - 1].place.end);
        }
        depth += i32::from(["(", "[", "{"].contains(&token.text.as_str()));
        depth -= i32::from([")", "]", "}"].contains(&token.text.as_str()));
    }
    None
}

/// How much of `original` is found in `other`: 1 is all of it. Signs, which all code has, do not count.
pub(crate) fn share(original: &str, other: &str) -> f64 {
    let telling = |code: &str| -> Vec<String> {
        let tokens = tokens(code).into_iter().filter(|token| token.kind != Kind::Sign);
        tokens.map(|token| token.text).collect()
    };
    let (original, mut other) = (telling(original), telling(other));
    let found = original.iter().filter(|word| {
        let place = other.iter().position(|there| there == *word);
        place.map(|place| other.swap_remove(place)).is_some()
    });
    let found = found.count();
    if original.is_empty() { 0.0 } else { found as f64 / original.len() as f64 }
}

/// The words that a new name stands behind.
const DEFINING: [&str; 7] = ["fn", "struct", "enum", "const", "static", "type", "trait"];

/// The names that a cell defines with `let` or one of the words above, outside of all braces.
pub(crate) fn defined(code: &str) -> Vec<String> {
    let tokens = tokens(code);
    let mut names = Vec::new();
    let (mut depth, mut in_pattern) = (0, false);
    for (number, token) in tokens.iter().enumerate() {
        let text = token.text.as_str();
        match text {
            "{" => depth += 1,
            "}" => depth -= 1,
            "let" if depth == 0 => in_pattern = true,
            "=" | ":" | ";" => in_pattern = false,
            "mut" | "ref" => {}
            _ if token.kind != Kind::Word || depth > 0 => {}
            _ if in_pattern || is_behind_defining(&tokens[number.saturating_sub(3)..number]) => {
                names.push(text.to_owned());
            }
            _ => {}
        }
    }
    names.retain(|name| name != "_" && !DEFINING.contains(&name.as_str())); // `const fn`, `const _`
    names
}

/// Whether these tokens end with a word that a new name stands behind, as in `static mut`.
fn is_behind_defining(before: &[Token]) -> bool {
    let words: Vec<&Token> = before.iter().filter(|token| token.text != "mut").collect();
    let [earlier @ .., last] = words.as_slice() else { return false };
    // `*const T` and `<const N: usize>` define nothing.
    let is_part = earlier.last().is_some_and(|sign| ["*", "<", ","].contains(&sign.text.as_str()));
    DEFINING.contains(&last.text.as_str()) && !is_part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_blanks_make_no_difference() {
        assert!(is_same("mod  check /* x */ { } // y", "mod check{}"));
        assert!(is_same("r#mod check", "mod check"));
        assert!(!is_same("let x = \"// no comment\";", "let x = \"\";"));
        assert!(!is_code("// a\n/* b */ ;") && is_code("x"));
    }

    #[test]
    fn what_has_no_end_is_found_with_its_line() {
        let comment = |line| Some((Whole::Comment, line));
        let text = |line| Some((Whole::Text, line));
        for (code, found) in [
            ("let x = 1; /* y */ // /*", None),
            ("let x = 1;\n/* let y = 2;\nlet z = 3;", comment(2)),
            ("/* a /* b */", comment(1)),
            ("let a = '\"'; f::<'a>(\"/*\")", None),
            ("let ä = 1;\n\nprintln!(\"hello);\n1", text(3)),
            ("println!(\"a);\nprintln!(\"b\");", text(2)),
            ("r#\"a\"", text(1)),
            ("f(\"a\", (", None),
            ("", None),
        ] {
            assert_eq!(without_end(code), found, "{code}");
        }
    }

    #[test]
    fn code_is_found_only_as_whole_tokens_outside_of_brackets() {
        let cell = "let a = 1;\ncheck :: flatten(& x) // yes\nlet b = 2;";
        let found = find(cell, "check::flatten(&x)").expect("it is there");
        assert_eq!(&cell[found], "check :: flatten(& x)");
        assert_eq!(find("{ check::flatten(&x) }", "check::flatten(&x)"), None);
        assert_eq!(find("// check::flatten(&x)", "check::flatten(&x)"), None);
        assert_eq!(find("x", ""), None);
    }

    #[test]
    fn names_that_are_defined_are_seen() {
        let code = "let ((a, mut b), c): T = f()?;\nfn d(e: i32) -> i32 { let g = 1; g }\nstruct H;\nlet i = a;";
        assert_eq!(defined(code), ["a", "b", "c", "d", "H", "i"]);
        let code = "pub const A: &[usize] = &[1];\nstatic mut B: i32 = 0;\ntype C = i32;\ntrait D { const E: i32; }";
        assert_eq!(defined(code), ["A", "B", "C", "D"]);
        let code =
            "const fn f<T, const N: usize>(x: *const u8, y: &'static str) {}\nconst _: () = ();";
        assert_eq!(defined(code), ["f"]);
    }

    #[test]
    fn the_share_of_a_text_counts_words() {
        assert!((share("let a = b / 255.0;", "let a = b / 255;") - 0.75).abs() < 1e-9);
        assert!(share("check::progress()", "check::flatten(&x)") < 0.6);
    }
}
