//! From a table to what a network takes: columns and rows chosen, all numbers.

use std::ops::Range;

use crate::arrays::array::Array;
use crate::arrays::rows::check_rows;
use crate::base::error::Result;
use crate::base::lines::{as_texts, cut};
use crate::base::memory::check_shape;
use crate::base::notes::say_note;
use crate::base::numbers::thousands;
use crate::base::phrase::phrase;
use crate::base::shape::Shape;
use crate::own_data::decimals::are_of_commas;
use crate::own_data::no_number::{look_of, no_number};
use crate::own_data::numbers::{is_identifier, merged, number, rounded_whole};
use crate::own_data::odd_rows::names_again;
use crate::own_data::table::{Column, Table};

impl Table {
    /// The numbers of a column, NaN where one is missing. Prints a line that begins with `Note:`
    /// where a whole number is too large to be exact, or where many different ones become the same.
    ///
    /// # Shapes
    ///
    /// Result: `(n,)` for n rows, `float32`.
    ///
    /// # Errors
    ///
    /// When there is no such column, when a cell is no number, of which the first is named, and when the
    /// numbers take more memory than there is.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let file = folder.path().join("pets.csv");
    /// # std::fs::write(&file, "name,weight\nMia,3.5\nRex,12\n")?;
    /// let table = Table::read_csv(&file)?;
    /// assert_eq!(table.column("weight")?, Array::from([3.5, 12.0]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn column(&self, name: &str) -> Result<Array> {
        let place = self.position(name)?;
        let numbers = self.numbers(place)?;
        check_shape(&Shape::from([numbers.len()]), size_of::<f64>() + size_of::<f32>())?;
        self.notice_rounded(place, numbers);
        Ok(Array::from(numbers.to_vec()))
    }

    /// The texts of a column; numbers as they are shown. Prints a line that begins with `Note:` where the file has
    /// several ways to write one of these numbers, as 1.1 and 1.10.
    ///
    /// # Errors
    ///
    /// When there is no such column, or when a cell is missing.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let file = folder.path().join("pets.csv");
    /// # std::fs::write(&file, "name,weight\nMia,3.5\nRex,12\n")?;
    /// let table = Table::read_csv(&file)?;
    /// assert_eq!(table.texts("name")?, ["Mia", "Rex"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn texts(&self, name: &str) -> Result<Vec<String>> {
        let place = self.position(name)?;
        let text = |row: usize| match &self.columns[place] {
            column if column.is_missing(row) => Err(self.missing(row, place).into()),
            Column::Numbers(numbers) => Ok(numbers[row].to_string()),
            Column::Texts(texts) => Ok(texts[row].clone().unwrap_or_default()),
        };
        let lost = self.names_lost.iter().filter(|(column, _)| column == name);
        lost.for_each(|(_, note)| say_note(note.clone()));
        (0..self.num_rows()).map(text).collect()
    }

    /// These columns, in this order.
    ///
    /// # Errors
    ///
    /// When there is no such column.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let file = folder.path().join("pets.csv");
    /// # std::fs::write(&file, "name,age,weight\nMia,2,3.5\nRex,7,12\n")?;
    /// let table = Table::read_csv(&file)?;
    /// let x = table.select(&["weight", "age"])?.to_array()?;
    /// assert_eq!(x, Array::from([[3.5, 2.0], [12.0, 7.0]]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn select<S: AsRef<str>>(&self, names: &[S]) -> Result<Table> {
        self.only(&as_texts(names))
    }

    fn only(&self, names: &[&str]) -> Result<Table> {
        let places: Vec<usize> =
            names.iter().map(|name| self.position(name)).collect::<Result<_>>()?;
        let columns = places.iter().map(|&place| self.columns[place].clone()).collect();
        Ok(self.with_columns(names.iter().map(|&name| name.to_owned()).collect(), columns))
    }

    /// All columns but these.
    ///
    /// # Errors
    ///
    /// When there is no such column.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let file = folder.path().join("pets.csv");
    /// # std::fs::write(&file, "name,age,weight\nMia,2,3.5\nRex,7,12\n")?;
    /// let table = Table::read_csv(&file)?;
    /// assert_eq!(table.without(&["name"])?.names(), ["age", "weight"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn without<S: AsRef<str>>(&self, names: &[S]) -> Result<Table> {
        let names = as_texts(names);
        names.iter().try_for_each(|name| self.position(name).map(drop))?;
        let rest = self.names.iter().map(String::as_str).filter(|name| !names.contains(name));
        self.only(&rest.collect::<Vec<_>>())
    }

    /// The rows of a range, such as `0..10`.
    ///
    /// # Errors
    ///
    /// When the range reaches past the last row, and when its rows take more memory than there is.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let file = folder.path().join("pets.csv");
    /// # std::fs::write(&file, "name,weight\nMia,3.5\nRex,12\n")?;
    /// let table = Table::read_csv(&file)?;
    /// assert_eq!(table.rows(0..1)?.texts("name")?, ["Mia"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn rows(&self, range: Range<usize>) -> Result<Table> {
        check_rows(&range, Shape::from([self.num_rows(), self.names.len()]), true)?;
        let part = Shape::from([range.len(), self.names.len()]);
        check_shape(&part, size_of::<Option<String>>())?;
        Ok(self.select_rows(&range.collect::<Vec<_>>()))
    }

    pub(super) fn select_rows(&self, rows: &[usize]) -> Table {
        Table {
            path: self.path.clone(),
            names: self.names.clone(),
            columns: self.columns.iter().map(|column| column.select(rows)).collect(),
            lines: rows.iter().map(|&row| self.lines[row]).collect(),
            decimal: self.decimal,
            names_lost: self.names_lost.clone(),
        }
    }

    /// All columns as an array. Prints a line that begins with `Note:` where a whole number is too
    /// large to be exact, or where many different ones of a column become the same.
    ///
    /// # Shapes
    ///
    /// Result: `(n, columns)` for n rows, `float32`.
    ///
    /// # Errors
    ///
    /// When a cell is missing or no number, the first one is named; and when a number is too large for
    /// `float32`.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let file = folder.path().join("pets.csv");
    /// # std::fs::write(&file, "age,weight\n2,3.5\n7,12\n")?;
    /// let x = Table::read_csv(&file)?.to_array()?;
    /// assert_eq!(x, Array::from([[2.0, 3.5], [7.0, 12.0]]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_array(&self) -> Result<Array> {
        let shape = Shape::from([self.num_rows(), self.names.len()]);
        check_shape(&shape, size_of::<f32>())?;
        let columns = (0..self.names.len()).map(|place| self.numbers(place));
        let columns: Vec<&[f64]> = columns.collect::<Result<_>>()?;
        columns.iter().enumerate().for_each(|(place, numbers)| self.notice_rounded(place, numbers));
        let mut values = Vec::with_capacity(shape.num_values());
        for row in 0..self.num_rows() {
            for (place, column) in columns.iter().enumerate() {
                if column[row].is_nan() {
                    return Err(self.missing(row, place).into());
                }
                let value = column[row] as f32;
                if value.is_infinite() {
                    let reason = phrase!(
                        "the number is too large for float32, which holds numbers up to 3.4e38",
                        "die Zahl ist zu groß für float32, das Zahlen bis 3.4e38 fasst"
                    );
                    return Err(self.problem(row, place, reason).into());
                }
                values.push(value);
            }
        }
        Array::new(shape, values)
    }

    /// Prints a note about different numbers that `float32` makes the same, as times in seconds, or else about
    /// the first whole number that it does not hold exactly, as that of a customer or a date without points.
    fn notice_rounded(&self, place: usize, numbers: &[f64]) {
        let name = cut(&self.names[place], 60);
        if let Some((first, second)) = merged(numbers) {
            return say_note(phrase!(
                "different numbers in column {name:?} become the same, such as {first} and {second}, as float32 \
                 keeps about 7 digits: subtract the smallest of them from all in the file",
                "verschiedene Zahlen in der Spalte {name:?} werden gleich, etwa {first} und {second}, denn float32 \
                 behält etwa 7 Ziffern: Zieh in der Datei von allen die kleinste ab"
            ));
        }
        let Some((before, after)) = numbers.iter().find_map(|&number| rounded_whole(number)) else {
            return;
        };
        let most = thousands(1 << f32::MANTISSA_DIGITS);
        say_note(phrase!(
            "{before} in column {name:?} becomes {after}: float32 holds whole numbers exactly up to {most}. If \
             they are names or dates, leave the column out with without(&[{name:?}])",
            "{before} in der Spalte {name:?} wird zu {after}: float32 fasst ganze Zahlen genau nur bis {most}. \
             Sind es Kennungen oder Daten, lass die Spalte mit without(&[{name:?}]) weg"
        ));
    }

    /// The numbers of a column, if it has only numbers.
    fn numbers(&self, place: usize) -> Result<&[f64]> {
        let texts = match &self.columns[place] {
            Column::Numbers(numbers) => return Ok(numbers),
            Column::Texts(texts) if texts.is_empty() => return Ok(&[]),
            Column::Texts(texts) => texts,
        };
        let no_number_with = |text: &Option<String>, decimal| {
            text.as_ref().is_some_and(|text| number(text, decimal).is_none() || is_identifier(text))
        };
        let find = |decimal| texts.iter().position(|text| no_number_with(text, decimal));
        // Decimal commas with a single text between them: not they are to blame.
        let known: Vec<&str> = texts.iter().flatten().map(String::as_str).collect();
        let decimal = if are_of_commas(&known) && find(',').is_some() { ',' } else { self.decimal };
        let first = find(decimal).or_else(|| texts.iter().position(Option::is_some));
        let Some((row, text)) = first.and_then(|row| Some((row, texts[row].clone()?))) else {
            return Err(self.missing(0, place).into());
        };
        let is_name = |(name, column): (&String, &Column)| match column {
            Column::Numbers(_) => false,
            Column::Texts(texts) => texts[row].as_ref() == Some(name),
        };
        if self.names.iter().zip(&self.columns).all(is_name) {
            return Err(self.problem(row, place, names_again()).into());
        }
        let rest = &texts[row + 1..];
        let is_text = |text: &Option<String>| no_number_with(text, decimal);
        let is_of_units = row == 0
            && look_of(&text, &known, decimal).is_none()
            && (0..self.columns.len()).all(|place| self.is_text(row, place));
        if is_of_units && rest.iter().any(Option::is_some) && !rest.iter().any(is_text) {
            let text = cut(&text, 40);
            let way_out = match self.lines[row] {
                1 => phrase!(
                    "if these are the names of the columns, leave out .header(false)",
                    "Sind das die Namen der Spalten, lass .header(false) weg"
                ),
                _ => phrase!(
                    "if the line holds units or a second header, take it out of the file",
                    "Enthält die Zeile Einheiten oder eine zweite Überschrift, nimm sie aus der Datei heraus"
                ),
            };
            let reason = phrase!(
                "{text:?} is no number, and all below it are: {way_out}",
                "{text:?} ist keine Zahl, aber alles darunter: {way_out}"
            );
            return Err(self.problem(row, place, reason).into());
        }
        Err(self.problem(row, place, no_number(&text, &known, decimal)).into())
    }

    /// Whether there is no number in this cell, as everywhere in a line of units.
    fn is_text(&self, row: usize, place: usize) -> bool {
        match &self.columns[place] {
            Column::Numbers(numbers) => numbers[row].is_nan(),
            Column::Texts(texts) => {
                texts[row].as_ref().is_none_or(|text| number(text, self.decimal).is_none())
            }
        }
    }
}
