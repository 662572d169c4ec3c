//! Runs one hand-in: starts its kernel, gives it cell after cell, watches what it takes, and ends
//! everything that came of it.
//!
//! This is a process of its own for each hand-in. It learns from its standard input what to do,
//! writes what came of it to its standard output, and cleans up as soon as its input is closed:
//! whatever happens to the marker, nothing is left behind.

use std::io::{BufRead, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::base::failure::{Explain, Failure, Result};
use crate::base::files;
use crate::marking::cell_run::CellRun;
use crate::marking::client::{Client, Connection, Event};
use crate::marking::compose::Step;
use crate::marking::confine::Confinement;
use crate::marking::limits::{Limits, Stop};
use crate::marking::processes;
use crate::marking::watch::Watch;

/// How long a cell that was interrupted has to end by itself.
const AFTER_INTERRUPT: Duration = Duration::from_secs(3);

/// How long a kernel may take to start. On a busy machine it takes a while.
const START: Duration = Duration::from_secs(600);

/// What stderr and threads print may arrive after the cell is reported as done.
const LATE: Duration = Duration::from_millis(100);

/// One hand-in to run.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Job {
    pub(crate) confinement: Confinement,
    pub(crate) steps: Vec<Step>,
    /// The learner's own files, which lie beside the notebook.
    pub(crate) files: Vec<(PathBuf, PathBuf)>,
}

/// What came of it.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Outcome {
    /// One for each step that was reached.
    pub(crate) cells: Vec<CellRun>,
    pub(crate) stop: Option<Stop>,
    /// Bytes that all its processes had in use at most.
    pub(crate) memory: u64,
    pub(crate) processes: usize,
    /// Until the kernel was ready.
    pub(crate) start_seconds: f64,
    pub(crate) seconds: f64,
    /// Some processes could not be ended.
    pub(crate) left_running: bool,
}

/// Is the supervisor. `program` is this very program.
pub(crate) fn run(program: &std::path::Path) -> Result<()> {
    let mut line = String::new();
    let mut input = std::io::stdin().lock();
    input.read_line(&mut line).explain(|| "read what to run".to_owned())?;
    drop(input);
    let job: Job = serde_json::from_str(&line).explain(|| "read what to run".to_owned())?;
    processes::adopt_orphans();
    let outcome = job.prepare().and_then(|()| job.run(program));
    let removed = remove(&job.confinement.folder);
    let answer = match (outcome, removed) {
        (Ok(outcome), Ok(())) => json!(outcome),
        (Err(problem), _) | (_, Err(problem)) => json!({"problem": problem.to_string()}),
    };
    let mut output = std::io::stdout().lock();
    writeln!(output, "{answer}").explain(|| "say what came of it".to_owned())
}

/// A process that has just been killed may still have a file open where that counts.
fn remove(folder: &std::path::Path) -> Result<()> {
    for _ in 0..20 {
        if files::remove_folder(folder).is_ok() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(100));
    }
    files::remove_folder(folder)
}

/// Closed input means that the marker is gone.
fn stop_when_abandoned(watch: &Arc<Watch>) {
    let watch = Arc::clone(watch);
    thread::spawn(move || {
        let mut rest = [0; 64];
        while std::io::stdin().lock().read(&mut rest).is_ok_and(|length| length > 0) {}
        watch.stop(Stop::Abandoned);
    });
}

impl Job {
    fn prepare(&self) -> Result<()> {
        self.confinement.prepare()?;
        for (from, inside) in &self.files {
            let to = self.confinement.work().join(inside);
            files::create_folder(to.parent().unwrap_or(&to))?;
            std::fs::copy(from, &to).explain(|| format!("copy {}", from.display()))?;
        }
        Ok(())
    }

    fn run(&self, program: &std::path::Path) -> Result<Outcome> {
        let start = Instant::now();
        let connection = Connection::choose(random()?)?;
        let file = self.confinement.connection();
        files::write_private(&file, connection.file())?;
        let text = serde_json::to_string(&self.confinement).explain(|| "confine".to_owned())?;
        let mut command = Command::new(program);
        command.args(["confined", &text]).stdin(Stdio::null()).stdout(Stdio::null());
        command.process_group(0); // interrupted as one
        let child = command.spawn().explain(|| "start the kernel".to_owned())?;
        let kernel = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let Some(kernel) = kernel else { return Err(Failure::new("the kernel has no number")) };
        let watch = Watch::start(kernel, &self.confinement);
        stop_when_abandoned(&watch);

        let mut outcome = Outcome::default();
        let gives_up = || watch.stopped().is_some() || start.elapsed() > START;
        if let Some(client) = Client::connect(&connection, gives_up) {
            let mut session =
                Session { client, kernel, watch: &watch, limits: &self.confinement.limits };
            session.wait_until_ready(start + START);
            // Nobody needs the key any more, and with it one could speak for the kernel.
            let _ = std::fs::remove_file(&file);
            outcome.start_seconds = start.elapsed().as_secs_f64();
            session.run_all(&self.steps, &mut outcome.cells);
        } else {
            watch.stop(Stop::Died);
        }
        outcome.stop = watch.stopped();
        outcome.left_running = !watch.end();
        (outcome.memory, outcome.processes) = watch.most();
        outcome.seconds = start.elapsed().as_secs_f64();
        Ok(outcome)
    }
}

/// A kernel that is being given cells.
struct Session<'a> {
    client: Client,
    kernel: Pid,
    watch: &'a Watch,
    limits: &'a Limits,
}

impl Session<'_> {
    /// Until the kernel answers, and what it publishes arrives: it sends nothing to those who
    /// subscribed a moment too late.
    fn wait_until_ready(&mut self, end: Instant) {
        let (mut answers, mut publishes) = (false, false);
        let mut asked: Option<Instant> = None;
        while !(answers && publishes) && self.watch.stopped().is_none() {
            if asked.is_none_or(|asked| asked.elapsed() > Duration::from_secs(1)) {
                self.client.request("kernel_info_request", &json!({}));
                asked = Some(Instant::now());
            }
            match self.client.next(end.min(soon())) {
                Some(Event::Message(message)) => {
                    answers |= message.kind == "kernel_info_reply";
                    publishes |= message.kind == "status";
                }
                Some(Event::Gone | Event::TooLarge) => self.watch.stop(Stop::Died),
                None if Instant::now() > end => self.watch.stop(Stop::Died),
                None => {}
            }
        }
    }

    fn run_all(&mut self, steps: &[Step], cells: &mut Vec<CellRun>) {
        let end = Instant::now() + Duration::from_secs(self.limits.total_seconds);
        for step in steps {
            if self.watch.stopped().is_some() {
                return;
            }
            cells.push(self.run_cell(step, end));
        }
    }

    /// Runs one cell to its end, or to that of the kernel.
    fn run_cell(&mut self, step: &Step, all_end: Instant) -> CellRun {
        let start = Instant::now();
        let content = json!({
            "code": step.code, "silent": false, "store_history": false, "user_expressions": {},
            "allow_stdin": false, "stop_on_error": false,
        });
        let request = self.client.request("execute_request", &content);
        let mut run = CellRun::default();
        let mut end = (start + Duration::from_secs(self.limits.cell_seconds)).min(all_end);
        let (mut idle, mut answered) = (false, false);
        while !(idle && answered) && self.watch.stopped().is_none() {
            match self.client.next(end.min(soon())) {
                Some(Event::Message(message)) => {
                    let own = message.request == request;
                    idle |= own && is_idle(&message.kind, &message.content);
                    answered |= own && message.kind == "execute_reply";
                    self.take(&mut run, &message.kind, &message.content, own, &step.secret);
                }
                Some(Event::TooLarge) => self.watch.stop(Stop::Output),
                Some(Event::Gone) => self.watch.kernel_is_gone(),
                None if Instant::now() < end => {}
                None if Instant::now() >= all_end => self.watch.stop(Stop::TotalTime),
                None if run.was_interrupted => self.watch.stop(Stop::Time),
                None => {
                    let _ = kill_process_group(self.kernel, Signal::INT); // it may be gone
                    run.was_interrupted = true;
                    end = Instant::now() + AFTER_INTERRUPT;
                }
            }
        }
        run.seconds = start.elapsed().as_secs_f64();
        self.take_late(&mut run, &request, &step.secret);
        if self.watch.stopped().is_some() || run.was_interrupted {
            run.passed = false; // a result that came too late is none
        }
        run
    }

    fn take_late(&mut self, run: &mut CellRun, request: &str, secret: &str) {
        let end = Instant::now() + LATE;
        while self.watch.stopped().is_none() {
            match self.client.next(end) {
                Some(Event::Message(message)) => {
                    let own = message.request == request;
                    self.take(run, &message.kind, &message.content, own, secret);
                }
                Some(Event::TooLarge) => self.watch.stop(Stop::Output),
                Some(Event::Gone) => self.watch.kernel_is_gone(),
                None => return,
            }
        }
    }

    /// Takes in a message. What comes for an earlier cell (a thread of it still prints) is not
    /// kept, but it counts.
    fn take(&self, run: &mut CellRun, kind: &str, content: &Value, own: bool, secret: &str) {
        if own {
            run.take(kind, content, secret);
        } else {
            run.printed += content["text"].as_str().map_or(0, |text| text.len() as u64);
        }
        if run.printed > self.limits.output_bytes() {
            self.watch.stop(Stop::Output);
        }
    }
}

fn is_idle(kind: &str, content: &Value) -> bool {
    kind == "status" && content["execution_state"] == "idle"
}

/// Until then at most is waited without looking at the watch.
fn soon() -> Instant {
    Instant::now() + Duration::from_millis(50)
}

/// Something that nobody can guess.
pub(crate) fn random() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).explain(|| "get a random number".to_owned())?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
