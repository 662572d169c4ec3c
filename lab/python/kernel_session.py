"""A kernel that runs cells one by one, and reports everything that they print.

What threads print can arrive after the cell is reported as done. So this client keeps listening for a
moment, and gives late messages to the cell that they belong to: every message names the request that it
answers.
"""

import json
import os
import pathlib
import queue
import re
import sys
import time

import psutil
from jupyter_client.manager import KernelManager
from nbformat.v4 import output_from_msg

ANSI = re.compile(r"\x1b\[[0-9;]*m")
OUTPUTS = ("stream", "display_data", "execute_result", "error")

# Seconds until something counts as hanging. Not how long it may take: a busy machine may take
# ten times as long as a quiet one, and all is well.
LIMIT = 600


def say(english, german):
    """The one in the language of whoever sits at the terminal, as in base/spoken.rs."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return german if next(filter(None, names), "").startswith("de") else english


def decimal(number, form):
    """A number for whoever sits at the terminal."""
    text = format(number, form)
    return say(text, text.replace(".", ","))


def waiting_folder(session):
    """Where a kernel is offered that waits for a notebook: beside the folders of those that run."""
    cells = pathlib.Path(psutil.Process(session.process_id).environ()["EVCXR_TMPDIR"])
    return cells.parents[2] / "waiting"


def waiting_kernel(session):
    """The folder of the kernel that waits and is ready, or none."""
    try:
        copy = pathlib.Path(json.loads((waiting_folder(session) / "kernel.json").read_text())["copy"])
    except OSError:  # there is none, or no longer
        return None
    return copy if (copy / "ready").exists() else None


def end_with(main):
    """Runs a script's `main`, and ends without a word where whoever read its output has stopped, as `head` does, and
    where Ctrl-C was pressed."""
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(128 + 2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(128 + 13)


class KernelDied(Exception):
    """The kernel's process ended."""


class KernelEnded(KernelDied):
    """The kernel ended before it answered anything."""


class CellTimeout(Exception):
    """A cell ran longer than it was given."""


class Unexpected(Exception):
    """Something is not as it should be."""


def tell(work):
    """Does the work; the exit code of the script, with the reason on stderr if something is not as it should be."""
    try:
        work()
    except Unexpected as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def expect(condition, sentence, outputs=None):
    """Ends all checks where this does not hold, with what the cell shows if that is known."""
    if not condition:
        shown = "" if outputs is None else f"; the cell shows:\n{str(outputs)[:3000]}"
        raise Unexpected(f"{sentence}{shown}")


def succeed(session, request):
    """Waits for a cell that must not fail, and gives its outputs."""
    outputs, reply, _ = session.finish(request, LIMIT)
    error = error_text(outputs, reply)
    expect(not error, f"the cell fails: {error}", outputs)
    return outputs


def run(session, code):
    """Runs a cell that must not fail, and gives its outputs."""
    return succeed(session, session.start(code))


def result(session, code):
    """What a cell comes to: the kernel sends it before it says that the cell is done."""
    return last_result(run(session, code))


def last_result(outputs):
    results = [output for output in outputs if output.output_type == "execute_result"]
    return results[-1].data.get("text/plain", "") if results else ""


def is_running(process):
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(condition, sentence):
    end = time.monotonic() + LIMIT
    while not condition():
        expect(time.monotonic() < end, sentence)
        time.sleep(0.05)


def run_checks(checks, subject):
    """Runs one after the other, and says how long each took."""
    for check in checks:
        start = time.monotonic()
        check(subject)
        print(f"{check.__name__}: as it should be ({time.monotonic() - start:.1f} s)", flush=True)


class Session:
    """A running kernel. Use it as a context manager."""

    def __init__(self, manager, folder, start_timeout, **streams):
        self.manager = manager
        self.cells = {}  # request id -> outputs of that cell
        self.done = set()  # requests that are answered
        self.replies = {}  # request id -> a reply that nobody has asked for yet
        self.displays = {}  # display id -> the output that updates change
        self.pictures = {}  # display id -> all that it has shown, in order
        manager.start_kernel(cwd=str(folder), **streams)
        self.client = manager.client()
        self.client.start_channels()
        try:
            self.client.wait_for_ready(timeout=start_timeout)
        except RuntimeError as error:
            kind = KernelDied if manager.is_alive() else KernelEnded
            self.close()
            sentence = say("the kernel did not start", "der Kernel ist nicht gestartet")
            raise kind(f"{sentence}: {error}") from error

    @classmethod
    def of_name(cls, name, folder, start_timeout=900):
        """Starts an installed kernel. One that ends at once did not get the ports that were chosen for it: this
        tries it again with others."""
        for _ in range(2):
            try:
                return cls(KernelManager(kernel_name=name), folder, start_timeout)
            except KernelEnded:
                pass
        return cls(KernelManager(kernel_name=name), folder, start_timeout)

    @property
    def process_id(self):
        return self.manager.provisioner.pid

    def run(self, code, timeout=None, drain=0.1):
        """Runs one cell; returns its outputs (a list that late messages still join), the reply's
        content, and the seconds until the kernel was done."""
        return self.finish(self.start(code), timeout, drain)

    def start(self, code, stop_on_error=False, allow_stdin=False):
        """Starts one cell; `self.cells[...]` of what this returns are its outputs so far."""
        request = self.client.execute(code, stop_on_error=stop_on_error, allow_stdin=allow_stdin)
        self.cells[request] = []
        return request

    def finish(self, request, timeout=None, drain=0.1):
        """Waits for a started cell, and returns what `run` does."""
        start = time.monotonic()
        deadline = None if timeout is None else start + timeout
        outputs = self.cells[request]
        while request not in self.done:
            self._take_message(1.0)
            if not self.manager.is_alive():
                raise KernelDied(say("the kernel died", "der Kernel ist beendet"))
            if deadline is not None and time.monotonic() > deadline:
                self.manager.interrupt_kernel()
                sentence = ("the cell was not done after {:.0f} s", "die Zelle war nach {:.0f} s nicht fertig")
                raise CellTimeout(say(*sentence).format(timeout))
        seconds = time.monotonic() - start
        reply = self._reply(request)
        self.drain(drain)
        return outputs, reply, seconds

    def wait_until(self, condition, timeout=LIMIT):
        """Takes messages in until the condition holds; False if it never did."""
        end = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > end:
                return False
            if not self.manager.is_alive():
                raise KernelDied(say("the kernel died", "der Kernel ist beendet"))
            self._take_message(0.1)
        return True

    def restart(self, timeout=LIMIT):
        """Does what JupyterLab's restart button does."""
        self.manager.restart_kernel()
        self.client.wait_for_ready(timeout=timeout)

    def interrupt(self):
        """Does what the stop button does."""
        self.manager.interrupt_kernel()

    def interrupt_by_message(self):
        """The same as clients do that have not started the kernel."""
        message = self.client.session.msg("interrupt_request", {})
        self.client.control_channel.send(message)
        reply = self.client.get_control_msg(timeout=LIMIT)
        assert reply["content"]["status"] == "ok", reply

    def await_question(self):
        """Waits until the kernel asks for a line."""
        return self.client.get_stdin_msg(timeout=LIMIT)

    def answer(self, line):
        """Types a line as soon as the kernel asks for one."""
        self.await_question()
        self.client.input(line)

    @property
    def last_outputs(self):
        """What the cell shows that was started last."""
        return next(reversed(self.cells.values()), [])

    def drain(self, seconds):
        """Takes in what still arrives within this time."""
        end = time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0:
            self._take_message(rest)

    def close(self):
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel()
        self.manager.cleanup_resources()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _take_message(self, timeout):
        """Takes one message in."""
        try:
            message = self.client.get_iopub_msg(timeout=timeout)
        except queue.Empty:
            return
        parent = message["parent_header"].get("msg_id")
        kind = message["header"]["msg_type"]
        content = message["content"]
        display = content.get("transient", {}).get("display_id")
        if kind in OUTPUTS and parent in self.cells:
            output = output_from_msg(message)
            add_output(self.cells[parent], output)
            if display:
                self.displays[display] = output
                self.pictures[display] = [output.data]
        elif kind == "update_display_data" and display in self.displays:
            self.displays[display].data = content["data"]
            self.pictures[display].append(content["data"])
        if kind == "status" and content["execution_state"] == "idle":
            self.done.add(parent)

    def _reply(self, request):
        if request in self.replies:
            return self.replies.pop(request)
        while True:
            try:
                reply = self.client.get_shell_msg(timeout=LIMIT)
            except queue.Empty:
                raise KernelDied(say("the kernel did not answer", "der Kernel hat nicht geantwortet")) from None
            parent = reply["parent_header"].get("msg_id")
            if parent == request:
                return reply["content"]
            self.replies[parent] = reply["content"]


def add_output(outputs, output):
    """Appends an output; lines of one stream that follow each other become one output."""
    last = outputs[-1] if outputs else None
    if output.output_type == "stream" and last is not None and last.output_type == "stream":
        if last.name == output.name:
            last.text += output.text
            return
    outputs.append(output)


def error_text(outputs, reply):
    """What went wrong in a cell: compiler errors, panics, an `Err` from `?`, anything on stderr."""
    parts = []
    for output in outputs:
        if output.output_type == "error":
            parts.append("\n".join(output.traceback) or output.evalue)
        elif output.output_type == "stream" and output.name == "stderr":
            parts.append(output.text)
    if reply["status"] == "error" and not parts:
        nameless = say("the kernel answered with an error", "der Kernel hat mit einem Fehler geantwortet")
        parts.append(reply.get("evalue") or nameless)
    return "\n".join(parts).strip()


def without_colours(text):
    return ANSI.sub("", text)


def indent(text):
    return "\n".join(f"    {line}" for line in text.splitlines())
