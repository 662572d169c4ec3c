//! The checks of `course/03_shapes.md`.

use crate::array::Array;
use crate::check::{Verdict, judge, wrong};

/// The pictures of the training data, each as one row of numbers.
pub fn flatten(x_flat: &Array) -> Verdict {
    judge("flatten", || {
        let shape = x_flat.shape();
        if shape == [60_000, 28, 28] {
            return wrong(
                format!("x_flat still has the shape {shape}: the rows of a picture are not joined"),
                format!(
                    "x_flat hat immer noch die Form {shape}: Die Zeilen eines Bildes sind nicht \
                     aneinandergehängt"
                ),
            );
        }
        if shape.num_dims() != 2 || shape.first() != 60_000 {
            return wrong(
                format!(
                    "x_flat has the shape {shape}, but there should be one row for each picture"
                ),
                format!(
                    "x_flat hat die Form {shape}, es soll aber für jedes Bild eine Zeile geben"
                ),
            );
        }
        Ok(())
    })
}
