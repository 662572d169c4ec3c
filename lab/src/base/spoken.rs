//! The language of whoever sits at the terminal: German where the system is set to it, else English.
//!
//! Both languages of a sentence stand where it is made: `fail!("there is no {}", "{} gibt es nicht", name)`,
//! `tell!("wrote {}", "geschrieben: {}", file)`, and behind `explain` and elsewhere `spoken!(...)`. A test below looks
//! for sentences of which one is missing. English alone are:
//!
//! - `course/source.rs` and `course/tasks.rs`: mistakes in the sources of the course, whose marks are English too
//!   (`points=`, `rust task`). Only those who write the course meet them.
//! - The scripts with which the course and its pages are tried (`course test`, `browser`, `chapter --check` and the
//!   tests): only those meet them who write the course.
//! - What clap says about options, `--help` included, and with it `notebooks/numbers.rs`, whose words end its sentences.
//! - What other programs say (cargo, pip, the system), and with it what the parts of a kernel say to each other
//!   (`kernel/zmtp.rs`): it is passed on as it is. A few reasons of the system are put into German; see `failure.rs`.
//! - Why a kernel cannot start, as it stands in a notebook: the sentence around it says so.
//!
//! The kernel, the notebooks, the book and what marking writes have the language of the notebook instead.

use std::cell::Cell;
use std::env;
use std::fmt;

use crate::base::language::Language;

thread_local! {
    /// Whether the sentence that is being made is the German one; none, where none is being made.
    static IS_GERMAN_MADE: Cell<Option<bool>> = const { Cell::new(None) };
}

/// A sentence in both languages. It is shown in the language of whoever sits at the terminal; within another sentence
/// that is being made, in the language of that one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spoken {
    english: String,
    german: String,
}

impl Spoken {
    /// These two; for most `spoken!` is shorter.
    pub(crate) fn new(english: impl Into<String>, german: impl Into<String>) -> Self {
        Self { english: english.into(), german: german.into() }
    }

    /// What these make, each with what stands in it in the same language.
    pub(crate) fn made(english: impl FnOnce() -> String, german: impl FnOnce() -> String) -> Self {
        let before = IS_GERMAN_MADE.replace(Some(false));
        let english = english();
        IS_GERMAN_MADE.set(Some(true));
        let german = german();
        IS_GERMAN_MADE.set(before);
        Self { english, german }
    }

    pub(crate) fn english(&self) -> &str {
        &self.english
    }

    pub(crate) fn german(&self) -> &str {
        &self.german
    }

    pub(crate) fn get(&self, language: Language) -> &str {
        language.either(&self.english, &self.german)
    }
}

impl fmt::Display for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(say(&self.english, &self.german))
    }
}

/// A text that is the same in both languages.
impl From<String> for Spoken {
    fn from(text: String) -> Self {
        Self { english: text.clone(), german: text }
    }
}

impl From<&str> for Spoken {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

/// A sentence in English and in German, both as for `format!`, with the same values: `spoken!("no {}", "kein {}", x)`.
/// The values are looked at twice, so nothing may happen in them.
macro_rules! spoken {
    ($english:literal, $german:literal $($values:tt)*) => {
        $crate::base::spoken::Spoken::made(
            || format!($english $($values)*),
            || format!($german $($values)*),
        )
    };
}
pub(crate) use spoken;

/// Prints such a sentence as a line.
macro_rules! tell {
    ($english:literal, $german:literal $($values:tt)*) => {
        println!("{}", $crate::base::spoken::spoken!($english, $german $($values)*))
    };
}
pub(crate) use tell;

/// The one in their language.
pub(crate) fn say<T>(english: T, german: T) -> T {
    if IS_GERMAN_MADE.get().unwrap_or_else(is_system_german) { german } else { english }
}

fn is_system_german() -> bool {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| {
        let value = env::var(name).ok()?;
        (!value.is_empty()).then_some(value)
    });
    is_german(set.as_deref())
}

fn is_german(locale: Option<&str>) -> bool {
    locale.is_some_and(|locale| locale.starts_with("de"))
}

/// How long something took: 1.2 s, 1,2 s.
pub(crate) fn seconds(seconds: f64) -> Spoken {
    let english = format!("{seconds:.1} s");
    let german = english.replace('.', ",");
    Spoken::new(english, german)
}

/// How many there are: 1 file, 2 files.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests;
