//! Rust source without its comments: what rust-analyzer need not read.

use ra_ap_rustc_lexer::{DocStyle, TokenKind, tokenize};

/// Attributes that say nothing about types, and that a macro writes again with each method of each number type.
const WRITTEN_BY_MACROS: [&str; 8] = [
    "#[doc",
    "#[stable(",
    "#[must_use",
    "#[inline",
    "#[track_caller]",
    "#[rustc_const_",
    "#[rustc_inherit_overflow_checks]",
    "#[rustc_allow_const_fn_unstable(",
];

/// `source` without comments and blank lines. `///` docs stay where `keep_docs` says so; where not, the
/// attributes that macros write go too.
pub(crate) fn stripped(source: &str, keep_docs: bool) -> String {
    let mut text = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((kind, length)) = first_token(rest) {
        if !keep_docs && WRITTEN_BY_MACROS.iter().any(|attribute| rest.starts_with(attribute)) {
            rest = &rest[attribute_length(rest)..];
            continue;
        }
        let is_kept = match kind {
            TokenKind::LineComment { doc_style: Some(DocStyle::Outer) } => keep_docs,
            TokenKind::LineComment { .. } | TokenKind::BlockComment { .. } => false,
            _ => true,
        };
        if is_kept {
            text.push_str(&rest[..length]);
        }
        rest = &rest[length..];
    }
    let lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The kind and the length of what `rest` begins with.
fn first_token(rest: &str) -> Option<(TokenKind, usize)> {
    let token = tokenize(rest).next()?;
    // `#"` is one sign in a later edition than the library's.
    let is_split = token.kind == TokenKind::GuardedStrPrefix;
    Some((token.kind, if is_split { 1 } else { token.len as usize }))
}

/// The length of an attribute, to its closing bracket.
fn attribute_length(attribute: &str) -> usize {
    let (mut length, mut depth) = (0, 0);
    while let Some((kind, token)) = first_token(&attribute[length..]) {
        length += token;
        match kind {
            TokenKind::OpenBracket => depth += 1,
            TokenKind::CloseBracket if depth == 1 => break,
            TokenKind::CloseBracket => depth -= 1,
            _ => {}
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r##"//! inner
/// doc
/* a /* nested */ comment */ fn f<'a>(x: &'a str) -> char { // says
    let _ = ("// no", 'x', '"', '\'', '\u{7f}', r#"/* "no" */"#, br"\", b'"', "\"//"); // yes

    #[doc = concat!("]", "a")]
    #[must_use = "]"] #[unstable]
    'ö' // end
}
"##;

    #[test]
    fn comments_go_and_literals_stay() {
        let code = r##" fn f<'a>(x: &'a str) -> char {
    let _ = ("// no", 'x', '"', '\'', '\u{7f}', r#"/* "no" */"#, br"\", b'"', "\"//");
"##;
        let end = "    'ö'\n}\n";
        let attributes =
            "    #[doc = concat!(\"]\", \"a\")]\n    #[must_use = \"]\"] #[unstable]\n";
        assert_eq!(stripped(SOURCE, true), format!("/// doc\n{code}{attributes}{end}"));
        assert_eq!(stripped(SOURCE, false), format!("{code}     #[unstable]\n{end}"));
    }

    #[test]
    fn what_is_cut_off_ends_at_its_end() {
        for source in ["/* a", "\"a", "r#\"a\"", "'", "'\\", "// a", "#[doc = \"a", "\"\\", "b'"] {
            let _ = stripped(source, true);
            let _ = stripped(source, false);
        }
    }
}
