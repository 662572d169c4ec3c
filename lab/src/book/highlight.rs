//! Colours for code: keywords, types, texts, numbers and comments, found by rustc's own lexer.

use maud::{Markup, html};
use ra_ap_rustc_lexer::{LiteralKind, TokenKind, tokenize};

const KEYWORDS: [&str; 32] = [
    "as", "break", "const", "continue", "crate", "dyn", "else", "enum", "false", "fn", "for", "if",
    "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self",
    "static", "struct", "super", "trait", "true", "type", "use", "while",
];

/// The code with a class for what is coloured. Any text has some: nothing is refused.
pub(crate) fn code(code: &str) -> Markup {
    html! {
        @for (class, piece) in pieces(code) {
            @if class.is_empty() { (piece) } @else { span class=(class) { (piece) } }
        }
    }
}

fn pieces(code: &str) -> Vec<(&'static str, &str)> {
    let mut rest = code;
    let tokens = tokenize(code).map(|token| {
        let (piece, behind) = rest.split_at(token.len as usize);
        rest = behind;
        (class(token.kind, piece), piece)
    });
    tokens.collect()
}

fn class(kind: TokenKind, text: &str) -> &'static str {
    match kind {
        TokenKind::LineComment { .. } | TokenKind::BlockComment { .. } => "comment",
        TokenKind::Literal {
            kind: LiteralKind::Int { .. } | LiteralKind::Float { .. }, ..
        } => "number",
        TokenKind::Literal { .. } => "string",
        TokenKind::Ident if KEYWORDS.contains(&text) => "keyword",
        TokenKind::Ident if text.starts_with(char::is_uppercase) => "type",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_code_is_lost_and_markup_in_it_is_text() {
        let text = ":dep a = \"<b>\"\nlet n: Vec<f32> = 1.5; // it's\n";
        let all: String = pieces(text).iter().map(|(_, piece)| *piece).collect();
        assert_eq!(all, text);
        let page = code(text).into_string();
        for part in [
            "<span class=\"string\">&quot;&lt;b&gt;&quot;</span>",
            "<span class=\"keyword\">let</span> n",
            "<span class=\"type\">Vec</span>&lt;f32&gt;",
            "<span class=\"number\">1.5</span>",
            "<span class=\"comment\">// it's</span>",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }
}
