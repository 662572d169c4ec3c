//! `TextVectorization`: from texts to rows of numbers, by counting pieces of a few letters, or word by word.
//!
//! Over 300 lines: what the settings mean stands beside what they do.

use std::collections::HashMap;
use std::fmt;

use crate::arrays::array::Array;
use crate::base::error::{Error, Result};
use crate::base::language::either;
use crate::base::lines::as_texts;
use crate::base::memory::{check, check_shape};
use crate::base::notes::say_note;
use crate::base::numbers::counted;
use crate::base::phrase::phrase;
use crate::base::progress::Progress;
use crate::base::shape::Shape;
use crate::base::too_large::Large;

pub use Split::Whitespace;

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
/// with `split="character"` and `output_mode="count"`. As there, texts are first put into lower case
/// and punctuation is taken out, and equally frequent pieces stand in falling order of their UTF-8
/// bytes. Three things differ: Keras puts only A to Z into lower case, here É becomes é as well; Keras
/// takes out ASCII punctuation only, here all signs go that are neither letters, digits nor spaces,
/// such as ¿ and „ (a combining accent, with which a Mac may write ü, stays with its letter, so that
/// this ü is another one); and Keras writes a space between the characters of a piece ("t h" for "th").
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
///
/// Where the order matters, as for an `Embedding`, a text becomes the row of its words instead, each as
/// its number in the vocabulary: 0 fills up short texts, 1 stands for all unknown words. That is Keras's
/// default, `split="whitespace"` and `output_mode="int"`; here it takes `output_sequence_length`, and
/// without it pieces of letters are counted.
///
/// ```
/// use zunder::prelude::*;
///
/// let texts = ["the cat sat", "the dog"];
/// let words = TextVectorization::new().output_sequence_length(4);
/// let vectorizer = words.adapt(&texts)?;
/// assert_eq!(vectorizer.vocabulary(), ["", "[UNK]", "the", "sat", "dog", "cat"]);
/// let rows = vectorizer.apply(&["The cat!", "the big dog sat down"])?;
/// assert_eq!(rows, Array::from([[2.0, 5.0, 0.0, 0.0], [2.0, 1.0, 4.0, 3.0]]));
/// # Ok::<(), zunder::Error>(())
/// ```
#[must_use = "it is a new value: keep it with `let`"]
#[derive(Clone, Debug, PartialEq)]
pub struct TextVectorization {
    settings: Settings,
    max_tokens: Option<usize>,
}

/// How a text is taken apart, and what becomes of the pieces.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Settings {
    ngrams: usize,
    /// Characters, where nothing else is asked for.
    split: Option<Split>,
    /// The length of the rows where the pieces stand in their order; else they are counted.
    length: Option<usize>,
}

/// What a [`TextVectorization`] takes a text apart into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Split {
    /// Single characters, spaces included.
    #[default]
    Character,
    /// Words, with white space between them.
    Whitespace,
}

impl Default for TextVectorization {
    fn default() -> Self {
        let settings = Settings { ngrams: 1, split: None, length: None };
        TextVectorization { settings, max_tokens: None }
    }
}

impl TextVectorization {
    /// Counts single characters, all that occur. Other than in Keras, which numbers words.
    pub fn new() -> Self {
        TextVectorization::default()
    }

    /// Counts pieces of 1, 2, ... up to `ngrams` characters (default 1). As in Keras, 2 means
    /// single characters *and* pairs. At most 20.
    pub fn ngrams(mut self, ngrams: usize) -> Self {
        self.settings.ngrams = ngrams;
        self
    }

    /// What a text is taken apart into (default [`Split::Whitespace`] with `output_sequence_length`, else
    /// [`Split::Character`]). With [`Split::Whitespace`] these are words, and `ngrams` are of words, with
    /// spaces between them.
    pub fn split(mut self, split: Split) -> Self {
        self.settings.split = Some(split);
        self
    }

    /// Instead of counts, gives the pieces in their order, by their numbers: so many (at least 1) for each
    /// text. Longer texts are cut off, shorter ones filled up with 0. The pieces are words, unless `split`
    /// says otherwise. With `ngrams(2)` all words come first, then all pairs.
    pub fn output_sequence_length(mut self, length: usize) -> Self {
        self.settings.split.get_or_insert(Whitespace);
        self.settings.length = Some(length);
        self
    }

    /// The largest size of the vocabulary (default: all pieces), of which the most frequent ones are kept.
    /// Where they are counted, each text has at most so many numbers, the first for all other pieces
    /// together: at least 2. With `output_sequence_length` the length of the rows stays, and the numbers
    /// in them are smaller than this, 0 for an empty place and 1 for all other pieces: at least 3.
    pub fn max_tokens(mut self, max_tokens: usize) -> Self {
        self.max_tokens = Some(max_tokens);
        self
    }

    /// Collects the vocabulary: reads texts and keeps the pieces that occur most often in them.
    ///
    /// Only training texts belong here. Texts for testing are to be as new to it as any text that
    /// comes later. Prints a line that begins with `Note:` where there is only one.
    ///
    /// # Errors
    ///
    /// Without texts, when `ngrams` is 0 or above 20, `output_sequence_length` is 0, or `max_tokens` is
    /// below 2 (with `output_sequence_length` below 3), and when there are more pieces than fit into memory.
    pub fn adapt<T: AsRef<str>>(&self, texts: &[T]) -> Result<TextVectorizer> {
        self.adapt_to(&as_texts(texts), &mut Progress::on_stdout())
    }

    // Not generic, so that it is compiled here and not in a notebook cell.
    fn adapt_to(&self, texts: &[&str], progress: &mut Progress<'_>) -> Result<TextVectorizer> {
        self.check()?;
        if texts.is_empty() {
            return Err(Error::no_data(phrase!("texts", "die Liste der Texte")));
        }
        if texts.len() == 1 {
            say_note(phrase!(
                "this vocabulary is that of a single text: adapt to the training texts, and apply that to a new text",
                "dieses Vokabular stammt aus einem einzigen Text: Nimm adapt mit den Trainingstexten, und wende das \
                 mit apply auf einen neuen Text an"
            ));
        }
        let mut counts: HashMap<String, usize> = HashMap::new();
        let mut room = Room { ngrams: self.settings.ngrams, bytes: 0, checked: Ok(()) };
        for (index, text) in texts.iter().enumerate() {
            look(progress, index, texts.len())?;
            for_each_piece(text, self.settings, |piece| match counts.get_mut(piece) {
                Some(count) => *count += 1,
                None if room.takes(piece) => _ = counts.insert(piece.to_owned(), 1),
                None => {}
            });
        }
        room.checked?;
        let mut pieces: Vec<(String, usize)> = counts.into_iter().collect();
        pieces.sort_unstable_by(|(a, of_a), (b, of_b)| (of_b, b).cmp(&(of_a, a)));
        let reserved = self.settings.reserved();
        let most = self.max_tokens.unwrap_or(usize::MAX);
        let known = pieces.into_iter().map(|(piece, _)| piece).take(most - reserved.len());
        let reserved = reserved.iter().map(|&piece| piece.to_owned());
        Ok(TextVectorizer { settings: self.settings, vocabulary: reserved.chain(known).collect() })
    }

    /// Refuses settings that no vocabulary can have.
    fn check(&self) -> Result<()> {
        let Settings { ngrams, length, .. } = self.settings;
        Error::check_at_least_one("ngrams", ngrams)?;
        Error::check_at_least_one("output_sequence_length", length.unwrap_or(1))?;
        if ngrams > MOST_NGRAMS {
            let expected = phrase!(
                "at most {MOST_NGRAMS}: longer pieces hardly occur a second time",
                "höchstens {MOST_NGRAMS}: Längere Stücke kommen kaum ein zweites Mal vor"
            );
            return Err(Error::bad_setting("ngrams", ngrams, expected));
        }
        let most = self.max_tokens.unwrap_or(usize::MAX);
        let reserved = self.settings.reserved();
        if most <= reserved.len() {
            let expected = if reserved.len() == 1 {
                phrase!(
                    "at least 2: one is for all unknown pieces",
                    "mindestens 2: Eines steht für alle unbekannten Stücke"
                )
            } else {
                phrase!(
                    "at least 3: one is for empty places, one for all unknown words",
                    "mindestens 3: Eines steht für leere Stellen, eines für alle unbekannten Wörter"
                )
            };
            return Err(Error::bad_setting("max_tokens", most, expected));
        }
        Ok(())
    }
}

impl Settings {
    /// What stands in the vocabulary before the pieces.
    fn reserved(&self) -> &'static [&'static str] {
        if self.length.is_some() { &["", UNKNOWN] } else { &[UNKNOWN] }
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
#[derive(Clone, PartialEq)]
pub struct TextVectorizer {
    settings: Settings,
    vocabulary: Vec<String>,
}

/// How many pieces it knows, and the first ones: it is what a cell shows that ends with a vectorizer.
impl fmt::Debug for TextVectorizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.vocabulary.len();
        let first: Vec<String> =
            self.vocabulary.iter().take(SHOWN).map(|piece| format!("{piece:?}")).collect();
        let more = if all > SHOWN { ", \u{2026}" } else { "" };
        let count = counted(all, ["piece", "pieces"], ["Stück", "Stücke"]);
        write!(f, "{count}: {}{more}", first.join(", "))
    }
}

/// So many pieces of a vocabulary are shown.
const SHOWN: usize = 10;

impl TextVectorizer {
    /// The pieces that are known, in the order of their columns or numbers: `[UNK]` for all unknown ones
    /// (in sequences an empty one before it), then the most frequent one, and so on.
    pub fn vocabulary(&self) -> Vec<String> {
        self.vocabulary.clone()
    }

    /// Counts, for each text, how often each piece of the vocabulary occurs in it; or with
    /// `output_sequence_length` gives the number of each piece, in the order of the text (with `ngrams(2)`
    /// first of all single pieces, then of all pairs).
    ///
    /// # Shapes
    ///
    /// Result: `(n, tokens)`, or `(n, output_sequence_length)`, for n texts, `float32`.
    ///
    /// # Errors
    ///
    /// Without texts, and when their numbers take more memory than there is.
    pub fn apply<T: AsRef<str>>(&self, texts: &[T]) -> Result<Array> {
        self.apply_to(&as_texts(texts), &mut Progress::on_stdout())
    }

    fn apply_to(&self, texts: &[&str], progress: &mut Progress<'_>) -> Result<Array> {
        if texts.is_empty() {
            return Err(Error::no_data(phrase!("texts", "die Liste der Texte")));
        }
        let reserved = self.settings.reserved().len();
        let width = self.settings.length.unwrap_or(self.vocabulary.len());
        check_shape(&Shape::from([texts.len(), width]), size_of::<f32>())?;
        // The last of those before them stands for all unknown pieces; it is not one itself.
        let known = self.vocabulary.iter().enumerate().skip(reserved);
        let numbers: HashMap<&str, usize> =
            known.map(|(number, piece)| (piece.as_str(), number)).collect();
        let mut values = vec![0.0f32; texts.len() * width]; // [n, width]
        for (index, (text, row)) in texts.iter().zip(values.chunks_mut(width)).enumerate() {
            look(progress, index, texts.len())?;
            let mut place = 0;
            for_each_piece(text, self.settings, |piece| {
                let number = numbers.get(piece).copied().unwrap_or(reserved - 1);
                if self.settings.length.is_none() {
                    row[number] += 1.0;
                } else if let Some(value) = row.get_mut(place) {
                    *value = number as f32;
                }
                place += 1;
            });
        }
        Array::new([texts.len(), width], values)
    }
}

/// Before each text: says how many are done, and ends the work where it is to stop.
fn look(progress: &mut Progress<'_>, index: usize, count: usize) -> Result<()> {
    progress.check(|| phrase!("taking the texts apart", "das Zerlegen der Texte"))?;
    progress.tick_of(index, count, either("texts", "Texten"));
    Ok(())
}

/// Whether it is a mark on or below a letter, such as the two dots of an `ö` that is written as two signs. Those
/// that are no letters for Unicode: accents, and what joins or changes letters in Indian scripts and Thai.
fn belongs_to_a_letter(sign: char) -> bool {
    let is_accent =
        matches!(sign, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}');
    // From Devanagari to Sinhala the blocks are alike: nukta and virama have the same places.
    let is_indian =
        matches!(sign, '\u{900}'..='\u{dff}') && matches!(sign as u32 & 0x7f, 0x3c | 0x4d | 0x4a);
    is_accent || is_indian || matches!(sign, '\u{e47}'..='\u{e4e}')
}

/// Calls `found` with each piece of 1 up to `ngrams` characters or words of the text in lower case.
fn for_each_piece(text: &str, settings: Settings, mut found: impl FnMut(&str)) {
    let ngrams = settings.ngrams;
    let mut text = text.to_lowercase();
    text.retain(|sign| sign.is_alphanumeric() || sign.is_whitespace() || belongs_to_a_letter(sign));
    if settings.split == Some(Whitespace) {
        let words: Vec<&str> = text.split_whitespace().collect();
        words.iter().for_each(|word| found(word));
        (2..=ngrams).for_each(|n| words.windows(n).for_each(|words| found(&words.join(" "))));
        return;
    }
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
    use crate::base::language::in_german;
    use crate::base::memory::for_tests::with_memory;

    fn pieces(text: &str, ngrams: usize) -> Vec<String> {
        let mut pieces = Vec::new();
        let settings = Settings { ngrams, split: None, length: None };
        for_each_piece(text, settings, |piece| pieces.push(piece.to_owned()));
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
    fn marks_stay_with_their_letters() -> Result<()> {
        let words = |text| TextVectorization::new().split(Whitespace).adapt(&[text]);
        for text in ["scho\u{308}n", "हिन्दी", "नमस्ते", "বাংলা্", "ที่"]
        {
            assert_eq!(words(text)?.vocabulary(), ["[UNK]", text]);
        }
        Ok(())
    }

    #[test]
    fn sequences_are_of_words_unless_something_else_is_asked_for() -> Result<()> {
        let first = |settings: TextVectorization| -> Result<String> {
            Ok(settings.adapt(&["ab ab"])?.vocabulary().swap_remove(2))
        };
        let new = TextVectorization::new;
        assert_eq!(first(new().output_sequence_length(3))?, "ab");
        assert_eq!(first(new().split(Split::Character).output_sequence_length(3))?, "b");
        assert_eq!(first(new().output_sequence_length(3).split(Split::Character))?, "b");
        assert_eq!(new().adapt(&["ab ab"])?.vocabulary(), ["[UNK]", "b", "a", " "]);
        let pairs = new().ngrams(2).output_sequence_length(4).adapt(&["one two"])?;
        assert_eq!(pairs.vocabulary(), ["", "[UNK]", "two", "one two", "one"]);
        assert_eq!(pairs.apply(&["one two"])?.to_vec(), [4.0, 2.0, 3.0, 0.0]);
        Ok(())
    }

    #[test]
    fn a_large_vocabulary_is_shown_by_its_beginning() -> Result<()> {
        let words: Vec<String> = (0..2_000).map(|number| format!("w{number}")).collect();
        let all = TextVectorization::new().split(Whitespace).adapt(&words)?;
        let (shown, german) = (format!("{all:?}"), in_german(|| format!("{all:?}")));
        assert!(shown.starts_with("2,001 pieces: \"[UNK]\", \"w"), "{shown}");
        assert!(shown.ends_with("\", \u{2026}") && shown.len() < 120, "{shown}");
        assert!(german.starts_with("2\u{202f}001 Stücke: "), "{german}");
        let few = TextVectorization::new().adapt(&["a"])?;
        assert_eq!(format!("{few:?}"), "2 pieces: \"[UNK]\", \"a\"");
        Ok(())
    }

    #[test]
    fn many_texts_say_how_far_they_are_and_can_be_stopped() -> Result<()> {
        let lines = std::cell::RefCell::new(Vec::new());
        let progress =
            || Progress::new(|line: &str| lines.borrow_mut().push(line.to_owned())).without_pause();
        let fitted = TextVectorization::new().adapt_to(&["a", "b"], &mut progress())?;
        fitted.apply_to(&["a"], &mut progress())?;
        assert_eq!(lines.take(), ["0 of 2 texts", "1 of 2 texts", "0 of 1 texts"]);
        let is_stopped = || !lines.borrow().is_empty();
        for stopped in [
            TextVectorization::new().adapt_to(&["a"; 9], &mut progress().until(|| true)).map(drop),
            fitted.apply_to(&["a"; 9], &mut progress().until(is_stopped)).map(drop),
        ] {
            let stopped = stopped.unwrap_err();
            assert!(stopped.to_string().starts_with("taking the texts apart was"), "{stopped}");
        }
        Ok(())
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
