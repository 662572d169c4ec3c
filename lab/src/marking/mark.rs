//! What a hand-in is worth, and why.
//!
//! Over 300 lines: with the sentences about it, in two languages, and tests.

use crate::base::language::Language;
use crate::base::spoken::{Spoken, spoken};
use crate::course::source::{Source, Task};
use crate::marking::cell_run::CellRun;
use crate::marking::compose::{Composition, Step};
use crate::marking::hand_in::HandIn;
use crate::marking::hidden_part::HiddenPart;
use crate::marking::limits::Stop;
use crate::marking::remark::Remark;
use crate::marking::supervisor::Outcome;

/// The status of what the marker could not mark.
const NOT_MARKED: &str = "not marked";

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
}

/// How marking a hand-in ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Status {
    /// Every cell was run.
    Ran,
    /// So it was, but the cell of this number was interrupted because it took too long, the first that was.
    Interrupted(usize),
    /// The cell of this number ended the kernel, the first that did; it was started anew for the cells
    /// behind it.
    Ended(Stop, usize),
    /// The cells behind were not reached.
    Stopped(Stop),
    /// The file is no notebook that can be run, and why.
    Unreadable(Spoken),
    /// It says it is this exercise, which there is not.
    UnknownExercise(String),
    /// The marker itself failed; the hand-in should be marked again.
    NotMarked(Spoken),
}

/// What one task came to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TaskMark {
    pub(crate) name: String,
    pub(crate) points: usize,
    pub(crate) of: usize,
    pub(crate) finding: Finding,
    /// What its cells took, the check included.
    pub(crate) seconds: f64,
}

/// Why a task has its points.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Finding {
    /// The check's own words.
    Verdict(String),
    /// The check could not be run to its end.
    NoResult,
    /// Its cell or its check ended the kernel.
    Ended(Stop),
    /// The run ended before.
    NotReached,
    /// Its cell is missing, and no other can be its answer.
    NoAnswer,
}

impl Mark {
    /// The mark of a hand-in that was not run.
    pub(crate) fn without_run(hand_in: HandIn, source: Option<&Source>, status: Status) -> Self {
        let task = |task: &Task| TaskMark {
            name: task.name.clone(),
            points: 0,
            of: task.points,
            finding: Finding::NotReached,
            seconds: 0.0,
        };
        let tasks = source.iter().flat_map(|source| source.tasks()).map(task).collect();
        let (steps, cells) = Default::default();
        let remarks = hand_in.remarks.clone();
        Self { hand_in, status, tasks, remarks, steps, cells, seconds: 0.0 }
    }

    /// The mark of a hand-in that was run.
    pub(crate) fn of(
        hand_in: HandIn,
        source: &Source,
        composition: Composition,
        mut outcome: Outcome,
    ) -> Self {
        let mut mark = Self::without_run(hand_in, Some(source), Status::Ran);
        mark.remarks.extend(composition.remarks);
        mark.remarks.extend(outcome.left_out.iter().map(|file| could_not_read(file)));
        // Before anything is taken from what the cells printed.
        let hidden = HiddenPart::of(source);
        let leaks = outcome.cells.iter_mut().filter_map(|run| hidden.take_out_of(run));
        let leaks: Vec<Remark> = leaks.map(Remark::Odd).collect();
        (mark.steps, mark.cells) = (composition.steps, outcome.cells);
        for (number, task) in source.tasks().enumerate() {
            mark.give_points(number, task);
        }
        for leak in leaks {
            if !mark.remarks.contains(&leak) {
                mark.remarks.push(leak);
            }
        }
        mark.status = Status::of(outcome.stop, &mark.cells);
        mark.seconds = outcome.seconds;
        mark
    }

    /// Gives the task of this number its points, and says what does not fit together.
    fn give_points(&mut self, number: usize, its: &Task) {
        let task = &mut self.tasks[number];
        let runs = || self.steps.iter().zip(&self.cells);
        let is_check = |step: &Step| step.checks.as_ref() == Some(&its.name);
        let of_task = |step: &Step| is_check(step) || step.answers.as_ref() == Some(&its.name);
        let own = || runs().filter(|(step, _)| of_task(step));
        // The sum of nothing would be a zero with a minus before it.
        task.seconds = own().fold(0.0, |all, (_, run)| all + run.seconds);
        let ended = own().find_map(|(_, run)| run.ended);
        let checks = runs().filter(|(step, _)| is_check(step));
        let judged: Vec<Judged> = checks.map(|(_, run)| judge(run, its)).collect();
        let first_points = judged.first().map_or(0, |first| first.points);
        // The best one, should a check be there more than once: each of them is the original.
        let judged = judged
            .into_iter()
            .max_by_key(|judged| (judged.points, judged.finding != Finding::NoResult));
        let Some(judged) = judged else {
            if !self.steps.iter().any(is_check) {
                task.finding = Finding::NoAnswer;
            }
            return;
        };
        task.points = judged.points;
        // What was tried besides says nothing where it made no difference.
        self.remarks.retain(|remark| match remark {
            Remark::AnswerBehindCheck(name) => *name != its.name || task.points > first_points,
            Remark::AnswerAboveTask(name) => *name != its.name || task.points > 0,
            _ => true,
        });
        task.finding = match (judged.finding, ended) {
            (Finding::NoResult, Some(stop)) => Finding::Ended(stop),
            (finding, _) => finding,
        };
        self.remarks.extend(judged.odd.map(Remark::Odd));
        let name = not_found(its, runs());
        let fails = task.points == 0 && (name.is_some() || task.finding == Finding::NoResult);
        let differs = fails && own_form_passes(its, runs());
        let changed = Remark::CheckChanged(its.name.clone());
        let mut remarks = self.remarks.iter_mut();
        if let Some(remark) = remarks.find(|remark| differs && **remark == changed) {
            *remark = Remark::CheckPasses(its.name.clone(), name);
        }
    }

    /// Whether its cells were run, as far as they came, so that its points say something about it.
    pub(crate) fn was_run(&self) -> bool {
        match self.status {
            Status::Ran | Status::Interrupted(_) | Status::Ended(..) => true,
            Status::Stopped(_) => self.is_marked(),
            Status::Unreadable(_) | Status::UnknownExercise(_) | Status::NotMarked(_) => false,
        }
    }

    /// Whether its points say what it is worth. They do not where the marker had the problem: none were counted.
    pub(crate) fn is_marked(&self) -> bool {
        self.status.word() != NOT_MARKED
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

fn could_not_read(file: &str) -> Remark {
    Remark::Read(spoken!(
        "The file {file} beside it could not be read.",
        "Die Datei {file} daneben ließ sich nicht lesen."
    ))
}

/// What a check came to.
struct Judged {
    points: usize,
    finding: Finding,
    /// What does not fit together.
    odd: Option<Spoken>,
}

/// The points of a check that was run: all or none, and the number, the secret word and the verdict
/// of this very task must say so.
fn judge(run: &CellRun, task: &Task) -> Judged {
    let own = ['\u{2714}', '\u{2718}'].map(|mark| format!("{mark} {}:", task.name));
    let is_own = |line: &&String| own.iter().any(|start| line.starts_with(start));
    let verdict = run.verdicts.iter().rfind(is_own);
    let odd =
        |english: &str, german: &str| Some(spoken!("{}: {english}", "{}: {german}", task.name));
    let points = match run.result {
        Some(result) if result.passed => result.number.unwrap_or(task.points).min(task.points),
        _ => 0,
    };
    let none = |odd| Judged { points: 0, finding: Finding::NoResult, odd };
    match (run.result, verdict) {
        (None, None) => none(None),
        (None, Some(_)) => none(odd(
            "a verdict was printed, and the check has no result.",
            "ein Urteil wurde ausgegeben, und die Prüfung hat kein Ergebnis.",
        )),
        (Some(_), None) => none(odd(
            "the check has a result, and its verdict is missing: no points.",
            "die Prüfung hat ein Ergebnis, und ihr Urteil fehlt: keine Punkte.",
        )),
        (Some(_), Some(verdict)) if verdict.starts_with('\u{2714}') != (points > 0) => none(odd(
            "the verdict and the result of the check differ: no points.",
            "Urteil und Ergebnis der Prüfung widersprechen sich: keine Punkte.",
        )),
        (Some(_), Some(verdict)) => {
            let is_repeated = run.verdicts.len() > 1 || run.is_repeated;
            let odd = odd(
                "the check has more than one verdict or result.",
                "die Prüfung hat mehr als ein Urteil oder Ergebnis.",
            );
            let finding = Finding::Verdict(verdict.clone());
            Judged { points, finding, odd: odd.filter(|_| is_repeated) }
        }
    }
}

/// Whether the learner's own form of the check says that it passes.
fn own_form_passes<'a>(
    task: &Task,
    mut runs: impl Iterator<Item = (&'a Step, &'a CellRun)>,
) -> bool {
    let pass = format!("\u{2714} {}:", task.name);
    // evcxr shows a verdict that was made with a `?` as it shows any value.
    let is_shown = |run: &CellRun| run.output.contains(&pass);
    let passes =
        |run: &CellRun| is_shown(run) || run.verdicts.iter().any(|line| line.starts_with(&pass));
    runs.any(|(step, run)| step.checks.is_none() && passes(run))
}

/// The name that the original check looks for in vain.
fn not_found<'a>(
    task: &Task,
    runs: impl Iterator<Item = (&'a Step, &'a CellRun)>,
) -> Option<String> {
    let mut checks = runs.filter(|(step, _)| step.checks.as_ref() == Some(&task.name));
    let name = checks
        .find_map(|(_, run)| run.errors.split_once("cannot find value `")?.1.split('`').next());
    name.map(str::to_owned)
}

impl Status {
    /// That of a hand-in whose cells ran like this, and of which the rest was not reached for this reason.
    fn of(stop: Option<Stop>, cells: &[CellRun]) -> Self {
        let ended = (1..).zip(cells).find_map(|(number, cell)| Some((cell.ended?, number)));
        let interrupted = cells.iter().position(|cell| cell.was_interrupted);
        match (stop, ended) {
            (Some(stop), _) => Status::Stopped(stop),
            (None, Some((stop, number))) => Status::Ended(stop, number),
            (None, None) => interrupted.map_or(Status::Ran, |place| Status::Interrupted(place + 1)),
        }
    }

    /// One word for the table.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Status::Ran => "ran",
            Status::Interrupted(_) => "time",
            Status::Ended(stop, _) => stop.word(),
            Status::Stopped(Stop::Machine) | Status::NotMarked(_) => NOT_MARKED,
            Status::Stopped(stop) => stop.word(),
            Status::Unreadable(_) => "unreadable",
            Status::UnknownExercise(_) => "unknown exercise",
        }
    }

    /// What happened, as a sentence; none when nothing did.
    pub(crate) fn reason(&self, language: Language) -> String {
        self.spoken().get(language).to_owned()
    }

    fn spoken(&self) -> Spoken {
        match self {
            Status::Ran => "".into(),
            Status::Interrupted(number) => spoken!(
                "A cell took too long and was interrupted. It was cell {number}.",
                "Eine Zelle brauchte zu lange und wurde unterbrochen. Es war Zelle {number}."
            ),
            Status::Ended(stop, number) => spoken!(
                "{} It was cell {number}. For the cells behind it the kernel was started anew.",
                "{} Es war Zelle {number}. Für die Zellen dahinter startete der Kernel neu.",
                stop.spoken()
            ),
            Status::Stopped(stop) => stop.spoken(),
            Status::Unreadable(reason) => spoken!(
                "The notebook cannot be run: {}.",
                "Das Notebook lässt sich nicht ausführen: {}.",
                behind_colon(reason)
            ),
            Status::UnknownExercise(name) => spoken!(
                "The course has no exercise of this name with something to mark: {name}.",
                "Im Kurs gibt es keine Übung dieses Namens, in der etwas zu bewerten ist: {name}."
            ),
            Status::NotMarked(problem) => spoken!(
                "It could not be marked: {problem}.",
                "Es konnte nicht bewertet werden: {problem}.",
                problem = behind_colon(problem)
            ),
        }
    }
}

/// A sentence behind a colon: in German it begins with a capital.
fn behind_colon(sentence: &Spoken) -> Spoken {
    let mut letters = sentence.german().chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    Spoken::new(sentence.english(), first.chain(letters).collect::<String>())
}

impl Stop {
    /// One word for the table.
    fn word(self) -> &'static str {
        match self {
            Stop::Time | Stop::TotalTime => "time",
            Stop::Memory => "memory",
            Stop::Processes => "processes",
            Stop::Output => "output",
            Stop::Files => "files",
            Stop::Machine => "machine",
            Stop::Died => "died",
            Stop::Neighbours | Stop::Abandoned => NOT_MARKED,
        }
    }

    pub(crate) fn reason(self, language: Language) -> String {
        self.spoken().get(language).to_owned()
    }

    fn spoken(self) -> Spoken {
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
                "A cell wrote too much to files, or too many of them.",
                "Eine Zelle hat zu viel in Dateien geschrieben oder zu viele angelegt.",
            ),
            Stop::Machine => (
                "The machine ran out of memory or disk.",
                "Dem Rechner gingen Arbeitsspeicher oder Plattenplatz aus.",
            ),
            Stop::Neighbours => (
                "The machine ran out of memory or disk, though this hand-in had less than half of what it may take.",
                "Dem Rechner gingen Arbeitsspeicher oder Plattenplatz aus, obwohl diese Abgabe weniger als die \
                 Hälfte dessen hatte, was sie brauchen darf.",
            ),
            Stop::Died => (
                "A cell ended the kernel. Most often something in such a cell calls itself without end, ends the \
                 program, or wants too much memory.",
                "Eine Zelle hat den Kernel beendet. Meist ruft sich darin etwas endlos selbst auf, beendet das \
                 Programm oder verlangt zu viel Arbeitsspeicher.",
            ),
            Stop::Abandoned => ("Marking was broken off.", "Das Bewerten wurde abgebrochen."),
        };
        Spoken::new(english, german)
    }
}

impl Finding {
    pub(crate) fn sentence(&self, language: Language) -> String {
        let spoken = match self {
            Finding::Verdict(line) => return line.clone(),
            Finding::NoResult => spoken!(
                "The check has no result: it did not compile, or it was not run to its end.",
                "Die Prüfung hat kein Ergebnis: Sie ließ sich nicht übersetzen oder lief nicht bis zum Ende."
            ),
            Finding::NoAnswer => spoken!("There is no answer.", "Es gibt keine Antwort."),
            Finding::Ended(stop) => stop.spoken(),
            Finding::NotReached => spoken!("Not reached.", "Nicht erreicht."),
        };
        spoken.get(language).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marking::cell_run::CheckResult;

    const RIGHT: &str = "\u{2714} flatten: right!";

    fn judged(result: Option<(bool, usize)>, verdicts: &[&str]) -> (usize, Finding, bool) {
        let result = result.map(|(passed, number)| CheckResult { passed, number: Some(number) });
        let verdicts = verdicts.iter().map(|line| (*line).to_owned()).collect();
        let run = CellRun { result, verdicts, ..CellRun::default() };
        let task = Task { name: "flatten".into(), points: 2, ..Task::default() };
        let judged = judge(&run, &task);
        (judged.points, judged.finding, judged.odd.is_some())
    }

    fn no_cells() -> HandIn {
        let all = std::path::Path::new("all");
        crate::marking::hand_in::unreadable(all, &all.join("anna"), spoken!("", ""))
    }

    #[test]
    fn only_a_check_that_passed_gives_points_and_never_too_many() {
        let verdict = || Finding::Verdict(RIGHT.into());
        assert_eq!(judged(Some((true, 2)), &[RIGHT]), (2, verdict(), false));
        assert_eq!(judged(Some((true, 9)), &[RIGHT]), (2, verdict(), false));
        assert_eq!(judged(None, &[]), (0, Finding::NoResult, false));
        let wrong = "\u{2718} flatten: not yet: why.";
        let said = (0, Finding::Verdict(wrong.into()), false);
        assert_eq!(judged(Some((false, 0)), &[wrong]), said);
    }

    #[test]
    fn a_check_that_was_run_elsewhere_in_vain_is_no_remark() {
        let remarks = |points: [usize; 2]| {
            let verdict =
                |points| if points > 0 { RIGHT } else { "\u{2718} flatten: not yet: why." };
            let run = |points: usize| CellRun {
                result: Some(CheckResult { passed: points > 0, number: Some(points) }),
                verdicts: vec![verdict(points).into()],
                ..CellRun::default()
            };
            let step = Step { checks: Some("flatten".into()), ..Step::default() };
            let kinds = [Remark::AnswerBehindCheck, Remark::AnswerAboveTask, Remark::TaskMissing];
            let composition = Composition {
                steps: vec![step; 2],
                remarks: kinds.map(|kind| kind("flatten".into())).into(),
            };
            let outcome = Outcome { cells: points.map(run).into(), ..Outcome::default() };
            let hand_in = no_cells();
            let task = Task { name: "flatten".into(), points: 2, ..Task::default() };
            let parts = vec![crate::course::source::Part::Task(Box::new(task))];
            let source = Source { parts, ..Source::default() };
            let remarks = Mark::of(hand_in, &source, composition, outcome).remarks;
            kinds.map(|kind| remarks.contains(&kind("flatten".into())))
        };
        assert_eq!(remarks([2, 0]), [false, true, true]);
        assert_eq!(remarks([0, 2]), [true, true, true]);
        assert_eq!(remarks([0, 0]), [false, false, true]);
    }

    #[test]
    fn a_check_that_passes_only_as_it_was_changed_is_pointed_out() {
        let remarks = |own: &str, says: &str| {
            let step = |checks: Option<&str>| Step {
                checks: checks.map(str::to_owned),
                ..Step::default()
            };
            let run = |verdict: &str, errors: &str| CellRun {
                verdicts: vec![verdict.into()],
                errors: errors.into(),
                ..CellRun::default()
            };
            let composition = Composition {
                steps: vec![step(None), step(Some("flatten"))],
                remarks: vec![Remark::CheckChanged("flatten".into())],
            };
            let outcome =
                Outcome { cells: vec![run(own, ""), run("", says)], ..Outcome::default() };
            let task = Task { name: "flatten".into(), points: 2, ..Task::default() };
            let parts = vec![crate::course::source::Part::Task(Box::new(task))];
            let source = Source { parts, ..Source::default() };
            let mark = Mark::of(no_cells(), &source, composition, outcome);
            assert_eq!(mark.points(), 0);
            mark.remarks
        };
        let unknown = "[E0425] Error: cannot find value `x_flat` in this scope";
        let passes =
            |name: Option<&str>| [Remark::CheckPasses("flatten".into(), name.map(str::to_owned))];
        assert_eq!(remarks(RIGHT, unknown), passes(Some("x_flat")));
        // `check::flatten(&x_flat?)` where the answer left out its `?`.
        assert_eq!(remarks(RIGHT, "mismatched types"), passes(None));
        let changed = [Remark::CheckChanged("flatten".into())];
        assert_eq!(remarks("\u{2718} flatten: not yet: why.", unknown), changed);
        assert_eq!(remarks("\u{2714} one_hot: right!", unknown), changed);
        let shown =
            CellRun { output: format!("Verdict {{ line: \"{RIGHT}\" }}"), ..CellRun::default() };
        let task = Task { name: "flatten".into(), ..Task::default() };
        assert!(own_form_passes(&task, [(&Step::default(), &shown)].into_iter()));
    }

    #[test]
    fn a_german_reason_begins_with_a_capital() {
        let reason = spoken!("it has no code", "die Datei enthält keinen Code");
        let reasons = Language::ALL.map(|l| Status::Unreadable(reason.clone()).reason(l));
        assert_eq!(reasons[0], "The notebook cannot be run: it has no code.");
        assert_eq!(
            reasons[1],
            "Das Notebook lässt sich nicht ausführen: Die Datei enthält keinen Code."
        );
        let problem = spoken!("the kernel did not start", "der Kernel ist nicht gestartet");
        let reason = Status::NotMarked(problem).reason(Language::German);
        assert_eq!(reason, "Es konnte nicht bewertet werden: Der Kernel ist nicht gestartet.");
    }

    #[test]
    fn a_task_without_an_answer_has_its_own_words() {
        let hand_in = no_cells();
        let task = |name: &str| {
            let task = Task { name: name.into(), points: 1, ..Task::default() };
            crate::course::source::Part::Task(Box::new(task))
        };
        let source = Source { parts: vec![task("gone"), task("late")], ..Source::default() };
        let check = Step { checks: Some("late".into()), ..Step::default() };
        let composition = Composition { steps: vec![check], ..Composition::default() };
        let mark = Mark::of(hand_in, &source, composition, Outcome::default());
        let findings: Vec<&Finding> = mark.tasks.iter().map(|task| &task.finding).collect();
        assert_eq!(findings, [&Finding::NoAnswer, &Finding::NotReached]);
        assert!(mark.tasks[0].seconds.is_sign_positive());
    }

    #[test]
    fn the_cell_that_ended_the_kernel_is_named() {
        let step = |task: &str| Step { answers: Some(task.into()), ..Step::default() };
        let run = |ended| CellRun { ended, ..CellRun::default() };
        let composition =
            Composition { steps: ["a", "b", "c"].map(step).into(), ..Composition::default() };
        let cells = [None, Some(Stop::Died), Some(Stop::Memory)].map(run).into();
        let outcome = Outcome { cells, ..Outcome::default() };
        let hand_in = no_cells();
        let mark = Mark::of(hand_in, &Source::default(), composition, outcome);
        assert_eq!(mark.status, Status::Ended(Stop::Died, 2));
        let interrupted = Status::Interrupted(3).reason(Language::English);
        assert!(interrupted.ends_with("It was cell 3."), "{interrupted}");
        let [english, german] = Language::ALL.map(|language| mark.status.reason(language));
        for words in ["Most often", "ends the program", "too much memory", "It was cell 2."] {
            assert!(english.contains(words), "{english}");
        }
        for words in ["Meist", "beendet das Programm", "Arbeitsspeicher", "Es war Zelle 2."] {
            assert!(german.contains(words), "{german}");
        }
    }

    #[test]
    fn what_does_not_fit_together_is_pointed_out() {
        assert_eq!(judged(Some((true, 2)), &[]), (0, Finding::NoResult, true));
        let other = "\u{2714} everything: right!";
        assert_eq!(judged(Some((true, 2)), &[other]), (0, Finding::NoResult, true));
        assert_eq!(judged(Some((false, 2)), &[RIGHT]), (0, Finding::NoResult, true));
        assert_eq!(judged(None, &[RIGHT]), (0, Finding::NoResult, true));
        let (points, _, is_odd) = judged(Some((true, 2)), &[other, RIGHT]);
        assert_eq!((points, is_odd), (2, true));
    }
}
