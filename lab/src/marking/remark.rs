//! What a teacher should know about a hand-in, as sentences in both languages.

use crate::base::language::Language;
use crate::base::spoken::{Spoken, spoken};

/// Something about a hand-in that is not as it was handed out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Remark {
    /// The check of this task was changed; the teacher's was run.
    CheckChanged(String),
    /// The learner's own form of the check of this task passes, and the original does not run: it may look for this
    /// name in vain.
    CheckPasses(String, Option<String>),
    /// The checks of these tasks were missing; they were put back.
    ChecksMissing(Vec<String>),
    /// Code of the learner stood in the check of this task; it was run before or behind it.
    AnswerInCheck(String),
    /// The check of this task stood in another cell.
    CheckMerged(String),
    /// The answer to this task stands behind its check, which was run once more behind it.
    AnswerBehindCheck(String),
    /// The answer to this task stands above its own cell, which is as it was handed out; the check was run there too.
    AnswerAboveTask(String),
    /// The answer to this task may be the course's own solution, which is there to go on with: a cell before its check
    /// calls it.
    GivenUsed(String),
    /// These given cells were missing; they were put back.
    GivenMissing(Vec<String>),
    /// A given cell was changed, and run as the learner has it.
    GivenChanged(String),
    /// This task's own cell is missing.
    TaskMissing(String),
    /// The cell of this name was no code; it was run all the same.
    WasText(String),
    /// The notebook itself shows that this task's solution was looked at.
    SolutionShown(String),
    /// A line that loads the crate from elsewhere; that of the course took its place.
    OtherCrate(String),
    /// How the file was read, or what was left out of it.
    Read(Spoken),
    /// Code contains this, which no task asks for.
    Unusual(String),
    /// What came of a check does not fit together.
    Odd(Spoken),
}

impl Remark {
    /// Whether it may be dishonest: then it is the teacher's business alone, and the learner's page is
    /// silent about it.
    pub(crate) fn is_suspicion(&self) -> bool {
        matches!(self, Remark::Unusual(_) | Remark::Odd(_) | Remark::OtherCrate(_))
    }

    pub(crate) fn sentence(&self, language: Language) -> String {
        self.spoken().get(language).to_owned()
    }

    fn spoken(&self) -> Spoken {
        match self {
            Remark::CheckChanged(task) => spoken!(
                "The check of {task} was changed; the original was run.",
                "Die Prüfung von {task} war geändert; gelaufen ist das Original."
            ),
            Remark::CheckPasses(task, Some(name)) => spoken!(
                "The check of {task} was changed, and says \u{2714} as it is now; the original was run, and finds no \
                 `{name}`.",
                "Die Prüfung von {task} war geändert und sagt so \u{2714}; gelaufen ist das Original, und das findet \
                 `{name}` nicht."
            ),
            Remark::CheckPasses(task, None) => spoken!(
                "The check of {task} was changed, and says \u{2714} as it is now; the original was run, and comes to \
                 no result.",
                "Die Prüfung von {task} war geändert und sagt so \u{2714}; gelaufen ist das Original, und das kommt zu \
                 keinem Ergebnis."
            ),
            Remark::ChecksMissing(tasks) => match tasks.as_slice() {
                [task] => spoken!(
                    "The check of {task} was missing; it was put back.",
                    "Die Prüfung von {task} fehlte; sie wurde wieder eingesetzt."
                ),
                tasks => spoken!(
                    "The checks of these tasks were missing; they were put back: {}.",
                    "Die Prüfungen dieser Aufgaben fehlten; sie wurden wieder eingesetzt: {}.",
                    tasks.join(", ")
                ),
            },
            Remark::AnswerInCheck(task) => spoken!(
                "Other code stood in the check's cell of {task}; it was run, and then the original check.",
                "In der Prüfzelle von {task} stand noch anderer Code; er lief, und dann die Prüfung im Original."
            ),
            Remark::CheckMerged(task) => spoken!(
                "The check of {task} stood in another cell; the original was run there.",
                "Die Prüfung von {task} stand in einer anderen Zelle; dort lief das Original."
            ),
            Remark::AnswerBehindCheck(task) => spoken!(
                "The answer to {task} stands behind its check; the check was run once more behind it.",
                "Die Antwort auf {task} steht hinter ihrer Prüfung; dahinter lief die Prüfung noch einmal."
            ),
            Remark::AnswerAboveTask(task) => spoken!(
                "The answer to {task} stands above the task's own cell, which is as it was handed out; the check was \
                 run above it as well.",
                "Die Antwort auf {task} steht über der Zelle der Aufgabe, an der nichts geändert ist; die Prüfung lief \
                 auch darüber."
            ),
            Remark::GivenUsed(task) => spoken!(
                "Before the check of {task} a cell calls the course's own solution (`given::`).",
                "Vor der Prüfung von {task} ruft eine Zelle die fertige Lösung des Kurses auf (`given::`)."
            ),
            Remark::GivenMissing(cells) => match cells.as_slice() {
                [cell] => spoken!(
                    "The given cell {cell} was missing; it was put back.",
                    "Die vorgegebene Zelle {cell} fehlte; sie wurde wieder eingesetzt."
                ),
                cells => spoken!(
                    "{} given cells were missing; they were put back: {}.",
                    "{} vorgegebene Zellen fehlten; sie wurden wieder eingesetzt: {}.",
                    cells.len(),
                    cells.join(", ")
                ),
            },
            Remark::GivenChanged(cell) => spoken!(
                "The given cell {cell} was changed; it was run as it was handed in.",
                "Die vorgegebene Zelle {cell} war geändert; sie lief so, wie sie abgegeben wurde."
            ),
            Remark::TaskMissing(task) => spoken!(
                "The cell of the task {task} is missing.",
                "Die Zelle der Aufgabe {task} fehlt."
            ),
            Remark::WasText(cell) => spoken!(
                "The cell {cell} was no code cell; it was run as code.",
                "Die Zelle {cell} war keine Code-Zelle; sie lief trotzdem als Code."
            ),
            Remark::SolutionShown(task) => spoken!(
                "The solution of {task} was shown in the notebook.",
                "Die Lösung von {task} wurde im Notebook gezeigt."
            ),
            Remark::OtherCrate(line) => spoken!(
                "The line `{line}` loads the crate from elsewhere; that of the course took its place.",
                "Die Zeile `{line}` lädt die Crate von anderswo; an ihre Stelle kam die des Kurses."
            ),
            Remark::Read(sentence) | Remark::Odd(sentence) => sentence.clone(),
            Remark::Unusual(what) => spoken!(
                "A cell contains `{what}`, which no task asks for: have a look.",
                "Eine Zelle enthält `{what}`, was keine Aufgabe verlangt: Bitte ansehen."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_that_were_missing_make_one_sentence() {
        let names = |count: usize| (1..=count).map(|number| format!("t{number}")).collect();
        let said = |remark: Remark| Language::ALL.map(|language| remark.sentence(language));
        let [english, german] = said(Remark::ChecksMissing(names(2)));
        assert_eq!(english, "The checks of these tasks were missing; they were put back: t1, t2.");
        assert_eq!(
            german,
            "Die Prüfungen dieser Aufgaben fehlten; sie wurden wieder eingesetzt: t1, t2."
        );
        let [english, german] = said(Remark::GivenMissing(names(1)));
        assert_eq!(english, "The given cell t1 was missing; it was put back.");
        assert_eq!(german, "Die vorgegebene Zelle t1 fehlte; sie wurde wieder eingesetzt.");
    }

    #[test]
    fn where_an_answer_comes_from_is_no_suspicion_and_said_in_both_languages() {
        for (remark, begins) in [
            (
                Remark::GivenUsed("flatten".into()),
                ["Before the check of flatten ", "Vor der Prüfung von flatten "],
            ),
            (
                Remark::AnswerAboveTask("flatten".into()),
                ["The answer to flatten ", "Die Antwort auf flatten "],
            ),
            (
                Remark::CheckPasses("flatten".into(), Some("x_flat".into())),
                ["The check of flatten ", "Die Prüfung von flatten "],
            ),
            (
                Remark::CheckPasses("flatten".into(), None),
                ["The check of flatten ", "Die Prüfung von flatten "],
            ),
        ] {
            let [english, german] = Language::ALL.map(|language| remark.sentence(language));
            assert!(english.starts_with(begins[0]), "{english}");
            assert!(german.starts_with(begins[1]), "{german}");
            assert!(!remark.is_suspicion());
        }
    }
}
