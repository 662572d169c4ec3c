//! The exercises of [Zunder](zunder): checks that say what is wrong, hints, and what is done so far.
//!
//! A notebook with exercises begins with `use zunder_course::prelude::*;`, which is all that
//! [`zunder::prelude`] has, and `check` and `hint` besides:
//!
//! ```
//! use zunder_course::prelude::*;
//!
//! let x_flat = Array::zeros([60_000, 28, 28]);
//! let verdict = check::flatten(&x_flat);
//! assert!(!verdict.is_pass());
//! assert!(verdict.to_string().contains("not joined"));
//! ```
//!
//! What a notebook asks stands in `course/NN_name.md`, and so do the hints and the sentences that a
//! check may say, in both languages. `cargo lab course build` writes the part of it that learners
//! may see into `tasks.json`, and only that is compiled in: the solutions are packed in it.

/// Tasks, hints and sentences, as the course has them.
mod tasks;
/// A check's sentence with its numbers.
mod sentences;
/// Runs a learner's code, which may panic.
mod panics;
/// What a learner has done, kept in a file.
mod progress;
/// What a cell shows: how much is done, a verdict, hints.
mod overview;
mod verdict;
mod hint;
/// How good a learner's model is.
mod judged;
/// The loss as a valley and as a map.
pub mod draw;
/// Inputs made at random.
mod trials;
pub mod given;
pub mod check;

pub use draw::Picture;
pub use hint::{Hint, hint};
pub use overview::Overview;
pub use verdict::Verdict;

/// Everything that an exercise uses: `use zunder_course::prelude::*;`. The crate `zunder` itself comes
/// with it, by its name:
///
/// ```
/// use zunder_course::prelude::*;
/// use zunder::burn::tensor::Tensor;
///
/// fn as_tensor(numbers: &Array) -> zunder::Result<Tensor<1>> {
///     numbers.to_tensor()
/// }
/// assert_eq!(as_tensor(&Array::from([1.0, 2.0]))?.dims(), [2]);
/// # Ok::<(), zunder::Error>(())
/// ```
pub mod prelude {
    pub use crate::check;
    pub use crate::draw;
    pub use crate::given;
    pub use crate::hint::hint;
    /// So that cells may say `zunder::Result` in every kernel.
    pub use zunder;
    pub use zunder::prelude::*;
}
