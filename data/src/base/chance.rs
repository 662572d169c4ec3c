//! Where chance comes from.

use rand::SeedableRng;
use rand::rngs::StdRng;

/// Random numbers: the same ones each time with the same seed, without one other ones each time.
pub fn random_numbers(seed: Option<u64>) -> StdRng {
    seed.map_or_else(by_chance, StdRng::seed_from_u64)
}

#[cfg(not(target_family = "wasm"))]
fn by_chance() -> StdRng {
    rand::make_rng()
}

/// In a web page a program has no source of chance of its own: the page gives the seeds.
#[cfg(target_family = "wasm")]
fn by_chance() -> StdRng {
    StdRng::seed_from_u64(0)
}
