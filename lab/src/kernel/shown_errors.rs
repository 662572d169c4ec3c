//! An error of the compiler as evcxr publishes it, in the words and the picture that a learner is to see.

use std::cmp::Reverse;
use std::iter;

use crate::base::colours::without_colours;
use crate::base::tokens::words;

/// A place in the code, and what is said of it.
struct Label<'a> {
    line: &'a str,
    /// So many characters stand before it.
    start: usize,
    width: usize,
    words: String,
}

/// The words with names as everywhere, and without what evcxr has put behind the cell. In the message, it has replaced
/// its variable store so itself.
pub(crate) fn in_usual_words(error: &str, code: &str) -> String {
    let error = with_usual_names(error).replace("`evcxr_variable_store`", "<end of input>");
    without_function_of_evcxr(&error, code)
}

/// Behind the course's prelude, the compiler calls `zunder::Array` by the way on which the cell has come to it.
fn with_usual_names(error: &str) -> String {
    const COURSE: &str = "zunder_course::prelude::";
    let mut parts = error.split(COURSE);
    let mut named = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        named += match part {
            _ if part.starts_with('*') => COURSE, // the cell's own `use`
            _ if part.starts_with("zunder::") => "",
            _ => "zunder::",
        };
        named += part;
    }
    named
}

/// With other words for what is behind a line without its end: evcxr has put a function of its own there.
fn without_function_of_evcxr(error: &str, code: &str) -> String {
    const FOUND: &str = "found keyword `fn`";
    if !error.contains(FOUND) || words(code).iter().any(|word| word == "fn") {
        return error.to_owned();
    }
    error.replace(FOUND, "found the next line")
}

/// The picture of an error in a cell that is not all ASCII, such as one with an umlaut: evcxr draws none then, but
/// shows the line of the cell for each of its labels, and then all helps of the compiler, with or without a place.
pub(crate) fn picture(shown: &[&str], message: &str, code: &str) -> Option<Vec<String>> {
    let is_undrawn = !code.is_ascii() && shown.len() > 1;
    let at = shown.iter().rposition(|part| *part == message).filter(|_| is_undrawn)?;
    let mut labels = labels(&shown[..at], message);
    let helps = shown[at + 1..].iter().filter_map(|help| with_replacement(help));
    let lines: Vec<&str> = code.lines().collect();
    let place = |line: &str| lines.iter().position(|own| *own == line);
    labels.sort_by_key(|label| (place(label.line), Reverse(label.start)));
    let width = lines.len().to_string().len();
    let row = |number: &str, text: &str| format!(" {number:>width$} │ {text}");
    let mut picture = vec![format!("\u{1b}[31mError:\u{1b}[0m {message}")];
    picture.push(format!("{:width$}  ╭─", ""));
    for of_line in labels.chunk_by(|one, other| one.line == other.line) {
        let line = of_line[0].line;
        let is_one = lines.iter().filter(|own| **own == line).count() == 1;
        let number = place(line).filter(|_| is_one).map(|place| (place + 1).to_string());
        picture.push(row(&number.unwrap_or_default(), line));
        for (number, label) in of_line.iter().enumerate() {
            picture.push(row("", &label.below(&of_line[number + 1..])));
        }
    }
    picture.extend(helps.map(|help| row("", &format!("Note: {help}"))));
    picture.push(format!("{}╯", "─".repeat(width + 2)));
    Some(picture)
}

/// The line of the cell in which an error is: the last one in its picture, as what it comes of mostly stands above.
pub(crate) fn line(picture: &str) -> Option<usize> {
    let picture = without_colours(picture);
    picture.lines().rev().find_map(|row| row.split_once(" │")?.0.trim().parse().ok())
}

/// The labels in what stands before the message: those without a place are of evcxr's own code.
fn labels<'a>(shown: &[&'a str], message: &str) -> Vec<Label<'a>> {
    let (mut labels, mut lines) = (Vec::new(), Vec::new());
    for part in shown {
        // Only the signs below a line and their words are coloured.
        if !part.contains('\u{1b}') {
            lines.push(*part);
            continue;
        }
        let plain = without_colours(part);
        let signs = plain.trim_start_matches(' ');
        let words = signs.trim_start_matches('^');
        let (before, width) = (plain.len() - signs.len(), signs.len() - words.len());
        let words = words.trim().replace('\n', " ");
        if let Some(line) = lines.first() {
            // Where a place has several lines, there may be no sign: a blank stands before the words.
            let start = if width == 0 { before.saturating_sub(1) } else { before };
            let is_said = words.strip_prefix("error: ") == Some(message);
            let words = if is_said { String::new() } else { words };
            labels.push(Label { line, start, width, words });
        }
        lines.clear();
    }
    labels
}

impl Label<'_> {
    /// Its row, through which those go that are further left and stand below it.
    fn below(&self, later: &[Label]) -> String {
        let line = self.line.chars().chain(iter::repeat(' ')).enumerate();
        let before = line.take(self.start).map(|(place, letter)| match letter {
            _ if later.iter().any(|label| label.start == place) => '│',
            '\t' => '\t',
            _ => ' ',
        });
        let rule = "─".repeat(self.width.max(3) - 1);
        format!("{}╰{rule} {}", before.collect::<String>(), self.words).trim_end().to_owned()
    }
}

/// A help with what to write: only such a one has a place, and stands in evcxr's picture. None where it has several
/// places, of which the first alone would leave a bracket open.
fn with_replacement(help: &str) -> Option<String> {
    let help = without_colours(help);
    let (words, replacement) = help.rsplit_once("\n\n")?;
    let count = |brackets: &[char]| replacement.matches(brackets).count();
    let is_whole = count(&['(', '[', '{']) == count(&[')', ']', '}']);
    is_whole.then(|| format!("{words}: `{}`", replacement.replace('\n', " ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_course_and_of_evcxr_are_the_usual_ones() {
        let said =
            "found `Result<zunder_course::prelude::Array, zunder_course::prelude::zunder::Error>`";
        assert_eq!(in_usual_words(said, ""), "found `Result<zunder::Array, zunder::Error>`");
        let behind = "expected `;`, found `evcxr_variable_store`";
        assert_eq!(in_usual_words(behind, ""), "expected `;`, found <end of input>");
        let own = "1 │ use zunder_course::prelude::*;";
        assert_eq!(in_usual_words(own, ""), own);
    }

    #[test]
    fn the_line_of_an_error_is_the_last_of_its_picture() {
        let row =
            |number: &str, text: &str| format!("\u{1b}[38;5;246m {number} │\u{1b}[0m {text}\n");
        let moved = [row("1", "f(x)"), row(" ", "  ╰─ 7 │"), row("12", "x"), row("  ", "╰─ used")];
        assert_eq!(line(&moved.concat()), Some(12));
        assert_eq!(line("no matching package"), None);
    }

    #[test]
    fn an_umlaut_costs_no_picture() {
        let label = |signs: &str, words: &str| {
            format!("\u{1b}[91m{signs}\u{1b}[0m \u{1b}[94m{words}\u{1b}[0m")
        };
        let (line, message) = ("let n = 5; let größe: f32 = n;", "mismatched types");
        let found = label(&format!("{:28}^", ""), "expected `f32`, found `usize`");
        let due = label(&format!("{:22}^^^", ""), "expected due to this");
        let help = "\u{1b}[1mhelp\u{1b}[0m: you can cast it\n\n as f32";
        let types = "\u{1b}[1mhelp\u{1b}[0m: the following types implement it\n  `u8`";
        let shown = [line, line, &found, line, &due, message, help, types];
        let code = format!("// one\n{line}\n");
        assert_eq!(
            picture(&shown, message, &code).unwrap(),
            [
                "\u{1b}[31mError:\u{1b}[0m mismatched types",
                "   ╭─",
                " 2 │ let n = 5; let größe: f32 = n;",
                "   │                       │     ╰── expected `f32`, found `usize`",
                "   │                       ╰── expected due to this",
                "   │ Note: help: you can cast it: ` as f32`",
                "───╯",
            ]
        );
        assert_eq!(picture(&shown, message, "let n = 5;"), None, "evcxr has drawn it");
        assert_eq!(picture(&[message], message, &code), None, "it is of no place");
        let again = label("^^^^", &format!("error: {message}"));
        let drawn = picture(&["\tä = ä", &again, message], message, "\tä = ä\n\tä = ä").unwrap();
        assert_eq!(drawn[2..4], ["   │ \tä = ä", "   │ ╰───"], "said once, of one of two lines");
    }
}
