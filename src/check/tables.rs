//! The checks of `course/10_tables.md`.

use std::collections::HashMap;

use crate::arrays::array::Array;
use crate::check::accuracy::{accuracy, percent};
use crate::check::{Finding, Verdict, judge, wrong};
use crate::compile::model::Model;
use crate::load::penguins;
use crate::prepare::normalization::Normalization;

/// The column of the body mass.
const MASS: usize = 3;

/// Numbers of this order are the same when computed in another way.
const TOLERANCE: f32 = 2e-3;

/// The row numbers of the penguins of which nothing is missing.
pub fn complete_rows(complete: &[usize]) -> Verdict {
    judge("complete_rows", || {
        let (x, _) = table()?;
        if let Some(row) = complete.iter().find(|&&row| row >= x.len()) {
            return wrong(
                format!("there is no row {row}: the table has {}", x.len()),
                format!("es gibt keine Zeile {row}: Die Tabelle hat {}", x.len()),
            );
        }
        let all = complete_numbers(&x);
        let with_gaps = complete.iter().filter(|row| !all.contains(row)).count();
        let is_in_order = complete.windows(2).all(|pair| pair[0] < pair[1]);
        match (with_gaps, complete.len()) {
            (0, 0) => wrong(
                "complete is empty: no row was kept",
                "complete ist leer: Keine Zeile wurde behalten",
            ),
            (gaps, kept) if gaps == kept => wrong(
                "these are just the rows in which something is missing: it is the wrong way round",
                "das sind gerade die Zeilen, in denen etwas fehlt: Es ist verkehrt herum",
            ),
            (1.., kept) if kept == x.len() => wrong(
                "all rows are still there, also those in which values are missing",
                "noch sind alle Zeilen da, auch die, in denen Werte fehlen",
            ),
            (1.., _) => wrong(
                "a row with missing values is still among them: there is more than one such row, \
                 and not all are at the beginning",
                "eine Zeile mit fehlenden Werten ist noch dabei: Es gibt mehr als eine davon, und \
                 nicht alle stehen am Anfang",
            ),
            _ if !is_in_order => wrong(
                "a row is there twice, or the rows are not in their order",
                "eine Zeile ist doppelt da, oder die Zeilen stehen nicht in ihrer Reihenfolge",
            ),
            (_, kept) if kept < all.len() => wrong(
                "good rows were dropped, too: only those with a missing value should go",
                "auch gute Zeilen sind weg: Nur die mit einem fehlenden Wert sollen wegfallen",
            ),
            _ => Ok(()),
        }
    })
}

/// The measured penguins, split at random into a training part and a test part of a fifth.
pub fn penguin_split(train: (&Array, &Array), test: (&Array, &Array)) -> Verdict {
    judge("penguin_split", || {
        let species_by_row = species_by_row()?;
        let mut seen: HashMap<Vec<u32>, usize> = HashMap::new();
        for part in [("train", train), ("test", test)] {
            check_part(part, &species_by_row, &mut seen)?;
        }
        let all = species_by_row.len();
        let (num_train, num_test) = (train.0.len(), test.0.len());
        if num_train + num_test != all {
            return wrong(
                format!(
                    "of {all} penguins only {} are left in the two parts",
                    num_train + num_test
                ),
                format!(
                    "von {all} Pinguinen sind in beiden Teilen zusammen nur {} übrig",
                    num_train + num_test
                ),
            );
        }
        if !(60..=77).contains(&num_test) {
            return wrong(
                format!("{num_test} of {all} penguins are in the test part: that is not a fifth"),
                format!("{num_test} von {all} Pinguinen sind im Testteil: Das ist kein Fünftel"),
            );
        }
        Ok(())
    })
}

/// One part of the split: every row is a measured penguin with its own species, seen only once.
fn check_part(
    (name, (x, y)): (&str, (&Array, &Array)),
    species_by_row: &HashMap<Vec<u32>, u8>,
    seen: &mut HashMap<Vec<u32>, usize>,
) -> Finding {
    let shape = x.shape();
    if shape.num_dims() != 2 || shape.dims()[1] != 4 || y.shape() != [x.len()] || x.is_empty() {
        let labels = y.shape();
        return wrong(
            format!(
                "x_{name} has the shape {shape} and y_{name} {labels}, but there should be four \
                 columns, and one label for each row"
            ),
            format!(
                "x_{name} hat die Form {shape} und y_{name} {labels}, es sollen aber vier Spalten \
                 sein und zu jeder Zeile ein Label"
            ),
        );
    }
    let labels = y.to_vec();
    for (row, label) in rows_as_bits(x).into_iter().zip(&labels) {
        let Some(species) = species_by_row.get(&row) else {
            return wrong(
                format!(
                    "x_{name} holds a row that is not one of the measured penguins: was the table \
                     with the gaps split, or were the numbers changed?"
                ),
                format!(
                    "x_{name} enthält eine Zeile, die keiner der vermessenen Pinguine ist: Wurde \
                     die Tabelle mit den Lücken aufgeteilt, oder wurden die Zahlen verändert?"
                ),
            );
        };
        if f32::from(*species) != *label {
            return wrong(
                format!("the labels in y_{name} no longer belong to the rows of x_{name}"),
                format!("die Labels in y_{name} gehören nicht mehr zu den Zeilen von x_{name}"),
            );
        }
        *seen.entry(row).or_insert(0) += 1;
    }
    if seen.values().any(|&count| count > 1) {
        return wrong(
            "a penguin is there twice: no penguin of the test part may be in the training part",
            "ein Pinguin ist doppelt da: Kein Pinguin des Testteils darf im Trainingsteil sein",
        );
    }
    if let Some(missing) = (0..3).find(|&species| !labels.contains(&(species as f32))) {
        let species = penguins::species()[missing];
        return wrong(
            format!(
                "there is no {species} at all in y_{name}: the rows are sorted by species, so the \
                 first and the last ones are no fair parts"
            ),
            format!(
                "in y_{name} gibt es keinen einzigen {species}: Die Zeilen sind nach Arten \
                 sortiert, also sind die ersten und die letzten keine fairen Teile"
            ),
        );
    }
    Ok(())
}

/// The body mass, standardised by hand with the numbers of the training rows.
pub fn standardise_column(
    x_train: &Array,
    x_test: &Array,
    mass_train: &Array,
    mass_test: &Array,
) -> Verdict {
    judge("standardise_column", || {
        let [train, test] = [x_train, x_test].map(|x| x.column(MASS).ok());
        let (Some(train), Some(test)) = (train, test) else { return no_tables() };
        for (name, got, expected) in
            [("mass_train", mass_train, &train), ("mass_test", mass_test, &test)]
        {
            let (shape, wanted) = (got.shape(), expected.shape());
            if shape != wanted {
                return wrong(
                    format!("{name} has the shape {shape} instead of {wanted}"),
                    format!("{name} hat die Form {shape} statt {wanted}"),
                );
            }
        }
        if mass_train == &train {
            return wrong(
                "mass_train still holds grams: nothing was subtracted or divided yet",
                "mass_train enthält noch Gramm: Es wurde noch nichts abgezogen oder geteilt",
            );
        }
        if differ(mass_train, &standardised(&train, &train)) {
            return by_hand(mass_train);
        }
        if differ(mass_test, &standardised(&test, &train)) {
            return match differ(mass_test, &standardised(&test, &test)) {
                false => wrong(
                    "mass_test was standardised with its own mean and std: those of the training \
                     rows have to do for the test rows, too",
                    "mass_test wurde mit eigenem Mittelwert und eigener Standardabweichung \
                     standardisiert: Auch für die Testzeilen gelten die der Trainingszeilen",
                ),
                true => wrong(
                    "mass_train is right, but mass_test was not treated in the same way with the \
                     same two numbers",
                    "mass_train stimmt, aber mass_test wurde nicht genauso und mit denselben zwei \
                     Zahlen behandelt",
                ),
            };
        }
        Ok(())
    })
}

/// What went wrong with a column that should have mean 0 and standard deviation 1.
fn by_hand(mass: &Array) -> Finding {
    let (mean, std) = (mass.mean(), mass.std());
    match (mean.abs() < 0.01, (std - 1.0).abs() < 0.01) {
        (true, true) => wrong(
            "mass_train has the right mean and spread, but other numbers: is it the column of the \
             body mass, in the order of x_train?",
            "mass_train hat den richtigen Mittelwert und die richtige Streuung, aber andere Zahlen: \
             Ist es die Spalte der Körpermasse, in der Reihenfolge von x_train?",
        ),
        (true, false) => wrong(
            format!("the std of mass_train is {std:.3}: it lies around 0, but the spread is not 1"),
            format!(
                "die Standardabweichung von mass_train ist {std:.3}: Es liegt um 0, aber die \
                 Streuung ist nicht 1"
            ),
        ),
        (false, true) => wrong(
            format!("the spread is right, but the mean of mass_train is {mean:.3}, not 0"),
            format!(
                "die Streuung stimmt, aber der Mittelwert von mass_train ist {mean:.3}, nicht 0"
            ),
        ),
        (false, false) => wrong(
            format!(
                "the mean of mass_train is {mean:.3} and its std {std:.3}, but they should be 0 and \
                 1 (was something divided before it was subtracted? Parentheses!)"
            ),
            format!(
                "der Mittelwert von mass_train ist {mean:.3}, die Standardabweichung {std:.3}, sie \
                 sollen aber 0 und 1 sein (wurde geteilt, bevor abgezogen wurde? Klammern!)"
            ),
        ),
    }
}

/// The whole table, standardised by a [`Normalization`] that saw the training rows only.
pub fn standardise_table(
    (x_train, x_train_scaled): (&Array, &Array),
    (x_test, x_test_scaled): (&Array, &Array),
    normalization: &Normalization,
) -> Verdict {
    judge("standardise_table", || {
        let Ok(right) = Normalization::adapt(x_train) else { return no_tables() };
        if differ(&normalization.mean(), &right.mean())
            || differ(&normalization.variance(), &right.variance())
        {
            return wrong(
                "normalization has measured other penguins than those in x_train: nothing of the \
                 test part may get into its numbers",
                "normalization hat andere Pinguine ausgemessen als die in x_train: Vom Testteil darf \
                 nichts in ihre Zahlen geraten",
            );
        }
        for (name, x, scaled) in
            [("x_train_scaled", x_train, x_train_scaled), ("x_test_scaled", x_test, x_test_scaled)]
        {
            let Ok(expected) = right.apply(x) else { return no_tables() };
            if !differ(scaled, &expected) {
                continue;
            }
            let own = Normalization::adapt(x).and_then(|own| own.apply(x));
            if own.is_ok_and(|own| !differ(scaled, &own)) {
                return wrong(
                    format!("{name} was standardised with its own numbers: that is another ruler"),
                    format!(
                        "{name} wurde mit eigenen Zahlen standardisiert: Das ist ein anderer Maßstab"
                    ),
                );
            }
            return match scaled == x {
                true => wrong(
                    format!("{name} still holds millimetres and grams"),
                    format!("{name} enthält immer noch Millimeter und Gramm"),
                ),
                false => wrong(
                    format!("{name} is not what normalization makes of this part of the table"),
                    format!(
                        "{name} ist nicht das, was normalization aus diesem Teil der Tabelle macht"
                    ),
                ),
            };
        }
        Ok(())
    })
}

/// A network 4-8-3 that knows nearly all of the unseen penguins.
pub fn penguin_network(model: &Model, x_test: &Array, y_test: &Array) -> Verdict {
    judge("penguin_network", || {
        let units: Vec<usize> = model.weights().iter().map(|(_, bias)| bias.len()).collect();
        let inputs = model.weights().first().map_or(0, |(kernel, _)| kernel.len());
        if inputs != 4 || units.last() != Some(&3) {
            let outputs = units.last().copied().unwrap_or(0);
            return wrong(
                format!(
                    "the network has {inputs} inputs and {outputs} outputs: count columns and species"
                ),
                format!(
                    "das Netz hat {inputs} Eingänge und {outputs} Ausgänge: Zähle Spalten und Arten"
                ),
            );
        }
        if units != [8, 3] {
            let layers = units.iter().map(usize::to_string).collect::<Vec<_>>().join("-");
            return wrong(
                format!("the layers have {layers} units: there should be one hidden layer of 8"),
                format!(
                    "die Schichten haben {layers} Neuronen: Es soll eine verborgene mit 8 geben"
                ),
            );
        }
        if x_test.len() < 50 {
            return wrong(
                "there are too few penguins to judge it: take the whole test part",
                "das sind zu wenige Pinguine für ein Urteil: Nimm den ganzen Testteil",
            );
        }
        if x_test.max() > 100.0 {
            return wrong(
                "x_test still holds millimetres and grams, but the network learns from standardised numbers",
                "x_test enthält noch Millimeter und Gramm, das Netz lernt aber mit standardisierten Zahlen",
            );
        }
        let accuracy = accuracy(model, x_test, y_test)?;
        let (english, german) = percent(accuracy);
        match accuracy {
            0.95.. => Ok(()),
            0.85.. => wrong(
                format!(
                    "{english} of the test penguins are right, which is close: let it train longer"
                ),
                format!(
                    "{german} der Testpinguine sind richtig, das ist knapp: Lass es länger trainieren"
                ),
            ),
            _ => wrong(
                format!(
                    "only {english} of the test penguins are right: was it trained on the \
                     standardised rows, and for long enough?"
                ),
                format!(
                    "nur {german} der Testpinguine sind richtig: Wurde mit den standardisierten \
                     Zeilen trainiert, und lange genug?"
                ),
            ),
        }
    })
}

/// The column without which the network does worst.
pub fn most_important(column: usize) -> Verdict {
    judge("most_important", || match column {
        0 => Ok(()),
        1..=3 => {
            let name = penguins::columns()[column];
            wrong(
                format!(
                    "without column {column}, {name}, the network still does well: another one is \
                     missed more"
                ),
                format!(
                    "ohne Spalte {column}, {name}, kommt das Netz noch gut zurecht: Eine andere \
                     fehlt ihm mehr"
                ),
            )
        }
        _ => wrong(
            format!("there is no column {column}: counting starts at 0"),
            format!("es gibt keine Spalte {column}: Gezählt wird ab 0"),
        ),
    })
}

/// What the model says of a penguin that it has never seen.
pub fn new_penguin(model: &Model, normalization: &Normalization, probabilities: &Array) -> Verdict {
    judge("new_penguin", || {
        let shape = probabilities.shape();
        if shape != [1, 3] {
            return wrong(
                format!(
                    "probabilities has the shape {shape}: it is one penguin, and three species"
                ),
                format!(
                    "probabilities hat die Form {shape}: Es ist ein Pinguin, und es sind drei Arten"
                ),
            );
        }
        let new = Array::from([[47.0, 18.2, 194.0, 3600.0]]);
        let Ok(scaled) = normalization.apply(&new) else { return no_tables() };
        let says = |x: &Array| model.predict(x).ok();
        let is = |x: &Array| says(x).is_some_and(|outputs| !differ(&outputs, probabilities));
        let is_really_scaled = scaled.max().abs() < 10.0;
        match () {
            () if is(&scaled) && is_really_scaled => Ok(()),
            () if is(&new) => wrong(
                "the model was given millimetres and grams, but it has learned from standardised \
                 numbers only",
                "das Modell hat Millimeter und Gramm bekommen, gelernt hat es aber nur mit \
                 standardisierten Zahlen",
            ),
            () if is(&Array::zeros([1, 4])) => wrong(
                "all four numbers became 0: a single row is its own mean, so it cannot be its own \
                 ruler",
                "alle vier Zahlen sind zu 0 geworden: Eine einzelne Zeile ist ihr eigener \
                 Mittelwert, sie kann nicht ihr eigener Maßstab sein",
            ),
            () => wrong(
                "the model says something else of this penguin: is the row prepared as the training \
                 rows were, with the same numbers?",
                "das Modell sagt über diesen Pinguin etwas anderes: Ist die Zeile so vorbereitet wie \
                 die Trainingszeilen, mit denselben Zahlen?",
            ),
        }
    })
}

/// The penguins; that they cannot be loaded is not the learner's fault.
fn table() -> Result<(Array, Array), String> {
    penguins::load_data().map_err(|problem| problem.to_string())
}

fn complete_numbers(x: &Array) -> Vec<usize> {
    let rows = x.to_vec();
    let is_complete = |row: &[f32]| row.iter().all(|value| value.is_finite());
    let numbers = rows.chunks(4).enumerate().filter(|(_, row)| is_complete(row));
    numbers.map(|(number, _)| number).collect()
}

/// The rows of a table with four columns, comparable bit by bit.
fn rows_as_bits(x: &Array) -> Vec<Vec<u32>> {
    x.to_vec().chunks(4).map(|row| row.iter().map(|value| value.to_bits()).collect()).collect()
}

/// The species of each measured penguin; no two of them have the same measurements.
fn species_by_row() -> Result<HashMap<Vec<u32>, u8>, String> {
    let (x, y) = table()?;
    let (rows, species) = (rows_as_bits(&x), y.to_vec());
    Ok(complete_numbers(&x)
        .into_iter()
        .map(|row| (rows[row].clone(), species[row] as u8))
        .collect())
}

/// A column with mean and standard deviation of another one.
fn standardised(column: &Array, like: &Array) -> Array {
    (column - like.mean()) / like.std()
}

/// Whether the shapes differ or any number does; a NaN differs from everything.
fn differ(got: &Array, expected: &Array) -> bool {
    let near =
        |(got, expected): (f32, f32)| (got - expected).abs() <= TOLERANCE * expected.abs().max(1.0);
    got.shape() != expected.shape() || !got.to_vec().into_iter().zip(expected.to_vec()).all(near)
}

fn no_tables() -> Finding {
    wrong(
        "x_train and x_test are no tables with four columns any more: run the cells above again",
        "x_train und x_test sind keine Tabellen mit vier Spalten mehr: Führe die Zellen darüber \
         noch einmal aus",
    )
}
