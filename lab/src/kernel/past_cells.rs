//! The cells that have run, to tell what became of a variable that is not there.

use std::collections::HashSet;

use crate::base::language::Language;
use crate::base::tokens::{Kind, Token, tokens};

/// A cell that the compiler has taken.
struct PastCell {
    /// As in `[5]`, which the page shows beside it.
    number: u64,
    code: String,
    /// Whether it ran to its end.
    is_whole: bool,
}

/// The cells that have run since the process that runs them began.
#[derive(Default)]
pub(crate) struct PastCells {
    cells: Vec<PastCell>,
    /// Variables that are gone for another reason, which was said.
    lost: HashSet<String>,
}

/// What became of a variable.
#[derive(Debug, PartialEq)]
pub(crate) enum Fate {
    /// The cell that was to make it has not come to its end.
    NotMade { by: u64 },
    /// A cell has given it away, perhaps the one that made it.
    UsedUp { by: u64 },
    /// A cell that did not come to its end has taken it.
    Taken { by: u64 },
}

impl PastCells {
    pub(crate) fn add(&mut self, number: u64, code: &str, is_whole: bool) {
        self.lost.retain(|name| !makes(code, name));
        self.cells.push(PastCell { number, code: code.to_owned(), is_whole });
    }

    /// The variable is gone, and why was said.
    pub(crate) fn lose(&mut self, name: &str) {
        self.lost.insert(name.to_owned());
    }

    /// What became of a variable that is not there; nothing if no cell was to make it.
    pub(crate) fn fate(&self, name: &str) -> Option<Fate> {
        if self.lost.contains(name) {
            return None;
        }
        let last = self.cells.iter().rfind(|cell| names(&cell.code, name))?;
        let mut makers = self.cells.iter().filter(|cell| makes(&cell.code, name)).peekable();
        makers.peek()?;
        let by = last.number;
        // A cell that runs again is one cell.
        let is_made = makers.any(|cell| cell.is_whole && cell.code != last.code);
        Some(match (is_made, last.is_whole) {
            (_, true) => Fate::UsedUp { by },
            (true, false) => Fate::Taken { by },
            (false, false) => Fate::NotMade { by },
        })
    }
}

impl Language {
    /// What became of a variable, and how to get it back.
    pub(crate) fn fate(self, name: &str, fate: &Fate) -> String {
        match fate {
            Fate::NotMade { by } => self.either(
                format!("Cell [{by}], which makes `{name}`, stopped before: mend it, and run it again."),
                format!(
                    "Zelle [{by}], in der `{name}` entsteht, ist vorher stehen geblieben: Behebe, woran es \
                     liegt, und führe sie noch einmal aus."
                ),
            ),
            Fate::UsedUp { by } => self.either(
                format!(
                    "Cell [{by}] has used `{name}` up: write `&{name}` there, or `{name}.clone()`, to keep it. \
                     First run the cell again that makes it."
                ),
                format!(
                    "Zelle [{by}] hat `{name}` verbraucht: Schreib dort `&{name}` oder `{name}.clone()`, dann \
                     bleibt es. Vorher führe die Zelle, in der es entsteht, noch einmal aus."
                ),
            ),
            Fate::Taken { by } => self.either(
                format!(
                    "Cell [{by}] stopped on its way and has taken `{name}` with it: run the cell again that \
                     makes it."
                ),
                format!(
                    "Zelle [{by}] ist unterwegs stehen geblieben und hat `{name}` mitgenommen: Führe die Zelle, \
                     in der es entsteht, noch einmal aus."
                ),
            ),
        }
    }
}

/// Whether the cell says something with this variable: in its own lines, not in those of functions or types.
pub(crate) fn names(code: &str, name: &str) -> bool {
    let code = own_tokens(code);
    let is_field = |at: usize| at > 0 && code[at - 1].text == ".";
    (0..code.len()).any(|at| is_word(&code[at], name) && !is_field(at))
}

/// The tokens outside of functions and types.
fn own_tokens(code: &str) -> Vec<Token> {
    let (mut own, mut is_item, mut depth) = (Vec::new(), false, 0);
    for token in tokens(code) {
        let begins =
            token.kind == Kind::Word && ["fn", "struct", "enum", "impl"].contains(&&*token.text);
        is_item |= begins;
        if !is_item {
            own.push(token);
            continue;
        }
        depth += i32::from(token.text == "{") - i32::from(token.text == "}");
        let ends = depth == 0 && ["}", ";"].contains(&&*token.text);
        is_item &= !ends;
    }
    own
}

/// Whether the cell has a `let` for this variable, outside of functions and blocks.
fn makes(code: &str, name: &str) -> bool {
    let code = own_tokens(code);
    let mut depth = 0;
    for (at, token) in code.iter().enumerate() {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            "let" if depth == 0 && token.kind == Kind::Word => {
                let mut pattern =
                    code[at + 1..].iter().take_while(|it| !["=", ";"].contains(&&*it.text));
                let is_asked = at > 0 && ["if", "while"].contains(&&*code[at - 1].text);
                if !is_asked && pattern.any(|it| is_word(it, name)) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

fn is_word(token: &Token, name: &str) -> bool {
    token.kind == Kind::Word && token.text == name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fate(cells: &[(&str, bool)], name: &str) -> Option<Fate> {
        let mut past = PastCells::default();
        for (number, (code, is_whole)) in (1..).zip(cells) {
            past.add(number, code, *is_whole);
        }
        past.fate(name)
    }

    #[test]
    fn the_last_cell_that_named_a_variable_has_used_it_up() {
        let load = ("let ((x, mut y), _) = mnist::load_data()?;", true);
        let look = ("println!(\"{}\", x.len()); // of x", true);
        let used = Some(Fate::UsedUp { by: 3 });
        assert_eq!(fate(&[load, look, ("x / 255", true), ("let z = 1;", true)], "x"), used);
        assert_eq!(fate(&[load, look, ("let z = y;", true), ("\"y\"", true)], "y"), used);
        assert_eq!(fate(&[("let x = 1; drop(x)", true)], "x"), Some(Fate::UsedUp { by: 1 }));
        let others = (
            "fn f(x: f32) -> f32 { if x > 0.0 { x } else { 0.0 } }\nstruct P { x: i32 }\np.x",
            true,
        );
        assert_eq!(fate(&[load, look, ("drop(x)", true), others], "x"), used);
    }

    #[test]
    fn a_cell_that_stopped_has_taken_what_it_was_to_change() {
        let make = ("let x = load()?;", true);
        let change = ("let x = x.reshape([1, 1])?;", false);
        assert_eq!(fate(&[make, change], "x"), Some(Fate::Taken { by: 2 }));
        assert_eq!(fate(&[("let x = load()?;", false)], "x"), Some(Fate::NotMade { by: 1 }));
        let again = ("let x = load()?;", false);
        assert_eq!(fate(&[make, again], "x"), Some(Fate::NotMade { by: 2 }));
    }

    #[test]
    fn nothing_is_said_of_what_no_cell_was_to_make() {
        let cells = [
            ("fn f() { let x = 1; }", true),
            ("if let Some(x) = last { }", true),
            ("for x in 0..3 { }", true),
        ];
        assert_eq!(fate(&cells, "x"), None);
        let mut past = PastCells::default();
        past.add(1, "let x = P { };", true);
        past.lose("x");
        assert_eq!(past.fate("x"), None, "its type is new, and that was said");
        past.add(2, "let x = 3;", true);
        past.add(3, "drop(x)", true);
        assert_eq!(past.fate("x"), Some(Fate::UsedUp { by: 3 }));
    }
}
