//! The integration tests, as one program: each file that is linked anew takes seconds.

mod pictures;
