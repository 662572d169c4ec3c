//! What the page's script says, in both languages.

use serde_json::{Value, json};

use crate::base::language::Language;

/// By the names that the script knows; `{}` and `{name}` stand for numbers.
pub(crate) fn words(language: Language) -> Value {
    language.either(english(), german())
}

fn english() -> Value {
    json!({
        "copied": "Copied",
        "copy_failed": "Select the text and copy it by hand",
        "ready": "Ready. {parameters} parameters wait for their values.",
        "epoch": "Epoch {epoch} of {epochs}",
        "line": "Epoch {epoch}/{epochs}   {seconds} s   loss {loss}   accuracy {accuracy}   val_loss {val_loss}   val_accuracy {val_accuracy}",
        "judging": "Reading the test's pictures ...",
        "result": "It reads {percent} % of {test} pictures right that it has never seen.",
        "time": "Trained in {seconds} s, {each} s for each epoch.",
        "wrong": "loss {loss}   accuracy {accuracy}\nwrong: {wrong} of {test}",
        "stopped": "Stopped, as you asked. The model keeps what it had learned after {epochs} whole epochs.",
        "stopped_one": "Stopped, as you asked. The model keeps what it had learned after one whole epoch.",
        "stopped_none": "Stopped, as you asked, before the first epoch was over: nothing has been learned yet.",
        "ran_away": "The {epochs} epochs before that are in the curves.",
        "note": "Note: ",
        "whole": "{name} must be a whole number, such as {example}.",
        "number": "The learning rate must be a number, such as 0.001.",
        "broken": "Something has gone wrong that should not: {reason}. The engine has been started anew; train again.",
        "cannot": "This browser cannot run the engine ({reason}). A newer one can: Firefox, Chrome, Edge or Safari.",
        "training": "training",
        "validation": "validation",
        "epochs_axis": "epoch",
        "loss": "loss",
        "accuracy": "accuracy",
        "no_curves": "After {epochs} epochs: loss {loss}, accuracy {accuracy}; on the pictures held back loss {val_loss}, accuracy {val_accuracy}.",
        "empty": "The curves grow here.",
        "fields": {
            "units1": "The number of units of the first hidden layer",
            "units2": "The number of units of the second hidden layer",
            "batch_size": "The batch size",
            "epochs": "The number of epochs",
            "seed": "The seed",
        },
        "comments": {
            "few": "// As many as this page has. Leave out the next two lines to train with all.",
            "seed": "// a seed: the same random numbers each time",
        },
    })
}

fn german() -> Value {
    json!({
        "copied": "Kopiert",
        "copy_failed": "Markiere den Text und kopiere ihn von Hand",
        "ready": "Bereit. {parameters} Parameter warten auf ihre Werte.",
        "epoch": "Epoche {epoch} von {epochs}",
        "line": "Epoche {epoch}/{epochs}   {seconds} s   loss {loss}   accuracy {accuracy}   val_loss {val_loss}   val_accuracy {val_accuracy}",
        "judging": "Es liest die Bilder des Tests ...",
        "result": "Es liest {percent} % von {test} Bildern richtig, die es noch nie gesehen hat.",
        "time": "Trainiert in {seconds} s, {each} s für jede Epoche.",
        "wrong": "loss {loss}   accuracy {accuracy}\nwrong: {wrong} of {test}",
        "stopped": "Angehalten, wie du es wolltest. Das Modell behält, was es nach {epochs} ganzen Epochen gelernt hatte.",
        "stopped_one": "Angehalten, wie du es wolltest. Das Modell behält, was es nach einer ganzen Epoche gelernt hatte.",
        "stopped_none": "Angehalten, wie du es wolltest, noch vor dem Ende der ersten Epoche: Gelernt ist noch nichts.",
        "ran_away": "Die {epochs} Epochen davor stehen in den Kurven.",
        "note": "Hinweis: ",
        "whole": "{name} muss eine ganze Zahl sein, etwa {example}.",
        "number": "Die Lernrate muss eine Zahl sein, etwa 0.001.",
        "broken": "Etwas ist schiefgegangen, das nicht schiefgehen sollte: {reason}. Das Rechenwerk wurde neu gestartet; trainiere noch einmal.",
        "cannot": "In diesem Browser läuft das Rechenwerk nicht ({reason}). In einem neueren läuft es: Firefox, Chrome, Edge oder Safari.",
        "training": "Training",
        "validation": "Validierung",
        "epochs_axis": "Epoche",
        "loss": "Verlust (loss)",
        "accuracy": "Genauigkeit (accuracy)",
        "no_curves": "Nach {epochs} Epochen: Verlust {loss}, Genauigkeit {accuracy}; bei den zurückgehaltenen Bildern Verlust {val_loss}, Genauigkeit {val_accuracy}.",
        "empty": "Hier wachsen die Kurven.",
        "fields": {
            "units1": "Die Zahl der Neuronen der ersten verborgenen Schicht",
            "units2": "Die Zahl der Neuronen der zweiten verborgenen Schicht",
            "batch_size": "Die Batchgröße",
            "epochs": "Die Zahl der Epochen",
            "seed": "Der Startwert (seed)",
        },
        "comments": {
            "few": "// So viele, wie diese Seite hat. Ohne die nächsten zwei Zeilen sind es alle.",
            "seed": "// ein Startwert (seed): jedes Mal dieselben Zufallszahlen",
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every name is known in both languages, and every `{place}` stands in both texts.
    #[test]
    fn both_languages_say_the_same() {
        fn shape(value: &Value) -> Value {
            match value {
                Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), shape(v))).collect(),
                other => {
                    let text = other.as_str().unwrap_or_default();
                    let places = text.split('{').skip(1).filter_map(|part| part.split('}').next());
                    let mut places: Vec<&str> = places.collect();
                    places.sort_unstable();
                    json!(places)
                }
            }
        }
        assert_eq!(shape(&english()), shape(&german()));
        assert!(english() != german());
    }
}
