//! Palmer penguins: a small table of measurements, with gaps as real tables have them.
//!
//! `penguins.csv` is the file of the R package `palmerpenguins` (Horst, Hill and Gorman, 2020), as
//! the Python package of that name carries it, version 0.1.6, unchanged. The data is dedicated to
//! the public domain ([CC0 1.0](https://creativecommons.org/publicdomain/zero/1.0/)).

use crate::arrays::array::Array;
use crate::base::error::Result;
use crate::base::language::either;

const TABLE: &str = include_str!("penguins.csv");

/// How many columns of the table are used: bill length, bill depth, flipper length, body mass.
const NUM_COLUMNS: usize = 4;

/// The species as the table spells them, in the order of their class numbers.
const SPECIES: [&str; 3] = ["Adelie", "Chinstrap", "Gentoo"];

/// Loads the Palmer penguins: measurements of 344 penguins and their species, as `(x, y)`.
///
/// It is a table rather than pictures: one row for each penguin, one column for each measurement,
/// in different units. Two penguins were never measured: their four numbers are NaN ("not a
/// number"). The rows are sorted by species. The table is part of this crate, so nothing is
/// fetched.
///
/// Measured near Palmer Station, Antarctica, 2007 to 2009: K. B. Gorman, T. D. Williams and W. R.
/// Fraser (2014), "Ecological sexual dimorphism and environmental variability within a community of
/// Antarctic penguins (genus *Pygoscelis*)", PLoS ONE 9(3), e90081,
/// [doi:10.1371/journal.pone.0090081](https://doi.org/10.1371/journal.pone.0090081). Made into a
/// data set by A. M. Horst, A. P. Hill and K. B. Gorman (2020),
/// [palmerpenguins](https://allisonhorst.github.io/palmerpenguins/); licence CC0.
///
/// # Shapes
///
/// `x`: `(344, 4)`, `float32`:
///
/// | column | measurement | unit | from | to |
/// |---|---|---|---|---|
/// | 0 | length of the bill | mm | 32.1 | 59.6 |
/// | 1 | depth of the bill (from top to bottom) | mm | 13.1 | 21.5 |
/// | 2 | length of a flipper | mm | 172 | 231 |
/// | 3 | body mass | g | 2700 | 6300 |
///
/// `y`: `(344,)`, `uint8`: 0 Adelie (152 penguins), 1 Chinstrap (68), 2 Gentoo (124).
///
/// # Errors
///
/// None today: the table is part of the crate, and tests read it whole. The `Result` is there so
/// that every data set is loaded alike.
///
/// ```
/// use zunder::prelude::*;
///
/// let (x, y) = penguins::load_data()?;
/// assert_eq!(x.shape(), [344, 4]);
/// assert_eq!(x.row(0)?, Array::from([39.1, 18.7, 181.0, 3750.0]));
/// assert!(x.get([3, 0])?.is_nan());
/// assert_eq!(penguins::species()[y.get([343])? as usize], "Chinstrap");
/// # Ok::<(), zunder::Error>(())
/// ```
pub fn load_data() -> Result<(Array, Array)> {
    let mut x = Vec::new();
    let mut y = Vec::new();
    for row in csv::Reader::from_reader(TABLE.as_bytes()).into_records().flatten() {
        // species, island, the four measurements, sex, year
        let species = SPECIES.iter().position(|species| *species == &row[0]);
        y.push(species.unwrap_or(SPECIES.len()) as u8);
        // The table writes a missing value as NA.
        let measurements = row.iter().skip(2).take(NUM_COLUMNS);
        x.extend(measurements.map(|field| field.parse().unwrap_or(f32::NAN)));
    }
    Ok((Array::new([y.len(), NUM_COLUMNS], x)?, Array::from(y))) // (344, 4), (344,)
}

/// The species in the order of their class numbers, in the chosen language.
pub fn species() -> [&'static str; 3] {
    either(SPECIES, ["Adeliepinguin", "Zügelpinguin", "Eselspinguin"])
}

/// The measurements in the order of their columns, with their units, in the chosen language.
pub fn columns() -> [&'static str; 4] {
    either(
        ["bill length (mm)", "bill depth (mm)", "flipper length (mm)", "body mass (g)"],
        ["Schnabellänge (mm)", "Schnabelhöhe (mm)", "Flossenlänge (mm)", "Körpermasse (g)"],
    )
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_table_is_the_one_published() {
        let digest = Sha256::digest(TABLE.as_bytes());
        let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digits, "f204db2c753b0937caac3cb35258562c14f073e4bbc76be24b4c51ce22767a93");
    }

    #[test]
    fn every_row_is_read() {
        let (x, y) = load_data().unwrap();
        assert_eq!(x.shape(), [344, 4]);
        assert_eq!(y.shape(), [344]);
        let labels = y.to_vec();
        let count = |class: f32| labels.iter().filter(|&&label| label == class).count();
        assert_eq!([0.0, 1.0, 2.0].map(count), [152, 68, 124]);
        // The rows that pandas finds incomplete.
        let gaps = |row: &usize| x.row(*row).unwrap().to_vec().iter().any(|value| value.is_nan());
        assert_eq!((0..344).filter(gaps).collect::<Vec<_>>(), [3, 271]);
        assert!(x.row(3).unwrap().to_vec().iter().all(|value| value.is_nan()));
    }

    #[test]
    fn the_columns_have_the_documented_ranges() {
        let (x, _) = load_data().unwrap();
        let range = |column| {
            let numbers = x.column(column).unwrap().to_vec();
            let known: Vec<f32> = numbers.into_iter().filter(|number| !number.is_nan()).collect();
            let known = Array::from(known);
            (known.min(), known.max())
        };
        let ranges = [(32.1, 59.6), (13.1, 21.5), (172.0, 231.0), (2700.0, 6300.0)];
        assert_eq!([0, 1, 2, 3].map(range), ranges);
    }
}
