//! Cells that were refused and are no Rust at all, or Rust with a habit of another language: their own look tells what
//! was meant, and the compiler's words are of no help.

use crate::base::tokens::{Kind, Token, tokens};

/// How such a cell looks, and what to do: in English, in German.
type Look = (fn(&str, &[Token]) -> bool, &'static str, &'static str);

const LOOKS: [Look; 8] = [
    (
        is_text,
        "This is text and no code: make the cell a text cell, with Esc and then M.",
        "Das ist Text und kein Code: Mach die Zelle zu einer Textzelle, mit Esc und dann M.",
    ),
    (
        is_prompt,
        "Copy the code only, without what stands before it on the page, such as `In [1]:`.",
        "Kopiere nur den Code, ohne das, was auf der Seite davor steht, etwa `In [1]:`.",
    ),
    (
        is_command,
        "This is a command for a terminal, which JupyterLab has, too. What the notebooks use is here already.",
        "Das ist ein Befehl für ein Terminal, das es in JupyterLab auch gibt. Was die Notebooks brauchen, ist schon da.",
    ),
    (
        asks_for_help,
        "For help, click on a name and press Shift+Tab.",
        "Hilfe gibt es, wenn du auf einen Namen klickst und Umschalt+Tab drückst.",
    ),
    (
        is_another_language,
        "This line is not Rust. Here a variable begins with `let`, a function with `fn`, a type with `struct`, \
         all written small, and the first cell brings what the notebooks use.",
        "Diese Zeile ist kein Rust. Hier beginnt eine Variable mit `let`, eine Funktion mit `fn`, ein Typ mit \
         `struct`, alles klein geschrieben, und die erste Zelle bringt mit, was die Notebooks brauchen.",
    ),
    (
        has_default,
        "A function takes no value beforehand, as in `factor: f32 = 2.0`: say it in each call.",
        "Eine Funktion nimmt keinen Wert vorab, wie in `faktor: f32 = 2.0`: Sag ihn bei jedem Aufruf.",
    ),
    (
        has_bare_point,
        "A number has a digit before its point: `0.5`.",
        "Eine Zahl hat eine Ziffer vor ihrem Punkt: `0.5`.",
    ),
    (
        divides_by_comment,
        "`//` begins a comment, so what stands behind it is no code: whole numbers are divided by one `/`.",
        "Mit `//` beginnt ein Kommentar, also ist kein Code, was dahinter steht: Ganze Zahlen teilt man mit einem `/`.",
    ),
];

/// What to do about a cell that has one of these looks: in English, in German.
pub(crate) fn remedy(code: &str) -> Option<(&'static str, &'static str)> {
    let tokens = tokens(code);
    let (_, english, german) = LOOKS.iter().find(|(is_it, ..)| is_it(code, &tokens))?;
    Some((english, german))
}

/// Whether it begins as a text cell does: with a heading, a list, a picture or HTML.
fn is_text(code: &str, _: &[Token]) -> bool {
    let line = first_line(code);
    let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
    let is_number = first.strip_suffix('.').is_some_and(|number| number.parse::<u32>().is_ok());
    let begins_list = ["-", "*", "+"].contains(&first) || is_number;
    let is_said = !rest.is_empty()
        && rest.chars().all(|letter| letter.is_alphabetic() || " ,.:!?".contains(letter));
    line.starts_with("##")
        || line.starts_with("![")
        || (line.starts_with('<') && line.contains("</"))
        || (begins_list && is_said)
}

/// Whether it was copied with what a page shows in front of code.
fn is_prompt(code: &str, _: &[Token]) -> bool {
    ["In [", "Out[", ">>> "].iter().any(|prompt| code.trim_start().starts_with(prompt))
}

fn is_command(code: &str, _: &[Token]) -> bool {
    const COMMANDS: [&str; 14] = [
        "ls", "cd", "pwd", "mkdir", "pip", "pip3", "conda", "cargo", "rustup", "git", "python",
        "python3", "jupyter", "sudo",
    ];
    let line = first_line(code);
    let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
    COMMANDS.contains(&first) && !rest.starts_with(['=', '+', '*', '.', ';'])
}

/// As `model.fit?` in Python's notebooks: nothing but a name in front of the sign.
fn asks_for_help(_: &str, tokens: &[Token]) -> bool {
    let is_name = |tokens: &[Token]| {
        let mut parts = tokens.iter().enumerate();
        parts.all(|(at, part)| if at % 2 == 0 { part.kind == Kind::Word } else { part.text == "." })
    };
    match tokens {
        [first, bracket, ..] if first.text == "help" => bracket.text == "(",
        [name @ .., sign] => sign.text == "?" && !name.is_empty() && is_name(name),
        [] => false,
    }
}

/// Whether a line begins as one of another language does, and goes on with a word.
fn is_another_language(code: &str, tokens: &[Token]) -> bool {
    let begins = [
        "import", "from", "def", "class", "elif", "function", "func", "var", "int", "float",
        "double", "void", "public", "Let", "Fn", "Use",
    ];
    tokens.windows(2).any(|two| {
        two.iter().all(|token| token.kind == Kind::Word)
            && begins.contains(&&*two[0].text)
            && (two[0].place.start == 0 || code[..two[0].place.start].ends_with('\n'))
    })
}

/// Whether the head of a function has a `=` within its brackets.
fn has_default(_: &str, tokens: &[Token]) -> bool {
    tokens.split(|token| token.kind == Kind::Word && token.text == "fn").skip(1).any(|function| {
        let head = function.iter().take_while(|token| !["{", ";"].contains(&&*token.text));
        let mut brackets =
            head.skip_while(|token| token.text != "(").take_while(|token| token.text != "-");
        brackets.any(|token| token.text == "=")
    })
}

fn has_bare_point(_: &str, tokens: &[Token]) -> bool {
    let is_digits = |token: &Token| token.text.starts_with(|first: char| first.is_ascii_digit());
    let is_sign = |token: &Token| token.kind == Kind::Sign && !")]?.".contains(&*token.text);
    tokens
        .windows(3)
        .any(|three| is_sign(&three[0]) && three[1].text == "." && is_digits(&three[2]))
}

/// Whether a comment behind a value has taken the end of its line with it: a `;`, or a bracket that closes.
fn divides_by_comment(code: &str, tokens: &[Token]) -> bool {
    tokens.iter().any(|token| {
        let is_value = token.kind != Kind::Sign || [")", "]"].contains(&&*token.text);
        let rest = code[token.place.end..].lines().next().unwrap_or_default().trim();
        let comment = rest.strip_prefix("//").filter(|comment| !comment.starts_with('/'));
        is_value
            && comment.is_some_and(|comment| {
                let count = |signs: [char; 3]| comment.matches(signs).count();
                let closes = count([')', ']', '}']) > count(['(', '[', '{']);
                comment.ends_with(';') || closes && comment.ends_with([')', ']', '}'])
            })
    })
}

fn first_line(code: &str) -> &str {
    code.trim_start().lines().next().unwrap_or_default().trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begins(code: &str, words: &str) -> bool {
        remedy(code).is_some_and(|(english, _)| english.starts_with(words))
    }

    #[test]
    fn what_is_no_code_is_told() {
        for text in [
            "## 3. The network",
            "- one\n- two",
            "* one",
            "1. first, load",
            "<b>a</b>",
            "![a](a.png)",
        ] {
            assert!(begins(text, "This is text"), "{text}");
        }
        for prompt in ["In [1]: 1 + 1", ">>> x", "Out[3]: 5"] {
            assert!(begins(prompt, "Copy the code only"), "{prompt}");
        }
        for command in ["ls", "cd /tmp", "pip install numpy", "cargo add rand"] {
            assert!(begins(command, "This is a command"), "{command}");
        }
        for help in ["fit?", "model.fit?", "help(model.fit)"] {
            assert!(begins(help, "For help"), "{help}");
        }
    }

    #[test]
    fn habits_of_other_languages_are_told() {
        assert!(begins("// numbers\nimport numpy as np", "This line is not Rust"));
        assert!(begins("let a = 1;\nLet x = 5;", "This line is not Rust"));
        assert!(begins("fn scale(x: f32, factor: f32 = 2.0) -> f32 { x }", "A function takes"));
        assert!(begins("let a = .5;", "A number has a digit"));
        assert!(begins("f(x, .5)", "A number has a digit"));
        for divided in [
            "let n = samples // batch_size;",
            "fn steps(n: usize) -> usize { n // 32 }",
            "println!(\"{}\", f(7) // 2)",
        ] {
            assert!(begins(divided, "`//` begins a comment"), "{divided}");
        }
    }

    #[test]
    fn rust_has_none_of_these_looks() {
        let cells = [
            "int = 5 6",
            "let text = \"a letter\nfrom my aunt\";\nprintln!(\"{}\", txet);",
            "- x * 2",
            "*x += 1;",
            "1. + x",
            "<f32>::max(a, b)",
            "ls = 5",
            "ls.len()",
            "load(x)?",
            "model.fit(&x)?",
            "fn f<const N: usize>(x: [f32; N]) -> bool { let a = 5; a == 5 }",
            "pair.0 + f(x).0 + list[0].1 + load()?.0",
            "fn f(x: f32) -> f32 { x }\nlet a: fn(f32) -> f32 = f;",
            "for i in 0..5 { }",
            "Sequential::new() // 1) a network\n    .add(a)",
            "let a = [ // (all) of them;\n    1, // one\n];",
            "let page = \"https://a.de/b;\"; // a page;",
            "",
        ];
        for cell in cells {
            assert_eq!(remedy(cell), None, "{cell}");
        }
    }
}
