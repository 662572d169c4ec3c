//! The page: the seven steps in the words of the first notebook, each with the cell that does it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::{Value, json};

use crate::base::language::Language;
use crate::chapter::pictures::{Pictures, TEST, TRAINING};
use crate::chapter::words::words;

/// The activations that a hidden layer may have here.
const ACTIVATIONS: [&str; 4] = ["Relu", "Sigmoid", "Tanh", "Linear"];

/// The whole page, with everything that it needs.
pub(crate) fn page(language: Language, engine: &[u8], pictures: &Pictures) -> String {
    let say = |english: &'static str, german: &'static str| language.either(english, german);
    let title = say("Train a network, right here", "Trainiere ein Netz, gleich hier");
    let facts = json!({
        "language": language.code(), "training": TRAINING, "test": TEST, "words": words(language),
        "worker": include_str!("worker.js"),
    });
    let page = html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="icon" href="data:,";
                style { (PreEscaped(include_str!("page.css"))) }
            }
            body {
                main {
                    (head(language, title))
                    (steps(language))
                    (end(language))
                }
                (embedded("facts", "application/json", &in_script(&facts)))
                (embedded("engine", "text/plain", &STANDARD.encode(engine)))
                (embedded("pictures", "text/plain", &STANDARD.encode(&pictures.packed)))
                script { (PreEscaped(include_str!("cells.js"))) }
                script { (PreEscaped(include_str!("curves.js"))) }
                script { (PreEscaped(include_str!("page.js"))) }
            }
        }
    };
    page.into_string()
}

fn head(language: Language, title: &str) -> Markup {
    let say = |english: &'static str, german: &'static str| language.either(english, german);
    html! {
        header {
            p.above { (say("The first chapter", "Das erste Kapitel")) }
            h1 { (title) }
            p.lead {
                (say(
                    "A network of artificial neurons learns to read handwritten digits: in your browser, before you have \
                     installed anything, and without sending anything anywhere.",
                    "Ein Netz aus künstlichen Neuronen lernt, handgeschriebene Ziffern zu lesen: in deinem Browser, ohne \
                     dass du etwas installiert hast, und ohne dass irgendetwas verschickt wird.",
                ))
            }
        }
        (training_panel(language, true))
    }
}

/// The button, how far it is, the curves, and what came of it: at the top, and once more in the sixth step.
fn training_panel(language: Language, is_first: bool) -> Markup {
    let say = |english: &'static str, german: &'static str| language.either(english, german);
    html! {
        section.panel aria-label=(say("Training", "Training")) {
            div.start {
                button.train type="button" disabled { (say("Train", "Trainieren")) }
                button.stop type="button" hidden { (say("Stop", "Anhalten")) }
                p.state role=[is_first.then_some("status")] {
                    (say("The engine is being started ...", "Das Rechenwerk wird gestartet ..."))
                }
            }
            progress max="1" value="0" aria-label=(say("Epochs", "Epochen")) {}
            p.problem role=[is_first.then_some("alert")] hidden {}
            div.curves {}
            p.result hidden {}
            @if is_first {
                p.next hidden {
                    a href="#draw" { (say("Now draw a digit of your own", "Zeichne jetzt selbst eine Ziffer")) }
                    (say(" and see what it makes of it.", " und sieh, was es daraus macht."))
                }
            } @else {
                ul.notes hidden {}
                details { summary { (say("Epoch by epoch", "Epoche für Epoche")) } pre.lines tabindex="0" {} }
            }
        }
    }
}

fn steps(language: Language) -> Markup {
    let say = |english: &'static str, german: &'static str| language.either(english, german);
    let text = |english: &'static str, german: &'static str| {
        html! { p { (PreEscaped(language.either(english, german))) } }
    };
    html! {
        p.bridge {
            (say(
                "What has just happened, or will when you press the button, are seven steps. Here they are, each with the \
                 Rust cell that does it in a notebook. What you change here changes the cell.",
                "Was da geschieht, wenn du auf den Knopf drückst, sind sieben Schritte. Hier stehen sie, jeder mit der \
                 Rust-Zelle, die ihn in einem Notebook macht. Was du hier änderst, ändert sich auch in der Zelle.",
            ))
        }
        section #load {
            h2 { (say("1. Load the data", "1. Daten laden")) }
            (text(
                "MNIST is a collection of digits that people wrote by hand around 1990: grey pictures of 28 by 28 pixels, \
                 each with a <b>label</b>, the digit that the writer meant. This page has 15,000 of them to learn from, the \
                 <b>training data</b>, and 2,000 that the network sees only at the very end, like an exam: the <b>test data</b>.",
                "MNIST ist eine Sammlung von Ziffern, die Menschen um 1990 von Hand geschrieben haben: graue Bilder von 28 mal \
                 28 Pixeln, jedes mit einem <b>Label</b>, der Ziffer, die gemeint war. Auf dieser Seite sind 15\u{202f}000 davon \
                 zum Lernen, die <b>Trainingsdaten</b>, und 2\u{202f}000, die das Netz erst ganz am Schluss sieht, wie in einer \
                 Klassenarbeit: die <b>Testdaten</b>.",
            ))
            (cell(language, "load"))
        }
        section #look {
            h2 { (say("2. Look at some samples", "2. Beispiele ansehen")) }
            (text(
                "Always look at your data before you do anything with it. Which of these would <em>you</em> get wrong?",
                "Sieh dir deine Daten immer an, bevor du irgendetwas mit ihnen machst. Bei welchen könntest <em>du</em> dich irren?",
            ))
            div.picture #samples {}
            p { button.quiet #others type="button" disabled { (say("Ten others", "Zehn andere")) } }
            (cell(language, "look"))
        }
        section #prepare {
            h2 { (say("3. Prepare the data", "3. Daten vorbereiten")) }
            (text(
                "The network takes one long row of numbers for each picture, so its 28 rows are laid one behind the other: 784 \
                 numbers. It learns best from small ones, so they are divided by 255. And a label becomes ten numbers, 1 at the \
                 place of the right digit and 0 everywhere else: <b>one-hot</b> encoding.",
                "Das Netz nimmt für jedes Bild eine einzige lange Zeile von Zahlen, darum legen wir seine 28 Zeilen \
                 hintereinander: 784 Zahlen. Am besten lernt es mit kleinen, darum teilen wir sie durch 255. Und aus einem Label \
                 werden zehn Zahlen, eine 1 an der Stelle der richtigen Ziffer und Nullen überall sonst: die \
                 <b>One-hot-Kodierung</b>.",
            ))
            (cell(language, "prepare"))
        }
        section #define {
            h2 { (say("4. Define the network", "4. Das Netz festlegen")) }
            (text(
                "A network is a stack of <b>layers</b> of <b>units</b>. Each unit multiplies every number that comes in by a \
                 <b>weight</b>, adds it all up with one more number, its <b>bias</b>, and passes the sum through an \
                 <b>activation</b> function. The layers in the middle are called <b>hidden</b>; the last one has a unit for each \
                 digit.",
                "Ein Netz besteht aus <b>Schichten (layers)</b> von <b>Neuronen (units)</b>. Jedes Neuron multipliziert jede Zahl, \
                 die hereinkommt, mit einem <b>Gewicht</b>, zählt alles zusammen, dazu noch seinen <b>Bias</b>, und schickt die \
                 Summe durch eine <b>Aktivierungsfunktion (activation)</b>. Die Schichten in der Mitte heißen <b>verborgen</b>; die \
                 letzte hat für jede Ziffer ein Neuron.",
            ))
            div.controls {
                (hidden_layer(say("First hidden layer", "Erste verborgene Schicht"), 1, "20", language))
                (hidden_layer(say("Second hidden layer", "Zweite verborgene Schicht"), 2, "14", language))
            }
            p.problem #network-problem role="status" hidden {}
            div.picture #diagram {}
            (cell(language, "define"))
        }
        section #compile {
            h2 { (say("5. Compile", "5. Kompilieren (compile)")) }
            (text(
                "To learn, it has to know how wrong it is: the <b>loss</b>. <b>Adam</b> is the rule by which the weights change so \
                 that the loss gets smaller, and the <b>learning rate</b> says how large its steps are. The <b>accuracy</b> is for us \
                 humans: the fraction of pictures that are read correctly.",
                "Um zu lernen, muss es wissen, wie falsch es liegt: Das sagt der <b>Verlust (loss)</b>. <b>Adam</b> ist die Regel, nach \
                 der sich die Gewichte ändern, damit der Verlust kleiner wird, und die <b>Lernrate (learning rate)</b> sagt, wie groß \
                 seine Schritte sind. Die <b>Genauigkeit (accuracy)</b> ist für uns Menschen: der Anteil der Bilder, die richtig gelesen \
                 werden.",
            ))
            div.controls {
                (field("learning_rate", say("Learning rate", "Lernrate"), "0.001", "decimal"))
                (field("seed", say("Seed of the random numbers", "Startwert (seed) des Zufalls"), "1", "numeric"))
            }
            (cell(language, "compile"))
        }
        section #fit {
            h2 { (say("6. Fit", "6. Trainieren (fit)")) }
            (text(
                "The network looks at a <b>batch</b> of pictures, the loss is computed, and every weight takes a small step. When all \
                 pictures have been seen once, one <b>epoch</b> is over. The last fifth of the training pictures is held back: after \
                 each epoch it serves as a small test, the <b>validation</b>.",
                "Das Netz sieht sich einen Stapel von Bildern an, einen <b>Batch</b>, der Verlust wird berechnet, und jedes Gewicht \
                 macht einen kleinen Schritt. Wenn jedes Bild einmal an der Reihe war, ist eine <b>Epoche</b> zu Ende. Das letzte \
                 Fünftel der Trainingsbilder legen wir zur Seite: Es dient nach jeder Epoche als kleiner Test zwischendurch, zur \
                 <b>Validierung</b>.",
            ))
            div.controls {
                (field("batch_size", say("Batch size", "Batchgröße"), "32", "numeric"))
                (field("epochs", say("Epochs", "Epochen"), "10", "numeric"))
            }
            (training_panel(language, false))
            (cell(language, "fit"))
        }
        section #evaluate {
            h2 { (say("7. Evaluate", "7. Testen (evaluate)")) }
            (text(
                "Time for the test: 2,000 pictures that the network has never seen.",
                "Zeit für den Test: 2\u{202f}000 Bilder, die das Netz noch nie gesehen hat.",
            ))
            pre.out #score { (say("(train first)", "(erst trainieren)")) }
            (cell(language, "evaluate"))
            (text(
                "These are the mistakes that it was surest of. Would you have got them right?",
                "Bei diesen Fehlern war es sich am sichersten. Hättest du die Ziffern richtig gelesen?",
            ))
            div.picture #mistakes { p.later { (say("(train first)", "(erst trainieren)")) } }
            (cell(language, "mistakes"))
        }
        section #draw {
            h2 { (say("Your own digit", "Deine eigene Ziffer")) }
            (text(
                "The best test is your own handwriting. Draw large, in one go, and watch the ten bars.",
                "Die beste Probe ist deine eigene Handschrift. Zeichne groß und in einem Zug, und achte auf die zehn Balken.",
            ))
            div #playground { p.later { (say("(train first)", "(erst trainieren)")) } }
            (cell(language, "draw"))
        }
    }
}

fn end(language: Language) -> Markup {
    let say = |english: &'static str, german: &'static str| language.either(english, german);
    html! {
        section #further {
            h2 { (say("What to try next", "Zum Ausprobieren")) }
            p { (say("Change one thing at a time, guess what will happen, and train again.",
                     "Ändere immer nur eine Sache, schätze vorher, was geschehen wird, und trainiere noch einmal.")) }
            ul {
                li { (say("What is the smallest network that still gets 90 %?", "Welches ist das kleinste Netz, das noch 90 % schafft?")) }
                li { (say("What do 128 units in the first layer bring?", "Was bringen 128 Neuronen in der ersten Schicht?")) }
                li { (say("A learning rate of 0.1, and of 0.0001?", "Eine Lernrate von 0,1, und von 0,0001?")) }
                li { (say("Linear instead of Relu: what does the bend bring?", "Linear statt Relu: Was bringt der Knick?")) }
            }
            p { (say("All cells together are the whole program. Paste them into a notebook with the kernel “Rust (Zunder)”: with the same \
                      seed it gives the same numbers, within rounding.",
                     "Alle Zellen zusammen sind das ganze Programm. Füge sie in ein Notebook mit dem Kernel „Rust (Zunder, Deutsch)“ ein: \
                      Mit demselben Startwert (seed) kommen dieselben Zahlen heraus, bis auf das Runden.")) }
            p { button.quiet.copy data-cell="all" type="button" { (say("Copy all cells", "Alle Zellen kopieren")) } }
        }
        footer {
            p { (say("Pictures: MNIST, by Yann LeCun, Corinna Cortes and Christopher J. C. Burges, from data of NIST; CC BY-SA 3.0.",
                     "Bilder: MNIST, von Yann LeCun, Corinna Cortes und Christopher J. C. Burges, aus Daten des NIST; CC BY-SA 3.0.")) }
        }
    }
}

/// A cell of the notebook; the script writes into it what is set.
fn cell(language: Language, name: &str) -> Markup {
    html! {
        div.cell {
            pre tabindex="0" { code data-cell=(name) {} }
            button.quiet.copy data-cell=(name) type="button" { (language.either("Copy", "Kopieren")) }
        }
    }
}

fn hidden_layer(name: &str, number: usize, units: &str, language: Language) -> Markup {
    html! {
        fieldset {
            legend { (name) }
            (field(&format!("units{number}"), language.either("Units", "Neuronen"), units, "numeric"))
            label {
                (language.either("Activation", "Aktivierung"))
                select name=(format!("activation{number}")) {
                    @for activation in ACTIVATIONS { option { (activation) } }
                }
            }
        }
    }
}

fn field(name: &str, label: &str, value: &str, keyboard: &str) -> Markup {
    html! {
        label { (label) input name=(name) value=(value) inputmode=(keyboard) autocomplete="off" maxlength="9"; }
    }
}

/// What a script reads.
fn embedded(id: &str, kind: &str, text: &str) -> Markup {
    html! { script id=(id) type=(kind) { (PreEscaped(text)) } }
}

/// JSON that cannot end the script around it.
fn in_script(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}
