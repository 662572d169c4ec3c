//! Cells that were refused and are no Rust at all, or Rust with a habit of another language: their own look tells what
//! was meant, and the compiler's words are of no help.
//!
//! Over 300 lines: with its tests.

use crate::base::tokens::{Kind, Token, tokens};

/// How such a cell looks, and what to do: in English, in German.
type Look = (fn(&str, &[Token]) -> bool, &'static str, &'static str);

const LOOKS: [Look; 13] = [
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
        throws,
        "Here nothing is thrown: a function that can fail gives back `Err(\"too small\".to_string())`, and \
         `panic!(\"too small\")` stops the cell.",
        "Hier wird nichts geworfen: Eine Funktion, die scheitern kann, gibt `Err(\"zu klein\".to_string())` zurück, und \
         `panic!(\"zu klein\")` hält die Zelle an.",
    ),
    (
        counts_as_in_c,
        "A loop that counts is `for i in 0..10 { ... }`.",
        "Eine Schleife, die zählt, ist `for i in 0..10 { ... }`.",
    ),
    (
        chooses_behind_value,
        "A choice is an `if` that gives a value: `if x > 3 { 1 } else { 0 }`.",
        "Eine Auswahl ist ein `if`, das einen Wert gibt: `if x > 3 { 1 } else { 0 }`.",
    ),
    (
        lacks_colons,
        "Behind the name of a type, `::` stands in front of `<`: `Vec::<f32>::new()`.",
        "Hinter dem Namen eines Typs steht `::` vor `<`: `Vec::<f32>::new()`.",
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
    (
        has_formatted_text,
        "A text needs no `f` in front: `println!(\"loss {x}\");`, and to keep it `format!(\"loss {x}\")`.",
        "Ein Text braucht kein `f` davor: `println!(\"Verlust {x}\");`, und um ihn aufzuheben `format!(\"Verlust {x}\")`.",
    ),
];

/// Tokens that follow one another in no Rust, and what to do: in English, in German. `NAME` is any word that begins or
/// ends nothing, `VALUE` that or a number, `TYPE` a kind of number.
const FORMS: [(&str, &str, &str); 7] = [
    (
        "lambda NAME | lambda :",
        "A function without a name is written `|x| 2 * x`.",
        "Eine Funktion ohne Namen schreibt man `|x| 2 * x`.",
    ),
    (
        "} elif | } elseif",
        "Another case begins with `else if`: `if x > 3 { 1 } else if x > 0 { 2 } else { 3 }`.",
        "Ein weiterer Fall beginnt mit `else if`: `if x > 3 { 1 } else if x > 0 { 2 } else { 3 }`.",
    ),
    (
        "new NAME ( | new NAME <",
        "There is no `new` in front: a value of your own type is `Point { x: 1.0, y: 2.0 }`, one of Zunder's \
         `Dense::new(20)`.",
        "Davor steht kein `new`: Ein Wert deines eigenen Typs ist `Punkt { x: 1.0, y: 2.0 }`, einer von Zunder \
         `Dense::new(20)`.",
    ),
    (
        "switch ( | case VALUE",
        "Several cases are told apart by `match n { 1 => \"one\", 2 | 3 => \"few\", _ => \"many\" }`.",
        "Mehrere Fälle unterscheidet `match n { 1 => \"eins\", 2 | 3 => \"wenige\", _ => \"viele\" }`.",
    ),
    (
        "try { | try : | except NAME | except :",
        "What can fail gives a `Result`, and `match` looks at it: `match text.parse::<f32>() { Ok(x) => x, \
         Err(error) => 0.0 }`.",
        "Was scheitern kann, gibt ein `Result`, und `match` sieht es sich an: `match text.parse::<f32>() { Ok(x) => x, \
         Err(fehler) => 0.0 }`.",
    ),
    (
        "( TYPE ) VALUE",
        "A number becomes one of another kind with `n as f32`.",
        "Eine Zahl wird zu einer anderen Art mit `n as f32`.",
    ),
    (
        "type (",
        "Of which kind a value is, tells `std::any::type_name_of_val(&x)`.",
        "Von welcher Art ein Wert ist, sagt `std::any::type_name_of_val(&x)`.",
    ),
];

/// What to do about a cell that has one of these looks: in English, in German.
pub(crate) fn remedy(code: &str) -> Option<(&'static str, &'static str)> {
    let tokens = tokens(code);
    let look = LOOKS.iter().find(|(is_it, ..)| is_it(code, &tokens));
    let look = look.map(|(_, english, german)| (*english, *german));
    let form = || FORMS.iter().find(|(forms, ..)| forms.split(" | ").any(|it| has(&tokens, it)));
    look.or_else(|| form().map(|(_, english, german)| (*english, *german)))
}

/// Whether the tokens have this form.
fn has(tokens: &[Token], form: &str) -> bool {
    let form: Vec<&str> = form.split(' ').collect();
    let is_part = |token: &Token, part: &str| match part {
        "NAME" => is_name(token),
        "VALUE" => is_name(token) || token.kind == Kind::OtherLiteral,
        "TYPE" => {
            ["int", "float", "double", "i32", "i64", "f32", "f64", "usize"].contains(&&*token.text)
        }
        _ => token.text == part,
    };
    let mut places = tokens.windows(form.len());
    places.any(|some| some.iter().zip(&form).all(|(token, part)| is_part(token, part)))
}

/// Whether the word can be a name or a value.
fn is_name(token: &Token) -> bool {
    const OTHERS: [&str; 10] =
        ["as", "in", "if", "else", "match", "return", "where", "for", "let", "mut"];
    token.kind == Kind::Word && !OTHERS.contains(&&*token.text)
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
        "double", "void", "public", "Let", "Fn", "Use", "String", "boolean", "long", "final",
        "foreach", "unless",
    ];
    has_line(code, tokens, &begins)
}

fn throws(code: &str, tokens: &[Token]) -> bool {
    has_line(code, tokens, &["throw", "raise"])
}

/// Whether a line begins with one of these words, and another one behind it.
fn has_line(code: &str, tokens: &[Token], begins: &[&str]) -> bool {
    tokens.windows(2).any(|two| {
        two.iter().all(|token| token.kind == Kind::Word)
            && begins.contains(&&*two[0].text)
            && code[..two[0].place.start]
                .rsplit('\n')
                .next()
                .is_some_and(|line| line.trim().is_empty())
    })
}

/// As `for (int i = 0; i < 10; i++)`.
fn counts_as_in_c(_: &str, tokens: &[Token]) -> bool {
    let heads =
        tokens.windows(2).enumerate().filter(|(_, two)| two[0].text == "for" && two[1].text == "(");
    heads.into_iter().any(|(at, _)| {
        let head = tokens[at..].iter().take_while(|token| !["{", "in"].contains(&&*token.text));
        head.filter(|token| token.text == ";").count() == 2
    })
}

/// As `5 if x > 3 else 2`, all in one line.
fn chooses_behind_value(code: &str, tokens: &[Token]) -> bool {
    let is_value = |token: &Token| {
        is_name(token)
            || token.kind != Kind::Sign && token.kind != Kind::Word
            || [")", "]"].contains(&&*token.text)
    };
    tokens.windows(2).enumerate().any(|(at, two)| {
        let line = code[two[0].place.end..].lines().next().unwrap_or_default().len();
        let line =
            tokens[at + 1..].iter().take_while(|token| token.place.end <= two[0].place.end + line);
        let mut block = line.take_while(|token| token.text != "{");
        two[1].text == "if" && is_value(&two[0]) && block.any(|token| token.text == "else")
    })
}

/// As `Vec<f32>::new()`.
fn lacks_colons(_: &str, tokens: &[Token]) -> bool {
    const TYPES: [&str; 7] = ["Vec", "HashMap", "HashSet", "BTreeMap", "VecDeque", "Option", "Box"];
    tokens.windows(2).enumerate().any(|(at, two)| {
        let mut depth = 0;
        let end = tokens[at + 1..].iter().position(|token| {
            depth += i32::from(token.text == "<") - i32::from(token.text == ">");
            depth == 0
        });
        let behind = end.and_then(|end| tokens.get(at + 2 + end..at + 4 + end));
        TYPES.contains(&&*two[0].text)
            && two[1].text == "<"
            && behind.is_some_and(|behind| behind.iter().all(|token| token.text == ":"))
    })
}

/// Whether the head of a function has a `=` within its brackets.
fn has_default(_: &str, tokens: &[Token]) -> bool {
    tokens.split(|token| token.kind == Kind::Word && token.text == "fn").skip(1).any(|function| {
        let head = function.iter().take_while(|token| !["{", ";"].contains(&&*token.text));
        let mut brackets =
            head.skip_while(|token| token.text != "(").take_while(|token| token.text != "-");
        let mut depth = 0; // as in `impl Iterator<Item = f32>`
        brackets.any(|token| {
            depth += i32::from(token.text == "<") - i32::from(token.text == ">");
            depth == 0 && token.text == "="
        })
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

/// As `f"{x}"` in Python.
fn has_formatted_text(_: &str, tokens: &[Token]) -> bool {
    tokens.windows(2).any(|two| {
        let is_beside = two[0].place.end == two[1].place.start;
        two[0].text == "f" && two[1].kind == Kind::Text && is_beside
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
        for thrown in
            ["raise ValueError(\"bad\")", "if n < 0 {\n    throw new Exception(\"bad\");\n}"]
        {
            assert!(begins(thrown, "Here nothing is thrown"), "{thrown}");
        }
        for (code, words) in [
            ("for (int i = 0; i < 10; i++) { }", "A loop that counts"),
            ("let y = 5 if n > 3 else 2;", "A choice is"),
            ("println!(\"{}\", n if n > 3 else 0);", "A choice is"),
            ("let d = HashMap<String, Vec<i32>>::new();", "Behind the name of a type"),
            ("let double = lambda x: 2 * x", "A function without"),
            ("if a { 1 } elif b { 2 }", "Another case"),
            ("let p = new Point(1, 2);", "There is no `new`"),
            ("switch (n) { case 1: 2; }", "Several cases"),
            ("match n { case 1 => 2 }", "Several cases"),
            ("try:\n    f()\nexcept ValueError:\n    g()", "What can fail"),
            ("try { f() } catch (e) { }", "What can fail"),
            ("let n = (int) x;", "A number becomes"),
            ("type(x)", "Of which kind"),
        ] {
            assert!(begins(code, words), "{code}");
        }
        assert!(begins("let a = .5;", "A number has a digit"));
        assert!(begins("f(x, .5)", "A number has a digit"));
        for text in ["f\"{x}\"", "let t = f\"loss {x}\";", "println!(f\"{x}\")", "f(f\"a\")"] {
            assert!(begins(text, "A text needs no `f`"), "{text}");
        }
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
            "match n { x if x > 3 => 1, new if new > 2 => if a { 1 } else { 2 }, _ => 3 }",
            "let y = n;\nif y > 3 { 1 } else { 2 }",
            "fn largest(of: impl Iterator<Item = f32>) { g(of) }",
            "for new in (0..3) { f(new as f32); for (i, x) in all { g(i); h(x); } }",
            "let v: Vec<f32> = Vec::<f32>::new(); <Vec<f32>>::new(); type A = (f32, i32);",
            "struct P(f32);\nlet f: Box<dyn Fn(f32) -> f32> = b; if n < (f32::MAX) { }",
            "for i in 0..5 { }",
            "Sequential::new() // 1) a network\n    .add(a)",
            "let a = [ // (all) of them;\n    1, // one\n];",
            "let t = f(\"a\", f, \"f\", \"{f}\");",
            "let page = \"https://a.de/b;\"; // a page;",
            "",
        ];
        for cell in cells {
            assert_eq!(remedy(cell), None, "{cell}");
        }
    }

    #[test]
    fn the_cells_of_the_notebooks_have_none_of_these_looks() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../notebooks");
        let mut count = 0;
        for file in std::fs::read_dir(folder).expect("the notebooks").flatten() {
            let Ok(text) = std::fs::read_to_string(file.path()) else { continue };
            let notebook: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
            for cell in notebook["cells"].as_array().into_iter().flatten() {
                if cell["cell_type"] == "code" {
                    let lines = cell["source"].as_array().into_iter().flatten();
                    let code: String = lines.filter_map(serde_json::Value::as_str).collect();
                    assert_eq!(remedy(&code), None, "{code}");
                    count += 1;
                }
            }
        }
        assert!(count > 500, "{count}");
    }
}
