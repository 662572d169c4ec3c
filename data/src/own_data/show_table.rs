//! A table as text: its first and last rows.

use std::fmt;

use crate::base::lines::cut;
use crate::base::numbers::{counted, shortest};
use crate::own_data::table::{Column, Table};

/// So many rows are shown at the beginning, and again at the end.
const ROWS: usize = 5;
/// So many columns are shown.
const COLUMNS: usize = 12;
/// So many letters of a cell are shown.
const LETTERS: usize = 18;

/// What is shown of a cell; two dots where it is missing.
fn cell(column: &Column, row: usize) -> String {
    match column {
        _ if column.is_missing(row) => "..".to_owned(),
        Column::Numbers(numbers) => shown(numbers[row]),
        Column::Texts(texts) => one_line(texts[row].as_deref().unwrap_or_default()),
    }
}

/// A number with about six digits.
fn shown(number: f64) -> String {
    let size = number.abs();
    let is_plain = number.fract() == 0.0 && size < 1e15;
    match size {
        _ if is_plain => format!("{number}"),
        1e-4..1e6 => {
            let digits = 5 - size.log10().floor().clamp(-4.0, 5.0) as i32;
            let text = format!("{number:.*}", digits.max(1) as usize);
            let text = text.trim_end_matches('0').trim_end_matches('.');
            shortest(text)
        }
        _ => shortest(format!("{number:.3e}")),
    }
}

fn one_line(text: &str) -> String {
    let text: String =
        text.chars().take(LETTERS + 1).map(|c| if c.is_control() { ' ' } else { c }).collect();
    cut(&text, LETTERS)
}

/// The first columns of the first and last rows, and how many there are.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rows, columns) = (self.num_rows(), self.names.len());
        let more = if columns > COLUMNS { "  \u{2026}" } else { "" };
        let is_cut = rows > 2 * ROWS + 1;
        let shown: Vec<usize> =
            (0..rows).filter(|row| !is_cut || *row < ROWS || row + ROWS >= rows).collect();
        let mut lines = vec![String::new(); shown.len() + 1];
        for (name, column) in self.names.iter().zip(&self.columns).take(COLUMNS) {
            let cells = shown.iter().map(|&row| cell(column, row));
            let cells: Vec<String> = std::iter::once(one_line(name)).chain(cells).collect();
            let width = cells.iter().map(|cell| cell.chars().count()).max().unwrap_or(0);
            for (line, cell) in lines.iter_mut().zip(&cells) {
                let gap = if line.is_empty() { "" } else { "  " };
                *line += gap;
                *line += &match column {
                    Column::Numbers(_) => format!("{cell:>width$}"),
                    Column::Texts(_) => format!("{cell:<width$}"),
                };
            }
        }
        for (place, line) in lines.iter().enumerate() {
            writeln!(f, "{}", format!("{line}{more}").trim_end())?;
            if is_cut && place == ROWS {
                writeln!(f, "\u{2026}")?;
            }
        }
        let rows = counted(rows, ["row", "rows"], ["Zeile", "Zeilen"]);
        let columns = counted(columns, ["column", "columns"], ["Spalte", "Spalten"]);
        write!(f, "{rows}, {columns}")
    }
}

crate::base::phrase::debug_as_display!(Table);

impl Table {
    /// Shows the first and last rows when the table ends a notebook cell.
    pub fn evcxr_display(&self) {
        println!("{self}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::in_german;

    #[test]
    fn a_single_row_is_no_plural() {
        let table = Table {
            path: "a.csv".into(),
            names: vec!["a".to_owned()],
            columns: vec![Column::Numbers(vec![2.0])],
            lines: vec![2],
            decimal: '.',
            names_lost: Vec::new(),
        };
        assert!(table.to_string().ends_with("\n1 row, 1 column"), "{table}");
        let german = in_german(|| table.to_string());
        assert!(german.ends_with("\n1 Zeile, 1 Spalte"), "{german}");
    }

    #[test]
    fn columns_that_are_not_shown_are_told() {
        let table = |columns| Table {
            path: "a.csv".into(),
            names: vec!["a".to_owned(); columns],
            columns: vec![Column::Texts(vec![Some("long".to_owned())]); columns],
            lines: vec![2],
            decimal: '.',
            names_lost: Vec::new(),
        };
        let lines = |columns| -> Vec<String> {
            table(columns).to_string().lines().map(|line| line[line.len() - 5..].into()).collect()
        };
        assert_eq!(lines(COLUMNS + 1)[..2], ["  \u{2026}"; 2]);
        assert!(lines(COLUMNS)[0].ends_with(" a") && lines(COLUMNS)[1].ends_with("long"));
    }

    #[test]
    fn numbers_have_about_six_digits() {
        let numbers = [3750.0, 39.1, 1.0 / 3.0, 0.000_123_456_7, 123_456.789, 1e-9, 1.5e20, -2.5];
        let expected =
            ["3750", "39.1", "0.333333", "0.000123457", "123456.8", "1.000e-9", "1.500e20", "-2.5"];
        assert_eq!(numbers.map(shown), expected);
    }
}
