//! What a test does that this machine cannot run. The tests in `lab/tests` take this file in, too.

use std::io::Write;

/// Says it so that it is seen; under CI, where nobody looks, it is a failure.
pub(crate) fn not_tested(what: &str, why: &str) {
    assert!(std::env::var_os("CI").is_none(), "under CI nothing is passed over: {what}: {why}");
    not_offered(what, why);
}

/// The same for what many systems do not offer, CI's among them. Said past the capture of the test runner.
pub(crate) fn not_offered(what: &str, why: &str) {
    let _ = writeln!(std::io::stderr(), "\nNOT TESTED, {what}: {why}\n");
}
