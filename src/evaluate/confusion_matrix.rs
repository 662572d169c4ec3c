//! The confusion matrix: what was taken for what.

use zunder_data::arrays::class_numbers::{
    check_labels, check_one_hot, class_labels, class_numbers,
};
use zunder_data::base::array_problem::ArrayProblem;
use zunder_data::base::network_problem::NetworkProblem;
use zunder_data::base::numbers::shortest;
use zunder_data::base::phrase::phrase;
use zunder_data::base::sample_problem::SampleProblem;
use zunder_data::plot::heat_map::HeatMap;
use zunder_data::words::thousands;
use zunder_data::{Array, Error, Figure, OwnDisplay, Result, Shape, to_categorical};

use crate::compile::model::Model;
use crate::define::activation::Activation;
use crate::define::layers::answering_activation;

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
#[must_use = "it is shown where it ends a cell, without a semicolon"]
pub struct ConfusionMatrix {
    /// Row after row.
    counts: Vec<usize>,
    pub(crate) num_classes: usize,
    /// How many samples belong to each class.
    pub(crate) supports: Vec<usize>,
    /// Of each class; empty as long as there are none.
    class_names: Vec<String>,
    _own_display: OwnDisplay,
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
    /// When one of them has another shape, when there are none, when there is not one prediction for
    /// each label, when a label is no class number and its row not one-hot, when a prediction `(n,)` is no
    /// class number (such as the probability of a single output), or when there are more than 1,000 classes.
    pub fn new(labels: &Array, predictions: &Array) -> Result<Self> {
        let both = [labels, predictions];
        for classes in both {
            check_labels(&classes.shape(), phrase!("a confusion matrix", "eine Konfusionsmatrix"))?;
        }
        if labels.len() != predictions.len() {
            let (left, right) = (labels.shape(), predictions.shape());
            let operation = phrase!("compare", "vergleichen");
            return Err(ArrayProblem::ShapesDiffer { operation, left, right }.into());
        }
        if labels.is_empty() {
            return Err(Error::no_data("y"));
        }
        let widths = both.iter().filter_map(|classes| match *classes.shape().dims() {
            [_, width] if width > 1 => Some(width),
            _ => None,
        });
        let widest = widths.max();
        if let Some(width) = widest.filter(|&width| width > MOST_CLASSES) {
            let setting = phrase!("the number of classes", "die Anzahl der Klassen");
            let expected = phrase!(
                "at most {} classes: more could not be told apart; were rows of pixels taken for labels?",
                "höchstens {} Klassen: Mehr könnte man nicht unterscheiden; sind das Zeilen von Pixeln \
                 statt Labels?",
                thousands(MOST_CLASSES)
            );
            return Err(Error::bad_setting(setting, width, expected));
        }
        check_one_hot(labels)?;
        let [labels, predictions] = both.map(|classes| Array::from(class_labels(classes)));
        check_no_probability(&predictions)?;
        // A number that is too large to be a class, or none, is found below, by its row.
        let numbers = [&labels, &predictions].into_iter().flat_map(Array::to_vec);
        let largest = numbers.fold(0.0, f32::max).min(MOST_CLASSES as f32 - 1.0);
        let num_classes = widest.unwrap_or(largest as usize + 1);
        let labels = class_numbers(&labels, num_classes)?;
        let predictions = class_numbers(&predictions, num_classes)?;
        let mut counts = vec![0; num_classes * num_classes];
        let mut supports = vec![0; num_classes];
        for (label, prediction) in labels.into_iter().zip(predictions) {
            counts[label * num_classes + prediction] += 1;
            supports[label] += 1;
        }
        let (class_names, _own_display) = Default::default();
        Ok(ConfusionMatrix { counts, num_classes, supports, class_names, _own_display })
    }

    /// Names the classes, in the order of their numbers, in the heat map: scikit-learn's
    /// `display_labels`.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let (labels, votes) = (Array::from([0, 1, 1]), Array::from([0, 1, 0]));
    /// let matrix = ConfusionMatrix::new(&labels, &votes)?.class_names(&["cat", "dog"])?;
    /// # assert!(matrix.plot().svg()?.contains("dog"));
    /// # Ok::<(), zunder::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When there is not one name for each class.
    pub fn class_names<S: AsRef<str>>(mut self, class_names: &[S]) -> Result<Self> {
        let classes = self.num_classes;
        if class_names.len() != classes {
            let what = phrase!("the number of class names", "die Anzahl der Klassennamen");
            let expected = phrase!(
                "{classes}: one for each class, in the order of their numbers",
                "{classes}: einer für jede Klasse, in der Reihenfolge ihrer Nummern"
            );
            return Err(Error::bad_setting(what, class_names.len(), expected));
        }
        self.class_names = class_names.iter().map(|name| name.as_ref().to_owned()).collect();
        Ok(self)
    }

    /// The counts, `int64` of shape `(classes, classes)`: rows are true, columns predicted classes.
    pub fn counts(&self) -> Array {
        Array::from(self.counts.clone()).with_shape(&Shape::from([self.num_classes; 2]))
    }

    /// Draws the counts as a heat map: right predictions in blue, wrong ones in red, each the
    /// darker the more of its true class they are.
    pub fn plot(&self) -> Figure {
        let ConfusionMatrix { counts, num_classes, supports, class_names, .. } = self;
        Figure::new(HeatMap { counts, num_classes: *num_classes, supports, class_names }.draw())
    }

    /// Shows the heat map when the matrix ends a notebook cell.
    pub fn evcxr_display(&self) {
        self.plot().evcxr_display();
    }

    pub(crate) fn count(&self, truth: usize, vote: usize) -> usize {
        self.counts[truth * self.num_classes + vote]
    }

    pub(crate) fn num_samples(&self) -> usize {
        self.supports.iter().sum()
    }

    pub(crate) fn num_right(&self) -> usize {
        (0..self.num_classes).map(|class| self.count(class, class)).sum()
    }

    /// How many samples were taken for a class.
    pub(crate) fn votes(&self, vote: usize) -> usize {
        (0..self.num_classes).map(|truth| self.count(truth, vote)).sum()
    }
}

/// Refuses labels that are not one for each sample, or not of as many classes as these outputs.
pub(crate) fn check_labels_for(x: &Array, y: &Array, outputs: &Array) -> Result<()> {
    if outputs.len() != y.len() {
        return Err(SampleProblem::SamplesDiffer { x: x.shape(), y: y.shape() }.into());
    }
    let (got, output) = (y.shape(), outputs.shape());
    let classes = output.dims().last().copied().unwrap_or(1);
    if matches!(*got.dims(), [_, width] if width > 1 && width != classes.max(2)) {
        return Err(SampleProblem::LabelsUnlikeOutput { got, output }.into());
    }
    Ok(())
}

/// A fraction between 0 and 1 is no class.
fn check_no_probability(predictions: &Array) -> Result<()> {
    let is_share = |(_, share): &(usize, f32)| *share > 0.0 && *share < 1.0;
    let Some((row, share)) = predictions.to_vec().into_iter().enumerate().find(is_share) else {
        return Ok(());
    };
    Err(Error::bad_setting(
        phrase!("the prediction in row {row}", "die Vorhersage in Zeile {row}"),
        shortest(share),
        phrase!(
            "the number of a class, and not a probability: model.confusion_matrix(&x, &y) and \
             model.classification_report(&x, &y) take the likelier class",
            "die Nummer einer Klasse und keine Wahrscheinlichkeit: model.confusion_matrix(&x, &y) und \
             model.classification_report(&x, &y) nehmen die wahrscheinlichere Klasse"
        ),
    ))
}

impl Model {
    /// Predicts the class of each sample and counts what was taken for what: a [`ConfusionMatrix`].
    ///
    /// A network with a single output votes for class 1 where that output lies above one half, and labels other
    /// than 0 and 1 are refused.
    ///
    /// # Shapes
    ///
    /// `x`: as for [`predict`](Self::predict). `y`: class numbers `(n,)` or one-hot rows.
    ///
    /// # Errors
    ///
    /// As `predict` and [`ConfusionMatrix::new`], and when there is not one label for each
    /// sample.
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

    /// One row of numbers for each sample, of which the largest is the vote.
    pub(crate) fn votes(&self, x: &Array, y: &Array) -> Result<Array> {
        let outputs = self.predict(x)?;
        check_labels_for(x, y, &outputs)?;
        let last = answering_activation(self.layers());
        let answers_with_numbers = self.loss.is_of_numbers() && last != Some(Activation::Sigmoid);
        Ok(match outputs.shape().dims() {
            [_, 1] if answers_with_numbers => {
                return Err(NetworkProblem::NoClasses { loss: format!("{:?}", self.loss) }.into());
            }
            // Of two classes, whatever the labels say.
            [_, 1] => to_categorical(&outputs.map(|output| f32::from(output > 0.5)), 2)?,
            _ => outputs,
        })
    }
}
