//! One kernel that is being given cells, until a cell ends it or all are run.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};

use crate::base::failure::{Explain, Failure, Result};
use crate::base::files;
use crate::base::language::Language;
use crate::base::spoken::spoken;
use crate::kernel::past_cells::{End, PastCells};
use crate::kernel::prepared::with_prepared_crates;
use crate::kernel::relay::Pipes;
use crate::kernel::unrunnable::forgets_all;
use crate::marking::cell_run::CellRun;
use crate::marking::client::{Client, Connection, Event, Message, QUEUE};
use crate::marking::confine::Confinement;
use crate::marking::control_group::ControlGroup;
use crate::marking::hearing;
use crate::marking::limits::{Limits, Stop};
use crate::marking::watch::Watch;

/// How long a cell that was interrupted has to end by itself.
const AFTER_INTERRUPT: Duration = Duration::from_secs(3);

/// How long a kernel may take to start. On a busy machine it takes a while.
const START: Duration = Duration::from_secs(600);

/// What stderr and threads print may arrive after the cell is reported as done.
const LATE: Duration = Duration::from_millis(100);

/// A cell that does nothing: what belongs to the cell before it comes with it, if anything is late.
const NOTHING: &str = "{ let _ = 0; }";

/// A kernel that is being given cells.
pub(crate) struct Session<'a> {
    /// None when it did not start.
    client: Option<Client>,
    kernel: Pid,
    watch: Arc<Watch>,
    limits: &'a Limits,
    language: Language,
    past: PastCells,
    /// Set when nobody listens to what cells print any more.
    is_over: Arc<AtomicBool>,
}

impl<'a> Session<'a> {
    /// Starts a kernel. `program` is this very program.
    pub(crate) fn start(
        confinement: &'a Confinement,
        program: &Path,
        is_abandoned: &Arc<AtomicBool>,
    ) -> Result<Self> {
        let end = Instant::now() + START;
        let connection = Connection::choose(random()?)?;
        let confinement_file = confinement.connection();
        files::write_private(&confinement_file, connection.file())?;
        let group = ControlGroup::new(&confinement.limits);
        let told = Confinement {
            ports: connection.ports(),
            group: group.as_ref().map(|group| group.folder().to_owned()),
            ..confinement.clone()
        };
        let text = serde_json::to_string(&told)
            .explain(|| spoken!("confine", "den Kernel abzuschotten"))?;
        let heard = sync_channel(QUEUE);
        let is_over = Arc::new(AtomicBool::new(false));
        let language = Language::of(&confinement.language);
        hearing::listen(
            Pipes::open(&confinement.pipes())?,
            language,
            heard.0.clone(),
            Arc::clone(&is_over),
        );
        let mut command = Command::new(program);
        command.args(["confined", &text]).stdin(Stdio::null()).stdout(Stdio::null());
        command.process_group(0); // interrupted as one
        let child =
            command.spawn().explain(|| spoken!("start the kernel", "den Kernel zu starten"))?;
        let kernel = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let Some(kernel) = kernel else {
            return Err(Failure::new(spoken!(
                "the kernel has no number",
                "der Kernel hat keine Nummer"
            )));
        };
        let watch = Watch::start(kernel, group, confinement, is_abandoned);
        let gives_up = || watch.stopped().is_some() || Instant::now() > end;
        let client = Client::connect(&connection, heard, gives_up);
        let (limits, past) = (&confinement.limits, PastCells::default());
        let mut session = Self { client, kernel, watch, limits, language, past, is_over };
        session.wait_until_ready(end);
        // Nobody needs the key any more, and with it one could speak for the kernel.
        let _ = std::fs::remove_file(&confinement_file);
        Ok(session)
    }

    /// Why the kernel was ended, if it was.
    pub(crate) fn stopped(&self) -> Option<Stop> {
        self.watch.stopped()
    }

    /// Ends the kernel for this reason.
    pub(crate) fn stop(&self, reason: Stop) {
        self.watch.stop(reason);
    }

    /// Ends the kernel and all that it started. False when some processes would not go.
    pub(crate) fn end(self) -> bool {
        self.is_over.store(true, Ordering::Relaxed);
        self.watch.end()
    }

    /// Until the kernel answers, and what it publishes arrives: it sends nothing to those who
    /// subscribed a moment too late.
    fn wait_until_ready(&mut self, end: Instant) {
        let Some(client) = self.client.as_mut() else {
            self.watch.stop(Stop::Died);
            return;
        };
        let (mut answers, mut publishes) = (false, false);
        let mut asked: Option<Instant> = None;
        while !(answers && publishes) && self.watch.stopped().is_none() {
            if asked.is_none_or(|asked| asked.elapsed() > Duration::from_secs(1)) {
                client.request("kernel_info_request", &json!({}));
                asked = Some(Instant::now());
            }
            match client.next(end.min(soon())) {
                Some(Event::Message(message)) => {
                    answers |= message.kind == "kernel_info_reply";
                    publishes |= message.kind == "status";
                }
                Some(Event::Gone | Event::TooLarge) => self.watch.stop(Stop::Died),
                Some(Event::Printed(..) | Event::Picture) => {}
                None if Instant::now() > end => self.watch.stop(Stop::Died),
                None => {}
            }
        }
    }

    /// Runs one cell to its end, or to that of the kernel. `place` is where it stands among all.
    pub(crate) fn run_cell(
        &mut self,
        place: usize,
        code: &str,
        secret: &str,
        all_end: Instant,
    ) -> CellRun {
        let start = Instant::now();
        let mut run = CellRun::default();
        if let Some(why) = self.why_not_run(code) {
            run.errors = why;
            return run;
        }
        self.execute(code, secret, &mut run, all_end);
        let lacks_result = !secret.is_empty() && run.result.is_none();
        if lacks_result && (run.out_of_step || run.went_well) && self.stopped().is_none() {
            // It is known by its secret name, whenever it comes.
            run.out_of_step = true;
            self.execute(NOTHING, secret, &mut run, all_end);
        }
        if self.stopped().is_some() || run.was_interrupted {
            run.result = None; // a result that came too late is none
        }
        run.seconds = start.elapsed().as_secs_f64();
        let end = if run.went_well { End::Whole } else { End::Refused };
        self.past.add(place as u64 + 1, code, end);
        run
    }

    /// Why the learner's kernel does not run such a cell either: evcxr would go wrong with it, and with those behind.
    fn why_not_run(&self, code: &str) -> Option<String> {
        if forgets_all(code) {
            return Some(self.language.restart_instead().to_owned());
        }
        self.past.why_not_run(code, self.language)
    }

    fn execute(&mut self, code: &str, secret: &str, run: &mut CellRun, all_end: Instant) {
        let start = Instant::now();
        let content = json!({
            "code": with_prepared_crates(code), "silent": false, "store_history": false, "user_expressions": {},
            "allow_stdin": false, "stop_on_error": false,
        });
        let Some(client) = self.client.as_mut() else { return };
        let request = client.request("execute_request", &content);
        let Some(client) = self.client.as_ref() else { return };
        let mut end = (start + Duration::from_secs(self.limits.cell_seconds)).min(all_end);
        let (mut idle, mut answered) = (false, false);
        while !(idle && answered) && self.watch.stopped().is_none() {
            match client.next(end.min(soon())) {
                Some(event) => {
                    if let Event::Message(message) = &event {
                        let own = message.request == request;
                        idle |= own && is_idle(&message.kind, &message.content);
                        answered |= own && message.kind == "execute_reply";
                    }
                    self.take(run, event, &request, secret);
                }
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
        let end = Instant::now() + LATE;
        while self.watch.stopped().is_none() {
            match client.next(end) {
                Some(event) => self.take(run, event, &request, secret),
                None => return,
            }
        }
    }

    /// Takes in what the kernel says. A message for an earlier cell is not kept, but it counts.
    fn take(&self, run: &mut CellRun, event: Event, request: &str, secret: &str) {
        match event {
            Event::Message(Message { kind, content, request: of }) if of == request => {
                run.take(&kind, &content, secret);
            }
            Event::Message(Message { content, .. }) => {
                run.printed += content["text"].as_str().map_or(0, |text| text.len() as u64);
            }
            Event::Printed(stream, text) => run.take_text(stream, &text),
            Event::Picture => run.has_picture = true,
            Event::TooLarge => self.watch.stop(Stop::Output),
            Event::Gone => self.watch.kernel_is_gone(),
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
    getrandom::fill(&mut bytes)
        .explain(|| spoken!("get a random number", "eine Zufallszahl zu bekommen"))?;
    Ok(files::hex(bytes))
}
