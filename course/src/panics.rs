//! Runs a learner's code, which may panic, without the panic's own message.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    /// Whether a panic on this thread is expected and says nothing.
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs something; none if it panics, of which nothing is printed then.
///
/// The hook is set once and looks at a flag of its own thread: two checks that swapped the hook of
/// the whole process at the same time would leave it silent for good.
pub(crate) fn without_panic<T>(run: impl FnOnce() -> T) -> Option<T> {
    caught(run).ok()
}

/// The same with the first words of the panic: its first line, or what stands below Burn's own headline.
pub(crate) fn caught<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !IS_QUIET.get() {
                usual(info);
            }
        }));
    });
    let before = IS_QUIET.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    IS_QUIET.set(before);
    result.map_err(|words| {
        let said = words.downcast_ref::<String>().cloned();
        let words = said.or_else(|| words.downcast_ref::<&str>().map(|&said| said.to_owned()));
        let words = words.unwrap_or_default();
        let (from, lines) = if words.starts_with("===") { (1, 3) } else { (0, 1) };
        let said: Vec<&str> = words.lines().skip(from).take(lines).map(str::trim).collect();
        said.join(" ").split(" Lhs ").take(1).flat_map(str::chars).take(MOST).collect()
    })
}

/// So many letters of a panic are said.
const MOST: usize = 150;

/// Ends a call that has no `Result` for it: the cell fails with this sentence, and all variables
/// stay.
pub(crate) fn refuse(sentence: String) -> ! {
    if !IS_QUIET.get() {
        eprintln!("{sentence}");
    }
    panic::resume_unwind(Box::new(sentence))
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::thread;

    use super::*;

    const AS_CHILD: &str = "ZUNDER_TEST_OF_PANICS";

    /// In a process of its own, whose whole output can be looked at.
    #[test]
    fn checks_on_many_threads_silence_no_other_panic() {
        if std::env::var_os(AS_CHILD).is_some() {
            let checks = || {
                for _ in 0..2_000 {
                    assert_eq!(without_panic(|| panic!("this must not be seen")), None::<()>);
                }
            };
            let threads: Vec<_> = (0..8).map(|_| thread::spawn(checks)).collect();
            let seen = thread::spawn(|| panic!("this must be seen: during")).join();
            threads.into_iter().for_each(|thread| thread.join().expect("it ends"));
            assert!(seen.is_err());
            assert!(thread::spawn(|| panic!("this must be seen: after")).join().is_err());
            return;
        }
        let name = "panics::tests::checks_on_many_threads_silence_no_other_panic";
        let mut child = Command::new(std::env::current_exe().expect("this program"));
        child.args(["--exact", name, "--nocapture"]).env(AS_CHILD, "1");
        let ended = child.output().expect("it starts");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{said}");
        assert!(said.contains("seen: during") && said.contains("seen: after"), "{said}");
        assert!(!said.contains("must not be seen"), "{said}");
    }

    #[test]
    fn one_inside_another_leaves_the_outer_one_quiet() {
        let outer = without_panic(|| {
            assert_eq!(without_panic(|| panic!("inner")), None::<()>);
            IS_QUIET.get()
        });
        assert_eq!(outer, Some(true));
        assert!(!IS_QUIET.get());
    }
}
