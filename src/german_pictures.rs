//! Pictures, tables and lines in German.

use crate::arrays::array::Array;
use crate::base::language::in_german;
use crate::choose::losses::CategoricalCrossentropy;
use crate::choose::metrics::Accuracy;
use crate::choose::optimizers::Adam;
use crate::define::activation::{Relu, Softmax};
use crate::define::dense::{Dense, Input};
use crate::define::sequential::Sequential;
use crate::evaluate::classification_report::classification_report;
use crate::evaluate::confusion_matrix::ConfusionMatrix;
use crate::fit::curves::draw_growing;
use crate::fit::history::History;
use crate::plot;
use crate::plot::figure::Figure;

fn network() -> Sequential {
    let network = Sequential::new().add(Input::new(784));
    network.add(Dense::new(20).activation(Relu)).add(Dense::new(10).activation(Softmax))
}

fn history() -> History {
    let mut history = History::default();
    for epoch in 1..=10u8 {
        let way = f32::from(epoch) / 20.0;
        history.push(
            1.0,
            &[
                ("loss", 0.9 - way),
                ("accuracy", 0.45 + way),
                ("val_loss", 1.0 - way),
                ("val_accuracy", 0.4 + way),
            ],
        );
    }
    history
}

/// Every kind of picture, with what it must say.
fn pictures() -> Vec<(&'static str, Figure, Vec<&'static str>)> {
    let images = Array::zeros([3, 28, 28]);
    let y = Array::from([0, 1, 1]);
    let probabilities = Array::from([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]]);
    let one = images.row(0).unwrap();
    let matrix = ConfusionMatrix::new(&y, &probabilities).unwrap();
    let prediction = |truth: usize| plot::prediction(&one, &Array::from([0.1, 0.9]), truth);
    vec![
        (
            "accuracy",
            history().plot("accuracy"),
            vec![
                "Genauigkeit (accuracy) in jeder Epoche",
                "Epoche (epoch)",
                "Training",
                "Validierung",
                "0,5",
            ],
        ),
        ("loss", history().plot("loss"), vec!["Verlust (loss)"]),
        (
            "growing",
            Figure::new(draw_growing(&history(), &["loss", "accuracy"], true, 20, false)),
            vec!["Verlust (loss)", "Genauigkeit (accuracy) in jeder Epoche"],
        ),
        (
            "waiting",
            Figure::new(draw_growing(&History::default(), &["loss", "accuracy"], true, 20, false)),
            vec!["die erste Epoche läuft"],
        ),
        (
            "ended",
            Figure::new(draw_growing(&History::default(), &["loss", "accuracy"], true, 20, true)),
            vec!["keine Epoche kam zu ihrem Ende"],
        ),
        (
            "diagram",
            network().diagram(),
            vec![
                "Ein Netz aus 2 Schichten mit 15\u{202f}910 Parametern",
                "Schicht",
                "Neuronen",
                "Aktivierung",
                "Parameter",
                "Eingabe und Ausgabe",
                "verborgene Schichten",
            ],
        ),
        ("samples", plot::samples(&images, &y, 3), vec!["3 zufällige Bilder mit ihren Labels"]),
        ("right", prediction(1), vec!["Vorhersage 1: richtig"]),
        ("wrong", prediction(0), vec!["Vorhersage 1: falsch, es ist 0"]),
        (
            "mistakes",
            plot::mistakes(&images, &y, &probabilities, 5),
            vec!["Der einzige Fehler", "1 für 0 gehalten", "80,0 % sicher"],
        ),
        (
            "weights",
            plot::weights(&Array::zeros([784, 20])),
            vec![
                "Worauf jedes der 20 Neuronen (units) in einem Bild achtet",
                "Neuron 19",
                "+1,00",
            ],
        ),
        ("many_weights", plot::weights(&Array::zeros([4, 300])), vec!["ersten 100 von 300"]),
        (
            "confusion",
            matrix.plot(),
            vec![
                "2 von 3 richtig (66,7 %)",
                "vorhergesagte Klasse",
                "wahre Klasse",
                "richtig",
                "falsch",
            ],
        ),
    ]
}

#[test]
fn pictures_speak_german() {
    // To look at them: ZUNDER_PICTURES=/tmp cargo test --lib pictures_speak_german
    let folder = std::env::var_os("ZUNDER_PICTURES").map(std::path::PathBuf::from);
    in_german(|| {
        for (name, figure, words) in pictures() {
            let svg = figure.svg().unwrap();
            for word in words {
                assert!(svg.contains(word), "{word} in {name}");
            }
            if let Some(folder) = &folder {
                figure.save(folder.join(format!("{name}.svg"))).unwrap();
            }
        }
    });
}

#[test]
fn tables_speak_german() {
    in_german(|| {
        let summary = network().summary().to_string();
        for words in
            ["Schicht (layer)", "Ausgabeform", "Parameter insgesamt: 15\u{202f}910 (62,15 KB als"]
        {
            assert!(summary.contains(words), "{summary}");
        }
        let lines: Vec<usize> = summary.lines().take(4).map(|line| line.chars().count()).collect();
        assert!(lines.iter().all(|length| *length == lines[0]), "{summary}");
        let unfinished = Sequential::new().add(Dense::new(3)).summary().to_string();
        assert!(unfinished.contains("Noch nicht bereit für compile: das Netz"), "{unfinished}");

        let report = classification_report(&Array::from([0, 1, 1]), &Array::from([0, 1, 0]));
        let report = report.unwrap().to_string();
        let width = |line: &str| line.chars().count();
        let widths: Vec<usize> = report.lines().map(width).filter(|width| *width > 0).collect();
        assert!(widths.iter().all(|width| *width == widths[0]), "{report}");
        assert!(report.contains("Präzision") && report.contains("precision"), "{report}");
        assert!(report.contains("0,667") && !report.contains("0.6"), "{report}");

        let history = history().to_string();
        assert!(history.starts_with("Epoche  Sekunden"), "{history}");
        assert!(history.contains("1,00") && history.contains("0,8500"), "{history}");
        assert_eq!(history.lines().map(width).max(), history.lines().map(width).min());
        println!("{summary}\n\n{report}\n\n{history}");
    });
}

#[test]
fn the_playground_speaks_german() {
    let model = network().compile(CategoricalCrossentropy, Adam::default(), [Accuracy]).unwrap();
    let page = in_german(|| model.playground());
    let html = page.html().unwrap();
    for words in ["Führe diese Zelle noch einmal aus", "Zeichne eine Ziffer", "Das sieht das Netz"]
    {
        assert!(html.contains(words), "{words}");
    }
    assert!(!html.contains("Draw a digit") && !html.contains("The network"));
    // Both pages have the same places for words.
    assert_eq!(
        html.matches("\":\"").count(),
        model.playground().html().unwrap().matches("\":\"").count()
    );
}
