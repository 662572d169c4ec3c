//! Judging a classification class by class: the confusion matrix and the report.

use std::fmt;

use crate::array::Array;
use crate::canvas::{
    Align, BLACK, BLUE, Canvas, Colour, GREY, LIGHT_GREY, Tile, Type, VERMILION, WHITE, blend,
};
use crate::error::{Error, Result};
use crate::figure::Figure;
use crate::language::either;
use crate::model::Model;
use crate::numbers::thousands;
use crate::preprocessing::class_numbers;
use crate::shape::Shape;
use crate::tiles::{check_labels, class_labels};

/// The words in this picture.
mod words {
    use crate::language::either;

    pub(super) fn predicted() -> &'static str {
        either("predicted class", "vorhergesagte Klasse")
    }

    pub(super) fn truth() -> &'static str {
        either("true class", "wahre Klasse")
    }

    pub(super) fn right() -> &'static str {
        either("right", "richtig")
    }

    pub(super) fn wrong() -> &'static str {
        either("wrong", "falsch")
    }

    /// Of the report: four columns of nine characters. The terms of the field stand below the
    /// German ones.
    pub(super) fn headings() -> &'static [&'static str] {
        const ENGLISH: &str = "precision    recall  f1-score   support";
        const GERMAN: &str = "Präzision  gefunden   F1-Wert    Anzahl";
        either(&[ENGLISH], &[GERMAN, ENGLISH])
    }

    /// Of the last three rows of the report.
    pub(super) fn means() -> [&'static str; 3] {
        either(["accuracy", "macro avg", "weighted avg"], ["Genauigkeit", "Mittel", "gewichtet"])
    }

    pub(super) fn title(right: &str, all: &str, percent: f64) -> String {
        either(
            format!("{right} of {all} right ({percent:.1} %)"),
            format!("{right} von {all} richtig ({percent:.1} %)"),
        )
    }
}

/// More classes than this are taken for a mistake, such as pixels given as labels.
const MOST_CLASSES: usize = 1_000;

/// How often each class was taken for each class: a row for each true class, a column for each
/// predicted one.
///
/// What lies on the diagonal is right. The rest says which classes the network confuses: a look at
/// 4 and 9 tells more than the accuracy. The same as
/// [`sklearn.metrics.confusion_matrix`](https://scikit-learn.org/stable/modules/generated/sklearn.metrics.confusion_matrix.html)
/// with all classes named.
///
/// ```
/// use zunder::prelude::*;
///
/// let labels = Array::from([0, 1, 2, 2]);
/// let probabilities =
///     Array::from([[0.8, 0.1, 0.1], [0.1, 0.7, 0.2], [0.6, 0.1, 0.3], [0.0, 0.0, 1.0]]);
/// let matrix = ConfusionMatrix::new(&labels, &probabilities)?;
/// assert_eq!(matrix.counts(), Array::from([[1, 0, 0], [0, 1, 0], [1, 0, 1]]));
/// # Ok::<(), zunder::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ConfusionMatrix {
    /// Row after row.
    counts: Vec<usize>,
    num_classes: usize,
    /// How many samples belong to each class.
    supports: Vec<usize>,
}

impl ConfusionMatrix {
    /// Counts what was taken for what.
    ///
    /// # Shapes
    ///
    /// Both: class numbers `(n,)`, or one number for each class `(n, classes)`: one-hot labels, the
    /// probabilities that `model.predict` gives. There are as many classes as these rows have
    /// numbers, or as the largest class number says.
    ///
    /// # Errors
    ///
    /// [`Error::WrongDimensions`], [`Error::NoData`], [`Error::ShapesDiffer`] when there is not one
    /// prediction for each label, [`Error::LabelOutOfRange`].
    pub fn new(labels: &Array, predictions: &Array) -> Result<Self> {
        let both = [labels, predictions];
        for classes in both {
            check_labels(&classes.shape(), either("a confusion matrix", "eine Konfusionsmatrix"))?;
        }
        if labels.len() != predictions.len() {
            let (left, right) = (labels.shape(), predictions.shape());
            return Err(Error::ShapesDiffer {
                operation: either("compare", "vergleichen"),
                left,
                right,
            });
        }
        if labels.is_empty() {
            return Err(Error::NoData { what: "y" });
        }
        let widths = both.iter().filter_map(|classes| match *classes.shape().dims() {
            [_, width] if width > 1 => Some(width),
            _ => None,
        });
        let [labels, predictions] = both.map(|classes| Array::from(class_labels(classes)));
        // A number that is too large to be a class is found below, by its row.
        let largest = labels.max().max(predictions.max()).clamp(0.0, MOST_CLASSES as f32 - 1.0);
        let num_classes = widths.max().unwrap_or(largest as usize + 1);
        let labels = class_numbers(&labels, num_classes)?;
        let predictions = class_numbers(&predictions, num_classes)?;
        let mut counts = vec![0; num_classes * num_classes];
        let mut supports = vec![0; num_classes];
        for (label, prediction) in labels.into_iter().zip(predictions) {
            counts[label * num_classes + prediction] += 1;
            supports[label] += 1;
        }
        Ok(ConfusionMatrix { counts, num_classes, supports })
    }

    /// The counts, `int64` of shape `(classes, classes)`: rows are true, columns predicted classes.
    pub fn counts(&self) -> Array {
        Array::from(self.counts.clone()).with_shape(&Shape::from([self.num_classes; 2]))
    }

    /// Draws the counts as a heat map: right predictions in blue, wrong ones in red, each the
    /// darker the more of its true class they are.
    pub fn plot(&self) -> Figure {
        Figure::new(self.draw())
    }

    /// Shows the heat map when the matrix ends a notebook cell.
    pub fn evcxr_display(&self) {
        self.plot().evcxr_display();
    }

    fn count(&self, truth: usize, vote: usize) -> usize {
        self.counts[truth * self.num_classes + vote]
    }

    fn num_samples(&self) -> usize {
        self.supports.iter().sum()
    }

    fn num_right(&self) -> usize {
        (0..self.num_classes).map(|class| self.count(class, class)).sum()
    }

    /// How many samples were taken for a class.
    fn votes(&self, vote: usize) -> usize {
        (0..self.num_classes).map(|truth| self.count(truth, vote)).sum()
    }

    /// The colour of a cell, and how much of it: by the share of its true class.
    fn shade(&self, truth: usize, vote: usize) -> (Colour, f64) {
        let share = share(self.count(truth, vote), self.supports[truth]);
        // The root makes also a few mistakes among a thousand visible.
        if truth == vote { (BLUE, share) } else { (VERMILION, share.cbrt()) }
    }

    fn draw(&self) -> Result<String> {
        let classes = self.num_classes;
        let (right, all) = (self.num_right(), self.num_samples());
        let percent = right as f64 / all as f64 * 100.0;
        let title = words::title(&thousands(right), &thousands(all), percent);
        let cell = (700.0 / classes as f64).min(46.0);
        let table = cell * classes as f64;
        let names = Type::LABEL.width_of(&(classes - 1).to_string()) + 8.0;
        let (margin, axis) = (16.0, 24.0);
        let before = axis + names;
        let inside = (before + table).max(Type::TITLE.width_of(&title)).max(before + 180.0);
        let left = margin + (inside - before - table) / 2.0 + before;
        let top = margin + 36.0;
        let mut canvas = Canvas::new(inside + 2.0 * margin, top + table + 76.0 + margin);
        canvas.text([margin + inside / 2.0, margin + 12.0], Type::TITLE, &title);

        // As many names as have room.
        let every = (16.0f64.max(names) / cell).ceil() as usize;
        let largest = self.counts.iter().max().map_or(1, |count| count.to_string().len());
        let size = ((cell - 6.0) / (0.64 * largest as f64)).min(13.0);
        let cells = (0..classes * classes).map(|cell| (cell / classes, cell % classes));
        let pixels = cells.map(|(truth, vote)| {
            let (colour, way) = self.shade(truth, vote);
            blend(WHITE, colour, way)
        });
        let tile = Tile { width: classes, height: classes, pixels: pixels.collect() };
        canvas.image([left, top, table, table], &tile)?;
        for truth in 0..classes {
            let y = top + truth as f64 * cell;
            // Numbers where they have room.
            for vote in (0..classes).filter(|_| size >= 7.0) {
                let (count, (_, way)) = (self.count(truth, vote), self.shade(truth, vote));
                let colour = match count {
                    0 => LIGHT_GREY,
                    _ if way > 0.65 => WHITE,
                    _ => BLACK,
                };
                let look = Type { size, colour, ..Type::LABEL };
                let middle = [left + (vote as f64 + 0.5) * cell, y + cell / 2.0 + size * 0.36];
                if count > 0 || classes <= 20 {
                    canvas.text(middle, look, &count.to_string());
                }
            }
            if truth % every == 0 {
                let look = Type { align: Align::Right, ..Type::LABEL };
                canvas.text([left - 8.0, y + cell / 2.0 + 4.7], look, &truth.to_string());
                let x = left + (truth as f64 + 0.5) * cell;
                canvas.text([x, top + table + 18.0], Type::LABEL, &truth.to_string());
            }
        }
        let ends = (0..=classes).map(|end| end as f64 * cell).filter(|_| cell >= 6.0);
        let across = ends.clone().map(|y| [[left, top + y], [left + table, top + y]]);
        let down = ends.map(|x| [[left + x, top], [left + x, top + table]]);
        canvas.lines(across.chain(down), LIGHT_GREY, 0.5);

        let look = Type { colour: GREY, ..Type::LABEL };
        canvas.text([left + table / 2.0, top + table + 40.0], look, words::predicted());
        canvas.text_upwards([left - names - 10.0, top + table / 2.0], look, words::truth());
        let y = top + table + 60.0;
        let mut x = left + table / 2.0 - 80.0;
        for (colour, text) in [(BLUE, words::right()), (VERMILION, words::wrong())] {
            canvas.rectangle([x, y, 13.0, 13.0], colour);
            let look = Type { align: Align::Left, ..Type::LABEL };
            canvas.text([x + 20.0, y + 11.5], look, text);
            x += 90.0;
        }
        Ok(canvas.into_svg())
    }
}

impl Model {
    /// Predicts the class of each sample and counts what was taken for what: a [`ConfusionMatrix`].
    ///
    /// A network with a single output votes for class 1 where that output lies above one half.
    ///
    /// # Shapes
    ///
    /// `x`: as for [`predict`](Self::predict). `y`: class numbers `(n,)` or one-hot rows.
    ///
    /// # Errors
    ///
    /// As `predict` and [`ConfusionMatrix::new`]; [`Error::SamplesDiffer`] when there is not one
    /// label for each sample.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let x = Array::from([[0.1, 0.9], [0.8, 0.3], [0.2, 0.4], [0.7, 0.1]]);
    /// let y = Array::from([1, 0, 1, 0]);
    /// let network = Sequential::new().add(Input::new(2)).add(Dense::new(2).activation(Softmax));
    /// let optimizer = Adam::new().learning_rate(0.1);
    /// let mut model = network.compile(SparseCategoricalCrossentropy, optimizer, [Accuracy])?;
    /// model.fit(&x, &y, Fit::new().epochs(100).verbose(0))?;
    /// assert_eq!(model.confusion_matrix(&x, &y)?.counts(), Array::from([[2, 0], [0, 2]]));
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn confusion_matrix(&self, x: &Array, y: &Array) -> Result<ConfusionMatrix> {
        ConfusionMatrix::new(y, &self.votes(x, y)?)
    }

    /// Predicts the class of each sample and judges that class by class: a table as
    /// [`classification_report`] makes it.
    ///
    /// # Shapes, Errors
    ///
    /// As [`confusion_matrix`](Self::confusion_matrix).
    pub fn classification_report(&self, x: &Array, y: &Array) -> Result<ClassificationReport> {
        classification_report(y, &self.votes(x, y)?)
    }

    /// One row of numbers for each sample, of which the largest is the vote.
    fn votes(&self, x: &Array, y: &Array) -> Result<Array> {
        let outputs = self.predict(x)?;
        if outputs.len() != y.len() {
            return Err(Error::SamplesDiffer { x: x.shape(), y: y.shape() });
        }
        Ok(match outputs.shape().dims() {
            [_, 1] => outputs.map(|output| f32::from(output > 0.5)),
            _ => outputs,
        })
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
#[derive(Clone, Debug, PartialEq)]
pub struct ClassificationReport {
    classes: Vec<ClassScores>,
    accuracy: f64,
}

#[derive(Clone, Debug, PartialEq)]
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

/// A part of a whole; 0 of nothing.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

impl ClassificationReport {
    /// Shows the table when it ends a notebook cell.
    pub fn evcxr_display(&self) {
        println!("{self}");
    }

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
            format!("{name:>12}  {precision:>9.3} {recall:>9.3} {f1:>9.3} {support:>9}")
        };
        for class in &self.classes {
            writeln!(f, "{}", row(&class.class.to_string(), class.scores, class.support))?;
        }
        let accuracy = self.accuracy;
        let [accuracy_name, macro_name, weighted_name] = words::means();
        writeln!(f, "\n{:>12}  {:>9} {:>9} {accuracy:>9.3} {total:>9}", accuracy_name, "", "")?;
        writeln!(f, "{}", row(macro_name, self.mean(|_| 1.0), total))?;
        let weighted = self.mean(|class| class.support as f64);
        write!(f, "{}", row(weighted_name, weighted, total))
    }
}
