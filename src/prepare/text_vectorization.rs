//! `TextVectorization`: from texts to rows of numbers, by counting pieces of a few letters.

use std::collections::HashMap;

use crate::arrays::array::Array;
use crate::base::error::{Error, Result};
use crate::base::memory::{check, check_shape};
use crate::base::phrase::phrase;
use crate::base::shape::Shape;
use crate::base::too_large::Large;

/// Stands for all pieces that are not in the vocabulary, as in Keras.
const UNKNOWN: &str = "[UNK]";

/// Longer pieces hardly occur a second time, so that nothing can be learned from them; and a long
/// text has so many that they fill any memory.
const MOST_NGRAMS: usize = 20;

/// How texts become numbers: which pieces of them are counted.
///
/// A network computes with numbers, so each text becomes a row of counts: how often does "th" occur
/// in it, how often "sch"? Such a piece of n characters is called an n-gram. The order in which
/// they come is lost, which is why this is called a bag of n-grams.
///
/// Counterpart of Keras's
/// [`TextVectorization`](https://keras.io/api/layers/preprocessing_layers/text/text_vectorization/)
/// with `split="character"` and `output_mode="count"`. As there, texts are first put into lower
/// case and punctuation is taken out, and equally frequent pieces stand in falling order of
/// their UTF-8 bytes. Three things differ: Keras puts only A to Z into lower case, here É becomes é
/// as well; Keras takes out ASCII punctuation only, here all signs go that are neither letters, digits
/// nor spaces, such as ¿ and „; and Keras writes a space between the characters of a piece ("t h"
/// for "th").
///
/// ```
/// use zunder::prelude::*;
///
/// let texts = ["Anna", "an"];
/// let vectorizer = TextVectorization::new().ngrams(2).adapt(&texts)?;
/// assert_eq!(vectorizer.vocabulary(), ["[UNK]", "n", "a", "an", "nn", "na"]);
/// let counts = vectorizer.apply(&["Banana!"])?;
/// assert_eq!(counts, Array::from([[2.0, 2.0, 3.0, 2.0, 0.0, 2.0]])); // unknown: "b" and "ba"
/// # Ok::<(), zunder::Error>(())
/// ```
#[must_use = "it is a new value: keep it with `let`"]
#[derive(Clone, Debug, PartialEq)]
pub struct TextVectorization {
    ngrams: usize,
    max_tokens: Option<usize>,
}

impl Default for TextVectorization {
    fn default() -> Self {
        TextVectorization { ngrams: 1, max_tokens: None }
    }
}

impl TextVectorization {
    /// Counts single characters, all that occur.
    pub fn new() -> Self {
        TextVectorization::default()
    }

    /// Counts pieces of 1, 2, ... up to `ngrams` characters (default 1). As in Keras, 2 means
    /// single characters *and* pairs. At most 20.
    pub fn ngrams(mut self, ngrams: usize) -> Self {
        self.ngrams = ngrams;
        self
    }

    /// Keeps only the most frequent pieces: `max_tokens` numbers for each text (default: all). The
    /// first of them counts all the others together.
    pub fn max_tokens(mut self, max_tokens: usize) -> Self {
        self.max_tokens = Some(max_tokens);
        self
    }

    /// Collects the vocabulary: reads texts and keeps the pieces that occur most often in them.
    ///
    /// Only training texts belong here. Texts for testing are to be as new to it as any text that
    /// comes later.
    ///
    /// # Errors
    ///
    /// Without texts, when `ngrams` is 0 or above 20 or `max_tokens` below 2, and when there are more
    /// pieces than fit into memory.
    pub fn adapt<T: AsRef<str>>(&self, texts: &[T]) -> Result<TextVectorizer> {
        self.adapt_to(&texts.iter().map(AsRef::as_ref).collect::<Vec<&str>>())
    }

    // Not generic, so that it is compiled here and not in a notebook cell.
    fn adapt_to(&self, texts: &[&str]) -> Result<TextVectorizer> {
        if self.ngrams < 1 {
            let expected = phrase!("at least 1", "mindestens 1");
            return Err(Error::bad_setting("ngrams", self.ngrams, expected));
        }
        if self.ngrams > MOST_NGRAMS {
            let expected = phrase!(
                "at most 20: longer pieces hardly occur a second time",
                "höchstens 20: Längere Stücke kommen kaum ein zweites Mal vor"
            );
            return Err(Error::bad_setting("ngrams", self.ngrams, expected));
        }
        let most = self.max_tokens.unwrap_or(usize::MAX);
        if most < 2 {
            let expected = phrase!(
                "at least 2: one is for all unknown pieces",
                "mindestens 2: Eines steht für alle unbekannten Stücke"
            );
            return Err(Error::bad_setting("max_tokens", most, expected));
        }
        if texts.is_empty() {
            return Err(Error::no_data(phrase!("texts", "die Liste der Texte")));
        }
        let mut counts: HashMap<String, usize> = HashMap::new();
        let mut room = Room { ngrams: self.ngrams, bytes: 0, checked: Ok(()) };
        for text in texts {
            for_each_piece(text, self.ngrams, |piece| match counts.get_mut(piece) {
                Some(count) => *count += 1,
                None if room.takes(piece) => _ = counts.insert(piece.to_owned(), 1),
                None => {}
            });
        }
        room.checked?;
        let mut pieces: Vec<(String, usize)> = counts.into_iter().collect();
        pieces.sort_unstable_by(|(a, of_a), (b, of_b)| (of_b, b).cmp(&(of_a, a)));
        let known = pieces.into_iter().map(|(piece, _)| piece).take(most - 1);
        let vocabulary = std::iter::once(UNKNOWN.to_owned()).chain(known).collect();
        Ok(TextVectorizer { ngrams: self.ngrams, vocabulary })
    }
}

/// The memory that the pieces of a vocabulary take while they are counted.
struct Room {
    ngrams: usize,
    bytes: usize,
    checked: Result<()>,
}

impl Room {
    /// How many bytes may come before the machine is asked again.
    const STEP: usize = 1 << 20;

    /// Whether there is room for one more piece.
    fn takes(&mut self, piece: &str) -> bool {
        let before = self.bytes / Room::STEP;
        // A map keeps room for twice as many, and sorting takes a copy.
        self.bytes += 4 * (size_of::<(String, usize)>() + piece.len());
        if self.checked.is_ok() && self.bytes / Room::STEP > before {
            let ngrams = self.ngrams;
            self.checked = check(Some(self.bytes as u64), || Large::Pieces { ngrams });
        }
        self.checked.is_ok()
    }
}

/// A [`TextVectorization`] that has its vocabulary, and turns any text into numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct TextVectorizer {
    ngrams: usize,
    vocabulary: Vec<String>,
}

impl TextVectorizer {
    /// The pieces that are counted, in the order of the columns: `[UNK]` for all unknown ones, then
    /// the most frequent one, and so on.
    pub fn vocabulary(&self) -> Vec<String> {
        self.vocabulary.clone()
    }

    /// Counts, for each text, how often each piece of the vocabulary occurs in it.
    ///
    /// # Shapes
    ///
    /// Result: `(n, tokens)` for n texts, `float32`.
    ///
    /// # Errors
    ///
    /// Without texts, and when their numbers take more memory than there is.
    pub fn apply<T: AsRef<str>>(&self, texts: &[T]) -> Result<Array> {
        self.apply_to(&texts.iter().map(AsRef::as_ref).collect::<Vec<&str>>())
    }

    fn apply_to(&self, texts: &[&str]) -> Result<Array> {
        if texts.is_empty() {
            return Err(Error::no_data(phrase!("texts", "die Liste der Texte")));
        }
        let tokens = self.vocabulary.len();
        check_shape(&Shape::from([texts.len(), tokens]), size_of::<f32>())?;
        // The first stands for all unknown pieces; it is not one itself.
        let known = self.vocabulary.iter().enumerate().skip(1);
        let columns: HashMap<&str, usize> =
            known.map(|(column, piece)| (piece.as_str(), column)).collect();
        let mut counts = vec![0.0f32; texts.len() * tokens]; // [n, tokens]
        for (text, row) in texts.iter().zip(counts.chunks_mut(tokens)) {
            for_each_piece(text, self.ngrams, |piece| {
                row[columns.get(piece).copied().unwrap_or(0)] += 1.0;
            });
        }
        Array::new([texts.len(), tokens], counts)
    }
}

/// Calls `found` with each piece of 1 up to `ngrams` characters of the text in lower case.
fn for_each_piece(text: &str, ngrams: usize, mut found: impl FnMut(&str)) {
    let mut text = text.to_lowercase();
    text.retain(|character| character.is_alphanumeric() || character.is_whitespace());
    let starts: Vec<usize> = text.char_indices().map(|(start, _)| start).collect();
    let ends = |length: usize| starts.iter().copied().skip(length).chain([text.len()]);
    for length in 1..=ngrams.min(starts.len()) {
        for (&start, end) in starts.iter().zip(ends(length)) {
            found(&text[start..end]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::memory::for_tests::with_memory;

    fn pieces(text: &str, ngrams: usize) -> Vec<String> {
        let mut pieces = Vec::new();
        for_each_piece(text, ngrams, |piece| pieces.push(piece.to_owned()));
        pieces
    }

    #[test]
    fn pieces_are_of_characters_not_bytes() {
        assert_eq!(pieces("\u{dc}ber!", 2), ["\u{fc}", "b", "e", "r", "\u{fc}b", "be", "er"]);
        assert_eq!(pieces("ab", 3), ["a", "b", "ab"]);
        assert_eq!(pieces("?!", 3), [""; 0]);
        assert_eq!(pieces("\u{bf}q \u{201e}_\u{201c}7", 1), ["q", " ", "7"], "no sign of any kind");
    }

    #[test]
    fn an_empty_text_is_a_row_of_zeros() -> Result<()> {
        let vectorizer = TextVectorization::new().adapt(&["abc"])?;
        assert_eq!(vectorizer.apply(&["", "x"])?.to_vec(), [0., 0., 0., 0., 1., 0., 0., 0.]);
        Ok(())
    }

    #[test]
    fn more_pieces_than_fit_into_memory_are_refused() {
        let text: String = (0..10_000u32).filter_map(|n| char::from_u32(0x4e00 + n)).collect();
        let adapt = || TextVectorization::new().ngrams(2).adapt(&[&text]);
        assert!(with_memory(10_000_000, adapt).is_ok());
        let refused = with_memory(1_000_000, adapt).unwrap_err().to_string();
        assert!(refused.contains("choose fewer ngrams"), "{refused}");
        let fitted = TextVectorization::new().adapt(&[&text]).unwrap();
        let refused = with_memory(1_000_000, || fitted.apply(&[""; 100])).unwrap_err().to_string();
        assert!(refused.contains("(100, 10001) takes 4,000 KB"), "{refused}");
    }

    #[test]
    fn settings_that_make_no_sense_are_refused() {
        let texts = ["abc"];
        assert!(TextVectorization::new().ngrams(0).adapt(&texts).is_err());
        assert!(TextVectorization::new().max_tokens(1).adapt(&texts).is_err());
        assert!(TextVectorization::new().adapt::<&str>(&[]).is_err());
        let most = TextVectorization::new().ngrams(20).adapt(&texts);
        assert_eq!(most.map(|fitted| fitted.vocabulary().len()).ok(), Some(7));
        for ngrams in [21, usize::MAX] {
            let huge = TextVectorization::new().ngrams(ngrams).adapt(&texts);
            assert!(huge.unwrap_err().to_string().contains("must be at most 20"), "{ngrams}");
        }
    }
}
