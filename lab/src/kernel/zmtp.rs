//! As much of ZeroMQ's wire protocol (ZMTP 3.0, RFC 23) as talking to a kernel takes.

use std::io::{self, Error, ErrorKind, Read, Write};

/// A message: one or more parts.
pub(crate) type Message = Vec<Vec<u8>>;

const MORE: u8 = 1;
const LONG: u8 = 2;
const COMMAND: u8 = 4;

/// More than any message of a kernel; what announces more is no message.
const LARGEST: u64 = 1 << 30;

/// Greets the other side: both say version 3.0 and that nothing is encrypted.
pub(crate) fn shake_hands(stream: &mut (impl Read + Write), socket: &str) -> io::Result<()> {
    let mut greeting = [0; 64];
    greeting[0] = 0xff;
    greeting[9] = 0x7f;
    greeting[10] = 3;
    greeting[12..16].copy_from_slice(b"NULL");
    stream.write_all(&greeting)?;
    let mut theirs = [0; 64];
    stream.read_exact(&mut theirs)?;
    if theirs[0] != 0xff || theirs[10] < 3 || &theirs[12..16] != b"NULL" {
        return Err(Error::new(ErrorKind::InvalidData, "the other side does not speak ZMTP 3"));
    }
    let mut ready = b"\x05READY\x0bSocket-Type".to_vec();
    ready.extend((socket.len() as u32).to_be_bytes());
    ready.extend(socket.as_bytes());
    stream.write_all(&frame(COMMAND, &ready))?;
    let (flags, body) = read_frame(stream, LARGEST)?;
    if flags & COMMAND == 0 || !body.starts_with(b"\x05READY") {
        return Err(Error::new(ErrorKind::InvalidData, "the other side is not ready"));
    }
    Ok(())
}

/// Reads the next message; commands (there are none that matter here) are passed over.
pub(crate) fn read(stream: &mut impl Read) -> io::Result<Message> {
    read_within(stream, LARGEST)
}

/// Reads the next message unless it has more bytes than `largest`.
pub(crate) fn read_within(stream: &mut impl Read, largest: u64) -> io::Result<Message> {
    let mut message = Message::new();
    let mut rest = largest;
    loop {
        let (flags, body) = read_frame(stream, rest)?;
        rest -= body.len() as u64;
        if flags & COMMAND == 0 {
            message.push(body);
            if flags & MORE == 0 {
                return Ok(message);
            }
        }
    }
}

/// A message as it goes over the wire.
pub(crate) fn encode(message: &[Vec<u8>]) -> Vec<u8> {
    let last = message.len().saturating_sub(1);
    let parts = message.iter().enumerate();
    parts.flat_map(|(number, part)| frame(if number < last { MORE } else { 0 }, part)).collect()
}

fn frame(flags: u8, body: &[u8]) -> Vec<u8> {
    let mut frame = match u8::try_from(body.len()) {
        Ok(length) => vec![flags, length],
        Err(_) => {
            let length = (body.len() as u64).to_be_bytes();
            std::iter::once(flags | LONG).chain(length).collect()
        }
    };
    frame.extend(body);
    frame
}

fn read_frame(stream: &mut impl Read, largest: u64) -> io::Result<(u8, Vec<u8>)> {
    let mut flags = [0];
    stream.read_exact(&mut flags)?;
    let length = if flags[0] & LONG == 0 {
        let mut length = [0];
        stream.read_exact(&mut length)?;
        u64::from(length[0])
    } else {
        let mut length = [0; 8];
        stream.read_exact(&mut length)?;
        u64::from_be_bytes(length)
    };
    if length > largest {
        return Err(Error::new(ErrorKind::FileTooLarge, format!("a part of {length} bytes")));
    }
    let mut body = Vec::new(); // grows as it comes: a wrong length takes no memory
    if stream.take(length).read_to_end(&mut body)? as u64 != length {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok((flags[0], body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_survives_the_wire() {
        let message: Message = vec![b"id".to_vec(), Vec::new(), vec![7; 255], vec![8; 70_000]];
        let wire = encode(&message);
        assert_eq!(wire[..4], [MORE, 2, b'i', b'd']);
        assert_eq!(wire[4..6], [MORE, 0]);
        assert_eq!(read(&mut wire.as_slice()).ok(), Some(message));
    }

    #[test]
    fn what_is_cut_off_or_too_long_is_an_error() {
        let wire = encode(&[vec![1; 300]]);
        assert!(read(&mut &wire[..200]).is_err());
        assert!(read_within(&mut encode(&[vec![1; 60], vec![1; 60]]).as_slice(), 100).is_err());
        assert!(read(&mut [LONG, 255, 255, 255, 255, 0, 0, 0, 0].as_slice()).is_err());
    }
}
