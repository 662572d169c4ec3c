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
use crate::base::plain;
use crate::base::spoken::{say, spoken, tell};
use crate::install::claim::{self, Claim};
use crate::install::content::{self, Source};
use crate::install::uninstall;
use crate::kernel::shell::quoted;
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
pub(crate) fn run(
    layout: &Layout,
    options: &Options,
    notebooks: &[(PathBuf, String)],
) -> Result<()> {
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
    let _one_at_a_time = clean::hold_for_installing(layout)?;
    let python = setup::run(layout, Verbosity::All)?;
    let folder = clean::packing(layout);
    let content = folder.join("zunder");
    tell!("\nPacking into {}", "\nGepackt wird in {}", file.display());
    let mut steps = Steps::new(8, Verbosity::All);
    let from = Source { layout, python: &python, notebooks, kernel_only: options.kernel_only };
    let claim = Claim::on(&content)?;
    let filled = content::fill(&from, &content, &mut steps);
    let written = filled.and_then(|installation| {
        claim.end()?;
        steps.step(say("the archive", "das Archiv"), say("a minute", "eine Minute"), false, || {
            write(begun, &file, &folder, &installation)
        })
    });
    files::remove_folder(&folder)?;
    written?;
    let size = files::megabytes(files::disk_use(&file));
    tell!(
        "\nPacked {size} in {:.0} s.",
        "\n{size} gepackt in {:.0} s.",
        start.elapsed().as_secs_f64()
    );
    let name = as_typed(&file.file_name().unwrap_or_default().to_string_lossy());
    tell!("On the other machine: sudo sh {name}", "Auf dem anderen Rechner: sudo sh {name}");
    Ok(())
}

/// A file's name as the shell takes it for a name.
fn as_typed(name: &str) -> String {
    let name = if name.starts_with('-') { format!("./{name}") } else { name.to_owned() };
    if plain::is_plain(&Path::new("/").join(&name)) { name } else { quoted(&name) }
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
    remove_interrupted(folder);
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

/// Removes one's own files that packs left which were interrupted: those at work hold their locks. What cannot be removed
/// stands in nobody's way.
fn remove_interrupted(folder: &Path) {
    use std::os::unix::fs::MetadataExt;
    let me = rustix::process::geteuid().as_raw();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_begun = entry.file_name().to_string_lossy().starts_with(BEGUN);
        let is_own = || entry.metadata().is_ok_and(|data| data.is_file() && data.uid() == me);
        let is_left = || File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok());
        if is_begun && is_own() && is_left() {
            let _ = std::fs::remove_file(entry.path());
        }
    }
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
        ("@BEGUN@", claim::BEGUN.to_owned()),
        ("@LINES@", (INSTALLER.lines().count() + 1).to_string()),
    ];
    values.iter().fold(INSTALLER.to_owned(), |text, (name, value)| text.replace(name, value))
}

#[cfg(test)]
mod tests;
