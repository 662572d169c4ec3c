//! `Model::regions`: what a network of two inputs answers everywhere.

use zunder_data::arrays::class_numbers::{check_one_hot, class_labels, class_numbers};
use zunder_data::base::phrase::phrase;
use zunder_data::plot::axis::Axis;
use zunder_data::plot::regions::{MOST_CLASSES, PLACES, Regions};
use zunder_data::plot::tiles::range_of;
use zunder_data::{Array, Error, Figure, Result};

use crate::choose::metrics::named_class;
use crate::compile::model::Model;
use crate::evaluate::confusion_matrix::check_labels_for;

impl Model {
    /// Draws what a network of two inputs answers at each place of the plane, with samples in it.
    ///
    /// A sample is a point, and each class has its form and its colour. Where the colour behind changes,
    /// the network is undecided: with one layer that is a straight line, with hidden layers any curve.
    ///
    /// # Shapes
    ///
    /// `x`: `(n, 2)`. `y`: class numbers `(n,)` or one-hot rows.
    ///
    /// # Errors
    ///
    /// None here: the figure holds it, see [`Figure`]. When samples are not of two numbers, when there are
    /// more than four classes, and as [`confusion_matrix`](Self::confusion_matrix) for labels that do not fit.
    ///
    /// ```
    /// use zunder::prelude::*;
    ///
    /// let x = Array::from([[0.1, 0.9], [0.8, 0.3], [0.2, 0.4], [0.7, 0.1]]);
    /// let y = Array::from([1, 0, 1, 0]);
    /// let network = Sequential::new().seed(1).add(Input::new(2)).add(Dense::new(2).activation(Softmax));
    /// let model = network.compile(SparseCategoricalCrossentropy, Adam::default(), [Accuracy])?;
    /// assert!(model.regions(&x, &y).svg()?.contains("class 1"));
    /// # Ok::<(), zunder::Error>(())
    /// ```
    pub fn regions(&self, x: &Array, y: &Array) -> Figure {
        Figure::new(self.regions_of(x, y).and_then(|regions| regions.draw()))
    }

    fn regions_of(&self, x: &Array, y: &Array) -> Result<Regions> {
        let outputs = self.output.num_values();
        let num_classes = outputs.max(2);
        if num_classes > MOST_CLASSES {
            let setting = phrase!("the number of classes", "die Anzahl der Klassen");
            let expected = phrase!("at most {MOST_CLASSES} here", "hier höchstens {MOST_CLASSES}");
            return Err(Error::bad_setting(setting, num_classes, expected));
        }
        if x.shape().dims().get(1..) != Some(&[2]) {
            let expected = phrase!(
                "samples of two numbers, (n, 2)",
                "Beispiele (samples) aus zwei Zahlen, (n, 2)"
            );
            return Err(Error::wrong_shape("regions", expected, x.shape(), false));
        }
        let outputs = self.predict(x)?;
        check_labels_for(x, y, &outputs)?;
        check_one_hot(y)?;
        let rights = self.answers(&outputs);
        let is_table = y.shape().num_dims() == 2;
        let labels = if is_table { Array::from(class_labels(y)) } else { y.clone() };
        let labels = class_numbers(&labels, num_classes)?;
        let samples = x.to_vec();
        let ranges = [0, 1].map(|column| {
            let numbers: Vec<f32> = samples.iter().skip(column).step_by(2).copied().collect();
            Axis::around(range_of(&numbers))
        });
        let at = |axis: &Axis, way: f64| (axis.from + way * (axis.to - axis.from)) as f32;
        let way = |place: usize| (place as f64 + 0.5) / PLACES as f64;
        let places = (0..PLACES * PLACES).flat_map(|place| {
            let (row, column) = (place / PLACES, place % PLACES);
            [at(&ranges[0], way(column)), at(&ranges[1], 1.0 - way(row))]
        });
        let places = Array::new([PLACES * PLACES, 2], places.collect())?;
        let answers = self.answers(&self.predict_silently(&places)?);
        let samples = samples.chunks(2).zip(labels).zip(rights);
        let samples = samples
            .map(|((sample, label), (answer, _))| ([sample[0], sample[1]], label, label == answer));
        Ok(Regions { samples: samples.collect(), ranges, answers, num_classes })
    }

    /// The class that the network votes for, and how sure it is.
    fn answers(&self, outputs: &Array) -> Vec<(usize, f32)> {
        let answer = |outputs: &[f32]| match (named_class(outputs), outputs) {
            (vote, &[yes]) => (vote, yes.max(1.0 - yes).clamp(0.5, 1.0)),
            (vote, _) => (vote, outputs[vote].clamp(0.0, 1.0)),
        };
        outputs.to_vec().chunks(self.output.num_values().max(1)).map(answer).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choose::losses::{MeanSquaredError, SparseCategoricalCrossentropy};
    use crate::choose::optimizers::Adam;
    use crate::define::activation::{Sigmoid, Softmax};
    use crate::define::dense::{Dense, Input};
    use crate::define::sequential::Sequential;
    use zunder_data::words::in_german;

    /// Votes for class 1 where the first number is larger than the second one.
    fn model() -> Model {
        let network = Sequential::new().add(Input::new(2)).add(Dense::new(2).activation(Softmax));
        let mut model =
            network.compile(SparseCategoricalCrossentropy, Adam::default(), []).unwrap();
        let kernel = Array::from([[0.0, 5.0], [5.0, 0.0]]);
        model.set_weights(&[(kernel, Array::from([0.0, 0.0]))]).unwrap();
        model
    }

    #[test]
    fn each_place_gets_the_answer_of_the_network() {
        let x = Array::from([[0.0, 1.0], [1.0, 0.0], [0.9, 0.1], [0.0, 0.9]]);
        let y = Array::from([0, 1, 1, 1]); // the last one is wrong
        let regions = model().regions_of(&x, &y).unwrap();
        let above = regions.answers.iter().filter(|(answer, _)| *answer == 0).count();
        assert!(above.abs_diff(PLACES * PLACES / 2) <= PLACES, "{above}");
        assert_eq!(regions.answers[0].0, 0, "upper left");
        assert_eq!(regions.answers[PLACES * PLACES - 1].0, 1, "lower right");
        let drawn = || model().regions(&x, &y).svg().unwrap().to_owned();
        assert!(drawn().contains("(75.0 % of the samples right)"));
        let german = in_german(drawn);
        assert!(german.contains("75,0 % der Beispiele richtig"), "{german}");
        assert!(german.contains("Klasse 1: 49,4 % der Fläche, Beispiele: 3"), "{german}");
    }

    #[test]
    fn yes_or_no_has_two_regions_and_other_data_is_refused() {
        let network = Sequential::new().add(Input::new(2)).add(Dense::new(1).activation(Sigmoid));
        let yes = network.compile(MeanSquaredError, Adam::default(), []).unwrap();
        let x = Array::from([[0.0, 1.0], [1.0, 0.0]]);
        assert!(yes.regions(&x, &Array::from([0, 1])).svg().unwrap().contains("class 1"));
        let says = |x: &Array, y: &Array| yes.regions(x, y).svg().unwrap_err().to_string();
        assert!(says(&Array::zeros([4, 3]), &Array::zeros([4])).contains("samples of two numbers"));
        assert!(says(&x, &Array::from([0])).contains("x has 2 samples"));
        assert!(says(&x, &Array::from([0, -1])).contains("-1"));
        assert!(says(&x, &Array::from([0, 7])).contains("label 7"));
        assert!(says(&x, &Array::from([0.0, 0.5])).contains("0.5"));
        assert!(yes.regions(&x, &Array::from([[1, 0], [0, 1]])).svg().is_ok());
        assert!(says(&x, &Array::from([[1, 0, 0], [0, 1, 0]])).contains("(2, 3)"));
        assert!(says(&x, &Array::from([[0.7, 0.3], [0.4, 0.5]])).contains("[0.7, 0.3]"));
        assert!(says(&x, &Array::zeros([2, 2, 2])).contains("(2, 2, 2)"));
    }
}
