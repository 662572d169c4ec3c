//! What to do about errors of the compiler and words of evcxr.
//!
//! Over 300 lines: with its tests.

use std::borrow::Cow;

use crate::base::colours::without_colours;
use crate::base::language::Language;
use crate::base::tokens::words;
use crate::kernel::looks;
use crate::kernel::past_cells::{PastCells, items_that_name};

/// The slips that are mended most, with their remedies.
const SLIPS: &str = include_str!("slips.txt");

/// How a running cell stops, with what helps.
const PANICS: &str = include_str!("panics.txt");

/// Where the compiler says it, a function was called, and no method.
const FUNCTION: &str = "note: function defined here";

/// Where the compiler says it, the name is that of a field, whatever else has it.
const FIELD: &str = "meant to use the available field";

/// What the compiler or evcxr says about a cell.
pub(crate) struct Refusal<'a> {
    /// The error's first line, what stands at the arrows below the code, and what helps without a place there.
    said: String,
    /// The cell.
    code: &'a str,
}

impl<'a> Refusal<'a> {
    pub(crate) fn new(message: &str, picture: &str, code: &'a str) -> Refusal<'a> {
        let labels = without_colours(picture);
        // A help that says what to write is one of this cell; others tell what stands elsewhere.
        let help =
            |line| str::split_once(line, "Note: help: ").filter(|(_, it)| it.contains(": `"));
        let note = |line| str::split_once(line, "Note: ").filter(|(_, it)| it.contains(FUNCTION));
        let labels = labels
            .lines()
            .filter_map(|line| line.rsplit_once("╰").or_else(|| help(line)).or_else(|| note(line)));
        let labels = labels.map(|(_, label)| label.trim_start_matches('─'));
        let said = [message].into_iter().chain(labels).collect::<Vec<_>>().join("\n");
        Refusal { said, code }
    }

    /// The name that it does not know.
    fn unknown_value(&self) -> Option<&str> {
        let name = self.said.split("cannot find value `").nth(1)?.split('`').next();
        name.filter(|_| !self.said.contains(FIELD))
    }

    /// The same, also that of a function or a type.
    fn unknown_name(&self) -> Option<&str> {
        let (before, _) = self.said.split("cannot find ").nth(1)?.split_once("` in this scope")?;
        before.split_once('`').map(|(_, name)| name).filter(|_| !self.said.contains(FIELD))
    }

    /// For an `.await`, evcxr looks for a crate that nobody has named.
    fn is_needless_await(&self) -> bool {
        let is_await = words(self.code).windows(2).any(|two| two[0] == "." && two[1] == "await");
        let is_asked = self.said.contains("no matching package named `tokio`");
        is_await
            && (is_asked && !self.code.contains(":dep") || self.said.contains("is not a future"))
    }

    /// The word of Rust's own that stands in the cell where a name belongs.
    fn keyword_as_name(&self) -> Option<&str> {
        let places = ["identifier", "pattern", "parameter name"];
        let kinds = ["keyword", "reserved keyword"];
        let word = places.into_iter().flat_map(|place| kinds.map(|kind| (place, kind))).find_map(
            |(place, kind)| {
                let words = format!("expected {place}, found {kind} `");
                self.said.split(&words).nth(1)?.split('`').next()
            },
        )?;
        words(self.code).iter().any(|own| own == word).then_some(word)
    }

    /// As `epochs` in `model.fit(&x, &y, epochs=10)`.
    fn is_named_argument(&self) -> bool {
        let Some(name) = self.unknown_value() else { return false };
        words(self.code).windows(4).any(|four| {
            ["(", ","].contains(&&*four[0])
                && four[1] == name
                && four[2] == "="
                && !["=", ">"].contains(&&*four[3])
        })
    }

    /// The word that begins what looks for one of the notebook's variables, such as a function, where the cell's own
    /// lines do not.
    fn item_without_variables(&self, past: &PastCells) -> Option<&'static str> {
        let name = self.unknown_value().filter(|name| past.have_made(name))?;
        let items = items_that_name(self.code, name);
        if items.contains(&None) { None } else { *items.first()? }
    }
}

impl Language {
    /// What to do about an error of the compiler, in one or two sentences.
    pub(crate) fn remedy(self, refusal: &Refusal, past: &PastCells) -> Option<Cow<'static, str>> {
        let fate = || {
            let name = refusal.unknown_name()?;
            Some(self.fate(name, &past.fate(name, refusal.code)?))
        };
        let item = refusal.item_without_variables(past);
        let (english, german) = if refusal.is_named_argument() {
            (
                "Arguments have no names in Rust. Settings are called: `Dense::new(20).activation(Relu)`, \
                 `Fit::new().epochs(10)`.",
                "Argumente haben in Rust keine Namen. Einstellungen ruft man auf: \
                 `Dense::new(20).activation(Relu)`, `Fit::new().epochs(10)`.",
            )
        } else if let Some(sentences) = looks::remedy(refusal.code) {
            sentences
        } else if matches!(item, Some("const" | "static")) {
            (
                "A constant is fixed before anything runs, and sees no variables: write the number itself, or \
                 make a variable of it, with `let`.",
                "Eine Konstante steht fest, bevor irgendetwas läuft, und sieht keine Variablen: Schreib die Zahl \
                 selbst hin, oder mach eine Variable daraus, mit `let`.",
            )
        } else if item.is_some() {
            (
                "A function does not see the notebook's variables: hand it what it needs, as in \
                 `fn first(x: &Array) -> f32 { ... }`, then `first(&x_train)`.",
                "Eine Funktion sieht die Variablen des Notebooks nicht: Gib ihr, was sie braucht, etwa \
                 `fn first(x: &Array) -> f32 { ... }`, dann `first(&x_train)`.",
            )
        } else if refusal.is_needless_await() {
            (
                "`.await` is not needed here: a call gives its value at once.",
                "`.await` braucht es hier nicht: Ein Aufruf gibt seinen Wert gleich her.",
            )
        } else if let Some(word) = refusal.keyword_as_name() {
            return Some(self.is_keyword(word, "").into());
        } else if let Some(fate) = fate() {
            return Some(fate.into());
        } else {
            let says = |words: &str| {
                words
                    .split(" | ")
                    .any(|way| way.split(" && ").all(|part| refusal.said.contains(part)))
            };
            let (_, english, german) = remedies(SLIPS).find(|(words, ..)| says(words))?;
            (english, german)
        };
        Some(self.either(english, german).into())
    }

    /// What helps where a running cell has stopped with words of Rust's own.
    pub(crate) fn remedy_of_panic(self, message: &str) -> Option<&'static str> {
        let says = |words: &str| {
            words.split(" | ").any(|way| {
                let (begin, rest) = way.split_once(" && ").unwrap_or((way, ""));
                let is_error = begin.starts_with(": ") && message.contains(begin);
                (is_error || message.starts_with(begin)) && message.contains(rest)
            })
        };
        let (_, english, german) = remedies(PANICS).find(|(words, ..)| says(words))?;
        Some(self.either(english, german))
    }

    /// When a cell has defined the type of a variable anew, or another one that has the same name.
    pub(crate) fn type_is_new(self, variable: &str) -> String {
        self.either(
            format!(
                "The variable {variable} is lost, as its type has been defined anew: run the cell again that \
                 makes it."
            ),
            format!(
                "Die Variable {variable} ist verloren, denn ihr Typ wurde neu definiert: Führe die Zelle, in der \
                 sie entsteht, noch einmal aus."
            ),
        )
    }

    /// In place of evcxr's `:clear`.
    pub(crate) fn restart_instead(self) -> &'static str {
        self.either(
            "To begin anew, choose Kernel > Restart Kernel in the menu. Nothing was run.",
            "Um neu anzufangen, wähle im Menü „Kernel“ den Neustart des Kernels. Nichts wurde ausgeführt.",
        )
    }
}

/// The words that tell a slip, its remedy in English and in German.
fn remedies(
    table: &'static str,
) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let blocks = table.split("\n\n").filter(|block| !block.starts_with('#'));
    blocks.filter_map(|block| {
        let mut lines = block.lines();
        Some((lines.next()?, lines.next()?, lines.next()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::past_cells::End;
    use crate::kernel::shown_errors::in_usual_words;

    const PAGE: &str = include_str!("../../../docs/compiler-errors.md");

    fn remedy(message: &str, label: &str, code: &str) -> Cow<'static, str> {
        let picture = format!("\u{1b}[38;5;54m │ \u{1b}[0m  ╰──── {label}");
        let refusal = Refusal::new(message, &picture, code);
        Language::English.remedy(&refusal, &PastCells::default()).unwrap_or_default()
    }

    #[test]
    fn each_slip_has_both_languages_and_words_of_its_own() {
        for table in [SLIPS, PANICS] {
            let blocks = table.split("\n\n").filter(|block| !block.starts_with('#'));
            assert!(blocks.clone().all(|block| block.trim().lines().count() == 3));
            assert_eq!(remedies(table).count(), blocks.count());
            for (words, english, german) in remedies(table) {
                let quoted = |text: &str| text.split('`').skip(1).step_by(2).count();
                assert_eq!(quoted(english), quoted(german), "{words}");
                let way = words.split(" | ").next().unwrap().replace(" && ", "\n");
                let told = match table == SLIPS {
                    true => remedy(&way, "", ""),
                    false => Language::English.remedy_of_panic(&way).unwrap_or_default().into(),
                };
                assert_eq!(told, english, "another one stands before {words}");
            }
        }
    }

    #[test]
    fn remedies_that_name_a_type_of_the_library_hold_behind_the_courses_prelude() {
        let (mut count, course) = (0, "zunder_course::prelude::");
        for (words, english, _) in remedies(SLIPS).filter(|(words, ..)| words.contains("zunder::"))
        {
            for way in words.split(" | ").filter(|way| way.contains("zunder::")) {
                let way = way.replace(" && ", "\n");
                let usual = remedy(&way, "", "");
                for path in [course.to_owned(), format!("{course}zunder::")] {
                    let said = way.replace("zunder::", &path);
                    assert_eq!(remedy(&in_usual_words(&said, ""), "", ""), usual, "{said}");
                }
                count += usize::from(usual == english);
            }
        }
        assert!(count > 40, "{count}");
    }

    #[test]
    fn the_page_shows_no_slip_without_a_remedy() {
        let (compiled, other) = PAGE.split_once("## What is said only when the cell runs").unwrap();
        let (_, refused) = other.split_once("## What only a notebook refuses").unwrap();
        let rows = compiled.lines().chain(refused.lines()).filter(|line| line.starts_with("| `"));
        let (mut count, mut without) = (0, Vec::new());
        for row in rows {
            count += 1;
            let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
            let code = cells[0].trim().trim_matches('`').replace('⏎', "\n");
            for said in cells[1].split(" // ") {
                if remedy(said, "", &code).is_empty() {
                    without.push(said);
                }
            }
        }
        assert!(count > 70 && without.is_empty(), "{count} rows, of them without: {without:#?}");
    }

    #[test]
    fn the_cell_tells_what_the_words_do_not() {
        let unknown = |name: &str, code: &str| {
            remedy(&format!("cannot find value `{name}` in this scope"), "not found", code)
        };
        let named = "Arguments have no names";
        assert!(unknown("epochs", "model.fit(&x, &y, epochs=10)").starts_with(named));
        assert!(unknown("epochs", "model.fit(&x,\n epochs = 10)").starts_with(named));
        assert!(!unknown("y", "match n { 0 => y, y => 2 }").starts_with(named));
        assert!(unknown("epochs", "println!(\"{}\", epochs == 10)").starts_with("If the name"));
        assert!(unknown("x", "x.len()").starts_with("If the name"));
        assert!(unknown("y", "fn f(x: f32) -> f32 { x }\nf(y)").starts_with("If the name"));
        assert!(unknown("np", "import numpy as np").starts_with("This line is not Rust"));
        let tokio = "error: no matching package named `tokio` found";
        let not_needed = "`.await` is not needed";
        assert!(remedy(tokio, "", "get().await").starts_with(not_needed));
        assert!(
            remedy("`f32` is not a future", "", "let x = get().await;").starts_with(not_needed)
        );
        assert!(remedy(tokio, "", ":dep tokio\nget().await").starts_with("The kernel is offline"));
        let reserved = "expected pattern, found reserved keyword `final`";
        assert!(remedy(reserved, "", "let (final, x) = y;").starts_with("`final` is a word of"));
        let field = "expected identifier, found keyword `in`";
        assert!(remedy(field, "", "struct Layer { in: usize }").contains("such as `in_1`"));
        assert!(!remedy(field, "", "struct").contains("word of"), "it is of evcxr's code");
    }

    #[test]
    fn the_special_slip_stands_before_the_general() {
        let slips = [
            (
                "can't compare `&char` with `char`",
                "no implementation for `&char == char`",
                "This value",
            ),
            ("`&f64` is not a plain number", "", "This value"),
            ("mismatched types", "expected `Ordering`, found `Option<Ordering>`", "Numbers with a"),
            (
                "mismatched types",
                "expected `Option<usize>`, found `usize`",
                "A value in an `Option`",
            ),
            (
                "mismatched types",
                "expected `Option<usize>`, found `()`",
                "What a function or a block",
            ),
            ("mismatched types", "expected `usize`, found `i32`", "A place or a number of things"),
            ("no implementation for `f32 ^ {float}`", "", "A power is"),
            ("non-primitive cast: `Vec<i32>` as `Vec<f32>`", "", "A list is turned"),
            ("non-primitive cast: `f32` as `String`", "", "A value becomes a text"),
            ("only `u8` can be cast as `char`, not `f32`", "", "Only a `u8` becomes"),
            (
                "function is expected to take 1 argument, but it takes 2 arguments",
                "expected function that takes 1 argument",
                "Here a function of one",
            ),
            ("cannot find value `math` in this scope", "not found in this scope", "It is called"),
            ("cannot find value `np` in this scope", "not found in this scope", "Python's numpy"),
            ("mismatched types", "expected `&f32`, found `&str`", "Numbers and texts"),
            (
                "`match` arms have incompatible types",
                "expected `&str`, found integer",
                "All arms of a `match`",
            ),
            (
                "this function takes 1 argument but 2 arguments were supplied",
                "unexpected argument #2 of type `{float}`",
                "Further settings",
            ),
            ("`&str` is not an iterator", "", "A text is gone through"),
            ("`?` couldn't convert the error to `zunder::Error`", "", "Only Zunder's own calls"),
            ("`?` couldn't convert the error to `String`", "", "The function promises"),
            (
                "cannot move out of index of `Vec<zunder::Model>`",
                "consider borrowing here",
                "This is only",
            ),
        ];
        for (message, label, words) in slips {
            let told = remedy(message, label, "");
            assert!(told.starts_with(words), "{message}: {told}");
        }
    }

    #[test]
    fn what_sees_no_variables_is_told_of_those_that_there_are() {
        let mut past = PastCells::default();
        past.add(1, "let x = load()?;", End::Whole);
        past.add(2, "x.len()", End::Whole);
        for (code, begin) in [
            ("// of x\nfn f() -> f32 { x }", "A function does not see"),
            ("const A: &[usize] = &x.row(7)?.shape().dims();", "A constant is fixed"),
            ("const A: usize = x.len();\nx", "Cell [2] has used `x` up"),
            ("fn f(samples: usize) -> usize { sample }", "If it is misspelt"),
        ] {
            let name = if code.contains("sample") { "sample" } else { "x" };
            let said = format!("cannot find value `{name}` in this scope");
            let similar = "╰── help: a local variable with a similar name exists: `samples`";
            let told =
                Language::English.remedy(&Refusal::new(&said, similar, code), &past).unwrap();
            assert!(told.starts_with(begin), "{code}: {told}");
        }
    }

    #[test]
    fn a_function_whose_cell_was_refused_is_told() {
        let mut past = PastCells::default();
        past.add(7, "fn relu(x: f32) -> f32 { if x > 0.0 { x } else { 0 } }", End::Refused);
        past.add(8, "struct Circle { r: f32 ", End::Refused);
        for (kind, name, by) in
            [("value", "relu", 7), ("function", "relu", 7), ("type", "Circle", 8)]
        {
            let said = format!("cannot find {kind} `{name}` in this scope");
            let similar = "╰── help: a unit struct with a similar name exists: `Relu`";
            let refusal = Refusal::new(&said, similar, "check::relu_by_hand(relu)");
            let told = Language::English.remedy(&refusal, &past).unwrap();
            assert!(told.starts_with(&format!("Cell [{by}], which makes `{name}`")), "{told}");
        }
    }

    #[test]
    fn what_the_standard_library_stops_with_has_a_remedy() {
        let unwrapped = "called `Result::unwrap()` on an `Err` value";
        let panics = [
            ("index out of bounds: the len is 3 but the index is 3", "Counting begins"),
            ("Out of bounds access", "Counting begins"),
            ("assertion failed: i < self.len()", "Counting begins"),
            ("range end index 7 out of range for slice of length 3", "The list ends earlier"),
            ("`at` split index (is 9) should be <= len (is 3)", "The list ends earlier"),
            ("mid > len", "The list ends earlier"),
            ("assertion failed: mid <= self.len()", "The list ends earlier"),
            ("assertion failed: self.is_char_boundary(idx)", "Some letters"),
            ("start of range should be a character boundary", "Some letters"),
            ("attempt to divide with overflow", "The result is too large"),
            ("attempt to calculate the remainder with overflow", "The result is too large"),
            ("attempt to calculate the remainder with a divisor of zero", "A whole number"),
            ("attempt to shift left with overflow", "A number is shifted"),
            ("argument of integer logarithm must be positive", "Only a number above 0"),
            ("argument of integer square root cannot be negative", "Only a number from 0"),
            ("min > max, or either was NaN. min = 2.0, max = 1.0", "The smaller limit"),
            ("chunk size must be non-zero", "A step or a part"),
            ("assertion failed: step != 0", "A step or a part"),
            ("copy_from_slice: source slice length (2) does not match", "Both lists"),
            ("destination and source slices have different lengths", "Both lists"),
            ("RefCell already mutably borrowed", "This value is lent"),
            ("cannot convert float seconds to Duration: value is negative", "A span of time"),
            ("overflow when subtracting durations", "A span of time"),
            ("from_digit: radix is too high (maximum 36)", "There are 2 to 36"),
            ("range start is greater than range end in BTreeMap", "A range goes"),
            ("cannot sample empty range", "A range goes"),
            ("a scoped thread panicked", "A thread has stopped"),
            ("Formatting argument out of range", "So wide"),
            ("internal error: entered unreachable code: no 0", "The code came"),
            ("explicit panic", "`panic!()` stops"),
            ("assertion failed: z > 1", "What `assert!` claims"),
            ("assertion `left != right` failed\n  left: 0\n right: 0", "Behind `left` and"),
            ("called `Result::unwrap_err()` on an `Ok` value: 1", "An error was awaited"),
            ("a number: ParseIntError { kind: InvalidDigit }", "This text is no such"),
            ("provided string was not `true` or `false`", "This text is no such"),
            ("cannot parse float from empty string", "The text is empty"),
            ("number too large to fit in target type", "The number does not fit"),
            (
                "cannot read: Os { code: 2, kind: NotFound, message: \"No\" }",
                "There is no such file",
            ),
            ("Is a directory (os error 21)", "This is a folder"),
            ("invalid utf-8 sequence of 1 bytes from index 0", "These bytes"),
            ("=== Tensor Operation Error ===\n  Operation: 'Matmul'", "The first tensor"),
            ("=== Tensor Operation Error ===\n  Operation: 'Cat'", "Burn says"),
            ("ndarray: could not broadcast array from shape: [2] to: [3]", "The shapes of"),
        ];
        let errors = [
            ("ParseIntError { kind: PosOverflow }", "The number does not fit"),
            ("TryFromIntError(())", "The number does not fit"),
            ("ParseFloatError { kind: Empty }", "The text is empty"),
            ("Os { code: 21, kind: IsADirectory, message: \"Is\" }", "This is a folder"),
            ("FromUtf8Error { bytes: [255] }", "These bytes"),
            ("PoisonError { .. }", "Another thread"),
            ("RecvError", "Nobody is"),
            ("TryFromSliceError(())", "The list has another"),
            ("NotPresent", "There is no such variable"),
            ("\"no\"", "The reason stands"),
        ];
        let errors = errors.map(|(error, words)| (format!("{unwrapped}: {error}"), words));
        let panics = panics.map(|(message, words)| (message.to_owned(), words));
        for (message, words) in panics.into_iter().chain(errors) {
            let told = Language::English.remedy_of_panic(&message).unwrap_or_default();
            assert!(told.starts_with(words), "{message}: {told}");
        }
        assert_eq!(Language::English.remedy_of_panic("too small: no ParseIntError"), None);
    }

    #[test]
    fn a_text_that_ends_earlier_is_told_from_a_letter_of_two_bytes() {
        let told = |message: &str| Language::English.remedy_of_panic(message).unwrap();
        let short = told("end byte index 7 is out of bounds of `Wetter`");
        assert!(short.starts_with("The text ends earlier"), "{short}");
        let inside = told("end byte index 2 is not a char boundary; it is inside 'ö' of `Wörter`");
        assert!(inside.starts_with("Some letters are more than one byte"), "{inside}");
    }

    #[test]
    fn what_the_compiler_notes_without_a_place_counts_where_it_tells_more() {
        let told = |message: &str, note: &str, past: &PastCells| {
            let note = format!("   │ Note: {note}");
            Language::English.remedy(&Refusal::new(message, &note, "fn f() { x }"), past).unwrap()
        };
        let mut past = PastCells::default();
        let supplied =
            "this function takes 1 argument but 2 arguments were supplied: unexpected argument";
        let note = "note: function defined here";
        assert!(told(supplied, note, &past).starts_with("A call hands over as many"));
        assert!(told(supplied, "note: method defined here", &past).starts_with("Further"));
        past.add(1, "let x = 5;", End::Whole);
        let unknown = "cannot find value `x` in this scope";
        let field = "help: you might have meant to use the available field: `self.`";
        assert!(told(unknown, field, &past).starts_with("A method finds the fields"));
        assert!(told(unknown, "", &past).starts_with("A function does not see"));
    }

    #[test]
    fn what_stands_at_the_arrows_counts_but_not_the_code() {
        let label = "expected `&Array`, found `Result<Array, Error>`";
        assert!(remedy("mismatched types", label, "").starts_with("A `Result` is"));
        let note = "   │ Note: help: consider importing this unit variant: `use crate::Color::Red;";
        let unknown = Refusal::new("cannot find value `Red` in this scope", note, "");
        let told = Language::English.remedy(&unknown, &PastCells::default()).unwrap();
        assert!(told.ends_with("`Color::Red`."), "{told}");
        let note = "   │ Note: help: there is a method `fmt` with a similar name, but with other arguments";
        let plan = "no method named `fit` found for struct `zunder::Sequential`";
        let unknown = Refusal::new(plan, note, "");
        let told = Language::English.remedy(&unknown, &PastCells::default()).unwrap();
        assert!(told.starts_with("A network is only a plan"), "{told}");
        let picture = "1 │ let text = \"that must be used\" + 1;";
        let refusal = Refusal::new("mismatched types", picture, "");
        assert!(
            Language::German
                .remedy(&refusal, &PastCells::default())
                .unwrap()
                .starts_with("Vergleich")
        );
    }
}
