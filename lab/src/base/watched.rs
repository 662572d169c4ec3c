//! Cargo's long builds, watched: instead of cargo's own lines, one that says how much is done and how long the rest
//! takes.
//!
//! What cargo begins it says on stderr ("Compiling serde v1.0.229"), what is done on stdout, as JSON.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use cargo_metadata::{Artifact, Message, TargetKind};

use crate::base::failure::{Explain, Result, fail};
use crate::base::progress::{Name, Progress, Work};
use crate::base::spoken::{say, spoken};

/// Between two looks at the clock.
const TICK: Duration = Duration::from_secs(1);

/// What is compiled sooner needs no words.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where nobody watches a terminal, so many percent are between two lines.
const STEP: u32 = 5;

/// What cargo says of its own work, in the place where others have a warning or an error.
const OF_CARGO: &str = "Checking Downloading Downloaded Updating Locking Adding Fresh Finished Installing Installed \
                        Building Replacing Replaced Ignored Dirty Running";

/// Where builds say how far they are: one line for all of them, or lines one below the other.
pub(crate) struct Board(Mutex<Lines>);

struct Lines {
    out: Box<dyn Write + Send>,
    is_terminal: bool,
    patience: Duration,
    /// What each build says just now.
    now: Vec<(&'static str, String)>,
}

impl Board {
    /// On the terminal, or wherever this program's output goes.
    pub(crate) fn new() -> Self {
        let out = std::io::stdout();
        let is_terminal = out.is_terminal();
        Self::on(Box::new(out), is_terminal, PATIENCE)
    }

    fn on(out: Box<dyn Write + Send>, is_terminal: bool, patience: Duration) -> Self {
        Self(Mutex::new(Lines { out, is_terminal, patience, now: Vec::new() }))
    }

    fn lines(&self) -> std::sync::MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    /// What a build says from now on, in the place of what it said; `None` when it is done.
    fn update(&mut self, label: &'static str, text: Option<String>) {
        self.now.retain(|(other, _)| *other != label);
        self.now.extend(text.map(|text| (label, text)));
        if self.is_terminal {
            let all: Vec<String> =
                self.now.iter().map(|(label, text)| format!("{label} {text}")).collect();
            self.print(&format!(
                "\r\x1b[K{}{}",
                if all.is_empty() { "" } else { "  " },
                all.join("  |  ")
            ));
        }
    }

    /// A line that stays.
    fn keep(&mut self, label: &str, text: &str) {
        let clear = if self.is_terminal { "\r\x1b[K" } else { "" };
        self.print(&format!("{clear}  {label}: {text}\n"));
    }

    /// Where nobody reads, nothing is lost.
    fn print(&mut self, text: &str) {
        let _ = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
    }
}

/// What a running cargo says.
enum Said {
    Begins(Name),
    Made(Box<Artifact>),
    /// Another cargo has the folder.
    Waits,
    /// A line for people.
    Words(String),
}

/// Runs cargo, which has to be told `--message-format`, and returns what it made. What is to do is said by
/// `work`, and what it is called by `label`.
pub(crate) fn run(
    mut cargo: Command,
    label: &'static str,
    work: Work,
    board: &Board,
) -> Result<Vec<Artifact>> {
    let settings =
        [("COLOR", "never"), ("QUIET", "false"), ("VERBOSE", "false"), ("PROGRESS_WHEN", "never")];
    cargo.envs(settings.map(|(name, value)| (format!("CARGO_TERM_{name}"), value)));
    cargo.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let start = Instant::now();
    let mut running = cargo.spawn().explain(|| {
        spoken!(
            "run cargo; install Rust from https://rustup.rs",
            "cargo auszuführen; installier Rust von https://rustup.rs"
        )
    })?;
    let mut build = Build {
        label,
        progress: Progress::new(work),
        told: None,
        waits: false,
        artifacts: Vec::new(),
        words: VecDeque::new(),
    };
    build.follow(&mut running, board);
    let status = running.wait().explain(|| spoken!("wait for cargo", "auf cargo zu warten"))?;
    let mut lines = board.lines();
    lines.update(label, None);
    for line in &build.words {
        let _ = writeln!(std::io::stderr(), "{line}");
    }
    if !status.success() {
        lines.keep(label, say("failed", "fehlgeschlagen"));
        fail!(
            "the build of {label} failed; cargo's own words stand above. Mend that and run `cargo lab` again",
            "{label} konnte nicht kompiliert werden; was cargo dazu sagt, steht darüber. Behebe das und ruf \
             `cargo lab` noch einmal auf"
        );
    }
    if build.told.is_some() {
        let took = start.elapsed().as_secs();
        lines.keep(label, &say(format!("done in {took} s"), format!("fertig nach {took} s")));
    }
    Ok(build.artifacts)
}

/// Does both, side by side.
pub(crate) fn both<A: Send, B>(
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B,
) -> (A, B) {
    thread::scope(|scope| {
        let first = scope.spawn(first);
        let second = second();
        (first.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), second)
    })
}

/// One cargo that is being watched.
struct Build {
    label: &'static str,
    progress: Progress,
    /// The share that stood in the last line.
    told: Option<u32>,
    waits: bool,
    artifacts: Vec<Artifact>,
    words: VecDeque<String>,
}

impl Build {
    /// Takes in all that cargo says, to its end.
    fn follow(&mut self, running: &mut Child, board: &Board) {
        let (sender, said) = mpsc::channel();
        let words = running.stderr.take().map(|stderr| (stderr, sender.clone()));
        let made = running.stdout.take().map(|stdout| (stdout, sender));
        thread::scope(|scope| {
            scope.spawn(|| words.map(|(stderr, sender)| read_words(stderr, &sender)));
            scope.spawn(|| made.map(|(stdout, sender)| read_artifacts(stdout, &sender)));
            loop {
                match said.recv_timeout(TICK) {
                    Ok(said) => self.take(said, board),
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => break,
                }
                self.tell(board, Instant::now());
            }
        });
    }

    fn take(&mut self, said: Said, board: &Board) {
        let now = Instant::now();
        match said {
            Said::Begins(name) => self.progress.begins(name, now),
            Said::Made(artifact) => {
                if !artifact.target.is_kind(TargetKind::CustomBuild)
                    && let Some(name) = name_in_id(&artifact.package_id.repr)
                {
                    self.progress.ends(&name, now);
                }
                self.artifacts.push(*artifact);
            }
            Said::Waits if std::mem::replace(&mut self.waits, true) => {} // said before
            Said::Waits => board.lines().keep(
                self.label,
                say(
                    "another cargo is at work: waiting for it",
                    "ein anderes cargo arbeitet noch: danach geht es hier weiter",
                ),
            ),
            Said::Words(line) => self.words.push_back(line),
        }
    }

    fn tell(&mut self, board: &Board, now: Instant) {
        let mut lines = board.lines();
        if self.progress.passed(now).is_none_or(|passed| passed < lines.patience) {
            return;
        }
        let percent = (100.0 * self.progress.share(now)) as u32;
        let text = sentence(percent, self.progress.left(now));
        if self.told.is_none_or(|told| percent >= told + STEP) {
            self.told = Some(percent - percent % STEP);
            if !lines.is_terminal {
                lines.keep(self.label, &text);
            }
        }
        lines.update(self.label, Some(text));
    }
}

fn sentence(percent: u32, left: Option<Duration>) -> String {
    match left.map(length) {
        None => say(format!("{percent} %"), format!("{percent} %")),
        Some(left) => {
            say(format!("{percent} %, about {left} left"), format!("{percent} %, noch etwa {left}"))
        }
    }
}

/// For people: nobody wants to know it to the second.
fn length(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 90 {
        format!("{} s", seconds.div_ceil(10).max(1) * 10)
    } else {
        format!("{} min", (seconds + 30) / 60)
    }
}

fn read_artifacts(stdout: ChildStdout, sender: &Sender<Said>) {
    for message in Message::parse_stream(BufReader::new(stdout)).map_while(std::result::Result::ok)
    {
        if let Message::CompilerArtifact(artifact) = message {
            let _ = sender.send(Said::Made(Box::new(artifact)));
        }
    }
}

fn read_words(stderr: ChildStderr, sender: &Sender<Said>) {
    for line in BufReader::new(stderr).lines().map_while(std::result::Result::ok) {
        if let Some(said) = understand(line) {
            let _ = sender.send(said);
        }
    }
}

/// What a line of cargo's says, unless it is of no account.
fn understand(line: String) -> Option<Said> {
    let mut words = line.split_whitespace();
    let first = words.next().filter(|_| line.starts_with(' ')).unwrap_or_default();
    match first {
        "Compiling" => Some(Said::Begins((
            words.next()?.to_owned(),
            words.next()?.strip_prefix('v')?.to_owned(),
        ))),
        "Blocking" => Some(Said::Waits),
        _ if OF_CARGO.split(' ').any(|word| word == first) => None,
        _ => Some(Said::Words(line)),
    }
}

/// The name in `registry+https://...#serde@1.0.229`; in `path+file:///.../course#zunder-course@0.1.0`; and in
/// `path+file:///.../zunder#0.1.0`, where it is that of the folder.
fn name_in_id(id: &str) -> Option<Name> {
    let (place, package) = id.rsplit_once('#')?;
    let (name, version) = package.split_once('@').unwrap_or((place.rsplit('/').next()?, package));
    Some((name.to_owned(), version.to_owned()))
}

#[cfg(test)]
mod tests;
