//! `table.describe()`: each column in a few numbers.

use std::collections::{BTreeMap, HashSet};

use crate::own_data::table::{Column, Table};

/// The columns of a description behind the name: of numbers, and of all.
const OF_NUMBERS: [&str; 7] = ["mean", "std", "min", "25%", "50%", "75%", "max"];

impl Table {
    /// A table with a row for each column: how many cells have a value and how many lack one, how
    /// many different values there are, and of texts the most frequent one; of numbers the mean,
    /// the standard deviation and the quartiles (50% is the median).
    ///
    /// The numbers are those of pandas's
    /// [`describe`](https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.describe.html): the
    /// standard deviation is that of a sample (divided by n - 1), quartiles between two values are
    /// interpolated.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let file = folder.path().join("pets.csv");
    /// # std::fs::write(&file, "name,weight\nMia,4\nRex,12\n")?;
    /// let about = Table::read_csv(&file)?.select(&["weight"])?.describe();
    /// assert_eq!(about.column("mean")?, Array::from([8.0]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn describe(&self) -> Table {
        let texts = |texts: Vec<String>| Column::Texts(texts.into_iter().map(Some).collect());
        let counts =
            |counts: Vec<usize>| Column::Numbers(counts.into_iter().map(|n| n as f64).collect());
        let missing = self.num_missing();
        let present = missing.iter().map(|missing| self.num_rows() - missing).collect();
        let summaries: Vec<[f64; 7]> = self.columns.iter().map(numbers_of).collect();
        let (distinct, top) = self.columns.iter().map(frequent).unzip();
        let mut columns = vec![texts(self.names.clone()), counts(present), counts(missing)];
        columns.extend((0..7).map(|k| Column::Numbers(summaries.iter().map(|s| s[k]).collect())));
        columns.extend([counts(distinct), Column::Texts(top)]);
        let head = ["column", "count", "missing"].into_iter();
        let names = head.chain(OF_NUMBERS).chain(["distinct", "top"]);
        Table {
            path: "describe()".into(),
            names: names.map(str::to_owned).collect(),
            columns,
            lines: (1..=self.names.len() as u64).collect(),
            decimal: '.',
            names_lost: Vec::new(),
        }
    }
}

/// Mean, standard deviation, smallest, quartiles, largest; NaN where there are none.
fn numbers_of(column: &Column) -> [f64; 7] {
    let Column::Numbers(numbers) = column else { return [f64::NAN; 7] };
    let mut numbers: Vec<f64> = numbers.iter().copied().filter(|number| !number.is_nan()).collect();
    if numbers.is_empty() {
        return [f64::NAN; 7];
    }
    numbers.sort_unstable_by(f64::total_cmp);
    let n = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / n;
    let squares = numbers.iter().map(|number| (number - mean).powi(2)).sum::<f64>();
    let quantile = |share: f64| {
        let place = share * (n - 1.0);
        let (low, high) = (numbers[place.floor() as usize], numbers[place.ceil() as usize]);
        low + (high - low) * place.fract()
    };
    let [min, q1, median, q3, max] = [0.0, 0.25, 0.5, 0.75, 1.0].map(quantile);
    [mean, (squares / (n - 1.0)).sqrt(), min, q1, median, q3, max]
}

/// How many different values there are, and the most frequent text.
fn frequent(column: &Column) -> (usize, Option<String>) {
    match column {
        Column::Numbers(numbers) => {
            let known = numbers.iter().filter(|number| !number.is_nan());
            (known.map(|number| number.to_bits()).collect::<HashSet<u64>>().len(), None)
        }
        Column::Texts(texts) => {
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            texts.iter().flatten().for_each(|text| *counts.entry(text).or_default() += 1);
            // Of several the first in the alphabet.
            let top = counts.iter().rev().max_by_key(|(_, count)| **count);
            (counts.len(), top.map(|(text, _)| (*text).to_owned()))
        }
    }
}
