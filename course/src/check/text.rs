//! The checks of `course/11_text.md`.

use zunder::{Array, Model, Result, languages};

use crate::given::{self, TOKENS};
use crate::judged::{accuracy, decimal, ends_with_softmax, has_not_seen, percent, said};
use crate::panics::caught;
use crate::sentences::{brief, refuse, say, wrong};
use crate::trials::{Random, answered};
use crate::verdict::{Finding, Verdict, judge};

/// How often a letter occurs in a text: `count_letter("banana", 'a')` is 3.
pub fn count_letter(answer: fn(&str, char) -> usize) -> Verdict {
    judge("count_letter", || {
        // The `n` first: it stands at 2, the `a` at 1, and 1 says who counts only whether it is there.
        let cases = [
            ("banana", 'n'),
            ("banana", 'a'),
            ("banana", 'x'),
            ("Anna", 'a'),
            ("f\u{fc}r \u{fc}ber", '\u{fc}'),
            ("", 'a'),
        ];
        let texts = texts();
        let more = texts.iter().flat_map(|text| [(text.as_str(), 'a'), (text.as_str(), 'E')]);
        for (text, letter) in cases.into_iter().chain(more) {
            let (came, right) = (answer(text, letter), text.matches(letter).count());
            if came == right {
                continue;
            }
            let call = format!("count_letter({text:?}, {letter:?})");
            let reason = match came {
                _ if letter == '\u{fc}' => say!("count_letter.bytes"),
                0 => say!("count_letter.none"),
                came if came == text.len() => say!("count_letter.length"),
                came if text.find(letter) == Some(came) => say!("count_letter.place"),
                _ if text == "Anna" => say!("count_letter.capitals"),
                1 if right > 1 => say!("count_letter.once"),
                _ => say!("count_letter.again"),
            };
            return wrong!("count_letter.gives", call, came, reason);
        }
        Ok(())
    })
}

/// A text in lower case without punctuation.
pub fn normalise(answer: fn(&str) -> String) -> Verdict {
    judge("normalise", || {
        let cases =
            ["Hello, World!", "Room 12", "\u{c9}cole", "\u{bf}Qu\u{e9} tal?", "Stra\u{df}e", ""];
        let texts = texts();
        for text in cases.into_iter().chain(texts.iter().map(String::as_str)) {
            let came = answer(text);
            let kept = |c: &char| c.is_alphanumeric() || c.is_whitespace();
            let right: String = text.to_lowercase().chars().filter(kept).collect();
            if came == right {
                continue;
            }
            let lacks = |is: fn(char) -> bool| right.contains(is) && !came.contains(is);
            let has = |is: fn(&char) -> bool| came.chars().any(|c| is(&c));
            let accents =
                |text: &str| text.chars().filter(|c| !c.is_ascii() && c.is_lowercase()).count();
            let reason = if has(char::is_ascii_uppercase) {
                say!("normalise.capitals")
            } else if came.contains(char::is_uppercase) {
                say!("normalise.accents")
            } else if has(char::is_ascii_punctuation) {
                say!("normalise.punctuation")
            } else if came.contains(['\u{bf}', '\u{ab}']) {
                say!("normalise.turned_mark")
            } else if lacks(char::is_whitespace) {
                say!("normalise.spaces")
            } else if lacks(char::is_numeric) {
                say!("normalise.digits")
            } else if accents(&came) < accents(&right) {
                say!("normalise.letters")
            } else {
                say!("normalise.other")
            };
            return wrong!("normalise.becomes", text = brief(&text), came = brief(&came), reason);
        }
        Ok(())
    })
}

/// All pairs of neighbouring letters: `ha`, `al`, `ll`, `lo` for `hallo`.
pub fn bigrams(answer: fn(&str) -> Vec<String>) -> Verdict {
    judge("bigrams", || {
        let cases = ["hallo", "see", "s\u{fc}\u{df}", "ab", "a", ""].map(str::to_owned);
        for text in cases.into_iter().chain(texts()) {
            let letters: Vec<char> = text.chars().collect();
            let right: Vec<String> = letters.windows(2).map(String::from_iter).collect();
            let came = caught(|| answer(&text)).map_err(|words| {
                let call = format!("bigrams({})", brief(&text));
                if letters.len() < 2 {
                    say!("bigrams.panics_short", call, words)
                } else if !text.is_ascii() {
                    say!("bigrams.panics", call, words)
                } else {
                    say!("trials.panics", call, words)
                }
            })?;
            if came == right {
                continue;
            }
            let is_pair = |pair: &String| pair.chars().count() == 2;
            let have_space =
                |pairs: &[String]| pairs.iter().any(|pair| pair.contains(char::is_whitespace));
            let chunks: Vec<String> = letters.chunks(2).map(String::from_iter).collect();
            let reason = if right.is_empty() {
                say!("bigrams.too_short")
            } else if came == chunks {
                say!("bigrams.overlap")
            } else if !came.iter().all(is_pair) {
                say!("bigrams.two_letters")
            } else if have_space(&right) && !have_space(&came) {
                say!("bigrams.spaces")
            } else if right.starts_with(&came) {
                say!("bigrams.end")
            } else if right.ends_with(&came) {
                say!("bigrams.beginning")
            } else {
                say!("bigrams.compare")
            };
            return wrong!("bigrams.gives", text = brief(&text), came = brief(&came), reason);
        }
        Ok(())
    })
}

/// Texts of letters and signs at random, of up to 12 of them.
fn texts() -> Vec<String> {
    let letters: Vec<char> =
        "aaabnsx EE\u{c9}\u{dc}\u{fc}\u{df}\u{f1}\u{bf}!,.-7'\u{ab}".chars().collect();
    let mut random = Random::new();
    let mut text =
        |length: usize| (0..length).map(|_| letters[random.below(letters.len())]).collect();
    (0..65).map(|number| text(number % 13)).collect()
}

/// The sentences as rows of counts, with the columns of the training sentences.
pub fn vectorise(x_train: &Array, x_test: &Array) -> Verdict {
    judge("vectorise", || {
        let (_, right_train, right_test) = said(given::sentences())?;
        let (_, (texts_test, _)) = said(languages::load_data())?;
        let of_test = said(given::ngrams(2, TOKENS).adapt(&texts_test))?;
        refuse!("vectorise.two_vocabularies"; if x_test == &said(of_test.apply(&texts_test))?);
        rows_and_columns("x_train", x_train, &right_train)?;
        rows_and_columns("x_test", x_test, &right_test)?;
        refuse!("vectorise.train"; if x_train != &right_train);
        refuse!("vectorise.test"; if x_test != &right_test);
        Ok(())
    })
}

fn rows_and_columns(name: &str, x: &Array, right: &Array) -> Finding {
    let (shape, rows) = (x.shape(), right.len());
    refuse!("vectorise.rows", name, shape, rows; if shape.num_dims() != 2 || shape.first() != rows);
    let columns = shape.dims()[1];
    refuse!("vectorise.too_many", name, columns; if columns > TOKENS);
    refuse!("vectorise.too_few", name, columns; if columns < TOKENS);
    Ok(())
}

/// A model that tells the languages of the test sentences apart.
pub fn language_model(model: &Model) -> Verdict {
    judge("language_model", || {
        let (_, _, x_test) = said(given::sentences())?;
        let (_, (_, y_test)) = said(languages::load_data())?;
        let probabilities = said(model.predict_silently(&x_test))?;
        let num_classes = languages::names().len();
        refuse!("language_model.shape", shape = probabilities.shape();
            if probabilities.shape() != [y_test.len(), num_classes]);
        has_not_seen(model, &x_test)?;
        let right = accuracy(model, &x_test, &y_test)?;
        let percent = percent(right);
        if right < 0.9 {
            ends_with_softmax(model.layers())?;
        }
        match right {
            0.9.. => Ok(()),
            0.45..0.9 => wrong!("language_model.not_enough", percent),
            0.15..0.45 => wrong!("language_model.guessing", percent),
            _ => wrong!("language_model.other_labels", percent),
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
        for (language, name) in languages::names().iter().enumerate() {
            let call = || {
                format!("strongest(&Array::from({weights:?}), &{}, {language})", brief(&vocabulary))
            };
            let came = answered(call, || answer(&kernel, &vocabulary, language))?;
            let is_largest = |key: fn(f32) -> f32| {
                came == vocabulary[largest(vocabulary.len(), |row| key(weights[row][language]))]
            };
            if is_largest(|weight| weight) {
                continue;
            }
            let reason = if is_largest(|weight| -weight) {
                say!("strongest.smallest")
            } else if is_largest(f32::abs) {
                say!("strongest.far_below")
            } else if came == vocabulary[0] {
                say!("strongest.first")
            } else if !vocabulary.contains(&came) {
                say!("strongest.unknown")
            } else {
                say!("strongest.other")
            };
            return wrong!("strongest.found", came = brief(&came), name, reason);
        }
        // Of some languages all weights are negative here.
        let mut random = Random::new();
        for (rows, (language, name)) in (2..14).zip(languages::names().iter().enumerate().cycle()) {
            let vocabulary: Vec<String> = (0..rows).map(|row| format!("n{row}")).collect();
            let weights: Vec<f32> = (0..rows * 4).map(|_| random.number(1.0) - 1.0).collect();
            let best = largest(rows, |row| weights[row * 4 + language]);
            let kernel = said(Array::new([rows, 4], weights.clone()))?;
            let came = answer(&kernel, &vocabulary, language);
            refuse!("strongest.found", came = brief(&came), name, reason = say!("strongest.other");
                if came != vocabulary[best]);
        }
        Ok(())
    })
}

/// The row of which this is largest.
fn largest(rows: usize, of: impl Fn(usize) -> f32) -> usize {
    (1..rows).fold(0, |best, row| if of(row) > of(best) { row } else { best })
}

/// A network that counts n-grams up to a length, and its accuracy on the test sentences.
pub fn accuracy_with(answer: fn(usize) -> Result<(Model, f32)>) -> Verdict {
    judge("accuracy_with", || {
        let ((texts_train, _), (texts_test, y_test)) = said(languages::load_data())?;
        for (ngrams, least) in [(1, 0.7), (2, 0.85), (3, 0.85)] {
            let vectorizer = said(given::ngrams(ngrams, 1_000).adapt(&texts_train))?;
            let x_train = said(vectorizer.apply(&texts_train))?;
            let (model, got) = said(answer(ngrams))?;
            let columns = x_train.shape().dims()[1];
            let got_columns = model.input_shape().num_values();
            refuse!("accuracy_with.columns", ngrams, got = got_columns, columns;
                if *model.input_shape() != [columns]);
            let (samples, all) = (model.seen().num_samples(), x_train.len());
            let are_among = samples > 0 && model.seen().share_among(&x_train) > 0.99;
            refuse!("accuracy_with.too_few", ngrams, samples, all; if are_among && samples < all);
            refuse!("accuracy_with.other_sentences", ngrams; if !are_among || samples > all);
            let right = accuracy(&model, &said(vectorizer.apply(&texts_test))?, &y_test)?;
            let accuracy = decimal(right, 3);
            refuse!("accuracy_with.other_accuracy", ngrams, got, accuracy;
                if (got - right).abs() > 0.005 || got.is_nan());
            refuse!("accuracy_with.little", ngrams, accuracy; if right < least);
        }
        Ok(())
    })
}
