//! Clients as they should not be.

use std::sync::mpsc;

use super::*;

/// A channel with its port; what is asked on it comes out at the other end.
fn serve(channel: Channel) -> (Clients, u16, mpsc::Receiver<(u64, Message)>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (sender, asked) = mpsc::channel();
    let sender = Mutex::new(sender);
    let clients = Clients::default();
    let take: Take = Arc::new(move |_, number, message| {
        let _ = locked(&sender).send((number, message));
    });
    clients.accept(channel, listener, &take);
    (clients, port, asked)
}

fn connect(port: u16, socket: &str) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    zmtp::greet(&mut stream, socket, "ada").expect("it greets");
    stream
}

fn listener(clients: &Clients, port: u16) -> TcpStream {
    let before = locked(&clients.0).len();
    let mut stream = connect(port, "SUB");
    stream.write_all(&zmtp::encode(&[vec![1]])).expect("it subscribes");
    until(|| locked(&clients.0).iter().filter(|client| !client.topics.is_empty()).count() > before);
    stream
}

fn until(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(300), "waited in vain");
        thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn one_who_does_not_read_holds_up_nobody_is_cut_off_and_may_come_back() {
    let (clients, port, _asked) = serve(Channel::Published);
    let _deaf = listener(&clients, port);
    let mut awake = listener(&clients, port);
    let large = vec![vec![7; 1_000_000]];
    // Far more than wait for one who is deaf, while the other one reads.
    for _ in 0..100 {
        clients.publish(&large);
        assert_eq!(zmtp::read(&mut awake).ok().as_ref(), Some(&large));
    }
    until(|| locked(&clients.0).len() == 1);
    let mut back = listener(&clients, port);
    clients.publish(&[b"news".to_vec()]);
    assert_eq!(zmtp::read(&mut back).ok(), Some(vec![b"news".to_vec()]));
}

#[test]
fn half_a_message_a_flood_of_parts_and_leaving_disturb_nobody() {
    let (clients, port, asked) = serve(Channel::Shell);
    let mut good = connect(port, "DEALER");
    let mut half = connect(port, "DEALER");
    half.write_all(&[0, 200, 1, 2, 3]).expect("half a part");
    let mut flood = connect(port, "DEALER");
    let parts = zmtp::encode(&vec![Vec::new(); 100]);
    flood.write_all(&parts).expect("many parts");
    assert!(zmtp::read(&mut flood).is_err(), "it is cut off");
    let mut huge = connect(port, "DEALER");
    huge.write_all(&[2, 1, 0, 0, 0, 0, 0, 0, 0]).expect("the length of a huge part");
    assert!(zmtp::read(&mut huge).is_err(), "it is cut off");
    drop(half);
    for round in 0..50_u8 {
        drop(connect(port, "DEALER"));
        good.write_all(&zmtp::encode(&[vec![round]])).expect("it is asked");
        let (number, message) = asked.recv().expect("it arrives");
        assert_eq!(message, [[round]]);
        clients.send(number, &[vec![round + 1]]);
        assert_eq!(zmtp::read(&mut good).ok(), Some(vec![vec![round + 1]]));
    }
    until(|| locked(&clients.0).len() == 1);
}

#[test]
fn a_crowd_is_not_let_in_until_some_leave() {
    let (clients, port, _asked) = serve(Channel::Shell);
    let mut crowd: Vec<TcpStream> = (0..MOST_CLIENTS).map(|_| connect(port, "DEALER")).collect();
    until(|| locked(&clients.0).len() == MOST_CLIENTS);
    let mut late = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    assert!(zmtp::greet(&mut late, "DEALER", "").is_err());
    crowd.clear();
    until(|| locked(&clients.0).is_empty());
    until(|| {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
        zmtp::greet(&mut stream, "DEALER", "").is_ok()
    });
}

#[test]
fn a_person_is_asked_by_name_and_a_heart_beats() {
    let (clients, shell, asked) = serve(Channel::Shell);
    let input = TcpListener::bind("127.0.0.1:0").expect("a port");
    let heart = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = |listener: &TcpListener| listener.local_addr().expect("an address").port();
    let (input_port, heart_port) = (port(&input), port(&heart));
    let take: Take = Arc::new(|_, _, _| {});
    clients.accept(Channel::Input, input, &take);
    clients.accept(Channel::Heartbeat, heart, &take);
    let mut asker = connect(shell, "DEALER");
    asker.write_all(&zmtp::encode(&[b"run".to_vec()])).expect("it is asked");
    let (number, _) = asked.recv().expect("it arrives");
    assert!(!clients.ask(number, &[b"Name?".to_vec()]), "nobody is there to be asked");
    let mut person = connect(input_port, "DEALER");
    until(|| clients.ask(number, &[b"Name?".to_vec()]));
    assert_eq!(zmtp::read(&mut person).ok(), Some(vec![b"Name?".to_vec()]));
    let mut beat = connect(heart_port, "REQ");
    beat.write_all(&zmtp::encode(&[Vec::new(), b"ping".to_vec()])).expect("it beats");
    assert_eq!(zmtp::read(&mut beat).ok(), Some(vec![Vec::new(), b"ping".to_vec()]));
}

#[test]
fn who_says_nothing_is_not_waited_for() {
    let (one, other) = (TcpListener::bind("127.0.0.1:0").expect("a port"), Instant::now());
    let stream = TcpStream::connect(one.local_addr().expect("an address")).expect("it listens");
    let mut hurried = Hurried { stream: &stream, end: other + Duration::from_millis(20) };
    assert!(zmtp::greet(&mut hurried, "ROUTER", "").is_err());
}
