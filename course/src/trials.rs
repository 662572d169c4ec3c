//! What functions of learners are tried on besides the cases that a notebook names: numbers made at
//! random, the same ones each time.

use std::fmt::Debug;

use crate::panics::caught;
use crate::sentences::{brief, say, wrong};
use crate::verdict::Finding;

/// Numbers at random, always the same ones: SplitMix64 of Steele, Lea and Flood (2014).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new() -> Self {
        Random(7)
    }

    /// A whole number below this one.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    /// A number from -`size` to `size`.
    pub(crate) fn number(&mut self, size: f32) -> f32 {
        (self.below(20_001) as f32 / 10_000.0 - 1.0) * size
    }
}

/// Lists as nobody thinks of them: of one number and of many, sorted and not, all negative, with
/// equal numbers, up to `size`.
pub(crate) fn lists(size: f32) -> Vec<Vec<f32>> {
    let mut random = Random::new();
    let mut lists = Vec::new();
    for length in [1, 2, 3, 5, 8, 13] {
        let numbers: Vec<f32> = (0..length).map(|_| random.number(size)).collect();
        let mut rising = numbers.clone();
        rising.sort_by(f32::total_cmp);
        let falling = rising.iter().rev().copied().collect();
        let with = |change: fn(f32, f32) -> f32| numbers.iter().map(|n| change(*n, size)).collect();
        let negative = with(|number, size| -number.abs() - size / 100.0);
        let large = with(|number, size| number.abs() + size);
        let equal = with(|number, size| (number / size).round() * size);
        lists.extend([numbers.clone(), rising, falling, negative, large, equal]);
    }
    lists
}

/// What a learner's function answers to a call; fails with the words of its panic.
pub(crate) fn answered<T>(
    call: impl FnOnce() -> String,
    answer: impl FnOnce() -> T,
) -> Result<T, String> {
    caught(answer).map_err(|words| say!("trials.panics", call = call(), words))
}

/// Fails with the first input for which a function does not answer as it should.
pub(crate) fn each<I: Debug, O: Debug>(
    name: &str,
    inputs: impl IntoIterator<Item = I>,
    answer: impl Fn(&I) -> O,
    is_right: impl Fn(&I, &O) -> bool,
) -> Finding {
    for input in inputs {
        let got = answer(&input);
        if !is_right(&input, &got) {
            // Several inputs stand in the brackets of the call already.
            let input = brief(&input);
            let inside = input.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
            let input = inside.unwrap_or(&input);
            return wrong!("trials.other", name, input, got = brief(&got));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_of_every_kind_and_always_the_same() {
        let lists = lists(10.0);
        assert_eq!(lists, super::lists(10.0));
        let some = |is: fn(&[f32]) -> bool| lists.iter().any(|list| list.len() > 2 && is(list));
        assert!(some(<[f32]>::is_sorted) && some(|list| !list.is_sorted()));
        assert!(some(|list| list.iter().all(|n| *n < 0.0)));
        assert!(some(|list| list.iter().all(|n| *n >= 10.0)));
        assert!(some(|list| list.windows(2).any(|pair| pair[0] == pair[1])));
        assert!(lists.iter().any(|list| list.len() == 1));
    }

    #[test]
    fn the_first_wrong_answer_is_named() {
        let said = each("len", [1, 2, 3], |n| n % 2, |n, got| *n != 2 && *got == 1).unwrap_err();
        assert!(said.starts_with("len(2) gives 0"), "{said}");
        let mut random = Random::new();
        assert!((0..1_000).all(|_| random.below(7) < 7 && random.number(2.0).abs() <= 2.0));
    }
}
