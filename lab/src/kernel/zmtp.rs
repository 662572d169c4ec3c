//! As much of ZeroMQ's wire protocol (ZMTP 3.0, RFC 23) as talking to a kernel takes.

use std::io::{self, Error, ErrorKind, Read, Write};

/// A message: one or more parts.
pub(crate) type Message = Vec<Vec<u8>>;

const MORE: u8 = 1;
const LONG: u8 = 2;
const COMMAND: u8 = 4;

/// More than any message of a kernel; what announces more is no message.
const LARGEST: u64 = 1 << 30;

/// More parts than any message of Jupyter has.
const MOST_PARTS: usize = 64;

/// More than anybody needs in order to say who it is.
const LARGEST_GREETING: u64 = 4_096;

/// Greets the other side: both say version 3.0 and that nothing is encrypted.
pub(crate) fn shake_hands(stream: &mut (impl Read + Write), socket: &str) -> io::Result<()> {
    greet(stream, socket, "").map(drop)
}

/// The same under a name, by which the other side knows who has several connections; the name of the other
/// side comes back. Mostly it is empty.
pub(crate) fn greet(
    stream: &mut (impl Read + Write),
    socket: &str,
    name: &str,
) -> io::Result<Vec<u8>> {
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
    let mut ready = b"\x05READY".to_vec();
    for (property, value) in [("Socket-Type", socket), (IDENTITY, name)] {
        ready.push(property.len() as u8);
        ready.extend(property.as_bytes());
        ready.extend((value.len() as u32).to_be_bytes());
        ready.extend(value.as_bytes());
    }
    stream.write_all(&frame(COMMAND, &ready))?;
    let (flags, body) = read_frame(stream, LARGEST_GREETING)?;
    let properties = body.strip_prefix(b"\x05READY").filter(|_| flags & COMMAND != 0);
    match properties {
        Some(properties) => Ok(property(properties, IDENTITY).unwrap_or_default()),
        None => Err(Error::new(ErrorKind::InvalidData, "the other side is not ready")),
    }
}

/// The property under which a side says its name.
const IDENTITY: &str = "Identity";

/// The value of a property: each has its name and its value behind their lengths.
fn property(mut bytes: &[u8], wanted: &str) -> Option<Vec<u8>> {
    while let Some((length, rest)) = bytes.split_first() {
        let (name, rest) = rest.split_at_checked(usize::from(*length))?;
        let (length, rest) = rest.split_first_chunk()?;
        let (value, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        if name.eq_ignore_ascii_case(wanted.as_bytes()) {
            return Some(value.to_vec());
        }
        bytes = rest;
    }
    None
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
            if message.len() > MOST_PARTS {
                return Err(Error::new(ErrorKind::InvalidData, "a message of too many parts"));
            }
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
    fn both_sides_learn_the_other_s_name() {
        let (mut one, mut other) = std::os::unix::net::UnixStream::pair().expect("a pair");
        let greeting = std::thread::spawn(move || greet(&mut other, "DEALER", "ada"));
        assert_eq!(greet(&mut one, "ROUTER", "").ok(), Some(b"ada".to_vec()));
        assert_eq!(greeting.join().expect("no panic").ok(), Some(Vec::new()));
        assert_eq!(property(b"\x08Identity\0\0\0\x09cut off", IDENTITY), None);
    }

    #[test]
    fn what_is_cut_off_or_too_long_is_an_error() {
        let wire = encode(&[vec![1; 300]]);
        assert!(read(&mut &wire[..200]).is_err());
        assert!(read_within(&mut encode(&[vec![1; 60], vec![1; 60]]).as_slice(), 100).is_err());
        assert!(read(&mut encode(&vec![Vec::new(); 65]).as_slice()).is_err());
        assert!(read(&mut [LONG, 255, 255, 255, 255, 0, 0, 0, 0].as_slice()).is_err());
    }
}
