//! Runs one hand-in: starts its kernel, gives it cell after cell, watches what it takes, starts it
//! anew when a cell ends it, and ends everything that came of it.
//!
//! This is a process of its own for each hand-in. It learns from its standard input what to do,
//! writes what came of it to its standard output, and cleans up as soon as its input is closed:
//! whatever happens to the marker, nothing is left behind.
//!
//! Over 300 lines: the way of a hand-in through its kernels stands in one place.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufRead, ErrorKind, Read, Write};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::base::failure::{Explain, Result, fail};
use crate::base::files;
use crate::base::spoken::spoken;
use crate::kernel::waiting::wait_while;
use crate::marking::cell_run::CellRun;
use crate::marking::collect::LARGEST;
use crate::marking::compose::Step;
use crate::marking::confine::Confinement;
use crate::marking::learners_file;
use crate::marking::limits::Stop;
use crate::marking::private_folder;
use crate::marking::processes;
use crate::marking::session::Session;

/// How many times a kernel is started anew for one hand-in.
const RESTARTS: usize = 12;

/// So long a kernel waits for memory that others have.
const PATIENCE: Duration = Duration::from_secs(60);

/// One hand-in to run.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Job {
    pub(crate) confinement: Confinement,
    pub(crate) steps: Vec<Step>,
    /// The folder of all hand-ins.
    pub(crate) all: FileName,
    /// The learner's own files, which lie beside the notebook, and where they go.
    pub(crate) files: Vec<(FileName, FileName)>,
}

/// A path as its bytes: an archive of another system may hold names that are no UTF-8.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct FileName(Vec<u8>);

impl FileName {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(path.into_os_string().into_vec())
    }

    fn path(&self) -> PathBuf {
        PathBuf::from(OsString::from_vec(self.0.clone()))
    }
}

/// What came of it.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Outcome {
    /// One for each step that was reached.
    pub(crate) cells: Vec<CellRun>,
    /// Why the cells behind were not reached.
    pub(crate) stop: Option<Stop>,
    /// How often a kernel was started.
    pub(crate) starts: usize,
    pub(crate) seconds: f64,
    /// Some processes could not be ended.
    pub(crate) left_running: bool,
    /// Files beside the notebook that could not be read.
    pub(crate) left_out: Vec<String>,
}

/// Is the supervisor. `program` is this very program. It says what came of the hand-in before it cleans
/// up, so that nothing a learner leaves behind can take the points away.
pub(crate) fn run(program: &Path) -> Result<()> {
    let mut line = String::new();
    let mut input = std::io::stdin().lock();
    input
        .read_line(&mut line)
        .explain(|| spoken!("read what to run", "zu lesen, was auszuführen ist"))?;
    drop(input);
    let job: Job = serde_json::from_str(&line)
        .explain(|| spoken!("read what to run", "zu lesen, was auszuführen ist"))?;
    processes::adopt_orphans();
    let answer = match job.run(program) {
        Ok(outcome) => json!(outcome),
        Err(problem) => json!({"problem": [problem.spoken().english(), problem.spoken().german()]}),
    };
    let said = say(&mut std::io::stdout().lock(), &answer.to_string());
    private_folder::remove(&job.confinement.folder)?;
    said
}

/// A marker that is gone, broken off for example, needs no answer.
fn say(output: &mut impl Write, answer: &str) -> Result<()> {
    match writeln!(output, "{answer}") {
        Err(problem) if problem.kind() == ErrorKind::BrokenPipe => Ok(()),
        said => said.explain(|| spoken!("say what came of it", "zu sagen, was dabei herauskam")),
    }
}

/// A kernel that ends before it is given a cell, or never answers, is not the learner's fault.
fn that_answers(session: Session) -> Result<Session> {
    if session.stopped() == Some(Stop::Died) {
        session.end();
        fail!(
            "the kernel did not start: try `cargo lab run` with a notebook, mend what it names, and mark again",
            "der Kernel ist nicht gestartet: Probier `cargo lab run` mit einem Notebook, behebe, was dabei gesagt \
             wird, und bewerte noch einmal"
        );
    }
    Ok(session)
}

/// Closed input means that the marker is gone.
fn notice_when_abandoned() -> Arc<AtomicBool> {
    let is_abandoned = Arc::new(AtomicBool::new(false));
    let notice = Arc::clone(&is_abandoned);
    thread::spawn(move || {
        let mut rest = [0; 64];
        while std::io::stdin().lock().read(&mut rest).is_ok_and(|length| length > 0) {}
        notice.store(true, Ordering::Relaxed);
    });
    is_abandoned
}

/// How far a hand-in has come.
#[derive(Default)]
struct Progress {
    outcome: Outcome,
    /// The cells that went well so far: what a new kernel is given first.
    good: Vec<usize>,
    /// What the last kernel had in its file of solved tasks: a check that was run in it is not run again.
    solved: Vec<u8>,
    /// The machine itself was short of something once; the second time it is the hand-in's fault, or nobody marks it.
    was_short: bool,
}

impl Progress {
    /// How far it has come.
    fn state(&self) -> (usize, usize, bool) {
        (self.outcome.cells.len(), self.good.len(), self.was_short)
    }

    /// Whether another kernel is to go on with these steps after one that came so far since `before`, and was left
    /// for this reason.
    fn goes_on(&mut self, before: (usize, usize, bool), stop: Option<Stop>, steps: usize) -> bool {
        self.was_short |= stop.is_some_and(Stop::is_shortage); // before a cell, too
        let all_run = self.outcome.cells.len() == steps;
        let is_neighbours_again = stop == Some(Stop::Neighbours) && before.2;
        let is_final =
            is_neighbours_again || matches!(stop, Some(Stop::TotalTime | Stop::Abandoned));
        // A kernel that gets nowhere at all would not get anywhere the next time.
        if all_run || is_final || before == self.state() || self.outcome.starts > RESTARTS {
            self.outcome.stop = stop.filter(|_| !all_run || is_final);
            return false;
        }
        true
    }
}

/// A small file that a learner could write. Nothing where it is something else.
fn own_file(file: &Path) -> Vec<u8> {
    const LARGEST: u64 = 100_000;
    let mut content = Vec::new();
    let file = learners_file::open(file.parent().unwrap_or(file), file).ok().flatten();
    let read = file.map(|file| file.take(LARGEST).read_to_end(&mut content));
    if matches!(read, Some(Ok(_))) { content } else { Vec::new() }
}

/// Copies a learner's file that lies below `all`. An error too where it is something else by now, or has grown.
fn copy_own(all: &Path, from: &Path, to: &Path) -> std::io::Result<()> {
    let from = learners_file::open(all, from)?.ok_or(ErrorKind::InvalidInput)?;
    let copied = std::io::copy(&mut from.take(LARGEST + 1), &mut File::create(to)?)?;
    if copied > LARGEST {
        std::fs::remove_file(to)?;
        return Err(ErrorKind::FileTooLarge.into());
    }
    Ok(())
}

impl Job {
    fn run(&self, program: &Path) -> Result<Outcome> {
        let start = Instant::now();
        let is_abandoned = notice_when_abandoned();
        let mut progress = Progress::default();
        let mut end = None;
        loop {
            let began = Instant::now();
            let is_short = || processes::memory_is_short() && !is_abandoned.load(Ordering::Relaxed);
            wait_while(is_short, PATIENCE);
            let outcome = &mut progress.outcome;
            let confinement = self.confinement.of_kernel(outcome.starts);
            let started = self.prepare(&confinement).and_then(|left_out| {
                outcome.left_out = left_out;
                if !progress.solved.is_empty() {
                    files::write(&confinement.progress(), &progress.solved)?;
                }
                Session::start(&confinement, program, &is_abandoned)
            });
            let started = started.and_then(that_answers);
            outcome.starts += 1;
            let mut session = match started {
                Ok(session) => session,
                Err(problem) if outcome.starts == 1 => return Err(problem),
                // What there is already stays.
                Err(_) => {
                    outcome.stop = Some(Stop::Machine);
                    break;
                }
            };
            // The time that kernels take to start is not the learner's.
            let total = Duration::from_secs(confinement.limits.total_seconds);
            let end = end.get_or_insert(began + total);
            *end += began.elapsed();
            let goes_on = self.give_cells(&mut session, &mut progress, *end);
            let outcome = &mut progress.outcome;
            outcome.left_running |= !session.end();
            progress.solved = own_file(&confinement.progress());
            // One that cannot be removed now is tried again at the end.
            let _ = private_folder::remove(&confinement.folder);
            if !goes_on {
                break;
            }
        }
        progress.outcome.seconds = start.elapsed().as_secs_f64();
        Ok(progress.outcome)
    }

    /// Makes the private folders of a kernel; the names of files that could not be copied come back.
    fn prepare(&self, confinement: &Confinement) -> Result<Vec<String>> {
        confinement.prepare()?;
        let mut left_out = Vec::new();
        for (from, inside) in &self.files {
            let (from, to) = (from.path(), confinement.work().join(inside.path()));
            files::create_folder(to.parent().unwrap_or(&to))?;
            if copy_own(&self.all.path(), &from, &to).is_err() {
                left_out.push(inside.path().display().to_string());
            }
        }
        Ok(left_out)
    }

    /// Gives a kernel the cells that went well in an earlier one, and then those that were not run yet.
    /// Whether another kernel is to go on.
    fn give_cells(&self, session: &mut Session, progress: &mut Progress, end: Instant) -> bool {
        let before = progress.state();
        let stop = self.give_until_it_stops(session, progress, end);
        progress.goes_on(before, stop, self.steps.len())
    }

    /// Until all cells are run or the kernel has to be left; then why, where that is a reason.
    fn give_until_it_stops(
        &self,
        session: &mut Session,
        progress: &mut Progress,
        end: Instant,
    ) -> Option<Stop> {
        for number in progress.good.clone() {
            let run = session.run_cell(number, &self.steps[number].code, "", end);
            if !run.is_good() {
                progress.good.retain(|good| *good != number); // this time it did not go well
            }
            if let Some(stop) = stop_of(session, &run) {
                return Some(stop);
            }
        }
        while let Some(step) = self.steps.get(progress.outcome.cells.len()) {
            if let Some(stop) = session.stopped() {
                return Some(stop); // between two cells: a thread of an earlier one
            }
            let place = progress.outcome.cells.len();
            let mut run = session.run_cell(place, &step.code, &step.secret, end);
            let stop = stop_of(session, &run);
            if stop.is_some_and(Stop::is_shortage) && !progress.was_short {
                return stop; // it is tried once more
            }
            run.ended = stop;
            if step.checks.is_some() {
                self.tell_only_what_is_visible(session, place, &mut run, end);
            } else if run.is_good() {
                progress.good.push(progress.outcome.cells.len());
            }
            let is_out_of_step = run.out_of_step;
            progress.outcome.cells.push(run);
            if stop.is_some() || is_out_of_step {
                return stop;
            }
        }
        None
    }

    /// What a check with its hidden part says about itself, a compiler's error above all, would give
    /// that part away. So the words are those of the check as the learner has it.
    fn tell_only_what_is_visible(
        &self,
        session: &mut Session,
        place: usize,
        run: &mut CellRun,
        end: Instant,
    ) {
        (run.output, run.errors) = Default::default();
        if run.result.is_none() && run.ended.is_none() && !run.out_of_step {
            run.errors = session.run_cell(place, &self.steps[place].visible, "", end).errors;
        }
    }
}

/// Why a kernel has to be left after this cell.
fn stop_of(session: &Session, run: &CellRun) -> Option<Stop> {
    if run.lost_all && session.stopped().is_none() {
        session.stop(Stop::Died); // only the process that ran the cells died, and all variables with it
    }
    session.stopped()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What fails in this way.
    struct Broken(ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_machine_that_is_short_of_something_has_a_second_chance_before_a_cell_too() {
        let mut progress = Progress::default();
        let before = progress.state();
        assert!(progress.goes_on(before, Some(Stop::Machine), 3));
        let before = progress.state();
        assert!(!progress.goes_on(before, Some(Stop::Machine), 3));
        assert_eq!(progress.outcome.stop, Some(Stop::Machine));

        // Who has little of what is short is not marked, however far it came.
        let mut progress = Progress { was_short: true, ..Progress::default() };
        let before = progress.state();
        progress.outcome.cells = vec![CellRun::default(); 3];
        assert!(!progress.goes_on(before, Some(Stop::Neighbours), 3));
        assert_eq!(progress.outcome.stop, Some(Stop::Neighbours));

        let asked = std::cell::Cell::new(0);
        let is_short = || {
            asked.set(asked.get() + 1);
            asked.get() < 3
        };
        wait_while(is_short, PATIENCE);
        assert_eq!(asked.get(), 3);
        wait_while(|| true, Duration::ZERO);
    }

    #[test]
    fn what_a_learner_solved_is_read_and_no_link_is_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let [file, link] = ["progress.json", "link"].map(|name| folder.path().join(name));
        assert_eq!(own_file(&file), b"");
        std::fs::write(&file, "{}").expect("there is room");
        std::os::unix::fs::symlink(&file, &link).expect("a link");
        assert_eq!((own_file(&file), own_file(&link)), (b"{}".to_vec(), Vec::new()));
        assert_eq!(own_file(folder.path()), b"");
    }

    #[test]
    fn a_file_that_has_grown_or_became_a_link_is_not_copied() {
        let folder = tempfile::tempdir().expect("a folder");
        let [data, elsewhere, copy] =
            ["data", "elsewhere", "copy"].map(|name| folder.path().join(name));
        std::fs::create_dir(&data).expect("a folder");
        let copied = || {
            let is_copied = copy_own(folder.path(), &data.join("table.csv"), &copy).is_ok();
            (is_copied, std::fs::read(&copy).ok())
        };
        std::fs::write(data.join("table.csv"), "1,2").expect("there is room");
        assert_eq!(copied(), (true, Some(b"1,2".to_vec())));
        File::create(data.join("table.csv"))
            .and_then(|file| file.set_len(LARGEST + 1))
            .expect("there is room");
        assert_eq!(copied(), (false, None));
        std::fs::rename(&data, &elsewhere).expect("it is there");
        std::fs::write(elsewhere.join("table.csv"), "secret").expect("there is room");
        std::os::unix::fs::symlink(&elsewhere, &data).expect("a link");
        assert_eq!(copied(), (false, None));
    }

    #[test]
    fn a_marker_that_is_gone_is_no_problem() {
        assert!(say(&mut Broken(ErrorKind::BrokenPipe), "{}").is_ok());
        let problem = say(&mut Broken(ErrorKind::StorageFull), "{}").expect_err("no room");
        assert!(problem.to_string().contains("say what came of it"), "{problem}");
    }
}
