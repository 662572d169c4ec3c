//! Cells that evcxr is not given: it would forget what stands in them, or forget all, or end, without a word.
//!
//! Over 300 lines: with its tests.

use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprAsync, ExprClosure, ExprReturn, Item, Pat, Stmt};

use crate::base::language::Language;
use crate::base::tokens::{Kind, Token, tokens, without_end};

/// Words of Rust that no variable can be called. Those with which a pattern can begin, as in `let ref x`, are not
/// among them.
const KEYWORDS: &str = " abstract as async await become box break continue do dyn else enum extern final fn for if \
     impl in let loop macro match mod move override priv pub return static struct trait try type typeof unsafe \
     unsized use virtual where while yield ";

/// Signs with which a pattern can begin.
const PATTERNS: [&str; 9] = ["(", "[", "&", "-", ".", "<", "|", "#", "!"];

/// The levels that the compiler knows.
const LEVELS: [&str; 6] = ["0", "1", "2", "3", "s", "z"];

/// So deep may brackets stand in each other: evcxr ends at a few thousand.
const DEEPEST: usize = 500;

/// Whether evcxr would forget all, and with it the settings by which cells show pictures and stop.
pub(crate) fn forgets_all(code: &str) -> bool {
    code.lines().any(|line| [":clear", ":restart"].contains(&line.trim()))
}

/// Whether it is a word that Rust keeps for itself.
fn is_keyword(word: &str) -> bool {
    KEYWORDS.split_whitespace().any(|keyword| keyword == word)
}

impl Language {
    /// Why a cell is not run, if it is not.
    pub(crate) fn why_not_run(self, code: &str) -> Option<String> {
        if let Some((what, line)) = without_end(code) {
            return Some(self.has_no_end(what, line));
        }
        let setting = code.lines().map(str::trim).find_map(|line| {
            let (name, value) = line.split_once(char::is_whitespace)?;
            let is_refused =
                name == ":toolchain" || name == ":opt" && !LEVELS.contains(&value.trim());
            is_refused.then_some(name)
        });
        if let Some(name) = setting {
            return Some(self.cannot_be_set(name));
        }
        let tokens = tokens(code);
        if deepest(&tokens) > DEEPEST {
            return Some(self.is_too_deep());
        }
        let line = |token: &Token| code[..token.place.start].matches('\n').count() + 1;
        if let Some(bracket) = closes_nothing(&tokens) {
            return Some(self.closes_nothing(line(bracket)));
        }
        if leaves_its_variables(&tokens, code) {
            return Some(self.leaves_its_variables());
        }
        let (wrong, found) =
            let_without_name(&tokens, code).or_else(|| keyword_as_parameter(&tokens, code))?;
        Some(self.is_no_name(found.unwrap_or_default(), line(wrong)))
    }

    fn cannot_be_set(self, name: &str) -> String {
        if name == ":opt" {
            return self
                .either(
                    "`:opt` takes 0, 1, 2 or 3, as in `:opt 3`: 2 is what the kernel begins with. Nothing was run.",
                    "`:opt` nimmt 0, 1, 2 oder 3, etwa `:opt 3`: Mit 2 beginnt der Kernel. Nichts wurde ausgeführt.",
                )
                .to_owned();
        }
        self.either(
            "The kernel's crates are built with one version of Rust, so `:toolchain` cannot choose another one \
             here. Nothing was run.",
            "Die Crates des Kernels sind mit einer Version von Rust gebaut, darum kann `:toolchain` hier keine \
             andere wählen. Nichts wurde ausgeführt.",
        )
        .to_owned()
    }

    fn is_too_deep(self) -> String {
        self.either(
            format!(
                "More than {DEEPEST} brackets stand in each other here, which is more than a kernel can read. \
                 Nothing was run."
            ),
            format!(
                "Hier stehen mehr als {DEEPEST} Klammern ineinander, mehr, als ein Kernel lesen kann. Nichts wurde \
                 ausgeführt."
            ),
        )
    }

    fn closes_nothing(self, line: usize) -> String {
        self.either(
            format!(
                "The `}}` in line {line} closes a block that nothing in this cell opens: take it out, or write how \
                 the block begins into the same cell, such as `if x > 3 {{`. Nothing was run."
            ),
            format!(
                "Die `}}` in Zeile {line} schließt einen Block, den in dieser Zelle nichts öffnet: Nimm sie heraus, \
                 oder schreib den Anfang des Blocks in dieselbe Zelle, etwa `if x > 3 {{`. Nichts wurde ausgeführt."
            ),
        )
    }

    fn leaves_its_variables(self) -> String {
        self.either(
            "`return Ok(())` would leave this cell before its variables are kept, and all others would be lost with \
             them: put what shall run only sometimes into `if x > 3 { ... } else { ... }`, or write a function. \
             Nothing was run.",
            "Mit `return Ok(())` würde diese Zelle enden, bevor ihre Variablen aufgehoben sind, und alle anderen \
             gingen mit ihnen verloren: Setz, was nur manchmal laufen soll, in `if x > 3 { ... } else { ... }`, \
             oder schreib eine Funktion. Nichts wurde ausgeführt.",
        )
        .to_owned()
    }

    /// Of a `let` without a name: what stands there, and in which line.
    fn is_no_name(self, found: &str, line: usize) -> String {
        let nothing = self.either("Nothing was run.", "Nichts wurde ausgeführt.");
        let place = self.either(format!(" in line {line}"), format!(" in Zeile {line}"));
        if is_keyword(found) {
            return format!("{} {nothing}", self.is_keyword(found, &place));
        }
        self.either(
            format!("Behind the `let`{place} the name is missing, as in `let x = 5;`. {nothing}"),
            format!("Hinter dem `let`{place} fehlt der Name, etwa `let x = 5;`. {nothing}"),
        )
    }

    /// Of a word that was taken as a name.
    pub(crate) fn is_keyword(self, word: &str, place: &str) -> String {
        self.either(
            format!("`{word}`{place} is a word of Rust's own: take another name, such as `{word}_1`."),
            format!(
                "`{word}`{place} ist ein Wort von Rust selbst: Nimm einen anderen Namen, etwa `{word}_1`."
            ),
        )
    }
}

/// How many brackets stand in each other at most.
fn deepest(tokens: &[Token]) -> usize {
    let depths = tokens.iter().scan(0_usize, |depth, token| {
        match token.text.as_str() {
            "(" | "[" | "{" => *depth += 1,
            ")" | "]" | "}" => *depth = depth.saturating_sub(1),
            _ => {}
        }
        Some(*depth)
    });
    depths.max().unwrap_or_default()
}

/// The first curly bracket that closes what nothing has opened: of a cell that begins with it, evcxr runs nothing.
fn closes_nothing(tokens: &[Token]) -> Option<&Token> {
    let mut depth = 0_usize;
    tokens.iter().find(|token| {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            "}" if depth == 0 => return true,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        false
    })
}

/// Whether a `return Ok(())` in the cell's own lines leaves it before the variables that it makes are kept: where evcxr
/// looks for them, its process would end.
fn leaves_its_variables(tokens: &[Token], code: &str) -> bool {
    if !tokens.windows(2).any(|two| two[0].text == "return" && two[1].text == "Ok") {
        return false;
    }
    let Some(mut cell) = read(code) else { return false };
    let makes = |statement: &Stmt| match statement {
        Stmt::Local(made) => !matches!(made.pat, Pat::Wild(_)),
        _ => false,
    };
    let mut own = OwnReturns { is_good: false };
    own.visit_block_mut(&mut cell);
    own.is_good && cell.stmts.iter().any(makes)
}

/// The cell without the lines that are for evcxr. None where the compiler will refuse it.
pub(crate) fn read(code: &str) -> Option<Block> {
    let is_code = |line: &&str| !line.starts_with(':') || line.starts_with("::");
    let lines: Vec<&str> = code.lines().filter(is_code).collect();
    syn::parse_str(&format!("{{{}\n;}}", lines.join("\n"))).ok()
}

/// Looks for a `return` with `Ok` that is not one of a function or a closure.
struct OwnReturns {
    is_good: bool,
}

impl VisitMut for OwnReturns {
    fn visit_expr_return_mut(&mut self, node: &mut ExprReturn) {
        if let Some(Expr::Call(call)) = node.expr.as_deref()
            && let Expr::Path(function) = &*call.func
        {
            self.is_good |= function.path.is_ident("Ok");
        }
        visit_mut::visit_expr_return_mut(self, node);
    }

    fn visit_item_mut(&mut self, _: &mut Item) {}

    fn visit_expr_closure_mut(&mut self, _: &mut ExprClosure) {}

    fn visit_expr_async_mut(&mut self, _: &mut ExprAsync) {}
}

/// The first statement `let` that is not followed by a name or another pattern, and what follows it: evcxr forgets
/// such a statement.
fn let_without_name<'a>(
    tokens: &'a [Token],
    code: &'a str,
) -> Option<(&'a Token, Option<&'a str>)> {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            "let" if depth == 0 && token.kind == Kind::Word => {
                let before = at.checked_sub(1).map(|before| tokens[before].text.as_str());
                let is_statement = before.is_none_or(|word| [";", "}", ")", "]"].contains(&word))
                    || code[..token.place.start].trim_end_matches([' ', '\t']).ends_with('\n');
                let next = tokens[at + 1..].iter().find(|next| next.text != "mut");
                // A raw name, `r#type`, is none of these words.
                let found = next.map(|next| &code[next.place.clone()]);
                let can_be = next.is_some_and(|next| match next.kind {
                    Kind::Sign => PATTERNS.contains(&next.text.as_str()),
                    _ => found.is_none_or(|word| !is_keyword(word)),
                });
                if is_statement && !can_be {
                    return Some((next.unwrap_or(token), found));
                }
            }
            _ => {}
        }
    }
    None
}

/// The first word of Rust's own that stands as a parameter, as in `fn loss(in: f32)`: where evcxr divides such a cell,
/// brackets seem to be missing.
fn keyword_as_parameter<'a>(
    tokens: &'a [Token],
    code: &'a str,
) -> Option<(&'a Token, Option<&'a str>)> {
    let heads = tokens.windows(3).enumerate();
    let mut heads = heads.filter(|(_, three)| three[0].text == "fn" && three[2].text == "(");
    heads.find_map(|(at, _)| {
        let head = tokens[at + 2..].split(|token| ["{", ";"].contains(&&*token.text)).next()?;
        head.windows(3).find_map(|three| {
            let found = &code[three[1].place.clone()];
            let is_name = ["(", ",", "mut"].contains(&&*three[0].text) && three[2].text == ":";
            (is_name && is_keyword(found)).then_some((&three[1], Some(found)))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: &str) -> String {
        Language::English.why_not_run(code).unwrap_or_default()
    }

    #[test]
    fn a_let_without_a_name_is_not_run() {
        for (code, word) in [
            ("let type = 5;", "type"),
            ("let x = 1;\nlet in = 784;", "in"),
            ("let mut fn = 3", "fn"),
            ("if x > 1 { 2 }\nlet mod = 7 % 3;", "mod"),
        ] {
            let line = code.matches('\n').count() + 1;
            let said = refused(code);
            assert!(said.starts_with(&format!("`{word}` in line {line} is a word of")), "{said}");
            assert!(Language::German.why_not_run(code).unwrap().contains("ein Wort von Rust"));
        }
        for code in
            ["let = 5;", "let ;", "let", "let mut", "let $x = 5;", "let *p = 5;", "1 let ;\nlet ;"]
        {
            assert!(refused(code).contains("the name is missing"), "{code}: {}", refused(code));
        }
    }

    #[test]
    fn a_parameter_with_a_word_of_rusts_own_is_not_run() {
        for code in ["fn loss(in: f32) -> f32 { 1.0 }", "\nfn f(x: &[f32], mut type: u8) {}"] {
            assert!(refused(code).contains("is a word of Rust's own"), "{code}");
        }
        for code in [
            "fn f(r#in: f32, g: impl Fn(f32) -> f32, h: &dyn Fn(u8), i: [u8; 3]) {}",
            "fn f(&self, _: u8) { match x { (in_1, _) => async { 1 } } }",
            "macro_rules! m { ($type:ty) => { fn f(x: $type) {} } }\nselect!(type: 1)",
        ] {
            assert_eq!(refused(code), "", "{code}");
        }
    }

    #[test]
    fn other_cells_with_let_are_run() {
        for code in [
            "if let Some(x) = y { }\nwhile let Some(x) = y { }",
            "let Some(x) = y else { return };\nlet ref z = x;\nlet mut a = 1;\nlet _ = a;",
            "let r#type = 5; let (r#in, mut b) = (1, 2); let [c, ..] = d;",
            "// let type = 5;\n/* let fn */ \"let in = 1\"",
            "macro_rules! m { (let type) => { let = 5; } }\nm!(let in = 1)",
            "let 5 = x else { panic!() }; let -1 = y else { panic!() }; let \"a\" = t else { panic!() };",
            "let &x = &5; let self::Point { x } = p; let crate::P(x) = p; let <A as B>::C = d else { };",
            "let types = 1; let union = 2; let true = x else { panic!() };",
            "if a\n  && let Some(b) = c { }",
        ] {
            assert_eq!(refused(code), "", "{code}");
        }
    }

    #[test]
    fn a_bracket_that_closes_what_nothing_opened_is_told_with_its_line() {
        for (code, line) in [
            ("}\nlet q = 7;\nprintln!(\"{q}\");", 1),
            ("});", 1),
            ("// }\n\n} else { 1 }", 3),
            ("}}", 1),
            ("fn f() { (1) }\n}", 2),
        ] {
            assert!(
                refused(code).starts_with(&format!("The `}}` in line {line} closes")),
                "{code}"
            );
        }
        for code in [
            "println!(\"}} {}\", '}'); // }\n/* } */ let r = r#\"}\"#; let b = b'}';",
            "fn f<'a>(x: &'a [u8]) -> &'a [u8] { 'b: loop { break 'b x } }",
            "macro_rules! m { ($x:expr) => {{ $x }} }\n{ m!{ 1 } }",
            "f(1));",
            "let x = [1, 2];\n]",
        ] {
            assert_eq!(refused(code), "", "{code}");
        }
    }

    #[test]
    fn a_cell_that_would_end_before_its_variables_are_kept_is_not_run() {
        let after = "\nif x > 3 { println!(\"early\"); return Ok(()); }";
        for make in [
            "let x = 5;",
            "let (mut x, y): (f32, u8) = f()?;",
            ":dep a = \"1\"\nlet x = 5;\nx + 1;",
            "fn f() { }\nlet Some(x) = y else { return Ok(()) };",
        ] {
            let said = refused(&format!("{make}{after}"));
            assert!(said.starts_with("`return Ok(())` would leave this cell"), "{make}: {said}");
        }
        assert!(
            refused("let x = match y { Some(x) => x, None => return Ok(()) }").contains("leave")
        );
        for code in [
            "if x > 3 { let y = 1; println!(\"early\"); return Ok(()); }",
            "let _ = f(); if x > 3 { return Ok(()); }",
            "let y = 1; fn f() -> zunder::Result<()> { return Ok(()); }\nf()?",
            "let y = 1; struct A; impl A { fn f() -> R { fn g() -> R { return Ok(()) } g() } }",
            "let y: Vec<u8> = x.iter().map(|x| { if *x > 3 { return Ok(*x); } Err(1) }).collect()?;",
            "let y = (|| -> zunder::Result<()> { return Ok(()) })()?;",
            "let y = 1; let f = async move { return Ok(()) };",
            "macro_rules! m { () => { return Ok(()) } }\nlet y = \"return Ok(())\"; // return Ok(())",
            "let y = 1; if y > 3 { return Err(\"bad\".into()); }",
        ] {
            assert_eq!(refused(code), "", "{code}");
        }
        let deep =
            format!("let x = {}1{}; return Ok(());", "(".repeat(DEEPEST), ")".repeat(DEEPEST));
        assert!(refused(&deep).contains("leave this cell"), "it can be read");
    }

    #[test]
    fn settings_that_no_cell_could_run_with_are_refused() {
        assert!(refused(":opt 5").starts_with("`:opt` takes"));
        assert!(refused("let x = 1;\n :toolchain nightly").contains("`:toolchain` cannot choose"));
        for code in [":opt", ":opt 0", ":opt 3", ":toolchain", "// :opt 5"] {
            assert_eq!(refused(code), "", "{code}");
        }
    }

    #[test]
    fn brackets_beyond_all_depth_are_refused() {
        let nested = |depth| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
        assert_eq!(refused(&nested(DEEPEST)), "");
        assert!(refused(&nested(DEEPEST + 1)).contains("brackets stand in each other"));
        assert_eq!(refused(&"(1);".repeat(2 * DEEPEST)), "", "one behind the other");
    }
}
