//! What Jupyter asks of evcxr (its shell and control channels), passed on over one connection each.
//!
//! evcxr's ZeroMQ library can stop for ever when a client leaves while it is served, and then the
//! notebook waits for its kernel without an end. JupyterLab's server leaves often: while a kernel
//! starts, it asks on connections that it drops again. So evcxr gets one client for each channel,
//! this one, which never leaves.
//!
//! evcxr's reply to a cell that failed lacks the name of the error, which Jupyter's protocol asks for
//! and nbgrader reads; it is put in here.
//!
//! A request goes on with the number of its client before it. evcxr takes that for a part of the
//! way back and puts it before its reply, as Jupyter's protocol has it.

use std::collections::HashMap;
use std::io::{self, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::{Value, json};

use crate::kernel::display;
use crate::kernel::keys::Keys;
use crate::kernel::zmtp::{self, Message};

/// How long a reply waits for a client that does not read. Then the client is dropped.
const PATIENCE: Duration = Duration::from_secs(30);

/// Serves everyone who comes to `listener`; the thread ends when evcxr does.
pub(crate) fn pass_on(
    listener: TcpListener,
    mut evcxr: TcpStream,
    keys: Keys,
) -> io::Result<JoinHandle<()>> {
    evcxr.set_nodelay(true)?;
    zmtp::shake_hands(&mut evcxr, "DEALER")?;
    let replies = BufReader::new(evcxr.try_clone()?);
    let evcxr = Arc::new(Mutex::new(evcxr));
    let channel = Channel { evcxr, clients: Arc::default(), keys: keys.clone() };
    let clients = Arc::clone(&channel.clients);
    thread::spawn(move || channel.accept(&listener));
    Ok(thread::spawn(move || bring_back(replies, &clients, &keys)))
}

type Clients = Mutex<HashMap<u64, TcpStream>>;

#[derive(Clone)]
struct Channel {
    evcxr: Arc<Mutex<TcpStream>>,
    clients: Arc<Clients>,
    keys: Keys,
}

impl Channel {
    fn accept(&self, listener: &TcpListener) {
        for stream in listener.incoming().flatten() {
            let channel = self.clone();
            // What one client does wrong is no business of the others.
            thread::spawn(move || channel.serve(stream));
        }
    }

    /// Greets a client and passes on what it asks, until it leaves.
    fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(PATIENCE))?;
        zmtp::shake_hands(&mut stream, "ROUTER")?;
        locked(&self.clients).insert(number, stream.try_clone()?);
        let left = self.requests(number, &mut BufReader::new(stream));
        locked(&self.clients).remove(&number);
        left
    }

    fn requests(&self, number: u64, stream: &mut BufReader<TcpStream>) -> io::Result<()> {
        loop {
            let mut message = self.keys.for_evcxr(zmtp::read(stream)?);
            message.insert(0, number.to_be_bytes().to_vec());
            locked(&self.evcxr).write_all(&zmtp::encode(&message))?;
        }
    }
}

/// Gives each reply to the client that asked, if it is still there.
fn bring_back(mut replies: BufReader<TcpStream>, clients: &Clients, keys: &Keys) {
    while let Ok(mut message) = zmtp::read(&mut replies) {
        let way: Option<[u8; 8]> = message.first().and_then(|part| part.as_slice().try_into().ok());
        let Some(number) = way.map(u64::from_be_bytes) else { continue };
        message.remove(0);
        let message = keys.for_jupyter(message);
        let message = completed(&message, &keys.jupyter).unwrap_or(message);
        let client = locked(clients).get(&number).map(TcpStream::try_clone);
        if let Some(Ok(mut client)) = client
            && client.write_all(&zmtp::encode(&message)).is_err()
        {
            locked(clients).remove(&number);
        }
    }
}

/// The reply to a cell that failed, with the error's name, if it lacks that.
fn completed(message: &[Vec<u8>], key: &str) -> Option<Message> {
    let [header, parent, metadata, content] = display::signed_parts(message)?;
    let of_header: Value = serde_json::from_slice(header).ok()?;
    let mut content: Value = serde_json::from_slice(content).ok()?;
    let lacks_name = content["status"] == "error" && content["ename"].is_null();
    if of_header["msg_type"] != "execute_reply" || !lacks_name {
        return None;
    }
    content["ename"] = json!("Error"); // as evcxr calls it where it shows it
    content["evalue"] = json!("");
    content["traceback"] = json!([]);
    let content = content.to_string().into_bytes();
    display::with_parts(message, key, [header.clone(), parent.clone(), metadata.clone(), content])
}

/// A thread that panicked leaves nothing half done behind these locks.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes the place of evcxr: answers each request with its last part in capital letters.
    fn loud(listener: TcpListener) -> io::Result<()> {
        let (mut stream, _) = listener.accept()?;
        zmtp::shake_hands(&mut stream, "ROUTER")?;
        let mut requests = BufReader::new(stream.try_clone()?);
        while let Ok(mut message) = zmtp::read(&mut requests) {
            message.iter_mut().skip(1).for_each(|part| part.make_ascii_uppercase());
            stream.write_all(&zmtp::encode(&message))?;
        }
        Ok(())
    }

    fn client(port: u16) -> io::Result<TcpStream> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        zmtp::shake_hands(&mut stream, "DEALER")?;
        Ok(stream)
    }

    fn ask(stream: &mut TcpStream, text: &str) -> io::Result<()> {
        stream.write_all(&zmtp::encode(&[b"-".to_vec(), text.into()]))
    }

    #[test]
    fn each_client_gets_its_own_reply_and_leaving_disturbs_nobody() -> io::Result<()> {
        let [evcxr, jupyter] =
            [TcpListener::bind("127.0.0.1:0")?, TcpListener::bind("127.0.0.1:0")?];
        let (inside, outside) = (evcxr.local_addr()?.port(), jupyter.local_addr()?.port());
        thread::spawn(move || loud(evcxr));
        let evcxr = TcpStream::connect(("127.0.0.1", inside))?;
        pass_on(jupyter, evcxr, Keys::of(&json!({})))?;
        let [mut ada, mut bob] = [client(outside)?, client(outside)?];
        for round in 0..50 {
            ask(&mut ada, &format!("ada {round}"))?;
            ask(&mut bob, &format!("bob {round}"))?;
            ask(&mut client(outside)?, "gone before the reply")?;
            let expected = |name: &str| vec![b"-".to_vec(), format!("{name} {round}").into_bytes()];
            assert_eq!(zmtp::read(&mut bob)?, expected("BOB"));
            assert_eq!(zmtp::read(&mut ada)?, expected("ADA"));
        }
        Ok(())
    }

    #[test]
    fn a_failed_cell_gets_the_name_of_its_error() {
        let message = |kind: &str, content: Value| {
            let header = json!({"msg_type": kind}).to_string();
            let parts = ["<IDS|MSG>", "old", &header, "{}", "{}", &content.to_string()];
            parts.map(|part| part.as_bytes().to_vec()).to_vec()
        };
        let failed = message("execute_reply", json!({"status": "error", "execution_count": 3}));
        let whole = completed(&failed, "key").expect("it lacks the name");
        let content: Value = serde_json::from_slice(&whole[5]).expect("JSON");
        assert_eq!(content["ename"], "Error");
        assert_eq!(content["execution_count"], 3);
        assert_eq!(whole[1], display::sign("key", &whole[2..]).into_bytes());
        for other in [
            message("execute_reply", json!({"status": "ok"})),
            message("execute_reply", json!({"status": "error", "ename": "E"})),
            message("complete_reply", json!({"status": "error"})),
        ] {
            assert_eq!(completed(&other, "key"), None);
        }
    }
}
