"""Trains in a kernel: looks at the growing curves, and presses the stop button at every moment.

Usage: check_training.py [--kernel NAME]

Exits 1 with a sentence at the first thing that is not as it should be.
"""

import argparse
import shutil
import sys
import tempfile
import time

from kernel_session import Session, error_text

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
DEAF = "std::thread::sleep(std::time::Duration::from_secs(600));"


class Unexpected(Exception):
    """Something is not as it should be."""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kernel", default="zunder")
    arguments = parser.parse_args()
    checks = [
        growing_curves, no_curves, many_lines, idle, while_compiling, while_training, a_double_click, between_two_cells, while_deaf,
        after_a_restart,
    ]
    try:
        with tempfile.TemporaryDirectory() as folder:
            with Session.of_name(arguments.kernel, folder) as session:
                run(session, START)
                run(session, NETWORK)
                for check in checks:
                    start = time.monotonic()
                    check(session)
                    print(f"{check.__name__}: as it should be ({time.monotonic() - start:.1f} s)")
    except Unexpected as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def growing_curves(session):
    """They are there from the beginning, grow while the cell runs, and stay as one picture."""
    request = session.start(LONG_FIT.replace("100_000", "20"))
    marks = []
    end = time.monotonic() + 60
    while not marks or marks[-1] < 2 * 20 * 2 + 4:
        session.drain(0.02)
        pictures = curves(session.cells[request])
        if pictures and marks[-1:] != [count_marks(pictures[0])]:
            marks.append(count_marks(pictures[0]))
        expect(len(pictures) < 2, "there is more than one picture", pictures)
        expect(time.monotonic() < end, "waited in vain for the last marks", session.cells[request])
    outputs, reply, _ = session.finish(request, 60)
    expect(not error_text(outputs, reply), "the cell fails", outputs)
    expect(marks[0] == 4 and marks == sorted(marks) and len(marks) > 3, "they do not grow", marks)
    kinds = [output.output_type for output in outputs]
    expect(kinds[-2:] == ["display_data", "stream"], "the lines are not below the curves", outputs)
    expect("ZUNDER" not in text(outputs), "the page shows a line that is not for people", outputs)
    expect(text(outputs).count("Epoch") == 20, "lines are missing", outputs)


def no_curves(session):
    """One epoch is no curve, and they can be switched off."""
    for settings in ["epochs(1)", "epochs(3).verbose(2)", "epochs(3).verbose(0)"]:
        outputs = run(session, f"let _ = model.fit(&x, &y, Fit::new().{settings})?;")
        expect(not curves(outputs), f"{settings} shows curves", outputs)


def many_lines(session):
    """More than all buffers hold: none is lost, nor the word that the cell is done."""
    outputs = run(session, 'for line in 0..6_000 { println!("{line:0100}"); }')
    expect(text(outputs).count("\n") == 6_000, "lines were lost", outputs)


def idle(session):
    for _ in range(3):
        session.interrupt()
        time.sleep(1.2)  # presses that are not taken for a double click
    nothing_is_lost(session)


def while_compiling(session):
    request = session.start("let compiled = 5;")
    time.sleep(0.15)
    session.interrupt()
    outputs, reply, _ = session.finish(request, 60)
    error = error_text(outputs, reply)
    if shutil.which("setsid"):  # without it, the compiler ends, and the cell with an error
        expect(not error, f"the cell fails: {error}", outputs)
        run(session, "compiled + 1")
    nothing_is_lost(session)


def while_training(session):
    stopped, outputs = stop(session, LONG_FIT, after="Epoch  3/")
    expect("Stopped in epoch" in text(outputs), "the page does not say that it stopped", outputs)
    expect("run fit again" in text(outputs), "the page does not say how to go on", outputs)
    expect(stopped < 2, f"it took {stopped:.1f} s to stop", outputs)
    epochs = run(session, "history.num_epochs()")
    expect(int(result(epochs)) >= 3, "the history has lost epochs", epochs)
    nothing_is_lost(session)
    _, outputs = stop(session, LONG_FIT, after="Epoch  2/")
    expect("Stopped in epoch" in text(outputs), "it cannot be stopped a second time", outputs)


def a_double_click(session):
    request = session.start(LONG_FIT)
    wait_for(session, request, "Epoch  1/")
    for _ in range(3):
        session.interrupt()
        time.sleep(0.1)
    outputs, _, _ = session.finish(request, 60)
    expect("Stopped in epoch" in text(outputs), "it was not stopped", outputs)
    nothing_is_lost(session)


def between_two_cells(session):
    """Of two trainings in one cell both are stopped, that of the next cell is not."""
    code = LONG_FIT + LONG_FIT.replace("history", "second")
    _, outputs = stop(session, code, after="Epoch  1/")
    expect(text(outputs).count("Stopped in epoch") == 2, "not both were stopped", outputs)
    expect("Stopped in epoch 1 of" in text(outputs), "the second one was begun", outputs)
    nothing_is_lost(session)


def while_deaf(session):
    """A call that does not look at the button: the second press ends the process."""
    request = session.start(DEAF)
    time.sleep(2)
    session.interrupt()
    wait_for(session, request, "press stop again")
    session.interrupt()
    outputs, reply, _ = session.finish(request, 60)
    expect("with them what the model had learned" in text(outputs), "it is not said what was lost", outputs)
    expect(reply["status"] == "error", "Run All would go on", outputs)
    outputs, reply, _ = session.run("kept", 60)
    expect("kept" in error_text(outputs, reply), "the variables are still there", outputs)
    run(session, "use zunder::prelude::*;")
    run(session, NETWORK)
    _, outputs = stop(session, LONG_FIT, after="Epoch  1/")
    expect("Stopped in epoch" in text(outputs), "the new process cannot be stopped", outputs)
    nothing_is_lost(session)


def after_a_restart(session):
    """The new kernel listens where the old one did."""
    session.restart()
    run(session, START)
    run(session, NETWORK)
    outputs = run(session, "let _ = model.fit(&x, &y, Fit::new().epochs(3))?;")
    expect(len(curves(outputs)) == 1, "there are no curves", outputs)


def nothing_is_lost(session):
    outputs = run(session, "println!(\"kept {}\", kept);")
    expect("kept 4711" in text(outputs), "a variable was lost", outputs)
    outputs = run(session, SHORT_FIT)
    expect("Stopped" not in text(outputs), "a press from before stops the next fit", outputs)
    expect(result(outputs) == "2", "a further fit does not train", outputs)


def stop(session, code, after):
    """Runs a cell, presses the button when a line has appeared; gives the seconds until it ended."""
    request = session.start(code)
    wait_for(session, request, after)
    start = time.monotonic()
    session.interrupt()
    outputs, reply, _ = session.finish(request, 60)
    error = error_text(outputs, reply)
    expect(not error, f"the cell fails: {error}", outputs)
    return time.monotonic() - start, outputs


def wait_for(session, request, words, timeout=60):
    end = time.monotonic() + timeout
    while words not in text(session.cells[request]):
        expect(time.monotonic() < end, f"waited in vain for {words!r}", session.cells[request])
        session.drain(0.05)


def run(session, code):
    outputs, reply, _ = session.run(code, 120)
    error = error_text(outputs, reply)
    expect(not error, f"{code}\nfails: {error}", outputs)
    return outputs


def text(outputs):
    return "".join(output.text for output in outputs if output.output_type == "stream")


def curves(outputs):
    displays = [output for output in outputs if output.output_type == "display_data"]
    return [output.data["image/svg+xml"] for output in displays]


def count_marks(svg):
    """Of four curves one each in the legends, and one for each epoch."""
    return svg.count("<circle") + svg.count("<polygon")


def result(outputs):
    results = [output for output in outputs if output.output_type == "execute_result"]
    return results[-1].data.get("text/plain", "") if results else ""


def expect(condition, sentence, outputs):
    if not condition:
        raise Unexpected(f"{sentence}; the cell shows:\n{str(outputs)[:3000]}")


if __name__ == "__main__":
    sys.exit(main())
