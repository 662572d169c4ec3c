//! The integration tests, as one program: each one more would be linked to Burn for many seconds.

mod data;
mod keras;
mod pictures;
