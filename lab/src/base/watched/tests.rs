use super::*;

const WORK: Work = Work { heavy: &[("heavy", 9.0)], light: 1.0, crates: 2 };

/// What a board writes, to be read afterwards, and by the programs that it watches.
struct Paper {
    folder: tempfile::TempDir,
    board: Board,
}

impl Paper {
    fn new(is_terminal: bool) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = std::fs::File::create(folder.path().join("paper")).expect("a file");
        Self { folder, board: Board::on(Box::new(file), is_terminal, Duration::ZERO) }
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("paper")).expect("it is there")
    }

    /// Runs a shell in cargo's place; `await WORDS` in it waits until they stand on the paper.
    fn run(&self, label: &'static str, script: &str) -> Result<Vec<Artifact>> {
        let await_words =
            "await() { for _ in $(seq 2000); do grep -q \"$1\" paper && break; sleep 0.03; done; }";
        let mut cargo = Command::new("sh");
        cargo.args(["-c", &format!("{await_words}\n{script}")]).env("LC_ALL", "C");
        cargo.current_dir(self.folder.path());
        run(cargo, label, WORK, &self.board)
    }
}

fn made(id: &str) -> String {
    let name = id.rsplit_once('#').map_or(id, |(_, name)| name);
    format!(
        r#"echo '{{"reason":"compiler-artifact","package_id":"{id}","manifest_path":"/x/Cargo.toml","target":{{"kind":["lib"],"crate_types":["lib"],"name":"{name}","src_path":"/x/lib.rs","edition":"2021","doc":true,"doctest":true,"test":true}},"profile":{{"opt_level":"3","debuginfo":0,"debug_assertions":false,"overflow_checks":false,"test":false}},"features":[],"filenames":["/x/lib{name}.rlib"],"executable":null,"fresh":false}}'"#
    )
}

fn two_crates(seen: &str) -> String {
    let id =
        |name: &str| format!("registry+https://github.com/rust-lang/crates.io-index#{name}@1.0.0");
    [
        "echo '    Updating crates.io index' >&2; echo '   Compiling light v1.0.0' >&2",
        &format!("await '{seen}'"),
        &made(&id("light")),
        "echo 'warning: unused' >&2; echo '   Compiling heavy v1.0.0' >&2",
        &made(&id("heavy")),
    ]
    .join("\n")
}

#[test]
fn lines_say_the_share_that_is_done() {
    let paper = Paper::new(false);
    let artifacts = paper.run("Burn", &two_crates("Burn: 0 %")).expect("it goes well");
    assert_eq!(artifacts.len(), 2);
    let text = paper.text();
    let shares = text.lines().filter_map(|line| line.strip_prefix("  Burn: ")?.split_once(" %"));
    let shares: Vec<u32> = shares.filter_map(|(share, _)| share.parse().ok()).collect();
    // One of ten is done, and the longer the next takes, the more of it is taken to be.
    assert!(shares[0] == 0 && shares[1..].iter().any(|share| (10..20).contains(share)), "{text}");
    assert!(text.ends_with(" s\n") && text.contains("\n  Burn: done in "), "{text}");
    assert!(!text.contains('\r') && !text.contains("Updating"), "{text:?}");
}

#[test]
fn two_builds_at_once_share_the_line_of_a_terminal() {
    let paper = Paper::new(true);
    // Each waits until both stand in the line.
    let script = two_crates("evcxr.*  |  \\|Burn.*  |  ");
    let build = |label| paper.run(label, &script).map(|made| made.len());
    let (first, second) = both(|| build("evcxr_jupyter"), || build("Burn"));
    assert_eq!((first.ok(), second.ok()), (Some(2), Some(2)));
    let text = paper.text();
    let shows_both =
        |line: &str| ["evcxr_jupyter ", "  |  ", "Burn "].iter().all(|part| line.contains(part));
    assert!(text.split('\r').any(shows_both), "{text:?}");
    assert!(text.contains("\r\u{1b}[K  Burn: done in "), "{text:?}");
}

#[test]
fn nothing_to_do_is_nothing_to_tell() {
    let paper = Paper::new(false);
    let script = made("path+file:///a/Mein%20Kurs#zunder@0.1.0");
    let artifacts = paper.run("Burn", &script).expect("it goes well");
    assert_eq!((artifacts.len(), paper.text().as_str()), (1, ""));
}

#[test]
fn a_build_that_fails_says_which_and_one_that_waits_says_so() {
    let paper = Paper::new(false);
    let waits = "echo '    Blocking waiting for file lock on build directory' >&2;";
    let script = &format!("{waits} {waits} exit 101");
    let failure = paper.run("Burn", script).expect_err("it fails").to_string();
    assert!(failure.contains("Burn failed") && failure.contains("cargo lab"), "{failure}");
    assert_eq!(
        paper.text().matches("Burn: another cargo is at work").count(),
        1,
        "{}",
        paper.text()
    );
}

#[test]
fn ids_of_packages_are_understood() {
    let pair = |name: &str, version: &str| Some((name.to_owned(), version.to_owned()));
    let registry = "registry+https://github.com/rust-lang/crates.io-index#serde@1.0.229";
    assert_eq!(name_in_id(registry), pair("serde", "1.0.229"));
    assert_eq!(
        name_in_id("path+file:///a/course#zunder-course@0.1.0"),
        pair("zunder-course", "0.1.0")
    );
    assert_eq!(name_in_id("path+file:///a/zunder#0.1.0"), pair("zunder", "0.1.0"));
    assert_eq!(name_in_id("nothing"), None);
}

#[test]
fn times_are_rounded() {
    let told = [4, 61, 89, 95, 600].map(|seconds| length(Duration::from_secs(seconds)));
    assert_eq!(told, ["10 s", "70 s", "90 s", "2 min", "10 min"]);
}
