"""Opens a notebook in JupyterLab in a browser, runs all cells and takes pictures.

Usage: browser_run.py NOTEBOOK OUTPUT_FOLDER TIMEOUT JUPYTERLAB_COMMAND...

NOTEBOOK is relative to JupyterLab's root folder. The notebook's file is not changed.
Exits 1 when the page shows an error.
"""

import sys
import time

from browser import CannotRun, JupyterLab, Page


def main(notebook, output, timeout, *command):
    try:
        with JupyterLab(command) as lab:
            return run(lab, notebook, output, float(timeout))
    except (CannotRun, TimeoutError) as error:
        print(error, file=sys.stderr)
        return 1


def run(lab, notebook, output, timeout):
    start = time.monotonic()
    with Page(lab.url(notebook)) as page:
        state = page.state()
        if not notebook.endswith(state["path"]):
            print(f"JupyterLab opened {state['path']} in place of {notebook}", file=sys.stderr)
            return 1
        print(f"kernel {state['kernel']} ready after {time.monotonic() - start:.1f} s", flush=True)
        start = time.monotonic()
        try:
            page.run_all(timeout)
        finally:
            files = page.screenshots(output)
        print(f"{len(state['cells'])} cells done in {time.monotonic() - start:.1f} s")
        for file in files:
            print(f"wrote {file}")
        errors = page.errors()
    for error in errors:
        print(f"the page shows an error: {error}", file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
