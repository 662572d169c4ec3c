//! Running other programs and finding them.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::base::failure::{Explain, Failure, Result, fail};
pub(crate) use crate::base::set_by_cargo::is_set_by_cargo;
use crate::base::spoken::{Spoken, spoken};

/// The version of the Rust kernel that this project is tested with.
pub(crate) const EVCXR_VERSION: &str = "0.22.0";

/// The status of a command whose reader went away, which is no failure of its own: what a shell says of a program
/// that SIGPIPE ended.
pub(crate) const READER_WENT: u8 = 128 + 13;

/// The first program of this name on `PATH`.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| is_program(file))
}

/// The names of Chromium and of Chrome, as in `browser.py`.
const BROWSERS: [&str; 4] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Whether a browser is there that scripts can drive, with its driver.
pub(crate) fn has_browser() -> bool {
    find_program("chromedriver").is_some()
        && BROWSERS.iter().any(|name| find_program(name).is_some())
}

/// Whether `file` can be run.
pub(crate) fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// Runs `command` with its output on the terminal.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = name(command);
    let status = command.status().explain(|| spoken!("run {name}", "{name} auszuführen"))?;
    if status.code() == Some(READER_WENT.into()) {
        println!(); // into the same pipe, so that this command ends in the same way
    }
    if !status.success() {
        fail!(
            "{name} failed ({status}); its own words stand above",
            "{name} ist gescheitert ({status}); was es selbst dazu sagt, steht darüber"
        );
    }
    Ok(())
}

/// The same where a failure is told in these words: the program's own stand above.
pub(crate) fn run_or(command: &mut Command, failed: Spoken) -> Result<()> {
    run(command).map_err(|_| Failure::new(failed))
}

/// Runs `command` and returns what it prints on stdout.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let name = name(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .explain(|| spoken!("run {name}", "{name} auszuführen"))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        fail!(
            "{name} failed ({}): {}",
            "{name} ist gescheitert ({}): {}",
            output.status,
            stderr.trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn name(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut words = vec![program.file_name().unwrap_or_default().to_string_lossy().into_owned()];
    let short = |word: &&std::ffi::OsStr| word.len() < 40;
    words.extend(
        command
            .get_args()
            .take_while(short)
            .take(3)
            .map(|word| word.to_string_lossy().into_owned()),
    );
    format!("`{}`", words.join(" "))
}

/// Cargo on the workspace, told nothing of the cargo that runs this program.
///
/// Build scripts (`ring`'s is one) look at the variables that cargo sets for a program that it
/// runs, and would be run again, with much compiling, each time these come and go.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut cargo = Command::new("cargo");
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(is_set_by_cargo) {
            cargo.env_remove(&name);
        }
    }
    cargo.current_dir(root);
    cargo
}

/// `rustc -vV` as seen in `folder` (a toolchain file there counts).
pub(crate) fn rustc_version(folder: &Path) -> Result<String> {
    read(Command::new("rustc").arg("-vV").current_dir(folder))
}

/// The compiler's own folder.
pub(crate) fn sysroot(folder: &Path) -> Result<PathBuf> {
    read(Command::new("rustc").args(["--print", "sysroot"]).current_dir(folder)).map(PathBuf::from)
}

/// The system for which the compiler compiles, such as `x86_64-unknown-linux-gnu`.
pub(crate) fn host(folder: &Path) -> Result<String> {
    Ok(version_field(&rustc_version(folder)?, "host").unwrap_or_default().to_owned())
}

/// What one line of `rustc -vV` says, for example `host`.
pub(crate) fn version_field<'a>(verbose_version: &'a str, field: &str) -> Option<&'a str> {
    verbose_version.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(": "))
}

/// The free memory in kilobytes, where Linux says it.
pub(crate) fn free_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// Where evcxr_jupyter is: on `PATH`, or where cargo installs programs.
pub(crate) fn find_evcxr() -> Option<PathBuf> {
    find_program("evcxr_jupyter").or_else(|| {
        cargo_home().map(|home| home.join("bin/evcxr_jupyter")).filter(|file| is_program(file))
    })
}

/// The home of the cargo that the user calls.
pub(crate) fn cargo_home() -> Option<PathBuf> {
    let chosen = env::var_os("CARGO_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    chosen.or_else(|| Some(env::home_dir()?.join(".cargo")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_programs_and_reads_them() {
        assert!(find_program("sh").is_some());
        assert!(find_program("no-such-program").is_none());
        assert_eq!(read(Command::new("echo").arg("hello")).ok().as_deref(), Some("hello"));
    }

    #[test]
    fn a_failing_program_is_named() {
        let error = read(Command::new("sh").args(["-c", "echo why >&2; exit 3"])).err();
        let message = error.map(|error| error.to_string()).unwrap_or_default();
        assert!(message.contains("sh") && message.contains("why"), "{message}");
    }

    #[test]
    fn reads_fields_of_the_version() {
        assert_eq!(
            version_field("rustc 1.95.0\nhost: x86_64-unknown-linux-gnu", "host"),
            Some("x86_64-unknown-linux-gnu")
        );
    }

    #[test]
    fn the_variables_of_cargo_are_told_from_a_persons() {
        for name in
            ["CARGO", "CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_BIN_EXE_lab", "OUT_DIR"]
        {
            assert!(is_set_by_cargo(name), "{name}");
        }
        for name in ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_TERM_COLOR", "PATH"] {
            assert!(!is_set_by_cargo(name), "{name}");
        }
    }

    #[test]
    fn the_scripts_know_the_same_browsers() {
        let line = format!("BROWSERS = ({})", BROWSERS.map(|name| format!("{name:?}")).join(", "));
        assert!(
            include_str!("../../python/browser.py").lines().any(|other| other == line),
            "{line}"
        );
    }

    /// conda cannot be asked here, so at least both ways of setting up want the same.
    #[test]
    fn the_conda_environment_asks_for_what_the_set_up_pins() {
        let entries: Vec<&str> = include_str!("../../../environment.yml")
            .lines()
            .filter_map(|line| line.strip_prefix("  - "))
            .map(|entry| entry.split('#').next().unwrap_or_default().trim())
            .collect();
        let has = |entry: &str| assert!(entries.contains(&entry), "no {entry} in {entries:?}");
        has(&format!("evcxr={EVCXR_VERSION}"));
        has("python>=3.10");
        let manifest = include_str!("../../../Cargo.toml");
        let rust =
            manifest.split("rust-version = \"").nth(1).and_then(|rest| rest.split('"').next());
        for package in ["rust", "rust-src"] {
            has(&format!("{package}>={}", rust.expect("the manifest says which Rust")));
        }
        let pinned = include_str!("../../requirements.txt");
        let wanted = include_str!("../../requirements.in").lines();
        let name_of = |line: &'static str| line.split(['#', '<', '=', '>']).next().map(str::trim);
        // What Jupyter needs itself comes with it, and its German menus are for the other way alone.
        let left_out = ["", "soupsieve", "jupyterlab-language-pack-de-DE"];
        for name in wanted.filter_map(name_of).filter(|name| !left_out.contains(name)) {
            let package = name.replace('_', "-").to_lowercase();
            let version =
                pinned.lines().find_map(|line| line.strip_prefix(&format!("{package}==")));
            let major =
                version.and_then(|version| version.split('.').next()).expect("it is pinned");
            let entry = entries.iter().find(|entry| entry.split('=').next() == Some(name));
            let entry = entry.unwrap_or_else(|| panic!("no {name} in {entries:?}"));
            assert!(*entry == name || *entry == format!("{name}={major}"), "{entry}");
        }
    }
}
