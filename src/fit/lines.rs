//! The lines that a running `fit` prints.

use std::time::Duration;

use zunder_data::Result;
use zunder_data::base::clock::Instant;
use zunder_data::base::numbers::{counted, rounded};
use zunder_data::words::decimal;
use zunder_data::words::{either, told};

use crate::fit::callback::{Callback, Training};
use crate::fit::settings::Fit;

/// Says something every few seconds while a long epoch runs.
pub(crate) struct Progress {
    epoch: usize,
    epochs: usize,
    is_on: bool,
    last: Instant,
}

impl Progress {
    const EVERY: Duration = Duration::from_secs(3);

    pub(crate) fn new(epoch: usize, settings: &Fit) -> Self {
        let (epochs, is_on) = (settings.epochs, settings.verbose > 0);
        Progress { epoch, epochs, is_on, last: Instant::now() }
    }

    pub(crate) fn line_after(
        &mut self,
        batch: usize,
        num_batches: usize,
        loss: f32,
    ) -> Option<String> {
        let is_time = batch < num_batches && self.last.elapsed() >= Self::EVERY;
        if !self.is_on || !is_time {
            return None;
        }
        self.last = Instant::now();
        let Progress { epoch, epochs, .. } = self;
        let (head, word) = (head(*epoch, *epochs), either("batch", "Batch"));
        let loss = decimal(loss.into(), 4);
        Some(format!("{head}   {word} {batch}/{num_batches}   loss {loss}"))
    }
}

pub(crate) fn stopped_line(epoch: usize, epochs: usize) -> String {
    let kept = match epoch {
        1 => either("no whole epoch yet", "noch keine ganze Epoche").to_owned(),
        2 => either("the whole epoch before", "die ganze Epoche davor").to_owned(),
        _ => {
            let whole = epoch - 1;
            told!("the {whole} whole epochs before", "die {whole} ganzen Epochen davor")
        }
    };
    told!(
        "Stopped in epoch {epoch} of {epochs}, as you asked. The model keeps what it has \
         learned up to here;\nthe history holds {kept}. To go on, run fit again.",
        "Angehalten in Epoche {epoch} von {epochs}, wie du es wolltest. Das Modell behält, was \
         es bis hierher gelernt hat;\ndie History enthält {kept}. Um weiterzumachen, ruf fit \
         noch einmal auf."
    )
}

/// What is left of a training that ran away: with the cell ends a model that was made there.
pub(crate) fn kept_line(epochs: usize) -> String {
    let kept = counted(epochs, ["epoch", "epochs"], ["Epoche", "Epochen"]);
    let look = "model.history().plot(\"loss\")";
    told!(
        "A model from an earlier cell keeps the {kept} before that: look with {look}",
        "Ein Modell aus einer früheren Zelle behält die {kept} davor: Sieh nach mit {look}"
    )
}

/// A line after each epoch.
pub(crate) struct EpochLines;

impl Callback for EpochLines {
    fn on_epoch_end(&mut self, training: &mut Training) -> Result<()> {
        let time = training.history.seconds.last().copied().unwrap_or_default();
        let numbers = training.history.last_epoch();
        println!("{}", epoch_line(training.epoch, training.num_epochs, time, &numbers));
        Ok(())
    }
}

fn epoch_line(epoch: usize, epochs: usize, seconds: f64, numbers: &[(String, f32)]) -> String {
    let text = |(name, value): &(String, f32)| format!("   {name} {}", rounded((*value).into(), 4));
    let numbers: String = numbers.iter().map(text).collect();
    format!("{}   {} s{numbers}", head(epoch, epochs), decimal(seconds, 2))
}

/// How each line begins.
fn head(epoch: usize, epochs: usize) -> String {
    format!("{} {epoch:>2}/{epochs}", either("Epoch", "Epoche"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use zunder_data::words::in_german;

    #[test]
    fn the_line_about_a_stop_says_what_is_kept_and_how_to_go_on() {
        assert_eq!(
            stopped_line(3, 10),
            "Stopped in epoch 3 of 10, as you asked. The model keeps what it has learned up to \
             here;\nthe history holds the 2 whole epochs before. To go on, run fit again."
        );
        assert!(stopped_line(1, 10).contains("the history holds no whole epoch yet"));
        assert!(stopped_line(2, 10).contains("the history holds the whole epoch before"));
        let german = in_german(|| stopped_line(3, 10));
        assert!(german.starts_with("Angehalten in Epoche 3 von 10"), "{german}");
        assert!(german.contains("die History enthält die 2 ganzen Epochen davor"), "{german}");
    }

    #[test]
    fn a_long_epoch_says_how_far_it_is_every_three_seconds() {
        let mut progress = Progress::new(2, &Fit::new().epochs(10));
        assert_eq!(progress.line_after(7, 1500, 0.25), None, "too early");
        progress.last -= Progress::EVERY;
        let line = progress.line_after(7, 1500, 0.25);
        assert_eq!(line.as_deref(), Some("Epoch  2/10   batch 7/1500   loss 0.2500"));
        let german = in_german(|| epoch_line(2, 10, 1.0, &[("loss".to_owned(), 0.25)]));
        assert_eq!(german, "Epoche  2/10   1,00 s   loss 0,2500");
        assert_eq!(progress.line_after(8, 1500, 0.25), None, "the next one only 3 s later");
        progress.last -= Progress::EVERY;
        assert_eq!(progress.line_after(1500, 1500, 0.25), None, "the epoch's own line follows");
        let mut silent = Progress::new(2, &Fit::new().verbose(0));
        silent.last -= Progress::EVERY;
        assert_eq!(silent.line_after(7, 1500, 0.25), None);
    }
}
