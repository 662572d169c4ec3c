//! Rust source without its comments: what rust-analyzer need not read.

/// One piece of source: a comment, a literal, or a single character.
enum Piece {
    Comment,
    /// A line that begins with `///`.
    Doc,
    Code,
}

/// `source` without comments and blank lines. `///` docs stay where `keep_docs` says so; where not, the
/// attributes `#[doc = ...]` of macros go too.
pub(crate) fn stripped(source: &str, keep_docs: bool) -> String {
    let mut text = String::with_capacity(source.len());
    let mut rest = source;
    while !rest.is_empty() {
        if !keep_docs && rest.starts_with("#[doc = ") {
            rest = &rest[attribute_length(rest)..];
            continue;
        }
        let is_in_word = text.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let (piece, length) = first_piece(rest, is_in_word);
        match piece {
            Piece::Comment => {}
            Piece::Doc if !keep_docs => {}
            Piece::Doc | Piece::Code => text.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    let lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The length of an attribute, to its closing bracket.
fn attribute_length(attribute: &str) -> usize {
    let (mut length, mut depth) = (0, 0);
    while length < attribute.len() {
        let rest = &attribute[length..];
        depth += i32::from(rest.starts_with('['));
        depth -= i32::from(rest.starts_with(']'));
        let is_end = depth == 0 && rest.starts_with(']');
        length += first_piece(rest, false).1;
        if is_end {
            break;
        }
    }
    length
}

/// The piece that `rest` begins with, and its length.
fn first_piece(rest: &str, is_in_word: bool) -> (Piece, usize) {
    if rest.starts_with("//") {
        let is_doc = rest.starts_with("///") && !rest.starts_with("////");
        let length = rest.find('\n').unwrap_or(rest.len());
        return (if is_doc { Piece::Doc } else { Piece::Comment }, length);
    }
    if rest.starts_with("/*") {
        return (Piece::Comment, block_comment_length(rest));
    }
    let literal = match rest.as_bytes()[0] {
        b'r' | b'b' | b'c' if !is_in_word => raw_string_length(rest),
        b'"' => Some(string_length(rest)),
        b'\'' => character_length(rest),
        _ => None,
    };
    let character = || rest.chars().next().map_or(1, char::len_utf8);
    (Piece::Code, literal.unwrap_or_else(character))
}

/// Block comments may lie in each other.
fn block_comment_length(rest: &str) -> usize {
    let (mut at, mut depth) = (0, 0);
    while at < rest.len() {
        let here = &rest.as_bytes()[at..];
        if here.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                break;
            }
        } else {
            at += 1;
        }
    }
    at
}

/// `r"..."`, `br#"..."#` and the like; none where the letters begin something else.
fn raw_string_length(rest: &str) -> Option<usize> {
    let after_r = rest.trim_start_matches(['b', 'c']).strip_prefix('r')?;
    let content = after_r.trim_start_matches('#').strip_prefix('"')?;
    let start = rest.len() - content.len();
    let end = format!("\"{}", &after_r[..after_r.len() - content.len() - 1]);
    Some(content.find(&end).map_or(rest.len(), |at| start + at + end.len()))
}

fn string_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

/// `'a'` and `'\n'`; none for a lifetime.
fn character_length(rest: &str) -> Option<usize> {
    let content = &rest[1..];
    if let Some(escaped) = content.strip_prefix('\\') {
        let first = escaped.chars().next()?.len_utf8();
        return Some(2 + first + escaped[first..].find('\'')? + 1);
    }
    let length = content.chars().next()?.len_utf8();
    content[length..].starts_with('\'').then_some(length + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r##"//! inner
/// doc
/* a /* nested */ comment */ fn f<'a>(x: &'a str) -> char { // says
    let _ = ("// no", 'x', '"', '\'', '\u{7f}', r#"/* "no" */"#, br"\", b'"', "\"//"); // yes

    #[doc = concat!("]", "a")]
    'ö' // end
}
"##;

    #[test]
    fn comments_go_and_literals_stay() {
        let code = r##" fn f<'a>(x: &'a str) -> char {
    let _ = ("// no", 'x', '"', '\'', '\u{7f}', r#"/* "no" */"#, br"\", b'"', "\"//");
"##;
        let end = "    'ö'\n}\n";
        let attribute = "    #[doc = concat!(\"]\", \"a\")]\n";
        assert_eq!(stripped(SOURCE, true), format!("/// doc\n{code}{attribute}{end}"));
        assert_eq!(stripped(SOURCE, false), format!("{code}{end}"));
    }

    #[test]
    fn what_is_cut_off_ends_at_its_end() {
        for source in ["/* a", "\"a", "r#\"a\"", "'", "'\\", "// a", "#[doc = \"a", "\"\\", "b'"] {
            let _ = stripped(source, true);
            let _ = stripped(source, false);
        }
    }
}
