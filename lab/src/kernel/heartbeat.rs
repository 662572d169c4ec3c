//! Jupyter's heartbeat, answered by the launcher of a kernel that has waited: whoever asks gets back what
//! he sent.

use std::io::{self, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use crate::kernel::zmtp;

/// Answers everyone who comes, for as long as this process lives.
pub(crate) fn answer(listener: TcpListener) {
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Who leaves is gone.
            thread::spawn(move || serve(stream));
        }
    });
}

fn serve(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    zmtp::shake_hands(&mut stream, "REP")?;
    let mut asked = BufReader::new(stream.try_clone()?);
    loop {
        let message = zmtp::read_within(&mut asked, 10_000)?;
        stream.write_all(&zmtp::encode(&message))?;
    }
}
