//! The curves of a running `fit`, growing on the page of a notebook.
//!
//! evcxr shows pictures only when their cell has ended. The project's own kernel has a relay that
//! takes a marked line of output for a picture and shows it at once; it says so by a variable.
//! Elsewhere nothing is shown here, and the lines of text remain.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use zunder_data::Result;
use zunder_data::base::clock::Instant;

use crate::fit::callback::{Callback, Training};
use crate::fit::curves::draw_growing;

/// Set by the launcher in the kernel's environment.
const LIVE: &str = "ZUNDER_LIVE";

/// What the relay knows the line by.
const MARK: &str = "ZUNDER_DISPLAY";

/// The time between two pictures: as often as an eye can follow, and little work.
const EVERY: Duration = Duration::from_millis(300);

/// The curves of one `fit`: of the loss and the first metric.
#[derive(Default)]
pub(crate) struct LiveCurves {
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
    fn show(&mut self, training: &Training, has_ended: bool) {
        let Some(id) = &self.id else { return };
        let (history, epochs) = (&*training.history, training.num_epochs);
        let (of_validation, names): (Vec<&str>, Vec<&str>) =
            training.names.iter().copied().partition(|name| name.starts_with("val_"));
        let (names, validates) = (&names[..names.len().min(2)], !of_validation.is_empty());
        // What cannot be drawn is no reason to end a training.
        if let Ok(svg) = draw_growing(history, names, validates, epochs, has_ended) {
            println!("{}", line(id, self.last.is_some(), &svg));
            self.last = Some(Shown { when: Instant::now(), epochs: history.num_epochs() });
        }
    }
}

impl Callback for LiveCurves {
    fn on_train_begin(&mut self, training: &mut Training) -> Result<()> {
        // One epoch is a point and no curve.
        let is_shown = training.num_epochs > 1 && std::env::var_os(LIVE).is_some();
        *self = LiveCurves { id: is_shown.then(new_id), last: None };
        Ok(())
    }

    /// Shows empty curves, with room for all epochs. Not before: another callback may still refuse to begin.
    fn on_epoch_begin(&mut self, training: &mut Training) -> Result<()> {
        if self.last.is_none() {
            self.show(training, false);
        }
        Ok(())
    }

    /// Shows the epochs up to now, unless the last picture is very new.
    fn on_epoch_end(&mut self, training: &mut Training) -> Result<()> {
        if self.last.as_ref().is_none_or(|last| last.when.elapsed() >= EVERY) {
            self.show(training, false);
        }
        Ok(())
    }

    /// Shows what is not shown yet, however the training ended: a picture that waits for its first
    /// epoch would wait for ever.
    fn on_train_end(&mut self, training: &mut Training) -> Result<()> {
        let epochs = training.history.num_epochs();
        if self.last.as_ref().is_some_and(|last| last.epochs < epochs || epochs == 0) {
            self.show(training, true);
        }
        Ok(())
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
}
