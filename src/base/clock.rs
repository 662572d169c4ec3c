//! The clock.

#[cfg(not(target_family = "wasm"))]
pub(crate) use std::time::Instant;

/// In a web page a program has no clock of its own, and asking for one ends it. Here time stands still, and
/// the page itself says how long a training takes.
#[cfg(target_family = "wasm")]
#[derive(Clone, Copy)]
pub(crate) struct Instant;

#[cfg(target_family = "wasm")]
impl Instant {
    pub(crate) fn now() -> Self {
        Instant
    }

    pub(crate) fn elapsed(&self) -> std::time::Duration {
        std::time::Duration::ZERO
    }
}
