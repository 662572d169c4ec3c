//! A training as a learner meets it: curves that grow, a stop button that loses nothing.

use crate::common::{check, in_browser, prepare, root};

#[test]
fn a_training_shows_growing_curves_and_can_be_stopped_without_a_loss() {
    let ran = check("check_training.py");
    assert!(ran.ok, "{}", ran.text);
    assert_eq!(ran.text.matches("as it should be").count(), 12, "{}", ran.text);
}

/// In a real JupyterLab, with its real button. The pictures are there to be looked at.
#[test]
fn the_page_shows_the_curves_and_the_stop_button_stops() {
    prepare();
    let pictures = root().join("target/training");
    let notebook = root().join("lab/tests/training.ipynb");
    let text = in_browser(&notebook, &pictures, "check_training_page.py");
    for name in ["growing-1", "growing-2", "stopped", "goes-on"] {
        assert!(pictures.join(format!("{name}.png")).is_file(), "{name}: {}", text);
    }
}
