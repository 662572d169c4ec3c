//! The house: a folder uses only those above it, and within a folder a file only those above it.
//!
//! "Above" is the order of the `mod` lines in `lib.rs` (or `main.rs`) and in each `mod.rs`, which is
//! the order in which data flows. Tests, at the end of a file or in a `tests.rs` beside it, may use
//! anything.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A file of a crate, by its folder and its name, and where it stands in the order.
struct Room {
    /// `fit`, or the file's own name for a file beside `lib.rs`.
    folder: String,
    /// `samples`; empty for the folder's `mod.rs`.
    file: String,
    path: PathBuf,
}

/// The modules that a file declares, in their order.
fn modules(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let declared = lines.iter().enumerate().filter_map(|(at, line)| {
        let line = line.strip_prefix("pub(crate) ").or(line.strip_prefix("pub ")).unwrap_or(line);
        let name = line.strip_prefix("mod ")?.strip_suffix(';')?;
        (at == 0 || lines[at - 1] != "#[cfg(test)]").then(|| name.to_owned())
    });
    declared.collect()
}

/// The lines of a file with their numbers, without comments and without the tests at its end.
fn code(text: &str) -> Vec<(usize, &str)> {
    let lines: Vec<&str> = text.lines().collect();
    let is_test = |pair: &[&str]| {
        pair[0].starts_with("#[cfg(test)]") && pair[1].starts_with("mod ") && pair[1].ends_with('{')
    };
    let tests = lines.windows(2).position(is_test).unwrap_or(lines.len());
    let numbered = (1..).zip(lines[..tests].iter().map(|line| line.trim()));
    numbered.filter(|(_, line)| !line.starts_with("//")).collect()
}

/// All files of a crate in their order, those that only tests have left out.
fn rooms(source: &Path) -> Vec<Room> {
    let head = ["lib.rs", "main.rs"].map(|name| source.join(name));
    let head = head.into_iter().find(|file| file.is_file()).expect("a crate has a head file");
    let mut rooms = Vec::new();
    for folder in modules(&head) {
        let beside = source.join(format!("{folder}.rs"));
        if beside.is_file() {
            rooms.push(Room { folder: folder.clone(), file: String::new(), path: beside });
            continue;
        }
        let inside = source.join(&folder);
        for file in modules(&inside.join("mod.rs")) {
            let path = inside.join(format!("{file}.rs"));
            for path in [path].into_iter().chain(files_in(&inside.join(&file))) {
                rooms.push(Room { folder: folder.clone(), file: file.clone(), path });
            }
        }
        // It gathers what is in its files, so it stands below them.
        let path = inside.join("mod.rs");
        rooms.push(Room { folder: folder.clone(), file: String::new(), path });
    }
    rooms
}

/// The files of a folder that belongs to a single file: `curves/axis.rs` beside `curves.rs`.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .filter(|path| path.file_name().is_none_or(|name| name != "tests.rs"))
        .collect()
}

/// The paths of a line that begin with `crate::`, as their first two names.
fn uses(line: &str) -> Vec<(String, String)> {
    let name = |text: &str| -> String {
        text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let paths = line.split("crate::").skip(1).flat_map(|path| {
        let first = name(path);
        let rest = path[first.len()..].strip_prefix("::").unwrap_or_default();
        // `crate::plot::{axis, curves}` names several files.
        let files = match rest.strip_prefix('{').and_then(|list| list.split_once('}')) {
            Some((list, _)) => list.split(", ").map(name).collect(),
            None => vec![name(rest)],
        };
        files.into_iter().map(move |file| (first.clone(), file))
    });
    paths.collect()
}

/// What is wrong with the house of a crate: one line each, with file and line.
fn wrong_arrows(source: &Path) -> Vec<String> {
    let rooms = rooms(source);
    let mut wrong = Vec::new();
    for (own, room) in rooms.iter().enumerate() {
        let text = fs::read_to_string(&room.path).unwrap_or_default();
        for (number, line) in code(&text) {
            let at = || format!("{}:{number}", room.path.display());
            if line.contains("use crate::{") {
                wrong.push(format!(
                    "{} takes several folders in one `use`: write a line each",
                    at()
                ));
            }
            for (folder, file) in uses(line) {
                let exact = rooms.iter().rposition(|r| r.folder == folder && r.file == file);
                let is_other = |used: usize| {
                    (&rooms[used].folder, &rooms[used].file) != (&room.folder, &room.file)
                };
                let whole = || rooms.iter().rposition(|r| r.folder == folder);
                match exact.or_else(whole) {
                    None => {
                        wrong.push(format!("{} uses crate::{folder}, which is no folder", at()));
                    }
                    Some(used) if used > own && is_other(used) => wrong.push(format!(
                        "{} uses crate::{folder}::{file}, which stands below it",
                        at()
                    )),
                    Some(_) => {}
                }
            }
        }
    }
    wrong
}

/// All files of Rust below a folder, sorted.
fn all_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries
        .flat_map(|path| if path.is_dir() { all_files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    files.sort();
    files
}

/// Whether a file holds tests only: `tests.rs`, `german_tests.rs`, all in `tests/`.
fn is_test_file(file: &Path) -> bool {
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    name.ends_with("tests")
        || name == "fixtures"
        || name == "german_pictures"
        || file.components().any(|part| part.as_os_str() == "tests")
}

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn nothing_uses_what_stands_below_it() {
    for source in ["data/src", "src", "course/src", "lab/src"] {
        let wrong = wrong_arrows(&repository().join(source));
        assert!(wrong.is_empty(), "{source}:\n{}", wrong.join("\n"));
    }
}

#[test]
fn every_file_is_in_the_order() {
    for source in ["data/src", "src", "course/src", "lab/src"] {
        let source = repository().join(source);
        let rooms = rooms(&source);
        assert!(rooms.len() >= 20, "{}: only {} files were found", source.display(), rooms.len());
        for room in &rooms {
            assert!(room.path.is_file(), "{} is not there", room.path.display());
        }
    }
}

#[test]
fn an_arrow_that_is_turned_round_is_found_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |file: &str, text: &str| {
        let file = folder.path().join(file);
        fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("a folder");
        fs::write(file, text).expect("it can be written");
    };
    write("lib.rs", "mod base;\nmod fit;\n");
    write("base/mod.rs", "pub(crate) mod shape;\npub(crate) mod error;\n");
    write("base/shape.rs", "//! crate::fit::fit in a comment\n\nuse crate::base::error::Error;\n");
    write("base/error.rs", "use crate::base::shape::Shape;\nfn f() { crate::fit::fit::go() }\n");
    write("fit/mod.rs", "pub(crate) mod fit;\n");
    write(
        "fit/fit.rs",
        "use crate::base::error::Error;\n#[cfg(test)]\nmod tests {\nuse crate::lost;\n}\n",
    );
    let wrong = wrong_arrows(folder.path());
    assert_eq!(wrong.len(), 2, "{wrong:?}");
    assert!(wrong[0].contains("base/shape.rs:3 uses crate::base::error"), "{wrong:?}");
    assert!(wrong[1].contains("base/error.rs:2 uses crate::fit::fit"), "{wrong:?}");
}

/// The folders that a folder's first comment says it uses: "Uses `base` and `kernel`."
fn said_to_be_used(text: &str) -> BTreeSet<String> {
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    let comment = lines.map(str::trim).collect::<Vec<_>>().join(" ");
    let sentence = comment.split_once("Uses ").map_or("", |(_, rest)| rest);
    let sentence = sentence.split_once('.').map_or(sentence, |(sentence, _)| sentence);
    sentence.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn each_folder_of_the_lab_says_what_it_uses() {
    let source = repository().join("lab/src");
    let (mut said, mut found) = (BTreeMap::new(), BTreeMap::<_, BTreeSet<String>>::new());
    for room in rooms(&source) {
        let text = fs::read_to_string(&room.path).unwrap();
        if room.path.ends_with(format!("{}/mod.rs", room.folder)) {
            said.insert(room.folder.clone(), said_to_be_used(&text));
        }
        let used = code(&text).into_iter().flat_map(|(_, line)| uses(line));
        let others = used.map(|(folder, _)| folder).filter(|folder| *folder != room.folder);
        found.entry(room.folder.clone()).or_default().extend(others);
    }
    assert!(said.len() >= 9, "only {} folders were found", said.len());
    for (folder, said) in said {
        let found = &found[&folder];
        let (missing, surplus) = (found - &said, &said - found);
        assert!(
            missing.is_empty() && surplus.is_empty(),
            "lab/src/{folder}/mod.rs: not said to be used: {missing:?}; not used: {surplus:?}"
        );
    }
}

/// What cells and scripts ask for, they get only in the version that the workspace has.
#[test]
fn everybody_asks_for_the_version_that_there_is() {
    let manifest = fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    let version = manifest.split_once("\nversion = \"").expect("the workspace has one").1;
    let version: Vec<&str> = version.split(['.', '"']).take(2).collect();
    let wanted = version.join(".");
    let mut asked = 0;
    for folder in ["lab", "course", "tests", "notebooks", "docs", "examples"] {
        for file in files_of_text(&repository().join(folder)) {
            let Ok(text) = fs::read_to_string(&file) else { continue };
            for (number, line) in (1..).zip(text.lines()) {
                for name in ["zunder", "zunder-course", "zunder-cells"] {
                    let line = line.replace('\\', "");
                    let Some((_, found)) = line.split_once(&format!("{name} = \"")) else {
                        continue;
                    };
                    let found = found.split('"').next().unwrap_or_default();
                    asked += usize::from(found == wanted);
                    assert!(
                        found == wanted || !found.starts_with(|c: char| c.is_ascii_digit()),
                        "{}:{number} asks for {name} {found}, and there is {wanted}",
                        file.display()
                    );
                }
            }
        }
    }
    assert!(asked > 10, "only {asked} were found");
}

/// The programs, scripts, pages and notebooks below a folder.
fn files_of_text(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_text = |path: &PathBuf| {
        path.extension()
            .is_some_and(|kind| ["rs", "py", "md", "ipynb", "toml"].iter().any(|k| kind == *k))
    };
    entries
        .flat_map(|path| if path.is_dir() { files_of_text(&path) } else { vec![path] })
        .filter(is_text)
        .collect()
}

/// Lines of code, without comments, blank lines and tests. `data/src` and `src` are two halves of one library,
/// and each is to stay so small that it is read as a whole. To see them by folder:
/// `cargo test --test main house -- --nocapture`.
#[test]
fn the_crates_stay_small() {
    for (source, most) in [("data/src", 8_925), ("src", 7_210), ("course/src", 4_050)] {
        let root = repository().join(source);
        let mut all = 0;
        let mut folders: Vec<(String, usize)> = Vec::new();
        for file in all_files(&root).iter().filter(|file| !is_test_file(file)) {
            let text = fs::read_to_string(file).unwrap();
            let lines = code(&text).iter().filter(|(_, line)| !line.is_empty()).count();
            all += lines;
            let inside = file.strip_prefix(&root).unwrap();
            let folder = inside.parent().unwrap().components().next();
            let folder = folder
                .map_or_else(String::new, |part| part.as_os_str().to_string_lossy().into_owned());
            match folders.last_mut().filter(|(name, _)| *name == folder) {
                Some((_, sum)) => *sum += lines,
                None => folders.push((folder, lines)),
            }
        }
        println!("{source}: {all} lines of code, at most {most}\n    {folders:?}");
        assert!(
            all > 500 && all <= most,
            "{source} has {all} lines of code, at most {most} are meant"
        );
    }
}

/// The crate alone has fewer features of what Burn uses than all crates together: a program that asks cargo for
/// `--package zunder` has Burn built a second time, for minutes and in silence.
#[test]
fn no_program_has_burn_built_once_more() {
    for folder in ["lab/src", "lab/benches", "lab/tests", "tests"] {
        for file in all_files(&repository().join(folder)) {
            let text = fs::read_to_string(&file).unwrap();
            let named = ["--package", "-p"].map(|option| format!("\"{option}\", \"zunder\""));
            for (number, line) in (1..).zip(text.lines()) {
                let found = named.iter().any(|named| line.contains(named.as_str()));
                assert!(!found, "{}:{number} names the package zunder", file.display());
            }
        }
    }
}

/// What is too long to be read at one sitting says in its first comment why: "Over 300 lines: ...".
#[test]
fn long_files_say_why() {
    for source in ["data/src", "src", "course/src", "lab/src"] {
        for file in all_files(&repository().join(source)) {
            let text = fs::read_to_string(&file).unwrap();
            let head = text.lines().take_while(|line| line.starts_with("//!"));
            let says_why = head.collect::<String>().contains("Over 300 lines:");
            let lines = text.lines().count();
            assert!(lines <= 300 || says_why, "{} has {lines} lines", file.display());
        }
    }
}
