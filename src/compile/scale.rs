//! Between which values a model was trained: samples that come later should be prepared alike.

use serde::{Deserialize, Serialize};

/// The smallest and the largest value of samples, by some of them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Scale {
    pub(crate) smallest: f32,
    pub(crate) largest: f32,
    /// Which share of them is below 0.
    pub(crate) below_0: f32,
    pub(crate) mean: f32,
    /// The root of the mean square: a single huge number, as standardised data have for pixels that are almost
    /// always black, does not make it large. Files of before do not have it.
    #[serde(default)]
    pub(crate) typical: f32,
    /// The largest size of all.
    pub(crate) up_to: f32,
    /// Whether `fit` was told not to look for mistakes.
    pub(crate) is_silent: bool,
}

/// A picture has more columns than a table.
pub(crate) const MOST_COLUMNS: usize = 30;

impl Scale {
    /// Other samples may well be several times larger; pixels that were not divided are 255 times.
    const MUCH: f32 = 20.0;
    /// Fewer values may all be small, or all above 0, by chance.
    const ENOUGH: usize = 100;
    /// Where less is below 0, samples may have nothing below 0 by chance, too.
    const OFTEN: f32 = 0.05;

    /// Both means as shares of the largest value, where so many values on the scale `now` are inverted: as dark as the
    /// others are light.
    pub(crate) fn inverted_means(self, now: Scale, values: usize) -> Option<[f32; 2]> {
        const DARK: f32 = 0.3;
        const LIGHT: f32 = 0.75; // single pictures of Fashion-MNIST go up to 0.73
        let is_from_0 = self.smallest == 0.0 && now.smallest == 0.0 && self.largest > 0.0;
        let is_as_large = (0.8..=1.25).contains(&(now.largest / self.largest));
        if values < Scale::ENOUGH || !is_from_0 || !is_as_large {
            return None;
        }
        let means = [self.mean / self.largest, now.mean / self.largest];
        let [low, high] = [means[0].min(means[1]), means[0].max(means[1])];
        (low < DARK && high > LIGHT).then_some(means)
    }

    /// Whether so many values on the scale `now`, in so many columns, were prepared otherwise than those of the
    /// training.
    pub(crate) fn is_unlike(self, now: Scale, columns: usize, values: usize) -> bool {
        let [training, there] = [self, now].map(|scale| scale.largest.max(-scale.smallest));
        let goes_below_0 = |scale: Scale, size: f32| {
            scale.smallest < -0.05 * size && scale.below_0 >= Scale::OFTEN
        };
        let is_larger = training > 0.0 && there > Scale::MUCH * training && there > self.up_to;
        // A single huge number makes nothing large.
        let is_smaller = self.typical > Scale::MUCH * now.typical;
        // From -3 to 3 was learned, and from 0 to 3 is asked.
        let is_part = columns <= MOST_COLUMNS
            && self.smallest < now.smallest
            && (0.8..=1.25).contains(&(there / training));
        let one_goes_below_0 = goes_below_0(self, training) != goes_below_0(now, there)
            && self.smallest.max(now.smallest) >= 0.0
            && !is_part;
        is_larger || values >= Scale::ENOUGH && there > 0.0 && (is_smaller || one_goes_below_0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_that_were_prepared_otherwise_are_told_from_those_that_differ_by_chance() {
        let often = |smallest, largest, below_0| Scale {
            smallest,
            largest,
            below_0,
            mean: 0.5,
            typical: f32::max(largest, -smallest) / 2.0,
            up_to: 0.0,
            is_silent: false,
        };
        let scale = |smallest, largest| often(smallest, largest, 0.5);
        let (pixels, divided) = (scale(0.0, 255.0), scale(0.0, 1.0));
        let (standardised, centred) = (scale(-0.42, 2.82), scale(-1.0, 1.0));
        for (training, now) in [
            (divided, pixels),
            (pixels, divided),
            (standardised, divided),
            (divided, standardised),
            (divided, centred),
            (centred, divided),
            (standardised, pixels),
        ] {
            assert!(training.is_unlike(now, 784, 784), "{training:?} {now:?}");
        }
        for (training, now) in [
            (divided, scale(0.0, 3.0)),
            (divided, scale(0.0, 0.3)),
            (divided, scale(0.0, 0.0)),
            (scale(0.0, 0.0), divided),
            (standardised, scale(-0.3, 1.0)),
            (scale(-0.01, 1.0), divided),
            (often(-0.4, 1.0, 0.001), divided),
            (divided, often(-0.4, 1.0, 0.01)),
            (Scale { up_to: 400.0, ..divided }, scale(0.0, 400.0)),
        ] {
            assert!(!training.is_unlike(now, 784, 784), "{training:?} {now:?}");
        }
        // A part of what a table was trained with, and one that was prepared otherwise.
        assert!(!centred.is_unlike(divided, 1, 200));
        assert!(centred.is_unlike(scale(0.0, 0.4), 1, 200));
        assert!(divided.is_unlike(centred, 1, 200));
        // One row of a table may be above the mean everywhere; what is far larger is never chance.
        assert!(!standardised.is_unlike(scale(0.2, 1.0), 4, 4));
        assert!(divided.is_unlike(pixels, 4, 4));
    }

    #[test]
    fn black_on_white_is_told_from_white_on_black() {
        let scale = |smallest, largest, mean| Scale {
            smallest,
            largest,
            below_0: 0.0,
            mean,
            typical: largest / 2.0,
            up_to: largest,
            is_silent: false,
        };
        let digits = scale(0.0, 1.0, 0.13);
        let inverted = |now: Scale| digits.inverted_means(now, 784);
        assert_eq!(inverted(scale(0.0, 1.0, 0.87)), Some([0.13, 0.87]));
        assert_eq!(
            scale(0.0, 255.0, 204.0).inverted_means(scale(0.0, 255.0, 51.0), 784),
            Some([0.8, 0.2])
        );
        for now in [scale(0.0, 1.0, 0.6), scale(0.0, 2.0, 1.74), scale(0.5, 1.0, 0.87)] {
            assert_eq!(inverted(now), None, "{now:?}");
        }
        assert_eq!(digits.inverted_means(scale(0.0, 1.0, 0.87), 4), None);
    }
}
