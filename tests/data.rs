//! MNIST as a learner gets it: the real files, whole and spoilt, through the program
//! `examples/load_data.rs` in an environment without a network.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::SystemTime;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;
use zunder::prelude::*;

const FILES: [&str; 4] = [
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
];

/// The real load. It fetches the files where they are not there yet.
#[test]
fn mnist_is_what_it_should_be() -> zunder::Result<()> {
    let ((x_train, y_train), (x_test, y_test)) = mnist::load_data()?;
    assert_eq!(x_train.shape(), [60_000, 28, 28]);
    assert_eq!(y_train.shape(), [60_000]);
    assert_eq!(x_test.shape(), [10_000, 28, 28]);
    assert_eq!(y_test.shape(), [10_000]);
    for array in [&x_train, &y_train, &x_test, &y_test] {
        assert_eq!(array.dtype(), zunder::DType::UInt8);
    }
    assert_eq!(y_train.rows(0..5)?.to_vec(), [5.0, 0.0, 4.0, 1.0, 9.0]);
    assert_eq!(y_test.rows(0..5)?.to_vec(), [7.0, 2.0, 1.0, 0.0, 4.0]);
    // Counted with NumPy in the files of the Keras data set.
    let mut counts = [0; 10];
    y_train.to_vec().iter().for_each(|&label| counts[label as usize] += 1);
    assert_eq!(counts, [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    // 33.318 of 255 is the 0.1307 that PyTorch's examples subtract.
    assert!((x_train.mean() - 33.318).abs() < 0.001, "{}", x_train.mean());
    assert_eq!((x_train.min(), x_train.max()), (0.0, 255.0));
    Ok(())
}

#[test]
fn the_example_says_where_the_files_lie() {
    let folder = whole_folder();
    let (code, stdout, stderr) = load(folder.path());
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_eq!(
        stdout,
        format!(
            "MNIST lies in {}\n\
             training: images (60000, 28, 28), labels (60000,)\n\
             test:     images (10000, 28, 28), labels (10000,)\n",
            folder.path().join("mnist").display()
        )
    );
}

#[test]
fn a_truncated_file_is_named() {
    assert_damaged(
        "train-images-idx3-ubyte",
        "it holds 47,040,015 bytes instead of 47,040,016",
        |b| {
            b.truncate(b.len() - 1);
        },
    );
    assert_damaged("train-labels-idx1-ubyte", "it holds 0 bytes instead of 60,008", Vec::clear);
}

#[test]
fn swapped_files_are_named() {
    let folder = whole_folder();
    let mnist = folder.path().join("mnist");
    fs::rename(mnist.join(FILES[0]), mnist.join("other")).expect("it can be renamed");
    fs::rename(mnist.join(FILES[1]), mnist.join(FILES[0])).expect("it can be renamed");
    fs::rename(mnist.join("other"), mnist.join(FILES[1])).expect("it can be renamed");
    let sentence = sentence_of_code(2, folder.path());
    let images = format!("{} is damaged (it holds 60,008 bytes", mnist.join(FILES[0]).display());
    let labels = format!("{} is damaged (it holds more than", mnist.join(FILES[1]).display());
    assert!(sentence.contains(&images) && sentence.contains(&labels), "{sentence}");
}

#[test]
fn a_wrong_magic_number_is_named() {
    let problem = "it starts with the bytes [00, 00, 08, 03] instead of [00, 00, 08, 01]";
    assert_damaged("t10k-labels-idx1-ubyte", problem, |bytes| bytes[3] = 3);
}

#[test]
fn one_flipped_bit_is_noticed() {
    let sum = "instead of ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db";
    assert_damaged("train-images-idx3-ubyte", sum, |bytes| bytes[40_000_000] ^= 1);
}

#[test]
fn a_damaged_file_is_replaced_when_it_can_be() {
    let folder = whole_folder();
    let mnist = folder.path().join("mnist");
    compress(FILES[3], &mnist);
    change(&mnist.join(FILES[3]), |bytes| bytes[9] ^= 1);
    let (code, stdout, stderr) = load(folder.path());
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(stdout.contains("): fetching it anew\n"), "{stdout}");
    assert!(stdout.contains("MNIST is complete and checked"), "{stdout}");
    assert_eq!(load(folder.path()).0, 0);
}

#[test]
fn no_network_is_one_sentence() {
    let folder = TempDir::new().expect("there is room");
    let sentence = sentence_of_code(2, folder.path());
    assert!(sentence.starts_with("MNIST could not be fetched: ossci-datasets."), "{sentence}");
    assert!(sentence.contains("connect to the internet and try again, or run "), "{sentence}");
    assert!(sentence.contains("`cargo lab data`") && sentence.contains(", or put "), "{sentence}");
    assert_holds(&folder.path().join("mnist"), &[]);
}

#[test]
fn a_file_in_the_place_of_the_folder_is_named() {
    let folder = TempDir::new().expect("there is room");
    let file = folder.path().join("data");
    fs::write(&file, "x").expect("it can be written");
    let sentence = sentence_of(&file);
    assert!(sentence.contains(&format!("{} is a file", file.display())), "{sentence}");
    assert!(sentence.contains("ZUNDER_DATA"), "{sentence}");
}

#[test]
fn two_processes_at_once_unpack_once() {
    let folder = TempDir::new().expect("there is room");
    let mnist = folder.path().join("mnist");
    fs::create_dir(&mnist).expect("it can be made");
    FILES.iter().for_each(|name| compress(name, &mnist));
    let start = || {
        let mut program = program(folder.path());
        program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
    };
    let both = [start(), start()].map(|child| child.wait_with_output().expect("it ends"));
    let outputs = both.map(text_of);
    let unpacked = |(code, stdout, stderr): &(i32, String, String)| {
        assert_eq!((*code, stderr.as_str()), (0, ""), "{stdout}");
        stdout.matches("unpacking").count()
    };
    assert_eq!(outputs.iter().map(unpacked).sum::<usize>(), 4, "{outputs:#?}");
    let compressed = FILES.map(|name| format!("{name}.gz"));
    let all: Vec<&str> = FILES.into_iter().chain(compressed.iter().map(String::as_str)).collect();
    assert_holds(&mnist, &all);
}

#[cfg(unix)]
mod disk {
    use super::*;

    #[test]
    fn a_folder_that_the_system_refuses_is_named() {
        let folder =
            Path::new(if cfg!(target_os = "linux") { "/proc/zunder" } else { "/dev/null/x" });
        let sentence = sentence_of(folder);
        assert!(sentence.starts_with(&format!("cannot keep MNIST in {}", folder.display())));
        assert!(sentence.contains("it needs 55 MB there"), "{sentence}");
    }

    /// A limit on the size of files, which every Unix has, stands for a disk that fills up.
    #[test]
    fn a_write_that_fails_in_the_middle_leaves_nothing_behind() {
        let folder = TempDir::new().expect("there is room");
        let mnist = folder.path().join("mnist");
        fs::create_dir(&mnist).expect("it can be made");
        compress(FILES[0], &mnist);
        let limited = "trap '' XFSZ; ulimit -f 20000; exec \"$0\"";
        let (code, stdout, stderr) =
            text_of(shell(folder.path(), limited).output().expect("a shell is there"));
        assert_eq!(code, 1, "{stdout}{stderr}");
        assert!(stderr.contains("cannot keep MNIST in "), "{stderr}");
        assert_holds(&mnist, &["train-images-idx3-ubyte.gz"]);
    }

    #[test]
    fn a_full_disk_is_named_and_nothing_is_left_behind() {
        let packed = TempDir::new().expect("there is room");
        FILES.iter().for_each(|name| compress(name, packed.path()));
        let script = format!("mkdir mnist && cp {}/*.gz mnist", packed.path().display());
        let Some((code, stdout, stderr)) = on_small_disk("size=30m", &script) else { return };
        assert_eq!(code, 1, "{stdout}{stderr}");
        assert!(stderr.contains("No space left on device"), "{stderr}");
        assert!(stderr.contains("it needs 55 MB there"), "{stderr}");
        let listing = stdout.split("LISTING\n").nth(1).expect("the script lists the folder");
        assert!(!listing.contains(".fetching"), "{listing}");
        assert!(!listing.contains("train-images-idx3-ubyte\n"), "{listing}");
    }

    #[test]
    fn a_read_only_disk_is_named() {
        let script = "mount -o remount,bind,ro .";
        let Some((code, stdout, stderr)) = on_small_disk("size=1m", script) else { return };
        assert_eq!(code, 1, "{stdout}{stderr}");
        assert!(stderr.contains("Read-only file system"), "{stderr}");
    }

    #[test]
    fn a_read_only_disk_that_holds_the_files_is_good_enough() {
        let whole = whole_folder();
        let copy =
            format!("cp -r {}/mnist . && mount -o remount,bind,ro .", whole.path().display());
        let Some((code, stdout, stderr)) = on_small_disk("size=60m", &copy) else { return };
        assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    }

    /// Runs the program with its data on a disk of its own that `script` prepares, then lists it.
    /// Only this process and its children see that disk, and it is gone with them.
    fn on_small_disk(options: &str, script: &str) -> Option<(i32, String, String)> {
        let place = TempDir::new().expect("there is room");
        let mount = format!("mount -t tmpfs -o {options} none \"$ZUNDER_DATA\"");
        // Root may mount at once; others may where the system lets them be root of a namespace.
        let namespaces: [&[&str]; 2] = [&["--mount"], &["--map-root-user", "--mount"]];
        let works = |namespace: &&&[&str]| {
            let mut probe = Command::new("unshare");
            probe.args(**namespace).args(["sh", "-c", &mount]).env("ZUNDER_DATA", place.path());
            probe.output().is_ok_and(|output| output.status.success())
        };
        let Some(namespace) = namespaces.iter().find(works) else {
            let reason = "this system lets nobody mount a small disk for a test";
            assert!(std::env::var_os("CI").is_none(), "under CI nothing is skipped: {reason}");
            tell(&format!("NOT TESTED: {reason}"));
            return None;
        };
        let program = program(place.path());
        let script = format!(
            "{mount} && cd \"$ZUNDER_DATA\" && {script} || exit 99; \
             PATH=/nowhere; \"$0\"; code=$?; PATH=/usr/bin:/bin; \
             echo LISTING; [ ! -d mnist ] || ls -A mnist; exit $code"
        );
        let mut command = Command::new("unshare");
        command.args(*namespace).args(["sh", "-c", &script]).arg(program.get_program());
        copy_environment(&program, &mut command);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        let output = text_of(command.output().expect("it starts"));
        assert_ne!(output.0, 99, "the disk could not be prepared: {}", output.2);
        Some(output)
    }

    fn shell(data: &Path, script: &str) -> Command {
        let program = program(data);
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", script]).arg(program.get_program());
        copy_environment(&program, &mut shell);
        shell
    }

    fn copy_environment(from: &Command, to: &mut Command) {
        for (name, value) in from.get_envs() {
            match value {
                Some(value) => to.env(name, value),
                None => to.env_remove(name),
            };
        }
    }

    /// Past the capture of the test runner, so that a test that could not run is seen.
    fn tell(line: &str) {
        writeln!(std::io::stderr(), "\n{line}\n").expect("stderr takes a line");
    }
}

/// The program, in an environment with this data folder and without a network.
fn program(data: &Path) -> Command {
    let mut program = Command::new(example());
    program
        .env("ZUNDER_DATA", data)
        .env("ALL_PROXY", "http://127.0.0.1:1") // nobody listens there
        .env("PATH", "/nowhere");
    for name in ["NO_PROXY", "no_proxy", "all_proxy"] {
        program.env_remove(name);
    }
    program
}

/// `cargo test` builds it; `cargo test --test main` does not, and would run an old one.
fn example() -> &'static Path {
    static EXAMPLE: OnceLock<PathBuf> = OnceLock::new();
    EXAMPLE.get_or_init(|| {
        let test = std::env::current_exe().expect("it has a path");
        let folder = test.parent().and_then(Path::parent).expect("it lies in target/debug/deps");
        let name = format!("load_data{}", std::env::consts::EXE_SUFFIX);
        let example = folder.join("examples").join(name);
        let built = |path: &Path| {
            fs::metadata(path).and_then(|data| data.modified()).unwrap_or(SystemTime::UNIX_EPOCH)
        };
        if built(&example) < built(&test) {
            let mut cargo = Command::new(env!("CARGO"));
            cargo.args(["build", "--quiet", "--example", "load_data"]);
            if cfg!(feature = "ndarray") {
                cargo.args(["--features", "ndarray"]);
            }
            // Cargo tells a test about its package. The build script of `ring` looks at the same
            // variables, so they must not reach another cargo: it would build half of all anew.
            for (name, _) in std::env::vars_os() {
                let text = name.to_string_lossy();
                if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                    cargo.env_remove(name);
                }
            }
            assert!(cargo.status().expect("cargo is there").success());
        }
        example
    })
}

/// Exit code, stdout and stderr of the program.
fn load(data: &Path) -> (i32, String, String) {
    text_of(program(data).output().expect("it starts"))
}

fn text_of(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).expect("it writes text");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

/// The one line on stderr of a program that must fail.
fn sentence_of(data: &Path) -> String {
    sentence_of_code(1, data)
}

/// The same, for one that ends with this code.
fn sentence_of_code(expected: i32, data: &Path) -> String {
    let (code, stdout, stderr) = load(data);
    assert_eq!(code, expected, "{stdout}{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    stderr
}

/// A data folder that holds the real files, as links where that is possible.
fn whole_folder() -> TempDir {
    let folder = TempDir::new().expect("there is room");
    let mnist = folder.path().join("mnist");
    fs::create_dir(&mnist).expect("it can be made");
    for name in FILES {
        let from = real_folder().join(name);
        fs::hard_link(&from, mnist.join(name))
            .or_else(|_| fs::copy(&from, mnist.join(name)).map(|_| ()))
            .expect("there is room");
    }
    folder
}

/// Where the real files lie, fetched if need be.
fn real_folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        mnist::load_data().expect("MNIST is there or can be fetched");
        zunder::data_folder().expect("it was just used").join("mnist")
    })
}

/// Changes a file without touching others that it is linked to.
fn change(path: &Path, change: impl Fn(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).expect("it is there");
    change(&mut bytes);
    fs::remove_file(path).expect("it can be removed");
    fs::write(path, bytes).expect("it can be written");
}

/// Spoils one file, and looks whether it is named, with the problem, and still there.
fn assert_damaged(name: &str, problem: &str, spoil: impl Fn(&mut Vec<u8>)) {
    let folder = whole_folder();
    let path = folder.path().join("mnist").join(name);
    change(&path, spoil);
    let before = fs::read(&path).expect("it is there");
    let sentence = sentence_of_code(2, folder.path());
    let start = format!("{} is damaged (", path.display());
    assert!(sentence.starts_with(&start) && sentence.contains(problem), "{sentence}");
    assert!(sentence.contains("MNIST could not be fetched: "), "{sentence}");
    assert!(fs::read(&path).expect("it is there") == before);
    assert_holds(&folder.path().join("mnist"), &FILES);
}

/// The folder holds these files and the lock, and nothing unfinished.
fn assert_holds(folder: &Path, files: &[&str]) {
    let entries = fs::read_dir(folder).expect("it is there");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("it can be listed").file_name().to_string_lossy().into_owned())
        .filter(|name| name != ".lock")
        .collect();
    names.sort();
    let mut expected = files.to_vec();
    expected.sort_unstable();
    assert_eq!(names, expected);
}

fn compress(name: &str, folder: &Path) {
    let bytes = fs::read(real_folder().join(name)).expect("it is there");
    let file = fs::File::create(folder.join(format!("{name}.gz"))).expect("it can be written");
    let mut encoder = GzEncoder::new(file, Compression::fast());
    encoder.write_all(&bytes).and_then(|()| encoder.try_finish()).expect("there is room");
}
