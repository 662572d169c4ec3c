//! `docs/compiler-errors.md` shows what really is said: every slip in it is compiled or run. So
//! does its German twin, `docs/compiler-errors.de.md`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use zunder::prelude::*;

const PAGE: &str = include_str!("../docs/compiler-errors.md");
/// Behind this heading the slips compile.
const RUN: &str = "## What is said only when the cell runs";
const GERMAN_PAGE: &str = include_str!("../docs/compiler-errors.de.md");
/// The same heading on the German page.
const GERMAN_RUN: &str = "## Was erst gesagt wird, wenn die Zelle läuft";
/// In a slip: what the first cell brings is not there.
const WITHOUT_FIRST_CELL: &str = "// first cell not run";

/// A row of a table of the page.
struct Slip {
    code: String,
    /// Parts of the message, in each way in which it is said by one Rust or another.
    ways: Vec<Vec<String>>,
}

impl Slip {
    fn is_told_by(&self, said: &str) -> bool {
        self.ways.iter().any(|parts| parts.iter().all(|part| said.contains(part.as_str())))
    }
}

fn slips(page: &str) -> Vec<Slip> {
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let slip = |row: &str| {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        assert_eq!(cells.len(), 3, "a slip, a message, a mend: {row}");
        let text = |cell: &str| cell.trim_matches('`').trim().to_owned();
        let message = match cells[1].strip_prefix("``").and_then(|text| text.strip_suffix("``")) {
            Some(with_backticks) => with_backticks.trim().to_owned(),
            None => text(cells[1]),
        };
        let parts = |way: &str| way.split(" ... ").map(|part| part.trim().to_owned()).collect();
        let ways = message.split(" // ").map(parts).collect();
        Slip { code: text(cells[0]).replace('⏎', "\n"), ways }
    };
    rows.map(slip).collect()
}

/// The cell as a function, with the variables that the notebook has by then.
fn program(code: &str) -> String {
    let prelude = match code.contains(WITHOUT_FIRST_CELL) {
        true => "",
        false => "use zunder::prelude::*;",
    };
    // A cell may end without a semicolon, but not a `let`.
    let end = if code.starts_with("let") { "" } else { ";" };
    format!(
        "{prelude}
pub fn cell(
    images: zunder::Array, labels: zunder::Array,
    x_train: zunder::Array, y_train: zunder::Array, x_test: zunder::Array, y_test: zunder::Array,
    network: zunder::Sequential, mut model: zunder::Model, history: zunder::History,
) -> zunder::Result<()> {{
{code}
{end}
Ok(())
}}
"
    )
}

/// The library that this test is linked with: the latest of its name.
fn library(folder: &Path) -> PathBuf {
    let files = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    let libraries = files.filter(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("libzunder-") && name.ends_with(".rlib")
    });
    libraries.max_by_key(|file| file.metadata().and_then(|data| data.modified()).unwrap()).unwrap()
}

/// What rustc says to a program.
fn compile(folder: &Path, number: usize, program: &str) -> (bool, String) {
    let deps = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    let file = folder.join(format!("slip_{number}.rs"));
    std::fs::write(&file, program).unwrap();
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(rustc);
    command.args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "--color=never"]);
    command.args(["-Adeprecated", "-Awarnings", "--out-dir"]).arg(folder);
    command.arg("--extern").arg(format!("zunder={}", library(&deps).display()));
    command.arg("-L").arg(format!("dependency={}", deps.display()));
    let output = command.arg(file).output().unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn the_compiler_says_what_the_page_shows() {
    let (page, _) = PAGE.split_once(RUN).unwrap();
    let slips = slips(page);
    assert!(slips.len() > 40, "only {} slips found", slips.len());
    let folder = tempfile::tempdir().unwrap();
    let sound = "let z = &x_train / 255;";
    let (compiles, said) = compile(folder.path(), slips.len(), &program(sound));
    assert!(compiles, "a cell without a slip: {said}");
    let next = AtomicUsize::new(0);
    let work = || {
        let mut wrong = Vec::new();
        while let Some((number, slip)) = Some(next.fetch_add(1, Ordering::Relaxed))
            .and_then(|number| slips.get(number).map(|slip| (number, slip)))
        {
            let (compiles, said) = compile(folder.path(), number, &program(&slip.code));
            if compiles || !slip.is_told_by(&said) {
                wrong.push(format!("{}\nwithout {:?}:\n{said}", slip.code, slip.ways));
            }
        }
        wrong
    };
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work)];
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// An expression that fails, as text and with what it says.
macro_rules! said {
    ($($failing:expr),* $(,)?) => {
        [$((stringify!($failing), $failing.map(drop).unwrap_err().to_string())),*]
    };
}

#[test]
fn zunder_says_what_the_page_shows() {
    let images = Array::zeros([60, 28, 28]);
    let x_train = images.reshape([60, 784]).unwrap();
    let labels = Array::from([1, 0, 2].repeat(20));
    let y_train = to_categorical(&labels, 10).unwrap();
    let network = Sequential::new().add(Input::new(784)).add(Dense::new(10).activation(Softmax));
    let mut model = network.compile(CategoricalCrossentropy, Adam::default(), Accuracy).unwrap();
    let history = model.fit(&x_train, &y_train, Fit::new().verbose(0)).unwrap();
    let said = said![
        images.reshape([60, 748]),
        model.fit(&images, &y_train, Fit::new()),
        model.fit(&x_train, &labels, Fit::new()),
        model.fit(&x_train, &y_train, Fit::new().validation_split(20)),
        history.get("acc"),
        images.get([0, 400]),
        photo::load_digit("C:/Users/anna/digit.png"),
    ];
    let (page, run) = match std::env::var("ZUNDER_LANGUAGE").as_deref() {
        Ok("de") => (GERMAN_PAGE, GERMAN_RUN),
        _ => (PAGE, RUN),
    };
    let (_, page) = page.split_once(run).unwrap();
    // What follows is refused by the kernel: `lab/python/check_cells.py` tries it.
    let slips = slips(page.split("\n## ").next().unwrap());
    assert_eq!(slips.len(), said.len());
    for slip in slips {
        let found = said.iter().find(|(code, _)| *code == slip.code);
        let (_, message) = found.unwrap_or_else(|| panic!("{} is not tried here", slip.code));
        assert!(slip.is_told_by(message), "{}: {message}", slip.code);
    }
}

#[test]
fn zunder_says_what_the_german_page_shows() {
    crate::german::run_in_german("compiler_errors::zunder_says_what_the_page_shows");
}

#[test]
fn the_german_page_has_the_same_slips() {
    let parts = |page: &str, run: &str| {
        let (compiled, run) = page.split_once(run).unwrap();
        (slips(compiled), slips(run))
    };
    let codes = |slips: &[Slip]| slips.iter().map(|slip| slip.code.clone()).collect::<Vec<_>>();
    let (english, german) = (parts(PAGE, RUN), parts(GERMAN_PAGE, GERMAN_RUN));
    assert_eq!(codes(&english.0), codes(&german.0));
    assert_eq!(codes(&english.1), codes(&german.1));
    // The compiler speaks English on both pages.
    for (english, german) in english.0.iter().zip(&german.0) {
        assert_eq!(english.ways, german.ways, "{}", english.code);
    }
}

#[test]
fn both_forms_are_taken() {
    let images = Array::zeros([6, 4, 4]);
    let x = images.reshape((6, 16)).unwrap();
    assert_eq!(x, images.reshape([6, 16]).unwrap());
    assert_eq!(images.reshape((-1, x.len())).unwrap().shape(), [16, 6]);
    assert_eq!(images.reshape((3, 2, 16)).unwrap().shape(), [3, 2, 16]);
    assert_eq!(Input::new((28, 28)), Input::new([28, 28]));
    assert_eq!(&x / 255, &x / 255.0);
    assert_eq!(Adam::new().learning_rate(1), Adam::new().learning_rate(1.0));
    assert_eq!(Sgd::new().momentum(0), Sgd::new());
    let network = Sequential::new().add(Input::new(4)).add(Dense::new(2).activation(Softmax));
    let none = network.compile(CategoricalCrossentropy, Adam::default(), []);
    let bare = network.compile(CategoricalCrossentropy, Adam::default(), Accuracy);
    let y = to_categorical(&Array::from([0, 1]), 2).unwrap();
    let names = |model: zunder::Result<Model>| {
        let settings = Fit::new().verbose(0);
        model.unwrap().fit(&Array::zeros([2, 4]), &y, settings).unwrap().names()
    };
    assert_eq!(names(none), ["loss"]);
    assert_eq!(names(bare), ["loss", "accuracy"]);
}
