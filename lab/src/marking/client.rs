//! Talks to a kernel as Jupyter does, and keeps no more of what it prints than it must.

use std::io::{BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::base::failure::Result;
use crate::base::ports::HeldPort;
use crate::kernel::clients::Channel;
use crate::kernel::connection;
use crate::kernel::message::{DELIMITER, is_signed, json_of, sign, signed_parts};
use crate::kernel::stage::Stream;
use crate::kernel::zmtp;

/// More than any picture of a cell.
pub(crate) const LARGEST_MESSAGE: u64 = 32_000_000;

/// Messages that wait to be looked at. Then the kernel waits too.
pub(crate) const QUEUE: usize = 16;

/// Where a kernel listens, and the key that messages are signed with.
pub(crate) struct Connection {
    key: String,
    file: Value,
    held: Vec<HeldPort>,
}

impl Connection {
    /// A free port for each channel, held as long as this lives.
    pub(crate) fn choose(key: String) -> Result<Self> {
        let (file, held) = connection::own(&key)?;
        Ok(Self { key, file, held })
    }

    /// Where the kernel listens.
    pub(crate) fn ports(&self) -> Vec<u16> {
        self.held.iter().map(HeldPort::number).collect()
    }

    /// What the kernel is told.
    pub(crate) fn file(&self) -> String {
        self.file.to_string()
    }
}

/// Something that the kernel says.
#[derive(Debug)]
pub(crate) enum Event {
    Message(Message),
    /// What cells print does not come as messages.
    Printed(Stream, String),
    /// A picture was shown.
    Picture,
    /// A message larger than any that matters.
    TooLarge,
    /// It closed its connection: it is gone.
    Gone,
}

/// A message of the kernel.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) kind: String,
    /// The request that it belongs to.
    pub(crate) request: String,
    pub(crate) content: Value,
}

/// The connection to a kernel.
pub(crate) struct Client {
    shell: TcpStream,
    events: Receiver<Event>,
    key: String,
    requests: u64,
}

impl Client {
    /// Connects as soon as the kernel listens; `gives_up` says when to wait no longer. What `sender` sends comes as
    /// one of the `events`.
    pub(crate) fn connect(
        connection: &Connection,
        (sender, events): (SyncSender<Event>, Receiver<Event>),
        gives_up: impl Fn() -> bool,
    ) -> Option<Self> {
        let mut published = reach(&connection.file, Channel::Published, &gives_up)?;
        zmtp::shake_hands(&mut published, "SUB").ok()?;
        published.write_all(&zmtp::encode(&[vec![1]])).ok()?; // to everything
        let mut shell = reach(&connection.file, Channel::Shell, &gives_up)?;
        zmtp::shake_hands(&mut shell, "DEALER").ok()?;
        let answers = shell.try_clone().ok()?;
        listen(published, connection.key.clone(), sender.clone());
        listen(answers, connection.key.clone(), sender);
        Some(Self { shell, events, key: connection.key.clone(), requests: 0 })
    }

    /// Sends a request, and returns its name. An error shows soon: the kernel is gone.
    pub(crate) fn request(&mut self, kind: &str, content: &Value) -> String {
        self.requests += 1;
        let request = format!("mark-{}", self.requests);
        let header = json!({
            "msg_id": request, "msg_type": kind, "session": "mark", "username": "mark",
            "version": "5.3", "date": "2026-01-01T00:00:00Z",
        });
        let signed = [header, json!({}), json!({}), content.clone()];
        let signed = signed.map(|part| part.to_string().into_bytes());
        let mut message = vec![DELIMITER.to_vec(), sign(&self.key, &signed).into_bytes()];
        message.extend(signed);
        let _ = self.shell.write_all(&zmtp::encode(&message));
        request
    }

    /// The next thing that the kernel says, if it says something before `end`.
    pub(crate) fn next(&self, end: Instant) -> Option<Event> {
        match self.events.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Event::Gone),
        }
    }
}

fn reach(file: &Value, channel: Channel, gives_up: impl Fn() -> bool) -> Option<TcpStream> {
    let address = connection::address(file, channel).ok()?;
    while !gives_up() {
        match TcpStream::connect(address) {
            Ok(stream) => {
                let _ = stream.set_nodelay(true);
                return Some(stream);
            }
            Err(_) => thread::sleep(Duration::from_millis(10)),
        }
    }
    None
}

/// Takes messages in until the kernel, or whoever waits for them, is gone. Only what is signed with
/// the kernel's key is believed: anybody on this machine can listen at a free port.
fn listen(stream: TcpStream, key: String, events: SyncSender<Event>) {
    thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        loop {
            let (event, goes_on) = match read(&mut stream, &key) {
                Ok(Some(message)) => (Event::Message(message), true),
                Ok(None) => continue,
                Err(error) if error.kind() == ErrorKind::FileTooLarge => (Event::TooLarge, false),
                Err(_) => (Event::Gone, false),
            };
            if events.send(event).is_err() || !goes_on {
                return;
            }
        }
    });
}

/// None for what is no message of this kernel.
fn read(stream: &mut impl Read, key: &str) -> std::io::Result<Option<Message>> {
    let parts = zmtp::read_within(stream, LARGEST_MESSAGE)?;
    let message = || {
        let [header, parent, _, content] =
            signed_parts(&parts).filter(|_| is_signed(&parts, key))?;
        let (header, parent) = (json_of(header)?, json_of(parent)?);
        Some(Message {
            kind: header["msg_type"].as_str()?.to_owned(),
            request: parent["msg_id"].as_str().unwrap_or_default().to_owned(),
            content: json_of(content)?,
        })
    };
    Ok(message())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_message_with_the_kernels_signature_is_believed() {
        let parts = ["{\"msg_type\": \"status\"}", "{\"msg_id\": \"mark-1\"}", "{}", "{\"a\": 1}"];
        let parts = parts.map(|part| part.as_bytes().to_vec());
        let message = |key: &str| {
            let head = [DELIMITER.to_vec(), sign(key, &parts).into_bytes()];
            let wire = zmtp::encode(&head.into_iter().chain(parts.clone()).collect::<Vec<_>>());
            read(&mut wire.as_slice(), "key").expect("it can be read")
        };
        let believed = message("key").expect("it is signed");
        assert_eq!((believed.kind.as_str(), believed.request.as_str()), ("status", "mark-1"));
        assert!(message("other").is_none() && message("").is_none());
    }
}
