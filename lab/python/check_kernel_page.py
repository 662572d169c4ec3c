"""What a learner does by mistake, in JupyterLab in a browser: endless loops, endless recursion, Run All.

Usage: check_kernel_page.py NOTEBOOK OUTPUT_FOLDER TIMEOUT JUPYTERLAB_COMMAND...

The arguments are those of browser_run.py; the notebook is lab/tests/kernel.ipynb, in German. Takes
pictures on the way, and exits 1 with a sentence at the first thing that is not as it should be.
"""

import pathlib
import sys

from selenium.webdriver.common.by import By

from browser import expect, in_page
from check_training_page import SHOW_END, STOP_BUTTON, outputs, picture, text

# Where the cells stand in the notebook.
START, WRONG, NEXT, ENDLESS, PROGRESS, RECURSION = range(6)

# What is to be seen below a cell.
SEEN = """
const cell = window.jupyterapp.shell.currentWidget.content.widgets[arguments[0]];
return cell.node.querySelector('.jp-Cell-outputArea').innerText;
"""

# How the lines of what a cell prints are broken.
LINE_BREAKS = """
const cell = window.jupyterapp.shell.currentWidget.content.widgets[arguments[0]];
return getComputedStyle(cell.node.querySelector('.jp-OutputArea-output pre')).wordBreak;
"""


def main(notebook, output, timeout, *command):
    return in_page(notebook, command, lambda page: check(page, pathlib.Path(output), float(timeout)))


def check(page, folder, timeout):
    folder.mkdir(parents=True, exist_ok=True)
    stop_in_a_fresh_notebook(page, folder, timeout)
    progress(page, folder, timeout)
    page.run_cell(RECURSION)
    page.wait(lambda: error(page, RECURSION), timeout, "the end of the recursion")
    page.driver.execute_script(SHOW_END, RECURSION)
    picture(page, folder / "recursion.png")
    words = ["Endlose Rekursion", "Alle Variablen sind weg"]
    expect(all(word in error(page, RECURSION)["evalue"] for word in words), "it is not explained", page)
    run_all_stops(page, folder, timeout)
    expect(not page.dialogs(), f"JupyterLab asks: {page.dialogs()}", page)
    print("the page: as it should be")


def stop_in_a_fresh_notebook(page, folder, timeout):
    page.run_cell(ENDLESS)
    page.wait(lambda: "läuft" in text(page, ENDLESS), timeout, "the endless loop to run")
    press(page)
    page.wait(lambda: "noch einmal Stopp" in text(page, ENDLESS), timeout, "the sentence of the first press")
    picture(page, folder / "stop-once.png")
    press(page)
    page.wait(lambda: error(page, ENDLESS), timeout, "the end of the loop")
    page.driver.execute_script(SHOW_END, ENDLESS)
    picture(page, folder / "stop-twice.png")
    expect("Der Stoppknopf hat" in error(page, ENDLESS)["evalue"], "it is not said who ended it", page)


def progress(page, folder, timeout):
    """The bar grows in its one line while the cell runs."""
    def seen():
        return page.driver.execute_script(SEEN, PROGRESS).strip()

    page.run_cell(PROGRESS)
    page.wait(lambda: "#" in seen() and "von 100" in seen(), timeout, "the progress bar")
    expect(page.state()["status"] == "busy", "the bar is shown at the end only", page)
    picture(page, folder / "progress.png")
    page.wait(lambda: "100 von 100" in seen(), timeout, "the end of the bar")
    expect(seen().count("von 100") == 1, "there is more than one bar", page)
    expect(page.driver.execute_script(LINE_BREAKS, PROGRESS) == "normal", "words are broken", page)
    page.wait(lambda: page.state()["status"] == "idle", timeout, "the end of the cell")


def run_all_stops(page, folder, timeout):
    page.command("notebook:run-all-cells")
    page.wait(lambda: error(page, WRONG), timeout, "the cell that fails")
    page.wait(lambda: page.state()["status"] == "idle", timeout, "the kernel to be idle")
    page.read_to_the_end()
    page.driver.execute_script(SHOW_END, WRONG)
    picture(page, folder / "run-all-stops.png")
    expect(not outputs(page, NEXT), "Run All goes on behind a cell that fails", page)
    expect("(2, 3)" in error(page, WRONG)["evalue"], "the page does not say what is wrong", page)


def press(page):
    page.driver.find_element(By.CSS_SELECTOR, STOP_BUTTON).click()


def error(page, number):
    errors = [out for out in outputs(page, number) if out["output_type"] == "error"]
    return errors[0] if errors else None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
