//! The checks of `course/11_text.md`.

use crate::arrays::array::Array;
use crate::base::error::Result;
use crate::base::language::either;
use crate::check::{Finding, Verdict, judge, without_panic, wrong};
use crate::compile::model::Model;
use crate::load::languages;
use crate::prepare::text_vectorization::TextVectorization;

/// How often a letter occurs in a text: `count_letter("banana", 'a')` is 3.
pub fn count_letter(answer: fn(&str, char) -> usize) -> Verdict {
    judge("count_letter", || {
        let cases = [
            ("banana", 'a'),
            ("banana", 'x'),
            ("Anna", 'a'),
            ("f\u{fc}r \u{fc}ber", '\u{fc}'),
            ("", 'a'),
        ];
        for (text, letter) in cases {
            let (came, right) = (answer(text, letter), text.matches(letter).count());
            if came == right {
                continue;
            }
            let call = format!("count_letter({text:?}, {letter:?})");
            let reason = match came {
                _ if letter == '\u{fc}' => either(
                    "in UTF-8 this letter takes two bytes, so look at characters, not at bytes",
                    "dieser Buchstabe braucht in UTF-8 zwei Bytes, also sieh dir Zeichen an, keine \
                     Bytes",
                ),
                0 => either("but the letter is in there", "der Buchstabe kommt aber darin vor"),
                came if came == text.len() => either(
                    "that is the length of the text: all letters are counted",
                    "das ist die Länge des Textes: Es werden alle Buchstaben gezählt",
                ),
                came if text.find(letter) == Some(came) => either(
                    "that is where the letter stands first, not how often it occurs",
                    "das ist die Stelle, an der der Buchstabe zuerst steht, und nicht, wie oft er \
                     vorkommt",
                ),
                _ if text == "Anna" => either(
                    "capital and small letters are different ones here",
                    "große und kleine Buchstaben gelten hier als verschieden",
                ),
                _ => either("count again by hand", "zähl noch einmal von Hand nach"),
            };
            let gives = either("gives", "ergibt");
            let text = format!("{call} {gives} {came}: {reason}");
            return Err(text);
        }
        Ok(())
    })
}

/// A text in lower case without punctuation.
pub fn normalise(answer: fn(&str) -> String) -> Verdict {
    judge("normalise", || {
        let cases =
            ["Hello, World!", "Room 12", "\u{c9}cole", "\u{bf}Qu\u{e9} tal?", "Stra\u{df}e", ""];
        for text in cases {
            let came = answer(text);
            let kept = |c: &char| c.is_alphanumeric() || c.is_whitespace();
            let right: String = text.to_lowercase().chars().filter(kept).collect();
            if came == right {
                continue;
            }
            let of_came = |is: fn(char) -> bool| came.contains(is);
            let lacks = |is: fn(char) -> bool| right.contains(is) && !of_came(is);
            let accents =
                |text: &str| text.chars().filter(|c| !c.is_ascii() && c.is_lowercase()).count();
            let reason = if of_came(|c| c.is_ascii_uppercase()) {
                either("there are still capital letters in it", "darin sind noch große Buchstaben")
            } else if of_came(char::is_uppercase) {
                either(
                    "capital letters with an accent are still there: A to Z are not all of them",
                    "große Buchstaben mit Akzent sind noch da: A bis Z sind nicht alle",
                )
            } else if of_came(|c| c.is_ascii_punctuation()) {
                either("there is still punctuation in it", "darin sind noch Satzzeichen")
            } else if of_came(|c| c == '\u{bf}') {
                either(
                    "\u{bf} is punctuation, too: better say what stays than what goes",
                    "auch \u{bf} ist ein Satzzeichen: Sag lieber, was bleibt, als was wegfällt",
                )
            } else if lacks(char::is_whitespace) {
                either("the spaces are gone, too", "auch die Leerzeichen sind weg")
            } else if lacks(char::is_numeric) {
                either("the digits are gone, too", "auch die Ziffern sind weg")
            } else if accents(&came) < accents(&right) {
                either(
                    "letters with an accent are letters, too, and the best signs of a language",
                    "auch Buchstaben mit Akzent sind Buchstaben, und die besten Kennzeichen einer \
                     Sprache",
                )
            } else {
                either("that is not the text", "das ist nicht der Text")
            };
            let from = either("from", "aus");
            return wrong(
                format!("{from} {text:?} comes {came:?}: {reason}"),
                format!("{from} {text:?} wird {came:?}: {reason}"),
            );
        }
        Ok(())
    })
}

/// All pairs of neighbouring letters: `ha`, `al`, `ll`, `lo` for `hallo`.
pub fn bigrams(answer: fn(&str) -> Vec<String>) -> Verdict {
    judge("bigrams", || {
        for text in ["hallo", "see", "s\u{fc}\u{df}", "ab", "a", ""] {
            let letters: Vec<char> = text.chars().collect();
            let right: Vec<String> = letters.windows(2).map(String::from_iter).collect();
            let Some(came) = without_panic(|| answer(text)) else {
                return wrong(
                    format!(
                        "bigrams({text:?}) panics: some letters take two bytes, and a text cannot \
                         be cut in the middle of one; or is the text too short for your code?"
                    ),
                    format!(
                        "bigrams({text:?}) bricht ab (panic): Manche Buchstaben brauchen zwei Bytes, \
                         und mitten darin kann man einen Text nicht schneiden; oder ist der Text zu \
                         kurz für deinen Code?"
                    ),
                );
            };
            if came == right {
                continue;
            }
            let chunks: Vec<String> = letters.chunks(2).map(String::from_iter).collect();
            let reason = if right.is_empty() {
                either("this text is too short for a pair", "dieser Text ist zu kurz für ein Paar")
            } else if came == chunks {
                either(
                    "these pairs do not overlap, but each letter has two neighbours",
                    "diese Paare überlappen sich nicht, aber jeder Buchstabe hat zwei Nachbarn",
                )
            } else if came.iter().any(|pair| pair.chars().count() != 2) {
                either("a bigram has two letters", "ein Bigramm hat zwei Buchstaben")
            } else if right.starts_with(&came) {
                either("the end is missing", "das Ende fehlt")
            } else if right.ends_with(&came) {
                either("the beginning is missing", "der Anfang fehlt")
            } else {
                either("compare with the example above", "vergleiche mit dem Beispiel oben")
            };
            let gives = either("gives", "ergibt");
            let text = format!("bigrams({text:?}) {gives} {came:?}: {reason}");
            return Err(text);
        }
        Ok(())
    })
}

/// The number of columns that the notebook asks for.
const TOKENS: usize = 500;

/// The sentences as the notebook's task makes rows of them.
struct Sentences {
    x_train: Array,
    x_test: Array,
    y_test: Array,
    texts_test: Vec<String>,
}

impl Sentences {
    fn load() -> Result<Self> {
        let ((texts_train, _), (texts_test, y_test)) = languages::load_data()?;
        let vectorizer = settings().adapt(&texts_train)?;
        let (x_train, x_test) = (vectorizer.apply(&texts_train)?, vectorizer.apply(&texts_test)?);
        Ok(Sentences { x_train, x_test, y_test, texts_test })
    }
}

fn settings() -> TextVectorization {
    TextVectorization::new().ngrams(2).max_tokens(TOKENS)
}

/// Says what goes wrong inside the crate, where the learner can do nothing about it.
fn said<T>(result: Result<T>) -> Result<T, String> {
    result.map_err(|problem| problem.to_string())
}

/// The sentences as rows of counts, with the columns of the training sentences.
pub fn vectorise(x_train: &Array, x_test: &Array) -> Verdict {
    judge("vectorise", || {
        let right = said(Sentences::load())?;
        let of_test = said(settings().adapt(&right.texts_test))?;
        if x_test == &said(of_test.apply(&right.texts_test))? {
            return wrong(
                "the columns of x_test stand for other n-grams than those of x_train: there were \
                 two vocabularies",
                "die Spalten von x_test stehen für andere n-Gramme als die von x_train: Es waren \
                 zwei Vokabulare im Spiel",
            );
        }
        for (name, x, right) in
            [("x_train", x_train, &right.x_train), ("x_test", x_test, &right.x_test)]
        {
            rows_and_columns(name, x, right)?;
        }
        if x_train != &right.x_train {
            return wrong(
                "x_train has the right shape, but other counts: its columns must come from the \
                 training sentences, and its rows as well",
                "x_train hat die richtige Form, aber andere Zahlen: Die Spalten müssen aus den \
                 Trainingssätzen kommen und die Zeilen auch",
            );
        }
        if x_test == &right.x_test {
            return Ok(());
        }
        wrong(
            "x_test has the right shape, but other counts: are its rows the test sentences?",
            "x_test hat die richtige Form, aber andere Zahlen: Sind seine Zeilen die Testsätze?",
        )
    })
}

fn rows_and_columns(name: &str, x: &Array, right: &Array) -> Finding {
    let (shape, rows) = (x.shape(), right.len());
    if shape.num_dims() != 2 || shape.first() != rows {
        return wrong(
            format!("{name} has the shape {shape}, but there are {rows} sentences for it"),
            format!("{name} hat die Form {shape}, es gibt dafür aber {rows} Sätze"),
        );
    }
    let columns = shape.dims()[1];
    if columns > TOKENS {
        return wrong(
            format!("{name} has {columns} columns: all n-grams are counted, also the rare ones"),
            format!(
                "{name} hat {columns} Spalten: Alle n-Gramme werden gezählt, auch die seltenen"
            ),
        );
    }
    if columns < TOKENS {
        return wrong(
            format!(
                "{name} has only {columns} columns: single letters are few, so were pairs counted \
                 as well, and enough columns asked for?"
            ),
            format!(
                "{name} hat nur {columns} Spalten: Einzelne Buchstaben gibt es wenige; wurden auch \
                 Paare gezählt und genug Spalten verlangt?"
            ),
        );
    }
    Ok(())
}

/// A model that tells the languages of the test sentences apart.
pub fn language_model(model: &Model) -> Verdict {
    judge("language_model", || {
        let data = said(Sentences::load())?;
        let probabilities = said(model.predict(&data.x_test))?;
        let num_classes = languages::NAMES.len();
        if probabilities.shape() != [data.y_test.len(), num_classes] {
            let shape = probabilities.shape();
            return wrong(
                format!(
                    "the network's answers have the shape {shape}: there should be one output for \
                     each language"
                ),
                format!(
                    "die Antworten des Netzes haben die Form {shape}: Es soll für jede Sprache \
                     einen Ausgang geben"
                ),
            );
        }
        let answers = probabilities.argmax().to_vec();
        let right = answers.iter().zip(data.y_test.to_vec()).filter(|(a, y)| **a == *y).count();
        let percent = 100.0 * right as f32 / answers.len() as f32;
        match percent {
            90.0.. => Ok(()),
            45.0..90.0 => wrong(
                format!(
                    "{percent:.0} % of the test sentences are right, and the loss can still fall: \
                     it has not seen the few sentences often enough, or the steps are too small"
                ),
                format!(
                    "{percent:.0} % der Testsätze sind richtig, und der Verlust (loss) kann noch \
                     fallen: Es hat die wenigen Sätze nicht oft genug gesehen, oder die Schritte \
                     sind zu klein"
                ),
            ),
            15.0..45.0 => wrong(
                format!(
                    "{percent:.0} % of the test sentences are right, which is hardly more than \
                     guessing: was the network trained at all?"
                ),
                format!(
                    "{percent:.0} % der Testsätze sind richtig, das ist kaum besser als geraten: \
                     Wurde das Netz überhaupt trainiert?"
                ),
            ),
            _ => wrong(
                format!(
                    "{percent:.0} % of the test sentences are right, fewer than by guessing: do the \
                     labels it was trained with belong to the sentences?"
                ),
                format!(
                    "{percent:.0} % der Testsätze sind richtig, weniger als beim Raten: Gehören die \
                     Labels, mit denen es trainiert wurde, zu den Sätzen?"
                ),
            ),
        }
    })
}

/// The n-gram with the largest weight for a language.
pub fn strongest(answer: fn(&Array, &[String], usize) -> String) -> Verdict {
    judge("strongest", || {
        let vocabulary = ["[UNK]", "e", "th", "sch", "ou", "\u{f1}"].map(str::to_owned);
        #[rustfmt::skip]
        let weights: [[f32; 4]; 6] = [
            [ 0.1,  0.0, -0.1,  0.0],
            [ 0.2, -0.9,  0.3,  0.1],
            [ 0.8, -0.2, -0.4, -0.9],
            [-0.9,  0.7, -0.3, -0.2],
            [ 0.0, -0.1,  0.6, -0.3],
            [-0.3, -0.4, -0.8,  0.5],
        ];
        let kernel = Array::from(weights);
        let position = |language: usize, key: fn(f32) -> f32| {
            let column = weights.map(|row| key(row[language]));
            crate::arrays::statistics::position_of_largest(&column)
        };
        for (language, name) in languages::NAMES.iter().enumerate() {
            let Some(came) = without_panic(|| answer(&kernel, &vocabulary, language)) else {
                return wrong(
                    "your function panics at a kernel of 6 n-grams and 4 languages: does it count \
                     on another size?",
                    "deine Funktion bricht bei einem Kernel mit 6 n-Grammen und 4 Sprachen ab \
                     (panic): Rechnet sie mit einer anderen Größe?",
                );
            };
            if came == vocabulary[position(language, |weight| weight)] {
                continue;
            }
            let reason = if came == vocabulary[position(language, |weight| -weight)] {
                either(
                    "that is the one with the smallest weight: it speaks against the language",
                    "das ist das mit dem kleinsten Gewicht: Es spricht gegen die Sprache",
                )
            } else if came == vocabulary[position(language, f32::abs)] {
                either(
                    "a weight far below zero is not a large one: it speaks against the language",
                    "ein Gewicht weit unter null ist kein großes: Es spricht gegen die Sprache",
                )
            } else if came == vocabulary[0] {
                either(
                    "always the first one? Compare the weights of all n-grams",
                    "immer das erste? Vergleiche die Gewichte aller n-Gramme",
                )
            } else if !vocabulary.contains(&came) {
                either("that is not in the vocabulary", "das steht nicht im Vokabular")
            } else {
                either(
                    "that is not the largest weight of this language: which four numbers belong to \
                     one n-gram?",
                    "das ist nicht das größte Gewicht dieser Sprache: Welche vier Zahlen gehören zu \
                     einem n-Gramm?",
                )
            };
            return wrong(
                format!("with a small made-up kernel you found {came:?} for {name}: {reason}"),
                format!(
                    "in einem kleinen, erfundenen Kernel hast du für {name} {came:?} gefunden: {reason}"
                ),
            );
        }
        Ok(())
    })
}

/// The accuracy on the test sentences of a network that counts n-grams up to a length.
pub fn accuracy_with(answer: fn(usize) -> Result<f32>) -> Verdict {
    judge("accuracy_with", || {
        let mut accuracies = Vec::new();
        for ngrams in [1, 2] {
            let accuracy = match answer(ngrams) {
                Ok(accuracy) => accuracy,
                Err(problem) => {
                    let Some((expected, got)) = problem.wrong_input() else {
                        return Err(problem.to_string());
                    };
                    return wrong(
                        format!(
                            "in accuracy_with({ngrams}) the network expects rows of {expected}, but \
                             gets {got}: training and test need the same columns, and the network \
                             as many inputs"
                        ),
                        format!(
                            "in accuracy_with({ngrams}) erwartet das Netz Zeilen der Form \
                             {expected}, bekommt aber {got}: Training und Test brauchen dieselben \
                             Spalten, und das Netz ebenso viele Eingänge"
                        ),
                    );
                }
            };
            if accuracy == 0.0 {
                return wrong(
                    format!("accuracy_with({ngrams}) gives 0: is the last line still the old one?"),
                    format!("accuracy_with({ngrams}) ergibt 0: Steht am Ende noch die alte Zeile?"),
                );
            }
            if !(0.0..=1.0).contains(&accuracy) {
                return wrong(
                    format!(
                        "accuracy_with({ngrams}) gives {accuracy}, but an accuracy lies between 0 and 1"
                    ),
                    format!(
                        "accuracy_with({ngrams}) ergibt {accuracy}, eine Genauigkeit liegt aber zwischen 0 und 1"
                    ),
                );
            }
            if accuracy < 0.7 {
                return wrong(
                    format!(
                        "accuracy_with({ngrams}) gives {accuracy:.2}, which is little: was the \
                         network trained long enough, and do the columns mean the same in training \
                         and test?"
                    ),
                    format!(
                        "accuracy_with({ngrams}) ergibt {accuracy:.2}, das ist wenig: Wurde das Netz \
                         lange genug trainiert, und bedeuten die Spalten beim Trainieren und Testen \
                         dasselbe?"
                    ),
                );
            }
            accuracies.push(accuracy);
        }
        if accuracies[0] >= accuracies[1] {
            return wrong(
                "pairs of letters are not better than single letters with your function: does it \
                 use `ngrams`?",
                "mit deiner Funktion sind Buchstabenpaare nicht besser als einzelne Buchstaben: \
                 Verwendet sie `ngrams`?",
            );
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choose::losses::SparseCategoricalCrossentropy;
    use crate::choose::metrics::Accuracy;
    use crate::choose::optimizers::Adam;
    use crate::define::activation::Softmax;
    use crate::define::dense::{Dense, Input};
    use crate::define::sequential::Sequential;
    use crate::fit::settings::Fit;

    /// Trains as the notebook does; the accuracies on training and test sentences.
    fn trained(ngrams: usize, most: usize, seed: u64) -> Result<(f32, f32)> {
        let ((texts_train, y_train), (texts_test, y_test)) = languages::load_data()?;
        let vectorizer =
            TextVectorization::new().ngrams(ngrams).max_tokens(most).adapt(&texts_train)?;
        let x_train = vectorizer.apply(&texts_train)?;
        let x_test = vectorizer.apply(&texts_test)?;
        let network = Sequential::new()
            .seed(seed)
            .add(Input::new(x_train.shape().dims()[1]))
            .add(Dense::new(4).activation(Softmax));
        let mut model =
            network.compile(SparseCategoricalCrossentropy, Adam::default(), [Accuracy])?;
        model.fit(&x_train, &y_train, Fit::new().epochs(60).seed(seed).verbose(0))?;
        let accuracy = |x, y| model.evaluate(x, y)?.accuracy();
        Ok((accuracy(&x_train, &y_train)?, accuracy(&x_test, &y_test)?))
    }

    #[test]
    fn the_margins_of_the_checks_are_wide() -> Result<()> {
        for seed in 0..10 {
            let (letters, pairs) = (trained(1, 1000, seed)?, trained(2, 1000, seed)?);
            let asked = trained(2, TOKENS, seed)?;
            println!("seed {seed}: {letters:?} {pairs:?} {:?} {asked:?}", trained(3, 1000, seed)?);
            assert!(letters.1 > 0.8 && pairs.1 > letters.1 + 0.02, "seed {seed}");
            assert!(asked.1 > 0.92 && asked.0 > 0.95, "seed {seed}: {asked:?}");
        }
        Ok(())
    }

    #[test]
    fn nonsense_is_refused_without_a_panic() {
        let empty = Array::from(Vec::<f32>::new());
        for x in [&empty, &Array::zeros([480, 500]), &Array::zeros([480])] {
            assert!(!vectorise(x, x).is_pass());
        }
        assert!(!count_letter(|_, _| panic!("on purpose")).is_pass());
        assert!(!normalise(|_| String::new()).is_pass());
        assert!(!bigrams(|_| Vec::new()).is_pass());
        assert!(!strongest(|_, _, _| "?".to_owned()).is_pass());
        assert!(!accuracy_with(|_| Ok(f32::NAN)).is_pass());
        assert!(!accuracy_with(|_| Ok(0.9)).is_pass());
    }
}
