//! The kernel for real: notebooks through `lab run`, kernels side by side, kernels killed.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::common::{
    FAILS, KernelProcess, Outcome, START, check, copy_with_small_crate, failing_lab, folders_of,
    has_compiled_a_cell, in_browser, lab, prepare, relay_of, root, run_in, run_notebook,
    run_notebook_in, wait_until, write,
};

#[test]
fn a_notebook_runs_to_its_end() {
    let cells = [START, "let a = 5;", "println!(\"a is {}\", a);", "std::env::current_dir()?"];
    let ran = run_notebook("good", &cells);
    assert!(ran.ok, "{}", ran.text);
    let executed = ran.executed();
    assert!(executed.contains("a is 5"), "{executed}");
    assert!(executed.contains("\"seconds\""), "every cell's time is recorded: {executed}");
    // Cells run where the notebook is.
    let folder = ran.folder.canonicalize().expect("the notebook's folder");
    assert!(executed.contains(&folder.display().to_string()), "{executed}");
    assert!(ran.folder.join("out/good.html").is_file());
}

/// evcxr's own kernel is called `rust`, and need not be installed.
#[test]
fn a_notebook_of_evcxr_s_own_kernel_runs_and_is_not_written_over() {
    prepare();
    let folder = tempfile::tempdir().expect("a folder");
    let [notebook, out] = ["mine.ipynb", "out"].map(|name| folder.path().join(name));
    let cell = json!({"cell_type": "code", "id": "a", "metadata": {}, "outputs": [],
        "execution_count": null, "source": "println!(\"{}\", 6 * 7);"});
    let content = json!({"cells": [cell], "nbformat": 4, "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "rust", "display_name": "Rust"}}});
    write(folder.path(), "mine.ipynb", &content.to_string());
    let run = |output: &Path| {
        ["run".as_ref(), notebook.as_os_str(), "--output".as_ref(), output.as_os_str()]
            .map(OsStr::to_owned)
    };
    assert!(failing_lab(run(folder.path())).contains("name another folder with --output"));
    lab(run(&out));
    let executed = std::fs::read_to_string(out.join("mine.ipynb")).expect("it was executed");
    assert!(executed.contains("42\\n"), "{executed}");
    assert_eq!(std::fs::read_dir(&out).expect("it is there").count(), 2, "nothing is left beside");
}

/// All in one kernel: the cells have the tag that says that they must fail, and one that did not
/// would end the run.
#[test]
fn every_kind_of_failure_is_seen() {
    let failing = |code: &str| format!("{FAILS}{code}");
    let cells = [
        failing("let v: Vec<i32> = Vec::new(); v[3]"),
        failing("let x = \"abc\".parse::<i32>()?;"),
        failing("let x: i32 = \"abc\";"),
        failing("eprintln!(\"beware\");"),
    ];
    let cells: Vec<&str> = [START].into_iter().chain(cells.iter().map(String::as_str)).collect();
    let ran = run_notebook("failures", &cells);
    assert!(ran.ok, "{}", ran.text);
    let executed = ran.executed();
    for words in ["index out of bounds", "invalid digit", "mismatched types", "beware"] {
        assert!(executed.contains(words), "{words}: {executed}");
    }
    let ran = run_notebook("unharmed", &[START, &failing("let a = 1;")]);
    expect_failure(&ran, "cell 2", "was meant to fail and did not");
}

#[test]
fn a_failure_ends_the_run() {
    let ran = run_notebook("panic", &[START, "panic!(\"on purpose\");", "println!(\"went on\");"]);
    expect_failure(&ran, "cell 2", "on purpose");
    assert!(!ran.executed().contains("went on\\n"), "{}", ran.executed());
}

#[test]
fn a_run_speaks_the_language_of_the_terminal() {
    let ran = run_notebook_in("de_DE.UTF-8", "german", &[START, "panic!(\"on purpose\");"]);
    expect_failure(&ran, "Zelle 2 ist gescheitert", "lief nicht bis zum Ende");
    assert!(!ran.text.contains("cell 2") && ran.text.contains("Zelle  1 von 2"), "{}", ran.text);
}

/// What a cell prints to stderr may arrive after the kernel says that it is done.
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
        assert!(ran.executed().contains(&format!("{expected}\\n")), "{expected}");
    }
}

/// Whichever process is gone: the others follow, and no folder is left.
#[test]
fn a_kernel_that_ends_leaves_nothing() {
    prepare();
    for (signal, target) in
        [("TERM", "kernel"), ("KILL", "kernel"), ("KILL", "relay"), ("KILL", "server")]
    {
        let mut kernel = KernelProcess::start();
        let pid = kernel.pid();
        let relay = relay_of(pid).expect("a kernel has a relay");
        match target {
            "kernel" => send(signal, pid),
            "relay" => send(signal, relay),
            _ => kernel.kill_server(),
        }
        wait_until(&format!("the kernel has ended without its {target}"), || !kernel.is_running());
        drop(kernel);
        wait_until("the kernel's folder is gone", || folders_of(pid).is_empty());
        wait_until("the relay is gone", || relay_of(pid).is_none() && !is_there(relay));
    }
}

fn is_there(pid: u32) -> bool {
    let asked = Command::new("kill").args(["-s", "0", &pid.to_string()]).output();
    asked.is_ok_and(|output| output.status.success())
}

/// All in one kernel; see the script.
#[test]
fn what_learners_do_by_mistake_costs_nothing_but_its_cell() {
    let ran = check("check_kernel.py");
    assert!(ran.ok, "{}", ran.text);
    assert_eq!(ran.text.matches("as it should be").count(), 15, "{}", ran.text);
}

/// In a real JupyterLab, with its real buttons. The pictures are there to be looked at.
#[test]
fn the_page_says_in_german_what_became_of_a_cell() {
    prepare();
    let pictures = root().join("target/kernel");
    let text =
        in_browser(&root().join("lab/tests/kernel.ipynb"), &pictures, "check_kernel_page.py");
    for name in ["stop-once", "stop-twice", "progress", "recursion", "run-all-stops"] {
        assert!(pictures.join(format!("{name}.png")).is_file(), "{name}: {text}");
    }
}

/// Jupyter's own test of kernels; what evcxr cannot do is listed in the script, with the reason.
#[test]
fn it_is_a_kernel_by_jupyter_s_own_test() {
    let ran = check("check_conformance.py");
    assert!(ran.ok, "{}", ran.text);
}

#[test]
fn other_programs_start_it_and_stop_at_errors() {
    let ran = check("check_clients.py");
    assert!(ran.ok, "{}", ran.text);
    assert_eq!(ran.text.matches("as it should be").count(), 4, "{}", ran.text);
}

/// Nobody has pressed stop on purpose then, and a kernel that ends would look broken.
#[test]
fn an_interrupt_does_not_end_a_kernel_that_starts() {
    prepare();
    let mut kernel = KernelProcess::start();
    let pid = kernel.pid();
    send("INT", pid);
    wait_until("the kernel has started", || has_compiled_a_cell(pid) || !kernel.is_running());
    assert!(kernel.is_running());
}

/// With the sources of the standard library cut down, as with the whole ones.
#[test]
fn variables_get_their_types_and_cells_are_compiled_once() {
    let ran = check("check_cells.py");
    assert!(ran.ok, "{}", ran.text);
    assert_eq!(ran.text.matches("as in the whole library").count(), 1, "{}", ran.text);
}

#[test]
fn a_kernel_waits_for_the_next_notebook() {
    let ran = check("check_waiting.py");
    assert!(ran.ok, "{}", ran.text);
    assert_eq!(ran.text.matches("as it should be").count(), 7, "{}", ran.text);
}

#[test]
fn a_kernel_that_cannot_start_says_why() {
    let ran = check("check_unable.py");
    assert!(ran.ok, "{}", ran.text);
    assert_eq!(ran.text.matches("as it should be").count(), 1, "{}", ran.text);
}

fn send(signal: &str, pid: u32) {
    let sent = Command::new("kill").args(["-s", signal, &pid.to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()));
}

/// The crate is a small one: to compile the real one takes a minute each time.
#[test]
fn a_change_of_the_sources_reaches_the_next_kernel() {
    prepare();
    let (copy, _build) = copy_with_small_crate();
    let says = |name: &str| {
        let words = "println!(\"{}, {}\", zunder::WORD, zunder::part::WORD);";
        let ran = run_in(copy.path(), name, &[START, words]);
        assert!(ran.ok, "{}", ran.text);
        ran.executed()
    };
    assert!(says("first").contains("before, at first\\n"));
    // A file that is no Rust at all, but goes into the crate.
    write(copy.path(), "src/word.txt", "after");
    assert!(says("second").contains("after, at first\\n"));
    // The half of the crate that cells know only through the other one.
    write(copy.path(), "data/src/part.rs", "//! A test's.\npub const WORD: &str = \"at last\";\n");
    assert!(says("third").contains("after, at last\\n"));
}
