"""Runs the tutorial through a real JupyterHub: every user at once, in a server and a kernel of their own.

Usage: check_hub.py HUB PREFIX JUPYTER MANUAL NOTEBOOK USER...

HUB is a folder with JupyterHub (`python/`) and its proxy (`proxy/`), PREFIX an installation of Zunder,
JUPYTER where its kernels are listed (on a real hub /usr/local, where every Jupyter looks), MANUAL the
page on hubs: its first block of Python is the hub's configuration, so that it is tried as it is printed.
One user's kernel is killed on the way, which nobody else may notice.
"""

import json
import os
import pathlib
import posixpath
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid

import requests
import websocket

LIMIT = 600  # seconds until something counts as hanging


def main():
    hub_folder, prefix, jupyter, manual = (pathlib.Path(argument) for argument in sys.argv[1:5])
    notebook, users = sys.argv[5], sys.argv[6:]
    with tempfile.TemporaryDirectory() as folder, Hub(
        pathlib.Path(folder), hub_folder, prefix, jupyter, manual
    ) as hub:
        login = requests.get(f"{hub.url}/hub/login", timeout=LIMIT)
        assert login.status_code == 403, "somebody without a token could log in"
        failures = []
        threads = [
            threading.Thread(target=noting(failures, lesson), args=(hub, user, notebook, number == 0))
            for number, user in enumerate(users)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            sys.exit("\n".join([hub.log(), *failures]))
        assert "Service cull exited" not in hub.log(), hub.log()
        for user in users:
            hub.stop_server(user)
        left = [user for user in users if not wait_until(lambda: not processes(user))]
        assert not left, f"processes outlive their servers: {[processes(user) for user in left]}"
    print("the whole tutorial for each user")


def noting(failures, run):
    """The function, with what goes wrong in it put into the list."""

    def running(hub, user, *arguments):
        try:
            run(hub, user, *arguments)
        except Exception as error:  # of any kind: the thread must not end in silence
            failures.append(f"{user}: {type(error).__name__}: {error}")

    return running


def lesson(hub, user, notebook, with_accident):
    """What one learner does in an hour."""
    server = hub.start_server(user)
    listed = server.get("kernelspecs")["kernelspecs"]
    assert {"zunder", "zunder-de"} <= set(listed), f"the hub lists {list(listed)}"
    content = server.get(f"contents/notebooks/{notebook}")["content"]
    texts = "".join(cell["source"] for cell in content["cells"] if cell["cell_type"] == "markdown")
    links = re.findall(r"\]\((\.\./[^)#]+)\)", texts)
    assert links, "the tutorial links to no page"
    for link in links:
        server.get(f"contents/{posixpath.normpath(f'notebooks/{link}')}")
    sources = [cell["source"] for cell in content["cells"] if cell["cell_type"] == "code"]
    assert len(sources) > 10, "that is not the tutorial"
    if with_accident:
        with Kernel(server, "zunder-de") as kernel:
            kernel.run(sources[0])
            for process in processes(user, "evcxr"):
                os.kill(process, signal.SIGKILL)
    with Kernel(server, content["metadata"]["kernelspec"]["name"]) as kernel:
        said = "".join(kernel.run(source) for source in sources)
    assert "Total params: 16,144" in said, said[-2000:]


def processes(user, name=""):
    """The processes of a user whose command line has the name."""
    found = subprocess.run(["pgrep", "-u", user, "-f", name or "."], capture_output=True, text=True)
    return [int(line) for line in found.stdout.split()]


def wait_until(condition):
    end = time.monotonic() + LIMIT
    while not (met := condition()) and time.monotonic() < end:
        time.sleep(0.1)
    return met


def free_ports(number):
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


class Hub:
    """A JupyterHub that belongs to root, with users of the system."""

    def __init__(self, folder, hub_folder, prefix, jupyter, manual):
        self.folder = folder
        self.token = secrets.token_hex(16)
        port, hub_port, proxy_port = free_ports(3)
        self.url = f"http://127.0.0.1:{port}"
        configuration = folder / "jupyterhub_config.py"
        configuration.write_text(
            f"""{printed_configuration(manual, prefix)}
c.JupyterHub.bind_url = {self.url!r}
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.JupyterHub.authenticator_class = "null"  # nobody logs in: this test has a token, and others have none
c.Spawner.cmd = ["jupyterhub-singleuser"]
c.Spawner.environment["JUPYTER_PATH"] = {str(jupyter / "share/jupyter")!r}
c.JupyterHub.services.append({{"name": "test", "api_token": {self.token!r}}})
c.JupyterHub.load_roles.append({{
    "name": "test", "services": ["test"],
    "scopes": ["admin:users", "admin:servers", "tokens", "access:servers"],
}})
"""
        )
        programs = [prefix / "python/bin", hub_folder / "python/bin", hub_folder / "proxy/node_modules/.bin"]
        environment = {
            **os.environ,
            "PATH": os.pathsep.join([*map(str, programs), os.environ["PATH"]]),
            "PYTHONPATH": str(hub_folder / "python"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        environment.pop("JUPYTER_PATH", None)
        self.process = subprocess.Popen(
            [prefix / "python/bin/python", "-m", "jupyterhub", "--config", configuration],
            cwd=folder, env=environment, stdout=(folder / "log").open("w"), stderr=subprocess.STDOUT,
        )

    def __enter__(self):
        if not wait_until(self._answers):
            sys.exit(self.log())
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=LIMIT)

    def _answers(self):
        if self.process.poll() is not None:
            sys.exit(self.log())
        try:
            return requests.get(f"{self.url}/hub/api/", timeout=10).ok
        except requests.ConnectionError:
            return False

    def log(self):
        return (self.folder / "log").read_text()

    def ask(self, method, path, **arguments):
        headers = {"Authorization": f"token {self.token}"}
        url = f"{self.url}/hub/api/{path}"
        reply = requests.request(method, url, headers=headers, timeout=LIMIT, **arguments)
        assert reply.ok, f"{path}: {reply.status_code} {reply.text}"
        return reply.json() if reply.text else None

    def start_server(self, user):
        self.ask("POST", f"users/{user}")
        self.ask("POST", f"users/{user}/server")
        ready = wait_until(lambda: self.ask("GET", f"users/{user}")["servers"].get("", {}).get("ready"))
        assert ready, "the server does not start"
        token = self.ask("POST", f"users/{user}/tokens", json={"note": "a browser"})["token"]
        return Server(f"{self.url}/user/{user}/api", token)

    def stop_server(self, user):
        self.ask("DELETE", f"users/{user}/server")


def printed_configuration(manual, prefix):
    """The configuration that the manual prints, for an installation in another place."""
    block = re.search(r"```python\n(.*?)```", manual.read_text(encoding="utf-8"), re.DOTALL)
    assert "/opt/zunder" in block[1], "the manual names no installation"
    return block[1].replace("/opt/zunder", str(prefix))


class Server:
    """A user's own Jupyter server, reached through the hub's proxy."""

    def __init__(self, url, token):
        self.url = url
        self.headers = {"Authorization": f"token {token}"}

    def get(self, path):
        return self._ask("GET", path)

    def post(self, path, content):
        return self._ask("POST", path, json=content)

    def delete(self, path):
        self._ask("DELETE", path)

    def _ask(self, method, path, **arguments):
        url = f"{self.url}/{path}"
        reply = requests.request(method, url, headers=self.headers, timeout=LIMIT, **arguments)
        assert reply.ok, f"{path}: {reply.status_code} {reply.text}"
        return reply.json() if reply.text else None

    def connect(self, path):
        return websocket.create_connection(
            f"{self.url.replace('http', 'ws', 1)}/{path}", header=self.headers, timeout=LIMIT
        )


class Kernel:
    """A kernel behind a Jupyter server, as JupyterLab talks to it."""

    def __init__(self, server, name):
        self.server = server
        self.id = server.post("kernels", {"name": name})["id"]
        self.socket = server.connect(f"kernels/{self.id}/channels")

    def run(self, source):
        """Runs a cell, which must go well, and returns the text that it shows."""
        request = uuid.uuid4().hex
        header = {"msg_id": request, "msg_type": "execute_request", "version": "5.3",
                  "username": "", "session": self.id}
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
        self.socket.send(json.dumps({"header": header, "parent_header": {}, "metadata": {},
                                     "channel": "shell", "content": content}))
        said, answered, idle = [], False, False
        while not (answered and idle):
            message = json.loads(self.socket.recv())
            if message["parent_header"].get("msg_id") != request:
                continue
            kind, content = message["msg_type"], message["content"]
            assert kind != "error", f"{source}\n{content['evalue']}"
            assert content.get("name") != "stderr", f"{source}\n{content['text']}"
            said.append(content.get("text", "") + content.get("data", {}).get("text/plain", ""))
            answered |= kind == "execute_reply"
            idle |= kind == "status" and content["execution_state"] == "idle"
        return "".join(said)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.server.delete(f"kernels/{self.id}")


if __name__ == "__main__":
    sys.exit(main())
