//! Preparing data: a random part kept for the test.

use rand::seq::SliceRandom;

use crate::arrays::arithmetic::Scalar;
use crate::arrays::array::Array;
use crate::base::chance::random_numbers;
use crate::base::error::{Error, Result};
use crate::base::numbers::plain;
use crate::base::phrase::phrase;
use crate::base::sample_problem::SampleProblem;
use crate::load::dataset::TrainAndTest;

/// Splits samples and labels at random into a training and a test part:
/// `((x_train, y_train), (x_test, y_test))`.
///
/// Tables are often sorted, by class or by date. Their last rows are then no fair exam, so the rows
/// are shuffled first; each label stays with its sample. The same `seed` gives the same split.
///
/// As [`sklearn.model_selection.train_test_split`](https://scikit-learn.org/stable/modules/generated/sklearn.model_selection.train_test_split.html):
/// of `n` rows, `ceil(test_size n)` are kept for the test. (The order is another one.)
///
/// # Shapes
///
/// `x`: `(n, ...)`, `y`: `(n, ...)`; the parts have the shapes of `x` and `y`, with fewer rows.
///
/// # Errors
///
/// When there is not one label for each sample, when there are none, or when `test_size` leaves no
/// row on one side.
///
/// ```
/// use zunder::prelude::*;
///
/// let (x, y) = penguins::load_data()?;
/// let ((x_train, y_train), (x_test, y_test)) = train_test_split(&x, &y, 0.25, 1)?;
/// assert_eq!(x_train.shape(), [258, 4]);
/// assert_eq!(x_test.shape(), [86, 4]);
/// assert_eq!((y_train.len(), y_test.len()), (258, 86));
/// # Ok::<(), zunder::Error>(())
/// ```
pub fn train_test_split(
    x: &Array,
    y: &Array,
    test_size: impl Scalar,
    seed: u64,
) -> Result<TrainAndTest> {
    split_at_random(x, y, test_size.to_f64(), seed)
}

// Not generic, so that it is compiled here and not in a notebook cell.
fn split_at_random(x: &Array, y: &Array, test_size: f64, seed: u64) -> Result<TrainAndTest> {
    if x.shape().num_dims() == 0 || x.shape().num_values() == 0 {
        return Err(Error::no_data("x"));
    }
    if y.shape().num_dims() == 0 || x.len() != y.len() {
        return Err(SampleProblem::SamplesDiffer { x: x.shape(), y: y.shape() }.into());
    }
    // A test_size that is no fraction ends outside of what can be: the cast keeps it there.
    let num_test = (test_size * x.len() as f64).ceil().max(0.0) as usize;
    if !(test_size > 0.0 && test_size < 1.0) || num_test >= x.len() {
        let expected = phrase!(
            "a fraction above 0 and below 1 that leaves some rows on both sides, such as 0.2 for a fifth",
            "ein Anteil zwischen 0 und 1, der auf beiden Seiten Zeilen übrig lässt, etwa 0.2 für ein Fünftel"
        );
        return Err(Error::bad_setting("test_size", plain(test_size), expected));
    }
    let mut rows: Vec<usize> = (0..x.len()).collect();
    rows.shuffle(&mut random_numbers(Some(seed)));
    let (test, train) = rows.split_at(num_test);
    Ok(((x.select(train)?, y.select(train)?), (x.select(test)?, y.select(test)?)))
}
