//! What came of one cell.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is kept of each cell's output, for the report.
const KEPT: usize = 10_000;

/// What came of one cell.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct CellRun {
    /// What it printed and what it is, cut when it is long.
    pub(crate) output: String,
    /// Errors of the compiler, panics, and what it printed to stderr; cut as well.
    pub(crate) errors: String,
    pub(crate) is_cut: bool,
    /// Whether it showed a picture, which the report leaves out.
    pub(crate) has_picture: bool,
    /// It took too long and heeded the interrupt.
    pub(crate) was_interrupted: bool,
    /// The number that it is, as a check is.
    pub(crate) number: Option<usize>,
    /// What its check says under the secret name.
    pub(crate) passed: bool,
    pub(crate) seconds: f64,
    /// Bytes printed, of which most may not be kept.
    #[serde(skip)]
    pub(crate) printed: u64,
}

impl CellRun {
    /// Takes in something that the kernel published for this cell.
    pub(crate) fn take(&mut self, kind: &str, content: &Value, secret: &str) {
        match kind {
            "stream" => {
                let text = content["text"].as_str().unwrap_or_default();
                self.printed += text.len() as u64;
                let is_error = content["name"] == "stderr";
                let kept = if is_error { &mut self.errors } else { &mut self.output };
                keep(kept, text, &mut self.is_cut);
            }
            "execute_result" | "display_data" => self.take_data(&content["data"], secret),
            "error" => {
                let lines = content["traceback"].as_array().into_iter().flatten();
                let lines: Vec<&str> = lines.filter_map(Value::as_str).collect();
                let text = if lines.is_empty() {
                    content["evalue"].as_str().unwrap_or_default().to_owned()
                } else {
                    lines.join("\n")
                };
                self.printed += text.len() as u64;
                keep(&mut self.errors, &(without_colours(&text) + "\n"), &mut self.is_cut);
            }
            _ => {}
        }
    }

    fn take_data(&mut self, data: &Value, secret: &str) {
        let Some(data) = data.as_object() else { return };
        let text = data.get("text/plain").and_then(Value::as_str);
        self.number = text.and_then(|text| text.trim().lines().next_back()?.trim().parse().ok());
        if !secret.is_empty() {
            self.passed = data.get(secret).and_then(Value::as_str).map(str::trim) == Some("true");
        } else if let Some(text) = text {
            self.printed += text.len() as u64;
            keep(&mut self.output, &format!("{}\n", text.trim_end()), &mut self.is_cut);
        }
        self.has_picture |= data.keys().any(|kind| kind.starts_with("image/"));
        self.has_picture |= secret.is_empty() && text.is_none() && data.contains_key("text/html");
    }
}

fn keep(kept: &mut String, text: &str, is_cut: &mut bool) {
    let room = KEPT.saturating_sub(kept.len());
    if text.len() > room {
        *is_cut = true;
    }
    kept.push_str(&text[..text.floor_char_boundary(room)]);
}

/// Without the codes that colour a terminal.
fn without_colours(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text.split("\u{1b}[");
    plain.push_str(rest.next().unwrap_or_default());
    for part in rest {
        let end = part.find(|c: char| c.is_ascii_alphabetic()).map_or(part.len(), |end| end + 1);
        plain.push_str(&part[end..]);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_the_secret_name_says_that_a_check_passed() {
        let mut run = CellRun::default();
        run.take("stream", &json!({"name": "stdout", "text": "right!\n2\n"}), "secret");
        assert_eq!((run.passed, run.number), (false, None));
        run.take(
            "execute_result",
            &json!({"data": {"text/plain": "2\n2\n", "s": "true"}}),
            "secret",
        );
        assert_eq!((run.passed, run.number), (false, Some(2)));
        let result =
            json!({"data": {"text/plain": "2", "secret": "true\n", "text/html": "<b>2</b>"}});
        run.take("execute_result", &result, "secret");
        assert_eq!((run.passed, run.number, run.has_picture), (true, Some(2), false));
        assert_eq!(run.output, "right!\n2\n");
    }

    #[test]
    fn long_outputs_are_cut_and_counted_whole() {
        let mut run = CellRun::default();
        for _ in 0..3 {
            run.take("stream", &json!({"name": "stdout", "text": "ä".repeat(4_000)}), "");
        }
        assert_eq!((run.output.len(), run.printed, run.is_cut), (10_000, 24_000, true));
    }

    #[test]
    fn colours_are_left_out() {
        assert_eq!(without_colours("\u{1b}[31mError:\u{1b}[0m no"), "Error: no");
    }
}
