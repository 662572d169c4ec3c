//! `network.summary()`: the layers as a table.

use std::fmt;

use zunder_data::words::either;
use zunder_data::words::{decimal, thousands};

use crate::define::activation::Activation;
use crate::define::layers::Layer;
use crate::define::sequential::{Sequential, total_parameters};

impl Sequential {
    /// A table of the layers with their output shapes and numbers of parameters.
    ///
    /// `None` stands for the number of samples, as in Keras: the network takes any.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let network = Sequential::new().add(Input::new(4)).add(Dense::new(3).activation(Softmax));
    /// assert!(network.summary().to_string().contains("Total params: 15"));
    /// ```
    pub fn summary(&self) -> Summary {
        let mut layers = Vec::new();
        let problem = self.walk(&mut layers).err();
        let total = total_parameters(&layers);
        let rows =
            layers.iter().zip(&self.layers).enumerate().map(|(position, (shaped, layer))| {
                let activation = layer.activation().map_or("", Activation::name);
                [
                    format!("{position} {}", layer.kind()),
                    activation.to_owned(),
                    shaped.output.as_batch(),
                    thousands(shaped.num_parameters),
                ]
            });
        let header = either(
            ["Layer", "Activation", "Output shape", "Params"],
            ["Schicht (layer)", "Aktivierung", "Ausgabeform (shape)", "Parameter"],
        );
        let mut text = table(header, rows.collect());
        text += &format!(
            "\n{}: {} ({} KB {} float32)",
            either("Total params", "Parameter insgesamt"),
            thousands(total),
            decimal(total as f64 * 4.0 / 1024.0, 2),
            either("as", "als")
        );
        // Moving means and variances are half of what such a layer keeps.
        let moving: usize = layers
            .iter()
            .zip(&self.layers)
            .filter(|(_, layer)| matches!(layer, Layer::BatchNormalization(_)))
            .map(|(shaped, _)| shaped.num_parameters / 2)
            .sum();
        if moving > 0 {
            let words = either(
                ["Trainable params", "Non-trainable params"],
                ["Parameter, die lernen", "Parameter, die nicht lernen"],
            );
            for (words, number) in words.into_iter().zip([total - moving, moving]) {
                text += &format!("\n{words}: {}", thousands(number));
            }
        }
        if let Some(problem) = problem {
            let words = either("Not ready to compile", "Noch nicht bereit für compile");
            text += &format!("\n{words}: {problem}");
        }
        Summary { text }
    }

    /// Shows the table when the network ends a notebook cell.
    pub fn evcxr_display(&self) {
        println!("{}", self.summary());
    }
}

/// The table that [`Sequential::summary`] makes.
#[derive(Clone, PartialEq)]
#[must_use = "it is shown where it ends a cell, without a semicolon"]
pub struct Summary {
    text: String,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

zunder_data::debug_as_display!(Summary);

/// Columns as wide as their widest entry; the last one is of numbers and right-aligned.
fn table<const N: usize>(header: [&str; N], rows: Vec<[String; N]>) -> String {
    let width = |column: usize| {
        let entries = rows.iter().map(|row| row[column].chars().count());
        entries.chain([header[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |entries: [&str; N]| {
        let cells = entries.iter().zip(widths).enumerate().map(|(column, (entry, width))| {
            if column + 1 == N { format!("{entry:>width$}") } else { format!("{entry:<width$}") }
        });
        cells.collect::<Vec<_>>().join("   ")
    };
    let head = line(header);
    let rule = "-".repeat(head.chars().count());
    let body = rows.iter().map(|row| line(row.each_ref().map(String::as_str)) + "\n");
    format!("{head}\n{rule}\n{}{rule}", body.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::define::activation::{Relu, Softmax};
    use crate::define::dense::{Dense, Input};
    use crate::define::normalize_batch::BatchNormalization;

    #[test]
    fn summary_shows_layers_shapes_and_counted_parameters() {
        let network = Sequential::new()
            .add(Input::new(784))
            .add(Dense::new(20).activation(Relu))
            .add(Dense::new(14).activation(Relu))
            .add(Dense::new(10).activation(Softmax));
        // Parameters as counted by hand: (784 + 1) * 20, (20 + 1) * 14, (14 + 1) * 10.
        let expected = "\
Layer     Activation   Output shape   Params
--------------------------------------------
0 Input                (None, 784)         0
1 Dense   relu         (None, 20)     15,700
2 Dense   relu         (None, 14)        294
3 Dense   softmax      (None, 10)        150
--------------------------------------------
Total params: 16,144 (63.06 KB as float32)";
        assert_eq!(network.summary().to_string(), expected);
    }

    #[test]
    fn moving_means_are_not_learned() {
        let network = Sequential::new().add(Input::new(4)).add(Dense::new(3));
        let network = network.add(BatchNormalization::new()).add(Dense::new(2));
        let summary = network.summary().to_string();
        // As Keras counts them: 15 + 12 + 8, of which two for each of three units are no weights.
        assert!(summary.contains("Total params: 35"), "{summary}");
        assert!(summary.ends_with("Trainable params: 29\nNon-trainable params: 6"), "{summary}");
    }

    #[test]
    fn summary_of_an_unfinished_network_says_what_is_missing() {
        let text = Sequential::new().add(Dense::new(3)).summary().to_string();
        assert!(text.contains("Not ready to compile: the network starts with Dense"), "{text}");
    }
}
