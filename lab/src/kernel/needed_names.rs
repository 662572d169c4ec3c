//! Names that evcxr ends each cell with: one that gave them another meaning would have all later cells refused.

use std::collections::BTreeMap;

use syn::{Fields, Ident, Item, Stmt, UseTree};

use crate::base::language::Language;
use crate::base::tokens::tokens;
use crate::kernel::unrunnable::read;

const NEEDED: [&str; 2] = ["Ok", "Err"];

/// What a cell brings that can take these names away.
#[derive(Default)]
struct Brought {
    /// Names that it takes away by itself.
    taken: Vec<&'static str>,
    /// Each `enum`, with the name that one of its variants has.
    enums: BTreeMap<String, Option<&'static str>>,
    /// The types and modules of which all is brought, as by `use Colour::*;`.
    opened: Vec<String>,
}

/// The name that the cell takes away from all later ones, if it does; `before` are the cells that have run.
pub(crate) fn taken<'a>(before: impl Iterator<Item = &'a str>, code: &str) -> Option<&'static str> {
    let may_take = |word: &str| ["use", "*"].contains(&word) || NEEDED.contains(&word);
    if !tokens(code).iter().any(|token| may_take(&token.text)) {
        return None;
    }
    let here = Brought::by(code);
    let mut all = Brought::default();
    for cell in before {
        let brought = Brought::by(cell);
        all.enums.extend(brought.enums);
        all.opened.extend(brought.opened);
    }
    all.enums.extend(here.enums.clone());
    all.opened.extend(here.opened.clone());
    let is_new = |name: &String| here.opened.contains(name) || here.enums.contains_key(name);
    let opened = all.opened.iter().filter(|name| is_new(name));
    let by_enum = opened.filter_map(|name| *all.enums.get(name)?).next();
    here.taken.first().copied().or(by_enum)
}

fn needed(name: &Ident) -> Option<&'static str> {
    NEEDED.into_iter().find(|needed| name == needed)
}

impl Brought {
    fn by(code: &str) -> Self {
        let mut brought = Self::default();
        for statement in read(code).into_iter().flat_map(|cell| cell.stmts) {
            if let Stmt::Item(item) = statement {
                brought.add(&item);
            }
        }
        brought
    }

    fn add(&mut self, item: &Item) {
        match item {
            Item::Const(item) => self.taken.extend(needed(&item.ident)),
            Item::Static(item) => self.taken.extend(needed(&item.ident)),
            Item::Fn(item) => self.taken.extend(needed(&item.sig.ident)),
            Item::Struct(item) if !matches!(item.fields, Fields::Named(_)) => {
                self.taken.extend(needed(&item.ident));
            }
            Item::Enum(item) => {
                let name = item.variants.iter().find_map(|variant| needed(&variant.ident));
                self.enums.insert(item.ident.to_string(), name);
            }
            Item::Mod(item) => {
                for item in item.content.iter().flat_map(|(_, items)| items) {
                    if matches!(item, Item::Enum(_) | Item::Mod(_)) {
                        self.add(item);
                    }
                }
            }
            Item::Use(item) => self.open(&item.tree, None),
            _ => {}
        }
    }

    /// Of what stands behind `use`, after the word `of`.
    fn open(&mut self, tree: &UseTree, of: Option<&Ident>) {
        match tree {
            UseTree::Path(path) if path.ident == "std" || path.ident == "core" => {}
            UseTree::Path(path) => self.open(&path.tree, Some(&path.ident)),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.open(tree, of)),
            UseTree::Glob(_) => self.opened.extend(of.map(Ident::to_string)),
            // These are Rust's own.
            UseTree::Name(_) | UseTree::Rename(_) if of.is_some_and(|of| of == "Result") => {}
            UseTree::Name(name) => self.taken.extend(needed(&name.ident)),
            UseTree::Rename(name) => self.taken.extend(needed(&name.rename)),
        }
    }
}

impl Language {
    /// Why a cell is not run that would take this name away.
    pub(crate) fn is_needed(self, name: &str) -> String {
        self.either(
            format!(
                "All cells need Rust's own `{name}`, and no later one would run if the name stood for something \
                 else: choose another name, or leave the `use` out and write the name of the `enum` in front. \
                 Nothing was run."
            ),
            format!(
                "Alle Zellen brauchen Rusts eigenes `{name}`, und keine spätere würde laufen, wenn der Name für \
                 etwas anderes stünde: Nimm einen anderen Namen, oder lass das `use` weg und schreib den Namen des \
                 `enum` davor. Nichts wurde ausgeführt."
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::taken;

    #[test]
    fn a_name_that_all_cells_need_is_not_taken_away() {
        for (before, code, name) in [
            ("", "enum Note { Ok, Bad }\nuse Note::*;", "Ok"),
            ("enum Note { Fine, #[doc = \"\"] Err(u8) }", "let x = 1;\nuse self::Note::*;", "Err"),
            ("use Note::{self, *};\nenum Note { Fine }", "pub enum Note { Fine, Ok }", "Ok"),
            ("mod m { pub enum Note { Err } }", ":dep a = \"1\"\nuse m::Note::*;\n5", "Err"),
            ("enum Note { Err }", "use Note::Err;", "Err"),
            ("", "use Note::{Fine as Ok, Bad};", "Ok"),
            ("", "struct Ok;", "Ok"),
            ("", "struct Err(f32);", "Err"),
            ("", "const Ok: u8 = 1;", "Ok"),
            ("", "fn Ok() {}", "Ok"),
        ] {
            assert_eq!(taken([before].into_iter(), code), Some(name), "{code}");
        }
    }

    #[test]
    fn what_leaves_them_is_run() {
        for (before, code) in [
            ("", "enum Note { Ok, Bad }\nNote::Ok"),
            ("", "enum Note { Fine, Bad }\nuse Note::*;"),
            ("enum Note { Ok }", "{ use Note::*; Ok; }\nfn f() { use Note::*; }"),
            ("enum Note { Ok }", "enum Note { Fine }\nuse Note::*;"),
            ("enum Note { Ok }", "use Note::Ok as Fine;"),
            ("enum Note { Ok }\nuse Note::*;", "let x = 2 * 3;"),
            ("", "struct Ok { a: u8 }\nenum Err { A }\ntrait T { }\ntype Ok = u8;"),
            ("", "use std::result::Result::{Ok, Err};\nuse Result::*; use zunder::prelude::*;"),
            ("", "fn f() -> zunder::Result<u8> { const A: u8 = 1; Ok(A) }\nif let Ok(x) = f() { }"),
            ("", "let Ok = 5 // no code"),
        ] {
            assert_eq!(taken([before].into_iter(), code), None, "{code}");
        }
    }
}
