//! The checks of `course/17_text_with_order.md`.

use zunder::{Array, Layer, Model, languages};

use crate::given;
use crate::judged::{accuracy, are_near, ends_with_softmax, has_not_seen, percent, said};
use crate::panics::caught;
use crate::sentences::{brief, refuse, say, wrong};
use crate::trials::{Random, answered};
use crate::verdict::{Finding, Verdict, judge};

/// The numbers of the words of a text: `[2, 1, 3]` for `the old cat`.
pub fn encode(answer: fn(&str, &[String]) -> Vec<usize>) -> Verdict {
    judge("encode", || {
        let known = ["the", "cat", "sat", "dog", "on"];
        let some = [&known[..], &["old", "house", "is"]].concat();
        let mut random = Random::new();
        let mut texts = ["the cat", "the old cat", "dog", "", "the  cat", " dog\tsat ", "do"]
            .map(str::to_owned)
            .to_vec();
        for length in 1..12 {
            let words: Vec<&str> = (0..length).map(|_| some[random.below(some.len())]).collect();
            texts.push(words.join(" "));
        }
        for (number, text) in texts.iter().enumerate() {
            let own = &known[number % 2..];
            let vocabulary: Vec<String> =
                ["", "[UNK]"].iter().chain(own).map(|word| (*word).to_owned()).collect();
            let place = |word| own.iter().position(|known| *known == word).map_or(1, |at| at + 2);
            let right: Vec<usize> = text.split_whitespace().map(place).collect();
            let came = caught(|| answer(text, &vocabulary)).map_err(|words| {
                let call = format!("encode({}, &{})", brief(text), brief(&vocabulary));
                if right.contains(&1) {
                    say!("encode.panics", call, words)
                } else {
                    say!("trials.panics", call, words)
                }
            })?;
            if came == right {
                continue;
            }
            let all = |is: fn(usize, usize) -> bool| {
                came.iter().zip(&right).all(|(number, right)| is(*number, *right))
            };
            let pieces = text.split(' ').count();
            let reason = if came.len() > right.len() && right.len() != pieces {
                say!("encode.more")
            } else if came.len() > right.len() {
                say!("encode.too_many")
            } else if came.len() < right.len() {
                say!("encode.left_out")
            } else if all(|n, right| n == right || (n, right) == (0, 1)) {
                say!("encode.unknown")
            } else if right == [1] {
                say!("encode.not_whole")
            } else if all(|n, right| right == 1 || n < right) {
                say!("encode.shifted")
            } else {
                say!("encode.other")
            };
            let (text, vocabulary, came) = (brief(text), brief(&vocabulary), brief(&came));
            return wrong!("encode.gives", vocabulary, text, came, reason);
        }
        Ok(())
    })
}

/// The sentences as sequences of words.
pub fn sequences(x_train: &Array, x_test: &Array) -> Verdict {
    judge("sequences", || {
        let (_, right_train, right_test) = said(given::sequences())?;
        let ((texts_train, _), (texts_test, _)) = said(languages::load_data())?;
        let letters = said(given::ngrams(1, given::MOST_WORDS).adapt(&texts_train))?;
        let letters = letters.vocabulary().len() as f32;
        for (name, x, right) in
            [("x_train", x_train, &right_train), ("x_test", x_test, &right_test)]
        {
            let (shape, rows) = (x.shape(), right.len());
            refuse!("sequences.rows", name, shape, rows;
                if shape.num_dims() != 2 || x.len() != rows);
            let columns = shape.dims()[1];
            let largest = x.max();
            refuse!("sequences.counted", name, columns; if columns > 100);
            refuse!("sequences.length", name, columns; if columns != given::WORDS_OF_A_SENTENCE);
            refuse!("sequences.letters", name, largest; if largest <= letters);
            let most = right.max();
            refuse!("sequences.few_words", name, largest; if name == "x_train" && largest < most);
            refuse!("sequences.many_words", name, largest; if largest >= given::MOST_WORDS as f32);
        }
        refuse!("sequences.train"; if x_train.to_vec() != right_train.to_vec());
        let of_test = said(given::words().adapt(&texts_test))?;
        refuse!("sequences.two_vocabularies"; if x_test == &said(of_test.apply(&texts_test))?);
        refuse!("sequences.test"; if x_test.to_vec() != right_test.to_vec());
        Ok(())
    })
}

/// The mean of the rows of a table.
pub fn sentence_place(answer: fn(&[usize], &[[f32; 2]]) -> [f32; 2]) -> Verdict {
    judge("sentence_place", || {
        let mut random = Random::new();
        let mut trials = vec![(vec![2, 3], vec![[0.0, 0.0], [1.0, 0.0], [0.0, 2.0], [4.0, 6.0]])];
        // Of 2 rows a mean that is divided by a fixed 2 would look like one of the rows of the table.
        for rows in 3..10 {
            let table = (0..rows).map(|_| [random.number(9.0), random.number(9.0)]).collect();
            let words = (0..1 + random.below(6)).map(|_| random.below(rows)).chain([0]).collect();
            trials.push((words, table));
        }
        for (numbers, table) in trials {
            let sum_by = |words: &[usize], count: usize| {
                let sum =
                    |side: usize| words.iter().map(|number| table[*number][side]).sum::<f32>();
                [sum(0), sum(1)].map(|sum| sum / count as f32)
            };
            let call = || format!("sentence_place(&{}, &{})", brief(&numbers), brief(&table));
            let came = answered(call, || answer(&numbers, &table))?;
            let is = |other: [f32; 2]| are_near(&came, &other);
            if is(sum_by(&numbers, numbers.len())) {
                continue;
            }
            let some: Vec<usize> = numbers.iter().copied().filter(|number| *number > 0).collect();
            let reason = if is(sum_by(&numbers, 1)) {
                say!("sentence_place.sum")
            } else if is(sum_by(&some, some.len().max(1))) {
                say!("sentence_place.skipped")
            } else if is(sum_by(&numbers, table.len())) {
                say!("sentence_place.table_length")
            } else if numbers.iter().any(|number| is(table[*number])) {
                say!("sentence_place.one")
            } else {
                say!("sentence_place.other")
            };
            let (numbers, table, came) = (brief(&numbers), brief(&table), brief(&came));
            return wrong!("sentence_place.gives", numbers, table, came, reason);
        }
        Ok(())
    })
}

/// A trained network that takes the mean of the places of words.
pub fn word_reader(model: &Model) -> Verdict {
    judge("word_reader", || {
        takes_words(model, given::WORDS_OF_A_SENTENCE)?;
        let layers = model.layers();
        refuse!("word_reader.no_embedding"; if !matches!(layers.get(1), Some(Layer::Embedding(_))));
        let shape = model.weights()[0].0.shape();
        refuse!("word_reader.size", shape; if shape != [given::MOST_WORDS, 2]);
        let has_mean = matches!(layers.get(2), Some(Layer::GlobalAveragePooling1D(_)));
        refuse!("word_reader.no_mean"; if !has_mean);
        refuse!("word_reader.untrained"; if model.num_steps() == 0);
        let (_, _, x_test) = said(given::sequences())?;
        let (_, (_, y_test)) = said(languages::load_data())?;
        has_not_seen(model, &x_test)?;
        let right = accuracy(model, &x_test, &y_test)?;
        if right < 0.9 {
            ends_with_softmax(layers)?;
            return wrong!("word_reader.not_enough", percent = percent(right));
        }
        Ok(())
    })
}

fn takes_words(model: &Model, words: usize) -> Finding {
    let shape = model.input_shape();
    if *shape == [words] { Ok(()) } else { wrong!("word_reader.input", shape, words) }
}

/// The word whose place is nearest to that of another one.
pub fn nearest(answer: fn(&Array, usize) -> usize) -> Verdict {
    judge("nearest", || {
        let mut random = Random::new();
        let mut wrong_one = None;
        // Which mistakes explain all answers: farthest, first column only, differences with their signs,
        // all but the last row, always the first.
        let mut explains = [true; 6];
        for trial in 0..24 {
            let (rows, columns) = (2 + (trial / 3 + 3) % 8, 1 + (trial + 1) % 3);
            let numbers: Vec<f32> =
                (0..rows * columns).map(|_| random.number(9.0).round()).collect();
            let table = said(Array::new([rows, columns], numbers.clone()))?;
            let word = random.below(rows);
            let places: Vec<&[f32]> = numbers.chunks(columns).collect();
            let call = || format!("nearest(&Array::from({}), {word})", brief(&places));
            let came = answered(call, || answer(&table, word))?;
            let differences = |other: usize| places[word].iter().zip(places[other]);
            let apart =
                |other: usize| differences(other).map(|(a, b)| (a - b).powi(2)).sum::<f32>();
            let signed = |other: usize| differences(other).map(|(a, b)| a - b).sum::<f32>();
            let is_other = came < rows && came != word;
            // Two may be equally near.
            let is_least = |of: &dyn Fn(usize) -> f32| {
                let others = (0..rows).filter(|other| *other != word);
                is_other && others.map(of).fold(f32::MAX, f32::min) == of(came)
            };
            let mistakes: [&dyn Fn(usize) -> f32; 5] = [
                &|other| -apart(other),
                &|other| (places[word][0] - places[other][0]).abs(),
                &signed,
                &|other| -signed(other),
                &|other| if other + 1 == rows { f32::MAX } else { apart(other) },
            ];
            explains.iter_mut().zip(mistakes).for_each(|(all, mistake)| *all &= is_least(mistake));
            explains[5] &= came == 0;
            if wrong_one.is_none() && !is_least(&apart) {
                wrong_one = Some((word, brief(&places), came));
            }
        }
        let Some((word, table, came)) = wrong_one else { return Ok(()) };
        let reason = match explains {
            _ if came == word => say!("nearest.itself"),
            [true, ..] => say!("nearest.farthest"),
            [_, true, ..] => say!("nearest.one_column"),
            [_, _, true, ..] | [_, _, _, true, ..] => say!("nearest.signed"),
            [.., true, _] => say!("nearest.last_row"),
            [.., true] => say!("nearest.first"),
            _ => say!("nearest.other"),
        };
        wrong!("nearest.gives", word, table, came, reason)
    })
}

/// A network that answers who bites, for sentences that it has not seen.
pub fn in_order(model: &Model) -> Verdict {
    judge("in_order", || {
        let ((texts, _), (texts_test, y_test)) = given::bites();
        let words = said(given::words_of(5).adapt(&texts))?;
        takes_words(model, 5)?;
        let has = |is: fn(&Layer) -> bool| model.layers().iter().any(is);
        refuse!("in_order.mean"; if has(|layer| matches!(layer, Layer::GlobalAveragePooling1D(_))));
        refuse!("in_order.no_embedding"; if !has(|layer| matches!(layer, Layer::Embedding(_))));
        let x_test = said(words.apply(&texts_test))?;
        has_not_seen(model, &x_test)?;
        let right = (6.0 * accuracy(model, &x_test, &y_test)?).round();
        if right < 6.0 {
            ends_with_softmax(model.layers())?;
            return wrong!("in_order.not_all", right);
        }
        Ok(())
    })
}
