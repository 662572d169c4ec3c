//! The integration tests, as one program: each file that is linked anew takes seconds.

#![allow(clippy::unwrap_used)] // a test that cannot go on may stop

mod evaluation;
mod pictures;
