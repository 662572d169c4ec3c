//! What the process that runs the cells prints, heard before evcxr.
//!
//! evcxr takes a line for one of its own words only where it stands alone: behind a `print!` it would not see that
//! a `?` has failed, and all later cells would fail with it. So that process prints into pipes, as with the kernel's
//! [`relay`](crate::kernel::relay): here text is told from words, and evcxr is sent the words alone.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::mem::take;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::thread;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde_json::Value;

use crate::base::language::Language;
use crate::kernel::printed::{Piece, Printed, words_of};
use crate::kernel::relay::{MOST_AT_ONCE, Pipes, read_pipe};
use crate::kernel::stage::Stream;
use crate::marking::client::{Event, LARGEST_MESSAGE};

/// After so long without a word of it a line that has no end yet is passed on, in nanoseconds.
const QUIET: i64 = 50_000_000;

/// A line that is longer is passed on in pieces.
const LONGEST_LINE: usize = 1_000_000;

/// Hears what comes through the pipes until it `is_over`, or nobody takes the events any more.
pub(crate) fn listen(
    pipes: Pipes,
    language: Language,
    events: SyncSender<Event>,
    is_over: Arc<AtomicBool>,
) {
    thread::spawn(move || {
        let mut hearing = Hearing::new(language);
        while !is_over.load(Ordering::Relaxed) {
            let is_quiet = wait(&pipes, hearing.words.len());
            let heard = if is_quiet { hearing.rest() } else { hearing.read(&pipes) };
            for event in heard {
                if events.send(event).is_err() {
                    return;
                }
            }
            hearing.send_words(&pipes.words);
        }
    });
}

/// Waits until there is something to do; true when nothing came.
fn wait(pipes: &Pipes, waiting_words: usize) -> bool {
    let mut places = vec![PollFd::new(&pipes.stderr, PollFlags::IN)];
    if waiting_words < MOST_AT_ONCE {
        places.push(PollFd::new(&pipes.stdout, PollFlags::IN));
    }
    if waiting_words > 0 {
        places.push(PollFd::new(&pipes.words, PollFlags::OUT));
    }
    poll(&mut places, Some(&Timespec { tv_sec: 0, tv_nsec: QUIET })) == Ok(0)
}

/// What was heard and not yet passed on.
struct Hearing {
    language: Language,
    streams: [Printed; 2],
    /// The lines of both that have no end yet: half a verdict is none.
    lines: [String; 2],
    /// What is on its way to evcxr.
    words: VecDeque<u8>,
}

impl Hearing {
    fn new(language: Language) -> Self {
        let (streams, lines, words) = Default::default();
        Self { language, streams, lines, words }
    }

    fn read(&mut self, pipes: &Pipes) -> Vec<Event> {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        if self.words.len() < MOST_AT_ONCE {
            read_pipe(&pipes.stdout, &mut stdout);
        }
        // An error's text is there before the word that says that the cell has failed.
        read_pipe(&pipes.stderr, &mut stderr);
        self.take(&stdout, &stderr)
    }

    fn take(&mut self, stdout: &[u8], stderr: &[u8]) -> Vec<Event> {
        let mut heard = Vec::new();
        for (stream, bytes) in [(Stream::Stderr, stderr), (Stream::Stdout, stdout)] {
            for piece in self.streams[stream as usize].take(bytes) {
                // evcxr's words, and what the crate tells, come by stdout only, but for panics.
                if stream == Stream::Stdout {
                    self.words.extend(words_of(&piece));
                }
                match (piece, stream) {
                    (Piece::Text(text), _) => self.say(stream, &text),
                    (Piece::Told("ZUNDER_PANIC", panic), Stream::Stderr) => self.panicked(&panic),
                    (Piece::Told("ZUNDER_SAY", more), Stream::Stdout) => {
                        self.say(stream, &format!("{more}\n"));
                    }
                    (Piece::Told("ZUNDER_DISPLAY", _), Stream::Stdout) => {
                        heard.push(Event::Picture);
                    }
                    (Piece::Complete, Stream::Stdout) => heard.extend(self.rest()),
                    _ => {}
                }
            }
            // Of a picture whose line never ends, evcxr, which has a limit, gets nothing.
            let is_too_much = self.streams[stream as usize].len() as u64 > LARGEST_MESSAGE;
            heard.extend(is_too_much.then_some(Event::TooLarge));
            heard.extend(self.whole_lines(stream));
        }
        heard
    }

    fn say(&mut self, stream: Stream, text: &str) {
        self.lines[stream as usize].push_str(text);
    }

    fn panicked(&mut self, panic: &str) {
        let panic: Value = serde_json::from_str(panic).unwrap_or_default();
        let message = panic["message"].as_str().unwrap_or_default();
        let text = match message {
            message if panic["is_cell"] != true => self.language.thread_panicked(message),
            "" => format!("{}\n", self.language.panicked()),
            message => format!("{message}\n"),
        };
        self.say(Stream::Stderr, &text);
    }

    fn whole_lines(&mut self, stream: Stream) -> Option<Event> {
        let line = &mut self.lines[stream as usize];
        let end = line.rfind('\n').map(|end| end + 1);
        let end = end.or_else(|| (line.len() > LONGEST_LINE).then_some(line.len()))?;
        let rest = line.split_off(end);
        Some(Event::Printed(stream, std::mem::replace(line, rest)))
    }

    /// All text that waits, whether or not its line has an end.
    fn rest(&mut self) -> Vec<Event> {
        let rest = [Stream::Stderr, Stream::Stdout].map(|stream| {
            let waiting = self.streams[stream as usize].waiting(true).unwrap_or_default();
            Event::Printed(stream, take(&mut self.lines[stream as usize]) + &waiting)
        });
        let has_text = |event: &Event| !matches!(event, Event::Printed(_, text) if text.is_empty());
        rest.into_iter().filter(has_text).collect()
    }

    fn send_words(&mut self, mut pipe: &File) {
        // When it is full, the rest follows as soon as there is room.
        if let Ok(length) = pipe.write(self.words.make_contiguous()) {
            self.words.drain(..length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What evcxr gets, and what people do.
    fn heard(stdout: &str, stderr: &str) -> (String, Vec<(Stream, String)>) {
        let mut hearing = Hearing::new(Language::English);
        let mut events = hearing.take(stdout.as_bytes(), stderr.as_bytes());
        events.extend(hearing.rest());
        let text = |event| match event {
            Event::Printed(stream, text) => (stream, text),
            event => (Stream::Stdout, format!("{event:?}")),
        };
        let words = String::from_utf8(hearing.words.into()).expect("it is text");
        (words, events.into_iter().map(text).collect())
    }

    #[test]
    fn evcxrs_words_stand_alone_whatever_was_printed_before_them() {
        for word in ["EVCXR_ERROR_OCCURRED", "EVCXR_PANIC_NOTIFICATION", "EVCXR_EXECUTION_COMPLETE"]
        {
            let (words, texts) = heard(&format!("flattening ... {word}\n"), "why\n");
            assert_eq!(words, format!("{word}\n"));
            assert!(texts.contains(&(Stream::Stdout, "flattening ... ".to_owned())), "{texts:?}");
            assert!(texts.contains(&(Stream::Stderr, "why\n".to_owned())), "{texts:?}");
        }
        let content = "EVCXR_BEGIN_CONTENT secret\ntrue\nEVCXR_END_CONTENT\n";
        assert_eq!(heard(&format!("no end{content}"), content).0, content);
    }

    #[test]
    fn a_line_is_passed_on_whole() {
        let mut hearing = Hearing::new(Language::English);
        assert!(hearing.take("a\n\u{2714} flat".as_bytes(), b"").len() == 1);
        let events = hearing.take(b"ten: right!\nEVCXR_EXECUTION_COMPLETE\nrest", b"");
        let texts: Vec<String> = events.iter().map(|event| format!("{event:?}")).collect();
        assert_eq!(texts, ["Printed(Stdout, \"\u{2714} flatten: right!\\n\")"]);
        assert_eq!(hearing.rest().len(), 1);
        assert!(hearing.rest().is_empty());
    }

    #[test]
    fn a_picture_without_an_end_is_too_large() {
        let mut hearing = Hearing::new(Language::English);
        let begin = b"EVCXR_BEGIN_CONTENT text/plain\n";
        let events = hearing.take(begin, b"");
        assert!(events.is_empty(), "{events:?}");
        let line = vec![b'x'; usize::try_from(LARGEST_MESSAGE).expect("it is small") + 1];
        let events = hearing.take(&line, begin);
        assert!(matches!(events[..], [Event::TooLarge]), "{events:?}");
    }

    #[test]
    fn panics_come_from_where_they_are_said_and_are_told_in_words() {
        let panic = |message: &str, is_cell: bool| {
            format!(
                "ZUNDER_PANIC {}\n",
                serde_json::json!({"message": message, "is_cell": is_cell})
            )
        };
        let text = |text: String| heard("", &text).1[0].1.clone();
        assert_eq!(text(panic("too short", true)), "too short\n");
        assert_eq!(text(panic("", true)), "The code panicked.\n");
        assert_eq!(text(panic("too short", false)), "A thread panicked: too short\n");
        assert_eq!(heard(&panic("forged", true), "").1, []);
        assert_eq!(heard("ZUNDER_SAY \u{2714} one: right!\n", "").1[0].1, "\u{2714} one: right!\n");
        assert_eq!(heard("ZUNDER_DISPLAY {}\n", "").1[0].1, "Picture");
    }
}
