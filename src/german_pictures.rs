//! Pictures, tables and lines in German.

use zunder_data::words::in_german;
use zunder_data::{Array, Figure, plot};

use crate::choose::losses::{CategoricalCrossentropy, SparseCategoricalCrossentropy};
use crate::choose::metrics::Accuracy;
use crate::choose::optimizers::Adam;
use crate::define::activation::{Activation, Linear, Relu, Softmax};
use crate::define::dense::{Dense, Input};
use crate::define::sequential::Sequential;
use crate::evaluate::classification_report::classification_report;
use crate::evaluate::confusion_matrix::ConfusionMatrix;
use crate::fit::curves::draw_growing;
use crate::fit::history::History;
use crate::fit::settings::Fit;

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

fn one_hot(label: usize) -> Array {
    Array::from((0..10).map(|place| f32::from(place == label)).collect::<Vec<f32>>())
}

/// A picture of a ring.
fn ring() -> Array {
    let way = |place: usize| place as f32 - 13.5;
    let ink = |pixel: usize| {
        let radius = way(pixel / 28).hypot(way(pixel % 28));
        (1.0 - (radius - 8.0).abs() / 2.0).max(0.0)
    };
    Array::new([28, 28], (0..784).map(ink).collect()).unwrap()
}

fn many_filters() -> Array {
    Array::new([3, 3, 1, 8], (0..72).map(|n| ((n * 37 % 19) as f32 - 9.0) / 9.0).collect()).unwrap()
}

/// A network of two inputs that learns to tell the inside of a circle.
fn in_the_plane(activation: Activation) -> Figure {
    let number = |n: usize, step: usize| (n * step % 101) as f32 / 50.0 - 1.0;
    let x: Vec<f32> = (0..400).flat_map(|n| [number(n, 37), number(n, 53)]).collect();
    let inside = x.chunks(2).map(|at| i64::from((at[0] - 0.3).hypot(at[1] - 0.2) < 0.63));
    let y = Array::from(inside.collect::<Vec<i64>>());
    let x = Array::new([400, 2], x).unwrap();
    let network = Sequential::new().seed(1).add(Input::new(2));
    let network = network.add(Dense::new(8).activation(activation));
    let network = network.add(Dense::new(2).activation(Softmax));
    let optimizer = Adam::new().learning_rate(0.05);
    let mut model = network.compile(SparseCategoricalCrossentropy, optimizer, [Accuracy]).unwrap();
    model.fit(&x, &y, Fit::new().epochs(40).seed(1).verbose(0)).unwrap();
    model.regions(&x, &y)
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
            vec!["keine Epoche lief bis zum Ende"],
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
        ("samples", plot::samples(&images, &y, 3), vec!["3 zufällige Bilder"]),
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
            vec!["Worauf jedes der 20 Neuronen (units) in einem Bild achtet", "Neuron 19", "+1,00"],
        ),
        (
            "functions",
            plot::functions(&[
                ("relu", |x| x.max(0.0)),
                ("sigmoid", |x| 1.0 / (1.0 + (-x).exp())),
                ("tanh", f32::tanh),
            ]),
            vec!["Funktionen und ihre Steigungen", "Steigung", "-4,00: 0,02 (Steigung 0,02)"],
        ),
        (
            "label_and_answer",
            plot::label_and_answer(
                &one_hot(7),
                &Array::from([0.01, 0.0, 0.02, 0.1, 0., 0., 0., 0.8, 0.03, 0.04]),
            ),
            vec!["Ein Label und eine Antwort", "Antwort (Softmax)", "80,0 %"],
        ),
        (
            "convolution",
            plot::convolution(&ring(), &Array::from([[-1.0, 0.0, 1.0]; 3])),
            vec!["Was ein Filter in einem Bild findet", "Filter 0", "Gewichte -1,00 0,00 1,00"],
        ),
        (
            "filters",
            plot::convolution(&ring(), &many_filters()),
            vec!["Was 8 Filter in einem Bild finden", "oben: die Gewichte eines Filters"],
        ),
        (
            "regions",
            in_the_plane(Relu),
            vec!["Was das Netz wo antwortet", "Klasse 1", "% der Fläche, Beispiele: "],
        ),
        ("line", in_the_plane(Linear), vec!["der Beispiele richtig"]),
        (
            "embedding",
            plot::embedding(
                &Array::from([[1.0, 2.0], [-2.5, 0.5]]),
                &["und".to_owned(), "the".to_owned()],
                &Array::from([1, 0]),
                &["Englisch", "Deutsch"],
            ),
            vec!["2 Wörter und wo sie liegen", "Deutsch"],
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
    if let Some(folder) = &folder {
        for (name, figure, _) in pictures() {
            figure.save(folder.join(format!("{name}.en.svg"))).unwrap();
        }
    }
    in_german(|| {
        for (name, figure, words) in pictures() {
            let svg = figure.svg().unwrap();
            for word in words {
                assert!(svg.contains(word), "{word} in {name}");
            }
            // For those who hear it read aloud.
            assert!(svg.contains("role=\"img\">\n<title>"), "{name}");
            let part = |tag: &str| svg.split(&format!("<{tag}>")).nth(1).unwrap_or_default();
            for tag in ["title", "desc"] {
                let end = part(tag).split("</").next().unwrap_or_default();
                assert!(end.len() > 4, "{tag} of {name}: {end:?}");
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
