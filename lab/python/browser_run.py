"""Opens a notebook in JupyterLab in a browser, follows its links to pages, runs all cells and takes pictures.

Usage: browser_run.py NOTEBOOK OUTPUT_FOLDER TIMEOUT JUPYTERLAB_COMMAND...

NOTEBOOK is relative to JupyterLab's root folder. The notebook's file is not changed.
Exits 1 when the page shows an error.
"""

import sys
import time

from selenium.webdriver.common.by import By

from browser import LIMIT, Unexpected, in_page


def main(notebook, output, timeout, *command):
    start = time.monotonic()
    return in_page(notebook, command, lambda page: run(page, notebook, output, float(timeout), start))


def run(page, notebook, output, timeout, start):
    state = page.state()
    if not notebook.endswith(state["path"]):
        raise Unexpected(f"JupyterLab opened {state['path']} in place of {notebook}")
    print(f"JupyterLab and the kernel {state['kernel']} ready after {time.monotonic() - start:.1f} s", flush=True)
    follow_links(page, notebook)
    start = time.monotonic()
    try:
        page.run_all(timeout)
    finally:
        files = page.screenshots(output)
    print(f"{len(state['cells'])} cells done in {time.monotonic() - start:.1f} s")
    for file in files:
        print(f"wrote {file}")
    errors = [f"the page shows an error: {error}" for error in page.errors()]
    if errors:
        raise Unexpected("\n".join(errors))


def follow_links(page, notebook):
    """What the notebook links to opens as a page to read, not as a text to edit."""
    links = page.driver.find_elements(By.CSS_SELECTOR, ".jp-RenderedMarkdown a")
    for link in [link for link in links if ".md" in (link.get_attribute("href") or "")]:
        name = link.get_attribute("href")
        link.click()
        page.wait(
            lambda: page.driver.find_elements(By.CSS_SELECTOR, ".jp-MarkdownViewer h1"), LIMIT, f"the page {name}"
        )
        page.command("application:close")
        page.wait(lambda: notebook.endswith((page.state() or {}).get("path", "?")), LIMIT, "the notebook again")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
