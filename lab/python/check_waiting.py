"""Checks that a kernel waits for the next notebook, in real kernels.

Usage: check_waiting.py
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import psutil

from check_training import LONG_FIT, NETWORK, START, expect_words
from kernel_session import (
    LIMIT, Session, error_text, expect, is_running, result, run, run_checks, tell, wait_until, waiting_folder,
    waiting_kernel,
)


def main():
    os.environ["ZUNDER_WAITING_KERNEL"] = "1"
    if sys.argv[1:2] == ["server"]:
        return be_a_server(sys.argv[2])
    checks = [only_for_its_user, a_killed_one, after_a_restart, the_stop_button, after_a_crash, for_a_new_notebook, the_end]
    with (
        tempfile.TemporaryDirectory(prefix="zunder-übung ") as folder,
        Session.of_name("zunder", folder) as first,
    ):
        run(first, "1")
        return tell(lambda: run_checks(checks, State(first, folder)))


class State:
    """What the checks share: the kernel that has the others prepared, and the one that is handed over."""

    def __init__(self, first, folder):
        self.first = first
        self.folder = folder
        self.second = None
        self.copies = []  # of all that waited


def only_for_its_user(state):
    copy = waiting(state)
    for folder in [waiting_folder(state.first), copy]:
        expect(folder.stat().st_mode & 0o777 == 0o700, f"others can look into {folder}")
    connection = copy / "connection.json"
    expect(connection.stat().st_mode & 0o077 == 0, "others can read its key")
    content = json.loads(connection.read_text())
    expect(content["ip"] == "127.0.0.1" and len(content["key"]) >= 32, f"it listens to all: {content}")


def a_killed_one(state):
    """A fresh kernel starts in its place, and nothing of it is left."""
    copy = state.copies[-1]
    holder = psutil.Process(holder_of(copy))
    family = holder.children(recursive=True)
    expect(len(family) >= 2, f"evcxr and the cells' process are {family}")
    holder.kill()
    state.second = Session.of_name("zunder-de", state.folder)
    expect(waited_for(state.second) == "", "what was killed was taken")
    wait_until(lambda: not any(is_running(one) for one in family), f"{family} are left")
    wait_until(lambda: not copy.exists(), f"{copy} is left")


def after_a_restart(state):
    copy = waiting(state)
    run(state.second, "let lost = 1;")
    state.second.restart()
    is_taken(state.second, copy, state.folder, "Form")
    outputs, reply, _ = state.second.run("lost", LIMIT)
    expect("lost" in error_text(outputs, reply), "a variable outlived the restart")


def the_stop_button(state):
    session = state.second
    run(session, START)
    run(session, NETWORK)
    request = session.start(LONG_FIT)
    expect_words(session, request, "Epoche  2/", "it does not train")
    session.interrupt()
    outputs, reply, _ = session.finish(request, LIMIT)
    expect(not error_text(outputs, reply), f"the cell fails: {outputs}")
    expect_words(session, request, "Angehalten", "it was not stopped")
    expect(any("data" in output for output in outputs), "there are no curves")
    expect(result(session, "kept") == "4711", "a variable was lost")


def after_a_crash(state):
    """The process that evcxr starts then is where the notebook is, and speaks its language."""
    session = state.second
    session.run("std::process::abort();", LIMIT)
    speaks(session, state.folder, "Form")


def for_a_new_notebook(state):
    """It ends with the server that asked for it, which is killed here."""
    copy = waiting(state)
    family = psutil.Process(holder_of(copy)).children(recursive=True)
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [sys.executable, __file__, "server", folder], stdout=subprocess.PIPE, text=True
        )
        said = server.stdout.readline().split()
        launcher = psutil.Process(int(said[0]))
        expect(said[1:] == [str(copy)], f"it was not taken: {said}")
        server.send_signal(signal.SIGKILL)
        server.wait()
        wait_until(lambda: not any(is_running(one) for one in [launcher, *family]), "it outlives its server")


def the_end(state):
    """The last one waits for nobody."""
    copy = waiting(state)
    holder = psutil.Process(holder_of(copy))
    family = [holder, *holder.children(recursive=True)]
    offers = waiting_folder(state.first)
    state.second.close()
    state.first.close()
    wait_until(lambda: not any(is_running(one) for one in family), f"{family} are left")
    wait_until(lambda: not any(copy.exists() for copy in state.copies), f"one of {state.copies} is left")
    expect(not list(offers.glob("*.json")), "what has ended is offered")


def be_a_server(folder):
    session = Session.of_name("zunder", folder)
    is_taken(session, pathlib.Path(waited_for(session)), folder, "shape")
    print(session.process_id, waited_for(session), flush=True)
    time.sleep(LIMIT)


def waiting(state):
    """Waits until a kernel waits and is ready, and gives its folder."""
    wait_until(lambda: waiting_kernel(state.first) not in [None, *state.copies], "no kernel waits")
    state.copies.append(waiting_kernel(state.first))
    return state.copies[-1]


def holder_of(copy):
    return int(copy.name.split("-")[0])


def is_taken(session, copy, folder, word):
    expect(waited_for(session) == str(copy), f"{copy} was not taken")
    speaks(session, folder, word)


def speaks(session, folder, word):
    run(session, START)
    where = result(session, "std::env::current_dir()?.display().to_string()")
    expect(where == json.dumps(os.path.realpath(folder), ensure_ascii=False), f"cells run in {where}, not in {folder}")
    sentence = result(session, "Array::zeros([4, 2]).reshape([3, 3]).unwrap_err().to_string()")
    expect(word in sentence, f"it says {sentence}")


def waited_for(session):
    return json.loads(result(session, 'std::env::var("ZUNDER_WAITING").unwrap_or_default()'))


if __name__ == "__main__":
    sys.exit(main())
