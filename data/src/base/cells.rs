//! The process that runs the cells of a notebook, as its own kernel's relay sees it.
//!
//! evcxr reads this process's stdout line by line, and knows its own words there only when each stands
//! alone on its line. So stdout and stderr are given to the relay, through two named pipes of the
//! launcher: it shows what is for people, and sends back evcxr's words, which a thread here hands on.
//! Elsewhere none of this happens.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Once, OnceLock};
use std::thread;
use std::time::Duration;

/// The folder with the pipes; set by the launcher in the kernel's environment.
const PIPES: &str = "ZUNDER_PIPES";

/// With this evcxr's process says that a cell is over.
const COMPLETE: &str = "EVCXR_EXECUTION_COMPLETE";

/// How often what is printed without an end of line is brought to the page.
const TICK: Duration = Duration::from_millis(100);

/// What the end of a cell waits for at most: somebody may hold stdout and print for ever.
const PATIENCE: Duration = Duration::from_millis(200);

/// Whether a cell runs; it counts only where the relay is.
static RUNS: AtomicBool = AtomicBool::new(false);

/// The thread that runs the cells. (Its name is known only to evcxr's own copy of the standard library.)
static FIRST: OnceLock<thread::ThreadId> = OnceLock::new();

/// The connection to the relay, once there is one.
static RELAY: OnceLock<Relay> = OnceLock::new();

struct Relay {
    /// Takes lines that are for the relay, whoever holds stdout meanwhile.
    marks: File,
    clock: Sender<Moment>,
}

/// What the thread that looks after a running cell is told.
enum Moment {
    Begins,
    /// It answers when all that was printed is on its way.
    Ends(SyncSender<()>),
}

/// Says that a cell begins; the first time, stdout and stderr are given to the relay, if there is one.
pub(crate) fn begins() {
    static ONCE: Once = Once::new();
    // Without it evcxr reads what is printed, as it does in its own kernel. A kernel that waits for its
    // notebook has none yet, and learns of it later.
    if let Some(folder) = std::env::var_os(PIPES) {
        ONCE.call_once(|| drop(connect(Path::new(&folder))));
    }
    FIRST.get_or_init(|| thread::current().id());
    RUNS.store(true, Ordering::SeqCst);
    tell(&format!("ZUNDER_PROCESS {}", std::process::id()));
    if let Some(relay) = RELAY.get() {
        let _ = relay.clock.send(Moment::Begins);
    }
}

/// Whether a cell runs, where that is known.
pub(crate) fn runs() -> Option<bool> {
    RELAY.get().map(|_| RUNS.load(Ordering::SeqCst))
}

/// Tells the relay something, such as `ZUNDER_STOP`, in a line of its own; false if there is none.
pub(crate) fn tell(line: &str) -> bool {
    let Some(relay) = RELAY.get() else { return false };
    (&relay.marks).write_all(format!("{line}\n").as_bytes()).is_ok()
}

fn connect(folder: &Path) -> io::Result<()> {
    // For reading too: such a pipe opens at once, and never breaks.
    let open = |name| File::options().read(true).write(true).open(folder.join(name));
    let (stdout, stderr, words) = (open("stdout")?, open("stderr")?, open("words")?);
    let evcxr = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    rustix::stdio::dup2_stdout(&stdout)?;
    rustix::stdio::dup2_stderr(&stderr)?;
    let (clock, moments) = channel();
    let relay = RELAY.get_or_init(|| Relay { marks: stdout, clock });
    // A panic's own words are for programmers; the relay says what it means for the notebook.
    std::panic::set_hook(Box::new(say_panic));
    thread::Builder::new().name("clock".to_owned()).spawn(move || look_after_cells(&moments))?;
    let bring = move || bring_words(words, evcxr, &relay.clock);
    thread::Builder::new().name("words".to_owned()).spawn(bring)?;
    Ok(())
}

/// Brings evcxr its own words, which the relay has found among what was printed.
fn bring_words(words: File, mut evcxr: File, clock: &Sender<Moment>) -> io::Result<()> {
    let mut words = BufReader::new(words);
    let mut line = Vec::new();
    while words.read_until(b'\n', &mut line)? > 0 {
        if line.trim_ascii_end() == COMPLETE.as_bytes() {
            let (done, is_done) = sync_channel(1);
            let _ = clock.send(Moment::Ends(done));
            let _ = is_done.recv_timeout(PATIENCE);
            RUNS.store(false, Ordering::SeqCst);
        }
        evcxr.write_all(&line)?;
        line.clear();
    }
    Ok(())
}

/// While a cell runs: brings its unfinished lines to the page, sees that it waits for the keyboard, and
/// ends it when evcxr is gone.
fn look_after_cells(moments: &Receiver<Moment>) {
    let evcxr = std::os::unix::process::parent_id();
    let (mut runs, mut seen, mut asked) = (false, None, None);
    loop {
        let moment = if runs {
            moments.recv_timeout(TICK)
        } else {
            moments.recv().map_err(|_| RecvTimeoutError::Disconnected)
        };
        match moment {
            Ok(Moment::Begins) => runs = true,
            Ok(Moment::Ends(done)) => {
                runs = false;
                let _ = io::stdout().flush();
                let _ = done.send(());
            }
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                if std::os::unix::process::parent_id() != evcxr {
                    signal_hook::low_level::exit(0);
                }
                // Twice the same: it is no answer that is just being read.
                let wait = waits_for_keyboard();
                if wait.is_some() && wait == seen && wait != asked {
                    tell("ZUNDER_READS");
                    asked.clone_from(&wait);
                }
                seen = wait;
                let _ = io::stdout().flush();
            }
        }
    }
}

/// If the first thread reads standard input: how often it has waited up to now, which tells one wait
/// from the next.
fn waits_for_keyboard() -> Option<String> {
    if !reads_standard_input()? {
        return None;
    }
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find(|line| line.starts_with("voluntary_ctxt_switches")).map(str::to_owned)
}

/// Whether the first thread reads standard input, where the system tells.
pub(crate) fn reads_standard_input() -> Option<bool> {
    // What it does: `running`, or the number of a system call and what it was given.
    let call = std::fs::read_to_string("/proc/self/syscall").ok()?;
    Some(is_reading_standard_input(&call))
}

fn is_reading_standard_input(call: &str) -> bool {
    let read = if cfg!(target_arch = "x86_64") {
        "0"
    } else if cfg!(target_arch = "x86") || cfg!(target_arch = "arm") {
        "3"
    } else {
        "63" // all newer ones
    };
    let mut parts = call.split_whitespace();
    parts.next() == Some(read) && parts.next() == Some("0x0")
}

/// So many bytes of a panic's words reach the relay, which shows less of them: two arrays of which an assertion says
/// that they differ would be on their way for minutes.
const LONGEST_PANIC: usize = 50_000;

/// What a panic says, for the relay: in one line, on stderr, where panics are said.
fn say_panic(info: &std::panic::PanicHookInfo) {
    let message = info.payload_as_str().unwrap_or_default();
    let said = serde_json::json!({
        "message": message[..message.floor_char_boundary(LONGEST_PANIC)],
        "is_cell": FIRST.get() == Some(&thread::current().id()),
    });
    let _ = io::stderr().write_all(format!("ZUNDER_PANIC {said}\n").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_for_its_next_cell_is_told_from_what_runs_one() {
        if cfg!(target_arch = "x86_64") {
            assert!(is_reading_standard_input("0 0x0 0x55d0c0 0x2000 0x0 0x0 0x0 0x7ffd 0x7f"));
        }
        for busy in ["running\n", "202 0x7f 0x80 0x0 0x0 0x0 0x0 0x7ffd 0x7f", "0 0x5 0x55 0x20"] {
            assert!(!is_reading_standard_input(busy), "{busy}");
        }
    }

    #[test]
    fn without_a_relay_nothing_is_told() {
        assert!(!tell("ZUNDER_STOP") && runs().is_none());
    }
}
