//! What is written for a terminal, for others.

/// Without the codes that colour a terminal.
pub(crate) fn without_colours(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text.split("\u{1b}[");
    plain.push_str(rest.next().unwrap_or_default());
    for part in rest {
        let end = part.find(|c: char| c.is_ascii_alphabetic()).map_or(part.len(), |end| end + 1);
        plain.push_str(&part[end..]);
    }
    plain
}

#[test]
fn only_the_colours_go() {
    assert_eq!(without_colours("\u{1b}[38;5;54mError:\u{1b}[0m no"), "Error: no");
}
