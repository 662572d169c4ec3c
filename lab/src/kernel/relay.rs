//! The relay: a small process between Jupyter and evcxr, through which everything goes but signals.
//!
//! It is there since evcxr's ZeroMQ library can stop for ever when a client leaves while it is served,
//! which JupyterLab's server often does: evcxr gets one client for each channel, this one, which never
//! leaves. And since evcxr reads what cells print line by line: here it comes through pipes instead, and
//! [`stage`](crate::kernel::stage) says what is made of it.
//!
//! evcxr knows the relay under one name on all channels; the number of a client stands before its requests,
//! and evcxr puts it before its replies, as Jupyter's protocol has it.
//!
//! Over 300 lines: how it starts and how it passes on are read together.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::process::{
    Pid, Signal, getpgid, getppid, kill_process, kill_process_group, test_kill_process,
};
use serde_json::Value;

use crate::base::failure::{Explain, Failure, Result, fail};
use crate::base::files;
use crate::base::language::Language;
use crate::base::layout::Layout;
use crate::base::spoken::spoken;
use crate::kernel::clients::{Channel, Clients, locked};
use crate::kernel::connection::{self, address};
use crate::kernel::copies::{connection_file, relay_lock};
use crate::kernel::keys::Keys;
use crate::kernel::message::Request;
use crate::kernel::stage::{Act, Stage};
use crate::kernel::waiting;
use crate::kernel::zmtp::{self, Message};

/// The pipes from the process that runs the cells, and the one to it.
pub(crate) const PIPES: [&str; 3] = ["stdout", "stderr", "words"];

/// The relay says this to the launcher when Jupyter can come.
const READY: &str = "ready";

/// Or this: another program has a port that Jupyter has chosen.
const TAKEN: &str = "taken";

/// What the relay is called at evcxr.
const NAME: &str = "zunder";

/// So long is text gathered before it is published: the eye does not see it, and a page shows few long
/// texts sooner than many short ones.
const GATHER: Duration = Duration::from_millis(40);

/// What a pipe holds, and more.
pub(crate) const MOST_AT_ONCE: usize = 1 << 17;

/// Starts the relay for the kernel that this process becomes next, and returns the connection file for
/// evcxr. None where the relay cannot stand between: then the kernel is evcxr's own.
pub(crate) fn start(
    layout: &Layout,
    connection: &Path,
    folder: &Path,
) -> Result<Option<(PathBuf, Child)>> {
    let ports = connection::read(connection)?;
    if ports["transport"] != "tcp"
        || ports["signature_scheme"] != "hmac-sha256"
        || !make_pipes(folder)
    {
        return Ok(None);
    }
    let file = connection_file(folder);

    use std::os::unix::process::CommandExt;
    let mut relay = Command::new(layout.kernel_program());
    relay.arg("relay").arg(&file).arg(connection).args(server().map(|server| server.to_string()));
    relay.env("ZUNDER_ROOT", layout.root()).current_dir("/");
    relay.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    relay.process_group(0); // an interrupt is not meant for it
    let mut relay = relay
        .spawn()
        .explain(|| spoken!("start the relay", "den Vermittler (relay) zu starten"))?;
    let mut said = String::new();
    if let Some(stdout) = relay.stdout.take() {
        BufReader::new(stdout)
            .read_line(&mut said)
            .explain(|| spoken!("hear from the relay", "vom Vermittler (relay) zu hören"))?;
    }
    match said.trim_end() {
        READY => return Ok(Some((file, relay))),
        TAKEN => fail!(
            "another program has a port that Jupyter has chosen for this kernel",
            "ein anderes Programm hat einen Port, den Jupyter für diesen Kernel ausgesucht hat"
        ),
        _ => {}
    }
    let _ = fs::remove_file(relay_lock(folder)); // or the cleaner would end the kernel without it
    Ok(None)
}

/// The Jupyter server that has started this process, which must not outlive it.
fn server() -> Option<u32> {
    let server = std::env::var("JPY_PARENT_PID").ok()?.parse().ok()?;
    (std::os::unix::process::parent_id() == server).then_some(server)
}

pub(crate) fn make_pipes(folder: &Path) -> bool {
    let mut make = Command::new("mkfifo");
    make.args(["-m", "600"]).args(PIPES.map(|name| folder.join(name)));
    make.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    make.status().is_ok_and(|status| status.success())
}

/// Is the relay between Jupyter and evcxr, each with its connection file, until evcxr is gone, or the
/// server for which it runs.
pub(crate) fn run(
    layout: &Layout,
    inside: &Path,
    outside: &Path,
    server: Option<i32>,
) -> Result<()> {
    let folder = inside.parent().unwrap_or(inside);
    // The cleaner of this kernel learns by it that the relay is gone.
    let lock = files::lock_file(&relay_lock(folder))?;
    lock.lock().explain(|| {
        spoken!("lock the relay's file", "die Datei des Vermittlers (relay) zu sperren")
    })?;
    let listening = connection::listen(outside).inspect_err(|_| println!("{TAKEN}"))?;
    let outside = &listening.connection;
    // A kernel that has waited has its connection file already, with ports and a key of its own.
    let held = if inside.is_file() {
        Vec::new()
    } else {
        let (own, held) = connection::own(outside["key"].as_str().unwrap_or_default())?;
        files::write_private(inside, own.to_string())?;
        held
    };
    let inside = connection::read(inside)?;
    println!("{READY}");
    let pipes = Pipes::open(folder)?;
    end_with(server);
    let relay = Arc::new(Relay::between(&inside, Keys::between(&inside, outside))?);
    drop(held); // evcxr has them
    waiting::prepare_when_quiet(layout);
    let replies = relay.bring_back()?;
    let taking = Arc::clone(&relay);
    let take: crate::kernel::clients::Take = Arc::new(move |channel, number, message| {
        taking.take(channel, number, message);
    });
    for (channel, listener) in listening.listeners {
        relay.clients.accept(channel, listener, &take);
    }
    relay.pass_on(&pipes);
    // The last reply, to a request to shut down, is on its way.
    let end = Instant::now() + Duration::from_secs(1);
    while replies.iter().any(|thread| !thread.is_finished()) && Instant::now() < end {
        thread::sleep(Duration::from_millis(2));
    }
    relay.clients.finish();
    Ok(())
}

/// Ends evcxr when the server is gone for which it runs: nobody could ever ask it anything.
fn end_with(server: Option<i32>) {
    let (Some(server), Some(evcxr)) = (server.and_then(Pid::from_raw), getppid()) else { return };
    thread::spawn(move || {
        // One that has ended is there until somebody asks how, but its children have another parent.
        let is_there = || test_kill_process(server) != Err(rustix::io::Errno::SRCH);
        let is_parent = || parent_of(evcxr).is_none_or(|parent| parent == server);
        while is_there() && is_parent() {
            thread::sleep(Duration::from_secs(1));
        }
        // Jupyter starts a kernel in a group of its own: with evcxr goes a cell that never ends by itself.
        if getpgid(Some(evcxr)) == Ok(evcxr) {
            let _ = kill_process_group(evcxr, Signal::KILL);
        }
        let _ = kill_process(evcxr, Signal::KILL); // it may be gone
    });
}

/// The process that has started this one, where the system says it.
fn parent_of(process: Pid) -> Option<Pid> {
    let status = fs::read_to_string(format!("/proc/{}/status", process.as_raw_nonzero())).ok()?;
    let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"))?;
    Pid::from_raw(parent.trim().parse().ok()?)
}

/// The pipes of the process that runs the cells.
pub(crate) struct Pipes {
    pub(crate) stdout: File,
    pub(crate) stderr: File,
    pub(crate) words: File,
}

impl Pipes {
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        // For both directions, so that a pipe is open whether or not there is a process at the other end.
        let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let open = |name: &str| {
            let pipe = rustix::fs::open(folder.join(name), flags, Mode::empty());
            pipe.map(File::from)
                .explain(|| spoken!("open the pipe {name}", "die Pipe {name} zu öffnen"))
        };
        Ok(Self { stdout: open(PIPES[0])?, stderr: open(PIPES[1])?, words: open(PIPES[2])? })
    }
}

/// What is in a pipe, up to a limit.
pub(crate) fn read_pipe(mut pipe: &File, bytes: &mut Vec<u8>) {
    bytes.resize(MOST_AT_ONCE, 0);
    let length = pipe.read(bytes).unwrap_or(0); // an error says that there is nothing
    bytes.truncate(length);
}

struct Relay {
    keys: Keys,
    stage: Mutex<Stage>,
    clients: Clients,
    evcxr: Vec<(Channel, TcpStream)>,
    /// What is on its way to the process that runs the cells.
    words: Mutex<VecDeque<u8>>,
}

impl Relay {
    /// Connects to all channels of evcxr.
    fn between(ports: &Value, keys: Keys) -> Result<Self> {
        let language = Language::of(&std::env::var("ZUNDER_LANGUAGE").unwrap_or_default());
        let mut evcxr = Vec::new();
        for channel in [Channel::Published, Channel::Shell, Channel::Control, Channel::Input] {
            let mut stream = connect(address(ports, channel)?)?;
            let socket = if channel == Channel::Published { "SUB" } else { "DEALER" };
            let greeted =
                stream.set_nodelay(true).and_then(|()| zmtp::greet(&mut stream, socket, NAME));
            greeted.explain(|| spoken!("greet evcxr", "evcxr zu begrüßen"))?;
            evcxr.push((channel, stream));
        }
        let everything = zmtp::encode(&[vec![1]]);
        (&evcxr[0].1)
            .write_all(&everything)
            .explain(|| spoken!("listen to evcxr", "evcxr zuzuhören"))?;
        let stage = Mutex::new(Stage::new(&keys.jupyter, language));
        Ok(Self { keys, stage, clients: Clients::default(), evcxr, words: Mutex::default() })
    }

    fn channel(&self, wanted: Channel) -> Option<&TcpStream> {
        self.evcxr.iter().find(|(channel, _)| *channel == wanted).map(|(_, stream)| stream)
    }

    /// A client asks or answers something.
    fn take(&self, channel: Channel, number: u64, message: Message) {
        let Some(request) = Request::of(message, &self.keys.jupyter) else { return };
        self.act(|stage| match channel {
            Channel::Input => stage.input(request),
            _ => stage.asked(channel, number, request),
        });
    }

    /// Starts the threads that take evcxr's replies and questions.
    fn bring_back(self: &Arc<Self>) -> Result<Vec<thread::JoinHandle<()>>> {
        let mut threads = Vec::new();
        for (channel, stream) in
            self.evcxr.iter().filter(|(channel, _)| *channel != Channel::Published)
        {
            let stream = stream
                .try_clone()
                .explain(|| spoken!("hear evcxr's replies", "die Antworten von evcxr zu hören"))?;
            let (relay, channel) = (Arc::clone(self), *channel);
            threads.push(thread::spawn(move || {
                relay.bring_replies(channel, &mut BufReader::new(stream));
            }));
        }
        Ok(threads)
    }

    fn bring_replies(&self, channel: Channel, evcxr: &mut impl Read) {
        while let Ok(mut message) = zmtp::read(evcxr) {
            let way: Option<[u8; 8]> =
                message.first().and_then(|part| part.as_slice().try_into().ok());
            let Some(number) = way.map(u64::from_be_bytes) else { continue };
            message.remove(0);
            let message = self.keys.for_jupyter(message);
            self.act(|stage| match channel {
                Channel::Input if self.clients.ask(number, &message) => Vec::new(),
                Channel::Input => stage.no_input(),
                _ => stage.answered(number, message),
            });
        }
    }

    /// Does what comes of something, in this order and with nothing in between.
    fn act(&self, happens: impl FnOnce(&mut Stage) -> Vec<Act>) -> bool {
        let mut stage = locked(&self.stage);
        let acts = happens(&mut stage);
        let forgets = acts.contains(&Act::ForgetWords);
        for act in acts {
            self.perform(act);
        }
        forgets
    }

    fn perform(&self, act: Act) {
        let send = |channel: Channel, message: &[Vec<u8>]| {
            if let Some(mut evcxr) = self.channel(channel) {
                let _ = evcxr.write_all(&zmtp::encode(message)); // if it is gone, this ends soon
            }
        };
        match act {
            Act::Publish(message) => self.clients.publish(&message),
            Act::Answer(number, message) => self.clients.send(number, &message),
            Act::Ask(channel, number, message) => {
                let mut message = self.keys.for_evcxr(message);
                message.insert(0, number.to_be_bytes().to_vec());
                send(channel, &message);
            }
            Act::AnswerInput(message) => send(Channel::Input, &self.keys.for_evcxr(message)),
            Act::Words(words) => locked(&self.words).extend(words),
            Act::ForgetWords => locked(&self.words).clear(),
            Act::EndRead(process) => {
                // The other end of what it reads is evcxr's, which would send it text only.
                let input = File::options().write(true).open(format!("/proc/{process}/fd/0"));
                let _ = input.and_then(|mut input| input.write_all(b"\xff\n")); // it may be gone
            }
            Act::Interrupt(process) => {
                if let Some(process) = Pid::from_raw(process) {
                    let _ = kill_process(process, Signal::INT); // it may be gone
                }
            }
        }
    }

    /// Passes on what evcxr publishes and what cells print, until evcxr is gone.
    fn pass_on(&self, pipes: &Pipes) {
        let Some(published) = self.channel(Channel::Published) else { return };
        let mut evcxr = BufReader::new(published);
        let mut since: Option<Instant> = None;
        while let Ok(speaks) = self.wait(&evcxr, pipes, since) {
            self.take_printed(pipes);
            if speaks {
                let Ok(message) = zmtp::read(&mut evcxr) else { return };
                waiting::published(&message);
                let message = self.keys.for_jupyter(message);
                self.take_printed(pipes); // all that was printed before it
                if self.act(|stage| stage.published(message)) {
                    read_pipe(&pipes.words, &mut Vec::new());
                }
            }
            self.send_words(&pipes.words);
            let (waits, is_much) = {
                let stage = locked(&self.stage);
                (stage.has_pending(), stage.has_much())
            };
            since = waits.then(|| since.unwrap_or_else(Instant::now));
            if is_much || since.is_some_and(|since| since.elapsed() >= GATHER) {
                self.act(Stage::flush);
                since = None;
            }
        }
    }

    /// Waits until there is something to do; whether evcxr speaks.
    fn wait(
        &self,
        evcxr: &BufReader<&TcpStream>,
        pipes: &Pipes,
        since: Option<Instant>,
    ) -> io::Result<bool> {
        if !evcxr.buffer().is_empty() {
            return Ok(true);
        }
        let waiting_words = locked(&self.words).len();
        let mut places = vec![PollFd::from_borrowed_fd(evcxr.get_ref().as_fd(), PollFlags::IN)];
        places.push(PollFd::new(&pipes.stderr, PollFlags::IN));
        if waiting_words < MOST_AT_ONCE {
            places.push(PollFd::new(&pipes.stdout, PollFlags::IN));
        }
        if waiting_words > 0 {
            places.push(PollFd::new(&pipes.words, PollFlags::OUT));
        }
        let rest = since.map(|since| GATHER.saturating_sub(since.elapsed()));
        let rest = rest.map(|rest| Timespec { tv_sec: 0, tv_nsec: i64::from(rest.subsec_nanos()) });
        match poll(&mut places, rest.as_ref()) {
            Err(rustix::io::Errno::INTR) => Ok(false),
            Err(error) => Err(error.into()),
            Ok(_) => Ok(!places[0].revents().is_empty()),
        }
    }

    fn take_printed(&self, pipes: &Pipes) {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        read_pipe(&pipes.stderr, &mut stderr);
        self.act(|stage| stage.printed(&[], &stderr));
        if locked(&self.words).len() < MOST_AT_ONCE {
            read_pipe(&pipes.stdout, &mut stdout);
        }
        // An error's text is there before the word that says that the cell has failed.
        read_pipe(&pipes.stderr, &mut stderr);
        self.act(|stage| stage.printed(&stdout, &stderr));
    }

    fn send_words(&self, mut pipe: &File) {
        let mut words = locked(&self.words);
        while !words.is_empty() {
            match pipe.write(words.make_contiguous()) {
                Ok(length) => drop(words.drain(..length)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return, // full: when there is room again
            }
        }
    }
}

/// Waits until evcxr listens, or is gone: this process is its child.
fn connect(address: (&str, u16)) -> Result<TcpStream> {
    let parent = getppid();
    loop {
        match TcpStream::connect(address) {
            Ok(stream) => return Ok(stream),
            Err(error) if getppid() != parent => {
                return Err(Failure::new(spoken!(
                    "evcxr is gone: {error}",
                    "evcxr ist nicht mehr da: {error}"
                )));
            }
            Err(_) => thread::sleep(Duration::from_millis(5)),
        }
    }
}
