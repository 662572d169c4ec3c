//! Shell scripts stand in the place of npm and apt-get.

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::base::not_tested::not_tested;

const LONG: Duration = Duration::from_secs(60);

fn new_folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("there is room for a temporary folder")
}

fn npm() -> Package {
    Package::npm("small", "1.0.0", "package/data")
}

fn debian() -> Package {
    Package::debian("dataset-small", "usr/share/small")
}

/// Unpacks the package into `PLACE/data` with a script in the place of the program that fetches it.
fn unpack_with(place: &Path, package: Package, script: &str, longest: Duration) -> Result<()> {
    let text = place.join("program.txt");
    fs::write(&text, format!("#!/bin/sh\n{script}\n")).expect("it can be written");
    // Another process writes the program: had this one ever held it open for writing, a child
    // that another test starts at that moment could hold it too, and it could not be run.
    let program = place.join("program");
    let installed = Command::new("install").args(["-m", "755"]).args([&text, &program]).status();
    assert!(installed.expect("install is there").success());
    let program: &'static str = program.to_str().expect("plain letters").to_owned().leak();
    let folder = place.join("data");
    fs::create_dir_all(&folder).expect("it can be made");
    let outcome = Package { program, longest, ..package }.unpack_into(&folder);
    let left = fs::read_dir(place).expect("it is there").flatten();
    let left = left.filter(|entry| entry.file_name().to_string_lossy().starts_with("package-"));
    assert_eq!(left.count(), 0, "nothing is left behind");
    outcome
}

fn sentence(package: Package, script: &str) -> String {
    let place = new_folder();
    let outcome = unpack_with(place.path(), package, script, LONG);
    outcome.expect_err("it must fail").to_string()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    io::Write::write_all(&mut encoder, bytes).expect("a vector takes everything");
    encoder.finish().expect("a vector takes everything")
}

/// The names and contents of what was unpacked.
fn unpacked(place: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(place.join("data")).expect("it is there").flatten();
    let mut files: Vec<(String, String)> = entries
        .map(|entry| {
            let content = fs::read_to_string(entry.path()).expect("it is a file with text");
            (entry.file_name().to_string_lossy().into_owned(), content)
        })
        .collect();
    files.sort();
    files
}

fn two_files() -> Vec<(String, String)> {
    [("images", "of digits"), ("labels", "0 to 9")]
        .map(|(name, content)| (name.to_owned(), content.to_owned()))
        .to_vec()
}

#[test]
fn a_package_of_npm_is_unpacked_and_nothing_else_of_it() {
    let place = new_folder();
    let mut archive = tar::Builder::new(Vec::new());
    for (path, content) in [
        ("package/data/images", "of digits"),
        ("package/package.json", "{}"),
        ("package/data/deeper/file", "no"),
        ("package/data/labels", "0 to 9"),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        archive.append_data(&mut header, path, content.as_bytes()).expect("a vector takes it");
    }
    let mut link = tar::Header::new_gnu();
    link.set_entry_type(tar::EntryType::Symlink);
    link.set_size(0);
    archive.append_link(&mut link, "package/data/link", "/etc/passwd").expect("a vector takes it");
    let package = place.path().join("small.tgz");
    fs::write(&package, gzip(&archive.into_inner().expect("a vector takes it"))).expect("room");
    let script = format!(
        "[ \"$1\" = pack ] && for last; do :; done && [ $last = small@1.0.0 ] && \
         cp {} small-1.0.0.tgz",
        package.display()
    );
    unpack_with(place.path(), npm(), &script, LONG).expect("the package is good");
    assert_eq!(unpacked(place.path()), two_files());
}

#[test]
fn a_package_with_another_hash_is_refused() {
    let hash = Some("0b23ab96f8e8f0fd4c5d1e0ce7a3c3ef6e3e0f4c52a9d7ee4e5e1a0e8e1b0c00");
    let message = sentence(Package { sha256: hash, ..npm() }, "echo > small-1.0.0.tgz");
    assert!(message.ends_with("brought is another file than expected"), "{message}");
}

#[test]
fn what_npm_says_is_passed_on() {
    let said = "echo npm error code E404 >&2; echo npm error 404 Not found >&2; exit 1";
    let message = sentence(npm(), said);
    assert!(message.ends_with("failed (404 Not found)"), "{message}");
    assert!(message.starts_with("the npm package small 1.0.0: "), "{message}");

    let silent = sentence(npm(), "exit 3");
    assert!(silent.contains("failed (exit status: 3)"), "{silent}");
    let nothing = sentence(npm(), "exit 0");
    assert!(nothing.contains("failed (it brought no package)"), "{nothing}");
    let garbage = sentence(npm(), "echo garbage > small-1.0.0.tgz");
    assert!(garbage.contains("failed ("), "{garbage}");
}

#[test]
fn a_full_disk_is_not_the_programs_fault() {
    for (package, said) in [
        (npm(), "echo npm error code ENOSPC >&2; exit 1"),
        (npm(), "exit 228"),
        (debian(), "echo 'E: write error - No space left on device' >&2; exit 100"),
    ] {
        let message = sentence(package, said);
        assert!(message.ends_with("the disk is full: make room"), "{message}");
    }
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let folder = new_folder();
    for package in [npm(), debian()] {
        let name = package.to_string();
        let package = Package { program: "there-is-no-such", ..package };
        let message = package.unpack_into(&folder.path().join("data")).expect_err("it must fail");
        assert_eq!(message.to_string(), format!("{name}: there-is-no-such is not installed"));
    }
}

#[test]
fn a_program_that_hangs_is_ended_with_what_it_has_started() {
    for package in [npm, debian] {
        // On a busy machine it may not have begun in a second.
        let mut seconds = [1, 10, 100].into_iter();
        let number = loop {
            let place = new_folder();
            let number = place.path().join("number");
            let script = format!("sleep 1000 & echo $! > {}; wait", number.display());
            let longest = seconds.next().expect("it has begun by then");
            let longest = Duration::from_secs(longest);
            let outcome = unpack_with(place.path(), package(), &script, longest);
            let message = outcome.expect_err("it must fail").to_string();
            let words = format!("took longer than {} s", longest.as_secs());
            assert!(message.ends_with(&words), "{message}");
            if let Ok(number) = fs::read_to_string(number)
                && number.ends_with('\n')
            {
                break number;
            }
        };
        let said = Command::new("ps").args(["-o", "stat=", "-p", number.trim()]).output();
        let state = String::from_utf8_lossy(&said.expect("ps").stdout).trim().to_owned();
        // Dead, it may wait for somebody to look.
        assert!(state.is_empty() || state.starts_with('Z'), "it runs on: {state}");
    }
}

#[test]
fn a_package_of_debian_is_unpacked() {
    let place = new_folder();
    let root = place.path().join("root");
    let inside = root.join("usr/share/small");
    fs::create_dir_all(&inside).expect("it can be made");
    fs::create_dir_all(root.join("DEBIAN")).expect("it can be made");
    let control = "Package: dataset-small\nVersion: 1\nArchitecture: all\n\
                   Maintainer: Nobody <nobody@example.org>\nDescription: small\n";
    fs::write(root.join("DEBIAN/control"), control).expect("it can be written");
    for (name, content) in two_files() {
        fs::write(inside.join(format!("{name}.gz")), gzip(content.as_bytes())).expect("room");
    }
    let package = place.path().join("small_1_all.deb");
    let build = Command::new("dpkg-deb").arg("--build").args([&root, &package]).output();
    // Where there is no dpkg-deb, there is no apt-get either.
    if build.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        assert!(crate::base::tools::find_program("apt-get").is_none());
        return not_tested("a package of Debian", "there is no dpkg-deb");
    }
    assert!(build.is_ok_and(|made| made.status.success()));
    let script = format!(
        "[ \"$1\" = download ] && for last; do :; done && [ $last = dataset-small ] && cp {} .",
        package.display()
    );
    unpack_with(place.path(), debian(), &script, LONG).expect("the package is good");
    assert_eq!(unpacked(place.path()), two_files());
}

#[test]
fn what_apt_says_is_passed_on() {
    let unknown = "echo 'E: Unable to locate package dataset-small' >&2; exit 100";
    let message = sentence(debian(), unknown);
    assert!(message.contains("(Unable to locate package dataset-small)"), "{message}");
    assert!(message.starts_with("Debian's package dataset-small: "), "{message}");
    let garbage = sentence(debian(), "echo garbage > small.deb");
    assert!(garbage.contains("dpkg-deb"), "{garbage}");
}
