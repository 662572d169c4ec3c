//! The checks of `course/00_just_enough_rust.md`.

use zunder::{Array, Result};

use crate::judged::are_near;
use crate::panics::without_panic;
use crate::sentences::{brief, refuse};
use crate::trials::{each, lists};
use crate::verdict::{Verdict, judge};

/// Minutes and seconds as seconds.
pub fn in_seconds(answer: fn(u32, u32) -> u32) -> Verdict {
    judge("in_seconds", || {
        refuse!("in_seconds.both"; if answer(2, 5) == 420);
        let tried = [(2, 5), (0, 0), (1, 59), (90, 30)];
        each("in_seconds", tried, |n| answer(n.0, n.1), |n, got| *got == 60 * n.0 + n.1)
    })
}

/// `1 + 2 + 3 + ... + last`.
pub fn add_up(answer: fn(u32) -> u32) -> Verdict {
    judge("add_up", || {
        refuse!("add_up.last_missing"; if answer(10) == 45);
        each("add_up", 0..50, |last| answer(*last), |last, got| *got == last * (last + 1) / 2)
    })
}

/// The numbers of a list between its first and its last.
pub fn without_ends(answer: fn(&[f32]) -> Vec<f32>) -> Verdict {
    judge("without_ends", || {
        refuse!("without_ends.first"; if answer(&[1.0, 2.0, 3.0]) == [2.0, 3.0]);
        refuse!("without_ends.last"; if answer(&[1.0, 2.0, 3.0]) == [1.0, 2.0]);
        for short in [vec![], vec![1.0]] {
            let is_empty = without_panic(|| answer(&short)).is_some_and(|got| got.is_empty());
            refuse!("without_ends.short", list = brief(&short); if !is_empty);
        }
        let middle = |list: &Vec<f32>| list.get(1..list.len() - 1).unwrap_or_default().to_vec();
        each("without_ends", lists(9.0), |list| answer(list), |list, got| *got == middle(list))
    })
}

/// Each number of a list divided, in its place.
pub fn divide_all(answer: fn(&mut [f32], f32)) -> Verdict {
    judge("divide_all", || {
        for old in lists(200.0) {
            let (mut new, right) = (old.clone(), old.iter().map(|n| n / 4.0).collect::<Vec<f32>>());
            answer(&mut new, 4.0);
            refuse!("divide_all.unchanged"; if new == old && new != right);
            let (before, after) = (brief(&old), brief(&new));
            refuse!("divide_all.other", before, after; if !are_near(&new, &right));
        }
        Ok(())
    })
}

/// How many numbers of a list are larger than a border.
pub fn count_above(answer: fn(&[f32], f32) -> usize) -> Verdict {
    judge("count_above", || {
        let count = |border: f32| answer(&[0.1, 0.9, 0.5, 0.7], border);
        refuse!("count_above.equal"; if count(0.5) == 3);
        refuse!("count_above.fixed"; if count(0.8) == count(0.6));
        let tried = lists(3.0).into_iter().zip([0.0, 0.5, -2.0].into_iter().cycle());
        let right = |list: &[f32], border: f32| list.iter().filter(|n| **n > border).count();
        each("count_above", tried, |n| answer(&n.0, n.1), |n, got| *got == right(&n.0, n.1))
    })
}

/// The difference of two entries of an array, or what is wrong with their places.
pub fn difference(answer: fn(&Array, usize, usize) -> Result<f32>) -> Verdict {
    judge("difference", || {
        let values = [5.0, 2.0, 9.0];
        let x = Array::from(values);
        refuse!("difference.sign"; if answer(&x, 0, 1).is_ok_and(|got| got == -3.0));
        let came = without_panic(|| answer(&x, 7, 0).is_err() && answer(&x, 0, 7).is_err());
        refuse!("difference.panics"; if came.is_none());
        refuse!("difference.no_error"; if came == Some(false));
        for (first, second) in [(0, 1), (1, 0), (2, 2), (2, 1), (0, 2)] {
            let got = answer(&x, first, second).map_err(|problem| problem.to_string());
            let (name, input) = ("difference", format!("&x, {first}, {second}"));
            refuse!("trials.other", name, input, got = brief(&got);
                if got != Ok(values[first] - values[second]));
        }
        Ok(())
    })
}

/// A fraction of two counts.
pub fn mend_share(answer: fn(usize, usize) -> f32) -> Verdict {
    judge("mend_share", || {
        refuse!("mend_share.whole"; if answer(1, 2) == 0.0 && answer(2, 2) == 1.0);
        refuse!("mend_share.percent"; if answer(1, 2) == 50.0);
        let tried = [(1, 2), (3, 4), (0, 5), (5, 5), (9_581, 10_000)];
        let right = |n: &(usize, usize)| n.0 as f32 / n.1 as f32;
        each("share", tried, |n| answer(n.0, n.1), |n, got| (got - right(n)).abs() < 1e-4)
    })
}
