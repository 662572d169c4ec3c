//! Removes everything that was made here.

use std::path::PathBuf;

use crate::base::failure::{Result, fail};
use crate::base::files;
use crate::base::layout::Layout;
use crate::kernel::{copies, waiting};
use crate::setup::data;

/// What set-up makes, with a name for people.
pub(crate) fn folders(layout: &Layout) -> Vec<(&'static str, PathBuf)> {
    vec![
        ("JupyterLab", layout.venv()),
        ("browser check", layout.state().join("browser-venv")),
        ("warm template", layout.templates()),
        ("running kernels", layout.copies()),
        ("waiting kernel", layout.waiting()),
        ("cargo's home in kernels", layout.cargo_home()),
        ("executed notebooks", layout.state().join("executed")),
        ("notebooks of the book", layout.state().join("book-executed")),
        ("the book", layout.state().join("book")),
        ("pictures", layout.state().join("browser")),
    ]
}

/// The folders of the data sets. Only these: the folder around them may be the learner's own.
pub(crate) fn data_folders(layout: &Layout) -> Vec<(&'static str, PathBuf)> {
    let around = layout.data();
    data::ALL.iter().filter_map(|set| Some((set.name, around.as_ref()?.join(set.folder)))).collect()
}

/// Removes what set-up made in the repository, and the data if asked.
pub(crate) fn run(layout: &Layout, with_data: bool) -> Result<()> {
    let _lock = files::lock_exclusively(&layout.state().join("lock"), || {
        println!("A `cargo lab` is setting things up: waiting for it.");
    })?;
    waiting::end(layout);
    if copies::sweep_and_count(layout)? > 0 {
        fail!("a kernel is running: close JupyterLab first");
    }
    let mut doomed = folders(layout);
    if with_data {
        doomed.extend(data_folders(layout));
    }
    for (what, folder) in doomed.into_iter().filter(|(_, folder)| folder.exists()) {
        let size = files::megabytes(files::disk_use(&folder));
        files::remove_folder(&folder)?;
        println!("removed {size:>8}  {what:20} {}", layout.shorten(&folder));
    }
    files::remove_folder(&layout.state())?;
    let _ = std::fs::remove_dir(layout.own()); // it may lie elsewhere, and hold what is not from here
    for (what, folder) in data_folders(layout).into_iter().filter(|(_, folder)| folder.exists()) {
        println!("kept {what} in {}: `cargo lab clean --data` removes it", folder.display());
    }
    println!("kept cargo's build: `cargo clean` removes it");
    println!("kept evcxr_jupyter: `cargo uninstall evcxr_jupyter` removes it");
    Ok(())
}
