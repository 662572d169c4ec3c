//! `Table`: columns with names, of numbers or of texts.

use std::path::PathBuf;

use crate::base::error::Result;
use crate::base::phrase::{Phrase, phrase};
use crate::base::table_problem::TableProblem;

/// A table of one's own data: columns with names, each of numbers or of texts, some cells missing.
///
/// It plays the part of a pandas `DataFrame`. [`Table::read_csv`] reads one from a file; then its
/// columns are looked at, chosen and made into the [`Array`](crate::Array)s that a network takes.
/// Messages name file, line and column.
///
/// ```
/// use zunder::prelude::*;
///
/// # let folder = tempfile::tempdir()?;
/// # let file = folder.path().join("flats.csv");
/// # std::fs::write(&file, "Ort;Fläche;Miete\nKöln;40,5;810\nBonn;62;990\nKöln;;1.250,50\nBonn;80;1100\n")?;
/// let table = Table::read_csv(&file)?; // or "flats.csv": semicolons and decimal commas are found
/// assert_eq!(table.names(), ["Ort", "Fläche", "Miete"]);
/// assert_eq!(table.column("Miete")?, Array::from([810.0, 990.0, 1250.5, 1100.0]));
///
/// let whole = table.drop_missing(); // the third row has no Fläche
/// let x = whole.without(&["Miete"])?.one_hot("Ort")?;
/// assert_eq!(x.names(), ["Ort=Bonn", "Ort=Köln", "Fläche"]);
/// assert_eq!(x.to_array()?.row(0)?, Array::from([0.0, 1.0, 40.5]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Table {
    /// Where it comes from, for messages.
    pub(super) path: PathBuf,
    pub(super) names: Vec<String>,
    pub(super) columns: Vec<Column>,
    /// The line of each row in the file.
    pub(super) lines: Vec<u64>,
    /// What stands before the fraction of its numbers.
    pub(super) decimal: char,
    /// What is said of a column, by its name, when its numbers are taken for names.
    pub(super) names_lost: Vec<(String, Phrase)>,
}

/// The cells of a column.
#[derive(Clone, PartialEq)]
pub(super) enum Column {
    /// NaN where one is missing.
    Numbers(Vec<f64>),
    Texts(Vec<Option<String>>),
}

impl Column {
    pub(super) fn is_missing(&self, row: usize) -> bool {
        match self {
            Column::Numbers(numbers) => numbers[row].is_nan(),
            Column::Texts(texts) => texts[row].is_none(),
        }
    }

    /// The cells with these numbers, in this order.
    pub(super) fn select(&self, rows: &[usize]) -> Column {
        match self {
            Column::Numbers(numbers) => {
                Column::Numbers(rows.iter().map(|&row| numbers[row]).collect())
            }
            Column::Texts(texts) => {
                Column::Texts(rows.iter().map(|&row| texts[row].clone()).collect())
            }
        }
    }
}

impl Table {
    /// How many rows it has, the names left out.
    pub fn num_rows(&self) -> usize {
        self.lines.len()
    }

    /// The names of the columns, in their order.
    pub fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    /// How many cells of each column are missing, in the order of the columns.
    pub fn num_missing(&self) -> Vec<usize> {
        let missing =
            |column: &Column| (0..self.num_rows()).filter(|&row| column.is_missing(row)).count();
        self.columns.iter().map(missing).collect()
    }

    /// The place of a column.
    pub(super) fn position(&self, name: &str) -> Result<usize> {
        self.names.iter().position(|known| known == name).ok_or_else(|| {
            TableProblem::NoColumn { name: name.to_owned(), known: self.names() }.into()
        })
    }

    /// What is wrong with a cell.
    pub(super) fn problem(&self, row: usize, column: usize, reason: Phrase) -> TableProblem {
        let (path, column) = (self.path.clone(), self.names[column].clone());
        TableProblem::Cell { path, line: self.lines[row], column, reason }
    }

    /// A cell that is missing where none may be.
    pub(super) fn missing(&self, row: usize, column: usize) -> TableProblem {
        let reason = phrase!(
            "there is no value: leave such rows out with drop_missing, or fill them with fill_missing",
            "hier fehlt ein Wert: Lass solche Zeilen mit drop_missing weg, oder fülle sie mit fill_missing"
        );
        self.problem(row, column, reason)
    }

    /// A table with other columns, but the same rows.
    pub(super) fn with_columns(&self, names: Vec<String>, columns: Vec<Column>) -> Table {
        Table { names, columns, ..self.clone() }
    }
}
