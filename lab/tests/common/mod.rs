//! What the kernel's tests share: notebooks made on the spot, kernels started by hand.

use std::ffi::OsStr;
use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Once, OnceLock};
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;

/// The first cell of every notebook.
pub(crate) const START: &str = ":dep zunder = \"0.1\"\nuse zunder::prelude::*;";

/// A cell that begins with this is meant to fail: it gets Jupyter's tag for such cells.
pub(crate) const FAILS: &str = "// This fails.\n";

/// Kernels that run side by side would take each other's waiting one; what checks that sets this itself.
const WAITING: &str = "ZUNDER_WAITING_KERNEL";

pub(crate) const LAB: &str = env!("CARGO_BIN_EXE_lab");

/// What a run of a notebook came to.
pub(crate) struct Outcome {
    pub(crate) ok: bool,
    /// stdout and stderr.
    pub(crate) text: String,
    /// Where the notebook is.
    pub(crate) folder: PathBuf,
    _keep: TempDir,
}

impl Outcome {
    /// The notebook with its outputs, as JSON.
    pub(crate) fn executed(&self) -> String {
        let files = fs::read_dir(self.folder.join("out")).into_iter().flatten().flatten();
        let mut notebooks =
            files.map(|file| file.path()).filter(|f| f.extension().is_some_and(|e| e == "ipynb"));
        let notebook =
            notebooks.next().unwrap_or_else(|| panic!("no executed notebook: {}", self.text));
        fs::read_to_string(notebook).expect("the executed notebook")
    }
}

/// The top of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("lab is a folder of the repository")
}

/// Sets up what is missing.
pub(crate) fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let status = Command::new(LAB).arg("setup").status().expect("lab starts");
        assert!(status.success(), "set-up failed; see above");
    });
}

/// Runs the program as `cargo lab` would, and returns what it printed. It must succeed.
pub(crate) fn lab<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> String {
    let mut command = Command::new(LAB);
    command.args(arguments);
    let (ok, text) = ended(command);
    assert!(ok, "{text}");
    text
}

/// Runs the program where it must fail, and returns what it printed.
pub(crate) fn failing_lab<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> String {
    let mut command = Command::new(LAB);
    command.args(arguments);
    let (ok, text) = ended(command);
    assert!(!ok, "it should fail: {text}");
    text
}

/// Has a script do something with a notebook in a real JupyterLab; pictures go to `output`.
pub(crate) fn in_browser(notebook: &Path, output: &Path, script: &str) -> String {
    let options = ["--script".as_ref(), script.as_ref(), "--output".as_ref(), output.as_os_str()];
    let begin: [&OsStr; 2] = ["browser".as_ref(), notebook.as_os_str()];
    lab(begin.into_iter().chain(options))
}

/// A book, and the executed notebooks that it is made of, in a folder for each language.
pub(crate) struct Book {
    pub(crate) site: PathBuf,
    pub(crate) executed: PathBuf,
}

/// The book of the tutorial in both languages. It is made once for all tests, by running the notebook anew; kept, for a
/// look at it.
pub(crate) fn book() -> &'static Book {
    static BOOK: OnceLock<Book> = OnceLock::new();
    BOOK.get_or_init(|| {
        prepare();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("book");
        let _ = fs::remove_dir_all(&folder); // of an earlier run
        let (site, executed) = (folder.join("site"), folder.join("executed"));
        let begin: [&OsStr; 3] =
            ["book".as_ref(), "--notebook".as_ref(), "01_first_neural_network".as_ref()];
        let folders: [&OsStr; 4] =
            ["--output".as_ref(), site.as_ref(), "--executed".as_ref(), executed.as_ref()];
        println!("{}", lab(begin.into_iter().chain(folders)));
        Book { site, executed }
    })
}

/// Whether a program succeeded, and what it printed to stdout and stderr.
pub(crate) fn ended(mut command: Command) -> (bool, String) {
    command.env(WAITING, "0");
    let output = command.stdin(Stdio::null()).output().expect("the program starts");
    let text = [output.stdout, output.stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .concat();
    (output.status.success(), text)
}

/// Runs cells as a notebook with `lab run`.
pub(crate) fn run_notebook(name: &str, cells: &[&str]) -> Outcome {
    run_notebook_in("C.UTF-8", name, cells)
}

/// The same where the system is set to a language.
pub(crate) fn run_notebook_in(locale: &str, name: &str, cells: &[&str]) -> Outcome {
    prepare();
    let (keep, notebook) = write_notebook(name, cells);
    let folder = keep.path().to_owned();
    let output = folder.join("out");
    let mut command = Command::new(LAB);
    command.arg("run").arg(notebook).arg("--output").arg(output).env("LC_ALL", locale);
    outcome(command, folder, keep)
}

/// Runs one of the scripts that check a kernel.
pub(crate) fn check(script: &str) -> Outcome {
    prepare();
    let keep = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(environment().join("bin/python"));
    command.arg(root().join("lab/python").join(script));
    // There are the kernels of a conda environment; the project's own has them in itself.
    command.env("JUPYTER_PATH", root().join(".zunder/jupyter"));
    outcome(command, keep.path().to_owned(), keep)
}

/// The Python environment that the program uses: the activated one of conda, or the own.
pub(crate) fn environment() -> PathBuf {
    let conda = std::env::var_os("CONDA_PREFIX").map(PathBuf::from).filter(|conda| {
        let needed = ["python", "jupyter-lab", "evcxr_jupyter"];
        needed.iter().all(|name| conda.join("bin").join(name).is_file())
    });
    conda.unwrap_or_else(|| root().join(".zunder/venv"))
}

/// Runs cells through the kernel of another checkout, as Jupyter would.
pub(crate) fn run_in(repository: &Path, name: &str, cells: &[&str]) -> Outcome {
    let (keep, notebook) = write_notebook(name, cells);
    let folder = keep.path().to_owned();
    let state = repository.join(".zunder");
    let mut command = Command::new(state.join("venv/bin/python"));
    command
        .arg(repository.join("lab/python/run_notebook.py"))
        .arg(notebook)
        .arg(folder.join("out"));
    command.env("JUPYTER_PATH", state.join("jupyter"));
    outcome(command, folder, keep)
}

fn outcome(command: Command, folder: PathBuf, keep: TempDir) -> Outcome {
    let (ok, text) = ended(command);
    Outcome { ok, text, folder, _keep: keep }
}

fn write_notebook(name: &str, cells: &[&str]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let cells: Vec<_> = (cells.iter().enumerate())
        .map(|(number, source)| {
            let tags = if source.starts_with(FAILS) { json!(["raises-exception"]) } else { json!([]) };
            json!({"cell_type": "code", "id": format!("cell-{number}"), "metadata": {"tags": tags}, "source": source,
                   "outputs": [], "execution_count": null})
        })
        .collect();
    let kernel = json!({"name": "zunder", "display_name": "Rust (Zunder)", "language": "rust"});
    let notebook = json!({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5});
    let file = folder.path().join(format!("{name}.ipynb"));
    fs::write(&file, notebook.to_string()).expect("the notebook");
    (folder, file)
}

/// A kernel started by hand, without Jupyter, by a shell that stands for Jupyter's server.
pub(crate) struct KernelProcess {
    server: Child,
    kernel: u32,
    _connection: TempDir,
}

impl KernelProcess {
    /// Starts a kernel, and returns when it compiles. It tries it again with other ports where another
    /// program was given one of them in between.
    pub(crate) fn start() -> Self {
        for _ in 0..3 {
            let mut kernel = Self::launch();
            let pid = kernel.pid();
            let mut has_ended = || kernel.server.try_wait().is_ok_and(|status| status.is_some());
            wait_until("the kernel compiles", || has_begun_a_cell(pid) || has_ended());
            if has_begun_a_cell(pid) {
                return kernel;
            }
        }
        panic!("three kernels have ended before they compiled");
    }

    /// Starts the launcher in a process group of its own, as Jupyter does.
    fn launch() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let listeners: Vec<TcpListener> =
            (0..5).map(|_| TcpListener::bind("127.0.0.1:0").expect("a free port")).collect();
        let ports: Vec<u16> = listeners
            .iter()
            .map(|listener| listener.local_addr().expect("a port").port())
            .collect();
        drop(listeners);
        let connection = json!({
            "transport": "tcp", "ip": "127.0.0.1", "key": "test", "signature_scheme": "hmac-sha256",
            "shell_port": ports[0], "iopub_port": ports[1], "stdin_port": ports[2],
            "control_port": ports[3], "hb_port": ports[4],
        });
        let file = folder.path().join("connection.json");
        fs::write(&file, connection.to_string()).expect("the connection file");
        // In the foreground: what a shell starts beside itself ignores interrupts.
        let script = "JPY_PARENT_PID=$$ \"$0\" kernel \"$1\"; true";
        let mut command = Command::new("sh");
        command.args(["-c", script]).arg(root().join(".zunder/bin/zunder-kernel")).arg(file);
        command.env("ZUNDER_ROOT", root()).process_group(0);
        command.env(WAITING, "0");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let server = command.spawn().expect("the shell starts");
        let parent = server.id().to_string();
        let child = || first_found(&["-P", &parent]);
        wait_until("the kernel's process is there", || child().is_some());
        let kernel = child().expect("it was there");
        Self { server, kernel, _connection: folder }
    }

    /// The kernel's process.
    pub(crate) fn pid(&self) -> u32 {
        self.kernel
    }

    /// Kills the process that has started the kernel.
    pub(crate) fn kill_server(&mut self) {
        self.server.kill().expect("it can be killed");
        self.server.wait().expect("it has ended"); // until then its number is taken
    }

    /// Whether the kernel still runs. The folder is locked as long as it does.
    pub(crate) fn is_running(&mut self) -> bool {
        folders_of(self.kernel).iter().any(|folder| {
            fs::File::open(folder.join("lock")).is_ok_and(|lock| lock.try_lock_shared().is_err())
        })
    }
}

impl Drop for KernelProcess {
    fn drop(&mut self) {
        if self.is_running() {
            let kernel = self.kernel.to_string();
            let _ = Command::new("kill").args(["-s", "KILL", &kernel]).status();
        }
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The process of a kernel's relay.
pub(crate) fn relay_of(kernel: u32) -> Option<u32> {
    first_found(&["-f", &format!("relay .*/run/{kernel}-")])
}

/// The first process that `pgrep` finds.
fn first_found(arguments: &[&str]) -> Option<u32> {
    let found = Command::new("pgrep").args(arguments).output().expect("pgrep starts");
    String::from_utf8_lossy(&found.stdout).lines().next()?.parse().ok()
}

/// Where `lab doctor` says that kernels run.
pub(crate) fn kernels_run_in(said: &str) -> PathBuf {
    let line = said.lines().find_map(|line| line.split_once("kernels run in")).expect(said).1;
    line.split(" (").next().expect("a path").trim().into()
}

/// Where the kernels of this checkout are: in it, unless its path has blanks or special characters.
pub(crate) fn own_folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let mut doctor = Command::new(LAB);
        doctor.arg("doctor");
        kernels_run_in(&ended(doctor).1)
    })
}

/// The private folders of one kernel.
pub(crate) fn folders_of(pid: u32) -> Vec<PathBuf> {
    let start = format!("{pid}-");
    let entries = fs::read_dir(own_folder().join("run")).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(&start))
        .map(|entry| entry.path())
        .collect()
}

/// Whether the kernel has begun to compile its first cell. A template has nothing of this name.
pub(crate) fn has_begun_a_cell(pid: u32) -> bool {
    folders_of(pid).iter().any(|folder| holds(folder, "ctx-"))
}

/// Whether the kernel has compiled its first cell.
pub(crate) fn has_compiled_a_cell(pid: u32) -> bool {
    folders_of(pid).iter().any(|folder| holds(folder, "libcode_"))
}

fn holds(folder: &Path, start: &str) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| {
        entry.file_name().to_string_lossy().starts_with(start)
            || entry.file_type().is_ok_and(|kind| kind.is_dir()) && holds(&entry.path(), start)
    })
}

/// Waits for what must happen, as long as it may take on a busy machine. The limit ends what hangs.
pub(crate) fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(600), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A copy of the program that has the original's Python and, in a second folder, its cargo build, with a small crate
/// in the place of the real one: what it tests is how a kernel follows the sources, whatever they are.
pub(crate) fn copy_with_small_crate() -> (TempDir, TempDir) {
    // Not beside the build, which is inside another workspace.
    let copy = tempfile::tempdir().expect("a folder");
    let build = folder_beside_the_build();
    link_build(build.path());
    // Of the members that use the crate, only what the small one has would compile.
    let is_replaced = |name: &String| name.starts_with("src/") || name.starts_with("data/src/");
    for name in source_files().into_iter().filter(|name| !is_replaced(name)) {
        let (from, to) = (root().join(&name), copy.path().join(name));
        fs::create_dir_all(to.parent().expect("a file has a folder")).expect("a folder");
        fs::copy(from, to).expect("a copy");
    }
    // What the kernel itself asks of the crate.
    let asked = "pub trait EvcxrDisplay {}\npub extern \"C\" fn cell_begins() {}\n";
    let modules = "//! A test's.\npub use zunder_data::part;\npub mod prelude {}\n\
                   pub const WORD: &str = include_str!(\"word.txt\");\n";
    write(copy.path(), "src/lib.rs", &format!("{modules}{asked}"));
    write(copy.path(), "src/word.txt", "before");
    write(copy.path(), "data/src/lib.rs", "//! A test's.\npub mod part;\n");
    write(copy.path(), "data/src/part.rs", SMALL_PART);
    if copy.path().join("course/src").is_dir() {
        fs::remove_dir_all(copy.path().join("course/src")).expect("it can be removed");
        write(copy.path(), "course/src/lib.rs", "//! A test's.\npub mod prelude {}\n");
    }
    write(copy.path(), "lab/cells/src/lib.rs", "//! A test's.\npub use zunder::cell_begins;\n");
    // Its program gets another name, or cargo would put it in the place of the one under test.
    let manifest = fs::read_to_string(copy.path().join("lab/Cargo.toml")).expect("lab/Cargo.toml");
    let (own, other) = ("[[bin]]\nname = \"lab\"", "[[bin]]\nname = \"lab-of-a-test\"");
    assert_eq!(manifest.matches(own).count(), 1, "{manifest}");
    write(copy.path(), "lab/Cargo.toml", &manifest.replace(own, other));
    write(copy.path(), "lab/src/main.rs", "//! A test's.\nfn main() {}\n");
    add_kernel(copy.path(), build.path());
    (copy, build)
}

/// The files of the repository that git keeps or would keep.
pub(crate) fn source_files() -> Vec<String> {
    let git = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output();
    let names = git.expect("git lists the files").stdout;
    let names = String::from_utf8_lossy(&names);
    let files = names.split('\0').filter(|name| root().join(name).is_file());
    files.map(str::to_owned).collect()
}

/// A folder on the disk of the build, so that links can lead there.
pub(crate) fn folder_beside_the_build() -> TempDir {
    let place = target().join("tmp");
    fs::create_dir_all(&place).expect("a folder");
    tempfile::tempdir_in(place).expect("a folder")
}

/// A build that is made of hard links, where cargo may go on by itself: it knows what is there by the times, and what
/// it writes over in place, its own notes, is a copy.
pub(crate) fn link_build(to: &Path) {
    let (from, notes) = (target(), "debug/.fingerprint");
    fs::create_dir_all(to).expect("a folder");
    copy(&["-a", "-l"], &from.join("debug"), &to.join("debug"));
    fs::remove_dir_all(to.join(notes)).expect("it can be removed");
    copy(&["-a"], &from.join(notes), &to.join(notes));
    copy(&["-a"], &from.join(".rustc_info.json"), to);
    // What a crate was made of: rustc and cargo write that over in place, too, and a kernel reads it.
    for folder in ["debug", "debug/deps"] {
        for entry in fs::read_dir(from.join(folder)).expect("a folder").flatten() {
            if entry.path().extension().is_some_and(|extension| extension == "d") {
                let own = to.join(folder).join(entry.file_name());
                fs::remove_file(&own).expect("it can be removed");
                fs::copy(entry.path(), own).expect("a copy");
            }
        }
    }
}

/// Copies with the options of `cp`: the short ones, which macOS has, too.
pub(crate) fn copy(options: &[&str], from: &Path, to: &Path) {
    let status = Command::new("cp").args(options).arg("--").args([from, to]).status();
    assert!(status.expect("cp is there").success(), "{} to {}", from.display(), to.display());
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

const SMALL_PART: &str = "//! A test's.\npub const WORD: &str = \"at first\";\n";

/// Writes a file of a copy of the repository.
pub(crate) fn write(repository: &Path, name: &str, text: &str) {
    let file = repository.join(name);
    fs::create_dir_all(file.parent().expect("a file has a folder")).expect("a folder");
    fs::write(file, text).expect("it can be written");
}

/// A kernel named `zunder` that belongs to the copy, whose build is in `target`.
fn add_kernel(repository: &Path, target: &Path) {
    let state = repository.join(".zunder");
    let kernel = state.join("bin/zunder-kernel");
    fs::create_dir_all(state.join("bin")).expect("a folder");
    fs::copy(root().join(".zunder/bin/zunder-kernel"), &kernel).expect("the launcher");
    std::os::unix::fs::symlink(environment(), state.join("venv")).expect("a link");
    let spec = json!({
        "argv": [kernel, "kernel", "{connection_file}"], "display_name": "copy", "language": "rust",
        "interrupt_mode": "signal", "env": {"ZUNDER_ROOT": repository, "CARGO_TARGET_DIR": target},
    });
    write(&state, "jupyter/kernels/zunder/kernel.json", &spec.to_string());
}
