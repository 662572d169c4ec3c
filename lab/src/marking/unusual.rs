//! What no task asks for, and what someone may need who wants points without an answer.
//!
//! It looks at tokens, not at letters, so that comments and blanks hide nothing. It cannot see
//! everything: whoever knows this list can write around it. So a remark is a reason to look at a
//! hand-in, and no remark is no proof.
//!
//! Over 300 lines: with its lists of words, and tests.

use std::collections::HashSet;

use crate::base::tokens::{Kind, Token, defined, is_same, tokens};
use crate::kernel::prepared::with_prepared_crates;

/// More of them say nothing new, and a learner could write a million.
pub(crate) const MOST: usize = 50;

/// The head of an `impl` is shorter than so many tokens.
const LONGEST_HEAD: usize = 200;

/// Words that are unusual wherever they stand.
const WORDS: [&str; 10] = [
    "unsafe",
    "extern",
    "macro_rules",
    "no_mangle",
    "export_name",
    "link_section",
    "global_allocator",
    "transmute",
    "libc",
    "Verdict",
];

/// Macros that are unusual; other things may bear their names, as a list's method `concat` does.
const MACROS: [&str; 10] = [
    "asm",
    "global_asm",
    "naked_asm",
    "include",
    "include_str",
    "include_bytes",
    "concat",
    "concat_idents",
    "env",
    "option_env",
];

/// Parts of the standard library that reach beyond the answer, where they stand in a path or a `use`.
const PATHS: [&str; 10] =
    ["fs", "process", "thread", "net", "os", "env", "stdin", "panic", "alloc", "ptr"];

/// Names that something else must not take.
const TAKEN: [&str; 11] = [
    "check",
    "zunder",
    "zunder_course",
    "std",
    "core",
    "alloc",
    "println",
    "print",
    "format",
    "vec",
    "assert",
];

/// Parts of texts: control lines of evcxr, and places outside the learner's folder.
const TEXTS: [&str; 8] =
    ["evcxr", "xr_begin", "xr_end", "xr_exec", "lib.rs", "../", "/proc", "application/x-"];

/// Commands of evcxr that change nothing about how code is compiled and run.
const HARMLESS: [&str; 10] = [
    ":timing",
    ":vars",
    ":type",
    ":t",
    ":types",
    ":help",
    ":version",
    ":explain",
    ":show_deps",
    ":doc",
];

/// Types of the standard library that learners may extend as they like.
const PLAIN: [&str; 12] =
    ["f32", "f64", "i32", "i64", "u8", "u32", "u64", "usize", "bool", "char", "str", "String"];

/// Whether the line loads the course's crate, as this and older editions do: from any folder, since the kernel has it
/// compiled already and takes no other.
pub(crate) fn loads_course(line: &str) -> bool {
    let prepared = with_prepared_crates(line);
    [":dep zunder = \"0.1\"", ":dep zunder-course = \"0.1\""]
        .iter()
        .any(|own| is_same(own, &prepared))
}

/// Whether the line loads something under the name of the course's crates.
pub(crate) fn loads_crate_of_that_name(line: &str) -> bool {
    line.strip_prefix(":dep").is_some_and(|words| words.trim_start().starts_with("zunder"))
}

/// What is unusual in `cell`, each once and [`MOST`] at most; `own` are the types that the learner defines in
/// the whole notebook.
pub(crate) fn unusual(cell: &str, own: &HashSet<String>) -> Vec<String> {
    let (commands, code) = split_commands(cell);
    let commands = commands.into_iter().filter(|line| {
        let name = line.split_whitespace().next().unwrap_or_default();
        // What loads another crate in place of the course's has a remark of its own.
        !HARMLESS.contains(&name) && !loads_crate_of_that_name(line)
    });
    let tokens = tokens(&code);
    let mut is_in_use = false;
    let in_code = (0..tokens.len()).filter_map(|number| {
        let found = at(&tokens, number, is_in_use, own);
        is_in_use = match tokens[number].text.as_str() {
            "use" => true,
            ";" => false,
            _ => is_in_use,
        };
        found
    });
    let mut found = Vec::new();
    for what in commands.map(str::to_owned).chain(in_code) {
        if !found.contains(&what) {
            found.push(what);
        }
        if found.len() == MOST {
            break;
        }
    }
    found
}

/// The lines at a cell's head that are commands of evcxr (`:dep ...`) or of a shell (`!ls`), and the
/// code behind them, each as evcxr tells them apart.
pub(crate) fn split_commands(cell: &str) -> (Vec<&str>, String) {
    let mut commands = Vec::new();
    let mut lines = cell.lines();
    let mut code = Vec::new();
    for line in lines.by_ref() {
        let is_command = line.starts_with('!') || line.trim_start_matches(' ').starts_with(':');
        if is_command && !line.trim_start().starts_with("::") {
            commands.push(line.trim());
        } else {
            code.push(line);
            if !line.trim().is_empty() && !line.starts_with("//") {
                break;
            }
        }
    }
    code.extend(lines);
    (commands, code.join("\n"))
}

/// Names of types that a learner's cells define.
pub(crate) fn own_types<'a>(cells: impl Iterator<Item = &'a str>) -> HashSet<String> {
    cells.flat_map(defined).filter(|name| name.starts_with(char::is_uppercase)).collect()
}

/// What is unusual about the tokens that begin here, in a `use` or not.
fn at(tokens: &[Token], number: usize, is_in_use: bool, own: &HashSet<String>) -> Option<String> {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let before = |back: usize| number.checked_sub(back).map_or("", text);
    let token = &tokens[number];
    let word = token.text.as_str();
    let lower = word.to_lowercase();
    match token.kind {
        Kind::Text => {
            TEXTS.iter().find(|part| lower.contains(**part)).map(|part| (*part).to_owned())
        }
        Kind::Word if lower.contains("evcxr") => Some(word.to_owned()),
        Kind::Word if word == "impl" => foreign_impl(&tokens[number..], own),
        Kind::Word if WORDS.contains(&word) => Some(word.to_owned()),
        Kind::Word if MACROS.contains(&word) && (is_in_use || text(number + 1) == "!") => {
            Some(word.to_owned())
        }
        // Under another name the course's own solutions could be called unseen.
        Kind::Word if word == "given" && is_in_use => Some("use given".to_owned()),
        Kind::Word
            if TAKEN.contains(&word) && ["mod", "as", "crate", "struct"].contains(&before(1)) =>
        {
            Some(format!("{} {word}", before(1)))
        }
        Kind::Word if PATHS.contains(&word) && (is_in_use || is_in_path(tokens, number)) => {
            Some(format!("std::{word}"))
        }
        Kind::Word if word == "path" && before(1) == "[" && before(2) == "#" => {
            Some("#[path]".to_owned())
        }
        Kind::Word if word == "zunder_course" && text(number + 1) != ":" && before(1) != "use" => {
            Some(word.to_owned())
        }
        Kind::Sign if word == "!" && is_shell_line(tokens, number) => {
            Some(format!("!{}", text(number + 1)))
        }
        _ => None,
    }
}

/// `std::fs` or `fs::read`.
fn is_in_path(tokens: &[Token], number: usize) -> bool {
    let text = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map_or("", |t| t.text.as_str());
    let leads = text(Some(number + 1)) == ":" && text(Some(number + 2)) == ":";
    let follows = text(number.checked_sub(1)) == ":" && text(number.checked_sub(2)) == ":";
    leads || follows
}

/// A `!` that begins a line is a shell's line only where a statement may begin.
fn is_shell_line(tokens: &[Token], number: usize) -> bool {
    let before = number.checked_sub(1).map(|before| &tokens[before]);
    before.is_none_or(|token| token.text == ";")
        && tokens.get(number + 1).is_some_and(|next| {
            next.place.start == tokens[number].place.end && next.kind == Kind::Word
        })
}

/// `impl Trait for T` where `T` is neither the learner's own nor a plain type: such a method can win
/// over that of the course's type. A head that is too long to be read is one.
fn foreign_impl(tokens: &[Token], own: &HashSet<String>) -> Option<String> {
    let near = &tokens[..tokens.len().min(LONGEST_HEAD)];
    let end = near.iter().position(|token| ["{", ";"].contains(&token.text.as_str()));
    let Some(end) = end else {
        return (near.len() == LONGEST_HEAD).then(|| "impl ...".to_owned());
    };
    let head = &near[..end];
    let after_for = head.iter().rposition(|token| token.text == "for")? + 1;
    let names = head[after_for..].iter().take_while(|token| token.text != "where");
    let mut names = names.filter(|token| token.kind == Kind::Word).peekable();
    let is_own = |token: &&Token| own.contains(&token.text) || PLAIN.contains(&token.text.as_str());
    if names.peek().is_some() && names.clone().any(|token| is_own(&token)) {
        return None;
    }
    let head: Vec<&str> = head.iter().map(|token| token.text.as_str()).collect();
    Some(head.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(cell: &str) -> Vec<String> {
        unusual(cell, &own_types([cell].into_iter()))
    }

    /// Each of these took minutes when each word looked at all the others.
    #[test]
    fn a_cell_of_a_thousand_kilobytes_is_soon_looked_at() {
        let numbered = |word: fn(usize) -> String| (0..40_000).map(word).collect::<String>();
        for (cell, what) in [
            ("fs ".repeat(200_000), [""; 0].as_slice()),
            ("impl ".repeat(100_000), &["impl ..."]),
            (numbered(|n| format!("struct A{n};")) + "impl B for C { }", &["impl B for C"]),
        ] {
            assert_eq!(found(&cell), what);
        }
        let many = numbered(|n| format!("impl B for A{n} {{ }}"));
        assert_eq!(found(&many).len(), MOST);
    }

    #[test]
    fn a_use_ends_at_its_semicolon() {
        assert_eq!(found("use a::{b, fs}; let fs = 1;"), ["std::fs"]);
        assert_eq!(found("use a::b; let fs = 1;"), [""; 0]);
    }

    #[test]
    fn what_hides_behind_blanks_and_comments_is_seen() {
        for (cell, what) in [
            ("mod  check { }", "mod check"),
            ("mod /* x */ check { }", "mod check"),
            ("use other as/**/zunder_course;", "as zunder_course"),
            ("macro_rules ! println { () => {} }", "macro_rules"),
            ("extern crate std as zunder_course;", "extern"),
            ("let cell = include_str!(\"x\");", "include_str"),
            ("use core::include_str as read;", "include_str"),
            ("concat /* x */ ! (\"a\")", "concat"),
            ("let s = std::fs::read(\"x\")?;", "std::fs"),
            ("use std::{io, process::Command};", "std::process"),
            ("use std::thread as t;", "std::thread"),
            ("let path = \"../kernel\";", "../"),
            ("println!(\"EVCXR_BEGIN_CONTENT text/plain\");", "evcxr"),
            ("trait Show { fn evcxr_display(self); }", "evcxr_display"),
            ("impl Show for check::Verdict { }", "impl Show for check : : Verdict"),
            ("impl<T> Show for T { }", "impl < T > Show for T"),
            (":build_env RUSTC_WRAPPER=w.sh", ":build_env RUSTC_WRAPPER=w.sh"),
            ("// first\n!kill -9 1\nlet a = 1;", "!kill -9 1"),
            ("let a = 1;\n!kill 1", "!kill"),
            ("#[path = \"x\"] mod y;", "#[path]"),
            ("use zunder_course::given as mine; mine::flatten(&x)", "use given"),
            ("use zunder_course::{check, given::*};", "use given"),
        ] {
            assert!(found(cell).iter().any(|found| found == what), "{cell}: {:?}", found(cell));
        }
    }

    #[test]
    fn ordinary_code_is_ordinary() {
        for cell in [
            "let process = 1; // unsafe, std::fs, mod check\nprintln!(\"{process}\");",
            "struct Mine;\nimpl Clone for Mine { fn clone(&self) -> Self { Mine } }",
            "trait Half { fn half(self) -> f32; }\nimpl Half for f32 { fn half(self) -> f32 { self / 2.0 } }",
            "impl<T> std::fmt::Debug for Mine<T> { }\nstruct Mine<T>(T);",
            "let ready = a\n    && !b;\nif !ready { return Err(\"no\")?; }",
            ":timing\nlet x = 1;",
            "use std::collections::HashMap;\nlet map: HashMap<u8, u8> = HashMap::new();",
            "use std::io::Write;\nstd::io::stdout().write_all(&[255])?;",
            "check::flatten(&x_flat)",
            "use zunder_course::prelude::*;\nlet given = given::flatten(&x)?;",
            "let env = 784;\nlet row = [before, vec![1.0], after].concat();",
        ] {
            assert_eq!(found(cell), [""; 0], "{cell}");
        }
    }
}
