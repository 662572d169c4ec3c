//! The kernel for real: notebooks through `lab run`, kernels side by side, kernels killed.

use std::fs;
use std::process::Command;
use std::time::Duration;

use crate::common::{
    KernelProcess, Outcome, START, copy_of_repository, folders_of, prepare, run_in, run_notebook,
    wait_until,
};

#[test]
fn a_notebook_runs_to_its_end() {
    let cells = [START, "let a = 5;", "println!(\"a is {}\", a);", "std::env::current_dir()?"];
    let ran = run_notebook("good", &cells);
    assert!(ran.ok, "{}", ran.text);
    let executed =
        fs::read_to_string(ran.folder.join("out/good.ipynb")).expect("the executed notebook");
    assert!(executed.contains("a is 5"), "{executed}");
    assert!(executed.contains("\"seconds\""), "every cell's time is recorded: {executed}");
    // Cells run where the notebook is.
    let folder = ran.folder.canonicalize().expect("the notebook's folder");
    assert!(executed.contains(&folder.display().to_string()), "{executed}");
    assert!(ran.folder.join("out/good.html").is_file());
}

#[test]
fn a_panic_is_caught() {
    let ran =
        run_notebook("panic", &[START, "let v: Vec<i32> = Vec::new();", "v[3]", "let a = 1;"]);
    expect_failure(&ran, "cell 3", "index out of bounds");
}

#[test]
fn a_failing_question_mark_is_caught() {
    let ran = run_notebook("question", &[START, "let x = \"abc\".parse::<i32>()?;", "let a = 1;"]);
    expect_failure(&ran, "cell 2", "invalid digit");
}

#[test]
fn a_cell_that_does_not_compile_is_caught() {
    let ran = run_notebook("compile", &[START, "let x: i32 = \"abc\";"]);
    expect_failure(&ran, "cell 2", "mismatched types");
}

#[test]
fn stderr_is_caught_even_in_the_last_cell() {
    let ran = run_notebook("stderr", &[START, "eprintln!(\"beware\");"]);
    expect_failure(&ran, "cell 2", "beware");
}

fn expect_failure(ran: &Outcome, cell: &str, text: &str) {
    assert!(!ran.ok, "the run passed: {}", ran.text);
    assert!(ran.text.contains(cell) && ran.text.contains(text), "{}", ran.text);
}

#[test]
fn two_kernels_do_not_disturb_each_other() {
    let run = |name: &'static str, step: i32| {
        std::thread::spawn(move || {
            let cells: Vec<String> = [START.to_owned(), "let mut sum = 0;".to_owned()]
                .into_iter()
                .chain((0..8).map(|_| format!("sum += {step};")))
                .chain(["println!(\"the sum is {}\", sum);".to_owned()])
                .collect();
            run_notebook(name, &cells.iter().map(String::as_str).collect::<Vec<_>>())
        })
    };
    let both = [(run("ones", 1), "the sum is 8"), (run("tens", 10), "the sum is 80")];
    for (thread, expected) in both {
        let ran = thread.join().expect("the thread");
        assert!(ran.ok, "{}", ran.text);
        let pages: String = fs::read_dir(ran.folder.join("out"))
            .expect("the output")
            .flatten()
            .filter_map(|file| fs::read_to_string(file.path()).ok())
            .collect();
        assert!(pages.contains(&format!("{expected}\\n")), "{expected}");
    }
}

#[test]
fn a_kernel_that_ends_leaves_nothing() {
    prepare();
    for signal in ["TERM", "KILL"] {
        let kernel = KernelProcess::start();
        let pid = kernel.pid();
        wait_until("the kernel's folder is there", || !folders_of(pid).is_empty());
        std::thread::sleep(Duration::from_secs(3)); // until evcxr compiles its first cell
        let sent = Command::new("kill").args(["-s", signal, &pid.to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()));
        drop(kernel);
        wait_until("the kernel's folder is gone", || folders_of(pid).is_empty());
    }
}

#[test]
fn an_interrupt_does_not_end_an_idle_kernel() {
    prepare();
    let mut kernel = KernelProcess::start();
    let pid = kernel.pid();
    wait_until("the kernel's folder is there", || !folders_of(pid).is_empty());
    std::thread::sleep(Duration::from_secs(3));
    let sent = Command::new("kill").args(["-s", "INT", &pid.to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()));
    std::thread::sleep(Duration::from_secs(1));
    assert!(kernel.is_running());
}

#[test]
fn a_change_of_the_sources_reaches_the_next_kernel() {
    prepare();
    let copy = copy_of_repository();
    let ran = run_in(copy.path(), "before", &[START, "zunder::made_by_a_test()"]);
    assert!(!ran.ok, "{}", ran.text);
    assert!(ran.text.contains("made_by_a_test"), "{}", ran.text);
    let library = copy.path().join("src/lib.rs");
    let text = fs::read_to_string(&library).expect("src/lib.rs");
    fs::write(&library, text + "\n/// A test's.\npub fn made_by_a_test() -> i32 {\n    4711\n}\n")
        .expect("src/lib.rs");
    let ran = run_in(copy.path(), "after", &[START, "println!(\"{}\", zunder::made_by_a_test());"]);
    assert!(ran.ok, "{}", ran.text);
    let executed =
        fs::read_to_string(ran.folder.join("out/after.ipynb")).expect("the executed notebook");
    assert!(executed.contains("4711"), "{executed}");
}
