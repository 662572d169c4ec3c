//! The random numbers of `Dropout`.

/// SplitMix64 ([Steele, Lea and Flood 2014](https://doi.org/10.1145/2660193.2660195)): as quick as
/// one draw for each value asks for, and it can be copied with the network that it belongs to, so
/// that a training that is taken back takes back its random numbers as well.
#[derive(Clone, Debug)]
pub(crate) struct SplitMix64(u64);

impl SplitMix64 {
    pub(crate) fn new(seed: u64) -> Self {
        SplitMix64(seed)
    }

    /// Numbers of their own for another thread, which follow from these.
    pub(crate) fn split(&mut self) -> SplitMix64 {
        SplitMix64(self.number())
    }

    /// For each value on its own 0 with probability `rate`, else the factor that keeps the sum at its size
    /// on average.
    pub(crate) fn mask(&mut self, values: usize, rate: f64) -> impl Iterator<Item = f32> {
        let kept = (1.0 / (1.0 - rate)) as f32;
        // A whole number below 2^32 is drawn instead of a fraction: it is the quickest.
        let limit = (rate * 2f64.powi(32)) as u32;
        (0..values).map(move |_| if ((self.number() >> 32) as u32) < limit { 0.0 } else { kept })
    }

    /// Any number, each as likely as the others.
    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_splitmix64() {
        // The first numbers for seed 1234567, as the program at
        // https://prng.di.unimi.it/splitmix64.c prints them.
        let mut random = SplitMix64::new(1_234_567);
        let expected = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973];
        assert_eq!([random.number(), random.number()], expected);
    }

    #[test]
    fn a_mask_has_the_share_of_zeros_that_was_asked_for_and_keeps_the_mean() {
        for (rate, kept) in [(0.1, 1.0 / 0.9), (0.25, 4.0 / 3.0), (0.5, 2.0), (0.9, 10.0)] {
            let mask: Vec<f32> = SplitMix64::new(5).mask(100_000, rate).collect();
            let zeros = mask.iter().filter(|&&value| value == 0.0).count() as f64 / 1e5;
            // 5 standard deviations of a share of 100,000.
            assert!((zeros - rate).abs() < 5.0 * (rate * (1.0 - rate) / 1e5).sqrt(), "{zeros}");
            assert!(mask.iter().all(|&value| value == 0.0 || (value - kept as f32).abs() < 1e-5));
        }
    }
}
