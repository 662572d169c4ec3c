//! What can be wrong with a file of one's own: a table, a folder of pictures or texts.

use std::fmt;
use std::path::PathBuf;

use crate::base::lines::cut;
use crate::base::numbers::thousands;
use crate::base::phrase::{Phrase, told};

/// Data of one's own that cannot be used as it is. Each says where, and what is wrong there.
#[derive(Clone)]
pub(crate) enum TableProblem {
    /// A file or a folder as a whole.
    File { path: PathBuf, reason: Phrase },
    /// A line of a table, counted from 1.
    Line { path: PathBuf, line: u64, reason: Phrase },
    /// A cell of a table.
    Cell { path: PathBuf, line: u64, column: String, reason: Phrase },
    /// A column that the table does not have.
    NoColumn { name: String, known: Vec<String> },
}

impl fmt::Display for TableProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            TableProblem::File { path, reason } => format!("{}: {reason}", path.display()),
            TableProblem::Line { path, line, reason } => told!(
                "{path}, line {line}: {reason}",
                "{path}, Zeile {line}: {reason}",
                path = path.display(),
                line = thousands(*line as usize)
            ),
            TableProblem::Cell { path, line, column, reason } => told!(
                "{path}, line {line}, column {column:?}: {reason}",
                "{path}, Zeile {line}, Spalte {column:?}: {reason}",
                path = path.display(),
                line = thousands(*line as usize),
                column = cut(column, 60)
            ),
            TableProblem::NoColumn { name, known } => told!(
                "there is no column {name:?} here, only {known}: check the spelling",
                "die Spalte {name:?} gibt es hier nicht, nur {known}: Prüfe die Schreibweise",
                name = cut(name, 60),
                known = listed(known)
            ),
        })
    }
}

/// The first of many names.
fn listed(names: &[String]) -> String {
    const MOST: usize = 12;
    let first = names.iter().take(MOST).map(|name| format!("{:?}", cut(name, 40)));
    let more = (names.len() > MOST).then(|| "\u{2026}".to_owned());
    first.chain(more).collect::<Vec<_>>().join(", ")
}
