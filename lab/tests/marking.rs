//! Marking for real: good and bad answers, accidents and attacks, each in its confined kernel.

use std::ffi::OsStr;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::common::{failing_lab, lab, own_folder, prepare, root};

const RIGHT: &str = "let x_flat = x_train.reshape([60_000, 784])?;";

/// The name of a process that learners leave behind, as no other program has it.
const LEFT_BEHIND: &str = "4711.0815";

/// Hand-ins in a folder of their own.
struct Class {
    folder: tempfile::TempDir,
    notebook: Value,
}

impl Class {
    fn new() -> Self {
        let file = root().join("notebooks/03_shapes.ipynb");
        let text = fs::read_to_string(file).expect("the notebook can be read");
        let notebook = serde_json::from_str(&text).expect("a notebook is JSON");
        Self { folder: tempfile::tempdir().expect("a folder"), notebook }
    }

    fn file(&self, learner: &str) -> PathBuf {
        self.folder.path().join(learner).join("03_shapes.ipynb")
    }

    fn hand_in_text(&self, learner: &str, text: &str) {
        let file = self.file(learner);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, text).expect("a notebook");
    }

    /// The notebook with this answer, and with its cells changed.
    fn hand_in(&self, learner: &str, answer: &str, change: impl FnOnce(&mut Vec<Value>)) {
        let mut notebook = self.notebook.clone();
        let cells = notebook["cells"].as_array_mut().expect("cells");
        let task = position(cells, "flatten");
        cells[task]["source"] = json!(answer);
        change(cells);
        self.hand_in_text(learner, &notebook.to_string());
    }
}

impl Class {
    /// A notebook in which every task is solved, with its cells changed.
    fn solved(&self, learner: &str, change: impl FnOnce(&mut Vec<Value>)) {
        let folder = tempfile::tempdir().expect("a folder");
        lab([
            "course".as_ref(),
            "sample-class".as_ref(),
            folder.path().as_os_str(),
            "--learners".as_ref(),
            "1".as_ref(),
        ]);
        let file = folder.path().join("01-anna/03_shapes.ipynb");
        let text = fs::read_to_string(file).expect("a notebook");
        let mut notebook: Value = serde_json::from_str(&text).expect("a notebook is JSON");
        change(notebook["cells"].as_array_mut().expect("cells"));
        self.hand_in_text(learner, &notebook.to_string());
    }
}

/// The cell of this name.
fn named<'a>(cells: &'a mut [Value], id: &str) -> &'a mut Value {
    cells.iter_mut().find(|cell| cell["id"] == id).expect("the cell is there")
}

/// Slips that cost an honest learner nothing.
fn slips(cells: &mut Vec<Value>) {
    named(cells, "task-flatten")["cell_type"] = json!("markdown");
    let answer = named(cells, "task-scale_to_one")["source"].clone();
    let lines = answer.as_array().expect("lines").iter().filter_map(Value::as_str);
    let answer: String = lines.collect();
    named(cells, "task-scale_to_one")["source"] = json!("// change this line");
    let check = "check::scale_to_one(scale_to_one)";
    named(cells, "check-scale_to_one")["source"] = json!(format!("{answer}\n{check}"));
    let bytes = "use std::io::Write;\nstd::io::stdout().write_all(&[0xff, b'\\n'])?;";
    let constant = "const verdict: usize = 3;\nconst check: usize = 3;";
    // Behind it all others would fail, if the kernel did not see how it ends.
    let panics = "print!(\"no end of line\");\nlet v: Vec<u8> = Vec::new();\nv[7];";
    let fails = "print!(\"no end of line\");\nlet lost = x_train.reshape([1, 2])?;";
    let refused = ["const x_train: usize = 5;", ":opt 5", ":clear"];
    let own = [":timing", bytes, constant, panics, fails].into_iter().chain(refused).map(code);
    let place =
        cells.iter().position(|cell| cell["id"] == "task-pixel_position").expect("it is there");
    cells.splice(place..place, own);
}

/// One task never ends, another one ends the program, and a third one prints what it can find of the
/// check; the rest is right.
fn troubles(cells: &mut Vec<Value>) {
    named(cells, "task-one_hot")["source"] =
        json!("fn one_hot(_label: usize) -> Vec<f32> {\n    loop { std::hint::black_box(1); }\n}");
    named(cells, "task-argmax_by_hand")["source"] =
        json!("fn argmax(row: &[f32]) -> usize {\n    argmax(std::hint::black_box(row)) + 1\n}");
    named(cells, "task-pixel_position")["source"] = json!(
        "fn pixel_position(row: usize, column: usize) -> usize {\n    \
         let check = std::fs::read_to_string(\"../kernel/ctx/src/lib.rs\").unwrap_or_default();\n    \
         let _ = std::fs::write(\"check.txt\", check);\n    28 * row + column\n}"
    );
    let show = "let check = std::fs::read_to_string(\"check.txt\")?;\nlet check = check.replace(\"EVCXR\", \"\");\nprintln!(\"{check}\\n{check:?}\");";
    let place =
        cells.iter().position(|cell| cell["id"] == "check-pixel_position").expect("it is there");
    cells.insert(place + 1, code(show));
}

fn position(cells: &[Value], grade_id: &str) -> usize {
    let is_it = |cell: &Value| cell["metadata"]["nbgrader"]["grade_id"] == grade_id;
    cells.iter().position(is_it).expect("the cell is there")
}

fn code(source: &str) -> Value {
    json!({"cell_type": "code", "id": "own", "metadata": {}, "source": source, "outputs": [],
           "execution_count": null})
}

/// Puts a cell behind the check of the task, where its points are earned already.
fn after_check(source: &str) -> impl FnOnce(&mut Vec<Value>) {
    move |cells: &mut Vec<Value>| cells.insert(position(cells, "check_flatten") + 1, code(source))
}

/// Tries all that it should not do, and prints what worked.
fn attack(victims: &[PathBuf], port: u16) -> String {
    let victims: Vec<String> = victims.iter().map(|path| path.display().to_string()).collect();
    let pid = std::process::id();
    format!(
        r#"
        fn spoil(folder: &std::path::Path) {{
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {{
                if entry.path().is_dir() {{ spoil(&entry.path()); }}
                let _ = std::fs::write(entry.path(), "spoiled");
            }}
        }}
        fn attack() -> Vec<String> {{
        let mut done: Vec<String> = Vec::new();
        let mut note = |what: &str, path: &str, worked: bool| if worked {{ done.push(format!("{{what}} {{path}}")) }};
        for path in {victims:?} {{
            note("chmod", path, {{
                use std::os::unix::fs::PermissionsExt;
                let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0));
                std::fs::metadata(path).map(|data| data.permissions().mode() & 0o777).unwrap_or(0) == 0
            }});
            note("link", path, std::fs::hard_link(path, "link").is_ok());
            note("write", path, std::fs::write(path, "x").is_ok());
            note("remove", path, std::fs::remove_file(path).is_ok());
            note("rename", path, std::fs::rename(path, "stolen").is_ok());
        }}
        for path in {secrets:?} {{
            note("read", path, std::fs::read(path).is_ok());
        }}
        note("connect", "TCP", std::net::TcpStream::connect(("127.0.0.1", {port})).is_ok());
        note("create", "/dev/shm", std::fs::write("/dev/shm/zunder-test", "x").is_ok());
        note("kill", "the marker", std::process::Command::new("kill").args(["-0", "{pid}"]).status().is_ok_and(|status| status.success()));
        note("read", "course", std::fs::read_dir("{course}").is_ok());
        note("list", "the groups of processes", std::fs::read_dir("/sys/fs/cgroup").is_ok());
        done
        }}
        println!("worked: {{:?}}", attack());
        spoil(std::path::Path::new(&std::env::var("EVCXR_TMPDIR")?));
        let _ = std::fs::remove_dir_all(std::env::var("HOME")?);
        "#,
        secrets = &victims[1..3],
        course = root().join("course").display(),
    )
}

/// What the table says of one learner.
struct Row {
    points: String,
    status: String,
    line: String,
}

fn row(table: &str, learner: &str) -> Row {
    let table = table.trim_start_matches('\u{feff}');
    let mut rows = csv::Reader::from_reader(table.as_bytes()).into_records().flatten();
    let row = rows.find(|row| &row[0] == learner);
    let row = row.unwrap_or_else(|| panic!("{learner} is missing: {table}"));
    // All points are those of `flatten`: the other tasks stay untouched.
    let [points, status] = [3, 6].map(|column| row[column].to_owned());
    Row { points, status, line: row.iter().collect::<Vec<_>>().join(",") }
}

fn files_of_template() -> Vec<PathBuf> {
    let current = fs::read_to_string(own_folder().join("kernel/current.json")).expect("a template");
    let current: Value = serde_json::from_str(&current).expect("JSON");
    let folder = own_folder().join("kernel").join(current["key"].as_str().expect("a key"));
    let mut files = Vec::new();
    let mut folders = vec![folder.join("tree"), folder.join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let kind = entry.file_type().expect("a kind");
            if kind.is_dir() { folders.push(entry.path()) } else { files.push(entry.path()) }
        }
    }
    files.sort();
    files
}

/// What would be different if someone had written to it.
fn state(file: &Path) -> (PathBuf, u64, std::time::SystemTime, u32) {
    let data = fs::metadata(file).expect("it is there");
    let time = data.modified().expect("a time");
    (file.to_owned(), data.len(), time, data.permissions().mode())
}

#[test]
fn a_class_is_marked() {
    prepare();
    let class = Class::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("a port").port();
    let readme = root().join("README.md");
    let template = files_of_template();
    let library = template.iter().find(|file| file.extension().is_some_and(|e| e == "rlib"));
    let victims = [
        readme,
        root().join("course/03_shapes.md"),
        class.file("anna"),
        library.expect("the crate").clone(),
    ];

    class.hand_in("anna", RIGHT, |_| ());
    class.hand_in("bert", "let x_flat = x_train.reshape([784, 60_000])?;", |_| ());
    class.hand_in("clara", RIGHT, after_check("loop {}"));
    let hog = "let mut hog: Vec<Vec<u8>> = Vec::new();\nloop { hog.push(vec![1; 10_000_000]); }";
    class.hand_in("dora", RIGHT, after_check(hog));
    class.hand_in("emil", "let v: Vec<i32> = Vec::new();\nlet x_flat = v[3];", |cells| {
        cells.push(code("std::process::exit(3)"));
    });
    // At the end: it destroys its own folder, too, and no cell could follow.
    class.hand_in("fritz", RIGHT, |cells| cells.push(code(&attack(&victims, port))));
    let flood =
        "let line = \"0123456789\".repeat(10);\nfor _ in 0..10_000_000 { println!(\"{line}\"); }";
    class.hand_in("gustav", RIGHT, after_check(flood));
    let many =
        format!("for i in $(seq 200); do setsid sleep {LEFT_BEHIND} & done; sleep {LEFT_BEHIND}");
    let many = format!("std::process::Command::new(\"sh\").args([\"-c\", \"{many}\"]).status()?;");
    class.hand_in("hanna", RIGHT, after_check(&many));
    let few = format!(
        "for _ in 0..3 {{ std::process::Command::new(\"sh\").args([\"-c\", \"setsid sleep {LEFT_BEHIND} &\"]).status()?; }}\n\
         for _ in 0..3 {{ std::thread::spawn(|| loop {{ std::thread::park(); }}); }}"
    );
    class.hand_in("ida", RIGHT, |cells| {
        let check = position(cells, "check_flatten");
        cells[check] = code(&few);
    });
    class.hand_in("jonas", "let x_flat = x_train.clone();", |cells| {
        let forged = "println!(\"EVCXR_BEGIN_CONTENT text/plain\\n2\\nEVCXR_END_CONTENT\");";
        let check = position(cells, "check_flatten");
        cells[check]["source"] = json!(forged);
        cells.insert(check, code("mod check { pub fn flatten<T>(_: T) -> i32 { 2 } }"));
        let thread = format!(
            "std::thread::spawn(|| loop {{ {forged} std::thread::sleep(std::time::Duration::from_millis(20)); }});"
        );
        cells.insert(check, code(&thread));
    });
    class.hand_in_text("lena", "{\"cells\": [{\"cell_type\": \"co");
    class.hand_in_text("mats", "");
    class.solved("olga", slips);
    class.solved("paul", troubles);
    let unknown =
        json!({"cells": [code("1 + 1")], "metadata": {}, "nbformat": 4, "nbformat_minor": 5});
    class.hand_in_text("nina", &unknown.to_string());

    let before: Vec<_> = victims.iter().chain(&template).map(|file| state(file)).collect();
    let output = tempfile::tempdir().expect("a folder");
    let mut mark = vec![OsStr::new("course"), OsStr::new("mark"), class.folder.path().as_os_str()];
    mark.extend([OsStr::new("--output"), output.path().as_os_str()]);
    let limits = ["--time", "25", "--memory", "2500", "--processes", "50", "--output-limit", "300"];
    mark.extend(limits.iter().chain(&["--jobs", "2"]).map(OsStr::new));
    let temporary = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
    let ended = command.args(mark).env("TMPDIR", temporary.path()).output().expect("lab starts");
    let text =
        [ended.stdout, ended.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let text = text.concat();
    assert!(ended.status.success(), "{text}");
    println!("{text}");

    let table = fs::read_to_string(output.path().join("marks.csv")).expect("the table");
    let report = |learner: &str| {
        let file = output.path().join(format!("reports/{learner}-03_shapes.html"));
        fs::read_to_string(file).expect("the report")
    };
    for (learner, points, status) in [
        ("anna", "2", "ran"),
        ("bert", "0", "ran"),
        ("clara", "2", "time"),
        ("dora", "2", "memory"),
        ("emil", "0", "died"),
        ("fritz", "2", "died"), // with its own folder, at the very end
        ("gustav", "2", "output"),
        ("hanna", "2", "processes"),
        ("ida", "2", "ran"),
        ("jonas", "0", "ran"),
        ("lena", "0", "unreadable"),
        ("mats", "0", "unreadable"),
        ("nina", "0", "ran"), // nothing of the exercise is in it but the name of the file
        ("olga", "15", "ran"),
        ("paul", "11", "time"),
    ] {
        let row = row(&table, learner);
        assert_eq!(
            (row.points.as_str(), row.status.as_str()),
            (points, status),
            "{learner}: {table}\n{text}"
        );
    }
    assert!(row(&table, "jonas").line.contains("was changed"), "{table}");
    assert!(row(&table, "jonas").line.contains("mod check"), "{table}");
    assert!(row(&table, "ida").line.contains("was missing"), "{table}");
    assert!(row(&table, "lena").line.contains("cut off"), "{table}");
    assert!(row(&table, "mats").line.contains("empty"), "{table}");

    let paul = row(&table, "paul").line;
    for sign in ["std::fs", "prints the secret name", "lib.rs"] {
        assert!(paul.contains(sign), "{sign}: {paul}");
    }
    let paul = report("paul");
    assert!(
        paul.contains("A cell took too long") && paul.contains("A cell ended the kernel"),
        "{paul}"
    );
    // Of checks that were run in three kernels.
    assert!(paul.contains(" 5 of 7 "), "{paul}");
    assert!(!paul.contains("application/x-"), "{paul}");
    let olga = report("olga");
    assert!(olga.contains("was no code cell") && olga.contains("stood in the check"), "{olga}");

    assert!(report("fritz").contains("worked: []"), "{}", report("fritz"));
    let after: Vec<_> = victims.iter().chain(&template).map(|file| state(file)).collect();
    assert_eq!(before, after);
    assert!(report("bert").contains("\u{2718} flatten: not yet"), "{}", report("bert"));
    assert!(report("gustav").len() < 100_000);
    assert!(report("emil").contains("index out of bounds"), "{}", report("emil"));
    let index = fs::read_to_string(output.path().join("index.html")).expect("the index");
    assert!(index.contains("reports/anna-03_shapes.html"), "{index}");

    let left = fs::read_dir(temporary.path()).expect("a folder").flatten();
    let left: Vec<PathBuf> = left.map(|entry| entry.path()).collect();
    assert!(left.is_empty(), "left behind: {left:?}");
    let left = Command::new("pgrep").args(["-f", LEFT_BEHIND]).output().expect("pgrep");
    assert!(left.stdout.is_empty(), "left running: {}", String::from_utf8_lossy(&left.stdout));
}

#[test]
fn a_folder_without_notebooks_is_said_to_be_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = failing_lab(["course".as_ref(), "mark".as_ref(), folder.path().as_os_str()]);
    assert!(text.contains("there are no notebooks"), "{text}");
}
