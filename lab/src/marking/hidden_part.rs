//! The hidden parts of checks: they never appear in what goes back to learners.

use crate::base::spoken::{Spoken, spoken};
use crate::course::source::Source;
use crate::marking::cell_run::CellRun;

/// So many characters of a hidden line are looked for: what is printed may be cut.
const TELLING: usize = 24;

/// A line shorter than this could be anything.
const SHORT: usize = 12;

/// What gives a hidden part away.
pub(crate) struct HiddenPart {
    /// Beginnings of its lines, without blanks.
    lines: Vec<String>,
}

impl HiddenPart {
    pub(crate) fn of(source: &Source) -> Self {
        // A line that learners know from elsewhere in the notebook gives nothing away.
        let known: String =
            source.tasks().map(|task| dense(&format!("{}{}", task.starter, task.check))).collect();
        let lines = source.tasks().flat_map(|task| task.hidden.lines());
        let lines = lines.map(|line| {
            let line = dense(line);
            let line = line.strip_prefix(".and(||").unwrap_or(&line);
            line.chars().take(TELLING).collect::<String>()
        });
        let lines = lines.filter(|line| line.len() >= SHORT && !known.contains(line.as_str()));
        Self { lines: lines.collect() }
    }

    /// Takes it out of what a cell printed, and the secret name. What was there, as a sentence.
    pub(crate) fn take_out_of(&self, run: &mut CellRun) -> Option<Spoken> {
        let mut texts = vec![&mut run.output, &mut run.errors];
        texts.extend(&mut run.verdicts);
        let is_hidden = texts.iter().any(|text| self.is_in(&dense(text)));
        let was_there =
            texts.into_iter().filter_map(|text| self.take_out_of_text(text).then_some(()));
        (was_there.count() > 0).then(|| {
            if is_hidden {
                spoken!(
                    "A cell prints a hidden part of a check.",
                    "Eine Zelle gibt einen verborgenen Teil einer Prüfung aus."
                )
            } else {
                spoken!(
                    "A cell prints the secret name of a check's result.",
                    "Eine Zelle gibt den geheimen Namen für das Ergebnis einer Prüfung aus."
                )
            }
        })
    }

    fn is_in(&self, dense: &str) -> bool {
        self.lines.iter().any(|hidden| dense.contains(hidden.as_str()))
    }

    fn take_out_of_text(&self, text: &mut String) -> bool {
        let tells = |line: &str| {
            let line = dense(line);
            self.is_in(&line) || has_secret_name(&line)
        };
        // It may be printed over several lines, or all in one.
        if !tells(text) {
            return false;
        }
        let kept: Vec<&str> =
            text.lines().map(|line| if tells(line) { LEFT_OUT } else { line }).collect();
        let kept = kept.join("\n");
        *text = if tells(&kept) { LEFT_OUT.to_owned() } else { kept };
        true
    }
}

/// Whether the secret name of a check's result is printed: it is of no use any more, and would only puzzle.
fn has_secret_name(text: &str) -> bool {
    const DIGITS: usize = 12;
    text.split("application/x-").skip(1).any(|name| {
        name.len() >= DIGITS && name.chars().take(DIGITS).all(|c| c.is_ascii_hexdigit())
    })
}

/// Stands in the place of what is left out.
const LEFT_OUT: &str = "(\u{2026})";

/// Without blanks and backslashes, so that neither another layout nor `{:?}` hides it.
fn dense(text: &str) -> String {
    text.replace("\\n", "").chars().filter(|c| !c.is_whitespace() && *c != '\\').collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::source::{Part, Task};

    fn hidden() -> HiddenPart {
        let task = Task {
            check: "check::double(double)".into(),
            hidden: ".and(|| double(7_654.0) == 15_308.0 && double(\"a\") == 2)".into(),
            ..Task::default()
        };
        let parts = vec![Part::Task(Box::new(task))];
        HiddenPart::of(&Source { name: "x".into(), parts, ..Source::default() })
    }

    #[test]
    fn it_is_taken_out_however_it_is_printed() {
        for printed in [
            "fine\n.and(|| double(7_654.0) == 15_308.0 && double(\"a\") == 2)\nfine",
            "fine\n\"..\\n.and(|| double(7_654.0) == 15_308.0 && double(\\\"a\\\") == 2)\"\nfine",
            "fine\n  |   double( 7_654.0 ) == 15_308.0 && double(\nfine",
        ] {
            let mut run = CellRun { output: printed.into(), ..CellRun::default() };
            assert!(hidden().take_out_of(&mut run).is_some(), "{printed}");
            assert!(run.output.starts_with("fine\n") && !run.output.contains("7_654"), "{run:?}");
        }
        let mut run = CellRun {
            errors: "double(7_654.0)\n== 15_308.0\n&& double(\"a\")".into(),
            ..CellRun::default()
        };
        assert!(hidden().take_out_of(&mut run).is_some() && run.errors == LEFT_OUT, "{run:?}");
    }

    #[test]
    fn what_learners_know_stays() {
        let text = "check::double(double)\ndouble(3.0) == 6.0";
        let mut run = CellRun { output: text.into(), ..CellRun::default() };
        assert_eq!(hidden().take_out_of(&mut run), None);
        assert_eq!(run.output, text);
        assert!(!has_secret_name("application/x-www-form-urlencoded"));
        assert!(has_secret_name("as application/x-0123456789abcdef: 1"));
    }
}
