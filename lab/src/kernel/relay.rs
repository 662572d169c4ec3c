//! The relay: a small process between evcxr and Jupyter that lets pictures through while a cell
//! still runs.
//!
//! What the kernel publishes (its IOPub channel: outputs and states) goes through here, byte for
//! byte, but for the lines that [`display`](crate::kernel::display) turns into pictures. What Jupyter asks
//! and the replies go through as they are; [`requests`](crate::kernel::requests) says why. Interrupts and
//! the heartbeat go straight between Jupyter and evcxr.

use std::fs;
use std::io::{self, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::base::failure::{Explain, Failure, Result};
use crate::base::files;
use crate::base::layout::Layout;
use crate::kernel::display;
use crate::kernel::heartbeat;
use crate::kernel::keys::Keys;
use crate::kernel::requests::{self, locked};
use crate::kernel::waiting;
use crate::kernel::zmtp;

/// How many messages wait for a client that reads slowly. Then the cell waits too, as it does
/// without the relay: a lost message could be the one that says that the cell is done.
const QUEUE: usize = 1_000;

/// The channels that go through the relay, by the names of their ports: what the kernel publishes,
/// and what it is asked.
const CHANNELS: [&str; 3] = ["iopub_port", "shell_port", "control_port"];

/// Starts the relay for the kernel that this process becomes next, and returns the connection
/// file for evcxr. None where the relay cannot stand between: then there are no live pictures.
///
/// For a kernel that has waited, `waiting` has its ports and key.
pub(crate) fn start(
    layout: &Layout,
    connection: &Path,
    folder: &Path,
    waiting: Option<&Value>,
) -> Result<Option<(PathBuf, Child)>> {
    let text = fs::read_to_string(connection)
        .explain(|| format!("read the connection file {}", connection.display()))?;
    let Ok(mut ports) = serde_json::from_str::<Value>(&text) else { return Ok(None) };
    let Some(free) = free_ports(&ports) else { return Ok(None) };
    let mut listeners = Vec::new();
    for (name, port) in CHANNELS.into_iter().zip(free) {
        let Some(listener) = listen(&ports, name) else { return Ok(None) };
        listeners.push(Stdio::from(OwnedFd::from(listener)));
        ports[name] = waiting.map_or_else(|| json!(port), |waiting| waiting[name].clone());
    }
    if let Some(waiting) = waiting {
        ports["key_of_jupyter"] = ports["key"].take();
        ports["key"] = waiting["key"].clone();
    }
    let file = folder.join("relay.json");
    files::write_private(&file, ports.to_string())?;

    use std::os::unix::process::CommandExt;
    let mut relay = Command::new(layout.kernel_program());
    relay.arg("relay").arg(&file).env("ZUNDER_ROOT", layout.root()).current_dir("/");
    // Its three standard streams are the three ports: what a program inherits in any case.
    let mut listeners = listeners.into_iter();
    let mut next = || listeners.next().unwrap_or_else(Stdio::null);
    relay.stdin(next()).stdout(next()).stderr(next());
    relay.process_group(0); // an interrupt is not meant for it
    let relay = relay.spawn().explain(|| "start the relay".to_owned())?;
    Ok(Some((file, relay)))
}

/// Opens the port where Jupyter expects what the kernel publishes. After a restart the relay of
/// the kernel before may still have it for a moment.
fn listen(ports: &Value, name: &str) -> Option<TcpListener> {
    if ports["transport"] != "tcp" || ports["signature_scheme"] != "hmac-sha256" {
        return None;
    }
    let ip = ports["ip"].as_str()?;
    let port = u16::try_from(ports[name].as_u64()?).ok()?;
    let end = Instant::now() + Duration::from_secs(30); // a busy machine needs some
    loop {
        match TcpListener::bind((ip, port)) {
            Ok(listener) => return Some(listener),
            Err(_) if Instant::now() < end => thread::sleep(Duration::from_millis(20)),
            Err(_) => return None,
        }
    }
}

/// Answers Jupyter's heartbeat, which evcxr, when it has waited, does not know.
pub(crate) fn listen_for_heartbeat(connection: &Path) -> Result<()> {
    let text = fs::read_to_string(connection).explain(|| "read the connection file".to_owned())?;
    let ports: Value =
        serde_json::from_str(&text).explain(|| "read the connection file".to_owned())?;
    if let Some(listener) = listen(&ports, "hb_port") {
        heartbeat::answer(listener);
    }
    Ok(())
}

/// Ports for evcxr, one for each channel.
fn free_ports(ports: &Value) -> Option<[u16; CHANNELS.len()]> {
    let ip = ports["ip"].as_str()?;
    // All are held until the last one is found, so that none is found twice.
    let probes = CHANNELS.map(|_| TcpListener::bind((ip, 0)).ok());
    let mut free = [0; CHANNELS.len()];
    for (port, probe) in free.iter_mut().zip(&probes) {
        *port = probe.as_ref()?.local_addr().ok()?.port();
    }
    Some(free)
}

/// Is the relay: passes on until evcxr is gone. The standard streams are the ports for Jupyter.
pub(crate) fn run(layout: &Layout, connection: &Path) -> Result<()> {
    waiting::prepare_when_quiet(layout);
    let text = fs::read_to_string(connection).explain(|| "read the ports".to_owned())?;
    let ports: Value = serde_json::from_str(&text)
        .map_err(|error| Failure::new(format!("the connection file is damaged: {error}")))?;
    let keys = Keys::of(&ports);
    let key = &keys.jupyter;
    let clients = Clients::default();
    clients.accept(port_of_jupyter(&io::stdin())?);
    let asked = [(port_of_jupyter(&io::stdout())?, 1), (port_of_jupyter(&io::stderr())?, 2)];
    let mut evcxr = connect(&ports, CHANNELS[0])?;
    let subscribed = zmtp::shake_hands(&mut evcxr, "SUB")
        .and_then(|()| evcxr.write_all(&zmtp::encode(&[vec![1]]))); // to everything
    subscribed.explain(|| "subscribe to evcxr".to_owned())?;
    let mut replies = Vec::new();
    for (listener, channel) in asked {
        let evcxr = connect(&ports, CHANNELS[channel])?;
        let passing = requests::pass_on(listener, evcxr, keys.clone());
        replies.push(passing.explain(|| "pass requests on to evcxr".to_owned())?);
    }
    let mut evcxr = BufReader::new(evcxr);
    while let Ok(message) = zmtp::read(&mut evcxr) {
        waiting::published(&message);
        let message = keys.for_jupyter(message);
        clients.publish(&display::pictured(message, key));
    }
    clients.finish();
    // The last reply, to a request to shut down, is on its way.
    wait_for(&replies);
    Ok(())
}

fn port_of_jupyter(stream: &impl AsFd) -> Result<TcpListener> {
    let port = stream.as_fd().try_clone_to_owned().explain(|| "take the port".to_owned())?;
    Ok(TcpListener::from(port))
}

/// Waits until these threads end, but not for ever.
fn wait_for(threads: &[thread::JoinHandle<()>]) {
    let end = Instant::now() + Duration::from_secs(1);
    while threads.iter().any(|thread| !thread.is_finished()) && Instant::now() < end {
        thread::sleep(Duration::from_millis(2));
    }
}

/// Waits until evcxr listens, or is gone: this process is its child.
fn connect(ports: &Value, name: &str) -> Result<TcpStream> {
    let (Some(ip), Some(Ok(port))) =
        (ports["ip"].as_str(), ports[name].as_u64().map(u16::try_from))
    else {
        return Err(Failure::new(format!("the connection file has no {name}")));
    };
    let parent = rustix::process::getppid();
    loop {
        match TcpStream::connect((ip, port)) {
            Ok(stream) => return Ok(stream),
            Err(error) if rustix::process::getppid() != parent => {
                return Err(Failure::new(format!("evcxr is gone: {error}")));
            }
            Err(_) => thread::sleep(Duration::from_millis(5)),
        }
    }
}

/// Those who listen to the kernel: JupyterLab's server, mostly.
#[derive(Clone, Default)]
struct Clients(Arc<Mutex<Vec<Client>>>);

/// One of them.
struct Client {
    /// What it has subscribed to: the beginnings of the messages that it wants.
    topics: Arc<Mutex<Vec<Vec<u8>>>>,
    queue: SyncSender<Arc<Vec<u8>>>,
    writer: thread::JoinHandle<()>,
}

impl Clients {
    fn accept(&self, listener: TcpListener) {
        let clients = self.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let clients = clients.clone();
                // What one client does wrong is no business of the others.
                thread::spawn(move || clients.serve(stream));
            }
        });
    }

    /// Greets a client, and has it among the others until it leaves.
    fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        zmtp::shake_hands(&mut stream, "PUB")?;
        let (queue, messages) = sync_channel(QUEUE);
        let topics = Arc::<Mutex<Vec<Vec<u8>>>>::default();
        let output = stream.try_clone()?;
        let writer = thread::spawn(move || write_all(output, &messages));
        locked(&self.0).push(Client { topics: Arc::clone(&topics), queue, writer });
        let left = read_topics(&mut BufReader::new(stream), &topics);
        locked(&self.0).retain(|client| !Arc::ptr_eq(&client.topics, &topics));
        left
    }

    fn publish(&self, message: &[Vec<u8>]) {
        let bytes = Arc::new(zmtp::encode(message));
        let first = message.first().map_or(&[][..], Vec::as_slice);
        let wants =
            |client: &&Client| locked(&client.topics).iter().any(|topic| first.starts_with(topic));
        // The list is not locked while this waits for a slow client.
        let queues: Vec<_> =
            locked(&self.0).iter().filter(wants).map(|client| client.queue.clone()).collect();
        for queue in queues {
            let _ = queue.send(Arc::clone(&bytes)); // it may have left this very moment
        }
    }

    /// Waits until all is sent, but not for those who do not read.
    fn finish(&self) {
        let writers: Vec<_> = locked(&self.0).drain(..).map(|client| client.writer).collect();
        wait_for(&writers);
    }
}

/// Reads what a client subscribes to, and what no longer, until it leaves.
fn read_topics(stream: &mut impl Read, topics: &Mutex<Vec<Vec<u8>>>) -> io::Result<()> {
    loop {
        let message = zmtp::read(stream)?;
        match message.first().and_then(|part| part.split_first()) {
            Some((1, topic)) => locked(topics).push(topic.to_vec()),
            Some((0, topic)) => {
                let mut topics = locked(topics);
                if let Some(position) = topics.iter().position(|known| known == topic) {
                    topics.swap_remove(position);
                }
            }
            _ => {}
        }
    }
}

/// Sends a client what is in its queue, until it leaves or there will be no more.
fn write_all(mut stream: TcpStream, messages: &Receiver<Arc<Vec<u8>>>) {
    for bytes in messages {
        if stream.write_all(&bytes).is_err() {
            break;
        }
    }
    let _ = stream.shutdown(Shutdown::Both); // it may be gone already
}
