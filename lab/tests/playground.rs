//! The playground in a real browser: in JupyterLab, and in the page that is saved of the notebook.

use std::path::Path;
use std::process::Command;

use crate::common::{prepare, root};

#[test]
fn drawn_digits_are_recognised_and_the_page_computes_what_rust_computes() {
    prepare();
    // Kept, for a look at the pictures.
    let output = Path::new(env!("CARGO_TARGET_TMPDIR")).join("playground");
    let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"));
    lab.arg("browser").arg(root().join("lab/tests/playground.ipynb"));
    lab.args(["--script", "check_playground.py", "--output"]).arg(&output);
    let ended = lab.output().expect("it starts");
    let text = [ended.stdout, ended.stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .concat();
    assert!(ended.status.success(), "{text}");
    // Each playground twice: in JupyterLab and in the saved page.
    assert_eq!(text.matches("largest difference from predict").count(), 4, "{text}");
    assert_eq!(text.matches("is recognised").count(), 6, "{text}");
}
