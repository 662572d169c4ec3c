//! The curves of a running `fit`, growing on the page of a notebook.
//!
//! evcxr shows pictures only when their cell has ended. The project's own kernel has a relay that
//! takes a marked line of output for a picture and shows it at once; it says so by a variable.
//! Elsewhere nothing is shown here, and the lines of text remain.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use crate::fit::curves::draw_growing;
use crate::fit::history::History;

/// Set by the launcher in the kernel's environment.
const LIVE: &str = "ZUNDER_LIVE";

/// What the relay knows the line by.
const MARK: &str = "ZUNDER_DISPLAY";

/// The time between two pictures: as often as an eye can follow, and little work.
const EVERY: Duration = Duration::from_millis(300);

/// The curves of one `fit`.
pub(crate) struct LiveCurves {
    names: Vec<&'static str>,
    validates: bool,
    epochs: usize,
    /// The name by which the page knows the picture; none when it is not shown.
    id: Option<String>,
    last: Option<Shown>,
}

/// The picture that is on the page.
struct Shown {
    when: Instant,
    epochs: usize,
}

impl LiveCurves {
    /// Shows empty curves of these measures, with room for all epochs.
    pub(crate) fn begin(names: Vec<&'static str>, validates: bool, epochs: usize) -> Self {
        let mut curves = LiveCurves { names, validates, epochs, id: None, last: None };
        // One epoch is a point and no curve.
        if epochs > 1 && std::env::var_os(LIVE).is_some() {
            curves.id = Some(new_id());
            curves.show(&History::default(), false);
        }
        curves
    }

    /// Shows the epochs up to now, unless the last picture is very new.
    pub(crate) fn grow(&mut self, history: &History) {
        if self.last.as_ref().is_none_or(|last| last.when.elapsed() >= EVERY) {
            self.show(history, false);
        }
    }

    /// Shows what is not shown yet, however the training ended: a picture that waits for its first
    /// epoch would wait for ever.
    pub(crate) fn finish(&mut self, history: &History) {
        let epochs = history.num_epochs();
        if self.last.as_ref().is_some_and(|last| last.epochs < epochs || epochs == 0) {
            self.show(history, true);
        }
    }

    fn show(&mut self, history: &History, has_ended: bool) {
        let Some(id) = &self.id else { return };
        // What cannot be drawn is no reason to end a training.
        let (validates, epochs) = (self.validates, self.epochs);
        let Ok(svg) = draw_growing(history, &self.names, validates, epochs, has_ended) else {
            return;
        };
        println!("{}", line(id, self.last.is_some(), &svg));
        self.last = Some(Shown { when: Instant::now(), epochs: history.num_epochs() });
    }
}

/// The line for the relay; an update takes the place of the picture with the same name.
fn line(id: &str, is_update: bool, svg: &str) -> String {
    let data = serde_json::json!({"image/svg+xml": svg});
    format!("{MARK} {}", serde_json::json!({"id": id, "update": is_update, "data": data}))
}

/// A name that no other picture has, also not one of another kernel in the same notebook.
fn new_id() -> String {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos();
    id_of(std::process::id(), now, number)
}

/// Processes may have the same number one after another, and pictures the same time.
fn id_of(process: u32, now: u128, number: usize) -> String {
    format!("zunder-{process}-{now}-{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_one_line() {
        let line = line("a", false, "<svg>\n</svg>");
        let expected = r#"{"data":{"image/svg+xml":"<svg>\n</svg>"},"id":"a","update":false}"#;
        assert_eq!(line, format!("ZUNDER_DISPLAY {expected}"));
    }

    #[test]
    fn each_part_of_a_name_tells_pictures_apart() {
        let names =
            [id_of(1, 2, 3), id_of(9, 2, 3), id_of(1, 9, 3), id_of(1, 2, 9), id_of(12, 3, 3)];
        for (position, name) in names.iter().enumerate() {
            assert!(!names[..position].contains(name), "{names:?}");
        }
        // The number is another one for each picture, whatever the clock says.
        let number = |id: String| id.rsplit('-').next().map(str::to_owned);
        let numbers: Vec<_> = (0..100).map(|_| number(new_id())).collect();
        let different: std::collections::HashSet<_> = numbers.iter().collect();
        assert_eq!(different.len(), 100);
    }

    #[test]
    fn outside_the_notebook_nothing_is_drawn() {
        let mut curves = LiveCurves::begin(vec!["loss"], false, 10);
        curves.grow(&History::default());
        curves.finish(&History::default());
        assert!(curves.id.is_none() && curves.last.is_none());
    }
}
