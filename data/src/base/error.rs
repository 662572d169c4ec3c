//! What can go wrong, said in one sentence: what happened, what was expected, how to mend it.
//!
//! The kinds stand in the files above, each with its sentence in both languages.

use std::fmt;
use std::io;
use std::path::Path;

use crate::base::array_problem::ArrayProblem;
use crate::base::data_problem::DataProblem;
use crate::base::file_problem::{FileProblem, why_unread, why_unwritten};
use crate::base::lines::cut;
use crate::base::network_problem::NetworkProblem;
use crate::base::phrase::{Phrase, phrase};
use crate::base::sample_problem::SampleProblem;
use crate::base::shape::Shape;
use crate::base::table_problem::TableProblem;
use crate::base::too_large::TooLarge;
use crate::base::training_problem::TrainingProblem;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A mistake, or something that did not work out, as one sentence.
///
/// Printing it with `{}` or `{:?}` gives the same sentence, so that a `?` in a notebook cell shows
/// plain words. It is in the language that is chosen when it is printed, see
/// [`language`](crate::language).
///
/// ```
/// use zunder::prelude::*;
///
/// let x = Array::zeros([60_000, 28, 28]);
/// let mistake = x.reshape([60_000, 28]).unwrap_err();
/// assert_eq!(
///     mistake.to_string(),
///     "cannot reshape (60000, 28, 28) to (60000, 28): the first holds 47,040,000 values, \
///      the second 1,680,000; keep the number of values, as in (60000, 784)"
/// );
/// ```
///
/// Which kind of mistake it is stays open, so that better ones can be told apart later. What a
/// program may want to know, it can ask:
///
/// ```
/// use zunder::prelude::*;
///
/// let network = Sequential::new().add(Input::new(4)).add(Dense::new(3).activation(Softmax));
/// let model = network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy])?;
/// let mistake = model.predict(&Array::zeros([5, 7])).unwrap_err();
/// assert!(!mistake.is_stopped());
/// # Ok::<(), zunder::Error>(())
/// ```
#[derive(Clone)]
pub struct Error(Box<Problem>);

/// What kind of mistake it is: each kind is a type of its own, with its sentences.
macro_rules! kinds_of_mistakes {
    ($($kind:ident($problem:ident)),*) => {
        #[derive(Clone)]
        pub(crate) enum Problem {
            $($kind($problem),)*
            /// What is wrong with the array of this setting.
            InSetting(&'static str, Error),
        }

        $(impl From<$problem> for Error {
            fn from(problem: $problem) -> Self {
                Error(Box::new(Problem::$kind(problem)))
            }
        })*

        impl fmt::Display for Error {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match &*self.0 {
                    $(Problem::$kind(problem) => problem.fmt(f),)*
                    Problem::InSetting(setting, error) => write!(f, "{setting}: {error}"),
                }
            }
        }
    };
}

kinds_of_mistakes!(
    Array(ArrayProblem),
    Memory(TooLarge),
    Sample(SampleProblem),
    Network(NetworkProblem),
    Training(TrainingProblem),
    File(FileProblem),
    Data(DataProblem),
    Table(TableProblem)
);

impl Error {
    /// Whether nothing went wrong, but the stop button was pressed.
    pub fn is_stopped(&self) -> bool {
        matches!(*self.0, Problem::Training(TrainingProblem::Stopped { .. }))
    }

    /// Whether a data set is not on this machine and could not be fetched either: with a network
    /// it may work the next time.
    pub fn is_data_missing(&self) -> bool {
        matches!(*self.0, Problem::Data(DataProblem::NotFetched { .. }))
    }

    /// A setting with a value that makes no sense.
    #[doc(hidden)]
    pub fn bad_setting(setting: impl Into<Phrase>, value: impl ToString, expected: Phrase) -> Self {
        let (setting, value) = (setting.into(), value.to_string());
        TrainingProblem::BadSetting { setting, value, expected }.into()
    }

    /// An array that an operation cannot use, and whether a `reshape` can make it fit.
    #[doc(hidden)]
    pub fn wrong_shape(
        operation: impl Into<Phrase>,
        expected: Phrase,
        got: Shape,
        can_reshape: bool,
    ) -> Self {
        let operation = operation.into();
        ArrayProblem::WrongDimensions { operation, expected, got, can_reshape }.into()
    }

    /// The same about the arrays of this setting, which have the names of others.
    #[doc(hidden)]
    pub fn in_setting(self, setting: &'static str) -> Self {
        Error(Box::new(Problem::InSetting(setting, self)))
    }

    /// No samples where some are needed.
    #[doc(hidden)]
    pub fn no_data(what: impl Into<Phrase>) -> Self {
        SampleProblem::NoData { what: what.into() }.into()
    }

    /// A name that a file of this kind cannot have.
    #[doc(hidden)]
    pub fn bad_file_name(path: &Path, expected: Phrase) -> Self {
        let setting = phrase!("the name of the file", "der Dateiname");
        let name = cut(&path.display().to_string(), 300);
        Error::bad_setting(setting, format!("{name:?}"), expected)
    }

    /// Refuses 0 for a setting that counts something.
    #[doc(hidden)]
    pub fn check_at_least_one(setting: &'static str, value: usize) -> Result<()> {
        match value {
            0 => Err(Error::bad_setting(setting, 0, phrase!("at least 1", "mindestens 1"))),
            _ => Ok(()),
        }
    }

    /// A file that the system does not let us read.
    #[doc(hidden)]
    pub fn cannot_read(path: &Path, error: &io::Error) -> Self {
        FileProblem::CannotRead { path: path.to_owned(), reason: why_unread(path, error) }.into()
    }

    /// A file that the system does not let us write.
    #[doc(hidden)]
    pub fn cannot_write(path: &Path, error: &io::Error) -> Self {
        FileProblem::CannotWrite { path: path.to_owned(), reason: why_unwritten(path, error) }
            .into()
    }
}

crate::base::phrase::debug_as_display!(Error);

/// No `source()`: the sentence already says what the system said, and would say it twice.
impl std::error::Error for Error {}
