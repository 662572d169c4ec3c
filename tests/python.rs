//! A Python with the packages that some tests compare with.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Runs a script of `tests/python` and gives what it prints.
pub(crate) fn run(script: &str, arguments: &[&Path], input: &str) -> String {
    let mut command = Command::new(program());
    command.arg(folder().join(script)).args(arguments).env("PYTHONDONTWRITEBYTECODE", "1");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("Python starts");
    child.stdin.take().unwrap().write_all(input.as_bytes()).expect("the script reads its input");
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python")
}

/// An interpreter with the packages of `requirements.txt`, installed when they are not there yet.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let environment = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python");
        let program = environment.join("bin/python");
        let stamp = environment.join("complete");
        let requirements = folder().join("requirements.txt");
        let wanted = fs::read_to_string(&requirements).unwrap();
        if fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) && works(&program) {
            return program;
        }
        let _ = fs::remove_dir_all(&environment);
        let mut venv = Command::new("python3");
        venv.args(["-m", "venv"]).arg(&environment);
        expect(venv, "install Python 3.10 or newer with its venv module (python3-venv)");
        let mut pip = Command::new(&program);
        pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--quiet"]);
        pip.args(["--require-hashes", "-r"]).arg(requirements);
        expect(pip, "the packages of tests/python/requirements.txt must be reachable");
        fs::write(stamp, wanted).unwrap();
        program
    })
}

fn works(program: &Path) -> bool {
    let mut command = Command::new(program);
    command.args(["-c", "import numpy, safetensors"]);
    command.output().is_ok_and(|output| output.status.success())
}

fn expect(mut command: Command, needed: &str) {
    let output = command.output().unwrap_or_else(|error| panic!("{needed}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{needed}: {said}");
}
