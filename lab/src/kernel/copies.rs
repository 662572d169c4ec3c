//! The private copies of the template: one for each running kernel, gone when it is gone.
//!
//! Each copy has a lock file that the kernel's process keeps open and locked. The system drops
//! the lock when the process ends, however it ends, so "can be locked" means "is left over".

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::base::failure::{Explain, Result};
use crate::base::files;
use crate::base::layout::Layout;
use crate::base::spoken::spoken;
use crate::kernel::shim;

/// A copy of the template that belongs to this process. The template is known by its `key`, and what is
/// copied of it is its `tree`.
pub(crate) struct PrivateCopy {
    folder: PathBuf,
    lock: File,
}

impl PrivateCopy {
    /// Copies the template. Call it with the templates locked, so that none is removed meanwhile.
    pub(crate) fn new(layout: &Layout, key: &str, tree: &Path) -> Result<Self> {
        let copy = Self::empty(layout, key)?;
        files::copy_tree(tree, &copy.folder, is_never_written_in_place)?;
        Ok(copy)
    }

    /// Keeps the template from being removed as long as this process lives, without a copy of it.
    /// Call it with the templates locked.
    pub(crate) fn empty(layout: &Layout, key: &str) -> Result<Self> {
        // While this is held nobody sweeps, so a folder without its lock is not taken for a leftover.
        let _sweeping = files::lock_exclusively(&sweep_lock(layout), || ())?;
        sweep(layout);
        let folder = tempfile::Builder::new()
            .prefix(&format!("{}-", std::process::id()))
            .tempdir_in(layout.copies())
            .explain(|| {
                spoken!(
                    "create a folder in {}",
                    "einen Ordner in {} anzulegen",
                    layout.copies().display()
                )
            })?
            .keep();
        let lock = files::lock_file(&folder.join("lock"))?;
        lock.lock()
            .explain(|| spoken!("lock the kernel's folder", "den Ordner des Kernels zu sperren"))?;
        files::write(&folder.join("template"), key)?;
        Ok(Self { folder, lock })
    }

    /// Removes it, with all in it.
    pub(crate) fn remove(self) -> Result<()> {
        files::remove_folder(&self.folder)
    }

    /// Where the copy is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Hands the lock over to the program that this process becomes next, and starts a helper
    /// that removes the copy as soon as that program is gone.
    pub(crate) fn keep_until_the_end(&self, layout: &Layout) -> Result<()> {
        self.start_reaper(layout)?;
        // Only after the helper has started, which must not inherit the lock that it waits for.
        rustix::io::fcntl_setfd(&self.lock, rustix::io::FdFlags::empty()).explain(|| {
            spoken!(
                "keep the lock of the kernel's folder",
                "die Sperre am Ordner des Kernels zu behalten"
            )
        })
    }

    /// Starts the helper that removes the copy as soon as the lock is free.
    pub(crate) fn start_reaper(&self, layout: &Layout) -> Result<()> {
        use std::os::unix::process::CommandExt;
        let mut helper = Command::new(layout.kernel_program());
        helper.arg("reap").arg(&self.folder).env("ZUNDER_ROOT", layout.root()).current_dir("/");
        helper.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // Its own group: Jupyter kills the kernel's whole group, and this must outlive it.
        helper.process_group(0);
        helper.spawn().explain(|| {
            spoken!("start the helper that cleans up", "das Programm zu starten, das aufräumt")
        })?;
        Ok(())
    }
}

/// The crates' sources are only read, and there are 200 files of them. rustc and the linker replace what they
/// compile. All other files (cargo's notes and locks, what evcxr writes) are opened and overwritten, and
/// must not be shared between kernels.
fn is_never_written_in_place(file: &Path) -> bool {
    if file.ends_with(shim::SOURCES) {
        return true;
    }
    let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["rlib", "rmeta", std::env::consts::DLL_EXTENSION].contains(&extension)
}

/// evcxr's own connection file.
pub(crate) fn connection_file(folder: &Path) -> PathBuf {
    folder.join("connection.json")
}

/// The file that the relay of this folder's kernel keeps locked as long as it lives.
pub(crate) fn relay_lock(folder: &Path) -> PathBuf {
    folder.join("relay")
}

/// Ends the kernel when its relay is gone, without which nobody can reach it. Call it in a thread.
fn end_without_relay(folder: &Path, kernel: rustix::process::Pid) -> Result<()> {
    let lock = File::open(relay_lock(folder)).explain(|| {
        spoken!("open the relay's lock", "die Sperre des Vermittlers (relay) zu öffnen")
    })?;
    lock.lock()
        .explain(|| spoken!("wait for the relay", "auf den Vermittler (relay) zu warten"))?;
    // It goes when the kernel goes, and that may take a moment more.
    std::thread::sleep(std::time::Duration::from_secs(2));
    if is_alive(folder) {
        let _ = rustix::process::kill_process(kernel, rustix::process::Signal::KILL);
    }
    Ok(())
}

/// Waits until the kernel of this folder is gone, and removes the folder.
pub(crate) fn reap(folder: &Path) -> Result<()> {
    // This process is started by the one that becomes the kernel.
    if let Some(kernel) = rustix::process::getppid() {
        let folder = folder.to_owned();
        std::thread::spawn(move || end_without_relay(&folder, kernel));
    }
    let lock = File::open(folder.join("lock")).explain(|| {
        spoken!("open the lock of {}", "die Sperre von {} zu öffnen", folder.display())
    })?;
    lock.lock().explain(|| spoken!("wait for {}", "auf {} zu warten", folder.display()))?;
    // The holder of a waiting kernel was killed: it would have ended evcxr, and removed this.
    let group = fs::read_to_string(group_file(folder)).ok().and_then(|text| text.parse().ok());
    if let Some(group) = group.and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    // A compiler that the killed kernel had started may still write for a moment.
    for _ in 0..20 {
        if files::remove_folder(folder).is_ok() && !folder.exists() {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(250));
    }
    files::remove_folder(folder)
}

/// Removes the folders of kernels that are gone. Call it with the sweep lock held.
///
/// One that cannot be removed stays for the next time, and keeps nobody from starting a kernel: a
/// compiler that a killed kernel had started may still write into it, or it is another user's.
fn sweep(layout: &Layout) {
    for folder in folders(layout).iter().filter(|folder| !is_alive(folder)) {
        let _ = files::remove_folder(folder);
    }
}

/// Removes what dead kernels left, and says how many live.
pub(crate) fn sweep_and_count(layout: &Layout) -> Result<usize> {
    let _sweeping = files::lock_exclusively(&sweep_lock(layout), || ())?;
    sweep(layout);
    Ok(count_alive(layout))
}

/// The folders of the kernels that run.
pub(crate) fn alive(layout: &Layout) -> Vec<PathBuf> {
    folders(layout).into_iter().filter(|folder| is_alive(folder)).collect()
}

/// How many kernels run.
pub(crate) fn count_alive(layout: &Layout) -> usize {
    alive(layout).len()
}

/// The keys of the templates that running kernels use.
pub(crate) fn templates_in_use(layout: &Layout) -> Vec<String> {
    let alive = alive(layout).into_iter();
    alive.filter_map(|folder| fs::read_to_string(folder.join("template")).ok()).collect()
}

/// In the folder of a kernel that a holder started: evcxr's process group.
pub(crate) fn group_file(folder: &Path) -> PathBuf {
    folder.join("group")
}

/// Whether the kernel of this folder runs.
pub(crate) fn is_alive(folder: &Path) -> bool {
    File::open(folder.join("lock")).is_ok_and(|lock| lock.try_lock_shared().is_err())
}

fn folders(layout: &Layout) -> Vec<PathBuf> {
    let entries = fs::read_dir(layout.copies()).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

fn sweep_lock(layout: &Layout) -> PathBuf {
    layout.copies().join("lock")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_lives_as_long_as_its_lock() -> Result<()> {
        let root = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let layout = Layout::at(root.path());
        let live = files::lock_file(&layout.copies().join("1-a/lock"))?;
        live.lock().explain(|| "lock".to_owned())?;
        files::write(&layout.copies().join("1-a/template"), "key")?;
        files::create_folder(&layout.copies().join("2-b"))?;
        assert_eq!(sweep_and_count(&layout)?, 1);
        assert_eq!(templates_in_use(&layout), ["key"]);
        drop(live);
        assert_eq!(sweep_and_count(&layout)?, 0);
        Ok(())
    }

    /// Nobody, not even root, can remove a folder in which something is mounted or that is written into;
    /// here a file that another thread makes again and again stands for the compiler of a killed kernel.
    #[test]
    fn a_leftover_that_is_still_written_into_stops_no_new_kernel() -> Result<()> {
        use std::sync::atomic::{AtomicBool, Ordering};
        let root = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let layout = Layout::at(root.path());
        let leftover = layout.copies().join("1-dead");
        let tree = layout.templates().join("key/tree");
        files::write(&tree.join("file"), "")?;
        let is_done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_done.load(Ordering::Relaxed) {
                    let _ = fs::create_dir_all(&leftover);
                    for number in 0..50 {
                        let _ = fs::write(leftover.join(number.to_string()), "");
                    }
                }
            });
            let started: Result<Vec<PrivateCopy>> =
                (0..50).map(|_| PrivateCopy::new(&layout, "key", &tree)).collect();
            is_done.store(true, Ordering::Relaxed);
            assert_eq!(started?.len(), 50);
            Ok(())
        })?;
        sweep(&layout);
        assert!(!leftover.exists(), "it is removed once nobody writes");
        Ok(())
    }

    #[test]
    fn only_replaced_files_are_shared() {
        assert!(is_never_written_in_place(Path::new("deps/libzunder-1.rlib")));
        assert!(is_never_written_in_place(Path::new("tree/ctx/shim")));
        for written in ["Cargo.lock", "src/lib.rs", ".rustc_info.json", ".cargo-lock", "zunder.d"] {
            assert!(!is_never_written_in_place(Path::new(written)), "{written}");
        }
    }
}
