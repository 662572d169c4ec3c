"""The kernel as other programs start and use it: by a connection file, as VS Code does; with nbclient, as
nbconvert and nbgrader do; and as JupyterLab's server does where another program was given a port that it has chosen.

Usage: check_clients.py [--kernel NAME]       (with --server it is the server that is killed)

Exits 1 with a sentence at the first thing that is not as it should be.
"""

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time

import nbformat
import psutil
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.connect import write_connection_file
from jupyter_client.ioloop import AsyncIOLoopKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from kernel_session import LIMIT, Session, is_running, wait_until


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kernel", default="zunder")
    parser.add_argument("--server", action="store_true")
    arguments = parser.parse_args()
    kernel = arguments.kernel
    if arguments.server:
        return be_a_server(kernel)
    with tempfile.TemporaryDirectory() as folder:
        for check in [by_connection_file, with_nbclient, without_its_server, with_a_taken_port]:
            problem = check(kernel, folder)
            if problem:
                print(f"{check.__name__}: {problem}", file=sys.stderr)
                return 1
            print(f"{check.__name__}: as it should be")
    return 0


def by_connection_file(kernel, folder):
    """The kernel's program is started by hand; two clients use it, one of which leaves."""
    spec = KernelSpecManager().get_kernel_spec(kernel)
    file, _ = write_connection_file(f"{folder}/connection.json")
    argv = [file if part == "{connection_file}" else part for part in spec.argv]
    environment = dict(os.environ, **spec.env)
    process = subprocess.Popen(argv, env=environment, cwd=folder, stdin=subprocess.DEVNULL)
    try:
        first = client(file)
        second = client(file)
        reply = first.execute_interactive("let a = 4711;", timeout=LIMIT, output_hook=lambda _: None)
        if reply["content"]["status"] != "ok":
            return f"the first client's cell fails: {reply['content']}"
        first.stop_channels()
        said = []
        second.execute_interactive('println!("a is {a}");', timeout=LIMIT, output_hook=said.append)
        if "a is 4711" not in "".join(message["content"].get("text", "") for message in said):
            return f"the second client does not see the variable: {said}"
        second.shutdown(reply=True, timeout=LIMIT)
        process.wait(LIMIT)
        second.stop_channels()
    finally:
        process.kill()
        process.wait()
    return None


def client(file):
    one = BlockingKernelClient(connection_file=file)
    one.load_connection_file()
    one.start_channels()
    # Until the kernel listens its heart does not beat, and on a busy machine the client takes it for dead.
    wait_until(lambda: is_ready(one), "the kernel does not answer")
    return one


def is_ready(one):
    try:
        one.wait_for_ready(timeout=LIMIT)
    except RuntimeError:
        return False
    return True


def with_nbclient(kernel, folder):
    """It ends at the cell that fails, with that cell's error."""
    cells = ['println!("before");', 'let x = "abc".parse::<i32>()?;', 'println!("after");']
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in cells])
    runner = NotebookClient(notebook, kernel_name=kernel, timeout=LIMIT, resources={"metadata": {"path": folder}})
    try:
        runner.execute()
    except CellExecutionError as error:
        if error.ename != "Error" or error.evalue != "invalid digit found in string":
            return f"another error: {error}"
        outputs = [cell.outputs for cell in notebook.cells]
        if "before" not in str(outputs[0]) or len(outputs[1]) != 1 or outputs[2]:
            return f"other outputs: {outputs}"
        return None
    return "nbclient goes on behind a cell that fails"


def without_its_server(kernel, _):
    """A cell that never ends is gone as soon as the server is, which was killed."""
    server = subprocess.Popen(
        [sys.executable, __file__, "--kernel", kernel, "--server"], stdout=subprocess.PIPE, text=True
    )
    launcher = psutil.Process(int(server.stdout.readline()))
    family = [launcher, *launcher.children(recursive=True)]
    server.kill()
    server.wait()
    if len(family) < 3:
        return f"evcxr, its relay and the cells' process are {family}"
    wait_until(lambda: not any(is_running(one) for one in family), f"some of {family} outlive their server")
    return None


def with_a_taken_port(kernel, folder):
    """The kernel ends at once, so that the server starts it again, until the port is free."""
    return asyncio.run(start_with_a_taken_port(kernel, folder))


class Robbed(AsyncIOLoopKernelManager):
    """The server's manager of a kernel; once, somebody else listens where its kernel shall."""

    thief = None

    async def _async_pre_start_kernel(self, **options):
        chosen = await super()._async_pre_start_kernel(**options)
        if self.thief is None:
            self.thief = socket.create_server((self.ip, self.shell_port))
        return chosen


async def start_with_a_taken_port(kernel, folder):
    manager = Robbed(kernel_name=kernel)
    await manager.start_kernel(cwd=folder)
    manager.start_restarter()
    try:
        if not await comes(lambda alive: not alive, manager):
            return "the kernel waits for a port that another program has"
        manager.thief.close()
        if not await comes(lambda alive: alive, manager):
            return "the server does not start the kernel again"
        user = manager.client()
        user.start_channels()
        await user.wait_for_ready(timeout=LIMIT)
        reply = await user.execute_interactive("let a = 1;", timeout=LIMIT)
        user.stop_channels()
        return None if reply["content"]["status"] == "ok" else f"a cell fails then: {reply['content']}"
    finally:
        manager.stop_restarter()
        await manager.shutdown_kernel(now=True)
        manager.thief.close()


async def comes(is_it, manager):
    """Waits until it is said of whether the kernel is alive; False if it never is."""
    end = time.monotonic() + LIMIT
    while not is_it(await manager.is_alive()):
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.1)
    return True


def be_a_server(kernel):
    with Session.of_name(kernel, ".") as session:
        request = session.start('println!("it runs"); loop { std::hint::black_box(1); }')
        session.wait_until(lambda: session.cells[request])
        print(session.process_id, flush=True)
        session.finish(request)


if __name__ == "__main__":
    sys.exit(main())
