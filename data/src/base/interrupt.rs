//! The stop button: how a long call learns of it, and what a second press does.
//!
//! Jupyter sends SIGINT to the kernel. The launcher makes evcxr ignore it; in the process that
//! runs the cells the handler below takes it, so that no variable is lost. Other programs that
//! use this crate keep their Ctrl-C: the launcher says by a variable that this is a notebook.

use std::io::Write;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

#[cfg(unix)]
use crate::base::{cells, language::either};

/// Set by the launcher in the kernel's environment.
const KERNEL: &str = "ZUNDER_KERNEL";

/// How long a call may take to stop before a line explains what a second press would do.
const PATIENCE: Duration = Duration::from_secs(2);

/// Presses that follow the first one sooner than this are part of it: a double click must not
/// cost all variables.
const DOUBLE_CLICK: Duration = Duration::from_secs(1);

/// How often it is looked whether the cell has ended. Between two cells lies a compilation.
const GLANCE: Duration = Duration::from_millis(40);

/// Whether the cell that runs now was asked to stop.
static ASKED: AtomicBool = AtomicBool::new(false);

/// Whether something has ended for that press.
static ANSWERED: AtomicBool = AtomicBool::new(false);

/// How many trainings were to begin behind that press.
static LATE: AtomicUsize = AtomicUsize::new(0);

/// How many calls of this crate run that look at it: more than one only in the learner's own
/// threads.
static WATCHING: AtomicUsize = AtomicUsize::new(0);

/// A long call that looks at the stop button from its beginning to its end.
pub struct Watch;

impl Watch {
    /// Begins to look. A press from before does not count, unless it was in the same cell.
    pub fn begin() -> Self {
        listen();
        // Where nothing tells when a cell ends, a press must not wait here for the next one.
        if WATCHING.fetch_add(1, Ordering::SeqCst) == 0 && a_cell_runs().is_none() {
            ASKED.store(false, Ordering::SeqCst);
            ANSWERED.store(false, Ordering::SeqCst);
            LATE.store(0, Ordering::SeqCst);
        }
        Watch
    }

    /// Whether to stop as soon as possible.
    pub fn is_asked(&self) -> bool {
        ASKED.load(Ordering::Relaxed)
    }

    /// Whether to stop as soon as possible, where nothing has ended for this press yet.
    pub fn is_asked_first(&self) -> bool {
        self.is_asked() && !ANSWERED.load(Ordering::Relaxed)
    }

    /// Whether a training may begin. A few that come behind the press end in their first epoch, so that the cell
    /// keeps the models that it has trained; a loop of them would never end.
    pub fn may_begin(&self) -> bool {
        const FEW: usize = 20;
        !self.is_asked() || LATE.fetch_add(1, Ordering::SeqCst) < FEW
    }

    /// Says that a training has ended, and whether it had begun before the press. If it had, what
    /// judges the model in the same cell comes to its end: else the cell would fail, and the model
    /// be lost that the training has kept. If it began after the press (a loop trains several),
    /// what comes then may end the cell.
    pub fn answered(&self, had_begun: bool) {
        ANSWERED.store(had_begun && self.is_asked(), Ordering::Relaxed);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        WATCHING.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Called as each cell of the project's own kernel is loaded, before it runs: the kernel's first cell has
/// this in the place where the system looks for what is to be called then.
#[doc(hidden)]
pub extern "C" fn cell_begins() {
    #[cfg(unix)]
    cells::begins();
    listen();
}

/// Starts to listen for the stop button, once, in a notebook.
pub(crate) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        #[cfg(unix)]
        if std::env::var_os(KERNEL).is_some() {
            start_listening();
        }
    });
}

#[cfg(unix)]
fn start_listening() {
    // If it cannot be had, the button stays without effect, as it is before the first use.
    let Ok(mut signals) = signal_hook::iterator::Signals::new([signal_hook::consts::SIGINT]) else {
        return;
    };
    let listen = move || {
        while signals.wait().next().is_some() {
            // A cell that waits for the keyboard gets an answer, and one that is compiled a word.
            cells::tell("ZUNDER_STOP");
            if is_busy() {
                ANSWERED.store(false, Ordering::SeqCst);
                LATE.store(0, Ordering::SeqCst);
                ASKED.store(true, Ordering::SeqCst);
                until_the_cell_ends(|| signals.pending().next().is_some());
                ASKED.store(false, Ordering::SeqCst);
            }
        }
    };
    let _ = std::thread::Builder::new().name("stop button".to_owned()).spawn(listen);
}

/// Waits for the end of what runs now; a further press ends the process.
#[cfg(unix)]
fn until_the_cell_ends(mut pressed_again: impl FnMut() -> bool) {
    let start = Instant::now();
    let mut explained = false;
    let mut last_look = Duration::ZERO;
    while is_busy() {
        std::thread::sleep(GLANCE);
        let look = start.elapsed();
        // A press was made at some time since the last look. On a busy machine that is long ago:
        // the press may belong to a double click even if this look is late.
        if pressed_again() && last_look > DOUBLE_CLICK && is_busy() {
            say(either(
                "You pressed stop twice, so the process that runs the cells was ended. All \
                 variables\nare lost, and with them what the model had learned: run the cells \
                 again from the top.",
                "Du hast zweimal Stopp gedrückt, darum wurde der Prozess beendet, der die Zellen \
                 ausführt.\nAlle Variablen sind weg, und mit ihnen, was das Modell gelernt hatte: \
                 Führe die Zellen von\noben an noch einmal aus.",
            ));
            signal_hook::low_level::exit(130); // at once: destructors would meet running threads
        }
        last_look = look;
        if !explained && look > PATIENCE {
            say(either(
                "You pressed stop, but what runs now does not come to a point where it can stop. \
                 Wait,\nor press stop again: that ends it, and all variables are then lost.",
                "Du hast Stopp gedrückt, aber was jetzt läuft, kommt an keine Stelle, an der es \
                 anhalten\nkann. Warte, oder drücke noch einmal Stopp: Das beendet es, und alle \
                 Variablen sind weg.",
            ));
            explained = true;
        }
    }
}

/// Whole lines, at once, which JupyterLab need not break; nobody may be reading any more, which is
/// no reason to stop.
#[cfg(unix)]
fn say(text: &str) {
    let is_told = text.lines().all(|line| cells::tell(&format!("ZUNDER_SAY {line}")));
    if !is_told {
        let _ = std::io::stdout().lock().write_all(format!("{text}\n").as_bytes());
    }
}

/// Whether there is something to stop.
#[cfg(unix)]
fn is_busy() -> bool {
    a_cell_runs().unwrap_or_else(|| WATCHING.load(Ordering::SeqCst) > 0)
}

/// Whether a cell runs, where that is known: without the relay, evcxr's process waits between cells, while
/// they are compiled too, in a `read` of its standard input for the name of the next one.
#[cfg(unix)]
fn a_cell_runs() -> Option<bool> {
    cells::runs().or_else(|| Some(!cells::reads_standard_input()?))
}

#[cfg(not(unix))]
fn a_cell_runs() -> Option<bool> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs the test below in a process of its own, which presses stop itself.
    #[cfg(unix)]
    fn pressed(in_notebook: bool) -> std::process::ExitStatus {
        let test = "base::interrupt::tests::presses_stop_while_it_watches";
        let mut program = std::process::Command::new(std::env::current_exe().unwrap());
        program.args([test, "--exact", "--ignored"]).env_remove(KERNEL);
        if in_notebook {
            program.env(KERNEL, "1");
        }
        program.output().unwrap().status
    }

    #[test]
    #[cfg(unix)]
    fn a_press_is_noticed_in_a_notebook_and_ends_any_other_program() {
        use std::os::unix::process::ExitStatusExt;
        assert!(pressed(true).success());
        assert_eq!(pressed(false).signal(), Some(signal_hook::consts::SIGINT));
    }

    #[test]
    #[cfg(unix)]
    #[ignore = "it sends SIGINT to its own process; the test above runs it in one of its own"]
    fn presses_stop_while_it_watches() {
        let watch = Watch::begin();
        assert!(!watch.is_asked());
        signal_hook::low_level::raise(signal_hook::consts::SIGINT).unwrap();
        // The limit only ends a test that would hang.
        let start = Instant::now();
        while !watch.is_asked() {
            assert!(start.elapsed() < Duration::from_secs(300), "the press was not noticed");
            std::thread::sleep(GLANCE);
        }
        assert!(watch.is_asked_first());
        watch.answered(true);
        assert!(watch.is_asked() && !watch.is_asked_first(), "a further training stops, too");
        watch.answered(false);
        assert!(watch.is_asked_first(), "and what is behind that");
    }
}
