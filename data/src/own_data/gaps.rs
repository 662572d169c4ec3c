//! Gaps of a table: rows without them, or values in their place.

use crate::base::error::{Error, Result};
use crate::base::lines::cut;
use crate::base::notes::say_note;
use crate::base::phrase::phrase;
use crate::own_data::table::{Column, Table};

impl Table {
    /// The rows in which nothing is missing. Choose the columns first: a gap in one that is not
    /// needed costs a row. Prints a line that begins with `Note:` where no row is left.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let file = folder.path().join("pets.csv");
    /// # std::fs::write(&file, "name,weight\nMia,3.5\nRex,\n")?;
    /// let table = Table::read_csv(&file)?; // the weight of Rex is not known
    /// assert_eq!(table.drop_missing().texts("name")?, ["Mia"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn drop_missing(&self) -> Table {
        let is_whole = |row: &usize| self.columns.iter().all(|column| !column.is_missing(*row));
        let rows: Vec<usize> = (0..self.num_rows()).filter(is_whole).collect();
        let gaps = self.num_missing();
        if let (true, Some(most)) = (rows.is_empty(), gaps.iter().max().filter(|&&most| most > 0)) {
            let place = gaps.iter().position(|gap| gap == most).unwrap_or_default();
            let name = cut(&self.names[place], 60);
            say_note(phrase!(
                "no row is left. Most values are missing in column {name:?}: leave it out before",
                "keine Zeile ist übrig. In der Spalte {name:?} fehlt am meisten: Lass sie vorher weg"
            ));
        }
        self.select_rows(&rows)
    }

    /// This value in all missing cells of a column: a number, or a text such as `"unknown"`.
    ///
    /// # Errors
    ///
    /// When there is no such column, or when a column of numbers is to be filled with a text or
    /// with NaN.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let file = folder.path().join("pets.csv");
    /// # std::fs::write(&file, "name,weight\nMia,3.5\nRex,\n")?;
    /// let table = Table::read_csv(&file)?; // the weight of Rex is not known
    /// assert_eq!(table.fill_missing("weight", 10)?.column("weight")?, Array::from([3.5, 10.0]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fill_missing(&self, name: &str, value: impl ToString) -> Result<Table> {
        let (place, value) = (self.position(name)?, value.to_string());
        let is_text = value.parse::<f64>().is_err();
        let mut table = self.clone();
        match &mut table.columns[place] {
            Column::Numbers(numbers) if is_text && numbers.iter().all(|old| old.is_nan()) => {
                table.columns[place] = Column::Texts(vec![Some(value); self.num_rows()]);
            }
            Column::Numbers(numbers) => {
                let number: Option<f64> = value.parse().ok().filter(|n: &f64| n.is_finite());
                let number = number.ok_or_else(|| {
                    let setting = phrase!("the value for {name:?}", "der Wert für {name:?}");
                    let expected = phrase!(
                        "a number, as that column has numbers; describe() says the mean of those that are there",
                        "eine Zahl, denn diese Spalte hat Zahlen; den Mittelwert (mean) der vorhandenen sagt \
                         describe()"
                    );
                    Error::bad_setting(setting, format!("{value:?}"), expected)
                })?;
                numbers.iter_mut().filter(|old| old.is_nan()).for_each(|old| *old = number);
            }
            Column::Texts(texts) => texts.iter_mut().for_each(|old| {
                old.get_or_insert_with(|| value.clone());
            }),
        }
        Ok(table)
    }
}
