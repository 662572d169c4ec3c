//! What happens between Jupyter and evcxr, cell by cell: what is asked, printed, published and answered
//! comes in, what is to be done comes out. Nothing here knows of sockets or time.
//!
//! Cells go to evcxr one at a time, so that those which wait can be dropped when one fails, as Jupyter has
//! it. evcxr says "ok" when a `?` fails or a cell panics: its reply waits here for the end of the cell, and
//! becomes an error.
//!
//! Over 300 lines: it is one state, of which every part can change every other.

use std::collections::VecDeque;

use serde_json::{Value, json};

use crate::base::language::Language;
use crate::base::tokens::words;
use crate::kernel::clients::Channel;
use crate::kernel::message::{self, Request, json_of, signed_parts, with_parts};
use crate::kernel::past_cells::{End, PastCells};
use crate::kernel::printed::{self, CHANGED_TYPE, Piece, Printed};
use crate::kernel::remedies::Refusal;
use crate::kernel::sentences::{Last, in_short_lines};
use crate::kernel::shown_errors::{in_usual_words, line, picture};
use crate::kernel::unrunnable::forgets_all;
use crate::kernel::zmtp::Message;

/// So many bytes of text may one cell print: more than anybody reads, and no more than a page can hold.
pub(crate) const LARGEST_OUTPUT: usize = 10_000_000;

/// So much of what was printed to stderr is remembered, to explain the end of a process.
const REMEMBERED: usize = 4_000;

/// By these the standard library and evcxr say that the process ends.
const LAST_WORDS: [&str; 3] =
    ["memory allocation of", "Segmentation fault", "thread caused non-unwinding panic"];

/// And by these the standard library panics of another panic, which tells more.
const SECOND_PANIC: &str = "panic in a ";

/// What a read says of a line that is no text.
const UNREADABLE: &str = "stream did not contain valid UTF-8";

/// So many errors of a cell are followed by what helps: when there are more, most of them come of the first.
const MOST_REMEDIES: usize = 3;

/// Who asked: the number of a connection.
pub(crate) type Way = u64;

/// Something to do.
#[derive(Debug, PartialEq)]
pub(crate) enum Act {
    /// All who listen to the kernel hear this.
    Publish(Message),
    Answer(Way, Message),
    /// Goes to evcxr.
    Ask(Channel, Way, Message),
    /// Words of evcxr go back to the process that runs the cells, which hands them on.
    Words(Vec<u8>),
    /// evcxr waits for this answer of a person.
    AnswerInput(Message),
    /// The process with this number gets the signal of the stop button.
    Interrupt(i32),
    /// The process with this number gets a line that cannot be read, which ends what waits for one.
    EndRead(i32),
    /// What is on its way to the process that runs the cells is for one that is gone.
    ForgetWords,
}

/// Which stream something was printed to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stream {
    Stdout,
    Stderr,
}

impl Stream {
    fn name(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        }
    }
}

/// A cell that evcxr has been given.
struct Cell {
    way: Way,
    request: Request,
    failure: Option<Failure>,
    /// evcxr's reply, while the end of the cell is not published.
    reply: Option<Message>,
    is_idle: bool,
    /// evcxr waits for a line from the keyboard.
    is_asking: bool,
    /// It has waited for one before.
    has_asked: bool,
    /// The stop button was pressed.
    is_stopped: bool,
    /// It is compiled, and runs.
    has_begun: bool,
    is_complete: bool,
    /// The line of each of its errors that could be followed by what helps.
    lines: Vec<Option<usize>>,
    /// What was told to help.
    told: Vec<String>,
}

/// Why a cell failed, as Jupyter wants it.
struct Failure {
    name: String,
    value: String,
    traceback: Value,
    is_published: bool,
    /// By the compiler: nothing was run.
    is_refused: bool,
}

/// The state between Jupyter and evcxr.
pub(crate) struct Stage {
    key: String,
    language: Language,
    running: Option<Cell>,
    waiting: VecDeque<(Way, Request)>,
    /// The header of the last cell's request: what threads print later belongs to it.
    last: Option<Value>,
    streams: [Printed; 2],
    /// Text that is not published yet.
    pending: Vec<(Stream, String)>,
    printed: usize,
    ends_line: bool,
    /// The end of what was printed to stderr.
    said: String,
    /// What seems to be said as the process ends.
    last_words: String,
    panic: Option<String>,
    process: Option<i32>,
    /// The code of the last cell that has defined functions.
    functions: String,
    past: PastCells,
}

impl Stage {
    pub(crate) fn new(key: &str, language: Language) -> Self {
        Self {
            key: key.to_owned(),
            language,
            running: None,
            waiting: VecDeque::new(),
            last: None,
            streams: Default::default(),
            pending: Vec::new(),
            printed: 0,
            ends_line: true,
            said: String::new(),
            last_words: String::new(),
            panic: None,
            process: None,
            functions: String::new(),
            past: PastCells::default(),
        }
    }

    /// Somebody asks something, on the shell or the control channel.
    pub(crate) fn asked(&mut self, channel: Channel, way: Way, request: Request) -> Vec<Act> {
        match request.kind() {
            "execute_request" => {
                self.waiting.push_back((way, request));
                self.next()
            }
            // What evcxr does not answer, though some wait for it.
            "history_request" => {
                self.answered_here(way, &request, &json!({"status": "ok", "history": []}))
            }
            "comm_info_request" => {
                self.answered_here(way, &request, &json!({"status": "ok", "comms": {}}))
            }
            // evcxr would end the process, and with it all variables.
            "interrupt_request" => {
                let mut acts: Vec<Act> = self.process.map(Act::Interrupt).into_iter().collect();
                acts.push(Act::Answer(way, request.reply(&json!({"status": "ok"}), &self.key)));
                acts
            }
            _ => vec![Act::Ask(channel, way, request.for_evcxr(&self.key))],
        }
    }

    /// A person answers what evcxr asked.
    pub(crate) fn input(&mut self, request: Request) -> Vec<Act> {
        let is_asking =
            self.running.as_mut().is_some_and(|cell| std::mem::take(&mut cell.is_asking));
        // An answer that comes too late would be that to the next question.
        if is_asking { vec![Act::AnswerInput(request.message)] } else { Vec::new() }
    }

    /// Nobody can be asked, or nobody answers any more: evcxr goes on with an empty line.
    pub(crate) fn no_input(&mut self) -> Vec<Act> {
        let Some(cell) = self.running.as_mut().filter(|cell| cell.is_asking) else {
            return Vec::new();
        };
        cell.is_asking = false;
        let empty =
            message::message(&cell.request.header, "input_reply", &json!({"value": ""}), &self.key);
        vec![Act::AnswerInput(empty)]
    }

    /// The process that runs the cells has printed something, to stderr later than to stdout, but before
    /// the words of evcxr at its end.
    pub(crate) fn printed(&mut self, stdout: &[u8], stderr: &[u8]) -> Vec<Act> {
        let mut acts = Vec::new();
        let mut pieces = self.streams[Stream::Stdout as usize].take(stdout).into_iter().peekable();
        let is_of_cell = |piece: &Piece| matches!(piece, Piece::Text(_) | Piece::Told(..));
        while let Some(piece) = pieces.next_if(is_of_cell) {
            self.take(Stream::Stdout, piece, &mut acts);
        }
        for piece in self.streams[Stream::Stderr as usize].take(stderr) {
            self.take(Stream::Stderr, piece, &mut acts);
        }
        for piece in pieces {
            self.take(Stream::Stdout, piece, &mut acts);
        }
        acts
    }

    /// Publishes what was printed up to now.
    pub(crate) fn flush(&mut self) -> Vec<Act> {
        self.flush_all(false)
    }

    fn flush_all(&mut self, ends: bool) -> Vec<Act> {
        for stream in [Stream::Stderr, Stream::Stdout] {
            if let Some(text) = self.streams[stream as usize].waiting(ends) {
                self.say(stream, &text);
            }
        }
        let pending = std::mem::take(&mut self.pending);
        let Some(parent) = &self.last else { return Vec::new() };
        let publish = |(stream, text): (Stream, String)| {
            let content = json!({"name": stream.name(), "text": text});
            Act::Publish(message::message(parent, "stream", &content, &self.key))
        };
        pending.into_iter().map(publish).collect()
    }

    /// Whether something waits to be published.
    pub(crate) fn has_pending(&self) -> bool {
        !self.pending.is_empty() || self.streams.iter().any(|stream| !stream.is_empty())
    }

    /// Whether so much waits that it should be published at once.
    pub(crate) fn has_much(&self) -> bool {
        self.pending.iter().map(|(_, text)| text.len()).sum::<usize>() > 500_000
    }

    /// evcxr publishes something; what was printed before has been taken in.
    pub(crate) fn published(&mut self, message: Message) -> Vec<Act> {
        let mut acts = self.flush();
        let Some(kind) = self.kind_for_cell(&message) else {
            acts.push(Act::Publish(message));
            return acts;
        };
        if kind == "error" {
            let (message, is_end) = self.failed_with(message);
            acts.push(Act::Publish(message));
            acts.extend(is_end.then_some(Act::ForgetWords));
            return acts;
        }
        if kind == "execute_result"
            && signed_parts(&message).is_some_and(|parts| shows_nothing(&parts[3]))
        {
            return acts;
        }
        if kind == "status" && signed_parts(&message).is_some_and(|parts| says_idle(&parts[3])) {
            acts.extend(self.publish_last_words());
            acts.extend(self.publish_failure());
            acts.extend(self.publish_remark());
            acts.push(Act::Publish(message));
            if let Some(cell) = &mut self.running {
                cell.is_idle = true;
            }
            acts.extend(self.finish());
        } else {
            acts.push(Act::Publish(message));
        }
        acts
    }

    /// evcxr answers, on the shell or the control channel.
    pub(crate) fn answered(&mut self, way: Way, message: Message) -> Vec<Act> {
        let is_of_cell = self.kind_for_cell(&message).as_deref() == Some("execute_reply");
        if !is_of_cell {
            return vec![Act::Answer(way, message)];
        }
        if let Some(cell) = &mut self.running {
            cell.reply = Some(message);
        }
        self.finish()
    }

    /// What kind of message it is, if it belongs to the cell that runs.
    fn kind_for_cell(&self, message: &[Vec<u8>]) -> Option<String> {
        let [header, parent, ..] = signed_parts(message)?;
        let cell = self.running.as_ref()?;
        let is_own = json_of(parent)?["msg_id"] == cell.request.header["msg_id"];
        is_own.then(|| Some(json_of(header)?["msg_type"].as_str()?.to_owned())).flatten()
    }

    fn answered_here(&self, way: Way, request: &Request, content: &Value) -> Vec<Act> {
        let status = |state: &str| {
            let content = json!({"execution_state": state});
            Act::Publish(message::message(&request.header, "status", &content, &self.key))
        };
        vec![status("busy"), Act::Answer(way, request.reply(content, &self.key)), status("idle")]
    }

    /// In place of a command of evcxr that forgets all, also what the kernel itself has said first.
    fn told_to_restart(&self, way: Way, request: &Request) -> Vec<Act> {
        let text = format!("{}\n", in_short_lines(self.language.restart_instead()));
        let content = json!({"name": Stream::Stderr.name(), "text": text});
        let said = message::message(&request.header, "stream", &content, &self.key);
        let reply = json!({"status": "ok", "execution_count": 0, "user_expressions": {}});
        let mut acts = self.answered_here(way, request, &reply);
        acts.insert(1, Act::Publish(said));
        acts
    }

    /// In place of running a cell: why that is of no use.
    fn refused_here(&mut self, way: Way, request: &Request, sentence: &str) -> Vec<Act> {
        let mut content =
            json!({"ename": "Error", "evalue": sentence, "traceback": [in_red(sentence)]});
        let said = message::message(&request.header, "error", &content, &self.key);
        content["status"] = json!("error");
        content["execution_count"] = json!(0);
        let mut acts = self.answered_here(way, request, &content);
        acts.insert(1, Act::Publish(said));
        acts.extend(self.drop_waiting(request));
        acts
    }

    /// What waits behind a cell that has failed.
    fn drop_waiting(&mut self, failed: &Request) -> Vec<Act> {
        if failed.content["stop_on_error"] == false {
            return Vec::new();
        }
        let aborted = json!({"status": "aborted"});
        let waiting = std::mem::take(&mut self.waiting).into_iter();
        waiting.flat_map(|(way, request)| self.answered_here(way, &request, &aborted)).collect()
    }

    /// Gives evcxr the next cell, unless one runs.
    fn next(&mut self) -> Vec<Act> {
        if self.running.is_some() {
            return Vec::new();
        }
        let Some((way, request)) = self.waiting.pop_front() else { return Vec::new() };
        let here = if forgets_all(request.code()) {
            Some(self.told_to_restart(way, &request))
        } else {
            let sentence = self.past.why_not_run(request.code(), self.language);
            sentence.map(|sentence| self.refused_here(way, &request, &sentence))
        };
        if let Some(mut acts) = here {
            acts.extend(self.next());
            return acts;
        }
        // What threads have printed meanwhile belongs to the cell before.
        let mut acts = self.flush();
        acts.push(Act::Ask(Channel::Shell, way, request.for_evcxr(&self.key)));
        self.last = Some(request.header.clone());
        if request.code().contains("fn ") {
            request.code().clone_into(&mut self.functions);
        }
        (self.printed, self.ends_line, self.panic) = (0, true, None);
        self.said.clear();
        self.running = Some(Cell {
            way,
            request,
            failure: None,
            reply: None,
            is_idle: false,
            is_asking: false,
            has_asked: false,
            is_stopped: false,
            has_begun: false,
            is_complete: false,
            lines: Vec::new(),
            told: Vec::new(),
        });
        acts
    }

    /// When a cell is over in all respects: answers, and goes on with the next.
    fn finish(&mut self) -> Vec<Act> {
        let is_over = |cell: &mut Cell| cell.is_idle && cell.reply.is_some();
        let Some(cell) = self.running.take_if(is_over) else { return Vec::new() };
        let reply = cell.reply.unwrap_or_default();
        let number = signed_parts(&reply).and_then(|parts| json_of(&parts[3]));
        let number = number.and_then(|content| content["execution_count"].as_u64());
        let end = match &cell.failure {
            None => End::Whole,
            Some(failure) if failure.is_refused => End::Refused,
            Some(_) => End::Stopped,
        };
        self.past.add(number.unwrap_or_default(), cell.request.code(), end);
        let (reply, failed) = completed(reply, cell.failure.as_ref(), &self.key);
        let mut acts = vec![Act::Answer(cell.way, reply)];
        if failed {
            acts.extend(self.drop_waiting(&cell.request));
        }
        acts.extend(self.next());
        acts
    }

    fn take(&mut self, stream: Stream, piece: Piece, acts: &mut Vec<Act>) {
        let words = printed::words_of(&piece);
        match piece {
            Piece::Text(text) => self.say(stream, &text),
            Piece::Told("ZUNDER_PANIC", panic) => self.panicked(&panic),
            // evcxr's words, and what else the crate tells, come by stdout only.
            _ if stream == Stream::Stderr => self.say(stream, &String::from_utf8_lossy(&words)),
            Piece::Told(what, more) => acts.extend(self.told(what, &more)),
            Piece::Words(line) => {
                let line = String::from_utf8_lossy(&line);
                if let Some(variable) = line.strip_prefix(CHANGED_TYPE) {
                    self.lost(variable.trim_end());
                }
            }
            Piece::Complete => {
                if let Some(cell) = &mut self.running {
                    cell.is_complete = true;
                }
            }
            Piece::Failed => {
                let text = self.take_error_text();
                self.fail("Error", &text);
            }
            Piece::Panicked => {
                // Where the crate itself ends a call, it has said why as a `?` does.
                let panic = self.panic.take().unwrap_or_else(|| self.take_error_text());
                let text = if panic.is_empty() { self.language.panicked() } else { &panic };
                self.fail("Panic", text);
            }
            Piece::Asks(_) => self.asks(),
        }
        if !words.is_empty() && stream == Stream::Stdout {
            acts.push(Act::Words(words));
        }
    }

    fn told(&mut self, what: &str, more: &str) -> Vec<Act> {
        match what {
            "ZUNDER_DISPLAY" => {
                let mut acts = self.flush();
                if let (Some((kind, content)), Some(parent)) = (printed::picture(more), &self.last)
                {
                    acts.push(Act::Publish(message::message(parent, kind, &content, &self.key)));
                }
                return acts;
            }
            "ZUNDER_SAY" => {
                let begin = if self.ends_line { "" } else { "\n" };
                self.push(Stream::Stdout, &format!("{begin}{more}\n")); // whatever was cut off
            }
            "ZUNDER_LANGUAGE" => self.language = Language::of(more),
            "ZUNDER_PROCESS" => {
                self.process = more.parse().ok();
                if let Some(cell) = &mut self.running {
                    cell.has_begun = true;
                }
            }
            "ZUNDER_STOP" => {
                let Some(cell) = &mut self.running else { return Vec::new() };
                cell.is_stopped = cell.has_begun;
                if !cell.has_begun {
                    let text = format!("{}\n", in_short_lines(self.language.is_compiled()));
                    self.push(Stream::Stdout, &text);
                }
                return self.no_input();
            }
            "ZUNDER_READS" => {
                let reads = |cell: &&Cell| !cell.is_complete && !cell.is_asking;
                if let Some(cell) = self.running.as_ref().filter(reads) {
                    // It may be a loop that asks until the answer is a good one.
                    if cell.is_stopped {
                        return self.process.map(Act::EndRead).into_iter().collect();
                    }
                    self.asks();
                    return vec![Act::Words(b"EVCXR_INPUT_REQUEST:\n".to_vec())];
                }
            }
            _ => {}
        }
        Vec::new()
    }

    /// evcxr is about to ask the person, if that is possible; if not, it goes on with an empty line.
    fn asks(&mut self) {
        let Some(cell) = &mut self.running else { return };
        cell.is_asking = cell.request.content["allow_stdin"] == true;
        let is_told = std::mem::replace(&mut cell.has_asked, true);
        if !cell.is_asking && !is_told {
            self.say(Stream::Stderr, self.language.nobody_to_ask());
        }
    }

    /// Text for people, up to a limit.
    fn say(&mut self, stream: Stream, text: &str) {
        let room = LARGEST_OUTPUT.saturating_sub(self.printed);
        let is_first_too_much = self.printed <= LARGEST_OUTPUT && text.len() > room;
        self.printed = self.printed.saturating_add(text.len());
        let shown = &text[..text.floor_char_boundary(room)];
        if stream == Stream::Stderr {
            self.remember(text);
            // What a process says when it ends is for programmers: the error says it in plain words.
            let last = LAST_WORDS.into_iter().filter_map(|words| text.find(words)).min();
            let last = if self.last_words.is_empty() { last } else { Some(0) };
            let (before, words) = shown.split_at(last.unwrap_or(shown.len()).min(shown.len()));
            self.last_words += words;
            self.push(stream, before);
        } else {
            self.push(stream, shown);
        }
        if is_first_too_much {
            let cut = self.language.cut(LARGEST_OUTPUT / 1_000_000);
            self.push(stream, &cut);
        }
    }

    /// In place of what evcxr has said on stderr of a variable whose type is another one now.
    fn lost(&mut self, variable: &str) {
        let said = format!("The type of the variable {variable} was redefined, so was lost.\n");
        let sentence = self.language.type_is_new(variable);
        let ours = format!("{}\n", in_short_lines(&sentence));
        self.past.lose(variable);
        if let Some(cell) = &mut self.running {
            cell.told.push(sentence);
        }
        let place = self.pending.iter_mut().find(|(_, text)| text.contains(&said));
        match place {
            Some((_, text)) => *text = text.replacen(&said, &ours, 1),
            None => self.push(Stream::Stderr, &ours), // the other is on the page already
        }
    }

    fn remember(&mut self, text: &str) {
        self.said += text;
        let surplus = self.said.len().saturating_sub(REMEMBERED);
        self.said.drain(..self.said.ceil_char_boundary(surplus));
    }

    fn push(&mut self, stream: Stream, text: &str) {
        let Some(last) = text.chars().last() else { return };
        self.ends_line = last == '\n';
        match self.pending.last_mut() {
            Some((same, before)) if *same == stream => before.push_str(text),
            _ => self.pending.push((stream, text.to_owned())),
        }
    }

    fn panicked(&mut self, panic: &str) {
        let panic: Value = serde_json::from_str(panic).unwrap_or_default();
        let message = self.language.shortened(panic["message"].as_str().unwrap_or_default());
        if self.panic.is_some() && message.starts_with(SECOND_PANIC) {
            return;
        }
        if panic["is_cell"] == true {
            self.panic = Some(message);
        } else {
            let text = self.language.thread_panicked(&message);
            self.say(Stream::Stderr, &text);
        }
    }

    /// The text of the error for which a `?` has ended the cell: evcxr's code prints it to stderr.
    fn take_error_text(&mut self) -> String {
        if let Some(text) = self.streams[Stream::Stderr as usize].waiting(true) {
            self.say(Stream::Stderr, &text);
        }
        let place = self.pending.iter().rposition(|(stream, _)| *stream == Stream::Stderr);
        let text = match place {
            Some(place) => self.pending.remove(place).1,
            // It is on the page already.
            None => self.said.trim_end().lines().next_back().unwrap_or_default().to_owned(),
        };
        self.language.shortened(text.trim_end())
    }

    fn fail(&mut self, name: &str, text: &str) {
        let is_stopped = self.running.as_ref().is_some_and(|cell| cell.is_stopped);
        let is_read = is_stopped && text.contains(UNREADABLE);
        let text = if is_read { self.language.stopped_reading() } else { text };
        let remedy = self.language.remedy_of_panic(text).map(in_short_lines);
        let lines = [Some(in_red(text)), remedy, Some(self.language.stopped_here().to_owned())];
        let traceback = json!(lines.into_iter().flatten().collect::<Vec<_>>());
        if let Some(cell) = &mut self.running {
            cell.failure = Some(Failure {
                name: name.to_owned(),
                value: text.to_owned(),
                traceback,
                is_published: false,
                is_refused: false,
            });
        }
    }

    /// They were none: the process goes on.
    fn publish_last_words(&mut self) -> Vec<Act> {
        let words = std::mem::take(&mut self.last_words);
        self.push(Stream::Stderr, &words);
        self.flush_all(true)
    }

    /// What a cell has done that its learner may have meant otherwise.
    fn publish_remark(&mut self) -> Vec<Act> {
        let cell = self.running.as_ref().filter(|cell| cell.failure.is_none());
        let code = cell.map_or("", |cell| cell.request.code());
        let remark = if leaves_main_uncalled(code) {
            self.language.main_is_not_called()
        } else if has_test(code) {
            self.language.test_is_not_run()
        } else {
            return Vec::new();
        };
        self.push(Stream::Stdout, remark);
        self.flush_all(true)
    }

    fn publish_failure(&mut self) -> Option<Act> {
        let cell = self.running.as_mut()?;
        let failure = cell.failure.as_mut().filter(|failure| !failure.is_published)?;
        failure.is_published = true;
        let content = content_of(failure);
        Some(Act::Publish(message::message(&cell.request.header, "error", &content, &self.key)))
    }

    /// evcxr's own message of an error, in other words where the process that runs the cells is gone; and
    /// whether it is.
    fn failed_with(&mut self, message: Message) -> (Message, bool) {
        let Some([header, parent, metadata, content]) = signed_parts(&message) else {
            return (message, false);
        };
        let code = self.running.as_ref().map_or("", |cell| cell.request.code());
        let content = in_usual_words(&String::from_utf8_lossy(content), code);
        let mut content = json_of(content.as_bytes()).unwrap_or_default();
        let text = content["evalue"].as_str().unwrap_or_default().to_owned();
        let shown = content["traceback"].as_array().into_iter().flatten().filter_map(Value::as_str);
        if let Some(picture) = picture(&shown.collect::<Vec<_>>(), &text, code) {
            content["traceback"] = json!(picture);
        }
        let status = ["Subprocess terminated with status: ", "Subprocess terminated with "];
        let status = status.iter().find_map(|mark| text.split(mark).nth(1));
        if let Some(status) = status {
            let (said, functions) = (&*self.last_words, &*self.functions);
            let last = Last { said, panic: self.panic.as_deref(), code, functions };
            let words = self.language.process_ended(status, &last);
            content = json!({
                "ename": "ProcessEnded", "evalue": words, "traceback": [in_red(&words)],
            });
        } else if let Some(traceback) = content["traceback"].as_array_mut() {
            let shown = traceback.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n");
            let remedy = self.language.remedy(&Refusal::new(&text, &shown, code), &self.past);
            let cell = self.running.as_mut();
            if let Some(remedy) = cell.and_then(|cell| cell.untold(remedy?.into(), line(&shown))) {
                traceback.push(json!(in_short_lines(&remedy)));
            }
        }
        let parts =
            [header.clone(), parent.clone(), metadata.clone(), content.to_string().into_bytes()];
        let changed = with_parts(&message, &self.key, parts).unwrap_or(message);
        if let Some(cell) = self.running.as_mut().filter(|cell| cell.failure.is_none()) {
            let name = content["ename"].as_str().unwrap_or("Error").to_owned();
            let value = content["evalue"].as_str().unwrap_or_default().to_owned();
            let traceback = content["traceback"].clone();
            let is_refused = status.is_none();
            cell.failure = Some(Failure { name, value, traceback, is_published: true, is_refused });
        }
        if status.is_some() {
            self.streams = Default::default();
            self.last_words.clear();
            self.process = None;
            self.past.lose_all();
        }
        (changed, status.is_some())
    }
}

impl Cell {
    /// What helps against an error, unless it was told already, or the error is of a line that has had one: the second
    /// one mostly comes of the first.
    fn untold(&mut self, remedy: String, line: Option<usize>) -> Option<String> {
        let is_first = !self.lines.contains(&line);
        self.lines.push(line);
        let is_new = !self.told.contains(&remedy) && self.told.len() < MOST_REMEDIES;
        let remedy = Some(remedy).filter(|_| is_first && is_new);
        self.told.extend(remedy.clone());
        remedy
    }
}

/// Whether the cell makes a function `main`, as a program has one, and does not call it.
fn leaves_main_uncalled(code: &str) -> bool {
    let words = words(code);
    let follow = |first: &str, second: &str| {
        words.windows(2).filter(|two| two[0] == first && two[1] == second).count()
    };
    follow("fn", "main") == 1 && follow("main", "(") == 1
}

/// Whether the cell has a function that a program would run as a test.
fn has_test(code: &str) -> bool {
    words(code).windows(4).any(|four| four == ["#", "[", "test", "]"])
}

fn content_of(failure: &Failure) -> Value {
    json!({"ename": failure.name, "evalue": failure.value, "traceback": failure.traceback})
}

fn in_red(text: &str) -> String {
    format!("\u{1b}[31m{}\u{1b}[0m", in_short_lines(text))
}

/// Of a loop that it has compiled twice, evcxr shows the value.
fn shows_nothing(content: &[u8]) -> bool {
    json_of(content).is_some_and(|content| content["data"] == json!({"text/plain": "()"}))
}

fn says_idle(content: &[u8]) -> bool {
    json_of(content).is_some_and(|content| content["execution_state"] == "idle")
}

/// The reply to a cell, with why it failed, if it did; and whether it did.
fn completed(reply: Message, failure: Option<&Failure>, key: &str) -> (Message, bool) {
    let Some([header, parent, metadata, content]) = signed_parts(&reply) else {
        return (reply, false);
    };
    let mut content = json_of(content).unwrap_or_default();
    if failure.is_none() && content["status"] != "error" {
        return (reply, false);
    }
    content["status"] = json!("error");
    let unknown = json!({"ename": "Error", "evalue": "", "traceback": []});
    let why = failure.map_or(unknown, content_of);
    for (name, value) in why.as_object().into_iter().flatten() {
        content[name] = value.clone();
    }
    let parts =
        [header.clone(), parent.clone(), metadata.clone(), content.to_string().into_bytes()];
    (with_parts(&reply, key, parts).unwrap_or(reply), true)
}

#[cfg(test)]
mod tests;
