//! Rust source without the bodies of functions: what a call gives says the function's head, so rust-analyzer need not
//! read them.

use std::ops::RangeInclusive;

use crate::base::tokens::{Kind, Token, tokens};

/// Every `fn f() -> T { ... }` as `fn f() -> T {}`, also where a macro writes it. A body stays where the type is
/// found in it (`-> impl Trait`), and with `keep_const` where the length of an array may be.
pub(crate) fn without_bodies(source: &str, keep_const: bool) -> String {
    let tokens = tokens(source);
    let mut text = String::with_capacity(source.len());
    let (mut at, mut copied) = (0, 0);
    while at < tokens.len() {
        let is_head = tokens[at].kind == Kind::Word && tokens[at].text == "fn";
        let body = if is_head { body_of(&tokens, at) } else { None };
        let is_kept = |body: &RangeInclusive<usize>| {
            has_hidden_type(&tokens[at..*body.start()]) || keep_const && is_const(&tokens[..at])
        };
        if let Some(body) = body.filter(|body| !is_kept(body)) {
            text += &source[copied..tokens[*body.start()].place.start];
            text += "{}";
            at = *body.end();
            copied = tokens[at].place.end;
        }
        at += 1;
    }
    text + &source[copied..]
}

/// Where the body of a function is, from its opening bracket to its closing one. None for what has none: a
/// function that a trait only asks for, the type `fn()`, or the rule of a macro.
fn body_of(tokens: &[Token], function: usize) -> Option<RangeInclusive<usize>> {
    let name = tokens.get(function + 1)?;
    if name.kind != Kind::Word && name.text != "$" {
        return None;
    }
    let mut at = function + 2;
    let mut depth = 0;
    loop {
        match tokens.get(at)?.text.as_str() {
            "(" | "[" => depth += 1,
            ")" | "]" | "}" | ";" if depth == 0 => return None,
            ")" | "]" => depth -= 1,
            "{" => {
                let end = closing(tokens, at)?;
                // `f(x: [u8; { N }])` and `Array<{ N }>` hold a number.
                if depth == 0 && !["<", "="].contains(&tokens[at - 1].text.as_str()) {
                    return Some(at..=end);
                }
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
}

/// Where the curly bracket that opens at `open` is closed.
fn closing(tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0;
    tokens.iter().enumerate().skip(open).find_map(|(at, token)| {
        depth += i32::from(token.text == "{") - i32::from(token.text == "}");
        (depth == 0).then_some(at)
    })
}

/// Whether a function's head ends with `-> impl Trait`, so that its type is known by its body alone.
fn has_hidden_type(head: &[Token]) -> bool {
    let arrow = head.windows(2).position(|pair| pair[0].text == "-" && pair[1].text == ">");
    arrow.is_some_and(|arrow| head[arrow..].iter().any(|token| token.text == "impl"))
}

/// Whether these tokens end with `const`, or with `const unsafe` or the like.
fn is_const(before: &[Token]) -> bool {
    let is_between = |token: &&Token| ["unsafe", "extern"].contains(&token.text.as_str());
    let last = before.iter().rev().find(|token| token.kind != Kind::Text && !is_between(token));
    last.is_some_and(|token| token.text == "const")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn becomes(source: &str, expected: &str) {
        assert_eq!(without_bodies(source, false), expected);
    }

    #[test]
    fn heads_stay_and_bodies_go() {
        becomes(
            "pub fn f(x: u8) -> u8 { if x > 1 { 2 } else { x } } const N: u8 = 1;",
            "pub fn f(x: u8) -> u8 {} const N: u8 = 1;",
        );
        becomes(
            "impl A { fn f<T>(self) where T: Copy, { '}'; \"}\"; } fn g(&self) {} }",
            "impl A { fn f<T>(self) where T: Copy, {} fn g(&self) {} }",
        );
        becomes(
            "fn f() { fn inside() { 1 } inside() } struct S { a: u8 }",
            "fn f() {} struct S { a: u8 }",
        );
    }

    #[test]
    fn what_macros_write_is_cut_too() {
        becomes(
            "macro_rules! m { ($(fn $n:ident)*) => { $(fn $n() -> u8 { 1 })* }; (fn $b:block) => {} }",
            "macro_rules! m { ($(fn $n:ident)*) => { $(fn $n() -> u8 {})* }; (fn $b:block) => {} }",
        );
    }

    #[test]
    fn what_has_no_body_stays() {
        for source in [
            "trait T { fn f(&self) -> u8; const N: u8 = { 1 }; }",
            "struct S { f: fn(u8) -> u8 } impl S { const A: u8 = { 2 }; }",
            "fn",
            "fn f(",
            "fn f() {",
        ] {
            becomes(source, source);
        }
    }

    #[test]
    fn a_number_in_a_head_is_no_body() {
        becomes(
            "fn f(x: A<{ 1 + 1 }>, y: [u8; { 2 }]) -> B<{ 3 }> { 4 }",
            "fn f(x: A<{ 1 + 1 }>, y: [u8; { 2 }]) -> B<{ 3 }> {}",
        );
    }

    #[test]
    fn bodies_that_say_a_type_or_a_number_stay() {
        let hidden = "fn f(x: u8) -> impl Iterator<Item = u8> { 0..x }";
        becomes(hidden, hidden);
        becomes("fn f(x: impl Copy) -> u8 { 1 }", "fn f(x: impl Copy) -> u8 {}");
        let number = "const unsafe extern \"C\" fn n() -> usize { 3 } fn f() {}";
        assert_eq!(without_bodies(number, true), number);
        becomes(number, "const unsafe extern \"C\" fn n() -> usize {} fn f() {}");
    }
}
