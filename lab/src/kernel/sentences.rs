//! What the relay says to a learner, in the language of the notebook.
//!
//! Over 300 lines: the sentences in both languages, with tests.

use crate::base::language::Language;
use crate::base::spoken::Spoken;
use crate::base::tokens::{Whole, words};

/// The exit code of a process that the stop button has ended.
const STOPPED: &str = "130";

/// So many bytes of an error are shown, as of a value that ends a cell.
const LONGEST_ERROR: usize = 20_000;

/// What is known of a process that is gone.
#[derive(Default)]
pub(crate) struct Last<'a> {
    /// What it wrote to stderr last.
    pub(crate) said: &'a str,
    pub(crate) panic: Option<&'a str>,
    /// The cell that ran.
    pub(crate) code: &'a str,
    /// The last cell that has defined functions.
    pub(crate) functions: &'a str,
}

impl Language {
    /// In the place of a kernel, in every cell.
    pub(crate) fn cannot_start(self, why: &Spoken) -> String {
        self.either(
            format!(
                "The kernel cannot start: {}\nMend that, or show this sentence to whoever installed Zunder, \
                 then restart the kernel. `cargo lab doctor` says more.",
                why.english()
            ),
            format!(
                "Der Kernel kann nicht starten: {}\nBehebe ihn, oder zeig diesen Satz der \
                 Person, die Zunder eingerichtet hat, und starte den Kernel dann neu. `cargo lab doctor` sagt mehr.",
                why.german()
            ),
        )
    }

    /// Below the error of a `?`, and below a panic.
    pub(crate) fn stopped_here(self) -> &'static str {
        self.either(
            "The cell stopped here: variables that it was to make are not there.",
            "Hier hat die Zelle aufgehört: Variablen, die sie anlegen sollte, gibt es nicht.",
        )
    }

    /// The words of an error, as far as anybody reads them.
    pub(crate) fn shortened(self, text: &str) -> String {
        let end = text.floor_char_boundary(LONGEST_ERROR);
        let cut = self.either("... (cut off here)", "... (hier abgeschnitten)");
        format!("{}{}", &text[..end], if end < text.len() { cut } else { "" })
    }

    /// A panic without words.
    pub(crate) fn panicked(self) -> &'static str {
        self.either("The code panicked.", "Der Code ist abgebrochen (panic).")
    }

    /// A panic of a thread that the learner started.
    pub(crate) fn thread_panicked(self, message: &str) -> String {
        self.either(
            format!("A thread panicked: {message}\n"),
            format!("Ein Thread ist abgebrochen (panic): {message}\n"),
        )
    }

    /// Below a cell that has a `#[test]`.
    pub(crate) fn test_is_not_run(self) -> &'static str {
        self.either(
            "A notebook runs no tests: take away `#[test]`, and call the function below it.\n",
            "Ein Notebook führt keine Tests aus: Nimm `#[test]` weg, und ruf die Funktion darunter auf.\n",
        )
    }

    /// Below a cell that has a `main` as programs have it.
    pub(crate) fn main_is_not_called(self) -> &'static str {
        self.either(
            "A notebook does not call `main` by itself: write `main()` below it, or its lines without \
             `fn main() { }`.\n",
            "Ein Notebook ruft `main` nicht von selbst auf: Schreib `main()` darunter, oder die Zeilen ohne \
             `fn main() { }`.\n",
        )
    }

    /// In place of running a cell that begins something and does not end it: evcxr would say nothing, or speak of
    /// what stands before it.
    pub(crate) fn has_no_end(self, what: Whole, line: usize) -> String {
        match what {
            Whole::Comment => self.either(
                format!(
                    "The comment that begins with `/*` in line {line} has no end: write `*/` where it ends. \
                     Nothing was run."
                ),
                format!(
                    "Der Kommentar, der in Zeile {line} mit `/*` beginnt, hat kein Ende: Schreib `*/` dorthin, \
                     wo er aufhört. Nichts wurde ausgeführt."
                ),
            ),
            Whole::Text => self.either(
                format!(
                    "A text has no end: in line {line}, or in one above it, the `\"` is missing that closes it. \
                     Nothing was run."
                ),
                format!(
                    "Ein Text hat kein Ende: In Zeile {line} oder in einer darüber fehlt das `\"`, das ihn \
                     schließt. Nichts wurde ausgeführt."
                ),
            ),
        }
    }

    /// When a cell prints without end.
    pub(crate) fn cut(self, megabytes: usize) -> String {
        self.either(
            format!(
                "\n[The cell has printed more than {megabytes} MB: the rest is not shown. It goes on \
                 running; the stop button ends it.]\n"
            ),
            format!(
                "\n[Die Zelle hat mehr als {megabytes} MB ausgegeben: Der Rest wird nicht gezeigt. Sie läuft \
                 weiter; der Stoppknopf beendet sie.]\n"
            ),
        )
    }

    /// When nobody can be asked for a line.
    pub(crate) fn nobody_to_ask(self) -> &'static str {
        self.either(
            "The cell reads a line from the keyboard, but nobody can be asked here: it gets empty lines. \
             Open the notebook in JupyterLab, or write the value into the cell.\n",
            "Die Zelle liest eine Zeile von der Tastatur, aber hier kann niemand gefragt werden: Sie bekommt \
             leere Zeilen. Öffne das Notebook in JupyterLab, oder schreib den Wert in die Zelle.\n",
        )
    }

    /// When the stop button is pressed before a cell runs.
    pub(crate) fn is_compiled(self) -> &'static str {
        self.either(
            "You pressed stop, but the compiler is still at work, and does not stop: wait until the cell runs, and \
             press then.",
            "Du hast Stopp gedrückt, aber noch arbeitet der Compiler, und er hält nicht an: Warte, bis die Zelle \
             läuft, und drücke dann.",
        )
    }

    /// When the stop button ends a cell that asks again and again.
    pub(crate) fn stopped_reading(self) -> &'static str {
        self.either(
            "The stop button has ended the cell, which waited for the keyboard.",
            "Der Stoppknopf hat die Zelle beendet, die auf die Tastatur gewartet hat.",
        )
    }

    /// When the process that runs the cells is gone: why, what is lost, and what to do. `status` is how
    /// evcxr names the end.
    pub(crate) fn process_ended(self, status: &str, last: &Last) -> String {
        let why = self.why_ended(status, last);
        // Where the stop button was pressed twice, the crate has said it already.
        if exit_code(status) == Some(STOPPED) {
            return why;
        }
        format!("{why}\n{}", self.all_is_lost())
    }

    fn all_is_lost(self) -> &'static str {
        self.either(
            "All variables are lost, functions are not: run the cells again from the top.",
            "Alle Variablen sind weg, Funktionen nicht: Führe die Zellen von oben an noch einmal aus.",
        )
    }

    fn why_ended(self, status: &str, last: &Last) -> String {
        let said = last.said;
        // A Segmentation fault that evcxr could still report is another one: that of a full stack leaves
        // no room for a report.
        let is_reported = said.contains("Segmentation fault");
        if said.contains("memory allocation of") {
            return self.no_memory(said);
        }
        if status.contains("signal: 11") && !is_reported {
            return self.stack_is_full(last);
        }
        if status.contains("signal: 9 ") {
            return self.killed();
        }
        if status.contains("signal: 6 ") {
            return last
                .panic
                .map_or_else(|| self.aborted(status), |panic| self.panicked_in_drop(panic));
        }
        match exit_code(status) {
            Some(STOPPED) => self.stopped(),
            Some(code) => self.exited(code),
            None => self.ended(status),
        }
    }

    fn stack_is_full(self, last: &Last) -> String {
        let names = words(last.code);
        let is_called = |name: &&str| names.iter().any(|word| word == name);
        let name = calls_itself(last.code)
            .or_else(|| calls_itself(last.functions).filter(is_called))
            .map(|name| format!(" `{name}`"));
        if name.is_none() && has_array(&names) {
            return self
                .either(
                    "The stack is full, and the process that runs the cells ended. A very large array, such as \
                     [[0.0; 784]; 60_000], fills it: make it a Vec, vec![[0.0; 784]; 60_000]. A function that \
                     calls itself and never comes to an end does so, too.",
                    "Der Stapel (stack) ist voll, und der Prozess endete, der die Zellen ausführt. Ein sehr großes \
                     Array wie [[0.0; 784]; 60_000] füllt ihn: Nimm dafür einen Vec, vec![[0.0; 784]; 60_000]. \
                     Auch eine Funktion, die sich immer wieder selbst aufruft, tut das.",
                )
                .to_owned();
        }
        let name = name.unwrap_or_default();
        self.either(
            format!(
                "Endless recursion: a function{name} calls itself and never comes to an end (is there a case \
                 in which it does not call itself, and do the calls get there?), until the stack was full \
                 and the process that runs the cells ended. A very large array, such as \
                 [[0.0; 784]; 60_000], fills the stack too: make it a Vec."
            ),
            format!(
                "Endlose Rekursion: Eine Funktion{name} ruft sich immer wieder selbst auf (gibt es einen Fall, \
                 in dem sie es nicht tut, und kommen die Aufrufe dort an?). Irgendwann war der Stapel (stack) voll, \
                 und der Prozess endete, der die Zellen ausführt. Auch ein sehr großes Array \
                 wie [[0.0; 784]; 60_000] füllt den Stapel: Nimm dafür einen Vec."
            ),
        )
    }

    fn no_memory(self, said: &str) -> String {
        let bytes =
            said.split("memory allocation of ").nth(1).and_then(|rest| rest.split(' ').next());
        let bytes = bytes.and_then(|bytes| bytes.parse::<f64>().ok()).unwrap_or_default();
        let gigabytes = format!("{:.1}", bytes / 1e9);
        self.either(
            format!(
                "The memory does not suffice: the cell asked for {gigabytes} GB at once, and the process that \
                 runs the cells ended. Take fewer or smaller values."
            ),
            format!(
                "Der Speicher reicht nicht: Die Zelle wollte {} GB auf einmal, und der Prozess endete, der die \
                 Zellen ausführt. Nimm weniger oder kleinere Werte.",
                gigabytes.replace('.', ",")
            ),
        )
    }

    fn killed(self) -> String {
        self.either(
            "The process that runs the cells was killed from outside, mostly because the memory of the \
             machine was full: take fewer or smaller values, or close other programs.",
            "Der Prozess, der die Zellen ausführt, wurde von außen beendet, meist weil der Speicher des \
             Rechners voll war: Nimm weniger oder kleinere Werte, oder schließ andere Programme.",
        )
        .to_owned()
    }

    fn stopped(self) -> String {
        self.either(
            "The stop button has ended the process that runs the cells.",
            "Der Stoppknopf hat den Prozess beendet, der die Zellen ausführt.",
        )
        .to_owned()
    }

    fn exited(self, code: &str) -> String {
        self.either(
            format!(
                "The cell has ended the process that runs the cells, with exit({code}): to leave a cell early, \
                 use an `if` or a `?`."
            ),
            format!(
                "Die Zelle hat den Prozess beendet, der die Zellen ausführt, mit exit({code}): Um eine Zelle \
                 früher zu verlassen, nimm ein `if` oder ein `?`."
            ),
        )
    }

    /// By a panic in a place from which Rust cannot go on.
    fn panicked_in_drop(self, panic: &str) -> String {
        self.either(
            format!(
                "The code panicked where a panic cannot be caught, such as in `drop`, and the process that runs \
                 the cells ended: {panic}"
            ),
            format!(
                "Der Code ist an einer Stelle abgebrochen (panic), an der sich das nicht auffangen lässt, etwa in \
                 `drop`, und der Prozess endete, der die Zellen ausführt: {panic}"
            ),
        )
    }

    fn aborted(self, status: &str) -> String {
        let status = status.trim();
        self.either(
            format!(
                "The process that runs the cells has ended itself ({status}): mostly by `abort()`, or as `unsafe` \
                 code did what it must not."
            ),
            format!(
                "Der Prozess, der die Zellen ausführt, hat sich selbst beendet ({status}): meist durch `abort()`, \
                 oder weil Code in `unsafe` etwas Verbotenes getan hat."
            ),
        )
    }

    fn ended(self, status: &str) -> String {
        let status = status.trim();
        self.either(
            format!("The process that runs the cells has ended ({status})."),
            format!("Der Prozess, der die Zellen ausführt, ist beendet ({status})."),
        )
    }
}

/// The text in lines that a page need not break: it would, in the middle of a word.
pub(crate) fn in_short_lines(text: &str) -> String {
    const LONGEST: usize = 95;
    let mut broken = String::new();
    for line in text.lines() {
        let mut length = 0;
        for word in line.split_inclusive(' ') {
            let letters = word.chars().count();
            if length > 0 && length + letters > LONGEST {
                broken.truncate(broken.trim_end_matches(' ').len());
                broken.push('\n');
                length = 0;
            }
            broken.push_str(word);
            length += letters;
        }
        broken.push('\n');
    }
    broken.pop();
    broken
}

/// The exit code in how evcxr names the end of a process.
fn exit_code(status: &str) -> Option<&str> {
    status.split("exit status: ").nth(1).map(str::trim)
}

/// Whether the code has an array as in `[0.0; 784]`, and not only the text of a `vec![0.0; 784]`.
fn has_array(code: &[String]) -> bool {
    let begins = |at: usize| code[at] == "[" && (at == 0 || code[at - 1] != "!");
    (0..code.len()).filter(|at| begins(*at)).any(|at| {
        let mut depth = 0;
        for word in &code[at..] {
            match word.as_str() {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" if depth == 1 => return false,
                ")" | "]" | "}" => depth -= 1,
                ";" if depth == 1 => return true,
                _ => {}
            }
        }
        false
    })
}

/// The name of a function that calls itself, if the code has one. This only looks at names: it is for a
/// sentence.
fn calls_itself(code: &str) -> Option<&str> {
    code.split("fn ").skip(1).find_map(|function| {
        let is_of_name = |letter: char| letter.is_alphanumeric() || letter == '_';
        let (name, rest) =
            function.split_at(function.find(|letter| !is_of_name(letter)).filter(|end| *end > 0)?);
        let calls = |at: usize| {
            rest[at + name.len()..].starts_with('(') && !rest[..at].ends_with(is_of_name)
        };
        // Its body ends at the first line that begins with a closing brace.
        let end = rest.find("\n}").unwrap_or(rest.len());
        rest[..end].match_indices(name).any(|(at, _)| calls(at)).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_has_its_own_words_in_both_languages() {
        let ends = [
            ("signal: 11 (SIGSEGV) (core dumped)", "", "Endless recursion", "Endlose Rekursion"),
            ("signal: 11 (SIGSEGV)", "", "Endless recursion", "Endlose Rekursion"),
            (
                "signal: 6 (SIGABRT)",
                "Segmentation fault.\n",
                "has ended itself (signal: 6",
                "hat sich selbst beendet (signal: 6",
            ),
            ("signal: 15 (SIGTERM)", "", "has ended (signal: 15", "ist beendet (signal: 15"),
            (
                "signal: 6 (SIGABRT)",
                "memory allocation of 6272000000000 bytes failed",
                "6272.0 GB",
                "6272,0 GB",
            ),
            ("signal: 9 (SIGKILL)", "", "from outside", "von außen"),
            ("exit status: 1", "", "exit(1)", "exit(1)"),
        ];
        for (status, said, english, german) in ends {
            let words = Language::of("en").process_ended(status, &Last { said, ..Last::default() });
            assert!(words.contains(english) && words.contains("All variables are lost"), "{words}");
            let words = Language::of("de").process_ended(status, &Last { said, ..Last::default() });
            assert!(words.contains(german) && words.contains("Alle Variablen sind weg"), "{words}");
        }
    }

    #[test]
    fn a_panic_that_ends_the_process_is_told() {
        let last = Last { panic: Some("in drop"), ..Last::default() };
        let words = Language::English.process_ended("signal: 6 (SIGABRT)", &last);
        assert!(
            words.contains("such as in `drop`") && words.contains("ended: in drop\n"),
            "{words}"
        );
        let words = Language::German.process_ended("signal: 6 (SIGABRT)", &last);
        assert!(words.contains("endete, der die Zellen ausführt: in drop\n"), "{words}");
    }

    #[test]
    fn after_a_second_press_the_loss_is_not_said_twice() {
        let words = Language::English.process_ended("exit status: 130", &Last::default());
        assert!(words.contains("stop button") && !words.contains("lost"), "{words}");
        let words = Language::German.process_ended("exit status: 130", &Last::default());
        assert!(words.contains("Stoppknopf") && !words.contains("weg"), "{words}");
    }

    #[test]
    fn long_sentences_are_broken_between_words() {
        let words = Language::German.process_ended("signal: 11", &Last::default());
        let broken = in_short_lines(&words);
        assert!(
            broken.lines().all(|line| line.chars().count() <= 95 && line == line.trim()),
            "{broken}"
        );
        assert_eq!(
            broken.split_whitespace().collect::<Vec<_>>(),
            words.split_whitespace().collect::<Vec<_>>()
        );
        assert_eq!(in_short_lines("one\n  two"), "one\n  two");
    }

    #[test]
    fn a_function_that_calls_itself_is_named() {
        let code = "fn one(n: usize) -> usize {\n    undone(n)\n}\nfn deep(n: usize) -> usize { 1 + deep(n + 1) }";
        assert_eq!(calls_itself(code), Some("deep"));
        let full = |code, functions| {
            let last = Last { code, functions, ..Last::default() };
            Language::English.process_ended("signal: 11 (SIGSEGV)", &last)
        };
        assert!(full(code, code).contains("a function `deep` calls itself"));
        assert!(full("deep(1)", code).contains("a function `deep` calls itself"));
        assert!(
            full("other(1)", code).contains("a function calls itself"),
            "it is not called here"
        );
        assert!(full("let x = [[0f32; 784]; 60_000];", code).starts_with("The stack is full"));
        assert!(full("deep([0; 3].len())", code).contains("a function `deep` calls itself"));
        assert!(full("other(vec![0; 3])", code).contains("a function calls itself"));
        assert_eq!(calls_itself("fn one() -> i32 {\n    1\n}\none()"), None);
        assert_eq!(calls_itself("let fn_x = 3; // fn "), None);
    }
}
