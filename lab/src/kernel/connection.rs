//! Where a kernel listens: Jupyter writes it into a connection file, with a port for each channel.

use std::fs::{File, TryLockError};
use std::net::TcpListener;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::base::failure::{Explain, Failure, Result, fail};
use crate::base::files;
use crate::base::ports::HeldPort;
use crate::base::spoken::spoken;
use crate::kernel::clients::Channel;

/// So long may the relay of the kernel before still listen after a restart, on a busy machine.
const UNTIL_THE_LAST_ONE_IS_GONE: Duration = Duration::from_secs(30);

/// So long is waited for it where the system does not say whether it is there.
const IF_UNKNOWN: Duration = Duration::from_secs(5);

/// The ports of all channels, open.
pub(crate) struct Listening {
    /// What is in the connection file.
    pub(crate) connection: Value,
    pub(crate) listeners: Vec<(Channel, TcpListener)>,
    /// Of the connection file: who starts next sees by it that this one is still there.
    _lock: File,
}

/// Holds the ports of a connection file until somebody listens there, those that are free: Jupyter has chosen them,
/// and until then another program could be given one.
pub(crate) fn hold(file: &Path) -> Vec<HeldPort> {
    let Ok(connection) = read(file) else { return Vec::new() };
    let addresses = Channel::ALL.map(|channel| address(&connection, channel).ok());
    let held = |(ip, port): (&str, u16)| HeldPort::of(ip.parse().ok()?, port);
    addresses.into_iter().flatten().filter_map(held).collect()
}

/// Opens the ports of a connection file. After a restart they are those of the kernel before, whose relay may have
/// them for a moment more: it is waited for. Nobody waits for another program, which may have a port for hours: Jupyter
/// tries again what ends at once.
pub(crate) fn listen(file: &Path) -> Result<Listening> {
    let connection = read(file)?;
    let lock = File::open(file).explain(|| spoken!("open {}", "{} zu öffnen", file.display()))?;
    let start = Instant::now();
    let is_known = loop {
        match lock.try_lock() {
            Ok(()) => break true,
            Err(TryLockError::Error(_)) => break false, // as on some network drives
            Err(TryLockError::WouldBlock) if start.elapsed() > UNTIL_THE_LAST_ONE_IS_GONE => {
                break true;
            }
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(20)),
        }
    };
    let patience = if is_known { Duration::ZERO } else { IF_UNKNOWN };
    let open = |channel| Ok((channel, open(&connection, channel, patience)?));
    let listeners = Channel::ALL.into_iter().map(open).collect::<Result<_>>()?;
    Ok(Listening { connection, listeners, _lock: lock })
}

fn open(connection: &Value, channel: Channel, patience: Duration) -> Result<TcpListener> {
    let (ip, port) = address(connection, channel)?;
    let start = Instant::now();
    loop {
        match TcpListener::bind((ip, port)) {
            Ok(listener) => return Ok(listener),
            Err(_) if start.elapsed() < patience => thread::sleep(Duration::from_millis(20)),
            Err(error) => {
                return Err(Failure::new(spoken!(
                    "port {port}, which Jupyter has chosen for the kernel, is not free ({error}): another program \
                     was given it in between. Shut the kernel down and start it again: then Jupyter chooses another one",
                    "Port {port}, den Jupyter für den Kernel ausgesucht hat, ist nicht frei ({error}): Ein anderes \
                     Programm hat ihn inzwischen bekommen. Beende den Kernel und starte ihn neu: Dann sucht Jupyter einen \
                     anderen aus"
                )));
            }
        }
    }
}

/// What is in a connection file.
pub(crate) fn read(file: &Path) -> Result<Value> {
    let text = files::read_text(file)?;
    serde_json::from_str(&text)
        .explain(|| spoken!("read the connection file", "die Verbindungsdatei zu lesen"))
}

/// The address of a channel.
pub(crate) fn address(connection: &Value, channel: Channel) -> Result<(&str, u16)> {
    let port = connection[channel.port()].as_u64().and_then(|port| u16::try_from(port).ok());
    let Some(address) = connection["ip"].as_str().zip(port) else {
        fail!("the connection file has no {}", "in der Verbindungsdatei fehlt {}", channel.port());
    };
    Ok(address)
}

/// A connection on this machine only, with a free port for each channel. They are held until the kernel listens.
pub(crate) fn own(key: &str) -> Result<(Value, Vec<HeldPort>)> {
    let mut connection = json!({
        "transport": "tcp", "ip": "127.0.0.1", "signature_scheme": "hmac-sha256", "key": key,
    });
    let mut held = Vec::new();
    for channel in Channel::ALL {
        let port = HeldPort::choose()?;
        connection[channel.port()] = json!(port.number());
        held.push(port);
    }
    Ok((connection, held))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    fn file() -> (tempfile::TempDir, std::path::PathBuf, Vec<HeldPort>) {
        let folder = tempfile::tempdir().expect("a folder");
        let (connection, held) = own("a key").expect("there are ports");
        let file = folder.path().join("connection.json");
        fs::write(&file, connection.to_string()).expect("it can be written");
        (folder, file, held)
    }

    #[test]
    fn each_channel_has_a_port_of_its_own() {
        let (_folder, file, held) = file();
        let listening = listen(&file).expect("all are free");
        let mut ports = Channel::ALL.map(|channel| address(&listening.connection, channel));
        ports.sort_by_key(|address| address.as_ref().ok().map(|address| address.1));
        assert!(ports.windows(2).all(|two| two[0].as_ref().ok() != two[1].as_ref().ok()));
        assert_eq!((listening.listeners.len(), held.len()), (5, 5));
        assert_eq!(
            (&listening.connection["key"], &listening.connection["ip"]),
            (&json!("a key"), &json!("127.0.0.1"))
        );
    }

    #[test]
    fn a_port_that_another_program_has_is_a_failure() {
        let (_folder, file, held) = file();
        let _other = TcpListener::bind(("127.0.0.1", held[3].number())).expect("it is free");
        let Err(failure) = listen(&file) else { panic!("it has a port that is another's") };
        let words = failure.spoken();
        assert!(words.english().contains(&format!("port {}", held[3].number())), "{failure}");
    }

    #[test]
    fn ports_are_held_for_who_listens_later() {
        let (_folder, file, chosen) = file();
        drop(chosen);
        let held = hold(&file);
        assert_eq!(held.len(), 5);
        assert_eq!(listen(&file).expect("they are held for it").listeners.len(), 5);
        assert!(hold(Path::new("nowhere")).is_empty());
    }

    #[test]
    fn the_relay_of_the_kernel_before_is_waited_for() {
        let (_folder, file, _held) = file();
        let before = listen(&file).expect("all are free");
        let goes = Arc::new(AtomicBool::new(false));
        let its = Arc::clone(&goes);
        let ends = thread::spawn(move || {
            thread::sleep(Duration::from_millis(100)); // so that it is waited for
            its.store(true, Ordering::SeqCst);
            drop(before);
        });
        listen(&file).expect("it goes");
        assert!(goes.load(Ordering::SeqCst), "it was still there");
        ends.join().expect("it goes");
    }
}
