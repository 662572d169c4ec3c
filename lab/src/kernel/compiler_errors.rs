//! What the compiler says of a cell, before evcxr reads it.
//!
//! evcxr shows the last expression of a cell in one of two ways, and tries the second where the compiler's error is in
//! what the first one has written. But where the note of such an error points into the learner's
//! code ("function defined here"), it takes the note for the error: a learner then reads the note alone, and
//! some cells fail that the second way would have compiled. So these notes lose their place, and so do those of
//! errors in evcxr's own lines. And where a variable cannot be kept since that expression uses it up, the error points
//! to where it would be kept alone.

use std::io::{BufRead, Write};
use std::path::Path;

use serde_json::{Value, json};

use crate::base::failure::{Explain, Result};
use crate::base::files;
use crate::base::spoken::spoken;

/// Where the wrapper of the compiler finds this program.
pub(crate) const PROGRAM: &str = "ZUNDER_PROGRAM";

/// The name of the command that changes what the compiler says.
pub(crate) const COMMAND: &str = "compiler-errors";

/// What evcxr writes behind the last expression of a cell in the first way. In the second, the expression counts as
/// the learner's.
const FIRST_WAY: &str = ").evcxr_display();";

/// What evcxr's own function gives back, around the learner's code. A type `Result` of the learner's makes that an
/// error, whose note would stand above each error of theirs.
const HEAD: &str = "-> Result<(), EvcxrUserCodeError> {";

/// Where a cell stands, seen from where it is compiled.
const CELL: &str = "src/lib.rs";

/// The part of the compiler's wrapper that compiles a cell with this command. Of warnings, evcxr would show all
/// as errors with the first real one; but that a `Result` is forgotten is one.
///
/// The stop button's signal is for the cell, and must not end the shell that waits here.
pub(crate) fn compile(command: &str) -> String {
    format!(
        r#"    *" --crate-name ctx "*)
        trap '' INT
        exec 3>&1
        said=$({command} -Awarnings -Dunused_must_use 2>&1 >&3)
        status=$?
        if [ $status -ne 0 ] && [ -x "${{{PROGRAM}-}}" ]; then
            printf '%s\n' "$said" | "${PROGRAM}" {COMMAND} >&2 || printf '%s\n' "$said" >&2
        elif [ -n "$said" ]; then
            printf '%s\n' "$said" >&2
        fi
        exit $status
        ;;
"#
    )
}

/// Reads what the compiler says of the cell in this folder, and writes it as evcxr is to read it.
pub(crate) fn run() -> Result<()> {
    let cell = files::read_text(Path::new(CELL))?;
    let change = || -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        for line in std::io::stdin().lock().lines() {
            writeln!(out, "{}", for_evcxr(&line?, &cell))?;
        }
        out.flush()
    };
    change().explain(|| spoken!("read what the compiler says", "die Worte des Compilers zu lesen"))
}

/// A line of the compiler as evcxr is to read it.
fn for_evcxr(line: &str, cell: &str) -> String {
    let Ok(mut said) = serde_json::from_str::<Value>(line) else { return line.to_owned() };
    if is_of_used_up(&said, cell) {
        said["spans"].as_array_mut().into_iter().for_each(|spans| spans.retain(is_primary));
        said["children"] = json!([]);
        return said.to_string();
    }
    let Some(begin) = begin_of_shown(&said, cell).filter(|_| said["level"] == "error") else {
        return line.to_owned();
    };
    for note in said["children"].as_array_mut().into_iter().flatten() {
        if lines(note).any(|line| line < begin) {
            note["spans"] = json!([]);
        }
    }
    said.to_string()
}

/// Whether a variable that the last expression uses up, as in `history?.plot("loss")`, cannot be kept: evcxr then keeps
/// it no more. But where the error also points into the expression, it takes the second way as well, which shows no
/// picture and no verdict.
fn is_of_used_up(error: &Value, cell: &str) -> bool {
    let Some(end) = cell.rfind(FIRST_WAY) else { return false };
    let end = line_of(cell, end);
    let spans = error["spans"].as_array();
    let primary = spans.into_iter().flatten().find(|span| is_primary(span));
    let line = primary.and_then(|span| in_cell(span)?["line_start"].as_u64());
    error["code"]["code"] == "E0382" && line.is_some_and(|line| line > end)
}

fn is_primary(span: &Value) -> bool {
    span["is_primary"] == true
}

/// If this error is in the last expression, or in what evcxr writes behind it, such as where it keeps the variables:
/// the line where that begins. If it is in the head of evcxr's own function: no line of the learner's is before that.
fn begin_of_shown(error: &Value, cell: &str) -> Option<u64> {
    let last_line = lines(error).max()?;
    let is_head = |line: u64| {
        let text = usize::try_from(line).ok().and_then(|line| cell.lines().nth(line - 1));
        text.is_some_and(|text| text.contains(HEAD))
    };
    if lines(error).all(is_head) {
        return Some(u64::MAX);
    }
    last_expression(cell).filter(|begin| last_line >= *begin)
}

/// The line where the last expression begins in the first way: with the bracket that evcxr has opened. Those in texts
/// are counted, too; so it may not be found.
fn last_expression(cell: &str) -> Option<u64> {
    let end = cell.rfind(FIRST_WAY)?;
    let mut open = 0;
    let begin = cell[..=end].bytes().rposition(|byte| {
        open += i32::from(byte == b')') - i32::from(byte == b'(');
        open == 0
    })?;
    Some(line_of(cell, begin))
}

fn line_of(cell: &str, place: usize) -> u64 {
    cell[..place].matches('\n').count() as u64 + 1
}

/// The lines of the cell at which a message of the compiler points.
fn lines(message: &Value) -> impl Iterator<Item = u64> {
    let spans = message["spans"].as_array().into_iter().flatten();
    spans.filter_map(|span| in_cell(span)?["line_start"].as_u64())
}

/// The place in the cell from which a macro is called, or the place itself.
fn in_cell(span: &Value) -> Option<&Value> {
    if span["file_name"].as_str()?.ends_with("lib.rs") {
        return Some(span);
    }
    in_cell(span.get("expansion")?.get("span")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELL: &str = "fn f(a: u8) -> u8 { a }\nlet x = f();\n(match f(1) {\n  n => f(n, ')')\n}).evcxr_display();\n";

    fn error(line: u64, note: u64) -> String {
        let span = |line| json!([{"file_name": "src/lib.rs", "line_start": line}]);
        let children = [json!({"message": "function defined here", "spans": span(note)})];
        json!({"level": "error", "message": "E", "spans": span(line), "children": children})
            .to_string()
    }

    fn keeps_place(line: u64, note: u64, cell: &str) -> bool {
        let said: Value = serde_json::from_str(&for_evcxr(&error(line, note), cell)).unwrap();
        said["children"][0]["spans"] != json!([])
    }

    #[test]
    fn the_last_expression_is_found() {
        let cell = "(a\n(1)).evcxr_display();\n";
        assert_eq!(last_expression(cell), Some(1));
        assert_eq!(last_expression("let x = 1;\n"), None);
        assert_eq!(last_expression(") (1)).evcxr_display();"), None);
    }

    #[test]
    fn a_note_in_front_of_the_last_expression_loses_its_place() {
        let cell = CELL.replace("')'", "2");
        assert!(!keeps_place(4, 1, &cell), "an error in the last expression");
        assert!(keeps_place(4, 3, &cell), "a note within it");
        assert!(keeps_place(2, 1, &cell), "an error of another statement");
        assert!(keeps_place(4, 1, "let x = f();"), "as the learner wrote it");
        assert!(!keeps_place(6, 1, &cell), "where evcxr keeps a variable that has moved");
    }

    #[test]
    fn a_note_of_an_error_in_evcxrs_own_function_loses_its_place() {
        let cell =
            format!("type Result<T> = std::result::Result<T, u8>;\nfn f(){HEAD}\nlet x = 1;\n}}");
        assert!(!keeps_place(2, 1, &cell) && !keeps_place(2, 3, &cell));
        assert!(keeps_place(3, 1, &cell), "an error of the learner's");
    }

    #[test]
    fn a_variable_that_the_last_expression_uses_up_is_only_not_kept() {
        let cell = "let x = take();\n(\nx?.plot()\n).evcxr_display();\nput(x);\n";
        let places = |code: &str, kept: u64| {
            let span = |line: u64, is_primary: bool| json!({"file_name": "src/lib.rs", "line_start": line, "is_primary": is_primary});
            let help = json!({"message": "consider cloning", "spans": [span(3, true)]});
            let spans = [span(3, false), span(kept, true), span(1, false)];
            let said = json!({"level": "error", "code": {"code": code}, "spans": spans, "children": [help]});
            let said = serde_json::from_str(&for_evcxr(&said.to_string(), cell)).unwrap();
            let mut all: Vec<u64> = lines(&said).collect();
            all.extend(said["children"].as_array().into_iter().flatten().flat_map(lines));
            all
        };
        assert_eq!(places("E0382", 5), [5]);
        assert_eq!(places("E0382", 3), [3, 3, 1, 3], "the learner's own mistake");
        assert_eq!(places("E0505", 5), [3, 5, 1, 3]);
    }

    #[test]
    fn other_lines_stay_as_they_are() {
        for line in ["no JSON", r#"{"level":"warning","spans":[]}"#, "{}"] {
            assert_eq!(for_evcxr(line, CELL), line);
        }
    }
}
