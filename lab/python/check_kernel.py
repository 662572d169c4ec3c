"""Does in one kernel what learners do by mistake: Python's kernel would take all of it, and so must this.

Usage: check_kernel.py

Exits 1 with a sentence at the first thing that is not as it should be. Nothing here depends on how fast
the machine is: what must come is waited for.
"""

import pathlib
import sys
import tempfile
import time

from check_training import await_that, expect_words, text
from kernel_session import LIMIT, Session, expect, run, run_checks, tell

START = """
:dep zunder = "0.1"
use zunder::prelude::*;
let kept = 4711;
"""


def main():
    checks = [
        stop_from_the_start, half_lines_and_errors, half_lines_and_panics, half_lines_and_curves, no_utf_8,
        progress_bars, many_lines, other_programs, threads, cells_that_wait, a_line_from_the_keyboard,
        unfinished_code, german_letters, ends_of_the_process, output_without_end,
    ]
    with tempfile.TemporaryDirectory() as folder, Session.of_name("zunder", folder) as session:
        session.folder = pathlib.Path(folder)
        return tell(lambda: run_checks(checks, session))


def stop_from_the_start(session):
    """In the very first cell, which has no crate: the first press explains, the second ends it."""
    request = session.start('println!("begun"); loop { std::hint::black_box(0); }')
    expect_words(session, request, "begun", "the first cell does not run")
    session.interrupt_by_message()
    expect_words(session, request, "press stop again", "the first press does nothing")
    session.interrupt()
    fails(session, request, "ProcessEnded", "The stop button has ended the process")
    expect_words(session, request, "You pressed stop twice", "it is not said what is lost")
    run(session, START)


def half_lines_and_errors(session):
    request = session.start('print!("flattening ... "); let x = "abc".parse::<i32>()?; println!("done");')
    outputs = fails(session, request, "Error", "invalid digit found in string")
    expect(text(outputs) == "flattening ... ", "what was printed before is wrong", outputs)
    nothing_is_lost(session)
    fails(session, session.start("x"), "Error", "cannot find value `x`")
    # All of an error of several lines, and what the cell itself printed to stderr is not lost.
    outputs = fails(session, session.start('eprintln!("beware"); Err("one\\ntwo")?;'), "Error", "one\ntwo")
    expect("beware" in str(outputs), "what was printed to stderr is missing", outputs)


def half_lines_and_panics(session):
    code = 'print!("part"); let v: Vec<i32> = Vec::new(); println!("{}", v[3]);'
    outputs = fails(session, session.start(code), "Panic", "index out of bounds: the len is 0 but the index is 3")
    expect(text(outputs) == "part", "what was printed before is wrong", outputs)
    for inside in ["evcxr", "backtrace", "panicked at", "lib.rs", "ZUNDER"]:
        expect(inside not in str(outputs), f"the page shows the kernel's insides: {inside}", outputs)
    nothing_is_lost(session)
    # A cell that ends without an end of line: its text is its own.
    outputs = run(session, 'print!("no end");')
    await_that(session, lambda: text(outputs) == "no end", "the text is missing", None)
    nothing_is_lost(session)


def half_lines_and_curves(session):
    request = session.start("""
        let x = Array::from([[0.0], [0.5], [1.0], [0.2]]);
        let y = Array::from([0.0, 0.5, 1.0, 0.2]);
        let network = Sequential::new().add(Input::new(1)).add(Dense::new(1));
        let mut model = network.compile(MeanSquaredError, Adam::default(), [])?;
        print!("training ... ");
        let history = model.fit(&x, &y, Fit::new().epochs(3))?;
        println!("done");
    """)
    outputs = succeeds(session, request)
    await_that(session, lambda: "done" in text(outputs), "the text is missing", request)
    pictures = [output for output in outputs if output.output_type == "display_data"]
    expect(len(pictures) == 1 and "ZUNDER" not in text(outputs), "the curves are missing", outputs)


def no_utf_8(session):
    outputs = run(session, 'use std::io::Write; std::io::stdout().write_all(b"a\\xff\\xfe b\\n")?;')
    await_that(session, lambda: text(outputs) == "a\ufffd\ufffd b\n", "the text is not readable", None)
    outputs, _, _ = session.run('std::io::stderr().write_all(b"\\xff\\n")?;', LIMIT)
    await_that(session, lambda: "\ufffd" in text(outputs), "the text on stderr is not readable", None)
    nothing_is_lost(session)


def progress_bars(session):
    """Parts of lines are on the page while the cell runs; the cell waits for a file of this script."""
    go = session.folder / "go"
    request = session.start(f"""
        print!("half a line");
        for step in 1..=3 {{
            let file = format!("{go}-{{step}}");
            while !std::path::Path::new(&file).exists() {{
                std::thread::sleep(std::time::Duration::from_millis(5));
            }}
            print!("\\r{{step}} of 3");
        }}
    """)
    expected = "half a line"
    for step in range(1, 4):
        await_that(session, lambda: text(session.cells[request]) == expected, "the part is missing", request)
        expect(request not in session.done, "the cell is over too soon", session.cells[request])
        pathlib.Path(f"{go}-{step}").touch()
        expected += f"\r{step} of 3"
    outputs = succeeds(session, request)
    await_that(session, lambda: text(outputs) == expected, "the last part is missing", request)


def many_lines(session):
    start = time.monotonic()
    outputs = run(session, 'for line in 0..100_000 { println!("line {line}"); }')
    expected = "".join(f"line {line}\n" for line in range(100_000))
    await_that(session, lambda: text(outputs) == expected, "lines are missing", None)
    print(f"100,000 lines: {time.monotonic() - start:.1f} s")


def other_programs(session):
    outputs = run(session, 'print!("a "); std::io::stdout().flush()?; '
                           'std::process::Command::new("printf").arg("b ").status()?; print!("c");')
    await_that(session, lambda: text(outputs) == "a b c", "the order is wrong", None)


def threads(session):
    code = 'let _ = std::thread::spawn(|| { let v: Vec<i32> = Vec::new(); v[1] }).join();'
    outputs, reply, _ = session.run(code, LIMIT)
    expect(reply["status"] == "ok", "the cell itself has not panicked", outputs)
    said = "A thread panicked: index out of bounds"
    await_that(session, lambda: said in text(outputs), "the panic of a thread is not said", None)


def cells_that_wait(session):
    """Run All stops at the cell that fails, whichever way it fails."""
    for wrong in ['Err("no")?;', 'panic!("no");', "let x: i32 = \"no\";"]:
        requests = [session.start(code, stop_on_error=True) for code in [wrong, "let ran = 1;", "kept"]]
        statuses = [session.finish(request, LIMIT)[1]["status"] for request in requests]
        expect(statuses == ["error", "aborted", "aborted"], f"{wrong} gives {statuses}", [])
    nothing_is_lost(session)


def a_line_from_the_keyboard(session):
    code = 'let mut guess = String::new(); println!("Your guess?"); std::io::stdin().read_line(&mut guess)?; ' \
           'println!("You said {guess:?}");'
    for answer in ["seven", "größer"]:
        request = session.start(code, allow_stdin=True)
        session.answer(answer)
        succeeds(session, request)
        expect_words(session, request, f'You said "{answer}\\n"', "the answer does not arrive")
    # What `get_string` and `get_password` of the crate evcxr_input do.
    for command, hides in [("EVCXR_INPUT_REQUEST", False), ("EVCXR_INPUT_REQUEST_PASSWORD", True)]:
        request = session.start(
            f'println!("{command}:Your age?"); let mut age = String::new(); std::io::stdin().read_line(&mut age)?; '
            'println!("You are {age:?}");', allow_stdin=True)
        asked = session.await_question()["content"]
        expect(asked == {"prompt": "Your age?", "password": hides}, "evcxr_input's question is another one", asked)
        session.client.input("seven")
        succeeds(session, request)
        expect_words(session, request, 'You are "seven\\n"', "the answer to evcxr_input does not arrive")
    # The stop button is heard while it waits; the cell goes on with an empty line.
    request = session.start(code, allow_stdin=True)
    session.await_question()
    session.interrupt()
    succeeds(session, request)
    expect_words(session, request, 'You said "\\n"', "stop is not heard while the cell waits")
    # One that asks until the answer is good is ended by it.
    request = session.start('loop { let mut line = String::new(); std::io::stdin().read_line(&mut line).expect("a line"); '
                            "if line.trim() == kept.to_string() { break; } }", allow_stdin=True)
    session.answer("7")
    session.await_question()
    session.interrupt()
    fails(session, request, "Panic", "The stop button has ended the cell")
    nothing_is_lost(session)
    # Where nobody can be asked.
    request = session.start(code)
    session.finish(request, LIMIT)
    expect_words(session, request, "nobody can be asked here", "it is not said that nobody can be asked")
    nothing_is_lost(session)


def unfinished_code(session):
    for code, words in [
        ("let type = 5;", "`type` in line 1 is a word of Rust's own"),
        ("let x = 1;\nlet = 5;", "Behind the `let` in line 2 the name is missing"),
        ("fn loss(in: f32) -> f32 { in }", "`in` in line 1 is a word of Rust's own"),
        ("const kept: i32 = 1;", "`kept` is a variable already"),
        (":opt 5", "`:opt` takes 0, 1, 2 or 3"),
        (":toolchain nightly", "`:toolchain` cannot choose another one"),
        ("(" * 5_000, "brackets stand in each other"),
    ]:
        fails(session, session.start(code), "Error", words)
    for code in ["let r#type = 5; let Some(odd) = Some(3) else { panic!() };", "if let Some(5) = Some(r#type) { }",
                 f"let nested = {'(' * 500}1{')' * 500};"]:
        succeeds(session, session.start(code))
    for code in ["let a = std::", "let n = kept.", "let x = ;", 'println!("{}", kept;', 'let s = "abc;',
                 "Dense::new(20", "/* no end"]:
        outputs, reply, _ = session.run(code, LIMIT)
        if code != "/* no end":
            expect(reply["status"] == "error", f"{code} is no error", outputs)
        nothing_is_lost(session)


def german_letters(session):
    outputs, reply, _ = session.run("// größter Wert\nlet größe = Array::zeros([3]).maximum();", LIMIT)
    expect(reply["status"] == "error" and "maximum" in str(outputs), "the error is not named", outputs)
    request = session.start('let s = "Straße"; println!("{} {s}", s.len());')
    succeeds(session, request)
    expect_words(session, request, "7 Straße", "German letters are lost")


def ends_of_the_process(session):
    endless = "fn deep(n: usize) -> usize { if n == 0 { 0 } else { 28 + deep(n + 1) } }\nprintln!(\"{}\", deep(1));"
    for code, words in [
        (endless, "Endless recursion"),
        ('print!("bye"); std::process::exit(3);', "exit(3)"),
        ('let v = vec![1u8; usize::MAX / 4]; println!("{}", v.len());', "The memory does not suffice"),
        ("std::process::abort();", "has ended itself (signal: 6"),
        ("let big = [[1f32; 784]; 60_000]; println!(\"{:?}\", big[59_999][3]);", "The stack is full"),
        ('struct Loud; impl Drop for Loud { fn drop(&mut self) { panic!("too loud"); } }\n'
         "let loud = Loud; let (a, b) = (loud, 1 / kept.min(0));", "too loud"),
    ]:
        outputs = fails(session, session.start(code), "ProcessEnded", words)
        expect("All variables are lost" in str(outputs), "it is not said what is lost", outputs)
        expect("Subprocess" not in str(outputs), "the page shows evcxr's own words", outputs)
        fails(session, session.start("kept"), "Error", "kept")
        run(session, "let kept = 4711;")
        nothing_is_lost(session)


def output_without_end(session):
    request = session.start('loop { println!("again and again and again and again"); }')
    cut = "the rest is not shown"
    await_that(session, lambda: cut in text(session.cells[request]), "the output is not cut", None)
    session.interrupt()
    expect_words(session, request, "press stop again", "the first press does nothing")
    session.interrupt()
    fails(session, request, "ProcessEnded", "The stop button has ended the process")
    outputs = session.cells[request]
    expect(len(text(outputs)) < 11_000_000, f"{len(text(outputs))} characters are shown", [])
    run(session, "let kept = 4711;")
    nothing_is_lost(session)


def succeeds(session, request):
    outputs, reply, _ = session.finish(request, LIMIT)
    expect(reply["status"] == "ok", f"the cell fails: {reply}", outputs)
    return outputs


def fails(session, request, name, words):
    """The cell fails with these words, in its reply and once on the page."""
    outputs, reply, _ = session.finish(request, LIMIT)
    expect(reply["status"] == "error", "the cell does not fail", outputs)
    errors = [output for output in outputs if output.output_type == "error"]
    expect(len(errors) == 1, "there is not one error on the page", outputs)
    for said in [reply, errors[0]]:
        expect(said["ename"] == name and words in said["evalue"], f"{name}: {words} is not said in {said}", outputs)
        expect(said["traceback"], "there is no traceback", outputs)
    return outputs


def nothing_is_lost(session):
    request = session.start('println!("kept {}", kept);')
    succeeds(session, request)
    expect_words(session, request, "kept 4711", "a variable was lost")


if __name__ == "__main__":
    sys.exit(main())
