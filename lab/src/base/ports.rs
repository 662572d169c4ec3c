//! Ports of this machine that are free, and stay so until the program listens for which they were chosen.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::os::fd::OwnedFd;

use rustix::io::FdFlags;
use rustix::net::{AddressFamily, SocketFlags, SocketType};

use crate::base::failure::{Explain, Result};
use crate::base::spoken::spoken;

/// A port that is taken, though nobody listens there. As long as this lives, the system gives it to nobody who asks
/// for any free port; a program that names it can listen on it. So it is on Linux. Where that program could not, the
/// port is let go at once.
pub(crate) struct HeldPort {
    number: u16,
    _socket: Option<OwnedFd>,
}

impl HeldPort {
    /// A free port of 127.0.0.1.
    pub(crate) fn choose() -> Result<Self> {
        Self::bind(Ipv4Addr::LOCALHOST.into(), 0)
            .explain(|| spoken!("find a free port", "einen freien Port zu finden"))
    }

    /// This port of this machine, if it is free.
    pub(crate) fn of(ip: IpAddr, port: u16) -> Option<Self> {
        Self::bind(ip, port).ok()
    }

    fn bind(ip: IpAddr, port: u16) -> rustix::io::Result<Self> {
        let family = if ip.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
        let socket =
            rustix::net::socket_with(family, SocketType::STREAM, SocketFlags::empty(), None)?;
        rustix::io::fcntl_setfd(&socket, FdFlags::CLOEXEC)?;
        rustix::net::sockopt::set_socket_reuseaddr(&socket, true)?; // as who listens later has it
        rustix::net::bind(&socket, &SocketAddr::new(ip, port))?;
        let number = SocketAddr::try_from(rustix::net::getsockname(&socket)?)?.port();
        let one_can_listen = TcpListener::bind((ip, number)).is_ok();
        Ok(Self { number, _socket: one_can_listen.then_some(socket) })
    }

    /// Its number.
    pub(crate) fn number(&self) -> u16 {
        self.number
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn one_can_listen_on_a_held_port_and_be_reached() {
        let held = HeldPort::choose().expect("there are some");
        let listener = TcpListener::bind(("127.0.0.1", held.number())).expect("it is free");
        assert!(TcpStream::connect(listener.local_addr().expect("an address")).is_ok());
        let second = TcpListener::bind(("127.0.0.1", held.number()));
        assert!(second.is_err(), "and only one can");
        assert!(HeldPort::of(Ipv4Addr::LOCALHOST.into(), held.number()).is_none());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_port_that_somebody_else_has_chosen_is_held_as_well() {
        let chosen = HeldPort::choose().expect("there are some");
        let held = HeldPort::of(Ipv4Addr::LOCALHOST.into(), chosen.number()).expect("it is free");
        assert_eq!(held.number(), chosen.number());
        drop(chosen);
        TcpListener::bind(("127.0.0.1", held.number())).expect("one can listen there");
    }

    /// There are some 28,000; so many are asked for that a port that is free would be among them.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_held_port_is_given_to_nobody_else() {
        let range = std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").expect("it");
        let range: Vec<u16> =
            range.split_whitespace().map(|end| end.parse().expect("a number")).collect();
        let held: Vec<HeldPort> =
            (0..200).map(|_| HeldPort::choose().expect("there are some")).collect();
        for _ in 0..usize::from(range[1] - range[0]) {
            let other = TcpListener::bind("127.0.0.1:0").expect("there are more");
            let other = other.local_addr().expect("an address").port();
            assert!(held.iter().all(|held| held.number() != other), "{other} was given twice");
        }
    }
}
