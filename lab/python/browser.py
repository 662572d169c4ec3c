"""A real JupyterLab in a real browser, for tests.

    with JupyterLab(command, folder) as lab, Page(lab.url("notebooks/x.ipynb")) as page:
        page.run_all(timeout=600)
        page.screenshots(folder)
        print(page.errors())

`command` starts JupyterLab (`cargo lab browser` passes the one that it uses itself).
"""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

from selenium import webdriver
from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

# Seconds until something counts as hanging; a busy machine takes its time.
LIMIT = 600

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "This check needs Chromium and its driver: install them "
    "(on Debian: `apt install chromium chromium-driver`, on Ubuntu: `snap install chromium`)."
)

# A notebook's cells as JSON, with the state of the kernel.
STATE = """
const panel = window.jupyterapp && window.jupyterapp.shell.currentWidget;
if (!panel || !panel.sessionContext || !panel.content || !panel.content.model) return null;
const kernel = panel.sessionContext.session && panel.sessionContext.session.kernel;
return {
  path: panel.context.path,
  kernel: kernel ? kernel.name : null,
  status: kernel ? kernel.status : null,
  connection: kernel ? kernel.connectionStatus : null,
  cells: panel.content.widgets.filter(cell => cell.model.type === 'code').map(cell => ({
    source: cell.model.sharedModel.getSource(),
    count: cell.model.executionCount,
    outputs: cell.model.outputs.toJSON(),
  })),
};
"""

# Done when the browser has drawn, and drawn again: what was changed before is on the screen.
DRAWN = """
const done = arguments[arguments.length - 1];
requestAnimationFrame(() => requestAnimationFrame(() => done()));
"""

# Done when an element has stood where it is for some pictures of the screen.
STANDS_STILL = """
const [element, done] = arguments;
let before = '', same = 0;
const look = () => {
  const {left, top, width, height} = element.getBoundingClientRect();
  const now = [left, top, width, height].join();
  same = now === before ? same + 1 : 0;
  before = now;
  if (same < 15) requestAnimationFrame(look); else done();
};
look();
"""

# Prints a word to stdout and stderr through the page's own kernel, and is done when both are there:
# then all is there that the cells have printed before.
READ_TO_THE_END = """
const done = arguments[0];
const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
const word = 'zunder: that was all';
const code = `println!("${word}"); eprintln!("${word}");`;
const waiting = new Set(['stdout', 'stderr']);
const future = kernel.requestExecute({code, store_history: false}, false);
future.onIOPub = message => {
  if (message.header.msg_type === 'stream' && message.content.text.includes(word)) waiting.delete(message.content.name);
  if (message.header.msg_type === 'error') done(message.content.evalue);
  if (!waiting.size) done(null);
};
"""

SCROLLER = """
const panel = window.jupyterapp.shell.currentWidget.node;
let node = panel.querySelector('.jp-WindowedPanel-outer') || panel.querySelector('.jp-Notebook');
"""


# After SCROLLER: done when the notebook has the same height for some pictures of the screen.
STILL_NODE = """
const done = arguments[arguments.length - 1];
let before = '', same = 0;
const look = () => {
  const now = [node.scrollHeight, node.scrollTop, node.querySelectorAll('*').length].join();
  same = now === before ? same + 1 : 0;
  before = now;
  if (same < 15) requestAnimationFrame(look); else done();
};
look();
"""


class CannotRun(Exception):
    """Something needed is not there; the message says what to do."""


class Unexpected(Exception):
    """Something in the page is not as it should be."""


def expect(condition, what, *details):
    if not condition:
        raise Unexpected(" ".join([what, *map(str, details)]))


def in_page(notebook, command, work):
    """Opens a notebook in JupyterLab and does the work with its page; the exit code of the script, with the
    reason on stderr if something is not as it should be."""
    try:
        with JupyterLab(command) as lab, Page(lab.url(notebook)) as page:
            work(page)
    except (CannotRun, TimeoutError, Unexpected) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def in_browser(width, height, work):
    """The same with a browser alone."""
    try:
        with tempfile.TemporaryDirectory(prefix="zunder-browser-", ignore_cleanup_errors=True) as profile:
            driver = start_browser(profile, width, height)
            try:
                work(driver)
            finally:
                driver.quit()
    except (CannotRun, Unexpected) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


class JupyterLab:
    """A JupyterLab server on a free port of this machine."""

    def __init__(self, command, timeout=LIMIT):
        self.runtime = pathlib.Path(tempfile.mkdtemp(prefix="zunder-jupyter-"))
        settings = [
            f"--ServerApp.port={free_port()}",
            "--ServerApp.open_browser=False",
            "--LabApp.expose_app_in_browser=True",
        ]
        environment = dict(os.environ, JUPYTER_RUNTIME_DIR=str(self.runtime))
        self.log = open(self.runtime / "log.txt", "w+b")
        self.process = subprocess.Popen(
            [*command, *settings], env=environment, stdout=self.log, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        try:
            self.server = self._wait_for_server(timeout)
        except BaseException:
            self.close()
            raise

    def url(self, path):
        """The page of a notebook, in a fresh workspace."""
        query = urllib.parse.urlencode({"token": self.server["token"], "reset": ""})
        return f"{self.server['url']}lab/tree/{urllib.parse.quote(path)}?{query}"

    def log_text(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def _wait_for_server(self, timeout):
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            for file in self.runtime.glob("jpserver-*.json"):
                try:
                    server = json.loads(file.read_text())
                    with socket.create_connection(("127.0.0.1", server["port"]), timeout=2):
                        return server
                except (OSError, ValueError):
                    pass  # half written, or not listening yet
            if self.process.poll() is not None:
                break
            time.sleep(0.2)
        raise CannotRun(f"JupyterLab did not start:\n{self.log_text()}")

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)  # it shuts its kernels down
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
        shutil.rmtree(self.runtime, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Page:
    """A notebook in the browser."""

    def __init__(self, url, timeout=LIMIT, width=1280, height=1000):
        self.profile = tempfile.mkdtemp(prefix="zunder-browser-")
        self.driver = start_browser(self.profile, width, height)
        try:
            self.driver.set_script_timeout(LIMIT)
            self.driver.get(url)
            self.wait(self._is_ready, timeout, "the kernel to be ready")
        except BaseException:
            self.close()
            raise

    def __str__(self):
        return f"\nThe page holds:\n{str(self.state())[:5000]}"

    def state(self):
        """The notebook's cells and its kernel, or None while it loads."""
        return self.driver.execute_script(STATE)

    def _is_ready(self):
        dialogs = self.dialogs()
        if dialogs:
            raise CannotRun(f"JupyterLab asks: {dialogs[0]}")
        return (self.state() or {}).get("status") == "idle"

    def dialogs(self):
        """The texts of open dialogs: JupyterLab shows its own errors in them."""
        return [dialog.text for dialog in self.driver.find_elements(By.CSS_SELECTOR, ".jp-Dialog")]

    def command(self, name, arguments=None):
        """Starts one of JupyterLab's own commands, as a menu or button does."""
        self.driver.execute_script(
            "window.zunderDone = false;"
            "window.jupyterapp.commands.execute(arguments[0], arguments[1] || {})"
            ".catch(() => null).then(() => { window.zunderDone = true; });",
            name, arguments,
        )

    def run_all(self, timeout):
        """Runs every cell, and waits until all are done."""
        self.command("notebook:run-all-cells")
        self.wait_until_done(timeout)

    def run_cell(self, number):
        """Starts one code cell, counted from 0, as Ctrl-Enter does."""
        self.driver.execute_script(
            "window.jupyterapp.shell.currentWidget.content.activeCellIndex = arguments[0];", number
        )
        self.command("notebook:run-cell")

    def wait_until_cell_done(self, number, timeout):
        """Waits until a cell that was started is done."""
        def is_done():
            done = self.driver.execute_script("return window.zunderDone === true;")
            state = self.state()
            return done and state["cells"][number]["count"] and state["status"] == "idle"

        self.wait(is_done, timeout, f"cell {number} to be done")
        self.read_to_the_end()

    def wait_until_done(self, timeout):
        self.wait(self._is_done, timeout, "the cells to be done")
        self.read_to_the_end()

    def read_to_the_end(self):
        """The last outputs of a cell may arrive after the kernel is idle: waits for them."""
        problem = self.driver.execute_async_script(READ_TO_THE_END)
        if problem:
            raise CannotRun(f"the kernel does not answer any more: {problem}")
        self.wait(lambda: self.state()["status"] == "idle", LIMIT, "the kernel to be idle")
        self.wait_until_drawn()

    def wait_until_drawn(self):
        self.driver.execute_async_script(DRAWN)

    def wait_until_still(self, element):
        """JupyterLab moves cells when it finds out how high they are."""
        self.driver.execute_async_script(STANDS_STILL, element)

    def _is_done(self):
        state = self.state()
        if state is None or state["connection"] != "connected":
            return False
        ran = all(cell["count"] for cell in state["cells"] if cell["source"].strip())
        done = self.driver.execute_script("return window.zunderDone === true;")
        return done and ran and state["status"] == "idle"

    def errors(self):
        """All that looks like an error on the page, in words."""
        found = []
        for number, cell in enumerate(self.state()["cells"], start=1):
            for output in cell["outputs"]:
                if output["output_type"] == "error":
                    found.append(f"cell {number}: {output.get('evalue', 'error')}")
                elif output["output_type"] == "stream" and output.get("name") == "stderr":
                    found.append(f"cell {number}: {joined(output['text'])}")
        return found + [f"a dialog: {text}" for text in self.dialogs()]

    def screenshots(self, folder, name="page"):
        """Pictures of the notebook from top to bottom; returns the files."""
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"{name}-*.png"):
            old.unlink()
        self.driver.execute_script(SCROLLER + "node.scrollTop = 0;")
        files = []
        for number in range(1, 100):
            # Cells are drawn when they come into view.
            self.driver.execute_async_script(SCROLLER + STILL_NODE)
            file = folder / f"{name}-{number:02}.png"
            self.driver.save_screenshot(str(file))
            files.append(file)
            moved = self.driver.execute_script(
                SCROLLER + "const before = node.scrollTop;"
                "node.scrollTop = before + node.clientHeight - 60; return node.scrollTop - before;"
            )
            if moved < 1:
                return files
        return files

    def wait(self, condition, timeout, what):
        def met(_):
            try:
                return condition()
            except WebDriverException:
                return False  # the page is still loading

        try:
            WebDriverWait(self.driver, timeout, poll_frequency=0.3).until(met)
        except TimeoutException:
            raise TimeoutError(f"waited {timeout} s in vain for {what}: {self.state()}") from None

    def close(self):
        self.driver.quit()
        shutil.rmtree(self.profile, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def start_browser(profile, width, height):
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if browser is None or driver is None:
        raise CannotRun(MISSING)
    options = Options()
    options.binary_location = browser
    arguments = [
        "--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-dev-shm-usage", "--hide-scrollbars", f"--user-data-dir={profile}",
        f"--window-size={width},{height}",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses to run as root with it
    for argument in arguments:
        options.add_argument(argument)
    return webdriver.Chrome(options=options, service=Service(driver))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def joined(text):
    return text if isinstance(text, str) else "".join(text)
