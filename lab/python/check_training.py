"""Trains in a kernel: looks at the growing curves, and presses the stop button at every moment.

Usage: check_training.py

Exits 1 with a sentence at the first thing that is not as it should be. Nothing here depends on how
fast the machine is: what must come is waited for, and what a cell prints may arrive after its end.
"""

import re
import shutil
import sys
import tempfile
import time

import psutil

from curves import epochs_drawn
from kernel_session import (
    LIMIT, Session, Unexpected, error_text, expect, last_result, result, run, run_checks, succeed, tell,
)

START = """
:dep zunder = "0.1"
use zunder::prelude::*;
"""

# No data set: that must not be what this waits for. An epoch takes some tenths of a second.
NETWORK = """
let x = Array::zeros([2_000, 784]);
let y = to_categorical(&Array::zeros([2_000]), 10)?;
let network = Sequential::new()
    .add(Input::new(784))
    .add(Dense::new(256).activation(Relu))
    .add(Dense::new(10).activation(Softmax));
let mut model = network.compile(CategoricalCrossentropy, Adam::default(), [Accuracy])?;
let kept = 4711;
"""

LONG_FIT = "let history = model.fit(&x, &y, Fit::new().epochs(100_000).validation_split(0.2))?;"
SHORT_FIT = "model.fit(&x, &y, Fit::new().epochs(2))?.num_epochs()"
DEAF = """
println!("deaf");
std::thread::sleep(std::time::Duration::from_secs(100_000));
"""


def main():
    checks = [
        growing_curves, no_curves, many_lines, idle, while_compiling, while_training, a_double_click, judged_after_a_stop, a_loop_of_trainings,
        between_two_cells, while_deaf,
        after_a_restart,
    ]
    with tempfile.TemporaryDirectory() as folder, Session.of_name("zunder", folder) as session:
        run(session, START)
        run(session, NETWORK)
        return tell(lambda: run_checks(checks, session))


def growing_curves(session):
    """They are there from the beginning, grow while the cell runs, and stay as one picture."""
    request = session.start(LONG_FIT)
    await_that(session, lambda: len(shown(session, request)) >= 5, "the curves do not grow", request)
    expect(request not in session.done, "the curves grow at the end only", session.cells[request])
    session.interrupt()
    outputs = succeed(session, request)
    await_that(session, lambda: "run fit again" in text(outputs), "the last line is missing", request)
    epochs = int(result(session, "history.num_epochs()"))
    grown = [epochs_drawn(svg) for svg in shown(session, request)]
    right = grown == sorted(set(grown)) and grown[0] == 0 and grown[-1] == epochs
    expect(right, f"they do not grow from 0 to {epochs} epochs: {grown}", outputs)
    expect(len(curves(outputs)) == 1, "there is more than one picture", outputs)
    kinds = [output.output_type for output in outputs]
    expect(kinds[-2:] == ["display_data", "stream"], "the lines are not below the curves", outputs)
    expect("ZUNDER" not in text(outputs), "the page shows a line that is not for people", outputs)
    # A long epoch says in lines of its own how far it is.
    lines = [line for line in text(outputs).splitlines() if "val_accuracy" in line]
    expect(len(lines) == epochs, f"there are {len(lines)} lines for {epochs} epochs", outputs)


def no_curves(session):
    """One epoch is no curve, and they can be switched off."""
    for settings in ["epochs(1)", "epochs(3).verbose(2)", "epochs(3).verbose(0)"]:
        code = f"let _ = model.fit(&x, &y, Fit::new().{settings})?;\nprintln!(\"done\");"
        request = session.start(code)
        outputs = succeed(session, request)
        await_that(session, lambda: "done" in text(outputs), "what was printed is missing", request)
        expect(not curves(outputs), f"{settings} shows curves", outputs)


def many_lines(session):
    """More than all buffers hold: none is lost, nor the word that the cell is done."""
    request = session.start('for line in 0..6_000 { println!("{line:0100}"); }')
    outputs = succeed(session, request)
    await_that(session, lambda: text(outputs).count("\n") == 6_000, "lines were lost", request)


def idle(session):
    """Presses while nothing runs. A cell after each parts them, and takes it if it comes late, as on a busy machine."""
    for _ in range(3):
        session.interrupt()
        run(session, "kept")
    nothing_is_lost(session)


def while_compiling(session):
    """A press that meets the compiler. Where the compiler was too fast, the next cell is tried."""
    for number in range(100):
        request = session.start(f"let compiled = {number};")
        if session.wait_until(lambda: request in session.done or compiles(session)) and request not in session.done:
            break
    else:
        raise Unexpected("no cell was seen while it was compiled")
    session.interrupt()
    outputs, reply, _ = session.finish(request, LIMIT)
    error = error_text(outputs, reply)
    if shutil.which("setsid"):  # without it, the compiler ends, and the cell with an error
        expect(not error, f"the cell fails: {error}", outputs)
        run(session, "compiled + 1")
    nothing_is_lost(session)


def compiles(session):
    """Whether one of the kernel's processes is the compiler at work."""
    def name(process):
        try:
            return process.name()
        except psutil.Error:  # ended meanwhile
            return ""

    children = psutil.Process(session.process_id).children(recursive=True)
    return any(name(child) == "rustc" for child in children)


def while_training(session):
    request = stop(session, LONG_FIT, after="Epoch  3/")
    expect_words(session, request, "Stopped in epoch", "the page does not say that it stopped")
    expect_words(session, request, "run fit again", "the page does not say how to go on")
    epochs = int(result(session, "history.num_epochs()"))
    said = int(re.search(r"Stopped in epoch (\d+)", text(session.cells[request]))[1])
    # It ends after a batch, and the epoch that was begun is not in the history.
    expect(said == epochs + 1 >= 3, f"stopped in epoch {said}, {epochs} kept", session.cells[request])
    nothing_is_lost(session)
    request = stop(session, LONG_FIT, after="Epoch  2/")
    expect_words(session, request, "Stopped in epoch", "it cannot be stopped a second time")


def judged_after_a_stop(session):
    """The cell that is stopped goes on to judge its model, so that its variables are made."""
    code = f"let mut own = network.clone().compile(CategoricalCrossentropy, Adam::default(), [Accuracy])?;\n{LONG_FIT}\n"
    code = code.replace("model.fit", "own.fit") + "let score = own.evaluate(&x, &y)?;"
    request = stop(session, code, after="Epoch  2/")
    expect_words(session, request, "Stopped in epoch", "the page does not say that it stopped")
    result(session, "score.loss()")
    nothing_is_lost(session)


def a_loop_of_trainings(session):
    """One press ends it, though each training ends well: else all that are left would be judged untrained."""
    each = f"{LONG_FIT}\nmodel.evaluate(&x, &y)?;".replace("model.", "own.")
    request = session.start(f"for _ in 0..1_000 {{\nlet mut own = model.clone();\n{each}\n}}")
    expect_words(session, request, "Epoch  2/", "it does not train")
    session.interrupt()
    outputs, reply, _ = session.finish(request, LIMIT)
    expect("judging was stopped" in error_text(outputs, reply), "the loop goes on", outputs)
    nothing_is_lost(session)


def a_double_click(session):
    request = session.start(LONG_FIT)
    expect_words(session, request, "Epoch  1/", "it does not train")
    for _ in range(3):
        session.interrupt()
        time.sleep(0.05)  # as fingers are: this is far less than the second of a double click
    succeed(session, request)
    expect_words(session, request, "Stopped in epoch", "it was not stopped")
    nothing_is_lost(session)


def between_two_cells(session):
    """Of two trainings in one cell both are stopped, that of the next cell is not."""
    request = stop(session, LONG_FIT + LONG_FIT.replace("history", "second"), after="Epoch  1/")
    outputs = session.cells[request]
    stops = "Stopped in epoch"
    await_that(session, lambda: text(outputs).count(stops) == 2, "not both were stopped", request)
    second = text(outputs).split(stops)[2]
    expect(second.startswith(" 1 of"), "the second one was begun", outputs)
    nothing_is_lost(session)


def while_deaf(session):
    """A call that does not look at the button: the second press ends the process."""
    request = session.start(DEAF)
    expect_words(session, request, "deaf", "the cell does not run")
    session.interrupt()
    expect_words(session, request, "press stop again", "it is not said what to do")
    session.interrupt()
    outputs, reply, _ = session.finish(request, LIMIT)
    expect_words(session, request, "with them what the model had learned", "it is not said what was lost")
    expect(reply["status"] == "error", "Run All would go on", outputs)
    outputs, reply, _ = session.run("kept", LIMIT)
    expect("kept" in error_text(outputs, reply), "the variables are still there", outputs)
    run(session, "use zunder::prelude::*;")
    run(session, NETWORK)
    request = stop(session, LONG_FIT, after="Epoch  1/")
    expect_words(session, request, "Stopped in epoch", "the new process cannot be stopped")
    nothing_is_lost(session)


def after_a_restart(session):
    """The new kernel listens where the old one did. The curves of a whole training are whole."""
    session.restart()
    run(session, START)
    run(session, NETWORK)
    request = session.start("let _ = model.fit(&x, &y, Fit::new().epochs(3))?;")
    outputs = succeed(session, request)
    await_that(session, lambda: len(curves(outputs)) == 1, "there are no curves", request)
    whole = "the last curves are not whole"
    await_that(session, lambda: epochs_drawn(curves(outputs)[0]) == 3, whole, request)


def nothing_is_lost(session):
    request = session.start('println!("kept {}", kept);')
    succeed(session, request)
    expect_words(session, request, "kept 4711", "a variable was lost")
    request = session.start(SHORT_FIT)
    outputs = succeed(session, request)
    expect("Stopped" not in text(outputs), "a press from before stops the next fit", outputs)
    expect(last_result(outputs) == "2", "a further fit does not train", outputs)


def stop(session, code, after):
    """Runs a cell, presses the button when these words have appeared, and waits for its end."""
    request = session.start(code)
    expect_words(session, request, after, "it does not train")
    session.interrupt()
    succeed(session, request)
    return request


def expect_words(session, request, words, sentence):
    await_that(session, lambda: words in text(session.cells[request]), f"{sentence} ({words!r})", request)


def await_that(session, condition, sentence, request):
    expect(session.wait_until(condition), sentence, session.cells.get(request, []))


def text(outputs):
    return "".join(output.text for output in outputs if output.output_type == "stream")


def curves(outputs):
    displays = [output for output in outputs if output.output_type == "display_data"]
    return [output.data["image/svg+xml"] for output in displays]


def shown(session, request):
    """All that the first picture of a cell has shown, in order."""
    first = next((o for o in session.cells[request] if o.output_type == "display_data"), None)
    known = [name for name, output in session.displays.items() if output is first]
    return [data["image/svg+xml"] for data in session.pictures[known[0]]] if known else []


if __name__ == "__main__":
    sys.exit(main())
