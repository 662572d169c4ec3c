//! The classification report: precision, recall and F1 of each class.

use std::fmt;

use zunder_data::plot::heat_map::share;
use zunder_data::words::decimal;
use zunder_data::{Array, Result};

use crate::compile::model::Model;
use crate::evaluate::confusion_matrix::ConfusionMatrix;

/// The words in this table.
mod words {
    use zunder_data::words::either;

    /// Of the report: four columns of nine characters. The terms of the field stand below the
    /// German ones.
    pub(super) fn headings() -> &'static [&'static str] {
        const ENGLISH: &str = "precision    recall  f1-score   support";
        const GERMAN: &str = "Präzision Trefferq.   F1-Wert    Anzahl";
        either(&[ENGLISH], &[GERMAN, ENGLISH])
    }

    /// Of the last three rows of the report.
    pub(super) fn means() -> [&'static str; 3] {
        either(["accuracy", "macro avg", "weighted avg"], ["Genauigkeit", "Mittel", "gewichtet"])
    }
}

impl Model {
    /// Predicts the class of each sample and judges that class by class: a table as
    /// [`classification_report`] makes it.
    ///
    /// # Shapes, Errors
    ///
    /// As [`confusion_matrix`](Self::confusion_matrix).
    pub fn classification_report(&self, x: &Array, y: &Array) -> Result<ClassificationReport> {
        classification_report(y, &self.votes(x, y)?)
    }
}

/// Judges a classification class by class: precision, recall and F1.
///
/// For each class: `precision` is the share of right ones among those taken for the class, `recall`
/// the share found among those that belong to it, `f1-score` their harmonic mean, `support` how
/// many belong to it. Where nothing was taken for a class, or nothing belongs to it, the share is 0.
/// `macro avg` is the plain mean over the classes, `weighted avg` counts each as often as its
/// support. The same text as
/// [`sklearn.metrics.classification_report`](https://scikit-learn.org/stable/modules/generated/sklearn.metrics.classification_report.html)
/// with three digits and all classes named.
///
/// # Shapes, Errors
///
/// As [`ConfusionMatrix::new`].
///
/// ```
/// use zunder::prelude::*;
///
/// let report = classification_report(&Array::from([0, 1, 1, 1]), &Array::from([0, 1, 1, 0]))?;
/// assert!(report.to_string().contains("accuracy                          0.750         4"));
/// # Ok::<(), zunder::Error>(())
/// ```
pub fn classification_report(labels: &Array, predictions: &Array) -> Result<ClassificationReport> {
    let matrix = ConfusionMatrix::new(labels, predictions)?;
    let classes = (0..matrix.num_classes).map(|class| ClassScores::of(&matrix, class));
    let accuracy = share(matrix.num_right(), matrix.num_samples());
    Ok(ClassificationReport { classes: classes.collect(), accuracy })
}

/// The table that [`classification_report`] makes.
#[derive(Clone, PartialEq)]
#[must_use = "it is shown where it ends a cell, without a semicolon"]
pub struct ClassificationReport {
    classes: Vec<ClassScores>,
    accuracy: f64,
}

#[derive(Clone, PartialEq)]
struct ClassScores {
    class: usize,
    /// Precision, recall and F1.
    scores: [f64; 3],
    support: usize,
}

impl ClassScores {
    fn of(matrix: &ConfusionMatrix, class: usize) -> Self {
        let right = matrix.count(class, class);
        let (support, votes) = (matrix.supports[class], matrix.votes(class));
        let f1 = share(2 * right, support + votes);
        ClassScores { class, scores: [share(right, votes), share(right, support), f1], support }
    }
}

impl ClassificationReport {
    /// The mean of each score, with a weight for each class.
    fn mean(&self, weight: impl Fn(&ClassScores) -> f64) -> [f64; 3] {
        let total: f64 = self.classes.iter().map(&weight).sum();
        std::array::from_fn(|score| {
            let scores = self.classes.iter().map(|class| class.scores[score] * weight(class));
            scores.sum::<f64>() / total
        })
    }
}

/// The table of scikit-learn.
impl fmt::Display for ClassificationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in words::headings() {
            writeln!(f, "{:>12}  {line}", "")?;
        }
        writeln!(f)?;
        let total: usize = self.classes.iter().map(|class| class.support).sum();
        let row = |name: &str, [precision, recall, f1]: [f64; 3], support: usize| {
            let [precision, recall, f1] = [precision, recall, f1].map(|score| decimal(score, 3));
            format!("{name:>12}  {precision:>9} {recall:>9} {f1:>9} {support:>9}")
        };
        for class in &self.classes {
            writeln!(f, "{}", row(&class.class.to_string(), class.scores, class.support))?;
        }
        let accuracy = decimal(self.accuracy, 3);
        let [accuracy_name, macro_name, weighted_name] = words::means();
        writeln!(f, "\n{:>12}  {:>9} {:>9} {accuracy:>9} {total:>9}", accuracy_name, "", "")?;
        writeln!(f, "{}", row(macro_name, self.mean(|_| 1.0), total))?;
        let weighted = self.mean(|class| class.support as f64);
        write!(f, "{}", row(weighted_name, weighted, total))
    }
}

zunder_data::debug_as_display!(ClassificationReport);
