//! Those who talk to the kernel: JupyterLab's server, mostly; a console beside it, or any program of the
//! machine.
//!
//! What they do wrong is no business of the others: who does not read is cut off after a while and may come
//! back, who sends what is no message as well.

use std::io::{self, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::kernel::zmtp::{self, Message};

/// How long somebody may read nothing, though there is something to read.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many bytes may wait for one who reads slowly: a whole day of curves.
const LARGEST_QUEUE: usize = 64_000_000;

/// More than any request has.
const LARGEST_REQUEST: u64 = 64_000_000;

/// Time to say who one is.
const FOR_GREETING: Duration = Duration::from_secs(10);

/// How many may be connected to one channel.
const MOST_CLIENTS: usize = 100;

/// Jupyter's channels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Channel {
    Published,
    Shell,
    Control,
    Input,
    Heartbeat,
}

impl Channel {
    pub(crate) const ALL: [Self; 5] =
        [Self::Published, Self::Shell, Self::Control, Self::Input, Self::Heartbeat];

    /// The name of its port in a connection file.
    pub(crate) fn port(self) -> &'static str {
        match self {
            Self::Published => "iopub_port",
            Self::Shell => "shell_port",
            Self::Control => "control_port",
            Self::Input => "stdin_port",
            Self::Heartbeat => "hb_port",
        }
    }

    /// The kernel's kind of socket, as ZeroMQ names them.
    fn socket(self) -> &'static str {
        match self {
            Self::Published => "PUB",
            Self::Shell | Self::Control | Self::Input => "ROUTER",
            Self::Heartbeat => "REP",
        }
    }
}

/// What is done with a request: its channel, the number of its client, and itself.
pub(crate) type Take = Arc<dyn Fn(Channel, u64, Message) + Send + Sync>;

/// All who are connected.
#[derive(Clone, Default)]
pub(crate) struct Clients(Arc<Mutex<Vec<Client>>>);

/// One of them.
struct Client {
    number: u64,
    channel: Channel,
    /// What it calls itself: on all its channels the same.
    name: Vec<u8>,
    /// The beginnings of the messages that it wants, for one who listens.
    topics: Vec<Vec<u8>>,
    queue: Queue,
    writer: thread::JoinHandle<()>,
}

/// What waits to be sent to somebody.
struct Queue {
    messages: Sender<Arc<Vec<u8>>>,
    waiting: Arc<AtomicUsize>,
    stream: TcpStream,
}

impl Queue {
    fn begin(stream: TcpStream) -> io::Result<(Self, thread::JoinHandle<()>)> {
        stream.set_write_timeout(Some(PATIENCE))?;
        let (messages, receiver) = channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let (output, sent) = (stream.try_clone()?, Arc::clone(&waiting));
        let writer = thread::spawn(move || write_all(output, &receiver, &sent));
        Ok((Self { messages, waiting, stream }, writer))
    }

    /// Sends at some time; cuts off one who has left too much unread.
    fn send(&self, bytes: &Arc<Vec<u8>>) {
        let before = self.waiting.fetch_add(bytes.len(), Ordering::Relaxed);
        if before + bytes.len() > LARGEST_QUEUE || self.messages.send(Arc::clone(bytes)).is_err() {
            let _ = self.stream.shutdown(Shutdown::Both); // it may be gone already
        }
    }
}

/// Sends somebody what is in the queue, until it leaves, does not read, or there will be no more.
fn write_all(mut stream: TcpStream, messages: &Receiver<Arc<Vec<u8>>>, waiting: &AtomicUsize) {
    for bytes in messages {
        if stream.write_all(&bytes).is_err() {
            break;
        }
        waiting.fetch_sub(bytes.len(), Ordering::Relaxed);
    }
    let _ = stream.shutdown(Shutdown::Both); // half a message may be there: so it must come back
}

impl Clients {
    /// Serves all who come to this port.
    pub(crate) fn accept(&self, channel: Channel, listener: TcpListener, take: &Take) {
        let (clients, take) = (self.clone(), Arc::clone(take));
        let connected = Arc::new(AtomicUsize::new(0));
        thread::spawn(move || {
            loop {
                let Ok((stream, _)) = listener.accept() else {
                    thread::sleep(Duration::from_millis(50)); // no room for files, most likely
                    continue;
                };
                if connected.fetch_add(1, Ordering::Relaxed) >= MOST_CLIENTS {
                    connected.fetch_sub(1, Ordering::Relaxed);
                    continue;
                }
                let (clients, take, connected) =
                    (clients.clone(), Arc::clone(&take), Arc::clone(&connected));
                thread::spawn(move || {
                    let _ = clients.serve(channel, stream, &take);
                    connected.fetch_sub(1, Ordering::Relaxed);
                });
            }
        });
    }

    /// Greets somebody, and has it among the others until it leaves.
    fn serve(&self, channel: Channel, stream: TcpStream, take: &Take) -> io::Result<()> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(FOR_GREETING))?;
        let mut greeting = Hurried { stream: &stream, end: Instant::now() + FOR_GREETING };
        let name = zmtp::greet(&mut greeting, channel.socket(), "")?;
        stream.set_read_timeout(None)?;
        let (queue, writer) = Queue::begin(stream.try_clone()?)?;
        locked(&self.0).push(Client { number, channel, name, topics: Vec::new(), queue, writer });
        let left = self.listen(channel, number, &mut BufReader::new(&stream), take);
        locked(&self.0).retain(|client| client.number != number);
        let _ = stream.shutdown(Shutdown::Both);
        left
    }

    fn listen(
        &self,
        channel: Channel,
        number: u64,
        stream: &mut impl Read,
        take: &Take,
    ) -> io::Result<()> {
        loop {
            let message = zmtp::read_within(stream, LARGEST_REQUEST)?;
            match channel {
                Channel::Published => self.subscribe(number, &message),
                // As long as this process lives, evcxr does.
                Channel::Heartbeat => self.send(number, &message),
                _ => take(channel, number, message),
            }
        }
    }

    fn subscribe(&self, number: u64, message: &[Vec<u8>]) {
        let mut clients = locked(&self.0);
        let Some(client) = clients.iter_mut().find(|client| client.number == number) else {
            return;
        };
        match message.first().and_then(|part| part.split_first()) {
            Some((1, topic)) if client.topics.len() < MOST_CLIENTS => {
                client.topics.push(topic.to_vec());
            }
            Some((0, topic)) => {
                if let Some(place) = client.topics.iter().position(|known| known == topic) {
                    client.topics.swap_remove(place);
                }
            }
            _ => {}
        }
    }

    /// Sends something to all who want it.
    pub(crate) fn publish(&self, message: &[Vec<u8>]) {
        let bytes = Arc::new(zmtp::encode(message));
        let first = message.first().map_or(&[][..], Vec::as_slice);
        let wants = |client: &&Client| client.topics.iter().any(|topic| first.starts_with(topic));
        locked(&self.0).iter().filter(wants).for_each(|client| client.queue.send(&bytes));
    }

    /// Sends something to one of them, if it is still there.
    pub(crate) fn send(&self, number: u64, message: &[Vec<u8>]) {
        if let Some(client) = locked(&self.0).iter().find(|client| client.number == number) {
            client.queue.send(&Arc::new(zmtp::encode(message)));
        }
    }

    /// Asks the person at the client with this number, on its channel for that; false if it has none.
    pub(crate) fn ask(&self, number: u64, message: &[Vec<u8>]) -> bool {
        let clients = locked(&self.0);
        let Some(asker) = clients.iter().find(|client| client.number == number) else {
            return false;
        };
        let is_person =
            |client: &&Client| client.channel == Channel::Input && client.name == asker.name;
        let Some(person) = clients.iter().find(is_person) else { return false };
        person.queue.send(&Arc::new(zmtp::encode(message)));
        true
    }

    /// Waits until all is sent, but not for those who do not read.
    pub(crate) fn finish(&self) {
        let writers: Vec<_> = locked(&self.0).drain(..).map(|client| client.writer).collect();
        let end = Instant::now() + Duration::from_secs(1);
        while writers.iter().any(|writer| !writer.is_finished()) && Instant::now() < end {
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// A stream that must be read by a certain time, however slowly something trickles in.
struct Hurried<'a> {
    stream: &'a TcpStream,
    end: Instant,
}

impl Read for Hurried<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = self.end.saturating_duration_since(Instant::now());
        if rest.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(rest))?;
        self.stream.read(buffer)
    }
}

impl Write for Hurried<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// A panic elsewhere leaves whole values behind.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
