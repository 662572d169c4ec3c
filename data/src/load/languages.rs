//! Sentences in four languages, for a first look at text.

use crate::arrays::array::Array;
use crate::base::error::Result;
use crate::base::language::either;

/// The languages as the sentences name them, in the order of their class numbers.
const NAMES: [&str; 4] = ["English", "German", "French", "Spanish"];

/// The names of the classes in the chosen language: a label is a position in this list.
pub fn names() -> [&'static str; 4] {
    either(NAMES, ["Englisch", "Deutsch", "Französisch", "Spanisch"])
}

/// A line for each sentence: the language, a tab, the sentence; first those for training.
const SENTENCES: &str = include_str!("languages.tsv");

/// How many sentences of each language are for training; the others are for testing.
const NUM_TRAINING: usize = 120;

/// Texts with the number of the language of each.
type Labelled = (Vec<String>, Array);

/// Loads 600 sentences of everyday language in English, German, French and Spanish, as
/// `((texts_train, y_train), (texts_test, y_test))`.
///
/// They are part of this crate and need no network. The four languages speak of the same things:
/// late trains, cats, broken machines. So what is said does not give the language away, only how it
/// is written. The split is always the same, and both parts are mixed.
///
/// Written for this crate and given to the public domain
/// ([CC0 1.0](https://creativecommons.org/publicdomain/zero/1.0/)): use them for anything.
///
/// # Shapes
///
/// | | length | type | values |
/// |---|---|---|---|
/// | `texts_train` | 480 | `Vec<String>` | sentences of 4 to 12 words |
/// | `y_train` | `(480,)` | `int64` | positions in [`names`], 120 of each |
/// | `texts_test` | 120 | `Vec<String>` | as `texts_train` |
/// | `y_test` | `(120,)` | `int64` | as `y_train`, 30 of each |
///
/// # Errors
///
/// None so far: the sentences are always there. It is a [`Result`] as for the other data sets.
///
/// ```
/// use zunder::prelude::*;
///
/// let ((texts_train, y_train), (texts_test, y_test)) = languages::load_data()?;
/// assert_eq!((texts_train.len(), texts_test.len()), (480, 120));
/// let first = y_train.get([0])? as usize;
/// println!("{}: {}", languages::names()[first], texts_train[0]);
/// # let _ = y_test;
/// # Ok::<(), zunder::Error>(())
/// ```
pub fn load_data() -> Result<(Labelled, Labelled)> {
    let mut training = (Vec::new(), Vec::new());
    let mut testing = (Vec::new(), Vec::new());
    let mut seen = [0; NAMES.len()];
    let pairs = SENTENCES.lines().filter_map(|line| line.split_once('\t'));
    for (name, sentence) in pairs {
        let Some(language) = NAMES.iter().position(|known| *known == name) else { continue };
        let part = if seen[language] < NUM_TRAINING { &mut training } else { &mut testing };
        seen[language] += 1;
        part.0.push(sentence.to_owned());
        part.1.push(language);
    }
    let labelled = |(texts, labels): (Vec<String>, Vec<usize>)| (texts, Array::from(labels));
    Ok((labelled(training), labelled(testing)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_sentence_comes_twice_and_all_are_short() -> Result<()> {
        let ((training, _), (testing, _)) = load_data()?;
        let mut letters = BTreeSet::new();
        for sentence in training.iter().chain(&testing) {
            let bare: String =
                sentence.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
            assert!(letters.insert(bare), "twice: {sentence}");
            let words =
                sentence.split_whitespace().filter(|word| word.contains(char::is_alphanumeric));
            assert!((4..=12).contains(&words.count()), "{sentence}");
            assert_eq!(sentence.trim(), sentence);
        }
        assert_eq!(letters.len(), 600);
        Ok(())
    }

    #[test]
    fn classes_are_balanced_and_mixed() -> Result<()> {
        let ((training, y_train), (testing, y_test)) = load_data()?;
        for (texts, labels, of_each) in [(training, y_train, 120), (testing, y_test, 30)] {
            let labels = labels.to_vec();
            assert_eq!(texts.len(), labels.len());
            for language in 0..NAMES.len() {
                let same = labels.iter().filter(|label| **label as usize == language);
                assert_eq!(same.count(), of_each);
            }
            let changes = labels.windows(2).filter(|pair| pair[0] != pair[1]).count();
            assert!(changes > labels.len() / 2, "sentences of one language stand together");
        }
        Ok(())
    }
}
