//! What becomes of a command when nobody takes what it prints: `cargo lab doctor | head -1`, or a full disk.
//!
//! `println!` panics then. The words of that panic are kept from the terminal, what it unwinds is cleaned up, and the
//! command ends as other programs do.

use std::io::Write;
use std::panic::{self, PanicHookInfo};
use std::process::ExitCode;
use std::sync::OnceLock;

use crate::base::failure::{self, Result, cannot};
use crate::base::spoken::spoken;
use crate::base::tools::READER_WENT;

/// Why nothing can be printed any more.
static LOST: OnceLock<String> = OnceLock::new();

/// Does the work of a command that a person types, whose output may be cut off.
pub(crate) fn with_output(work: impl FnOnce() -> Result<()> + panic::UnwindSafe) -> ExitCode {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| match reason(panic) {
        Some(reason) => drop(LOST.set(reason)),
        // A thread that could not print takes the one with it that waits for it.
        None if LOST.get().is_some() => {}
        None => usual(panic),
    }));
    let ended = panic::catch_unwind(work);
    match (LOST.get(), ended) {
        (Some(reason), _) => lost(reason),
        (None, Ok(result)) => end(result),
        (None, Err(panic)) => panic::resume_unwind(panic),
    }
}

/// Says how it ended.
pub(crate) fn end(result: Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "\n{failure}"); // there may be nobody to read it
            ExitCode::FAILURE
        }
    }
}

fn lost(reason: &str) -> ExitCode {
    let (code, words) = farewell(reason);
    if let Some(words) = words {
        let _ = writeln!(std::io::stderr(), "\n{words}");
    }
    ExitCode::from(code)
}

/// The status and the last words of a command that could not print.
fn farewell(reason: &str) -> (u8, Option<String>) {
    if reason.starts_with("Broken pipe") {
        return (READER_WENT, None);
    }
    let words = cannot(&spoken!("write", "zu schreiben"), &failure::reason(&reason));
    (1, Some(words.to_string()))
}

/// Why `println!` or `eprintln!` panics, if this is that panic.
fn reason(panic: &PanicHookInfo) -> Option<String> {
    reason_in(panic.payload_as_str()?)
}

fn reason_in(said: &str) -> Option<String> {
    let said = said.strip_prefix("failed printing to ")?;
    let (_, reason) = said.split_once(": ")?;
    Some(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::process::{Command, Stdio};

    use super::*;

    /// The status of this test program, where it prints into `errors` as a command would. Into that, since what tests
    /// print to stdout is the harness's.
    fn status_of_printing(errors: impl Into<Stdio>) -> Option<i32> {
        let mut test = Command::new(std::env::current_exe().expect("a test is a program"));
        test.args(["--exact", "printing::tests::prints", "--ignored", "--nocapture"]);
        test.stdout(Stdio::null()).stderr(errors).status().expect("it runs").code()
    }

    #[test]
    #[ignore = "the next test runs it, as a program of its own"]
    fn prints() {
        let code = with_output(|| {
            std::thread::scope(|scope| {
                scope.spawn(|| eprintln!("a line"));
            });
            Ok(())
        });
        let is = |one: u8| format!("{code:?}") == format!("{:?}", ExitCode::from(one));
        let code = [0, 1, READER_WENT].into_iter().find(|one| is(*one));
        std::process::exit(code.map_or(99, i32::from));
    }

    #[test]
    fn a_command_ends_as_others_do_when_its_output_is_lost() {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        assert_eq!(status_of_printing(writer), Some(141));
        assert_eq!(status_of_printing(Stdio::null()), Some(0));
        if cfg!(target_os = "linux") {
            let full = File::options().write(true).open("/dev/full").expect("Linux has it");
            assert_eq!(status_of_printing(full), Some(1));
        }
    }

    #[test]
    fn a_closed_pipe_ends_quietly_and_a_full_disk_in_one_sentence() {
        assert_eq!(farewell("Broken pipe (os error 32)"), (141, None));
        let said = "cannot write: No space left on device (os error 28)".to_owned();
        assert_eq!(farewell("No space left on device (os error 28)"), (1, Some(said)));
    }

    #[test]
    fn only_a_panic_of_printing_is_taken_for_one() {
        let said = "failed printing to stdout: Broken pipe (os error 32)";
        assert_eq!(reason_in(said).as_deref(), Some("Broken pipe (os error 32)"));
        assert_eq!(reason_in("index out of bounds: the len is 3"), None);
    }
}
