//! How far a build is, and how long the rest takes.
//!
//! A few crates are most of the work of a build, so they are weighed: with the seconds that
//! `cargo build --timings` (`cargo install --timings`) says. Only their proportion counts. How fast this machine is shows as it builds.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// What a build consists of.
#[derive(Clone, Copy)]
pub(crate) struct Work {
    /// The crates that take longest, with their weights.
    pub(crate) heavy: &'static [(&'static str, f64)],
    /// The weight of each other crate.
    pub(crate) light: f64,
    /// How many there are, the heavy ones included.
    pub(crate) crates: usize,
}

impl Work {
    fn weight(&self, name: &str) -> f64 {
        self.heavy
            .iter()
            .find(|(heavy, _)| *heavy == name)
            .map_or(self.light, |(_, weight)| *weight)
    }

    pub(crate) fn all(&self) -> f64 {
        let heavy: f64 = self.heavy.iter().map(|(_, weight)| weight).sum();
        heavy + self.light * self.crates.saturating_sub(self.heavy.len()) as f64
    }
}

/// A crate of a build: its name and its version.
pub(crate) type Name = (String, String);

/// A build on its way.
pub(crate) struct Progress {
    work: Work,
    /// What there is to do, without what was done before.
    all: f64,
    done: f64,
    heavy_left: Vec<(&'static str, f64)>,
    running: HashMap<Name, Instant>,
    ended: HashSet<Name>,
    began: Option<Instant>,
    /// Of the crates that are done: their weight, and the seconds that they took.
    seen: (f64, f64),
}

impl Progress {
    /// A build of which nothing is known yet.
    pub(crate) fn new(work: Work) -> Self {
        let (running, ended, heavy_left) = (HashMap::new(), HashSet::new(), work.heavy.to_vec());
        let (all, done, began, seen) = (work.all(), 0.0, None, (0.0, 0.0));
        Self { work, all, done, heavy_left, running, ended, began, seen }
    }

    /// A crate is being compiled from now on.
    pub(crate) fn begins(&mut self, name: Name, now: Instant) {
        self.began.get_or_insert(now);
        self.running.entry(name).or_insert(now);
    }

    /// A crate is there: compiled, or from before. Cargo names one twice that build scripts use too.
    pub(crate) fn ends(&mut self, name: &Name, now: Instant) {
        if !self.ended.insert(name.clone()) {
            return;
        }
        let weight = self.work.weight(&name.0);
        self.heavy_left.retain(|(heavy, _)| *heavy != name.0);
        match self.running.remove(name) {
            Some(began) => {
                self.done += weight;
                self.seen.0 += weight;
                self.seen.1 += (now - began).as_secs_f64();
            }
            None => self.all -= weight,
        }
    }

    /// For how long crates have been compiled, if any has.
    pub(crate) fn passed(&self, now: Instant) -> Option<Duration> {
        self.began.map(|began| now - began)
    }

    /// The share of the work that is done, below 1.
    pub(crate) fn share(&self, now: Instant) -> f64 {
        let done = self.done_at(now);
        if done > 0.0 { (done / self.all.max(done)).min(0.99) } else { 0.0 }
    }

    /// How long the rest takes, as far as it can be told.
    pub(crate) fn left(&self, now: Instant) -> Option<Duration> {
        const SOON: f64 = 15.0; // seconds in which nothing can be told yet
        let passed = self.passed(now)?.as_secs_f64();
        let done = self.done_at(now);
        if passed < SOON || self.seen.1 == 0.0 {
            return None;
        }
        let together = (self.all - done).max(0.0) * passed / done;
        // One crate alone can take longer than all others side by side.
        let alone = self.heavy_left.iter().map(|(name, weight)| {
            let running = self.running.iter().find(|((running, _), _)| running == name);
            let credit = running.map_or(0.0, |(name, began)| self.credit(&name.0, *began, now));
            (weight - credit) / self.speed()
        });
        Some(Duration::from_secs_f64(alone.fold(together, f64::max)))
    }

    /// Weight for each second of one crate.
    fn speed(&self) -> f64 {
        if self.seen.1 > 0.0 { self.seen.0 / self.seen.1 } else { 1.0 }
    }

    fn done_at(&self, now: Instant) -> f64 {
        let running = self.running.iter();
        self.done + running.map(|(name, began)| self.credit(&name.0, *began, now)).sum::<f64>()
    }

    /// What of a crate that is being compiled is probably done.
    fn credit(&self, name: &str, began: Instant, now: Instant) -> f64 {
        let passed = (now - began).as_secs_f64() * self.speed();
        passed.min(0.95 * self.work.weight(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORK: Work = Work { heavy: &[("burn-flex", 100.0)], light: 1.0, crates: 101 };

    fn name(name: &str) -> Name {
        (name.to_owned(), "1.0.0".to_owned())
    }

    #[test]
    fn heavy_crates_count_for_what_they_are_and_this_machine_for_how_fast_it_is() {
        let start = Instant::now();
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        let mut progress = Progress::new(WORK);
        assert!(progress.passed(at(0)).is_none() && progress.left(at(0)).is_none());
        // Half of the light ones, one after the other: half as fast as the machine of the table.
        for number in 0..50 {
            progress.begins(name(&format!("light-{number}")), at(2 * number));
            progress.ends(&name(&format!("light-{number}")), at(2 * number + 2));
        }
        assert_eq!((100.0 * progress.share(at(100))).round(), 25.0, "50 of 200");
        assert_eq!(progress.left(at(100)), Some(Duration::from_secs(300)), "150 as fast as the 50");
        // The heavy one, while it runs; its half is done after 100 s.
        progress.begins(name("burn-flex"), at(100));
        assert_eq!((100.0 * progress.share(at(200))).round(), 50.0);
        // The light ones are done beside it: what is left is the heavy one alone.
        for number in 50..100 {
            progress.begins(name(&format!("light-{number}")), at(198));
            progress.ends(&name(&format!("light-{number}")), at(200));
        }
        assert_eq!((100.0 * progress.share(at(200))).round(), 75.0);
        assert_eq!(progress.left(at(200)), Some(Duration::from_secs(100)));
        assert!(progress.share(at(100_000)) < 1.0, "it is not done before it is");
        progress.ends(&name("burn-flex"), at(300));
        assert_eq!(progress.share(at(300)), 0.99);
        assert_eq!(progress.left(at(300)), Some(Duration::ZERO));
    }

    #[test]
    fn what_was_there_before_is_no_work() {
        let start = Instant::now();
        let mut progress = Progress::new(WORK);
        progress.ends(&name("burn-flex"), start);
        progress.begins(name("a"), start);
        progress.ends(&name("a"), start + Duration::from_secs(1));
        progress.ends(&name("a"), start + Duration::from_secs(1));
        assert_eq!((100.0 * progress.share(start + Duration::from_secs(1))).round(), 1.0);
    }
}
