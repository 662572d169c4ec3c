//! The cells of a kernel, to tell what became of a variable that is not there.
//!
//! Over 300 lines: with its tests.

use std::collections::HashSet;

use crate::base::language::Language;
use crate::base::tokens::{Kind, Token, tokens};
use crate::kernel::needed_names;

/// A cell that was run, or that the compiler has refused.
struct PastCell {
    /// As in `[5]`, which the page shows beside it.
    number: u64,
    code: String,
    end: End,
}

/// How a cell has ended.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum End {
    Whole,
    /// On its way, with an error or by the stop button.
    Stopped,
    /// The compiler has not taken it, so nothing of it ran.
    Refused,
}

/// The cells since the process that runs them began.
#[derive(Default)]
pub(crate) struct PastCells {
    cells: Vec<PastCell>,
    /// Those before, whose variables were lost with an earlier process.
    before: Vec<PastCell>,
    /// Variables that are gone with their type, which was said.
    lost: HashSet<String>,
    /// The same of the cell that runs: its own `let` does not bring them back.
    losing: HashSet<String>,
}

/// What became of a variable.
#[derive(Debug, PartialEq)]
pub(crate) enum Fate {
    /// The compiler has refused the cell that was to make it.
    NotRun { by: u64 },
    /// The cell that was to make it has not come to its end.
    NotMade { by: u64 },
    /// A cell has given it away, perhaps the one that made it.
    UsedUp { by: u64 },
    /// A cell that did not come to its end has taken it.
    Taken { by: u64 },
    /// It is gone with its type, which a cell has defined anew.
    Lost,
    /// It is gone with all variables, since the cell that has made it.
    Gone { by: u64 },
    /// Only a block of this cell makes it, or one of the cell that looks for it.
    InBlock { by: Option<u64> },
}

impl PastCells {
    pub(crate) fn add(&mut self, number: u64, code: &str, end: End) {
        if end != End::Refused {
            self.lost.retain(|name| !makes(code, name));
        }
        self.lost.extend(self.losing.drain());
        self.cells.push(PastCell { number, code: code.to_owned(), end });
    }

    /// All variables are gone with the process, functions and types are not.
    pub(crate) fn lose_all(&mut self) {
        let before = self.before.drain(..).chain(self.cells.drain(..)).collect();
        *self = Self { before, ..Self::default() };
    }

    /// The variable is gone with its type, which the cell that runs has met.
    pub(crate) fn lose(&mut self, name: &str) {
        self.losing.insert(name.to_owned());
    }

    /// Whether a cell that ran has made this variable.
    pub(crate) fn have_made(&self, name: &str) -> bool {
        let mut cells = self.before.iter().chain(&self.cells);
        cells.any(|cell| cell.end != End::Refused && makes(&cell.code, name))
    }

    /// A variable whose name this cell gives to a constant, and the cell that has made it. evcxr takes all variables
    /// back by `let`, in front of each cell, and a constant of that name would have all later cells refused.
    fn becomes_constant(&self, code: &str) -> Option<(String, u64)> {
        constants(&tokens(code)).into_iter().find_map(|name| {
            let is_maker = |cell: &&PastCell| cell.end != End::Refused && makes(&cell.code, name);
            Some((name.to_owned(), self.cells.iter().rfind(is_maker)?.number))
        })
    }

    /// Why a cell is not run, if it is not: of itself, or because of those before.
    pub(crate) fn why_not_run(&self, code: &str, language: Language) -> Option<String> {
        let constant = || {
            let (name, by) = self.becomes_constant(code)?;
            Some(language.is_a_variable(&name, by))
        };
        language.why_not_run(code).or_else(constant).or_else(|| {
            let ran = self.before.iter().chain(&self.cells);
            let ran = ran.filter(|cell| cell.end != End::Refused);
            let name = needed_names::taken(ran.map(|cell| &*cell.code), code)?;
            Some(language.is_needed(name))
        })
    }

    /// What became of a variable that is not there for this cell; nothing if no cell was to make it.
    pub(crate) fn fate(&self, name: &str, code: &str) -> Option<Fate> {
        if self.losing.contains(name) || self.lost.contains(name) {
            return Some(Fate::Lost);
        }
        let ran = || self.cells.iter().filter(|cell| cell.end != End::Refused);
        let mut makers = ran().filter(|cell| makes(&cell.code, name)).peekable();
        if makers.peek().is_none() {
            // What needs the variable itself is not where it comes from.
            let makes = |code: &str| makes_anew(code, name) || defines(code, name);
            let is_it = |cell: &&PastCell| cell.end == End::Refused && makes(&cell.code);
            let refused =
                self.cells.iter().rfind(is_it).map(|cell| Fate::NotRun { by: cell.number });
            let made = |cell: &&PastCell| cell.end == End::Whole && makes_anew(&cell.code, name);
            return refused.or_else(|| {
                if let Some(cell) = self.before.iter().rfind(made) {
                    return Some(Fate::Gone { by: cell.number });
                }
                let here = makes_inside(code, name).then_some(Fate::InBlock { by: None });
                let there = || ran().rfind(|cell| makes_inside(&cell.code, name));
                here.or_else(|| Some(Fate::InBlock { by: Some(there()?.number) }))
            });
        }
        let last = ran().rfind(|cell| names(&cell.code, name))?;
        let by = last.number;
        // A cell that runs again is one cell.
        let is_made = makers.any(|cell| cell.end == End::Whole && cell.code != last.code);
        Some(match (is_made, last.end) {
            (_, End::Whole) => Fate::UsedUp { by },
            (true, _) => Fate::Taken { by },
            (false, _) => Fate::NotMade { by },
        })
    }
}

impl Language {
    /// Why a cell is not run that gives a variable's name to a constant.
    fn is_a_variable(self, name: &str, by: u64) -> String {
        self.either(
            format!(
                "`{name}` is a variable already, which cell [{by}] has made, and a constant of the same name would \
                 stop all later cells: choose another name, or mend cell [{by}] and restart the kernel. Nothing was \
                 run."
            ),
            format!(
                "`{name}` ist schon eine Variable, sie entstand in Zelle [{by}], und eine Konstante mit demselben \
                 Namen würde alle späteren Zellen aufhalten: Wähl einen anderen Namen, oder ändere Zelle [{by}] und \
                 starte den Kernel neu. Nichts wurde ausgeführt."
            ),
        )
    }

    /// What became of a variable, and how to get it back.
    pub(crate) fn fate(self, name: &str, fate: &Fate) -> String {
        match fate {
            Fate::NotRun { by } => self.either(
                format!(
                    "Cell [{by}], which makes `{name}`, did not run, because of the error below it: mend it, and \
                     run it again."
                ),
                format!(
                    "Zelle [{by}], in der `{name}` entsteht, ist nicht gelaufen, wegen des Fehlers, der unter ihr \
                     steht: Behebe ihn, und führe sie noch einmal aus."
                ),
            ),
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
            Fate::Lost => self.type_is_new(name),
            Fate::Gone { by } => self.either(
                format!(
                    "Cell [{by}], which makes `{name}`, ran before all variables were lost: run it again."
                ),
                format!(
                    "Zelle [{by}], in der `{name}` entsteht, lief, bevor alle Variablen verloren gingen: Führe sie \
                     noch einmal aus."
                ),
            ),
            Fate::InBlock { by } => {
                let place = by.map(|by| self.either(format!(" in cell [{by}]"), format!(" in Zelle [{by}]")));
                let place = place.unwrap_or_default();
                self.either(
                    format!(
                        "`{name}` is made inside curly brackets{place}, and lives only there: make it before \
                         them, with `let mut {name} = ...;`, or do inside what shall be done with it."
                    ),
                    format!(
                        "`{name}` entsteht{place} innerhalb geschweifter Klammern und lebt nur dort: Leg es vor \
                         ihnen an, mit `let mut {name} = ...;`, oder mach darin, was du damit vorhast."
                    ),
                )
            }
        }
    }
}

/// Whether the cell says something with this variable in its own lines, not in those of functions, types or constants.
fn names(code: &str, name: &str) -> bool {
    items_that_name(code, name).contains(&None)
}

/// Where the cell says something with this variable: the word that the function, the type or the constant begins with,
/// or none for the cell's own lines.
pub(crate) fn items_that_name(code: &str, name: &str) -> Vec<Option<&'static str>> {
    let code = tokens_in_items(code);
    let is_field = |at: usize| at > 0 && code[at - 1].1.text == ".";
    let named = (0..code.len()).filter(|at| is_word(&code[*at].1, name) && !is_field(*at));
    named.map(|at| code[at].0).collect()
}

/// The tokens, each with the word that its item begins with: a function, a type or a constant.
fn tokens_in_items(code: &str) -> Vec<(Option<&'static str>, Token)> {
    const BEGINS: [&str; 6] = ["fn", "struct", "enum", "impl", "const", "static"];
    let (mut item, mut depth) = (None, 0);
    let in_item = |token: Token| {
        item = item.or_else(|| BEGINS.into_iter().find(|word| is_word(&token, word)));
        let found = (item, token);
        if item.is_some() {
            let text = found.1.text.as_str();
            depth += i32::from("([{".contains(text)) - i32::from(")]}".contains(text));
            item = item.filter(|_| depth != 0 || !["}", ";"].contains(&text));
        }
        found
    };
    tokens(code).into_iter().map(in_item).collect()
}

/// The tokens outside of all items.
fn own_tokens(code: &str) -> Vec<Token> {
    let own = tokens_in_items(code).into_iter().filter(|(item, _)| item.is_none());
    own.map(|(_, token)| token).collect()
}

/// Whether the cell has a `let` for this variable, outside of functions and blocks.
fn makes(code: &str, name: &str) -> bool {
    statement_that_makes(&own_tokens(code), name).is_some()
}

/// The names that the cell gives to constants, and to structs without named fields, which are values as well.
fn constants(code: &[Token]) -> Vec<&str> {
    let mut depth = 0;
    let mut names = Vec::new();
    for (at, token) in code.iter().enumerate() {
        let word = |ahead: usize| code.get(at + ahead).map_or("", |token| token.text.as_str());
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            "static" if depth == 0 && word(1) == "mut" => names.push(word(2)),
            "const" | "static" if depth == 0 && word(2) == ":" => names.push(word(1)),
            "struct" if depth == 0 && [";", "("].contains(&word(2)) => names.push(word(1)),
            _ => {}
        }
    }
    names
}

/// Whether the cell has a `let` for this variable in a block, such as that of a loop, and not in a function.
fn makes_inside(code: &str, name: &str) -> bool {
    let tokens = own_tokens(code);
    let blocks = tokens.iter().enumerate().filter(|(_, token)| token.text == "{");
    blocks.into_iter().any(|(at, _)| statement_that_makes(&tokens[at + 1..], name).is_some())
}

/// Whether it makes the variable of others, as `let x = x.round();` does not.
fn makes_anew(code: &str, name: &str) -> bool {
    statement_that_makes(&own_tokens(code), name)
        .is_some_and(|statement| statement.iter().filter(|token| is_word(token, name)).count() == 1)
}

/// Whether it has a function, a type or a constant of this name.
fn defines(code: &str, name: &str) -> bool {
    let begins = ["fn", "struct", "enum", "const"];
    tokens(code).windows(2).any(|two| begins.contains(&&*two[0].text) && is_word(&two[1], name))
}

fn statement_that_makes<'a>(code: &'a [Token], name: &str) -> Option<&'a [Token]> {
    let mut depth = 0;
    for (at, token) in code.iter().enumerate() {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            "let" if depth == 0 && token.kind == Kind::Word => {
                let statement = code[at + 1..].split(|token| token.text == ";").next()?;
                let mut pattern = statement.iter().take_while(|token| token.text != "=");
                let is_asked = at > 0 && ["if", "while"].contains(&&*code[at - 1].text);
                if !is_asked && pattern.any(|token| is_word(token, name)) {
                    return Some(statement);
                }
            }
            _ => {}
        }
    }
    None
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
            past.add(number, code, if *is_whole { End::Whole } else { End::Stopped });
        }
        past.fate(name, "")
    }

    #[test]
    fn what_stands_in_an_item_is_not_said_by_the_cell() {
        let code =
            "const A: [f32; 3] = [x; 3];\nfn f(x: [f32; 3]) -> f32 { x[0] }\n{ fn g() {} x.y }";
        assert_eq!(items_that_name(code, "x"), [Some("const"), Some("fn"), Some("fn"), None]);
        assert_eq!(items_that_name(code, "y"), [], "it is a field");
        let load = ("let x = load()?;", true);
        let constant = ("const A: usize = x.len();", true);
        assert_eq!(fate(&[load, ("drop(x)", true), constant], "x"), Some(Fate::UsedUp { by: 2 }));
    }

    #[test]
    fn a_constant_with_the_name_of_a_variable_is_found() {
        let mut past = PastCells::default();
        past.add(1, "let (M, k) = (6, 7);", End::Whole);
        past.add(2, "let m = 6", End::Refused);
        let found = |code| past.becomes_constant(code).map(|(name, by)| format!("{name} of {by}"));
        for code in [
            "const M: usize = 6;",
            "static mut M: i32 = 6;",
            "let z = 1;\nstruct M;",
            "struct M(f32);",
        ] {
            assert_eq!(found(code).as_deref(), Some("M of 1"), "{code}");
        }
        for code in [
            "const N: usize = 6;",
            "struct M { k: f32 }",
            "fn f() { const M: i32 = 6; }",
            "const m: f32 = 1.0;",
        ] {
            assert_eq!(found(code), None, "{code}");
        }
    }

    #[test]
    fn a_cell_that_the_compiler_refused_is_told_where_no_other_makes_the_variable() {
        let mut past = PastCells::default();
        past.add(1, "let (x, y) = load()", End::Refused);
        past.add(2, "let z = x.len();", End::Refused);
        past.add(3, "let w = w + 1;", End::Refused);
        past.add(7, "fn relu(x: f32) -> f32 { if x > 0.0 { x } else { 0 } }", End::Refused);
        assert_eq!(past.fate("relu", ""), Some(Fate::NotRun { by: 7 }), "a function too");
        assert_eq!(past.fate("x", ""), Some(Fate::NotRun { by: 1 }));
        assert_eq!(past.fate("z", ""), Some(Fate::NotRun { by: 2 }));
        assert_eq!(past.fate("w", ""), None, "it needs what it is to make");
        past.add(4, "let (x, y) = load();", End::Whole);
        past.add(5, "drop(x)", End::Whole);
        past.add(6, "let x = load(", End::Refused);
        assert_eq!(past.fate("x", ""), Some(Fate::UsedUp { by: 5 }), "a refused cell does nothing");
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
    }

    #[test]
    fn a_variable_is_lost_with_its_type_until_a_later_cell_makes_it() {
        let mut past = PastCells::default();
        past.add(1, "struct P { a: f32 }\nlet p = P { a: 1.0 };", End::Whole);
        past.add(2, "struct P { a: f32, b: f32 }", End::Whole);
        past.lose("p");
        assert_eq!(past.fate("p", ""), Some(Fate::Lost), "the cell that meets it");
        past.add(3, "p.a", End::Refused);
        assert_eq!(past.fate("p", ""), Some(Fate::Lost));
        past.lose("q");
        past.add(4, "let q = 3;", End::Whole);
        assert_eq!(past.fate("q", ""), Some(Fate::Lost), "evcxr drops the new one, too");
        past.add(5, "let p = 3; let q = 4;", End::Whole);
        past.add(6, "drop(p)", End::Whole);
        assert_eq!(past.fate("p", ""), Some(Fate::UsedUp { by: 6 }));
    }

    #[test]
    fn the_cell_is_named_whose_variable_was_lost_with_all_others() {
        let mut past = PastCells::default();
        past.add(2, "let keep = 5;\nlet (k, m) = (1, 2);", End::Whole);
        past.add(3, "let keep = keep + 1;", End::Whole);
        past.add(4, "let never = boom();", End::Stopped);
        past.lose_all();
        past.add(5, "loop { }", End::Stopped);
        assert_eq!(past.fate("keep", ""), Some(Fate::Gone { by: 2 }), "the other one needs it");
        assert_eq!(past.fate("never", ""), None, "it has not been there");
        assert_eq!(past.becomes_constant("const m: u8 = 1;"), None, "it is free again");
        past.add(6, "let k = vec![1", End::Refused);
        assert_eq!(past.fate("k", ""), Some(Fate::NotRun { by: 6 }));
        past.lose_all();
        past.add(7, "let keep = 6;", End::Whole);
        past.add(8, "drop(keep)", End::Whole);
        assert_eq!(past.fate("keep", ""), Some(Fate::UsedUp { by: 8 }));
        assert_eq!(past.fate("m", ""), Some(Fate::Gone { by: 2 }), "it was lost twice");
    }

    #[test]
    fn what_a_block_makes_lives_only_there() {
        let train = "for i in 0..2 { let mut m = network.compile()?; }";
        let inside = |by| Some(Fate::InBlock { by });
        assert_eq!(PastCells::default().fate("m", &format!("{train} m.summary()")), inside(None));
        assert_eq!(fate(&[(train, true), ("1", true)], "m"), inside(Some(1)));
        for code in ["fn f() { let m = 1; }", "if let Some(m) = x { }", "if a { if let m = b { } }"]
        {
            assert_eq!(fate(&[(code, true)], "m"), None, "{code}");
        }
        assert_eq!(
            fate(&[("if a { if b { } else { let (m, n) = c; } }", true)], "m"),
            inside(Some(1))
        );
    }
}
