//! `history.plot("accuracy")`: how a training went, as curves over the epochs.

use zunder_data::base::training_problem::TrainingProblem;
use zunder_data::plot::curves::{Curve, draw_measure, draw_side_by_side};
use zunder_data::words::either;
use zunder_data::{Figure, Result};

use crate::fit::history::History;

impl History {
    /// Draws one measure over the epochs, training and validation: `history.plot("accuracy")`.
    ///
    /// Where the loss of the validation begins to rise again, the network learns its samples by
    /// heart: it overfits.
    ///
    /// # Errors
    ///
    /// None here: the figure holds it, see [`Figure`]. When this was not measured, or nothing
    /// was.
    pub fn plot(&self, name: &str) -> Figure {
        Figure::new(draw(self, name))
    }
}

fn draw(history: &History, name: &str) -> Result<String> {
    if history.num_epochs() == 0 {
        return Err(TrainingProblem::NoEpochs.into());
    }
    let measure = name.strip_prefix("val_").unwrap_or(name);
    let curves = if name == measure {
        let beside = history.get(&format!("val_{name}")).ok().map(Curve::validation);
        std::iter::once(Curve::training(history.get(name)?)).chain(beside).collect()
    } else {
        vec![Curve::validation(history.get(name)?)]
    };
    draw_measure(measure, &curves, history.num_epochs())
}

/// Draws measures side by side while their training runs, with room for all its epochs. `has_ended`
/// says that no more will come.
pub(crate) fn draw_growing(
    history: &History,
    names: &[&'static str],
    validates: bool,
    epochs: usize,
    has_ended: bool,
) -> Result<String> {
    // Before the first epoch has ended there are none.
    let values = |name: &str| history.get(name).unwrap_or_default();
    let of_measure = |&name: &&'static str| {
        let training = std::iter::once(Curve::training(values(name)));
        let validation = validates.then(|| Curve::validation(values(&format!("val_{name}"))));
        (name, training.chain(validation).collect())
    };
    let measures: Vec<(&str, Vec<Curve>)> = names.iter().map(of_measure).collect();
    let empty = if has_ended {
        either("no epoch came to its end", "keine Epoche lief bis zum Ende")
    } else {
        either("the first epoch is running", "die erste Epoche läuft")
    };
    draw_side_by_side(&measures, epochs, empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A training whose numbers are `number(epoch)`, from epoch 1.
    fn history(epochs: usize, number: impl Fn(usize) -> f32) -> History {
        let mut history = History::default();
        for epoch in 1..=epochs {
            history
                .push(1.0, &[("accuracy", number(epoch)), ("val_accuracy", number(epoch) - 0.1)]);
        }
        history
    }

    /// All texts of a picture, as a browser would show them.
    fn texts(svg: &str) -> Vec<String> {
        let pieces = svg.split("<text").skip(1).filter_map(|piece| piece.split_once('>'));
        let texts = pieces.filter_map(|(_, rest)| rest.split_once('<'));
        texts.map(|(text, _)| text.trim().to_owned()).collect()
    }

    #[test]
    fn both_curves_are_there_with_their_names() {
        let figure = history(10, |epoch| 0.9 + epoch as f32 / 100.0).plot("accuracy");
        let svg = figure.svg().unwrap();
        let texts = texts(svg);
        for word in ["accuracy", "epoch", "training", "validation", "1", "10"] {
            assert!(texts.iter().any(|text| text == word), "{word} is not in {texts:?}");
        }
        let marks = |mark: &str| svg.matches(mark).count();
        // One in the legend, one for each epoch.
        assert_eq!((marks("<circle"), marks("<polygon")), (11, 11));
        assert!(svg.contains("#0072B2") && svg.contains("#D55E00"));
    }

    #[test]
    fn one_epoch_is_a_point_and_many_stay_readable() {
        let svg = |epochs| history(epochs, |epoch| 1.0 / epoch as f32).plot("accuracy");
        assert_eq!(svg(1).svg().unwrap().matches("<circle").count(), 2);
        assert!(svg(200).svg().unwrap().matches("<circle").count() <= 26);
    }

    #[test]
    fn numbers_that_are_not_finite_leave_a_gap() {
        let gap = history(3, |epoch| if epoch == 2 { f32::NAN } else { 0.5 }).plot("accuracy");
        assert_eq!(gap.svg().unwrap().matches("<circle").count(), 3);
        let none = history(3, |_| f32::INFINITY).plot("accuracy");
        assert!(texts(none.svg().unwrap()).contains(&"no finite numbers".to_owned()));
        for figure in [gap, none] {
            let svg = figure.svg().unwrap();
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }

    #[test]
    fn a_validation_curve_alone_is_one_curve() {
        let figure = history(3, |_| 0.5).plot("val_accuracy");
        let texts = texts(figure.svg().unwrap());
        assert!(
            texts.contains(&"validation".to_owned()) && !texts.contains(&"training".to_owned())
        );
    }

    #[test]
    fn growing_curves_have_room_for_all_epochs_from_the_beginning() {
        let draw = |history: &History| {
            draw_growing(history, &["loss", "accuracy"], true, 10, false).expect("it can be drawn")
        };
        let empty = draw(&History::default());
        assert_eq!(
            texts(&empty).iter().filter(|text| *text == "the first epoch is running").count(),
            2
        );
        let grown = draw(&history(3, |epoch| 0.5 + epoch as f32 / 10.0));
        let texts = texts(&grown);
        // `history` holds no loss: that side goes on waiting.
        assert_eq!(texts.iter().filter(|text| *text == "the first epoch is running").count(), 1);
        assert_eq!(texts.iter().filter(|text| *text == "10").count(), 2, "{texts:?}");
        // In the legends one each, and one for each epoch of the accuracy.
        let marks = |mark: &str| grown.matches(mark).count();
        assert_eq!((marks("<circle"), marks("<polygon")), (5, 5));
    }

    #[test]
    fn unknown_names_and_empty_histories_say_so() {
        let reason = |history: History, name| history.plot(name).svg().unwrap_err().to_string();
        let unknown = reason(history(1, |_| 0.5), "acuracy");
        assert!(
            unknown.contains("\"acuracy\"") && unknown.contains("\"val_accuracy\""),
            "{unknown}"
        );
        let empty = reason(History::default(), "accuracy");
        assert!(empty.contains("holds no epoch yet"), "{empty}");
    }
}
