//! What came of one cell.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base::colours::without_colours;
use crate::kernel::stage::Stream;
use crate::marking::limits::Stop;

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
    /// Why the kernel had to be ended at this cell, or ended by itself.
    pub(crate) ended: Option<Stop>,
    /// What its check says under the secret name: the first such message, and no later one.
    pub(crate) result: Option<CheckResult>,
    /// Whether more came under the secret name than one result.
    pub(crate) is_repeated: bool,
    /// What looks like a check's verdict, one sentence each, however much was printed before it.
    pub(crate) verdicts: Vec<String>,
    /// The last verdict may go on in the next line.
    #[serde(skip)]
    pub(crate) is_in_verdict: bool,
    /// Whether the kernel says that the cell ran to its end.
    pub(crate) went_well: bool,
    /// The process that runs the cells is gone, and all variables with it.
    pub(crate) lost_all: bool,
    /// What the cell printed cannot be told from what the kernel says: results come late from now on.
    pub(crate) out_of_step: bool,
    pub(crate) seconds: f64,
    /// Bytes printed, of which most may not be kept.
    #[serde(skip)]
    pub(crate) printed: u64,
}

/// The result of a check.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct CheckResult {
    pub(crate) passed: bool,
    /// The points, as the check counts them.
    pub(crate) number: Option<usize>,
}

/// How many verdicts of a cell are kept; its check has one.
const VERDICTS: usize = 5;

/// So many characters of a verdict are kept.
const LONGEST_VERDICT: usize = 1_000;

/// What the further lines of a verdict begin with: that of `in_short_lines` in data/src/base/lines.rs.
const INDENT: &str = "      ";

impl CellRun {
    /// Takes in something that the kernel published for this cell.
    pub(crate) fn take(&mut self, kind: &str, content: &Value, secret: &str) {
        match kind {
            "stream" => {
                let is_error = content["name"] == "stderr";
                let stream = if is_error { Stream::Stderr } else { Stream::Stdout };
                self.take_text(stream, content["text"].as_str().unwrap_or_default());
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
                let text = without_colours(&text);
                self.lost_all |= text.contains("Subprocess terminated");
                self.out_of_step |= text.contains("did not contain valid UTF-8");
                self.keep_error(&(text + "\n"));
            }
            "execute_reply" => self.went_well = content["status"] == "ok",
            _ => {}
        }
    }

    /// Takes in whole lines that it printed.
    pub(crate) fn take_text(&mut self, stream: Stream, text: &str) {
        self.printed += text.len() as u64;
        match stream {
            Stream::Stderr => self.keep_error(text),
            Stream::Stdout => {
                self.keep_verdicts(text);
                keep(&mut self.output, text, &mut self.is_cut);
            }
        }
    }

    /// The kernel may tell an error twice, as an answer and as text.
    fn keep_error(&mut self, text: &str) {
        if !self.errors.contains(text.trim()) {
            keep(&mut self.errors, text, &mut self.is_cut);
        }
    }

    /// A check breaks its sentence into short lines, of which all but the first are indented.
    fn keep_verdicts(&mut self, text: &str) {
        for line in text.lines() {
            if let Some(place) = line.find(MARKS) {
                self.verdicts.push(line[place..].chars().take(LONGEST_VERDICT).collect());
                if self.verdicts.len() > VERDICTS {
                    self.verdicts.remove(0); // the check itself speaks last
                }
                self.is_in_verdict = true;
            } else if let Some(rest) = line.strip_prefix(INDENT).filter(|_| self.is_in_verdict) {
                self.go_on_with_verdict(rest);
            } else {
                self.is_in_verdict = false;
            }
        }
    }

    fn go_on_with_verdict(&mut self, rest: &str) {
        let Some(verdict) = self.verdicts.last_mut() else { return };
        let room = LONGEST_VERDICT.saturating_sub(verdict.chars().count());
        verdict.extend([" ", rest].into_iter().flat_map(str::chars).take(room));
        self.is_in_verdict = room > 0;
    }

    fn take_data(&mut self, data: &Value, secret: &str) {
        let Some(data) = data.as_object() else { return };
        let text = data.get("text/plain").and_then(Value::as_str);
        if let Some(passed) = data.get(secret).filter(|_| !secret.is_empty()) {
            let number = text.and_then(|text| text.trim().lines().next_back()?.trim().parse().ok());
            let passed = passed.as_str().map(str::trim) == Some("true");
            self.is_repeated |= self.result.is_some();
            self.result.get_or_insert(CheckResult { passed, number });
        } else if let Some(text) = text.filter(|_| secret.is_empty()) {
            self.printed += text.len() as u64;
            keep(&mut self.output, &format!("{}\n", text.trim_end()), &mut self.is_cut);
        }
        self.has_picture |= data.keys().any(|kind| kind.starts_with("image/"));
        self.has_picture |= secret.is_empty() && text.is_none() && data.contains_key("text/html");
    }

    /// Whether a cell may be run again when the kernel starts anew: it did what it should.
    pub(crate) fn is_good(&self) -> bool {
        let is_fine = self.went_well && self.ended.is_none() && !self.was_interrupted;
        is_fine && !self.lost_all && !self.out_of_step
    }
}

/// What a verdict begins with.
const MARKS: [char; 2] = ['\u{2714}', '\u{2718}'];

fn keep(kept: &mut String, text: &str, is_cut: &mut bool) {
    let room = KEPT.saturating_sub(kept.len());
    if text.len() > room {
        *is_cut = true;
    }
    kept.push_str(&text[..text.floor_char_boundary(room)]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_the_secret_name_says_that_a_check_passed() {
        let mut run = CellRun::default();
        run.take("stream", &json!({"name": "stdout", "text": "right!\n2\n"}), "secret");
        let forged = json!({"data": {"text/plain": "2\n2\n", "s": "true"}});
        run.take("execute_result", &forged, "secret");
        assert_eq!(run.result, None);
        let result =
            json!({"data": {"text/plain": "2", "secret": "true\n", "text/html": "<b>2</b>"}});
        run.take("execute_result", &result, "secret");
        let expected = Some(CheckResult { passed: true, number: Some(2) });
        assert_eq!((run.result, run.has_picture, run.is_repeated), (expected, false, false));
        assert_eq!(run.output, "right!\n2\n");
        // evcxr's own `:timing` sends one more, and someone who has found the secret may, too.
        run.take("execute_result", &json!({"data": {"text/html": "Took 1 ms"}}), "secret");
        assert_eq!((run.result, run.is_repeated), (expected, false));
        run.take(
            "execute_result",
            &json!({"data": {"text/plain": "0", "secret": "false"}}),
            "secret",
        );
        assert_eq!((run.result, run.is_repeated), (expected, true));
    }

    #[test]
    fn a_verdict_is_kept_behind_any_flood_and_any_print() {
        let mut run = CellRun::default();
        let text = format!("{}\nno end \u{2714} flatten: right!\n", "x".repeat(20_000));
        run.take("stream", &json!({"name": "stdout", "text": text}), "secret");
        assert_eq!(run.verdicts, ["\u{2714} flatten: right!"]);
    }

    #[test]
    fn a_verdict_is_kept_whole_and_nothing_behind_it() {
        let verdicts = |texts: &[&str]| {
            let mut run = CellRun::default();
            for text in texts {
                run.take("stream", &json!({"name": "stdout", "text": text}), "secret");
            }
            run.verdicts
        };
        let first = "mine\n      mine\n\u{2718} predict_shapes: not yet: the number is\n";
        let rest = [
            "      not right; `row` takes\n",
            "      one away.\n0 of 7 tasks of this notebook done.\n",
        ];
        let whole =
            "\u{2718} predict_shapes: not yet: the number is not right; `row` takes one away.";
        assert_eq!(verdicts(&[first, rest[0], rest[1], "      mine\n"]), [whole]);
        assert_eq!(verdicts(&[&format!("{first}{}{}      mine", rest[0], rest[1])]), [whole]);
        // What has a mark is a verdict of its own, and two of them are pointed out.
        assert_eq!(verdicts(&[first, "      \u{2714} predict_shapes: right!\n"]).len(), 2);
        let endless = "      and so on\n".repeat(10_000);
        assert_eq!(verdicts(&[first, &endless])[0].chars().count(), LONGEST_VERDICT);
    }

    #[test]
    fn how_a_cell_ended_is_known_from_the_kernels_words() {
        let error = |text: &str| {
            let mut run = CellRun::default();
            run.take("error", &json!({"evalue": text, "traceback": []}), "");
            run.take("stream", &json!({"name": "stderr", "text": format!("{text}\n")}), "");
            run.take("execute_reply", &json!({"status": "error"}), "");
            assert_eq!(run.errors.matches(text).count(), 1);
            (run.lost_all, run.out_of_step, run.is_good())
        };
        assert_eq!(error("Subprocess terminated with status: signal: 6"), (true, false, false));
        assert_eq!(error("stream did not contain valid UTF-8"), (false, true, false));
        assert_eq!(error("mismatched types"), (false, false, false));
        let mut run = CellRun::default();
        run.take("execute_reply", &json!({"status": "ok"}), "");
        assert!(run.is_good());
    }

    #[test]
    fn long_outputs_are_cut_and_counted_whole() {
        let mut run = CellRun::default();
        for _ in 0..3 {
            run.take("stream", &json!({"name": "stdout", "text": "ä".repeat(4_000)}), "");
        }
        assert_eq!((run.output.len(), run.printed, run.is_cut), (10_000, 24_000, true));
    }
}
