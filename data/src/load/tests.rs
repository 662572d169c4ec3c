//! Fetching from every kind of source, good and bad, with small files made here and a web server
//! on this machine.
//!
//! Over 300 lines: each way in which a download can fail, against a server of the test.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::base::error::Result;
use crate::base::progress::Progress;
use crate::for_tests::check;
use crate::load::dataset::{DataFile, Dataset, IMAGES, LABELS, Mirror, Source};
use crate::load::fetch;

const NAMES: [&str; 4] = ["train-images", "train-labels", "test-images", "test-labels"];

/// A file of 60 kB that hardly compresses, so that it crosses the wire in several pieces.
fn content(number: usize) -> Vec<u8> {
    let mut state = number as u32 + 1;
    let noise = std::iter::repeat_with(move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    let magic = if number.is_multiple_of(2) { IMAGES } else { LABELS };
    magic.into_iter().chain(noise.take(60_000 + number)).collect()
}

fn hex_sha256(bytes: &[u8]) -> &'static str {
    let digits: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    digits.leak()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("a vector takes everything");
    encoder.finish().expect("a vector takes everything")
}

fn dataset(sources: Vec<Source>) -> Dataset {
    let files = [0, 1, 2, 3].map(|number| {
        let bytes = content(number);
        DataFile {
            name: NAMES[number],
            num_bytes: bytes.len() as u64,
            magic: if number.is_multiple_of(2) { IMAGES } else { LABELS },
            sha256: hex_sha256(&bytes),
        }
    });
    Dataset { name: "Small", folder: "small", files, sources: sources.leak() }
}

/// Provides the data set in `folder` and gives what was written meanwhile.
fn provide(dataset: &Dataset, folder: &Path) -> (Result<()>, Vec<String>) {
    let mut lines = Vec::new();
    let outcome =
        fetch::provide(dataset, folder, &mut Progress::new(|line| lines.push(line.to_owned())));
    (outcome, lines)
}

fn assert_complete(folder: &Path) {
    for (number, name) in NAMES.iter().enumerate() {
        assert!(fs::read(folder.join(name)).expect(name) == content(number), "{name} differs");
    }
    assert_nothing_unfinished(folder);
}

fn assert_nothing_unfinished(folder: &Path) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let name = entry.expect("it can be listed").file_name();
        let name = name.to_string_lossy();
        assert!(name == ".lock" || !name.starts_with('.'), "{name} was left behind");
    }
}

fn sentence(outcome: Result<()>) -> String {
    outcome.expect_err("it must fail").to_string()
}

fn new_folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("there is room for a temporary folder")
}

/// What the web server sends for a request.
type Answer = dyn Fn(&mut TcpStream, usize) -> std::io::Result<()> + Send + Sync;

/// A web server on this machine. It gives the folder's address and the number of its requests.
fn serve(
    answer: impl Fn(&mut TcpStream, usize) -> std::io::Result<()> + Send + Sync + 'static,
) -> (&'static str, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it has an address").port();
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = requests.clone();
    let answer: Arc<Answer> = Arc::new(answer);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            counter.fetch_add(1, Ordering::SeqCst);
            let answer = answer.clone();
            thread::spawn(move || {
                let number = requested_file(&mut stream);
                let _ = answer(&mut stream, number); // the other side may have hung up
            });
        }
    });
    (format!("http://127.0.0.1:{port}/small/").leak(), requests)
}

fn requested_file(stream: &mut TcpStream) -> usize {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        match stream.read(&mut byte) {
            Ok(1) => request.push(byte[0]),
            _ => break,
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    NAMES
        .iter()
        .position(|name| request.starts_with(&format!("GET /small/{name}.gz ")))
        .expect("one of the four files is asked for")
}

fn send(stream: &mut TcpStream, body: &[u8], announced: usize) -> std::io::Result<()> {
    let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length:";
    write!(stream, "{head} {announced}\r\n\r\n")?;
    stream.write_all(body)
}

fn send_whole(stream: &mut TcpStream, body: &[u8]) -> std::io::Result<()> {
    send(stream, body, body.len())
}

fn good(stream: &mut TcpStream, number: usize) -> std::io::Result<()> {
    send_whole(stream, &gzip(&content(number)))
}

fn mirror(url: &'static str) -> Source {
    Source::Mirror(Mirror { url, patience: Duration::from_millis(500) })
}

/// The error of a server that answers like this, with nothing else to fetch from. German says the same.
fn error_of(
    answer: impl Fn(&mut TcpStream, usize) -> std::io::Result<()> + Send + Sync + 'static,
) -> String {
    let folder = new_folder();
    let (url, _) = serve(answer);
    let outcome = provide(&dataset(vec![mirror(url)]), folder.path()).0;
    assert_nothing_unfinished(folder.path());
    assert!(!folder.path().join(NAMES[0]).exists());
    outcome.as_ref().map_err(|error| check(error)).expect_err("it must fail");
    sentence(outcome)
}

#[test]
fn a_good_server_gives_all_files_and_the_second_time_nobody_is_asked() {
    let folder = new_folder();
    let (url, requests) = serve(good);
    let dataset = dataset(vec![mirror(url)]);
    let (outcome, lines) = provide(&dataset, &folder.path().join("new/small"));
    outcome.expect("the server is good");
    assert_complete(&folder.path().join("new/small"));
    assert_eq!(lines.len(), 6, "{lines:#?}");
    assert!(lines[0].starts_with("Small is fetched once, into "), "{lines:#?}");
    assert!(lines[1].starts_with("  train-images from 127.0.0.1:"), "{lines:#?}");
    assert!(lines[1].ends_with(" KB)"), "{lines:#?}");
    assert!(lines[5].starts_with("Small is complete and checked"), "{lines:#?}");

    let (outcome, lines) = provide(&dataset, &folder.path().join("new/small"));
    outcome.expect("all is there");
    assert!(lines.is_empty(), "{lines:#?}");
    assert_eq!(requests.load(Ordering::SeqCst), 4);
}

#[test]
fn the_stop_button_ends_the_fetching_and_the_next_try_goes_on() {
    let folder = new_folder();
    let (url, requests) = serve(good);
    let dataset = dataset(vec![mirror(url), mirror(url)]);
    let is_second_file = || requests.load(Ordering::SeqCst) > 1;
    let mut progress = Progress::new(|_| ()).until(is_second_file);
    let message = sentence(fetch::provide(&dataset, folder.path(), &mut progress));
    assert!(message.starts_with("fetching Small was stopped, as you asked"), "{message}");
    assert_nothing_unfinished(folder.path());
    assert!(folder.path().join(NAMES[0]).exists() && !folder.path().join(NAMES[1]).exists());
    assert_eq!(requests.load(Ordering::SeqCst), 2, "no other source is asked");

    provide(&dataset, folder.path()).0.expect("nothing stops it now");
    assert_complete(folder.path());
}

#[test]
fn a_slow_server_is_waited_for_and_the_lines_stay_few() {
    let folder = new_folder();
    let (url, _) = serve(|stream, number| {
        let body = gzip(&content(number));
        send(stream, &[], body.len())?;
        for piece in body.chunks(body.len() / 6) {
            thread::sleep(Duration::from_millis(120));
            stream.write_all(piece)?;
        }
        Ok(())
    });
    let (outcome, lines) = provide(&dataset(vec![mirror(url)]), folder.path());
    outcome.expect("it is slow, but it moves");
    assert_complete(folder.path());
    assert!(lines.len() <= 8, "{lines:#?}");
}

#[test]
fn a_bad_server_is_left_for_the_next_one() {
    let folder = new_folder();
    let (bad, _) = serve(|stream, number| match number {
        0 => good(stream, 0),
        _ => stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
    });
    let (url, requests) = serve(good);
    let (outcome, lines) = provide(&dataset(vec![mirror(bad), mirror(url)]), folder.path());
    outcome.expect("the second server is good");
    assert_complete(folder.path());
    assert_eq!(requests.load(Ordering::SeqCst), 3, "the first file came from the first server");
    assert!(lines.iter().any(|line| line.contains("HTTP status 404")), "{lines:#?}");
}

#[test]
fn every_bad_answer_is_named() {
    let missing = error_of(|stream, _| {
        stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    });
    assert!(missing.contains("it answered with HTTP status 404"), "{missing}");

    let page = error_of(|stream, _| send_whole(stream, b"<html>Please log in</html>"));
    assert!(page.contains("perhaps the login page of a network"), "{page}");

    let other = error_of(|stream, number| good(stream, number ^ 1));
    assert!(other.contains("it holds more than the 60,004 bytes"), "{other}");

    let short = error_of(|stream, _| send_whole(stream, &gzip(&content(0)[..1000])));
    assert!(short.contains("it holds 1,000 bytes instead of 60,004"), "{short}");

    let magic = error_of(|stream, _| {
        let mut bytes = content(0);
        bytes[3] = 1;
        send_whole(stream, &gzip(&bytes))
    });
    assert!(magic.contains("starts with the bytes [00, 00, 08, 01] instead"), "{magic}");

    let flipped = error_of(|stream, _| {
        let mut bytes = content(0);
        bytes[30_000] ^= 4;
        send_whole(stream, &gzip(&bytes))
    });
    assert!(flipped.contains(&format!("instead of {}", hex_sha256(&content(0)))), "{flipped}");

    let broken_off = error_of(|stream, _| {
        let body = gzip(&content(0));
        send(stream, &body[..body.len() / 2], body.len())
    });
    assert!(broken_off.contains("it broke off in train-images"), "{broken_off}");

    let no_http = error_of(|stream, _| stream.write_all(b"what?\r\n\r\n"));
    assert!(no_http.contains("no answer ("), "{no_http}");
    assert!(no_http.contains("connect to the internet and try again"), "{no_http}");
}

#[test]
fn silence_ends_within_the_time_set() {
    let start = Instant::now();
    let before = error_of(|_, _| {
        thread::sleep(Duration::from_secs(20));
        Ok(())
    });
    assert!(before.contains("no answer (timeout"), "{before}");

    let within = error_of(|stream, _| {
        send(stream, &gzip(&content(0))[..1000], 50_000)?;
        thread::sleep(Duration::from_secs(20));
        Ok(())
    });
    assert!(within.contains("it broke off in train-images (timeout"), "{within}");
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_compression_bomb_is_cut_off() {
    let start = Instant::now();
    let bomb = gzip(&vec![0; 200_000_000]);
    let cut = error_of(move |stream, _| send_whole(stream, &bomb));
    assert!(cut.contains("it holds more than the 60,004 bytes expected"), "{cut}");
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_damaged_file_is_fetched_anew_and_kept_if_that_fails() {
    let folder = new_folder();
    let (url, requests) = serve(good);
    provide(&dataset(vec![mirror(url)]), folder.path()).0.expect("the server is good");
    let mut damaged = content(2);
    damaged[100] ^= 1;
    fs::write(folder.path().join(NAMES[2]), &damaged).expect("it can be written");

    let message = sentence(provide(&dataset(vec![]), folder.path()).0);
    assert!(message.contains("test-images is damaged (its SHA-256 is "), "{message}");
    assert!(message.contains("or put test-images (or"), "only what is missing: {message}");
    assert_eq!(fs::read(folder.path().join(NAMES[2])).expect("it is still there"), damaged);

    let (outcome, lines) = provide(&dataset(vec![mirror(url)]), folder.path());
    outcome.expect("the server is good");
    assert_complete(folder.path());
    assert!(lines[0].ends_with("): fetching it anew"), "{lines:#?}");
    assert_eq!(requests.load(Ordering::SeqCst), 5, "only the damaged one was fetched anew");
}

#[test]
fn compressed_files_put_there_by_hand_are_unpacked() {
    let folder = new_folder();
    for (number, name) in NAMES.iter().enumerate() {
        fs::write(folder.path().join(format!("{name}.gz")), gzip(&content(number)))
            .expect("it can be written");
    }
    fs::write(folder.path().join(".fetching-by-a-dead-process"), "x").expect("it can be written");
    let (outcome, _) = provide(&dataset(vec![]), folder.path());
    outcome.expect("all files are there");
    assert_complete(folder.path());

    let elsewhere = new_folder();
    let path: &'static str = folder.path().to_str().expect("plain letters").to_owned().leak();
    let (outcome, _) = provide(&dataset(vec![Source::Folder(path)]), elsewhere.path());
    outcome.expect("all files are there");
    assert_complete(elsewhere.path());
}

#[test]
fn many_at_once_fetch_once() {
    let folder = new_folder();
    let (url, requests) = serve(|stream, number| {
        thread::sleep(Duration::from_millis(50));
        good(stream, number)
    });
    let dataset = dataset(vec![mirror(url)]);
    let lines = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let (outcome, said) = provide(&dataset, folder.path());
                outcome.expect("the server is good");
                assert_complete(folder.path());
                lines.lock().expect("no thread failed").extend(said);
            });
        }
    });
    assert_eq!(requests.load(Ordering::SeqCst), 4);
    let lines = lines.into_inner().expect("no thread failed");
    assert!(lines.iter().any(|line| line.ends_with("by another program: waiting")), "{lines:#?}");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = new_folder();
    let file = folder.path().join("file");
    fs::write(&file, "x").expect("it can be written");
    let (outcome, lines) = provide(&dataset(vec![]), &file.join("small"));
    assert!(lines.is_empty(), "{lines:#?}");
    let message = sentence(outcome);
    assert!(message.contains("file/small: Not a directory"), "{message}");
    assert!(message.contains("it needs 240 KB there"), "{message}");
}

#[test]
fn a_folder_in_the_place_of_a_file_is_named() {
    let folder = new_folder();
    fs::create_dir(folder.path().join(NAMES[1])).expect("it can be made");
    let (url, _) = serve(good);
    let message = sentence(provide(&dataset(vec![mirror(url)]), folder.path()).0);
    assert!(message.contains("train-labels"), "{message}");
}

#[test]
fn one_damaged_file_put_there_by_hand_does_not_hide_the_others() {
    let folder = new_folder();
    for (number, name) in NAMES.iter().enumerate() {
        let whole = gzip(&content(number));
        let length = if number == 1 { whole.len() / 2 } else { whole.len() };
        fs::write(folder.path().join(format!("{name}.gz")), &whole[..length])
            .expect("it can be written");
    }
    let message = sentence(provide(&dataset(vec![]), folder.path()).0);
    assert!(message.contains("it broke off in train-labels"), "{message}");
    assert!(message.contains("or put train-labels (or"), "only what is missing: {message}");
    for (number, name) in NAMES.iter().enumerate().filter(|(number, _)| *number != 1) {
        assert!(fs::read(folder.path().join(name)).expect(name) == content(number), "{name}");
    }
    let (url, requests) = serve(good);
    provide(&dataset(vec![mirror(url)]), folder.path()).0.expect("the server is good");
    assert_complete(folder.path());
    assert_eq!(requests.load(Ordering::SeqCst), 1, "only the damaged one was fetched");
}

/// A named pipe, from which nothing ever comes.
#[cfg(unix)]
fn pipe(path: &Path) {
    assert!(std::process::Command::new("mkfifo").arg(path).status().expect("a pipe").success());
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_file_is_named_and_nobody_waits() {
    let folder = new_folder();
    pipe(&folder.path().join(format!("{}.gz", NAMES[0])));
    let (url, _) = serve(good);
    let (outcome, lines) = provide(&dataset(vec![mirror(url)]), folder.path());
    outcome.expect("the server is good");
    let refused = |line: &String| line.contains("it is no file, but a pipe or a device");
    assert!(lines.iter().any(refused), "{lines:#?}");

    let other = new_folder();
    pipe(&other.path().join(NAMES[2]));
    let message = sentence(provide(&dataset(vec![]), other.path()).0);
    assert!(message.contains("test-images: it is no file, but a pipe"), "{message}");
}

#[test]
fn the_stop_button_ends_the_wait_for_another_program() {
    let (url, _) = serve(good);
    let (dataset, folder) = (dataset(vec![mirror(url)]), new_folder());
    let other = fs::File::create(folder.path().join(".lock")).expect("it can be made");
    other.lock().expect("nobody has it");
    // Pressed when the line about the wait is there.
    let (has_said, waits) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let progress = Progress::new(|line| {
        has_said.fetch_add(1, Ordering::SeqCst);
        waits.lock().expect("nothing panics").push(line.to_owned());
    });
    let mut progress = progress.until(|| has_said.load(Ordering::SeqCst) > 0);
    let message = sentence(fetch::provide(&dataset, folder.path(), &mut progress));
    assert!(message.starts_with("fetching Small was stopped, as you asked"), "{message}");
    drop(progress);
    let waits = waits.into_inner().expect("nothing panics");
    assert!(waits[0].contains("is being fetched by another program"), "{waits:?}");
}
