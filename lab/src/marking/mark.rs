//! What a hand-in is worth, and why.

use crate::course::language::Language;
use crate::course::source::Source;
use crate::marking::cell_run::CellRun;
use crate::marking::compose::{Composition, Remark, Step};
use crate::marking::hand_in::HandIn;
use crate::marking::limits::Stop;
use crate::marking::supervisor::Outcome;

/// What one hand-in came to.
pub(crate) struct Mark {
    pub(crate) hand_in: HandIn,
    pub(crate) status: Status,
    pub(crate) tasks: Vec<TaskMark>,
    pub(crate) remarks: Vec<Remark>,
    /// What was run, and what came of it; less than was to be run when it was stopped.
    pub(crate) steps: Vec<Step>,
    pub(crate) cells: Vec<CellRun>,
    pub(crate) seconds: f64,
    pub(crate) memory: u64,
}

/// How marking a hand-in ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Status {
    /// Every cell was run.
    Ran,
    /// So was this one, but some cell was interrupted because it took too long.
    Interrupted,
    Stopped(Stop),
    /// The file is no notebook that can be run, and why.
    Unreadable(String),
    /// It says it is this exercise, which there is not.
    UnknownExercise(String),
    /// The marker itself failed; the hand-in should be marked again.
    NotMarked(String),
}

/// What one task came to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TaskMark {
    pub(crate) name: String,
    pub(crate) points: usize,
    pub(crate) of: usize,
    pub(crate) finding: Finding,
}

/// Why a task has its points.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Finding {
    /// The check's own words.
    Verdict(String),
    /// The check could not be run to its end.
    NoResult,
    /// The run ended before.
    NotReached,
}

impl Mark {
    /// The mark of a hand-in that was not run.
    pub(crate) fn without_run(hand_in: HandIn, source: Option<&Source>, status: Status) -> Self {
        let task = |task: &crate::course::source::Task| TaskMark {
            name: task.name.clone(),
            points: 0,
            of: task.points,
            finding: Finding::NotReached,
        };
        let tasks = source.iter().flat_map(|source| source.tasks()).map(task).collect();
        let (remarks, steps, cells) = Default::default();
        Self { hand_in, status, tasks, remarks, steps, cells, seconds: 0.0, memory: 0 }
    }

    /// The mark of a hand-in that was run.
    pub(crate) fn of(
        hand_in: HandIn,
        source: &Source,
        composition: Composition,
        outcome: Outcome,
    ) -> Self {
        let mut mark = Self::without_run(hand_in, Some(source), Status::Ran);
        for task in &mut mark.tasks {
            // The last one, should a learner have copied the check.
            let runs = composition.steps.iter().zip(&outcome.cells);
            let mut checks = runs.filter(|(step, _)| step.checks.as_ref() == Some(&task.name));
            let Some((_, run)) = checks.next_back() else { continue };
            (task.points, task.finding) = judge(run, task.of);
        }
        mark.status = match outcome.stop {
            Some(stop) => Status::Stopped(stop),
            None if outcome.cells.iter().any(|cell| cell.was_interrupted) => Status::Interrupted,
            None => Status::Ran,
        };
        mark.remarks = composition.remarks;
        mark.steps = composition.steps;
        mark.cells = outcome.cells;
        mark.seconds = outcome.seconds;
        mark.memory = outcome.memory;
        mark
    }

    pub(crate) fn points(&self) -> usize {
        self.tasks.iter().map(|task| task.points).sum()
    }

    /// None when nobody knows which exercise it is.
    pub(crate) fn of_points(&self) -> Option<usize> {
        let known = !matches!(self.status, Status::UnknownExercise(_)) && !self.tasks.is_empty();
        known.then(|| self.tasks.iter().map(|task| task.of).sum())
    }

    pub(crate) fn percent(&self) -> Option<usize> {
        let of = self.of_points().filter(|of| *of > 0)?;
        Some((100 * self.points() + of / 2) / of)
    }
}

/// The points of a check that was run: all or none, and the number as well as the secret word
/// must say so.
fn judge(run: &CellRun, of: usize) -> (usize, Finding) {
    let points = run.number.filter(|_| run.passed).unwrap_or(0).min(of);
    let is_verdict = |line: &&str| line.starts_with(['\u{2714}', '\u{2718}']);
    match run.output.lines().rfind(is_verdict) {
        Some(line) if run.number.is_some() => (points, Finding::Verdict(line.to_owned())),
        _ => (points, Finding::NoResult),
    }
}

/// One of two texts.
pub(crate) fn either<T>(language: Language, english: T, german: T) -> T {
    match language {
        Language::English => english,
        Language::German => german,
    }
}

impl Status {
    /// One word for the table.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Status::Ran => "ran",
            Status::Interrupted | Status::Stopped(Stop::Time | Stop::TotalTime) => "time",
            Status::Stopped(Stop::Memory) => "memory",
            Status::Stopped(Stop::Processes) => "processes",
            Status::Stopped(Stop::Output) => "output",
            Status::Stopped(Stop::Files) => "files",
            Status::Stopped(Stop::Died) => "died",
            Status::Stopped(Stop::Machine | Stop::Abandoned) | Status::NotMarked(_) => "not marked",
            Status::Unreadable(_) => "unreadable",
            Status::UnknownExercise(_) => "unknown exercise",
        }
    }

    /// What happened, as a sentence; none when nothing did.
    pub(crate) fn reason(&self, language: Language) -> String {
        let say = |english: &str, german: &str| either(language, english, german).to_owned();
        match self {
            Status::Ran => String::new(),
            Status::Interrupted => say(
                "A cell took too long and was interrupted.",
                "Eine Zelle brauchte zu lange und wurde unterbrochen.",
            ),
            Status::Stopped(stop) => stop.reason(language),
            Status::Unreadable(reason) => format!(
                "{} {reason}.",
                say("The notebook cannot be run:", "Das Notebook lässt sich nicht ausführen:")
            ),
            Status::UnknownExercise(name) => format!(
                "{}: {name}.",
                say("The course has no such exercise", "Diese Übung gibt es im Kurs nicht")
            ),
            Status::NotMarked(problem) => format!(
                "{} {problem}.",
                say("It could not be marked:", "Es konnte nicht bewertet werden:")
            ),
        }
    }
}

impl Stop {
    pub(crate) fn reason(self, language: Language) -> String {
        let (english, german) = match self {
            Stop::Time => (
                "A cell took too long and was ended.",
                "Eine Zelle brauchte zu lange und wurde beendet.",
            ),
            Stop::TotalTime => {
                ("All cells together took too long.", "Alle Zellen zusammen brauchten zu lange.")
            }
            Stop::Memory => {
                ("A cell used too much memory.", "Eine Zelle brauchte zu viel Arbeitsspeicher.")
            }
            Stop::Processes => (
                "A cell started too many processes or threads.",
                "Eine Zelle hat zu viele Prozesse oder Threads gestartet.",
            ),
            Stop::Output => ("A cell printed too much.", "Eine Zelle hat zu viel ausgegeben."),
            Stop::Files => (
                "A cell wrote too much to files.",
                "Eine Zelle hat zu viel in Dateien geschrieben.",
            ),
            Stop::Machine => (
                "The machine ran out of memory or disk: mark this one again.",
                "Dem Rechner gingen Arbeitsspeicher oder Plattenplatz aus: noch einmal bewerten.",
            ),
            Stop::Died => ("The kernel ended by itself.", "Der Kernel hat sich beendet."),
            Stop::Abandoned => ("Marking was broken off.", "Das Bewerten wurde abgebrochen."),
        };
        either(language, english, german).to_owned()
    }
}

impl Finding {
    pub(crate) fn sentence(&self, language: Language) -> String {
        match self {
            Finding::Verdict(line) => line.clone(),
            Finding::NoResult => either(
                language,
                "The check has no result: it did not compile, or it was not run to its end.",
                "Die Prüfung hat kein Ergebnis: Sie ließ sich nicht übersetzen oder lief nicht bis zum Ende.",
            )
            .to_owned(),
            Finding::NotReached => either(language, "Not reached.", "Nicht erreicht.").to_owned(),
        }
    }
}

impl Remark {
    pub(crate) fn sentence(&self, language: Language) -> String {
        match self {
            Remark::CheckChanged(task) => either(
                language,
                format!("The check of {task} was changed; the original was run."),
                format!("Die Prüfung von {task} war geändert; gelaufen ist das Original."),
            ),
            Remark::CheckMissing(task) => either(
                language,
                format!("The check of {task} was missing; it was put back."),
                format!("Die Prüfung von {task} fehlte; sie wurde wieder eingesetzt."),
            ),
            Remark::GivenMissing(cell) => either(
                language,
                format!("The given cell {cell} was missing; it was put back."),
                format!("Die vorgegebene Zelle {cell} fehlte; sie wurde wieder eingesetzt."),
            ),
            Remark::TaskMissing(task) => either(
                language,
                format!("The cell of the task {task} is missing."),
                format!("Die Zelle der Aufgabe {task} fehlt."),
            ),
            Remark::Unusual(word) => either(
                language,
                format!("A cell contains `{word}`, which no task asks for: have a look."),
                format!("Eine Zelle enthält `{word}`, was keine Aufgabe verlangt: Bitte ansehen."),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(number: Option<usize>, passed: bool, output: &str) -> CellRun {
        CellRun { number, passed, output: output.into(), ..CellRun::default() }
    }

    #[test]
    fn only_a_check_that_passed_gives_points_and_never_too_many() {
        let line = "\u{2714} flatten: right!";
        let verdict = Finding::Verdict(line.into());
        assert_eq!(judge(&run(Some(2), true, line), 2), (2, verdict.clone()));
        assert_eq!(judge(&run(Some(9), true, line), 2), (2, verdict.clone()));
        assert_eq!(judge(&run(Some(2), false, line), 2), (0, verdict));
        assert_eq!(judge(&run(None, true, line), 2), (0, Finding::NoResult));
        assert_eq!(judge(&run(None, false, ""), 2), (0, Finding::NoResult));
    }
}
