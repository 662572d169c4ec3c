//! An axis of a picture with curves: where its marks stand and what they say.

#[cfg(not(target_family = "wasm"))]
use std::ops::Range;

#[cfg(not(target_family = "wasm"))]
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};

use crate::base::numbers::{decimal, shortest};

/// An axis with marks at round numbers.
#[derive(Clone)]
pub struct Axis {
    pub from: f64,
    pub to: f64,
    pub ticks: Vec<f64>,
    pub(crate) step: f64,
}

impl Axis {
    /// Whole epochs from 1, with half an epoch of room at both ends.
    pub(crate) fn epochs(epochs: usize) -> Axis {
        let last = epochs.max(1) as f64;
        let step = if epochs <= 12 { 1.0 } else { round_step(last / 11.0).max(1.0) };
        let rounds = (1..).map(|number| f64::from(number) * step);
        let mut ticks: Vec<f64> = rounds.take_while(|&tick| tick <= last).collect();
        if step > 1.0 {
            ticks.insert(0, 1.0);
        }
        let room = (last * 0.02).max(0.5);
        Axis { from: 1.0 - room, to: last + room, ticks, step }
    }

    /// Round numbers around a range.
    pub fn around((low, high): (f64, f64)) -> Axis {
        let size = low.abs().max(high.abs());
        // A constant still needs an axis with a length.
        let (low, high) = if high - low > size * 1e-4 {
            (low, high)
        } else if size == 0.0 {
            (-0.1, 0.1)
        } else {
            (low - size * 0.1, high + size * 0.1)
        };
        let step = round_step((high - low) / 7.0);
        // A number that is round but for its last digits is the end of the axis itself.
        let first = (low / step + 1e-4).floor() as i64;
        let last = (high / step - 1e-4).ceil() as i64;
        let ticks = (first..=last).map(|number| number as f64 * step).collect();
        Axis { from: first as f64 * step, to: last as f64 * step, ticks, step }
    }

    /// How far along the axis a number lies: 0 at its beginning, 1 at its end.
    pub fn way(&self, number: f64) -> f64 {
        (number - self.from) / (self.to - self.from)
    }

    /// A tick with as many decimals as all ticks need.
    pub fn label(&self, tick: f64) -> String {
        let largest = self.from.abs().max(self.to.abs());
        let decimals = (-self.step.log10()).ceil().max(0.0) as usize;
        if tick.abs() < self.step * 1e-6 {
            "0".to_owned()
        } else if largest >= 1e6 || decimals > 6 || decimals > 4 && largest < 1e-2 {
            let digits = (largest / self.step).log10().ceil().clamp(0.0, 7.0) as usize;
            shortest(format!("{tick:.digits$e}"))
        } else {
            decimal(tick, decimals)
        }
    }
}

/// The smallest of 1, 2, 5, 10, ... (and 0.5, 0.2, ...) that is not below a number.
fn round_step(at_least: f64) -> f64 {
    let power = 10f64.powf(at_least.log10().floor());
    let steps = [1.0, 2.0, 5.0].map(|digit| digit * power);
    steps.into_iter().find(|&step| step >= at_least * 0.999).unwrap_or(10.0 * power)
}

#[cfg(not(target_family = "wasm"))]
impl Ranged for Axis {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (start, end): (i32, i32)) -> i32 {
        start + (f64::from(end - start) * self.way(*value)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.from..self.to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<String> {
        axis.ticks.iter().map(|&tick| axis.label(tick)).collect()
    }

    #[test]
    fn epochs_are_whole_numbers_from_1() {
        assert_eq!(labels(&Axis::epochs(1)), ["1"]);
        assert_eq!(labels(&Axis::epochs(3)), ["1", "2", "3"]);
        assert_eq!(labels(&Axis::epochs(30)), ["1", "5", "10", "15", "20", "25", "30"]);
        assert_eq!(Axis::epochs(200).ticks.len(), 11);
        for epochs in 1..=1_000 {
            let axis = Axis::epochs(epochs);
            let is_epoch = |&tick: &f64| tick.fract() == 0.0 && (1..=epochs).contains(&(tick as _));
            assert!(axis.ticks.iter().all(is_epoch) && axis.ticks.len() <= 13, "{epochs}");
        }
    }

    #[test]
    fn numbers_get_round_ticks_that_hold_them_all() {
        assert_eq!(labels(&Axis::around((0.1, 1.0))), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(&Axis::around((0.95, 0.97)))[..2], ["0.950", "0.955"]);
        assert_eq!(labels(&Axis::around((1.0, 1.0))), ["0.90", "0.95", "1.00", "1.05", "1.10"]);
        assert_eq!(labels(&Axis::around((0.0, 0.0))), ["-0.10", "-0.05", "0", "0.05", "0.10"]);
        assert_eq!(labels(&Axis::around((0.0, 4e-5)))[1..3], ["1.0e-5", "2.0e-5"]);
        assert_eq!(labels(&Axis::around((0.9124, 0.9126)))[1], "0.91245");
        let extremes = [-3e38, -1.0, -1e-30, 0.0, 1e-38, 0.5, 0.500_000_1, 1e9, 3e38];
        for low in extremes {
            for high in extremes.into_iter().filter(|&high| high >= low) {
                let axis = Axis::around((low, high));
                let tiny = axis.step * 1e-3;
                assert!(axis.from <= low + tiny && high <= axis.to + tiny, "{low} {high}");
                assert!((2..=10).contains(&axis.ticks.len()), "{low} {high}: {:?}", axis.ticks);
                assert!(labels(&axis).iter().all(|label| label.len() < 16), "{low} {high}");
            }
        }
    }
}
