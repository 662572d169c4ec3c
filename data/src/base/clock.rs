//! The clock.

#[cfg(not(target_family = "wasm"))]
pub use std::time::Instant;

/// In a web page a program has no clock of its own, and asking for one ends it. Here time stands still, and
/// the page itself says how long a training takes.
#[cfg(target_family = "wasm")]
#[derive(Clone, Copy)]
pub struct Instant;

#[cfg(target_family = "wasm")]
impl Instant {
    pub fn now() -> Self {
        Instant
    }

    pub fn elapsed(&self) -> std::time::Duration {
        std::time::Duration::ZERO
    }
}
