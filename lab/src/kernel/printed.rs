//! Takes apart what the process that runs the cells prints: text for people, words for evcxr, and what
//! the crate tells the relay.
//!
//! A word of evcxr counts wherever it begins, if it ends its line: what was printed before it without an
//! end of line is text.
//!
//! Over 300 lines: with its tests.

use serde_json::Value;

/// A piece of what was printed.
#[derive(Debug, PartialEq)]
pub(crate) enum Piece {
    Text(String),
    /// A line for evcxr, which means nothing to the relay.
    Words(Vec<u8>),
    /// The same; with it evcxr ends a cell.
    Complete,
    /// The same; a `?` has failed.
    Failed,
    /// The same; the cell has panicked.
    Panicked,
    /// The same; evcxr is to ask the person for a line.
    Asks(Vec<u8>),
    /// The crate tells the relay something: what, and more about it.
    Told(&'static str, String),
}

/// Lines of evcxr: those that are nothing else, and those that go on.
const WHOLE: [&str; 3] =
    ["EVCXR_EXECUTION_COMPLETE", "EVCXR_PANIC_NOTIFICATION", "EVCXR_ERROR_OCCURRED"];
const BEGINNINGS: [&str; 3] = [CONTENT, CHANGED_TYPE, "EVCXR_INPUT_REQUEST"];

/// Behind it stands a variable whose type is another one now.
pub(crate) const CHANGED_TYPE: &str = "EVCXR_VARIABLE_CHANGED_TYPE:";

/// From here to the line below, lines are the content of a picture or a page.
const CONTENT: &str = "EVCXR_BEGIN_CONTENT ";
const END_OF_CONTENT: &[u8] = b"EVCXR_END_CONTENT\n";

/// Lines of the crate for the relay.
const TOLD: [&str; 7] = [
    "ZUNDER_DISPLAY",
    "ZUNDER_PANIC",
    "ZUNDER_PROCESS",
    "ZUNDER_READS",
    "ZUNDER_STOP",
    "ZUNDER_SAY",
    "ZUNDER_LANGUAGE",
];

/// More than any picture has: what goes on longer without an end of line is no word.
const LARGEST_LINE: usize = 50_000_000;

/// What one stream has printed and was not yet given out.
#[derive(Default)]
pub(crate) struct Printed {
    rest: Vec<u8>,
    in_content: bool,
}

impl Printed {
    /// Takes in what was printed, and gives out what is certain.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Vec<Piece> {
        self.rest.extend_from_slice(bytes);
        let mut pieces = Vec::new();
        loop {
            let done =
                if self.in_content { self.content(&mut pieces) } else { self.text(&mut pieces) };
            if done {
                return pieces;
            }
        }
    }

    /// The text that waits for its rest; a word that has begun goes on waiting, and so does half a
    /// character, unless the cell `ends`.
    pub(crate) fn waiting(&mut self, ends: bool) -> Option<String> {
        let is_word =
            self.in_content || all_beginnings().any(|word| self.rest.starts_with(word.as_bytes()));
        if self.rest.is_empty() || is_word {
            return None;
        }
        let whole = if ends { self.rest.len() } else { whole_characters(&self.rest) };
        let text: Vec<u8> = self.rest.drain(..whole).collect();
        (whole > 0).then(|| String::from_utf8_lossy(&text).into_owned())
    }

    /// Whether something waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// How many bytes wait.
    pub(crate) fn len(&self) -> usize {
        self.rest.len()
    }

    /// Takes text and the word behind it; true when more must come first.
    fn text(&mut self, pieces: &mut Vec<Piece>) -> bool {
        let mut from = 0;
        while let Some(at) = possible_word(&self.rest, from) {
            let line = self.rest[at..].iter().position(|byte| *byte == b'\n');
            let Some(length) = line else {
                let is_bearable = self.rest.len() - at < LARGEST_LINE;
                if is_bearable && may_become_word(&self.rest[at..]) {
                    let text: Vec<u8> = self.rest.drain(..at).collect();
                    push_text(&text, pieces);
                    return true;
                }
                from = at + 1;
                continue;
            };
            match word(&self.rest[at..at + length]) {
                Some(piece) => {
                    let mut text: Vec<u8> = self.rest.drain(..=at + length).collect();
                    let line = text.split_off(at);
                    push_text(&text, pieces);
                    self.in_content = line.starts_with(CONTENT.as_bytes());
                    pieces.push(piece);
                    return false;
                }
                None => from = at + 1,
            }
        }
        let whole = whole_characters(&self.rest);
        let text: Vec<u8> = self.rest.drain(..whole).collect();
        push_text(&text, pieces);
        true
    }

    /// Takes one line of a content. A cell that ends in the middle of it ends the content too, or evcxr
    /// would wait for that for ever.
    fn content(&mut self, pieces: &mut Vec<Piece>) -> bool {
        let Some(length) = self.rest.iter().position(|byte| *byte == b'\n') else { return true };
        let line: Vec<u8> = self.rest.drain(..=length).collect();
        let ends_cell = WHOLE.iter().any(|word| line[..length] == *word.as_bytes());
        if ends_cell {
            pieces.push(Piece::Words(END_OF_CONTENT.to_vec()));
            pieces.extend(word(&line[..length]));
        } else {
            pieces.push(Piece::Words(String::from_utf8_lossy(&line).into_owned().into_bytes()));
        }
        self.in_content = !ends_cell && line != END_OF_CONTENT;
        false
    }
}

fn push_text(text: &[u8], pieces: &mut Vec<Piece>) {
    if !text.is_empty() {
        pieces.push(Piece::Text(String::from_utf8_lossy(text).into_owned()));
    }
}

fn all_beginnings() -> impl Iterator<Item = &'static str> {
    BEGINNINGS.into_iter().chain(TOLD).chain(WHOLE)
}

/// Where a word may begin, from a place on.
fn possible_word(bytes: &[u8], from: usize) -> Option<usize> {
    (from..bytes.len()).find(|at| {
        let rest = &bytes[*at..];
        matches!(rest[0], b'E' | b'Z')
            && ["EVCXR_", "ZUNDER_"].iter().any(|start| agree(rest, start.as_bytes()))
    })
}

/// Whether two begin alike, as far as both go.
fn agree(one: &[u8], other: &[u8]) -> bool {
    let length = one.len().min(other.len());
    one[..length] == other[..length]
}

/// Whether a line that is not at its end yet may be a word.
fn may_become_word(line: &[u8]) -> bool {
    let whole = WHOLE.iter().any(|word| word.as_bytes().starts_with(line));
    whole || BEGINNINGS.into_iter().chain(TOLD).any(|word| agree(line, word.as_bytes()))
}

fn word(line: &[u8]) -> Option<Piece> {
    let words = || [line, b"\n"].concat();
    let text = String::from_utf8_lossy(line);
    if let Some(place) = WHOLE.iter().position(|word| text == *word) {
        return [Piece::Complete, Piece::Panicked, Piece::Failed].into_iter().nth(place);
    }
    if let Some(told) = TOLD.into_iter().find(|told| text.split(' ').next() == Some(told)) {
        return Some(Piece::Told(
            told,
            text[told.len()..].strip_prefix(' ').unwrap_or_default().to_owned(),
        ));
    }
    let beginning = BEGINNINGS.into_iter().find(|beginning| text.starts_with(beginning))?;
    let asks = beginning == BEGINNINGS[2];
    Some(if asks { Piece::Asks(words()) } else { Piece::Words(words()) })
}

/// So many bytes are whole characters, or none at all; a character that is cut at the end waits.
fn whole_characters(bytes: &[u8]) -> usize {
    let last = bytes.len().saturating_sub(4);
    let starts = (last..bytes.len()).rev().find(|at| bytes[*at] & 0xc0 != 0x80);
    starts.filter(|at| is_cut(&bytes[*at..])).unwrap_or(bytes.len())
}

fn is_cut(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

/// The words of evcxr that end a cell, and those that say how it went, as it reads them.
pub(crate) fn words_of(piece: &Piece) -> Vec<u8> {
    let whole = |place: usize| format!("{}\n", WHOLE[place]).into_bytes();
    match piece {
        Piece::Complete => whole(0),
        Piece::Panicked => whole(1),
        Piece::Failed => whole(2),
        Piece::Words(line) | Piece::Asks(line) => line.clone(),
        Piece::Text(_) | Piece::Told(..) => Vec::new(),
    }
}

/// A picture that a line of the crate holds: the kind of its message, and the content.
pub(crate) fn picture(line: &str) -> Option<(&'static str, Value)> {
    let line: Value = serde_json::from_str(line).ok()?;
    let kind = if line["update"] == true { "update_display_data" } else { "display_data" };
    let content = serde_json::json!({
        "data": line["data"].as_object()?,
        "metadata": {},
        "transient": {"display_id": line["id"].as_str()?},
    });
    Some((kind, content))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    fn joined(pieces: impl Iterator<Item = Piece>) -> Vec<Piece> {
        let mut joined: Vec<Piece> = Vec::new();
        for piece in pieces {
            match (joined.last_mut(), piece) {
                (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
                (_, piece) => joined.push(piece),
            }
        }
        joined
    }

    /// Whole, and byte by byte, it must come to the same.
    fn pieces(printed: &[u8]) -> Vec<Piece> {
        let mut whole = Printed::default();
        let pieces = whole.take(printed).into_iter().chain(whole.waiting(false).map(Piece::Text));
        let pieces = joined(pieces);
        let mut parts = Printed::default();
        let single = printed.iter().flat_map(|byte| parts.take(&[*byte])).collect::<Vec<_>>();
        let single = joined(single.into_iter().chain(parts.waiting(false).map(Piece::Text)));
        assert_eq!(pieces, single);
        pieces
    }

    #[test]
    fn a_word_counts_behind_text_without_an_end_of_line() {
        assert_eq!(
            pieces(b"flattening ... EVCXR_ERROR_OCCURRED\nEVCXR_EXECUTION_COMPLETE\n"),
            [text("flattening ... "), Piece::Failed, Piece::Complete]
        );
        let told = Piece::Told("ZUNDER_DISPLAY", "{\"id\": 1}".to_owned());
        assert_eq!(
            pieces(b"50 %\rZUNDER_DISPLAY {\"id\": 1}\nx"),
            [text("50 %\r"), told, text("x")]
        );
        let asks = Piece::Asks(b"EVCXR_INPUT_REQUEST:Name?\n".to_vec());
        assert_eq!(pieces(b"EVCXR_INPUT_REQUEST:Name?\n"), [asks]);
    }

    #[test]
    fn text_that_mentions_a_word_stays_text() {
        for said in [
            "EVCXR_ERROR_OCCURRED is a word\n",
            "EVCXR_ZUNDER_E EVCX",
            "ZUNDER\nZUNDER_STOPPED\n",
            "EEEVCXR\n",
        ] {
            assert_eq!(pieces(said.as_bytes()), [text(said)]);
        }
    }

    #[test]
    fn what_is_no_utf_8_is_readable_and_characters_are_not_cut() {
        assert_eq!(pieces(b"a\xff\xfeb\n"), [text("a\u{fffd}\u{fffd}b\n")]);
        assert_eq!(pieces("größer 🦀\n".as_bytes()), [text("größer 🦀\n")]);
        let mut printed = Printed::default();
        assert_eq!(printed.take(b"gr\xc3"), [text("gr")]);
        assert_eq!(printed.waiting(false), None, "half a character waits");
        assert_eq!(printed.take(b"\xb6"), [text("ö")]);
        printed.take(b"\xc3");
        assert_eq!(printed.waiting(true), Some("\u{fffd}".to_owned()), "but not for the next cell");
    }

    #[test]
    fn the_beginning_of_a_word_is_shown_when_nothing_follows_but_not_half_a_picture() {
        let mut printed = Printed::default();
        assert_eq!(printed.take(b"end: E"), [text("end: ")]);
        assert_eq!(printed.waiting(false), Some("E".to_owned()));
        assert!(printed.take(b"ZUNDER_DISPLAY {\"id\"").is_empty());
        assert_eq!(printed.waiting(false), None);
        assert_eq!(printed.take(b": 1}\n").len(), 1);
    }

    #[test]
    fn a_content_is_for_evcxr_and_ends_with_its_cell() {
        let lines = b"EVCXR_BEGIN_CONTENT text/html\n<b>\xff\nEVCXR_END_CONTENT\nafter";
        let words = |line: &str| Piece::Words(line.as_bytes().to_vec());
        let begin = words("EVCXR_BEGIN_CONTENT text/html\n");
        let end = || words("EVCXR_END_CONTENT\n");
        assert_eq!(pieces(lines), [begin, words("<b>\u{fffd}\n"), end(), text("after")]);
        let cut = pieces(b"EVCXR_BEGIN_CONTENT text/html\n<b>\nEVCXR_PANIC_NOTIFICATION\nx");
        assert_eq!(cut[2..], [end(), Piece::Panicked, text("x")]);
    }

    #[test]
    fn a_picture_is_shown_or_takes_the_place_of_one() {
        for (update, kind) in [(false, "display_data"), (true, "update_display_data")] {
            let line = serde_json::json!({"id": "a", "update": update, "data": {"image/svg+xml": "<svg>"}});
            let (found, content) = picture(&line.to_string()).expect("a picture");
            assert_eq!(found, kind);
            assert_eq!(content["data"]["image/svg+xml"], "<svg>");
            assert_eq!(content["transient"]["display_id"], "a");
        }
        assert!(picture("{}").is_none() && picture("{\"id\": \"a\"").is_none());
    }
}
