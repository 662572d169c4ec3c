//! What stands in the place of a file and is none: a named pipe, a device, a folder. Each is one
//! sentence at once, and nobody waits for what never comes.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use zunder::prelude::*;

/// The sentence of something that must fail soon; a minute only ends a hang.
fn sentence_of<T>(load: impl FnOnce() -> zunder::Result<T> + Send + 'static) -> String {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(load().map(|_| ()).map_err(|error| error.to_string())));
    let answer = receiver.recv_timeout(Duration::from_secs(60)).expect("it does not wait");
    answer.expect_err("it is no file")
}

fn assert_named(path: PathBuf, what: &str) {
    let shown = path.display().to_string();
    for sentence in [
        sentence_of({
            let path = path.clone();
            move || photo::load_digit(path)
        }),
        sentence_of(move || Model::load(path)),
    ] {
        assert!(sentence.starts_with(&format!("cannot read {shown}: ")), "{sentence}");
        assert!(sentence.contains(what), "{sentence}");
        assert_eq!(sentence.lines().count(), 1, "{sentence}");
    }
}

#[test]
fn a_pipe_a_device_and_a_folder_are_named() {
    let folder = tempfile::tempdir().expect("there is room");
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo is there").success());
    assert_named(pipe.clone(), "it is no file, but a pipe or a device");
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&pipe, &link).expect("a link");
    assert_named(link, "it is no file, but a pipe or a device");
    assert_named(Path::new("/dev/zero").to_owned(), "it is no file, but a pipe or a device");
    assert_named(folder.path().to_owned(), "is a directory");
}
