//! Columns of categories as numbers: a column for each, or class numbers.

use std::collections::{BTreeSet, HashMap};

use crate::arrays::array::Array;
use crate::base::error::{Error, Result};
use crate::base::lines::cut;
use crate::base::memory::{bytes_of, check};
use crate::base::notes::say_note;
use crate::base::numbers::thousands;
use crate::base::phrase::phrase;
use crate::base::table_problem::TableProblem;
use crate::base::too_large::Large;
use crate::own_data::table::{Column, Table};

/// More different values than this are taken for texts that are no categories.
const MOST_CATEGORIES: usize = 1_000;

impl Table {
    /// A column of categories as numbers: instead of `island` a column for each island, such as
    /// `island=Dream`, with 1 where it is that island and 0 elsewhere. The columns are in the order of the
    /// alphabet (capitals before small letters, umlauts last), those of numbers by their size, and stand where
    /// the column stood. Prints a line that begins with `Note:` where two differ only in capitals.
    ///
    /// Numbers such as 1, 2, 3 would say that the third island is three times the first. The whole table
    /// should be made so before it is split, so that all parts have the same columns. As pandas's
    /// [`get_dummies`](https://pandas.pydata.org/docs/reference/api/pandas.get_dummies.html), but for names
    /// and places: there it is `island_Dream`, at the end of the table.
    ///
    /// # Errors
    ///
    /// When there is no such column, when a cell is missing, when a column is already called as one of the
    /// new ones, or when it has more than 1,000 different values: then they are hardly categories.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let file = folder.path().join("pets.csv");
    /// # std::fs::write(&file, "kind,weight\ncat,3.5\ndog,12\ncat,4\n")?;
    /// let pets = Table::read_csv(&file)?.one_hot("kind")?; // or "pets.csv"
    /// assert_eq!(pets.names(), ["kind=cat", "kind=dog", "weight"]);
    /// assert_eq!(pets.to_array()?.row(1)?, Array::from([0.0, 1.0, 12.0]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn one_hot(&self, name: &str) -> Result<Table> {
        let place = self.position(name)?;
        let (classes, categories) = self.categories(name)?;
        let bytes = bytes_of(&[self.num_rows(), categories.len(), size_of::<f64>()]);
        let (num_classes, labels) = (categories.len(), self.num_rows());
        check(bytes, || Large::Rows { num_classes, labels })?;
        let of_category = |category: usize| {
            Column::Numbers(classes.iter().map(|&class| f64::from(class == category)).collect())
        };
        let (mut names, mut columns) = (self.names.clone(), self.columns.clone());
        let new_names = categories.iter().map(|category| format!("{name}={category}"));
        if let Some(taken) = new_names.clone().find(|name| names.contains(name)) {
            let (taken, path) = (cut(&taken, 60), self.path.clone());
            let reason = phrase!(
                "one_hot makes a column {taken:?}, but there is one of that name already: give it another name in \
                 the file",
                "one_hot macht eine Spalte {taken:?}, aber eine mit diesem Namen gibt es schon: Gib ihr in der \
                 Datei einen anderen Namen"
            );
            return Err(TableProblem::File { path, reason }.into());
        }
        names.splice(place..=place, new_names);
        columns.splice(place..=place, (0..categories.len()).map(of_category));
        Ok(self.with_columns(names, columns))
    }

    /// A column of categories as labels: the class number of each row, `(n,)`, and the names of the
    /// classes in the order of the alphabet: capitals before small letters, umlauts last; those of a column
    /// of numbers by their size. Prints a line that begins with `Note:` where two differ only in capitals.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let file = folder.path().join("pets.csv");
    /// # std::fs::write(&file, "weight,kind\n3.5,cat\n12,dog\n4,cat\n")?;
    /// let (y, names) = Table::read_csv(&file)?.classes("kind")?;
    /// assert_eq!(y, Array::from([0, 1, 0]));
    /// assert_eq!(names, ["cat", "dog"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`one_hot`](Self::one_hot), but for the names.
    pub fn classes(&self, name: &str) -> Result<(Array, Vec<String>)> {
        let (classes, categories) = self.categories(name)?;
        Ok((Array::from(classes), categories))
    }

    fn categories(&self, name: &str) -> Result<(Vec<usize>, Vec<String>)> {
        let texts = self.texts(name)?;
        let different: BTreeSet<&str> = texts.iter().map(String::as_str).collect();
        let mut categories: Vec<&str> = different.into_iter().collect();
        // Numbers in their own order: 2 before 10.
        if let Column::Numbers(_) = self.columns[self.position(name)?] {
            let number = |text: &&str| text.parse().unwrap_or(f64::NAN);
            categories.sort_by(|a, b| number(a).total_cmp(&number(b)));
        }
        if categories.len() > MOST_CATEGORIES {
            let setting = phrase!(
                "the number of different values of {name:?}",
                "die Anzahl verschiedener Werte von {name:?}"
            );
            let expected = phrase!(
                "at most {} categories: is it a column of texts or measurements?",
                "höchstens {} Kategorien: Ist das eine Spalte von Texten oder Messwerten?",
                thousands(MOST_CATEGORIES)
            );
            return Err(Error::bad_setting(setting, categories.len(), expected));
        }
        if let Some((one, other)) = twins(&categories) {
            let (name, one, other) = (cut(name, 60), cut(one, 40), cut(other, 40));
            say_note(phrase!(
                "{one:?} and {other:?} in column {name:?} are two classes: if they should be one, write them alike in \
                 the file",
                "{one:?} und {other:?} in der Spalte {name:?} sind zwei Klassen: Sollten sie eine sein, schreib sie in \
                 der Datei gleich"
            ));
        }
        let numbers: HashMap<&str, usize> = categories.iter().copied().zip(0..).collect();
        let classes = texts.iter().map(|text| numbers[text.as_str()]).collect();
        Ok((classes, categories.into_iter().map(str::to_owned).collect()))
    }
}

/// Two words that differ only in capitals. Single letters do so in good data: those of handwriting.
fn twins<'a>(categories: &[&'a str]) -> Option<(&'a str, &'a str)> {
    let mut known: HashMap<String, &str> = HashMap::new();
    let words = categories.iter().filter(|word| word.chars().count() > 1);
    words.copied().find_map(|word| Some((known.insert(word.to_lowercase(), word)?, word)))
}
