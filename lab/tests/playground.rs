//! The playground in a real browser: in JupyterLab, and in the page that is saved of the notebook.

use std::path::Path;

use crate::common::{in_browser, prepare, root};

#[test]
fn drawn_digits_are_recognised_and_the_page_computes_what_rust_computes() {
    prepare();
    // Kept, for a look at the pictures.
    let output = Path::new(env!("CARGO_TARGET_TMPDIR")).join("playground");
    let notebook = root().join("lab/tests/playground.ipynb");
    let text = in_browser(&notebook, &output, "check_playground.py");
    // Each playground twice: in JupyterLab and in the saved page.
    assert_eq!(text.matches("largest difference from predict").count(), 4, "{text}");
    assert_eq!(text.matches("is recognised").count(), 6, "{text}");
}
