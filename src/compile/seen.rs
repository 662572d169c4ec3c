//! What a model was trained on: how much of it, and marks of its rows.

use std::collections::HashSet;

use zunder_data::Array;

use crate::engine::rows::Rows;

/// So many rows of each `fit` are marked, spread over all of them: enough to find a few per cent of
/// foreign rows, and far less work than an epoch.
const MARKED: usize = 1_024;

/// What a model was trained on since `compile`, in all calls of `fit`: [`Model::seen`](crate::Model::seen).
///
/// It answers what a teacher asks: were test data among it, more samples than were allowed, a second
/// `fit`? Up to 1,024 samples of each `fit` are remembered, by a number that is made of each. Where they
/// have at least 64 numbers, it is the same for a sample that was scaled otherwise, as pixels from 0 to 255
/// and from 0 to 1.
///
/// ```
/// use zunder::prelude::*;
///
/// let x = Array::from([[0.1, 0.9], [0.8, 0.3], [0.2, 0.4], [0.7, 0.1]]);
/// let y = Array::from([1, 0, 1, 0]);
/// let network = Sequential::new().add(Input::new(2)).add(Dense::new(2).activation(Softmax));
/// let mut model = network.compile(SparseCategoricalCrossentropy, Adam::default(), [Accuracy])?;
/// model.fit(&x.rows(0..3)?, &y.rows(0..3)?, Fit::new().verbose(0))?;
/// assert_eq!((model.seen().num_samples(), model.seen().batch_sizes()), (3, vec![32]));
/// assert_eq!(model.seen().share_among(&x), 1.0);
/// assert_eq!(model.seen().share_among(&x.rows(3..4)?), 0.0);
/// assert_eq!(model.seen().share_of_validation_among(&x), 0.0);
/// # Ok::<(), zunder::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// Samples, those for validation and the batch size of each `fit`.
    fits: Vec<(usize, usize, usize)>,
    training: HashSet<u64>,
    validation: HashSet<u64>,
    /// Those of `training` since weights were set, which know nothing of what came before.
    in_the_weights: HashSet<u64>,
    /// Whether weights were set.
    pub(crate) has_other_weights: bool,
}

impl Seen {
    /// Remembers that a `fit` begins.
    pub(crate) fn begin(&mut self, x: Rows, validation: Option<Rows>, batch_size: usize) {
        self.fits.push((x.len(), validation.map_or(0, |x| x.len()), batch_size));
        let training: Vec<u64> = marks(x, MARKED).collect();
        self.training.extend(&training);
        self.in_the_weights.extend(&training);
        self.validation.extend(validation.into_iter().flat_map(|x| marks(x, MARKED)));
    }

    /// Other weights came, which may know anything or nothing.
    pub(crate) fn forget_weights(&mut self) {
        self.in_the_weights.clear();
        self.has_other_weights = true;
    }

    /// About which share of the validation samples an earlier `fit` trained on, where the one that begins does not.
    /// Data that repeat themselves have twins in any part, and in each `fit` others: that says nothing.
    pub(crate) fn share_trained_earlier(&self, x: Rows, validation: Rows) -> f32 {
        const ENOUGH: usize = 5;
        if self.in_the_weights.is_empty() {
            return 0.0;
        }
        let validation: HashSet<u64> = marks(validation, MARKED).collect();
        let found = |among: &HashSet<u64>| validation.intersection(among).count();
        let earlier = found(&self.in_the_weights);
        let by_chance = self.fits.len() * found(&marks(x, MARKED).collect());
        if earlier < ENOUGH.max(4 * by_chance) {
            return 0.0;
        }
        let marked = |fit: &(usize, usize, usize)| MARKED.min(fit.0) as f32 / fit.0 as f32;
        let most_marked = self.fits.iter().map(marked).fold(0.0, f32::max);
        (earlier as f32 / (validation.len() as f32 * most_marked)).min(1.0)
    }

    /// How many samples were trained on, those for validation left out: in the `fit` that had most.
    pub fn num_samples(&self) -> usize {
        self.fits.iter().map(|(samples, ..)| *samples).max().unwrap_or(0)
    }

    /// How many samples it was validated with: in the `fit` that had most of them.
    pub fn num_validation_samples(&self) -> usize {
        self.fits.iter().map(|(_, validation, _)| *validation).max().unwrap_or(0)
    }

    /// The batch size of each `fit`.
    pub fn batch_sizes(&self) -> Vec<usize> {
        self.fits.iter().map(|(.., batch_size)| *batch_size).collect()
    }

    /// Which share of the samples that were trained on is found in `x`, from 0 to 1.
    pub fn share_among(&self, x: &Array) -> f32 {
        let rows: HashSet<u64> = marks(rows_of(&x.to_float()), x.len()).collect();
        share(&self.training, &rows)
    }

    /// Which share of the validation samples is found in `x`, from 0 to 1.
    pub fn share_of_validation_among(&self, x: &Array) -> f32 {
        let rows: HashSet<u64> = marks(rows_of(&x.to_float()), x.len()).collect();
        share(&self.validation, &rows)
    }

    /// Which share of the validation samples was trained on, from 0 to 1. Of more than 1,024 training
    /// samples not all are remembered, and so the share may be larger than this.
    pub fn share_of_validation(&self) -> f32 {
        share(&self.validation, &self.training)
    }
}

fn share(marks: &HashSet<u64>, among: &HashSet<u64>) -> f32 {
    marks.intersection(among).count() as f32 / marks.len().max(1) as f32
}

/// A number for each of at most so many rows, spread evenly.
fn marks(x: Rows<'_>, most: usize) -> impl Iterator<Item = u64> {
    let count = x.len().min(most);
    (0..count).map(move |place| mark(x.row(place * x.len() / count)))
}

fn rows_of(x: &Array) -> Rows<'_> {
    Rows::all(x.as_f32_slice().unwrap_or(&[]), x.shape().of_sample().num_values())
}

/// A number for a row, mostly another one for another row.
///
/// Of many numbers only their pattern counts: which of them lie in the lower, middle and upper part
/// of their range. The borders are irrational, so that no rounding of whole pixels moves one across.
/// Short rows have hardly any pattern.
fn mark(row: &[f32]) -> u64 {
    let range = |(low, high): (f32, f32), &value: &f32| (value.min(low), value.max(high));
    let (low, high) = row.iter().fold((f32::INFINITY, f32::NEG_INFINITY), range);
    let borders = [0.141_421_36, 0.732_050_8].map(|share| low + share * (high - low));
    let pattern = |bits: u64, value: &f32| {
        (bits << 2) | (u64::from(*value > borders[0]) + u64::from(*value > borders[1]))
    };
    let patterns = row.chunks(32).map(|values| values.iter().fold(0, pattern));
    if row.len() < 64 { hash(row) } else { patterns.fold(0, add) }
}

/// A number for a row in which each of its numbers counts to the last bit.
pub(crate) fn hash(row: &[f32]) -> u64 {
    let exact = |bits: u64, value: &f32| (bits << 32) | u64::from(value.to_bits());
    row.chunks(2).map(|values| values.iter().fold(0, exact)).fold(0, add)
}

fn add(hash: u64, bits: u64) -> u64 {
    // The constant of the FxHash of Firefox and rustc.
    (hash.rotate_left(5) ^ bits).wrapping_mul(0x517c_c1b7_2722_0a95)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pictures(start: usize, count: usize) -> Array {
        let mixed = |i: usize| (i ^ (i >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let pixel = |i: usize| (mixed(mixed(i + 1)) >> 40 & 255) as f32;
        let numbers = (start * 100..(start + count) * 100).map(pixel);
        Array::new([count, 100], numbers.collect::<Vec<f32>>()).expect("so many numbers")
    }

    #[test]
    fn samples_are_known_again_on_any_scale() {
        let x = pictures(0, 5_000);
        let mut seen = Seen::default();
        seen.begin(rows_of(&(&x / 255.0)), None, 32);
        assert_eq!((seen.num_samples(), seen.batch_sizes()), (5_000, vec![32]));
        assert_eq!(seen.num_validation_samples(), 0);
        for scaled in [x.clone(), &x / 127.5 - 1.0, &x / 200.0] {
            assert!(seen.share_among(&scaled) > 0.999);
        }
        let others = pictures(5_000, 5_000);
        assert!(seen.share_among(&others) < 0.01);
        seen.begin(rows_of(&others), Some(rows_of(&others)), 64);
        assert!((seen.share_among(&others) - 0.5).abs() < 0.01);
        assert_eq!(seen.num_validation_samples(), 5_000);
        assert_eq!(seen.share_of_validation(), 1.0);
        assert!(seen.share_of_validation_among(&(&others / 255.0)) > 0.999);
        assert!(seen.share_of_validation_among(&x) < 0.01);
    }

    #[test]
    fn samples_of_an_earlier_fit_are_known_again_also_among_many() {
        for count in [200, 6_000] {
            let x = pictures(0, count);
            let part = |from: usize, to: usize| x.rows(from * count / 4..to * count / 4).unwrap();
            let mut seen = Seen::default();
            assert_eq!(seen.share_trained_earlier(rows_of(&part(1, 4)), rows_of(&part(0, 1))), 0.0);
            seen.begin(rows_of(&part(1, 4)), None, 32);
            let share = |seen: &Seen, training: &Array, validation: &Array| {
                seen.share_trained_earlier(rows_of(training), rows_of(validation))
            };
            assert!(share(&seen, &part(0, 3), &part(3, 4)) > 0.8);
            assert_eq!(share(&seen, &part(2, 4), &part(0, 1)), 0.0);
            assert_eq!(share(&seen, &part(1, 4), &part(2, 3)), 0.0, "said of one fit");
            seen.forget_weights();
            assert_eq!(share(&seen, &part(0, 3), &part(3, 4)), 0.0);
        }
        // Twins in any part.
        let few = pictures(0, 50);
        let twins = |from: usize| {
            few.select(&(from..from + 400).map(|row| row % 50).collect::<Vec<_>>()).unwrap()
        };
        let mut seen = Seen::default();
        for fit in 0..8 {
            let (training, validation) = (twins(fit), twins(fit + 7));
            assert_eq!(seen.share_trained_earlier(rows_of(&training), rows_of(&validation)), 0.0);
            seen.begin(rows_of(&training), None, 32);
        }
    }

    #[test]
    fn each_number_of_a_short_row_counts() {
        let mut seen = Seen::default();
        seen.begin(rows_of(&Array::from([[1.0, 2.0], [3.0, 4.0]])), None, 32);
        assert_eq!(seen.share_among(&Array::from([[1.0, 2.0], [3.0, 5.0]])), 0.5);
        assert_eq!(seen.share_among(&Array::zeros([0, 2])), 0.0);
        assert_eq!(Seen::default().share_among(&Array::zeros([3, 2])), 0.0);
    }

    /// What remembering costs each `fit` of the tutorial: 48,000 rows of 784 numbers, 12,000 for validation.
    ///
    /// `cargo test --lib microseconds_of_remembering -- --ignored --nocapture`
    #[test]
    #[ignore = "a measurement"]
    fn microseconds_of_remembering() {
        let pixel = |i: usize| (i.wrapping_mul(2_654_435_761) >> 7 & 255) as f32;
        let values: Vec<f32> = (0..60_000 * 784).map(pixel).collect();
        let (training, validation) = values.split_at(48_000 * 784);
        let mut times: Vec<u128> = (0..9)
            .map(|_| {
                let start = std::time::Instant::now();
                let mut seen = Seen::default();
                seen.begin(Rows::all(training, 784), Some(Rows::all(validation, 784)), 32);
                assert_eq!(seen.num_samples(), 48_000);
                start.elapsed().as_micros()
            })
            .collect();
        times.sort_unstable();
        println!("remembering 2 x 1,024 of 60,000 rows: {} µs, median of 9", times[4]);
    }
}
