//! `cargo lab pack`: an installation in one file, for machines without a network.
//!
//! The file is a script for `sh`, `installer.sh`, with the archive behind it.

use std::fs::{File, Permissions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use tempfile::NamedTempFile;

use crate::base::failure::{Explain, Result, fail};
use crate::base::files;
use crate::base::installation::Installation;
use crate::base::layout::Layout;
use crate::base::spoken::{say, spoken, tell};
use crate::install::{install, uninstall};
use crate::setup::clean;
use crate::setup::setup::{self, Verbosity};
use crate::setup::steps::Steps;

/// What the name of a pack begins with that is not yet whole.
const BEGUN: &str = ".zunder-pack-";

const INSTALLER: &str = include_str!("installer.sh");

/// What can be chosen.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The file, such as zunder.sh
    file: PathBuf,
    /// Without JupyterLab, for hubs that have their own
    #[arg(long)]
    kernel_only: bool,
}

/// Writes the file.
pub(crate) fn run(layout: &Layout, options: &Options) -> Result<()> {
    let start = Instant::now();
    let file = std::path::absolute(&options.file)
        .explain(|| spoken!("find the file", "die Datei zu finden"))?;
    if file.is_dir() {
        fail!(
            "{} is a folder: name a file in it, such as zunder.sh",
            "{} ist ein Ordner: Nenn eine Datei darin, etwa zunder.sh",
            file.display()
        );
    }
    let begun = begin(&file)?;
    let python = setup::run(layout, Verbosity::All)?;
    let _one_at_a_time = clean::hold_for_installing(layout)?;
    let folder = clean::packing(layout);
    let content = folder.join("zunder");
    tell!("\nPacking into {}", "\nGepackt wird in {}", file.display());
    let mut steps = Steps::new(8, Verbosity::All);
    let filled = install::fill(layout, &python, &content, options.kernel_only, &mut steps);
    let written = filled.and_then(|installation| {
        steps.step(say("the archive", "das Archiv"), say("a minute", "eine Minute"), false, || {
            write(begun, &file, &folder, &installation)
        })
    });
    uninstall::remove_content(&content)?;
    files::remove_folder(&folder)?;
    written?;
    let size = files::megabytes(files::disk_use(&file));
    tell!(
        "\nPacked {size} in {:.0} s.",
        "\n{size} gepackt in {:.0} s.",
        start.elapsed().as_secs_f64()
    );
    tell!(
        "On the other machine: sudo sh {}",
        "Auf dem anderen Rechner: sudo sh {}",
        file.file_name().unwrap_or_default().display()
    );
    Ok(())
}

/// The pack under another name in the same folder: made before the long work, so that a place where nothing can be
/// written is found at once, and gone if the work fails. One that was interrupted goes with the next.
fn begin(file: &Path) -> Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    let folder = file.parent().unwrap_or(Path::new("/"));
    if !folder.is_dir() {
        fail!(
            "there is no folder {}: make it, or name another place",
            "den Ordner {} gibt es nicht: Leg ihn an, oder nenn eine andere Stelle",
            folder.display()
        );
    }
    if !files::is_writable(folder) {
        fail!(
            "you may not write into {}: name another place",
            "in {} darfst du nicht schreiben: Nenn eine andere Stelle",
            folder.display()
        );
    }
    remove_interrupted(folder)?;
    let make = || {
        let begun = tempfile::Builder::new()
            .prefix(BEGUN)
            .permissions(Permissions::from_mode(0o666)) // less what the umask takes away
            .tempfile_in(folder)?;
        let _ = begun.as_file().lock(); // some network drives know no locks: nothing is taken for left there
        Ok::<_, std::io::Error>(begun)
    };
    make().explain(|| spoken!("write {}", "{} zu schreiben", file.display()))
}

/// Removes what packs left that were interrupted: those at work hold their locks.
fn remove_interrupted(folder: &Path) -> Result<()> {
    for entry in files::entries(folder)? {
        let is_begun = entry.file_name().to_string_lossy().starts_with(BEGUN);
        let is_left = || File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok());
        if is_begun && is_left() {
            files::remove(&entry.path())?;
        }
    }
    Ok(())
}

fn write(
    mut begun: NamedTempFile,
    file: &Path,
    folder: &Path,
    installation: &Installation,
) -> Result<()> {
    let head = head(folder, installation);
    let writing = || spoken!("write {}", "{} zu schreiben", file.display());
    begun.write_all(head.as_bytes()).explain(writing)?;
    add_archive(begun.as_file().try_clone().explain(writing)?, folder)?;
    begun.persist(file).map_err(|problem| problem.error).explain(writing)?;
    Ok(())
}

/// Writes the archive of `zunder` in this folder.
fn add_archive(written: File, folder: &Path) -> Result<()> {
    // Modification times whole: the compiler compares them, and the older format keeps seconds only.
    let mut tar = Command::new("tar");
    tar.args(["--create", "--format=posix", "--sort=name", "--owner=root:0", "--group=root:0"]);
    tar.args(["--pax-option=delete=atime,delete=ctime", "--directory"]).arg(folder).arg("zunder");
    let mut tar = tar.stdout(Stdio::piped()).spawn().explain(|| {
        spoken!("run tar, which writes the archive", "tar auszuführen, das das Archiv schreibt")
    })?;
    let archive = tar.stdout.take().map_or_else(Stdio::null, Stdio::from);
    let mut gzip = Command::new("gzip");
    let compressed = gzip.arg("-6").stdin(archive).stdout(written).status();
    drop(gzip); // it holds the pipe, and tar would wait for a reader for ever
    let is_whole = tar.wait().is_ok_and(|status| status.success())
        && compressed.explain(|| spoken!("run gzip", "gzip auszuführen"))?.success();
    if !is_whole {
        fail!(
            "the archive could not be written; the words of tar and gzip stand above",
            "das Archiv ließ sich nicht schreiben; was tar und gzip dazu sagen, steht darüber"
        );
    }
    Ok(())
}

/// The installer, which knows what it has behind it.
fn head(folder: &Path, installation: &Installation) -> String {
    let arch = installation.host.split('-').next().unwrap_or_default();
    // Files are larger on a disk with larger blocks.
    let kilobytes = files::disk_use(folder) / 1000 * 11 / 10;
    let values = [
        ("@VERSION@", installation.version.clone()),
        ("@ARCH@", arch.to_owned()),
        ("@GLIBC@", installation.glibc.clone()),
        ("@PYTHON@", installation.python.clone().unwrap_or_default()),
        ("@KILOBYTES@", kilobytes.to_string()),
        ("@PACKED@", folder.join("zunder").display().to_string()),
        ("@CONTENT@", uninstall::CONTENT.join(" ")),
        ("@BEGUN@", uninstall::BEGUN.to_owned()),
        ("@LINES@", (INSTALLER.lines().count() + 1).to_string()),
    ];
    values.iter().fold(INSTALLER.to_owned(), |text, (name, value)| text.replace(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with a plain path.
    fn plain_folder() -> tempfile::TempDir {
        let place = crate::base::plain::temporary_folder();
        tempfile::Builder::new().prefix("pack").tempdir_in(place).expect("a folder")
    }

    /// The installer in this folder, without an archive behind it.
    fn installer(folder: &Path, change: impl FnOnce(&mut Installation)) -> PathBuf {
        let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
        let mut installation = Installation::new(host, "rustc".into(), "key".into());
        installation.glibc = "2.17".into();
        change(&mut installation);
        let script = folder.join("zunder.sh");
        let text = head(folder, &installation);
        let is_name = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_uppercase());
        assert_eq!(text.split('@').find(|word| is_name(word)), None, "nobody fills this in");
        files::write(&script, text).expect("there is room");
        script
    }

    /// Runs an installer in its folder, which is the home folder too, and gives what it says.
    fn run_it(script: &Path, arguments: &[&str], path: Option<&str>) -> (bool, String) {
        let folder = script.parent().expect("it lies in a folder");
        let mut sh = Command::new("sh");
        sh.arg(script).args(arguments).env("LANG", "C.UTF-8").env("HOME", folder);
        sh.env_remove("LC_ALL").env_remove("LC_MESSAGES").current_dir(folder);
        sh.envs(path.map(|path| ("PATH", path)));
        let output = sh.output().expect("sh is there");
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&text).into_owned())
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_installer_says_what_is_missing_before_it_writes() {
        let folder = plain_folder();
        let says = |change: fn(&mut Installation), arguments: &[&str]| {
            run_it(&installer(folder.path(), change), &[&["--check"], arguments].concat(), None)
        };
        let refuses = |change: fn(&mut Installation), arguments: &[&str], words: &str| {
            let (went, said) = says(change, arguments);
            assert!(!went && said.contains(words), "{words:?}: {said}");
        };
        refuses(|it| it.host = "riscv64-unknown-linux-gnu".into(), &[], "is for Linux on riscv64");
        refuses(|it| it.glibc = "2.999".into(), &[], "glibc 2.999 or newer");
        refuses(|it| it.python = Some("3.99".into()), &[], "needs Python 3.99");
        refuses(|_| (), &["--prefix", "/tmp/Mein Kürs (neu)"], "without blanks");
        refuses(|_| (), &["--prefix", "/usr/bin"], "holds other things");
        refuses(|_| (), &["--prefix"], "wants a folder");
        refuses(|_| (), &["--what"], "--kernel-only   without JupyterLab");
        refuses(|_| (), &["--prefix", "zunder"], "choose another folder for the installation");
        let prefix = folder.path().join("new/zunder");
        let (went, said) = says(|_| (), &["--prefix", prefix.to_str().expect("a plain path")]);
        assert!(went && said.contains("All that is needed is here"), "{said}");
        assert!(!prefix.exists(), "it only looks");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_installation_that_fails_takes_away_only_what_is_its_own() {
        let folder = plain_folder();
        let at = |name: &str| folder.path().join("opt").join(name);
        files::write(&at("zunder.json"), "{}").expect("there is room");
        files::write(&at("mine"), "a file of somebody else").expect("there is room");
        files::write_program(&at("bin/zunder"), "#!/bin/sh\nrm \"${0%/*}/../zunder.json\"\n")
            .expect("there is room");
        // There is no archive that could be unpacked.
        let (went, said) = run_it(&installer(folder.path(), |_| ()), &["--prefix", "opt"], None);
        assert!(!went && said.contains("Unpacking"), "{said}");
        assert!(!at("bin").exists() && !at("zunder.json").exists(), "its own is gone");
        assert!(at("mine").exists(), "what belongs to somebody else is left");
        let (went, _) = run_it(&installer(folder.path(), |_| ()), &["--prefix", "new"], None);
        assert!(!went && !folder.path().join("new").exists(), "an empty folder goes");
    }

    /// dash does nothing at the exit of a shell that a signal ends.
    #[cfg(target_os = "linux")]
    #[test]
    fn an_installation_that_is_interrupted_leaves_nothing() {
        let folder = plain_folder();
        let tar = "#!/bin/sh\nmkdir -p opt/bin\nkill -TERM $PPID\ncat >/dev/null\n";
        files::write_program(&folder.path().join("programs/tar"), tar).expect("there is room");
        let path = std::env::var("PATH").expect("there is one");
        let path = format!("{}:{path}", folder.path().join("programs").display());
        let script = installer(folder.path(), |_| ());
        let (went, said) = run_it(&script, &["--prefix", "opt"], Some(&path));
        assert!(!went && said.contains("Unpacking"), "{said}");
        assert!(!folder.path().join("opt").exists());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_killed_installation_left_is_no_obstacle_for_the_next() {
        let folder = plain_folder();
        let at = |name: &str| folder.path().join("opt").join(name);
        files::write(&at("bin/zunder"), "half of it").expect("there is room");
        files::write(&at(uninstall::BEGUN), "").expect("there is room");
        files::write(&at("mine"), "a file of somebody else").expect("there is room");
        let (went, said) = run_it(&installer(folder.path(), |_| ()), &["--prefix", "opt"], None);
        assert!(!went && said.contains("Unpacking"), "{said}");
        assert!(!at("bin").exists() && at("mine").exists());
    }

    /// Whoever uninstalls is in another folder.
    #[cfg(target_os = "linux")]
    #[test]
    fn the_installer_remembers_where_it_has_put_kernels_in_full() {
        let folder = plain_folder();
        let real = folder.path().canonicalize().expect("it is there");
        let packed = folder.path().join("packed");
        let at = |name: &str| packed.join("zunder").join(name);
        files::write(&at("zunder.json"), r#"{"python": null, "jupyter": []}"#).expect("room");
        files::write(&at("share/jupyter/kernels/zunder/kernel.json"), "{}").expect("room");
        let script = installer(folder.path(), |_| ());
        let end = File::options().append(true).open(&script).expect("it is there");
        add_archive(end, &packed).expect("tar and gzip are there");
        let (went, said) = run_it(&script, &["--prefix", "opt", "--jupyter", "local"], None);
        assert!(went, "{said}");
        let said = std::fs::read_to_string(real.join("opt/zunder.json")).expect("it is installed");
        let wanted = format!(r#"["{}"]"#, real.join("local/share/jupyter").display());
        assert!(said.contains(&wanted), "{said}");
        assert!(!real.join("opt").join(uninstall::BEGUN).exists());
    }

    /// Without a reader tar waits for ever, so nobody waits here longer than a minute.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_ends_the_packing_and_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut noise = vec![0; 2_000_000]; // more than a pipe holds, and gzip cannot make it small
        getrandom::fill(&mut noise).expect("the system has noise");
        files::write(&folder.path().join("zunder/noise"), noise).expect("there is room");
        let full = File::options().write(true).open("/dev/full").expect("Linux has it");
        let (tell, told) = std::sync::mpsc::channel();
        let from = folder.path().to_owned();
        std::thread::spawn(move || tell.send(add_archive(full, &from).is_err()));
        assert_eq!(told.recv_timeout(std::time::Duration::from_secs(60)), Ok(true));
    }

    #[test]
    fn a_place_that_cannot_be_written_is_found_before_the_work() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let refusal = begin(&at("nosuch/x.sh")).expect_err("there is no such folder").to_string();
        assert!(refusal.starts_with("there is no folder"), "{refusal}");
        files::write(&at("x.sh"), "an older pack").expect("there is room");
        files::write(&at(".zunder-pack-killed"), "half of it").expect("there is room");
        let first = begin(&at("x.sh")).expect("it can be written");
        assert!(!at(".zunder-pack-killed").exists(), "what was interrupted goes");
        drop(begin(&at("y.sh")).expect("it can be written"));
        assert!(first.path().exists(), "what is at work stays");
        drop(first);
        assert_eq!(std::fs::read(at("x.sh")).ok().as_deref(), Some(&b"an older pack"[..]));
        let left = std::fs::read_dir(folder.path()).expect("it is there").count();
        assert_eq!(left, 1, "nothing is left beside it");
    }
}
